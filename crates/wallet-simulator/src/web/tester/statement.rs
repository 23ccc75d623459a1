//! A merchant's statement, as a file that it can be reconciled with.

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use wallet_api::ids::ClientId;

use crate::simulator::Simulator;
use crate::wallet::Wallet;
use crate::wallet::statement::{Line, Movement};
use crate::web::Shared;
use crate::web::problem::Problem;

/// A ten-thousandth of a payment is the least fee that can be asked for.
const WHOLE: u128 = 10_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::web) struct Asked {
    merchant: ClientId,
    from: Timestamp,
    to: Timestamp,
    #[serde(default)]
    format: Format,
    /// What the wallet keeps of each payment, in hundredths of a percent.
    #[serde(default)]
    fee_basis_points: u16,
}

/// How the statement is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// One line each, with a head.
    #[default]
    Csv,
}

/// `GET /statement?merchant=…&from=…&to=…&format=csv&feeBasisPoints=…`: payments, refunds, reversals and
/// payouts from `from` up to, and not with, `to`. Amounts are in the smallest unit; what leaves the merchant
/// is negative. Fees are computed here and change no balance.
pub(in crate::web) async fn statement(
    State(simulator): Shared,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = query?;
    if u128::from(asked.fee_basis_points) > WHOLE {
        let detail = "feeBasisPoints is 0 to 10000: hundredths of a percent.";
        return Err(Problem::bad_request("bad_fee", detail));
    }
    let text = Simulator::with_books(&simulator, move |books, _| {
        let wallet = books.store.wallet();
        if wallet.merchant(asked.merchant.as_str()).is_none() {
            let detail = "There is no such merchant; POST /_simulator/merchants registers one.";
            return Ok(Err(Problem::not_found("unknown_merchant", detail)));
        }
        let Format::Csv = asked.format;
        Ok(csv(wallet, &asked).map_err(|_| Problem::internal()))
    });
    let mut response = Response::new(Body::from(text.await??));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    Ok(response)
}

const HEAD: [&str; 9] = [
    "time",
    "type",
    "paymentId",
    "paymentRequestId",
    "refundId",
    "refundRequestId",
    "currency",
    "amount",
    "fee",
];

fn csv(wallet: &Wallet, asked: &Asked) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for line in wallet.statement(&asked.merchant, asked.from, asked.to) {
        writer.write_record(cells(wallet, line, asked.fee_basis_points))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn cells(wallet: &Wallet, line: &Line, fee_basis_points: u16) -> [String; 9] {
    let text = |id: Option<&dyn std::fmt::Display>| id.map(ToString::to_string).unwrap_or_default();
    let payment = line.movement.payment_id().and_then(|id| wallet.payment(id.as_str()));
    let refund = match &line.movement {
        Movement::Refund(_, id) => wallet.refund(id),
        Movement::Payment(_) | Movement::Reversal(_) | Movement::Payout => None,
    };
    let value = line.amount.value.get();
    let (amount, fee) = if line.movement.is_income() {
        (value.to_string(), fee(value, fee_basis_points).to_string())
    } else {
        (format!("-{value}"), "0".to_owned())
    };
    [
        line.at.to_string(),
        line.movement.as_str().to_owned(),
        text(payment.map(|payment| &payment.terms.payment_id as _)),
        text(payment.map(|payment| &payment.terms.payment_request_id as _)),
        text(refund.map(|refund| &refund.terms.refund_id as _)),
        text(refund.map(|refund| &refund.terms.refund_request_id as _)),
        line.amount.currency.to_string(),
        amount,
        fee,
    ]
}

/// Rounded up, as wallets do.
fn fee(value: u64, basis_points: u16) -> u128 {
    (u128::from(value) * u128::from(basis_points)).div_ceil(WHOLE)
}

#[cfg(test)]
mod tests {
    use super::fee;

    #[test]
    fn fees_are_rounded_up_and_never_wrap() {
        assert_eq!(fee(129_900, 0), 0);
        assert_eq!(fee(129_900, 150), 1_949);
        assert_eq!(fee(1, 1), 1);
        assert_eq!(fee(9_999_999_999_999_999, 10_000), 9_999_999_999_999_999);
    }
}
