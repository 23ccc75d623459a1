//! `sign` and `verify` against the published vectors, and what they refuse.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;
use tempfile::TempDir;
use wallet_api::ids::KeyVersion;
use wallet_api::keys::{PrivateKey, PublicKey, SigningKey};

use super::program::{complained, complaint, fed, run, said, text};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vectors {
    public_key_pem: String,
    #[serde(rename = "testOnlyPrivateKeyPkcs8Pem")]
    private_key_pem: String,
    vectors: Vec<Vector>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vector {
    pub name: String,
    pub method: String,
    pub uri: String,
    pub client_id: String,
    pub time: String,
    pub body: String,
    pub sig_base64: String,
    pub sig_header_value: String,
    pub sig_base64_url: String,
}

static VECTORS: LazyLock<Vectors> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wallet-api/tests/signature-vectors.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
});

/// The published pay request: compact JSON, a time with an offset.
pub fn pay() -> Vector {
    VECTORS.vectors[0].clone()
}

/// The published private key, which signs whatever it is given.
pub fn signing_key() -> SigningKey {
    let key = PrivateKey::parse(VECTORS.private_key_pem.as_bytes()).unwrap();
    SigningKey::new(key, KeyVersion::new("1").unwrap())
}

/// A folder with both halves of the published key, and without a configuration file.
pub struct Bench(TempDir);

impl Bench {
    pub fn new() -> Self {
        let bench = Self(TempDir::new().unwrap());
        bench.write("private.pem", VECTORS.private_key_pem.as_bytes());
        bench.write("public.pem", VECTORS.public_key_pem.as_bytes());
        bench.chmod("private.pem", 0o600);
        bench
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }

    fn chmod(&self, name: &str, mode: u32) {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(self.path().join(name), permissions).unwrap();
    }

    /// The arguments for this message, its body in a file.
    pub fn message(&self, command: &str, vector: &Vector) -> Vec<String> {
        self.write("body", vector.body.as_bytes());
        let Vector { method, uri, client_id, time, .. } = vector;
        let key = if command == "sign" { "private.pem" } else { "public.pem" };
        [command, "--method", method, "--uri", uri, "--client-id", client_id, "--time", time]
            .into_iter()
            .chain(["--body", "body", "--key", key])
            .map(str::to_owned)
            .collect()
    }

    /// The arguments to verify this value of the signature part.
    pub fn verify(&self, vector: &Vector, signature: &str) -> Vec<String> {
        let mut arguments = self.message("verify", vector);
        arguments.extend(["--signature".to_owned(), signature.to_owned()]);
        arguments
    }
}

pub fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

/// The arguments with the one behind `flag` replaced.
fn with<'a>(arguments: &'a [String], flag: &str, value: &'a str) -> Vec<&'a str> {
    let mut changed = strs(arguments);
    let at = changed.iter().position(|argument| *argument == flag).unwrap();
    changed[at + 1] = value;
    changed
}

#[test]
fn signing_prints_the_published_header_and_nothing_else() {
    let bench = Bench::new();
    for vector in &VECTORS.vectors {
        let arguments = bench.message("sign", vector);
        for (encoding, value) in [
            (None, &vector.sig_header_value),
            (Some("percent_encoded_base64"), &vector.sig_header_value),
            (Some("base64"), &vector.sig_base64),
            (Some("base64url"), &vector.sig_base64_url),
        ] {
            let chosen = encoding.into_iter().flat_map(|encoding| ["--encoding", encoding]);
            let arguments: Vec<_> = strs(&arguments).into_iter().chain(chosen).collect();
            let output = run(bench.path(), &arguments);
            let expected = format!("algorithm=RSA256, keyVersion=1, signature={value}\n");
            assert_eq!(text(&output.stdout), expected, "{} {encoding:?}", vector.name);
            assert_eq!(text(&output.stderr), "");
            assert!(output.status.success());
        }
    }
}

#[test]
fn the_body_may_come_from_standard_input_to_the_byte() {
    let bench = Bench::new();
    let vector = pay();
    let arguments = bench.message("sign", &vector);
    let header = said(bench.path(), &strs(&arguments));
    assert_eq!(
        text(&fed(bench.path(), &with(&arguments, "--body", "-"), vector.body.as_bytes()).stdout),
        header
    );
    let without: Vec<_> = strs(&arguments).into_iter().filter(|a| !["--body", "body"].contains(a)).collect();
    assert_eq!(text(&fed(bench.path(), &without, vector.body.as_bytes()).stdout), header);
    let with_line_break = format!("{}\n", vector.body);
    assert_ne!(text(&fed(bench.path(), &without, with_line_break.as_bytes()).stdout), header);
}

#[test]
fn every_published_signature_is_valid_however_it_is_written() {
    let bench = Bench::new();
    let fingerprint = PublicKey::parse(VECTORS.public_key_pem.as_bytes()).unwrap().fingerprint();
    for vector in &VECTORS.vectors {
        for value in [&vector.sig_header_value, &vector.sig_base64, &vector.sig_base64_url] {
            for written in [
                value.clone(),
                format!("algorithm=RSA256, keyVersion=1, signature={value}"),
                format!("Signature: algorithm=RSA256, keyVersion=1, signature={value}\r\n"),
                format!("signature={value},keyVersion=3,algorithm=SHA256withRSA"),
            ] {
                let output = run(bench.path(), &strs(&bench.verify(vector, &written)));
                let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
                assert_eq!(stdout, format!("valid\nfingerprint: {fingerprint}\n"), "{written}: {stderr}");
                assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""));
            }
        }
    }
}

