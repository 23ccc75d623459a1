//! `merchant-server sign`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use wallet_api::ids::KeyVersion;
use wallet_api::keys::SigningKey;
use wallet_api::signature::SignatureEncoding;

use super::Fault;
use super::parts::MessageArgs;
use crate::cli::out;
use crate::config::keys;

const EXAMPLE: &str = "\
Example:
  printf %s '{\"paymentRequestId\":\"r-1\"}' > body.json
  merchant-server sign --method POST --uri /v2/payments/inquiryPayment --client-id SHOP \\
    --time 2026-03-01T10:00:00+00:00 --body body.json --key keys/merchant-private.pem

prints
  algorithm=RSA256, keyVersion=1, signature=...

Send the same bytes with the same texts in Client-Id and Request-Time. What is signed is
  METHOD URI, a line feed, CLIENT-ID.TIME.BODY

printf %s writes no line break at the end; echo and most editors do, and it is signed with the rest.";

/// Print the `Signature` header's value for a message.
///
/// Standard output gets the value and nothing else. No configuration file is read.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(in crate::cli) struct Sign {
    #[command(flatten)]
    message: MessageArgs,
    /// Our private key: PEM, base64 or DER, PKCS#8 or PKCS#1. Nobody else may be able to read the file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Which of our keys this is, as the other side numbers them.
    #[arg(long, value_name = "VERSION", default_value = "1")]
    key_version: KeyVersion,
    /// How the signature's bytes are written.
    #[arg(long, value_enum, default_value = "percent_encoded_base64")]
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Encoding {
    /// Standard base64, then percent-encoded: what most wallets read.
    PercentEncodedBase64,
    /// Standard base64 as it is.
    Base64,
    /// The URL-safe alphabet without padding.
    #[value(name = "base64url")]
    Base64Url,
}

impl From<Encoding> for SignatureEncoding {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::PercentEncodedBase64 => Self::PercentEncodedBase64,
            Encoding::Base64 => Self::Base64,
            Encoding::Base64Url => Self::Base64Url,
        }
    }
}

pub(in crate::cli) fn run(sign: Sign) -> Result<(), Fault> {
    let key = SigningKey::new(keys::private_key(&sign.key)?, sign.key_version);
    let parts = sign.message.read()?;
    if let Some(odd) = parts.oddities().into_iter().next() {
        return Err(Fault::Odd(odd));
    }
    let header = parts.message().sign_as(&key, sign.encoding.into()).map_err(Fault::CannotSign)?;
    out::line(&header);
    Ok(())
}
