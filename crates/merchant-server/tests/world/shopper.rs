//! A customer of the wallet's who buys in the shop, as the mini program does it for them.

use aws_lc_rs::digest::{SHA256, digest};
use merchant_core::lifecycle::{Customer, CustomerId, WalletName};
use merchant_server::server::Server;
use merchant_server::store::SessionRow;
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::wallet::Wallet;

pub struct Shopper {
    pub customer: String,
    pub client: Client,
}

impl Shopper {
    /// Logs in. `None` when the server went away meanwhile.
    pub async fn login(wallet: &Wallet, mut client: Client, customer: &str) -> Option<Self> {
        let code = json!({ "authCode": wallet.auth_code(customer).await, "siteName": null });
        let session = try_post(&client, "/shop/v1/sessions", code).await?.expect(201);
        client.token = Some(session["token"].as_str().unwrap().to_owned());
        Some(Self { customer: customer.to_owned(), client })
    }

    /// A customer of any name, without a wallet's app: the wallet simulator has only a few.
    pub async fn with_session(server: &Server, customer: &str) -> Self {
        let token = format!("session-of-{customer}");
        let now = server.app.now();
        let session = SessionRow {
            token_hash: digest(&SHA256, token.as_bytes()).as_ref().try_into().unwrap(),
            customer: Customer { wallet: WalletName("test".into()), id: CustomerId::new(customer).unwrap() },
            created_at: now,
            expires_at: now.plus_millis(86_400_000),
        };
        server.app.store.add_session(session).await.unwrap();
        let client = Client { address: server.public, token: Some(token) };
        Self { customer: customer.to_owned(), client }
    }

    /// A quote's id.
    pub async fn quote(&self, lines: &[(&str, u32)]) -> Option<String> {
        let lines: Vec<_> =
            lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
        let quote = try_post(&self.client, "/shop/v1/quotes", json!({ "lines": lines })).await?.expect(201);
        Some(quote["quoteId"].as_str().unwrap_or_else(|| panic!("{quote}")).to_owned())
    }

    /// Orders what was quoted, whatever else is open; the same quote makes one order.
    pub async fn place(&self, quote: &str, despite: Option<&str>) -> Option<Answer> {
        let body = json!({ "quoteId": quote, "despiteOpenOrder": despite });
        try_post(&self.client, "/shop/v1/orders", body).await
    }

    /// The order as the server has it.
    pub async fn read(&self, order: &str) -> Option<Value> {
        let path = format!("/shop/v1/orders/{order}");
        Some(try_send(&self.client, "GET", &path, &[], None).await?.expect(200))
    }

    /// Gives the order up.
    pub async fn cancel(&self, order: &str) -> Option<Answer> {
        try_send(&self.client, "POST", &format!("/shop/v1/orders/{order}/cancel"), &[], None).await
    }

    /// Back from the cashier.
    pub async fn returned(&self, order: &Value, code: &str) -> Option<Answer> {
        let (id, attempt) = (text(&order["orderId"]), text(&order["attempt"]["attemptId"]));
        let path = format!("/shop/v1/orders/{id}/payments/{attempt}/returned");
        try_post(&self.client, &path, json!({ "resultCode": code })).await
    }

    /// The next payment after one that failed.
    pub async fn pay_again(&self, order: &Value) -> Option<Answer> {
        let path = format!("/shop/v1/orders/{}/payments", text(&order["orderId"]));
        try_post(&self.client, &path, json!({ "after": order["attempt"]["attemptId"] })).await
    }
}

/// The wallet's id of the payment whose cashier is open.
pub fn cashier_of(order: &Value) -> Option<String> {
    let address = order["attempt"]["cashier"]["paymentUrl"].as_str()?;
    address.rsplit('/').next().map(str::to_owned)
}

async fn try_post(client: &Client, path: &str, body: Value) -> Option<Answer> {
    let body = body.to_string();
    let headers = [("content-type", "application/json")];
    try_send(client, "POST", path, &headers, Some(body.as_bytes())).await
}

/// `None` when the server went away, or says that the same request may be sent again.
async fn try_send(
    client: &Client,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
) -> Option<Answer> {
    client.try_send(method, path, headers, body).await.filter(|answer| !asks_again(answer))
}

/// Busy; or it stood still for longer than a body may take to come.
fn asks_again(answer: &Answer) -> bool {
    let was_cut_short = || text(&answer.json()["detail"]).ends_with("send it again");
    answer.status == 503 || (answer.status == 400 && was_cut_short())
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is text")).to_owned()
}
