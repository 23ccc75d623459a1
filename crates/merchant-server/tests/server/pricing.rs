//! Discounts, coupons, delivery, tax, limits, price books, and orders of nothing.

use std::time::Duration;

use merchant_core::goods::StoredCatalog;
use merchant_core::pricing::Terms;
use merchant_server::store::Imported;
use serde_json::{Value, json};
use shop_api::{Currency, MinorUnits, Quote};

use crate::support::goods::catalog;
use crate::support::{Client, Setup, TestServer, database};

/// Tax on top, a coupon for one customer once and two in all, delivery and pick-up.
fn terms() -> Terms {
    serde_json::from_value(json!({
        "tax": { "label": "VAT", "included": false, "rates": { "standard": "12" } },
        "discounts": [{ "label": "Tea week", "per": "line", "takes": { "percent": "10" },
                        "items": { "skus": ["TEA-S"] } }],
        "coupons": [{ "code": "WELCOME", "label": "Welcome", "takes": { "amount": { "PHP": "300" } },
                      "minimum": { "PHP": "1000" }, "uses": 2, "usesPerCustomer": 1 },
                    { "code": "GRATIS", "label": "On us", "takes": { "percent": "100" } }],
        "delivery": [{ "id": "standard", "label": "Standard", "price": { "PHP": "150" }, "countries": ["PH"] },
                     { "id": "pick-up", "label": "Pick up", "price": { "PHP": "0" }, "toAddress": false }]
    }))
    .unwrap()
}

fn with_terms() -> StoredCatalog {
    StoredCatalog { terms: terms(), ..catalog() }
}

pub async fn start() -> TestServer {
    TestServer::start_with(Setup { catalog: Some(with_terms()), ..Setup::default() }).await
}

async fn import(server: &TestServer, change: impl FnOnce(&mut StoredCatalog)) {
    let mut catalog = with_terms();
    change(&mut catalog);
    let imported = server.app().store.import_catalog(catalog, false).await.unwrap();
    assert!(matches!(imported, Imported::Done(_)), "{imported:?}");
}

pub fn address() -> Value {
    json!({ "name": "Maria Santos", "phone": "+63 917 555 0101", "country": "ph", "state": "Metro Manila",
            "city": "Quezon City", "line1": "12 Mabini St", "line2": null, "postcode": "1100" })
}

pub async fn quote(client: &Client, wish: Value) -> Value {
    let quote = client.post("/shop/v1/quotes", wish).await.expect(201);
    let typed: Quote = serde_json::from_value(quote.clone()).unwrap();
    assert_eq!(typed.breakdown.check(&typed.lines, typed.total), Ok(()), "every quote adds up");
    quote
}

fn tea(coupon: &str) -> Value {
    json!({ "lines": [{ "sku": "TEA-S", "quantity": 2 }], "coupon": coupon })
}

pub async fn place(client: &Client, quote: &Value) -> crate::support::Answer {
    client.post("/shop/v1/orders", json!({ "quoteId": quote["quoteId"], "despiteOpenOrder": null })).await
}

