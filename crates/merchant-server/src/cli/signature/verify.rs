//! `merchant-server verify`

use std::path::{Path, PathBuf};

use clap::Args;
use wallet_api::keys::PublicKey;
use wallet_api::signature::{SignatureError, SignatureHeader};

use super::Fault;
use super::mistakes::NotValid;
use super::parts::{self, MessageArgs, Parts};
use crate::cli::out;
use crate::config::keys::{self, Half};

/// The longest text that is taken for a signature; no header is nearly as long.
const MAX_SIGNATURE: usize = 64 * 1024;

/// The header's name, as it stands before the value in what people copy.
const NAME: &str = "signature:";

const EXAMPLE: &str = "\
Example, an answer of the wallet's:
  merchant-server verify --method POST --uri /v2/payments/inquiryPayment --client-id SHOP \\
    --time 2026-03-01T10:00:01+00:00 --body answer.json --key keys/wallet-public.pem \\
    --signature 'algorithm=RSA256, keyVersion=1, signature=...'

An answer is signed over the method and the path of its request, with its own Response-Time. A
notification is signed over the path of your own address, with its Request-Time.

Ends with 0 when the signature is valid, with 1 when it isn't or can't be read. It is never called valid
for something that was not given.";

/// Check a message's signature; when it isn't valid, find out which common mistake was made.
///
/// No configuration file is read.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(in crate::cli) struct Verify {
    #[command(flatten)]
    message: MessageArgs,
    /// The signer's public key: PEM, base64 or DER. Of a private key the public half is used.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The `Signature` header, with or without its name, or the bare value in any encoding; `-` is
    /// standard input.
    #[arg(long, value_name = "VALUE", default_value = "-", allow_hyphen_values = true)]
    signature: String,
}

pub(in crate::cli) fn run(verify: Verify) -> Result<(), Fault> {
    let from_stdin = verify.signature == "-";
    if from_stdin && verify.message.body_is_stdin() {
        return Err(Fault::StdinTwice);
    }
    let (key, half) = keys::verifying_key(&verify.key)?;
    let text = if from_stdin {
        let bytes = parts::read("the signature", Path::new("-"), MAX_SIGNATURE)?;
        String::from_utf8(bytes).map_err(|_| Fault::NotText)?
    } else {
        verify.signature
    };
    let parts = verify.message.read()?;
    if half == Half::Private {
        out::note("--key is a private key; its public half verifies");
    }
    let header = header(&text);
    match check(&key, &parts, &header) {
        Ok(()) => {
            for odd in parts.oddities() {
                out::note(&odd);
            }
            out::line("valid");
            out::line(&format!("fingerprint: {}", key.fingerprint()));
            Ok(())
        }
        Err(error) => Err(Fault::NotValid(Box::new(NotValid::explain(&key, &parts, &header, error)))),
    }
}

/// The verdict: over exactly what was given.
fn check(key: &PublicKey, parts: &Parts, header: &str) -> Result<(), SignatureError> {
    let header = SignatureHeader::parse(header)?;
    Ok(key.verify(&parts.message().content(), &header.signature)?)
}

/// The header's value, from all that people have at hand: the value, the whole line, a bare signature.
fn header(text: &str) -> String {
    let text = text.trim();
    let named = text.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
    let value = if named { text[NAME.len()..].trim_start() } else { text };
    let first = value.split(['=', ',']).next().unwrap_or_default().trim();
    let has_parts =
        ["algorithm", "keyversion", "signature"].iter().any(|part| first.eq_ignore_ascii_case(part));
    if value.is_empty() || has_parts { value.to_owned() } else { format!("signature={value}") }
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn a_header_comes_with_or_without_its_name_and_as_a_bare_value() {
        let whole = "algorithm=RSA256, keyVersion=1, signature=abc%3D";
        for given in [whole, "Signature: algorithm=RSA256, keyVersion=1, signature=abc%3D\r\n"] {
            assert_eq!(header(given), whole);
        }
        assert_eq!(header("signature:signature=abc"), "signature=abc");
        assert_eq!(header(" abc== \n"), "signature=abc==");
        assert_eq!(header("Signature:"), "");
        assert_eq!(header("é"), "signature=é");
    }
}
