//! A fault as a tester asks for it: one flat JSON object, where, when and what.

use serde::Deserialize;
use serde_json::{Map, Value};
use wallet_api::ids::{ClientId, PaymentRequestId};
use wallet_api::operation::Operation;
use wallet_api::random::SeededRng;

use super::kind::{CallFault, NotificationFault};
use super::{Fault, FaultId, Often, What};

pub(super) const NOTIFICATION: &str = "notifyPayment";
pub(super) const CASHIER: &str = "cashier";

/// The members that say where and when; the others belong to the kind.
const AIM: [&str; 7] = ["on", "clientId", "paymentRequestId", "nth", "times", "probability", "seed"];

/// A fault that a tester asks for, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFault {
    what: What,
    kind: String,
    aim: Aim,
}

/// Why a fault can't be taken; says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WishError {
    /// A member that says where or when.
    #[error("{0}")]
    Aim(String),
    /// There is no such place.
    #[error("`on`: there is no {0:?}; there are {1}")]
    Place(String, String),
    /// The kind, or one of its members.
    #[error("{0}")]
    Kind(String),
    /// The kind exists, but not there.
    #[error("`kind`: {0} can't happen to {1}")]
    Misplaced(String, &'static str),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Aim {
    on: String,
    client_id: Option<ClientId>,
    payment_request_id: Option<PaymentRequestId>,
    nth: Option<u32>,
    times: Option<u32>,
    probability: Option<f64>,
    seed: Option<u64>,
}

impl NewFault {
    /// Reads `{on, kind, ..}`.
    ///
    /// # Errors
    /// [`WishError`] names the member.
    pub fn read(wish: Map<String, Value>) -> Result<Self, WishError> {
        let (aim, what): (Map<_, _>, Map<_, _>) =
            wish.into_iter().partition(|(name, _)| AIM.contains(&name.as_str()));
        let aim: Aim = serde_path_to_error::deserialize(Value::from(aim))
            .map_err(|error| WishError::Aim(error.to_string()))?;
        aim.check()?;
        let kind = what.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let what = what_of(&aim.on, what.into())?;
        Ok(Self { what, kind, aim })
    }

    pub(super) fn into_fault(self, id: FaultId) -> Fault {
        let Aim { client_id, payment_request_id, nth, times, probability, seed, .. } = self.aim;
        let often = match probability {
            Some(probability) => {
                let seed = seed.unwrap_or_default();
                Often::Chance { probability, seed, draws: SeededRng::new(seed) }
            }
            None => Often::Times(times.unwrap_or(1)),
        };
        Fault {
            id,
            kind: self.kind,
            what: self.what,
            client_id,
            payment_request_id,
            nth: nth.unwrap_or(1),
            often,
            matched: 0,
            fired: 0,
        }
    }
}

impl Aim {
    fn check(&self) -> Result<(), WishError> {
        let fault = |text: &str| Err(WishError::Aim(text.to_owned()));
        if self.nth == Some(0) {
            return fault("`nth` counts from 1");
        }
        if self.times == Some(0) {
            return fault("`times` must be at least 1");
        }
        match (self.probability, self.times, self.seed) {
            (Some(_), Some(_), _) => fault("give `times` or `probability`, not both"),
            (Some(probability), None, Some(_)) if !(0.0..=1.0).contains(&probability) => {
                fault("`probability` must be from 0 to 1")
            }
            (Some(_), None, None) => fault("`probability` needs a `seed`, so that the day can be repeated"),
            (None, _, Some(_)) => fault("`seed` needs a `probability`"),
            (Some(_), None, Some(_)) | (None, _, None) => Ok(()),
        }
    }
}

fn what_of(on: &str, what: Value) -> Result<What, WishError> {
    let bad_kind = |error: serde_json::Error| WishError::Kind(error.to_string());
    match (Operation::parse(on), on) {
        (Some(operation), _) => {
            let fault: CallFault = serde_json::from_value(what).map_err(bad_kind)?;
            if fault.fits(operation) {
                Ok(What::Call(operation, fault))
            } else {
                Err(WishError::Misplaced(name(&fault), operation.as_str()))
            }
        }
        (None, NOTIFICATION) => {
            let fault: NotificationFault = serde_json::from_value(what).map_err(bad_kind)?;
            match &fault {
                NotificationFault::Delayed { seconds } if seconds.get() < 1 => {
                    Err(WishError::Kind("`seconds`: a delay is at least 1".to_owned()))
                }
                _ => Ok(What::Notification(fault)),
            }
        }
        (None, CASHIER) => serde_json::from_value(what).map(What::Cashier).map_err(bad_kind),
        (None, _) => {
            let places = Operation::ALL.map(Operation::as_str).into_iter().chain([NOTIFICATION, CASHIER]);
            let on = on.chars().take(64).collect();
            Err(WishError::Place(on, places.collect::<Vec<_>>().join(", ")))
        }
    }
}

/// The kind, with the member that makes it misplaced.
fn name(fault: &CallFault) -> String {
    let text = serde_json::to_value(fault).unwrap_or_default();
    let part = |name: &str| text.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    format!("{} {}", part("kind"), part("member")).trim_end().to_owned()
}
