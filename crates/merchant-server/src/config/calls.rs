//! `[wallets.NAME.schedule]`: when and how often a wallet is called, as it stands in the file.

use std::ops::RangeInclusive;

use merchant_core::lifecycle::{Asking, Schedule};
use serde::Deserialize;
use wallet_api::profile::WalletProfile;

use crate::app::CallRules;
use crate::jobs::RateLimit;

/// The table's keys; what is left out is as [`Schedule::default`] and [`RateLimit::default`] say.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calls {
    asking: Option<Vec<Span>>,
    watch_every_seconds: Option<u32>,
    closing_every_seconds: Option<u32>,
    cancel_after_seconds: Option<u32>,
    cancel_again_seconds: Option<Vec<u32>>,
    resend_seconds: Option<Vec<u32>>,
    stranded_seconds: Option<u32>,
    refund_asking: Option<Vec<Span>>,
    inquiries_per_minute: Option<u32>,
    inquiry_burst: Option<u32>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    every_seconds: u32,
    for_seconds: Option<u32>,
}

/// A key whose value is out of range, and what to write.
pub(super) struct OutOfRange {
    pub(super) key: &'static str,
    pub(super) expected: String,
}

const A_DAY: u32 = 86_400;
const WAITS: usize = 20;

impl Calls {
    /// The rules for this wallet.
    pub(super) fn rules(self, profile: &WalletProfile) -> Result<CallRules, OutOfRange> {
        let usual = Schedule::default();
        // A wallet that doesn't close payments by itself is told at once.
        let cancel_after = if profile.honours_expiry { usual.cancel_after_millis } else { 0 };
        let limit = RateLimit::default();
        let seconds = |key, value, range, usual| match value {
            None => Ok(usual),
            Some(value) => number(key, value, range).map(millis),
        };
        Ok(CallRules {
            schedule: Schedule {
                clock_skew_millis: millis(profile.clock_skew_seconds),
                asking: match self.asking {
                    None => usual.asking,
                    Some(asking) => spans("asking", asking, true)?,
                },
                watch_every_millis: seconds(
                    "watch_every_seconds",
                    self.watch_every_seconds,
                    1..=A_DAY,
                    usual.watch_every_millis,
                )?,
                closing_every_millis: seconds(
                    "closing_every_seconds",
                    self.closing_every_seconds,
                    1..=3_600,
                    usual.closing_every_millis,
                )?,
                cancel_after_millis: seconds(
                    "cancel_after_seconds",
                    self.cancel_after_seconds,
                    0..=3_600,
                    cancel_after,
                )?,
                cancel_again_millis: match self.cancel_again_seconds {
                    None => usual.cancel_again_millis,
                    Some(list) => waits("cancel_again_seconds", list)?,
                },
                resend_millis: match self.resend_seconds {
                    None => usual.resend_millis,
                    Some(list) => waits("resend_seconds", list)?,
                },
                stranded_millis: seconds(
                    "stranded_seconds",
                    self.stranded_seconds,
                    1..=600,
                    usual.stranded_millis,
                )?,
                refund_asking: match self.refund_asking {
                    None => usual.refund_asking,
                    Some(asking) => spans("refund_asking", asking, false)?,
                },
            },
            limit: RateLimit {
                per_minute: match self.inquiries_per_minute {
                    None => limit.per_minute,
                    Some(value) => number("inquiries_per_minute", value, 1..=600_000)?,
                },
                burst: match self.inquiry_burst {
                    None => limit.burst,
                    Some(value) => number("inquiry_burst", value, 1..=10_000)?,
                },
            },
        })
    }
}

fn millis(seconds: u32) -> u64 {
    u64::from(seconds) * 1_000
}

fn number(key: &'static str, value: u32, range: RangeInclusive<u32>) -> Result<u32, OutOfRange> {
    let expected = format!("write {} to {}", range.start(), range.end());
    if range.contains(&value) { Ok(value) } else { Err(OutOfRange { key, expected }) }
}

fn waits(key: &'static str, list: Vec<u32>) -> Result<Vec<u64>, OutOfRange> {
    let is_fine = (1..=WAITS).contains(&list.len()) && list.iter().all(|wait| (1..=A_DAY).contains(wait));
    let expected = format!("write 1 to {WAITS} waits of 1 to {A_DAY} seconds");
    if is_fine { Ok(list.into_iter().map(millis).collect()) } else { Err(OutOfRange { key, expected }) }
}

/// Spans that follow each other; the last may be without an end where asking has one of its own.
fn spans(key: &'static str, list: Vec<Span>, may_go_on: bool) -> Result<Vec<Asking>, OutOfRange> {
    let last = list.len().saturating_sub(1);
    let ends = list.iter().enumerate().map(|(at, span)| match span.for_seconds {
        Some(seconds) => Some(millis(seconds)),
        None => (may_go_on && at == last).then_some(u64::MAX),
    });
    let ends: Option<Vec<u64>> = ends.collect();
    let expected = || {
        let end =
            if may_go_on { "; only the last may have no for_seconds" } else { "; each has for_seconds" };
        format!("write 1 to {WAITS} spans, every_seconds from 1 to {A_DAY}, for_seconds rising{end}")
    };
    let out_of_range = || OutOfRange { key, expected: expected() };
    let ends = ends.ok_or_else(out_of_range)?;
    let is_fine = (1..=WAITS).contains(&list.len())
        && list.iter().all(|span| (1..=A_DAY).contains(&span.every_seconds))
        && ends.first().is_some_and(|first| *first > 0)
        && ends.windows(2).all(|pair| pair[0] < pair[1]);
    if !is_fine {
        return Err(out_of_range());
    }
    let asking =
        |(span, for_millis): (&Span, u64)| Asking { for_millis, every_millis: millis(span.every_seconds) };
    Ok(list.iter().zip(ends).map(asking).collect())
}
