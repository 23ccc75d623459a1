//! A server into which every sensitive field brought its canary, and all that it said meanwhile.

use merchant_core::announcements::EventKind;
use merchant_core::goods::StoredCatalog;
use merchant_core::pricing::Terms;
use serde_json::{Value, json};
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, SIGNATURE};

use super::canaries::{self, *};
use super::erased::CUSTOMER;
use super::log::Log;
use crate::support::goods::{catalog, product, variant};
use crate::support::wallet::{Signed, notify_path};
use crate::support::{Answer, Client, Give, Pay, Receiver, Setup, Take, TestServer, database, keys};

pub struct Scene {
    pub server: TestServer,
    pub log: Log,
    pub receiver: Receiver,
    /// The answers to what was refused, headers and all.
    pub refusals: Vec<Answer>,
    /// An order that was paid and given back in part.
    pub order: String,
    /// What only this run knows: tokens and signatures.
    pub secrets: Vec<(&'static str, String)>,
}

impl Scene {
    pub async fn play() -> Self {
        let (log, receiver) = (Log::default(), Receiver::start().await);
        let setup = Setup {
            catalog: Some(goods()),
            client_address_header: Some("x-forwarded-for"),
            log: Some(log.clone()),
            ..Setup::default()
        };
        let endpoints = vec![receiver.endpoint("erp", &EventKind::ALL)];
        let server = TestServer::start_as(setup, database::fresh(), endpoints).await;
        server.wallet.book().remark = Some(REMARK);
        let mut scene =
            Self { server, log, receiver, refusals: Vec::new(), order: String::new(), secrets: Vec::new() };
        let shopper = scene.session().await;
        let order = scene.place(&shopper).await;
        scene.order = order["orderId"].as_str().unwrap().to_owned();
        scene.pay(&order).await;
        scene.after_sales(&order).await;
        scene.refused_payments(&shopper).await;
        scene.bad_input(&shopper, &order).await;
        scene
    }

    async fn session(&mut self) -> Client {
        self.server.wallet.book().customers.insert(AUTH_CODE.to_owned(), CUSTOMER.to_owned());
        let mut shopper = self.server.client();
        let code = json!({ "authCode": AUTH_CODE, "siteName": null });
        let session = shopper.post("/shop/v1/sessions", code.clone()).await.expect(201);
        let token = session["token"].as_str().unwrap().to_owned();
        self.secrets.push(("the session's token", token.clone()));
        // Used up.
        self.refusals.push(shopper.post("/shop/v1/sessions", code).await);
        shopper.token = Some(token);
        shopper
    }

    /// From a device, to somewhere.
    async fn place(&self, shopper: &Client) -> Value {
        let wish = json!({ "lines": [{ "sku": SKU, "quantity": 2 }], "delivery": "standard",
                           "address": canaries::address() });
        let quote = shopper.post("/shop/v1/quotes", wish).await.expect(201);
        let body = json!({ "quoteId": quote["quoteId"] }).to_string();
        let from = format!("10.1.1.1, {CLIENT_ADDRESS}");
        let headers = [
            ("content-type", "application/json"),
            ("shop-client-system", "Android"),
            ("user-agent", USER_AGENT),
            ("x-forwarded-for", &from),
        ];
        let order =
            shopper.send("POST", "/shop/v1/orders", &headers, Some(body.as_bytes())).await.expect(201);
        assert_eq!(order["address"]["name"], NAME);
        assert!(order.to_string().contains(REMARK), "the cashier's address has the remark: {order}");
        order
    }

    /// Told by the wallet, with more than is asked for.
    async fn pay(&mut self, order: &Value) {
        let request = self.server.requests(order).await.remove(0);
        let sent = String::from_utf8(self.server.wallet.payment(&request).bodies[0].clone()).unwrap();
        for told in [NAME, PHONE, CLIENT_ADDRESS, USER_AGENT] {
            assert!(sent.contains(told), "{told} goes to the wallet: {sent}");
        }
        self.server.wallet.finish(&request, "SUCCESS", None);
        let mut body = self.server.wallet.notification(&request);
        body["extendInfo"] = EXTENDED.into();
        let (time, key) = (self.server.wallet.time(), keys::wallet());
        let signed = Signed { path: notify_path(), time, key };
        let signature = signed.signature(body.to_string().as_bytes());
        let value = signature.split("signature=").nth(1).unwrap();
        self.secrets.push(("a notification's signature", value.chars().skip(20).take(60).collect()));
        let (merchant, path, bytes) = (self.server.client(), notify_path(), body.to_string().into_bytes());
        signed.send_with(&merchant, &path, &signature, &bytes).await.expect(200);
        self.wrong_notifications(&request, &signed).await;
        self.server.deliver().await;
    }

