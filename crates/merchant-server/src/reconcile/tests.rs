//! Statements as wallets write them, and what is said about those that can't be read.

use std::io::{self, Read};

use merchant_core::time::text;
use wallet_api::profile::WalletProfile;

use super::*;

const PLAIN: &str = r#"
    columns = { time = "time", kind = "type", payment_id = "paymentId", payment_request_id = "paymentRequestId",
                refund_id = "refundId", currency = "currency", amount = "amount", fee = "fee" }
    kinds = { payment = ["PAYMENT"], refund = ["REFUND"], settlement = ["SETTLEMENT"], ignore = ["TOTAL"] }
    time_format = "rfc3339"
    signs = "signed"
"#;

const HEAD: &str = "time,type,paymentId,paymentRequestId,refundId,currency,amount,fee\n";

fn format(table: &str) -> Result<StatementFormat, BadFormat> {
    toml::from_str::<StatementFields>(table).unwrap().try_into()
}

fn profile() -> WalletProfile {
    let text = "preset = 'generic-v2'\nname = 'w'\nmode = 'simulator'\nbase_url = 'http://127.0.0.1:1'\n\
                client_id = 'c'\napp_id = 'a'\ncashier_hosts = ['127.0.0.1:1']\n";
    WalletProfile::from_toml("w.toml", text).unwrap()
}

