//! The file as text and as a table, so that an error can say where it stands.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};
use wallet_api::profile::complete;

use super::environment::{self, Override};
use super::{ConfigError, Problem};

pub(super) struct Source {
    path: PathBuf,
    text: String,
    table: Table,
    overrides: Vec<Override>,
}

impl Source {
    pub(super) fn read(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let at = |problem, line, what: String, remedy: &str| ConfigError {
            file: path.to_owned(),
            line,
            key: None,
            variable: None,
            problem,
            what: what.into(),
            remedy: remedy.into(),
        };
        let text = std::fs::read_to_string(path).map_err(|error| {
            let remedy = "give its path with --config, or copy merchant-server.example.toml and adapt it";
            at(Problem::Unreadable, None, format!("the file can't be read: {error}"), remedy)
        })?;
        let mut table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| line_of(&text, span.start));
            at(Problem::Syntax, line, error.message().to_owned(), "write it as TOML")
        })?;
        let overrides = environment::apply(&mut table, environment);
        let mut source = Self { path: path.to_owned(), text, table, overrides };
        source.complete_profiles()?;
        Ok(source)
    }

    /// What the file says once need not be said again: a profile's name is its table's, its mode the
    /// server's; and what is known of a wallet comes from the shipped profile that it names.
    fn complete_profiles(&mut self) -> Result<(), ConfigError> {
        let mode = self.table.get("mode").cloned();
        let mut refused = None;
        if let Some(Value::Table(wallets)) = self.table.get_mut("wallets") {
            for (name, wallet) in wallets {
                let Some(Value::Table(profile)) = wallet.get_mut("profile") else { continue };
                profile.entry("name").or_insert_with(|| Value::String(name.clone()));
                if let Some(mode) = &mode {
                    profile.entry("mode").or_insert_with(|| mode.clone());
                }
                if let Err(error) = complete(profile) {
                    refused = Some((format!("wallets.{name}.profile.{}", error.key), error.fault));
                }
            }
        }
        match refused {
            Some((key, fault)) => Err(self.error(
                &key,
                Problem::BadValue,
                &format!("it {fault}"),
                "name the wallet's profile with `preset`, or the interface with `version`",
            )),
            None => Ok(()),
        }
    }

    pub(super) fn deserialize<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        serde_path_to_error::deserialize(Value::Table(self.table.clone())).map_err(|error| {
            let path = error.path().to_string();
            // At the top there is no path, which the reader writes as a lone dot.
            let path = path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
            self.describe(path, error.inner().message())
        })
    }

    fn describe(&self, mut path: Vec<String>, message: &str) -> ConfigError {
        let quoted = message.split('`').nth(1).map(str::to_owned);
        if message.starts_with("unknown field") {
            path.extend(quoted.filter(|name| path.last() != Some(name)));
            let expected = message.split_once(", ").map_or("", |(_, expected)| expected);
            return self.error(
                &path.join("."),
                Problem::UnknownKey,
                "no such key",
                &format!("{expected} belongs here"),
            );
        }
        if message.starts_with("missing field") {
            path.extend(quoted);
            return self.error(
                &path.join("."),
                Problem::MissingKey,
                "the key is missing",
                "add it; merchant-server.example.toml explains it",
            );
        }
        self.error(
            &path.join("."),
            Problem::BadValue,
            message.trim(),
            "correct the value; merchant-server.example.toml explains it",
        )
    }

    /// An error about the value at `key`, with the line or variable that it came from.
    pub(super) fn error(&self, key: &str, problem: Problem, what: &str, remedy: &str) -> ConfigError {
        let path: Vec<&str> = key.split('.').filter(|part| !part.is_empty()).collect();
        let set_by =
            self.overrides.iter().find(|set| !set.path.is_empty() && path.starts_with(&as_strs(&set.path)));
        ConfigError {
            file: self.path.clone(),
            line: self.line(&path),
            key: (!key.is_empty()).then(|| key.into()),
            variable: set_by.map(|set| set.variable.as_str().into()),
            problem,
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// A path in the file, from the folder that the file lies in.
    pub(super) fn resolve(&self, path: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// The line of the deepest part of the key that stands in the file.
    fn line(&self, path: &[&str]) -> Option<usize> {
        let table = DeTable::parse(&self.text).ok()?;
        let mut inner: &DeTable<'_> = table.get_ref();
        let mut line = None;
        for part in path {
            let (key, value) = inner.iter().find(|(key, _)| key.get_ref().as_ref() == *part)?;
            line = Some(line_of(&self.text, Spanned::span(key).start));
            match value.get_ref() {
                DeValue::Table(next) => inner = next,
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => break,
            }
        }
        line
    }
}

fn as_strs(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
