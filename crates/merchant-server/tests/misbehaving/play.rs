//! One order's life while the wallet misbehaves, and how it must end.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use merchant_server::server::Server;
use serde_json::{Value, json};
use tokio::task::{JoinSet, block_in_place};
use wallet_api::clock::{Clock, ManualClock};

use crate::world::audit::Auditor;
use crate::world::client::{Answer, Client};
use crate::world::database::TestDatabase;
use crate::world::merchant::run_due;
use crate::world::shopper::{Shopper, cashier_of, text};
use crate::world::{Setup, Wallet, fresh_database, until};

/// What the shopper does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shops {
    /// Pays as soon as a cashier opens, again after a failure, and comes back.
    Pays,
    /// Pays, and never comes back: the wallet has to tell.
    PaysAndLeaves,
    /// Pays before the shop has an answer to `pay`, by an address that came some other way.
    PaysEarly,
    /// Orders and does nothing.
    Forgets,
    /// Gives the order up as soon as its cashier is open.
    GivesUp,
    /// Gives it up at once, cashier or not.
    GivesUpAtOnce,
    /// Pays, of which the shop doesn't hear, and then gives the order up.
    PaysAndGivesUp,
    /// Pays, and an operator gives a part back.
    IsRefunded,
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Paid,
    /// Paid, and all of it given back, because nobody wanted it any more.
    GivenBack,
    Expired,
    Cancelled,
    /// A person has to look, for this reason.
    Attention(&'static str),
    /// Paid; its refund ends so.
    Refund(&'static str),
    /// Paid; its refund ends so, and a person has to look.
    RefundAttention(&'static str),
}

/// A row of the table.
pub struct Case {
    pub name: &'static str,
    pub shops: Shops,
    pub faults: Vec<Value>,
    pub end: End,
}

pub fn case(name: &'static str, shops: Shops, faults: Vec<Value>, end: End) -> Case {
    Case { name, shops, faults, end }
}

/// As often as anything can happen.
pub const FOR_EVER: u32 = 10_000;

/// A call that goes wrong so often.
pub fn call(on: &str, kind: &str, times: u32) -> Value {
    json!({ "on": on, "kind": kind, "times": times })
}

/// The same with members of the kind's own.
pub fn with(mut fault: Value, members: Value) -> Value {
    let Value::Object(members) = members else { panic!("members") };
    fault.as_object_mut().unwrap().extend(members);
    fault
}

/// No notification arrives, ever.
pub fn unheard() -> Value {
    call("notifyPayment", "lost", FOR_EVER)
}

const UNITS: u32 = 10_000;
const CUSTOMER: &str = "c-ana";

struct Stage {
    wallet: Wallet,
    server: Server,
    audit: Auditor,
    _database: TestDatabase,
}

/// How many cases are played at a time.
const AT_A_TIME: usize = 4;

/// Plays every case, each with a server and a wallet of its own.
pub async fn play(preset: &'static str, cases: Vec<Case>) {
    let mut waiting = cases.into_iter();
    let (mut playing, mut failed) = (JoinSet::new(), Vec::new());
    let mut names = HashMap::new();
    loop {
        while playing.len() < AT_A_TIME
            && let Some(case) = waiting.next()
        {
            let name = case.name;
            let task = playing.spawn(async move {
                let stage = Stage::new(preset).await;
                stage.plays_it_all(case).await;
                block_in_place(|| drop(stage));
            });
            names.insert(task.id(), name);
        }
        match playing.join_next_with_id().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => failed.push(names[&error.id()]),
            None => break,
        }
    }
    assert!(failed.is_empty(), "{} of {}: {failed:?}", failed.len(), names.len());
    println!("{} cases", names.len());
}

impl Stage {
    async fn new(preset: &str) -> Self {
        let wallet = Wallet::start().await;
        // Making a database and dropping it takes seconds, in which other stages have transactions open.
        let database = block_in_place(fresh_database);
        let setup = Setup::of(&wallet, preset, &database, UNITS).await;
        let as_clock: Arc<dyn Clock> = wallet.clock.clone();
        let server = setup.serve(as_clock, |ports| ports).await;
        let audit = Auditor::new(server.admin, UNITS);
        Self { wallet, server, audit, _database: database }
    }

    async fn plays_it_all(&self, case: Case) {
        let needs_another = |fault: &Value| fault["kind"].as_str().unwrap().starts_with("another");
        if case.faults.iter().any(needs_another) {
            // One of which everything was asked, so that there are messages of another payment.
            let before = self::case("before", Shops::IsRefunded, vec![unheard()], End::Refund("succeeded"));
            self.plays(&before).await;
        }
        self.plays(&case).await;
        // What the wallet still sends afterwards, for a day, changes nothing that has ended.
        let ended = self.audit.audit(&self.wallet, true).await;
        for _ in 0..26 {
            self.wallet.clock.advance(Duration::from_secs(3_600));
            run_due(&self.server.app).await;
        }
        let later = self.audit.audit(&self.wallet, true).await;
        for (before, after) in ended.iter().zip(&later) {
            let is_open = before["status"] == "needs_attention";
            assert!(is_open || before["status"] == after["status"], "{before:#} {after:#}");
            let refunds = |order: &Value| order["refunds"].as_array().unwrap().len();
            assert_eq!(refunds(before), refunds(after));
        }
    }

    async fn plays(&self, case: &Case) {
        self.wallet.enrich(CUSTOMER).await;
        for fault in &case.faults {
            self.wallet.fault(fault.clone()).await;
        }
        let shopper = Shopper::login(&self.wallet, Client::new(self.server.public), CUSTOMER).await.unwrap();
        let quote = shopper.quote(&[("TEA", 2)]).await.unwrap();
        let placed = self.places(&shopper, &quote, case).await.expect(201);
        let order = text(&placed["orderId"]);
        self.acts(case, &shopper, &order).await;
        let ended = self.ends(&order).await;
        for (fault, fired) in self.wallet.end_faults().await {
            assert!(fired > 0, "{}: {fault} never happened", case.name);
        }
        self.check(case, &ended).await;
        let may_be_open = ended["status"] == "needs_attention";
        self.audit.audit(&self.wallet, may_be_open).await;
    }

    /// Orders. Where the wallet keeps its answer back, the shop answers without it.
    async fn places(&self, shopper: &Shopper, quote: &str, case: &Case) -> Answer {
        let placing = shopper.place(quote, None);
        if !case.faults.iter().any(|fault| fault["kind"] == "answer_delayed") {
            return placing.await.unwrap();
        }
        let waiting = async {
            // The notifier, the answer that is kept back, and the shop's patience.
            until("the answer is kept back", async || self.wallet.clock.sleepers() >= 3).await;
            self.wallet.clock.advance(Duration::from_secs(5));
        };
        let (placed, ()) = tokio::join!(placing, waiting);
        placed.unwrap()
    }

    async fn acts(&self, case: &Case, shopper: &Shopper, order: &str) {
        match case.shops {
            Shops::Pays => {
                if self.pays(shopper, order, true).await {
                    let now = shopper.read(order).await.unwrap();
                    shopper.returned(&now, "9000").await.unwrap().expect(202);
                }
            }
            Shops::PaysAndLeaves => {
                self.pays(shopper, order, true).await;
            }
            Shops::PaysEarly => {
                let request = text(&self.audit.order(order).await["attempts"][0]["paymentRequestId"]);
                let payment = self.wallet.payment(&request).await.expect("the wallet has it");
                self.confirms(&text(&payment["paymentId"]), &request).await;
            }
            Shops::Forgets => {}
            Shops::GivesUp => {
                self.waits_for_cashier(shopper, order).await;
                assert_eq!(shopper.cancel(order).await.unwrap().status, 202);
            }
            Shops::GivesUpAtOnce => assert_eq!(shopper.cancel(order).await.unwrap().status, 202),
            Shops::PaysAndGivesUp => {
                assert!(self.pays(shopper, order, false).await);
                assert_eq!(shopper.cancel(order).await.unwrap().status, 202);
            }
            Shops::IsRefunded => {
                assert!(self.pays(shopper, order, true).await);
                self.ends(order).await;
                assert!(self.audit.refund(order, &format!("key-{order}"), "700").await);
            }
        }
    }

    /// Pays in the cashier, in the next one after a failure; whether it could.
    async fn pays(&self, shopper: &Shopper, order: &str, again: bool) -> bool {
        for _ in 0..4 {
            let Some(payment_id) = self.waits_for_cashier(shopper, order).await else { return false };
            let known = self.audit.order(order).await;
            let attempts = known["attempts"].as_array().unwrap();
            let request = text(&attempts.last().unwrap()["paymentRequestId"]);
            self.confirms(&payment_id, &request).await;
            let now = shopper.read(order).await.unwrap();
            if now["attempt"]["status"] != "failed" || !again {
                return true;
            }
        }
        true
    }

    /// Confirms, and waits until the wallet has tried to tell the shop of it, unless it does so later.
    async fn confirms(&self, payment_id: &str, request: &str) {
        self.wallet.confirm(payment_id, CUSTOMER).await;
        if self.tells_later().await {
            return;
        }
        until("a notification", async || {
            let payment = self.wallet.payment(request).await.unwrap();
            payment["notificationTries"].as_u64().unwrap() > 0
        })
        .await;
    }

    async fn tells_later(&self) -> bool {
        self.wallet.faults().await.iter().any(|fault| fault["kind"] == "delayed")
    }

    /// The cashier of the order's newest attempt, once there is one; a new attempt after one that ended.
    async fn waits_for_cashier(&self, shopper: &Shopper, order: &str) -> Option<String> {
        let mut attempts = 1;
        for _ in 0..400 {
            let now = shopper.read(order).await.unwrap();
            if let Some(payment_id) = cashier_of(&now) {
                return Some(payment_id);
            }
            if !matches!(now["status"].as_str().unwrap(), "awaiting_payment") {
                return None;
            }
            if now["mayStartPayment"] == true {
                if attempts == 4 {
                    return None;
                }
                attempts += 1;
                let again = shopper.pay_again(&now).await.unwrap();
                assert!(matches!(again.status, 200 | 201), "{}", String::from_utf8_lossy(&again.body));
                continue;
            }
            // Nobody looks at a page for a quarter of an hour without looking up.
            self.step(30_000).await;
        }
        panic!("neither a cashier nor an end: {:#}", self.audit.order(order).await);
    }

    /// Moves on to whatever is due next, at most so far.
    async fn step(&self, longest: u64) {
        let now = now(&self.wallet.clock);
        let next = run_due(&self.server.app).await;
        let wait = next.map_or(1_000, |at| at.0.saturating_sub(now)).clamp(1, longest);
        self.wallet.clock.advance(Duration::from_millis(wait));
        run_due(&self.server.app).await;
    }

    /// Moves on until the server has nothing to do for the order any more.
    async fn ends(&self, order: &str) -> Value {
        for _ in 0..1_000 {
            run_due(&self.server.app).await;
            let now = self.audit.order(order).await;
            let status = now["status"].as_str().unwrap();
            let is_over = matches!(status, "paid" | "expired" | "cancelled" | "needs_attention");
            if is_over && now["jobs"].as_array().unwrap().is_empty() {
                return now;
            }
            self.settles(&now).await;
            self.step(1_800_000).await;
        }
        panic!("it doesn't end: {:#}", self.audit.order(order).await);
    }

    /// What the wallet keeps in process succeeds after a while.
    async fn settles(&self, order: &Value) {
        let ledger = self.wallet.ledger().await;
        for refund in order["refunds"].as_array().unwrap() {
            let mut known = ledger["refunds"].as_array().unwrap().iter();
            let found = known.find(|found| found["refundRequestId"] == refund["key"]);
            if let Some(found) = found.filter(|found| found["status"] == "PROCESSING") {
                self.wallet.settle_refund(&text(&found["refundId"]), "succeeds").await;
            }
        }
    }

    async fn check(&self, case: &Case, order: &Value) {
        let name = case.name;
        let refund = order["refunds"].as_array().unwrap().last().map(|refund| text(&refund["status"]));
        let (status, refund) = (text(&order["status"]), refund.unwrap_or_else(|| "none".to_owned()));
        let attention = order["attention"].as_str();
        let expected = match case.end {
            End::Paid => ("paid", "none", None),
            End::GivenBack => ("paid", "succeeded", None),
            End::Expired => ("expired", "none", None),
            End::Cancelled => ("cancelled", "none", None),
            End::Attention(reason) => ("needs_attention", "none", Some(reason)),
            End::Refund(status) => ("paid", status, (status == "failed").then_some("refund_not_done")),
            End::RefundAttention(status) => ("paid", status, Some("refund_not_done")),
        };
        assert_eq!((status.as_str(), refund.as_str(), attention), expected, "{name}: {order:#}");
        assert_eq!(
            attention.is_some(),
            order["advice"].is_string(),
            "{name}: every reason comes with advice"
        );
    }
}

fn now(clock: &ManualClock) -> u64 {
    u64::try_from(clock.now().as_millisecond()).unwrap()
}
