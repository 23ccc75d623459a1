//! `merchant-server orders show ID`, `orders list` and `orders fulfil ID STATUS`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use merchant_core::lifecycle::{Event, FulfilmentStep, Order, Schedule};
use merchant_core::time::text;
use shop_api::{MinorUnits, OrderId};

use super::books::entry_lines;
use super::decision::{self, Decided};
use super::webhooks::{message_lines, subscribers};
use super::{Failure, evidence, open_existing, out};
use crate::config::Config;
use crate::http::admin::{OrderStory, RefundStory, fulfilment_step, story_of};
use crate::store::{OrderPage, Store};
use crate::webhooks::Subscriber;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The whole story of an order on one screen: lines, attempts with their ids, events, stock, jobs.
    Show {
        /// The order's id.
        id: String,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Write every message between you and the wallet about an order into one file that anybody can check.
    Evidence {
        /// The order's id.
        id: String,
        /// The file to write; one that is there is replaced.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Orders, newest first.
    List {
        /// Only those that a person should look at.
        #[arg(long)]
        attention: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Only orders with a lower number: the next page.
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Say how far a paid order is on its way. It only goes forward; the shopper sees it.
    Fulfil {
        /// The order's id.
        id: String,
        /// accepted, shipped or completed.
        status: String,
        /// How to follow it, for the shopper: a carrier and a number.
        #[arg(long, value_name = "TEXT")]
        tracking: Option<String>,
        /// Who says so, for the order's story.
        #[arg(long, value_name = "NAME", env = "USER", default_value = "command line")]
        operator: String,
    },
}

pub(super) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let store = open_existing(config).await?;
    match command {
        Command::Show { id, json } => {
            let story = story_of(&*store, &OrderId(id.clone())).await?;
            let story =
                story.ok_or_else(|| Failure::Other(format!("there is no order {id}; see `orders list`")))?;
            if json { out::json(&story) } else { show(&story) }
        }
        Command::Evidence { id, out } => evidence::write(config, &*store, &id, &out).await,
        Command::List { attention, limit, before, json } => {
            let orders = store.list_orders(OrderPage { before, limit, attention_only: attention }).await?;
            if json {
                return out::json(&orders);
            }
            out::line(
                "number  order                             placed                status            total",
            );
            for order in orders {
                let (number, id, placed) = (order.number, &order.order_id, text(order.created_at));
                let note = order.attention.map(|reason| format!("  ({reason})")).unwrap_or_default();
                let (status, total, currency) = (&order.status, order.total, &order.currency);
                out::line(&format!(
                    "{number:>6}  {id:<32}  {placed}  {status:<16}  {currency} {total}{note}"
                ));
            }
            Ok(())
        }
        Command::Fulfil { id, status, tracking, operator } => {
            let said = fulfilment_step(&status, tracking.as_deref(), operator)
                .map_err(|(field, expected)| Failure::Other(format!("{field} must be {expected}")))?;
            fulfil(&*store, &OrderId(id), said, &subscribers(config)).await
        }
    }
}

fn show(story: &OrderStory) -> Result<(), Failure> {
    let money =
        |amount: MinorUnits| format!("{} ({} {amount})", story.currency.format(amount), story.currency.code);
    out::line(&format!("order     {}  version {}", story.order_id, story.version));
    out::line(&format!("status    {}", story.status));
    if let (Some(reason), Some(advice)) = (story.attention, story.advice) {
        out::line(&format!("attention {reason}: {advice}"));
    }
    out::line(&format!("total     {} to {}", money(story.total), story.payee));
    out::line(&format!("customer  {} of wallet {}", story.customer_id, story.wallet));
    out::line(&format!("placed    {}, to be paid by {}", text(story.created_at), text(story.pay_by)));
    if let Some(at) = story.erased_at {
        out::line(&format!("erased    {}: what was personal of it until then is gone", text(at)));
    }
    out::line("lines");
    for line in &story.lines {
        let (sku, name, variant) = (line.sku.as_str(), &line.name, &line.variant_name);
        let (quantity, unit, total) = (line.quantity, line.unit_price, money(line.subtotal));
        out::line(&format!("  {sku}  {name} {variant}  {quantity} x {unit} = {total}"));
    }
    amounts(story, &money);
    if let Some(to) = &story.address {
        let lines =
            [Some(&to.line1), to.line2.as_ref(), Some(&to.city), to.state.as_ref(), to.postcode.as_ref()];
        let lines: Vec<_> = lines.into_iter().flatten().map(String::as_str).collect();
        out::line(&format!("goes to   {}, {}, {}, {}", to.name, lines.join(", "), to.country, to.phone));
    }
    if let Some(fulfilment) = &story.fulfilment {
        let tracking = fulfilment.tracking.as_deref().unwrap_or_default();
        let (status, at) = (fulfilment.status.as_str(), text(fulfilment.at));
        out::line(&format!("delivery  {status} since {at}  {tracking}"));
    }
    out::line("attempts");
    for attempt in &story.attempts {
        let reason = attempt.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        out::line(&format!("  {}. {}{reason}  {}", attempt.number, attempt.status, attempt.attempt_id));
        out::line(&format!("     payment request {}", attempt.payment_request_id));
        let payment = attempt.payment_id.as_deref().unwrap_or("not known yet");
        out::line(&format!("     payment         {payment}"));
        let asked = attempt.last_asked_at.map(|at| format!(", asked about last {}", text(at)));
        out::line(&format!("     written         {}{}", text(attempt.created_at), asked.unwrap_or_default()));
    }
    if !story.refunds.is_empty() {
        out::line("refunds");
    }
    for refund in &story.refunds {
        let code = refund.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        let (status, amount) = (refund.status, money(refund.amount));
        out::line(&format!("  {amount}  {status}{code}, sent {} times", refund.sendings));
        refund_parts(refund, &money).iter().for_each(|line| out::line(&format!("     {line}")));
        let maker = if refund.made_by == "us" { "" } else { " (made at the wallet)" };
        out::line(&format!(
            "     by {}{maker} {}: {}",
            refund.requested_by,
            text(refund.requested_at),
            refund.reason
        ));
        let of = attempt_name(story, refund.attempt_id.as_str());
        out::line(&format!("     of     {of}"));
        out::line(&format!("     key    {}", refund.key));
        let known = refund.refund_id.as_deref().unwrap_or("not known yet");
        out::line(&format!("     refund {known}"));
    }
    out::line("events");
    for event in &story.events {
        let (at, version, actor, kind) = (text(event.at), event.version, &event.actor, &event.kind);
        out::line(&format!("  {at}  v{version:<3} {actor:<8} {kind}  {}", event.detail));
    }
    out::line("stock");
    for stock in &story.stock {
        let (on_hand, reserved, sold) = (stock.on_hand, stock.reserved, stock.sold);
        out::line(&format!("  {}  on hand {on_hand}, of which reserved {reserved}; sold {sold}", stock.sku));
    }
    if !story.exchanges.is_empty() {
        out::line("wallet");
    }
    for exchange in &story.exchanges {
        let (at, direction, operation) = (text(exchange.at), &exchange.direction, &exchange.operation);
        let (about, verdict) = (attempt_name(story, &exchange.about), &exchange.verdict);
        out::line(&format!("  {at}  {direction:<8}  {operation:<14}  {about}: {verdict}"));
    }
    if !story.entries.is_empty() {
        out::line("books");
    }
    entry_lines(&story.entries).iter().for_each(|line| out::line(&format!("  {line}")));
    if !story.messages.is_empty() {
        out::line("webhooks");
    }
    message_lines(&story.messages).iter().for_each(|line| out::line(&format!("  {line}")));
    for job in &story.jobs {
        let due = job.due_at.map_or_else(|| "being done".to_owned(), |at| format!("due {}", text(at)));
        out::line(&format!("job       {} {due}, tried {} times", job.kind, job.tries));
    }
    Ok(())
}

/// What a refund gives back, where units were asked for, and the tax in it.
fn refund_parts(refund: &RefundStory, money: &dyn Fn(MinorUnits) -> String) -> Vec<String> {
    let back = if refund.restock { ", back to the stock once it has succeeded" } else { "" };
    let units = refund
        .lines
        .iter()
        .map(|line| format!("{}  {} = {}{back}", line.sku, line.quantity, money(line.amount)));
    let delivery = refund.delivery.map(|amount| format!("delivery = {}", money(amount)));
    let tax = refund.tax.filter(|tax| tax.value() > 0);
    let tax = tax.map(|amount| format!("tax in it {}", money(amount)));
    units.chain(delivery).chain(tax).collect()
}

/// What the total has beside its lines.
fn amounts(story: &OrderStory, money: &dyn Fn(MinorUnits) -> String) {
    let breakdown = &story.breakdown;
    for discount in &breakdown.discounts {
        out::line(&format!("  {}  -{}", discount.label, money(discount.amount)));
    }
    if let Some(delivery) = &breakdown.delivery {
        out::line(&format!("  {}  {}", delivery.label, money(delivery.price)));
    }
    for tax in &breakdown.taxes {
        let how = if breakdown.tax_included { "included" } else { "added" };
        out::line(&format!("  {}  {}, {how}", tax.label, money(tax.amount)));
    }
}

/// Written down in the database; a running server tells the shopper.
async fn fulfil(
    store: &dyn Store,
    id: &OrderId,
    said: FulfilmentStep,
    subscribers: &Arc<[Subscriber]>,
) -> Result<(), Failure> {
    let stage = said.stage.as_str();
    // Nobody is called because of it, so any schedule will do.
    let schedule = |_: &Order| Schedule::default();
    match decision::write_down(store, id, &Event::Fulfilled(said.clone()), schedule, subscribers).await? {
        Decided::Changed | Decided::Unchanged => {
            out::line(&format!("{id} is {stage}"));
            Ok(())
        }
        Decided::Refused(refusal) => Err(Failure::Other(refusal.to_string())),
        Decided::Conflict => Err(Failure::Other(format!("{id} can't be changed now; try again"))),
    }
}

/// `attempt 1` for an attempt's id; anything else is a refund's key.
fn attempt_name(story: &OrderStory, id: &str) -> String {
    let attempt = story.attempts.iter().find(|attempt| attempt.attempt_id.as_str() == id);
    attempt.map_or_else(|| format!("refund {id}"), |attempt| format!("attempt {}", attempt.number))
}
