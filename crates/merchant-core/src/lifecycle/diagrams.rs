//! The diagrams of `docs/payment-lifecycle.md`, drawn from what [`decide`] really does: every state that can be
//! reached, and every event in it. The page can't say anything else; `UPDATE_DIAGRAMS=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use shop_api::{MinorUnits, Timestamp};

use super::fixtures::{
    PAY_BY, START, accepted, after, cashier, closed_at, decide, new_attempt, payment_id, placed, refund_id,
    resolved_by, said, wish, word,
};
use super::{
    Attempt, AttemptState, Breakdown, CancelAnswer, Doubt, Event, Order, OrderState, Parts, PayAnswer,
    PaymentWord, Refund, RefundAmount, RefundAnswer, RefundMaker, RefundRequestId, RefundState, RefundWord,
    ReturnHint, Schedule, SeenRefund, Sending, WordSource,
};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/payment-lifecycle.md");

/// The most attempts of an order that is looked at: what a third does is what a second does.
const MOST: usize = 2;

fn order_node(order: &Order) -> &'static str {
    match order.state {
        OrderState::AwaitingPayment if order.given_up_at.is_some() => "Cancelling",
        OrderState::AwaitingPayment => "AwaitingPayment",
        OrderState::Paid { .. } => "Paid",
        OrderState::Expired { .. } => "Expired",
        OrderState::Cancelled { .. } => "Cancelled",
        OrderState::NeedsAttention { .. } => "NeedsAttention",
    }
}

fn attempt_node(attempt: &Attempt) -> &'static str {
    match &attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown
            if attempt.cancelling.is_some() =>
        {
            "Cancelling"
        }
        AttemptState::Creating => "Creating",
        AttemptState::Open { .. } => "Open",
        AttemptState::Unknown => "Unknown",
        AttemptState::Succeeded { .. } if attempt.is_contested() => "PaidContested",
        AttemptState::Succeeded { .. } => "Succeeded",
        AttemptState::Reversed { .. } => "Reversed",
        AttemptState::Failed { .. } | AttemptState::Cancelled { .. } if attempt.is_contested() => {
            "EndedContested"
        }
        AttemptState::Failed { .. } => "Failed",
        AttemptState::Cancelled { .. } => "Cancelled",
        AttemptState::NeedsAttention { .. } => "NeedsAttention",
    }
}

fn refund_node(refund: &Refund) -> &'static str {
    match refund.state {
        RefundState::Requested => "Requested",
        RefundState::Accepted { .. } => "Accepted",
        RefundState::Unknown { .. } => "Unknown",
        RefundState::Succeeded { .. } => "Succeeded",
        RefundState::Failed { .. } => "Failed",
        RefundState::NeedsAttention { .. } => "NeedsAttention",
    }
}

