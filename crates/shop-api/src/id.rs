//! Typed ids: text on the wire, types that can't be swapped in code.

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(pattern = "^[!-~]{1,64}$"))]
        pub struct $name(pub String);

        impl $name {
            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id!(
    /// One sellable variant of a product (stock keeping unit), as the merchant names it.
    Sku
);
text_id!(
    /// A priced cart. Also the idempotency key of placing the order: the same quote never makes two.
    QuoteId
);
text_id!(
    /// An order. Unguessable.
    OrderId
);
text_id!(
    /// One attempt to pay an order. Unguessable.
    AttemptId
);
text_id!(
    /// Keeps one customer's data on the phone apart from another's. Says nothing about who it is.
    CustomerTag
);
