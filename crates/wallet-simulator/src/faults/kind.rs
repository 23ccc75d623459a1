//! What can go wrong, as data: with a call, with a notification, in the cashier.
//!
//! In: a tester's JSON object with a `kind`. Out: a value in which every field is within its bounds, and
//! which may stand at the operation that it is meant for.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use wallet_api::ids::CustomerId;
use wallet_api::operation::Operation;
use wallet_api::operation::result::{ResultCode, ResultStatus, WireResult};
use wallet_api::transport::MAX_ANSWER;

/// What happens to a call of the merchant's. Unless a kind says otherwise the request is taken, and only
/// what is said about it is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum CallFault {
    /// Not taken; the connection is closed without an answer.
    RequestLost {},
    /// Taken; the connection is closed without an answer.
    AnswerLost {},
    /// The answer comes late.
    AnswerDelayed {
        /// By how much.
        milliseconds: Milliseconds,
    },
    /// An HTTP status with a page for people.
    HttpStatus {
        /// Which.
        status: HttpStatus,
        /// Whether the request was taken all the same.
        #[serde(default)]
        taken: bool,
    },
    /// U, `UNKNOWN_EXCEPTION`.
    Unknown {
        /// Whether the request was taken all the same.
        #[serde(default)]
        taken: bool,
    },
    /// Not taken; F or U with a code.
    Refused {
        /// Which of the two.
        #[serde(default)]
        result_status: RefusedStatus,
        /// The code; it may be one that nobody knows.
        result_code: Code,
    },
    /// The signature isn't what it should be.
    Signature {
        /// What is wrong with it.
        flaw: SignatureFlaw,
    },
    /// The answer speaks of something else.
    Another {
        /// Which member differs.
        member: Member,
    },
    /// `Response-Time` is not now; the signature covers it.
    TimeShifted {
        /// By how much; less than zero is the past.
        seconds: Seconds,
    },
    /// The cashier's address is on a host that isn't the wallet's.
    CashierElsewhere {},
    /// The answer, to the byte, that another payment's request got before.
    AnotherAnswer {},
    /// The JSON stops half way; what is left of it is signed.
    Truncated {},
    /// A page instead of JSON, signed.
    NotJson {},
    /// The answer is longer than any, by white space after it; signed.
    TooLong {
        /// How long.
        #[serde(default)]
        bytes: Length,
    },
    /// A payment that is paid is said to be in process.
    StillProcessing {},
    /// Nothing is cancelled, S is said all the same, and the payment is paid: by this customer, right after
    /// the answer was decided, unless it was already.
    CancelledThenPaid {
        /// Who pays; absent: `c-ana`.
        customer_id: Option<CustomerId>,
    },
    /// The refund is accepted and stays in process until a tester settles it.
    RefundInProcess {},
    /// The refund is accepted, and fails right after the answer.
    RefundFails {
        /// Why.
        #[serde(default)]
        reason: FailReason,
    },
}

/// What happens to a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum NotificationFault {
    /// It never arrives. The wallet tries again by its schedule.
    Lost {},
    /// It arrives more than once.
    Repeated {
        /// How often beside the first time.
        #[serde(default)]
        copies: Copies,
    },
    /// It is sent later, by the wallet's clock.
    Delayed {
        /// By how much.
        seconds: Seconds,
    },
    /// A FAIL is told before the SUCCESS.
    FailFirst {},
    /// It speaks of something else.
    Another {
        /// Which member differs.
        member: Member,
    },
    /// It has the ids of another payment of the same merchant.
    AnotherOrder {},
    /// The signature isn't what it should be.
    Signature {
        /// What is wrong with it.
        flaw: SignatureFlaw,
    },
    /// `Request-Time` is not now; the signature covers it.
    TimeShifted {
        /// By how much; less than zero is the past.
        seconds: Seconds,
    },
    /// Whatever the merchant answers, the wallet doesn't hear it and tries again by its schedule.
    NotAcknowledged {},
}

/// What happens when a customer confirms a payment in the cashier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CashierFault {
    /// The merchant is notified before the cashier tells anybody how it ended.
    NotifiedFirst {},
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureFlaw {
    /// There is no `Signature` header.
    Absent,
    /// One byte of the body was changed after signing; it is JSON still.
    Altered,
    /// `keyVersion` names a key that nobody has.
    OtherKeyVersion,
    /// A key that isn't the wallet's signed.
    OtherKey,
    /// It is signed, by the wallet, for another `Client-Id`.
    OtherClient,
}

