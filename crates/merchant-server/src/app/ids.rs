//! Ids of what the server makes: unguessable, and in the order in which they were made.
//!
//! In: the time and chance. Out: text that a database's indices keep beside what else is new, instead of
//! anywhere in them: what is written together lies on the same pages, whatever else the tables hold.

use shop_api::Timestamp;
use wallet_api::random::Rng;

/// In the order of their values, in every collation (base32hex of RFC 4648, in lower case).
const DIGITS: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";

/// Milliseconds until the year 3084.
const TIME_DIGITS: u32 = 9;

/// 130 bits.
const CHANCE_DIGITS: usize = 26;

/// A new id: 9 digits of time, 26 of chance. The time is no secret, and promises nothing: clocks differ.
pub(super) fn new_id(rng: &dyn Rng, now: Timestamp) -> String {
    let time = (0..TIME_DIGITS).rev().map(|place| (now.0 >> (5 * place)) as u8);
    let mut chance = [0; CHANCE_DIGITS];
    rng.fill(&mut chance);
    time.chain(chance).map(|bits| char::from(DIGITS[usize::from(bits % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wallet_api::random::SystemRng;

    use super::*;

    #[test]
    fn what_is_made_later_sorts_later() {
        let mut last = String::new();
        for millis in [0, 1, 31, 32, 1_023, 1_024, 1_772_323_200_000, 1_772_323_200_001, (1 << 45) - 1] {
            let id = new_id(&SystemRng, Timestamp(millis));
            assert!(id > last, "{id} after {last}");
            assert_eq!(id.len(), 35);
            last = id;
        }
    }

    #[test]
    fn ids_of_one_moment_differ_in_every_digit_of_chance() {
        let now = Timestamp(1_772_323_200_000);
        let ids: BTreeSet<String> = (0..1_000).map(|_| new_id(&SystemRng, now)).collect();
        assert_eq!(ids.len(), 1_000);
        for place in TIME_DIGITS as usize..35 {
            let digits: BTreeSet<u8> = ids.iter().map(|id| id.as_bytes()[place]).collect();
            assert_eq!(digits.len(), 32, "at {place}");
        }
    }
}
