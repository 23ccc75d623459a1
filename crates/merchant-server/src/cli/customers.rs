//! `merchant-server customers erase --wallet NAME CUSTOMER_ID`

use std::sync::Arc;

use clap::Subcommand;
use merchant_core::lifecycle::{
    Customer, CustomerId, Eraser, Event, Refusal, Schedule, StillNeeded, WalletName, decide,
};
use shop_api::OrderId;
use wallet_api::clock::SystemClock;
use wallet_api::random::SystemRng;

use super::decision::{self, Decided};
use super::{Failure, open_existing, out};
use crate::app::erasure;
use crate::config::Config;
use crate::store::{Forgotten, Store};
use crate::time::now;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Erase what is personal of a customer's orders, for good. Amounts, goods and books stay.
    ///
    /// Sessions and quotes of the customer are deleted too. What isn't over yet can't be erased: the command says why
    /// and what to do, and ends with 1. Giving it again erases what is left. The server may be running.
    Erase {
        /// The customer's id at the wallet; `orders show` tells it.
        customer: String,
        /// The wallet's name in the configuration.
        #[arg(long, value_name = "NAME")]
        wallet: String,
        /// Only say what would be erased.
        #[arg(long)]
        dry_run: bool,
        /// Who has it erased, for the orders' stories.
        #[arg(long, value_name = "NAME", env = "USER", default_value = "command line")]
        operator: String,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let Command::Erase { customer, wallet, dry_run, operator } = command;
    let id = CustomerId::new(customer).map_err(|error| Failure::Other(error.to_string()))?;
    let customer = Customer { wallet: WalletName(wallet), id };
    let store = open_existing(config).await?;
    // First of all, so that nobody goes on ordering meanwhile.
    let forgotten = if dry_run { Forgotten::default() } else { store.forget_customer(&customer).await? };
    let orders = store.order_ids_of(&customer).await?;
    let is_configured = config.wallets.iter().any(|wallet| wallet.name == customer.wallet);
    if orders.is_empty() && !is_configured {
        let name = &customer.wallet;
        return Err(Failure::Other(format!("there is no wallet {name}; check --wallet, nothing was erased")));
    }
    let mut kept = Vec::new();
    for order in &orders {
        if let Some(why) = erase(&*store, order, &operator, dry_run).await? {
            kept.push((order, why));
        }
    }
    let would = if dry_run { "would be " } else { "" };
    out::line(&format!("{} orders {would}erased", orders.len() - kept.len()));
    if !dry_run {
        out::line(&format!("{} sessions and {} quotes deleted", forgotten.sessions, forgotten.quotes));
    }
    for (order, why) in &kept {
        out::line(&format!("{order}  not yet: {why}"));
    }
    if kept.is_empty() { Ok(()) } else { Err(Failure::NotErased(kept.len())) }
}

/// Why it can't be erased yet; none when it is, or would be.
async fn erase(
    store: &dyn Store,
    id: &OrderId,
    operator: &str,
    dry_run: bool,
) -> Result<Option<StillNeeded>, Failure> {
    let wish = Event::ErasureRequested(erasure(Eraser::Operator(operator.to_owned()), &SystemRng));
    // Nobody is called because of it, so any schedule will do; nor is anybody told.
    let decided = if dry_run {
        would_be(store, id, wish).await?
    } else {
        decision::write_down(store, id, &wish, |_| Schedule::default(), &Arc::default()).await?
    };
    match decided {
        Decided::Changed | Decided::Unchanged => Ok(None),
        Decided::Refused(Refusal::StillNeeded(why)) => Ok(Some(why)),
        Decided::Refused(refusal) => Err(Failure::Other(refusal.to_string())),
        Decided::Conflict => Ok(Some(StillNeeded::MessagePending)),
    }
}

/// What would become of it.
async fn would_be(store: &dyn Store, id: &OrderId, wish: Event) -> Result<Decided, Failure> {
    let order = decision::load(store, id).await?;
    match decide(&order, wish, now(&SystemClock), &Schedule::default()) {
        Ok(change) if change.is_empty() => return Ok(Decided::Unchanged),
        Ok(_) => {}
        Err(refusal) => return Ok(Decided::Refused(refusal)),
    }
    let messages = store.story(id).await?.messages;
    let is_pending = messages.iter().any(|message| message.status == "pending");
    Ok(if is_pending { Decided::Conflict } else { Decided::Changed })
}