/// What drives a transition, in a few words.
fn driver(event: &Event) -> &'static str {
    match event {
        Event::PayAnswered { answer, sending, .. } => match (answer, sending) {
            (PayAnswer::Accepted { .. }, _) => "pay accepted",
            (PayAnswer::ClaimsSuccess, _) => "pay says paid",
            (PayAnswer::Refused { .. }, Sending::First) => "pay refused",
            (PayAnswer::Refused { .. }, Sending::Repeat { .. }) | (PayAnswer::Doubtful { .. }, _) => {
                "pay refused in doubt"
            }
            (PayAnswer::Unknown { .. }, _) => "pay unanswered",
        },
        Event::WalletSaid { word, source, .. } => match (&word.word, source) {
            (PaymentWord::Success, WordSource::Notification) => "told paid",
            (PaymentWord::Success, WordSource::Inquiry) => "asked, paid",
            (PaymentWord::Fail { .. }, WordSource::Notification) => "told failed",
            (PaymentWord::Fail { .. }, WordSource::Inquiry) => "asked, failed",
            (PaymentWord::Cancelled, WordSource::Notification) => "told cancelled",
            (PaymentWord::Cancelled, WordSource::Inquiry) => "asked, cancelled",
            (PaymentWord::Pending { .. }, _) => "asked, pending",
            (PaymentWord::NotExist, _) => "asked, not known",
        },
        Event::InquiryContradicts { .. } => "asked, another amount",
        Event::InquiryUnanswered { .. } => "asked in vain",
        Event::NotificationDoubted { .. } => "told in doubt",
        Event::CancelAnswered { answer, .. } => match answer {
            CancelAnswer::Taken => "cancel taken",
            CancelAnswer::NotKnown => "cancel, not known",
            CancelAnswer::TooLate { .. } => "cancel too late",
            CancelAnswer::NotTaken { .. } => "cancel in vain",
        },
        Event::Returned { .. } => "shopper comes back",
        Event::PaymentRequested { .. } => "shopper pays again",
        Event::RefundRequested(_) => "operator asks",
        Event::RefundSeen(_) => "seen in a statement",
        Event::RefundAnswered { answer, sending, .. } => match (answer, sending) {
            (RefundAnswer::Taken { .. }, _) => "refund taken",
            (RefundAnswer::Refused { code }, Sending::First) if code == NO_BALANCE => "no balance",
            (RefundAnswer::Refused { .. }, Sending::First) => "refund refused",
            (RefundAnswer::Refused { .. }, Sending::Repeat { .. }) => "refund refused on a repeat",
            (RefundAnswer::Unknown { .. }, _) => "refund unanswered",
        },
        Event::RefundTold { word, .. } => match word {
            RefundWord::Success { .. } => "asked, given back",
            RefundWord::Fail { .. } => "asked, failed",
            RefundWord::Pending => "asked, pending",
            RefundWord::NotExist => "asked, not known",
            RefundWord::Nothing { .. } => "asked in vain",
        },
        Event::CancelRequested => "shopper gives up",
        Event::PayByReached => "time to pay over",
        Event::Fulfilled(_) => "fulfilled",
        Event::ErasureRequested(_) => "erased",
    }
}

const NO_BALANCE: &str = "PARTNER_BALANCE_NOT_ENOUGH";

/// Everything that can happen to an order, but for its refunds.
fn of_order(order: &Order, now: Timestamp) -> Vec<Event> {
    let mut events = vec![Event::CancelRequested];
    if now >= PAY_BY {
        events.push(Event::PayByReached);
    }
    order.attempts.iter().for_each(|attempt| events.extend(of_attempt(order, attempt)));
    events
}

/// Everything that can happen to the refunds of an order that is paid.
fn of_refunds(order: &Order, _: Timestamp) -> Vec<Event> {
    let wished = Event::RefundRequested(wish("k1", RefundAmount::Rest));
    let seen = Event::RefundSeen(SeenRefund {
        key: RefundRequestId::new("w1").unwrap(),
        attempt: order.attempts[0].id.clone(),
        amount: order.total,
        refund_id: None,
    });
    order.refunds.iter().flat_map(of_refund).chain([wished, seen]).collect()
}

fn of_attempt(order: &Order, attempt: &Attempt) -> Vec<Event> {
    let (id, number) = (attempt.id.clone(), attempt.number);
    let text = || "x".to_owned();
    let answers = [
        PayAnswer::Accepted { payment_id: payment_id(number), cashier: cashier() },
        PayAnswer::ClaimsSuccess,
        PayAnswer::Refused { code: text() },
        PayAnswer::Doubtful { code: text() },
        PayAnswer::Unknown { reason: text() },
    ];
    let words = [
        PaymentWord::Success,
        PaymentWord::Fail { code: None, text: None },
        PaymentWord::Cancelled,
        PaymentWord::Pending { status: text() },
        PaymentWord::NotExist,
    ];
    let mut events = Vec::new();
    for sending in [Sending::First, Sending::Repeat { number: 2 }] {
        let answered = |answer| Event::PayAnswered { attempt: id.clone(), sending, answer };
        // Only what nothing came back for can be sent for the first time.
        if sending != Sending::First || attempt.state == AttemptState::Creating {
            events.extend(answers.iter().cloned().map(answered));
        }
    }
    for source in [WordSource::Notification, WordSource::Inquiry] {
        let said = |what| Event::WalletSaid { attempt: id.clone(), word: word(number, what), source };
        events.extend(words.iter().cloned().map(said));
    }
    let cancels = [
        CancelAnswer::Taken,
        CancelAnswer::NotKnown,
        CancelAnswer::TooLate { reason: text() },
        CancelAnswer::NotTaken { reason: text() },
    ];
    events.extend(cancels.map(|answer| Event::CancelAnswered { attempt: id.clone(), answer }));
    events.push(Event::InquiryContradicts { attempt: id.clone(), detail: text() });
    events.push(Event::InquiryUnanswered { attempt: id.clone(), reason: text() });
    events.push(Event::NotificationDoubted { attempt: id.clone(), doubt: Doubt::Stale });
    events.push(Event::Returned { attempt: id.clone(), hint: ReturnHint::Paid });
    if order.attempts.len() < MOST {
        events.push(Event::PaymentRequested { after: id, next: new_attempt(number + 1) });
    }
    events
}

