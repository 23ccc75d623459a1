//! The wallets over `wallet_api`: one client each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::HeaderMap;
use merchant_core::lifecycle::{
    CancelAnswer, PayAnswer, PaymentRequestId, RefundAnswer, RefundWord, Sending, StoredCall, WalletName,
};
use merchant_core::time::to_jiff;
use shop_api::{AmountProblem, AmountProblemCode, MinorUnits};
use wallet_api::client::{AgentTokens, PaymentQuestion, PreparedCall, RefundQuestion, WalletClient};
use wallet_api::clock::Clock;
use wallet_api::ids::AuthCode;
use wallet_api::keys::{Signer, Verifier};
use wallet_api::notification::{RawNotification, acknowledge};
use wallet_api::operation::Operation;
use wallet_api::operation::cancel::CancelRequest;
use wallet_api::operation::refund::RefundRequest;
use wallet_api::operation::result::WireResult;
use wallet_api::profile::WalletProfile;
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, RESPONSE_TIME, SIGNATURE};
use wallet_api::transport::HttpTransport;

use super::ended::{CallEnd, Ended};
use super::tape::Tape;
use super::{
    AckVerdict, Acknowledgement, BelievedNotification, CantAsk, InquiryReply, NotBelieved, PayFacts,
    Question, RefundFacts, TokenReply, Told, WalletGateway, order, tape, translate, verdict,
};
use crate::evidence::{Direction, NOTIFY_PAYMENT, WireMessage};
use crate::metrics::{Counter, Metrics};
use crate::time::now;

/// Who the merchant is to the wallets.
#[derive(Clone, Debug)]
pub struct MerchantIdentity {
    /// The merchant's own id.
    pub id: String,
    /// Its category code (ISO 18245).
    pub mcc: String,
}

/// One wallet: its profile, our key, its keys, and where its notifications come in.
pub struct WalletEntry {
    /// Everything in which wallets differ.
    pub profile: Arc<WalletProfile>,
    /// Signs for us.
    pub signer: Arc<dyn Signer>,
    /// Has the wallet's keys.
    pub verifier: Arc<dyn Verifier>,
    /// Lets us call as an integrator for the merchant.
    pub agent_token: Option<Arc<dyn AgentTokens>>,
    /// The public address for its notifications.
    pub notify_url: String,
    /// The path of that address: what the wallet signs.
    pub notify_path: String,
}

struct Wallet {
    entry: WalletEntry,
    client: WalletClient,
}

/// The [`WalletGateway`] of programs.
pub struct ApiGateway {
    wallets: BTreeMap<WalletName, Wallet>,
    merchant: MerchantIdentity,
    http: Arc<dyn HttpTransport>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
}

impl ApiGateway {
    /// A gateway to these wallets.
    pub fn new(
        entries: Vec<WalletEntry>,
        merchant: MerchantIdentity,
        http: Arc<dyn HttpTransport>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let wallet = |entry: WalletEntry| {
            let client = WalletClient::new(
                Arc::clone(&entry.profile),
                Arc::clone(&entry.signer),
                Arc::clone(&entry.verifier),
                Arc::clone(&http),
                Arc::clone(&clock),
            );
            let client = match entry.agent_token.clone() {
                Some(token) => client.with_agent_token(token),
                None => client,
            };
            (WalletName(entry.profile.name.clone()), Wallet { entry, client })
        };
        Self { wallets: entries.into_iter().map(wallet).collect(), merchant, http, clock, metrics }
    }

    /// A client whose messages are remembered, and what remembers them.
    fn taped(&self, wallet: &Wallet) -> (WalletClient, Arc<Tape>) {
        let tape = Tape::new(Arc::clone(&self.http), Arc::clone(&self.clock));
        (wallet.client.over(tape.clone()), tape)
    }

    /// Times a call, and counts how it ended.
    async fn timed<A: Ended>(
        &self,
        wallet: &Wallet,
        operation: Operation,
        call: impl Future<Output = A>,
    ) -> A {
        let begun = self.clock.now();
        let answer = call.await;
        let took = Duration::try_from(self.clock.now() - begun).unwrap_or_default();
        let end = answer.end();
        self.metrics.called(&wallet.entry.profile.name, operation, end, took);
        if end == CallEnd::Unverified {
            self.metrics.count(Counter::AnswerUnverified);
        }
        answer
    }
}

#[async_trait]
impl WalletGateway for ApiGateway {
    fn amount_problem(&self, wallet: &WalletName, total: MinorUnits) -> Option<AmountProblem> {
        let profile = &self.wallets.get(wallet)?.entry.profile;
        let (minimum, multiple) = (profile.minimum_amount, profile.amount_multiple);
        let problem = |code, amount| {
            Some(AmountProblem { code, amount: MinorUnits::new(amount).unwrap_or(MinorUnits::MAX) })
        };
        match total.value() {
            0 => None,
            value if value < minimum => problem(AmountProblemCode::BelowMinimum, minimum),
            value if !value.is_multiple_of(multiple) => problem(AmountProblemCode::NotAMultiple, multiple),
            _ => None,
        }
    }

