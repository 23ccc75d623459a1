//! Plain data: what JSON can say.
//!
//! Answers of the server come in as values, views and patches go out as values, and so does what is
//! stored. The host layer has one reader and one writer for all of them, which keeps the boundary to
//! JavaScript small.

use std::borrow::Cow;

/// A tree of plain data. Absent is [`Value::Null`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number of JavaScript: counts, versions and milliseconds. Never money.
    Number(f64),
    /// Text.
    Text(Cow<'static, str>),
    /// A list.
    List(Vec<Value>),
    /// Members in the order in which they were written.
    Object(Vec<(Cow<'static, str>, Value)>),
}

impl Value {
    /// The member of an object; `None` for every other value.
    pub fn member(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// Adds a member to an object; any other value stays as it is.
    #[must_use]
    pub fn with(self, name: &'static str, value: Self) -> Self {
        match self {
            Self::Object(mut members) => {
                members.push((Cow::Borrowed(name), value));
                Self::Object(members)
            }
            other @ (Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_)) => other,
        }
    }
}

/// An object under construction; see [`object!`].
#[derive(Default)]
pub struct Members(Vec<(Cow<'static, str>, Value)>);

impl Members {
    /// Room for so many members.
    pub fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// Adds a member.
    #[inline]
    pub fn put(&mut self, name: &'static str, value: impl Into<Value>) {
        self.push(name, value.into());
    }

    // One copy for all views: they are what much of the module consists of.
    #[inline(never)]
    fn push(&mut self, name: &'static str, value: Value) {
        self.0.push((Cow::Borrowed(name), value));
    }
}

impl From<Members> for Value {
    fn from(Members(members): Members) -> Self {
        Self::Object(members)
    }
}

/// An object: `object! { "sku": sku, "quantity": 2 }`. What converts into a [`Value`] needs no `into`.
macro_rules! object {
    ($($name:literal : $value:expr),* $(,)?) => {{
        let mut members = $crate::value::Members::with_capacity([$($name),*].len());
        $(members.put($name, $value);)*
        $crate::value::Value::from(members)
    }};
}
pub(crate) use object;

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Number(f64::from(value))
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(items)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
