//! Whether a coupon is good for a cart, and if not, why.

use serde::{Deserialize, Serialize};
use shop_api::{CouponRefusal, CouponRefusalCode, Currency, MAX_COUPON, MinorUnits, Timestamp};

use super::cart::{Dealings, Draft};
use super::discount::{Covered, at_least};
use super::terms::{Coupon, Taken};

/// A coupon's code: 3 to 32 capital letters, digits and dashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CouponCode(String);

impl CouponCode {
    /// Reads what a shopper typed, in whatever case; `None` when no code looks like that.
    pub fn parse(text: &str) -> Option<Self> {
        let code = text.trim().to_ascii_uppercase();
        let fits = (3..=MAX_COUPON).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        fits.then_some(Self(code))
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CouponCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a coupon's code is 3 to 32 letters, digits and dashes")
    }
}

impl From<CouponCode> for String {
    fn from(CouponCode(code): CouponCode) -> Self {
        code
    }
}

/// A coupon that an order uses, with the limits that must still hold when it is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponHit {
    /// Its code.
    pub code: CouponCode,
    /// How often in all.
    pub uses: Option<u32>,
    /// How often by one customer.
    pub uses_per_customer: Option<u32>,
}

/// What a coupon takes off this cart, and of which lines.
pub(super) fn judge(
    coupon: &Coupon,
    currency: &Currency,
    now: Timestamp,
    dealings: &Dealings,
    drafts: &[Draft<'_>],
) -> Result<(Taken, Covered), CouponRefusal> {
    let refuse = |code| CouponRefusal { code, minimum: None };
    if !coupon.valid.has_begun(now) {
        return Err(refuse(CouponRefusalCode::NotYetValid));
    }
    if coupon.valid.is_over(now) {
        return Err(refuse(CouponRefusalCode::Expired));
    }
    let taken = coupon.takes.amount_in(currency).ok_or_else(|| refuse(CouponRefusalCode::WrongCurrency))?;
    if !coupon.minimum.is_empty() && !coupon.minimum.contains_key(&currency.code) {
        return Err(refuse(CouponRefusalCode::WrongCurrency));
    }
    let reached = |limit: Option<u32>, used: u32| limit.is_some_and(|limit| used >= limit);
    if reached(coupon.uses_per_customer, dealings.coupon_uses_by_customer) {
        return Err(refuse(CouponRefusalCode::UsedUpByCustomer));
    }
    if reached(coupon.uses, dealings.coupon_uses) {
        return Err(refuse(CouponRefusalCode::UsedUp));
    }
    let covered = Covered::by(&coupon.items, drafts);
    if covered.is_empty() || covered.sum == MinorUnits::ZERO {
        return Err(refuse(CouponRefusalCode::NothingEligible));
    }
    let minimum = at_least(&coupon.minimum, currency);
    if covered.sum < minimum {
        return Err(CouponRefusal { code: CouponRefusalCode::BelowMinimum, minimum: Some(minimum) });
    }
    Ok((taken, covered))
}
