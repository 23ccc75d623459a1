//! Keys, merchants, time, and starting over.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wallet_api::ids::{AppId, ClientId, KeyVersion, PartnerId};
use wallet_api::operation::Operation;

use super::customers::{Customers, customers};
use super::{Answer, Body};
use crate::merchants::{self, Registration, RegistrationError};
use crate::simulator::{Books, Simulator};
use crate::store::StoreError;
use crate::wallet::decide::founding;
use crate::wallet::event::Event;
use crate::web::Shared;
use crate::web::problem::Problem;

/// `GET /wallet-key`: the public key that merchants verify with, PEM.
pub(in crate::web) async fn wallet_key(State(simulator): Shared) -> Response {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], simulator.wallet_key().to_owned()).into_response()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::web) struct NewMerchant {
    client_id: ClientId,
    /// PEM or bare base64.
    public_key: String,
    /// The shipped profile that it speaks.
    profile: Option<String>,
    key_version: Option<KeyVersion>,
    app_id: Option<AppId>,
    partner_id: Option<PartnerId>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Registered {
    client_id: ClientId,
    key_version: KeyVersion,
    app_id: Option<AppId>,
    partner_id: Option<PartnerId>,
    profile: String,
    /// Where the merchant asks for payments.
    pay_url: String,
}

/// `POST /merchants {clientId, publicKey, profile?, keyVersion?, appId?, partnerId?}`: a merchant may call,
/// at once; one that is known already is replaced.
pub(in crate::web) async fn register_merchant(
    State(simulator): Shared,
    body: Body<NewMerchant>,
) -> Answer<Registered> {
    let new = body?.0;
    let registration = Registration {
        client_id: new.client_id,
        app_id: new.app_id,
        partner_id: new.partner_id,
        key_version: new.key_version,
        profile: new.profile,
    };
    let merchant =
        merchants::merchant(registration, new.public_key.as_bytes()).map_err(|error| match error {
            RegistrationError::Key(_) => Problem::bad_request("bad_public_key", format!("{error}.")),
            RegistrationError::Profile(_) => Problem::bad_request("bad_profile", format!("{error}.")),
        })?;
    let stored = Simulator::with_books(&simulator, move |books: &mut Books, _| {
        books.store.commit(vec![Event::MerchantRegistered(merchant.clone())])?;
        books.load_merchants();
        let dialect = books.dialect(&merchant.client_id).ok_or(StoreError::Impossible)?;
        let pay_url = dialect.profile.url(&dialect.profile.path(Operation::Pay));
        Ok((merchant, pay_url))
    });
    let (merchant, pay_url) = stored.await?;
    Ok(Json(Registered {
        client_id: merchant.client_id,
        key_version: merchant.key_version,
        app_id: merchant.app_id,
        partner_id: merchant.partner_id,
        profile: merchant.profile,
        pay_url,
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::web) struct Advance {
    advance_seconds: u32,
}

#[derive(Debug, Serialize)]
pub(in crate::web) struct Now {
    now: Timestamp,
}

/// `POST /clock {advanceSeconds}`: moves expiry, codes and the notification schedule, never back. Times
/// in signed headers stay the machine's, because a merchant's clock doesn't move along.
pub(in crate::web) async fn advance_clock(State(simulator): Shared, body: Body<Advance>) -> Answer<Now> {
    let seconds = body?.0.advance_seconds;
    let moved = Simulator::with_books(&simulator, move |books, now| {
        books.store.commit(vec![Event::ClockAdvanced { seconds }])?;
        Ok(wallet_api::clock::later(now, std::time::Duration::from_secs(seconds.into())))
    });
    let now = moved.await?;
    simulator.news().notify_one();
    Ok(Json(Now { now }))
}

/// `POST /reset`: customers as at the beginning, no payments, no faults; the merchants stay.
pub(in crate::web) async fn reset(State(simulator): Shared) -> Answer<Customers> {
    let founded = Simulator::with_books(&simulator, |books, _| {
        let mut events = vec![Event::Reset];
        events.extend(founding());
        books.store.commit(events)
    });
    founded.await?;
    simulator.faults().reset();
    simulator.clear_transcript();
    customers(State(simulator)).await
}
