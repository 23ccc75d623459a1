//! The books: what a decision means is written down with it, whole and once, and nothing else is.

use merchant_core::books::{Account, BookedEntry, Entry, Posting, PostingKind, sorted};
use merchant_core::lifecycle::{Event, Order};
use merchant_core::lifecycle::{RefundAnswer, RefundId, RefundWord, Sending, WalletName};
use merchant_server::reconcile::{Period, Row, RowKind};
use merchant_server::store::{Conflict, StatedRow, Unstated, UnstatedKind};
use shop_api::{OrderId, Timestamp};

use crate::support::{NOW, Shop, accepted, decided, key, paid, refund, refused};

/// Everything that is posted by then.
const LATER: Timestamp = Timestamp(NOW.0 + 1);

pub fn wallet() -> WalletName {
    WalletName("w".into())
}

/// `account amount` of every account that isn't even.
async fn balances(shop: &Shop, before: Timestamp) -> Vec<String> {
    let balances = sorted(shop.store.balances(before).await.unwrap());
    assert!(balances.iter().all(|balance| (&*balance.wallet, &*balance.currency) == ("w", "PHP")));
    let sums = balances.iter().map(|balance| (&balance.account, balance.debits - balance.credits));
    sums.filter(|(_, sum)| *sum != 0).map(|(account, sum)| format!("{account} {sum}")).collect()
}

async fn entries(shop: &Shop, order: &Order) -> Vec<BookedEntry> {
    shop.store.story(&order.id).await.unwrap().entries
}

/// The wallet has given it back.
async fn given_back(shop: &Shop, order: &Order, name: &str, amount: u64) -> Order {
    let order = shop.happen(order, refund(name, amount)).await;
    let answer = RefundAnswer::Taken { refund_id: RefundId::new(format!("f-{name}")).unwrap() };
    let taken = Event::RefundAnswered { refund: key(name), sending: Sending::First, answer };
    let order = shop.happen(&order, taken).await;
    shop.happen(
        &order,
        Event::RefundTold { refund: key(name), word: RefundWord::Success { refund_id: None } },
    )
    .await
}

pub async fn a_sale_and_its_refund_are_booked_with_what_they_change(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 2), ("MUG", 1)]).await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    assert!(entries(&shop, &order).await.is_empty(), "no money has moved");
    let order = shop.happen(&order, paid(&order)).await;
    assert_eq!(balances(&shop, LATER).await, ["receivable 2500", "sales -2500"]);
    assert!(balances(&shop, NOW).await.is_empty(), "what is posted then isn't posted before");
    shop.paid("o2", "ben", &[("TEA", 1)]).await;
    let order = given_back(&shop, &order, "k1", 700).await;
    assert_eq!(balances(&shop, LATER).await, ["receivable 2800", "sales -3500", "returns 700"]);

    let entries = entries(&shop, &order).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (&*entry.kind, &*entry.subject, &*entry.account, entry.amount, entry.version.unwrap()))
        .collect();
    let expected = [
        ("payment_received", "a-o1", "receivable", 2_500, 3),
        ("payment_received", "a-o1", "suspense", -2_500, 3),
        ("sale", "", "suspense", 2_500, 3),
        ("sale", "", "sales", -2_500, 3),
        ("refund_owed", "k1", "returns", 700, 4),
        ("refund_owed", "k1", "refunds_payable", -700, 4),
        ("refund_paid", "k1", "refunds_payable", 700, 6),
        ("refund_paid", "k1", "receivable", -700, 6),
    ];
    assert_eq!(told, expected);
    assert!(entries.is_sorted_by_key(|entry| entry.posting));
    assert!(entries.iter().all(|entry| entry.order_id.as_ref() == Some(&order.id) && entry.at == NOW));
}

pub async fn a_decision_that_is_committed_twice_is_booked_once(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    shop.happen(&order, paid(&order)).await;
    let before = entries(&shop, &order).await;
    assert_eq!(before.len(), 4);
    assert_eq!(refused(shop.commit(&order, paid(&order)).await.unwrap()), Conflict::Version);
    assert_eq!(entries(&shop, &order).await, before);
    assert_eq!(balances(&shop, LATER).await, ["receivable 1000", "sales -1000"]);
}

fn posting(amounts: &[(Account, &str, i64)]) -> Posting {
    let entry = |(account, currency, amount): &(Account, &str, i64)| Entry {
        account: *account,
        currency: (*currency).to_owned(),
        amount: *amount,
    };
    Posting { kind: PostingKind::Fee, subject: "x".into(), entries: amounts.iter().map(entry).collect() }
}

pub async fn a_posting_that_isnt_whole_is_refused_with_everything_beside_it(shop: Shop) {
    let order = shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let order = shop.happen(&order, accepted(&order, "p1")).await;
    for wrong in [
        posting(&[]),
        posting(&[(Account::Fees, "PHP", 5)]),
        posting(&[(Account::Fees, "PHP", 5), (Account::Receivable, "PHP", -4)]),
        posting(&[(Account::Fees, "PHP", 5), (Account::Receivable, "USD", -5)]),
    ] {
        let mut commit = decided(&order, paid(&order));
        commit.change.postings.push(wrong);
        let error = shop.store.commit(commit).await.expect_err("no store takes this");
        assert!(!error.to_string().is_empty());
        assert_eq!(shop.load("o1").await, order);
        assert!(shop.store.balances(LATER).await.unwrap().is_empty());
    }
}

