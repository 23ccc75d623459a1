//! What the wallet does with money by itself: it ends refunds, and pays merchants out.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use wallet_api::ids::{ClientId, RefundId};

use super::books::{RefundView, refund_view};
use super::customers::PlainAmount;
use super::{Answer, Body};
use crate::faults::kind::FailReason;
use crate::simulator::Simulator;
use crate::wallet::decide::RefundOutcome;
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
    let paid = Simulator::with_books(&simulator, move |books, _| {
        let wallet = books.store.wallet();
        let Some(merchant) = wallet.merchant(&client_id) else {
            let detail = "There is no such merchant; POST /_simulator/merchants registers one.";
            return Ok(Err(Problem::not_found("unknown_merchant", detail)));
        };
        let client_id = merchant.client_id.clone();
        let Some(events) = wallet.decide_pay_out(&client_id, amount) else {
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
