//! What shall go wrong.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Answer, Body};
use crate::faults::{FaultView, NewFault, WishError};
use crate::simulator::Simulator;
use crate::web::Shared;
use crate::web::problem::Problem;

#[derive(Debug, Serialize)]
pub(in crate::web) struct List {
    faults: Vec<FaultView>,
}

fn all(simulator: &Simulator) -> Answer<List> {
    Ok(Json(List { faults: simulator.faults().views() }))
}

/// `GET /faults`: all of them, with how often each could have fired and did.
pub(in crate::web) async fn list(State(simulator): Shared) -> Answer<List> {
    all(&simulator)
}

/// `POST /faults {on, kind, .., clientId?, paymentRequestId?, nth?, times? | probability?, seed?}`: one more.
pub(in crate::web) async fn add(
    State(simulator): Shared,
    body: Body<Map<String, Value>>,
) -> Answer<FaultView> {
    let bad = |error: WishError| Problem::bad_request("bad_fault", format!("{error}."));
    let new = NewFault::read(body?.0).map_err(bad)?;
    let added = simulator.faults().add(new);
    let too_many = || {
        let detail = "There are 1000 faults already; DELETE /_simulator/faults forgets them.";
        Problem::new(StatusCode::CONFLICT, "too_many_faults", detail)
    };
    added.map(Json).ok_or_else(too_many)
}

/// `DELETE /faults/{id}`: this one is forgotten, and what waited for it goes on. The answer is the others.
pub(in crate::web) async fn remove(State(simulator): Shared, Path(id): Path<String>) -> Answer<List> {
    if !simulator.faults().remove(&id) {
        let detail = "There is no such fault; GET /_simulator/faults lists them.";
        return Err(Problem::not_found("unknown_fault", detail));
    }
    simulator.news().notify_one();
    all(&simulator)
}

/// `DELETE /faults`: all are forgotten, and what waited for them goes on.
pub(in crate::web) async fn remove_all(State(simulator): Shared) -> Answer<List> {
    simulator.faults().clear();
    simulator.news().notify_one();
    all(&simulator)
}
