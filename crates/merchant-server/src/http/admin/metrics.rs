//! `GET /metrics`: what the server counts, in Prometheus' text format.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shop_api::Problem;

use crate::app::{App, ShopError};
use crate::http::ApiProblem;
use crate::store::Counts;

/// What the server counts, for Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "Health",
    responses(
        (status = 200, description = "Prometheus' text format.", body = String, content_type = "text/plain; version=0.0.4; charset=utf-8"),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn handle(State(app): State<Arc<App>>) -> Result<Response, ApiProblem> {
    let counts = app.store.counts(app.now()).await.map_err(ShopError::from)?;
    let text = render(&app, &counts);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn render(app: &App, counts: &Counts) -> String {
    let mut text = String::new();
    for (counter, name, help) in crate::app::COUNTERS {
        describe(&mut text, name, help, "counter");
        sample(&mut text, name, app.metrics.value(counter));
    }
    let listeners = u64::try_from(app.wakes.listeners()).unwrap_or(u64::MAX);
    let gauges = [
        ("merchant_orders_needing_attention", "Orders that a person should look at.", counts.attention),
        ("merchant_jobs", "Jobs waiting or being worked on.", counts.jobs),
        ("merchant_jobs_overdue", "Jobs that should have been claimed already.", counts.overdue_jobs),
        ("merchant_webhooks_pending", "Messages to be delivered.", counts.pending_messages),
        ("merchant_webhooks_parked", "Messages that a person has to look at.", counts.parked_messages),
        ("merchant_long_polls_open", "Long polls that are waiting.", listeners),
    ];
    for (name, help, value) in gauges {
        describe(&mut text, name, help, "gauge");
        sample(&mut text, name, value);
    }
    describe(&mut text, "merchant_attempts_live", "Attempts that may still move money, by status.", "gauge");
    for (status, count) in &counts.live_attempts {
        sample(&mut text, &format!("merchant_attempts_live{{status=\"{status}\"}}"), *count);
    }
    text
}

fn describe(text: &mut String, name: &str, help: &str, kind: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn sample(text: &mut String, name: &str, value: u64) {
    let _ = writeln!(text, "{name} {value}");
}
