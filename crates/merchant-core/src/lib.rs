//! What the merchant server decides, purely: prices, the payment lifecycle with its refunds, the books. No I/O,
//! no clock, no chance, no database.
//!
//! In: what was loaded, what happened, the time. Out: what changes, to be committed whole, or why not.
//!
//! Where to start: [`lifecycle`] decides about orders; [`pricing`] says what a cart of the catalogue's [`goods`]
//! costs; [`books`] and [`announcements`] are what a change means for the books and for the merchant's own
//! systems.

pub mod announcements;
pub mod books;
pub mod goods;
pub mod lifecycle;
pub mod pricing;
#[cfg(test)]
mod properties;
pub mod time;
