//! The jobs of refunds: stored, sent, asked about.

use std::sync::Arc;

use merchant_core::lifecycle::{
    Event, Order, Refund, RefundAnswer, RefundState, RefundWord, Sending, StoredCall, Subject,
};

use super::work::{drop_job, finish_with, may_ask};
use crate::app::{App, ShopError};
use crate::metrics::Counter;
use crate::store::Job;
use crate::wallet::{CantAsk, RefundFacts, Told};

pub(super) async fn send(app: &App, job: &Job) -> Result<(), ShopError> {
    let Some((order, refund)) = subject(app, job).await? else { return drop_job(app, job).await };
    match refund.state {
        RefundState::Requested | RefundState::Unknown { .. } => {}
        RefundState::Accepted { .. }
        | RefundState::Succeeded { .. }
        | RefundState::Failed { .. }
        | RefundState::NeedsAttention { .. } => return drop_job(app, job).await,
    }
    // Counted durably before the bytes leave, here by the claim and in the refund by each answer.
    let sending = match (refund.sendings, job.token.fence) {
        (0, 0 | 1) => Sending::First,
        (sendings, fence) => Sending::Repeat { number: sendings.saturating_add(1).max(fence) },
    };
    let Told { meaning: answer, wire } = match stored_call(app, &order, &refund).await? {
        Ok(call) => {
            app.metrics.count(Counter::RefundSent);
            app.wallets.refund(&order.customer.wallet, &call, sending).await
        }
        Err(cant_ask) => {
            Told { meaning: RefundAnswer::Unknown { reason: cant_ask.to_string() }, wire: Vec::new() }
        }
    };
    log_answer(&order, &refund, &answer);
    finish_with(app, job, Event::RefundAnswered { refund: refund.id, sending, answer }, wire).await
}

pub(super) async fn inquire(app: &App, job: &Job) -> Result<(), ShopError> {
    let Some((order, refund)) = subject(app, job).await? else { return drop_job(app, job).await };
    if !refund.state.is_open() {
        return drop_job(app, job).await;
    }
    let wallet = &order.customer.wallet;
    let urgency = app.settings.calls(wallet).schedule.refund_urgency(refund.asking_since, app.now());
    if !may_ask(app, job, wallet, urgency).await? {
        return Ok(());
    }
    app.metrics.count(Counter::InquirySent);
    let Told { meaning: word, wire } = app.wallets.inquire_refund(&facts(&order, &refund)).await;
    if let RefundWord::Nothing { reason } = &word {
        tracing::warn!(order = %order.id, refund = %refund.id, reason, "a refund's state can't be asked");
    }
    finish_with(app, job, Event::RefundTold { refund: refund.id, word }, wire).await
}

/// The bytes that were stored, or new ones, stored before they are sent.
async fn stored_call(
    app: &App,
    order: &Order,
    refund: &Refund,
) -> Result<Result<StoredCall, CantAsk>, ShopError> {
    let wallet = &order.customer.wallet;
    if let Some(call) = app.store.refund_call(wallet, &refund.id).await? {
        return Ok(Ok(call));
    }
    match app.wallets.prepare_refund(&facts(order, refund)) {
        Ok(call) => {
            app.store.keep_refund_call(wallet, &refund.id, call).await?;
            let kept = app.store.refund_call(wallet, &refund.id).await?;
            Ok(kept.ok_or_else(|| CantAsk("its bytes couldn't be stored".to_owned())))
        }
        Err(cant_ask) => Ok(Err(cant_ask)),
    }
}

fn facts<'a>(order: &'a Order, refund: &'a Refund) -> RefundFacts<'a> {
    RefundFacts {
        wallet: &order.customer.wallet,
        refund,
        payment_request_id: order.attempt(&refund.attempt).map(|attempt| &attempt.payment_request_id),
        currency: &order.currency.code,
    }
}

/// The order and refund that a job is about.
async fn subject(app: &App, job: &Job) -> Result<Option<(Arc<Order>, Refund)>, ShopError> {
    let Some(order) = app.find(&job.key.order).await? else { return Ok(None) };
    let refund = match &job.key.about {
        Subject::Refund(id) => order.refund(id).cloned(),
        Subject::Order | Subject::Attempt(_) => None,
    };
    Ok(refund.map(|refund| (order, refund)))
}

fn log_answer(order: &Order, refund: &Refund, answer: &RefundAnswer) {
    let (order, refund) = (&order.id, &refund.id);
    match answer {
        RefundAnswer::Taken { refund_id } => {
            tracing::info!(%order, %refund, %refund_id, "the wallet took a refund");
        }
        RefundAnswer::Refused { code } => tracing::error!(%order, %refund, code, "a refund was refused"),
        RefundAnswer::Unknown { reason } => {
            tracing::warn!(%order, %refund, reason, "refund: outcome unknown")
        }
    }
}
