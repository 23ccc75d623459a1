//! The RSA256 protocol: what is signed, how the `Signature` header is written, and how it is read.
//!
//! In: the parts of a message exactly as they travel. Out: the header, or the verdict over one. We send
//! the canonical form (standard base64, percent-encoded, `algorithm, keyVersion, signature` in this
//! order, because a widespread SDK reads by position) and read every encoding seen in the wild by one
//! decoder, [`SignatureHeader::parse`].
//!
//! Source: the signing chapters of platform-v1 and platform-v2; the other encodings: superqi (`base64`) and
//! tng (`base64url`); reading by position: sdk.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::ids::KeyVersion;
use crate::keys::{KeyError, MAX_BITS, Signer, Verifier, VerifyError};

/// Header: who signs, and whose keys verify.
pub const CLIENT_ID: &str = "client-id";
/// Header: when a request or notification was signed.
pub const REQUEST_TIME: &str = "request-time";
/// Header: when an answer was signed.
pub const RESPONSE_TIME: &str = "response-time";
/// Header: lets an integrator (ISV) call for a merchant.
pub const AGENT_TOKEN: &str = "agent-token";
/// Header: the signature.
pub const SIGNATURE: &str = "signature";

/// A longer header than this holds no RSA signature (8192 bits, each byte escaped, are 4,200 characters).
const MAX_HEADER: usize = 8 * 1024;

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The parts of a message that a signature covers. For an answer, method and URI are the request's.
#[derive(Clone, Copy, Debug)]
pub struct SignedMessage<'a> {
    /// `POST`, in capitals.
    pub method: &'a str,
    /// The path with every prefix as sent, and the query where there is one; no scheme, no host.
    pub uri: &'a str,
    /// The `Client-Id` header.
    pub client_id: &'a str,
    /// The exact text of `Request-Time` or `Response-Time`.
    pub time: &'a str,
    /// The exact bytes of the body.
    pub body: &'a [u8],
}

impl SignedMessage<'_> {
    /// The bytes that are signed.
    pub fn content(&self) -> Vec<u8> {
        let head = [self.method, " ", self.uri, "\n", self.client_id, ".", self.time, "."];
        let length = head.iter().map(|part| part.len()).sum::<usize>() + self.body.len();
        let mut content = Vec::with_capacity(length);
        for part in head {
            content.extend_from_slice(part.as_bytes());
        }
        content.extend_from_slice(self.body);
        content
    }

    /// The value of the `Signature` header, in its canonical encoding.
    ///
    /// # Errors
    /// [`KeyError::CannotSign`] when the key refuses.
    pub fn sign(&self, signer: &dyn Signer) -> Result<String, KeyError> {
        self.sign_as(signer, SignatureEncoding::default())
    }

    /// The value of the `Signature` header, in the encoding that the other side reads.
    ///
    /// # Errors
    /// [`KeyError::CannotSign`] when the key refuses.
    pub fn sign_as(&self, signer: &dyn Signer, encoding: SignatureEncoding) -> Result<String, KeyError> {
        let signature = signer.sign(&self.content())?;
        let header = SignatureHeader { key_version: Some(signer.key_version().clone()), signature };
        Ok(header.write(encoding))
    }

    /// Whether `header` is the client's signature over exactly this message.
    ///
    /// # Errors
    /// [`SignatureError`] says why not. Nothing in the message may be believed then.
    pub fn verify(&self, verifier: &dyn Verifier, header: &str) -> Result<(), SignatureError> {
        let header = SignatureHeader::parse(header)?;
        let version = header.key_version.as_ref().map(KeyVersion::as_str);
        Ok(verifier.verify(self.client_id, version, &self.content(), &header.signature)?)
    }
}

