//! Who a request really comes from. Nothing in it is read before this says so.

use wallet_api::ids::ClientId;
use wallet_api::keys::{Verifier, VerifyError};
use wallet_api::operation::result::ResultCode;
use wallet_api::signature::{CLIENT_ID, REQUEST_TIME, SIGNATURE, SignatureError, SignedMessage};
use wallet_api::time;

use crate::simulator::RawRequest;

/// Who really sent this; or why it can't be said, which is answered unsigned.
pub(crate) fn verify(
    keys: &dyn Verifier,
    request: &RawRequest,
) -> Result<ClientId, (ResultCode, &'static str)> {
    let header = |name: &str| {
        let mut values = request.headers.get_all(name).iter();
        let only = values.next().filter(|_| values.next().is_none());
        only.and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty())
    };
    let invalid = |message| (ResultCode::InvalidSignature, message);
    if request.method != "POST" {
        return Err((ResultCode::MethodNotSupported, "only POST is supported"));
    }
    let client_id = header(CLIENT_ID).ok_or(invalid("the Client-Id header is missing"))?;
    let time = header(REQUEST_TIME).ok_or(invalid("the Request-Time header is missing"))?;
    let signature = header(SIGNATURE).ok_or(invalid("the Signature header is missing"))?;
    time::parse(time).map_err(|_| invalid("Request-Time is not a time"))?;
    let message = SignedMessage { method: "POST", uri: &request.uri, client_id, time, body: &request.body };
    message.verify(keys, signature).map_err(|error| match error {
        SignatureError::Refused(VerifyError::UnknownKey) => {
            (ResultCode::KeyNotFound, "no key is known for this Client-Id and keyVersion")
        }
        SignatureError::Refused(_) => invalid("the signature is not this client's over this request"),
        SignatureError::Missing | SignatureError::Malformed(_) | SignatureError::Algorithm => {
            invalid("the Signature header is malformed")
        }
    })?;
    ClientId::new(client_id).map_err(|_| (ResultCode::InvalidClient, "Client-Id is not an id"))
}
