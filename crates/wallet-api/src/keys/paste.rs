//! From what people paste to DER, and back to PEM.
//!
//! In: PEM, base64 or base64url without armour, DER, or base64 of any of them, with whatever editors,
//! chats, spreadsheets, JSON and environments added. Out: DER in a buffer that is wiped when dropped.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::{KeyError, OtherAlgorithm, der};

/// Longer material than this is no RSA key that anybody uses.
const MAX_BYTES: usize = 16 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How Java's own key stores (JKS, JCEKS) begin.
const JAVA_KEY_STORES: [&[u8]; 2] = [&[0xfe, 0xed, 0xfe, 0xed], &[0xce, 0xce, 0xce, 0xce]];

/// The DER inside `bytes`.
pub(super) fn to_der(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if bytes.len() > MAX_BYTES {
        return Err(KeyError::TooLong);
    }
    if der::is_der(bytes) {
        return Ok(Zeroizing::new(bytes.to_vec()));
    }
    if JAVA_KEY_STORES.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(KeyError::KeyStore);
    }
    if let Some(text) = utf16(bytes) {
        return text_to_der(&text);
    }
    text_to_der(core::str::from_utf8(bytes).map_err(|_| KeyError::NotAKey)?)
}

/// The text of a file that an editor or shell on Windows wrote in UTF-16.
fn utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    // Two bytes become at most three, so the buffer never moves and leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 2));
    text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    Some(text)
}

fn text_to_der(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    refuse_other_formats(text)?;
    let base64 = match text.split_once("-----BEGIN") {
        Some((_, armoured)) => without_noise(inside_armour(armoured)?),
        None if text.contains("-----END") => return Err(KeyError::Truncated),
        None => without_noise(text),
    };
    if base64.is_empty() {
        return Err(KeyError::Empty);
    }
    let decoded = Zeroizing::new(BASE64.decode(base64.as_bytes()).map_err(|_| undecodable(&base64))?);
    if JAVA_KEY_STORES.iter().any(|magic| decoded.starts_with(magic)) {
        return Err(KeyError::KeyStore);
    }
    // Base64 of PEM, as in the values of a Kubernetes secret. Each round is shorter, so it ends.
    if decoded.starts_with(b"-----BEGIN") { to_der(&decoded) } else { Ok(decoded) }
}

fn refuse_other_formats(text: &str) -> Result<(), KeyError> {
    const SSH: [&str; 5] = ["ssh-rsa", "ssh-ed25519", "ssh-dss", "ecdsa-sha2-", "PuTTY-User-Key-File"];
    let start = text.trim_start_matches(is_noise);
    if SSH.iter().any(|prefix| start.starts_with(prefix)) || text.contains("---- BEGIN SSH2") {
        Err(KeyError::Ssh)
    } else {
        Ok(())
    }
}

/// What stands between the armour's lines, once its label and headers leave it possible.
fn inside_armour(armoured: &str) -> Result<&str, KeyError> {
    let (label, rest) = armoured.split_once("-----").ok_or(KeyError::Truncated)?;
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    match label.as_str() {
        "OPENSSH PRIVATE KEY" => return Err(KeyError::Ssh),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => return Err(KeyError::Certificate),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => return Err(KeyError::CertificateRequest),
        "ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
        "EC PRIVATE KEY" | "EC PARAMETERS" => return Err(KeyError::NotRsa(OtherAlgorithm::EllipticCurve)),
        "DSA PRIVATE KEY" | "DSA PARAMETERS" => return Err(KeyError::NotRsa(OtherAlgorithm::Dsa)),
        "PKCS7" | "CMS" => return Err(KeyError::KeyStore),
        pgp if pgp.starts_with("PGP ") => return Err(KeyError::OpenPgp),
        // The DER says what it is, whatever stands above it.
        _ => {}
    }
    let (body, _) = rest.split_once("-----END").ok_or(KeyError::Truncated)?;
    if body.contains("Proc-Type:") { Err(KeyError::Encrypted) } else { Ok(body) }
}

/// The bare base64, in the standard alphabet: without what copying adds, and without the escapes of JSON
/// and environments (`\n`, `\/`, `\u003d`).
fn without_noise(text: &str) -> Zeroizing<String> {
    // As long as the text at the most, so that the buffer never moves and leaves no copy behind.
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '\\' => {
                if let Some(after) = rest.strip_prefix("u003d") {
                    clean.push('=');
                    rest = after;
                } else {
                    rest = rest.strip_prefix(['n', 'r', 't']).unwrap_or(rest);
                }
            }
            '-' => clean.push('+'),
            '_' => clean.push('/'),
            noise if is_noise(noise) => {}
            other => clean.push(other),
        }
    }
    clean
}

/// White space of every kind, quotes, and marks that nobody sees: byte order mark, zero-width spaces and
/// joiners, direction marks, word joiner, soft hyphen.
fn is_noise(character: char) -> bool {
    const QUOTES: [char; 8] = ['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{201e}'];
    character.is_whitespace()
        || QUOTES.contains(&character)
        || matches!(character, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}')
}

/// Base64 that was cut within a group of four leaves the beginning of a key.
fn undecodable(base64: &str) -> KeyError {
    let whole_groups = base64.len() - base64.len() % 4;
    let beginning = base64.get(..whole_groups).and_then(|groups| BASE64.decode(groups).ok());
    match beginning.map(Zeroizing::new) {
        Some(beginning) if der::is_cut_off(&beginning) => KeyError::Truncated,
        Some(_) | None => KeyError::NotAKey,
    }
}

/// PEM as everybody writes it: lines of 64 characters.
pub(super) fn pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(der));
    let armour = 2 * ("-----BEGIN -----\n".len() + label.len());
    let mut text = Zeroizing::new(String::with_capacity(armour + body.len() + body.len().div_ceil(64)));
    text.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.extend([line, "\n"]);
        rest = after;
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}
