//! Why a signature isn't valid, in words that help.
//!
//! In: a message, its signature and the verdict. Out: [`NotValid`], which names the mistake that explains
//! the verdict, where a common one or two do. The search only explains; it never changes the verdict.

use std::fmt;

use percent_encoding::percent_decode_str;
use wallet_api::keys::{PublicKey, VerifyError};
use wallet_api::signature::{SignatureError, SignatureHeader};

use super::parts::Parts;
use super::repairs::{Change, repairs};
use crate::digest::sha256;

/// A signature that isn't valid, and what was found out about it.
#[derive(Debug)]
pub(in crate::cli) struct NotValid {
    error: SignatureError,
    fingerprint: String,
    signature_length: Option<usize>,
    mistakes: Vec<Change>,
    oddities: Vec<String>,
    content: Vec<u8>,
    body: Vec<u8>,
}

impl NotValid {
    /// Looks for the mistakes that would explain why `header` isn't `key`'s signature over `parts`.
    pub(super) fn explain(key: &PublicKey, parts: &Parts, header: &str, error: SignatureError) -> Self {
        let parsed = SignatureHeader::parse(header).ok();
        Self {
            error,
            fingerprint: key.fingerprint(),
            signature_length: parsed.map(|header| header.signature.len()),
            mistakes: mistakes(key, parts, header),
            oddities: parts.oddities(),
            content: parts.message().content(),
            body: parts.body.clone(),
        }
    }
}

/// The fewest common mistakes, at most three, that explain a signature; none where they don't.
fn mistakes(key: &PublicKey, parts: &Parts, header: &str) -> Vec<Change> {
    let forms = forms(header);
    let fits = |parts: &Parts, signature: &[u8]| key.verify(&parts.message().content(), signature).is_ok();
    let found = |form: &Form, changes: &[&Change]| {
        form.change.iter().chain(changes.iter().copied()).cloned().collect::<Vec<_>>()
    };
    for form in &forms {
        if fits(parts, &form.signature) {
            return found(form, &[]);
        }
    }
    let once = repairs(parts);
    for form in &forms {
        if let Some(first) = once.iter().find(|first| fits(&first.parts, &form.signature)) {
            return found(form, &[&first.change]);
        }
    }
    for form in &forms {
        for first in &once {
            let twice = repairs(&first.parts);
            if let Some(second) = twice.iter().find(|second| fits(&second.parts, &form.signature)) {
                return found(form, &[&first.change, &second.change]);
            }
        }
    }
    Vec::new()
}

/// A way of reading the signature.
struct Form {
    signature: Vec<u8>,
    change: Option<Change>,
}

fn forms(header: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut push = |header: &str, change: Option<Change>| {
        if let Ok(parsed) = SignatureHeader::parse(header) {
            forms.push(Form { signature: parsed.signature, change });
        }
    };
    push(header, None);
    let unbroken: String =
        header.chars().filter(|character| !matches!(character, '\r' | '\n' | '\t')).collect();
    if unbroken != header {
        let change = Change::new("the signature without the line breaks inside", "write it in one line");
        push(&unbroken, Some(change));
    }
    if let Ok(decoded) = percent_decode_str(&unbroken).decode_utf8()
        && decoded != unbroken
    {
        let so = "one side encodes it twice: percent-encode the base64 once, also where an HTTP library does \
                  so by itself";
        push(&decoded, Some(Change::new("the signature percent-decoded twice", so)));
    }
    let inner = SignatureHeader::parse(&unbroken).ok();
    if let Some(text) = inner.and_then(|parsed| String::from_utf8(parsed.signature).ok()) {
        let so = "the signer encodes it twice: write the signature's bytes as base64, not its base64";
        let change = Change::new("the signature decoded from base64 twice", so);
        push(&format!("signature={text}"), Some(change));
    }
    forms
}

impl std::error::Error for NotValid {}

impl fmt::Display for NotValid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "not valid: {} [{}]", self.error, code(&self.error))?;
        if let Some((last, before)) = self.mistakes.split_last() {
            f.write_str("The signature is valid for ")?;
            for change in before {
                write!(f, "{} and ", change.made)?;
            }
            write!(f, "{}; so ", last.made)?;
            for change in before {
                write!(f, "{}; and ", change.so)?;
            }
            return write!(f, "{}.", last.so);
        }
        match self.error {
            SignatureError::Missing | SignatureError::Malformed(_) => write!(
                f,
                "Give the header, algorithm=RSA256, keyVersion=1, signature=..., or the value of its signature \
                 part; whole, for a cut-off one doesn't decode."
            ),
            SignatureError::Algorithm => {
                f.write_str("Ask the signer for RSA256, which is SHA256withRSA: nothing else is read.")
            }
            SignatureError::Refused(VerifyError::WrongLength) => write!(
                f,
                "The signature has {} bytes: it was made with another key, or was cut off. This key's \
                 fingerprint is {}.",
                self.signature_length.unwrap_or(0),
                self.fingerprint
            ),
            SignatureError::Refused(VerifyError::Mismatch | VerifyError::UnknownKey) => self.advise(f),
        }
    }
}

impl NotValid {
    /// Where no common mistake explains it.
    fn advise(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "No common mistake explains it. Look at these, the likeliest first:")?;
        writeln!(
            f,
            "  1. The key. Its fingerprint is {}; compare it with the signer's. The two sides' keys are \
             easily mixed up, and so are those of test and live systems.",
            self.fingerprint
        )?;
        writeln!(
            f,
            "  2. The body: {} bytes, SHA-256 {}. It must be the bytes that travelled.",
            self.body.len(),
            hex(&sha256(&self.body))
        )?;
        writeln!(
            f,
            "  3. The URI, with every prefix and the query as sent. An answer is signed over its request's."
        )?;
        writeln!(
            f,
            "  4. The time: an answer is signed with its Response-Time, all else with Request-Time."
        )?;
        for odd in &self.oddities {
            writeln!(f, "  And {odd}.")?;
        }
        let head = &self.content[..self.content.len() - self.body.len()];
        write!(
            f,
            "What was verified: {} bytes, SHA-256 {}, beginning {:?}. The signer can compare.",
            self.content.len(),
            hex(&sha256(&self.content)),
            String::from_utf8_lossy(head)
        )
    }
}

fn code(error: &SignatureError) -> &'static str {
    match error {
        SignatureError::Missing => "signature_missing",
        SignatureError::Malformed(_) => "signature_malformed",
        SignatureError::Algorithm => "signature_algorithm",
        SignatureError::Refused(VerifyError::WrongLength) => "signature_length",
        SignatureError::Refused(VerifyError::Mismatch | VerifyError::UnknownKey) => "signature_mismatch",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
