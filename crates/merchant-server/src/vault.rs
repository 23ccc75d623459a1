//! Encryption at rest: what people wrote about themselves, and what was said to and by wallets, lies sealed in the
//! database.
//!
//! In: bytes and the place where they are kept. Out: sealed bytes that open only there: whoever copies a value into
//! another row or column gets an error, not another customer's address. AES-256-GCM-SIV, whose nonce may even
//! repeat without giving keys or texts away; a number in front names the key, so that keys can be changed while old
//! values stay readable.
//!
//! ```text
//! 1 byte   layout, 1
//! 4 bytes  the key's number, big endian
//! 12 bytes nonce
//! rest     ciphertext and tag
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use wallet_api::random::Rng;
use zeroize::Zeroizing;

const LAYOUT: u8 = 1;
const HEADER: usize = 1 + 4 + NONCE_LEN;

/// The bytes of a data key.
pub const KEY_BYTES: usize = 32;

/// The number of a data key, as the configuration gives it.
pub type KeyId = u32;

/// Where a value is kept: part of what is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub row: &'a str,
}

/// Why a sealed value doesn't open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The program never wrote this.
    #[error("a sealed value has an unknown layout; it was changed, or a newer program wrote it")]
    Layout,
    /// Its key isn't configured.
    #[error("a value is sealed with data key {0}, which isn't in `data_keys`; put that key back")]
    UnknownKey(KeyId),
    /// It was changed, or belongs elsewhere.
    #[error("a sealed value in {0} was changed or belongs to another row; restore it from a backup")]
    Forged(&'static str),
}

/// The data keys.
pub struct Vault {
    keys: BTreeMap<KeyId, LessSafeKey>,
    newest: KeyId,
    rng: Arc<dyn Rng>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault(keys {:?})", self.keys.keys().collect::<Vec<_>>())
    }
}

impl Vault {
    /// A vault that seals with the last of these keys and opens what any of them sealed. `None` without keys, or when
    /// two have the same number.
    pub fn new(keys: Vec<(KeyId, Zeroizing<[u8; KEY_BYTES]>)>, rng: Arc<dyn Rng>) -> Option<Self> {
        let newest = keys.last()?.0;
        let count = keys.len();
        let keys: BTreeMap<_, _> = keys
            .into_iter()
            .filter_map(|(id, key)| {
                Some((id, LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, &*key).ok()?)))
            })
            .collect();
        (keys.len() == count).then_some(Self { keys, newest, rng })
    }

    /// Seals a value for this place.
    ///
    /// # Errors
    /// [`VaultError::UnknownKey`] never happens for a vault that was made.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.keys.get(&self.newest).ok_or(VaultError::UnknownKey(self.newest))?;
        let mut nonce = [0; NONCE_LEN];
        self.rng.fill(&mut nonce);
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + AES_256_GCM_SIV.tag_len());
        sealed.push(LAYOUT);
        sealed.extend_from_slice(&self.newest.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        let mut text = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(self.newest, place), &mut text)
            .map_err(|_| VaultError::Forged(place.table))?;
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`VaultError`], when it can't have been sealed here.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (header, text) = sealed.split_at_checked(HEADER).ok_or(VaultError::Layout)?;
        let (&[LAYOUT, a, b, c, d], nonce) = header.split_first_chunk::<5>().ok_or(VaultError::Layout)?
        else {
            return Err(VaultError::Layout);
        };
        let id = KeyId::from_be_bytes([a, b, c, d]);
        let key = self.keys.get(&id).ok_or(VaultError::UnknownKey(id))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Layout)?;
        let mut text = text.to_vec();
        let length = key
            .open_in_place(nonce, aad(id, place), &mut text)
            .map_err(|_| VaultError::Forged(place.table))?
            .len();
        text.truncate(length);
        Ok(text)
    }
}

/// Key, table, column and row, told apart by their lengths.
fn aad(key: KeyId, place: Place<'_>) -> Aad<Vec<u8>> {
    let mut bytes = key.to_be_bytes().to_vec();
    for part in [place.table, place.column, place.row] {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Aad::from(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wallet_api::random::SeededRng;

    use super::*;

    const HERE: Place<'_> = Place { table: "orders", column: "contact", row: "o-1" };

    fn vault(ids: &[KeyId]) -> Vault {
        let keys =
            ids.iter().map(|id| (*id, Zeroizing::new([u8::try_from(*id).unwrap(); KEY_BYTES]))).collect();
        Vault::new(keys, Arc::new(SeededRng::new(7))).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_only() {
        let vault = vault(&[1]);
        let sealed = vault.seal(HERE, b"12 Harbour Road").unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"Harbour"));
        assert_eq!(vault.open(HERE, &sealed).unwrap(), b"12 Harbour Road");
        for elsewhere in [
            Place { row: "o-2", ..HERE },
            Place { column: "note", ..HERE },
            Place { table: "quotes", ..HERE },
        ] {
            assert_eq!(vault.open(elsewhere, &sealed), Err(VaultError::Forged(elsewhere.table)));
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let vault = vault(&[1]);
        assert_ne!(vault.seal(HERE, b"same").unwrap(), vault.seal(HERE, b"same").unwrap());
    }

    #[test]
    fn a_new_key_seals_and_old_values_stay_readable_while_their_key_is_there() {
        let old = vault(&[1]).seal(HERE, b"old").unwrap();
        let both = vault(&[1, 2]);
        assert_eq!(both.open(HERE, &old).unwrap(), b"old");
        let new = both.seal(HERE, b"new").unwrap();
        assert_eq!(vault(&[2]).open(HERE, &new).unwrap(), b"new");
        assert_eq!(vault(&[2]).open(HERE, &old), Err(VaultError::UnknownKey(1)));
    }

    #[test]
    fn a_vault_needs_a_key_and_tells_none() {
        let rng: Arc<dyn wallet_api::random::Rng> = Arc::new(SeededRng::new(7));
        assert!(Vault::new(Vec::new(), Arc::clone(&rng)).is_none());
        let twice = vec![(1, Zeroizing::new([1; KEY_BYTES])), (1, Zeroizing::new([2; KEY_BYTES]))];
        assert!(Vault::new(twice, rng).is_none());
        assert_eq!(format!("{:?}", vault(&[1, 2])), "Vault(keys [1, 2])");
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_found(text in prop::collection::vec(any::<u8>(), 0..64), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let vault = vault(&[1]);
            let mut sealed = vault.seal(HERE, &text).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(vault.open(HERE, &sealed).is_err());
            prop_assert!(vault.open(HERE, &sealed[..at]).is_err());
        }
    }
}
