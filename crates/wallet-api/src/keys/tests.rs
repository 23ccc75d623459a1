//! Keys as people paste them.

use std::sync::LazyLock;

use super::*;

static PEM: LazyLock<Zeroizing<String>> =
    LazyLock::new(|| PrivateKey::generate().unwrap().to_pkcs8_pem().unwrap());

/// Both halves of a throw-away key of 1024 bits, made with OpenSSL for these tests.
const SHORT_PUBLIC: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDJJRfD5dlvghUCL/sz9drXSU7+YTfHw4I0na/ilKWkWabVtwNse0yKMvceSFW5E8hZA6qN7aFF5iMRE1j4B1HyDw5iN0o9vJX55nRjpdHE9xbDe5/mhQxwxpv+fxKU4+gelsh5K5XcTKtiaUl/CtZsXzvJ/lqXGfOnozvtcsu6qQIDAQAB";
const SHORT_PRIVATE: &str = "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMklF8Pl2W+CFQIv+zP12tdJTv5hN8fDgjSdr+KUpaRZptW3A2x7TIoy9x5IVbkTyFkDqo3toUXmIxETWPgHUfIPDmI3Sj28lfnmdGOl0cT3FsN7n+aFDHDGm/5/EpTj6B6WyHkrldxMq2JpSX8K1mxfO8n+WpcZ86ejO+1yy7qpAgMBAAECgYBRymR8gwVEg3e5ePtDqLBBJI0bgTqmX0idzpULpHgqeU4Ozyl0PjrkY077IFzDMlkgYQ5EQiF3A9q0gdKGoKtf8qrhYuWhAPJusXtG0PJkJjbRc/L+AoWSq5mDOAKJMC7EW+3QQ/QjhUvLR/hWbaF+75+HcjFZ/iU5nEVsdhA9AQJBAOzENIsUuTsK1lUHXH1MOq9bxBwN0KTSPHr2SvAICk2xllsZji8YmtJEmaMLEiti18EdW3Ye/Y+IMegjAJr3hKECQQDZfBonmkebErKi8EbgCiU+hyLQPUpcMR/Z+6a6r2xPah9rx9qq1NAvpEnMu1e12NhrEPGao/sRwIu5gxGGbXEJAkA4DDJMAjnfCi+2rSlt18/ElzqTUYnkmogKq6cNrzmRLsrjAeewqmhsAiVEfWhtsNZWNrbh/XAUvC7kPvTzukhBAkB/flwKyUue4dgs4rR51Bi/ThMfhj6YSwgEDp1QJVRWPb0Lvw42RSmCNEo7JbwmU2eTZExuPiEJ6BlA+FAGwROZAkEAzbtksnBgkW7rDDKS8f6JWY0cgfJ2tjPlTtBmSfjbKciintE0WMweysv4u2npdAX+9qJQiiJ5NNMG8fs75e/4dQ==";

fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

#[test]
fn a_private_key_reads_from_every_form() {
    let fingerprint = PrivateKey::parse(PEM.as_bytes()).unwrap().public_key().unwrap().fingerprint();
    let base64 = bare(&PEM);
    let der = STANDARD.decode(&base64).unwrap();
    let forms: [Vec<u8>; 6] = [
        PEM.replace('\n', "\r\n").into_bytes(),
        format!("\u{feff}  {}\n\n", PEM.as_str()).into_bytes(),
        PEM.replace('\n', "\\n").into_bytes(),
        base64.clone().into_bytes(),
        base64.trim_end_matches('=').as_bytes().to_vec(),
        der,
    ];
    for form in forms {
        let key = PrivateKey::parse(&form).unwrap();
        assert_eq!(key.public_key().unwrap().fingerprint(), fingerprint);
    }
}

#[test]
fn pkcs1_and_spki_read_too() {
    let key = PrivateKey::parse(PEM.as_bytes()).unwrap();
    let public = key.public_key().unwrap();
    let pkcs1 = key.0.public_key().as_ref().to_vec();
    for form in [pkcs1, public.to_pem().into_bytes(), bare(&public.to_pem()).into_bytes()] {
        assert_eq!(PublicKey::parse(&form).unwrap(), public);
    }
    let der = STANDARD.decode(bare(&PEM)).unwrap();
    // PKCS#8 wraps PKCS#1 in an octet string behind 26 bytes of header.
    assert_eq!(PrivateKey::parse(&der[26..]).unwrap().public_key().unwrap(), public);
}

#[test]
fn what_is_wrong_is_said() {
    let public = PrivateKey::parse(PEM.as_bytes()).unwrap().public_key().unwrap().to_pem();
    let damaged = PEM.replacen("MII", "MIJ", 1);
    let ec = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsW2WjO6W1W0c3ljVUPM0FCay5KbDmTjMD73miQiH5mKWvRxOe4yRSAYby/md7E/K4WvFZeumZ+Klr5/OvsuNuw==";
    for (text, expected) in [
        (public.as_str(), KeyError::PublicWherePrivate),
        (damaged.as_str(), KeyError::NotRsa),
        (ec, KeyError::NotRsa),
        ("", KeyError::NotAKey),
        ("hello, world", KeyError::NotAKey),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
            KeyError::Encrypted,
        ),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", KeyError::Certificate),
    ] {
        assert_eq!(PrivateKey::parse(text.as_bytes()).unwrap_err(), expected, "{text}");
    }
    assert_eq!(PublicKey::parse(PEM.as_bytes()).unwrap_err(), KeyError::PrivateWherePublic);
    assert_eq!(PublicKey::parse(SHORT_PUBLIC.as_bytes()).unwrap_err(), KeyError::TooSmall);
    assert_eq!(PrivateKey::parse(SHORT_PRIVATE.as_bytes()).unwrap_err(), KeyError::TooSmall);
}

#[test]
fn our_own_key_is_refused_as_the_wallets() {
    let key = PrivateKey::parse(PEM.as_bytes()).unwrap();
    let mut ring = KeyRing::new();
    ring.insert(ClientKey {
        client_id: ClientId::new("c").unwrap(),
        version: KeyVersion::new("1").unwrap(),
        key: key.public_key().unwrap(),
    });
    assert_eq!(ring.refuse_own(&key), Err(KeyError::OwnKey));
    assert_eq!(ring.refuse_own(&PrivateKey::generate().unwrap()), Ok(()));
}

#[test]
fn without_a_version_the_latest_key_verifies_and_with_one_that_key() {
    let (old, new) = (PrivateKey::parse(PEM.as_bytes()).unwrap(), PrivateKey::generate().unwrap());
    let mut ring = KeyRing::new();
    for (version, key) in [("1", &old), ("2", &new)] {
        ring.insert(ClientKey {
            client_id: ClientId::new("c").unwrap(),
            version: KeyVersion::new(version).unwrap(),
            key: key.public_key().unwrap(),
        });
    }
    let by_old = old.sign(b"content").unwrap();
    assert_eq!(ring.verify("c", Some("1"), b"content", &by_old), Ok(()));
    assert_eq!(ring.verify("c", None, b"content", &by_old), Err(VerifyError::Mismatch));
    assert_eq!(ring.verify("c", None, b"content", &new.sign(b"content").unwrap()), Ok(()));
    assert_eq!(ring.verify("c", Some("3"), b"content", &by_old), Err(VerifyError::UnknownKey));
}

#[test]
fn a_private_key_is_never_printed() {
    let key = PrivateKey::parse(PEM.as_bytes()).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey (hidden)");
}
