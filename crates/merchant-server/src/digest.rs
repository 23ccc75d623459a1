//! Hashes, and comparing secrets without telling by time how much of them fits.

use aws_lc_rs::{constant_time, digest, hmac};

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, bytes);
    let mut hash = [0u8; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

/// HMAC-SHA-256 of parts that are told apart by their lengths, as 32 hexadecimal digits: enough to keep
/// customers apart, and nothing to learn from.
pub fn keyed_tag(key: &[u8], parts: &[&str]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.sign().as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two secrets are the same. Compares their hashes, so neither length nor place of a difference
/// shows.
pub fn same_secret(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(&sha256(left), &sha256(right)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_differ_by_key_and_by_where_the_parts_end() {
        let tag = keyed_tag(b"key", &["simulator", "c-ana"]);
        assert_eq!(tag.len(), 32);
        assert_eq!(tag, keyed_tag(b"key", &["simulator", "c-ana"]));
        assert_ne!(tag, keyed_tag(b"other", &["simulator", "c-ana"]));
        assert_ne!(tag, keyed_tag(b"key", &["simulatorc", "-ana"]));
    }

    #[test]
    fn only_the_same_secret_is_the_same() {
        assert!(same_secret(b"token", b"token"));
        assert!(!same_secret(b"token", b"Token"));
        assert!(!same_secret(b"token", b"token "));
    }
}
