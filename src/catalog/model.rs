//! The shop page's state machine.
//!
//! Triggered by: the catalogue's answer and the shopper. Outcome: a [`ShopTransition`] where something
//! beyond this page is wanted; the page itself never touches the cart.

use shop_api::{Sku, Timestamp, Variant};

use super::shelf::{Shelf, fewer, first, limit, more};
use crate::{
    cart::Cart, checkout::Misuse, intent::ShopIntent, notice::Notice, patch::ListLog, session::ApiFailure,
    value::Value, wire,
};

/// A catalogue older than this is asked for again when its page is shown.
const FRESH_MILLIS: u64 = 60_000;

/// The shop page.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    loading: Loading,
    shelf: Option<Shelf>,
    category: String,
    /// Positions of the products in the chosen category.
    shown: Vec<usize>,
    log: ListLog,
    sheet: Option<Sheet>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Loading {
    #[default]
    Never,
    Asked,
    Done {
        at: Timestamp,
    },
    Failed(Notice),
}

/// The open product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The chosen variant.
    pub sku: Sku,
    /// How many to add.
    pub quantity: u32,
}

/// What the shop page wants of the checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ShopTransition {
    Add { sku: Sku, quantity: u32 },
    OpenCart,
    OpenOrder,
}

impl Shop {
    /// What can be bought, once it is known.
    pub fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref()
    }

    /// The chosen category; empty: all.
    pub fn category(&self) -> &str {
        &self.category
    }

    /// Positions of the products that the page lists.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// What happened to that list.
    pub fn log(&self) -> &ListLog {
        &self.log
    }

    /// The open product.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.sheet.as_ref()
    }

    /// What went wrong at loading.
    pub fn notice(&self) -> Option<Notice> {
        match self.loading {
            Loading::Failed(notice) => Some(notice),
            Loading::Never | Loading::Asked | Loading::Done { .. } => None,
        }
    }

    /// Whether the catalogue should be asked for; remembers that it is.
    pub fn wants_catalog(&mut self, now: Timestamp) -> bool {
        let wants = match self.loading {
            Loading::Never | Loading::Failed(_) => true,
            Loading::Asked => false,
            Loading::Done { at } => now.millis_since(at) >= FRESH_MILLIS,
        };
        if wants {
            self.loading = Loading::Asked;
        }
        wants
    }

    /// Stock or prices are known to be old.
    pub fn outdated(&mut self) {
        if let Loading::Done { .. } = self.loading {
            self.loading = Loading::Never;
        }
    }

    /// The catalogue's answer. Returns whether it is another catalogue than before.
    pub fn loaded(&mut self, now: Timestamp, answer: Result<Value, ApiFailure>) -> bool {
        let catalog =
            answer.and_then(|body| wire::read(&body).map_err(|wire::Unreadable| ApiFailure::Offline));
        let shelf = match catalog {
            Ok(catalog) => Shelf::new(catalog),
            Err(failure) => {
                self.loading = Loading::Failed(Notice::of(&failure));
                return false;
            }
        };
        self.loading = Loading::Done { at: now };
        if self.shelf.as_ref() == Some(&shelf) {
            return false;
        }
        if self.sheet.as_ref().is_some_and(|sheet| shelf.item(&sheet.sku).is_none()) {
            self.sheet = None;
        }
        if !shelf.catalog().categories.iter().any(|category| category.id == self.category) {
            self.category.clear();
        }
        self.shelf = Some(shelf);
        self.list();
        true
    }

    /// # Errors
    /// [`Misuse`] for what the page doesn't offer.
    pub fn on(&mut self, intent: ShopIntent, cart: &Cart) -> Result<Option<ShopTransition>, Misuse> {
        match intent {
            ShopIntent::OpenCart => return Ok(Some(ShopTransition::OpenCart)),
            ShopIntent::OpenOrder => return Ok(Some(ShopTransition::OpenOrder)),
            ShopIntent::SelectCategory(id) => self.select(id)?,
            ShopIntent::OpenProduct(id) => self.open(&id)?,
            ShopIntent::CloseProduct => {
                self.sheet.take().ok_or(Misuse("no product is open"))?;
            }
            ShopIntent::ChooseVariant(sku) => self.choose(Sku(sku))?,
            ShopIntent::Decrease => {
                let fewer = self.chosen().and_then(|(sheet, variant)| fewer(variant, sheet.quantity));
                let sheet = self.sheet.as_mut().ok_or(Misuse("no product is open"))?;
                sheet.quantity = fewer.ok_or(Misuse("it is the fewest already"))?;
            }
            ShopIntent::Increase => {
                let room = self.room(cart);
                let more = self.chosen().map(|(sheet, variant)| more(variant, sheet.quantity));
                let sheet = self.sheet.as_mut().ok_or(Misuse("no product is open"))?;
                if sheet.quantity >= room {
                    return Err(Misuse("no more of this variant can be ordered"));
                }
                sheet.quantity = more.unwrap_or(sheet.quantity);
            }
            ShopIntent::AddToCart => {
                let room = self.room(cart);
                let Sheet { sku, quantity } = self.sheet.clone().ok_or(Misuse("no product is open"))?;
                if quantity > room {
                    return Err(Misuse("no more of this variant can be ordered"));
                }
                self.sheet = None;
                return Ok(Some(ShopTransition::Add { sku, quantity }));
            }
        }
        Ok(None)
    }

    /// How many of the chosen variant the cart has room for.
    pub fn room(&self, cart: &Cart) -> u32 {
        let chosen = self.sheet.as_ref().zip(self.shelf.as_ref());
        let limit = chosen.and_then(|(sheet, shelf)| shelf.item(&sheet.sku)).map_or(0, |item| item.limit());
        limit.saturating_sub(self.sheet.as_ref().map_or(0, |sheet| cart.quantity_of(&sheet.sku)))
    }

    fn chosen(&self) -> Option<(&Sheet, &Variant)> {
        let (sheet, shelf) = self.sheet.as_ref().zip(self.shelf.as_ref())?;
        Some((sheet, shelf.item(&sheet.sku)?.variant))
    }

    fn select(&mut self, id: String) -> Result<(), Misuse> {
        let shelf = self.shelf.as_ref().ok_or(Misuse("the catalogue isn't there yet"))?;
        if !id.is_empty() && !shelf.catalog().categories.iter().any(|category| category.id == id) {
            return Err(Misuse("there is no such category"));
        }
        if id != self.category {
            self.category = id;
            self.list();
        }
        Ok(())
    }

    fn open(&mut self, id: &str) -> Result<(), Misuse> {
        let shelf = self.shelf.as_ref().ok_or(Misuse("the catalogue isn't there yet"))?;
        let product = shelf.product(id).ok_or(Misuse("there is no such product"))?;
        let in_stock = product.variants.iter().find(|variant| limit(variant) > 0);
        let variant = in_stock.or(product.variants.first()).ok_or(Misuse("the product has no variant"))?;
        self.sheet = Some(Sheet { sku: variant.sku.clone(), quantity: first(variant) });
        Ok(())
    }

    fn choose(&mut self, sku: Sku) -> Result<(), Misuse> {
        let open = self.sheet.as_ref().zip(self.shelf.as_ref());
        let product = open.and_then(|(sheet, shelf)| shelf.item(&sheet.sku)).map(|item| item.product);
        let product = product.ok_or(Misuse("no product is open"))?;
        let variant = product.variants.iter().find(|variant| variant.sku == sku);
        let quantity = first(variant.ok_or(Misuse("the open product has no such variant"))?);
        self.sheet = Some(Sheet { sku, quantity });
        Ok(())
    }

    fn list(&mut self) {
        let Some(shelf) = &self.shelf else { return };
        let products = shelf.catalog().products.iter().enumerate();
        let wanted =
            products.filter(|(_, product)| self.category.is_empty() || product.category_id == self.category);
        self.shown = wanted.map(|(at, _)| at).collect();
        self.log.replaced();
    }
}
