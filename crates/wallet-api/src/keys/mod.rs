//! RSA keys: reading, making, showing and using them.
//!
//! In: key material in any form that wallets and people pass around (PEM, bare base64, DER; PKCS#1,
//! PKCS#8, SubjectPublicKeyInfo). Out: [`PrivateKey`], [`PublicKey`], and what the rest of the crate signs
//! and verifies with: [`Signer`] and [`Verifier`]. Keys under 2048 bits are refused. A private key never
//! appears in `Debug`, in an error or in a log, and its memory is wiped when it is dropped.

mod decode;
mod ring;

use core::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use self::ring::KeyRing;
use crate::ids::{ClientId, KeyVersion};
use crate::random;

/// The smallest RSA modulus that is accepted, in bits.
pub const MIN_BITS: usize = 2048;

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

/// Why key material can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM, nor base64, nor DER.
    #[error("this is no key: expected PEM, base64 or DER, but nothing in it decodes")]
    NotAKey,
    /// The armour or base64 is fine, but the DER inside isn't an RSA key.
    #[error("the encoding is fine but there is no RSA key inside: it may be damaged or of another kind")]
    NotRsa,
    /// A public key stands where a private one belongs.
    #[error("this is a public key; a private key belongs here")]
    PublicWherePrivate,
    /// A private key stands where a public one belongs.
    #[error("this is a private key; the public key of the other side belongs here")]
    PrivateWherePublic,
    /// The key is protected by a pass phrase.
    #[error("the key is encrypted with a pass phrase; export it without one")]
    Encrypted,
    /// A certificate, not a key.
    #[error("this is a certificate; extract its public key (openssl x509 -pubkey -noout)")]
    Certificate,
    /// The modulus is under [`MIN_BITS`].
    #[error("the RSA key is shorter than 2048 bits; make a new one")]
    TooSmall,
    /// The other side's key is our own.
    #[error("the wallet's key is our own public key; the wallet's public key belongs here")]
    OwnKey,
    /// The key refused to sign.
    #[error("the key refused to sign")]
    CannotSign,
    /// No key could be made.
    #[error("no key could be made")]
    CannotGenerate,
}

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

    /// Reads PKCS#8 or PKCS#1, as PEM, base64 without armour, or DER.
    ///
    /// # Errors
    /// [`KeyError`] says what was found instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        let der = decode::to_der(bytes)?;
        if let Ok(key) = KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der)) {
            return if key.public_modulus_len() * 8 < MIN_BITS {
                Err(KeyError::TooSmall)
            } else {
                Ok(Self(key))
            };
        }
        match aws_lc_rs::rsa::PublicKey::from_der(&der) {
            Ok(_) => Err(KeyError::PublicWherePrivate),
            Err(_) if decode::rsa_modulus_bits(&der).is_some_and(|bits| bits < MIN_BITS) => {
                Err(KeyError::TooSmall)
            }
            Err(_) => Err(KeyError::NotRsa),
        }
    }

    /// The public half.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`] when AWS-LC can't export it.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_der(self.0.public_key().as_ref())
    }

    /// PKCS#8 PEM, to be kept in a file that nobody else may read; wiped when dropped.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`] when AWS-LC can't export it.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyError::NotRsa)?;
        Ok(Zeroizing::new(pem("PRIVATE KEY", der.as_ref())))
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

/// The other side's public key.
pub struct PublicKey {
    key: ParsedPublicKey,
    spki: Vec<u8>,
    modulus_len: usize,
}

impl PublicKey {
    /// Reads SubjectPublicKeyInfo or PKCS#1, as PEM, base64 without armour, or DER.
    ///
    /// # Errors
    /// [`KeyError`] says what was found instead.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        let der = decode::to_der(bytes)?;
        match Self::from_der(&der) {
            Err(KeyError::NotRsa)
                if KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der)).is_ok() =>
            {
                Err(KeyError::PrivateWherePublic)
            }
            other => other,
        }
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let key =
            aws_lc_rs::rsa::PublicKey::from_der(der).map_err(|_| match decode::rsa_modulus_bits(der) {
                Some(bits) if bits < MIN_BITS => KeyError::TooSmall,
                Some(_) | None => KeyError::NotRsa,
            })?;
        let leading_zeros =
            key.modulus().big_endian_without_leading_zero().first().map_or(8, |byte| byte.leading_zeros());
        let modulus_len = key.modulus_len();
        if modulus_len * 8 - (leading_zeros as usize) < MIN_BITS {
            return Err(KeyError::TooSmall);
        }
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| KeyError::NotRsa)?;
        let spki = spki.as_ref().to_vec();
        let key = ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &spki)
            .map_err(|_| KeyError::NotRsa)?;
        Ok(Self { key, spki, modulus_len })
    }

    /// SubjectPublicKeyInfo PEM, as wallets exchange it.
    pub fn to_pem(&self) -> String {
        pem("PUBLIC KEY", &self.spki)
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
        if signature.len() != self.modulus_len {
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

fn pem(label: &str, der: &[u8]) -> String {
    let body = Zeroizing::new(STANDARD.encode(der));
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.push_str(core::str::from_utf8(line).unwrap_or_default());
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests;