    fn prepare_pay(
        &self,
        facts: &PayFacts<'_>,
        payment_request_id: &PaymentRequestId,
    ) -> Result<StoredCall, CantAsk> {
        let name = &facts.customer.wallet;
        let wallet = self.wallets.get(name).ok_or_else(|| CantAsk(unconfigured_text(name)))?;
        let order = order::told(facts, &self.merchant, self.clock.now())?;
        let request = wallet_api::operation::pay::PayRequest {
            payment_request_id: payment_request_id.clone(),
            amount: order.amount,
            order,
            env: Some(order::env(facts.device)),
            expires_at: Some(to_jiff(facts.pay_by)),
            notify_url: Some(wallet.entry.notify_url.clone()),
            return_url: None,
            authorise_only: false,
        };
        let call = wallet.client.prepare_pay(&request).map_err(|error| CantAsk(error.to_string()))?;
        Ok(StoredCall { uri: call.uri, body: call.body })
    }

    async fn pay(&self, wallet: &WalletName, request: &StoredCall, sending: Sending) -> Told<PayAnswer> {
        let Some(found) = self.wallets.get(wallet) else { return Told::unsent(unconfigured(wallet)) };
        let call = prepared(Operation::Pay, request);
        let (client, tape) = self.taped(found);
        let answer = client.pay(&call, translate::sending(sending));
        let meaning = translate::pay_answer(self.timed(found, Operation::Pay, answer).await);
        Told { wire: tape.messages(&found.entry.profile, &verdict::of_pay(&meaning)), meaning }
    }

    async fn inquire(&self, wallet: &WalletName, question: &Question) -> Told<InquiryReply> {
        let Some(found) = self.wallets.get(wallet) else {
            return Told::unsent(InquiryReply::Nothing(unconfigured_text(wallet)));
        };
        let amount = match translate::amount(&question.currency, question.amount) {
            Ok(amount) => amount,
            Err(error) => return Told::unsent(InquiryReply::Nothing(error.to_string())),
        };
        let asked = PaymentQuestion {
            payment_request_id: question.payment_request_id.clone(),
            amount,
            payment_id: None,
        };
        let (client, tape) = self.taped(found);
        let answer = self.timed(found, Operation::InquiryPayment, client.inquire_payment(&asked)).await;
        let meaning = translate::inquiry(question, answer);
        Told { wire: tape.messages(&found.entry.profile, &verdict::of_inquiry(&meaning)), meaning }
    }

    async fn cancel(
        &self,
        wallet: &WalletName,
        payment_request_id: &PaymentRequestId,
        sending: Sending,
    ) -> Told<CancelAnswer> {
        let refuse = |reason: String| Told::unsent(CancelAnswer::NotTaken { reason });
        let Some(found) = self.wallets.get(wallet) else { return refuse(unconfigured_text(wallet)) };
        // Our own id alone: where both are sent the wallet's id wins, and ours is what we are sure of.
        let request =
            CancelRequest { payment_id: None, payment_request_id: Some(payment_request_id.clone()) };
        let call = match found.client.prepare_cancel(&request) {
            Ok(call) => call,
            Err(error) => return refuse(error.to_string()),
        };
        let (client, tape) = self.taped(found);
        let answer = client.cancel(&call, translate::sending(sending));
        let meaning = translate::cancel_answer(self.timed(found, Operation::Cancel, answer).await);
        Told { wire: tape.messages(&found.entry.profile, &verdict::of_cancel(&meaning)), meaning }
    }

    fn prepare_refund(&self, facts: &RefundFacts<'_>) -> Result<StoredCall, CantAsk> {
        let refuse = |error: &dyn std::fmt::Display| CantAsk(error.to_string());
        let wallet =
            self.wallets.get(facts.wallet).ok_or_else(|| CantAsk(unconfigured_text(facts.wallet)))?;
        let request = RefundRequest {
            refund_request_id: facts.refund.id.clone(),
            payment_id: None,
            payment_request_id: facts.payment_request_id.cloned(),
            amount: translate::amount(facts.currency, facts.refund.amount).map_err(|error| refuse(&error))?,
            reason: Some(facts.refund.reason.clone()),
            capture_id: None,
        };
        let call = wallet.client.prepare_refund(&request).map_err(|error| refuse(&error))?;
        Ok(StoredCall { uri: call.uri, body: call.body })
    }

