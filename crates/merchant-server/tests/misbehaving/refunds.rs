//! Bad days of `refund` and of `inquiryRefund`.

use serde_json::{Value, json};

use crate::play::{Case, End, FOR_EVER, Shops, call, case, play, with};

fn refund(kind: &str, times: u32) -> Value {
    call("refund", kind, times)
}

fn refused(on: &str, code: &str, times: u32) -> Value {
    with(call(on, "refused", times), json!({ "resultCode": code }))
}

fn cases() -> Vec<Case> {
    use End::{Refund, RefundAttention};
    const ASK: &str = "inquiryRefund";
    let ends = |name, faults, end| case(name, Shops::IsRefunded, faults, end);
    let back = |name, fault| ends(name, vec![fault], Refund("succeeded"));
    let unknown = |taken, times| with(refund("unknown", times), json!({ "taken": taken }));
    let second = |fault: Value| with(fault, json!({ "nth": 2 }));
    let signed = |on, flaw: &str| with(call(on, "signature", 2), json!({ "flaw": flaw }));
    let another = |on, member: &str| with(call(on, "another", 1), json!({ "member": member }));
    let mut cases = vec![
        ends("it is given back", vec![], Refund("succeeded")),
        back("it gets lost", refund("request_lost", 2)),
        back("answers get lost", refund("answer_lost", 2)),
        back("unknown, not taken", unknown(false, 2)),
        back("unknown, taken", unknown(true, 2)),
        back("a limit", refused("refund", "REQUEST_TRAFFIC_EXCEED_LIMIT", 2)),
        back("a code never seen", refused("refund", "MOON_IN_THE_WRONG_PHASE", 1)),
        back("half an answer", refund("truncated", 2)),
        back("another payment's answer", refund("another_answer", 1)),
        back("another amount", another("refund", "amount")),
        back("in process, then done", refund("refund_in_process", 1)),
        back("questions get lost", call(ASK, "request_lost", 3)),
        back("answers to questions get lost", call(ASK, "answer_lost", 3)),
        back("denied for a while", refused(ASK, "REFUND_NOT_EXIST", 3)),
        back("questions over the limit", refused(ASK, "REQUEST_TRAFFIC_EXCEED_LIMIT", 3)),
        back("another amount when asked", another(ASK, "amount")),
        ends("accepted, then failed", vec![refund("refund_fails", 1)], Refund("failed")),
        ends("its window is over", vec![refused("refund", "REFUND_WINDOW_EXCEED", 1)], Refund("failed")),
        ends(
            "the balance isn't enough",
            vec![refused("refund", "PARTNER_BALANCE_NOT_ENOUGH", 1)],
            RefundAttention("needs_attention"),
        ),
        ends(
            "F on a resend of what was accepted",
            vec![
                refund("answer_lost", 1),
                refused(ASK, "REFUND_NOT_EXIST", 1),
                second(refused("refund", "REFUND_WINDOW_EXCEED", 1)),
            ],
            Refund("succeeded"),
        ),
        ends("it never arrives", vec![refund("request_lost", FOR_EVER)], RefundAttention("needs_attention")),
        ends(
            "nobody says what became of it",
            vec![call(ASK, "request_lost", FOR_EVER)],
            RefundAttention("needs_attention"),
        ),
    ];
    let flaws = ["absent", "altered", "other_key", "other_key_version", "other_client"];
    cases.extend(flaws.map(|flaw| back(flaw, signed("refund", flaw))));
    cases.extend(flaws.map(|flaw| back(flaw, signed(ASK, flaw))));
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_misbehave() {
    play("generic-v2", cases()).await;
}
