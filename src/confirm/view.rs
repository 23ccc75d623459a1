//! The confirmation page's view.

use shop_api::{
    Address, AddressField, CouponRefusalCode, DeliveryOption, DeliveryRefusalCode, LineProblemCode,
    MinorUnits, Quote, QuoteChange, QuoteChangeCode, RequestedLine,
};

use super::{
    choices::AddressForm,
    model::{Confirm, chosen_delivery},
};
use crate::{
    amounts,
    catalog::Shelf,
    orders::Orders,
    patch::{ListLog, Rows},
    text::{self, Text},
    value::{Members, Value, object},
};

/// The view but for its lines.
pub fn head(confirm: &Confirm, orders: &Orders) -> Value {
    let quote = confirm.quote();
    let total = quote.map_or(String::new(), |quote| quote.currency.format(quote.total));
    let pieces = quote
        .map_or(0, |quote| quote.lines.iter().fold(0, |sum: u32, line| sum.saturating_add(line.quantity)));
    let is_free = quote.is_some_and(|quote| quote.total == MinorUnits::ZERO);
    object! {
        "phase": confirm.phase(),
        "notice": confirm.notice(),
        "payee": quote.map_or(String::new(), |quote| quote.payee.name.clone()),
        "count": pieces,
        "amounts": quote.map(|quote| amounts::rows(&quote.breakdown, &quote.currency)).unwrap_or(Value::List(Vec::new())),
        "total": &total,
        "changes": Value::List(confirm.changes().iter().cloned().map(Value::from).collect()),
        "mayChoose": confirm.may_choose(),
        "coupon": quote.and_then(|quote| coupon(quote)),
        "deliveries": Value::List(quote.map_or(Vec::new(), |quote| deliveries(quote))),
        "address": address(confirm),
        "mayPay": confirm.may_pay(),
        "isFree": is_free,
        "payLabel": if is_free { text::PLACE_ORDER.into() } else { text::pay_label(&total) },
        "openOrder": open_order(confirm, orders),
    }
}

/// The coupon that was asked for, and what became of it.
fn coupon(quote: &Quote) -> Option<Value> {
    let coupon = quote.coupon.as_ref()?;
    let refusal = coupon.refusal.as_ref();
    let problem = refusal
        .map_or("".into(), |refusal| text::coupon_refusal(&refusal.code, &amount(quote, refusal.minimum)));
    Some(object! {
        "code": &coupon.code,
        "label": &coupon.label,
        "problem": problem,
    })
}

fn deliveries(quote: &Quote) -> Vec<Value> {
    let chosen = quote.breakdown.delivery.as_ref().map(|delivery| &delivery.id);
    let option = |option: &DeliveryOption| {
        let refusal = option.refusal.as_ref();
        let problem = refusal.map_or("".into(), |refusal| {
            text::delivery_refusal(&refusal.code, &amount(quote, refusal.minimum), refusal.most.unwrap_or(0))
        });
        let is_free = option.price == MinorUnits::ZERO;
        object! {
            "id": &option.id,
            "label": &option.label,
            "price": if is_free { text::FREE.to_owned() } else { quote.currency.format(option.price) },
            "selected": chosen == Some(&option.id),
            "problem": problem,
        }
    };
    quote.delivery_options.iter().map(option).collect()
}

/// Where the chosen delivery goes; nothing for a pick-up.
fn address(confirm: &Confirm) -> Option<Value> {
    let quote = confirm.quote()?;
    let option = chosen_delivery(quote)?;
    let choices = confirm.choices();
    if !option.needs_address && choices.form().is_none() {
        return None;
    }
    Some(object! {
        "summary": choices.address().map_or(String::new(), summary),
        "form": choices.form().map(form),
    })
}

/// An address on one line.
pub fn summary(address: &Address) -> String {
    let fields =
        AddressField::ALL.into_iter().map(|field| address.get(field)).filter(|text| !text.is_empty());
    fields.collect::<Vec<_>>().join(", ")
}

fn form(form: &AddressForm) -> Value {
    let mut members = Members::default();
    for field in AddressField::ALL {
        members.put(field.as_str(), form.draft.get(field).to_owned());
    }
    members.put("wrong", form.fault.map_or("", AddressField::as_str));
    members.put("problem", form.fault.map_or("", text::address_fault));
    members.into()
}

/// What isn't as it was quoted, in words; `None` for what a newer server tells and nobody knows.
pub fn changed(change: &QuoteChange, quote: &Quote) -> Option<Text> {
    let line = change.sku.as_ref().and_then(|sku| quote.lines.iter().find(|line| line.sku == *sku));
    let name = line.map_or("", |line| &line.name);
    let (from, to) = (amount(quote, change.from), amount(quote, change.to));
    let reason = change.reason.as_deref();
    Some(match &change.code {
        QuoteChangeCode::Price => text::now_costs(name, &to, &from),
        QuoteChangeCode::Line => {
            let code = LineProblemCode::parse(reason?);
            text::about(name, &text::line_problem(&code, change.available.unwrap_or(0)))
        }
        QuoteChangeCode::Coupon => text::coupon_refusal(&CouponRefusalCode::parse(reason?), ""),
        QuoteChangeCode::Discount => text::now_is("Discounts", &to, &from),
        QuoteChangeCode::Delivery => match reason {
            Some(reason) => {
                let code = DeliveryRefusalCode::parse(reason);
                text::about("Delivery", &text::delivery_refusal(&code, "", 0))
            }
            None if to.is_empty() || from.is_empty() => "The ways of delivery changed".into(),
            None => text::now_costs("Delivery", &to, &from),
        },
        QuoteChangeCode::Tax => text::now_is("Tax", &to, &from),
        QuoteChangeCode::Amount => "Your wallet can’t pay this amount".into(),
        QuoteChangeCode::Other(_) => return None,
    })
}

fn amount(quote: &Quote, amount: Option<MinorUnits>) -> String {
    amount.map_or(String::new(), |amount| quote.currency.format(amount))
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
            quote.currency.format(line.subtotal),
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
