//! Requests to the merchant server: through `my.request` where the host has it, else by fetch.
//!
//! Every request asks for the envelope, so that a host which drops the body of a 4xx still hands over
//! what the server said.

use gloo_net::http::Request;
use js_sys::{JSON, Object};
use wasm_bindgen::{JsCast as _, JsValue};

use super::{
    convert::{self, get, set},
    my::{CallFailure, Host},
};
use crate::{
    effect::Token,
    event::Reply,
    session::{ApiCall, Method},
    text,
    value::Value,
};

/// Longer than a poll may be held open.
const TIMEOUT_MILLIS: u32 = 30_000;
/// How long a host may take to tell of that time-out.
const PATIENCE_MILLIS: u32 = 40_000;

/// A reply, and what the host said when there is none.
pub struct Sent {
    /// For the core.
    pub reply: Reply,
    /// For `onError`, where somebody can do something about it.
    pub fault: Option<String>,
}

/// What the host tells of itself, for the server.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Which wallet this is.
    pub site_name: Option<String>,
    /// The phone's system.
    pub system: Option<String>,
}

/// Sends one request.
pub async fn send(
    host: &Host,
    server: &str,
    surroundings: &Surroundings,
    call: &ApiCall,
    token: Option<&Token>,
) -> Sent {
    let url = text::join(&[server, shop_api::BASE_PATH, &call.path]);
    let headers = headers(surroundings, call, token);
    if host.has("request") {
        by_host(host, &url, call, &headers).await
    } else {
        by_fetch(&url, call, &headers).await
    }
}

fn headers(surroundings: &Surroundings, call: &ApiCall, token: Option<&Token>) -> Object {
    let headers = Object::new();
    let put = |name, value: &str| set(&headers, name, &JsValue::from_str(value));
    put(shop_api::ENVELOPE_HEADER, "1");
    put(shop_api::CLIENT_VERSION_HEADER, env!("CARGO_PKG_VERSION"));
    for (name, value) in [
        (shop_api::SITE_NAME_HEADER, &surroundings.site_name),
        (shop_api::CLIENT_SYSTEM_HEADER, &surroundings.system),
    ] {
        // What isn't ASCII no header can carry.
        if let Some(value) =
            value.as_ref().filter(|value| value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '))
        {
            put(name, value);
        }
    }
    if call.body.is_some() {
        put("content-type", "application/json");
    }
    if let Some(Token(token)) = token {
        put("authorization", &text::join(&["Bearer ", token]));
    }
    headers
}

async fn by_host(host: &Host, url: &str, call: &ApiCall, headers: &Object) -> Sent {
    let options = Object::new();
    set(&options, "url", &JsValue::from_str(url));
    set(&options, "method", &method(call));
    set(&options, "headers", headers);
    set(&options, "dataType", &JsValue::from_str("json"));
    set(&options, "timeout", &JsValue::from(TIMEOUT_MILLIS));
    if let Some(body) = &call.body {
        set(&options, "data", &convert::write(body));
    }
    match host.call_within(PATIENCE_MILLIS, "request", options).await {
        Ok(answer) => answered(get(&answer, "status").as_f64(), &get(&answer, "data")),
        Err(CallFailure::Missing) => lost(None),
        Err(CallFailure::Failed(error)) => lost(fault(url, &error)),
    }
}

fn method(call: &ApiCall) -> JsValue {
    JsValue::from_str(match call.method {
        Method::Get => "GET",
        Method::Post => "POST",
    })
}

/// What the developer must mend, in words; a network that is down is nothing to mend.
fn fault(url: &str, error: &JsValue) -> Option<String> {
    let why = match get(error, "error").as_f64() {
        Some(2.0) => "the host refused the request as malformed; is the server's address https?",
        Some(4.0) => "the server's domain is not on the mini program's whitelist",
        Some(11.0) => "the host doesn't allow requests to another domain",
        _ => return None,
    };
    Some(text::join(&["request ", url, " failed: ", why]))
}

async fn by_fetch(url: &str, call: &ApiCall, headers: &Object) -> Sent {
    let init = Object::new();
    set(&init, "method", &method(call));
    set(&init, "headers", headers);
    if let Some(body) = call.body.as_ref().and_then(|body| JSON::stringify(&convert::write(body)).ok()) {
        set(&init, "body", &body);
    }
    // The request is made here and not by gloo's builder, which parses every address twice.
    let Ok(request) = web_sys::Request::new_with_str_and_init(url, init.unchecked_ref()) else {
        return lost(None);
    };
    let Ok(response) = Request::from(request).send().await else { return lost(None) };
    let status = Some(f64::from(response.status()));
    let Ok(text) = response.text().await else { return lost(None) };
    answered(status, &JSON::parse(&text).unwrap_or(JsValue::NULL))
}

fn lost(fault: Option<String>) -> Sent {
    Sent { reply: Reply::Lost, fault }
}

/// Opens the envelope.
fn answered(status: Option<f64>, data: &JsValue) -> Sent {
    let (status, body) = match convert::read(data) {
        Value::Object(mut members) => {
            match (envelope_status(&members), members.iter().position(|(name, _)| name == "body")) {
                (Some(inner), Some(at)) => (Some(inner), members.swap_remove(at).1),
                _ => (status, Value::Object(members)),
            }
        }
        other => (status, other),
    };
    // Some hosts name no status when all went well.
    let status = status.unwrap_or(200.0);
    let in_range = (100.0..600.0).contains(&status);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range, see above")]
    let reply = if in_range { Reply::Answer { status: status as u16, body } } else { Reply::Lost };
    Sent { reply, fault: None }
}

fn envelope_status(members: &[(std::borrow::Cow<'static, str>, Value)]) -> Option<f64> {
    members.iter().find_map(|(name, value)| match value {
        Value::Number(status) if name == "status" => Some(*status),
        _ => None,
    })
}
