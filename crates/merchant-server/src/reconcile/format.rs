//! How a wallet writes its statements: `[wallets.NAME.statement]`.

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;

use super::{RowKind, Timing};

/// How a wallet writes its statements.
#[derive(Clone, Debug)]
pub struct StatementFormat {
    /// What stands between two columns.
    pub delimiter: u8,
    /// Lines before the head.
    pub skip_lines: u32,
    /// Which column says what.
    pub columns: Columns,
    /// Which word in the column `kind` means what.
    pub kinds: Kinds,
    /// How times are written.
    pub timing: Timing,
    /// How amounts are written.
    pub amounts: Amounts,
    /// Whether what leaves the merchant is negative.
    pub signs: Signs,
    /// Whether the wallet's fee is in the amount.
    pub amount_is: AmountIs,
}

/// Which column says what; by the names in the head.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// When the money moved.
    pub time: String,
    /// What moved it.
    pub kind: String,
    /// The wallet's id of the payment.
    pub payment_id: Option<String>,
    /// Our id of the payment.
    pub payment_request_id: Option<String>,
    /// The wallet's id of the refund.
    pub refund_id: Option<String>,
    /// Our id of the refund.
    pub refund_request_id: Option<String>,
    /// The wallet's number of the row: the bank transfer of a settlement.
    pub reference: Option<String>,
    /// ISO 4217 code; absent: always the shop's.
    pub currency: Option<String>,
    /// How much.
    pub amount: String,
    /// What the wallet kept.
    pub fee: Option<String>,
}

/// Which word in the column `kind` means what. Words are compared as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    payment: Vec<String>,
    refund: Vec<String>,
    #[serde(default)]
    reversal: Vec<String>,
    #[serde(default)]
    fee: Vec<String>,
    #[serde(default)]
    settlement: Vec<String>,
    /// Rows to pass over, such as totals.
    #[serde(default)]
    ignore: Vec<String>,
}

/// What a word in the column `kind` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A movement of money.
    Row(RowKind),
    /// Nothing that we need.
    Ignored,
}

impl Kinds {
    /// What a word means; `None` for one that nobody explained.
    pub fn meaning(&self, word: &str) -> Option<Meaning> {
        let has = |words: &[String]| words.iter().any(|known| known == word);
        let kinds = [
            (&self.payment, Meaning::Row(RowKind::Payment)),
            (&self.refund, Meaning::Row(RowKind::Refund)),
            (&self.reversal, Meaning::Row(RowKind::Reversal)),
            (&self.fee, Meaning::Row(RowKind::Fee)),
            (&self.settlement, Meaning::Row(RowKind::Settlement)),
            (&self.ignore, Meaning::Ignored),
        ];
        kinds.into_iter().find(|(words, _)| has(words)).map(|(_, meaning)| meaning)
    }

    /// All words that mean something.
    pub fn words(&self) -> Vec<&str> {
        [&self.payment, &self.refund, &self.reversal, &self.fee, &self.settlement, &self.ignore]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect()
    }
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "unit", deny_unknown_fields)]
pub enum Amounts {
    /// Whole numbers of the smallest unit.
    #[default]
    Minor,
    /// As people write them, with as many decimals as the currency has at the most.
    Decimal {
        /// What stands before the decimals.
        #[serde(default = "point")]
        mark: char,
        /// What stands between groups of digits, if anything does.
        grouping: Option<char>,
    },
}

fn point() -> char {
    '.'
}

/// Whether what leaves the merchant is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signs {
    /// It is; what comes in isn't.
    Signed,
    /// No amount has a sign; the kind says which way it goes.
    Unsigned,
}

/// Whether the wallet's fee is in the amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountIs {
    /// What the customer paid; the fee is beside it.
    #[default]
    Gross,
    /// What is left after the fee.
    Net,
}

