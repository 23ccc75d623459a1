//! `merchant-server webhooks list | resend ID | test NAME | secret`

use std::path::Path;
use std::sync::Arc;

use clap::Subcommand;
use merchant_core::time::text;
use wallet_api::clock::SystemClock;
use wallet_api::random::{Rng as _, SystemRng};
use wallet_api::transport::HttpRequest;

use super::{Failure, load, open_existing, out, serve};
use crate::config::{Config, keys};
use crate::store::{MessagePage, MessageRow};
use crate::time::now;
use crate::webhooks::{Answer, Secret, Subscriber, headers, read};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Messages, newest first, with what became of them.
    List {
        /// Only those that were given up until a person looks.
        #[arg(long)]
        parked: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
        limit: u32,
        /// Only messages with a lower number: the next page.
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Have a message sent anew, under its id, whatever became of it. The running server does it.
    Resend {
        /// The message's id.
        id: String,
        /// Only to this endpoint.
        #[arg(long, value_name = "NAME")]
        endpoint: Option<String>,
    },
    /// Send a signed message of the type `webhook.test` now, and say what the endpoint answers.
    Test {
        /// The endpoint's name in the configuration.
        name: String,
    },
    /// Print a new secret, for a file of its own and for the receiver.
    Secret,
}

pub(super) async fn run(config: &Path, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { parked, limit, before, json } => {
            let store = open_existing(&load(config)?).await?;
            let rows = store.list_messages(MessagePage { before, limit, parked_only: parked }).await?;
            if json {
                return out::json(&rows);
            }
            out::line("number  endpoint          event                  status     tries  message");
            message_lines(&rows).iter().for_each(|line| out::line(line));
            Ok(())
        }
        Command::Resend { id, endpoint } => {
            let store = open_existing(&load(config)?).await?;
            match store.resend_message(&id, endpoint.as_deref(), now(&SystemClock)).await? {
                0 => Err(Failure::Other(format!("there is no such message {id}; see `webhooks list`"))),
                count => {
                    out::line(&format!(
                        "{id} will be sent anew to {count} endpoint(s) by the running server"
                    ));
                    Ok(())
                }
            }
        }
        Command::Test { name } => test(&load(config)?, &name).await,
        Command::Secret => {
            let mut bytes = [0; 32];
            SystemRng.fill(&mut bytes);
            out::line(&Secret::text(&bytes));
            Ok(())
        }
    }
}

/// Messages as people read them, a line each.
pub(super) fn message_lines(rows: &[MessageRow]) -> Vec<String> {
    let line = |row: &MessageRow| {
        let (number, endpoint, kind, status, tries) =
            (row.number, &row.endpoint, &row.kind, &row.status, row.tries);
        let answer = row.answer.as_ref().map(|answer| format!("  {answer}")).unwrap_or_default();
        let due = row.due_at.map(|at| format!("  due {}", text(at))).unwrap_or_default();
        format!("{number:>6}  {endpoint:<16}  {kind:<21}  {status:<9}  {tries:>5}  {}{answer}{due}", row.id)
    };
    rows.iter().map(line).collect()
}

/// Whom a commit of the command line has to tell.
pub(super) fn subscribers(config: &Config) -> Arc<[Subscriber]> {
    let subscriber = |webhook: &crate::config::WebhookConfig| Subscriber {
        name: webhook.name.clone(),
        events: webhook.events.clone(),
    };
    config.webhooks.iter().map(subscriber).collect()
}

async fn test(config: &Config, name: &str) -> Result<(), Failure> {
    let webhook = config.webhooks.iter().find(|webhook| webhook.name == name).ok_or_else(|| {
        let names: Vec<_> = config.webhooks.iter().map(|webhook| webhook.name.as_str()).collect();
        Failure::Other(format!("there is no [webhooks.{name}]; configured are: {}", names.join(", ")))
    })?;
    let endpoint = keys::endpoint(webhook)?;
    let now = now(&SystemClock);
    let id = format!("msg_test_{}", SystemRng.unguessable_id());
    let body = serde_json::json!({ "type": "webhook.test", "timestamp": text(now), "data": {} });
    let body = body.to_string().into_bytes();
    let request = HttpRequest {
        url: endpoint.url.clone(),
        headers: headers(&endpoint, &id, &body, now),
        body,
        timeout: endpoint.timeout,
    };
    let answer = read(serve::transport(config)?.post(request).await);
    match answer {
        Answer::Status(200..=299, _) => {
            out::line(&format!("{name} took {id}: {answer}"));
            Ok(())
        }
        Answer::Status(_, _) | Answer::Nothing(_) => Err(Failure::Other(format!(
            "{name} didn't take {id}: {answer}; it must answer 2xx within {} seconds",
            endpoint.timeout.as_secs()
        ))),
    }
}
