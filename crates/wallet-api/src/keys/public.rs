//! The other side's half of a key: reads, shows, verifies.

use core::fmt;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{self, ParsedPublicKey};
use sha2::{Digest, Sha256};

use super::der::{self, Half, RsaKey};
use super::paste::{self, pem};
use super::{KeyError, VerifyError, check_size};
use crate::ids::{ClientId, KeyVersion};
use crate::random;

/// The other side's public key.
pub struct PublicKey {
    key: ParsedPublicKey,
    spki: Vec<u8>,
    bits: usize,
}

impl PublicKey {
    /// Reads SubjectPublicKeyInfo or PKCS#1, as PEM, base64 or DER.
    ///
    /// # Errors
    /// [`KeyError`] says what was found instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_der(&paste::to_der(bytes)?)
    }

    pub(super) fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let RsaKey { half, bits } = der::inspect(der)?;
        match half {
            Half::Private => return Err(KeyError::PrivateWherePublic),
            Half::Public => check_size(bits)?,
        }
        let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::Damaged)?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| KeyError::Damaged)?;
        let spki = spki.as_ref().to_vec();
        let key = ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &spki)
            .map_err(|_| KeyError::Damaged)?;
        Ok(Self { key, spki, bits })
    }

    /// SubjectPublicKeyInfo PEM, as wallets exchange it.
    pub fn to_pem(&self) -> String {
        pem("PUBLIC KEY", &self.spki).to_string()
    }

    /// How long its modulus is, in bits.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits: how people compare keys.
    pub fn fingerprint(&self) -> String {
        random::hex(&Sha256::digest(&self.spki))
    }

    /// Whether `signature` is this key's over exactly `content`.
    ///
    /// # Errors
    /// [`VerifyError::WrongLength`] or [`VerifyError::Mismatch`].
    pub fn verify(&self, content: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if signature.len() != self.bits.div_ceil(8) {
            return Err(VerifyError::WrongLength);
        }
        self.key.verify_sig(content, signature).map_err(|_| VerifyError::Mismatch)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki == other.spki
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

/// One key of one client, verifying only for it.
#[derive(Debug)]
pub struct ClientKey {
    /// Whose key it is.
    pub client_id: ClientId,
    /// Which of its keys.
    pub version: KeyVersion,
    /// The key.
    pub key: PublicKey,
}
