//! Bad days on demand: what testers asked to go wrong, and when it does.
//!
//! In: a tester's wish ([`NewFault`]), and every occasion on which something could go wrong. Out: the fault
//! that fires on it, if any. A fault changes what is said, or whether it arrives; never the books, except
//! where its kind says so. All of it lives in memory: a restart forgets it.
//!
//! Where to start: [`kind`] lists what there is. `answer` applies it to calls, `notification` to
//! notifications, `signature` to signatures; wallet and journal know nothing of it.

pub(crate) mod answer;
pub mod kind;
pub(crate) mod notification;
mod other;
pub(crate) mod signature;
mod wish;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use wallet_api::ids::{ClientId, PaymentId, PaymentRequestId};
use wallet_api::operation::Operation;
use wallet_api::random::{Rng as _, SeededRng};

use self::kind::{CallFault, CashierFault, NotificationFault};
pub use self::wish::{NewFault, WishError};
use crate::simulator::RawResponse;
use crate::wallet::payment::{Delivery, Payment, State};

/// How many faults there may be at once.
const MOST: usize = 1_000;

/// Names a fault: `f-1`, `f-2`, and so on; never used twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FaultId(String);

/// What a fault is about, and what it does there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A call of the merchant's.
    Call(Operation, CallFault),
    /// A notification.
    Notification(NotificationFault),
    /// A confirmation in the cashier.
    Cashier(CashierFault),
}

/// How often a fault fires.
#[derive(Debug)]
enum Often {
    /// This often, and then no more.
    Times(u32),
    /// With this probability each time; the draws repeat with the seed.
    Chance { probability: f64, seed: u64, draws: SeededRng },
}

/// What a tester asked to go wrong.
#[derive(Debug)]
struct Fault {
    id: FaultId,
    kind: String,
    what: What,
    client_id: Option<ClientId>,
    payment_request_id: Option<PaymentRequestId>,
    /// The first match on which it may fire, counted from 1.
    nth: u32,
    often: Often,
    matched: u32,
    fired: u32,
}

/// A fault, as testers see it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultView {
    id: FaultId,
    on: &'static str,
    #[serde(flatten)]
    what: What,
    client_id: Option<ClientId>,
    payment_request_id: Option<PaymentRequestId>,
    nth: u32,
    times: Option<u32>,
    probability: Option<f64>,
    seed: Option<u64>,
    /// On how many occasions it could have fired.
    matched: u32,
    /// How often it did.
    fired: u32,
}

/// What the transcript says of a message that a fault touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// Which fault.
    pub id: FaultId,
    /// Of which kind.
    pub kind: String,
}

/// A fault that fires now.
#[derive(Clone, Debug)]
pub(crate) struct Fired<T> {
    pub mark: Mark,
    pub what: T,
}

/// Something that a fault can happen to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    pub client_id: &'a ClientId,
    /// Which payment it is about, by the merchant's id.
    pub payment_request_id: Option<&'a PaymentRequestId>,
    /// The same as the wallet has it; `None` when it has none such.
    pub payment: Option<&'a Payment>,
    /// Whether the merchant has another payment.
    pub has_another: bool,
}

/// All faults, and what they need to remember.
#[derive(Default)]
pub(crate) struct Faults {
    faults: Vec<Fault>,
    made: u64,
    /// Per merchant and operation the last answers to two different payments' requests.
    answers: BTreeMap<(ClientId, Operation), Vec<(PaymentRequestId, RawResponse)>>,
    /// Notifications whose fault was decided before they are sent, and until when they wait for it.
    decided: BTreeMap<PaymentId, (Mark, Timestamp)>,
}

impl What {
    /// Where it happens, as testers write it.
    pub fn place(&self) -> &'static str {
        match self {
            Self::Call(operation, _) => operation.as_str(),
            Self::Notification(_) => wish::NOTIFICATION,
            Self::Cashier(_) => wish::CASHIER,
        }
    }
}

/// The kind with its members; the place stands beside it.
impl Serialize for What {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Call(_, fault) => fault.serialize(serializer),
            Self::Notification(fault) => fault.serialize(serializer),
            Self::Cashier(fault) => fault.serialize(serializer),
        }
    }
}

