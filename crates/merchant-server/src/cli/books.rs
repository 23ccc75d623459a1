//! `merchant-server books balance` and `books entries`

use clap::Subcommand;
use merchant_core::books::{Account, Balance, BookedEntry, sorted};
use merchant_core::time::text;
use shop_api::{OrderId, Timestamp};
use wallet_api::amount::Currency;
use wallet_api::clock::SystemClock;

use super::{Failure, open_existing, out};
use crate::config::Config;
use crate::time::{end_of, now};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// What stands on every account, of every wallet and currency.
    Balance {
        /// At the end of this day (2026-03-01, UTC), or at this moment (RFC 3339). Now if left out.
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// What stands in the books about an order, oldest first.
    Entries {
        /// The order's id.
        #[arg(long, value_name = "ID")]
        order: String,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let store = open_existing(config).await?;
    match command {
        Command::Balance { at, json } => {
            let before = match at {
                None => Timestamp(now(&SystemClock).0.saturating_add(1)),
                Some(text) => end_of(&text).ok_or_else(|| {
                    Failure::Other(format!(
                        "\"{text}\" is neither a day such as 2026-03-01 nor an RFC 3339 time"
                    ))
                })?,
            };
            let balances = sorted(store.balances(before).await?);
            if json { out::json(&balances) } else { show_balances(&balances) }
        }
        Command::Entries { order, json } => {
            let id = OrderId(order);
            if store.load(&id).await?.is_none() {
                return Err(Failure::Other(format!("there is no order {id}; see `orders list`")));
            }
            let entries = store.story(&id).await?.entries;
            if json {
                return out::json(&entries);
            }
            entry_lines(&entries).iter().for_each(|line| out::line(line));
            Ok(())
        }
    }
}

fn show_balances(balances: &[Balance]) -> Result<(), Failure> {
    out::line(
        "wallet            account          currency             debits            credits            balance",
    );
    for balance in balances {
        let money = |amount: i64| amount_text(&balance.currency, amount);
        let (wallet, account, currency) = (&balance.wallet, &balance.account, &balance.currency);
        let (debits, credits) = (money(balance.debits), money(balance.credits));
        let rest = money(balance.debits - balance.credits);
        out::line(&format!(
            "{wallet:<16}  {account:<15}  {currency:<8}  {debits:>17}  {credits:>17}  {rest:>17}"
        ));
    }
    if let Some(suspense) = balances.iter().find(|balance| is_unsettled(balance)) {
        let (wallet, currency) = (&suspense.wallet, &suspense.currency);
        out::note(&format!(
            "the suspense account of {wallet} in {currency} isn't empty: `orders list --attention` names what a person \
             has to look at"
        ));
    }
    Ok(())
}

fn is_unsettled(balance: &Balance) -> bool {
    balance.account == Account::Suspense.as_str() && balance.debits != balance.credits
}

/// Entries as people read them, a line each; the postings are told apart by their number.
pub(super) fn entry_lines(entries: &[BookedEntry]) -> Vec<String> {
    let line = |entry: &BookedEntry| {
        let amount = amount_text(&entry.currency, entry.amount);
        let (number, at, kind, account) = (entry.posting, text(entry.at), &entry.kind, &entry.account);
        let (currency, subject) = (&entry.currency, &entry.subject);
        format!("{number:>6}  {at}  {kind:<18}  {account:<15}  {currency} {amount:>17}  {subject}")
    };
    entries.iter().map(|entry| line(entry).trim_end().to_owned()).collect()
}

/// An amount with its sign and as many decimals as the currency has in ISO 4217.
fn amount_text(currency: &str, amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let value = amount.unsigned_abs();
    let number =
        Currency::parse(currency).map_or_else(|_| value.to_string(), |currency| currency.format(value));
    format!("{sign}{number}")
}
