//! The shop page: categories, products, and the sheet in which a variant is chosen.

mod model;
mod shelf;
mod view;

pub use model::{Shop, ShopTransition};
pub use shelf::{Item, Shelf, fewer, more};
pub use view::{ProductRows, head};
