//! The merchant's side of the wire: every call meets its fate on the way.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::HeaderMap;
use merchant_core::lifecycle::{
    CancelAnswer, PayAnswer, PaymentRequestId, PaymentWord, RefundAnswer, RefundWord, Sending, StoredCall,
    WalletName, WalletWord,
};
use merchant_server::evidence::{Direction, WireMessage};
use merchant_server::wallet::{
    AckVerdict, Acknowledgement, BelievedNotification, CantAsk, InquiryReply, NotBelieved, PayFacts,
    Question, RefundFacts, TokenReply, Told, WalletGateway,
};
use serde::{Deserialize, Serialize};
use shop_api::{AmountProblem, MinorUnits, Timestamp};

use super::chance::{Chance, Fate};
use super::wallet::{CURRENCY, Reply, Request, WalletSide};
use super::world::{Agenda, Happening};

pub struct Gateway {
    pub wallet: Arc<WalletSide>,
    pub chance: Arc<Chance>,
    pub agenda: Arc<Agenda>,
}

/// A notification's bytes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Notification {
    /// Whether the wallet signed it.
    pub is_signed: bool,
    pub payment_request_id: PaymentRequestId,
    pub payment_id: String,
    pub value: u64,
    pub said: Said,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Said {
    Paid,
    Failed,
    Cancelled,
}

impl Gateway {
    /// Sends a request; none: no answer came.
    fn send(&self, request: Request) -> Option<Reply> {
        match self.chance.fate() {
            Fate::Arrives => Some(self.wallet.carry_out(&request)),
            Fate::RequestLost => None,
            Fate::AnswerLost => {
                self.wallet.carry_out(&request);
                None
            }
            Fate::Doubled => {
                self.wallet.carry_out(&request);
                Some(self.wallet.carry_out(&request))
            }
            Fate::Late(wait) => {
                self.agenda.after(wait, Happening::Arrives(request));
                None
            }
        }
    }

    /// Whether a question is answered.
    fn is_heard(&self) -> bool {
        match self.chance.fate() {
            Fate::Arrives | Fate::Doubled => true,
            Fate::RequestLost | Fate::AnswerLost | Fate::Late(_) => false,
        }
    }
}

fn told<T>(meaning: T) -> Told<T> {
    Told { meaning, wire: Vec::new() }
}

const SILENCE: &str = "no answer in time";

#[async_trait]
impl WalletGateway for Gateway {
    fn prepare_pay(&self, facts: &PayFacts<'_>, id: &PaymentRequestId) -> Result<StoredCall, CantAsk> {
        let request = Request::Pay {
            id: id.clone(),
            amount: facts.breakdown.total().value(),
            expires_at: jiff::Timestamp::from_millisecond(facts.pay_by.0 as i64).unwrap(),
            is_notified: !self.chance.one_in(10),
        };
        Ok(StoredCall { uri: "/pay".to_owned(), body: serde_json::to_vec(&request).unwrap() })
    }

    fn amount_problem(&self, _wallet: &WalletName, _total: MinorUnits) -> Option<AmountProblem> {
        None
    }

    async fn pay(&self, _wallet: &WalletName, request: &StoredCall, _sending: Sending) -> Told<PayAnswer> {
        told(match self.send(serde_json::from_slice(&request.body).unwrap()) {
            Some(Reply::Pay(answer)) => answer,
            Some(Reply::Cancel(_) | Reply::Refund(_)) => unreachable!("it was asked to pay"),
            None => PayAnswer::Unknown { reason: SILENCE.to_owned() },
        })
    }

    async fn inquire(&self, _wallet: &WalletName, question: &Question) -> Told<InquiryReply> {
        told(if self.is_heard() {
            InquiryReply::Word(self.wallet.word(&question.payment_request_id))
        } else {
            InquiryReply::Nothing(SILENCE.to_owned())
        })
    }

