//! What is inside DER, by its structure: which half of an RSA key, how long, or what else.
//!
//! AWS-LC refuses a certificate, a short key and a damaged one with one and the same error; this tells
//! people which of them they have. It decides nothing about trust: AWS-LC reads the key afterwards.

use super::{KeyError, OtherAlgorithm};

/// An RSA key by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RsaKey {
    pub half: Half,
    /// How long the modulus is.
    pub bits: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Private,
    Public,
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0]`: a certificate's version.
const VERSION: u8 = 0xa0;

/// What begins PKCS#12 in BER, as Java and Windows write it.
const BER_KEY_STORE: &[u8] = &[SEQUENCE, 0x80, INTEGER, 1, 3];

/// Says what `der` holds.
pub(super) fn inspect(der: &[u8]) -> Result<RsaKey, KeyError> {
    if der.starts_with(BER_KEY_STORE) {
        return Err(KeyError::KeyStore);
    }
    let outer = element(der)?;
    if outer.tag != SEQUENCE {
        return Err(KeyError::UnknownContent);
    }
    if !outer.rest.is_empty() {
        return Err(KeyError::Damaged);
    }
    let parts = Parts::of(outer.content)?;
    match *parts.tags() {
        [INTEGER, INTEGER] => rsa(Half::Public, &parts, 0),
        [INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER] => Err(KeyError::NotRsa(OtherAlgorithm::Dsa)),
        [INTEGER, INTEGER, ..] => rsa(Half::Private, &parts, 1),
        [INTEGER, OCTET_STRING, ..] => Err(KeyError::NotRsa(OtherAlgorithm::EllipticCurve)),
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => wrapped(Half::Private, parts.content(1), parts.content(2)),
        [SEQUENCE, BIT_STRING] => {
            let (_unused_bits, key) = parts.content(1).split_first().ok_or(KeyError::Damaged)?;
            wrapped(Half::Public, parts.content(0), key)
        }
        [SEQUENCE, OCTET_STRING] => Err(KeyError::Encrypted),
        [SEQUENCE, SEQUENCE, BIT_STRING] => Err(certificate(parts.content(0))),
        [INTEGER, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE] | [OBJECT_ID, ..] => Err(KeyError::KeyStore),
        _ => Err(KeyError::UnknownContent),
    }
}

/// Whether `bytes` are DER rather than text: a sequence that ends with them, or one too long for text.
pub(super) fn is_der(bytes: &[u8]) -> bool {
    match *bytes {
        [SEQUENCE, length, ..] => length >= 0x80 || usize::from(length) == bytes.len() - 2,
        _ => false,
    }
}

/// Whether `der` is the beginning of a sequence that has more.
pub(super) fn is_cut_off(der: &[u8]) -> bool {
    der.first() == Some(&SEQUENCE) && matches!(element(der), Err(KeyError::Truncated))
}

/// PKCS#8 or SubjectPublicKeyInfo: what the key is for, and the key.
fn wrapped(half: Half, algorithm: &[u8], key: &[u8]) -> Result<RsaKey, KeyError> {
    // Both lie within a complete whole, so an element that reaches beyond isn't cut off but wrong.
    let id = element(algorithm).map_err(|_| KeyError::Damaged)?;
    let other = match id.content {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01] => {
            let inner = Parts::of(element(key).map_err(|_| KeyError::Damaged)?.content)?;
            return match half {
                Half::Private => rsa(half, &inner, 1),
                Half::Public => rsa(half, &inner, 0),
            };
        }
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a] => OtherAlgorithm::RsaPss,
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01] => OtherAlgorithm::EllipticCurve,
        [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01] => OtherAlgorithm::Dsa,
        [0x2b, 0x65, 0x6e | 0x6f] => OtherAlgorithm::Montgomery,
        [0x2b, 0x65, 0x70 | 0x71] => OtherAlgorithm::Edwards,
        _ => OtherAlgorithm::Unknown,
    };
    Err(KeyError::NotRsa(other))
}

/// A certificate states its version or has a serial number before six more parts; a request has a 0.
fn certificate(signed: &[u8]) -> KeyError {
    match Parts::of(signed) {
        Ok(parts) => match parts.tags() {
            [VERSION, ..] | [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, ..] => {
                KeyError::Certificate
            }
            [INTEGER, SEQUENCE, SEQUENCE, ..] => KeyError::CertificateRequest,
            _ => KeyError::UnknownContent,
        },
        Err(error) => error,
    }
}

/// An RSA key whose modulus is the part at `modulus`.
fn rsa(half: Half, parts: &Parts<'_>, modulus: usize) -> Result<RsaKey, KeyError> {
    match parts.0.get(modulus) {
        Some(part) if part.tag == INTEGER => Ok(RsaKey { half, bits: bits(part.content) }),
        Some(_) | None => Err(KeyError::Damaged),
    }
}

/// What stands in a sequence. Everything known here is told by its first parts, so the rest isn't read.
struct Parts<'a>(Vec<Element<'a>>, Vec<u8>);

impl<'a> Parts<'a> {
    const MOST: usize = 16;

    fn of(mut content: &'a [u8]) -> Result<Self, KeyError> {
        let mut parts = Vec::new();
        while !content.is_empty() && parts.len() < Self::MOST {
            // The whole is complete, so a part that reaches beyond it isn't cut off but wrong.
            let part = element(content).map_err(|_| KeyError::Damaged)?;
            content = part.rest;
            parts.push(part);
        }
        let tags = parts.iter().map(|part| part.tag).collect();
        Ok(Self(parts, tags))
    }

    fn tags(&self) -> &[u8] {
        &self.1
    }

    fn content(&self, index: usize) -> &'a [u8] {
        self.0.get(index).map_or(&[], |part| part.content)
    }
}

struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    rest: &'a [u8],
}

/// The first element of `der`; [`KeyError::Truncated`] when it is longer than what is there.
fn element(der: &[u8]) -> Result<Element<'_>, KeyError> {
    let [tag, first, rest @ ..] = der else { return Err(KeyError::Truncated) };
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (octets, rest) =
                rest.split_at_checked(usize::from(long & 0x7f)).ok_or(KeyError::Truncated)?;
            (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), rest)
        }
        // Of unknown length, or of more than 4 GiB.
        _ => return Err(KeyError::UnknownContent),
    };
    let (content, rest) = rest.split_at_checked(length).ok_or(KeyError::Truncated)?;
    Ok(Element { tag: *tag, content, rest })
}

fn bits(integer: &[u8]) -> usize {
    let significant = integer.iter().position(|byte| *byte != 0).map_or(&[][..], |start| &integer[start..]);
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}
