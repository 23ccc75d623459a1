//! Asks a wallet for a payment, and then how it stands.
//!
//! `cargo run -p wallet-api --example pay [ORIGIN [PROFILE]]`, with a wallet simulator at ORIGIN (default
//! http://127.0.0.1:8702) and PROFILE one of the shipped ones (default generic-v2).

mod support;

use std::io::Write;

use support::{Shop, Stop, advice, trade_pay, two_mugs};
use wallet_api::client::{Cashier, InquiryAnswer, PayAnswer, PaymentQuestion, PreparedCall};
use wallet_api::ids::PaymentId;
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::pay::PayRequest;
use wallet_api::outcome::{NextStep, Reason, Sending};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stop> {
    let (origin, profile) = support::arguments();
    run(&origin, &profile, &mut std::io::stdout()).await
}

/// The whole example, written to `out`.
pub async fn run(origin: &str, profile: &str, out: &mut dyn Write) -> Result<(), Stop> {
    let shop = Shop::open(origin, profile, out).await?;
    let request = two_mugs(None)?;

    // 1. Prepare. Nothing is sent yet: these are the bytes that will be sent, however often.
    let call = shop.client.prepare_pay(&request)?;
    let row = serde_json::to_vec(&call)?;
    writeln!(out, "prepared {} with {} bytes to {}", call.operation.as_str(), call.body.len(), call.uri)?;

    // 2. Store, before the first byte leaves: `INSERT INTO attempt (payment_request_id, call, state)`, in
    //    the transaction that marks the order as being paid. After a crash the row is what you resend;
    //    without it, a payment may exist that nobody remembers.
    writeln!(out, "stored   {} bytes under {}", row.len(), request.payment_request_id)?;

    // 3. Send what was stored. Only a request that nobody can have seen is `First`; after a crash, a
    //    time-out or a doubt it is `Resend`, because F then no longer says what the first one did.
    let stored: PreparedCall = serde_json::from_slice(&row)?;
    let sent = match shop.client.pay(&stored, Sending::First).await {
        PayAnswer::Unknown { reason, payment_id } if reason.next_step() == NextStep::ResendSame => {
            writeln!(out, "unknown  {}", advice(&reason))?;
            // A server waits in between, each time longer. The id makes it safe: the wallet knows the
            // payment by it and doesn't make a second one.
            match shop.client.pay(&stored, Sending::Resend).await {
                PayAnswer::Unknown { reason, payment_id: later } => {
                    PayAnswer::Unknown { reason, payment_id: later.or(payment_id) }
                }
                answered => answered,
            }
        }
        answered => answered,
    };
    let (payment_id, cashier) = match answered(sent, out)? {
        Sent::Over => return Ok(()),
        Sent::Ask(payment_id, cashier) => (payment_id, cashier),
    };

    // 4. Ask. Only this, and a verified notification, can make an order paid; what the mini program is
    //    told by `my.tradePay` is a reason to ask, no more.
    ask(&shop, &request, payment_id, out).await?;
    if let Some(cashier) = cashier {
        writeln!(out, "cashier  {}", trade_pay(&cashier))?;
        if let Cashier::PaymentUrl(url) = cashier {
            // The simulator's page takes the customer's login from the fragment, which no server sees.
            let login = shop.simulator.login().await?;
            writeln!(out, "open     {url}#login={login}")?;
        }
    }
    Ok(())
}

/// Where an answer leads.
enum Sent {
    /// The attempt is over; a new one gets a new id.
    Over,
    /// To an inquiry: now, and by schedule until the payment is final.
    Ask(Option<PaymentId>, Option<Cashier>),
}

fn answered(answer: PayAnswer, out: &mut dyn Write) -> Result<Sent, Stop> {
    Ok(match answer {
        PayAnswer::Accepted { payment_id, cashier } => {
            writeln!(out, "accepted as payment {payment_id}; the shopper opens the cashier")?;
            Sent::Ask(Some(payment_id), Some(cashier))
        }
        PayAnswer::Success { payment_id } => {
            writeln!(out, "paid     says the wallet, but not how much: the inquiry will")?;
            Sent::Ask(payment_id, None)
        }
        PayAnswer::Authorised { payment_id, until } => {
            let until = until.map_or_else(|| "further notice".to_owned(), |until| until.to_string());
            writeln!(out, "held     until {until}: capture or void {payment_id}; nothing is paid")?;
            Sent::Ask(Some(payment_id), None)
        }
        PayAnswer::Failed(reason) => {
            failed(&reason, out)?;
            Sent::Over
        }
        PayAnswer::Unknown { reason, payment_id } => {
            // Not paid and not failed: never tell the shopper to try again now, or both may be paid.
            writeln!(out, "unknown  {}", advice(&reason))?;
            Sent::Ask(payment_id, None)
        }
    })
}

/// The wallet's signed word that nothing was or will be taken: what the shop does about it.
fn failed(reason: &Reason, out: &mut dyn Write) -> Result<(), Stop> {
    let shop = match reason.next_step() {
        NextStep::NewAttempt => "offer the shopper another try, under a new paymentRequestId",
        NextStep::TellShopper => "close the order; another try won't help",
        NextStep::Reauthorise => "let the shopper log in again, then make a new attempt",
        NextStep::FixConfiguration => "wake an operator: every payment fails like this",
        NextStep::CallWallet => "have a person talk to the wallet",
        NextStep::Inquire | NextStep::ResendSame => "ask before anything else is tried",
    };
    writeln!(out, "failed   {}: {reason}; {shop}", reason.code())?;
    Ok(())
}

async fn ask(
    shop: &Shop,
    request: &PayRequest,
    payment_id: Option<PaymentId>,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    // The question carries what is known, and the answer is refused where it speaks of anything else.
    let question = PaymentQuestion {
        payment_request_id: request.payment_request_id.clone(),
        amount: request.amount,
        payment_id,
    };
    match shop.client.inquire_payment(&question).await {
        InquiryAnswer::Found(payment) => {
            let next = match &payment.status {
                PaymentStatus::Success => "deliver",
                PaymentStatus::Fail | PaymentStatus::Cancelled => "offer another try, under a new id",
                PaymentStatus::AuthSuccess => "capture or void",
                PaymentStatus::Processing | PaymentStatus::Pending => "ask again, until it is final",
                // A status that this version doesn't know decides nothing.
                PaymentStatus::Other(_) => "ask again, and have a person read the wallet's documents",
            };
            writeln!(out, "inquiry  {}: {next}", payment.status)?;
        }
        InquiryAnswer::NotFound(reason) => {
            // Early on that proves nothing: the request may still be on its way. Believe it only once the
            // payment's own expiry has passed.
            writeln!(out, "inquiry  not there yet ({}): ask again", reason.code())?;
        }
        InquiryAnswer::Failed(reason) | InquiryAnswer::Unknown(reason) => {
            writeln!(out, "inquiry  says nothing: {}", advice(&reason))?;
        }
    }
    Ok(())
}
