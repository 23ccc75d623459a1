//! The pictures of a catalogue: checked, and copied to where the server serves them from.

use std::collections::BTreeSet;
use std::path::Path;

use merchant_core::goods::StoredCatalog;

use super::{CatalogError, Flaw};

/// The most bytes that a picture may have.
const MAX_IMAGE: u64 = 2 * 1024 * 1024;

/// Copies the pictures that the catalogue names from the folder `images` beside its file. Returns how many.
///
/// # Errors
/// [`CatalogError`] when one is missing, too large, or can't be copied.
pub fn copy_images(file: &Path, catalog: &StoredCatalog, media_dir: &Path) -> Result<usize, CatalogError> {
    let folder = file.parent().unwrap_or(Path::new(".")).join("images");
    let names: BTreeSet<&str> = catalog.products.iter().map(|product| product.image.as_str()).collect();
    let error =
        |name: &str, flaw, what: String| CatalogError { file: folder.join(name), place: None, flaw, what };
    for name in &names {
        let size = std::fs::metadata(folder.join(name))
            .map_err(|cause| {
                error(name, Flaw::Missing, format!("the picture can't be read ({cause}); put it there"))
            })?
            .len();
        if size > MAX_IMAGE {
            return Err(error(
                name,
                Flaw::BadValue,
                format!("the picture is larger than {MAX_IMAGE} bytes; shrink it"),
            ));
        }
    }
    std::fs::create_dir_all(media_dir).map_err(|cause| CatalogError {
        file: media_dir.to_owned(),
        place: None,
        flaw: Flaw::Unreadable,
        what: format!("the media folder can't be made: {cause}"),
    })?;
    for name in &names {
        copy(&folder.join(name), media_dir, name).map_err(|cause| {
            error(name, Flaw::Unreadable, format!("the picture can't be copied: {cause}"))
        })?;
    }
    Ok(names.len())
}

/// Under another name first, so that nobody is served half a picture.
fn copy(from: &Path, media_dir: &Path, name: &str) -> std::io::Result<()> {
    let unfinished = media_dir.join(format!(".{name}.unfinished"));
    std::fs::copy(from, &unfinished)?;
    std::fs::rename(&unfinished, media_dir.join(name))
}
