//! Points in time, as the client can compare them.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z; a JSON number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(examples(1_795_000_000_000u64)))]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// This time plus so many milliseconds; the end of time rather than an overflow.
    #[must_use]
    pub const fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this time; 0 when it isn't earlier.
    pub const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
