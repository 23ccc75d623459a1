//! Encryption at rest: what is personal or secret is sealed before it is written down.
//!
//! In: plain bytes, and the [`Place`] where they are to stand: table, column, the row's key. Out: bytes that
//! tell nothing, and that open at that place only; whoever copies them to another row, or changes a bit, gets
//! nothing out of it. A sealed value is
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the version of this form, 1 |
//! | 8 | which key it needs ([`KeyId`]) |
//! | 12 | the nonce, drawn anew for each sealing |
//! | as many as the plain value has, and 16 | AES-256-GCM of it, with the place as associated data |
//!
//! New values are sealed with the current key; those of older keys still open, as long as the keys are there. A
//! key may itself be kept sealed, for values that are to go together ([`Vault::seal_with`]).

mod key;

use std::fmt;
use std::sync::Arc;

use wallet_api::random::Rng;

use key::NONCE_BYTES;
pub use key::{DataKey, KEY_BYTES, KeyId, NoDataKey};

const VERSION: u8 = 1;

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The parts of the row's key.
    pub row: &'a [&'a [u8]],
}

impl Place<'_> {
    /// Its parts, told apart by their lengths.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [self.table.as_bytes(), self.column.as_bytes()].iter().chain(self.row) {
            bytes.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// Shows which column it is, not which row.
impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// Why a sealed value doesn't open. Tells nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// It isn't one.
    #[error("it isn't sealed, or was cut off; restore a backup")]
    NotSealed,
    /// Its key isn't there.
    #[error(
        "it is sealed with the data key {0}, which isn't there; name that key's file in `data_keys`, as `current` or \
         among `older`"
    )]
    UnknownKey(KeyId),
    /// Its key is there, and it doesn't open with it.
    #[error("it doesn't open with its key {0}: it was changed, or copied from elsewhere; restore a backup")]
    Wrong(KeyId),
}

/// The keys, and what is done with them.
pub struct Vault {
    current: DataKey,
    older: Vec<DataKey>,
    rng: Arc<dyn Rng>,
}

/// Shows which keys it has.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("current", &self.current).field("older", &self.older).finish()
    }
}

impl Vault {
    /// Seals with the current key, opens with any.
    pub fn new(current: DataKey, older: Vec<DataKey>, rng: Arc<dyn Rng>) -> Self {
        Self { current, older, rng }
    }

    /// The name of the key that new values are sealed with.
    pub fn current(&self) -> KeyId {
        self.current.id()
    }

    /// Bytes that open at this place only.
    pub fn seal(&self, plain: &[u8], place: &Place<'_>) -> Vec<u8> {
        self.seal_with(&self.current, plain, place)
    }

