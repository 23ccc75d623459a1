//! What is wrong with a profile: which file, which key, and what was expected.

use core::fmt;

/// Why a profile can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The file, where it came from one.
    pub file: Option<String>,
    /// The key, `wire.order`; empty when the file isn't TOML at all.
    pub key: String,
    /// What is wrong, as the end of a sentence about the key: `must be 1 to 86400`.
    pub fault: String,
}

impl ProfileError {
    pub(super) fn new(key: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { file: None, key: key.into(), fault: fault.into() }
    }

    pub(super) fn must_be(key: &str, expected: &str) -> Self {
        Self::new(key, format!("must be {expected}"))
    }

    pub(super) fn in_file(self, file: &str) -> Self {
        Self { file: Some(file.to_owned()), ..self }
    }

    /// What serde found wrong at `path`, in the words of this error.
    pub(super) fn from_serde(path: &str, message: &str) -> Self {
        let path = path.trim_matches('.');
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let quoted = message.split('`').nth(1).unwrap_or_default();
        if message.starts_with("unknown field") {
            let expected = message.split_once(", expected ").map_or("", |(_, expected)| expected);
            let key = if path.ends_with(quoted) { path.to_owned() } else { join(quoted) };
            return Self::new(key, format!("is no key of a profile; expected {}", expected.trim()));
        }
        if message.starts_with("missing field") {
            return Self::new(join(quoted), "is missing");
        }
        Self::new(path, format!("has a value that can't be: {}", message.trim()))
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.as_deref().unwrap_or("wallet profile"))?;
        if self.key.is_empty() {
            f.write_str(&self.fault)
        } else {
            write!(f, "`{}` {}", self.key, self.fault)
        }
    }
}

impl std::error::Error for ProfileError {}
