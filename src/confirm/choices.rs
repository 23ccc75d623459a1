//! What the shopper chose beside the lines: a coupon, a way of delivery, an address.
//!
//! Choices outlive a quote, and the address outlives an order; all of them end with the customer's session.

use shop_api::{Address, AddressField, DeliveryOption, QuoteRequest, RequestedLine};

use crate::checkout::Misuse;

/// What was chosen.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    coupon: Option<String>,
    delivery: Option<String>,
    address: Option<Address>,
    form: Option<AddressForm>,
}

/// The open form.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct AddressForm {
    pub draft: Address,
    /// What must be corrected first.
    pub fault: Option<AddressField>,
}

impl Choices {
    /// The request for a quote with these choices.
    pub fn request(&self, lines: Vec<RequestedLine>) -> QuoteRequest {
        let Self { coupon, delivery, address, .. } = self.clone();
        QuoteRequest { lines, coupon, delivery, address }
    }

    /// The address that is used.
    pub fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    /// The form, while it is open.
    pub fn form(&self) -> Option<&AddressForm> {
        self.form.as_ref()
    }

    /// Returns whether the price has to be asked for anew; so do the others.
    pub fn apply_coupon(&mut self, typed: &str) -> bool {
        let code: String = typed.trim().chars().take(shop_api::MAX_COUPON).collect();
        self.coupon = Some(code).filter(|code| !code.is_empty());
        self.coupon.is_some()
    }

    /// # Errors
    /// [`Misuse`] when there is none.
    pub fn remove_coupon(&mut self) -> Result<bool, Misuse> {
        self.coupon.take().map(|_| true).ok_or(Misuse("no coupon is used"))
    }

    /// A method that goes to an address opens the form first, where none is known.
    ///
    /// # Errors
    /// [`Misuse`] for a method that the quote doesn't offer.
    pub fn choose_delivery(&mut self, id: &str, options: &[DeliveryOption]) -> Result<bool, Misuse> {
        let option = options.iter().find(|option| option.id == id);
        let option = option.ok_or(Misuse("there is no such way of delivery"))?;
        self.delivery = Some(option.id.clone());
        self.form = None;
        if option.needs_address && self.address.is_none() {
            self.edit_address(Some(option));
        }
        Ok(true)
    }

    /// Opens the form; one that is open keeps what was typed. Most shops deliver to one country, which is
    /// written down already.
    pub fn edit_address(&mut self, option: Option<&DeliveryOption>) {
        let country = || option.and_then(|option| option.countries.first()).cloned().unwrap_or_default();
        let address = &self.address;
        self.form.get_or_insert_with(|| AddressForm {
            draft: address.clone().unwrap_or_else(|| Address { country: country(), ..Address::default() }),
            fault: None,
        });
    }

    /// Takes the form in; what isn't right keeps it open.
    ///
    /// # Errors
    /// [`Misuse`] when it isn't open.
    pub fn use_address(&mut self, draft: Address) -> Result<bool, Misuse> {
        let form = self.form.as_mut().ok_or(Misuse("the address isn't being edited"))?;
        match draft.checked() {
            Ok(address) => {
                self.address = Some(address);
                self.form = None;
                Ok(true)
            }
            Err(field) => {
                *form = AddressForm { draft, fault: Some(field) };
                Ok(false)
            }
        }
    }

    /// The order was placed: the next one has its own coupon.
    pub fn ordered(&mut self) {
        self.coupon = None;
        self.form = None;
    }
}