    /// The same, for whoever has this key.
    pub fn seal_with(&self, key: &DataKey, plain: &[u8], place: &Place<'_>) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        self.rng.fill(&mut nonce);
        let mut sealed = plain.to_vec();
        key.seal(nonce, &place.bytes(), &mut sealed);
        [&[VERSION], key.id().0.as_slice(), &nonce, &sealed].concat()
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// [`VaultError`] when it wasn't, or its key isn't there.
    pub fn open(&self, bytes: &[u8], place: &Place<'_>) -> Result<Vec<u8>, VaultError> {
        let id = key_of(bytes)?;
        let mut keys = std::iter::once(&self.current).chain(&self.older);
        let key = keys.find(|key| key.id() == id).ok_or(VaultError::UnknownKey(id))?;
        open_with(key, bytes, place)
    }

    /// A key for values that are to go together: without it none of them opens.
    pub fn fresh_key(&self) -> [u8; KEY_BYTES] {
        let mut bytes = [0; KEY_BYTES];
        self.rng.fill(&mut bytes);
        bytes
    }

    /// Bytes of chance, for rows that need a key of their own before the database gives them one.
    pub fn row_key(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.rng.fill(&mut bytes);
        bytes
    }
}

/// Which key a value was sealed with.
///
/// # Errors
/// [`VaultError::NotSealed`].
pub fn key_of(bytes: &[u8]) -> Result<KeyId, VaultError> {
    parts(bytes).map(|(id, _, _)| id).ok_or(VaultError::NotSealed)
}

/// What was sealed for this place with this key.
///
/// # Errors
/// [`VaultError`] when it wasn't.
pub fn open_with(key: &DataKey, bytes: &[u8], place: &Place<'_>) -> Result<Vec<u8>, VaultError> {
    let (id, nonce, sealed) = parts(bytes).ok_or(VaultError::NotSealed)?;
    let opened = if id == key.id() { key.open(nonce, &place.bytes(), sealed.to_vec()) } else { None };
    opened.ok_or(VaultError::Wrong(key.id()))
}

fn parts(bytes: &[u8]) -> Option<(KeyId, [u8; NONCE_BYTES], &[u8])> {
    let rest = bytes.strip_prefix(&[VERSION])?;
    let (id, rest) = rest.split_first_chunk()?;
    let (nonce, sealed) = rest.split_first_chunk()?;
    Some((KeyId(*id), *nonce, sealed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wallet_api::random::SeededRng;

    use super::*;

    fn vault(current: u8, older: &[u8]) -> Vault {
        let key = |byte: &u8| DataKey::new(&[*byte; KEY_BYTES]);
        Vault::new(key(&current), older.iter().map(key).collect(), Arc::new(SeededRng::new(1)))
    }

    fn place<'a>(row: &'a [&'a [u8]]) -> Place<'a> {
        Place { table: "orders", column: "address", row }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_at_its_place_and_tells_nothing(
            plain in prop::collection::vec(any::<u8>(), 0..300),
            row in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let vault = vault(1, &[]);
            let row: [&[u8]; 1] = [&row];
            let sealed = vault.seal(&plain, &place(&row));
            prop_assert_eq!(vault.open(&sealed, &place(&row)), Ok(plain.clone()));
            prop_assert_ne!(&vault.seal(&plain, &place(&row)), &sealed, "each sealing has its own nonce");
            if plain.len() > 3 {
                prop_assert!(!sealed.windows(plain.len()).any(|window| window == plain));
            }
        }

        #[test]
        fn one_changed_bit_is_found(plain in prop::collection::vec(any::<u8>(), 0..60), at in any::<prop::sample::Index>(), bit in 0..8) {
            let vault = vault(1, &[]);
            let mut sealed = vault.seal(&plain, &place(&[b"o"]));
            let at = at.index(sealed.len());
            sealed[at] ^= 1u8 << bit;
            prop_assert!(vault.open(&sealed, &place(&[b"o"])).is_err(), "byte {}", at);
        }

        #[test]
        fn what_was_cut_off_or_added_to_is_found(plain in prop::collection::vec(any::<u8>(), 0..60), at in any::<prop::sample::Index>()) {
            let vault = vault(1, &[]);
            let sealed = vault.seal(&plain, &place(&[b"o"]));
            prop_assert!(vault.open(&sealed[..at.index(sealed.len())], &place(&[b"o"])).is_err());
            prop_assert!(vault.open(&[sealed.as_slice(), b"x"].concat(), &place(&[b"o"])).is_err());
        }
    }

    #[test]
    fn a_value_that_was_copied_elsewhere_does_not_open() {
        let vault = vault(1, &[]);
        let sealed = vault.seal(b"Maria", &place(&[b"ab", b"c"]));
        let wrong = Err(VaultError::Wrong(vault.current()));
        let row: &[&[u8]] = &[b"ab", b"c"];
        assert_eq!(vault.open(&sealed, &Place { table: "quotes", ..place(row) }), wrong);
        assert_eq!(vault.open(&sealed, &Place { column: "tracking", ..place(row) }), wrong);
        assert_eq!(vault.open(&sealed, &place(&[b"a", b"bc"])), wrong, "parts are told apart");
        assert_eq!(vault.open(&sealed, &place(&[b"abc"])), wrong);
        assert_eq!(vault.open(&sealed, &place(&[b"ab", b"c", b""])), wrong);
    }

    #[test]
    fn an_older_key_opens_and_the_current_one_seals() {
        let (before, after) = (vault(1, &[]), vault(2, &[3, 1]));
        let sealed = before.seal(b"Maria", &place(&[b"o"]));
        assert_eq!(after.open(&sealed, &place(&[b"o"])), Ok(b"Maria".to_vec()));
        let newer = after.seal(b"Maria", &place(&[b"o"]));
        assert_eq!(before.open(&newer, &place(&[b"o"])), Err(VaultError::UnknownKey(after.current())));
    }

    #[test]
    fn a_key_of_its_own_opens_what_it_sealed_and_no_other_key_does() {
        let vault = vault(1, &[]);
        let (own, other) = (DataKey::new(&vault.fresh_key()), DataKey::new(&vault.fresh_key()));
        assert_ne!(own.id(), other.id());
        let sealed = vault.seal_with(&own, b"Maria", &place(&[b"o"]));
        assert_eq!(key_of(&sealed), Ok(own.id()));
        assert_eq!(open_with(&own, &sealed, &place(&[b"o"])), Ok(b"Maria".to_vec()));
        assert_eq!(open_with(&own, &sealed, &place(&[b"p"])), Err(VaultError::Wrong(own.id())));
        assert_eq!(open_with(&other, &sealed, &place(&[b"o"])), Err(VaultError::Wrong(other.id())));
        assert_eq!(vault.open(&sealed, &place(&[b"o"])), Err(VaultError::UnknownKey(own.id())));
    }

    #[test]
    fn a_key_that_is_missing_is_named() {
        let sealed = vault(1, &[]).seal(b"Maria", &place(&[b"o"]));
        let error = vault(2, &[]).open(&sealed, &place(&[b"o"])).unwrap_err();
        assert_eq!(error, VaultError::UnknownKey(vault(1, &[]).current()));
        assert!(error.to_string().contains(&vault(1, &[]).current().to_string()));
    }

    #[test]
    fn plain_text_and_other_forms_are_not_taken_for_sealed() {
        let vault = vault(1, &[]);
        for bytes in [b"".as_slice(), b"{\"name\":\"Maria\"}", &[VERSION], &[VERSION; 20]] {
            assert_eq!(vault.open(bytes, &place(&[b"o"])), Err(VaultError::NotSealed));
        }
        let mut newer = vault.seal(b"Maria", &place(&[b"o"]));
        newer[0] = VERSION + 1;
        assert_eq!(vault.open(&newer, &place(&[b"o"])), Err(VaultError::NotSealed));
    }

    #[test]
    fn a_vault_shows_its_keys_by_name_only() {
        let shown = format!("{:?}", vault(1, &[2]));
        assert!(shown.starts_with("Vault { current: DataKey("), "{shown}");
        assert!(!shown.contains("01010101"), "{shown}");
    }
}
