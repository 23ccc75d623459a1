//! The wallet: its own logic and ledger, at the world's time.

use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use merchant_core::lifecycle::{
    CancelAnswer, PayAnswer, PaymentId, PaymentRequestId, PaymentWord, RefundAnswer, RefundId,
    RefundRequestId, RefundWord, WalletWord,
};
use serde::{Deserialize, Serialize};
use shop_api::{Cashier, MinorUnits};
use wallet_api::amount::Amount;
use wallet_api::clock::{Clock as _, ManualClock};
use wallet_api::ids::{ClientId, CustomerId};
use wallet_simulator::wallet::decide::{PayAsked, RefundAsked, RefundOutcome, Settlement};
use wallet_simulator::wallet::event::Event;
use wallet_simulator::wallet::payment::{Payment, State};
use wallet_simulator::wallet::refund::RefundState;
use wallet_simulator::wallet::{PaymentKey, RefundKey, Wallet};

pub const CURRENCY: &str = "PHP";

/// What a merchant asks for in writing.
#[derive(Clone, Serialize, Deserialize)]
pub enum Request {
    Pay { id: PaymentRequestId, amount: u64, expires_at: Timestamp, is_notified: bool },
    Cancel { id: PaymentRequestId },
    Refund { id: RefundRequestId, payment: PaymentRequestId, amount: u64, settles_later: bool },
}

/// What the wallet answers.
pub enum Reply {
    Pay(PayAnswer),
    Cancel(CancelAnswer),
    Refund(RefundAnswer),
}

pub struct WalletSide {
    wallet: Mutex<Wallet>,
    clock: Arc<ManualClock>,
    merchant: ClientId,
    /// Whether cancelling a payment that is paid gives it back.
    cancel_refunds: bool,
    made: Mutex<u64>,
}

impl WalletSide {
    pub fn new(clock: Arc<ManualClock>, cancel_refunds: bool) -> Self {
        let merchant = ClientId::new("SHOP").unwrap();
        Self { wallet: Mutex::default(), clock, merchant, cancel_refunds, made: Mutex::default() }
    }

