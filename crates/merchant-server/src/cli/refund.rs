//! `merchant-server refund ORDER_ID (--amount N | --all | --line SKU=N … --delivery [--restock]) --reason TEXT --key KEY`

use std::time::Duration;

use clap::Args;
use merchant_core::lifecycle::{
    Event, Order, Refund as OrderRefund, RefundRequestId, RefundState, RefundWish,
};
use shop_api::{OrderId, Sku, Timestamp};
use wallet_api::clock::{Clock as _, SystemClock};

use super::decision::{self, Decided, load};
use super::webhooks::subscribers;
use super::{Failure, open_existing, out};
use crate::app::Settings;
use crate::config::Config;
use crate::http::admin::{AskedRefund, wish};
use crate::store::Store;
use crate::time::now;

/// How often progress is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Give money of an order back, in part or whole. The running server does it.
///
/// Either a sum, or units of the order's lines at what they cost. The refund is written down in the database, and a
/// job of the server's sends it to the wallet. The same key again makes no second refund; it has one that needs
/// attention sent again.
#[derive(Debug, Args)]
pub(super) struct Refund {
    /// The order's id.
    order: String,
    /// How much, in the currency's smallest unit: 1250 are ₱12.50.
    #[arg(long, value_name = "N", required_unless_present_any = ["all", "line", "delivery"])]
    amount: Option<String>,
    /// All that wasn't given back yet.
    #[arg(long, conflicts_with = "amount")]
    all: bool,
    /// So many units of a line, at what they cost after discounts and with tax; once for each SKU.
    #[arg(long, value_name = "SKU=N", value_parser = units, conflicts_with_all = ["amount", "all"])]
    line: Vec<(Sku, u32)>,
    /// The delivery too.
    #[arg(long, conflicts_with_all = ["amount", "all"])]
    delivery: bool,
    /// The units come back to the stock, once the wallet has given their money back.
    #[arg(long, requires = "line")]
    restock: bool,
    /// Why; the wallet is told.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Your own id of the refund: 1 to 64 visible characters. Choose it once and keep it.
    #[arg(long)]
    key: String,
    /// Who asks, for the order's story.
    #[arg(long, value_name = "NAME", env = "USER", default_value = "command line")]
    operator: String,
    /// How many seconds to wait for the end. The server goes on after that.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    wait: u32,
}

pub(super) async fn run(config: &Config, refund: Refund) -> Result<(), Failure> {
    let asked = AskedRefund {
        key: &refund.key,
        amount: if refund.all { Some("all") } else { refund.amount.as_deref() },
        lines: refund.line,
        delivery: refund.delivery,
        restock: refund.restock,
        reason: refund.reason,
        operator: refund.operator,
    };
    let wish = wish(asked)
        .map_err(|(field, expected)| Failure::Other(format!("--{} must be {expected}", option(&field))))?;
    let store = open_existing(config).await?;
    let id = OrderId(refund.order);
    let key = wish.key.clone();
    write_down(config, &*store, &id, wish).await?;
    follow(&*store, &id, &key, now(&SystemClock).plus_millis(u64::from(refund.wait) * 1_000)).await
}

/// `SKU=N`.
fn units(text: &str) -> Result<(Sku, u32), String> {
    let rule = "a SKU and how many, such as TEA-S=2";
    let (sku, quantity) = text.rsplit_once('=').ok_or(rule)?;
    let quantity = quantity.parse().map_err(|_| rule)?;
    if sku.is_empty() { Err(rule.to_owned()) } else { Ok((Sku::from(sku), quantity)) }
}

/// The option by which a field is said.
fn option(field: &str) -> &str {
    if field.starts_with("lines") { "line" } else { field }
}

async fn write_down(
    config: &Config,
    store: &dyn Store,
    id: &OrderId,
    wish: RefundWish,
) -> Result<(), Failure> {
    let (settings, subscribers) = (Settings::from_config(config), subscribers(config));
    let schedule = |order: &Order| settings.calls(&order.customer.wallet).schedule.clone();
    match decision::write_down(store, id, &Event::RefundRequested(wish), schedule, &subscribers).await? {
        Decided::Changed => {}
        Decided::Unchanged => out::note("this key was used before; nothing new was written down"),
        Decided::Refused(refusal) => return Err(Failure::Other(refusal.to_string())),
        Decided::Conflict => {
            return Err(Failure::Other("this key was used for another order; choose a new one".to_owned()));
        }
    }
    Ok(())
}

/// Tells every change until the refund has ended or the time is over.
async fn follow(
    store: &dyn Store,
    id: &OrderId,
    key: &RefundRequestId,
    until: Timestamp,
) -> Result<(), Failure> {
    let mut told = None;
    loop {
        let order = load(store, id).await?;
        let Some(refund) = order.refund(key) else {
            return Err(Failure::Other(format!("the order has no refund {key}")));
        };
        if told.as_ref() != Some(&refund.state) {
            out::line(&progress(&order, refund));
            told = Some(refund.state.clone());
        }
        match &refund.state {
            RefundState::Succeeded { .. } => return Ok(()),
            RefundState::Failed { code, .. } => {
                return Err(Failure::Other(format!("the refund failed: {code}; a new one needs a new key")));
            }
            RefundState::NeedsAttention { code, .. } => {
                return Err(Failure::Other(format!(
                    "the refund needs attention: {code}; repair that and give the same command again"
                )));
            }
            RefundState::Requested | RefundState::Accepted { .. } | RefundState::Unknown { .. } => {}
        }
        if now(&SystemClock) >= until {
            out::note("not over yet; the server goes on, `orders show` tells how it ends");
            return Ok(());
        }
        SystemClock.sleep(LOOK_EVERY).await;
    }
}

fn progress(order: &Order, refund: &OrderRefund) -> String {
    let amount = order.currency.format(refund.amount);
    let what = match &refund.state {
        RefundState::Requested => "written down; waiting for the server to send it",
        RefundState::Accepted { .. } => "taken by the wallet; waiting for its confirmation",
        RefundState::Unknown { .. } => "the wallet's answer isn't known; asking",
        RefundState::Succeeded { .. } => "given back",
        RefundState::Failed { .. } => "failed",
        RefundState::NeedsAttention { .. } => "needs attention",
    };
    format!("{amount}  {what}")
}
