//! Catalogue files: JSON, or CSV with one row a variant.
//!
//! In: a file, and the folder `images` beside it. Out: a [`StoredCatalog`] that was checked as a whole, or
//! a [`CatalogError`] that names the place and what was expected. Importing replaces what is sold and
//! never touches what is reserved or sold.

mod check;
mod csv_file;
mod error;
mod images;
mod json_file;
mod terms;

use std::path::Path;

pub use check::image_type;
pub use error::{CatalogError, Flaw};
pub use images::copy_images;

use merchant_core::goods::StoredCatalog;
use shop_api::Currency;

/// What a CSV file doesn't say, and flags do.
#[derive(Clone, Debug, Default)]
pub struct ShopFlags {
    /// The shop's name.
    pub shop_name: Option<String>,
    /// One line under the name.
    pub tagline: Option<String>,
    /// The currencies of the prices, the default one first.
    pub currencies: Vec<Currency>,
}

/// The most bytes that a catalogue file may have.
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// Reads a catalogue file. A shop's name that neither a CSV file nor the flags say stays as in `current`.
///
/// # Errors
/// [`CatalogError`] for the first thing that is wrong.
pub fn read(
    path: &Path,
    flags: &ShopFlags,
    current: Option<&StoredCatalog>,
) -> Result<StoredCatalog, CatalogError> {
    let at = |flaw, what: String| CatalogError { file: path.to_owned(), place: None, flaw, what };
    let unreadable = |error: std::io::Error| at(Flaw::Unreadable, format!("the file can't be read: {error}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE {
        return Err(at(
            Flaw::Unreadable,
            format!("the file is larger than {MAX_FILE} bytes; split the shop"),
        ));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => json_file::read(path, &bytes, flags),
        Some("csv") => csv_file::read(path, &bytes, flags, current),
        _ => Err(at(Flaw::Unreadable, "the name must end in .json or .csv".to_owned())),
    }
}

#[cfg(test)]
mod tests;
