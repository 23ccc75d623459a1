//! `merchant-server reconcile FILE --wallet NAME`

use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use merchant_core::time::text;
use shop_api::Timestamp;
use wallet_api::amount::Currency;
use wallet_api::clock::SystemClock;

use super::webhooks::subscribers;
use super::{Failure, open_existing, out};
use crate::config::{Config, WalletConfig};
use crate::reconcile::{Period, Reconciliation, Report, StatementFormat};
use crate::time::now;

/// Compare a wallet's statement with the books, row by row.
///
/// Fees and payouts are booked, once however often a row is imported. About whatever differs the running server
/// asks the wallet, and adopts what it confirms: payments, refunds made in the wallet's portal, reversals. Ends
/// with 0 only if everything matches.
#[derive(Debug, Args)]
pub(super) struct Reconcile {
    /// The statement, CSV.
    file: PathBuf,
    /// Whose it is: the name of a [wallets.NAME] that has a [wallets.NAME.statement].
    #[arg(long, value_name = "NAME")]
    wallet: String,
    /// The first day that it speaks of; the day of its first row if left out.
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<Date>,
    /// The last day.
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Date>,
    /// The whole report as JSON, for programs.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: &Config, asked: Reconcile) -> Result<(), Failure> {
    let (wallet, format) = statement_of(config, &asked.wallet)?;
    let period = period(format, asked.from, asked.to)?;
    let file = File::open(&asked.file)
        .map_err(|error| Failure::Other(format!("{} can't be read: {error}", asked.file.display())))?;
    let store = open_existing(config).await?;
    let catalog = store.catalog().await?;
    let currency = catalog.map(|catalog| catalog.currency.code).unwrap_or_default();
    let reconciliation = Reconciliation {
        store: &*store,
        wallet: &wallet.name,
        format,
        profile: &wallet.profile,
        schedule: &wallet.calls.schedule,
        currency: &currency,
        period,
        subscribers: subscribers(config),
        now: now(&SystemClock),
    };
    let report = reconciliation
        .run(file)
        .await
        .map_err(|error| Failure::Other(format!("{}: {error}", asked.file.display())))?;
    if asked.json {
        out::json(&report)?
    } else {
        show(&report)
    }
    if report.all_matches() { Ok(()) } else { Err(Failure::Unreconciled(unsettled(&report))) }
}

fn statement_of<'a>(
    config: &'a Config,
    name: &str,
) -> Result<(&'a WalletConfig, &'a StatementFormat), Failure> {
    let wallet = config.wallets.iter().find(|wallet| wallet.name.as_str() == name).ok_or_else(|| {
        let names: Vec<_> = config.wallets.iter().map(|wallet| wallet.name.as_str()).collect();
        Failure::Other(format!("there is no [wallets.{name}]; configured are: {}", names.join(", ")))
    })?;
    let format = wallet.statement.as_ref().ok_or_else(|| {
        let what = "how its statements are written isn't configured";
        Failure::Other(format!(
            "{what}; add [wallets.{name}.statement], which merchant-server.example.toml explains"
        ))
    })?;
    Ok((wallet, format))
}

fn period(format: &StatementFormat, from: Option<Date>, to: Option<Date>) -> Result<Option<Period>, Failure> {
    let (Some(from), Some(to)) = (from, to) else { return Ok(None) };
    if to < from {
        return Err(Failure::Other("--to must not be before --from".to_owned()));
    }
    let period = format.timing.days(from, to);
    period.map(Some).ok_or_else(|| Failure::Other("these days can't be reckoned with".to_owned()))
}

fn unsettled(report: &Report) -> u64 {
    report.differing.count + report.only_wallet.count + report.only_ours.count + report.unreadable.count
}

fn show(report: &Report) {
    if let Some(Period { from, to }) = report.period {
        out::line(&format!("{} from {} to {}", report.wallet, text(from), text(Timestamp(to.0))));
    }
    let (rows, new, matching) = (report.rows, report.new_rows, report.matching);
    out::line(&format!("{rows} rows, {new} of them new; {matching} match"));
    for (what, sums) in [("fees", &report.fees), ("paid out", &report.settled)] {
        for (currency, amount) in sums {
            out::line(&format!("{what}: {currency} {}", money(currency, *amount)));
        }
    }
    heading("differ", report.differing.count);
    for row in &report.differing.first {
        let (line, kind, order, id) = (row.line, row.kind.as_str(), &row.order_id, &row.id);
        let (difference, ours, theirs) = (row.difference, &row.ours, &row.theirs);
        out::line(&format!(
            "  line {line:<6} {kind:<10} {id}  order {order}  {difference}: the wallet says {theirs}, we say {ours}"
        ));
    }
    heading("only the wallet has", report.only_wallet.count);
    for row in &report.only_wallet.first {
        let (line, kind, id, at) = (row.line, row.kind.as_str(), &row.id, text(row.at));
        let amount = money(&row.currency, row.amount);
        out::line(&format!("  line {line:<6} {kind:<10} {id}  {at}  {} {amount}", row.currency));
    }
    heading("only we have", report.only_ours.count);
    for ours in &report.only_ours.first {
        let (id, order, at, amount) = (&ours.id, &ours.order_id, text(ours.at), ours.amount);
        out::line(&format!("  {:?} {id}  order {order}  {at}  {amount}", ours.kind).to_lowercase());
    }
    heading("can't be read", report.unreadable.count);
    for bad in &report.unreadable.first {
        out::line(&format!("  {bad}"));
    }
    if report.inquiries > 0 {
        out::line(&format!("{} inquiries were started; the running server makes them", report.inquiries));
    }
}

fn heading(what: &str, count: u64) {
    if count > 0 {
        out::line(&format!("{what}: {count}"));
    }
}

fn money(currency: &str, amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let value = amount.unsigned_abs();
    let number =
        Currency::parse(currency).map_or_else(|_| value.to_string(), |currency| currency.format(value));
    format!("{sign}{number}")
}
