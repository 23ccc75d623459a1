//! Customers: those that every wallet starts with, and what they have.

use wallet_api::amount::{Amount, AmountValue};
use wallet_api::ids::CustomerId;

use crate::wallet::Wallet;
use crate::wallet::customer::{Channel, Contact, LoginId, Profile};
use crate::wallet::event::Event;

impl Wallet {
    /// Takes in a customer who has nothing yet; `None` when the id is somebody's.
    pub fn decide_open(&self, customer_id: &CustomerId, name: &str) -> Option<Vec<Event>> {
        let opened = Event::CustomerOpened {
            customer_id: customer_id.clone(),
            name: name.to_owned(),
            profile: Profile::default(),
        };
        self.customer(customer_id).is_none().then(|| vec![opened])
    }

    /// Puts money into a balance; `None` when there is no such customer or the balance would pass what an
    /// amount can be.
    pub fn decide_top_up(&self, customer_id: &CustomerId, amount: Amount) -> Option<Vec<Event>> {
        self.customer(customer_id)?;
        let after = self.balance(customer_id, amount.currency) + i128::from(amount.value.get());
        let fits = after <= i128::from(AmountValue::MAX.get());
        fits.then(|| vec![Event::ToppedUp { customer_id: customer_id.clone(), amount }])
    }
}

struct Founder {
    id: &'static str,
    name: &'static str,
    nick_name: &'static str,
    masked_phone: &'static str,
    masked_email: &'static str,
    email: &'static str,
    centavos: u64,
    yen: u64,
}

const FOUNDERS: [Founder; 3] = [
    Founder {
        id: "c-ana",
        name: "Ana Reyes",
        nick_name: "Ana",
        masked_phone: "+63 9** *** **11",
        masked_email: "a***@example.com",
        email: "ana.reyes@example.com",
        centavos: 10_000_000,
        yen: 300_000,
    },
    Founder {
        id: "c-ben",
        name: "Ben Cruz",
        nick_name: "Benjie",
        masked_phone: "+63 9** *** **22",
        masked_email: "b***@example.com",
        email: "ben.cruz@example.com",
        centavos: 5_000,
        yen: 50,
    },
    Founder {
        id: "c-chloe",
        name: "Chloe Tan",
        nick_name: "Chloe",
        masked_phone: "+63 9** *** **33",
        masked_email: "c***@example.com",
        email: "chloe.tan@example.com",
        centavos: 10_000_000,
        yen: 300_000,
    },
];

/// The customers that every wallet starts with, and what they have.
pub fn founding() -> Vec<Event> {
    FOUNDERS.iter().flat_map(found).collect()
}

fn found(founder: &Founder) -> Vec<Event> {
    let Ok(customer_id) = CustomerId::new(founder.id) else { return Vec::new() };
    let opened = Event::CustomerOpened {
        customer_id: customer_id.clone(),
        name: founder.name.to_owned(),
        profile: founder.profile(),
    };
    let balances = [Amount::new("PHP", founder.centavos), Amount::new("JPY", founder.yen)];
    let top_up = |amount| Event::ToppedUp { customer_id: customer_id.clone(), amount };
    std::iter::once(opened).chain(balances.into_iter().flatten().map(top_up)).collect()
}

impl Founder {
    fn profile(&self) -> Profile {
        let login = |channel, masked: &str| LoginId { channel, masked: masked.to_owned() };
        Profile {
            nick_name: Some(self.nick_name.to_owned()),
            login_ids: vec![
                login(Channel::MobilePhone, self.masked_phone),
                login(Channel::Email, self.masked_email),
            ],
            contacts: vec![Contact { channel: Channel::Email, number: self.email.to_owned() }],
        }
    }
}
