//! The wallet's rules, one by one and by any sequence of what people can do.

mod authorisations;
mod cancels;
mod payments;
mod refunds;
mod replay;
mod sequences;
mod tokens;

use wallet_api::amount::Amount;
use wallet_api::ids::{AppId, CaptureRequestId, KeyVersion, RefundRequestId, VoidRequestId};
use wallet_api::operation::PaymentStatus;
use wallet_api::operation::result::ResultCode;

use super::decide::{
    CaptureAsked, Confirmation, Decision, FreshTokens, PayAsked, RefundAsked, Settlement, VoidAsked, founding,
};
use super::event::Event;
use super::payment::{Delivery, FailReason, State};
use super::token::Tokens;
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

fn amount(currency: &str, value: u64) -> Amount {
    Amount::new(currency, value).unwrap()
}

/// By the merchant's id.
fn named(id: &str) -> PaymentKey {
    PaymentKey::Request(PaymentRequestId::new(id).unwrap())
}

fn opening() -> Vec<Event> {
    let merchant = Merchant {
        client_id: shop(),
        app_id: AppId::new("app-1").ok(),
        partner_id: None,
        profile: crate::dialect::DEFAULT.to_owned(),
        key_version: KeyVersion::new("1").unwrap(),
        public_key: String::new(),
    };
    let mut events = founding();
    events.push(Event::MerchantRegistered(merchant));
    events
}

/// What a merchant asks for: `value` centavos, open for 900 seconds.
fn asked(id: &str, value: u64) -> PayAsked {
    asked_in(id, "PHP", value, at(900))
}

fn asked_in(id: &str, currency: &str, value: u64, expires_at: Timestamp) -> PayAsked {
    let asked = PayAsked {
        payment_request_id: PaymentRequestId::new(id).unwrap(),
        amount: amount(currency, value),
        expires_at: Some(expires_at),
        payee: "Shop".to_owned(),
        description: String::new(),
        notify_url: Some("https://shop.example/notify".to_owned()),
        authorise_only: false,
        content: String::new(),
    };
    with_content(asked)
}

fn to_authorise(id: &str, value: u64) -> PayAsked {
    with_content(PayAsked { authorise_only: true, ..asked(id, value) })
}

/// Equal requests have equal content and others don't, as on the wire.
fn with_content(asked: PayAsked) -> PayAsked {
    PayAsked { content: format!("{:?}", PayAsked { content: String::new(), ..asked.clone() }), ..asked }
}

fn refund_asked(id: &str, payment: &str, amount: Amount) -> RefundAsked {
    RefundAsked {
        refund_request_id: RefundRequestId::new(id).unwrap(),
        payment: named(payment),
        amount,
        reason: Some("too small".to_owned()),
        content: format!("{payment} {amount}"),
    }
}

fn capture_asked(id: &str, payment: &str, amount: Option<Amount>, is_last: bool) -> CaptureAsked {
    CaptureAsked {
        capture_request_id: CaptureRequestId::new(id).unwrap(),
        payment: named(payment),
        amount,
        is_last,
        content: format!("{payment} {amount:?} {is_last}"),
    }
}

fn void_asked(id: &str, payment: &str) -> VoidAsked {
    VoidAsked {
        void_request_id: VoidRequestId::new(id).unwrap(),
        payment: named(payment),
        content: payment.to_owned(),
    }
}

/// A wallet whose time a test moves, and everything that happened in it. The wallet's ids are made of the
/// merchant's: `sim-a-1`.
struct Scene {
    wallet: Wallet,
    journal: Vec<Event>,
    now: Timestamp,
}

impl Scene {
    fn new() -> Self {
        let mut scene = Self { wallet: Wallet::default(), journal: Vec::new(), now: at(0) };
        scene.happen(opening());
        scene
    }

    fn happen(&mut self, events: Vec<Event>) {
        for event in events {
            self.journal.push(event.clone());
            self.wallet.apply(event).unwrap();
        }
    }

    /// Lets what was decided happen.
    fn done<T>(&mut self, decision: Decision<T>) -> Result<T, ResultCode> {
        let (events, answer) = decision.map_err(|refusal| refusal.code)?;
        self.happen(events);
        Ok(answer)
    }

    /// What runs out by then runs out.
    fn wait_until(&mut self, now: Timestamp) {
        self.now = now;
        let over = self.wallet.expire(now);
        self.happen(over);
    }

    fn pay(&mut self, asked: PayAsked) -> Result<PaymentId, ResultCode> {
        let id = PaymentId::new(format!("sim-{}", asked.payment_request_id)).unwrap();
        let decided = self.wallet.decide_pay(self.now, &shop(), asked, id);
        self.done(decided)
    }

    fn confirm(&mut self, id: &str, customer_id: &str) -> Option<Confirmation> {
        let payment_id = format!("sim-{id}");
        let decided = self.wallet.decide_confirm(self.now, &payment_id, &customer(customer_id));
        let (events, confirmation) = decided?;
        self.happen(events);
        Some(confirmation)
    }

    fn paid(&mut self, id: &str, value: u64) {
        self.pay(asked(id, value)).unwrap();
        assert_eq!(self.confirm(id, "c-ana"), Some(Confirmation::Paid));
    }

    fn authorised(&mut self, id: &str, value: u64) {
        self.pay(to_authorise(id, value)).unwrap();
        assert_eq!(self.confirm(id, "c-ana"), Some(Confirmation::Authorised));
    }

    fn cancel(&mut self, id: &str, refunds_paid: bool) -> Result<PaymentId, ResultCode> {
        let decided = self.wallet.decide_cancel(self.now, &shop(), &named(id), refunds_paid);
        self.done(decided)
    }

    fn refund(&mut self, asked: RefundAsked, settlement: Settlement) -> Result<RefundId, ResultCode> {
        let id = RefundId::new(format!("sim-{}", asked.refund_request_id)).unwrap();
        let decided = self.wallet.decide_refund(self.now, &shop(), asked, settlement, id);
        self.done(decided)
    }

    fn capture(&mut self, asked: CaptureAsked) -> Result<CaptureId, ResultCode> {
        let id = CaptureId::new(format!("sim-{}", asked.capture_request_id)).unwrap();
        let decided = self.wallet.decide_capture(self.now, &shop(), asked, id);
        self.done(decided)
    }

    fn void(&mut self, asked: VoidAsked) -> Result<VoidId, ResultCode> {
        let id = VoidId::new(format!("sim-{}", asked.void_request_id)).unwrap();
        let decided = self.wallet.decide_void(self.now, &shop(), asked, id);
        self.done(decided)
    }

    fn payment(&self, id: &str) -> &Payment {
        self.wallet.payment(&format!("sim-{id}")).unwrap()
    }

    fn status(&self, id: &str) -> PaymentStatus {
        self.payment(id).status()
    }

    fn pesos(&self, account: &Account) -> i128 {
        self.wallet.ledger().balance(account, Currency::parse("PHP").unwrap())
    }

    fn ana(&self) -> i128 {
        self.pesos(&Account::Customer(customer("c-ana")))
    }

    fn ana_held(&self) -> i128 {
        self.pesos(&Account::Held(customer("c-ana")))
    }

    fn shops(&self) -> i128 {
        self.pesos(&Account::Merchant(shop()))
    }
}

/// What Ana starts with, in centavos.
const ANAS: i128 = 10_000_000;

fn fresh_tokens(name: &str) -> FreshTokens {
    FreshTokens {
        access_token: AccessToken::new(format!("access-{name}")).unwrap(),
        refresh_token: RefreshToken::new(format!("refresh-{name}")).unwrap(),
    }
}
