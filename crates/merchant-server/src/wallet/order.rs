//! What a wallet is told about an order before it is paid: for its cashier, and for its risk control.

use shop_api::MinorUnits;
use wallet_api::ids::ReferenceOrderId;
use wallet_api::operation::order::{Address, Buyer, Env, Goods, Merchant, Order, OsType, Shipping, UserName};

use super::gateway::MerchantIdentity;
use super::{CantAsk, Device, DeviceSystem, PayFacts, translate};

/// The order that is to be paid. Texts are cut to the wallet's lengths when they are written.
///
/// # Errors
/// The wallet has no way to say its amounts or its id.
pub(super) fn told(
    facts: &PayFacts<'_>,
    merchant: &MerchantIdentity,
    now: jiff::Timestamp,
) -> Result<Order, CantAsk> {
    let refuse = |error: &dyn std::fmt::Display| CantAsk(error.to_string());
    let amount = |value| translate::amount(&facts.currency.code, value).map_err(|error| refuse(&error));
    let mut goods = Vec::with_capacity(facts.lines.len());
    for line in facts.lines.iter().filter(|line| line.unit_price.value() > 0) {
        goods.push(Goods {
            reference_goods_id: line.sku.as_str().to_owned(),
            goods_name: line.name.clone(),
            goods_category: None,
            goods_unit_amount: Some(amount(line.unit_price)?),
            goods_quantity: Some(line.quantity.to_string()),
            goods_sku_name: (!line.variant_name.is_empty()).then(|| line.variant_name.clone()),
        });
    }
    Ok(Order {
        reference_order_id: ReferenceOrderId::new(facts.order_id.as_str()).map_err(|error| refuse(&error))?,
        description: describe(facts),
        amount: amount(facts.breakdown.total())?,
        created_at: Some(now),
        merchant: Some(Merchant {
            reference_merchant_id: merchant.id.clone(),
            merchant_mcc: merchant.mcc.clone(),
            merchant_name: facts.payee.to_owned(),
            merchant_display_name: Some(facts.payee.to_owned()),
            merchant_address: None,
            store: None,
        }),
        goods,
        shipping: facts.address.map(|address| shipping(facts, address)).transpose()?,
        buyer: Some(buyer(facts)),
    })
}

fn shipping(facts: &PayFacts<'_>, to: &shop_api::Address) -> Result<Shipping, CantAsk> {
    let fee = translate::amount(&facts.currency.code, facts.breakdown.of_delivery());
    let delivery = facts.breakdown.parts().delivery.as_ref();
    // Amounts of zero are no amounts to a wallet.
    let has_fee = facts.breakdown.of_delivery() > MinorUnits::ZERO;
    Ok(Shipping {
        shipping_name: UserName { full_name: Some(to.name.clone()), ..UserName::default() },
        shipping_address: Address {
            region: to.country.clone(),
            state: to.state.clone(),
            city: Some(to.city.clone()),
            address1: Some(to.line1.clone()),
            address2: to.line2.clone(),
            zip_code: to.postcode.clone(),
        },
        shipping_carrier: delivery.map(|delivery| delivery.label.clone()),
        shipping_phone_no: Some(to.phone.clone()),
        shipping_fee: has_fee.then_some(fee).transpose().map_err(|error| CantAsk(error.to_string()))?,
    })
}

/// The customer by the wallet's own id for them, and by name where an address gives it.
fn buyer(facts: &PayFacts<'_>) -> Buyer {
    let name = facts.address.map(|to| UserName { full_name: Some(to.name.clone()), ..UserName::default() });
    Buyer {
        reference_buyer_id: Some(facts.customer.id.as_str().to_owned()),
        buyer_name: name,
        buyer_phone_no: facts.address.map(|to| to.phone.clone()),
    }
}

/// What the payment is made on.
pub(super) fn env(device: &Device) -> Env {
    Env {
        os_type: device.system.map(|system| match system {
            DeviceSystem::Android => OsType::Android,
            DeviceSystem::Ios => OsType::Ios,
        }),
        user_agent: device.user_agent.clone(),
        client_ip: device.address.map(|address| address.to_string()),
        ..Env::mini_program()
    }
}

/// `House Blend × 2, Mug × 1`: what the payer reads in the cashier.
fn describe(facts: &PayFacts<'_>) -> String {
    let lines: Vec<_> = facts.lines.iter().map(|line| format!("{} × {}", line.name, line.quantity)).collect();
    lines.join(", ")
}
