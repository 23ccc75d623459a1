//! A statement as a stream of rows: one at a time, whatever the file's size.

use std::cell::Cell;
use std::io::{self, BufRead as _, BufReader, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use shop_api::Timestamp;
use wallet_api::amount::Currency;
use wallet_api::profile::WalletProfile;

use super::{AmountIs, Meaning, Signs, StatementFormat, amount};

/// The longest that one row may be: a quotation mark that is never closed must not fill the memory.
const MAX_ROW: usize = 64 * 1024;

/// How much is read from the file at a time.
const BUFFER: usize = 64 * 1024;

/// One movement of money, by the wallet's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file.
    pub line: u64,
    /// When the money moved, by the wallet's clock.
    pub at: Timestamp,
    /// What moved it.
    pub kind: RowKind,
    /// The wallet's id of the payment.
    pub payment_id: Option<String>,
    /// Our id of the payment.
    pub payment_request_id: Option<String>,
    /// The wallet's id of the refund.
    pub refund_id: Option<String>,
    /// Our id of the refund.
    pub refund_request_id: Option<String>,
    /// The wallet's number of the row.
    pub reference: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// How much, before the fee, in the smallest unit. Never negative.
    pub amount: i64,
    /// What the wallet kept; negative where it gave a fee back.
    pub fee: i64,
}

/// What moved the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A customer paid.
    Payment,
    /// We, or somebody in the wallet's portal, gave money back.
    Refund,
    /// The wallet took a payment back.
    Reversal,
    /// The wallet kept a fee.
    Fee,
    /// The wallet paid out to our bank.
    Settlement,
}

impl RowKind {
    /// As it stands in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
            Self::Fee => "fee",
            Self::Settlement => "settlement",
        }
    }

    fn is_income(self) -> bool {
        match self {
            Self::Payment => true,
            Self::Refund | Self::Reversal | Self::Fee | Self::Settlement => false,
        }
    }
}

/// A row that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[error("line {line}{}: {what}; {remedy}", column.as_ref().map(|name| format!(", column \"{name}\"")).unwrap_or_default())]
pub struct BadRow {
    /// Its line in the file.
    pub line: u64,
    /// The column, where it is about one.
    pub column: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
}

/// A statement that can't be read any further.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file can't be read, or a row has no end.
    #[error("line {line}: {what}; {remedy}")]
    Broken {
        /// Where.
        line: u64,
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The head lacks a column that the configuration names.
    #[error(
        "the head has no column \"{column}\", it has {found}; correct `{key}` in the wallet's [statement]"
    )]
    NoColumn {
        /// Which.
        column: String,
        /// What it is configured as.
        key: &'static str,
        /// What the head has.
        found: String,
    },
}

/// Reads a statement.
pub struct Reader<'a, R: Read> {
    csv: csv::Reader<Allowed<BufReader<R>>>,
    allowance: Rc<Cell<usize>>,
    record: ByteRecord,
    places: Places,
    format: &'a StatementFormat,
    profile: &'a WalletProfile,
    currency: &'a str,
}

