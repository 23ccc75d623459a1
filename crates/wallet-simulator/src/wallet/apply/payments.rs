//! What each event changes of a payment, of the money held for it, and of what its merchant is told.

use jiff::Timestamp;
use wallet_api::ids::{CustomerId, PaymentId};

use super::{Applied, ImpossibleEvent};
use crate::wallet::Wallet;
use crate::wallet::authorisation::{Capture, Void};
use crate::wallet::ledger::Account;
use crate::wallet::payment::{CancelledBy, Delivery, FailReason, Hold, Payment, State, Terms, TransactionId};
use crate::wallet::statement::Movement;

impl Wallet {
    fn existing(&self, payment_id: &PaymentId) -> Result<&Payment, ImpossibleEvent> {
        self.payments.get(payment_id).ok_or(ImpossibleEvent)
    }

    pub(super) fn open_payment(&mut self, terms: Terms) -> Applied {
        let id = terms.payment_id.clone();
        let request = (terms.client_id.clone(), terms.payment_request_id.clone());
        if self.payments.contains_key(&id) || self.by_request.contains_key(&request) {
            return Err(ImpossibleEvent);
        }
        self.by_request.insert(request, id.clone());
        self.open.insert((terms.expires_at, id.clone()));
        self.history.push(id.clone());
        self.payments.insert(id, Payment::new(terms));
        Ok(())
    }

    pub(super) fn succeed(
        &mut self,
        payment_id: &PaymentId,
        customer_id: CustomerId,
        at: Timestamp,
    ) -> Applied {
        let payment = self.existing(payment_id)?;
        if payment.state != State::Processing || payment.terms.authorise_only {
            return Err(ImpossibleEvent);
        }
        let (amount, client_id) = (payment.terms.amount, payment.terms.client_id.clone());
        let (from, to) = (Account::Customer(customer_id.clone()), Account::Merchant(client_id.clone()));
        self.ledger.transfer(from, to, amount, Some(payment_id));
        self.state(client_id, Movement::Payment(payment_id.clone()), amount, at);
        self.move_to(payment_id, State::Succeeded { customer_id, at });
        self.notify(payment_id, at);
        Ok(())
    }

    pub(super) fn authorise(
        &mut self,
        payment_id: &PaymentId,
        customer_id: CustomerId,
        at: Timestamp,
        expires_at: Timestamp,
    ) -> Applied {
        let payment = self.existing(payment_id)?;
        if payment.state != State::Processing || !payment.terms.authorise_only {
            return Err(ImpossibleEvent);
        }
        let amount = payment.terms.amount;
        let (from, to) = (Account::Customer(customer_id.clone()), Account::Held(customer_id.clone()));
        self.ledger.transfer(from, to, amount, Some(payment_id));
        self.set_hold(payment_id, Hold::Open { left: amount.value.get(), expires_at });
        self.move_to(payment_id, State::Authorised { customer_id, at });
        Ok(())
    }

    /// The first capture makes the payment paid, and the merchant is notified of that one.
    pub(super) fn take_held(&mut self, capture: Capture) -> Applied {
        let payment = self.existing(&capture.payment_id)?;
        let (customer_id, first) = match &payment.state {
            State::Authorised { customer_id, .. } => (customer_id.clone(), true),
            State::Succeeded { customer_id, .. } => (customer_id.clone(), false),
            State::Processing | State::Failed { .. } | State::Cancelled { .. } => {
                return Err(ImpossibleEvent);
            }
        };
        let Hold::Open { left, expires_at } = payment.hold else { return Err(ImpossibleEvent) };
        let left = left.checked_sub(capture.amount.value.get()).ok_or(ImpossibleEvent)?;
        let client_id = payment.terms.client_id.clone();
        let to = Account::Merchant(client_id.clone());
        let (payment_id, at, is_last) = (capture.payment_id.clone(), capture.at, capture.is_last);
        let from = Account::Held(customer_id.clone());
        self.ledger.transfer(from, to, capture.amount, Some(&payment_id));
        self.state(client_id, Movement::Payment(payment_id.clone()), capture.amount, at);
        let hold = if left == 0 { Hold::Closed } else { Hold::Open { left, expires_at } };
        self.set_hold(&payment_id, hold);
        self.keep_capture(capture);
        if is_last {
            self.release(&payment_id, &customer_id, Hold::Closed);
        }
        if first {
            self.move_to(&payment_id, State::Succeeded { customer_id, at });
            self.notify(&payment_id, at);
        }
        Ok(())
    }

    fn keep_capture(&mut self, capture: Capture) {
        let id = capture.capture_id.clone();
        if let Some(payment) = self.payments.get_mut(&capture.payment_id) {
            payment.captured += capture.amount.value.get();
            payment.transactions.push(TransactionId::Capture(id.clone()));
        }
        let request = (capture.client_id.clone(), capture.capture_request_id.clone());
        self.captures_by_request.insert(request, id.clone());
        self.captures.insert(id, capture);
    }

    pub(super) fn void_payment(&mut self, void: Void) -> Applied {
        let payment = self.payments.get_mut(&void.payment_id).ok_or(ImpossibleEvent)?;
        let State::Authorised { customer_id, .. } = &payment.state else { return Err(ImpossibleEvent) };
        let customer_id = customer_id.clone();
        payment.transactions.push(TransactionId::Void(void.void_id.clone()));
        let (payment_id, at) = (void.payment_id.clone(), void.at);
        let request = (void.client_id.clone(), void.void_request_id.clone());
        self.voids_by_request.insert(request, void.void_id.clone());
        self.voids.insert(void.void_id.clone(), void);
        self.release(&payment_id, &customer_id, Hold::Closed);
        let by = CancelledBy::Void;
        self.move_to(&payment_id, State::Cancelled { customer_id: Some(customer_id), by, at });
        self.notify(&payment_id, at);
        Ok(())
    }

