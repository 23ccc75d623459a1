//! What every call, answer and notification looks like on the wire of every shipped profile, and that each
//! reads back as what was written.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use std::fmt::{Debug, Write as _};

use common::{full_payment, now, shipped};
use wallet_api::amount::Amount;
use wallet_api::operation::apply_token::{ApplyTokenRequest, ApplyTokenResponse};
use wallet_api::operation::cancel::{CancelRequest, CancelResponse};
use wallet_api::operation::cancel_token::{CancelTokenRequest, CancelTokenResponse};
use wallet_api::operation::capture::{CaptureRequest, CaptureResponse};
use wallet_api::operation::inquiry_payment::{
    InquiryPaymentRequest, InquiryPaymentResponse, Transaction, TransactionType,
};
use wallet_api::operation::inquiry_refund::{InquiryRefundRequest, InquiryRefundResponse};
use wallet_api::operation::notify_payment::NotifyPaymentRequest;
use wallet_api::operation::order::UserName;
use wallet_api::operation::pay::PayResponse;
use wallet_api::operation::refund::{RefundRequest, RefundResponse};
use wallet_api::operation::result::{ResultCode, ResultStatus, WireResult};
use wallet_api::operation::user_info::{Contact, LoginId, User, UserInfoRequest, UserInfoResponse};
use wallet_api::operation::void::{VoidRequest, VoidResponse};
use wallet_api::operation::{PaymentStatus, RefundStatus};
use wallet_api::profile::{PRESETS, WalletProfile};
use wallet_api::wire::{Call, Claims, Message};

/// The page of one profile.
struct Page {
    profile: WalletProfile,
    text: String,
}

impl Page {
    fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, "\n== {title}");
    }

    /// Writes a message down as it travels; it must read back to the same bytes.
    fn message<M: Message + Debug>(&mut self, label: &str, message: &M) {
        let body = message.write(&self.profile).unwrap();
        let again = M::read(&body).unwrap().write(&self.profile).unwrap();
        assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&body), "{label}");
        let _ = writeln!(self.text, "{label} {}", String::from_utf8(body).unwrap());
    }

    fn call<C: Call + Debug>(&mut self, request: &C, answer: &C::Answer)
    where
        C::Answer: Debug,
    {
        self.section(&format!("POST {}", self.profile.path(C::OPERATION)));
        self.message("-->", request);
        self.message("<--", answer);
    }
}

fn id<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn amount(value: u64) -> Amount {
    Amount::new("PHP", value).unwrap()
}

fn payments(page: &mut Page) {
    let accepted = PayResponse {
        payment_id: Some(id("pay-1")),
        payment_request_id: Some(id("attempt-1")),
        cashier_url: Some("https://cashier.wallet.example/c/1".to_owned()),
        ..PayResponse::only(WireResult::new(ResultStatus::Accepted, ResultCode::Accept, "accept"))
    };
    page.call(&full_payment(), &accepted);
    let paid = PayResponse {
        payment_id: Some(id("pay-1")),
        paid_at: Some(now()),
        authorised_until: Some(now()),
        trade_no: Some("trade-1".to_owned()),
        order_str: Some("a=1&b=2".to_owned()),
        ..PayResponse::only(WireResult::success())
    };
    page.message("<--", &paid);
    let mut authorise = common::payment();
    authorise.authorise_only = true;
    page.message("-->", &authorise);

    let inquired = InquiryPaymentResponse {
        payment_id: Some(id("pay-1")),
        payment_request_id: Some(id("attempt-1")),
        amount: Some(amount(129_900)),
        status: Some(PaymentStatus::Success),
        paid_at: Some(now()),
        created_at: Some(now()),
        transactions: vec![Transaction {
            result: WireResult::success(),
            kind: TransactionType::Refund,
            request_id: Some("refund-1".to_owned()),
            id: "ref-1".to_owned(),
            amount: amount(9_900),
            at: Some(now()),
        }],
        ..InquiryPaymentResponse::only(WireResult::success())
    };
    let asked = InquiryPaymentRequest { payment_id: None, payment_request_id: Some(id("attempt-1")) };
    page.call(&asked, &inquired);
    page.message("-->", &InquiryPaymentRequest { payment_id: Some(id("pay-1")), payment_request_id: None });
    let failed = InquiryPaymentResponse {
        status: Some(PaymentStatus::Fail),
        fail_reason: Some("Order payment expired.".to_owned()),
        transactions: Vec::new(),
        ..inquired
    };
    page.message("<--", &failed);

    let cancelled = CancelResponse {
        payment_id: Some(id("pay-1")),
        payment_request_id: Some(id("attempt-1")),
        cancelled_at: Some(now()),
        ..CancelResponse::only(WireResult::success())
    };
    page.call(&CancelRequest { payment_id: None, payment_request_id: Some(id("attempt-1")) }, &cancelled);
}

