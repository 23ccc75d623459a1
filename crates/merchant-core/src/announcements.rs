//! Which events a change of an order is for the merchant's own systems, and what their messages say.
//!
//! In: an order before and after a change. Out: [`Announcement`]s, to be written down in the transaction that makes
//! the change and delivered afterwards.

use serde::Serialize;
use shop_api::{MinorUnits, OrderId, OrderStatus, Timestamp};

use crate::lifecycle::{Order, OrderState, Refund, RefundState, order_status};
use crate::time::text;

/// What happened, for the merchant's own systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
pub enum EventKind {
    /// A quote became an order.
    #[serde(rename = "order.placed")]
    Placed,
    /// It is paid; never taken back.
    #[serde(rename = "order.paid")]
    Paid,
    /// It ended unpaid at the shopper's wish.
    #[serde(rename = "order.cancelled")]
    Cancelled,
    /// It wasn't paid in time.
    #[serde(rename = "order.expired")]
    Expired,
    /// Money was given back.
    #[serde(rename = "order.refunded")]
    Refunded,
    /// Money that was to be given back wasn't.
    #[serde(rename = "order.refund_failed")]
    RefundFailed,
    /// A person should look at it.
    #[serde(rename = "order.needs_attention")]
    NeedsAttention,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Placed,
        Self::Paid,
        Self::Cancelled,
        Self::Expired,
        Self::Refunded,
        Self::RefundFailed,
        Self::NeedsAttention,
    ];

    /// As `type` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "order.placed",
            Self::Paid => "order.paid",
            Self::Cancelled => "order.cancelled",
            Self::Expired => "order.expired",
            Self::Refunded => "order.refunded",
            Self::RefundFailed => "order.refund_failed",
            Self::NeedsAttention => "order.needs_attention",
        }
    }
}

/// A message to be written down: the same for every endpoint, and at every try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its `webhook-id`.
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// The exact bytes to send.
    pub body: Vec<u8>,
}

#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

/// Thin: enough to know whether it matters. The rest is asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    order_id: &'a OrderId,
    /// Rises with every change of the order: what is lower than one seen before is old.
    version: u32,
    status: OrderStatus,
    attention: Option<&'static str>,
    currency: &'a str,
    total: MinorUnits,
    /// What was given back so far.
    refunded: MinorUnits,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<RefundData<'a>>,
}

#[derive(Serialize)]
struct RefundData<'a> {
    key: &'a str,
    amount: MinorUnits,
}

/// The messages of a change. Their ids are made of the order's id and version, so the same change always
/// has the same ones.
pub fn announce(before: Option<&Order>, after: &Order, now: Timestamp) -> Vec<Announcement> {
    let mut found: Vec<(EventKind, Option<&Refund>)> = Vec::new();
    if before.is_none() {
        found.push((EventKind::Placed, None));
    }
    let was = before.map_or(OrderState::AwaitingPayment, |order| order.state);
    found.extend(became(was, after.state).map(|kind| (kind, None)));
    found.extend(after.refunds.iter().filter_map(|refund| {
        let was = before.and_then(|order| order.refund(&refund.id)).map(|refund| &refund.state);
        refund_became(was, &refund.state).map(|kind| (kind, Some(refund)))
    }));
    if after.attention.is_some() && before.map(|order| order.attention) != Some(after.attention) {
        found.push((EventKind::NeedsAttention, None));
    }
    (1..).zip(found).map(|(number, (kind, refund))| message(after, now, number, kind, refund)).collect()
}

fn became(was: OrderState, is: OrderState) -> Option<EventKind> {
    match is {
        OrderState::Paid { .. } => (!matches!(was, OrderState::Paid { .. })).then_some(EventKind::Paid),
        OrderState::Cancelled { .. } => {
            (!matches!(was, OrderState::Cancelled { .. })).then_some(EventKind::Cancelled)
        }
        OrderState::Expired { .. } => {
            (!matches!(was, OrderState::Expired { .. })).then_some(EventKind::Expired)
        }
        // Told by the reason, which may change.
        OrderState::AwaitingPayment | OrderState::NeedsAttention { .. } => None,
    }
}

fn refund_became(was: Option<&RefundState>, is: &RefundState) -> Option<EventKind> {
    let ended = |state: &RefundState| match state {
        RefundState::Succeeded { .. } => Some(EventKind::Refunded),
        RefundState::Failed { .. } => Some(EventKind::RefundFailed),
        RefundState::Requested
        | RefundState::Accepted { .. }
        | RefundState::Unknown { .. }
        | RefundState::NeedsAttention { .. } => None,
    };
    ended(is).filter(|kind| was.and_then(ended) != Some(*kind))
}

