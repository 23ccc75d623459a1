//! Plain data between Rust and JavaScript.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::{patch::Change, value::Value};

/// Deeper than any document of ours; what is deeper still reads as nothing.
const MAX_DEPTH: u32 = 16;

/// Reads what `JSON.parse` could have made.
pub fn read(value: &JsValue) -> Value {
    read_within(value, MAX_DEPTH)
}

fn read_within(value: &JsValue, depth: u32) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    if let Some(text) = value.as_string() {
        Value::from(text)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(truth) = value.as_bool() {
        Value::Bool(truth)
    } else if Array::is_array(value) {
        let items: &Array = value.unchecked_ref();
        Value::List(items.iter().map(|item| read_within(&item, depth)).collect())
    } else if value.is_object() {
        let entries = Object::entries(value.unchecked_ref());
        let member = |entry: JsValue| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default().into(), read_within(&entry.get(1), depth))
        };
        Value::Object(entries.iter().map(member).collect())
    } else {
        Value::Null
    }
}

/// Writes plain data. Nothing is ever `undefined`.
pub fn write(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(truth) => JsValue::from_bool(*truth),
        Value::Number(number) => JsValue::from_f64(*number),
        Value::Text(text) => JsValue::from_str(text),
        Value::List(items) => items.iter().map(write).collect::<Array>().into(),
        Value::Object(members) => {
            let object = Object::new();
            for (name, value) in members {
                set(&object, name, &write(value));
            }
            object.into()
        }
    }
}

/// The changes of a page, as the loader's `apply` takes them.
pub fn write_changes(changes: &[Change]) -> Array {
    changes.iter().map(write_change).collect()
}

fn write_change(change: &Change) -> Array {
    match change {
        Change::Set { path, value } => Array::of2(&JsValue::from_str(path), &write(value)),
        Change::Splice { path, start, delete, items } => Array::of4(
            &JsValue::from_str(path),
            &index(*start),
            &index(*delete),
            &items.iter().map(write).collect::<Array>(),
        ),
    }
}

fn index(at: usize) -> JsValue {
    JsValue::from(u32::try_from(at).unwrap_or(u32::MAX))
}

/// Sets a member of an object that we made: nothing of it can throw.
pub fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

/// A member of whatever came from outside; `undefined` when there is none.
pub fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A fault in words: what a host hands to `fail`, or what it threw.
pub fn reason(thrown: &JsValue) -> String {
    let members = ["errorMessage", "message", "error"].into_iter().map(|name| get(thrown, name));
    let said = std::iter::once(thrown.clone()).chain(members).find_map(|said| text_of(&said));
    said.unwrap_or_else(|| "no reason given".to_owned())
}

/// Text, or a number as text.
pub fn text_of(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| value.as_f64().and_then(|_| JSON::stringify(value).ok()).map(String::from))
}