    pub(super) fn expire_hold(&mut self, payment_id: &PaymentId) -> Applied {
        let payment = self.existing(payment_id)?;
        match (&payment.state, payment.hold) {
            (State::Succeeded { customer_id, .. }, Hold::Open { .. }) => {
                let customer_id = customer_id.clone();
                self.release(payment_id, &customer_id, Hold::Expired);
                Ok(())
            }
            (
                State::Processing
                | State::Authorised { .. }
                | State::Succeeded { .. }
                | State::Failed { .. }
                | State::Cancelled { .. },
                Hold::None | Hold::Open { .. } | Hold::Closed | Hold::Expired,
            ) => Err(ImpossibleEvent),
        }
    }

    /// Who had not paid is told as failed. Who had paid was told so, and asked for the cancel: what is still
    /// to be told says how it is now, and nothing is told twice.
    pub(super) fn cancel(&mut self, payment_id: &PaymentId, at: Timestamp) -> Applied {
        let payment = self.existing(payment_id)?;
        let terms = &payment.terms;
        let (customer_id, was_paid) = match &payment.state {
            State::Processing => (None, false),
            State::Authorised { customer_id, .. } => (Some(customer_id.clone()), false),
            State::Succeeded { customer_id, .. } if payment.captured == 0 && payment.refunded == 0 => {
                (Some(customer_id.clone()), true)
            }
            State::Succeeded { .. } | State::Failed { .. } | State::Cancelled { .. } => {
                return Err(ImpossibleEvent);
            }
        };
        if let Some(customer_id) = &customer_id {
            if was_paid {
                let (amount, client_id) = (terms.amount, terms.client_id.clone());
                let (from, to) =
                    (Account::Merchant(client_id.clone()), Account::Customer(customer_id.clone()));
                self.ledger.transfer(from, to, amount, Some(payment_id));
                self.state(client_id, Movement::Reversal(payment_id.clone()), amount, at);
            } else {
                self.release(payment_id, customer_id, Hold::Closed);
            }
        }
        self.move_to(payment_id, State::Cancelled { customer_id, by: CancelledBy::Cancel, at });
        if !was_paid {
            self.notify(payment_id, at);
        }
        Ok(())
    }

    pub(super) fn fail(
        &mut self,
        payment_id: &PaymentId,
        customer_id: Option<CustomerId>,
        reason: FailReason,
        at: Timestamp,
    ) -> Applied {
        match &self.existing(payment_id)?.state {
            State::Processing => {}
            State::Authorised { customer_id, .. } => {
                let customer_id = customer_id.clone();
                self.release(payment_id, &customer_id, Hold::Expired);
            }
            State::Succeeded { .. } | State::Failed { .. } | State::Cancelled { .. } => {
                return Err(ImpossibleEvent);
            }
        }
        self.move_to(payment_id, State::Failed { customer_id, reason, at });
        self.notify(payment_id, at);
        Ok(())
    }

    fn move_to(&mut self, payment_id: &PaymentId, state: State) {
        let Some(payment) = self.payments.get_mut(payment_id) else { return };
        payment.state = state;
        self.open.remove(&(payment.terms.expires_at, payment_id.clone()));
    }

    /// Gives back what is still held.
    fn release(&mut self, payment_id: &PaymentId, customer_id: &CustomerId, hold: Hold) {
        let left = self.payments.get(payment_id).and_then(|payment| payment.amount_of(payment.held()));
        if let Some(amount) = left {
            let (from, to) = (Account::Held(customer_id.clone()), Account::Customer(customer_id.clone()));
            self.ledger.transfer(from, to, amount, Some(payment_id));
            self.set_hold(payment_id, hold);
        }
    }

    fn set_hold(&mut self, payment_id: &PaymentId, hold: Hold) {
        let Some(payment) = self.payments.get_mut(payment_id) else { return };
        if let Some(expires_at) = payment.hold_expires_at() {
            self.holds.remove(&(expires_at, payment_id.clone()));
        }
        payment.hold = hold;
        if let Some(expires_at) = payment.hold_expires_at() {
            self.holds.insert((expires_at, payment_id.clone()));
        }
    }

    fn notify(&mut self, payment_id: &PaymentId, at: Timestamp) {
        if self.payments.get(payment_id).is_some_and(|payment| payment.terms.notify_url.is_some()) {
            self.set_delivery(payment_id, Delivery::Pending { due: at });
        }
    }

    pub(super) fn count_notification(
        &mut self,
        payment_id: &PaymentId,
        at: Timestamp,
        delivered: bool,
    ) -> Applied {
        let payment = self.payments.get_mut(payment_id).ok_or(ImpossibleEvent)?;
        let delivery = payment.delivery_after_try(at, delivered);
        payment.notification_tries += 1;
        self.set_delivery(payment_id, delivery);
        Ok(())
    }

    fn set_delivery(&mut self, payment_id: &PaymentId, delivery: Delivery) {
        let Some(payment) = self.payments.get_mut(payment_id) else { return };
        if let Delivery::Pending { due } = payment.delivery {
            self.due.remove(&(due, payment_id.clone()));
        }
        if let Delivery::Pending { due } = delivery {
            self.due.insert((due, payment_id.clone()));
        }
        payment.delivery = delivery;
    }
}
