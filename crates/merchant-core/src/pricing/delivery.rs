//! What each way of delivery costs for a cart, and whether it can be had.

use shop_api::{Address, Currency, DeliveryRefusal, DeliveryRefusalCode, MinorUnits, MoneyError};

use super::cart::PricedDelivery;
use super::discount::at_least;
use super::terms::DeliveryMethod;

/// What is to be delivered.
pub(super) struct Parcel<'a> {
    /// How many pieces.
    pub units: u32,
    /// What they cost, after discounts.
    pub cost: MinorUnits,
    /// Where to.
    pub to: Option<&'a Address>,
}

/// The methods that are offered in this currency.
pub(super) fn offers(
    methods: &[DeliveryMethod],
    currency: &Currency,
    parcel: &Parcel<'_>,
) -> Result<Vec<PricedDelivery>, MoneyError> {
    let priced = methods.iter().filter_map(|method| {
        let base = *method.price.get(&currency.code)?;
        Some(price(method, base, currency, parcel).map(|price| PricedDelivery {
            id: method.id.clone(),
            label: method.label.clone(),
            price,
            to_address: method.to_address,
            countries: method.countries.clone(),
            tax_class: method.tax_class.clone(),
            refusal: refusal(method, currency, parcel),
        }))
    });
    priced.collect()
}

/// The method that is priced: the one asked for, else the first that can be had, else the first that only
/// lacks an address.
pub(super) fn choose<'a>(offers: &'a [PricedDelivery], wanted: Option<&str>) -> Option<&'a PricedDelivery> {
    let asked = offers.iter().find(|offer| Some(offer.id.as_str()) == wanted);
    let lacks_address = |offer: &&PricedDelivery| {
        offer.refusal.as_ref().is_some_and(|refusal| refusal.code == DeliveryRefusalCode::NeedsAddress)
    };
    asked
        .or_else(|| offers.iter().find(|offer| offer.refusal.is_none()))
        .or_else(|| offers.iter().find(lacks_address))
}

fn price(
    method: &DeliveryMethod,
    base: MinorUnits,
    currency: &Currency,
    parcel: &Parcel<'_>,
) -> Result<MinorUnits, MoneyError> {
    if method.free_from.get(&currency.code).is_some_and(|free_from| parcel.cost >= *free_from) {
        return Ok(MinorUnits::ZERO);
    }
    let each = method.price_per_unit.get(&currency.code).copied().unwrap_or_default();
    base.checked_add(each.checked_mul(parcel.units)?)
}

fn refusal(method: &DeliveryMethod, currency: &Currency, parcel: &Parcel<'_>) -> Option<DeliveryRefusal> {
    let refuse = |code| Some(DeliveryRefusal { code, minimum: None, most: None });
    if let Some(most) = method.max_units.filter(|most| parcel.units > *most) {
        let code = DeliveryRefusalCode::TooManyUnits;
        return Some(DeliveryRefusal { code, minimum: None, most: Some(most) });
    }
    let minimum = at_least(&method.minimum, currency);
    if parcel.cost < minimum {
        let code = DeliveryRefusalCode::BelowMinimum;
        return Some(DeliveryRefusal { code, minimum: Some(minimum), most: None });
    }
    if !method.to_address {
        return None;
    }
    let Some(address) = parcel.to else { return refuse(DeliveryRefusalCode::NeedsAddress) };
    if !method.countries.is_empty() && !method.countries.contains(&address.country) {
        return refuse(DeliveryRefusalCode::CountryNotServed);
    }
    let state = address.state.as_deref().unwrap_or_default();
    let serves_region = |region: &String| region.to_lowercase() == state.to_lowercase();
    if !method.regions.is_empty() && !method.regions.iter().any(serves_region) {
        return refuse(DeliveryRefusalCode::RegionNotServed);
    }
    None
}
