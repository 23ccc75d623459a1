//! Why key material can't be used: what was found, and what to do.

/// What a key is made for, where that isn't RSA with PKCS#1 v1.5 signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherAlgorithm {
    /// ECDSA, ECDH, SM2.
    EllipticCurve,
    /// Ed25519 or Ed448.
    Edwards,
    /// X25519 or X448.
    Montgomery,
    /// DSA.
    Dsa,
    /// RSA, but bound to RSASSA-PSS signatures.
    RsaPss,
    /// One that isn't known here.
    Unknown,
}

impl core::fmt::Display for OtherAlgorithm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::EllipticCurve => "an elliptic-curve key (EC)",
            Self::Edwards => "an Edwards-curve key (Ed25519 or Ed448)",
            Self::Montgomery => "a key for key agreement (X25519 or X448)",
            Self::Dsa => "a DSA key",
            Self::RsaPss => "an RSA key bound to PSS signatures",
            Self::Unknown => "a key of an unknown algorithm",
        })
    }
}

/// Why key material can't be used. Never repeats any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing, or white space.
    #[error("this is empty; a key belongs here")]
    Empty,
    /// More bytes than any key has.
    #[error("this is longer than 16 KiB, which no key is; put only the key there")]
    TooLong,
    /// Neither PEM, nor base64, nor DER.
    #[error("this is no key: expected PEM, base64 or DER, but nothing in it decodes")]
    NotAKey,
    /// The encoding is fine, but its content is none of the things known here.
    #[error("the encoding is fine, but there is no key inside; export the key anew")]
    UnknownContent,
    /// The end is missing.
    #[error("the key is cut off: its end is missing; copy it whole, to the END line where it has one")]
    Truncated,
    /// An RSA key whose numbers or structure don't fit together.
    #[error("this is an RSA key, but it is damaged; copy or export it anew")]
    Damaged,
    /// A key of another algorithm.
    #[error("this is {0}; the wallets' protocol takes RSA only, so make an RSA key of 2048 bits")]
    NotRsa(OtherAlgorithm),
    /// OpenSSH's or PuTTY's format.
    #[error("this is a key in SSH's format; export it as PEM (ssh-keygen -e -m PKCS8, or -p -m PKCS8)")]
    Ssh,
    /// An OpenPGP key.
    #[error("this is an OpenPGP key; make an RSA key in PEM (openssl genrsa 2048)")]
    OpenPgp,
    /// A certificate, not a key.
    #[error("this is a certificate; extract its public key (openssl x509 -pubkey -noout)")]
    Certificate,
    /// A request for a certificate.
    #[error("this is a certificate request (CSR); extract its public key (openssl req -pubkey -noout)")]
    CertificateRequest,
    /// PKCS#12, PKCS#7 or a Java key store.
    #[error("this is a key store (PKCS#12, PKCS#7 or JKS); export the key alone as PEM (openssl pkcs12)")]
    KeyStore,
    /// The key is protected by a pass phrase.
    #[error("the key is encrypted with a pass phrase; export it without one")]
    Encrypted,
    /// A public key stands where a private one belongs.
    #[error("this is a public key; a private key belongs here")]
    PublicWherePrivate,
    /// A private key stands where a public one belongs.
    #[error("this is a private key; the public key of the other side belongs here")]
    PrivateWherePublic,
    /// The modulus is under [`MIN_BITS`](super::MIN_BITS).
    #[error("the RSA key has {bits} bits; 2048 is the least, so make a new one")]
    TooSmall {
        /// How long the modulus is.
        bits: usize,
    },
    /// The modulus is over [`MAX_BITS`](super::MAX_BITS).
    #[error("the RSA key has {bits} bits; 8192 is the most, so make a new one of 2048")]
    TooLarge {
        /// How long the modulus is.
        bits: usize,
    },
    /// The other side's key is our own.
    #[error("the wallet's key is our own public key; the wallet's public key belongs here")]
    OwnKey,
    /// The key refused to sign.
    #[error("the key refused to sign")]
    CannotSign,
    /// No key could be made.
    #[error("no key could be made")]
    CannotGenerate,
    /// The key can't be written.
    #[error("the key can't be exported")]
    CannotExport,
}

impl KeyError {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::NotAKey => "not_a_key",
            Self::UnknownContent => "unknown_content",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::NotRsa(_) => "not_rsa",
            Self::Ssh => "ssh_key",
            Self::OpenPgp => "openpgp_key",
            Self::Certificate => "certificate",
            Self::CertificateRequest => "certificate_request",
            Self::KeyStore => "key_store",
            Self::Encrypted => "encrypted",
            Self::PublicWherePrivate => "public_where_private",
            Self::PrivateWherePublic => "private_where_public",
            Self::TooSmall { .. } => "too_small",
            Self::TooLarge { .. } => "too_large",
            Self::OwnKey => "own_key",
            Self::CannotSign => "cannot_sign",
            Self::CannotGenerate => "cannot_generate",
            Self::CannotExport => "cannot_export",
        }
    }
}
