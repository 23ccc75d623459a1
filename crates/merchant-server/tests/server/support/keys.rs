//! RSA keys, made once for all tests: making them is slow.

use std::sync::{Arc, OnceLock};

use wallet_api::ids::KeyVersion;
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, SigningKey};

pub const CLIENT_ID: &str = "merchant-test";

/// A key that signs as version 1.
fn signing(pem: &str) -> Arc<SigningKey> {
    let key = PrivateKey::parse(pem.as_bytes()).unwrap();
    Arc::new(SigningKey::new(key, KeyVersion::new("1").unwrap()))
}

fn pem(cell: &'static OnceLock<String>) -> &'static str {
    cell.get_or_init(|| PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap().to_string())
}

pub fn merchant() -> Arc<SigningKey> {
    static PEM: OnceLock<String> = OnceLock::new();
    signing(pem(&PEM))
}

pub fn wallet() -> Arc<SigningKey> {
    static PEM: OnceLock<String> = OnceLock::new();
    signing(pem(&PEM))
}

/// Somebody else's.
pub fn stranger() -> Arc<SigningKey> {
    static PEM: OnceLock<String> = OnceLock::new();
    signing(pem(&PEM))
}

/// The public half of a key, under our client id.
pub fn ring(of: &SigningKey) -> Arc<KeyRing> {
    let mut ring = KeyRing::new();
    ring.insert(ClientKey {
        client_id: wallet_api::ids::ClientId::new(CLIENT_ID).unwrap(),
        version: KeyVersion::new("1").unwrap(),
        key: of.key().public_key().unwrap(),
    });
    Arc::new(ring)
}