    async fn cancel(
        &self,
        _wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
        _sending: Sending,
    ) -> Told<CancelAnswer> {
        told(match self.send(Request::Cancel { id: payment_request_id.clone() }) {
            Some(Reply::Cancel(answer)) => answer,
            Some(Reply::Pay(_) | Reply::Refund(_)) => unreachable!("it was asked to cancel"),
            None => CancelAnswer::NotTaken { reason: SILENCE.to_owned() },
        })
    }

    fn prepare_refund(&self, facts: &RefundFacts<'_>) -> Result<StoredCall, CantAsk> {
        let request = Request::Refund {
            id: facts.refund.id.clone(),
            payment: facts.payment_request_id.unwrap().clone(),
            amount: facts.refund.amount.value(),
            settles_later: self.chance.one_in(3),
        };
        Ok(StoredCall { uri: "/refund".to_owned(), body: serde_json::to_vec(&request).unwrap() })
    }

    async fn refund(
        &self,
        _wallet: &WalletName,
        request: &StoredCall,
        _sending: Sending,
    ) -> Told<RefundAnswer> {
        let request: Request = serde_json::from_slice(&request.body).unwrap();
        if let Request::Refund { id, settles_later: true, .. } = &request {
            self.agenda.after(self.chance.seconds(7_200), Happening::Settles(id.clone()));
        }
        told(match self.send(request) {
            Some(Reply::Refund(answer)) => answer,
            Some(Reply::Pay(_) | Reply::Cancel(_)) => unreachable!("it was asked to refund"),
            None => RefundAnswer::Unknown { reason: SILENCE.to_owned() },
        })
    }

    async fn inquire_refund(&self, facts: &RefundFacts<'_>) -> Told<RefundWord> {
        told(if self.is_heard() {
            self.wallet.refund_word(&facts.refund.id)
        } else {
            RefundWord::Nothing { reason: SILENCE.to_owned() }
        })
    }

    async fn apply_token(&self, _wallet: &WalletName, _auth_code: &str) -> TokenReply {
        TokenReply::Unavailable("shoppers of this world have a session".to_owned())
    }

    fn read_notification(
        &self,
        _wallet: &WalletName,
        _headers: &HeaderMap,
        body: &[u8],
    ) -> Result<BelievedNotification, NotBelieved> {
        let read: Notification = serde_json::from_slice(body).unwrap();
        let about = read.payment_request_id;
        if !read.is_signed {
            return Err(NotBelieved::Unverified { code: "bad_signature".to_owned(), claimed: Some(about) });
        }
        let word = match read.said {
            Said::Paid => PaymentWord::Success,
            Said::Failed => PaymentWord::Fail { code: None, text: None },
            Said::Cancelled => PaymentWord::Cancelled,
        };
        let word = WalletWord {
            payment_request_id: Some(about.clone()),
            payment_id: Some(read.payment_id.try_into().unwrap()),
            amount: Some((MinorUnits::new(read.value).unwrap(), CURRENCY.to_owned())),
            word,
        };
        let wire = message(Direction::Received);
        Ok(BelievedNotification { payment_request_id: about, word, wire, lag: Some(Duration::ZERO) })
    }

    fn acknowledge(&self, _wallet: &WalletName, verdict: AckVerdict) -> Option<Acknowledgement> {
        let body = match verdict {
            AckVerdict::Recorded => b"S".to_vec(),
            AckVerdict::NotTaken(_) => b"U".to_vec(),
        };
        Some(Acknowledgement { headers: Vec::new(), wire: message(Direction::Sent), body })
    }
}

/// What is kept of a message; of millions, not its bytes.
fn message(direction: Direction) -> WireMessage {
    WireMessage {
        direction,
        operation: "notifyPayment".to_owned(),
        uri: String::new(),
        client_id: String::new(),
        time: String::new(),
        signature: String::new(),
        status: None,
        body: Vec::new(),
        at: Timestamp(0),
        verdict: String::new(),
    }
}