fn changes(answer: &crate::support::Answer) -> Vec<Value> {
    answer.problem(409, "quote_changed");
    answer.json()["changes"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_order_keeps_what_it_was_quoted_and_the_wallet_is_told_where_it_goes() {
    let header = Some("x-forwarded-for");
    let setup = Setup { catalog: Some(with_terms()), client_address_header: header, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let ana = server.shopper("ana").await;
    let wish = json!({ "lines": [{ "sku": "TEA-S", "quantity": 3 }, { "sku": "MUG", "quantity": 1 }],
                       "coupon": "welcome", "delivery": "standard", "address": address() });
    let quote = quote(&ana, wish).await;
    // 3000 - 300 + 500 - 300 + 150 = 3050, and 12 % on top.
    assert_eq!((&quote["total"], &quote["breakdown"]["taxes"][0]["amount"]), (&json!("3416"), &json!("366")));
    let body = json!({ "quoteId": quote["quoteId"] }).to_string();
    let device = [
        ("content-type", "application/json"),
        ("shop-client-system", "Android"),
        ("user-agent", "Mini/1.0"),
        ("x-forwarded-for", "10.1.1.1, 203.0.113.9"),
    ];
    let order = ana.send("POST", "/shop/v1/orders", &device, Some(body.as_bytes())).await.expect(201);
    assert_eq!((&order["breakdown"], &order["lines"]), (&quote["breakdown"], &quote["lines"]));
    assert_eq!(order["address"]["phone"], "+639175550101", "in its one form");
    let request = server.requests(&order).await.remove(0);
    let sent: Value = serde_json::from_slice(&server.wallet.book().payments[&request].bodies[0]).unwrap();
    assert_eq!(sent["paymentAmount"], json!({ "currency": "PHP", "value": "3416" }));
    let shipping = &sent["order"]["shipping"];
    assert_eq!(shipping["shippingName"]["fullName"], "Maria Santos");
    assert_eq!(shipping["shippingAddress"]["region"], "PH");
    assert_eq!(shipping["shippingAddress"]["state"], "Metro Ma", "cut to what the wallet takes");
    assert_eq!(shipping["shippingFee"], json!({ "currency": "PHP", "value": "168" }), "with its tax");
    assert_eq!(sent["order"]["buyer"]["referenceBuyerId"], "ana");
    let env = &sent["order"]["env"];
    let env = if env.is_null() { &sent["env"] } else { env };
    assert_eq!(
        (&env["terminalType"], &env["osType"], &env["clientIp"], &env["userAgent"]),
        (&json!("MINI_APP"), &json!("ANDROID"), &json!("203.0.113.9"), &json!("Mini/1.0"))
    );
    let read = server.read(&ana, &order).await;
    assert_eq!(read["breakdown"], quote["breakdown"], "as it is stored");
}

#[tokio::test]
async fn what_is_refused_is_told_and_the_rest_is_priced() {
    let server = start().await;
    let ana = server.shopper("ana").await;
    let wish =
        json!({ "lines": [{ "sku": "MUG", "quantity": 1 }], "coupon": "WELCOME", "delivery": "standard" });
    let quote = quote(&ana, wish).await;
    assert!(quote["quoteId"].is_null(), "the delivery that was asked for needs an address");
    assert_eq!(quote["coupon"]["refusal"], json!({ "code": "below_minimum", "minimum": "1000" }));
    assert_eq!(quote["deliveryOptions"][0]["refusal"]["code"], "needs_address");
    assert_eq!(quote["deliveryOptions"][1]["refusal"], Value::Null);
    let pick_up =
        self::quote(&ana, json!({ "lines": [{ "sku": "MUG", "quantity": 1 }], "coupon": "NO" })).await;
    assert!(pick_up["quoteId"].is_string(), "a refused coupon stops nobody");
    assert_eq!(pick_up["breakdown"]["delivery"]["id"], "pick-up", "the first that can be had");
}

#[tokio::test]
async fn what_changed_since_the_quote_is_told_by_type_and_nothing_is_charged() {
    let server = start().await;
    let ana = server.shopper("ana").await;
    let wish = json!({ "lines": [{ "sku": "TEA-S", "quantity": 2 }], "coupon": "WELCOME",
                       "delivery": "standard", "address": address() });
    let quoted = quote(&ana, wish).await;
    import(&server, |catalog| {
        let price = MinorUnits::new(2_000).unwrap();
        catalog.products[0].variants[0].prices.insert("PHP".into(), price);
        catalog.terms.coupons[0].valid.until = Some(shop_api::Timestamp(0));
        catalog.terms.delivery[0].countries = vec!["JP".into()];
    })
    .await;
    let told = changes(&place(&ana, &quoted).await);
    assert_eq!(
        told[0],
        json!({ "code": "price", "sku": "TEA-S", "from": "1000", "to": "2000", "available": null, "reason": null })
    );
    let code = |code: &str| told.iter().find(|change| change["code"] == code).unwrap();
    assert_eq!(code("coupon")["reason"], "expired");
    assert_eq!(code("delivery")["reason"], "country_not_served");
    assert_eq!((&code("tax")["from"], &code("tax")["to"]), (&json!("198"), &json!("450")));
    assert_eq!(server.wallet.book().pay_calls, 0);
    import(&server, |_| ()).await;
    place(&ana, &quoted).await.expect(201)["orderId"].as_str().unwrap();
}

#[tokio::test]
async fn the_last_use_of_a_coupon_goes_to_one_and_comes_back_when_the_order_ends_unpaid() {
    let server = start().await;
    let mut quotes = Vec::new();
    for customer in ["ana", "ben", "chloe"] {
        let client = server.shopper(customer).await;
        let quote = quote(&client, tea("WELCOME")).await;
        assert_eq!(quote["coupon"]["refusal"], Value::Null);
        quotes.push((client, quote));
    }
    let presses: Vec<_> = quotes
        .iter()
        .map(|(client, quote)| {
            let (client, quote) = (client.clone(), quote.clone());
            tokio::spawn(async move { place(&client, &quote).await })
        })
        .collect();
    let mut placed = Vec::new();
    for (press, (client, _)) in presses.into_iter().zip(&quotes) {
        let answer = press.await.unwrap();
        if answer.status == 201 {
            placed.push((client, answer.json()));
        } else {
            assert_eq!(changes(&answer)[0]["reason"], "used_up");
        }
    }
    assert_eq!(placed.len(), 2, "it has two uses");
    let used = "SELECT used FROM coupons WHERE code = 'WELCOME'";
    assert_eq!(database::number(&server.database(), used), 2);
    let (client, order) = &placed[0];
    let again = quote(client, tea("WELCOME")).await;
    assert_eq!(again["coupon"]["refusal"]["code"], "used_up_by_customer");
    let path = format!("/shop/v1/orders/{}/cancel", order["orderId"].as_str().unwrap());
    client.post(&path, json!({})).await.expect(202);
    server.pass(Duration::from_secs(10)).await;
    assert_eq!(server.read(client, order).await["status"], "cancelled");
    assert_eq!(database::number(&server.database(), used), 1, "given back");
    let again = quote(client, tea("WELCOME")).await;
    assert_eq!(again["coupon"]["refusal"], Value::Null);
}

#[tokio::test]
async fn limits_hold_within_an_order_and_over_a_customers_orders() {
    let server = start().await;
    import(&server, |catalog| {
        let mug = &mut catalog.products[1].variants[0];
        (mug.step, mug.min_per_order, mug.max_per_customer) = (2, 4, Some(8));
    })
    .await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    let mugs = |quantity: u32| json!({ "lines": [{ "sku": "MUG", "quantity": quantity }] });
    let problem = |quote: &Value| quote["problems"][0].clone();
    let told = |code: &str, available: u32| json!({ "sku": "MUG", "code": code, "available": available });
    assert_eq!(problem(&quote(&ana, mugs(2)).await), told("below_minimum", 4));
    assert_eq!(problem(&quote(&ana, mugs(5)).await), told("quantity_step", 2));
    // Two quotes of the same customer, each within the limit by itself.
    let (first, second) = (quote(&ana, mugs(4)).await, quote(&ana, mugs(6)).await);
    let order = place(&ana, &first).await.expect(201);
    let refused = changes(&place(&ana, &second).await);
    assert_eq!((&refused[0]["reason"], &refused[0]["available"]), (&json!("customer_limit"), &json!(4)));
    assert_eq!(quote(&ben, mugs(6)).await["problems"], json!([]), "another customer's count is their own");
    server.wallet.finish(&server.requests(&order).await.remove(0), "SUCCESS", None);
    server.pass(Duration::from_secs(60)).await;
    assert_eq!(problem(&quote(&ana, mugs(6)).await), told("customer_limit", 4), "a paid order counts");
    server.clock.advance(Duration::from_secs(30 * 86_400));
    let ana = server.shopper("ana").await;
    assert_eq!(quote(&ana, mugs(6)).await["problems"], json!([]), "not for ever");
}

#[tokio::test]
async fn a_wallet_shows_and_takes_the_prices_of_its_currency() {
    let mut catalog = catalog();
    catalog.more_currencies = vec![Currency { code: "JPY".into(), exponent: 0, symbol: "¥".into() }];
    catalog.products[0].variants[0].prices.insert("JPY".into(), MinorUnits::new(30).unwrap());
    let setup = Setup { currency: Some("JPY"), catalog: Some(catalog.clone()), ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let shown =
        server.client().send("GET", "/shop/v1/catalog", &[("shop-site-name", "ANY")], None).await.expect(200);
    assert_eq!(shown["currency"]["code"], "JPY");
    assert_eq!(shown["products"].as_array().unwrap().len(), 1, "what has no price in it isn't sold there");
    assert_eq!(shown["products"][0]["variants"].as_array().unwrap().len(), 1);
    let ana = server.shopper("ana").await;
    let order = server.order(&ana, &[("TEA-S", 2)]).await;
    let request = server.requests(&order).await.remove(0);
    assert_eq!(server.wallet.book().payments[&request].amount, json!({ "currency": "JPY", "value": "60" }));
    let lines = json!({ "lines": [{ "sku": "MUG", "quantity": 1 }] });
    assert_eq!(quote(&ana, lines).await["problems"][0]["code"], "unknown_sku");
    let setup = Setup { currency: Some("EUR"), catalog: Some(catalog), ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    server.client().get("/shop/v1/catalog").await.problem(503, "unavailable");
}

#[tokio::test]
async fn an_order_of_nothing_is_paid_at_once_and_no_wallet_hears_of_it() {
    let server = start().await;
    let ana = server.shopper("ana").await;
    let quote = quote(&ana, tea("GRATIS")).await;
    assert_eq!(quote["total"], "0");
    let order = place(&ana, &quote).await.expect(201);
    assert_eq!((&order["status"], &order["attempt"]), (&json!("paid"), &Value::Null));
    assert_eq!(server.wallet.book().pay_calls, 0);
    let story = server.admin().get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await;
    let events = story.expect(200)["events"].clone();
    let paid = events.as_array().unwrap().iter().find(|event| event["kind"] == "order_paid").unwrap();
    assert_eq!(paid["detail"], "free: there is nothing to pay");
    let sold = "SELECT sold FROM stock WHERE sku = 'TEA-S'";
    assert_eq!(database::number(&server.database(), sold), 2);
}

#[tokio::test]
async fn a_total_that_the_wallet_doesnt_take_is_told_before_it_is_asked() {
    let profile = "minimum_amount = 600\namount_multiple = 100";
    let server = TestServer::start_with(Setup { profile, ..Setup::default() }).await;
    let ana = server.shopper("ana").await;
    let small = quote(&ana, json!({ "lines": [{ "sku": "MUG", "quantity": 1 }] })).await;
    assert!(small["quoteId"].is_null());
    assert_eq!(small["amountProblem"], json!({ "code": "below_minimum", "amount": "600" }));
    let free = quote(&ana, json!({ "lines": [{ "sku": "STICKER", "quantity": 1 }] })).await;
    assert_eq!(free["amountProblem"], Value::Null, "nothing is never asked for");
    let right = quote(&ana, json!({ "lines": [{ "sku": "MUG", "quantity": 2 }] })).await;
    place(&ana, &right).await.expect(201);
}

#[tokio::test]
async fn an_address_that_cant_be_is_refused_by_its_field() {
    let server = start().await;
    let ana = server.shopper("ana").await;
    for (field, value, expected) in [
        ("name", json!(""), "1 to 128 characters"),
        ("phone", json!("call me"), "7 to 15 digits"),
        ("country", json!("XX"), "ISO 3166"),
        ("line1", json!("x".repeat(257)), "1 to 256 characters"),
        ("city", json!("a\u{0}b"), "1 to 32 characters"),
    ] {
        let mut to = address();
        to[field] = value;
        let body = json!({ "lines": [{ "sku": "MUG", "quantity": 1 }], "address": to });
        let detail = ana.post("/shop/v1/quotes", body).await.problem(422, "invalid_field");
        assert!(detail.contains(&format!("address.{field}")) && detail.contains(expected), "{detail}");
    }
    for (field, value) in [("coupon", json!("")), ("coupon", json!("x".repeat(33))), ("delivery", json!(""))]
    {
        let mut body = tea("X-1");
        body[field] = value;
        let detail = ana.post("/shop/v1/quotes", body).await.problem(422, "invalid_field");
        assert!(detail.contains(field), "{detail}");
    }
}
