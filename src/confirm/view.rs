//! The confirmation page's view.

use shop_api::{Quote, RequestedLine};

use super::model::Confirm;
use crate::{
    catalog::Shelf,
    orders::Orders,
    patch::{ListLog, Rows},
    text,
    value::{Value, object},
};

/// The view but for its lines.
pub fn head(confirm: &Confirm, orders: &Orders) -> Value {
    let quote = confirm.quote();
    let total = quote.map_or(String::new(), |quote| quote.currency.format(quote.total));
    let pieces = quote
        .map_or(0, |quote| quote.lines.iter().fold(0, |sum: u32, line| sum.saturating_add(line.quantity)));
    object! {
        "phase": confirm.phase(),
        "notice": confirm.notice(),
        "payee": quote.map_or(String::new(), |quote| quote.payee.name.clone()),
        "count": pieces,
        "total": &total,
        "mayPay": confirm.may_pay(),
        "payLabel": text::pay_label(&total),
        "openOrder": open_order(confirm, orders),
    }
}

fn open_order(confirm: &Confirm, orders: &Orders) -> Option<Value> {
    let by = confirm.blocked_by()?;
    let total = orders
        .get(by)
        .map_or(String::new(), |order| text::join(&[" · ", &order.currency.format(order.total)]));
    Some(object! {
        "orderId": &by.0,
        "title": text::join(&["An earlier order isn’t settled", &total]),
        "message": "It has some of the same items. Pay that one, or order them once more.",
        "action": text::SHOW_ORDER,
        "orderAnywayLabel": text::ORDER_ANYWAY,
    })
}

/// The lines that were asked for, as the server priced them.
#[allow(missing_docs, reason = "the names say it")]
pub struct QuoteRows<'a> {
    pub confirm: &'a Confirm,
    pub shelf: Option<&'a Shelf>,
}

impl Rows for QuoteRows<'_> {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn log(&self) -> &ListLog {
        self.confirm.log()
    }

    fn count(&self) -> usize {
        self.confirm.quote().map_or(0, |_| self.confirm.wanted().len())
    }

    fn row(&self, at: usize) -> Value {
        let wanted = self.confirm.wanted().get(at).zip(self.confirm.quote());
        wanted.map_or(Value::Null, |(wanted, quote)| row(wanted, quote, self.shelf))
    }

    fn moving(&self, at: usize) -> Value {
        self.row(at)
    }
}

fn row(wanted: &RequestedLine, quote: &Quote, shelf: Option<&Shelf>) -> Value {
    let problem = quote.problems.iter().find(|problem| problem.sku == wanted.sku);
    let problem = problem.map_or("".into(), |problem| text::line_problem(&problem.code, problem.available));
    let texts = match quote.lines.iter().find(|line| line.sku == wanted.sku) {
        Some(line) => [
            line.name.clone(),
            line.variant_name.clone(),
            line.image_url.clone(),
            quote.currency.format(line.unit_price),
            quote.currency.format(line.total),
        ],
        // What can't be priced isn't in the quote; the catalogue may still know its name.
        None => match shelf.and_then(|shelf| shelf.item(&wanted.sku)) {
            Some(item) => [
                item.product.name.clone(),
                item.variant.name.clone(),
                item.product.image_url.clone(),
                quote.currency.format(item.variant.price),
                String::new(),
            ],
            None => [wanted.sku.0.clone(), String::new(), String::new(), String::new(), String::new()],
        },
    };
    let [name, variant_name, image_url, unit_price, total] = texts;
    object! {
        "sku": &wanted.sku.0,
        "name": name,
        "variantName": variant_name,
        "imageUrl": image_url,
        "unitPrice": unit_price,
        "quantity": wanted.quantity,
        "total": total,
        "problem": problem,
    }
}