/// A row of the wallet's statement at this time, and the fee that it books.
pub fn stated(number: u8, kind: RowKind, id: &str, at: Timestamp, fee: i64) -> StatedRow {
    let ids = |of: RowKind| (kind == of).then(|| id.to_owned());
    let row = Row {
        line: u64::from(number),
        at,
        kind,
        payment_id: None,
        payment_request_id: ids(RowKind::Payment),
        refund_id: None,
        refund_request_id: ids(RowKind::Refund),
        reference: Some(format!("ref-{number}")),
        currency: "PHP".into(),
        amount: 1_000,
        fee,
    };
    let postings = match fee {
        0 => Vec::new(),
        fee => vec![posting(&[(Account::Fees, "PHP", fee), (Account::Receivable, "PHP", -fee)])],
    };
    StatedRow { hash: [number; 32], row, postings }
}

pub async fn a_row_of_a_statement_is_kept_and_booked_once(shop: Shop) {
    let row = |number| stated(number, RowKind::Payment, "r-o1", NOW, 15);
    let import = async |wallet: &WalletName, rows| shop.store.import_rows(wallet, rows, NOW).await.unwrap();
    assert_eq!(import(&wallet(), vec![row(1), row(2), row(1)]).await, [true, true, false]);
    assert_eq!(import(&wallet(), vec![row(2), row(3)]).await, [false, true]);
    assert_eq!(balances(&shop, LATER).await, ["receivable -45", "fees 45"]);
    assert_eq!(import(&WalletName("v".into()), vec![row(1)]).await, [true], "another wallet's row");
    let balances = shop.store.balances(LATER).await.unwrap();
    assert_eq!(balances.iter().filter(|balance| balance.wallet == "v").count(), 2);
}

pub async fn a_statement_with_a_posting_that_isnt_whole_is_refused_whole(shop: Shop) {
    let mut wrong = stated(2, RowKind::Fee, "", NOW, 0);
    wrong.postings = vec![posting(&[(Account::Fees, "PHP", 5)])];
    let right = || stated(1, RowKind::Payment, "r-o1", NOW, 15);
    shop.store.import_rows(&wallet(), vec![right(), wrong], NOW).await.expect_err("no store takes this");
    assert!(shop.store.balances(LATER).await.unwrap().is_empty());
    assert_eq!(shop.store.import_rows(&wallet(), vec![right()], NOW).await.unwrap(), [true]);
}

pub async fn a_stated_payment_is_found_by_our_id_or_the_wallets(shop: Shop) {
    let order = shop.paid("o1", "ana", &[("TEA", 1)]).await;
    let found = Some((order.id.clone(), order.attempts[0].id.clone()));
    let find = async |ours, its| shop.store.find_payment(&wallet(), ours, its).await.unwrap();
    assert_eq!(find(Some("r-o1"), None).await, found);
    assert_eq!(find(None, Some("p-o1")).await, found);
    assert_eq!(find(Some("unknown"), Some("p-o1")).await, found);
    assert_eq!(find(Some("r-o2"), Some("p-o2")).await, None);
    assert_eq!(find(None, None).await, None);
    let other = shop.store.find_payment(&WalletName("v".into()), Some("r-o1"), Some("p-o1")).await.unwrap();
    assert_eq!(other, None, "another wallet's ids are others");
}

pub async fn what_no_statement_has_is_told_by_time(shop: Shop) {
    for name in ["o1", "o2", "o3"] {
        let order = shop.paid(name, name, &[("TEA", 1)]).await;
        given_back(&shop, &order, &format!("k-{name}"), 300).await;
    }
    let rows = vec![
        stated(1, RowKind::Payment, "r-o1", NOW, 0),
        stated(2, RowKind::Refund, "k-o2", NOW, 0),
        // Of the same id, and yet no payment.
        stated(3, RowKind::Refund, "r-o3", NOW, 0),
    ];
    shop.store.import_rows(&wallet(), rows, NOW).await.unwrap();
    let ask = async |from, to, limit| {
        let period = Period { from, to };
        let found = shop.store.unstated(&wallet(), period, limit).await.unwrap();
        let mut told: Vec<_> = found.iter().map(|one: &Unstated| (one.kind, one.id.clone())).collect();
        assert!(told.is_sorted_by_key(|(kind, _)| *kind == UnstatedKind::Refund), "payments come first");
        told.sort_by_key(|(_, id)| id.clone());
        (told.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), found)
    };
    let (ids, found) = ask(NOW, LATER, 100).await;
    assert_eq!(ids, ["k-o1", "k-o3", "r-o2", "r-o3"]);
    let one = found.iter().find(|one| one.id == "k-o1").unwrap();
    let expected = (UnstatedKind::Refund, OrderId::from("o1"), 300, NOW);
    assert_eq!((one.kind, one.order_id.clone(), one.amount.value(), one.at), expected);
    let one = found.iter().find(|one| one.id == "r-o2").unwrap();
    assert_eq!(
        (one.kind, one.attempt_id.0.as_str(), one.amount.value()),
        (UnstatedKind::Payment, "a-o2", 1_000)
    );
    assert_eq!(ask(NOW, LATER, 1).await.0.len(), 2, "so many of each kind");
    assert!(ask(Timestamp(0), NOW, 100).await.0.is_empty(), "before it");
    assert!(ask(LATER, Timestamp(NOW.0 + 9), 100).await.0.is_empty(), "after it");
    let others = WalletName("v".into());
    assert!(shop.store.unstated(&others, Period { from: NOW, to: LATER }, 100).await.unwrap().is_empty());
}
