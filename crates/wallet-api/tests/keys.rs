//! Keys as people paste them, and the things that get mistaken for keys.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use wallet_api::ids::{ClientId, KeyVersion};
use wallet_api::keys::{
    ClientKey, KeyError, KeyRing, OtherAlgorithm, PrivateKey, PublicKey, Verifier as _, VerifyError,
};

/// A file of `tests/key-material`.
fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/key-material/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(name: &str) -> String {
    String::from_utf8(file(name)).unwrap()
}

fn base64(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

fn der(pem: &str) -> Vec<u8> {
    STANDARD.decode(base64(pem)).unwrap()
}

/// The fingerprint of the 2048-bit key in the folder, of which all forms there are.
fn fingerprint() -> String {
    PublicKey::parse(&file("rsa-2048-public.pem")).unwrap().fingerprint()
}

fn private(bytes: &[u8]) -> Result<String, KeyError> {
    PrivateKey::parse(bytes).map(|key| key.public_key().unwrap().fingerprint())
}

fn public(bytes: &[u8]) -> Result<String, KeyError> {
    PublicKey::parse(bytes).map(|key| key.fingerprint())
}

fn private_error(bytes: &[u8]) -> KeyError {
    PrivateKey::parse(bytes).unwrap_err()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    core::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// One PEM in every dress that it comes in.
fn dressed(pem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let base64 = base64(pem);
    let der = der(pem);
    [
        ("PEM", pem.to_owned()),
        ("line breaks of Windows", pem.replace('\n', "\r\n")),
        ("line breaks of old Macs", pem.replace('\n', "\r")),
        ("a byte order mark", format!("\u{feff}{pem}")),
        ("indentation", pem.lines().map(|line| format!("    {line}\n")).collect()),
        ("line breaks as JSON writes them", format!("\"{}\"", pem.replace('\n', "\\n"))),
        ("the same of Windows, twice escaped", pem.replace('\n', "\\\\r\\\\n")),
        ("slashes as PHP writes them", base64.replace('/', "\\/")),
        ("padding as Gson writes it", base64.replace('=', "\\u003d")),
        ("typographic quotes", format!("\u{201c}{base64}\u{201d}")),
        ("all on one line", pem.replace('\n', " ")),
        ("all on one line without spaces", pem.replace('\n', "")),
        ("non-breaking spaces", pem.replace(' ', "\u{a0}").replace('\n', "\u{a0}\n")),
        ("zero-width spaces", pem.replace('\n', "\u{200b}\n\u{2060}")),
        ("text before and after", format!("Bag Attributes\n  friendlyName: k\n{pem}\nthanks\n")),
        ("an unknown label", pem.replace("RSA ", "").replace(" KEY", " THING")),
        ("base64", base64.clone()),
        (
            "base64 in lines",
            base64.as_bytes().chunks(76).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect(),
        ),
        ("base64 without padding", base64.trim_end_matches('=').to_owned()),
        ("base64url", URL_SAFE_NO_PAD.encode(&der)),
        ("base64 of PEM", STANDARD.encode(pem)),
    ]
    .map(|(what, text)| (what, text.into_bytes()))
    .into_iter()
    .chain([
        ("DER", der),
        ("UTF-16, little end first", utf16(pem, u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(pem, u16::to_be_bytes)),
    ])
    .collect()
}

#[test]
fn a_private_key_reads_from_every_form() {
    for name in ["rsa-2048-private.pem", "rsa-2048-pkcs1.pem"] {
        for (what, bytes) in dressed(&text(name)) {
            assert_eq!(private(&bytes), Ok(fingerprint()), "{name}: {what}");
            assert_eq!(public(&bytes), Err(KeyError::PrivateWherePublic), "{name}: {what}");
        }
    }
}

#[test]
fn a_public_key_reads_from_every_form() {
    for name in ["rsa-2048-public.pem", "rsa-2048-public-pkcs1.pem"] {
        for (what, bytes) in dressed(&text(name)) {
            assert_eq!(public(&bytes), Ok(fingerprint()), "{name}: {what}");
            assert_eq!(private(&bytes), Err(KeyError::PublicWherePrivate), "{name}: {what}");
        }
    }
}

#[test]
fn a_key_survives_being_written() {
    let key = PrivateKey::generate().unwrap();
    let read = PrivateKey::parse(key.to_pkcs8_pem().unwrap().as_bytes()).unwrap();
    assert_eq!(read.public_key().unwrap(), key.public_key().unwrap());
    let public = PublicKey::parse(&file("rsa-2048-public.pem")).unwrap();
    assert_eq!(public.to_pem(), text("rsa-2048-public.pem"), "as OpenSSL writes it");
}

#[test]
fn what_is_no_rsa_key_is_called_by_its_name() {
    use OtherAlgorithm::{Dsa, Edwards, EllipticCurve, Montgomery, RsaPss};
    for (name, expected) in [
        ("ec-sec1.pem", KeyError::NotRsa(EllipticCurve)),
        ("ec-sec1-bare.pem", KeyError::NotRsa(EllipticCurve)),
        ("ec-private.pem", KeyError::NotRsa(EllipticCurve)),
        ("ec-public.pem", KeyError::NotRsa(EllipticCurve)),
        ("ed25519-private.pem", KeyError::NotRsa(Edwards)),
        ("ed25519-public.pem", KeyError::NotRsa(Edwards)),
        ("ed448-private.pem", KeyError::NotRsa(Edwards)),
        ("x25519-private.pem", KeyError::NotRsa(Montgomery)),
        ("dsa-private.pem", KeyError::NotRsa(Dsa)),
        ("dsa-traditional.pem", KeyError::NotRsa(Dsa)),
        ("rsa-pss-private.pem", KeyError::NotRsa(RsaPss)),
        ("ssh-rsa.pub", KeyError::Ssh),
        ("ssh2-public.txt", KeyError::Ssh),
        ("openssh-private.pem", KeyError::Ssh),
        ("certificate.pem", KeyError::Certificate),
        ("certificate-request.pem", KeyError::CertificateRequest),
        ("encrypted-pkcs1.pem", KeyError::Encrypted),
        ("encrypted-pkcs8.pem", KeyError::Encrypted),
        ("key-store.p12", KeyError::KeyStore),
        ("key-store.jks", KeyError::KeyStore),
        ("certificates.p7b", KeyError::KeyStore),
    ] {
        let bytes = file(name);
        assert_eq!(private(&bytes), Err(expected), "{name}");
        assert_eq!(public(&bytes), Err(expected), "{name}");
        // Base64 of the DER alone says the same, except of formats that aren't DER.
        let bare = match core::str::from_utf8(&bytes) {
            Ok(pem) if !matches!(expected, KeyError::Ssh) && name != "encrypted-pkcs1.pem" => {
                base64(pem.rsplit_once("-----BEGIN").unwrap().1.split_once('\n').unwrap().1)
            }
            Ok(_) => continue,
            Err(_) => STANDARD.encode(&bytes),
        };
        assert_eq!(private(bare.as_bytes()), Err(expected), "{name} as base64");
    }
    let pgp = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n";
    assert_eq!(private(pgp), Err(KeyError::OpenPgp));
    let ber = [0x30, 0x80, 0x02, 0x01, 0x03, 0x30, 0x80];
    assert_eq!(private(&ber), Err(KeyError::KeyStore), "PKCS#12 as Windows writes it");
}

#[test]
fn a_key_of_a_wrong_size_is_refused_with_its_size() {
    for name in ["rsa-1024-private.pem", "rsa-1024-pkcs1.pem"] {
        let error = private_error(&file(name));
        assert_eq!(error, KeyError::TooSmall { bits: 1024 });
        assert!(error.to_string().contains("1024 bits"), "{error}");
    }
    assert_eq!(public(&file("rsa-1024-public.pem")), Err(KeyError::TooSmall { bits: 1024 }));
    assert_eq!(public(&file("rsa-16384-public.pem")), Err(KeyError::TooLarge { bits: 16384 }));
}

#[test]
fn a_key_that_is_cut_off_anywhere_is_never_read() {
    for name in ["rsa-2048-private.pem", "rsa-2048-pkcs1.pem", "rsa-2048-public.pem"] {
        let pem = text(name);
        for end in "-----BEGIN".len()..pem.find("-----END").unwrap() {
            assert_eq!(private_error(&pem.as_bytes()[..end]), KeyError::Truncated, "{name} to {end}");
        }
        let without_start = pem.split_once('\n').unwrap().1;
        assert_eq!(private_error(without_start.as_bytes()), KeyError::Truncated, "{name}");

        let (base64, der) = (base64(&pem), der(&pem));
        for end in 8..base64.trim_end_matches('=').len() {
            assert_eq!(private_error(&base64.as_bytes()[..end]), KeyError::Truncated, "{name} to {end}");
        }
        for end in 4..der.len() {
            assert_eq!(private_error(&der[..end]), KeyError::Truncated, "{name} to {end}");
        }
    }
}

#[test]
fn a_damaged_key_is_refused() {
    let der = der(&text("rsa-2048-private.pem"));
    // In the private exponent, in a prime, in the length of the inner key, and one byte too many.
    let mut damaged: Vec<Vec<u8>> = [330, 700, 25].iter().map(|at| flipped(&der, *at)).collect();
    damaged.push([der.as_slice(), &[0]].concat());
    for der in damaged {
        assert_eq!(private_error(&der), KeyError::Damaged);
    }
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 0x10;
    bytes
}

#[test]
fn an_exponent_under_which_anybody_can_sign_is_refused() {
    for name in ["rsa-2048-public-exponent-1.pem", "rsa-2048-public-exponent-2.pem"] {
        assert_eq!(public(&file(name)), Err(KeyError::Damaged), "{name}");
    }
}

#[test]
fn what_is_nothing_at_all_is_said() {
    for empty in ["", " \r\n\t", "\u{feff}", "\"\"", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"]
    {
        assert_eq!(private_error(empty.as_bytes()), KeyError::Empty, "{empty:?}");
    }
    for other in ["hello, world", "/etc/keys/private.pem", "{\"kty\":\"RSA\"}", "<RSAKeyValue/>"] {
        assert_eq!(private_error(other.as_bytes()), KeyError::NotAKey, "{other}");
    }
    assert_eq!(private_error(&[0xff; 100]), KeyError::NotAKey);
    assert_eq!(private_error(b"helloworld12"), KeyError::UnknownContent);
    assert_eq!(private_error(&vec![b'M'; 16 * 1024 + 1]), KeyError::TooLong);
}

#[test]
fn no_error_repeats_the_key() {
    let pem = text("rsa-2048-private.pem");
    let base64 = base64(&pem);
    for bytes in [&pem.as_bytes()[..800], &base64.as_bytes()[..801], &flipped(&der(&pem), 330)] {
        let shown = format!("{0} {0:?}", private_error(bytes));
        assert!(
            !base64.as_bytes().windows(6).any(|part| shown.contains(core::str::from_utf8(part).unwrap()))
        );
    }
    let key = PrivateKey::parse(pem.as_bytes()).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey (hidden)");
}

fn ring(keys: &[(&str, &str, &PrivateKey)]) -> KeyRing {
    let mut ring = KeyRing::new();
    for (client, version, key) in keys {
        ring.insert(ClientKey {
            client_id: ClientId::new(*client).unwrap(),
            version: KeyVersion::new(*version).unwrap(),
            key: key.public_key().unwrap(),
        });
    }
    ring
}

#[test]
fn our_own_key_is_refused_as_the_wallets() {
    let (own, other) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let ring = ring(&[("c", "1", &other), ("c", "2", &own)]);
    assert_eq!(ring.refuse_own(&own), Err(KeyError::OwnKey));
    assert_eq!(ring.refuse_own(&PrivateKey::generate().unwrap()), Ok(()));
}

#[test]
fn a_key_verifies_for_its_client_and_version_alone() {
    let (old, new, other) =
        (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let mut ring = ring(&[("c", "1", &old), ("c", "2", &new), ("d", "1", &other)]);
    let (by_old, by_new, by_other) =
        (old.sign(b"x").unwrap(), new.sign(b"x").unwrap(), other.sign(b"x").unwrap());
    for (client, version, signature, expected) in [
        ("c", Some("1"), &by_old, Ok(())),
        ("c", Some("2"), &by_new, Ok(())),
        ("c", None, &by_new, Ok(())),
        ("c", None, &by_old, Err(VerifyError::Mismatch)),
        ("c", Some("2"), &by_old, Err(VerifyError::Mismatch)),
        ("c", Some("3"), &by_old, Err(VerifyError::UnknownKey)),
        ("c", Some("1"), &by_other, Err(VerifyError::Mismatch)),
        ("d", Some("1"), &by_other, Ok(())),
        ("d", Some("1"), &by_old, Err(VerifyError::Mismatch)),
        ("C", Some("1"), &by_old, Err(VerifyError::UnknownKey)),
    ] {
        assert_eq!(ring.verify(client, version, b"x", signature), expected, "{client} {version:?}");
    }
    ring.remove(&ClientId::new("c").unwrap());
    assert_eq!(ring.verify("c", Some("1"), b"x", &by_old), Err(VerifyError::UnknownKey));
    assert_eq!(ring.verify("d", Some("1"), b"x", &by_other), Ok(()));
}

#[test]
fn a_key_that_comes_again_under_its_version_replaces_the_first_and_is_the_latest() {
    let (first, second) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
    let ring = ring(&[("c", "1", &first), ("c", "2", &first), ("c", "1", &second)]);
    let by_second = second.sign(b"x").unwrap();
    assert_eq!(ring.verify("c", Some("1"), b"x", &by_second), Ok(()));
    assert_eq!(ring.verify("c", None, b"x", &by_second), Ok(()));
}
