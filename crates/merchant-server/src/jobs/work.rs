//! What each kind of job does.

use std::sync::Arc;

use merchant_core::lifecycle::{
    Attempt, AttemptState, Event, JobKind, Order, PayAnswer, Sending, Subject, Urgency, WalletName,
    WordSource,
};

use super::limit::Turn;
use super::refund;
use crate::app::{App, Applied, AtHand, Cause, ShopError};
use crate::evidence::{Wire, WireMessage};
use crate::metrics::Counter;
use crate::store::Job;
use crate::wallet::{InquiryReply, Question, Told};

/// How often a wallet is asked about a payment because of a statement before that is given up.
const CHECKS: u32 = 20;

/// Does one claimed job. A failure is logged; the job is done again when its lease is over.
pub async fn run(app: &App, job: Job) {
    run_at_once(app, job, None).await;
}

/// The same for a job that this process has just written down: what is at hand needn't be read.
pub async fn run_at_once(app: &App, job: Job, at_hand: Option<AtHand>) {
    let _held = app.claims.hold(&job.token);
    let order = job.key.order.clone();
    let result = match job.key.kind {
        JobKind::SendPay => send_pay(app, &job, at_hand).await,
        JobKind::Inquire => inquire(app, &job).await,
        JobKind::CheckPayment => check(app, &job).await,
        JobKind::Cancel => cancel(app, &job).await,
        JobKind::SendRefund => refund::send(app, &job).await,
        JobKind::InquireRefund => refund::inquire(app, &job).await,
        JobKind::ExpireOrder => finish_with(app, &job, Event::PayByReached, Vec::new()).await,
    };
    if let Err(error) = result {
        app.metrics.count(Counter::JobFailed);
        tracing::error!(order = %order, job = job.key.kind.as_str(), %error, "a job failed and will be tried again");
    }
}

async fn send_pay(app: &App, job: &Job, at_hand: Option<AtHand>) -> Result<(), ShopError> {
    let (found, at_hand) = match at_hand {
        Some(AtHand { order, pay_request }) => (with_attempt(order, job), Some(pay_request)),
        None => (subject(app, job).await?, None),
    };
    let Some((order, attempt)) = found else { return drop_job(app, job).await };
    let still_wanted = match attempt.state {
        AttemptState::Creating | AttemptState::Unknown => true,
        AttemptState::Open { .. }
        | AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => false,
    };
    // After the time to pay nothing new is started; asking goes on.
    if !still_wanted || app.now() >= order.pay_by {
        return drop_job(app, job).await;
    }
    let stored = match at_hand {
        Some(request) => Some(request),
        None => app.store.pay_request(&attempt.id).await?,
    };
    let Some(request) = stored else { return drop_job(app, job).await };
    // The claim is counted durably before the bytes leave: a crash in between makes this a repeat. So does
    // an earlier sending whose job is gone: only an attempt that nothing came back for can be new.
    let sending = match (&attempt.state, job.token.fence) {
        (AttemptState::Creating, 0 | 1) => Sending::First,
        (_, fence) => Sending::Repeat { number: fence.max(2) },
    };
    app.metrics.count(Counter::PaySent);
    let Told { meaning: answer, wire } = app.wallets.pay(&order.customer.wallet, &request, sending).await;
    log_answer(&order, &attempt, &answer);
    finish_with(app, job, Event::PayAnswered { attempt: attempt.id, sending, answer }, wire).await
}

async fn inquire(app: &App, job: &Job) -> Result<(), ShopError> {
    let Some((order, attempt)) = subject(app, job).await? else { return drop_job(app, job).await };
    if !attempt.can_be_asked() {
        return drop_job(app, job).await;
    }
    let (wallet, now) = (&order.customer.wallet, app.now());
    let urgency = app.settings.calls(wallet).schedule.urgency(&order, &attempt, now);
    if !may_ask(app, job, wallet, urgency).await? {
        return Ok(());
    }
    let (event, wire) = ask(app, &order, attempt).await;
    finish_with(app, job, event, wire).await
}

/// Asks about an attempt that may be final by our books: a statement says something else.
async fn check(app: &App, job: &Job) -> Result<(), ShopError> {
    let Some((order, attempt)) = subject(app, job).await? else { return drop_job(app, job).await };
    if !may_ask(app, job, &order.customer.wallet, Urgency::Routine).await? {
        return Ok(());
    }
    let (event, wire) = ask(app, &order, attempt).await;
    // Nobody else asks again about what is final: this job does, when its lease is over.
    if matches!(event, Event::InquiryUnanswered { .. }) && job.token.fence < CHECKS {
        return Ok(app.store.keep_wire(&job.key.order, about(job, wire)).await?);
    }
    finish_with(app, job, event, wire).await
}

