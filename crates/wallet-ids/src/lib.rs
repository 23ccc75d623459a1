//! Typed ids of the wallet's wire, so that a payment id can't stand where a payment request id belongs.
//!
//! In: text. Out: types that hold 1 to N visible ASCII characters; what the wallets forbid in ids
//! (`@ # ?`, white space, control characters) is refused when an id is made or read.
//!
//! Source: platform-v1 and platform-v2; an auth code may be longer here, as the platform's own samples are.

/// Why a text isn't an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be 1 to {max} visible ASCII characters without {}", listed(forbidden))]
pub struct IdError {
    kind: &'static str,
    max: usize,
    forbidden: &'static str,
}

/// `@, # and ?`
fn listed(characters: &str) -> String {
    let mut list = String::new();
    for (index, character) in characters.chars().enumerate() {
        let before = match index {
            0 => "",
            last if last + 1 == characters.len() => " and ",
            _ => ", ",
        };
        list.push_str(before);
        list.push(character);
    }
    list
}

fn parse(kind: &'static str, max: usize, forbidden: &'static str, text: String) -> Result<String, IdError> {
    let fits = (1..=max).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !forbidden.contains(char::from(byte)));
    if fits { Ok(text) } else { Err(IdError { kind, max, forbidden }) }
}

macro_rules! wallet_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal, $forbidden:literal, $shown:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The id with this text.
            ///
            /// # Errors
            /// [`IdError`] when the text is empty, too long, or has a character that wallets forbid.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                parse($kind, $max, $forbidden, text.into()).map(Self)
            }

            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl core::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                if $shown { f.write_str(&self.0) } else { f.write_str(concat!($kind, " (hidden)")) }
            }
        }
    };
}

macro_rules! shown_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal) => {
        shown_id!($(#[$doc])* $name, $kind, $max, "@#?");
    };
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal, $forbidden:literal) => {
        wallet_id!($(#[$doc])* $name, $kind, $max, $forbidden, true);

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

shown_id!(
    /// The merchant's id of one attempt to pay: the idempotency key of `pay`.
    PaymentRequestId, "paymentRequestId", 64
);
shown_id!(
    /// The wallet's id of a payment.
    PaymentId, "paymentId", 64
);
shown_id!(
    /// The merchant's id of one refund: the idempotency key of `refund`.
    RefundRequestId, "refundRequestId", 64
);
shown_id!(
    /// The wallet's id of a refund.
    RefundId, "refundId", 64
);
shown_id!(
    /// The merchant's id of one capture of an authorised payment: the idempotency key of `capture`.
    CaptureRequestId, "captureRequestId", 64
);
shown_id!(
    /// The wallet's id of a capture.
    CaptureId, "captureId", 64
);
shown_id!(
    /// The merchant's id of one release of an authorised payment: the idempotency key of `void`.
    VoidRequestId, "voidRequestId", 64
);
shown_id!(
    /// The wallet's id of a void.
    VoidId, "voidId", 64
);
shown_id!(
    /// What the wallet calls the merchant in its contract (v1), at most 32 characters.
    PartnerId, "partnerId", 32
);
shown_id!(
    /// The merchant's id of an order.
    ReferenceOrderId, "referenceOrderId", 64
);
shown_id!(
    /// The wallet's id of one of its users, as one merchant sees it.
    CustomerId, "customerId", 64
);
shown_id!(
    /// What the wallet calls a merchant's server; selects the keys. Also the OAuth client id.
    ClientId, "clientId", 128
);
shown_id!(
    /// The mini program's id at the wallet.
    AppId, "appId", 32
);
shown_id!(
    /// Which key of a client signed: `keyVersion`. It stands in the `Signature` header, whose parts a comma ends.
    KeyVersion, "keyVersion", 16, "@#?=,"
);
wallet_id!(
    /// What `my.getAuthCode` gave; good for one token. A secret: never printed.
    AuthCode, "authCode", 128, "@#?", false
);
wallet_id!(
    /// Speaks for the user at the wallet. A secret: never printed, kept on the server.
    AccessToken, "accessToken", 128, "@#?", false
);
wallet_id!(
    /// Lets an integrator (ISV) call for a merchant: the `Agent-Token` header. A secret: never printed.
    AgentToken, "agentToken", 128, "@#?", false
);
wallet_id!(
    /// Good for one new pair of tokens. A secret: never printed.
    RefreshToken, "refreshToken", 128, "@#?", false
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wallets_forbid_in_ids_is_refused() {
        for refused in ["", "a b", "a@b", "a#b", "a?b", "é", "a\nb", &"x".repeat(65)] {
            assert!(PaymentRequestId::new(refused).is_err(), "{refused:?}");
            assert!(serde_json::from_value::<PaymentRequestId>(refused.into()).is_err(), "{refused:?}");
        }
        assert!(PaymentRequestId::new("ORDER-8632_1.a:b").is_ok());
    }

    #[test]
    fn a_key_version_that_would_break_the_header_is_refused() {
        for refused in ["1,2", "1=2", "a@b", ""] {
            let error = KeyVersion::new(refused).unwrap_err().to_string();
            assert!(error.ends_with("without @, #, ?, = and ,"), "{error}");
        }
        assert!(KeyVersion::new("2026-03.a").is_ok());
        assert!(ClientId::new("a").is_ok() && ClientId::new("a,b=c").is_ok());
        let error = ClientId::new("a@b").unwrap_err().to_string();
        assert!(error.ends_with("without @, # and ?"), "{error}");
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", AuthCode::new("s3cret").unwrap()), "authCode (hidden)");
        assert_eq!(format!("{:?}", AccessToken::new("s3cret").unwrap()), "accessToken (hidden)");
    }
}
