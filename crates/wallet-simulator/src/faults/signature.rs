//! Signatures that aren't what they should be.

use wallet_api::ids::KeyVersion;
use wallet_api::keys::{KeyError, SigningKey};
use wallet_api::signature::{SIGNATURE, SignatureHeader};

use super::kind::SignatureFlaw;
use crate::seal::{Letter, Sealed};
use crate::transcript::Verdict;

/// A `keyVersion` that no wallet gave out.
const NO_VERSION: &str = "no-such-key";
/// A `Client-Id` that isn't the merchant's.
const ANOTHER_CLIENT: &str = "ANOTHER_CLIENT";

/// Signs with `key`, or with a `stranger`'s, and spoils it.
///
/// # Errors
/// [`KeyError::CannotSign`] when the key refuses.
pub(crate) fn seal(
    letter: Letter<'_>,
    key: &SigningKey,
    stranger: &SigningKey,
    flaw: SignatureFlaw,
) -> Result<Sealed, KeyError> {
    let encoding = letter.encoding;
    match flaw {
        SignatureFlaw::Absent => {
            let mut sealed = letter.seal(key)?;
            sealed.headers.retain(|(name, _)| *name != SIGNATURE);
            Ok(Sealed { signature: Verdict::Unsigned, ..sealed })
        }
        SignatureFlaw::Altered => {
            let mut sealed = letter.seal(key)?;
            alter(&mut sealed.body);
            Ok(Sealed { signature: Verdict::Invalid, ..sealed })
        }
        SignatureFlaw::OtherKeyVersion => {
            let mut sealed = letter.seal(key)?;
            for (name, value) in &mut sealed.headers {
                if *name == SIGNATURE {
                    let mut header = SignatureHeader::parse(value).map_err(|_| KeyError::CannotSign)?;
                    header.key_version = Some(KeyVersion::new(NO_VERSION).map_err(|_| KeyError::CannotSign)?);
                    *value = header.write(encoding);
                }
            }
            Ok(Sealed { signature: Verdict::Invalid, ..sealed })
        }
        SignatureFlaw::OtherKey => Ok(Sealed { signature: Verdict::Invalid, ..letter.seal(stranger)? }),
        SignatureFlaw::OtherClient => Letter { client_id: ANOTHER_CLIENT, ..letter }.seal(key),
    }
}

/// Changes the last letter or digit into another: what isn't verified doesn't show it.
fn alter(body: &mut [u8]) {
    if let Some(byte) = body.iter_mut().rev().find(|byte| byte.is_ascii_alphanumeric()) {
        *byte = match *byte {
            b'9' | b'z' | b'Z' => *byte - 1,
            other => other + 1,
        };
    }
}
