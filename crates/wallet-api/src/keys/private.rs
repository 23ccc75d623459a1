//! Our half of a key: reads, makes, keeps, signs.

use core::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _};
use zeroize::Zeroizing;

use super::der::{self, Half, RsaKey};
use super::paste::{self, pem};
use super::{KeyError, PublicKey, Signer, check_size};
use crate::ids::KeyVersion;
use crate::random;

/// One side's private key.
pub struct PrivateKey(KeyPair);

impl PrivateKey {
    /// Makes a new RSA key of 2048 bits.
    ///
    /// # Errors
    /// [`KeyError::CannotGenerate`] when the system can't.
    pub fn generate() -> Result<Self, KeyError> {
        KeyPair::generate(KeySize::Rsa2048).map(Self).map_err(|_| KeyError::CannotGenerate)
    }

    /// Reads PKCS#8 or PKCS#1, as PEM, base64 or DER.
    ///
    /// # Errors
    /// [`KeyError`] says what was found instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        let der = paste::to_der(bytes)?;
        let RsaKey { half, bits } = der::inspect(&der)?;
        match half {
            Half::Public => return Err(KeyError::PublicWherePrivate),
            Half::Private => check_size(bits)?,
        }
        let key = KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der));
        key.map(Self).map_err(|_| KeyError::Damaged)
    }

    /// The public half.
    ///
    /// # Errors
    /// [`KeyError::CannotExport`] when AWS-LC can't write it.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_der(self.0.public_key().as_ref()).map_err(|_| KeyError::CannotExport)
    }

    /// PKCS#8 PEM, to be kept in a file that nobody else may read; wiped when dropped.
    ///
    /// # Errors
    /// [`KeyError::CannotExport`] when AWS-LC can't write it.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyError::CannotExport)?;
        Ok(pem("PRIVATE KEY", der.as_ref()))
    }

    /// Signs `content`: RSASSA-PKCS1-v1_5 with SHA-256.
    ///
    /// # Errors
    /// [`KeyError::CannotSign`] when the key refuses.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&signature::RSA_PKCS1_SHA256, &random::blinding(), content, &mut signature)
            .map_err(|_| KeyError::CannotSign)?;
        Ok(signature)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey (hidden)")
    }
}

/// A private key with the version that the other side knows it by.
#[derive(Debug)]
pub struct SigningKey {
    key: PrivateKey,
    version: KeyVersion,
}

impl SigningKey {
    /// Signs with `key` under `version`.
    pub fn new(key: PrivateKey, version: KeyVersion) -> Self {
        Self { key, version }
    }

    /// The key itself, for its public half.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }
}

impl Signer for SigningKey {
    fn key_version(&self) -> &KeyVersion {
        &self.version
    }

    fn sign(&self, content: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.key.sign(content)
    }
}