impl Fault {
    /// Counts the occasion, and says whether the fault would fire on it.
    fn would_fire(&mut self) -> bool {
        self.matched = self.matched.saturating_add(1);
        if self.matched < self.nth {
            return false;
        }
        match &self.often {
            Often::Times(times) => self.fired < *times,
            Often::Chance { probability, draws, .. } => {
                let mut bytes = [0; 4];
                draws.fill(&mut bytes);
                f64::from(u32::from_be_bytes(bytes)) < probability * 4_294_967_296.0
            }
        }
    }

    fn is_about(&self, occasion: &Occasion<'_>) -> bool {
        self.client_id.as_ref().is_none_or(|id| id == occasion.client_id)
            && (self.payment_request_id.is_none()
                || self.payment_request_id.as_ref() == occasion.payment_request_id)
    }

    fn mark(&self) -> Mark {
        Mark { id: self.id.clone(), kind: self.kind.clone() }
    }

    fn view(&self) -> FaultView {
        let (times, probability, seed) = match &self.often {
            Often::Times(times) => (Some(*times), None, None),
            Often::Chance { probability, seed, .. } => (None, Some(*probability), Some(*seed)),
        };
        FaultView {
            id: self.id.clone(),
            on: self.what.place(),
            what: self.what.clone(),
            client_id: self.client_id.clone(),
            payment_request_id: self.payment_request_id.clone(),
            nth: self.nth,
            times,
            probability,
            seed,
            matched: self.matched,
            fired: self.fired,
        }
    }
}

impl Faults {
    /// Takes a wish; `None` when there are too many already.
    pub fn add(&mut self, new: NewFault) -> Option<FaultView> {
        if self.faults.len() >= MOST {
            return None;
        }
        self.made += 1;
        let fault = new.into_fault(FaultId(format!("f-{}", self.made)));
        let view = fault.view();
        self.faults.push(fault);
        Some(view)
    }

    /// All of them, oldest first; those that will not fire any more, too.
    pub fn views(&self) -> Vec<FaultView> {
        self.faults.iter().map(Fault::view).collect()
    }