fn message(
    order: &Order,
    now: Timestamp,
    number: u32,
    kind: EventKind,
    refund: Option<&Refund>,
) -> Announcement {
    let given_back =
        order.refunds.iter().filter(|refund| matches!(refund.state, RefundState::Succeeded { .. }));
    let refunded = given_back.map(|refund| refund.amount.value()).sum();
    let message = Message {
        r#type: kind.as_str(),
        timestamp: text(now),
        data: Data {
            order_id: &order.id,
            version: order.version,
            status: order_status(order),
            attention: order.attention.map(|reason| reason.code()),
            currency: &order.currency.code,
            total: order.total,
            refunded: MinorUnits::new(refunded).unwrap_or(MinorUnits::MAX),
            refund: refund.map(|refund| RefundData { key: refund.id.as_str(), amount: refund.amount }),
        },
    };
    Announcement {
        id: format!("msg_{}_{}_{number}", order.id, order.version),
        kind,
        // Text and numbers always are JSON.
        body: serde_json::to_vec(&message).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::fixtures::{
        START, accepted, after, decide, failed, placed, refund, refund_answered, refund_id, refund_told, said,
    };
    use crate::lifecycle::{Event, PaymentWord, RefundAnswer, RefundWord, Sending, WordSource};

    fn kinds(before: Option<&Order>, after: &Order) -> Vec<&'static str> {
        announce(before, after, START).iter().map(|message| message.kind.as_str()).collect()
    }

    /// What the last of these events is to others.
    fn told(mut events: Vec<Event>) -> Vec<&'static str> {
        let last = events.pop().unwrap();
        let before = after(events);
        let now = START.plus_millis(500_000);
        kinds(Some(&before), &decide(&before, last, now).unwrap().order)
    }

    fn paid() -> Event {
        said(1, PaymentWord::Success, WordSource::Inquiry)
    }

    #[test]
    fn each_change_that_matters_is_told_once() {
        let taken = || refund_answered("k", Sending::First, RefundAnswer::Taken { refund_id: refund_id(1) });
        let given_back = || refund_told("k", RefundWord::Success { refund_id: None });
        assert_eq!(kinds(None, &placed().order), ["order.placed"]);
        assert!(told(vec![accepted(1)]).is_empty());
        assert_eq!(told(vec![accepted(1), paid()]), ["order.paid"]);
        assert_eq!(told(vec![accepted(1), failed(1), Event::CancelRequested]), ["order.cancelled"]);
        assert!(told(vec![accepted(1), paid(), refund("k", 7)]).is_empty());
        let events = vec![accepted(1), paid(), refund("k", 7), taken(), given_back()];
        assert_eq!(told(events.clone()), ["order.refunded"]);
        assert!(told([events, vec![refund("l", 7)]].concat()).is_empty());
    }

    #[test]
    fn what_a_person_should_look_at_is_told_beside_why() {
        let refused = RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".into() };
        let events = vec![accepted(1), paid(), refund("k", 7), refund_answered("k", Sending::First, refused)];
        assert_eq!(told(events), ["order.refund_failed", "order.needs_attention"]);
        let reversed = said(1, PaymentWord::Cancelled, WordSource::Inquiry);
        assert_eq!(told(vec![accepted(1), paid(), reversed]), ["order.needs_attention"]);
    }

    #[test]
    fn a_message_is_thin_and_the_same_every_time() {
        let before = after(vec![accepted(1)]);
        let order = decide(&before, paid(), START.plus_millis(20_000)).unwrap().order;
        let [message] = announce(Some(&before), &order, Timestamp(1_700_000_000_000)).try_into().unwrap();
        assert_eq!(message.id, "msg_o1_3_1");
        assert_eq!(
            String::from_utf8(message.body.clone()).unwrap(),
            "{\"type\":\"order.paid\",\"timestamp\":\"2023-11-14T22:13:20Z\",\"data\":{\"orderId\":\"o1\",\
             \"version\":3,\"status\":\"paid\",\"attention\":null,\"currency\":\"PHP\",\"total\":\"2500\",\
             \"refunded\":\"0\"}}"
        );
        assert_eq!(announce(Some(&before), &order, Timestamp(1_700_000_000_000)), [message]);
    }
}
