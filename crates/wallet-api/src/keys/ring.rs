//! The other side's keys, by client id and key version, so that a key can be rotated without a gap.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ClientKey, KeyError, PrivateKey, PublicKey, Verifier, VerifyError};
use crate::ids::{ClientId, KeyVersion};

/// Public keys by client id, in the order in which they were added; the last one added is the latest.
#[derive(Clone, Debug, Default)]
pub struct KeyRing(BTreeMap<ClientId, Vec<(KeyVersion, Arc<PublicKey>)>>);

impl KeyRing {
    /// No keys: nothing verifies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key as its client's latest; one of the same version is replaced.
    pub fn insert(&mut self, key: ClientKey) {
        let keys = self.0.entry(key.client_id).or_default();
        keys.retain(|(version, _)| *version != key.version);
        keys.push((key.version, Arc::new(key.key)));
    }

    /// Takes all of a client's keys away.
    pub fn remove(&mut self, client_id: &ClientId) {
        self.0.remove(client_id);
    }

    /// Makes sure that nobody put our own key where the wallet's belongs.
    ///
    /// # Errors
    /// [`KeyError::OwnKey`] when one of the keys is the public half of `own`: the commonest mix-up.
    pub fn refuse_own(&self, own: &PrivateKey) -> Result<(), KeyError> {
        let own = own.public_key()?;
        let mixed_up = self.0.values().flatten().any(|(_, key)| **key == own);
        if mixed_up { Err(KeyError::OwnKey) } else { Ok(()) }
    }

    fn find(&self, client_id: &str, key_version: Option<&str>) -> Option<&PublicKey> {
        let (_, keys) = self.0.iter().find(|(id, _)| id.as_str() == client_id)?;
        let found = match key_version {
            Some(wanted) => keys.iter().find(|(version, _)| version.as_str() == wanted),
            None => keys.last(),
        };
        found.map(|(_, key)| &**key)
    }
}

impl Verifier for KeyRing {
    fn verify(
        &self,
        client_id: &str,
        key_version: Option<&str>,
        content: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        self.find(client_id, key_version).ok_or(VerifyError::UnknownKey)?.verify(content, signature)
    }
}
