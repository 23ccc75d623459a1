//! `merchant-server catalog import FILE`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use shop_api::Currency;

use super::{Failure, out};
use crate::catalog::{ShopFlags, copy_images, read};
use crate::config::Config;
use crate::store::Imported;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Replace the catalogue by a file, keeping reservations and sold counts.
    ///
    /// The file is JSON, or CSV with one row a variant. Its pictures lie in the folder `images` beside it
    /// and are copied to `media_dir`. What the file doesn't name is no longer sold. On any error nothing
    /// is changed. The server may be running.
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// A file whose name ends in .json or .csv.
    file: PathBuf,
    /// Do nothing when there is a catalogue already.
    #[arg(long)]
    if_empty: bool,
    /// The shop's name, 1 to 64 characters. For CSV files; they have no place for it.
    #[arg(long, value_name = "NAME")]
    shop_name: Option<String>,
    /// One line under the name.
    #[arg(long, value_name = "TEXT")]
    tagline: Option<String>,
    /// The currency of the prices: code, decimals, symbol. Example: PHP:2:₱
    ///
    /// Given more than once, the first is the default; a CSV file has the prices in the others in the
    /// columns price_CODE.
    #[arg(long = "currency", value_name = "CODE:EXPONENT:SYMBOL", value_parser = currency)]
    currencies: Vec<Currency>,
}

fn currency(text: &str) -> Result<Currency, String> {
    let mut parts = text.splitn(3, ':');
    let (code, exponent, symbol) = (parts.next(), parts.next(), parts.next());
    match (code, exponent.map(str::parse), symbol) {
        (Some(code), Some(Ok(exponent)), Some(symbol)) => {
            Ok(Currency { code: code.to_owned(), exponent, symbol: symbol.to_owned() })
        }
        _ => Err("write code, decimals and symbol, such as PHP:2:₱ or JPY:0:¥".to_owned()),
    }
}

pub(super) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let Command::Import(import) = command;
    let store = super::open(config).await?;
    let current = store.catalog().await?;
    if import.if_empty && current.is_some() {
        out::line("there is a catalogue already; nothing was changed");
        return Ok(());
    }
    let flags =
        ShopFlags { shop_name: import.shop_name, tagline: import.tagline, currencies: import.currencies };
    let catalog = read(&import.file, &flags, current.as_ref())?;
    let pictures = copy_images(&import.file, &catalog, &config.media_dir)?;
    let (products, currency) = (catalog.products.len(), catalog.currency.code.clone());
    match store.import_catalog(catalog, import.if_empty).await? {
        Imported::Done(report) => {
            let (added, kept, removed) = (report.added, report.kept, report.removed);
            out::line(&format!(
                "{products} products in {currency}, {pictures} pictures; variants: {added} added, {kept} kept, {removed} removed"
            ));
            for sku in report.raised_to_reserved {
                out::line(&format!(
                    "{sku}: more units are reserved by unpaid orders than the file has on hand; its count was set to those"
                ));
            }
            Ok(())
        }
        Imported::NotEmpty => {
            out::line("there is a catalogue already; nothing was changed");
            Ok(())
        }
        Imported::CurrencyInUse { current, open_orders } => Err(Failure::Other(format!(
            "{open_orders} unpaid orders are in {current}; import a catalogue in {currency} when they are over"
        ))),
    }
}
