//! The host's key-value store, as far as it has one. Without it the cart lasts as long as the program.

use js_sys::{JSON, Object};
use wasm_bindgen::JsValue;

use super::{
    convert,
    my::{CallFailure, Host},
};
use crate::value::Value;

const KEY: &str = "wallet-checkout";
/// Longer than any phone takes; requests wait for what is being written.
const PATIENCE_MILLIS: u32 = 1_000;

/// What was stored; `None` when there is nothing or it can't be read.
pub async fn load(host: &Host) -> Option<Value> {
    let answer = host.call_within(PATIENCE_MILLIS, "getStorage", options()).await.ok()?;
    let text = convert::get(&answer, "data").as_string()?;
    JSON::parse(&text).ok().map(|value| convert::read(&value))
}

/// Stores a value.
///
/// # Errors
/// The host's reason, when it has storage and that failed.
pub async fn save(host: &Host, value: &Value) -> Result<(), String> {
    let text = JSON::stringify(&convert::write(value)).map_err(|thrown| convert::reason(&thrown))?;
    let options = options();
    convert::set(&options, "data", &text);
    match host.call_within(PATIENCE_MILLIS, "setStorage", options).await {
        Ok(_) | Err(CallFailure::Missing) => Ok(()),
        Err(CallFailure::Failed(thrown)) => Err(convert::reason(&thrown)),
    }
}

fn options() -> Object {
    let options = Object::new();
    convert::set(&options, "key", &JsValue::from_str(KEY));
    options
}
