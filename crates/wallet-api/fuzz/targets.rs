//! What each fuzz target does with its bytes, and what must hold for all bytes.
//!
//! In: any bytes. Out: nothing, or a panic that says what was wrong. `tests/corpus.rs` runs the same
//! functions over the committed corpus on a stable compiler.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a panic is how a finding is reported")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::sync::{Arc, LazyLock, Mutex};

use common::{Reply, Vector};
use http::HeaderValue;
use url::Url;
use wallet_api::BoxFuture;
use wallet_api::client::{CallAnswer, InquiryAnswer, PayAnswer, WalletClient};
use wallet_api::clock::ManualClock;
use wallet_api::ids::KeyVersion;
use wallet_api::keys::{KeyRing, PrivateKey, PublicKey, Signer as _, SigningKey};
use wallet_api::notification::{NotificationError, RawNotification};
use wallet_api::operation::Operation;
use wallet_api::operation::cancel::CancelRequest;
use wallet_api::operation::capture::CaptureRequest;
use wallet_api::operation::void::VoidRequest;
use wallet_api::outcome::{Reason, Sending};
use wallet_api::profile::{Mode, WalletProfile, is_loopback};
use wallet_api::signature::{SignatureEncoding, SignatureHeader, SignedMessage};
use wallet_api::transport::{HttpRequest, HttpResponse, HttpTransport, TransportError};

// Reading a key takes longer than everything else here, so each is read once.
static MERCHANT: LazyLock<SigningKey> = LazyLock::new(common::merchant_key);
static WALLET: LazyLock<SigningKey> = LazyLock::new(common::wallet_key);
static MERCHANTS: LazyLock<KeyRing> = LazyLock::new(|| common::ring(&MERCHANT));
static WALLETS: LazyLock<KeyRing> = LazyLock::new(|| common::ring(&WALLET));
static PROFILE: LazyLock<WalletProfile> = LazyLock::new(common::profile);

/// Bytes: a `Signature` header. One that decodes survives being written in each encoding, and verifies
/// exactly when it carries the genuine signature under the genuine key's version.
pub fn signature_header(data: &[u8]) {
    let Ok(header) = core::str::from_utf8(data) else { return };
    let Vector { method, uri, client_id, time, body, .. } = &common::VECTORS.vectors[0];
    let message = SignedMessage { method, uri, client_id, time, body: body.as_bytes() };
    let verified = message.verify(&*MERCHANTS, header);
    let Ok(parsed) = SignatureHeader::parse(header) else {
        assert!(verified.is_err(), "a header that can't be read was accepted");
        return;
    };
    for encoding in
        [SignatureEncoding::PercentEncodedBase64, SignatureEncoding::Base64, SignatureEncoding::Base64Url]
    {
        assert_eq!(SignatureHeader::parse(&parsed.write(encoding)).as_ref(), Ok(&parsed));
    }
    let genuine = MERCHANT.sign(&message.content()).unwrap();
    assert_eq!(verified.is_ok(), is_genuine(&parsed, &genuine));
}

/// RSASSA-PKCS1-v1_5 has one signature for one message and key, which makes this exact.
fn is_genuine(header: &SignatureHeader, genuine: &[u8]) -> bool {
    let version = header.key_version.as_ref().map_or("1", KeyVersion::as_str);
    header.signature == genuine && version == "1"
}

