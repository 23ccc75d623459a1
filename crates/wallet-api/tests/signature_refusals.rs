//! What must not verify, and what must although it looks odd.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::VECTORS;
use proptest::prelude::*;
use proptest::sample::Index;
use wallet_api::ids::ClientId;
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, Signer as _, SigningKey, VerifyError};
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

fn of_vector(vector: &common::Vector) -> SignedMessage<'_> {
    SignedMessage {
        method: &vector.method,
        uri: &vector.uri,
        client_id: &vector.client_id,
        time: &vector.time,
        body: vector.body.as_bytes(),
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

const MISMATCH: Result<(), SignatureError> = Err(SignatureError::Refused(VerifyError::Mismatch));

fn header(signature: Vec<u8>) -> String {
    let header = SignatureHeader { key_version: Some(common::version("1")), signature };
    header.write(SignatureEncoding::default())
}

#[test]
fn a_content_put_together_otherwise_is_not_the_signed_one() {
    let key = common::merchant_key();
    let (uri, client, time) = (original().uri, common::CLIENT, original().time);
    let right = format!("POST {uri}\n{client}.{time}.{BODY}");
    assert_eq!(verify(&original(), &header(key.sign(right.as_bytes()).unwrap())), Ok(()));
    for wrong in [
        right.replacen('\n', "\r\n", 1),
        right.replacen('\n', "", 1),
        right.replacen(' ', "\t", 1),
        right.replacen("POST ", "POST  ", 1),
        format!("{right}\n"),
        format!("\u{feff}{right}"),
        format!("POST {uri}\n{client}.{time}.\u{feff}{BODY}"),
        format!("POST {uri}\n{client}{time}{BODY}"),
        format!("POST {uri}\n{time}.{client}.{BODY}"),
        format!("POST {uri}\n{client}.{time}."),
        format!("POST {uri}#fragment\n{client}.{time}.{BODY}"),
        format!("POST /v2/payments/pay\n{client}.{time}.{BODY}"),
    ] {
        assert_eq!(verify(&original(), &header(key.sign(wrong.as_bytes()).unwrap())), MISMATCH, "{wrong:?}");
    }
}

#[test]
fn a_signature_of_another_scheme_is_refused() {
    let key = KeyPair::from_pkcs8(&pkcs8()).unwrap();
    #[allow(clippy::disallowed_methods, reason = "only blinds; the signatures are refused whatever it gives")]
    let random = aws_lc_rs::rand::SystemRandom::new();
    let schemes: [&'static dyn RsaEncoding; 2] = [&RSA_PSS_SHA256, &RSA_PKCS1_SHA512];
    for scheme in schemes {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(scheme, &random, &original().content(), &mut signature).unwrap();
        assert_eq!(verify(&original(), &header(signature)), MISMATCH);
    }
}

fn pkcs8() -> Vec<u8> {
    let pem = &VECTORS.private_key_pem;
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(base64).unwrap()
}

#[test]
fn only_the_named_algorithms_are_taken_in_any_case() {
    let value = original().sign(&common::merchant_key()).unwrap();
    let named = |name: &str| verify(&original(), &value.replace("RSA256", name));
    for name in ["RSA256", "rsa256", "SHA256withRSA", "SHA256WithRSA"] {
        assert_eq!(named(name), Ok(()), "{name}");
    }
    for name in ["", "none", "RS256", "RSA", "RSA512", "SHA1withRSA", "HS256", "ECC224", "RSA256 RSA256"] {
        assert_eq!(named(name), Err(SignatureError::Algorithm), "{name}");
    }
}

#[test]
fn order_spaces_and_case_of_the_parts_do_not_matter() {
    let vector = &VECTORS.vectors[0];
    let message = of_vector(vector);
    let value = &vector.sig_header_value;
    for header in [
        format!("algorithm=RSA256, keyVersion=1, signature={value}"),
        format!("algorithm=RSA256,keyVersion=1,signature={value}"),
        format!("  algorithm = RSA256 ,\tkeyVersion = 1 , signature = {value}  "),
        format!("signature={value}, keyVersion=1, algorithm=RSA256"),
        format!("ALGORITHM=RSA256, KEYVERSION=1, SIGNATURE={value}"),
        format!("Algorithm=RSA256, keyversion=1, Signature={value}"),
        format!("algorithm=RSA256, signature={value}"),
        format!("signature={value}"),
    ] {
        assert_eq!(verify(&message, &header), Ok(()), "{header}");
    }
    let small_escapes = value.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
    assert_ne!(&small_escapes, value);
    assert_eq!(
        verify(&message, &format!("algorithm=RSA256, keyVersion=1, signature={small_escapes}")),
        Ok(())
    );
}

#[test]
fn without_a_key_version_the_clients_latest_key_verifies_and_no_other_does() {
    let generated = |version| SigningKey::new(PrivateKey::generate().unwrap(), common::version(version));
    let (old, new, stranger) = (generated("0"), generated("1"), generated("1"));
    let mut ring = KeyRing::new();
    for (client_id, key) in [(common::CLIENT, &old), (common::CLIENT, &new), ("SOMEBODY_ELSE", &stranger)] {
        ring.insert(ClientKey {
            client_id: ClientId::new(client_id).unwrap(),
            version: key.key_version().clone(),
            key: key.key().public_key().unwrap(),
        });
    }
    let by = |key: &SigningKey| original().sign(key).unwrap();
    let unversioned = |header: String| header.replace(" keyVersion=0,", "").replace(" keyVersion=1,", "");
    assert_eq!(original().verify(&ring, &by(&old)), Ok(()));
    assert_eq!(original().verify(&ring, &by(&new)), Ok(()));
    assert_eq!(original().verify(&ring, &unversioned(by(&new))), Ok(()));
    assert_eq!(original().verify(&ring, &unversioned(by(&old))), MISMATCH);
    assert_eq!(original().verify(&ring, &by(&old).replace("keyVersion=0", "keyVersion=1")), MISMATCH);
    assert_eq!(original().verify(&ring, &by(&stranger)), MISMATCH);
    let theirs = SignedMessage { client_id: "SOMEBODY_ELSE", ..original() };
    assert_eq!(theirs.verify(&ring, &theirs.sign(&stranger).unwrap()), Ok(()));
    assert_eq!(theirs.verify(&ring, &theirs.sign(&new).unwrap()), MISMATCH);
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
        (format!("algorithm=RSA256, algorithm=RSA256, signature={value}"), "a part stands twice"),
        (format!("keyVersion=1, keyVersion=2, signature={value}"), "a part stands twice"),
        (format!("algorithm=RSA256, keyVersion=1, signature={value},"), "a part has no '='"),
        (format!("algorithm=RSA256, keyVersion=, signature={value}"), "keyVersion is not an id"),
        ("algorithm=RSA256, keyVersion=1, signature====".to_owned(), "the value is empty"),
        ("algorithm=RSA256, keyVersion=1, signature=%ff%fe".to_owned(), "the value is not text"),
        ("algorithm=RSA256, keyVersion=1, signature=AB=D".to_owned(), "the value is not base64"),
        ("algorithm=RSA256, keyVersion=1, signature=AAAAB".to_owned(), "the value is not base64"),
        (format!("algorithm=RSA256, keyVersion=1, signature={value}, extra=1"), "a part is neither"),
        (value.clone(), "a part has no '='"),
        (format!("algorithm=RSA256, keyVersion=@, signature={value}"), "keyVersion is not an id"),
        (format!("signature={}", "A".repeat(1_368)), "longer than any RSA signature"),
        ("a=".repeat(5000), "it is too long"),
    ] {
        let error = SignatureHeader::parse(&header).unwrap_err().to_string();
        assert!(error.contains(expected), "{error} should contain {expected}");
    }
}

#[test]
fn signatures_of_another_length_or_key_version_are_refused() {
    let right = SignatureHeader::parse(&original().sign(&common::merchant_key()).unwrap()).unwrap().signature;
    for wrong in [
        vec![7; 128],
        right[1..].to_vec(),
        right[..255].to_vec(),
        [right.as_slice(), &[0]].concat(),
        [&[0], right.as_slice()].concat(),
        right.repeat(2),
    ] {
        let refused = Err(SignatureError::Refused(VerifyError::WrongLength));
        assert_eq!(verify(&original(), &header(wrong)), refused);
    }
    let header = original().sign(&common::merchant_key()).unwrap().replace("keyVersion=1", "keyVersion=9");
    assert_eq!(verify(&original(), &header), Err(SignatureError::Refused(VerifyError::UnknownKey)));
    let stranger = original().sign(&common::wallet_key()).unwrap();
    assert_eq!(verify(&original(), &stranger), Err(SignatureError::Refused(VerifyError::Mismatch)));
}

#[test]
fn a_plus_that_travelled_as_a_space_and_lost_padding_are_repaired() {
    let vector = &VECTORS.vectors[0];
    let message = of_vector(vector);
    let without_padding = vector.sig_header_value.replace("%3D", "");
    assert!(vector.sig_base64.contains('+') && without_padding.len() < vector.sig_header_value.len());
    for value in [
        vector.sig_base64.replace('+', " "),
        vector.sig_base64.trim_end_matches('=').to_owned(),
        without_padding,
        format!("{}==", vector.sig_base64_url),
    ] {
        assert_eq!(verify(&message, &format!("algorithm=RSA256, keyVersion=1, signature={value}")), Ok(()));
    }
}

const ENCODINGS: [SignatureEncoding; 3] =
    [SignatureEncoding::PercentEncodedBase64, SignatureEncoding::Base64, SignatureEncoding::Base64Url];

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
        for encoding in ENCODINGS {
            prop_assert_eq!(&SignatureHeader::parse(&header.write(encoding)).unwrap(), &header);
        }
    }
}