impl<'a, R: Read> Reader<'a, R> {
    /// Reads the head. `currency` is the shop's, for statements that don't say.
    ///
    /// # Errors
    /// [`ReadError`] when the head can't be read, or lacks a column.
    pub fn new(
        file: R,
        format: &'a StatementFormat,
        profile: &'a WalletProfile,
        currency: &'a str,
    ) -> Result<Self, ReadError> {
        let allowance = Rc::new(Cell::new(MAX_ROW + BUFFER));
        let mut file = BufReader::with_capacity(BUFFER, file);
        for line in 0..format.skip_lines {
            skip_line(&mut file).map_err(|error| broken(u64::from(line) + 1, &error))?;
        }
        let mut csv = ReaderBuilder::new()
            .delimiter(format.delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .buffer_capacity(BUFFER)
            .from_reader(Allowed { inner: file, allowance: Rc::clone(&allowance) });
        let first = u64::from(format.skip_lines) + 1;
        let head = csv.byte_headers().map_err(|error| csv_broken(first, &error))?.clone();
        let places = Places::find(&head, format)?;
        Ok(Self { csv, allowance, record: ByteRecord::new(), places, format, profile, currency })
    }

    /// The next row that moves money; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`] when nothing more can be read. A row that can't be understood is a [`BadRow`], and the
    /// next one follows.
    pub fn next_row(&mut self) -> Result<Option<Result<Row, BadRow>>, ReadError> {
        loop {
            self.allowance.set(MAX_ROW + BUFFER);
            let line = self.csv.position().line() + u64::from(self.format.skip_lines);
            let more = self.csv.read_byte_record(&mut self.record);
            if !more.map_err(|error| csv_broken(line, &error))? {
                return Ok(None);
            }
            let line =
                self.record.position().map_or(line, |place| place.line() + u64::from(self.format.skip_lines));
            if let Some(row) = self.row(line).transpose() {
                return Ok(Some(row));
            }
        }
    }

    /// `None` for a row to pass over.
    fn row(&self, line: u64) -> Result<Option<Row>, BadRow> {
        let columns = &self.format.columns;
        let bad = |column: &str, what: String, remedy| BadRow {
            line,
            column: Some(column.to_owned()),
            what,
            remedy,
        };
        let word = self.needed(line, self.places.kind, &columns.kind)?;
        let kind = match self.format.kinds.meaning(word) {
            Some(Meaning::Row(kind)) => kind,
            Some(Meaning::Ignored) => return Ok(None),
            None => {
                let remedy = "say what the word means in `kinds` of the wallet's [statement]";
                return Err(bad(&columns.kind, format!("\"{word}\" isn't explained"), remedy));
            }
        };
        let written = self.needed(line, self.places.time, &columns.time)?;
        let at = self.format.timing.read(written).ok_or_else(|| {
            let what = format!("\"{written}\" isn't a time like {}", self.format.timing.example());
            bad(&columns.time, what, "correct `time_format` in the wallet's [statement]")
        })?;
        let (currency, exponent) = self.currency(line)?;
        let signed = self.amount(line, self.places.amount, &columns.amount, exponent)?;
        let fee = match (self.places.fee, &columns.fee) {
            (Some(place), Some(name)) if !self.text(line, place, name)?.is_empty() => {
                self.amount(line, place, name, exponent)?
            }
            _ => 0,
        };
        let amount = self.gross(kind, signed, fee).ok_or_else(|| {
            let what = format!("the sign of \"{signed}\" doesn't fit a {}", kind.as_str());
            bad(&columns.amount, what, "correct `signs` in the wallet's [statement]")
        })?;
        let id = |place: Option<usize>, name: &Option<String>| match (place, name) {
            (Some(place), Some(name)) => {
                self.text(line, place, name).map(|text| (!text.is_empty()).then(|| text.to_owned()))
            }
            _ => Ok(None),
        };
        let row = Row {
            line,
            at,
            kind,
            payment_id: id(self.places.payment_id, &columns.payment_id)?,
            payment_request_id: id(self.places.payment_request_id, &columns.payment_request_id)?,
            refund_id: id(self.places.refund_id, &columns.refund_id)?,
            refund_request_id: id(self.places.refund_request_id, &columns.refund_request_id)?,
            reference: id(self.places.reference, &columns.reference)?,
            currency: currency.to_owned(),
            amount,
            fee: if kind == RowKind::Fee { 0 } else { fee },
        };
        let names_payment = row.payment_id.is_some() || row.payment_request_id.is_some();
        match kind {
            RowKind::Payment | RowKind::Refund | RowKind::Reversal if !names_payment => Err(BadRow {
                line,
                column: None,
                what: format!("this {} names no payment", kind.as_str()),
                remedy: "ask the wallet for the missing id, or say in `kinds` that such rows are ignored",
            }),
            _ => Ok(Some(row)),
        }
    }

    /// What the customer paid, or what went out; `None` when the sign contradicts the kind.
    fn gross(&self, kind: RowKind, signed: i64, fee: i64) -> Option<i64> {
        let amount = match self.format.signs {
            Signs::Unsigned => signed,
            Signs::Signed if kind.is_income() => signed,
            Signs::Signed => -signed,
        };
        let amount = match (self.format.amount_is, kind) {
            // Of what comes in, the fee was taken; to what goes out, a fee given back was added.
            (AmountIs::Net, RowKind::Payment) => amount + fee,
            (AmountIs::Net, RowKind::Refund | RowKind::Reversal) => amount - fee,
            (AmountIs::Net, RowKind::Fee | RowKind::Settlement) | (AmountIs::Gross, _) => amount,
        };
        (amount >= 0).then_some(amount)
    }

    fn currency(&self, line: u64) -> Result<(&str, u8), BadRow> {
        let (text, column) = match (self.places.currency, &self.format.columns.currency) {
            (Some(place), Some(name)) => (self.needed(line, place, name)?, Some(name.clone())),
            _ => (self.currency, None),
        };
        let currency = Currency::parse(text).map_err(|_| BadRow {
            line,
            column,
            what: format!("\"{text}\" isn't the code of a currency"),
            remedy: "three capital letters of ISO 4217 belong here",
        })?;
        Ok((text, self.profile.exponent(currency)))
    }

    fn amount(&self, line: u64, place: usize, name: &str, exponent: u8) -> Result<i64, BadRow> {
        let text = self.needed(line, place, name)?;
        amount::read(text, self.format.amounts, exponent).ok_or_else(|| BadRow {
            line,
            column: Some(name.to_owned()),
            what: format!("\"{text}\" isn't an amount with at most {exponent} decimals"),
            remedy: "correct `amounts` in the wallet's [statement]",
        })
    }

    fn needed(&self, line: u64, place: usize, name: &str) -> Result<&str, BadRow> {
        let text = self.text(line, place, name)?;
        if text.is_empty() {
            return Err(BadRow {
                line,
                column: Some(name.to_owned()),
                what: "there is nothing".to_owned(),
                remedy: "every row that moves money has a value here; correct the file, or ignore its kind",
            });
        }
        Ok(text)
    }

    fn text(&self, line: u64, place: usize, name: &str) -> Result<&str, BadRow> {
        let bytes = self.record.get(place).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| BadRow {
            line,
            column: Some(name.to_owned()),
            what: "this isn't UTF-8".to_owned(),
            remedy: "save the file as UTF-8",
        })
    }
}

