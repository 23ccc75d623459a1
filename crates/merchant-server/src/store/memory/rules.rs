//! What may become of an order, whatever a decision says: the constraints and triggers of the databases.

use merchant_core::lifecycle::{Attempt, NewAttempt, Order, OrderState, Refund, RefundState};

use super::orders::Orders;
use crate::store::StoreError;

/// A refusal of the last line of defence.
pub(super) fn refuse(rule: &'static str) -> StoreError {
    StoreError::Refused(rule)
}

/// The order as it may be kept: what can change from the decision, everything else from what is kept.
pub(super) fn admit(orders: &Orders, decided: Order, new: Option<&NewAttempt>) -> Result<Order, StoreError> {
    let kept = orders.get(&decided.id).map(|kept| &kept.order);
    if let Some(kept) = kept
        && matches!(kept.state, OrderState::Paid { .. })
        && !matches!(decided.state, OrderState::Paid { .. })
    {
        return Err(refuse("a paid order stays paid"));
    }
    let attempts = attempts(orders, kept, &decided, new)?;
    let mut order = match kept {
        Some(kept) => Order { attempts, refunds: kept.refunds.clone(), ..kept.clone() },
        None => Order { attempts, refunds: Vec::new(), ..decided.clone() },
    };
    for refund in decided.refunds {
        admit_refund(orders, &mut order, refund)?;
    }
    order.version = decided.version;
    order.state = decided.state;
    order.attention = decided.attention;
    order.stock = decided.stock;
    order.given_up_at = decided.given_up_at;
    order.fulfilment = decided.fulfilment;
    Ok(order)
}

fn attempts(
    orders: &Orders,
    kept: Option<&Order>,
    decided: &Order,
    new: Option<&NewAttempt>,
) -> Result<Vec<Attempt>, StoreError> {
    let mut attempts = kept.map(|order| order.attempts.clone()).unwrap_or_default();
    for attempt in &decided.attempts {
        if new.is_some_and(|new| new.id == attempt.id) {
            let wallet = &decided.customer.wallet;
            let is_known = orders.pay_request(&attempt.id).is_some()
                || orders.find_attempt(wallet, &attempt.payment_request_id).is_some()
                || attempts.iter().any(|other| other.number == attempt.number);
            if is_known {
                return Err(refuse("an attempt keeps its ids and bytes"));
            }
            attempts.push(attempt.clone());
        } else if let Some(place) = attempts.iter_mut().find(|other| other.id == attempt.id) {
            // Its ids, number and beginning stay.
            *place = Attempt {
                id: place.id.clone(),
                number: place.number,
                payment_request_id: place.payment_request_id.clone(),
                created_at: place.created_at,
                ..attempt.clone()
            };
        }
        check_payment_id(orders, decided, attempt)?;
    }
    if attempts.iter().filter(|attempt| attempt.state.is_live()).count() > 1 {
        return Err(refuse("an order has at most one live attempt"));
    }
    Ok(attempts)
}

fn check_payment_id(orders: &Orders, order: &Order, attempt: &Attempt) -> Result<(), StoreError> {
    let Some(payment) = &attempt.payment_id else { return Ok(()) };
    match orders.holder_of_payment(&order.customer.wallet, payment) {
        Some(holder) if *holder != attempt.id => Err(refuse("a payment id belongs to one attempt")),
        Some(_) | None => Ok(()),
    }
}

fn admit_refund(orders: &Orders, order: &mut Order, refund: Refund) -> Result<(), StoreError> {
    if orders.order_of_refund(&order.customer.wallet, &refund.id).is_some_and(|owner| *owner != order.id) {
        return Err(refuse("a refund's key belongs to one order"));
    }
    let Some(kept) = order.refunds.iter_mut().find(|kept| kept.id == refund.id) else {
        if refund.amount.value() == 0 || refund.amount > order.refundable(&refund.attempt) {
            return Err(refuse("refunds never exceed what was paid"));
        }
        if let Some(share) = &refund.share {
            let given = order.given_back(&refund.attempt).and(share);
            if order.lines.iter().zip(&given.lines).any(|(line, given)| given.units > line.quantity) {
                return Err(refuse("a unit is given back once"));
            }
        }
        order.refunds.push(refund);
        return Ok(());
    };
    let has_ended = matches!(kept.state, RefundState::Succeeded { .. } | RefundState::Failed { .. });
    if has_ended && kept.state.as_str() != refund.state.as_str() {
        return Err(refuse("a refund that ended stays as it is"));
    }
    kept.refund_id = refund.refund_id;
    kept.state = refund.state;
    kept.sendings = refund.sendings;
    kept.asking_since = refund.asking_since;
    Ok(())
}
