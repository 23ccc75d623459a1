//! From a [`Value`] to the types of the shop API, through serde.
//!
//! In: what the server or the storage said. Out: the typed answer, or [`Unreadable`]. A format of our own
//! instead of serde-wasm-bindgen, because every type that is read costs bytes in the module. Here a struct
//! is read as a sequence of the members that it asks for by name, which needs half the code of a map; what
//! it doesn't ask for is ignored, and what is missing is null. Errors carry no text, for nobody reads it.

use std::{borrow::Cow, fmt, slice};

use serde::de::{self, DeserializeSeed, Visitor};

use crate::value::Value;

/// The value isn't what the type asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads a typed value.
///
/// # Errors
/// [`Unreadable`] when a member is missing, has another type, or is out of range.
pub fn read<'de, T: de::Deserialize<'de>>(value: &'de Value) -> Result<T, Unreadable> {
    T::deserialize(value)
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value has another form than expected")
    }
}

impl std::error::Error for Unreadable {}

// Each of these has a default that formats a sentence.
impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.visit_u64(whole(self)?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &'de Value {
    type Error = Unreadable;

    /// Types of the shop API say what they are; nothing asks for "any".
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Value::Bool(value) = self { visitor.visit_bool(*value) } else { Err(Unreadable) }
    }

    whole_numbers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Value::Text(text) = self { visitor.visit_str(text) } else { Err(Unreadable) }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if matches!(self, Value::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if let Value::List(items) = self { visitor.visit_seq(Items(items.iter())) } else { Err(Unreadable) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let Value::Object(members) = self else { return Err(Unreadable) };
        visitor.visit_seq(MembersByName { members, names: names.iter() })
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct map enum identifier ignored_any
    }
}

/// The largest whole number that a double tells from its neighbours.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Counts, versions and times: whole, and none is negative.
fn whole(value: &Value) -> Result<u64, Unreadable> {
    match value {
        Value::Number(number) if (0.0..=MAX_SAFE_INTEGER).contains(number) && number.fract() == 0.0 =>
        {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
            Ok(*number as u64)
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Object(_) => Err(Unreadable),
    }
}

struct Items<'de>(slice::Iter<'de, Value>);

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }
}

/// The members of an object in the order in which the type names them.
struct MembersByName<'de> {
    members: &'de [(Cow<'static, str>, Value)],
    names: slice::Iter<'static, &'static str>,
}

impl<'de> MembersByName<'de> {
    // Not generic, so that there is one of it.
    #[inline(never)]
    fn next_member(&mut self) -> Option<&'de Value> {
        let name = self.names.next()?;
        let member = self.members.iter().find(|(candidate, _)| candidate == name);
        Some(member.map_or(&Value::Null, |(_, value)| value))
    }
}

impl<'de> de::SeqAccess<'de> for MembersByName<'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.next_member().map(|member| seed.deserialize(member)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shop_api::{Catalog, Order, OrderStatus, Session};

    use super::*;
    use crate::testing::{self, value_of};

    #[test]
    fn answers_of_the_server_are_read_as_json_would_be() {
        let order = testing::order("o-1", 3);
        assert_eq!(read::<Order>(&value_of(&order)), Ok(order));
        let catalog = testing::catalog();
        assert_eq!(read::<Catalog>(&value_of(&catalog)), Ok(catalog));
    }

    #[test]
    fn what_a_newer_server_adds_is_tolerated() {
        let mut order = testing::order("o-1", 3);
        order.status = OrderStatus::parse("parked");
        let newer = value_of(&order).with("giftWrapped", true.into());
        assert_eq!(read::<Order>(&newer).map(|order| order.status), Ok(OrderStatus::Other("parked".into())));
    }

    #[test]
    fn numbers_that_count_nothing_are_refused() {
        for number in [-1.0, 0.5, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(read::<u32>(&Value::Number(number)), Err(Unreadable), "{number}");
        }
        assert_eq!(read::<u32>(&Value::Number(4_294_967_296.0)), Err(Unreadable));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::Number),
            ".{0,8}".prop_map(Value::from),
        ];
        let names =
            prop_oneof![Just("token"), Just("expiresAt"), Just("customerTag"), Just("orders"), Just("x")];
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::vec((names.clone().prop_map(Cow::Borrowed), inner), 0..6)
                    .prop_map(Value::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn hostile_answers_are_refused_without_a_panic(value in any_value()) {
            let _ = read::<Session>(&value).is_ok();
            let _ = read::<Order>(&value).is_ok();
        }
    }
}
