//! An order as the shop API tells it.

use shop_api::{
    AttemptStatus, Delivery, Discount, Failure, FulfilmentStatus, MinorUnits, OrderStatus, Payee, QuoteLine,
    Tax, Timestamp, sum,
};

use super::schedule::{self, MAX_ATTEMPTS};
use super::{
    Attempt, AttemptState, Breakdown, Fulfilment, FulfilmentStage, Line, Order, OrderState, RefundState,
};
use crate::pricing::rounding::Rate;

/// What an order's view needs beside the order.
#[derive(Clone, Debug)]
pub struct ShopView {
    /// The address under which clients reach this server, without slash at its end.
    pub public_url: String,
}

impl ShopView {
    /// The order at this moment.
    pub fn order(&self, order: &Order, now: Timestamp) -> shop_api::Order {
        shop_api::Order {
            order_id: order.id.clone(),
            quote_id: order.quote_id.clone(),
            version: order.version,
            status: order_status(order),
            currency: order.currency.clone(),
            lines: self.lines(&order.lines, &order.breakdown),
            breakdown: breakdown(&order.breakdown),
            total: order.total,
            address: order.address.clone(),
            fulfilment: order.fulfilment.as_ref().map(fulfilment),
            refunded: refunds(order, is_given_back),
            refunding: refunds(order, is_being_given_back),
            payee: Payee { name: order.payee.clone() },
            created_at: order.created_at,
            pay_by: order.pay_by,
            attempt: order.attempts.last().map(attempt),
            may_start_payment: may_start_payment(order, now),
            server_time: now,
        }
    }

    /// The lines with what each comes to.
    pub fn lines(&self, lines: &[Line], breakdown: &Breakdown) -> Vec<QuoteLine> {
        let line = |line: &Line| QuoteLine {
            sku: line.sku.clone(),
            name: line.name.clone(),
            variant_name: line.variant_name.clone(),
            image_url: self.image_url(&line.image),
            quantity: line.quantity,
            unit_price: line.unit_price,
            subtotal: line.subtotal,
            discount: line.parts.discount,
            order_discount: line.parts.order_discount,
            tax_rate: line.parts.tax_rate.to_string(),
            tax: line.parts.tax,
            total: breakdown.of_line(line),
        };
        lines.iter().map(line).collect()
    }

    /// The address of a picture.
    pub fn image_url(&self, image: &str) -> String {
        format!("{}/media/{image}", self.public_url)
    }
}

/// What a total is made of, as the shop API tells it.
pub fn breakdown(breakdown: &Breakdown) -> shop_api::Breakdown {
    let parts = breakdown.parts();
    let tax = |(rate, amount): &(Rate, MinorUnits)| Tax {
        label: format!("{} {rate}%", parts.tax_label).trim_start().to_owned(),
        rate: rate.to_string(),
        amount: *amount,
    };
    let discount =
        |discount: &super::Discount| Discount { label: discount.label.clone(), amount: discount.amount };
    shop_api::Breakdown {
        subtotal: breakdown.subtotal(),
        discounts: parts.discounts.iter().map(discount).collect(),
        delivery: parts.delivery.as_ref().map(|delivery| Delivery {
            id: delivery.method.clone(),
            label: delivery.label.clone(),
            price: delivery.price,
            tax_rate: delivery.tax_rate.to_string(),
            tax: delivery.tax,
            total: breakdown.of_delivery(),
        }),
        taxes: breakdown.taxes().iter().map(tax).collect(),
        tax_included: parts.tax_included,
    }
}

/// How far an order is on its way, as the shop API tells it.
pub fn fulfilment(fulfilment: &Fulfilment) -> shop_api::Fulfilment {
    let status = match fulfilment.stage {
        FulfilmentStage::Accepted => FulfilmentStatus::Accepted,
        FulfilmentStage::Shipped => FulfilmentStatus::Shipped,
        FulfilmentStage::Completed => FulfilmentStatus::Completed,
    };
    let tracking = fulfilment.tracking.as_ref().map(|tracking| tracking.as_str().to_owned());
    shop_api::Fulfilment { status, at: fulfilment.at, tracking }
}

fn refunds(order: &Order, which: fn(&RefundState) -> bool) -> MinorUnits {
    let amounts = order.refunds.iter().filter(|refund| which(&refund.state)).map(|refund| refund.amount);
    // A payment's refunds never exceed it; an order's payments are few.
    sum(amounts).unwrap_or(MinorUnits::MAX)
}

