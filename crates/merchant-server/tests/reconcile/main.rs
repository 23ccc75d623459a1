//! The books against the real simulator's statement: what matches, what differs, and what becomes of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

#[allow(dead_code, reason = "shared with the server's tests")]
#[path = "../server/support/client.rs"]
mod client;
#[allow(dead_code, reason = "shared with the server's tests")]
#[path = "../server/support/database.rs"]
mod database;
#[path = "../goods/mod.rs"]
mod goods;
mod scene;

use std::time::Duration;

use merchant_core::lifecycle::{AttemptState, Attention, OrderState, RefundMaker, RefundState};
use merchant_server::reconcile::RowKind;
use merchant_server::store::UnstatedKind;
use serde_json::json;

use scene::Scene;

const CONFIRM: Duration = Duration::from_secs(6);

#[tokio::test]
async fn what_both_sides_say_matches_and_fees_and_payouts_are_booked_once() {
    let scene = Scene::start().await;
    let order = scene.paid(4).await;
    scene.paid(2).await;
    scene.refund(&order, "k1", 700).await;
    scene.simulate("/merchants/SHOP/pay-out", json!({ "currency": "PHP", "value": "1000" })).await;

    let statement = scene.statement().await;
    let report = scene.reconcile(&statement).await;
    assert!(report.all_matches(), "{report:?}");
    assert_eq!((report.rows, report.new_rows, report.matching), (4, 4, 3));
    // 1.5 percent of ₱20.00 and of ₱10.00.
    assert_eq!((report.fees["PHP"], report.settled["PHP"]), (45, 1_000));
    let balances = scene.balances().await;
    let expected =
        [("fees", 45), ("receivable", 1_255), ("returns", 700), ("sales", -3_000), ("settled", 1_000)];
    assert_eq!(balances, expected.map(|(account, sum)| (account.to_owned(), sum)).into());
    // The simulator states fees and takes none.
    assert_eq!(balances["receivable"] + 45, scene.owed_by_the_wallet().await);

    let again = scene.reconcile(&statement).await;
    assert_eq!((again.new_rows, again.matching, again.all_matches()), (0, 3, true));
    scene.paid(1).await;
    let overlapping = scene.reconcile(&scene.statement().await).await;
    assert_eq!((overlapping.new_rows, overlapping.matching), (1, 4));
    assert_eq!(scene.balances().await["fees"], 45 + 8);
}

#[tokio::test]
async fn a_payment_that_was_never_heard_of_is_asked_about_and_adopted() {
    let scene = Scene::start().await;
    let order = scene.paid_unheard(4).await;
    assert_eq!(scene.order(&order).await.state, OrderState::AwaitingPayment);
    let statement = scene.statement().await;
    let report = scene.reconcile(&statement).await;
    let [differing] = report.differing.first.as_slice() else { panic!("{report:?}") };
    assert_eq!((differing.line, differing.kind, differing.difference), (2, RowKind::Payment, "not_paid"));
    assert_eq!((differing.ours.as_str(), differing.theirs.as_str()), ("open", "PHP 2000"));
    assert_eq!((report.inquiries, &differing.order_id), (1, &order));
    assert!(!report.all_matches());
    assert_eq!(scene.order(&order).await.state, OrderState::AwaitingPayment, "a file makes nothing paid");
    scene.pass(Duration::from_secs(1)).await;
    assert!(matches!(scene.order(&order).await.state, OrderState::Paid { .. }));
    assert!(scene.reconcile(&statement).await.all_matches());
}

#[tokio::test]
async fn a_refund_made_in_the_wallets_portal_becomes_a_record_and_is_never_sent() {
    let scene = Scene::start().await;
    let order = scene.paid(4).await;
    let payment = scene.payment_of(&order).await;
    scene.simulate(&format!("/payments/{payment}/refund"), json!({ "value": "600" })).await;
    let statement = scene.statement().await;
    let report = scene.reconcile(&statement).await;
    assert_eq!((report.differing.first[0].difference, report.inquiries), ("refund_unknown", 1));
    let [refund] = scene.order(&order).await.refunds.try_into().unwrap();
    assert_eq!((refund.made_by, refund.amount.value(), refund.sendings), (RefundMaker::Wallet, 600, 0));
    assert!(matches!(refund.state, RefundState::Accepted { .. }), "{:?}", refund.state);
    scene.pass(CONFIRM).await;
    let after = scene.order(&order).await;
    assert!(matches!(after.refunds[0].state, RefundState::Succeeded { .. }));
    assert_eq!((after.refunds[0].sendings, after.attention), (0, None));
    let again = scene.reconcile(&statement).await;
    assert!(again.all_matches() && again.new_rows == 0, "{again:?}");
    let balances = scene.balances().await;
    assert_eq!((balances["returns"], balances.get("refunds_payable")), (600, None));
    assert_eq!(balances["receivable"] + balances["fees"], scene.owed_by_the_wallet().await);
    // What is left can still be given back, and no more.
    scene.refund(&order, "k1", 1_400).await;
    assert_eq!(scene.owed_by_the_wallet().await, 0);
}