/// The table as it stands in the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementFields {
    #[serde(default = "comma")]
    delimiter: char,
    #[serde(default)]
    skip_lines: u32,
    columns: Columns,
    kinds: Kinds,
    /// `rfc3339`, or what strftime would write it with.
    time_format: String,
    /// `+08:00`, or a name such as `Asia/Manila`.
    #[serde(default = "utc")]
    time_zone: String,
    /// When a day of the statement begins, in that zone.
    #[serde(default = "midnight")]
    cut_off: String,
    #[serde(default)]
    amounts: Amounts,
    signs: Signs,
    #[serde(default)]
    amount_is: AmountIs,
}

fn comma() -> char {
    ','
}

fn utc() -> String {
    "+00:00".to_owned()
}

fn midnight() -> String {
    "00:00".to_owned()
}

/// A key of the table whose value won't do: the key, what is wrong, what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFormat {
    /// The key inside the table.
    pub key: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to write.
    pub remedy: &'static str,
}

impl TryFrom<StatementFields> for StatementFormat {
    type Error = BadFormat;

    fn try_from(fields: StatementFields) -> Result<Self, BadFormat> {
        let bad = |key, what: &str, remedy| BadFormat { key, what: what.to_owned(), remedy };
        let delimiter = u8::try_from(fields.delimiter)
            .ok()
            .filter(|byte| byte.is_ascii_punctuation() || *byte == b'\t')
            .filter(|byte| *byte != b'"');
        let remedy = "write one character, such as \",\", \";\" or \"\\t\"";
        let delimiter =
            delimiter.ok_or_else(|| bad("delimiter", "this can't stand between columns", remedy))?;
        if fields.skip_lines > 100 {
            return Err(bad("skip_lines", "the value is out of range", "write 0 to 100"));
        }
        if fields.columns.payment_id.is_none() && fields.columns.payment_request_id.is_none() {
            let remedy = "name the column with our payment request id, or with the wallet's payment id";
            return Err(bad("columns", "no column says which payment a row is about", remedy));
        }
        let words = fields.kinds.words();
        if let Some(twice) = words.iter().enumerate().find(|(at, word)| words[..*at].contains(word)) {
            let what = format!("the word \"{}\" means two things", twice.1);
            return Err(bad("kinds", &what, "give each word one meaning"));
        }
        if let Amounts::Decimal { mark, grouping } = fields.amounts
            && (mark.is_ascii_digit()
                || mark == '-'
                || grouping
                    .is_some_and(|grouping| grouping == mark || grouping.is_ascii_digit() || grouping == '-'))
        {
            let remedy = "write for example { unit = \"decimal\", mark = \",\", grouping = \".\" }";
            return Err(bad("amounts", "mark and grouping must differ, and be no digits", remedy));
        }
        let zone = zone(&fields.time_zone).ok_or_else(|| {
            let remedy = "write an offset such as \"+08:00\", or a name such as \"Asia/Manila\"";
            bad("time_zone", "no such time zone is known", remedy)
        })?;
        let cut_off = Time::strptime("%H:%M", &fields.cut_off)
            .map_err(|_| bad("cut_off", "this isn't a time of day", "write for example \"16:00\""))?;
        let timing = Timing::new(&fields.time_format, zone, cut_off).ok_or_else(|| {
            let remedy = "write \"rfc3339\", or for example \"%d/%m/%Y %H:%M:%S\"";
            bad("time_format", "times can't be read with this", remedy)
        })?;
        Ok(Self {
            delimiter,
            skip_lines: fields.skip_lines,
            columns: fields.columns,
            kinds: fields.kinds,
            timing,
            amounts: fields.amounts,
            signs: fields.signs,
            amount_is: fields.amount_is,
        })
    }
}

/// An offset, or a zone of the time zone database.
fn zone(text: &str) -> Option<TimeZone> {
    let offset = || {
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let number = |text: &str| (text.len() == 2).then(|| text.parse::<i32>().ok()).flatten();
        let seconds = (number(hours)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?) * 60;
        Offset::from_seconds(sign * seconds).ok().map(TimeZone::fixed)
    };
    offset().or_else(|| TimeZone::get(text).ok())
}
