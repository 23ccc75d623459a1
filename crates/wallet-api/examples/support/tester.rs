//! The simulator's testers' interface: plain HTTP beside the wallet's protocol. No wallet has it.

use std::time::Duration;

use serde_json::{Value, json};
use wallet_api::amount::Amount;
use wallet_api::ids::PaymentId;

use super::Stop;

/// One of the customers that every simulator starts with.
const CUSTOMER: &str = "c-ana";

/// The interface of one simulator.
pub struct Tester {
    origin: String,
    http: reqwest::Client,
}

impl Tester {
    pub fn new(origin: &str) -> Result<Self, Stop> {
        #[allow(clippy::disallowed_methods, reason = "the testers' interface is no part of the protocol")]
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
        Ok(Self { origin: origin.to_owned(), http })
    }

    pub async fn get(&self, path: &str) -> Result<String, Stop> {
        self.send(path, self.http.get(format!("{}{path}", self.origin))).await
    }

    pub async fn post(&self, path: &str, login: Option<&str>, body: &Value) -> Result<Value, Stop> {
        let request = self.http.post(format!("{}{path}", self.origin)).json(body);
        let request = match login {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        Ok(serde_json::from_str(&self.send(path, request).await?)?)
    }

    async fn send(&self, path: &str, request: reqwest::RequestBuilder) -> Result<String, Stop> {
        let answer = request.send().await.map_err(|_| self.nobody())?;
        let (status, text) = (answer.status(), answer.text().await?);
        if status.is_success() { Ok(text) } else { Err(Stop::because(format!("{path}: {status}: {text}"))) }
    }

    fn nobody(&self) -> Stop {
        Stop::because(format!(
            "no wallet simulator answers at {}. Start one in another terminal and call this again:\n  \
             cargo run -p wallet-simulator -- serve --data var/wallet\n\
             or the shop, the merchant server and the wallet together:\n  ./build.sh run",
            self.origin
        ))
    }

    /// Logs the customer in on the phone; the token is what the cashier knows the payer by.
    pub async fn login(&self) -> Result<String, Stop> {
        let answer = self.post("/_simulator/logins", None, &json!({ "customerId": CUSTOMER })).await?;
        let token = answer["loginToken"].as_str().ok_or_else(|| Stop::because("there is no loginToken"))?;
        Ok(token.to_owned())
    }

    /// Plays the customer: has money, logs in, and confirms in the cashier.
    pub async fn confirm(&self, payment_id: &PaymentId, amount: Amount) -> Result<(), Stop> {
        let top_up = format!("/_simulator/customers/{CUSTOMER}/top-up");
        self.post(&top_up, None, &json!(amount)).await?;
        let login = self.login().await?;
        let shown = self.post(&format!("/cashier/{payment_id}/confirm"), Some(&login), &json!({})).await?;
        match shown["status"].as_str() {
            Some("paid") => Ok(()),
            _ => Err(Stop::because(format!("the cashier didn't take the payment: {shown}"))),
        }
    }
}
