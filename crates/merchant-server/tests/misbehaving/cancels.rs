//! Bad days of `cancel`.

use serde_json::{Value, json};

use crate::play::{Case, End, FOR_EVER, Shops, call, case, play, unheard, with};

fn cancel(kind: &str, times: u32) -> Value {
    call("cancel", kind, times)
}

fn refused(code: &str, times: u32) -> Value {
    with(cancel("refused", times), json!({ "resultCode": code }))
}

fn cases() -> Vec<Case> {
    use End::{Attention, Cancelled, GivenBack};
    use Shops::{GivesUp, GivesUpAtOnce, PaysAndGivesUp};
    let up = |name, fault| case(name, GivesUp, vec![fault], Cancelled);
    let unknown = |taken| with(cancel("unknown", 2), json!({ "taken": taken }));
    let another = |member: &str| with(cancel("another", 1), json!({ "member": member }));
    let signed = |flaw: &str| with(cancel("signature", 2), json!({ "flaw": flaw }));
    let silent = |on| call(on, "request_lost", FOR_EVER);
    let mut cases = vec![
        case("it is cancelled", GivesUp, vec![], Cancelled),
        up("cancels get lost", cancel("request_lost", 3)),
        up("answers get lost", cancel("answer_lost", 3)),
        up("unknown, not taken", unknown(false)),
        up("unknown, taken", unknown(true)),
        up("refused", refused("ORDER_STATUS_INVALID", 3)),
        up("too late, it says", refused("CANCEL_WINDOW_EXCEED", 3)),
        up("not known, it says", refused("ORDER_NOT_EXIST", 3)),
        up("a limit", refused("REQUEST_TRAFFIC_EXCEED_LIMIT", 3)),
        up("half an answer", cancel("truncated", 2)),
        up("another id", another("paymentId")),
        up("another request", another("paymentRequestId")),
        up("it never arrives, and the wallet closes the payment", cancel("request_lost", FOR_EVER)),
        up("it is refused for ever, and the wallet closes the payment", refused("PROCESS_FAIL", FOR_EVER)),
        case("paid after the cancel", GivesUp, vec![cancel("cancelled_then_paid", 1)], GivenBack),
        case(
            "paid after the cancel, unheard",
            GivesUp,
            vec![cancel("cancelled_then_paid", 1), unheard()],
            GivenBack,
        ),
        case("paid before the cancel, unheard", PaysAndGivesUp, vec![unheard()], GivenBack),
        case(
            "nothing is answered any more",
            GivesUp,
            vec![silent("cancel"), silent("inquiryPayment"), unheard()],
            Attention("unresolved"),
        ),
        case("given up before it got there", GivesUpAtOnce, vec![call("pay", "request_lost", 1)], Cancelled),
        case("given up while nobody knows", GivesUpAtOnce, vec![call("pay", "answer_lost", 1)], Cancelled),
    ];
    let flaws = ["absent", "altered", "other_key", "other_key_version", "other_client"];
    cases.extend(flaws.map(|flaw| up(flaw, signed(flaw))));
    cases
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancels_misbehave() {
    play("generic-v2", cases()).await;
}

/// Super Qi gives the money back when a paid payment is cancelled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_that_refunds() {
    let cases = vec![
        case("paid, unheard, cancelled", Shops::PaysAndGivesUp, vec![unheard()], End::Cancelled),
        case(
            "the answer to the cancel that gave the money back gets lost",
            Shops::PaysAndGivesUp,
            vec![unheard(), cancel("answer_lost", 2)],
            End::Cancelled,
        ),
    ];
    play("super-qi", cases).await;
}
