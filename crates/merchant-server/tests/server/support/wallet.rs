//! A wallet on a socket that does as the test says: real signatures, real HTTP, scripted answers.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wallet_api::clock::Clock;
use wallet_api::keys::SigningKey;
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE, SignedMessage};
use wallet_api::time::TimeFormat;

use super::{Client, keys};

/// How the wallet takes the next `pay`. Without one it accepts.
#[derive(Clone, Debug)]
pub enum Pay {
    /// Takes it, and the answer is lost.
    TakeAndLoseAnswer,
    /// Doesn't take it, and doesn't answer properly either.
    LoseRequest,
    /// Says U.
    Unknown,
    /// Says F with this code.
    Refuse(&'static str),
    /// Says S at once.
    Success,
    /// Takes it and never answers.
    Hang,
}

/// How the wallet answers the next inquiry. Without one it tells the truth.
#[derive(Clone, Debug)]
pub enum Inquiry {
    /// Not at all.
    Lose,
    /// Truly but for the amount.
    OtherAmount,
    /// Truly but signed by somebody else.
    BadlySigned,
}

/// How the wallet takes the next `cancel`. Without one it does it.
#[derive(Clone, Debug)]
pub enum Cancel {
    /// Doesn't take it, and doesn't answer properly either.
    Lose,
    /// Does it, and the answer is lost.
    TakeAndLoseAnswer,
    /// Says S to what it doesn't know as well, and won't take it later.
    TakeUnknown,
}

/// How the wallet takes the next `refund`. Without one it gives the money back.
#[derive(Clone, Debug)]
pub enum Give {
    /// Does it, and the answer is lost.
    TakeAndLoseAnswer,
    /// Doesn't take it, and doesn't answer properly either.
    LoseRequest,
    /// Says F with this code.
    Refuse(&'static str),
    /// Takes it and never answers.
    Hang,
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub amount: Value,
    pub status: &'static str,
    /// The bytes of every `refund` that came for it.
    pub bodies: Vec<Vec<u8>>,
}

#[derive(Clone, Debug)]
pub struct Payment {
    pub payment_id: String,
    pub amount: Value,
    pub status: &'static str,
    pub fail_reason: Option<&'static str>,
    pub notify_url: String,
    /// The bytes of every `pay` that came for it.
    pub bodies: Vec<Vec<u8>>,
}

#[derive(Default)]
pub struct Book {
    pub payments: HashMap<String, Payment>,
    pub pays: VecDeque<Pay>,
    pub inquiries: VecDeque<Inquiry>,
    pub cancels: VecDeque<Cancel>,
    pub refunds: HashMap<String, Refund>,
    pub gives: VecDeque<Give>,
    pub pay_calls: usize,
    pub inquiry_calls: usize,
    pub cancel_calls: usize,
    pub refund_calls: usize,
    pub customers: HashMap<String, String>,
    /// What every answer has beside what is asked for, and the cashier's address at its end.
    pub remark: Option<&'static str>,
}

pub struct ScriptedWallet {
    pub address: SocketAddr,
    pub clock: Arc<dyn Clock>,
    book: Arc<Mutex<Book>>,
}

#[derive(Clone)]
struct Shared {
    book: Arc<Mutex<Book>>,
    clock: Arc<dyn Clock>,
    address: SocketAddr,
}

impl ScriptedWallet {
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let book: Arc<Mutex<Book>> = Arc::default();
        let shared = Shared { book: Arc::clone(&book), clock: Arc::clone(&clock), address };
        let router = Router::new()
            .route("/api/open/v2/authorizations/applyToken", post(apply_token))
            .route("/api/open/v2/payments/pay", post(pay))
            .route("/api/open/v2/payments/inquiryPayment", post(inquire))
            .route("/api/open/v2/payments/cancel", post(cancel))
            .route("/api/open/v2/payments/refund", post(refund))
            .route("/api/open/v2/payments/inquiryRefund", post(inquire_refund))
            .with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, clock, book }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    pub fn next_pay(&self, pay: Pay) {
        self.book().pays.push_back(pay);
    }

    pub fn next_inquiry(&self, inquiry: Inquiry) {
        self.book().inquiries.push_back(inquiry);
    }

