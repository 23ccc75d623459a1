//! A shopper: quotes, orders, pays in the wallet, and waits on the long poll to be told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::server::Server;
use crate::wallet::{Wallet, http};

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// How the server comes to know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The wallet notifies.
    Notified,
    /// It doesn't; the shopper returns from the cashier.
    Returned,
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Notified => "notified",
            Self::Returned => "without notifications, after the return",
        })
    }
}

pub struct Shopper {
    http: Client,
    server: String,
    wallet: String,
    token: String,
    login: String,
    sku: String,
    way: Way,
}

/// How long each step of one order took.
pub struct Round {
    pub quote: Duration,
    pub order: Duration,
    pub told: Duration,
}

impl Shopper {
    pub async fn enter(wallet: &Wallet, server: &Server, way: Way) -> Self {
        let id = format!("bench-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let (code, login) = wallet.customer(&id).await;
        let mut shopper = Self {
            http: http(),
            server: format!("{}/shop/v1", server.public),
            wallet: wallet.origin.clone(),
            token: String::new(),
            login,
            sku: String::new(),
            way,
        };
        let session = shopper.ask(Method::POST, "/sessions", Some(json!({ "authCode": code }))).await;
        shopper.token = session["token"].as_str().unwrap().to_owned();
        let catalog = shopper.ask(Method::GET, "/catalog", None).await;
        shopper.sku = catalog["products"][0]["variants"][0]["sku"].as_str().unwrap().to_owned();
        shopper
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request =
            self.http.request(method, format!("{}{path}", self.server)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// A priced cart and what became of it.
    async fn order(&self) -> (Value, Duration, Duration) {
        let began = Instant::now();
        let lines = json!({ "lines": [{ "sku": self.sku, "quantity": 1 }] });
        let quote = self.ask(Method::POST, "/quotes", Some(lines)).await;
        let quoted = began.elapsed();
        let body = json!({ "quoteId": quote["quoteId"], "despiteOpenOrder": null });
        let began = Instant::now();
        let order = self.ask(Method::POST, "/orders", Some(body)).await;
        (order, quoted, began.elapsed())
    }

    pub async fn buy(&mut self) -> Round {
        let (order, quote, took) = self.order().await;
        let path = format!("/orders/{}", order["orderId"].as_str().unwrap());
        let cashier = order["attempt"]["cashier"]["paymentUrl"].as_str().unwrap();
        let page = cashier.split(['?', '#']).next().unwrap().strip_prefix(&self.wallet).unwrap();
        let confirm = format!("{}{page}/confirm", self.wallet);
        let waiting = self.waiting(&path, &order);
        let paying = async {
            let answer = self.http.post(confirm).bearer_auth(&self.login).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
            let paid = Instant::now();
            if self.way == Way::Returned {
                let attempt = order["attempt"]["attemptId"].as_str().unwrap();
                let hint = format!("{path}/payments/{attempt}/returned");
                self.ask(Method::POST, &hint, Some(json!({ "resultCode": "9000" }))).await;
            }
            paid
        };
        let (told, paid) = tokio::join!(waiting, paying);
        Round { quote, order: took, told: told.saturating_duration_since(paid) }
    }

    /// Polls until the order is paid; when that was told.
    async fn waiting(&self, path: &str, order: &Value) -> Instant {
        let mut version = order["version"].as_u64().unwrap();
        loop {
            let news = self.ask(Method::GET, &format!("{path}?after={version}&wait=25"), None).await;
            if news["status"] == "paid" {
                return Instant::now();
            }
            version = news["version"].as_u64().unwrap();
        }
    }

    /// Holds this many long polls open on one order.
    pub async fn wait_often(&mut self, count: usize) -> JoinSet<()> {
        let (order, _, _) = self.order().await;
        let address = format!(
            "{}/orders/{}?after={}&wait=25",
            self.server,
            order["orderId"].as_str().unwrap(),
            order["version"]
        );
        let mut polls = JoinSet::new();
        for _ in 0..count {
            let poll = self.http.get(&address).bearer_auth(&self.token).send();
            // Ends with the server's answer or the bench's end.
            polls.spawn(async move { drop(poll.await) });
        }
        polls
    }
}