    /// Forgets one, and lets go what waits for it; whether there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id.0 != id);
        self.decided.retain(|_, (mark, _)| mark.id.0 != id);
        self.faults.len() < before
    }

    /// Forgets all of them, and lets go what waits for them. Ids go on.
    pub fn clear(&mut self) {
        self.faults.clear();
        self.decided.clear();
    }

    /// The same, and the answers that could be given to others.
    pub fn reset(&mut self) {
        self.clear();
        self.answers.clear();
    }

    /// What happens to this call.
    pub fn on_call(&mut self, operation: Operation, occasion: Occasion<'_>) -> Option<Fired<CallFault>> {
        let id = occasion.payment_request_id;
        let another = self.answer_to_another(occasion.client_id, operation, id).is_some();
        self.fire(&occasion, |what| match what {
            What::Call(on, fault) if *on == operation => {
                can_happen_to_call(fault, &occasion, another).then_some(fault)
            }
            What::Call(..) | What::Notification(_) | What::Cashier(_) => None,
        })
    }

    /// What happens to this notification.
    pub fn on_notification(&mut self, occasion: Occasion<'_>) -> Option<Fired<NotificationFault>> {
        self.fire(&occasion, |what| match what {
            What::Notification(fault) => can_happen_to_notification(fault, &occasion).then_some(fault),
            What::Call(..) | What::Cashier(_) => None,
        })
    }

    /// What happens to this confirmation.
    pub fn on_confirmation(&mut self, occasion: Occasion<'_>) -> Option<Fired<CashierFault>> {
        let is_to_be_told = occasion.payment.is_some_and(|payment| {
            matches!(payment.delivery, Delivery::Pending { .. }) && payment.notification_tries == 0
        });
        self.fire(&occasion, |what| match what {
            What::Cashier(fault @ CashierFault::NotifiedFirst {}) => is_to_be_told.then_some(fault),
            What::Call(..) | What::Notification(_) => None,
        })
    }

    /// Each fault counts its own occasions; the oldest that would fire does, and no other.
    fn fire<T: Clone>(
        &mut self,
        occasion: &Occasion<'_>,
        possible: impl Fn(&What) -> Option<&T>,
    ) -> Option<Fired<T>> {
        let mut fired = None;
        for fault in self.faults.iter_mut().filter(|fault| fault.is_about(occasion)) {
            if possible(&fault.what).is_none() || !fault.would_fire() || fired.is_some() {
                continue;
            }
            fault.fired = fault.fired.saturating_add(1);
            let mark = fault.mark();
            fired = possible(&fault.what).map(|what| Fired { mark, what: what.clone() });
        }
        fired
    }

    /// Keeps an answer, so that it can be given to another payment's request.
    pub fn remember(
        &mut self,
        client_id: &ClientId,
        operation: Operation,
        payment_request_id: Option<&PaymentRequestId>,
        answer: &RawResponse,
    ) {
        let Some(id) = payment_request_id else { return };
        let answers = self.answers.entry((client_id.clone(), operation)).or_default();
        answers.retain(|(other, _)| other != id);
        answers.push((id.clone(), answer.clone()));
        if answers.len() > 2 {
            answers.remove(0);
        }
    }

    /// The last answer to the same question about another payment.
    pub fn answer_to_another(
        &self,
        client_id: &ClientId,
        operation: Operation,
        payment_request_id: Option<&PaymentRequestId>,
    ) -> Option<&RawResponse> {
        let id = payment_request_id?;
        let answers = self.answers.get(&(client_id.clone(), operation))?;
        answers.iter().rev().find(|(other, _)| other != id).map(|(_, answer)| answer)
    }

    /// Decides what the next notification of a payment is marked with, and that it waits until `until`.
    pub fn decide(&mut self, payment_id: PaymentId, mark: Mark, until: Timestamp) {
        self.decided.insert(payment_id, (mark, until));
    }

    /// Until when a payment's notification waits although it is due.
    pub fn not_before(&self, payment_id: &PaymentId) -> Option<Timestamp> {
        self.decided.get(payment_id).map(|(_, until)| *until)
    }

    /// What was decided about the notification that is sent now.
    pub fn take_decided(&mut self, payment_id: &PaymentId) -> Option<Mark> {
        self.decided.remove(payment_id).map(|(mark, _)| mark)
    }
}

fn can_happen_to_call(fault: &CallFault, occasion: &Occasion<'_>, another_answer: bool) -> bool {
    let state = occasion.payment.map(|payment| &payment.state);
    let authorise_only = occasion.payment.is_some_and(|payment| payment.terms.authorise_only);
    match fault {
        CallFault::StillProcessing {} => matches!(state, Some(State::Succeeded { .. })),
        CallFault::CancelledThenPaid { .. } => {
            !authorise_only && matches!(state, Some(State::Processing | State::Succeeded { .. }))
        }
        CallFault::AnotherAnswer {} => another_answer,
        CallFault::RequestLost {}
        | CallFault::AnswerLost {}
        | CallFault::AnswerDelayed { .. }
        | CallFault::HttpStatus { .. }
        | CallFault::Unknown { .. }
        | CallFault::Refused { .. }
        | CallFault::Signature { .. }
        | CallFault::Another { .. }
        | CallFault::TimeShifted { .. }
        | CallFault::CashierElsewhere {}
        | CallFault::Truncated {}
        | CallFault::NotJson {}
        | CallFault::TooLong { .. }
        | CallFault::RefundInProcess {}
        | CallFault::RefundFails { .. } => true,
    }
}

fn can_happen_to_notification(fault: &NotificationFault, occasion: &Occasion<'_>) -> bool {
    let is_paid = occasion.payment.is_some_and(|payment| matches!(payment.state, State::Succeeded { .. }));
    match fault {
        NotificationFault::FailFirst {} => is_paid,
        NotificationFault::AnotherOrder {} => occasion.has_another,
        NotificationFault::Lost {}
        | NotificationFault::Repeated { .. }
        | NotificationFault::Delayed { .. }
        | NotificationFault::Another { .. }
        | NotificationFault::Signature { .. }
        | NotificationFault::TimeShifted { .. }
        | NotificationFault::NotAcknowledged {} => true,
    }
}

#[cfg(test)]
mod tests;