fn is_given_back(state: &RefundState) -> bool {
    match state {
        RefundState::Succeeded { .. } => true,
        RefundState::Requested
        | RefundState::Accepted { .. }
        | RefundState::Unknown { .. }
        | RefundState::Failed { .. }
        | RefundState::NeedsAttention { .. } => false,
    }
}

fn is_being_given_back(state: &RefundState) -> bool {
    state.counts() && !is_given_back(state)
}

/// An order's state as the shop API names it.
pub fn order_status(order: &Order) -> OrderStatus {
    match order.state {
        OrderState::AwaitingPayment if order.given_up_at.is_some() => OrderStatus::Cancelling,
        OrderState::AwaitingPayment => OrderStatus::AwaitingPayment,
        OrderState::Paid { .. } => OrderStatus::Paid,
        OrderState::Expired { .. } => OrderStatus::Expired,
        OrderState::Cancelled { .. } => OrderStatus::Cancelled,
        OrderState::NeedsAttention { .. } => OrderStatus::NeedsAttention,
    }
}

/// An attempt's state as the shop API names it.
pub fn attempt_status(attempt: &Attempt) -> AttemptStatus {
    match &attempt.state {
        AttemptState::Creating | AttemptState::Open { .. } | AttemptState::Unknown
            if attempt.cancelling.is_some() =>
        {
            AttemptStatus::Cancelling
        }
        // It may be paid: neither failed, nor to be paid anew.
        AttemptState::Failed { .. } | AttemptState::Cancelled { .. } if attempt.is_contested() => {
            AttemptStatus::Unknown
        }
        AttemptState::Creating => AttemptStatus::Creating,
        AttemptState::Open { .. } => AttemptStatus::Open,
        AttemptState::Unknown => AttemptStatus::Unknown,
        AttemptState::Succeeded { .. } => AttemptStatus::Succeeded,
        AttemptState::Failed { .. } => AttemptStatus::Failed,
        AttemptState::Reversed { .. } | AttemptState::Cancelled { .. } => AttemptStatus::Cancelled,
        AttemptState::NeedsAttention { .. } => AttemptStatus::NeedsAttention,
    }
}

fn may_start_payment(order: &Order, now: Timestamp) -> bool {
    order.state == OrderState::AwaitingPayment
        && order.live_attempt().is_none()
        && !order.is_contested()
        && (1..MAX_ATTEMPTS).contains(&order.attempts.len())
        && schedule::has_time_to_pay(order, now)
}

fn attempt(attempt: &Attempt) -> shop_api::Attempt {
    let cashier = match &attempt.state {
        // One that is being cancelled isn't to be paid.
        AttemptState::Open { cashier } => attempt.cancelling.is_none().then(|| cashier.clone()),
        AttemptState::Creating
        | AttemptState::Unknown
        | AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Failed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => None,
    };
    let failure = match &attempt.state {
        AttemptState::Failed { .. } if attempt.is_contested() => None,
        AttemptState::Failed { code, .. } => {
            Some(Failure { code: code.clone(), message: failure_message(code).to_owned() })
        }
        AttemptState::Creating
        | AttemptState::Open { .. }
        | AttemptState::Unknown
        | AttemptState::Succeeded { .. }
        | AttemptState::Reversed { .. }
        | AttemptState::Cancelled { .. }
        | AttemptState::NeedsAttention { .. } => None,
    };
    shop_api::Attempt {
        attempt_id: attempt.id.clone(),
        number: attempt.number,
        status: attempt_status(attempt),
        cashier,
        failure,
    }
}

/// A sentence for the shopper. The wallet's own texts aren't shown: they are written for merchants.
fn failure_message(code: &str) -> &'static str {
    match code {
        "USER_BALANCE_NOT_ENOUGH" => "Your wallet's balance isn't enough. Top up, then pay again.",
        "PAYMENT_AMOUNT_EXCEED_LIMIT" | "USER_AMOUNT_EXCEED_LIMIT" | "PAYMENT_COUNT_EXCEED_LIMIT" => {
            "This is over a limit of your wallet. Order less, or raise the limit in your wallet."
        }
        "RISK_REJECT" => "Your wallet declined this payment. You haven't been charged. You can try again.",
        "USER_NOT_EXIST" | "USER_STATUS_ABNORMAL" | "USER_KYC_NOT_QUALIFIED" => {
            "Your wallet account can't pay at the moment. Check it in your wallet, then pay again."
        }
        "payment_expired" | "ORDER_IS_CLOSED" => "The time to pay ran out. You haven't been charged.",
        _ => "The payment didn't go through. You haven't been charged. You can pay again.",
    }
}