/// Bytes: a key. It is a private one, or a public one, or neither; what reads also works and can be written.
pub fn key(data: &[u8]) {
    let (private, public) = (PrivateKey::parse(data), PublicKey::parse(data));
    assert!(private.is_err() || public.is_err(), "private and public at once");
    if let Ok(key) = private {
        let public = key.public_key().unwrap();
        public.verify(b"content", &key.sign(b"content").unwrap()).unwrap();
        let again = PrivateKey::parse(key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
        assert_eq!(again.public_key().unwrap(), public);
    }
    if let Ok(key) = public {
        assert_eq!(PublicKey::parse(key.to_pem().as_bytes()).as_ref(), Ok(&key));
    }
}

/// Bytes: lines of `Client-Id`, `Request-Time` and `Signature` (`genuine` stands for the wallet's), then
/// the body. Only what the wallet signed for us is ever read.
pub fn notification(data: &[u8]) {
    const PATH: &str = "/wallet/wallet/notifyPayment";
    let mut lines = data.splitn(4, |byte| *byte == b'\n');
    let mut header = || core::str::from_utf8(lines.next()?).ok();
    let (Some(client_id), Some(time), Some(signature)) = (header(), header(), header()) else { return };
    let body = lines.next().unwrap_or_default();
    let message = SignedMessage { method: "POST", uri: PATH, client_id, time, body };
    let genuine = WALLET.sign(&message.content()).unwrap();
    let signature = match signature {
        "genuine" => message.sign(&*WALLET).unwrap(),
        other => other.to_owned(),
    };
    let headers = [("client-id", client_id), ("request-time", time), ("signature", signature.as_str())];
    if headers.iter().any(|(_, value)| HeaderValue::from_str(value).is_err()) {
        return;
    }
    let headers = headers.map(|(name, value)| (name, value.to_owned())).to_vec();
    let reply = Reply { status: 200, headers, body: body.to_vec() };
    let raw = RawNotification { method: "POST", uri: PATH, headers: &reply.header_map(), body };
    let read = raw.verify(&PROFILE, &*WALLETS, common::now());
    let genuine = client_id == common::CLIENT
        && SignatureHeader::parse(&signature).is_ok_and(|header| is_genuine(&header, &genuine));
    match read {
        Ok(_) | Err(NotificationError::Stale(_) | NotificationError::Unreadable(_)) => {
            assert!(genuine, "read although the wallet didn't sign it");
        }
        Err(NotificationError::HeaderMissing) => {}
        Err(NotificationError::WrongClient | NotificationError::Signature(_)) => {
            assert!(!genuine, "refused although the wallet signed it");
        }
    }
}

/// Bytes: a profile in TOML. One that is accepted can be written and read again, sends exactly the path
/// that it signs, and leaves this machine by https only.
pub fn profile(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let Ok(profile) = WalletProfile::from_toml("fuzz", text) else { return };
    let written = toml::to_string(&profile).unwrap();
    assert_eq!(WalletProfile::from_toml("fuzz", &written).as_ref(), Ok(&profile));
    for operation in Operation::ALL {
        let signed = profile.path(operation);
        let sent = Url::parse(&profile.url(&signed)).unwrap();
        assert_eq!((sent.path(), sent.query(), sent.fragment()), (signed.as_str(), None, None));
        let local = profile.mode == Mode::Simulator && is_loopback(&sent);
        assert!(sent.scheme() == "https" || local, "{sent} leaves this machine unencrypted");
    }
    for address in ["javascript:alert(1)", "data:text/html,x", "file:///etc/hosts", "//x", ""] {
        assert!(!profile.allows_cashier(address), "{address} is no cashier");
    }
}

/// Bytes: a digit that chooses the operation, then the body of the wallet's answer. Signed by the wallet it is read without a
/// panic; altered, signed by another, or not signed at all, nothing in it is believed.
pub fn answers(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else { return };
    let Ok(body) = core::str::from_utf8(body) else { return };
    let operation = Operation::ALL[usize::from(choice.wrapping_sub(b'0')) % Operation::ALL.len()];
    let uri = PROFILE.path(operation);
    let genuine = Reply::signed_by(&WALLET, &uri, common::CLIENT, common::NOW, body);
    let by_another = Reply::signed_by(&MERCHANT, &uri, common::CLIENT, common::NOW, body);
    let unsigned = Reply { headers: Vec::new(), ..genuine.clone() };
    let mut altered = genuine.clone();
    // A space in front: the same JSON, other bytes.
    altered.body.insert(0, b' ');

    doubt(operation, genuine);
    for reply in [by_another, altered] {
        let doubt = doubt(operation, reply);
        assert!(matches!(doubt, Some(Reason::Unverified(_))), "believed unverified: {doubt:?}");
    }
    let doubt = doubt(operation, unsigned);
    let harmless = matches!(doubt, Some(Reason::Unverified(_) | Reason::Configuration { .. }));
    assert!(harmless, "believed unsigned: {doubt:?}");
}

/// A wallet that answers with what lies here.
struct Answering(Mutex<Option<Reply>>);

impl HttpTransport for Answering {
    fn post(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let reply = self.0.lock().unwrap().take().unwrap();
        let headers = reply.header_map();
        Box::pin(async move { Ok(HttpResponse { status: reply.status, headers, body: reply.body }) })
    }
}

/// Why nothing in the answer is believed; `None` when something is.
fn doubt(operation: Operation, reply: Reply) -> Option<Reason> {
    // The client is made once as well. One input is tried at a time, so the reply is the one just laid down.
    static CLIENT: LazyLock<(WalletClient, Arc<Answering>)> = LazyLock::new(|| {
        let wallet = Arc::new(Answering(Mutex::default()));
        let (profile, ring) = (Arc::new(PROFILE.clone()), Arc::new(WALLETS.clone()));
        let clock = Arc::new(ManualClock::new(common::now()));
        (WalletClient::new(profile, Arc::new(common::merchant_key()), ring, wallet.clone(), clock), wallet)
    });
    let (client, wallet) = &*CLIENT;
    *wallet.0.lock().unwrap() = Some(reply);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(ask(client, operation))
}

async fn ask(client: &WalletClient, operation: Operation) -> Option<Reason> {
    let first = Sending::First;
    match operation {
        Operation::Pay => {
            let call = client.prepare_pay(&common::payment()).unwrap();
            match client.pay(&call, first).await {
                PayAnswer::Unknown { reason, payment_id: None } => Some(reason),
                PayAnswer::Unknown { payment_id: Some(_), .. }
                | PayAnswer::Success { .. }
                | PayAnswer::Authorised { .. }
                | PayAnswer::Accepted { .. }
                | PayAnswer::Failed(_) => None,
            }
        }
        Operation::InquiryPayment => asked(client.inquire_payment(&common::question()).await),
        Operation::InquiryRefund => asked(client.inquire_refund(&common::refund_question()).await),
        Operation::Cancel => {
            let request = CancelRequest { payment_id: None, payment_request_id: id("attempt-1") };
            called(client.cancel(&client.prepare_cancel(&request).unwrap(), first).await)
        }
        Operation::Refund => {
            let call = client.prepare_refund(&common::refund()).unwrap();
            called(client.refund(&call, first).await)
        }
        Operation::Capture => {
            let request = CaptureRequest {
                capture_request_id: id("capture-1").unwrap(),
                payment_id: id("pay-1").unwrap(),
                amount: None,
                is_last: true,
            };
            called(client.capture(&client.prepare_capture(&request).unwrap(), first).await)
        }
        Operation::Void => {
            let (void_request_id, payment_id) = (id("void-1").unwrap(), id("pay-1"));
            let request = VoidRequest { void_request_id, payment_id, payment_request_id: None };
            called(client.void(&client.prepare_void(&request).unwrap(), first).await)
        }
        Operation::ApplyToken => called(client.apply_token(id("code-1").unwrap()).await),
        Operation::CancelToken => called(client.cancel_token(id("token-1").unwrap()).await),
        Operation::UserInfo => called(client.user_info(id("token-1").unwrap()).await),
    }
}

fn id<T: core::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn called<T>(answer: CallAnswer<T>) -> Option<Reason> {
    match answer {
        CallAnswer::Unknown(reason) => Some(reason),
        CallAnswer::Done(_) | CallAnswer::Failed(_) => None,
    }
}

fn asked<T>(answer: InquiryAnswer<T>) -> Option<Reason> {
    match answer {
        InquiryAnswer::Unknown(reason) => Some(reason),
        InquiryAnswer::Found(_) | InquiryAnswer::NotFound(_) | InquiryAnswer::Failed(_) => None,
    }
}
