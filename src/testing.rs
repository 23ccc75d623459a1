//! Fixtures for tests: documents of the shop API.

use shop_api::{
    Address, Attempt, AttemptStatus, Breakdown, Cashier, Catalog, Category, Currency, MinorUnits, Order,
    OrderStatus, Payee, Product, QuoteLine, Sku, Timestamp, Variant,
};

use crate::{event::Reply, value::Value};

pub fn value_of(document: &impl serde::Serialize) -> Value {
    from_json(serde_json::to_value(document).unwrap())
}

fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(value) => Value::Number(value.as_f64().unwrap()),
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name.into(), from_json(value))).collect())
        }
    }
}

pub fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(value) if value.fract() == 0.0 => (*value as i64).into(),
        Value::Number(value) => (*value).into(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.to_string(), to_json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

pub fn money(value: u64) -> MinorUnits {
    MinorUnits::new(value).unwrap()
}

pub fn peso() -> Currency {
    Currency { code: "PHP".into(), exponent: 2, symbol: "₱".into() }
}

pub fn variant(sku: &str, price: u64, available: u32) -> Variant {
    Variant {
        sku: sku.into(),
        name: sku.to_uppercase(),
        price: money(price),
        available,
        min_per_order: 1,
        max_per_order: 10,
        step: 1,
    }
}

pub fn product(id: &str, category: &str, variants: Vec<Variant>) -> Product {
    Product {
        id: id.into(),
        name: format!("Product {id}"),
        description: String::new(),
        category_id: category.into(),
        image_url: format!("https://shop.example/media/{id}.png"),
        variants,
    }
}

pub fn catalog() -> Catalog {
    let category = |id: &str| Category { id: id.into(), name: id.to_uppercase() };
    Catalog {
        shop_name: "Kapé".into(),
        tagline: "Coffee from the hills".into(),
        currency: peso(),
        categories: vec![category("beans"), category("gear")],
        products: vec![
            product(
                "blend",
                "beans",
                vec![variant("blend-250", 32_000, 20), variant("blend-1k", 110_000, 2)],
            ),
            product("decaf", "beans", vec![variant("decaf-250", 35_000, 0)]),
            product("mug", "gear", vec![variant("mug", 45_050, 3)]),
        ],
    }
}

pub fn line(sku: &str, quantity: u32, unit_price: u64) -> QuoteLine {
    QuoteLine {
        sku: Sku::from(sku),
        name: format!("Product {sku}"),
        variant_name: String::new(),
        image_url: String::new(),
        quantity,
        unit_price: money(unit_price),
        subtotal: money(unit_price * u64::from(quantity)),
        discount: money(0),
        order_discount: money(0),
        tax_rate: "0".into(),
        tax: money(0),
        total: money(unit_price * u64::from(quantity)),
    }
}

/// What a total of just these lines is made of.
pub fn breakdown(lines: &[QuoteLine]) -> Breakdown {
    Breakdown {
        subtotal: shop_api::sum(lines.iter().map(|line| line.subtotal)).unwrap(),
        discounts: Vec::new(),
        delivery: None,
        taxes: Vec::new(),
        tax_included: true,
    }
}

pub fn address() -> Address {
    Address {
        name: "Maria Santos".into(),
        phone: "+639175550101".into(),
        country: "PH".into(),
        state: None,
        city: "Quezon City".into(),
        line1: "12 Mabini St".into(),
        line2: None,
        postcode: Some("1100".into()),
    }
}

/// An order that can be paid: its first attempt is open and has a cashier.
pub fn order(id: &str, version: u32) -> Order {
    Order {
        order_id: id.into(),
        quote_id: "q-1".into(),
        version,
        status: OrderStatus::AwaitingPayment,
        currency: peso(),
        breakdown: breakdown(&[line("blend-250", 2, 32_000)]),
        lines: vec![line("blend-250", 2, 32_000)],
        total: money(64_000),
        address: None,
        fulfilment: None,
        refunded: money(0),
        refunding: money(0),
        payee: Payee { name: "Kapé Trading".into() },
        created_at: Timestamp(1_000),
        pay_by: Timestamp(900_000),
        attempt: Some(attempt("a-1", AttemptStatus::Open)),
        may_start_payment: false,
        server_time: Timestamp(1_000),
    }
}

pub fn attempt(id: &str, status: AttemptStatus) -> Attempt {
    let cashier = Cashier {
        payment_url: Some(format!("https://wallet.example/{id}")),
        trade_no: None,
        order_str: None,
    };
    Attempt { attempt_id: id.into(), number: 1, status, cashier: Some(cashier), failure: None }
}

pub fn answer(document: &impl serde::Serialize) -> Reply {
    Reply::Answer { status: 200, body: value_of(document) }
}

pub fn problem(status: u16, code: &str) -> Reply {
    let body =
        serde_json::json!({ "status": status, "code": code, "title": "t", "detail": "d", "orderId": null });
    Reply::Answer { status, body: from_json(body) }
}

pub fn session_answer(tag: &str) -> Reply {
    let body = serde_json::json!({ "token": "t", "expiresAt": 1, "customerTag": tag, "serverTime": 1_000 });
    Reply::Answer { status: 201, body: from_json(body) }
}

pub mod world;
