//! Bad days of `pay` and of `inquiryPayment`.

use serde_json::{Value, json};

use crate::play::{Case, End, FOR_EVER, Shops, call, case, play, unheard, with};

fn pay(kind: &str, times: u32) -> Value {
    call("pay", kind, times)
}

fn refused(on: &str, code: &str, times: u32) -> Value {
    with(call(on, "refused", times), json!({ "resultCode": code }))
}

fn refused_u(on: &str, code: &str, times: u32) -> Value {
    with(refused(on, code, times), json!({ "resultStatus": "U" }))
}

fn signed(on: &str, flaw: &str, times: u32) -> Value {
    with(call(on, "signature", times), json!({ "flaw": flaw }))
}

fn another(on: &str, member: &str, times: u32) -> Value {
    with(call(on, "another", times), json!({ "member": member }))
}

const FLAWS: [&str; 5] = ["absent", "altered", "other_key", "other_key_version", "other_client"];
const MEMBERS: [&str; 4] = ["amount", "currency", "paymentId", "paymentRequestId"];

fn of_pay() -> Vec<Case> {
    use End::{Expired, Paid};
    use Shops::{Forgets, Pays, PaysEarly};
    let page = |taken| with(pay("http_status", 2), json!({ "status": 502, "taken": taken }));
    let unknown = |taken, times| with(pay("unknown", times), json!({ "taken": taken }));
    let shifted = |seconds: i64| with(pay("time_shifted", 1), json!({ "seconds": seconds }));
    let late = with(pay("answer_delayed", 1), json!({ "milliseconds": 8_000 }));
    let second = |fault: Value| with(fault, json!({ "nth": 2 }));
    let mut cases = vec![
        case("nobody pays", Forgets, vec![], Expired),
        case("pay gets lost", Pays, vec![pay("request_lost", 1)], Paid),
        case("pay gets lost again and again", Pays, vec![pay("request_lost", 9)], Paid),
        case("pay never arrives", Pays, vec![pay("request_lost", FOR_EVER)], Expired),
        case("the answer to pay gets lost", Pays, vec![pay("answer_lost", 1)], Paid),
        case("the answers to pay get lost", Pays, vec![pay("answer_lost", 3)], Paid),
        case("no answer to pay ever arrives", Pays, vec![pay("answer_lost", FOR_EVER)], Expired),
        case(
            "paid although every answer to pay got lost",
            PaysEarly,
            vec![pay("answer_lost", FOR_EVER)],
            Paid,
        ),
        case("the answer to pay is late", Pays, vec![late], Paid),
        case("a gateway's page, not taken", Pays, vec![page(false)], Paid),
        case("a gateway's page, taken", Pays, vec![page(true)], Paid),
        case("unknown, not taken", Pays, vec![unknown(false, 2)], Paid),
        case("unknown, taken", Pays, vec![unknown(true, 2)], Paid),
        case("unknown for ever, not taken", Pays, vec![unknown(false, FOR_EVER)], Expired),
        case("unknown for ever, taken", Pays, vec![unknown(true, FOR_EVER)], Expired),
        case("a traffic limit as F", Pays, vec![refused("pay", "REQUEST_TRAFFIC_EXCEED_LIMIT", 3)], Paid),
        case("a traffic limit as U", Pays, vec![refused_u("pay", "REQUEST_TRAFFIC_EXCEED_LIMIT", 3)], Paid),
        case("refused by risk control", Pays, vec![refused("pay", "RISK_REJECT", 1)], Paid),
        case("refused again and again", Pays, vec![refused("pay", "RISK_REJECT", FOR_EVER)], Expired),
        case("a code never seen", Pays, vec![refused("pay", "MOON_IN_THE_WRONG_PHASE", 1)], Paid),
        case("inconsistent, it says", Pays, vec![refused("pay", "REPEAT_REQ_INCONSISTENT", 1)], Paid),
        case("an invalid status, it says", Pays, vec![refused("pay", "ORDER_STATUS_INVALID", 1)], Paid),
        case(
            "F on a resend of what was accepted",
            Pays,
            vec![pay("answer_lost", 1), second(refused("pay", "RISK_REJECT", 1))],
            Paid,
        ),
        case(
            "F on a resend of what was accepted and paid",
            PaysEarly,
            vec![pay("answer_lost", 1), second(refused("pay", "RISK_REJECT", 1)), unheard()],
            Paid,
        ),
        case("answered too early", Pays, vec![shifted(-301)], Paid),
        case("answered in the future", Pays, vec![shifted(301)], Paid),
        case("a cashier elsewhere", Pays, vec![pay("cashier_elsewhere", 1)], Paid),
        case("a cashier elsewhere for ever", Pays, vec![pay("cashier_elsewhere", FOR_EVER)], Expired),
        case("another payment's answer", Pays, vec![pay("another_answer", 1)], Paid),
        case("half an answer", Pays, vec![pay("truncated", 1)], Paid),
        case("a page, signed", Pays, vec![pay("not_json", 1)], Paid),
        case("an answer without end", Pays, vec![pay("too_long", 1)], Paid),
        case("unverifiable for ever", Pays, vec![signed("pay", "other_key", FOR_EVER)], Expired),
    ];
    cases.extend(FLAWS.map(|flaw| case(flaw, Pays, vec![signed("pay", flaw, 1)], Paid)));
    cases.extend(MEMBERS.map(|member| case(member, Pays, vec![another("pay", member, 1)], Paid)));
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pay_misbehaves() {
    play("generic-v2", of_pay()).await;
}

fn of_inquiries() -> Vec<Case> {
    use End::{Attention, Paid};
    use Shops::{Forgets, Pays, PaysAndLeaves};
    const ON: &str = "inquiryPayment";
    // The shop learns of the payment by asking alone.
    let ask = |name, fault| case(name, Pays, vec![unheard(), fault], Paid);
    let never = |name, fault| case(name, Pays, vec![unheard(), fault], Attention("unresolved"));
    let page = with(call(ON, "http_status", 2), json!({ "status": 500 }));
    let mut cases = vec![
        case("nobody comes back, nothing is told", PaysAndLeaves, vec![unheard()], Paid),
        ask("questions get lost", call(ON, "request_lost", 3)),
        ask("answers get lost", call(ON, "answer_lost", 3)),
        ask("a page", page),
        ask("unknown", call(ON, "unknown", 3)),
        ask("in process for a while", call(ON, "still_processing", 5)),
        ask("denied for a while", refused(ON, "ORDER_NOT_EXIST", 5)),
        ask("a limit as F", refused(ON, "REQUEST_TRAFFIC_EXCEED_LIMIT", 5)),
        ask("a limit as U", refused_u(ON, "REQUEST_TRAFFIC_EXCEED_LIMIT", 5)),
        ask("a code never seen", refused(ON, "MOON_IN_THE_WRONG_PHASE", 2)),
        ask("another payment's answer", call(ON, "another_answer", 2)),
        ask("too early", with(call(ON, "time_shifted", 2), json!({ "seconds": -301 }))),
        ask("half an answer", call(ON, "truncated", 2)),
        ask("a page, signed", call(ON, "not_json", 2)),
        ask("without end", call(ON, "too_long", 1)),
        never("no answer ever", call(ON, "request_lost", FOR_EVER)),
        never("unverifiable for ever", signed(ON, "other_key", FOR_EVER)),
        never("denied for ever although it is paid", refused(ON, "ORDER_NOT_EXIST", FOR_EVER)),
        never("in process for ever", call(ON, "still_processing", FOR_EVER)),
        case(
            "another amount for ever",
            Pays,
            vec![unheard(), another(ON, "amount", FOR_EVER)],
            Attention("amount_mismatch"),
        ),
        case(
            "a limit everywhere",
            Pays,
            vec![
                unheard(),
                refused("pay", "REQUEST_TRAFFIC_EXCEED_LIMIT", 4),
                refused(ON, "REQUEST_TRAFFIC_EXCEED_LIMIT", 12),
            ],
            Paid,
        ),
        case(
            "nothing can be asked about what nobody pays",
            Forgets,
            vec![unheard(), call(ON, "request_lost", FOR_EVER)],
            Attention("unresolved"),
        ),
    ];
    cases.extend(FLAWS.map(|flaw| ask(flaw, signed(ON, flaw, 2))));
    cases.extend(MEMBERS.map(|member| ask(member, another(ON, member, 1))));
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inquiries_misbehave() {
    play("generic-v2", of_inquiries()).await;
}