fn refunds(page: &mut Page) {
    let request = RefundRequest {
        refund_request_id: id("refund-1"),
        payment_id: Some(id("pay-1")),
        payment_request_id: None,
        amount: amount(9_900),
        reason: Some("A cup broke".to_owned()),
        capture_id: None,
    };
    let answer = RefundResponse {
        refund_id: Some(id("ref-1")),
        refunded_at: Some(now()),
        ..RefundResponse::only(WireResult::success())
    };
    page.call(&request, &answer);
    let in_process = WireResult::new(ResultStatus::Unknown, ResultCode::RefundInProcess, "wait");
    page.message("<--", &RefundResponse::only(in_process));
    let inquired = InquiryRefundResponse {
        refund_id: Some(id("ref-1")),
        refund_request_id: Some(id("refund-1")),
        amount: Some(amount(9_900)),
        reason: Some("A cup broke".to_owned()),
        refunded_at: Some(now()),
        status: Some(RefundStatus::Success),
        ..InquiryRefundResponse::only(WireResult::success())
    };
    page.call(&InquiryRefundRequest { refund_id: None, refund_request_id: Some(id("refund-1")) }, &inquired);
    page.message("-->", &InquiryRefundRequest { refund_id: Some(id("ref-1")), refund_request_id: None });
}

fn authorised(page: &mut Page) {
    let request = CaptureRequest {
        capture_request_id: id("capture-1"),
        payment_id: id("pay-1"),
        amount: Some(amount(100_000)),
        is_last: false,
    };
    let answer = CaptureResponse {
        capture_id: Some(id("cap-1")),
        capture_request_id: Some(id("capture-1")),
        payment_id: Some(id("pay-1")),
        amount: Some(amount(100_000)),
        captured_at: Some(now()),
        ..CaptureResponse::only(WireResult::success())
    };
    page.call(&request, &answer);
    let request = VoidRequest {
        void_request_id: id("void-1"),
        payment_id: Some(id("pay-1")),
        payment_request_id: None,
    };
    let answer = VoidResponse {
        void_id: Some(id("voi-1")),
        void_request_id: Some(id("void-1")),
        voided_at: Some(now()),
        ..VoidResponse::only(WireResult::success())
    };
    page.call(&request, &answer);
}

fn tokens(page: &mut Page) {
    let granted = ApplyTokenResponse {
        access_token: Some(id("access-1")),
        access_token_expires_at: Some(now()),
        refresh_token: Some(id("refresh-1")),
        refresh_token_expires_at: Some(now()),
        customer_id: Some(id("c-ana")),
        ..ApplyTokenResponse::only(WireResult::success())
    };
    page.call(&ApplyTokenRequest::AuthCode(id("code-1")), &granted);
    page.message("-->", &ApplyTokenRequest::RefreshToken(id("refresh-1")));
    page.call(
        &CancelTokenRequest { access_token: id("access-1") },
        &CancelTokenResponse { result: WireResult::success() },
    );
    let user = User {
        user_id: id("c-ana"),
        status: Some("ACTIVE".to_owned()),
        nick_name: Some("Ana".to_owned()),
        user_name: Some(UserName { full_name: Some("Ana Reyes".to_owned()), ..UserName::default() }),
        user_addresses: Vec::new(),
        avatar: None,
        gender: Some("F".to_owned()),
        birth_date: Some("1990-01-31".to_owned()),
        nationality: Some("PH".to_owned()),
        login_id_infos: vec![LoginId {
            login_id: None,
            login_id_type: Some("MOBILE_PHONE".to_owned()),
            mask_login_id: Some("+63******0000".to_owned()),
            hash_login_id: None,
        }],
        contact_infos: vec![Contact {
            contact_no: "ana@mail.example".to_owned(),
            contact_type: Some("EMAIL".to_owned()),
        }],
    };
    page.call(
        &UserInfoRequest { access_token: id("access-1") },
        &UserInfoResponse { result: WireResult::success(), user: Some(user) },
    );
}

