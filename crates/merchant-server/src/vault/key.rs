//! Data keys: 32 random bytes, and the short name by which a sealed value says which of them it needs.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::digest::sha256;

/// How many bytes a data key has.
pub const KEY_BYTES: usize = 32;

/// How many bytes stand before what is sealed, so that no two sealings with one key are alike.
pub(super) const NONCE_BYTES: usize = 12;

/// Names a data key and tells nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(super) [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it isn't 32 bytes in base64")]
pub struct NoDataKey;

/// A key that seals and opens.
pub struct DataKey {
    id: KeyId,
    cipher: LessSafeKey,
}

/// Shows which key it is, never the key.
impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

impl DataKey {
    /// The key of these bytes, which came from a secure source of chance.
    #[allow(clippy::expect_used, reason = "AES-256 takes any 32 bytes for a key")]
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        let hash = sha256(&[b"merchant-server data key ".as_slice(), bytes].concat());
        let [a, b, c, d, e, f, g, h, ..] = hash;
        let cipher = UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes are a key of AES-256");
        Self { id: KeyId([a, b, c, d, e, f, g, h]), cipher: LessSafeKey::new(cipher) }
    }

    /// Reads the text of a key's file; white space around it doesn't count.
    ///
    /// # Errors
    /// [`NoDataKey`], which doesn't repeat the text.
    pub fn parse(text: &[u8]) -> Result<Self, NoDataKey> {
        let bytes = STANDARD.decode(text.trim_ascii()).map_err(|_| NoDataKey)?;
        <&[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map(Self::new).map_err(|_| NoDataKey)
    }

    /// The text of a key's file.
    pub fn text(bytes: &[u8; KEY_BYTES]) -> String {
        format!("{}\n", STANDARD.encode(bytes))
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Turns plain bytes into sealed ones, in their place.
    #[allow(clippy::expect_used, reason = "the cipher refuses nothing shorter than 64 gigabytes")]
    pub(super) fn seal(&self, nonce: [u8; NONCE_BYTES], place: &[u8], bytes: &mut Vec<u8>) {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.cipher
            .seal_in_place_append_tag(nonce, Aad::from(place), bytes)
            .expect("what fits into memory can be sealed");
    }

    /// The plain bytes of sealed ones, if they were sealed with this key, for this place.
    pub(super) fn open(
        &self,
        nonce: [u8; NONCE_BYTES],
        place: &[u8],
        mut sealed: Vec<u8>,
    ) -> Option<Vec<u8>> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = self.cipher.open_in_place(nonce, Aad::from(place), &mut sealed).ok()?.len();
        sealed.truncate(length);
        Some(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_its_text_and_nothing_else_is_a_key() {
        let text = DataKey::text(&[7; 32]);
        assert_eq!(DataKey::parse(text.as_bytes()).unwrap().id(), DataKey::new(&[7; 32]).id());
        assert_ne!(DataKey::new(&[7; 32]).id(), DataKey::new(&[8; 32]).id());
        for wrong in ["", "no base64!", &STANDARD.encode([7; 31]), &STANDARD.encode([7; 33])] {
            assert_eq!(DataKey::parse(wrong.as_bytes()).unwrap_err(), NoDataKey, "{wrong}");
        }
    }

    #[test]
    fn a_key_shows_its_name_only() {
        let key = DataKey::new(b"a key that nobody may ever see!!");
        assert_eq!(format!("{key:?}"), format!("DataKey({})", key.id()));
        assert_eq!(key.id().to_string().len(), 16);
    }
}