    async fn refund(
        &self,
        wallet: &WalletName,
        request: &StoredCall,
        sending: Sending,
    ) -> Told<RefundAnswer> {
        let Some(found) = self.wallets.get(wallet) else {
            return Told::unsent(RefundAnswer::Unknown { reason: unconfigured_text(wallet) });
        };
        let call = prepared(Operation::Refund, request);
        let (client, tape) = self.taped(found);
        let answer = client.refund(&call, translate::sending(sending));
        let meaning = translate::refund_answer(self.timed(found, Operation::Refund, answer).await);
        Told { wire: tape.messages(&found.entry.profile, &verdict::of_refund(&meaning)), meaning }
    }

    async fn inquire_refund(&self, facts: &RefundFacts<'_>) -> Told<RefundWord> {
        let nothing = |reason: String| Told::unsent(RefundWord::Nothing { reason });
        let Some(found) = self.wallets.get(facts.wallet) else {
            return nothing(unconfigured_text(facts.wallet));
        };
        let amount = match translate::amount(facts.currency, facts.refund.amount) {
            Ok(amount) => amount,
            Err(error) => return nothing(error.to_string()),
        };
        let question = RefundQuestion {
            refund_request_id: facts.refund.id.clone(),
            amount,
            refund_id: facts.refund.refund_id.clone(),
        };
        let (client, tape) = self.taped(found);
        let answer = self.timed(found, Operation::InquiryRefund, client.inquire_refund(&question)).await;
        let meaning = translate::refund_inquiry(answer);
        Told { wire: tape.messages(&found.entry.profile, &verdict::of_refund_word(&meaning)), meaning }
    }

    async fn apply_token(&self, wallet: &WalletName, auth_code: &str) -> TokenReply {
        let Some(found) = self.wallets.get(wallet) else {
            return TokenReply::Unavailable(format!("the wallet {wallet} is not configured"));
        };
        match AuthCode::new(auth_code) {
            Ok(code) => {
                let answer = self.timed(found, Operation::ApplyToken, found.client.apply_token(code)).await;
                translate::token(answer)
            }
            Err(_) => TokenReply::Rejected("malformed_auth_code".to_owned()),
        }
    }

    fn read_notification(
        &self,
        wallet: &WalletName,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<BelievedNotification, NotBelieved> {
        let found = self.wallets.get(wallet).ok_or(NotBelieved::UnknownWallet)?;
        let raw = RawNotification { method: "POST", uri: &found.entry.notify_path, headers, body };
        let told = raw
            .verify(&found.entry.profile, &*found.entry.verifier, self.clock.now())
            .map_err(|error| translate::not_believed(error, body))?;
        let wire = WireMessage {
            direction: Direction::Received,
            operation: NOTIFY_PAYMENT.to_owned(),
            uri: found.entry.notify_path.clone(),
            client_id: tape::text(headers, CLIENT_ID),
            time: tape::text(headers, REQUEST_TIME),
            signature: tape::text(headers, SIGNATURE),
            status: None,
            body: body.to_vec(),
            at: now(&*self.clock),
            verdict: "believed".to_owned(),
        };
        Ok(translate::notification(told, wire, self.clock.now()))
    }

    fn acknowledge(&self, wallet: &WalletName, verdict: AckVerdict) -> Option<Acknowledgement> {
        let found = self.wallets.get(wallet)?;
        let result = match verdict {
            AckVerdict::Recorded => WireResult::success(),
            AckVerdict::NotTaken(why) => WireResult::unknown(why),
        };
        let entry = &found.entry;
        let signed =
            acknowledge(&entry.profile, &*entry.signer, &entry.notify_path, self.clock.now(), result);
        match signed {
            Ok(signed) => {
                let header = |name: &str| {
                    let found = signed.headers.iter().find(|(found, _)| *found == name);
                    found.map_or_else(String::new, |(_, value)| value.clone())
                };
                let wire = WireMessage {
                    direction: Direction::Sent,
                    operation: NOTIFY_PAYMENT.to_owned(),
                    uri: entry.notify_path.clone(),
                    client_id: header(CLIENT_ID),
                    time: header(RESPONSE_TIME),
                    signature: header(SIGNATURE),
                    status: Some(200),
                    body: signed.body.clone(),
                    at: now(&*self.clock),
                    verdict: "acknowledgement".to_owned(),
                };
                Some(Acknowledgement { headers: signed.headers, body: signed.body, wire })
            }
            Err(error) => {
                tracing::error!(wallet = %wallet, %error, "the acknowledgement can't be signed");
                None
            }
        }
    }
}

fn unconfigured(wallet: &WalletName) -> PayAnswer {
    PayAnswer::Unknown { reason: unconfigured_text(wallet) }
}

fn prepared(operation: Operation, call: &StoredCall) -> PreparedCall {
    PreparedCall { operation, uri: call.uri.clone(), body: call.body.clone() }
}

fn unconfigured_text(wallet: &WalletName) -> String {
    format!("the wallet {wallet} is no longer configured")
}
