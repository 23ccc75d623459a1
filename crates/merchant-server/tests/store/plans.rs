//! No statement costs more because there are more orders: the database is asked how it would run each.

use std::sync::{Arc, Mutex};

use merchant_core::lifecycle::{
    CustomerLimits, Event, JobKey, JobKind, PaymentRequestId, RefundAnswer, RefundId, RefundWord, Sending,
    StoredCall, Subject, WalletName,
};
use merchant_core::pricing::CouponHit;
use merchant_server::reconcile::{Period, RowKind};
use merchant_server::store::postgres::Postgres;
use merchant_server::store::sql::{Driver, SqlStore};
use merchant_server::store::sqlite::Sqlite;
use merchant_server::store::{
    Commit, Committed, Conflict, Database, DealingsQuestion, InboxEntry, InboxVerdict, MessageEnd,
    MessagePage, OrderPage, QuoteRow, SessionRow, Store,
};
use merchant_server::vault::Place;
use shop_api::{AttemptId, OrderId, QuoteId, Timestamp};

use crate::books::{stated, wallet};
use crate::database::{TestDatabase, vault};
use crate::explaining::{Explaining, Plan};
use crate::outbox::subscribers;
use crate::support::{
    NOW, accepted, breakdown, catalog, code, currency, customer, decided, erasure, key, new_order, paid,
    priced, refund, refused, told_to,
};
use crate::wire::exchange;

/// Tables that grow with the orders.
const GROWING: [&str; 16] = [
    "orders",
    "order_lines",
    "attempts",
    "refunds",
    "jobs",
    "events",
    "notifications",
    "quotes",
    "sessions",
    "coupons",
    "postings",
    "entries",
    "outbox",
    "wire",
    "statement_rows",
    // The name that some statements have for it.
    "stated",
];

/// Indices of nothing but what isn't over yet; reading one of them whole is reading what is asked for.
const OF_THE_PRESENT: [&str; 7] = [
    "one_live_attempt",
    "unresolved_orders",
    "orders_for_a_person",
    "jobs_due",
    "jobs_leased",
    "outbox_due",
    "outbox_parked",
];

/// Counting the jobs reads them all; there are those of orders that aren't over.
const COUNTING_JOBS: &str = "SELECT count(*) FROM jobs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_finds_everything_by_an_index() {
    let database = TestDatabase::sqlite();
    let Database::Sqlite(file) = database.database() else { panic!("a file") };
    let plans = plans(Sqlite::open(&file).unwrap(), &database, "EXPLAIN QUERY PLAN").await;
    // The steps of an INSERT look for rows that miss the new one; there are none while every key has its row.
    for (sql, steps) in plans.into_iter().filter(|(sql, _)| !sql.starts_with("INSERT")) {
        for step in &steps {
            let words: Vec<&str> = step.split_whitespace().collect();
            let scanned = words.iter().position(|word| *word == "SCAN").and_then(|at| words.get(at + 1));
            let index = words.iter().position(|word| *word == "INDEX").and_then(|at| words.get(at + 1));
            let is_bad = scanned.is_some_and(|table| GROWING.contains(table))
                && !index.is_some_and(|index| OF_THE_PRESENT.contains(index));
            assert!(!is_bad, "{step}\n{sql}\n{steps:#?}");
        }
    }
}

/// For a long list of words in a CHECK or an index, rows that are given back, and what many rows are made of, SQLite fills
/// a table of its own: that costs more than writing a row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_writes_a_row_without_filling_a_table_for_it() {
    let database = TestDatabase::sqlite();
    let Database::Sqlite(file) = database.database() else { panic!("a file") };
    let plans = plans(Sqlite::open(&file).unwrap(), &database, "EXPLAIN").await;
    // Erasing happens once to an order, and has more to look at.
    let is_other = |sql: &str| ["SELECT", "RETURNING", "erased_at = "].iter().any(|word| sql.contains(word));
    let is_of_one_row =
        |sql: &str| ["INSERT", "UPDATE"].iter().any(|verb| sql.starts_with(verb)) && !is_other(sql);
    let mut seen = 0;
    for (sql, steps) in plans.into_iter().filter(|(sql, _)| is_of_one_row(sql)) {
        seen += 1;
        assert!(!steps.iter().any(|step| step == "OpenEphemeral"), "{sql}\n{steps:#?}");
    }
    assert!(seen > 50, "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_finds_everything_by_an_index() {
    let database = TestDatabase::postgres();
    let Database::Postgres(address, connections) = database.database() else { panic!("a server") };
    let driver = Postgres::open(address, connections).await.unwrap();
    for (sql, steps) in plans(driver, &database, "EXPLAIN").await {
        for (at, step) in steps.iter().enumerate() {
            let words: Vec<&str> = step.split_whitespace().collect();
            let after =
                |word: &str| words.iter().position(|found| *found == word).and_then(|at| words.get(at + 1));
            let is_scan =
                step.contains("Seq Scan") && after("on").is_some_and(|table| GROWING.contains(table));
            assert!(!is_scan, "{step}\n{sql}\n{steps:#?}");
            let index = if step.contains("Bitmap Index Scan") { after("on") } else { after("using") };
            let details = steps.iter().skip(at + 1).take_while(|line| !line.contains("->"));
            let is_bounded = details.into_iter().any(|line| line.contains("Index Cond"))
                || index.is_none_or(|index| OF_THE_PRESENT.contains(index))
                || !GROWING.iter().any(|table| step.contains(&format!(" on {table}")));
            assert!(is_bounded, "{step}\n{sql}\n{steps:#?}");
        }
    }
}

