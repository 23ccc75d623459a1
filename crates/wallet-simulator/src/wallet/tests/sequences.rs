//! Whatever people do, in any order: the laws of money hold after every step.

use proptest::prelude::*;

use super::*;
use crate::wallet::decide::RefundOutcome;
use crate::wallet::payment::CancelledBy;
use crate::wallet::refund::RefundState;
use crate::wallet::token::GrantState;

const PEOPLE: [&str; 3] = ["c-ana", "c-ben", "c-chloe"];
const CURRENCIES: [&str; 2] = ["PHP", "JPY"];

/// What anybody can do. Payments, requests, people and tokens are picked by number.
#[derive(Clone, Debug)]
enum Step {
    Pay { id: u8, value: u64, yen: bool, open_for: u64, authorise_only: bool },
    Confirm { id: u8, who: usize },
    Cancel { id: u8, refunds_paid: bool },
    Refund { request: u8, id: u8, value: u64, yen: bool, at_once: bool },
    Settle { pick: usize, succeeds: bool },
    Capture { request: u8, id: u8, value: Option<u64>, yen: bool, is_last: bool },
    Void { request: u8, id: u8 },
    PayOut { value: u64, yen: bool },
    TopUp { who: usize, value: u64, yen: bool },
    Refuse { who: usize, refuse: bool },
    Try { delivered: bool },
    Code { who: usize },
    Exchange { pick: usize },
    Refresh { pick: usize },
    GiveBack { pick: usize },
    Wait { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let rarely = || prop::bool::weighted(0.1);
    let value = || 1..100_000u64;
    prop_oneof![
        4 => (0..4u8, value(), rarely(), 300..2_000u64, any::<bool>()).prop_map(
            |(id, value, yen, open_for, authorise_only)| {
                Step::Pay { id, value, yen, open_for, authorise_only }
            }
        ),
        6 => (0..4u8, 0..3usize).prop_map(|(id, who)| Step::Confirm { id, who }),
        2 => (0..4u8, any::<bool>()).prop_map(|(id, refunds_paid)| Step::Cancel { id, refunds_paid }),
        6 => (0..12u8, 0..4u8, 1..60_000u64, rarely(), any::<bool>()).prop_map(
            |(request, id, value, yen, at_once)| Step::Refund { request, id, value, yen, at_once }
        ),
        2 => (0..12usize, any::<bool>()).prop_map(|(pick, succeeds)| Step::Settle { pick, succeeds }),
        4 => (0..6u8, 0..4u8, prop::option::weighted(0.8, 1..60_000u64), rarely(), any::<bool>()).prop_map(
            |(request, id, value, yen, is_last)| Step::Capture { request, id, value, yen, is_last }
        ),
        1 => (0..3u8, 0..4u8).prop_map(|(request, id)| Step::Void { request, id }),
        1 => (value(), rarely()).prop_map(|(value, yen)| Step::PayOut { value, yen }),
        1 => (0..3usize, value(), any::<bool>())
            .prop_map(|(who, value, yen)| Step::TopUp { who, value, yen }),
        1 => (0..3usize, any::<bool>()).prop_map(|(who, refuse)| Step::Refuse { who, refuse }),
        1 => any::<bool>().prop_map(|delivered| Step::Try { delivered }),
        1 => (0..3usize).prop_map(|who| Step::Code { who }),
        2 => (0..4usize).prop_map(|pick| Step::Exchange { pick }),
        1 => (0..6usize).prop_map(|pick| Step::Refresh { pick }),
        1 => (0..6usize).prop_map(|pick| Step::GiveBack { pick }),
        2 => prop_oneof![3 => 1..600u64, 1 => 100_000..700_000u64].prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// A merchant's request that is answered the same way however often it is sent.
#[derive(Clone, Debug)]
enum Request {
    Pay(PayAsked),
    Cancel(PaymentKey, bool),
    Refund(RefundAsked, Settlement),
    Capture(CaptureAsked),
    Void(VoidAsked),
}

impl Request {
    fn decide(&self, wallet: &Wallet, now: Timestamp, fresh: &str) -> Decision<String> {
        fn text<T: ToString>((events, id): (Vec<Event>, T)) -> (Vec<Event>, String) {
            (events, id.to_string())
        }
        let shop = &shop();
        match self.clone() {
            Self::Pay(asked) => wallet.decide_pay(now, shop, asked, PaymentId::new(fresh).unwrap()).map(text),
            Self::Cancel(key, refunds_paid) => wallet.decide_cancel(now, shop, &key, refunds_paid).map(text),
            Self::Refund(asked, settlement) => {
                wallet.decide_refund(now, shop, asked, settlement, RefundId::new(fresh).unwrap()).map(text)
            }
            Self::Capture(asked) => {
                wallet.decide_capture(now, shop, asked, CaptureId::new(fresh).unwrap()).map(text)
            }
            Self::Void(asked) => wallet.decide_void(now, shop, asked, VoidId::new(fresh).unwrap()).map(text),
        }
    }
}

/// The scene, what was asked and answered in it, and how its payments ended.
struct Run {
    scene: Scene,
    accepted: Vec<(Request, String)>,
    ended: BTreeMap<PaymentId, State>,
}

impl Run {
    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        let now = self.scene.now;
        self.scene.wait_until(now);
        let currency = |yen| CURRENCIES[usize::from(yen)];
        match step {
            Step::Pay { id, value, yen, open_for, authorise_only } => {
                let expires_at = later(now, Duration::from_secs(open_for));
                let asked = asked_in(&format!("a-{id}"), currency(yen), value, expires_at);
                self.ask(Request::Pay(with_content(PayAsked { authorise_only, ..asked })))?;
            }
            Step::Cancel { id, refunds_paid } => {
                self.ask(Request::Cancel(named(&format!("a-{id}")), refunds_paid))?;
            }
            Step::Refund { request, id, value, yen, at_once } => {
                let amount = amount(currency(yen), value);
                let asked = refund_asked(&format!("r-{request}"), &format!("a-{id}"), amount);
                let settlement = if at_once { Settlement::AtOnce } else { Settlement::Later };
                self.ask(Request::Refund(asked, settlement))?;
            }
            Step::Capture { request, id, value, yen, is_last } => {
                let amount = value.map(|value| amount(currency(yen), value));
                let (request, payment) = (format!("c-{request}"), format!("a-{id}"));
                self.ask(Request::Capture(capture_asked(&request, &payment, amount, is_last)))?;
            }
            Step::Void { request, id } => {
                self.ask(Request::Void(void_asked(&format!("v-{request}"), &format!("a-{id}"))))?;
            }
            Step::Confirm { id, who } => self.confirm_twice(id, PEOPLE[who])?,
            Step::Settle { pick, succeeds } => self.settle(pick, succeeds),
            Step::PayOut { value, yen } => {
                let decided =
                    self.scene.wallet.decide_pay_out(self.scene.now, &shop(), amount(currency(yen), value));
                self.scene.happen(decided.unwrap_or_default());
            }
            Step::TopUp { who, value, yen } => {
                let amount = amount(currency(yen), value);
                let decided = self.scene.wallet.decide_top_up(&customer(PEOPLE[who]), amount);
                self.scene.happen(decided.unwrap());
            }
            Step::Refuse { who, refuse } => {
                self.scene.happen(vec![Event::RefusalSet { customer_id: customer(PEOPLE[who]), refuse }]);
            }
            Step::Try { delivered } => self.try_notifications(delivered),
            Step::Code { who } => {
                let code = AuthCode::new(format!("code-{}", self.scene.wallet.auth_codes.len())).unwrap();
                let decided = self.scene.wallet.decide_auth_code(now, &customer(PEOPLE[who]), code);
                self.scene.happen(decided.unwrap());
            }
            Step::Exchange { .. } | Step::Refresh { .. } | Step::GiveBack { .. } => self.tokens(step)?,
            Step::Wait { seconds } => {
                self.scene.wait_until(later(now, Duration::from_secs(seconds)));
            }
        }
        Ok(())
    }

    /// Sent twice: the second answer is the first, and nothing happens again.
    fn ask(&mut self, request: Request) -> Result<(), TestCaseError> {
        let now = self.scene.now;
        let fresh = format!("sim-{}", self.scene.journal.len());
        let before = request.decide(&self.scene.wallet, now, &fresh);
        let answer = self.scene.done(before);
        let again = request.decide(&self.scene.wallet, later(now, Duration::from_secs(1)), "other");
        match &answer {
            Ok(id) => {
                prop_assert_eq!(again, Ok((Vec::new(), id.clone())), "{:?}", request);
                self.accepted.push((request, id.clone()));
            }
            Err(code) => prop_assert_eq!(&again.unwrap_err().code, code, "{:?}", request),
        }
        Ok(())
    }

    fn confirm_twice(&mut self, id: u8, who: &str) -> Result<(), TestCaseError> {
        let request = PaymentRequestId::new(format!("a-{id}")).unwrap();
        let Some(payment) = self.scene.wallet.payment_by_request(&shop(), &request) else { return Ok(()) };
        let payment_id = payment.terms.payment_id.to_string();
        let decide = |wallet: &Wallet| wallet.decide_confirm(self.scene.now, &payment_id, &customer(who));
        let (events, confirmation) = decide(&self.scene.wallet).unwrap();
        let mut after = self.scene.wallet.clone();
        events.iter().for_each(|event| after.apply(event.clone()).unwrap());
        prop_assert_eq!(decide(&after), Some((Vec::new(), confirmation)));
        self.scene.happen(events);
        Ok(())
    }

    fn settle(&mut self, pick: usize, succeeds: bool) {
        let Some(refund_id) = self.scene.wallet.refunds.keys().nth(pick).cloned() else { return };
        let outcome = if succeeds {
            RefundOutcome::Succeeds
        } else {
            RefundOutcome::Fails { reason: "The account is closed.".to_owned() }
        };
        let decided = self.scene.wallet.decide_settle_refund(self.scene.now, &refund_id, outcome);
        self.scene.happen(decided.unwrap_or_default());
    }

    fn try_notifications(&mut self, delivered: bool) {
        let tried = |payment: &&Payment| Event::NotificationTried {
            payment_id: payment.terms.payment_id.clone(),
            at: self.scene.now,
            delivered,
        };
        let due = self.scene.wallet.due_notifications(self.scene.now);
        let events = due.iter().map(tried).collect();
        self.scene.happen(events);
    }

    /// What can be used once is refused the second time.
    fn tokens(&mut self, step: Step) -> Result<(), TestCaseError> {
        let (wallet, now) = (&self.scene.wallet, self.scene.now);
        let grant = |pick| wallet.grants.values().nth(pick).map(|grant| grant.tokens.clone());
        let (one, two) = (fresh_tokens(&self.scene.journal.len().to_string()), fresh_tokens("never"));
        let (first, after) = match step {
            Step::Exchange { pick } => {
                let Some(code) = wallet.auth_codes.keys().nth(pick).cloned() else { return Ok(()) };
                let first = self.scene.done(wallet.decide_tokens(now, &shop(), &code, one));
                (first.map(drop), self.scene.wallet.decide_tokens(now, &shop(), &code, two).map(drop))
            }
            Step::Refresh { pick } => {
                let Some(old) = grant(pick) else { return Ok(()) };
                let first = self.scene.done(wallet.decide_refresh(now, &shop(), &old.refresh_token, one));
                let again = self.scene.wallet.decide_refresh(now, &shop(), &old.refresh_token, two);
                (first.map(drop), again.map(drop))
            }
            Step::GiveBack { pick } => {
                let Some(old) = grant(pick) else { return Ok(()) };
                let first = self.scene.done(wallet.decide_cancel_tokens(now, &shop(), &old.access_token));
                let again = self.scene.wallet.decide_cancel_tokens(now, &shop(), &old.access_token);
                (first, again.map(drop))
            }
            other => panic!("{other:?} is no business of tokens"),
        };
        prop_assert!(after.is_err(), "first {first:?}");
        Ok(())
    }

    fn check(&mut self) -> Result<(), TestCaseError> {
        self.check_books()?;
        for payment in self.scene.wallet.payments() {
            check_payment(&self.scene.wallet, payment, self.scene.now)?;
        }
        self.check_ends()
    }

    fn check_books(&self) -> Result<(), TestCaseError> {
        let wallet = &self.scene.wallet;
        for currency in CURRENCIES.map(|code| Currency::parse(code).unwrap()) {
            let entries = wallet.ledger().entries().iter().filter(|entry| entry.currency == currency);
            prop_assert_eq!(entries.map(|entry| i128::from(entry.value)).sum::<i128>(), 0);
            let payments = || wallet.payments().filter(|payment| payment.terms.amount.currency == currency);
            for person in PEOPLE.map(customer) {
                prop_assert!(wallet.balance(&person, currency) >= 0);
                let held = payments().filter(|payment| payment.customer_id() == Some(&person));
                let held: u64 = held.map(Payment::held).sum();
                let account = Account::Held(person);
                prop_assert_eq!(wallet.ledger().balance(&account, currency), i128::from(held));
            }
            let earned: u64 = payments().map(|payment| payment.paid() - payment.refunded).sum();
            let paid_out = wallet.ledger().balance(&Account::Payouts, currency);
            let balance = wallet.ledger().balance(&Account::Merchant(shop()), currency);
            prop_assert!(balance >= 0);
            prop_assert_eq!(balance, i128::from(earned) - paid_out);
            let in_process = wallet.refunds.values().filter(|refund| refund.state == RefundState::Processing);
            let in_process = in_process.filter(|refund| refund.terms.amount.currency == currency);
            let in_process: u64 = in_process.map(|refund| refund.terms.amount.value.get()).sum();
            let refunding = wallet.ledger().balance(&Account::Refunding(shop()), currency);
            prop_assert_eq!(refunding, i128::from(in_process));
        }
        Ok(())
    }

    /// An end is an end, but for a paid payment that is cancelled.
    fn check_ends(&mut self) -> Result<(), TestCaseError> {
        for payment in self.scene.wallet.payments().filter(|payment| payment.is_final()) {
            let id = payment.terms.payment_id.clone();
            let before = self.ended.insert(id, payment.state.clone());
            match (&before, &payment.state) {
                (None, _) => {}
                (Some(State::Succeeded { .. }), State::Cancelled { by: CancelledBy::Cancel, .. }) => {}
                (Some(before), now) => prop_assert_eq!(before, now),
            }
        }
        let live = self.scene.wallet.grants.values().filter(|grant| grant.state == GrantState::Live);
        let used = self.scene.wallet.auth_codes.values().filter(|code| code.used);
        prop_assert!(live.count() <= used.count(), "a code has one live pair at the most");
        Ok(())
    }
}

fn check_payment(wallet: &Wallet, payment: &Payment, now: Timestamp) -> Result<(), TestCaseError> {
    let (mut captured, mut refunded, mut voids, mut last) = (0, 0, 0, false);
    for transaction in wallet.transactions(payment) {
        match transaction {
            Transaction::Capture(capture) => {
                prop_assert!(!last, "the last capture is the last");
                captured += capture.amount.value.get();
                last = capture.is_last;
            }
            Transaction::Void(_) => voids += 1,
            Transaction::Refund(refund) => match refund.state {
                RefundState::Processing | RefundState::Succeeded { .. } => {
                    refunded += refund.terms.amount.value.get();
                }
                RefundState::Failed { .. } => {}
            },
        }
    }
    let asked = payment.terms.amount.value.get();
    prop_assert_eq!((payment.captured, payment.refunded), (captured, refunded));
    prop_assert!(refunded <= payment.paid());
    prop_assert!(captured + payment.held() <= asked);
    prop_assert!(!last || payment.held() == 0);
    let may_hold = matches!(payment.state, State::Authorised { .. } | State::Succeeded { .. });
    prop_assert!(may_hold || payment.held() == 0);
    prop_assert!(payment.hold_expires_at().is_none_or(|expires_at| expires_at > now));
    let is_authorised = matches!(payment.state, State::Authorised { .. });
    prop_assert!(!is_authorised || (payment.held() == asked && captured == 0));
    prop_assert!(voids == 0 || payment.status() == PaymentStatus::Cancelled);
    let id = payment.terms.payment_id.clone();
    let is_open = wallet.open.contains(&(payment.terms.expires_at, id.clone()));
    prop_assert_eq!(is_open, payment.state == State::Processing);
    let waits = payment.hold_expires_at().is_some_and(|due| wallet.holds.contains(&(due, id)));
    prop_assert_eq!(waits, payment.held() > 0);
    Ok(())
}

proptest! {
    #[test]
    fn whatever_happens_the_laws_of_money_hold(steps in prop::collection::vec(step(), 1..120)) {
        let mut run = Run { scene: Scene::new(), accepted: Vec::new(), ended: BTreeMap::new() };
        for step in steps {
            run.take(step)?;
            run.check()?;
        }
        for (request, answer) in &run.accepted {
            let again = request.decide(&run.scene.wallet, run.scene.now, "other");
            prop_assert_eq!(again, Ok((Vec::new(), answer.clone())), "{:?}", request);
        }
        let journal = serde_json::to_string(&run.scene.journal).unwrap();
        let mut replayed = Wallet::default();
        for event in serde_json::from_str::<Vec<Event>>(&journal).unwrap() {
            replayed.apply(event).unwrap();
        }
        prop_assert_eq!(replayed, run.scene.wallet, "a restart comes to the same wallet");
    }
}
