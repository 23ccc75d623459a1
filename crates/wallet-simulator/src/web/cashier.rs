//! The cashier: a page that shows who is paid how much and takes the customer's word, once.
//!
//! The payer is whoever the login token says is logged in on the phone. The token travels in the address's
//! fragment, which no server sees, and comes back in `Authorization`, so no other page can confirm for it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use wallet_api::amount::Currency;
use wallet_api::ids::CustomerId;

use super::Shared;
use super::problem::Problem;
use crate::faults::kind::CashierFault;
use crate::faults::{Faults, Fired, Occasion};
use crate::notifier;
use crate::simulator::Simulator;
use crate::store::StoreError;
use crate::wallet::Wallet;
use crate::wallet::payment::{FailReason, Payment, State as PaymentState};

const PAGE: &str = include_str!("../cashier/cashier.html");
const STYLE: &str = concat!(include_str!("../cashier/theme.css"), include_str!("../cashier/screens.css"));
const SCRIPT: &str = include_str!("../cashier/cashier.js");

/// A payment as one customer's cashier shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    status: Status,
    payee: String,
    description: String,
    /// What is asked for, or what was paid.
    amount: Money,
    /// Whether confirming holds the amount instead of paying it.
    authorise_only: bool,
    payer: Payer,
    /// Milliseconds until the payment closes.
    closes_in: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Payer {
    name: String,
    balance: Money,
    has_enough: bool,
}

/// An amount for people: the code, and the number with its decimals.
#[derive(Debug, Serialize)]
struct Money {
    currency: String,
    number: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Authorised,
    AuthorisedByAnother,
    Paid,
    PaidByAnother,
    Refused,
    Expired,
    Cancelled,
}

/// `GET /cashier/{paymentId}`: the page; it asks for everything else itself.
pub(super) async fn page(
    State(simulator): Shared,
    Path(payment_id): Path<String>,
) -> Result<Response, Problem> {
    let known = Simulator::with_books(&simulator, move |books, _| {
        Ok(books.store.wallet().payment(&payment_id).is_some())
    });
    let status = if known.await? { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let frame = simulator.platform_origin().unwrap_or("'none'");
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors {frame}"
    );
    let page = PAGE.replace("{platform-origin}", simulator.platform_origin().unwrap_or_default());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((status, headers, page).into_response())
}

/// The page's style.
pub(super) async fn style() -> Response {
    asset("text/css; charset=utf-8", STYLE)
}

/// The page's script.
pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

