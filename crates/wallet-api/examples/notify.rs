//! Is notified by a wallet: verifies the raw bytes, compares, records, acknowledges.
//!
//! `cargo run -p wallet-api --example notify [ORIGIN [PROFILE]]`, with a wallet simulator at ORIGIN (default
//! http://127.0.0.1:8702) and PROFILE one of the shipped ones (default generic-v2). The example is a merchant
//! that listens on a free port, and plays the customer as well, through the simulator's testers' interface.

mod support;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use support::{Shop, Stop, two_mugs};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use wallet_api::clock::{Clock as _, SystemClock};
use wallet_api::keys::{KeyRing, SigningKey};
use wallet_api::notification::{Notification, NotificationError, RawNotification, acknowledge};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::result::WireResult;
use wallet_api::profile::WalletProfile;

/// The path of the address that the wallet is given. It is part of what is signed, so behind a proxy this
/// is the public path, whatever the proxy makes of it.
const PATH: &str = "/wallet/example/notifyPayment";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stop> {
    let (origin, profile) = support::arguments();
    run(&origin, &profile, &mut std::io::stdout()).await
}

/// The whole example, written to `out`.
pub async fn run(origin: &str, profile: &str, out: &mut dyn Write) -> Result<(), Stop> {
    let shop = Shop::open(origin, profile, out).await?;

    // 1. Listen, before anything is asked for: the notification may be faster than the answer to `pay`.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let notify_url = format!("http://{}{PATH}", listener.local_addr()?);
    let order = two_mugs(Some(notify_url.clone()))?;
    let (told, mut heard) = mpsc::unbounded_channel();
    let receiver = Receiver {
        profile: Arc::clone(&shop.profile),
        signer: Arc::clone(&shop.signer),
        wallet_keys: Arc::clone(&shop.wallet_keys),
        order: order.clone(),
        told,
    };
    let router = Router::new()
        .route(PATH, post(receive))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(Arc::new(receiver));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async {
        // Whether told to stop or left alone: both are the end.
        let _ = stopped.await;
    });
    let server = tokio::spawn(async { serving.await });
    writeln!(out, "listens  at {notify_url}")?;

    // 2. A payment that the customer confirms.
    let payment_id = shop.ask(&order, out).await?;
    shop.simulator.confirm(&payment_id, order.amount).await?;

    // 3. What the handler below made of the wallet's call. Notifications get lost: a server doesn't wait
    //    for one, it asks by schedule until the payment is final, and takes whichever word comes first.
    let heard = tokio::select! {
        heard = heard.recv() => heard,
        () = SystemClock.sleep(Duration::from_secs(20)) => None,
    };
    let heard = heard.ok_or_else(|| Stop::because("the wallet said nothing in 20 s: ask by inquiry"))?;
    writeln!(out, "{heard}")?;
    // Dropping `stop` would do; open answers are still finished.
    let _ = stop.send(());
    server.await??;
    Ok(())
}

/// What a handler needs. `order` stands for your database.
struct Receiver {
    profile: Arc<WalletProfile>,
    signer: Arc<SigningKey>,
    wallet_keys: Arc<KeyRing>,
    order: PayRequest,
    told: mpsc::UnboundedSender<String>,
}

/// The body must arrive as it came, so it is taken as bytes: JSON that was read and written again has
/// another signature.
async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> Response {
    let raw = RawNotification { method: "POST", uri: PATH, headers: &headers, body: &body };
    match raw.verify(&receiver.profile, &*receiver.wallet_keys, SystemClock.now()) {
        Ok(notification) => match receiver.take(&notification) {
            Ok(()) => receiver.answer(WireResult::success()),
            // Signed by the wallet, but it doesn't fit: keep it for a person, and change nothing.
            Err(what) => {
                receiver.tell(format!("refused  the notification's {what} isn't that of a payment of ours"));
                receiver.answer(WireResult::unknown("the notification doesn't fit the payment"))
            }
        },
        // Signed, but old: perhaps a replay, perhaps a queue. A reason to ask the wallet, no more.
        Err(error @ NotificationError::Stale(_)) => {
            receiver.tell(format!("refused  {}: {error}; inquire", error.code()));
            receiver.answer(WireResult::unknown("the notification was signed too long ago"))
        }
        Err(error @ NotificationError::Unreadable(_)) => {
            receiver.tell(format!("refused  {}: {error}", error.code()));
            receiver.answer(WireResult::unknown("the notification can't be read"))
        }
        // Whoever sent this isn't known to be the wallet, and gets nothing signed.
        Err(
            error @ (NotificationError::HeaderMissing
            | NotificationError::WrongClient
            | NotificationError::Signature(_)),
        ) => {
            receiver.tell(format!("refused  {}: {error}", error.code()));
            StatusCode::UNAUTHORIZED.into_response()
        }
    }
}

impl Receiver {
    /// A signature says who speaks. Whether it is about our order, and all of it, is compared here; the
    /// error names the member.
    fn take(&self, notification: &Notification) -> Result<(), &'static str> {
        let said = &notification.payment;
        // Found in a database by this id; compare `payment_id` too where the attempt knows it already.
        if said.payment_request_id != self.order.payment_request_id {
            return Err("paymentRequestId");
        }
        if said.amount != self.order.amount {
            return Err("paymentAmount");
        }
        // Durable before it is acknowledged: S stops the wallet, and nobody says it again. The same
        // notification may come twice, so recording it twice must change nothing.
        let (id, amount) = (&said.payment_id, said.amount);
        self.tell(match &said.status {
            PaymentStatus::Success => format!("verified {amount} paid as {id}: deliver"),
            PaymentStatus::Fail | PaymentStatus::Cancelled => format!("verified {id} failed: close it"),
            PaymentStatus::AuthSuccess => format!("verified {amount} held as {id}: capture or void"),
            PaymentStatus::Processing | PaymentStatus::Pending | PaymentStatus::Other(_) => {
                format!("verified {id} isn't final ({}): ask again", said.status)
            }
        });
        Ok(())
    }

    /// Signed like every answer, with the request's path.
    fn answer(&self, result: WireResult) -> Response {
        let signed = acknowledge(&self.profile, &*self.signer, PATH, SystemClock.now(), result);
        // Where our key refuses, the wallet tries again later.
        let Ok(signed) = signed else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let mut response = signed.body.into_response();
        for (name, value) in signed.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        response
    }

    fn tell(&self, what: String) {
        // The example has ended when nobody listens.
        let _ = self.told.send(what);
    }
}
