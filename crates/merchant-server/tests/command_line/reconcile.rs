//! What the command says of a statement, and how it ends.

use super::program::{CONFIG, complained, folder, run, said, text};

const STATEMENT: &str = r#"
[wallets.simulator.statement]
columns = { time = "time", kind = "type", payment_id = "paymentId", currency = "currency", amount = "amount" }
kinds = { payment = ["PAYMENT"], refund = ["REFUND"], settlement = ["SETTLEMENT"] }
time_format = "rfc3339"
signs = "signed"
"#;

const HEAD: &str = "time,type,paymentId,currency,amount\n";

fn with_statement(rows: &str) -> tempfile::TempDir {
    let folder = folder();
    std::fs::write(folder.path().join("shop.toml"), format!("{CONFIG}{STATEMENT}")).unwrap();
    std::fs::write(folder.path().join("march.csv"), format!("{HEAD}{rows}")).unwrap();
    said(folder.path(), &["migrate"]);
    folder
}

#[test]
fn a_statement_on_which_both_sides_agree_ends_well() {
    let folder = with_statement("2026-03-01T10:00:00Z,SETTLEMENT,,PHP,-129900\n");
    let told = said(folder.path(), &["reconcile", "march.csv", "--wallet", "simulator"]);
    assert!(told.contains("1 rows, 1 of them new") && told.contains("paid out: PHP 1,299.00"), "{told}");
    let again = said(folder.path(), &["reconcile", "march.csv", "--wallet", "simulator", "--json"]);
    assert!(again.contains("\"newRows\": 0"), "{again}");
    let balance = said(folder.path(), &["books", "balance"]);
    assert!(balance.contains("settled") && balance.contains("-1,299.00"), "{balance}");
}

#[test]
fn a_statement_that_differs_says_so_and_ends_with_1() {
    let folder =
        with_statement("2026-03-01T10:00:00Z,PAYMENT,pay-x,PHP,500\n2026-03-01,PAYMENT,pay-y,PHP,500\n");
    let output = run(folder.path(), &["reconcile", "march.csv", "--wallet", "simulator"]);
    let (told, complaint) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("only the wallet has: 1") && told.contains("pay-x"), "{told}");
    assert!(told.contains("line 3, column \"time\""), "{told}");
    assert!(complaint.contains("2 rows don't match"), "{complaint}");
}

#[test]
fn what_cannot_be_reconciled_is_refused_with_what_to_do() {
    let folder = with_statement("");
    let with = |arguments: &[&str]| complained(folder.path(), &[&["reconcile"], arguments].concat());
    assert!(with(&["march.csv", "--wallet", "gcash"]).contains("configured are: simulator"));
    assert!(with(&["april.csv", "--wallet", "simulator"]).contains("april.csv can't be read"));
    let days = ["march.csv", "--wallet", "simulator", "--from", "2026-03-02", "--to", "2026-03-01"];
    assert!(with(&days).contains("--to must not be before --from"));
    std::fs::write(folder.path().join("head.csv"), "when,what\n").unwrap();
    assert!(with(&["head.csv", "--wallet", "simulator"]).contains("no column \"time\""));
    std::fs::write(folder.path().join("shop.toml"), CONFIG).unwrap();
    assert!(with(&["march.csv", "--wallet", "simulator"]).contains("[wallets.simulator.statement]"));
}
