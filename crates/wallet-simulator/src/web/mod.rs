//! The HTTP shell around the wallet: which path leads where, and how far a request may go.

mod cashier;
mod cut;
mod guard;
mod problem;
mod tester;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use self::problem::Problem;
use crate::notifier;
use crate::simulator::{RawRequest, Reply, Simulator, StartError};

/// The longest body that is read.
const MAX_BODY: usize = 64 * 1024;
/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests may go on once the simulator is told to stop.
const GRACE: Duration = Duration::from_millis(1_500);

/// What every handler gets.
type Shared = State<Arc<Simulator>>;

/// Serves on `listener` until `stop` resolves; then open requests get a moment to end.
///
/// # Errors
/// [`StartError::Listener`] when the network refuses.
pub async fn serve(
    simulator: Arc<Simulator>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let notifier = tokio::spawn(notifier::run(Arc::clone(&simulator)));
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let graceful = async move {
        stop.await;
        // Nobody listens any more only when the server has failed already.
        let _ = stopping.send(());
    };
    let served = axum::serve(listener, router(Arc::clone(&simulator))).with_graceful_shutdown(graceful);
    let deadline = async {
        if stopped.await.is_ok() {
            simulator.clock().sleep(GRACE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let result = tokio::select! {
        served = served => served.map_err(StartError::Listener),
        () = deadline => Ok(()),
    };
    notifier.abort();
    result
}

fn router(simulator: Arc<Simulator>) -> Router {
    let tester = Router::new()
        .route("/customers", get(tester::customers::customers).post(tester::customers::open))
        .route("/customers/{customer_id}/top-up", post(tester::customers::top_up))
        .route("/customers/{customer_id}/refuse-next-payment", post(tester::customers::refuse_next_payment))
        .route("/auth-codes", post(tester::customers::auth_code))
        .route("/logins", post(tester::customers::login))
        .route("/ledger", get(tester::books::ledger))
        .route("/transcript", get(tester::books::transcript))
        .route("/wallet-key", get(tester::control::wallet_key))
        .route("/merchants", post(tester::control::register_merchant))
        .route("/merchants/{client_id}/pay-out", post(tester::money::pay_out))
        .route("/refunds/{refund_id}/settle", post(tester::money::settle_refund))
        .route("/payments/{payment_id}/refund", post(tester::money::refund))
        .route("/payments/{payment_id}/reverse", post(tester::money::reverse))
        .route("/statement", get(tester::statement::statement))
        .route(
            "/faults",
            get(tester::faults::list).post(tester::faults::add).delete(tester::faults::remove_all),
        )
        .route("/faults/{id}", delete(tester::faults::remove))
        .route("/clock", post(tester::control::advance_clock))
        .route("/reset", post(tester::control::reset))
        .layer(middleware::from_fn(guard::local_only));
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/cashier/{payment_id}", get(cashier::page))
        .route("/cashier/{payment_id}/payment", get(cashier::view))
        .route("/cashier/{payment_id}/confirm", post(cashier::confirm))
        .route("/cashier-assets/cashier.css", get(cashier::style))
        .route("/cashier-assets/cashier.js", get(cashier::script))
        .nest("/_simulator", tester.fallback(not_found))
        .fallback(openapi)
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(&simulator), keep_back))
        .with_state(simulator)
}

/// How long an answer is kept back; beside [`TIMEOUT`], so that it may be longer than merchants wait.
#[derive(Clone, Copy)]
struct KeptBack(Duration);

async fn keep_back(State(simulator): Shared, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(KeptBack(wait)) = response.extensions_mut().remove() {
        simulator.clock().sleep(wait).await;
    }
    response
}

async fn not_found() -> Problem {
    Problem::not_found("path_not_found", "There is nothing at this path.")
}

/// Whether a path may be an OpenAPI's: each wallet has its own prefix before the version.
fn has_version(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "v1" | "v2"))
}

/// Everything that is signed. The answer is 200, and what is wrong stands in it, unless a fault says otherwise.
async fn openapi(
    State(simulator): Shared,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    if !has_version(uri.path()) {
        return Err(not_found().await);
    }
    let uri = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let request = RawRequest { method: method.to_string(), uri, headers, body: body.into() };
    let answered = tokio::task::spawn_blocking(move || simulator.answer(&request)).await;
    match answered.map_err(|_| Problem::internal())?? {
        Reply::Answer(answer) => {
            let mut headers = crate::notifier::header_map(&answer.headers);
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
            let status = StatusCode::from_u16(answer.status).map_err(|_| Problem::internal())?;
            let mut response = (status, headers, answer.body).into_response();
            if !answer.wait.is_zero() {
                response.extensions_mut().insert(KeptBack(answer.wait));
            }
            Ok(response)
        }
        Reply::Nothing => Ok(Response::new(Body::new(cut::Cut))),
    }
}
