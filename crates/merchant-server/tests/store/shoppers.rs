//! Sessions, quotes, secrets, notifications.

use merchant_core::lifecycle::WalletName;
use merchant_server::store::{InboxEntry, InboxVerdict, QuoteRow, SessionRow, Swept};
use shop_api::{AttemptId, QuoteId, Timestamp};

use crate::support::{NOW, Shop, customer, priced};

fn session(number: u32, expires_at: Timestamp) -> SessionRow {
    let mut token_hash = [7; 32];
    token_hash[..4].copy_from_slice(&number.to_be_bytes());
    SessionRow { token_hash, customer: customer("ana"), created_at: NOW, expires_at }
}

pub fn quote(id: &str, by: &str, created_at: Timestamp) -> QuoteRow {
    let placing = priced(id, by, &[("TEA", 2), ("MUG", 1)]);
    QuoteRow {
        id: QuoteId::from(id),
        customer: placing.customer,
        currency: placing.currency,
        lines: placing.lines,
        breakdown: placing.breakdown,
        coupon: placing.coupon.map(|hit| hit.code),
        address: placing.address,
        payee: "Shop".into(),
        created_at,
        expires_at: created_at.plus_millis(600_000),
    }
}

pub async fn a_session_is_found_by_its_hash(shop: Shop) {
    let kept = session(1, NOW.plus_millis(5));
    shop.store.add_session(kept.clone()).await.unwrap();
    assert_eq!(shop.store.session(kept.token_hash).await.unwrap(), Some(kept.clone()));
    assert_eq!(shop.store.session(session(2, NOW).token_hash).await.unwrap(), None);
    shop.store.add_session(kept).await.expect_err("a token is nobody else's");
}

pub async fn a_quote_is_read_as_it_was_kept(shop: Shop) {
    let kept = quote("q1", "ana", NOW);
    shop.store.add_quote(kept.clone()).await.unwrap();
    assert_eq!(shop.store.quote(&kept.id).await.unwrap(), Some(kept.clone()));
    assert_eq!(shop.store.quote(&QuoteId::from("q2")).await.unwrap(), None);
    shop.store.add_quote(kept).await.expect_err("an id is one quote's");
}

pub async fn of_one_customers_quotes_the_newest_are_kept(shop: Shop) {
    let kept = |id: String| {
        let store = &shop.store;
        async move { store.quote(&QuoteId(id)).await.unwrap().is_some() }
    };
    shop.store.add_quote(quote("bens", "ben", NOW)).await.unwrap();
    for number in 0..60u32 {
        let created = NOW.plus_millis(number.into());
        shop.store.add_quote(quote(&format!("q{number}"), "ana", created)).await.unwrap();
    }
    assert!(!kept("q9".into()).await && kept("q10".into()).await && kept("q59".into()).await);
    assert!(kept("bens".into()).await);
    shop.store.add_quote(quote("backwards", "ana", NOW)).await.unwrap();
    assert!(kept("backwards".into()).await, "the one just made stays, whatever its clock says");
    assert!(!kept("q10".into()).await);
}

pub async fn what_expired_is_swept_a_part_at_a_time(shop: Shop) {
    for number in 0..501 {
        shop.store.add_session(session(number, NOW)).await.unwrap();
    }
    shop.store.add_session(session(501, NOW.plus_millis(1))).await.unwrap();
    shop.store.add_quote(quote("old", "ana", Timestamp(NOW.0 - 600_001))).await.unwrap();
    shop.store.add_quote(quote("new", "ana", Timestamp(NOW.0 - 600_000))).await.unwrap();
    assert_eq!(shop.store.sweep(NOW).await.unwrap(), Swept::All);
    assert!(shop.store.quote(&QuoteId::from("old")).await.unwrap().is_none());
    assert!(shop.store.quote(&QuoteId::from("new")).await.unwrap().is_some());
    let later = NOW.plus_millis(1);
    assert_eq!(shop.store.sweep(later).await.unwrap(), Swept::Part);
    assert_eq!(shop.store.sweep(later).await.unwrap(), Swept::All);
    assert!(shop.store.session(session(500, NOW).token_hash).await.unwrap().is_none());
    assert!(shop.store.session(session(501, NOW).token_hash).await.unwrap().is_some());
    assert!(shop.store.quote(&QuoteId::from("new")).await.unwrap().is_none());
}

pub async fn the_first_secret_stays(shop: Shop) {
    assert_eq!(shop.store.secret("tags", vec![1, 2]).await.unwrap(), [1, 2]);
    assert_eq!(shop.store.secret("tags", vec![3]).await.unwrap(), [1, 2]);
    assert_eq!(shop.store.secret("other", vec![3]).await.unwrap(), [3]);
}

pub async fn a_notification_is_kept_once_by_its_body(shop: Shop) {
    let entry = |body: &str, verdict| InboxEntry {
        wallet: WalletName("w".into()),
        body: body.as_bytes().to_vec(),
        received_at: NOW,
        verdict,
        attempt: Some(AttemptId("a-o1".into())),
    };
    for (body, verdict) in
        [("one", InboxVerdict::Orphan), ("two", InboxVerdict::Stale), ("one", InboxVerdict::Mismatch)]
    {
        shop.store.record_notification(entry(body, verdict)).await.unwrap();
    }
    let Some(database) = &shop.database else { return };
    assert_eq!(database.number("SELECT count(*) FROM notifications"), 2);
    let first = database.run("SELECT verdict FROM notifications ORDER BY seq LIMIT 1").unwrap();
    assert_eq!(first[0][0].as_deref(), Some("orphan"), "what it led to at first");
    for sql in ["DELETE FROM notifications", "UPDATE notifications SET body = body"] {
        assert!(database.run(sql).unwrap_err().contains("append-only"));
    }
}

pub async fn the_store_says_that_it_works(shop: Shop) {
    shop.store.check().await.unwrap();
}