#[tokio::test]
async fn a_payment_that_the_wallet_took_back_is_booked_as_a_reversal() {
    let scene = Scene::start().await;
    let order = scene.paid(4).await;
    let payment = scene.payment_of(&order).await;
    scene.simulate(&format!("/payments/{payment}/reverse"), json!({})).await;
    let statement = scene.statement().await;
    let report = scene.reconcile(&statement).await;
    assert_eq!((report.matching, report.differing.first[0].difference), (1, "not_reversed"));
    scene.pass(Duration::from_secs(1)).await;
    let after = scene.order(&order).await;
    assert!(matches!(after.attempts[0].state, AttemptState::Reversed { .. }));
    assert!(matches!(after.state, OrderState::Paid { .. }), "paid never regresses");
    assert_eq!(after.attention, Some(Attention::SuccessTakenBack));
    assert!(scene.reconcile(&statement).await.all_matches());
    let balances = scene.balances().await;
    assert_eq!((balances["reversals"], balances["sales"]), (2_000, -2_000));
    assert_eq!(balances["receivable"] + balances["fees"], 0);
}

#[tokio::test]
async fn what_only_one_side_has_is_listed_and_asked_about() {
    let scene = Scene::start().await;
    let (lost, kept) = (scene.paid(1).await, scene.paid(2).await);
    let lost_request = scene.order(&lost).await.attempts[0].payment_request_id.to_string();
    let statement = scene.statement().await;
    let without: Vec<_> = statement.lines().filter(|line| !line.contains(&lost_request)).collect();
    let stranger = "2026-03-01T10:00:00Z,PAYMENT,pay-x,req-x,,,PHP,12345,0";
    let report = scene.reconcile(&format!("{}\n{stranger}\n", without.join("\n"))).await;
    let [stray] = report.only_wallet.first.as_slice() else { panic!("{report:?}") };
    assert_eq!((stray.line, stray.id.as_str(), stray.amount), (3, "req-x", 12_345));
    let [ours] = report.only_ours.first.as_slice() else { panic!("{report:?}") };
    assert_eq!((ours.kind, &ours.order_id, &ours.id), (UnstatedKind::Payment, &lost, &lost_request));
    assert_eq!((report.matching, report.inquiries), (1, 1));
    scene.pass(Duration::from_secs(1)).await;
    let after = scene.order(&lost).await;
    assert!(
        matches!(after.attempts[0].state, AttemptState::Succeeded { .. }),
        "the wallet says that it is paid"
    );
    assert!(matches!(scene.order(&kept).await.state, OrderState::Paid { .. }));
    // Once a statement has it, no later one misses it.
    scene.reconcile(&statement).await;
    assert_eq!(scene.reconcile(&without.join("\n")).await.only_ours.count, 0);
}

#[tokio::test]
async fn another_amount_is_told_and_changes_nothing() {
    let scene = Scene::start().await;
    let order = scene.paid(4).await;
    let statement = scene.statement().await.replace(",2000,", ",1999,");
    let report = scene.reconcile(&statement).await;
    let [differing] = report.differing.first.as_slice() else { panic!("{report:?}") };
    assert_eq!((differing.difference, differing.ours.as_str()), ("amount", "2000"));
    assert_eq!(differing.theirs, "PHP 1999");
    let before = scene.order(&order).await;
    scene.pass(Duration::from_secs(1)).await;
    let after = scene.order(&order).await;
    assert_eq!((before.state, before.attempts), (after.state, after.attempts));
}

#[tokio::test]
async fn a_refund_beyond_what_was_paid_is_for_a_person() {
    let scene = Scene::start().await;
    let order = scene.paid(1).await;
    let payment = scene.payment_of(&order).await;
    let row = format!("2026-03-01T10:00:00Z,REFUND,{payment},,ref-x,ref-x,PHP,-501,0");
    let report = scene.reconcile(&format!("{}{row}\n", scene.statement().await)).await;
    assert_eq!((report.differing.count, report.inquiries), (1, 0));
    let after = scene.order(&order).await;
    assert_eq!((after.refunds.len(), after.attention), (0, Some(Attention::RefundNotDone)));
}

#[tokio::test]
async fn rows_that_cannot_be_read_are_told_and_the_others_taken() {
    let scene = Scene::start().await;
    scene.paid(1).await;
    let statement = format!("{}2026-03-01T10:00:00Z,CASHBACK,p,r,,,PHP,1,0\n", scene.statement().await);
    let report = scene.reconcile(&statement).await;
    assert_eq!((report.matching, report.unreadable.count), (1, 1));
    assert_eq!(report.unreadable.first[0].line, 3);
    assert!(!report.all_matches());
}
