//! Signing: HMAC-SHA-256 over id, time and body.

use core::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shop_api::Timestamp;

use super::Endpoint;

/// What a secret's text begins with.
const PREFIX: &str = "whsec_";

/// What messages are signed with.
#[derive(Clone)]
pub struct Secret(hmac::Key);

/// Text that isn't a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It doesn't begin as it should.
    #[error("it doesn't begin with `whsec_`")]
    Prefix,
    /// What follows isn't base64.
    #[error("what follows `whsec_` isn't base64")]
    Base64,
    /// Too short to be safe, or longer than any receiver takes.
    #[error("it has {0} bytes; 24 to 64 are expected")]
    Length(usize),
}

impl Secret {
    /// Reads `whsec_` and base64.
    ///
    /// # Errors
    /// [`SecretError`] says what is wrong; never what was there.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SecretError::Base64)?;
        if !(24..=64).contains(&bytes.len()) {
            return Err(SecretError::Length(bytes.len()));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The text of a secret made of these bytes.
    pub fn text(bytes: &[u8; 32]) -> String {
        format!("{PREFIX}{}", STANDARD.encode(bytes))
    }

    fn sign(&self, id: &str, seconds: u64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The headers of a message that is sent at `now`. The id stays the same at every try; time and signature
/// are the try's.
pub fn headers(endpoint: &Endpoint, id: &str, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
    let seconds = now.0 / 1_000;
    let signatures: Vec<_> = endpoint.secrets.iter().map(|secret| secret.sign(id, seconds, body)).collect();
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        secrets: Vec<String>,
        id: String,
        timestamp: u64,
        body: String,
        signature: String,
    }

    #[test]
    fn signatures_are_those_that_others_compute() {
        let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
        assert!(vectors.len() >= 4);
        for vector in vectors {
            let endpoint = Endpoint {
                name: "erp".into(),
                url: "https://erp.example/".into(),
                secrets: vector.secrets.iter().map(|text| Secret::parse(text).unwrap()).collect(),
                events: Vec::new(),
                timeout: Duration::from_secs(1),
            };
            let now = Timestamp(vector.timestamp * 1_000 + 999);
            let headers = headers(&endpoint, &vector.id, vector.body.as_bytes(), now);
            assert_eq!(headers[0].1, vector.id);
            assert_eq!(headers[1].1, vector.timestamp.to_string());
            assert_eq!(headers[2].1, vector.signature);
        }
    }

    #[test]
    fn a_text_that_is_no_secret_is_refused_and_never_shown() {
        for (text, error) in [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
            ("whsec_***", SecretError::Base64),
            ("whsec_c2hvcnQ=", SecretError::Length(5)),
        ] {
            assert_eq!(Secret::parse(text).unwrap_err(), error);
            assert!(!error.to_string().contains("c2hv"));
        }
        let secret = Secret::parse(&Secret::text(&[7; 32])).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
