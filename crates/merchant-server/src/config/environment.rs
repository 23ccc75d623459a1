//! Overrides by environment variables: `MERCHANT_SERVER__SHOP__PAYEE=…` sets `shop.payee`, and `DATABASE_URL`,
//! by which many hosts tell it, sets `database`.

use toml::{Table, Value};

/// What an override's name begins with; `__` stands between the keys.
pub const ENV_PREFIX: &str = "MERCHANT_SERVER__";

/// The variable that names the database.
const DATABASE_URL: &str = "DATABASE_URL";

/// An override, by the path of its key.
#[derive(Clone, Debug)]
pub(super) struct Override {
    pub(super) variable: String,
    pub(super) path: Vec<String>,
}

/// Puts the overrides into the table. An override beats the file; a part of a path that isn't a table in
/// the file is replaced by one.
pub(super) fn apply(
    table: &mut Table,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Vec<Override> {
    let mut overrides: Vec<Override> = Vec::new();
    let mut environment: Vec<_> = environment.into_iter().collect();
    // The server's own variable beats the one that others may read too.
    environment.sort_by_key(|(variable, _)| variable != DATABASE_URL);
    for (variable, text) in environment {
        let (path, value) = match variable.strip_prefix(ENV_PREFIX) {
            Some(name) => (name.split("__").map(str::to_lowercase).collect(), value(&text)),
            None if variable == DATABASE_URL => (vec!["database".to_owned()], Value::String(text)),
            None => continue,
        };
        set(table, &path, value);
        overrides.retain(|earlier| earlier.path != path);
        overrides.push(Override { variable, path });
    }
    overrides
}

fn set(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [key] => {
            table.insert(key.clone(), value);
        }
        [key, rest @ ..] => {
            let inner = table.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
            if !inner.is_table() {
                *inner = Value::Table(Table::new());
            }
            if let Value::Table(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// Numbers, `true`, lists, tables and quoted text as TOML writes them; everything else is text as it is.
fn value(text: &str) -> Value {
    let looks_like_toml = text.starts_with(['"', '\'', '[', '{'])
        || matches!(text, "true" | "false")
        || text.parse::<i64>().is_ok();
    let parsed = looks_like_toml.then(|| format!("value = {text}").parse::<Table>().ok()).flatten();
    parsed.and_then(|mut table| table.remove("value")).unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_reach_nested_keys_and_keep_their_types() {
        let mut table: Table = "listen = '1.1.1.1:1'\n[shop]\npayee = 'a'".parse().unwrap();
        let environment = [
            ("MERCHANT_SERVER__LISTEN", "127.0.0.1:9"),
            ("MERCHANT_SERVER__SHOP__QUOTE_LIFETIME_SECONDS", "60"),
            ("MERCHANT_SERVER__WALLETS__SIMULATOR__PROFILE__KEY_VERSION", "\"1\""),
            ("MERCHANT_SERVER__WALLETS__SIMULATOR__SITE_NAMES", "[\"GCASH\"]"),
            ("DATABASE_URL", "postgres://shop@localhost/shop"),
            ("OTHER", "x"),
        ];
        let overrides =
            apply(&mut table, environment.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(overrides.len(), 5);
        assert_eq!(table["listen"].as_str(), Some("127.0.0.1:9"));
        assert_eq!(table["shop"]["quote_lifetime_seconds"].as_integer(), Some(60));
        assert_eq!(table["shop"]["payee"].as_str(), Some("a"));
        assert_eq!(table["database"].as_str(), Some("postgres://shop@localhost/shop"));
        assert_eq!(table["wallets"]["simulator"]["profile"]["key_version"].as_str(), Some("1"));
        assert_eq!(table["wallets"]["simulator"]["site_names"][0].as_str(), Some("GCASH"));
    }
}
