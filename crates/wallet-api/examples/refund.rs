//! Gives a part of a payment back, and asks how the refund stands.
//!
//! `cargo run -p wallet-api --example refund [ORIGIN [PROFILE]]`, with a wallet simulator at ORIGIN (default
//! http://127.0.0.1:8702) and PROFILE one of the shipped ones (default generic-v2). The example plays the
//! customer as well, through the simulator's testers' interface.

mod support;

use std::io::Write;

use support::{Shop, Stop, advice, two_mugs};
use wallet_api::amount::Amount;
use wallet_api::client::{
    CallAnswer, InquiredPayment, InquiryAnswer, PaymentQuestion, PreparedCall, RefundQuestion,
};
use wallet_api::ids::{PaymentId, RefundId, RefundRequestId};
use wallet_api::operation::refund::RefundRequest;
use wallet_api::operation::{PaymentStatus, RefundStatus};
use wallet_api::outcome::{NextStep, Sending};
use wallet_api::random::{Rng as _, SystemRng};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stop> {
    let (origin, profile) = support::arguments();
    run(&origin, &profile, &mut std::io::stdout()).await
}

/// The whole example, written to `out`.
pub async fn run(origin: &str, profile: &str, out: &mut dyn Write) -> Result<(), Stop> {
    let shop = Shop::open(origin, profile, out).await?;

    // 1. A paid order, as the inquiry says. Refund nothing that isn't known to be paid.
    let order = two_mugs(None)?;
    let payment_id = shop.ask(&order, out).await?;
    shop.simulator.confirm(&payment_id, order.amount).await?;
    let question = PaymentQuestion {
        payment_request_id: order.payment_request_id.clone(),
        amount: order.amount,
        payment_id: Some(payment_id.clone()),
    };
    paid(shop.client.inquire_payment(&question).await)?;
    writeln!(out, "paid     {}", order.amount)?;

    // 2. Prepare and store, as with `pay`: the id is minted once, and the same id never refunds twice. Keep
    //    your own sum of refunds under the same lock, so that two clerks can't give back too much.
    let one_mug = Amount::new("PHP", 64_950)?;
    let request = one_back(payment_id, one_mug)?;
    let call = shop.client.prepare_refund(&request)?;
    let row = serde_json::to_vec(&call)?;
    writeln!(out, "stored   {} bytes under {}", row.len(), request.refund_request_id)?;

    // 3. Send what was stored.
    let stored: PreparedCall = serde_json::from_slice(&row)?;
    let Some(refund_id) = send(&shop, &stored, Sending::First, out).await? else { return Ok(()) };

    // 4. Send it again, as after a crash: the wallet knows the id and takes nothing more.
    let again = send(&shop, &stored, Sending::Resend, out).await?;
    if again.is_some_and(|again| again != refund_id) {
        return Err(Stop::because("the wallet made a second refund of the same request"));
    }

    // 5. Ask how it stands; where sending brought only doubt, this is what decides.
    let question = RefundQuestion {
        refund_request_id: request.refund_request_id,
        amount: request.amount,
        refund_id: Some(refund_id),
    };
    ask(&shop, &question, out).await?;
    let left = order.amount.checked_sub(one_mug)?;
    writeln!(out, "left     {left} can still be given back")?;
    Ok(())
}

fn paid(answer: InquiryAnswer<InquiredPayment>) -> Result<(), Stop> {
    match answer {
        InquiryAnswer::Found(payment) if payment.status == PaymentStatus::Success => Ok(()),
        InquiryAnswer::Found(payment) => Err(Stop::because(format!("the payment is {}", payment.status))),
        InquiryAnswer::NotFound(reason) | InquiryAnswer::Failed(reason) | InquiryAnswer::Unknown(reason) => {
            Err(Stop::because(advice(&reason)))
        }
    }
}

fn one_back(payment_id: PaymentId, amount: Amount) -> Result<RefundRequest, Stop> {
    Ok(RefundRequest {
        refund_request_id: RefundRequestId::new(SystemRng.unguessable_id())?,
        payment_id: Some(payment_id),
        payment_request_id: None,
        amount,
        reason: Some("one mug came broken".to_owned()),
        capture_id: None,
    })
}

/// Sends the refund once; `None` where the answer leads elsewhere, which is said to the reader.
async fn send(
    shop: &Shop,
    call: &PreparedCall,
    sending: Sending,
    out: &mut dyn Write,
) -> Result<Option<RefundId>, Stop> {
    Ok(match shop.client.refund(call, sending).await {
        CallAnswer::Done(refunded) => {
            // Taken from the merchant. The shopper's wallet is credited afterwards, by the wallet.
            writeln!(out, "refunded as {}, {sending:?} sending", refunded.refund_id)?;
            Some(refunded.refund_id)
        }
        CallAnswer::Failed(reason) => {
            let shop = match reason.next_step() {
                NextStep::Inquire => "ask what was refunded already: refunds made at the wallet count too",
                NextStep::CallWallet => "have a person talk to the wallet, or pay back another way",
                NextStep::FixConfiguration => "wake an operator",
                NextStep::NewAttempt
                | NextStep::TellShopper
                | NextStep::Reauthorise
                | NextStep::ResendSame => "have a person look at it",
            };
            writeln!(out, "failed   {}: {reason}; {shop}", reason.code())?;
            None
        }
        CallAnswer::Unknown(reason) => {
            // It may have been done. Keep the row; inquire, or send the very same call again as a resend,
            // by schedule. A refund under a new id may give the money back twice.
            writeln!(out, "unknown  {}", advice(&reason))?;
            None
        }
    })
}

async fn ask(shop: &Shop, question: &RefundQuestion, out: &mut dyn Write) -> Result<(), Stop> {
    match shop.client.inquire_refund(question).await {
        InquiryAnswer::Found(refund) => {
            let next = match &refund.status {
                RefundStatus::Success => "tell the shopper that the money is on its way",
                RefundStatus::Fail => "nothing was taken: decide anew, under a new id",
                RefundStatus::Processing => "ask again, until it is final",
                // A status that this version doesn't know decides nothing.
                RefundStatus::Other(_) => "ask again, and have a person read the wallet's documents",
            };
            writeln!(out, "inquiry  {}: {next}", refund.status)?;
        }
        InquiryAnswer::NotFound(reason) => {
            writeln!(out, "inquiry  not there yet ({}): send the same call again", reason.code())?;
        }
        InquiryAnswer::Failed(reason) | InquiryAnswer::Unknown(reason) => {
            writeln!(out, "inquiry  says nothing: {}", advice(&reason))?;
        }
    }
    Ok(())
}
