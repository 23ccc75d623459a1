//! The published vectors hold in both directions, in every encoding.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{VECTORS, Vector};
use sha2::{Digest, Sha256};
use wallet_api::ids::ClientId;
use wallet_api::keys::{ClientKey, KeyRing, PublicKey};
use wallet_api::signature::{SignatureEncoding, SignedMessage};

fn message<'a>(vector: &'a Vector, body: &'a [u8]) -> SignedMessage<'a> {
    SignedMessage {
        method: &vector.method,
        uri: &vector.uri,
        client_id: &vector.client_id,
        time: &vector.time,
        body,
    }
}

fn published_keys(client_id: &str) -> KeyRing {
    let mut ring = KeyRing::new();
    ring.insert(ClientKey {
        client_id: ClientId::new(client_id).unwrap(),
        version: common::version("1"),
        key: PublicKey::parse(VECTORS.public_key_pem.as_bytes()).unwrap(),
    });
    ring
}

#[test]
fn the_content_and_the_header_are_the_published_ones() {
    let key = common::merchant_key();
    for vector in &VECTORS.vectors {
        let body = STANDARD.decode(&vector.body_utf8_base64).unwrap();
        assert_eq!(body, vector.body.as_bytes(), "{}", vector.name);
        let message = message(vector, &body);
        let content = message.content();
        assert_eq!(content.len(), vector.content_len, "{}", vector.name);
        let digest: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, vector.content_sha256, "{}", vector.name);
        let expected = format!("algorithm=RSA256, keyVersion=1, signature={}", vector.sig_header_value);
        assert_eq!(message.sign(&key).unwrap(), expected, "{}", vector.name);
    }
}

#[test]
fn each_encoding_is_written_as_published() {
    let key = common::merchant_key();
    for vector in &VECTORS.vectors {
        for (encoding, name, value) in [
            (SignatureEncoding::PercentEncodedBase64, "percent_encoded_base64", &vector.sig_header_value),
            (SignatureEncoding::Base64, "base64", &vector.sig_base64),
            (SignatureEncoding::Base64Url, "base64_url", &vector.sig_base64_url),
        ] {
            let header = message(vector, vector.body.as_bytes()).sign_as(&key, encoding).unwrap();
            let expected = format!("algorithm=RSA256, keyVersion=1, signature={value}");
            assert_eq!(header, expected, "{}: {name}", vector.name);
            assert_eq!(serde_json::to_value(encoding).unwrap(), name);
            assert_eq!(serde_json::from_value::<SignatureEncoding>(name.into()).unwrap(), encoding);
        }
    }
}

#[test]
fn every_published_encoding_verifies() {
    for vector in &VECTORS.vectors {
        let ring = published_keys(&vector.client_id);
        let message = message(vector, vector.body.as_bytes());
        for value in [&vector.sig_header_value, &vector.sig_base64, &vector.sig_base64_url] {
            for header in [
                format!("algorithm=RSA256, keyVersion=1, signature={value}"),
                format!("algorithm=RSA256,keyVersion=1,signature={value}"),
                format!("signature={value}, keyVersion=1, algorithm=SHA256withRSA"),
                format!("Algorithm=rsa256,signature={value}"),
            ] {
                assert_eq!(message.verify(&ring, &header), Ok(()), "{}: {header}", vector.name);
            }
        }
    }
}
