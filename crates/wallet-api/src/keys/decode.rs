//! From what people paste (armour, line breaks, spaces, a byte order mark) to DER.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::KeyError;

/// Longer material than this is no RSA key that anybody uses.
const MAX_BYTES: usize = 16 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The DER inside PEM, base64 or DER.
pub(super) fn to_der(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if bytes.len() > MAX_BYTES {
        return Err(KeyError::NotAKey);
    }
    if bytes.starts_with(&[0x30]) && bytes.get(1).is_some_and(|length| *length >= 0x80) {
        return Ok(Zeroizing::new(bytes.to_vec()));
    }
    let text = core::str::from_utf8(bytes).map_err(|_| KeyError::NotAKey)?;
    let base64 = match text.split_once("-----BEGIN ") {
        Some((_, armoured)) => inside_armour(armoured)?,
        None => text,
    };
    // Spaces, line breaks, and the `\n` that a key gets when it travels inside JSON or an environment.
    let base64 = Zeroizing::new(base64.replace("\\r", "").replace("\\n", ""));
    let base64: Zeroizing<String> =
        Zeroizing::new(base64.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect());
    let der = BASE64.decode(base64.as_bytes()).map_err(|_| KeyError::NotAKey)?;
    if der.is_empty() { Err(KeyError::NotAKey) } else { Ok(Zeroizing::new(der)) }
}

fn inside_armour(armoured: &str) -> Result<&str, KeyError> {
    let (label, rest) = armoured.split_once("-----").ok_or(KeyError::NotAKey)?;
    let (body, _) = rest.split_once("-----END").ok_or(KeyError::NotAKey)?;
    if label.starts_with("ENCRYPTED") || body.contains("Proc-Type:") {
        return Err(KeyError::Encrypted);
    }
    if label.contains("CERTIFICATE") { Err(KeyError::Certificate) } else { Ok(body) }
}

/// How long the modulus is in something that looks like an RSA key, public or private, bare or wrapped.
/// AWS-LC refuses short keys with the same error as damaged ones; this tells the two apart.
pub(super) fn rsa_modulus_bits(der: &[u8]) -> Option<usize> {
    let mut rest = element(der).filter(|outer| outer.tag == 0x30)?.content;
    while let Some(found) = element(rest) {
        rest = found.rest;
        match found.tag {
            // A large integer: the modulus of PKCS#1. Versions and small values are passed over.
            0x02 if found.content.len() > 32 => return Some(bits(found.content)),
            // The bit string of SubjectPublicKeyInfo (one leading byte), the octet string of PKCS#8.
            0x03 => return rsa_modulus_bits(found.content.get(1..)?),
            0x04 => return rsa_modulus_bits(found.content),
            _ => {}
        }
    }
    None
}

struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    rest: &'a [u8],
}

fn element(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let length =
            octets.iter().try_fold(0usize, |sum, octet| Some(sum.checked_mul(256)? + usize::from(*octet)))?;
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some(Element { tag, content, rest })
}

fn bits(integer: &[u8]) -> usize {
    let significant = integer.iter().position(|byte| *byte != 0).map_or(&[][..], |start| &integer[start..]);
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}
