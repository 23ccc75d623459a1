//! The JSAPI, bound structurally: methods of whatever object was passed as the host.
//!
//! Called in the callback form, which every wallet has, whatever a wallet's version returns besides. The
//! callbacks are a promise's own `resolve` and `reject`, so a host that calls back at once, twice or never
//! can't enter the core in the middle of something.

use js_sys::{Function, Object, Promise};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::convert::{get, set};

#[wasm_bindgen]
extern "C" {
    /// The one timer that every host has.
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(callback: &JsValue, millis: u32);
}

/// The host object.
#[derive(Clone)]
pub struct Host(pub JsValue);

/// Why a method gave nothing.
pub enum CallFailure {
    /// The host has no such method.
    Missing,
    /// It threw, or called `fail` with this.
    Failed(JsValue),
}

impl Host {
    /// Whether the host has a method of this name now.
    pub fn has(&self, method: &str) -> bool {
        get(&self.0, method).is_function()
    }

    /// Calls a method and waits for `success` or `fail`, for so many milliseconds: hosts lose callbacks.
    pub async fn call_within(
        &self,
        millis: u32,
        method: &str,
        options: Object,
    ) -> Result<JsValue, CallFailure> {
        self.start(method, options, Some(millis))?.await.map_err(CallFailure::Failed)
    }

    /// Calls a method and waits for `success` or `fail`, however long the shopper takes.
    pub async fn call(&self, method: &str, options: Object) -> Result<JsValue, CallFailure> {
        self.start(method, options, None)?.await.map_err(CallFailure::Failed)
    }

    fn start(&self, method: &str, options: Object, millis: Option<u32>) -> Result<JsFuture, CallFailure> {
        let function = get(&self.0, method).dyn_into::<Function>().map_err(|_| CallFailure::Missing)?;
        let answer = Promise::new(&mut |resolve, reject| {
            set(&options, "success", &resolve);
            set(&options, "fail", &reject);
            if let Err(thrown) = function.call1(&self.0, &options) {
                let _ = reject.call1(&JsValue::UNDEFINED, &thrown);
            }
            if let Some(millis) = millis {
                set_timeout(&reject, millis);
            }
        });
        Ok(JsFuture::from(answer))
    }
}