fn of_refund(refund: &Refund) -> Vec<Event> {
    let id = || refund.id.clone();
    let sending = match refund.sendings {
        0 => Sending::First,
        sendings => Sending::Repeat { number: sendings + 1 },
    };
    let answers = [
        RefundAnswer::Taken { refund_id: refund_id(1) },
        RefundAnswer::Refused { code: "REFUND_WINDOW_EXCEED".to_owned() },
        RefundAnswer::Refused { code: NO_BALANCE.to_owned() },
        RefundAnswer::Unknown { reason: "x".to_owned() },
    ];
    let words = [
        RefundWord::Success { refund_id: None },
        RefundWord::Fail { text: None },
        RefundWord::Pending,
        RefundWord::NotExist,
        RefundWord::Nothing { reason: "x".to_owned() },
    ];
    let answered = answers.map(|answer| Event::RefundAnswered { refund: id(), sending, answer });
    let told = words.map(|word| Event::RefundTold { refund: id(), word });
    let again = Event::RefundRequested(wish(refund.id.as_str(), RefundAmount::Rest));
    answered.into_iter().chain(told).chain([again]).collect()
}

/// From, to, and what leads there.
type Edges = BTreeMap<(&'static str, &'static str), BTreeSet<&'static str>>;

#[derive(Default)]
struct Diagrams {
    order: Edges,
    attempt: Edges,
    refund: Edges,
}

impl Diagrams {
    fn add(&mut self, before: &Order, event: &Event, after: &Order) {
        let why = driver(event);
        note(&mut self.order, order_node(before), order_node(after), why);
        for (index, new) in after.attempts.iter().enumerate() {
            let old = before.attempts.get(index).map_or("[*]", attempt_node);
            note(&mut self.attempt, old, attempt_node(new), why);
        }
        for (index, new) in after.refunds.iter().enumerate() {
            // What nobody asked for, the server gives back by itself: because it turned out paid.
            let old = before.refunds.get(index).map_or("[*]", refund_node);
            note(&mut self.refund, old, refund_node(new), why);
        }
    }
}

fn note(edges: &mut Edges, from: &'static str, to: &'static str, why: &'static str) {
    if from != to {
        edges.entry((from, to)).or_default().insert(why);
    }
}

/// What tells two orders apart, as far as these diagrams go. Times don't, but for whether they have come.
fn key(order: &Order, time: usize) -> String {
    let attempts: Vec<_> = order
        .attempts
        .iter()
        .map(|attempt| {
            let cancelling = attempt.cancelling.map(|told| (told.sent.min(1), told.taken_at.is_some()));
            let marks = (attempt.claimed_paid_at.is_some(), attempt.is_contested());
            (std::mem::discriminant(&attempt.state), cancelling, marks)
        })
        .collect();
    // Those of a payment that came late or twice begin here; how they go on is told by themselves.
    let refunds: Vec<_> = order
        .refunds
        .iter()
        .filter(|refund| refund.made_by == RefundMaker::Wallet || refund.requested_by == "maria")
        .map(|refund| (refund.made_by, refund_node(refund)))
        .collect();
    format!("{time} {} {attempts:?} {refunds:?}", order_node(order))
}

impl Diagrams {
    /// Visits every state that can be reached from `first` by these events, as time goes on.
    fn explore(&mut self, first: Order, times: &[Timestamp], events: fn(&Order, Timestamp) -> Vec<Event>) {
        let mut seen = HashSet::new();
        let mut waiting = VecDeque::from([(first, 0)]);
        while let Some((order, time)) = waiting.pop_front() {
            let Some(now) = times.get(time) else { continue };
            if !seen.insert(key(&order, time)) {
                continue;
            }
            for event in events(&order, *now) {
                let Ok(change) = decide(&order, event.clone(), *now) else { continue };
                if !change.is_empty() {
                    self.add(&order, &event, &change.order);
                    waiting.push_back((change.order, time));
                }
            }
            waiting.push_back((order, time + 1));
        }
    }
}

