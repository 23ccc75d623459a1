//! A quote becomes an order: once, at its price, with its stock.

use serde_json::json;

use crate::support::{TestServer, database};

#[tokio::test]
async fn pressing_twice_at_the_same_time_makes_one_order() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let quote = server.quote(&shopper, &[("TEA-S", 1)]).await;
    let body = json!({ "quoteId": quote, "despiteOpenOrder": null });
    let presses: Vec<_> = (0..8)
        .map(|_| {
            let (shopper, body) = (shopper.clone(), body.clone());
            tokio::spawn(async move { shopper.post("/shop/v1/orders", body).await })
        })
        .collect();
    let mut statuses = Vec::new();
    let mut ids = std::collections::HashSet::new();
    for press in presses {
        let answer = press.await.unwrap();
        statuses.push(answer.status);
        ids.insert(answer.json()["orderId"].to_string());
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(server.wallet.book().payments.len(), 1);
    assert_eq!(server.wallet.book().pay_calls, 1);
}

#[tokio::test]
async fn the_last_unit_is_sold_once() {
    let server = TestServer::start().await;
    let mut shoppers = Vec::new();
    for customer in ["ana", "ben", "chloe", "dan", "eve"] {
        let shopper = server.shopper(customer).await;
        let quote = server.quote(&shopper, &[("MUG", 1), ("LAMP", 1)]).await;
        shoppers.push((shopper, json!({ "quoteId": quote, "despiteOpenOrder": null })));
    }
    let presses: Vec<_> = shoppers
        .into_iter()
        .map(|(shopper, body)| tokio::spawn(async move { shopper.post("/shop/v1/orders", body).await }))
        .collect();
    let mut placed = 0;
    for press in presses {
        let answer = press.await.unwrap();
        if answer.status == 201 {
            placed += 1;
        } else {
            assert!(answer.problem(409, "quote_changed").contains("LAMP"));
        }
    }
    assert_eq!(placed, 1);
    let held = "SELECT (SELECT reserved FROM stock WHERE sku = 'LAMP') * 100 + (SELECT reserved FROM stock WHERE sku = 'MUG')";
    assert_eq!(database::number(&server.database(), held), 101, "whoever got no lamp reserved no mug either");
}

#[tokio::test]
async fn a_changed_price_is_told_and_not_charged() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let quote = server.quote(&shopper, &[("TEA-S", 1)]).await;
    let mut catalog = crate::support::goods::catalog();
    catalog.products[0].variants[0].prices.insert("PHP".into(), shop_api::MinorUnits::new(1_001).unwrap());
    server.app().store.import_catalog(catalog, false).await.unwrap();
    let answer = shopper.post("/shop/v1/orders", json!({ "quoteId": quote, "despiteOpenOrder": null })).await;
    assert!(answer.problem(409, "quote_changed").contains("TEA-S"));
    assert_eq!(server.wallet.book().pay_calls, 0);
}

#[tokio::test]
async fn quotes_expire_and_belong_to_their_customer() {
    let server = TestServer::start().await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    let quote = server.quote(&ana, &[("TEA-S", 1)]).await;
    let body = json!({ "quoteId": quote, "despiteOpenOrder": null });
    ben.post("/shop/v1/orders", body.clone()).await.problem(404, "quote_not_found");
    ben.post("/shop/v1/orders", json!({ "quoteId": "made-up" })).await.problem(404, "quote_not_found");
    let placed = ana.post("/shop/v1/orders", body.clone()).await.expect(201);
    ben.post("/shop/v1/orders", body.clone()).await.problem(404, "quote_not_found");
    let late = server.quote(&ana, &[("MUG", 1)]).await;
    server.clock.advance(std::time::Duration::from_secs(600));
    ana.post("/shop/v1/orders", json!({ "quoteId": late })).await.problem(409, "quote_expired");
    let again = ana.post("/shop/v1/orders", body).await.expect(200);
    assert_eq!(again["orderId"], placed["orderId"], "a used quote finds its order, however late");
}

#[tokio::test]
async fn ordering_the_same_again_needs_consent_while_the_first_is_unresolved() {
    let server = TestServer::start().await;
    let (ana, ben) = (server.shopper("ana").await, server.shopper("ben").await);
    let first = server.order(&ana, &[("TEA-S", 1), ("MUG", 1)]).await;
    server.order(&ben, &[("TEA-S", 1)]).await;
    let quote = server.quote(&ana, &[("TEA-S", 2)]).await;
    let refused = ana.post("/shop/v1/orders", json!({ "quoteId": quote })).await;
    refused.problem(409, "open_payment_exists");
    assert_eq!(refused.json()["orderId"], first["orderId"]);
    let wrong = json!({ "quoteId": quote, "despiteOpenOrder": "another" });
    ana.post("/shop/v1/orders", wrong).await.problem(409, "open_payment_exists");
    server.order(&ana, &[("TEA-L", 1)]).await;
    let consent = json!({ "quoteId": quote, "despiteOpenOrder": first["orderId"] });
    ana.post("/shop/v1/orders", consent).await.expect(201);
}

#[tokio::test]
async fn nobody_reserves_the_whole_shop() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    for lines in [[("TEA-S", 1)], [("TEA-L", 1)], [("MUG", 1)]] {
        server.order(&ana, &lines).await;
    }
    let quote = server.quote(&ana, &[("LAMP", 1)]).await;
    ana.post("/shop/v1/orders", json!({ "quoteId": quote })).await.problem(429, "too_many_requests");
}

#[tokio::test]
async fn importing_a_catalogue_keeps_what_is_reserved() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    server.order(&ana, &[("TEA-S", 5)]).await;
    let mut catalog = crate::support::goods::catalog();
    catalog.products[0].variants[0].on_hand = 2;
    let report = server.app().store.import_catalog(catalog.clone(), false).await.unwrap();
    let merchant_server::store::Imported::Done(report) = report else { panic!("{report:?}") };
    assert_eq!(report.raised_to_reserved, vec!["TEA-S".into()]);
    assert_eq!((report.added, report.kept, report.removed), (0, 5, 0));
    let row = "SELECT on_hand * 100 + reserved FROM stock WHERE sku = 'TEA-S'";
    assert_eq!(database::number(&server.database(), row), 505);
    catalog.currency.code = "JPY".into();
    let refused = server.app().store.import_catalog(catalog, false).await.unwrap();
    assert!(matches!(refused, merchant_server::store::Imported::CurrencyInUse { open_orders: 1, .. }));
}