    /// Signed and wrong, and not signed at all.
    async fn wrong_notifications(&mut self, request: &str, signed: &Signed) {
        let (merchant, path) = (self.server.client(), notify_path());
        let mut wrong = self.server.wallet.notification(request);
        wrong["extendInfo"] = REFUSED.into();
        wrong["paymentAmount"]["value"] = "1".into();
        let mut orphan = wrong.clone();
        orphan["paymentRequestId"] = "nobody-knows-it".into();
        let unreadable = format!("{{\"{REFUSED}\": {REFUSED}");
        for body in [wrong.to_string(), orphan.to_string(), unreadable, json!([REFUSED]).to_string()] {
            let answer = signed.send(&merchant, &path, body.as_bytes(), body.as_bytes()).await;
            assert!(answer.status == 200 && answer.json()["result"]["resultStatus"] == "U", "{answer:?}");
            self.refusals.push(answer);
        }
        let body = wrong.to_string();
        let stale = Signed { time: "2026-02-01T00:00:00Z".into(), path: notify_path(), key: keys::wallet() };
        self.refusals.push(stale.send(&merchant, &path, body.as_bytes(), body.as_bytes()).await);
        let stranger = Signed { time: signed.time.clone(), path: notify_path(), key: keys::stranger() };
        self.refusals.push(stranger.send(&merchant, &path, body.as_bytes(), body.as_bytes()).await);
        for (client_id, time, signature) in [
            (REFUSED, signed.time.as_str(), "algorithm=RSA256, keyVersion=1, signature=x"),
            (keys::CLIENT_ID, REFUSED, REFUSED),
            (
                keys::CLIENT_ID,
                &signed.time,
                &format!("algorithm={REFUSED}, keyVersion={REFUSED}, signature=x"),
            ),
        ] {
            let headers = [(CLIENT_ID, client_id), (REQUEST_TIME, time), (SIGNATURE, signature)];
            self.refusals.push(merchant.send("POST", &path, &headers, Some(body.as_bytes())).await);
        }
    }

    /// Shipped, given back in part, and a part that the wallet refuses.
    async fn after_sales(&mut self, order: &Value) {
        let (admin, id) = (self.server.admin(), order["orderId"].as_str().unwrap());
        let said = json!({ "status": "shipped", "tracking": TRACKING });
        admin.post(&format!("/admin/v1/orders/{id}/fulfilment"), said).await.expect(200);
        let refunds = format!("/admin/v1/orders/{id}/refunds");
        let wish = |key: &str, reason: &str| json!({ "key": key, "amount": "100", "reason": reason });
        admin.post(&refunds, wish("k1", REASON)).await.expect(202);
        self.server.pass(std::time::Duration::from_secs(6)).await;
        self.server.wallet.next_refund(Give::Refuse("REFUND_WINDOW_EXCEED"));
        admin.post(&refunds, wish("k2", REFUSED_REASON)).await.expect(202);
        self.server.pass(std::time::Duration::from_secs(6)).await;
        self.receiver.next(Take::Status(500));
        self.server.deliver().await;
        let told = self.server.refunds(order).await;
        assert_eq!(told["refunds"][0]["status"], "succeeded", "{told}");
        assert_eq!(told["refunds"][1]["status"], "failed", "{told}");
    }

    /// One that the wallet refuses, one whose answer is lost, one that is given up.
    async fn refused_payments(&self, shopper: &Client) {
        for pay in [Pay::Refuse("RISK_REJECT"), Pay::TakeAndLoseAnswer] {
            self.server.wallet.next_pay(pay);
            let order = self.place_again(shopper).await;
            self.server.pass(std::time::Duration::from_secs(6)).await;
            self.server.cancel(shopper, &order).await;
            self.server.pass(std::time::Duration::from_secs(12)).await;
        }
    }

    async fn place_again(&self, shopper: &Client) -> Value {
        let wish = json!({ "lines": [{ "sku": SKU, "quantity": 1 }], "delivery": "standard",
                           "address": canaries::address() });
        let quote = shopper.post("/shop/v1/quotes", wish).await.expect(201);
        shopper.post("/shop/v1/orders", json!({ "quoteId": quote["quoteId"] })).await.expect(201)
    }

