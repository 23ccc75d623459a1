//! How much every store keeps and shows at most.

/// The most rows that one sweep deletes of each kind: others must not be held up.
pub(super) const SWEEP_ROWS: u32 = 500;

/// How many quotes of one customer are kept: more than a person compares.
pub(super) const QUOTES_PER_CUSTOMER: u32 = 50;

/// Events of one order that a story shows at most: the first ones tell how it began, so the newest go.
pub(super) const STORY_EVENTS: u32 = 1_000;
