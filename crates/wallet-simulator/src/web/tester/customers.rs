//! Customers: what they have, their logins and codes, and what risk control thinks of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::amount::{Amount, AmountError, Currency};
use wallet_api::ids::{AuthCode, CustomerId};

use super::{Answer, Body};
use crate::simulator::Simulator;
use crate::wallet::Wallet;
use crate::wallet::event::Event;
use crate::wallet::ledger::Account;
use crate::web::Shared;
use crate::web::problem::Problem;

/// An amount as testers write it; zero is allowed where it is a balance.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct PlainAmount {
    currency: String,
    value: String,
}

impl PlainAmount {
    pub(super) fn new(currency: Currency, value: i128) -> Self {
        Self { currency: currency.to_string(), value: value.to_string() }
    }

    /// An amount to move.
    pub(super) fn parse(&self) -> Result<Amount, Problem> {
        let bad = |error: AmountError| Problem::bad_request("bad_amount", format!("{error}."));
        Ok(Amount { currency: self.currency.parse().map_err(bad)?, value: self.value.parse().map_err(bad)? })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct CustomerView {
    customer_id: CustomerId,
    name: String,
    balances: Vec<PlainAmount>,
    refuse_next_payment: bool,
}

#[derive(Debug, Serialize)]
pub(in crate::web) struct Customers {
    customers: Vec<CustomerView>,
}

/// `GET /customers`
pub(in crate::web) async fn customers(State(simulator): Shared) -> Answer<Customers> {
    let customers = Simulator::with_books(&simulator, |books, _| {
        let wallet = books.store.wallet();
        Ok(wallet.customers().filter_map(|(id, _)| customer_view(wallet, id)).collect())
    });
    Ok(Json(Customers { customers: customers.await? }))
}

fn customer_view(wallet: &Wallet, customer_id: &CustomerId) -> Option<CustomerView> {
    let customer = wallet.customer(customer_id)?;
    let account = Account::Customer(customer_id.clone());
    let balances = wallet.ledger().balances(&account);
    Some(CustomerView {
        customer_id: customer_id.clone(),
        name: customer.name.clone(),
        balances: balances.map(|(currency, value)| PlainAmount::new(currency, value)).collect(),
        refuse_next_payment: customer.refuse_next_payment,
    })
}

/// The most characters of a customer's name.
const MAX_NAME: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::web) struct NewCustomer {
    customer_id: CustomerId,
    name: String,
}

/// `POST /customers {customerId, name}`: one more customer, who has nothing yet.
pub(in crate::web) async fn open(State(simulator): Shared, body: Body<NewCustomer>) -> Answer<CustomerView> {
    let NewCustomer { customer_id, name } = body?.0;
    if !(1..=MAX_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let detail = format!("A name has 1 to {MAX_NAME} characters on one line.");
        return Err(Problem::bad_request("bad_name", detail));
    }
    let opened = Simulator::with_books(&simulator, move |books, _| {
        let Some(events) = books.store.wallet().decide_open(&customer_id, &name) else {
            let detail = "There is a customer with this id; GET /_simulator/customers lists them.";
            return Ok(Err(Problem::new(StatusCode::CONFLICT, "customer_exists", detail)));
        };
        books.store.commit(events)?;
        Ok(customer_view(books.store.wallet(), &customer_id).ok_or_else(unknown_customer))
    });
    opened.await?.map(Json)
}

/// `POST /customers/{customerId}/top-up {currency, value}`
pub(in crate::web) async fn top_up(
    State(simulator): Shared,
    Path(customer_id): Path<String>,
    body: Body<PlainAmount>,
) -> Answer<CustomerView> {
    let amount = body?.0.parse()?;
    change_customer(&simulator, &customer_id, move |wallet, id| {
        let refused = || Problem::bad_request("balance_too_large", "A balance has 16 digits at the most.");
        wallet.decide_top_up(id, amount).ok_or_else(refused)
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Refusal {
    refuse: bool,
}

/// `POST /customers/{customerId}/refuse-next-payment {refuse}`
pub(in crate::web) async fn refuse_next_payment(
    State(simulator): Shared,
    Path(customer_id): Path<String>,
    body: Body<Refusal>,
) -> Answer<CustomerView> {
    let refuse = body?.0.refuse;
    change_customer(&simulator, &customer_id, move |_, id| {
        Ok(vec![Event::RefusalSet { customer_id: id.clone(), refuse }])
    })
    .await
}

async fn change_customer(
    simulator: &Arc<Simulator>,
    customer_id: &str,
    decide: impl FnOnce(&Wallet, &CustomerId) -> Result<Vec<Event>, Problem> + Send + 'static,
) -> Answer<CustomerView> {
    let customer_id = CustomerId::new(customer_id).map_err(|_| unknown_customer())?;
    let changed = Simulator::with_books(simulator, move |books, _| {
        let wallet = books.store.wallet();
        if wallet.customer(&customer_id).is_none() {
            return Ok(Err(unknown_customer()));
        }
        match decide(wallet, &customer_id) {
            Ok(events) => books.store.commit(events)?,
            Err(problem) => return Ok(Err(problem)),
        }
        Ok(customer_view(books.store.wallet(), &customer_id).ok_or_else(unknown_customer))
    });
    changed.await?.map(Json)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::web) struct ForCustomer {
    customer_id: CustomerId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct IssuedAuthCode {
    auth_code: AuthCode,
}

/// `POST /auth-codes {customerId}`: what `my.getAuthCode` gives.
pub(in crate::web) async fn auth_code(
    State(simulator): Shared,
    body: Body<ForCustomer>,
) -> Answer<IssuedAuthCode> {
    let customer_id = body?.0.customer_id;
    let auth_code = AuthCode::new(simulator.rng().unguessable_id()).map_err(|_| Problem::internal())?;
    let code = auth_code.clone();
    issue(&simulator, move |wallet, now| wallet.decide_auth_code(now, &customer_id, code)).await?;
    Ok(Json(IssuedAuthCode { auth_code }))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct IssuedLogin {
    login_token: String,
}

/// `POST /logins {customerId}`: what the platform opens the cashier with.
pub(in crate::web) async fn login(State(simulator): Shared, body: Body<ForCustomer>) -> Answer<IssuedLogin> {
    let customer_id = body?.0.customer_id;
    let login_token = simulator.rng().secret();
    let token = login_token.clone();
    issue(&simulator, move |wallet, now| wallet.decide_login(now, &customer_id, token)).await?;
    Ok(Json(IssuedLogin { login_token }))
}

async fn issue(
    simulator: &Arc<Simulator>,
    decide: impl FnOnce(&Wallet, Timestamp) -> Option<Vec<Event>> + Send + 'static,
) -> Result<(), Problem> {
    let issued =
        Simulator::with_books(simulator, move |books, now| match decide(books.store.wallet(), now) {
            Some(events) => books.store.commit(events).map(|()| true),
            None => Ok(false),
        });
    if issued.await? { Ok(()) } else { Err(unknown_customer()) }
}

fn unknown_customer() -> Problem {
    Problem::not_found("unknown_customer", "There is no such customer; GET /_simulator/customers lists them.")
}
