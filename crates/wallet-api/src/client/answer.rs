//! What may be believed of an answer: status, client, signature, time; only then its body.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::later;
use crate::headers::SignedHeaders;
use crate::keys::Verifier;
use crate::operation::result::ResultStatus;
use crate::outcome::{Reason, is_configuration};
use crate::profile::WalletProfile;
use crate::signature::{RESPONSE_TIME, SIGNATURE, SignatureError, SignedMessage};
use crate::time;
use crate::transport::HttpResponse;
use crate::wire::{Message, read_result};

/// The call that an answer must fit.
pub(super) struct Asked<'a> {
    pub profile: &'a WalletProfile,
    pub uri: &'a str,
    pub sent_at: Timestamp,
    pub received_at: Timestamp,
}

/// Whether anything about `response` is in doubt.
pub(super) fn verify(
    asked: &Asked<'_>,
    verifier: &dyn Verifier,
    response: &HttpResponse,
) -> Result<(), Reason> {
    if response.status != 200 {
        return Err(Reason::HttpStatus(response.status));
    }
    let Some(headers) = SignedHeaders::read(&response.headers, RESPONSE_TIME) else {
        return Err(unsigned(response));
    };
    if headers.client_id != asked.profile.client_id.as_str() {
        return Err(Reason::WrongClient);
    }
    SignedMessage {
        method: "POST",
        uri: asked.uri,
        client_id: headers.client_id,
        time: headers.time,
        body: &response.body,
    }
    .verify(verifier, headers.signature)
    .map_err(Reason::Unverified)?;
    let skew = Duration::from_secs(asked.profile.clock_skew_seconds.into());
    let responded_at = time::parse(headers.time).map_err(|_| Reason::ResponseTime)?;
    if responded_at < earlier(asked.sent_at, skew) || responded_at > later(asked.received_at, skew) {
        return Err(Reason::ResponseTime);
    }
    Ok(())
}

/// A body as a message; the error names the place, never the content.
pub(super) fn read<T: Message>(body: &[u8]) -> Result<T, Reason> {
    T::read(body).map_err(|error| Reason::Unreadable(error.place()))
}

/// What is echoed must be what was asked for; what isn't echoed says nothing.
pub(super) fn echoed<T: PartialEq>(
    asked: Option<&T>,
    echoed: Option<&T>,
    member: &'static str,
) -> Result<(), Reason> {
    match (asked, echoed) {
        (Some(asked), Some(echoed)) if asked != echoed => Err(Reason::Mismatch(member)),
        _ => Ok(()),
    }
}

/// A member that an answer can't do without.
pub(super) fn needed<T>(value: Option<T>, member: &'static str) -> Result<T, Reason> {
    value.ok_or_else(|| Reason::Unreadable(format!("there is no {member}")))
}

/// An answer without a signature: at the most it says what is wrong with our configuration.
fn unsigned(response: &HttpResponse) -> Reason {
    let fault = match response.headers.get_all(SIGNATURE).iter().count() {
        0 => SignatureError::Missing,
        1 => SignatureError::Malformed("it, Client-Id or Response-Time is empty, missing or stands twice"),
        _ => SignatureError::Malformed("it stands twice"),
    };
    match read_result(&response.body) {
        Ok(result)
            if fault == SignatureError::Missing
                && result.result_status == ResultStatus::Failed
                && is_configuration(&result.result_code) =>
        {
            Reason::configuration(&result)
        }
        Ok(_) | Err(_) => Reason::Unverified(fault),
    }
}

fn earlier(time: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .ok()
        .and_then(|duration| time.checked_sub(duration).ok())
        .unwrap_or(Timestamp::MIN)
}
