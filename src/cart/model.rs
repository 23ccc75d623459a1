//! The cart's state machine.
//!
//! Triggered by: the shopper, and orders that were placed. Outcome: a [`CartTransition`] where something
//! beyond the cart is wanted. A quantity is from 1 to [`MAX_QUANTITY`] whatever happens; what stock allows
//! is judged when it is raised and when the order is checked out, because stock changes meanwhile.

use serde::Deserialize;
use shop_api::{MAX_LINES, MAX_QUANTITY, MinorUnits, MoneyError, RequestedLine, Sku};

use crate::{
    catalog::{Shelf, fewer, more},
    checkout::Misuse,
    intent::CartIntent,
    notice::Notice,
    patch::ListLog,
    text::{self, Text},
    value::{Value, object},
};

/// What the shopper wants to buy.
#[derive(Clone, Debug, Default)]
pub struct Cart {
    lines: Vec<CartLine>,
    log: ListLog,
    notice: Option<Notice>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct CartLine {
    pub sku: Sku,
    pub quantity: u32,
    pub selected: bool,
}

/// What the cart wants of the checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CartTransition {
    Checkout,
    OpenShop,
    OpenOrder,
}

impl Cart {
    /// A cart as it was stored. What can't be in a cart is left out.
    pub fn restored(stored: Vec<CartLine>) -> Self {
        let mut cart = Self::default();
        for line in stored.into_iter().take(MAX_LINES) {
            if (1..=MAX_QUANTITY).contains(&line.quantity) && cart.position(&line.sku).is_none() {
                cart.lines.push(line);
            }
        }
        cart
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// What happened to them.
    pub fn log(&self) -> &ListLog {
        &self.log
    }

    /// What the page should say.
    pub fn notice(&self) -> Option<Notice> {
        self.notice
    }

    /// How many of this SKU are in the cart.
    pub fn quantity_of(&self, sku: &Sku) -> u32 {
        self.lines.iter().find(|line| line.sku == *sku).map_or(0, |line| line.quantity)
    }

    /// Pieces in the cart.
    pub fn pieces(&self) -> u32 {
        self.lines.iter().fold(0, |sum, line| sum.saturating_add(line.quantity))
    }

    /// The lines to check out.
    pub fn selected(&self) -> impl Iterator<Item = &CartLine> {
        self.lines.iter().filter(|line| line.selected)
    }

    /// The same as the server is asked for.
    pub fn requested(&self) -> Vec<RequestedLine> {
        self.selected().map(|line| RequestedLine { sku: line.sku.clone(), quantity: line.quantity }).collect()
    }

    /// What the selected lines cost at the catalogue's prices.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when no wallet could pay it.
    pub fn subtotal(&self, shelf: &Shelf) -> Result<MinorUnits, MoneyError> {
        self.selected().try_fold(MinorUnits::ZERO, |sum, line| match shelf.item(&line.sku) {
            Some(item) => sum.checked_add(item.variant.price.checked_mul(line.quantity)?),
            None => Ok(sum),
        })
    }

    /// What stands in the way of ordering this line; empty when nothing does.
    pub fn problem(line: &CartLine, shelf: &Shelf) -> Text {
        let Some(item) = shelf.item(&line.sku) else { return text::NOT_SOLD.into() };
        match (item.limit(), item.variant.available) {
            (0, _) => text::SOLD_OUT.into(),
            (limit, available) if line.quantity > limit && limit == available => text::only_left(limit),
            (limit, _) if line.quantity > limit => text::at_most(limit),
            _ if line.quantity < item.variant.min_per_order => text::at_least(item.variant.min_per_order),
            _ if !line.quantity.is_multiple_of(item.variant.step) => text::in_steps(item.variant.step),
            _ => "".into(),
        }
    }

    /// Whether what is selected can be ordered, as far as the catalogue tells.
    pub fn may_checkout(&self, shelf: &Shelf) -> bool {
        self.selected().next().is_some()
            && self.selected().all(|line| Self::problem(line, shelf).is_empty())
            && self.subtotal(shelf).is_ok()
    }

    /// Puts more into the cart, or says that it is full.
    pub fn add(&mut self, sku: Sku, quantity: u32) {
        self.notice = None;
        if let Some(at) = self.position(&sku) {
            if let Some(line) = self.lines.get_mut(at) {
                line.quantity = line.quantity.saturating_add(quantity).min(MAX_QUANTITY);
                line.selected = true;
            }
            self.log.updated(at);
        } else if self.lines.len() < MAX_LINES {
            self.log.inserted(self.lines.len());
            self.lines.push(CartLine { sku, quantity: quantity.clamp(1, MAX_QUANTITY), selected: true });
        } else {
            self.notice = Some(Notice::CartFull);
        }
    }

    /// Takes out what was ordered.
    pub fn take(&mut self, ordered: &[RequestedLine]) {
        for RequestedLine { sku, quantity } in ordered {
            let Some(at) = self.position(sku) else { continue };
            let Some(line) = self.lines.get_mut(at) else { continue };
            line.quantity = line.quantity.saturating_sub(*quantity);
            if line.quantity == 0 {
                self.lines.remove(at);
                self.log.removed(at);
            } else {
                self.log.updated(at);
            }
        }
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.notice = None;
        self.log.replaced();
    }

    /// Prices, names or limits changed.
    pub fn shelf_changed(&mut self) {
        self.log.replaced();
    }

    /// # Errors
    /// [`Misuse`] for what the page doesn't offer.
    pub fn on(
        &mut self,
        intent: CartIntent,
        shelf: Option<&Shelf>,
    ) -> Result<Option<CartTransition>, Misuse> {
        self.notice = None;
        match intent {
            CartIntent::OpenShop => return Ok(Some(CartTransition::OpenShop)),
            CartIntent::OpenOrder => return Ok(Some(CartTransition::OpenOrder)),
            CartIntent::Checkout => {
                let may = shelf.is_some_and(|shelf| self.may_checkout(shelf));
                return if may {
                    Ok(Some(CartTransition::Checkout))
                } else {
                    Err(Misuse("the selected lines can't be ordered"))
                };
            }
            CartIntent::Decrease(sku) => {
                let sku = Sku(sku);
                let item = shelf.and_then(|shelf| shelf.item(&sku));
                self.change(&sku, |line| {
                    let fewer = item.and_then(|item| fewer(item.variant, line.quantity));
                    line.quantity = fewer.ok_or(Misuse("it is the fewest already"))?;
                    Ok(())
                })?;
            }
            CartIntent::Increase(sku) => {
                let sku = Sku(sku);
                let item = shelf.and_then(|shelf| shelf.item(&sku));
                let limit = item.map_or(0, |item| item.limit());
                self.change(&sku, |line| {
                    if line.quantity >= limit {
                        return Err(Misuse("no more of this line can be ordered"));
                    }
                    line.quantity = item.map_or(limit, |item| more(item.variant, line.quantity)).min(limit);
                    Ok(())
                })?;
            }
            CartIntent::Remove(sku) => {
                let at = self.position(&Sku(sku)).ok_or(NO_SUCH_LINE)?;
                self.lines.remove(at);
                self.log.removed(at);
            }
            CartIntent::Toggle(sku) => self.change(&Sku(sku), |line| {
                line.selected = !line.selected;
                Ok(())
            })?,
            CartIntent::ToggleAll => self.toggle_all()?,
        }
        Ok(None)
    }

    /// Whether every line is selected.
    pub fn all_selected(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.selected)
    }

    fn toggle_all(&mut self) -> Result<(), Misuse> {
        if self.lines.is_empty() {
            return Err(Misuse("the cart is empty"));
        }
        let selected = !self.all_selected();
        for (at, line) in self.lines.iter_mut().enumerate() {
            if line.selected != selected {
                line.selected = selected;
                self.log.updated(at);
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        sku: &Sku,
        change: impl FnOnce(&mut CartLine) -> Result<(), Misuse>,
    ) -> Result<(), Misuse> {
        let at = self.position(sku).ok_or(NO_SUCH_LINE)?;
        change(self.lines.get_mut(at).ok_or(NO_SUCH_LINE)?)?;
        self.log.updated(at);
        Ok(())
    }

    fn position(&self, sku: &Sku) -> Option<usize> {
        self.lines.iter().position(|line| line.sku == *sku)
    }

    /// The lines as they are stored.
    pub fn stored(&self) -> Value {
        let line = |line: &CartLine| {
            object! {
                "sku": &line.sku.0,
                "quantity": line.quantity,
                "selected": line.selected,
            }
        };
        Value::List(self.lines.iter().map(line).collect())
    }
}

const NO_SUCH_LINE: Misuse = Misuse("the cart has no such line");