/// Every row of a file, and the error that ended it.
fn read(format: &StatementFormat, file: impl Read) -> (Vec<Result<Row, BadRow>>, Option<ReadError>) {
    let profile = profile();
    let mut reader = match Reader::new(file, format, &profile, "PHP") {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut rows = Vec::new();
    loop {
        match reader.next_row() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

fn only(table: &str, file: &str) -> Row {
    let (mut rows, error) = read(&format(table).unwrap(), file.as_bytes());
    assert!(error.is_none() && rows.len() == 1, "{rows:?} {error:?}");
    rows.remove(0).unwrap()
}

fn bad(table: &str, file: &str) -> String {
    let (mut rows, error) = read(&format(table).unwrap(), file.as_bytes());
    assert!(error.is_none() && rows.len() == 1, "{rows:?} {error:?}");
    rows.remove(0).unwrap_err().to_string()
}

#[test]
fn a_row_is_read_with_all_that_it_says() {
    let row =
        only(PLAIN, &format!("\u{feff}{HEAD}2026-03-01T10:00:00+08:00, PAYMENT ,p1,r1,,PHP,129900,1949\n"));
    let expected = Row {
        line: 2,
        at: row.at,
        kind: RowKind::Payment,
        payment_id: Some("p1".into()),
        payment_request_id: Some("r1".into()),
        refund_id: None,
        refund_request_id: None,
        reference: None,
        currency: "PHP".into(),
        amount: 129_900,
        fee: 1_949,
    };
    assert_eq!((row.clone(), text(row.at).as_str()), (expected, "2026-03-01T02:00:00Z"));
}

#[test]
fn what_leaves_the_merchant_has_a_sign_or_a_kind() {
    let file = format!("{HEAD}2026-03-01T10:00:00Z,REFUND,p1,,f1,PHP,-900,0\n");
    assert_eq!(only(PLAIN, &file).amount, 900);
    let unsigned = PLAIN.replace("\"signed\"", "\"unsigned\"");
    assert_eq!(only(&unsigned, &file.replace("-900", "900")).amount, 900);
    assert!(bad(PLAIN, &file.replace("-900", "900")).contains("doesn't fit a refund"));
    assert!(bad(&unsigned, &file).contains("signs"));
}

#[test]
fn a_net_amount_is_made_gross() {
    let net = format!("{PLAIN}amount_is = \"net\"\n");
    let file = format!("{HEAD}2026-03-01T10:00:00Z,PAYMENT,p1,,,PHP,127951,1949\n");
    assert_eq!((only(&net, &file).amount, only(&net, &file).fee), (129_900, 1_949));
    let refund = format!("{HEAD}2026-03-01T10:00:00Z,REFUND,p1,,f1,PHP,-98500,-1500\n");
    assert_eq!((only(&net, &refund).amount, only(&net, &refund).fee), (100_000, -1_500));
}

#[test]
fn another_country_writes_it_differently() {
    let table = r#"
        delimiter = ";"
        skip_lines = 2
        columns = { time = "Zeit", kind = "Art", payment_id = "Zahlung", amount = "Betrag" }
        kinds = { payment = ["Zahlung"], refund = ["Erstattung"] }
        time_format = "%d.%m.%Y %H:%M"
        time_zone = "Europe/Berlin"
        cut_off = "18:00"
        amounts = { unit = "decimal", mark = ",", grouping = "." }
        signs = "unsigned"
    "#;
    let file = "Kontoauszug\n\nBetrag;Zahlung;Art;Zeit\n\"1.299,50\";p1;Zahlung;01.07.2026 12:00\n";
    let row = only(table, file);
    assert_eq!((row.line, row.amount, row.currency.as_str()), (4, 129_950, "PHP"));
    assert_eq!(text(row.at), "2026-07-01T10:00:00Z");
}

#[test]
fn a_bad_row_is_named_with_line_and_column_and_the_next_one_is_read() {
    let file = format!(
        "{HEAD}2026-03-01T10:00:00Z,PAYMENT,p1,,,PHP,12.5,0\n\
         yesterday,PAYMENT,p1,,,PHP,1,0\n\
         2026-03-01T10:00:00Z,CASHBACK,p1,,,PHP,1,0\n\
         2026-03-01T10:00:00Z,PAYMENT,p1,,,pesos,1,0\n\
         2026-03-01T10:00:00Z,PAYMENT,,,,PHP,1,0\n\
         2026-03-01T10:00:00Z,PAYMENT\n\
         2026-03-01T10:00:00Z,TOTAL,,,,,1,0\n\
         2026-03-01T10:00:00Z,PAYMENT,p1,,,PHP,1,0\n"
    );
    let (rows, error) = read(&format(PLAIN).unwrap(), file.as_bytes());
    assert!(error.is_none());
    let told: Vec<_> = rows.iter().map(|row| row.as_ref().err().map(ToString::to_string)).collect();
    for (number, part) in [
        "line 2, column \"amount\": \"12.5\" isn't an amount",
        "line 3, column \"time\": \"yesterday\" isn't a time like",
        "line 4, column \"type\": \"CASHBACK\" isn't explained",
        "line 5, column \"currency\": \"pesos\" isn't the code",
        "line 6: this payment names no payment",
        "line 7, column \"currency\": there is nothing",
    ]
    .into_iter()
    .enumerate()
    {
        let told = told[number].as_deref().unwrap();
        assert!(told.starts_with(part), "{told}");
        assert!(told.contains("; "), "{told} says what to do");
    }
    assert_eq!((rows.len(), told[6].as_deref()), (7, None));
}

#[test]
fn text_that_is_not_utf8_is_named() {
    let mut file = HEAD.as_bytes().to_vec();
    file.extend(b"2026-03-01T10:00:00Z,PAYMENT,p\xe9,,,PHP,1,0\n");
    let (rows, _) = read(&format(PLAIN).unwrap(), &*file);
    let told = rows[0].as_ref().unwrap_err().to_string();
    assert!(told.contains("line 2, column \"paymentId\": this isn't UTF-8"), "{told}");
}

#[test]
fn a_head_without_a_column_says_which_and_what_is_there() {
    let (rows, error) = read(&format(PLAIN).unwrap(), "time,type,sum\n".as_bytes());
    assert!(rows.is_empty());
    let told = error.unwrap().to_string();
    assert!(told.contains("no column \"paymentId\"") && told.contains("\"sum\""), "{told}");
    assert!(told.contains("columns.payment_id"), "{told}");
}

/// A file without end.
struct Endless(&'static [u8], usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for byte in buffer.iter_mut() {
            *byte = self.0.get(self.1).copied().unwrap_or(b'x');
            self.1 += 1;
        }
        Ok(buffer.len())
    }
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_fill_the_memory() {
    let file = "time,type,paymentId,paymentRequestId,refundId,currency,amount,fee\n\"";
    let (_, error) = read(&format(PLAIN).unwrap(), Endless(file.as_bytes(), 0));
    let told = error.unwrap().to_string();
    assert!(told.contains("longer than 64 KiB"), "{told}");
    let (_, error) = read(&format(PLAIN).unwrap(), Endless(b"", 0));
    assert!(error.unwrap().to_string().contains("longer than 64 KiB"));
}

#[test]
fn many_rows_are_read_one_at_a_time() {
    let head = HEAD.to_owned();
    let row = "2026-03-01T10:00:00Z,PAYMENT,p1,,,PHP,1,0\n";
    let file = head.as_bytes().chain(Repeated { row: row.as_bytes(), left: 100_000, at: 0 });
    let format = format(PLAIN).unwrap();
    let profile = profile();
    let mut reader = Reader::new(file, &format, &profile, "PHP").unwrap();
    let mut count = 0;
    while let Some(row) = reader.next_row().unwrap() {
        row.unwrap();
        count += 1;
    }
    assert_eq!(count, 100_000);
}

/// A row again and again.
struct Repeated {
    row: &'static [u8],
    left: usize,
    at: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let part = &self.row[self.at..];
        let most = part.len().min(buffer.len());
        buffer[..most].copy_from_slice(&part[..most]);
        self.at += most;
        if self.at == self.row.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(most)
    }
}

#[test]
fn a_format_that_cannot_be_is_named() {
    for (old, new, key) in [
        ("signs =", "delimiter = \"ä\"\nsigns =", "delimiter"),
        ("signs =", "delimiter = \"\\\"\"\nsigns =", "delimiter"),
        ("signs =", "skip_lines = 101\nsigns =", "skip_lines"),
        ("[\"REFUND\"]", "[\"PAYMENT\"]", "kinds"),
        ("\"rfc3339\"", "\"%H:%M\"", "time_format"),
        ("signs =", "time_zone = \"Mars\"\nsigns =", "time_zone"),
        ("signs =", "time_zone = \"+8\"\nsigns =", "time_zone"),
        ("signs =", "cut_off = \"25:00\"\nsigns =", "cut_off"),
        ("signs =", "amounts = { unit = \"decimal\", grouping = \".\" }\nsigns =", "amounts"),
        ("payment_id = \"paymentId\", payment_request_id = \"paymentRequestId\",", "", "columns"),
    ] {
        assert!(PLAIN.contains(old), "{old}");
        assert_eq!(format(&PLAIN.replacen(old, new, 1)).unwrap_err().key, key, "{new}");
    }
}
