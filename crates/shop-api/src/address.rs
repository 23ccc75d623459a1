//! Where an order goes, and to whom: bounded, and never printed.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Where to, to whom, and how to reach them. On the wire before [`Address::checked`], so any text.
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    /// Who takes it: 1 to 128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub name: String,
    /// How to reach them: 7 to 15 digits, perhaps after a `+` (E.164).
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\+?[0-9]{7,15}$"))]
    pub phone: String,
    /// ISO 3166 alpha-2: `PH`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z]{2}$", examples("PH")))]
    pub country: String,
    /// State or province, at most 64 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub state: Option<String>,
    /// 1 to 32 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 32))]
    pub city: String,
    /// Street and number: 1 to 256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub line1: String,
    /// What else finds it, at most 256 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 256))]
    pub line2: Option<String>,
    /// At most 32 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 32))]
    pub postcode: Option<String>,
}

/// Personal: what it says is for nobody's log.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// A field of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressField {
    /// [`Address::name`]
    Name,
    /// [`Address::phone`]
    Phone,
    /// [`Address::country`]
    Country,
    /// [`Address::state`]
    State,
    /// [`Address::city`]
    City,
    /// [`Address::line1`]
    Line1,
    /// [`Address::line2`]
    Line2,
    /// [`Address::postcode`]
    Postcode,
}

impl AddressField {
    /// All of them, in the order of a form.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Phone,
        Self::Line1,
        Self::Line2,
        Self::City,
        Self::State,
        Self::Postcode,
        Self::Country,
    ];

    /// The member of the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Country => "country",
            Self::State => "state",
            Self::City => "city",
            Self::Line1 => "line1",
            Self::Line2 => "line2",
            Self::Postcode => "postcode",
        }
    }

    /// What it must be.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Name => "1 to 128 characters",
            Self::Phone => "7 to 15 digits, perhaps after a +",
            Self::Country => "two letters of ISO 3166, such as PH",
            Self::State => "at most 64 characters",
            Self::City => "1 to 32 characters",
            Self::Line1 => "1 to 256 characters",
            Self::Line2 => "at most 256 characters",
            Self::Postcode => "at most 32 characters",
        }
    }

    const fn most(self) -> usize {
        match self {
            Self::Name => 128,
            Self::Phone => 16,
            Self::Country => 2,
            Self::State => 64,
            Self::City | Self::Postcode => 32,
            Self::Line1 | Self::Line2 => 256,
        }
    }

    const fn may_be_empty(self) -> bool {
        matches!(self, Self::State | Self::Line2 | Self::Postcode)
    }
}

impl Address {
    /// A field's text; empty when there is none.
    pub fn get(&self, field: AddressField) -> &str {
        match field {
            AddressField::Name => &self.name,
            AddressField::Phone => &self.phone,
            AddressField::Country => &self.country,
            AddressField::State => self.state.as_deref().unwrap_or_default(),
            AddressField::City => &self.city,
            AddressField::Line1 => &self.line1,
            AddressField::Line2 => self.line2.as_deref().unwrap_or_default(),
            AddressField::Postcode => self.postcode.as_deref().unwrap_or_default(),
        }
    }

    /// Writes a field.
    pub fn set(&mut self, field: AddressField, text: String) {
        let optional = (!text.is_empty()).then(|| text.clone());
        match field {
            AddressField::Name => self.name = text,
            AddressField::Phone => self.phone = text,
            AddressField::Country => self.country = text,
            AddressField::State => self.state = optional,
            AddressField::City => self.city = text,
            AddressField::Line1 => self.line1 = text,
            AddressField::Line2 => self.line2 = optional,
            AddressField::Postcode => self.postcode = optional,
        }
    }

    /// The address in its one form: without white space around, the country in capitals, the phone without
    /// the signs that people write into it.
    ///
    /// # Errors
    /// The first field that isn't what it must be.
    pub fn checked(&self) -> Result<Self, AddressField> {
        let mut address = Self::default();
        for field in AddressField::ALL {
            let text = tidy(field, self.get(field));
            let length = text.chars().count();
            let fits = length <= field.most()
                && (length > 0 || field.may_be_empty())
                && !text.chars().any(char::is_control);
            let is_right = match field {
                AddressField::Phone => is_phone(&text),
                AddressField::Country => length == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
                AddressField::Name
                | AddressField::State
                | AddressField::City
                | AddressField::Line1
                | AddressField::Line2
                | AddressField::Postcode => true,
            };
            if !(fits && is_right) {
                return Err(field);
            }
            address.set(field, text);
        }
        Ok(address)
    }
}

fn tidy(field: AddressField, text: &str) -> String {
    let text = text.trim();
    match field {
        AddressField::Phone => {
            text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect()
        }
        AddressField::Country => text.to_ascii_uppercase(),
        AddressField::Name
        | AddressField::State
        | AddressField::City
        | AddressField::Line1
        | AddressField::Line2
        | AddressField::Postcode => text.to_owned(),
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address() -> Address {
        Address {
            name: " Maria Santos ".into(),
            phone: "+63 (917) 555-0101".into(),
            country: "ph".into(),
            state: None,
            city: "Quezon City".into(),
            line1: "12 Mabini St".into(),
            line2: None,
            postcode: Some(" 1100 ".into()),
        }
    }

    #[test]
    fn an_address_has_one_form() {
        let checked = address().checked().unwrap();
        assert_eq!((checked.name.as_str(), checked.phone.as_str()), ("Maria Santos", "+639175550101"));
        assert_eq!((checked.country.as_str(), checked.postcode.as_deref()), ("PH", Some("1100")));
        assert_eq!(checked.checked(), Ok(checked));
    }

    #[test]
    fn the_first_wrong_field_is_named() {
        for (field, text) in [
            (AddressField::Name, "  "),
            (AddressField::Name, "a\nb"),
            (AddressField::Phone, "12345"),
            (AddressField::Phone, "+1234567890123456"),
            (AddressField::Phone, "0917555O101"),
            (AddressField::Country, "PHL"),
            (AddressField::Country, "P1"),
            (AddressField::City, "a city with a name of more than 32 letters"),
            (AddressField::Line1, ""),
        ] {
            let mut wrong = address();
            wrong.set(field, text.to_owned());
            assert_eq!(wrong.checked(), Err(field), "{text:?}");
        }
    }

    #[test]
    fn it_is_never_printed() {
        assert_eq!(format!("{:?}", address()), "Address(…)");
    }

    proptest! {
        #[test]
        fn what_was_checked_is_bounded(name in any::<String>(), phone in any::<String>(), city in any::<String>()) {
            if let Ok(checked) = (Address { name, phone, city, ..address() }).checked() {
                prop_assert!(checked.name.chars().count() <= 128 && checked.city.chars().count() <= 32);
                prop_assert!(checked.phone.len() <= 16);
            }
        }
    }
}