#[test]
fn the_signature_may_come_from_standard_input_unless_the_body_does() {
    let bench = Bench::new();
    let vector = pay();
    let arguments = bench.message("verify", &vector);
    let header =
        format!("Signature: algorithm=RSA256, keyVersion=1, signature={}\n", vector.sig_header_value);
    let output = fed(bench.path(), &strs(&arguments), header.as_bytes());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let not_text = complaint(&fed(bench.path(), &strs(&arguments), b"\xff\xfe"));
    assert!(not_text.contains("[signature_not_text]"), "{not_text}");
    let both = complaint(&fed(bench.path(), &with(&arguments, "--body", "-"), b"x"));
    assert!(both.contains("[stdin_twice]") && both.contains("--body FILE"), "{both}");
}

#[test]
fn a_private_key_verifies_by_its_public_half_and_says_so() {
    let bench = Bench::new();
    let vector = pay();
    let arguments = bench.verify(&vector, &vector.sig_header_value);
    let output = run(bench.path(), &with(&arguments, "--key", "private.pem"));
    assert!(text(&output.stdout).starts_with("valid\n"));
    assert!(text(&output.stderr).contains("note: --key is a private key"), "{}", text(&output.stderr));
}

#[test]
fn a_private_key_that_others_may_read_is_used_for_nothing() {
    let bench = Bench::new();
    let vector = pay();
    bench.chmod("private.pem", 0o640);
    let sign = complained(bench.path(), &strs(&bench.message("sign", &vector)));
    assert!(sign.contains("chmod 600 private.pem") && sign.contains("mode 640"), "{sign}");
    let arguments = bench.verify(&vector, &vector.sig_header_value);
    let verify = complained(bench.path(), &with(&arguments, "--key", "private.pem"));
    assert!(verify.contains("[config_secret_exposed]"), "{verify}");
}

#[test]
fn keys_that_cant_be_used_are_named_with_what_to_do() {
    let bench = Bench::new();
    let vector = pay();
    bench.write("nonsense.pem", b"nonsense!");
    bench.chmod("nonsense.pem", 0o600);
    bench.chmod("public.pem", 0o600);
    let (sign, verify) = (bench.message("sign", &vector), bench.verify(&vector, &vector.sig_header_value));
    for (arguments, key, expected) in [
        (&sign, "missing.pem", "keys generate"),
        (&sign, "nonsense.pem", "this is no key"),
        (&sign, "public.pem", "this is a public key"),
        (&verify, "missing.pem", "give the signer's public key"),
        (&verify, "nonsense.pem", "this is no key"),
        (&verify, "/dev/zero", "/dev/zero"),
    ] {
        let error = complained(bench.path(), &with(arguments, "--key", key));
        assert!(error.contains(expected), "{key}: {error}");
    }
}

#[test]
fn what_no_wallet_accepts_is_not_signed() {
    let bench = Bench::new();
    let arguments = bench.message("sign", &pay());
    for (flag, value) in [
        ("--method", "post"),
        ("--method", ""),
        ("--uri", "https://open.wallet.example/v2/payments/pay"),
        ("--uri", "v2/payments/pay"),
        ("--uri", "/v2/payments/pay\n"),
        ("--client-id", " SHOP"),
        ("--client-id", ""),
        ("--time", "yesterday"),
        ("--time", "2019-05-28T12:12:12+08:00 "),
    ] {
        let error = complained(bench.path(), &with(&arguments, flag, value));
        assert!(
            error.contains(&format!("{flag} {value:?}")) && error.contains("[message_malformed]"),
            "{error}"
        );
    }
    let error = complained(bench.path(), &with(&arguments, "--body", "missing.json"));
    assert!(error.contains("missing.json") && error.contains("[input_unreadable]"), "{error}");
    let error = complained(bench.path(), &with(&arguments, "--body", "/dev/zero"));
    assert!(error.contains("[input_too_long]"), "{error}");
}

#[test]
fn signatures_that_cant_be_read_are_refused_with_what_is_wrong() {
    let bench = Bench::new();
    let vector = pay();
    let good = &vector.sig_header_value;
    for (signature, code) in [
        (String::new(), "signature_missing"),
        ("Signature: ".to_owned(), "signature_missing"),
        ("algorithm=RSA256, keyVersion=1".to_owned(), "signature_malformed"),
        ("hello, world".to_owned(), "signature_malformed"),
        ("!!!".to_owned(), "signature_malformed"),
        ("%FF%FE".to_owned(), "signature_malformed"),
        (format!("signature={good}, signature={good}"), "signature_malformed"),
        (format!("algorithm=RSA256, keyVersion=a b, signature={good}"), "signature_malformed"),
        ("A".repeat(100_000), "signature_malformed"),
        (format!("algorithm=ECC224, keyVersion=1, signature={good}"), "signature_algorithm"),
        (vector.sig_base64[..200].to_owned(), "signature_length"),
        ("A".repeat(342), "signature_mismatch"),
    ] {
        let error = complained(bench.path(), &strs(&bench.verify(&vector, &signature)));
        let shown = &signature[..signature.len().min(60)];
        assert!(error.contains(&format!("[{code}]")), "{shown:?}: {error}");
        assert!(error.starts_with("merchant-server: not valid: "), "{error}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_help_has_an_example() {
    let bench = Bench::new();
    for command in ["sign", "verify"] {
        assert_eq!(run(bench.path(), &[command]).status.code(), Some(2));
        let help = said(bench.path(), &[command, "--help"]);
        assert!(help.contains(&format!("merchant-server {command} --method POST")), "{help}");
    }
    let mut arguments = bench.message("sign", &pay());
    arguments.extend(["--encoding".to_owned(), "rot13".to_owned()]);
    assert_eq!(run(bench.path(), &strs(&arguments)).status.code(), Some(2));
}