fn explored() -> Diagrams {
    let mut diagrams = Diagrams::default();
    let first = placed().order;
    note(&mut diagrams.order, "[*]", order_node(&first), "quote ordered");
    note(&mut diagrams.attempt, "[*]", attempt_node(&first.attempts[0]), "quote ordered");
    let mut free = super::fixtures::placement();
    for line in &mut free.lines {
        (line.unit_price, line.subtotal) = (MinorUnits::ZERO, MinorUnits::ZERO);
    }
    free.breakdown = Breakdown::new(Parts::default(), &free.lines).unwrap();
    note(&mut diagrams.order, "[*]", order_node(&super::place(free, START).order), "nothing to pay");
    let soon = START.plus_millis(1_000);
    diagrams.explore(first, &[soon, PAY_BY, closed_at(), resolved_by()], of_order);
    let paid = after(vec![accepted(1), said(1, PaymentWord::Success, WordSource::Notification)]);
    // A day later the last question about a refund is asked.
    diagrams.explore(paid, &[soon, START.plus_millis(200_000_000)], of_refunds);
    diagrams
}

fn draw(edges: &Edges) -> String {
    let mut text = String::from("stateDiagram-v2\n");
    for ((from, to), why) in edges {
        let why: Vec<_> = why.iter().copied().collect();
        text.push_str(&format!("    {from} --> {to} : {}\n", why.join("<br>")));
    }
    text
}

/// The schedule's defaults as a table.
fn table() -> String {
    let usual = Schedule::default();
    let seconds = |millis: u64| format!("{} s", millis / 1_000);
    let spans = |asking: &[super::Asking]| {
        let spans: Vec<_> = asking
            .iter()
            .map(|span| match span.for_millis {
                u64::MAX => format!("then every {}", seconds(span.every_millis)),
                end => format!("every {} until {}", seconds(span.every_millis), seconds(end)),
            })
            .collect();
        spans.join(", ")
    };
    let waits = |waits: &[u64]| {
        let waits: Vec<_> = waits.iter().map(|wait| (wait / 1_000).to_string()).collect();
        format!("after {} s", waits.join(", "))
    };
    let rows = [
        ("`asking`: the shopper came back, or the outcome isn't known", spans(&usual.asking)),
        ("`watch_every_seconds`: a cashier that nobody came back from", seconds(usual.watch_every_millis)),
        ("`closing_every_seconds`: after the time to pay", seconds(usual.closing_every_millis)),
        (
            "`cancel_after_seconds`: how long after the time to pay it is cancelled",
            seconds(usual.cancel_after_millis),
        ),
        ("`cancel_again_seconds`: cancels without a usable answer", waits(&usual.cancel_again_millis)),
        ("`resend_seconds`: pays without a usable answer", waits(&usual.resend_millis)),
        ("`stranded_seconds`: no cashier came back, so that it is cancelled", seconds(usual.stranded_millis)),
        ("`refund_asking`: a refund that isn't final", spans(&usual.refund_asking)),
    ];
    let rows: String = rows.iter().map(|(what, when)| format!("| {what} | {when} |\n")).collect();
    format!("| What | When |\n| --- | --- |\n{rows}")
}

/// The page with what stands between two marks replaced.
fn replaced(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("the page has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the page has no {end}"));
    format!("{before}{begin}{text}{end}{after}")
}

#[test]
fn the_page_about_the_lifecycle_says_what_the_program_does() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let diagrams = explored();
    let fenced = |edges| format!("```mermaid\n{}```\n", draw(edges));
    let mut drawn = page.clone();
    for (name, edges) in
        [("order", &diagrams.order), ("attempt", &diagrams.attempt), ("refund", &diagrams.refund)]
    {
        drawn = replaced(&drawn, name, &fenced(edges));
    }
    drawn = replaced(&drawn, "schedule", &table());
    if std::env::var_os("UPDATE_DIAGRAMS").is_some() {
        std::fs::write(PAGE, &drawn).unwrap();
        return;
    }
    assert!(
        page == drawn,
        "docs/payment-lifecycle.md is behind: run this test with UPDATE_DIAGRAMS=1\n{drawn}"
    );
}
