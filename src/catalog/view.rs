//! The shop page's view.

use shop_api::{Category, Product, Variant};

use super::{
    model::{Sheet, Shop},
    shelf::{Shelf, fewer, limit},
};
use crate::{
    cart::Cart,
    patch::{ListLog, Rows},
    text::{self, Text},
    value::{Value, object},
};

/// From so many pieces on, the page doesn't say how many are left.
const FEW: u32 = 5;

/// The view but for its products.
pub fn head(shop: &Shop, cart: &Cart, open_order: Value) -> Value {
    let shelf = shop.shelf();
    let phase = match (shelf, shop.notice()) {
        (Some(_), _) => "ready",
        (None, Some(_)) => "error",
        (None, None) => "loading",
    };
    let catalog = shelf.map(Shelf::catalog);
    object! {
        "phase": phase,
        "notice": shop.notice().or(cart.notice()),
        "shopName": catalog.map_or(String::new(), |catalog| catalog.shop_name.clone()),
        "tagline": catalog.map_or(String::new(), |catalog| catalog.tagline.clone()),
        "categories": catalog
                .map_or(Value::List(Vec::new()), |catalog| categories(&catalog.categories, shop.category())),
        "cartCount": cart.pieces(),
        "sheet": shelf.zip(shop.sheet()).and_then(|(shelf, open)| sheet(shelf, open, shop.room(cart))),
        "openOrder": open_order,
    }
}

fn categories(categories: &[Category], selected: &str) -> Value {
    let row = |id: &String, name: Value| {
        object! {
            "id": id,
            "name": name,
            "selected": id == selected,
        }
    };
    let everything = std::iter::once(row(&String::new(), text::ALL_CATEGORIES.into()));
    Value::List(
        everything
            .chain(categories.iter().map(|category| row(&category.id, (&category.name).into())))
            .collect(),
    )
}

fn sheet(shelf: &Shelf, Sheet { sku, quantity }: &Sheet, room: u32) -> Option<Value> {
    let item = shelf.item(sku)?;
    let (product, chosen) = (item.product, item.variant);
    let variants = product.variants.iter().map(|variant| {
        object! {
            "sku": &variant.sku.0,
            "name": &variant.name,
            "price": shelf.price(variant.price),
            "soldOut": limit(variant) == 0,
            "selected": variant.sku == *sku,
        }
    });
    let total = chosen.price.checked_mul(*quantity).map_or(String::new(), |total| shelf.price(total));
    Some(object! {
        "id": &product.id,
        "name": &product.name,
        "description": &product.description,
        "imageUrl": &product.image_url,
        "price": shelf.price(chosen.price),
        "variants": Value::List(variants.collect()),
        "quantity": *quantity,
        "mayDecrease": fewer(chosen, *quantity).is_some(),
        "mayIncrease": *quantity < room,
        "availability": availability(chosen, room),
        "mayAdd": *quantity <= room,
        "addLabel": if limit(chosen) == 0 { text::SOLD_OUT.into() } else { text::add_label(&total) },
    })
}

fn availability(variant: &Variant, room: u32) -> Text {
    match (limit(variant), room) {
        (0, _) => text::SOLD_OUT.into(),
        (_, 0) => text::AT_LIMIT.into(),
        _ if variant.available <= FEW => text::left(variant.available),
        _ => text::IN_STOCK.into(),
    }
}

/// The products of the chosen category.
pub struct ProductRows<'a>(pub &'a Shop);

impl Rows for ProductRows<'_> {
    fn name(&self) -> &'static str {
        "products"
    }

    fn log(&self) -> &ListLog {
        self.0.log()
    }

    fn count(&self) -> usize {
        self.0.shown().len()
    }

    fn row(&self, at: usize) -> Value {
        let Some(shelf) = self.0.shelf() else { return Value::Null };
        let product = self.0.shown().get(at).and_then(|at| shelf.catalog().products.get(*at));
        product.map_or(Value::Null, |product| product_row(shelf, product))
    }

    fn moving(&self, at: usize) -> Value {
        self.row(at)
    }
}

fn product_row(shelf: &Shelf, product: &Product) -> Value {
    let stock = product.variants.iter().map(limit).max().unwrap_or(0);
    let available =
        product.variants.iter().fold(0, |sum: u32, variant| sum.saturating_add(variant.available));
    let badge = match stock {
        0 => text::SOLD_OUT.into(),
        _ if available <= FEW => text::left(available),
        _ => "".into(),
    };
    object! {
        "id": &product.id,
        "name": &product.name,
        "imageUrl": &product.image_url,
        "price": price_range(shelf, product),
        "soldOut": stock == 0,
        "badge": badge,
    }
}

fn price_range(shelf: &Shelf, product: &Product) -> Text {
    let prices = || product.variants.iter().map(|variant| variant.price);
    let (Some(lowest), Some(highest)) = (prices().min(), prices().max()) else { return "".into() };
    let lowest_text = shelf.price(lowest);
    if lowest == highest { lowest_text.into() } else { text::from_price(&lowest_text) }
}