/// Fills the database, does everything once, and tells how each statement would be run.
async fn plans(driver: impl Driver, database: &TestDatabase, explain: &'static str) -> Vec<Plan> {
    fill(database);
    let plans = Arc::new(Mutex::new(Vec::new()));
    let store = SqlStore::new(Explaining { driver, explain, plans: Arc::clone(&plans) }, vault());
    do_everything(&store).await;
    let mut plans = std::mem::take(&mut *plans.lock().unwrap());
    plans.retain(|(sql, _)| sql != COUNTING_JOBS);
    assert!(plans.len() > 100, "{}", plans.len());
    assert!(plans.iter().all(|(sql, steps)| !sql.starts_with("SELECT") || !steps.is_empty()));
    plans
}

async fn do_everything(store: &dyn Store) {
    let (ana, wallet) = (customer("c7"), WalletName("w".into()));
    let commit = |commit: Commit| async move {
        let commit = Commit { wire: exchange("a-new", "pay"), ..told_to(&subscribers(), commit) };
        let done = store.commit(commit).await.unwrap();
        assert!(matches!(done, Committed::Done(_)), "{done:?}");
    };
    let load = async |id: &str| store.load(&OrderId::from(id)).await.unwrap().unwrap();
    let mut placing = priced("new", "c7", &[("TEA", 1), ("MUG", 1)]);
    let coupon = CouponHit { uses_per_customer: Some(1_000), ..placing.coupon.unwrap() };
    placing.coupon = Some(coupon);
    let since = Timestamp(NOW.0 - 1);
    placing.customer_limits = CustomerLimits { limits: vec![("TEA".into(), 1, 1_000)], since };
    let (skus, coupon) = (vec!["TEA".into()], Some(code()));
    store.dealings(DealingsQuestion { customer: ana.clone(), skus, since, coupon }).await.unwrap();
    placing.despite_open_order = Some(OrderId::from("o2007"));
    commit(new_order(placing)).await;
    let order = load("new").await;
    commit(decided(&order, accepted(&order, "p-new"))).await;
    let order = load("new").await;
    let job = store.claim_jobs(NOW, NOW.plus_millis(9), 32).await.unwrap().remove(0).token;
    store.hand_back(std::slice::from_ref(&job), NOW).await.unwrap();
    let inbox = InboxEntry {
        wallet: wallet.clone(),
        body: b"{}".to_vec(),
        received_at: NOW,
        verdict: InboxVerdict::Applied,
        attempt: None,
    };
    commit(Commit { inbox: Some(inbox), ..decided(&order, paid(&order)) }).await;
    let order = load("new").await;
    commit(decided(&order, refund("k-new", 10))).await;
    let call = StoredCall { uri: "/refund".into(), body: b"{}".to_vec() };
    store.keep_refund_call(&wallet, &key("k-new"), call).await.unwrap();
    store.refund_call(&wallet, &key("k-new")).await.unwrap().unwrap();
    let other = load("o2001").await;
    let claimed = store.claim_jobs(NOW, NOW.plus_millis(9), 2).await.unwrap().remove(1).token;
    store.finish_job(&job).await.unwrap();
    let by_a_job = Commit { job: Some(claimed), ..decided(&other, Event::PayByReached) };
    drop(store.commit(by_a_job).await.unwrap());
    store.order_of_quote(&QuoteId::from("q-o1")).await.unwrap().unwrap();
    assert!(store.orders_of(&ana, 5).await.unwrap().len() == 5);
    for attention_only in [false, true] {
        let page = OrderPage { before: Some(3_000), limit: 20, attention_only };
        assert!(!store.list_orders(page).await.unwrap().is_empty());
    }
    // What fills the database isn't sealed; what is opened is the new order's.
    assert!(!store.story(&OrderId::from("new")).await.unwrap().events.is_empty());
    let request = PaymentRequestId::new("r-o7").unwrap();
    let (_, attempt) = store.find_attempt(&wallet, &request).await.unwrap().unwrap();
    assert_eq!(attempt, AttemptId("a-o7".into()));
    store.pay_request(&AttemptId("a-new".into())).await.unwrap().unwrap();
    assert_eq!(store.versions_of(&["o1".into(), "o2".into(), "o3".into()]).await.unwrap().len(), 3);
    store.next_job_at().await.unwrap().unwrap();
    store.counts(NOW).await.unwrap();
    messages(store).await;
    statements(store).await;
    shop(store).await;
}