    pub fn next_cancel(&self, cancel: Cancel) {
        self.book().cancels.push_back(cancel);
    }

    pub fn next_refund(&self, give: Give) {
        self.book().gives.push_back(give);
    }

    pub fn refund(&self, key: &str) -> Refund {
        self.book().refunds[key].clone()
    }

    /// Changes a refund in the wallet's books.
    pub fn end_refund(&self, key: &str, status: &'static str) {
        self.book().refunds.get_mut(key).expect("the wallet has this refund").status = status;
    }

    /// An auth code of this customer.
    pub fn auth_code(&self, customer: &str) -> String {
        let mut book = self.book();
        let code = format!("code-{}-{customer}", book.customers.len());
        book.customers.insert(code.clone(), customer.to_owned());
        code
    }

    /// Ends a payment in the wallet's books.
    pub fn finish(&self, request: &str, status: &'static str, fail_reason: Option<&'static str>) {
        let mut book = self.book();
        let payment = book.payments.get_mut(request).expect("the wallet has this payment");
        payment.status = status;
        payment.fail_reason = fail_reason;
    }

    pub fn payment(&self, request: &str) -> Payment {
        self.book().payments[request].clone()
    }

    /// The notification's body about a payment as it stands.
    pub fn notification(&self, request: &str) -> Value {
        let payment = self.payment(request);
        let (status, code) = match (payment.status, payment.fail_reason) {
            ("SUCCESS", _) => ("S", "SUCCESS"),
            (_, Some(reason)) => ("F", reason),
            (_, None) => ("F", "PROCESS_FAIL"),
        };
        json!({
            "paymentResult": { "resultStatus": status, "resultCode": code, "resultMessage": code },
            "paymentId": payment.payment_id,
            "paymentRequestId": request,
            "paymentAmount": payment.amount,
            "paymentTime": self.time(),
        })
    }

    pub fn time(&self) -> String {
        TimeFormat::IsoSeconds.format(self.clock.now())
    }

    /// Sends a notification as a wallet would, and says what the merchant answered.
    pub async fn notify(&self, merchant: &Client, request: &str) -> super::Answer {
        let body = self.notification(request).to_string();
        let signed = Signed { path: notify_path(), time: self.time(), key: keys::wallet() };
        signed.send(merchant, &notify_path(), body.as_bytes(), body.as_bytes()).await
    }
}

pub fn notify_path() -> String {
    "/wallet/test/notifyPayment".to_owned()
}

/// What a signature covers beside the body.
pub struct Signed {
    pub path: String,
    pub time: String,
    pub key: Arc<SigningKey>,
}

impl Signed {
    /// The `Signature` header over these bytes.
    pub fn signature(&self, body: &[u8]) -> String {
        let message = SignedMessage {
            method: "POST",
            uri: &self.path,
            client_id: keys::CLIENT_ID,
            time: &self.time,
            body,
        };
        message.sign(&*self.key).unwrap()
    }

    /// Signs some bytes and posts others.
    pub async fn send(&self, merchant: &Client, path: &str, signed: &[u8], sent: &[u8]) -> super::Answer {
        let signature = self.signature(signed);
        self.send_with(merchant, path, &signature, sent).await
    }

