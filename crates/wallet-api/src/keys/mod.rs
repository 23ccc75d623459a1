//! RSA keys: reading, making, showing and using them.
//!
//! In: key material in any form that wallets and people pass around (PEM, base64, base64url, DER; PKCS#1,
//! PKCS#8, SubjectPublicKeyInfo). Out: [`PrivateKey`], [`PublicKey`], and what the rest of the crate signs
//! and verifies with: [`Signer`] and [`Verifier`]. What can't be used is named precisely by [`KeyError`].
//!
//! Keys under 2048 bits are refused. A private key never appears in `Debug`, in an error or in a log. Its
//! memory is wiped when it is dropped: AWS-LC cleanses all that it frees, and the buffers through which a
//! key passes on its way in and out are [`Zeroizing`](zeroize::Zeroizing) and never move while they grow.
//! The bytes that a caller hands in are the caller's to wipe.

mod der;
mod error;
mod paste;
mod private;
mod public;
mod ring;

pub use self::error::{KeyError, OtherAlgorithm};
pub use self::private::{PrivateKey, SigningKey};
pub use self::public::{ClientKey, PublicKey};
pub use self::ring::KeyRing;
use crate::ids::KeyVersion;

/// The smallest RSA modulus that is accepted, in bits.
pub const MIN_BITS: usize = 2048;

/// The largest RSA modulus that is accepted, in bits.
pub const MAX_BITS: usize = 8192;

/// Makes signatures with one side's private key.
pub trait Signer: Send + Sync + 'static {
    /// Which of our keys signs; goes into the header.
    fn key_version(&self) -> &KeyVersion;

    /// RSASSA-PKCS1-v1_5 over SHA-256 of `content`.
    ///
    /// # Errors
    /// [`KeyError::CannotSign`] when the key refuses; nothing may be sent then.
    fn sign(&self, content: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// Checks signatures with the other side's public keys.
pub trait Verifier: Send + Sync + 'static {
    /// Whether `signature` is `client_id`'s over exactly `content`; without a version, by its latest key.
    ///
    /// # Errors
    /// [`VerifyError`]: the key is unknown, or the signature isn't its.
    fn verify(
        &self,
        client_id: &str,
        key_version: Option<&str>,
        content: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError>;
}

/// Why a signature wasn't accepted by a [`Verifier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No key is known for this client id and key version.
    #[error("no key is known for this client id and key version")]
    UnknownKey,
    /// The signature's length isn't that of the key's modulus.
    #[error("the signature's length doesn't fit the key")]
    WrongLength,
    /// The signature isn't this key's over this content.
    #[error("the signature isn't this key's over this content")]
    Mismatch,
}

/// Refuses a modulus of a length that isn't accepted.
fn check_size(bits: usize) -> Result<(), KeyError> {
    match bits {
        ..MIN_BITS => Err(KeyError::TooSmall { bits }),
        MIN_BITS..=MAX_BITS => Ok(()),
        _ => Err(KeyError::TooLarge { bits }),
    }
}
