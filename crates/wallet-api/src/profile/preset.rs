//! The profiles that are shipped: what is known of each wallet from its documents, in `profiles/*.toml`.
//!
//! In: a merchant's table, which names one of them. Out: the table with everything that it left out. A
//! preset may start from another; what stands in the later one wins.

use toml::{Table, Value};

use super::error::ProfileError;

/// A shipped profile: everything about a wallet but what a contract with it hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What `preset` in a merchant's profile says.
    pub name: &'static str,
    /// The file, TOML, with the source of every value.
    pub text: &'static str,
}

macro_rules! presets {
    ($($name:literal),+) => {
        /// All shipped profiles.
        pub const PRESETS: &[Preset] = &[$(Preset {
            name: $name,
            text: include_str!(concat!("../../profiles/", $name, ".toml")),
        }),+];
    };
}
presets!("generic-v1", "generic-v2", "gcash", "touch-n-go", "super-qi", "antom", "dana");

impl Preset {
    /// The shipped profile of this name.
    pub fn find(name: &str) -> Option<Self> {
        PRESETS.iter().copied().find(|preset| preset.name == name)
    }
}

/// Fills in what `table` leaves out from the preset that it names, or from the generic one of its version.
///
/// # Errors
/// [`ProfileError`] when there is no such preset.
pub fn complete(table: &mut Table) -> Result<(), ProfileError> {
    let version = table.get("version").and_then(Value::as_str);
    let name = match table.get("preset") {
        Some(Value::String(name)) => name.clone(),
        Some(_) => return Err(unknown_preset()),
        None => match version {
            Some("v1") => "generic-v1".to_owned(),
            Some("v2") => "generic-v2".to_owned(),
            Some(_) => return Err(ProfileError::must_be("version", "\"v1\" or \"v2\"")),
            None => return Err(ProfileError::new("preset", format!("is missing; {}", there_are()))),
        },
    };
    let mut next = Some(name.clone());
    while let Some(name) = next {
        let preset = Preset::find(&name).ok_or_else(unknown_preset)?;
        let mut base: Table = preset
            .text
            .parse()
            .map_err(|error: toml::de::Error| ProfileError::new("", error.message()).in_file(preset.name))?;
        next = match base.remove("preset") {
            Some(Value::String(name)) => Some(name),
            _ => None,
        };
        fill(table, base);
    }
    table.insert("preset".to_owned(), Value::String(name));
    Ok(())
}

/// Takes from `base` what `table` hasn't; tables are filled member by member.
fn fill(table: &mut Table, base: Table) {
    for (key, value) in base {
        match (table.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(base)) => fill(inner, base),
            (Some(_), _) => {}
            (None, value) => {
                table.insert(key, value);
            }
        }
    }
}

fn unknown_preset() -> ProfileError {
    ProfileError::new("preset", format!("is no shipped profile; {}", there_are()))
}

fn there_are() -> String {
    let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
    format!("there are {}", names.join(", "))
}
