//! What the examples share: a merchant with keys of its own, known to a wallet simulator on this machine.
//!
//! In: the simulator's origin and the name of a shipped profile. Out: a [`Shop`] that is ready to call, an
//! order, and the simulator's testers' interface, through which an example plays the customer. With a real
//! wallet the portal takes the place of the testers' interface: there you hand in your public key, and get
//! the wallet's public key and the values of your contract.

#![allow(dead_code, reason = "each example uses its own part")]

mod tester;

use std::error::Error;
use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use wallet_api::amount::Amount;
use wallet_api::client::{Cashier, PayAnswer, WalletClient};
use wallet_api::clock::{Clock as _, SystemClock, later};
use wallet_api::ids::{ClientId, KeyVersion, PaymentId, PaymentRequestId, ReferenceOrderId};
use wallet_api::keys::{ClientKey, KeyRing, PrivateKey, PublicKey, SigningKey};
use wallet_api::operation::order::{Env, Goods, Merchant, Order};
use wallet_api::operation::pay::PayRequest;
use wallet_api::outcome::{Reason, Sending};
use wallet_api::profile::WalletProfile;
use wallet_api::random::{Rng as _, SystemRng};
use wallet_api::transport::PooledTransport;

use self::tester::Tester;

/// Why an example stops. `main` shows an error by its `Debug`, so that is the sentence itself.
pub struct Stop(Box<dyn Error>);

