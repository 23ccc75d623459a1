//! The banner for an order that isn't settled.

use shop_api::{AttemptStatus, Order, OrderStatus};

use super::model::Orders;
use crate::{
    text,
    value::{Value, object},
};

/// The banner as shop and cart show it.
pub fn banner(orders: &Orders) -> Value {
    orders.open().map(of_order).into()
}

fn of_order(order: &Order) -> Value {
    let total = order.currency.format(order.total);
    let (title, message) = match (&order.status, order.attempt.as_ref().map(|attempt| &attempt.status)) {
        (OrderStatus::NeedsAttention, _) => ("We are checking a payment", "Someone is looking into it."),
        (OrderStatus::AwaitingPayment, Some(AttemptStatus::Open)) => {
            ("An order is waiting for payment", "You can still pay it.")
        }
        (OrderStatus::AwaitingPayment, Some(AttemptStatus::Failed | AttemptStatus::Cancelled)) => {
            ("An order is waiting for payment", "The last payment didn’t go through.")
        }
        (
            OrderStatus::AwaitingPayment,
            None
            | Some(
                AttemptStatus::Creating
                | AttemptStatus::Unknown
                | AttemptStatus::Cancelling
                | AttemptStatus::Succeeded
                | AttemptStatus::NeedsAttention
                | AttemptStatus::Other(_),
            ),
        )
        | (
            OrderStatus::Cancelling
            | OrderStatus::Paid
            | OrderStatus::Expired
            | OrderStatus::Cancelled
            | OrderStatus::Other(_),
            _,
        ) => ("A payment is being confirmed", "Don’t pay it again."),
    };
    object! {
        "orderId": &order.order_id.0,
        "title": text::join(&[title, " · ", &total]),
        "message": message,
        "action": text::SHOW_ORDER,
    }
}
