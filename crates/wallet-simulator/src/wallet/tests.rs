//! The wallet's rules, one by one and by any sequence of what people can do.

use proptest::prelude::*;
use wallet_api::amount::Amount;
use wallet_api::ids::{AppId, KeyVersion};
use wallet_api::operation::pay::PayRequest;
use wallet_api::operation::result::ResultCode;
use wallet_api::time::{DateTime, TimeFormat};

use super::decide::{Confirmation, PayDecision, founding};
use super::payment::{FailReason, SCHEDULE};
use super::*;

fn at(seconds: u64) -> Timestamp {
    later(Timestamp::UNIX_EPOCH, Duration::from_secs(1_700_000_000 + seconds))
}

fn customer(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

fn shop() -> ClientId {
    ClientId::new("SHOP").unwrap()
}

fn opened() -> Wallet {
    let mut wallet = Wallet::default();
    let merchant = Merchant {
        client_id: shop(),
        app_id: AppId::new("app-1").ok(),
        key_version: KeyVersion::new("1").unwrap(),
        public_key: String::new(),
    };
    happen(&mut wallet, founding());
    happen(&mut wallet, vec![Event::MerchantRegistered(merchant)]);
    wallet
}

fn happen(wallet: &mut Wallet, events: Vec<Event>) {
    for event in events {
        wallet.apply(event).unwrap();
    }
}

fn request(id: &str, currency: &str, value: u64, expires_at: Timestamp) -> PayRequest {
    PayRequest {
        app_id: AppId::new("app-1").unwrap(),
        customer_belongs_to: None,
        product_code: None,
        sales_code: None,
        payment_request_id: PaymentRequestId::new(id).unwrap(),
        payment_amount: Amount::new(currency, value).unwrap(),
        order: None,
        payment_expiry_time: Some(DateTime::new(expires_at, TimeFormat::IsoSeconds)),
        payment_redirect_url: None,
        payment_notify_url: Some("https://shop.example/notify".to_owned()),
        extend_info: None,
    }
}

/// Asks for a payment the way the OpenAPI does; its wallet id is made of the request's.
fn pay(wallet: &mut Wallet, now: Timestamp, request: PayRequest) -> PayDecision {
    let content = serde_json::to_string(&request).unwrap();
    let id = PaymentId::new(format!("sim-{}", request.payment_request_id)).unwrap();
    let (events, decision) = wallet.decide_pay(now, &shop(), request, content, id);
    happen(wallet, events);
    decision
}

fn confirm(wallet: &mut Wallet, now: Timestamp, payment_id: &str, customer_id: &str) -> Option<Confirmation> {
    happen(wallet, wallet.expire(now));
    let (events, confirmation) = wallet.decide_confirm(now, payment_id, &customer(customer_id))?;
    happen(wallet, events);
    Some(confirmation)
}

fn refused(decision: &PayDecision) -> Option<ResultCode> {
    match decision {
        PayDecision::Refused(code, _) => Some(code.clone()),
        PayDecision::Payment(_) => None,
    }
}

fn pesos(wallet: &Wallet, id: &str) -> i128 {
    wallet.balance(&customer(id), Currency::parse("PHP").unwrap())
}

#[test]
fn confirming_twice_pays_once_and_nobody_else_can_pay_it_again() {
    let mut wallet = opened();
    let before = pesos(&wallet, "c-ana");
    pay(&mut wallet, at(0), request("a-1", "PHP", 129_900, at(900)));
    for _ in 0..3 {
        assert_eq!(confirm(&mut wallet, at(1), "sim-a-1", "c-ana"), Some(Confirmation::Paid));
    }
    assert_eq!(confirm(&mut wallet, at(2), "sim-a-1", "c-chloe"), Some(Confirmation::PaidByAnother));
    assert_eq!(before - pesos(&wallet, "c-ana"), 129_900);
    let merchant = Account::Merchant(shop());
    assert_eq!(wallet.ledger().balance(&merchant, Currency::parse("PHP").unwrap()), 129_900);
}

#[test]
fn without_enough_money_the_payment_stays_open_until_there_is() {
    let mut wallet = opened();
    pay(&mut wallet, at(0), request("a-1", "PHP", 129_900, at(900)));
    assert_eq!(confirm(&mut wallet, at(1), "sim-a-1", "c-ben"), Some(Confirmation::NotEnough));
    assert!(!wallet.payment("sim-a-1").unwrap().is_final());
    let events = wallet.decide_top_up(&customer("c-ben"), Amount::new("PHP", 124_900).unwrap()).unwrap();
    happen(&mut wallet, events);
    assert_eq!(confirm(&mut wallet, at(2), "sim-a-1", "c-ben"), Some(Confirmation::Paid));
    assert_eq!(pesos(&wallet, "c-ben"), 0);
}

#[test]
fn a_refusal_is_final_and_refuses_one_payment_only() {
    let mut wallet = opened();
    happen(&mut wallet, vec![Event::RefusalSet { customer_id: customer("c-ana"), refuse: true }]);
    for id in ["a-1", "a-2"] {
        pay(&mut wallet, at(0), request(id, "PHP", 100, at(900)));
    }
    assert_eq!(confirm(&mut wallet, at(1), "sim-a-1", "c-ana"), Some(Confirmation::Refused));
    assert_eq!(confirm(&mut wallet, at(2), "sim-a-1", "c-chloe"), Some(Confirmation::Refused));
    assert_eq!(confirm(&mut wallet, at(2), "sim-a-2", "c-ana"), Some(Confirmation::Paid));
}

#[test]
fn at_its_time_a_payment_closes_and_the_merchant_is_to_be_told() {
    let mut wallet = opened();
    pay(&mut wallet, at(0), request("a-1", "PHP", 100, at(900)));
    assert_eq!(wallet.next_due(), Some(at(900)));
    assert_eq!(wallet.expire(at(899)), Vec::new());
    assert_eq!(confirm(&mut wallet, at(900), "sim-a-1", "c-ana"), Some(Confirmation::Expired));
    let payment = wallet.payment("sim-a-1").unwrap();
    assert_eq!(payment.fail_reason(), Some(FailReason::Expired));
    assert_eq!(wallet.due_notifications(at(900)).len(), 1);
}

#[test]
fn the_same_request_is_the_same_payment_and_other_content_is_refused() {
    let mut wallet = opened();
    let first = pay(&mut wallet, at(0), request("a-1", "PHP", 100, at(900)));
    assert_eq!(pay(&mut wallet, at(5), request("a-1", "PHP", 100, at(900))), first);
    let other = pay(&mut wallet, at(5), request("a-1", "PHP", 101, at(900)));
    assert_eq!(refused(&other), Some(ResultCode::RepeatReqInconsistent));
    assert_eq!(wallet.payments().count(), 1);
    // A repetition after the end is still that payment, though its time is over.
    let expired = wallet.expire(at(901));
    happen(&mut wallet, expired);
    assert_eq!(pay(&mut wallet, at(901), request("a-1", "PHP", 100, at(900))), first);
}

#[test]
fn what_can_not_be_paid_is_refused_by_name() {
    let mut wallet = opened();
    let over = pay(&mut wallet, at(1000), request("a-1", "PHP", 100, at(900)));
    assert_eq!(refused(&over), Some(ResultCode::ParamIllegal));
    let currency = pay(&mut wallet, at(0), request("a-2", "XTS", 100, at(900)));
    assert_eq!(refused(&currency), Some(ResultCode::CurrencyNotSupport));
    let app = PayRequest { app_id: AppId::new("other").unwrap(), ..request("a-3", "PHP", 100, at(900)) };
    assert_eq!(refused(&pay(&mut wallet, at(0), app)), Some(ResultCode::ParamIllegal));
    assert_eq!(wallet.payments().count(), 0);
}

#[test]
fn a_notification_is_tried_by_the_schedule_and_then_given_up() {
    let mut wallet = opened();
    pay(&mut wallet, at(0), request("a-1", "PHP", 100, at(900)));
    confirm(&mut wallet, at(1), "sim-a-1", "c-ana");
    let payment_id = PaymentId::new("sim-a-1").unwrap();
    let mut now = at(1);
    for wait in SCHEDULE {
        now = later(now, wait);
        assert_eq!(wallet.next_due(), Some(now));
        let tried = Event::NotificationTried { payment_id: payment_id.clone(), at: now, delivered: false };
        happen(&mut wallet, vec![tried]);
    }
    assert_eq!(wallet.payment("sim-a-1").unwrap().delivery, Delivery::GaveUp);
    assert_eq!(wallet.next_due(), None);
}

#[test]
fn an_auth_code_is_good_once_and_not_for_long() {
    let mut wallet = opened();
    let code = |text: &str| AuthCode::new(text).unwrap();
    for text in ["first", "late"] {
        let events = wallet.decide_auth_code(at(0), &customer("c-ana"), code(text)).unwrap();
        happen(&mut wallet, events);
    }
    let (events, whose) = wallet.decide_token(at(1), &code("first")).unwrap();
    happen(&mut wallet, events);
    assert_eq!(whose, customer("c-ana"));
    assert_eq!(wallet.decide_token(at(2), &code("first")), Err(ResultCode::UsedAuthCode));
    assert_eq!(wallet.decide_token(at(300), &code("late")), Err(ResultCode::ExpiredAuthCode));
    assert_eq!(wallet.decide_token(at(1), &code("never")), Err(ResultCode::InvalidAuthCode));
}

#[test]
fn a_payment_never_ends_twice() {
    let mut wallet = opened();
    pay(&mut wallet, at(0), request("a-1", "PHP", 100, at(900)));
    confirm(&mut wallet, at(1), "sim-a-1", "c-ana");
    let before = wallet.clone();
    let again = Event::PaymentFailed {
        payment_id: PaymentId::new("sim-a-1").unwrap(),
        customer_id: None,
        reason: FailReason::Expired,
        at: at(900),
    };
    assert_eq!(wallet.apply(again), Err(ImpossibleEvent));
    assert_eq!(wallet, before);
}

/// What anybody can do, in any order.
#[derive(Clone, Debug)]
enum Step {
    Pay { id: u8, value: u64, yen: bool, open_for: u64 },
    Confirm { id: u8, who: usize },
    TopUp { who: usize, value: u64, yen: bool },
    Refuse { who: usize, refuse: bool },
    Try { delivered: bool },
    Wait { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..6u8, 1..200_000u64, any::<bool>(), 1..1_000u64)
            .prop_map(|(id, value, yen, open_for)| Step::Pay { id, value, yen, open_for }),
        (0..6u8, 0..3usize).prop_map(|(id, who)| Step::Confirm { id, who }),
        (0..3usize, 1..200_000u64, any::<bool>()).prop_map(|(who, value, yen)| Step::TopUp {
            who,
            value,
            yen
        }),
        (0..3usize, any::<bool>()).prop_map(|(who, refuse)| Step::Refuse { who, refuse }),
        any::<bool>().prop_map(|delivered| Step::Try { delivered }),
        (1..600u64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

const PEOPLE: [&str; 3] = ["c-ana", "c-ben", "c-chloe"];

fn take(wallet: &mut Wallet, now: &mut Timestamp, step: Step) -> Vec<Event> {
    let currency = |yen| if yen { "JPY" } else { "PHP" };
    let mut events = wallet.expire(*now);
    happen(wallet, events.clone());
    let decided = match step {
        Step::Pay { id, value, yen, open_for } => {
            let expires_at = later(*now, Duration::from_secs(open_for));
            let request = request(&format!("a-{id}"), currency(yen), value, expires_at);
            let content = serde_json::to_string(&request).unwrap();
            let fresh_id = PaymentId::new(format!("sim-a-{id}")).unwrap();
            wallet.decide_pay(*now, &shop(), request, content, fresh_id).0
        }
        Step::Confirm { id, who } => {
            let decided = wallet.decide_confirm(*now, &format!("sim-a-{id}"), &customer(PEOPLE[who]));
            decided.map(|(events, _)| events).unwrap_or_default()
        }
        Step::TopUp { who, value, yen } => {
            wallet.decide_top_up(&customer(PEOPLE[who]), Amount::new(currency(yen), value).unwrap()).unwrap()
        }
        Step::Refuse { who, refuse } => {
            vec![Event::RefusalSet { customer_id: customer(PEOPLE[who]), refuse }]
        }
        Step::Try { delivered } => {
            let due = wallet.due_notifications(*now);
            let tried = |payment: &Payment| Event::NotificationTried {
                payment_id: payment.terms.payment_id.clone(),
                at: *now,
                delivered,
            };
            due.into_iter().map(tried).collect()
        }
        Step::Wait { seconds } => {
            *now = later(*now, Duration::from_secs(seconds));
            Vec::new()
        }
    };
    happen(wallet, decided.clone());
    events.extend(decided);
    events
}

proptest! {
    #[test]
    fn whatever_happens_the_books_balance_and_the_end_of_a_payment_is_its_end(
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        let mut wallet = opened();
        let mut journal = Vec::new();
        let mut now = at(0);
        let mut ended: BTreeMap<PaymentId, State> = BTreeMap::new();
        for step in steps {
            journal.extend(take(&mut wallet, &mut now, step));
            let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
            for entry in wallet.ledger().entries() {
                *sums.entry(entry.currency).or_default() += i128::from(entry.value);
            }
            prop_assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
            for person in PEOPLE {
                let account = Account::Customer(customer(person));
                prop_assert!(wallet.ledger().balances(&account).all(|(_, balance)| balance >= 0));
            }
            for payment in wallet.payments().filter(|payment| payment.is_final()) {
                let id = payment.terms.payment_id.clone();
                let first = ended.entry(id).or_insert_with(|| payment.state.clone());
                prop_assert_eq!(&payment.state, &*first);
            }
        }
        let mut replayed = opened();
        let stored = serde_json::to_string(&journal).unwrap();
        happen(&mut replayed, serde_json::from_str(&stored).unwrap());
        prop_assert_eq!(replayed, wallet, "a restart comes to the same wallet");
    }
}