/// Which member of a message differs from what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Member {
    /// One smallest unit more.
    Amount,
    /// The same number of another currency.
    Currency,
    /// An id that no payment has.
    PaymentId,
    /// An id that no payment has.
    PaymentRequestId,
}

/// The status of a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusedStatus {
    /// Failed.
    #[default]
    F,
    /// Unknown.
    U,
}

impl RefusedStatus {
    fn on_the_wire(self) -> ResultStatus {
        match self {
            Self::F => ResultStatus::Failed,
            Self::U => ResultStatus::Unknown,
        }
    }
}

macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident($number:ty) named $member:literal, $least:literal..=$most:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub struct $name($number);

        impl $name {
            /// The number.
            pub fn get(self) -> $number {
                self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = i64::deserialize(deserializer)
                    .map_err(|error| D::Error::custom(format!("`{}`: {error}", $member)))?;
                let fits = ($least..=$most).contains(&number);
                let number = <$number>::try_from(number).ok().filter(|_| fits).map(Self);
                number.ok_or_else(|| {
                    D::Error::custom(format!("`{}` must be from {} to {}", $member, $least, $most))
                })
            }
        }
    };
}

bounded!(
    /// A delay on the network: at the most ten minutes.
    Milliseconds(u32) named "milliseconds", 1..=600_000
);
bounded!(
    /// A shift or a delay: at the most a year, either way.
    Seconds(i64) named "seconds", -31_536_000..=31_536_000
);
bounded!(
    /// A final HTTP status that isn't 200.
    HttpStatus(u16) named "status", 201..=599
);
bounded!(
    /// How often something is sent again.
    Copies(u8) named "copies", 1..=20
);
bounded!(
    /// How long an answer is, in bytes: at the most 16 MiB.
    Length(u32) named "bytes", 1..=16_777_216
);

impl Default for Copies {
    fn default() -> Self {
        Self(1)
    }
}

impl Default for Length {
    /// One byte more than our own client reads.
    fn default() -> Self {
        Self(u32::try_from(MAX_ANSWER).unwrap_or(u32::MAX - 1) + 1)
    }
}

/// A result code, known or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Code(ResultCode);

impl TryFrom<String> for Code {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if fits {
            Ok(Self(ResultCode::from(text)))
        } else {
            Err("`resultCode` must be 1 to 64 of A-Z, 0-9 and _")
        }
    }
}

/// Why a refund failed, as inquiries say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FailReason(String);

impl FailReason {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Default for FailReason {
    fn default() -> Self {
        Self("The refund could not be paid out.".to_owned())
    }
}

impl TryFrom<String> for FailReason {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=256).contains(&text.chars().count());
        if fits { Ok(Self(text)) } else { Err("`reason` must have 1 to 256 characters") }
    }
}

impl CallFault {
    /// Whether this can happen to `operation` at all.
    pub fn fits(&self, operation: Operation) -> bool {
        use Operation as O;
        match self {
            Self::RequestLost {}
            | Self::AnswerLost {}
            | Self::AnswerDelayed { .. }
            | Self::HttpStatus { .. }
            | Self::Unknown { .. }
            | Self::Refused { .. }
            | Self::Signature { .. }
            | Self::TimeShifted { .. }
            | Self::Truncated {}
            | Self::NotJson {}
            | Self::TooLong { .. } => true,
            Self::Another { member: Member::Amount | Member::Currency } => {
                matches!(operation, O::Pay | O::InquiryPayment | O::Refund | O::InquiryRefund)
            }
            Self::Another { member: Member::PaymentId | Member::PaymentRequestId } => {
                matches!(operation, O::Pay | O::InquiryPayment | O::Cancel)
            }
            Self::AnotherAnswer {} => !matches!(operation, O::ApplyToken | O::CancelToken | O::UserInfo),
            Self::CashierElsewhere {} => operation == O::Pay,
            Self::StillProcessing {} => operation == O::InquiryPayment,
            Self::CancelledThenPaid { .. } => operation == O::Cancel,
            Self::RefundInProcess {} | Self::RefundFails { .. } => operation == O::Refund,
        }
    }
}

impl Code {
    /// A verdict with this code.
    pub fn refuses(&self, status: RefusedStatus) -> WireResult {
        WireResult::new(status.on_the_wire(), self.0.clone(), "a tester asked for this answer")
    }
}
