//! Values as databases hold them, and what the program makes of them.
//!
//! Times are milliseconds, amounts are whole numbers, ids are text. A NUL, which not every database takes for
//! text, becomes U+FFFD on its way in; no id has one.

use merchant_core::lifecycle::{
    Customer, CustomerId, PaymentId, PaymentRequestId, RefundId, RefundRequestId, WalletName,
};
use shop_api::{AttemptId, Currency, MinorUnits, OrderId, QuoteId, Sku, Timestamp};

use crate::store::StoreError;

/// A value as a database holds it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text without NUL.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) => "a number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// Tells no contents: they may be secret.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

/// The values of a statement, in the order of its placeholders.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::sql::value::Value::from($value)),*] };
}
pub(crate) use values;

/// A row, whose columns are taken from left to right.
pub struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// The row of these values.
    pub fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The next column.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it holds what the program never writes there.
    pub fn take<T: FromValue>(&mut self) -> Result<T, StoreError> {
        let value =
            self.0.next().ok_or_else(|| StoreError::Corrupt("a row with too few columns".to_owned()))?;
        T::from_value(value)
    }

    /// The next three columns.
    pub(super) fn take_currency(&mut self) -> Result<Currency, StoreError> {
        Ok(Currency { code: self.take()?, exponent: self.take()?, symbol: self.take()? })
    }

    /// The next two columns.
    pub(super) fn take_customer(&mut self) -> Result<Customer, StoreError> {
        Ok(Customer { wallet: self.take()?, id: self.take()? })
    }
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it holds what the program never writes there.
    fn from_value(value: Value) -> Result<Self, StoreError>;
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Integer(number) => Ok(number),
            other => Err(unfit("a number", &other)),
        }
    }
}

macro_rules! small_number {
    ($($type:ty),*) => { $(
        impl From<$type> for Value {
            fn from(number: $type) -> Self {
                Self::Integer(number.into())
            }
        }

        impl FromValue for $type {
            fn from_value(value: Value) -> Result<Self, StoreError> {
                let number = i64::from_value(value)?;
                <$type>::try_from(number).map_err(|_| StoreError::Corrupt(format!("number {number}")))
            }
        }
    )* };
}
small_number!(u8, u32);

impl FromValue for u64 {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        let number = i64::from_value(value)?;
        Self::try_from(number).map_err(|_| StoreError::Corrupt(format!("number {number}")))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Integer(i64::try_from(time.0).unwrap_or(i64::MAX))
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        u64::from_value(value).map(Self)
    }
}

impl From<MinorUnits> for Value {
    fn from(amount: MinorUnits) -> Self {
        // 16 digits fit by far.
        Self::Integer(i64::try_from(amount.value()).unwrap_or(i64::MAX))
    }
}

impl FromValue for MinorUnits {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        let number = u64::from_value(value)?;
        Self::new(number).map_err(|_| StoreError::Corrupt(format!("amount {number}")))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Text(text) => Ok(text),
            other => Err(unfit("text", &other)),
        }
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<[u8; 32]> for Value {
    fn from(hash: [u8; 32]) -> Self {
        Self::Blob(hash.to_vec())
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        match value {
            Value::Blob(bytes) => Ok(bytes),
            other => Err(unfit("bytes", &other)),
        }
    }
}

impl FromValue for [u8; 32] {
    fn from_value(value: Value) -> Result<Self, StoreError> {
        let bytes = Vec::from_value(value)?;
        bytes.try_into().map_err(|_| StoreError::Corrupt("a hash that isn't 32 bytes".to_owned()))
    }
}

macro_rules! text_id {
    ($($id:ty),*) => { $(
        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                id.as_str().into()
            }
        }

        impl FromValue for $id {
            fn from_value(value: Value) -> Result<Self, StoreError> {
                String::from_value(value).map(Self)
            }
        }
    )* };
}
text_id!(OrderId, AttemptId, QuoteId, Sku, WalletName);

macro_rules! wallet_id {
    ($($id:ty),*) => { $(
        impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                id.as_str().into()
            }
        }

        impl FromValue for $id {
            fn from_value(value: Value) -> Result<Self, StoreError> {
                let text = String::from_value(value)?;
                Self::new(text).map_err(|error| StoreError::Corrupt(error.to_string()))
            }
        }
    )* };
}
wallet_id!(CustomerId, PaymentId, PaymentRequestId, RefundId, RefundRequestId);

fn unfit(wanted: &str, found: &Value) -> StoreError {
    StoreError::Corrupt(format!("{} where {wanted} belongs", found.kind()))
}

pub(super) fn json_out<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        // Its own text may repeat what stands there, which may be personal.
        let (line, column) = (error.line(), error.column());
        StoreError::Corrupt(format!("{what}: no such JSON, at line {line}, column {column}"))
    })
}

pub(super) fn json_in<T: serde::Serialize>(what: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(format!("{what}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_taken_from_left_to_right_and_must_fit() {
        let mut row = Row::new(values!["PHP", 2u32, "₱", Option::<&str>::None, 7i64]);
        assert_eq!(row.take_currency().unwrap().exponent, 2);
        assert_eq!(row.take::<Option<String>>().unwrap(), None);
        assert!(matches!(row.take::<String>(), Err(StoreError::Corrupt(_))));
        assert!(matches!(row.take::<i64>(), Err(StoreError::Corrupt(_))));
    }

    #[test]
    fn a_nul_is_no_text() {
        assert!(Value::from("a\0b") == Value::Text("a\u{fffd}b".to_owned()));
    }
}
