//! Bad days of notifications.

use serde_json::{Value, json};

use crate::play::{Case, End, FOR_EVER, Shops, call, case, play, with};

fn notify(kind: &str, times: u32) -> Value {
    call("notifyPayment", kind, times)
}

fn cases() -> Vec<Case> {
    use End::Paid;
    use Shops::{Pays, PaysAndLeaves, PaysEarly};
    let another = |member: &str| with(notify("another", 1), json!({ "member": member }));
    let signed = |flaw: &str| with(notify("signature", 1), json!({ "flaw": flaw }));
    let shifted = |seconds: i64| with(notify("time_shifted", 1), json!({ "seconds": seconds }));
    let delayed = |seconds: u32| with(notify("delayed", 1), json!({ "seconds": seconds }));
    let repeated = with(notify("repeated", 1), json!({ "copies": 5 }));
    let first = json!({ "on": "cashier", "kind": "notified_first" });
    let leaves = |name, fault| case(name, PaysAndLeaves, vec![fault], Paid);
    let mut cases = vec![
        leaves("lost once", notify("lost", 1)),
        leaves("never", notify("lost", FOR_EVER)),
        leaves("doubled", repeated),
        leaves("late", delayed(240)),
        leaves("hours late", delayed(7_200)),
        leaves("a failure first", notify("fail_first", 1)),
        leaves("of another order", notify("another_order", 1)),
        leaves("too old", shifted(-301)),
        leaves("from the future", shifted(301)),
        leaves("not acknowledged", notify("not_acknowledged", 8)),
        case("before the cashier answers", Pays, vec![first], Paid),
        case(
            "before the answer to pay, which gets lost",
            PaysEarly,
            vec![call("pay", "answer_lost", 1)],
            Paid,
        ),
        case(
            "a failure first, and no answer for a while",
            Pays,
            vec![notify("fail_first", 1), call("inquiryPayment", "request_lost", 4)],
            Paid,
        ),
    ];
    let members = ["amount", "currency", "paymentId", "paymentRequestId"];
    cases.extend(members.map(|member| leaves(member, another(member))));
    let flaws = ["absent", "altered", "other_key", "other_key_version", "other_client"];
    cases.extend(flaws.map(|flaw| leaves(flaw, signed(flaw))));
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_misbehave() {
    play("generic-v2", cases()).await;
}