async fn messages(store: &dyn Store) {
    let later = NOW.plus_millis(9);
    let claimed = store.claim_messages("erp", NOW, later, 8).await.unwrap().remove(0);
    let claim = (claimed.number, claimed.fence);
    assert!(store.end_message(claim, MessageEnd::Parked, "HTTP 500".into(), NOW).await.unwrap());
    store.next_message_at("erp").await.unwrap().unwrap();
    for parked_only in [false, true] {
        let page = MessagePage { before: Some(4_000), limit: 20, parked_only };
        assert!(!store.list_messages(page).await.unwrap().is_empty());
    }
    for endpoint in [None, Some("erp")] {
        assert!(store.resend_message(&claimed.id, endpoint, NOW).await.unwrap() > 0);
    }
    let order = OrderId::from("new");
    store.keep_wire(&order, exchange("a-new", "pay")).await.unwrap();
    assert!(store.wire(&order).await.unwrap().len() > 2);
    let check = JobKey { kind: JobKind::CheckPayment, order, about: Subject::Attempt("a-new".into()) };
    store.put_job(check, later).await.unwrap();
}

/// But for the balances, which read everything.
async fn statements(store: &dyn Store) {
    let rows = vec![stated(1, RowKind::Payment, "r-o7", NOW, 15)];
    assert_eq!(store.import_rows(&wallet(), rows, NOW).await.unwrap(), [true]);
    store.find_payment(&wallet(), Some("r-o7"), Some("p-o7")).await.unwrap().unwrap();
    // As little of everything as a day is of years.
    let period = Period { from: NOW.plus_millis(100), to: NOW.plus_millis(104) };
    assert!(!store.unstated(&wallet(), period, 50).await.unwrap().is_empty());
}

async fn shop(store: &dyn Store) {
    store.catalog().await.unwrap().unwrap();
    store.catalog_of(&["TEA".into()]).await.unwrap().unwrap();
    store.import_catalog(catalog(), false).await.unwrap();
    let (created_at, expires_at) = (NOW, NOW.plus_millis(1));
    let session = SessionRow { token_hash: [9; 32], customer: customer("c7"), created_at, expires_at };
    store.add_session(session).await.unwrap();
    store.session([9; 32]).await.unwrap().unwrap();
    let quote = QuoteRow {
        id: "q-new".into(),
        customer: customer("c7"),
        currency: currency(),
        lines: Vec::new(),
        breakdown: breakdown(&[]),
        coupon: None,
        address: None,
        payee: String::new(),
        created_at,
        expires_at,
    };
    store.add_quote(quote).await.unwrap();
    store.quote(&"q-new".into()).await.unwrap().unwrap();
    store.sweep(Timestamp(NOW.0 - 1_000)).await.unwrap();
    // As little of everything as ten minutes are of years; messages about the first fifty wait.
    assert_eq!(store.erasable(NOW.plus_millis(70), 20).await.unwrap().len(), 19);
    assert!(!store.order_ids_of(&customer("c7")).await.unwrap().is_empty());
    store.forget_customer(&customer("c8")).await.unwrap();
    let order = store.load(&OrderId::from("new")).await.unwrap().unwrap();
    let refund = &order.refunds[0];
    let taken = RefundAnswer::Taken { refund_id: RefundId::new("f1").unwrap() };
    let told = [
        Event::RefundAnswered { refund: refund.id.clone(), sending: Sending::First, answer: taken },
        Event::RefundTold { refund: refund.id.clone(), word: RefundWord::Success { refund_id: None } },
    ];
    for event in told {
        let order = store.load(&order.id).await.unwrap().unwrap();
        assert!(matches!(store.commit(decided(&order, event)).await.unwrap(), Committed::Done(_)));
    }
    // What was told of it isn't delivered.
    let order = store.load(&order.id).await.unwrap().unwrap();
    let mut commit = decided(&order, erasure());
    assert_eq!(refused(store.commit(decided(&order, erasure())).await.unwrap()), Conflict::MessagePending);
    commit.change.guards.clear();
    assert!(matches!(store.commit(commit).await.unwrap(), Committed::Done(_)));
    store.secret("name", vec![1]).await.unwrap();
}