    pub async fn send_with(
        &self,
        merchant: &Client,
        path: &str,
        signature: &str,
        sent: &[u8],
    ) -> super::Answer {
        let headers = [
            ("content-type", "application/json; charset=UTF-8"),
            (CLIENT_ID, keys::CLIENT_ID),
            (REQUEST_TIME, &self.time),
            (SIGNATURE, signature),
        ];
        merchant.send("POST", path, &headers, Some(sent)).await
    }
}

fn verified(headers: &HeaderMap, uri: &Uri, body: &[u8]) -> Value {
    let header = |name: &str| headers.get(name).expect("the merchant signs").to_str().unwrap().to_owned();
    let (client_id, time) = (header(CLIENT_ID), header(REQUEST_TIME));
    SignedMessage { method: "POST", uri: uri.path(), client_id: &client_id, time: &time, body }
        .verify(&*keys::ring(&keys::merchant()), &header(SIGNATURE))
        .expect("the merchant's signature fits");
    serde_json::from_slice(body).expect("the merchant sends JSON")
}

fn answer(shared: &Shared, uri: &Uri, key: &SigningKey, body: &Value) -> Response {
    let mut body = body.clone();
    if let Some(remark) = shared.book.lock().unwrap().remark {
        body["remark"] = remark.into();
    }
    let body = body.to_string();
    let time = TimeFormat::IsoSeconds.format(shared.clock.now());
    let client_id = keys::CLIENT_ID;
    let message =
        SignedMessage { method: "POST", uri: uri.path(), client_id, time: &time, body: body.as_bytes() };
    let signature = message.sign(key).unwrap();
    let headers = [(CLIENT_ID, client_id.to_owned()), (RESPONSE_TIME, time), (SIGNATURE, signature)];
    (headers, body).into_response()
}

fn result(status: &str, code: &str) -> Value {
    json!({ "resultStatus": status, "resultCode": code, "resultMessage": code })
}

fn lost() -> Response {
    StatusCode::BAD_GATEWAY.into_response()
}

async fn apply_token(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = verified(&headers, &uri, &body);
    let customer = shared.book.lock().unwrap().customers.remove(request["authCode"].as_str().unwrap());
    let said = match customer {
        Some(customer) => {
            json!({ "result": result("S", "SUCCESS"), "customerId": customer, "accessToken": "secret-access-token" })
        }
        None => json!({ "result": result("F", "INVALID_AUTHCODE") }),
    };
    answer(&shared, &uri, &keys::wallet(), &said)
}

async fn pay(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = verified(&headers, &uri, &body);
    let id = request["paymentRequestId"].as_str().unwrap().to_owned();
    let how = {
        let mut book = shared.book.lock().unwrap();
        book.pay_calls += 1;
        book.pays.pop_front()
    };
    match how {
        Some(Pay::LoseRequest) => return lost(),
        Some(Pay::Unknown) => {
            return answer(
                &shared,
                &uri,
                &keys::wallet(),
                &json!({ "result": result("U", "UNKNOWN_EXCEPTION") }),
            );
        }
        Some(Pay::Refuse(code)) => {
            return answer(&shared, &uri, &keys::wallet(), &json!({ "result": result("F", code) }));
        }
        Some(Pay::TakeAndLoseAnswer | Pay::Success | Pay::Hang) | None => {}
    }
    let payment = take(&shared, &id, &request, &body);
    match how {
        Some(Pay::TakeAndLoseAnswer) => lost(),
        Some(Pay::Hang) => std::future::pending().await,
        Some(Pay::Success) => {
            let said = json!({ "result": result("S", "SUCCESS"), "paymentId": payment.payment_id });
            answer(&shared, &uri, &keys::wallet(), &said)
        }
        _ => {
            let remark = shared.book.lock().unwrap().remark.map(|remark| format!("?remark={remark}"));
            let remark = remark.unwrap_or_default();
            let cashier = format!("http://{}/cashier/{}{remark}", shared.address, payment.payment_id);
            let said = json!({
                "result": result("A", "ACCEPT"),
                "paymentId": payment.payment_id,
                "redirectActionForm": { "method": "GET", "redirectUrl": cashier },
            });
            answer(&shared, &uri, &keys::wallet(), &said)
        }
    }
}

fn take(shared: &Shared, id: &str, request: &Value, body: &[u8]) -> Payment {
    let mut book = shared.book.lock().unwrap();
    let number = book.payments.len() + 1;
    let payment = book.payments.entry(id.to_owned()).or_insert_with(|| Payment {
        payment_id: format!("P{number}"),
        amount: request["paymentAmount"].clone(),
        status: "PROCESSING",
        fail_reason: None,
        notify_url: request["paymentNotifyUrl"].as_str().unwrap().to_owned(),
        bodies: Vec::new(),
    });
    payment.bodies.push(body.to_vec());
    payment.clone()
}

async fn inquire(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = verified(&headers, &uri, &body);
    let id = request["paymentRequestId"].as_str().unwrap().to_owned();
    let (how, payment) = {
        let mut book = shared.book.lock().unwrap();
        book.inquiry_calls += 1;
        (book.inquiries.pop_front(), book.payments.get(&id).cloned())
    };
    let Some(payment) = payment else {
        return answer(&shared, &uri, &keys::wallet(), &json!({ "result": result("F", "ORDER_NOT_EXIST") }));
    };
    let mut said = json!({
        "result": result("S", "SUCCESS"),
        "paymentId": payment.payment_id,
        "paymentRequestId": id,
        "paymentAmount": payment.amount,
        "paymentStatus": payment.status,
        "paymentFailReason": payment.fail_reason,
    });
    match how {
        Some(Inquiry::Lose) => return lost(),
        Some(Inquiry::OtherAmount) => said["paymentAmount"]["value"] = "1".into(),
        Some(Inquiry::BadlySigned) => return answer(&shared, &uri, &keys::stranger(), &said),
        None => {}
    }
    answer(&shared, &uri, &keys::wallet(), &said)
}

/// An open payment closes; one that has ended stays as it is, which is F when it is paid.
async fn cancel(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = verified(&headers, &uri, &body);
    let id = request["paymentRequestId"].as_str().unwrap().to_owned();
    let (how, status) = {
        let mut book = shared.book.lock().unwrap();
        book.cancel_calls += 1;
        let how = book.cancels.pop_front();
        let is_done = !matches!(how, Some(Cancel::Lose));
        let payment = book.payments.get_mut(&id);
        let status = payment.map(|payment| {
            if is_done && payment.status == "PROCESSING" {
                payment.status = "CANCELLED";
            }
            payment.status
        });
        (how, status)
    };
    let said = match (how, status) {
        (Some(Cancel::Lose | Cancel::TakeAndLoseAnswer), _) => return lost(),
        (Some(Cancel::TakeUnknown), None) => result("S", "SUCCESS"),
        (_, None) => result("F", "ORDER_NOT_EXIST"),
        (_, Some("SUCCESS")) => result("F", "ORDER_STATUS_INVALID"),
        (_, Some(_)) => result("S", "SUCCESS"),
    };
    answer(&shared, &uri, &keys::wallet(), &json!({ "result": said }))
}

async fn refund(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = verified(&headers, &uri, &body);
    let id = request["refundRequestId"].as_str().unwrap().to_owned();
    let how = {
        let mut book = shared.book.lock().unwrap();
        book.refund_calls += 1;
        assert!(book.payments.contains_key(request["paymentRequestId"].as_str().unwrap()));
        book.gives.pop_front()
    };
    match how {
        Some(Give::LoseRequest) => return lost(),
        Some(Give::Refuse(code)) => {
            return answer(&shared, &uri, &keys::wallet(), &json!({ "result": result("F", code) }));
        }
        Some(Give::TakeAndLoseAnswer | Give::Hang) | None => {}
    }
    {
        let mut book = shared.book.lock().unwrap();
        let amount = request["refundAmount"].clone();
        let fresh = || Refund { amount, status: "SUCCESS", bodies: Vec::new() };
        book.refunds.entry(id.clone()).or_insert_with(fresh).bodies.push(body.to_vec());
    }
    match how {
        Some(Give::TakeAndLoseAnswer) => lost(),
        Some(Give::Hang) => std::future::pending().await,
        _ => {
            let said = json!({
                "result": result("S", "SUCCESS"),
                "refundId": format!("F-{id}"),
                "refundTime": TimeFormat::IsoSeconds.format(shared.clock.now()),
            });
            answer(&shared, &uri, &keys::wallet(), &said)
        }
    }
}

async fn inquire_refund(State(shared): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = verified(&headers, &uri, &body);
    let id = request["refundRequestId"].as_str().unwrap().to_owned();
    let refund = shared.book.lock().unwrap().refunds.get(&id).cloned();
    let said = match refund {
        None => json!({ "result": result("F", "REFUND_NOT_EXIST") }),
        Some(refund) => json!({
            "result": result("S", "SUCCESS"),
            "refundId": format!("F-{id}"),
            "refundRequestId": id,
            "refundAmount": refund.amount,
            "refundStatus": refund.status,
        }),
    };
    answer(&shared, &uri, &keys::wallet(), &said)
}