async fn ask(app: &App, order: &Order, attempt: Attempt) -> (Event, Vec<WireMessage>) {
    let question = Question {
        payment_request_id: attempt.payment_request_id,
        amount: order.total,
        currency: order.currency.code.clone(),
    };
    app.metrics.count(Counter::InquirySent);
    let id = attempt.id;
    let Told { meaning, wire } = app.wallets.inquire(&order.customer.wallet, &question).await;
    let event = match meaning {
        InquiryReply::Word(word) => Event::WalletSaid { attempt: id, word, source: WordSource::Inquiry },
        InquiryReply::Contradiction(detail) => Event::InquiryContradicts { attempt: id, detail },
        InquiryReply::Nothing(reason) => Event::InquiryUnanswered { attempt: id, reason },
    };
    (event, wire)
}

async fn cancel(app: &App, job: &Job) -> Result<(), ShopError> {
    let Some((order, attempt)) = subject(app, job).await? else { return drop_job(app, job).await };
    let still_wanted = match attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown => {
            attempt.cancelling.filter(|cancelling| cancelling.taken_at.is_none())
        }
        AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => None,
    };
    let Some(cancelling) = still_wanted else { return drop_job(app, job).await };
    let sending = match (cancelling.sent, job.token.fence) {
        (0, 0 | 1) => Sending::First,
        (sent, fence) => Sending::Repeat { number: sent.saturating_add(1).max(fence) },
    };
    app.metrics.count(Counter::CancelSent);
    let told = app.wallets.cancel(&order.customer.wallet, &attempt.payment_request_id, sending).await;
    let event = Event::CancelAnswered { attempt: attempt.id, answer: told.meaning };
    finish_with(app, job, event, told.wire).await
}

/// Whether the wallet may be asked now; otherwise the job is put off until it may.
pub(super) async fn may_ask(
    app: &App,
    job: &Job,
    wallet: &WalletName,
    urgency: Urgency,
) -> Result<bool, ShopError> {
    let limit = app.settings.calls(wallet).limit;
    match app.limits.take(wallet, limit, job.token.id, urgency, app.now()) {
        Turn::Now => Ok(true),
        Turn::At(at) => {
            app.metrics.count(Counter::InquiryPutOff);
            app.store.put_off_job(&job.token, at).await?;
            Ok(false)
        }
    }
}

/// The order and attempt that a job is about.
async fn subject(app: &App, job: &Job) -> Result<Option<(Arc<Order>, Attempt)>, ShopError> {
    Ok(app.find(&job.key.order).await?.and_then(|order| with_attempt(order, job)))
}

fn with_attempt(order: Arc<Order>, job: &Job) -> Option<(Arc<Order>, Attempt)> {
    let attempt = match &job.key.about {
        Subject::Attempt(id) => order.attempt(id).cloned(),
        Subject::Order | Subject::Refund(_) => None,
    };
    attempt.map(|attempt| (order, attempt))
}

pub(super) async fn drop_job(app: &App, job: &Job) -> Result<(), ShopError> {
    Ok(app.store.finish_job(&job.token).await?)
}

/// The messages of a job, with what they are about.
fn about(job: &Job, messages: Vec<WireMessage>) -> Wire {
    let about = match &job.key.about {
        Subject::Order => String::new(),
        Subject::Attempt(id) => id.to_string(),
        Subject::Refund(id) => id.to_string(),
    };
    Wire { about, messages }
}

pub(super) async fn finish_with(
    app: &App,
    job: &Job,
    event: Event,
    messages: Vec<WireMessage>,
) -> Result<(), ShopError> {
    let wire = about(job, messages);
    let cause = Cause { job: Some(job.token.clone()), inbox: None, wire: wire.clone() };
    match app.apply(&job.key.order, None, event, cause).await? {
        Applied::Changed(_, _) | Applied::Unchanged(_) => {}
        Applied::Refused(refusal) => {
            tracing::error!(order = %job.key.order, %refusal, "a job's event was refused");
            app.store.keep_wire(&job.key.order, wire).await?;
            drop_job(app, job).await?;
        }
        Applied::FenceLost => {
            tracing::debug!(order = %job.key.order, job = job.key.kind.as_str(), "the job isn't ours any more");
        }
    }
    Ok(())
}

fn log_answer(order: &Order, attempt: &Attempt, answer: &PayAnswer) {
    let (order, request) = (&order.id, &attempt.payment_request_id);
    match answer {
        PayAnswer::Accepted { payment_id, .. } => {
            tracing::info!(%order, payment_request = %request, payment = %payment_id, "the cashier is open");
        }
        PayAnswer::ClaimsSuccess => {
            tracing::info!(%order, payment_request = %request, "pay claims success: asking");
        }
        PayAnswer::Refused { code } | PayAnswer::Doubtful { code } => {
            tracing::warn!(%order, payment_request = %request, code, "pay was refused");
        }
        PayAnswer::Unknown { reason } => {
            tracing::warn!(%order, payment_request = %request, reason, "pay: outcome unknown");
        }
    }
}
