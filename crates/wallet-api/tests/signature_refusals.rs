//! What must not verify, and what must although it looks odd.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use common::VECTORS;
use proptest::prelude::*;
use proptest::sample::Index;
use wallet_api::keys::VerifyError;
use wallet_api::signature::{SignatureEncoding, SignatureError, SignatureHeader, SignedMessage};

const BODY: &str = r#"{"paymentRequestId":"a-1","paymentAmount":{"currency":"PHP","value":"100"}}"#;

fn original() -> SignedMessage<'static> {
    SignedMessage {
        method: "POST",
        uri: "/api/open/v2/payments/pay",
        client_id: common::CLIENT,
        time: "2019-05-28T12:12:12+08:00",
        body: BODY.as_bytes(),
    }
}

fn verify(message: &SignedMessage<'_>, header: &str) -> Result<(), SignatureError> {
    message.verify(&common::ring(&common::merchant_key()), header)
}

#[test]
fn another_message_is_not_the_signed_one() {
    let header = original().sign(&common::merchant_key()).unwrap();
    assert_eq!(verify(&original(), &header), Ok(()));
    let spaced = BODY.replace(':', ": ");
    let crlf = format!("{BODY}\r\n");
    let changed = [
        ("one byte of the body", SignedMessage { body: &BODY.as_bytes()[1..], ..original() }),
        ("a body written anew", SignedMessage { body: spaced.as_bytes(), ..original() }),
        ("a line break at the end", SignedMessage { body: crlf.as_bytes(), ..original() }),
        (
            "the same instant written differently",
            SignedMessage { time: "2019-05-28T04:12:12Z", ..original() },
        ),
        ("a slash at the end", SignedMessage { uri: "/api/open/v2/payments/pay/", ..original() }),
        (
            "the host in the URI",
            SignedMessage { uri: "https://h.example/api/open/v2/payments/pay", ..original() },
        ),
        ("a lost prefix", SignedMessage { uri: "/v2/payments/pay", ..original() }),
        ("a query", SignedMessage { uri: "/api/open/v2/payments/pay?a=1", ..original() }),
        ("the method in small letters", SignedMessage { method: "post", ..original() }),
    ];
    for (what, message) in changed {
        assert_eq!(verify(&message, &header), Err(SignatureError::Refused(VerifyError::Mismatch)), "{what}");
    }
    let other_client = SignedMessage { client_id: "SOMEBODY_ELSE", ..original() };
    assert_eq!(verify(&other_client, &header), Err(SignatureError::Refused(VerifyError::UnknownKey)));
}

#[test]
fn malformed_headers_are_refused_with_the_reason() {
    let vector = &VECTORS.vectors[0];
    let value = &vector.sig_header_value;
    let twice_encoded = value.replace('%', "%25");
    for (header, expected) in [
        (String::new(), "the message is not signed"),
        ("   ".to_owned(), "the message is not signed"),
        (format!("algorithm=RSA256, keyVersion=1, signature={twice_encoded}"), "the value is not base64"),
        (
            format!("algorithm=ECC224, keyVersion=1, signature={value}"),
            "the signature's algorithm is not RSA256",
        ),
        ("algorithm=RSA256, keyVersion=1, signature=".to_owned(), "the value is empty"),
        ("algorithm=RSA256, keyVersion=1".to_owned(), "it has no signature part"),
        (format!("signature={value}, signature={value}"), "a part stands twice"),
        (format!("algorithm=RSA256, keyVersion=1, signature={value}, extra=1"), "a part is neither"),
        (value.clone(), "a part has no '='"),
        (format!("algorithm=RSA256, keyVersion=@, signature={value}"), "keyVersion is not an id"),
        ("a=".repeat(5000), "it is too long"),
    ] {
        let error = SignatureHeader::parse(&header).unwrap_err().to_string();
        assert!(error.contains(expected), "{error} should contain {expected}");
    }
}

#[test]
fn signatures_of_another_length_or_key_version_are_refused() {
    let short =
        SignatureHeader { key_version: None, signature: vec![7; 128] }.write(SignatureEncoding::default());
    assert_eq!(verify(&original(), &short), Err(SignatureError::Refused(VerifyError::WrongLength)));
    let header = original().sign(&common::merchant_key()).unwrap().replace("keyVersion=1", "keyVersion=9");
    assert_eq!(verify(&original(), &header), Err(SignatureError::Refused(VerifyError::UnknownKey)));
    let stranger = original().sign(&common::wallet_key()).unwrap();
    assert_eq!(verify(&original(), &stranger), Err(SignatureError::Refused(VerifyError::Mismatch)));
}

#[test]
fn a_plus_that_travelled_as_a_space_and_lost_padding_are_repaired() {
    let vector = &VECTORS.vectors[0];
    let message = SignedMessage {
        method: &vector.method,
        uri: &vector.uri,
        client_id: &vector.client_id,
        time: &vector.time,
        body: vector.body.as_bytes(),
    };
    for value in [vector.sig_base64.replace('+', " "), vector.sig_base64.trim_end_matches('=').to_owned()] {
        assert_eq!(verify(&message, &format!("algorithm=RSA256, keyVersion=1, signature={value}")), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_change_of_any_part_is_refused(
        body in proptest::collection::vec(any::<u8>(), 1..200),
        uri in "/[a-zA-Z0-9/]{1,40}",
        time in "[0-9T:+Z-]{1,30}",
        part in 0usize..6,
        at in any::<Index>(),
        flip in 1u8..=255,
    ) {
        let message = SignedMessage { method: "POST", uri: &uri, client_id: common::CLIENT, time: &time, body: &body };
        let header = message.sign(&common::merchant_key()).unwrap();
        prop_assert_eq!(verify(&message, &header), Ok(()));

        let (longer_uri, longer_time, mut other_body) = (format!("{uri}x"), format!("{time}0"), body.clone());
        other_body[at.index(body.len())] ^= flip;
        let mut parsed = SignatureHeader::parse(&header).unwrap();
        let changed = match part {
            0 => SignedMessage { method: "PUT", ..message },
            1 => SignedMessage { uri: &longer_uri, ..message },
            2 => SignedMessage { client_id: "OTHER", ..message },
            3 => SignedMessage { time: &longer_time, ..message },
            4 => SignedMessage { body: &other_body, ..message },
            _ => {
                let place = at.index(parsed.signature.len());
                parsed.signature[place] ^= flip;
                message
            }
        };
        prop_assert!(verify(&changed, &parsed.write(SignatureEncoding::default())).is_err());
    }

    #[test]
    fn no_header_makes_the_parser_panic(header in ".{0,200}") {
        let _ = SignatureHeader::parse(&header);
    }

    #[test]
    fn every_signature_survives_its_header(signature in proptest::collection::vec(any::<u8>(), 1..600)) {
        let header = SignatureHeader { key_version: Some(common::version("2")), signature };
        prop_assert_eq!(SignatureHeader::parse(&header.write(SignatureEncoding::default())).unwrap(), header);
    }
}