fn notifications(page: &mut Page) {
    page.section("notifyPayment");
    let paid = NotifyPaymentRequest {
        status: PaymentStatus::Success,
        fail_code: None,
        fail_reason: None,
        payment_id: id("pay-1"),
        payment_request_id: id("attempt-1"),
        amount: amount(129_900),
        paid_at: Some(now()),
        created_at: Some(now()),
        customer_id: Some(id("c-ana")),
    };
    page.message("<--", &paid);
    let failed = NotifyPaymentRequest {
        status: PaymentStatus::Fail,
        fail_code: Some("RISK_REJECT".to_owned()),
        fail_reason: Some("Refused by risk control.".to_owned()),
        paid_at: None,
        ..paid
    };
    page.message("<--", &failed);
    let acknowledged = wallet_api::wire::write_result(&WireResult::success()).unwrap();
    let _ = writeln!(page.text, "--> {}", String::from_utf8(acknowledged).unwrap());
}

#[test]
fn every_message_is_spelled_as_the_wallet_spells_it_and_reads_back() {
    for preset in PRESETS {
        let mut page = Page { profile: shipped(preset.name), text: String::new() };
        payments(&mut page);
        refunds(&mut page);
        authorised(&mut page);
        tokens(&mut page);
        notifications(&mut page);
        insta::with_settings!({ snapshot_suffix => preset.name, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("wire", page.text.trim_start());
        });
    }
}

#[test]
fn what_is_read_is_what_was_meant_whichever_way_it_is_spelled() {
    let meant = full_payment();
    for preset in PRESETS {
        let profile = shipped(preset.name);
        let read = wallet_api::operation::pay::PayRequest::read(&meant.write(&profile).unwrap()).unwrap();
        let name = preset.name;
        assert_eq!(
            (&read.payment_request_id, read.amount),
            (&meant.payment_request_id, meant.amount),
            "{name}"
        );
        assert_eq!((&read.notify_url, &read.return_url), (&meant.notify_url, &meant.return_url), "{name}");
        assert_eq!(read.expires_at, meant.expires_at, "{name}");
        assert_eq!(read.order.description, meant.order.description, "{name}");
        if profile.wire.env != wallet_api::profile::EnvPlace::None {
            assert_eq!(read.env, meant.env, "{name}");
        }
    }
}

#[test]
fn a_request_says_who_asks_and_by_which_contract() {
    let claims = |preset: &str| Claims::read(&full_payment().write(&shipped(preset)).unwrap()).unwrap();
    let tng = claims("touch-n-go");
    assert_eq!(tng.partner_id.as_ref().unwrap().as_str(), "partner-1");
    assert_eq!(tng.product_code.as_deref(), Some("51051000101000100001"));
    assert_eq!(tng.customer_belongs_to().as_deref(), Some("TNG"), "inside extendInfo");
    let gcash = claims("gcash");
    assert_eq!(gcash.app_id.as_ref().unwrap().as_str(), "app-1");
    assert_eq!(gcash.customer_belongs_to().as_deref(), Some("GCASH"), "a member of its own");
    assert_eq!(claims("super-qi").customer_belongs_to(), None);
}