/// Where the columns are in this file.
struct Places {
    time: usize,
    kind: usize,
    payment_id: Option<usize>,
    payment_request_id: Option<usize>,
    refund_id: Option<usize>,
    refund_request_id: Option<usize>,
    reference: Option<usize>,
    currency: Option<usize>,
    amount: usize,
    fee: Option<usize>,
}

impl Places {
    fn find(head: &ByteRecord, format: &StatementFormat) -> Result<Self, ReadError> {
        let columns = &format.columns;
        let needed = |name: &String, key| {
            head.iter().position(|found| found == name.as_bytes()).ok_or_else(|| ReadError::NoColumn {
                column: name.clone(),
                key,
                found: shown(head),
            })
        };
        let optional = |name: &Option<String>, key| name.as_ref().map(|name| needed(name, key)).transpose();
        Ok(Self {
            time: needed(&columns.time, "columns.time")?,
            kind: needed(&columns.kind, "columns.kind")?,
            payment_id: optional(&columns.payment_id, "columns.payment_id")?,
            payment_request_id: optional(&columns.payment_request_id, "columns.payment_request_id")?,
            refund_id: optional(&columns.refund_id, "columns.refund_id")?,
            refund_request_id: optional(&columns.refund_request_id, "columns.refund_request_id")?,
            reference: optional(&columns.reference, "columns.reference")?,
            currency: optional(&columns.currency, "columns.currency")?,
            amount: needed(&columns.amount, "columns.amount")?,
            fee: optional(&columns.fee, "columns.fee")?,
        })
    }
}

/// The head as an error shows it: the first columns, cut.
fn shown(head: &ByteRecord) -> String {
    let names = head.iter().take(20).map(|name| {
        let name: String = String::from_utf8_lossy(name).chars().take(40).collect();
        format!("\"{name}\"")
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Lets so many bytes through, then fails.
struct Allowed<R> {
    inner: R,
    allowance: Rc<Cell<usize>>,
}

impl<R: Read> Read for Allowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.get();
        if left == 0 {
            let what = "the row is longer than 64 KiB; a quotation mark may not be closed";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        let most = left.min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.allowance.set(left - read);
        Ok(read)
    }
}

fn skip_line(file: &mut BufReader<impl Read>) -> io::Result<()> {
    let mut line = Vec::new();
    let limit = u64::try_from(MAX_ROW).unwrap_or(u64::MAX);
    file.take(limit).read_until(b'\n', &mut line).map(|_| ())
}

fn broken(line: u64, error: &io::Error) -> ReadError {
    ReadError::Broken { line, what: error.to_string(), remedy: "correct the file" }
}

fn csv_broken(line: u64, error: &csv::Error) -> ReadError {
    ReadError::Broken { line, what: error.to_string(), remedy: "correct the file" }
}