/// `GET /cashier/{paymentId}/payment`: how the payment stands for this customer.
pub(super) async fn view(
    State(simulator): Shared,
    Path(payment_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<View>, Problem> {
    answer(&simulator, payment_id, &headers, Action::Look).await.map(|(view, _)| Json(view))
}

/// `POST /cashier/{paymentId}/confirm`: the customer pays or authorises. Doing it twice does it once;
/// where money lacks, the payment is still open afterwards.
pub(super) async fn confirm(
    State(simulator): Shared,
    Path(payment_id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<View>, Problem> {
    let answer = answer(&simulator, payment_id.clone(), &headers, Action::Confirm).await;
    simulator.news().notify_one();
    let (view, notified_first) = answer?;
    if notified_first {
        tokio::select! {
            told = until_notified(&simulator, &payment_id) => told?,
            () = simulator.clock().sleep(notifier::TIMEOUT) => {}
        }
    }
    Ok(Json(view))
}

/// Whether a fault wants the merchant to hear of it before the customer does.
fn is_notified_first(wallet: &Wallet, now: Timestamp, payment_id: &str, faults: &mut Faults) -> bool {
    let Some(payment) = wallet.payment(payment_id) else { return false };
    let terms = &payment.terms;
    let occasion = Occasion {
        client_id: &terms.client_id,
        payment_request_id: Some(&terms.payment_request_id),
        payment: Some(payment),
        has_another: false,
    };
    match faults.on_confirmation(occasion) {
        Some(Fired { mark, what: CashierFault::NotifiedFirst {} }) => {
            faults.decide(terms.payment_id.clone(), mark, now);
            true
        }
        None => false,
    }
}

/// Waits until the merchant was notified, or it was tried.
async fn until_notified(simulator: &Arc<Simulator>, payment_id: &str) -> Result<(), StoreError> {
    loop {
        let mut tried = std::pin::pin!(simulator.tried().notified());
        tried.as_mut().enable();
        let payment_id = payment_id.to_owned();
        let is_told = Simulator::with_books(simulator, move |books, _| {
            Ok(books.store.wallet().payment(&payment_id).is_none_or(|payment| payment.notification_tries > 0))
        });
        if is_told.await? {
            return Ok(());
        }
        tried.await;
    }
}

#[derive(Clone, Copy)]
enum Action {
    Look,
    Confirm,
}

/// The payment as it stands afterwards, and whether the merchant is to be told before anybody sees it.
async fn answer(
    simulator: &Arc<Simulator>,
    payment_id: String,
    headers: &HeaderMap,
    action: Action,
) -> Result<(View, bool), Problem> {
    let token = bearer(headers).unwrap_or_default().to_owned();
    let faulty = Arc::clone(simulator);
    let found = Simulator::with_books(simulator, move |books, now| {
        let wallet = books.store.wallet();
        let Some(customer_id) = wallet.logged_in(&token, now).cloned() else {
            return Ok(Err(login_required()));
        };
        let expired = wallet.expire(now);
        books.store.commit(expired)?;
        let notified_first = match action {
            Action::Look => false,
            Action::Confirm => {
                confirm_in(books, now, &payment_id, &customer_id)?;
                is_notified_first(books.store.wallet(), now, &payment_id, &mut faulty.faults())
            }
        };
        let view = look(books.store.wallet(), now, &payment_id, &customer_id);
        Ok(view.map(|view| (view, notified_first)).ok_or_else(unknown_payment))
    });
    found.await?
}

fn confirm_in(
    books: &mut crate::simulator::Books,
    now: Timestamp,
    payment_id: &str,
    customer_id: &CustomerId,
) -> Result<(), StoreError> {
    match books.store.wallet().decide_confirm(now, payment_id, customer_id) {
        Some((events, confirmation)) => {
            tracing::info!(payment_id, %customer_id, ?confirmation, "confirmed in the cashier");
            books.store.commit(events)
        }
        None => Ok(()),
    }
}

fn look(wallet: &Wallet, now: Timestamp, payment_id: &str, customer_id: &CustomerId) -> Option<View> {
    let payment = wallet.payment(payment_id)?;
    let customer = wallet.customer(customer_id)?;
    let terms = &payment.terms;
    let currency = terms.amount.currency;
    let balance = wallet.balance(customer_id, currency);
    Some(View {
        status: status(payment, customer_id),
        payee: terms.payee.clone(),
        description: terms.description.clone(),
        amount: money(currency, i128::from(shown_value(payment))),
        authorise_only: terms.authorise_only,
        payer: Payer {
            name: customer.name.clone(),
            balance: money(currency, balance),
            has_enough: balance >= i128::from(terms.amount.value.get()),
        },
        closes_in: terms.expires_at.as_millisecond().saturating_sub(now.as_millisecond()).max(0),
    })
}

fn status(payment: &Payment, customer_id: &CustomerId) -> Status {
    match &payment.state {
        PaymentState::Processing => Status::Open,
        PaymentState::Authorised { customer_id: payer, .. } if payer == customer_id => Status::Authorised,
        PaymentState::Authorised { .. } => Status::AuthorisedByAnother,
        PaymentState::Succeeded { customer_id: payer, .. } if payer == customer_id => Status::Paid,
        PaymentState::Succeeded { .. } => Status::PaidByAnother,
        PaymentState::Failed { reason: FailReason::Refused, .. } => Status::Refused,
        PaymentState::Failed { reason: FailReason::Expired | FailReason::AuthorisationExpired, .. } => {
            Status::Expired
        }
        PaymentState::Cancelled { .. } => Status::Cancelled,
    }
}

/// Captures may come to less than what was asked for.
fn shown_value(payment: &Payment) -> u64 {
    match payment.paid() {
        0 => payment.terms.amount.value.get(),
        paid => paid,
    }
}

/// Customers never owe, so a balance is never less than nothing.
fn money(currency: Currency, value: i128) -> Money {
    let value = u64::try_from(value).unwrap_or_default();
    Money { currency: currency.code().to_owned(), number: currency.format(value) }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn login_required() -> Problem {
    let detail = "Nobody is logged in with this token; open the cashier from the wallet again.";
    Problem::new(StatusCode::UNAUTHORIZED, "login_required", detail)
}

fn unknown_payment() -> Problem {
    Problem::not_found("unknown_payment", "The wallet has no such payment; ask the shop for a new one.")
}

#[cfg(test)]
mod tests;
