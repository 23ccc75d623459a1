//! What signed messages say about payments and refunds, whatever the wallet's spelling.

use serde_json::Value;

/// An amount with its currency's code, in the smallest unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Money {
    pub(super) currency: String,
    pub(super) value: String,
}

/// The amount in this member.
pub(super) fn money(body: &Value, member: &str) -> Option<Money> {
    let amount = body.get(member)?;
    Some(Money { currency: text(amount, "currency")?, value: text(amount, "value")? })
}

/// Text, or a number as text.
pub(super) fn text(body: &Value, member: &str) -> Option<String> {
    match body.get(member)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a notification or an inquiry's answer says that its payment is paid.
pub(super) fn says_paid(operation: &str, body: &Value) -> bool {
    let status = |member: &str| body.get(member).and_then(|result| text(result, "resultStatus"));
    let by_name = text(body, "paymentStatus").is_some_and(|status| status == "SUCCESS");
    let by_result = status("paymentResult").is_some_and(|status| status == "S");
    match operation {
        // One that says neither speaks by `result` alone.
        super::NOTIFY_PAYMENT => {
            let silent = body.get("paymentStatus").is_none() && body.get("paymentResult").is_none();
            by_name || by_result || (silent && status("result").is_some_and(|status| status == "S"))
        }
        _ => by_name || by_result,
    }
}

/// Whether an inquiry's answer says that its refund was given back.
pub(super) fn says_refunded(body: &Value) -> bool {
    text(body, "refundStatus").is_some_and(|status| status == "SUCCESS")
}
