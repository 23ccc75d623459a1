//! What isn't as it was quoted.

use shop_api::{MinorUnits, QuoteChange, QuoteChangeCode, Sku, sum};

use super::Priced;
use crate::lifecycle::{Breakdown, Line};

/// What a shopper was quoted.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a> {
    /// The lines.
    pub lines: &'a [Line],
    /// What the total was made of.
    pub breakdown: &'a Breakdown,
    /// Whether a coupon took something off.
    pub with_coupon: bool,
}

/// What is different now; nothing when the quote can be ordered as it stands. What things are called may
/// change without harm; what they cost, and whether they can be had, may not.
pub fn changes(quoted: &Quoted<'_>, now: &Priced) -> Vec<QuoteChange> {
    let mut changes = Vec::new();
    for line in quoted.lines {
        changes.extend(of_line(line, now));
    }
    let refused = now.coupon.as_ref().and_then(|coupon| coupon.verdict.as_ref().err());
    if let Some(refusal) = refused.filter(|_| quoted.with_coupon) {
        changes.push(change(QuoteChangeCode::Coupon, Some(refusal.code.as_str())));
    }
    let (old, new) = (quoted.breakdown, &now.breakdown);
    if off_parts(quoted.lines) != off_parts(&now.lines) {
        changes.push(moved(QuoteChangeCode::Discount, old.off(), new.off()));
    }
    changes.extend(of_delivery(old, now));
    let taxes =
        |lines: &[Line]| lines.iter().map(|line| (line.parts.tax_rate, line.parts.tax)).collect::<Vec<_>>();
    let is_same_tax = taxes(quoted.lines) == taxes(&now.lines)
        && old.parts().tax_included == new.parts().tax_included
        && old.taxes() == new.taxes();
    if !is_same_tax {
        changes.push(moved(QuoteChangeCode::Tax, old.tax(), new.tax()));
    }
    changes
}

fn of_line(line: &Line, now: &Priced) -> Option<QuoteChange> {
    if let Some(problem) = now.problems.iter().find(|problem| problem.sku == line.sku) {
        let available = Some(problem.available);
        let about = change(QuoteChangeCode::Line, Some(problem.code.as_str()));
        return Some(QuoteChange { sku: Some(line.sku.clone()), available, ..about });
    }
    let price = now.lines.iter().find(|priced| priced.sku == line.sku)?.unit_price;
    let about = moved(QuoteChangeCode::Price, line.unit_price, price);
    (price != line.unit_price).then(|| QuoteChange { sku: Some(line.sku.clone()), ..about })
}

fn of_delivery(old: &Breakdown, now: &Priced) -> Option<QuoteChange> {
    let (before, after) = (&old.parts().delivery, &now.breakdown.parts().delivery);
    let refusal = after.as_ref().and_then(|chosen| {
        let offer = now.deliveries.iter().find(|offer| offer.id == chosen.method)?;
        offer.refusal.as_ref()
    });
    if let Some(refusal) = refusal {
        return Some(change(QuoteChangeCode::Delivery, Some(refusal.code.as_str())));
    }
    let facts = |part: &Option<crate::lifecycle::DeliveryPart>| {
        part.as_ref().map(|part| (part.method.clone(), part.price, part.tax_rate, part.tax))
    };
    (facts(before) != facts(after) || !now.can_be_delivered).then(|| QuoteChange {
        from: before.as_ref().map(|part| part.price),
        to: after.as_ref().map(|part| part.price),
        ..change(QuoteChangeCode::Delivery, None)
    })
}

/// What is taken off each SKU.
fn off_parts(lines: &[Line]) -> Vec<(&Sku, MinorUnits)> {
    let off = |line: &Line| sum([line.parts.discount, line.parts.order_discount]).unwrap_or(MinorUnits::MAX);
    lines.iter().map(|line| (&line.sku, off(line))).collect()
}

fn moved(code: QuoteChangeCode, from: MinorUnits, to: MinorUnits) -> QuoteChange {
    QuoteChange { from: Some(from), to: Some(to), ..change(code, None) }
}

fn change(code: QuoteChangeCode, reason: Option<&str>) -> QuoteChange {
    let reason = reason.map(str::to_owned);
    QuoteChange { code, sku: None, from: None, to: None, available: None, reason }
}