/// The key of each order of `fill` that is loaded: that of a job, and those of the customer who orders.
fn keys(database: &TestDatabase) -> String {
    let numbers = std::iter::once(2_001).chain((7..5_000).step_by(500));
    let key = |number: u32| {
        let id = format!("o{number}");
        let place = Place { table: "orders", column: "seal_key", row: &[id.as_bytes()] };
        let sealed: String =
            vault().seal(&[1; 32], &place).iter().map(|byte| format!("{byte:02x}")).collect();
        match database {
            TestDatabase::Sqlite(_) => format!("WHEN {number} THEN x'{sealed}'"),
            TestDatabase::Postgres(_) => format!("WHEN {number} THEN decode('{sealed}', 'hex')"),
        }
    };
    numbers.map(key).collect::<Vec<_>>().join(" ")
}

/// Five thousand orders of five hundred customers: the first two thousand paid, some of the others waiting.
fn fill(database: &TestDatabase) {
    let (hash, hash_of_another, bytes) = match database {
        TestDatabase::Sqlite(_) => ("randomblob(32)", "randomblob(32)", "CAST('{}' AS BLOB)"),
        TestDatabase::Postgres(_) => {
            ("sha256(('s' || i)::bytea)", "sha256(('t' || i)::bytea)", "'{}'::bytea")
        }
    };
    let n = |from: u32, to: u32| {
        format!("WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
    };
    let (now, keys) = (NOW.0, format!("CASE i {} ELSE {bytes} END", keys(database)));
    let goods = ["LAMP", "MUG", "STICKER", "TEA"];
    let mut sql = vec![
        "INSERT INTO shop (id, name, tagline, currency_code, currency_exponent, currency_symbol, revision)
         VALUES (1, 'Shop', '', 'PHP', 2, '₱', 1)"
            .to_owned(),
        "INSERT INTO categories VALUES ('all', 'All', 0)".to_owned(),
    ];
    for (position, sku) in goods.iter().enumerate() {
        let id = sku.to_lowercase();
        let price = [99_900, 500, 0, 1_000][position];
        sql.push(format!(
            "INSERT INTO products (id, category_id, name, description, image, position)
             VALUES ('{id}', 'all', '{sku}', '', 'x.svg', {position})"
        ));
        sql.push(format!("INSERT INTO stock VALUES ('{sku}', 90000, 20000, 0)"));
        sql.push(format!(
            "INSERT INTO variants (sku, product_id, name, prices, max_per_order, position)
             VALUES ('{sku}', '{id}', '', '{{\"PHP\":\"{price}\"}}', 20, {position})"
        ));
    }
    sql.extend([
        format!(
            "{} INSERT INTO orders (id, quote_id, wallet, customer, version, status, status_at, attention, stock,
                 currency_code, currency_exponent, currency_symbol, total, payee, created_at, pay_by, coupon, seal_key,
                 changed_at)
             SELECT 'o' || i, 'q-o' || i, 'w', 'c' || (i % 500), 1,
                 CASE WHEN i <= 2000 THEN 'paid' WHEN i <= 2050 THEN 'awaiting_payment' ELSE 'expired' END, {now},
                 CASE WHEN i % 100 = 0 THEN 'unresolved' END, 'reserved', 'PHP', 2, '₱', 1500, '', {now}, {now},
                 CASE WHEN i % 3 = 0 THEN 'WELCOME' END, {keys}, {now} + i
             FROM n",
            n(1, 5_000)
        ),
        format!(
            "{} INSERT INTO order_lines (order_id, position, sku, name, variant_name, image, quantity, unit_price, subtotal)
             SELECT 'o' || i, 0, 'TEA', '', '', '', 1, 1000, 1000 FROM n
             UNION ALL SELECT 'o' || i, 1, 'MUG', '', '', '', 1, 500, 500 FROM n",
            n(1, 5_000)
        ),
        format!(
            "{} INSERT INTO attempts (id, order_id, number, wallet, payment_request_id, payment_id, pay_uri, pay_request,
                 status, status_at, created_at)
             SELECT 'a-o' || i, 'o' || i, 1, 'w', 'r-o' || i, 'p-o' || i, '/pay', {bytes},
                 CASE WHEN i <= 2000 THEN 'succeeded' WHEN i <= 2050 THEN 'unknown' ELSE 'cancelled' END, {now} + i, {now}
             FROM n",
            n(1, 5_000)
        ),
        format!(
            "{} INSERT INTO refunds (wallet, refund_request_id, order_id, attempt_id, number, amount, reason, requested_by,
                 requested_at, status, status_at, sendings)
             SELECT 'w', 'k' || i, 'o' || i, 'a-o' || i, 1, 10, {bytes}, '', {now}, 'succeeded', {now} + i, 1 FROM n",
            n(1, 2_000)
        ),
        format!(
            "{} INSERT INTO jobs (kind, order_id, subject_id, due_at, lease_until, fence)
             SELECT 'inquire', 'o' || i, 'a-o' || i, {now} + i - 2100, CASE WHEN i % 9 = 0 THEN {now} + i END, 0 FROM n",
            n(2_001, 5_000)
        ),
        format!("{} INSERT INTO coupons SELECT 'CODE-' || i, 1 FROM n", n(1, 500)),
        format!(
            "{} INSERT INTO events (order_id, version, position, at, actor, kind, attempt_id, detail)
             SELECT 'o' || (i % 5000 + 1), 1, i / 5000, {now}, 'server', 'x', NULL, {bytes} FROM n",
            n(1, 20_000)
        ),
        format!(
            "{} INSERT INTO notifications (wallet, body_hash, body, received_at, verdict, attempt_id)
             SELECT 'w', {hash}, {bytes}, {now}, 'applied', NULL FROM n",
            n(1, 3_000)
        ),
        format!(
            "{} INSERT INTO quotes (id, wallet, customer, currency_code, currency_exponent, currency_symbol, lines, total,
                 payee, created_at, expires_at)
             SELECT 'q' || i, 'w', 'c' || (i % 500), 'PHP', 2, '₱', '[]', 0, '', {now} + i, {now} + i
             FROM n",
            n(1, 5_000)
        ),
        format!(
            "{} INSERT INTO sessions SELECT {hash}, 'w', 'c' || (i % 500), {now}, {now} + i FROM n",
            n(1, 5_000)
        ),
        format!(
            "{} INSERT INTO outbox (id, endpoint, order_id, kind, body, created_at, status, status_at, due_at, tries, fence)
             SELECT 'msg_o' || i, CASE WHEN i % 2 = 0 THEN 'erp' ELSE 'mail' END, 'o' || i, 'order.placed', {bytes}, {now},
                 CASE WHEN i <= 50 THEN 'pending' WHEN i <= 70 THEN 'parked' ELSE 'delivered' END, {now}, {now} + i, 1, 1
             FROM n",
            n(1, 5_000)
        ),
        format!(
            "{} INSERT INTO wire (order_id, key, about, direction, operation, status, at, head, body)
             SELECT 'o' || (i % 5000 + 1), {bytes}, 'a', 'sent', 'pay', NULL, {now}, {bytes}, {bytes} FROM n",
            n(1, 20_000)
        ),
        format!(
            "{} INSERT INTO statement_rows (wallet, row_hash, kind, at, payment_id, payment_request_id, refund_id,
                 refund_request_id, reference, currency, amount, fee, imported_at)
             SELECT 'w', {hash}, 'payment', {now}, 'p-o' || (i * 2), 'r-o' || (i * 2), NULL, NULL, NULL, 'PHP', 1500, 0, {now}
             FROM n
             UNION ALL
             SELECT 'w', {hash_of_another}, 'refund', {now}, NULL, NULL, NULL, 'k' || (i * 2), NULL, 'PHP', 10, 0, {now} FROM n",
            n(1, 1_000)
        ),
    ]);
    for statement in sql {
        database.run(&statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    let n = n(1, 2_000);
    let postings = format!(
        "{n} INSERT INTO entries SELECT 'o' || i || '.2.1', 'receivable', 'PHP', 1500 FROM n
         UNION ALL SELECT 'o' || i || '.2.1', 'sales', 'PHP', -1500 FROM n;
         {n} INSERT INTO postings (id, at, order_id, version, wallet, kind, subject)
         SELECT 'o' || i || '.2.1', {now}, 'o' || i, 2, 'w', 'sale', '' FROM n"
    );
    database.script(&postings).unwrap();
    database.run("ANALYZE").unwrap();
}