    pub fn books(&self) -> MutexGuard<'_, Wallet> {
        self.wallet.lock().unwrap()
    }

    /// The merchant's payment with this id.
    pub fn payment<'a>(&self, wallet: &'a Wallet, id: &PaymentRequestId) -> Option<&'a Payment> {
        wallet.payment_by_request(&self.merchant, id)
    }

    /// Does what was asked for.
    pub fn carry_out(&self, request: &Request) -> Reply {
        let mut wallet = self.books();
        let now = self.clock.now();
        let expired = wallet.expire(now);
        apply(&mut wallet, expired);
        match request {
            Request::Pay { id, amount, expires_at, is_notified } => {
                let asked = PayAsked {
                    payment_request_id: id.clone(),
                    amount: Amount::new(CURRENCY, *amount).unwrap(),
                    expires_at: Some(*expires_at),
                    payee: String::new(),
                    description: String::new(),
                    notify_url: is_notified.then(String::new),
                    authorise_only: false,
                    content: serde_json::to_string(request).unwrap(),
                };
                Reply::Pay(match wallet.decide_pay(now, &self.merchant, asked, self.fresh("p")) {
                    Ok((events, payment_id)) => {
                        apply(&mut wallet, events);
                        opened(wallet.payment(payment_id.as_str()).unwrap())
                    }
                    Err(refusal) => PayAnswer::Refused { code: refusal.code.to_string() },
                })
            }
            Request::Cancel { id } => {
                let key = PaymentKey::Request(id.clone());
                Reply::Cancel(match wallet.decide_cancel(now, &self.merchant, &key, self.cancel_refunds) {
                    Ok((events, _)) => {
                        apply(&mut wallet, events);
                        CancelAnswer::Taken
                    }
                    Err(_) if self.payment(&wallet, id).is_none() => CancelAnswer::NotKnown,
                    Err(refusal) => CancelAnswer::TooLate { reason: refusal.message.to_owned() },
                })
            }
            Request::Refund { id, payment, amount, settles_later } => {
                let asked = RefundAsked {
                    refund_request_id: id.clone(),
                    payment: PaymentKey::Request(payment.clone()),
                    amount: Amount::new(CURRENCY, *amount).unwrap(),
                    reason: None,
                    content: serde_json::to_string(request).unwrap(),
                };
                let settlement = if *settles_later { Settlement::Later } else { Settlement::AtOnce };
                let decided = wallet.decide_refund(now, &self.merchant, asked, settlement, self.fresh("r"));
                Reply::Refund(match decided {
                    Ok((events, refund_id)) => {
                        apply(&mut wallet, events);
                        RefundAnswer::Taken { refund_id }
                    }
                    Err(refusal) => RefundAnswer::Refused { code: refusal.code.to_string() },
                })
            }
        }
    }

    /// What an inquiry about a payment is answered.
    pub fn word(&self, id: &PaymentRequestId) -> WalletWord {
        let wallet = self.books();
        match self.payment(&wallet, id) {
            Some(payment) => about(payment),
            None => WalletWord {
                payment_request_id: Some(id.clone()),
                payment_id: None,
                amount: None,
                word: PaymentWord::NotExist,
            },
        }
    }

    /// What an inquiry about a refund is answered.
    pub fn refund_word(&self, id: &RefundRequestId) -> RefundWord {
        let wallet = self.books();
        let Some(refund) = wallet.refund_of(&self.merchant, &RefundKey::Request(id.clone())) else {
            return RefundWord::NotExist;
        };
        match &refund.state {
            RefundState::Processing => RefundWord::Pending,
            RefundState::Succeeded { .. } => {
                RefundWord::Success { refund_id: Some(refund.terms.refund_id.clone()) }
            }
            RefundState::Failed { reason, .. } => RefundWord::Fail { text: Some(reason.clone()) },
        }
    }

    /// The id of a refund that is in process.
    pub fn unsettled(&self, id: &RefundRequestId) -> Option<RefundId> {
        let wallet = self.books();
        let refund = wallet.refund_of(&self.merchant, &RefundKey::Request(id.clone()))?;
        matches!(refund.state, RefundState::Processing).then(|| refund.terms.refund_id.clone())
    }

    /// Ends a refund that is in process.
    pub fn settle(&self, refund: &RefundId, outcome: RefundOutcome) {
        let mut wallet = self.books();
        if let Some(events) = wallet.decide_settle_refund(self.clock.now(), refund, outcome) {
            apply(&mut wallet, events);
        }
    }

    /// A new customer with money enough.
    pub fn open_account(&self, customer: &CustomerId) {
        let mut wallet = self.books();
        let opened = wallet.decide_open(customer, "").unwrap();
        apply(&mut wallet, opened);
        let money = wallet.decide_top_up(customer, Amount::new(CURRENCY, 1_000_000).unwrap()).unwrap();
        apply(&mut wallet, money);
    }

    /// The customer confirms in the cashier, and risk control may refuse.
    pub fn confirm(&self, payment: &PaymentId, customer: &CustomerId, refuse: bool) {
        let mut wallet = self.books();
        let now = self.clock.now();
        let expired = wallet.expire(now);
        apply(&mut wallet, expired);
        apply(&mut wallet, vec![Event::RefusalSet { customer_id: customer.clone(), refuse }]);
        let (events, _) = wallet.decide_confirm(now, payment.as_str(), customer).unwrap();
        apply(&mut wallet, events);
    }

    /// Closes what wasn't paid in time; the words of the notifications that are due.
    pub fn due(&self) -> Vec<WalletWord> {
        let mut wallet = self.books();
        let now = self.clock.now();
        let expired = wallet.expire(now);
        apply(&mut wallet, expired);
        wallet.due_notifications(now).into_iter().map(about).collect()
    }

    /// Counts a try to notify.
    pub fn tried(&self, payment: &PaymentId, is_acknowledged: bool) {
        let mut wallet = self.books();
        let tried = wallet.decide_notified(self.clock.now(), payment.clone(), is_acknowledged);
        apply(&mut wallet, tried);
    }

    /// When something happens here without anybody asking.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.books().next_due(|due, _| Some(due))
    }

    fn fresh<T: TryFrom<String, Error: std::fmt::Debug>>(&self, mark: &str) -> T {
        let mut made = self.made.lock().unwrap();
        *made += 1;
        T::try_from(format!("{mark}{made:012}")).unwrap()
    }
}

/// What `pay` is answered about a payment that there is.
fn opened(payment: &Payment) -> PayAnswer {
    let payment_id = payment.terms.payment_id.clone();
    match payment.state {
        State::Processing => {
            let address = Some(format!("https://cashier.example/{}", payment_id.as_str()));
            let cashier = Cashier { payment_url: address, trade_no: None, order_str: None };
            PayAnswer::Accepted { payment_id, cashier }
        }
        State::Succeeded { .. } | State::Authorised { .. } => PayAnswer::ClaimsSuccess,
        State::Failed { .. } | State::Cancelled { .. } => {
            PayAnswer::Doubtful { code: "ORDER_IS_CLOSED".to_owned() }
        }
    }
}

/// How a payment stands, in the wallet's words.
fn about(payment: &Payment) -> WalletWord {
    let word = match &payment.state {
        State::Processing | State::Authorised { .. } => {
            PaymentWord::Pending { status: "PROCESSING".to_owned() }
        }
        State::Succeeded { .. } => PaymentWord::Success,
        State::Failed { reason, .. } => {
            PaymentWord::Fail { code: Some(reason.code().to_string()), text: None }
        }
        State::Cancelled { .. } => PaymentWord::Cancelled,
    };
    let value = MinorUnits::new(payment.terms.amount.value.get()).unwrap();
    WalletWord {
        payment_request_id: Some(payment.terms.payment_request_id.clone()),
        payment_id: Some(payment.terms.payment_id.clone()),
        amount: Some((value, CURRENCY.to_owned())),
        word,
    }
}

fn apply(wallet: &mut Wallet, events: Vec<Event>) {
    events.into_iter().for_each(|event| wallet.apply(event).unwrap());
}