impl Stop {
    pub fn because(why: impl Into<String>) -> Self {
        Self(why.into().into())
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<E: Error + 'static> From<E> for Stop {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

/// The command line: `[ORIGIN [PROFILE]]`.
pub fn arguments() -> (String, String) {
    let mut arguments = std::env::args().skip(1);
    let origin = arguments.next().unwrap_or_else(|| "http://127.0.0.1:8702".to_owned());
    (origin, arguments.next().unwrap_or_else(|| "generic-v2".to_owned()))
}

/// A merchant, as far as a wallet is concerned. Only `signer` is a secret.
pub struct Shop {
    pub profile: Arc<WalletProfile>,
    pub signer: Arc<SigningKey>,
    pub wallet_keys: Arc<KeyRing>,
    pub client: WalletClient,
    pub simulator: Tester,
}

impl Shop {
    /// Makes a key pair, exchanges public keys with the simulator, and builds the client.
    pub async fn open(origin: &str, preset: &str, out: &mut dyn Write) -> Result<Self, Stop> {
        let client_id = format!("EXAMPLE-{}", SystemRng.unguessable_id());
        let profile = profile(origin, preset, &client_id)?;
        writeln!(out, "profile  {preset}, as client {client_id}")?;

        // Yours is made once and kept in a file that only the server may read. The version is what the
        // wallet's portal calls the key, so that a later one can take over without a gap.
        let version = KeyVersion::new("1")?;
        let signer = SigningKey::new(PrivateKey::generate()?, version.clone());
        let public_key = signer.key().public_key()?;
        writeln!(out, "our key  sha256 {}", public_key.fingerprint())?;
        let simulator = Tester::new(origin)?;
        let merchant = json!({ "clientId": client_id, "publicKey": public_key.to_pem(), "profile": preset });
        simulator.post("/_simulator/merchants", None, &merchant).await?;

        // A ring holds several versions, so that the wallet can rotate its key while we run.
        let key = PublicKey::parse(simulator.get("/_simulator/wallet-key").await?.as_bytes())?;
        writeln!(out, "its key  sha256 {}", key.fingerprint())?;
        let mut wallet_keys = KeyRing::new();
        wallet_keys.insert(ClientKey { client_id: ClientId::new(client_id)?, version, key });
        wallet_keys.refuse_own(signer.key())?;

        let (profile, signer, wallet_keys) = (Arc::new(profile), Arc::new(signer), Arc::new(wallet_keys));
        let connect = Duration::from_millis(profile.connect_timeout_ms.into());
        let client = WalletClient::new(
            Arc::clone(&profile),
            Arc::clone(&signer) as _,
            Arc::clone(&wallet_keys) as _,
            Arc::new(PooledTransport::new(connect)?),
            Arc::new(SystemClock),
        );
        Ok(Self { profile, signer, wallet_keys, client, simulator })
    }

    /// Asks for a payment that an example needs only as a beginning; `pay.rs` shows what each answer means.
    pub async fn ask(&self, request: &PayRequest, out: &mut dyn Write) -> Result<PaymentId, Stop> {
        let call = self.client.prepare_pay(request)?;
        match self.client.pay(&call, Sending::First).await {
            PayAnswer::Accepted { payment_id, cashier: _ } => {
                writeln!(out, "asked    {} as payment {payment_id}", request.amount)?;
                Ok(payment_id)
            }
            PayAnswer::Success { .. } | PayAnswer::Authorised { .. } => {
                Err(Stop::because("the simulator never pays without its cashier"))
            }
            PayAnswer::Failed(reason) | PayAnswer::Unknown { reason, payment_id: _ } => {
                Err(Stop::because(advice(&reason)))
            }
        }
    }
}

/// A shipped profile with what a contract hands out; usually a file of your configuration.
fn profile(origin: &str, preset: &str, client_id: &str) -> Result<WalletProfile, Stop> {
    let contract = match preset {
        "generic-v1" => "app_id = 'app-1'\npartner_id = 'p-1'\ncustomer_belongs_to = 'WALLET'",
        "touch-n-go" => "app_id = 'app-1'\npartner_id = 'p-1'",
        "super-qi" => "",
        _ => "app_id = 'app-1'",
    };
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let text = format!(
        "preset = '{preset}'\nname = 'example'\nmode = 'simulator'\nbase_url = '{origin}'\n\
         client_id = '{client_id}'\ncashier_hosts = ['{host}']\n{contract}\n"
    );
    Ok(WalletProfile::from_toml("the example's profile", &text)?)
}

/// An order of two mugs. The id is minted once for each attempt to pay, and kept with the order.
pub fn two_mugs(notify_url: Option<String>) -> Result<PayRequest, Stop> {
    let mug = Amount::new("PHP", 64_950)?;
    let amount = mug.checked_mul(2)?;
    Ok(PayRequest {
        payment_request_id: PaymentRequestId::new(SystemRng.unguessable_id())?,
        amount,
        order: Order {
            reference_order_id: ReferenceOrderId::new("order-1")?,
            description: "Mug × 2".to_owned(),
            amount,
            created_at: Some(SystemClock.now()),
            merchant: Some(Merchant {
                reference_merchant_id: "example-shop".to_owned(),
                merchant_mcc: "5499".to_owned(),
                merchant_name: "Example Trading Inc.".to_owned(),
                merchant_display_name: Some("The Example".to_owned()),
                merchant_address: None,
                store: None,
            }),
            goods: vec![Goods {
                reference_goods_id: "MUG-1".to_owned(),
                goods_name: "Mug".to_owned(),
                goods_category: None,
                goods_unit_amount: Some(mug),
                goods_quantity: Some("2".to_owned()),
                goods_sku_name: None,
            }],
            shipping: None,
            buyer: None,
        },
        env: Some(Env::mini_program()),
        // Wallets close the payment then, so an order that was given up can't be paid a day later.
        expires_at: Some(later(SystemClock.now(), Duration::from_secs(15 * 60))),
        notify_url,
        return_url: None,
        authorise_only: false,
    })
}

/// A reason as an operator reads it: its stable code, a sentence, and what to do.
pub fn advice(reason: &Reason) -> String {
    format!("{}: {reason}; next: {}", reason.code(), reason.next_step().advice())
}

/// What the mini program calls, as a person reads it.
pub fn trade_pay(cashier: &Cashier) -> String {
    match cashier {
        Cashier::PaymentUrl(url) => format!("my.tradePay({{ paymentUrl: '{url}' }})"),
        Cashier::TradeNo(number) => format!("my.tradePay({{ tradeNO: '{number}' }})"),
        Cashier::OrderStr(text) => format!("my.tradePay({{ orderStr: '{text}' }})"),
    }
}
