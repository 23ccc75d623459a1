//! What a total is made of. Both sides can check that the parts add up to the unit.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{MinorUnits, MoneyError, QuoteLine};

/// What the total of a quote or order is made of, beside its lines.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakdown {
    /// The sum of the lines' prices, before discounts.
    pub subtotal: MinorUnits,
    /// What is taken off, in the order in which it is: each discount of lines, of the order, the coupon.
    pub discounts: Vec<Discount>,
    /// How it is delivered and what that costs; `null` in a shop that delivers nothing.
    pub delivery: Option<Delivery>,
    /// The tax by rate, highest first.
    pub taxes: Vec<Tax>,
    /// Whether the tax is inside the prices; else it comes on top.
    pub tax_included: bool,
}

/// Something taken off.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Discount {
    /// For people: `Tea week`.
    pub label: String,
    /// How much, over all lines.
    pub amount: MinorUnits,
}

/// The delivery that was chosen.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The method's id.
    pub id: String,
    /// For people: `Standard, 2 to 4 days`.
    pub label: String,
    /// Its price; before tax that comes on top.
    pub price: MinorUnits,
    /// The tax rate in percent.
    pub tax_rate: String,
    /// Its share of the tax.
    pub tax: MinorUnits,
    /// What it comes to in the end.
    pub total: MinorUnits,
}

/// The tax of one rate.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tax {
    /// For people: `VAT 12%`.
    pub label: String,
    /// The rate in percent.
    pub rate: String,
    /// How much.
    pub amount: MinorUnits,
}

/// Which sum isn't what its parts add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imbalance {
    /// Unit price times quantity isn't a line's subtotal.
    Line,
    /// More is taken off a line than it costs, or a line's or the delivery's total isn't its parts.
    Part,
    /// The lines' subtotals aren't the subtotal.
    Subtotal,
    /// The labelled discounts aren't what is taken off the lines.
    Discounts,
    /// The taxes by rate aren't the taxes of lines and delivery.
    Tax,
    /// Lines and delivery aren't the total, or subtotal, discounts, delivery and tax aren't.
    Total,
    /// A sum has more than 16 digits.
    TooLarge,
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "a line's price isn't its unit price times its quantity",
            Self::Part => "the total of a line or of the delivery isn't what its parts come to",
            Self::Subtotal => "the lines don't add up to the subtotal",
            Self::Discounts => "the discounts aren't what is taken off the lines",
            Self::Tax => "the taxes aren't those of the lines and the delivery",
            Self::Total => "the parts don't add up to the total",
            Self::TooLarge => "a sum has more than 16 digits",
        })
    }
}

impl std::error::Error for Imbalance {}

impl From<MoneyError> for Imbalance {
    fn from(_: MoneyError) -> Self {
        Self::TooLarge
    }
}

/// A sum of amounts.
///
/// # Errors
/// [`MoneyError::TooLarge`] above 16 digits.
pub fn sum(amounts: impl IntoIterator<Item = MinorUnits>) -> Result<MinorUnits, MoneyError> {
    amounts.into_iter().try_fold(MinorUnits::ZERO, MinorUnits::checked_add)
}

impl Breakdown {
    /// Whether these lines and this breakdown come to `total`, every part to the unit.
    ///
    /// # Errors
    /// [`Imbalance`] names the first sum that doesn't hold.
    pub fn check(&self, lines: &[QuoteLine], total: MinorUnits) -> Result<(), Imbalance> {
        let require = |holds: bool, what| if holds { Ok(()) } else { Err(what) };
        for line in lines {
            require(line.unit_price.checked_mul(line.quantity)? == line.subtotal, Imbalance::Line)?;
            let off = line.discount.checked_add(line.order_discount)?;
            let net = line.subtotal.checked_sub(off).ok_or(Imbalance::Part)?;
            require(self.with_tax(net, line.tax)? == line.total, Imbalance::Part)?;
        }
        if let Some(delivery) = &self.delivery {
            require(self.with_tax(delivery.price, delivery.tax)? == delivery.total, Imbalance::Part)?;
        }
        let of_lines = |part: fn(&QuoteLine) -> MinorUnits| sum(lines.iter().map(part));
        let delivery =
            |part: fn(&Delivery) -> MinorUnits| self.delivery.as_ref().map_or(MinorUnits::ZERO, part);
        require(of_lines(|line| line.subtotal)? == self.subtotal, Imbalance::Subtotal)?;
        let off = sum(self.discounts.iter().map(|discount| discount.amount))?;
        let off_lines = of_lines(|line| line.discount)?.checked_add(of_lines(|line| line.order_discount)?)?;
        require(off == off_lines, Imbalance::Discounts)?;
        let tax = sum(self.taxes.iter().map(|tax| tax.amount))?;
        require(
            tax == of_lines(|line| line.tax)?.checked_add(delivery(|delivery| delivery.tax))?,
            Imbalance::Tax,
        )?;
        let parts = of_lines(|line| line.total)?.checked_add(delivery(|delivery| delivery.total))?;
        require(parts == total, Imbalance::Total)?;
        let goods = self.subtotal.checked_sub(off).ok_or(Imbalance::Total)?;
        let net = goods.checked_add(delivery(|delivery| delivery.price))?;
        require(self.with_tax(net, tax)? == total, Imbalance::Total)
    }

    fn with_tax(&self, net: MinorUnits, tax: MinorUnits) -> Result<MinorUnits, Imbalance> {
        match self.tax_included {
            // Tax inside a price is never all of it, and never more.
            true if tax > net => Err(Imbalance::Part),
            true => Ok(net),
            false => Ok(net.checked_add(tax)?),
        }
    }
}
