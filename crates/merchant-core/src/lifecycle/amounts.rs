//! What an order's total is made of. A [`Breakdown`] can't be made of parts that don't add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shop_api::{Imbalance, MinorUnits, sum};

use super::Line;
use crate::pricing::rounding::Rate;

/// What is taken off a line, and the tax on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineParts {
    /// What discounts of this line take off.
    pub discount: MinorUnits,
    /// Its share of what is taken off the order.
    pub order_discount: MinorUnits,
    /// Its tax rate.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tax_rate: Rate,
    /// Its share of the tax.
    pub tax: MinorUnits,
}

/// Something taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Discount {
    /// For people.
    pub label: String,
    /// Over all lines.
    pub amount: MinorUnits,
}

/// The delivery that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryPart {
    /// The method's id.
    pub method: String,
    /// For people.
    pub label: String,
    /// Its price.
    pub price: MinorUnits,
    /// Its tax rate.
    pub tax_rate: Rate,
    /// Its share of the tax.
    pub tax: MinorUnits,
}

/// What a total has beside its lines, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parts {
    /// In the order in which they are taken off.
    pub discounts: Vec<Discount>,
    /// How it is delivered.
    pub delivery: Option<DeliveryPart>,
    /// How the tax is called; empty where there is none.
    pub tax_label: String,
    /// Whether the tax is inside the prices.
    pub tax_included: bool,
}

impl Default for Parts {
    /// Nothing beside the lines.
    fn default() -> Self {
        Self { discounts: Vec::new(), delivery: None, tax_label: String::new(), tax_included: true }
    }
}

/// What a total is made of; it was checked against its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    parts: Parts,
    subtotal: MinorUnits,
    off: MinorUnits,
    taxes: Vec<(Rate, MinorUnits)>,
    total: MinorUnits,
}

impl Breakdown {
    /// Adds the parts up.
    ///
    /// # Errors
    /// [`Imbalance`] names the first sum that doesn't hold: then nothing may be quoted or ordered.
    pub fn new(parts: Parts, lines: &[Line]) -> Result<Self, Imbalance> {
        let (mut subtotal, mut off_lines, mut tax_of_lines) = Default::default();
        let mut by_rate: BTreeMap<Rate, (MinorUnits, MinorUnits)> = BTreeMap::new();
        let mut total = MinorUnits::ZERO;
        for line in lines {
            if line.unit_price.checked_mul(line.quantity)? != line.subtotal {
                return Err(Imbalance::Line);
            }
            let net = line.net().ok_or(Imbalance::Part)?;
            subtotal = line.subtotal.checked_add(subtotal)?;
            off_lines = line.off()?.checked_add(off_lines)?;
            tax_of_lines = line.parts.tax.checked_add(tax_of_lines)?;
            total = total.checked_add(with_tax(parts.tax_included, net, line.parts.tax)?)?;
            add(&mut by_rate, line.parts.tax_rate, net, line.parts.tax)?;
        }
        if let Some(delivery) = &parts.delivery {
            total = total.checked_add(with_tax(parts.tax_included, delivery.price, delivery.tax)?)?;
            add(&mut by_rate, delivery.tax_rate, delivery.price, delivery.tax)?;
        }
        let off = sum(parts.discounts.iter().map(|discount| discount.amount))?;
        if off != off_lines {
            return Err(Imbalance::Discounts);
        }
        for (rate, (base, tax)) in &by_rate {
            let due = if parts.tax_included { rate.inside(*base) } else { rate.of(*base) };
            if *tax != due {
                return Err(Imbalance::Tax);
            }
        }
        let taxes = by_rate.into_iter().rev().map(|(rate, (_, tax))| (rate, tax));
        let taxes = taxes.filter(|(rate, _)| *rate > Rate::ZERO).collect();
        Ok(Self { parts, subtotal, off, taxes, total })
    }

    /// Reads what was stored with these lines and this total.
    ///
    /// # Errors
    /// As [`Breakdown::new`]; [`Imbalance::Total`] when it isn't what the parts come to.
    pub fn restore(parts: Parts, lines: &[Line], total: MinorUnits) -> Result<Self, Imbalance> {
        let breakdown = Self::new(parts, lines)?;
        if breakdown.total == total { Ok(breakdown) } else { Err(Imbalance::Total) }
    }

    /// What isn't in the lines.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The lines' prices, before discounts.
    pub fn subtotal(&self) -> MinorUnits {
        self.subtotal
    }

    /// Everything taken off.
    pub fn off(&self) -> MinorUnits {
        self.off
    }

    /// The tax by rate, highest first.
    pub fn taxes(&self) -> &[(Rate, MinorUnits)] {
        &self.taxes
    }

    /// All tax.
    pub fn tax(&self) -> MinorUnits {
        // It is part of the total, or was added to it.
        sum(self.taxes.iter().map(|(_, tax)| *tax)).unwrap_or(MinorUnits::MAX)
    }

    /// What the delivery costs; before tax that comes on top.
    pub fn delivery(&self) -> MinorUnits {
        self.parts.delivery.as_ref().map_or(MinorUnits::ZERO, |delivery| delivery.price)
    }

    /// What is to be paid.
    pub fn total(&self) -> MinorUnits {
        self.total
    }

    /// What a line comes to.
    pub fn of_line(&self, line: &Line) -> MinorUnits {
        self.part(line.net().unwrap_or_default(), line.parts.tax)
    }

    /// What the delivery comes to.
    pub fn of_delivery(&self) -> MinorUnits {
        self.parts.delivery.as_ref().map_or(MinorUnits::ZERO, |part| self.part(part.price, part.tax))
    }

    fn part(&self, net: MinorUnits, tax: MinorUnits) -> MinorUnits {
        // Checked when this was made.
        with_tax(self.parts.tax_included, net, tax).unwrap_or(net)
    }
}

impl Line {
    /// What is taken off it.
    fn off(&self) -> Result<MinorUnits, Imbalance> {
        Ok(self.parts.discount.checked_add(self.parts.order_discount)?)
    }

    /// Its price after discounts; `None` when more is taken off than it costs.
    fn net(&self) -> Option<MinorUnits> {
        self.off().ok().and_then(|off| self.subtotal.checked_sub(off))
    }
}

fn with_tax(included: bool, net: MinorUnits, tax: MinorUnits) -> Result<MinorUnits, Imbalance> {
    match included {
        true if tax > net => Err(Imbalance::Part),
        true => Ok(net),
        false => Ok(net.checked_add(tax)?),
    }
}

fn add(
    by_rate: &mut BTreeMap<Rate, (MinorUnits, MinorUnits)>,
    rate: Rate,
    net: MinorUnits,
    tax: MinorUnits,
) -> Result<(), Imbalance> {
    let (base, taxes) = by_rate.entry(rate).or_default();
    *base = base.checked_add(net)?;
    *taxes = taxes.checked_add(tax)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::fixtures::placed;

    #[test]
    fn no_part_has_more_tax_inside_than_it_costs() {
        let order = placed().order;
        let mut lines = order.lines;
        assert_eq!(with_tax(true, MinorUnits::ZERO, MinorUnits::ZERO), Ok(MinorUnits::ZERO));
        lines[0].parts.tax = lines[0].subtotal.checked_add(MinorUnits::new(1).unwrap()).unwrap();
        assert_eq!(Breakdown::new(Parts::default(), &lines).err(), Some(Imbalance::Part));
    }
}
