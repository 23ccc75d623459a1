//! One SQLite transaction as the statements see it.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::store::StoreError;
use crate::store::sql::value::{Row, Value};
use crate::store::sql::{Answer, Dialect, Hold, Sql, Statement};

/// A connection with an open transaction.
pub(super) struct Session<'a>(pub(super) &'a Connection);

impl Sql for Session<'_> {
    fn run(&mut self, statements: Vec<Statement>) -> Result<Vec<Answer>, StoreError> {
        statements.iter().map(|statement| run(self.0, statement)).collect()
    }

    fn later(&mut self, statement: Statement) -> Result<(), StoreError> {
        run(self.0, &statement).map(drop)
    }

    fn lock(&mut self, _name: &str, _hold: Hold) -> Result<(), StoreError> {
        // There is one writer, and what it sees stays.
        Ok(())
    }

    fn dialect(&self) -> &'static Dialect {
        // The program and its command line run on one machine.
        &Dialect { skip_locked: "", clock_skew_millis: 0 }
    }
}

fn run(connection: &Connection, statement: &Statement) -> Result<Answer, StoreError> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    debug_assert!(is_in_order(&prepared), "placeholders out of order: {}", statement.sql);
    let columns = prepared.column_count();
    let values = params_from_iter(&statement.values);
    if columns == 0 {
        let changed = prepared.execute(values)?;
        return Ok(Answer { rows: Vec::new(), changed: changed as u64 });
    }
    let mut rows = prepared.query(values)?;
    let mut taken = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| value_out(row.get_ref(column)?));
        taken.push(Row::new(values.collect::<Result<_, _>>()?));
    }
    Ok(Answer { changed: taken.len() as u64, rows: taken })
}

/// Whether `$1`, `$2`, … appear first in this order. To SQLite they are names, numbered as they appear.
fn is_in_order(prepared: &rusqlite::Statement<'_>) -> bool {
    (1..=prepared.parameter_count()).all(|index| prepared.parameter_name(index) == Some(&format!("${index}")))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value_out(value: ValueRef<'_>) -> Result<Value, StoreError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err(StoreError::Corrupt("text that isn't UTF-8".to_owned())),
        },
        ValueRef::Blob(bytes) => Ok(Value::Blob(bytes.to_vec())),
        ValueRef::Real(number) => Err(StoreError::Corrupt(format!("number {number}"))),
    }
}
