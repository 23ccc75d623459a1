//! What the wallet does with money by itself: it ends refunds, gives back what its support promised, and
//! pays merchants out.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use wallet_api::amount::{Amount, AmountValue};
use wallet_api::ids::{ClientId, RefundId, RefundRequestId};

use super::books::{PaymentView, RefundView, payment_view, refund_view};
use super::customers::PlainAmount;
use super::{Answer, Body};
use crate::faults::kind::FailReason;
use crate::simulator::Simulator;
use crate::wallet::PaymentKey;
use crate::wallet::decide::{RefundAsked, RefundOutcome, Refusal, Settlement};
use crate::wallet::ledger::Account;
use crate::web::Shared;
use crate::web::problem::Problem;

#[derive(Debug, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::web) enum Settle {
    Succeeds {},
    Fails {
        #[serde(default)]
        reason: FailReason,
    },
}

/// `POST /refunds/{refundId}/settle {outcome: succeeds | fails, reason?}`: ends a refund that is in process.
pub(in crate::web) async fn settle_refund(
    State(simulator): Shared,
    Path(refund_id): Path<String>,
    body: Body<Settle>,
) -> Answer<RefundView> {
    let refund_id = RefundId::new(refund_id).map_err(|_| unknown_refund())?;
    let outcome = match body?.0 {
        Settle::Succeeds {} => RefundOutcome::Succeeds,
        Settle::Fails { reason } => RefundOutcome::Fails { reason: reason.text().to_owned() },
    };
    let settled = Simulator::with_books(&simulator, move |books, now| {
        let wallet = books.store.wallet();
        if wallet.refund(&refund_id).is_none() {
            return Ok(Err(unknown_refund()));
        }
        let Some(events) = wallet.decide_settle_refund(now, &refund_id, outcome) else {
            let detail = "The refund has ended already; GET /_simulator/ledger shows how.";
            return Ok(Err(Problem::new(StatusCode::CONFLICT, "refund_has_ended", detail)));
        };
        books.store.commit(events)?;
        Ok(books.store.wallet().refund(&refund_id).map(refund_view).ok_or_else(unknown_refund))
    });
    settled.await?.map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct GiveBack {
    value: AmountValue,
    #[serde(default)]
    reason: Option<FailReason>,
}

/// `POST /payments/{paymentId}/refund {value, reason?}`: a refund that nobody asked for over the OpenAPI, as
/// somebody makes it in the wallet's portal. The merchant isn't told; its statement shows it.
pub(in crate::web) async fn refund(
    State(simulator): Shared,
    Path(payment_id): Path<String>,
    body: Body<GiveBack>,
) -> Answer<RefundView> {
    let GiveBack { value, reason } = body?.0;
    let fresh = format!("portal{}", simulator.rng().unguessable_id());
    let made = Simulator::with_books(&simulator, move |books, now| {
        let wallet = books.store.wallet();
        let Some(payment) = wallet.payment(&payment_id) else { return Ok(Err(unknown_payment())) };
        let (Ok(refund_request_id), Ok(refund_id)) = (RefundRequestId::new(&*fresh), RefundId::new(&*fresh))
        else {
            return Ok(Err(Problem::internal()));
        };
        let client_id = payment.terms.client_id.clone();
        let asked = RefundAsked {
            refund_request_id,
            payment: PaymentKey::Id(payment.terms.payment_id.clone()),
            amount: Amount { currency: payment.terms.amount.currency, value },
            reason: reason.map(|reason| reason.text().to_owned()),
            content: String::new(),
        };
        let decided = wallet.decide_refund(now, &client_id, asked, Settlement::AtOnce, refund_id);
        let (events, refund_id) = match decided {
            Ok(decided) => decided,
            Err(refusal) => return Ok(Err(refused(&refusal))),
        };
        books.store.commit(events)?;
        Ok(books.store.wallet().refund(&refund_id).map(refund_view).ok_or_else(unknown_refund))
    });
    made.await?.map(Json)
}

/// `POST /payments/{paymentId}/reverse`: the wallet takes a paid payment back by itself. The merchant isn't
/// told; an inquiry says `CANCELLED`, and its statement shows it.
pub(in crate::web) async fn reverse(
    State(simulator): Shared,
    Path(payment_id): Path<String>,
) -> Answer<PaymentView> {
    let reversed = Simulator::with_books(&simulator, move |books, now| {
        let wallet = books.store.wallet();
        let Some(payment) = wallet.payment(&payment_id).filter(|payment| payment.paid() > 0) else {
            return Ok(Err(unknown_payment()));
        };
        let (client_id, key) =
            (payment.terms.client_id.clone(), PaymentKey::Id(payment.terms.payment_id.clone()));
        let events = match wallet.decide_cancel(now, &client_id, &key, true) {
            Ok((events, _)) => events,
            Err(refusal) => return Ok(Err(refused(&refusal))),
        };
        books.store.commit(events)?;
        Ok(books.store.wallet().payment(&payment_id).map(payment_view).ok_or_else(unknown_payment))
    });
    reversed.await?.map(Json)
}

fn unknown_payment() -> Problem {
    Problem::not_found("unknown_payment", "There is no such paid payment; GET /_simulator/ledger lists them.")
}

/// What the wallet's rules forbid even its own support.
fn refused(refusal: &Refusal) -> Problem {
    Problem::new(StatusCode::CONFLICT, "refused", format!("{}.", refusal.message))
}

fn unknown_refund() -> Problem {
    Problem::not_found("unknown_refund", "There is no such refund; GET /_simulator/ledger lists them.")
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct MerchantView {
    client_id: ClientId,
    /// What the wallet owes it still.
    balances: Vec<PlainAmount>,
}

/// `POST /merchants/{clientId}/pay-out {currency, value}`: a part of a merchant's balance goes to its bank,
/// so that a refund or a cancel can meet an empty one.
pub(in crate::web) async fn pay_out(
    State(simulator): Shared,
    Path(client_id): Path<String>,
    body: Body<PlainAmount>,
) -> Answer<MerchantView> {
    let amount = body?.0.parse()?;
    let paid = Simulator::with_books(&simulator, move |books, now| {
        let wallet = books.store.wallet();
        let Some(merchant) = wallet.merchant(&client_id) else {
            let detail = "There is no such merchant; POST /_simulator/merchants registers one.";
            return Ok(Err(Problem::not_found("unknown_merchant", detail)));
        };
        let client_id = merchant.client_id.clone();
        let Some(events) = wallet.decide_pay_out(now, &client_id, amount) else {
            let detail = "The merchant's balance is lower than that.";
            return Ok(Err(Problem::new(StatusCode::CONFLICT, "balance_too_low", detail)));
        };
        books.store.commit(events)?;
        let account = Account::Merchant(client_id.clone());
        let balances = books.store.wallet().ledger().balances(&account);
        let balances = balances.map(|(currency, value)| PlainAmount::new(currency, value)).collect();
        Ok(Ok(MerchantView { client_id, balances }))
    });
    paid.await?.map(Json)
}