/// Why a signature wasn't accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no `Signature` header, or it is empty.
    #[error("the message is not signed")]
    Missing,
    /// The header isn't `algorithm=RSA256, keyVersion=1, signature=...`.
    #[error("the Signature header is malformed: {0}")]
    Malformed(&'static str),
    /// The algorithm isn't RSA256.
    #[error("the signature's algorithm is not RSA256")]
    Algorithm,
    /// The header is fine, but no key accepts the signature.
    #[error(transparent)]
    Refused(#[from] VerifyError),
}

/// How the signature's bytes are written in the header. Wallets that decode by the book read the canonical
/// form; some read only one of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureEncoding {
    /// Standard base64 with padding, its `+`, `/` and `=` percent-encoded: the canonical form.
    #[default]
    PercentEncodedBase64,
    /// Standard base64 with padding, as it is.
    Base64,
    /// The URL-safe alphabet (RFC 4648, section 5), without padding.
    Base64Url,
}

impl SignatureEncoding {
    fn encode(self, signature: &[u8]) -> String {
        match self {
            Self::PercentEncodedBase64 => {
                utf8_percent_encode(&STANDARD.encode(signature), ESCAPED).to_string()
            }
            Self::Base64 => STANDARD.encode(signature),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(signature),
        }
    }
}

/// A `Signature` header, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeader {
    /// Which key signed; absent means the client's latest.
    pub key_version: Option<KeyVersion>,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

impl SignatureHeader {
    /// `algorithm=RSA256, keyVersion=1, signature=<the signature in this encoding>`.
    pub fn write(&self, encoding: SignatureEncoding) -> String {
        let value = encoding.encode(&self.signature);
        match &self.key_version {
            Some(version) => format!("algorithm=RSA256, keyVersion={version}, signature={value}"),
            None => format!("algorithm=RSA256, signature={value}"),
        }
    }

    /// Reads the header in every form seen in the wild: any order and spacing, the algorithm in any case
    /// or as `SHA256withRSA`, and the value as base64 percent-encoded or not, or as base64url with or
    /// without padding. A `+` that came as a space is repaired; a value encoded twice is refused.
    ///
    /// # Errors
    /// [`SignatureError`] for anything else.
    pub fn parse(header: &str) -> Result<Self, SignatureError> {
        if header.trim().is_empty() {
            return Err(SignatureError::Missing);
        }
        if header.len() > MAX_HEADER {
            return Err(SignatureError::Malformed("it is too long"));
        }
        let (mut algorithm, mut key_version, mut signature) = (None, None, None);
        for part in header.split(',') {
            let (name, value) =
                part.trim().split_once('=').ok_or(SignatureError::Malformed("a part has no '='"))?;
            let slot = match name.trim().to_ascii_lowercase().as_str() {
                "algorithm" => &mut algorithm,
                "keyversion" => &mut key_version,
                "signature" => &mut signature,
                _ => {
                    return Err(SignatureError::Malformed(
                        "a part is neither algorithm, keyVersion nor signature",
                    ));
                }
            };
            if slot.replace(value.trim()).is_some() {
                return Err(SignatureError::Malformed("a part stands twice"));
            }
        }
        let is_rsa256 =
            |name: &str| name.eq_ignore_ascii_case("RSA256") || name.eq_ignore_ascii_case("SHA256withRSA");
        if algorithm.is_some_and(|name| !is_rsa256(name)) {
            return Err(SignatureError::Algorithm);
        }
        let key_version = key_version
            .map(KeyVersion::new)
            .transpose()
            .map_err(|_| SignatureError::Malformed("keyVersion is not an id"))?;
        let signature = signature.ok_or(SignatureError::Malformed("it has no signature part"))?;
        Ok(Self { key_version, signature: decode_value(signature)? })
    }
}

fn decode_value(value: &str) -> Result<Vec<u8>, SignatureError> {
    let unescaped = percent_decode_str(value)
        .decode_utf8()
        .map_err(|_| SignatureError::Malformed("the value is not text"))?;
    let standard: String = unescaped
        .trim_end_matches('=')
        .chars()
        .map(|character| match character {
            ' ' | '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    if standard.is_empty() {
        return Err(SignatureError::Malformed("the value is empty"));
    }
    let signature =
        BASE64.decode(standard).map_err(|_| SignatureError::Malformed("the value is not base64"))?;
    // What is read can be written again in every encoding.
    if signature.len() > MAX_BITS / 8 {
        return Err(SignatureError::Malformed("the value is longer than any RSA signature"));
    }
    Ok(signature)
}