    /// What no endpoint takes, at each that takes something.
    async fn bad_input(&mut self, shopper: &Client, order: &Value) {
        let admin = self.server.admin();
        let id = order["orderId"].as_str().unwrap();
        let attempt = order["attempt"]["attemptId"].as_str().unwrap();
        let public = [
            "/shop/v1/sessions".to_owned(),
            "/shop/v1/quotes".to_owned(),
            "/shop/v1/orders".to_owned(),
            format!("/shop/v1/orders/{id}/payments"),
            format!("/shop/v1/orders/{id}/payments/{attempt}/returned"),
        ];
        let operators =
            [format!("/admin/v1/orders/{id}/refunds"), format!("/admin/v1/orders/{id}/fulfilment")];
        let posts =
            public.iter().map(|path| (shopper, path)).chain(operators.iter().map(|path| (&admin, path)));
        let mut refusals = Vec::new();
        for (client, path) in posts {
            for body in bad_bodies() {
                refusals.push(client.post_raw(path, body.as_bytes()).await);
            }
        }
        for (client, base) in [(shopper, "/shop/v1"), (&admin, "/admin/v1")] {
            for path in [
                format!("/{REFUSED}"),
                format!("{base}/{REFUSED}/{REFUSED}"),
                format!("{base}/orders/{REFUSED}"),
                format!("{base}/orders/%FF{REFUSED}"),
                format!("{base}/orders?{REFUSED}={REFUSED}"),
                format!("{base}/orders?limit={REFUSED}"),
                format!("/wallet/{REFUSED}/notifyPayment"),
                format!("/media/{REFUSED}.svg"),
            ] {
                refusals.push(client.get(&path).await);
                refusals.push(client.send("POST", &path, &[], Some(REFUSED.as_bytes())).await);
            }
            let quotes = format!("{base}/orders");
            refusals.push(client.send(REFUSED, &quotes, &[], None).await);
            let stranger = Client { token: Some(REFUSED.to_owned()), ..client.clone() };
            refusals.push(stranger.get(&quotes).await);
        }
        for header in ["content-type", "shop-client-version", "authorization"] {
            let client = Client { token: None, ..shopper.clone() };
            let headers = [(header, REFUSED)];
            refusals.push(client.send("POST", "/shop/v1/sessions", &headers, Some(b"{}")).await);
        }
        assert!(refusals.iter().all(|answer| answer.status >= 400), "{refusals:?}");
        self.refusals.extend(refusals);
    }
}

/// Bodies with the canary as a text, a name, a wrong type, a text that speaks like our reader, and no JSON.
fn bad_bodies() -> Vec<String> {
    let line = |line: Value| json!({ "lines": [line] }).to_string();
    let mut address = canaries::address();
    address["phone"] = REFUSED.into();
    vec![
        REFUSED.to_owned(),
        format!("{{\"{REFUSED}\": "),
        json!({ REFUSED: 1 }).to_string(),
        json!(REFUSED).to_string(),
        json!([REFUSED]).to_string(),
        line(json!({ "sku": SKU, "quantity": 1, REFUSED: REFUSED })),
        line(json!({ "sku": SKU, "quantity": REFUSED })),
        line(json!(format!("x, expected {REFUSED}"))),
        json!({ "lines": format!("x, expected {REFUSED}") }).to_string(),
        json!({ "lines": [], "address": { REFUSED: REFUSED } }).to_string(),
        json!({ "lines": [{ "sku": SKU, "quantity": 1 }], "address": address }).to_string(),
        json!({ "authCode": { REFUSED: 1 }, "siteName": REFUSED }).to_string(),
        json!({ "authCode": REFUSED, "siteName": REFUSED }).to_string(),
        json!({ "quoteId": REFUSED }).to_string(),
        json!({ "after": REFUSED }).to_string(),
        json!({ "resultCode": [REFUSED] }).to_string(),
        json!({ "key": format!("#{REFUSED}"), "amount": "1", "reason": REFUSED }).to_string(),
        json!({ "key": "k9", "amount": REFUSED, "reason": REFUSED }).to_string(),
        json!({ "key": "k9", "amount": "1", "reason": format!("{REFUSED}\n") }).to_string(),
        json!({ "status": REFUSED }).to_string(),
        json!({ "status": "shipped", "tracking": format!("{REFUSED}\n{REFUSED}") }).to_string(),
    ]
}

fn goods() -> StoredCatalog {
    let terms: Terms = serde_json::from_value(json!({
        "delivery": [{ "id": "standard", "label": "Standard", "price": { "PHP": "150" }, "countries": ["PH"] }]
    }))
    .unwrap();
    let products = vec![product("canary", vec![variant(SKU, "small", 1_000, 30)])];
    StoredCatalog { terms, products, ..catalog() }
}
