//! Data keys from their files: made once, refused when they are open to others or missing.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use tempfile::TempDir;
use wallet_api::random::SystemRng;

use super::{Config, CurrentKey, Problem, data_keys};
use crate::store::Database;
use crate::vault::Place;

const PLACE: Place<'static> = Place { table: "t", column: "c", row: &[b"1"] };

fn config(folder: &TempDir) -> Config {
    let file = folder.path().join("shop.toml");
    std::fs::write(&file, include_str!("../../merchant-server.example.toml")).unwrap();
    let mut config = Config::load(&file, []).unwrap();
    config.database = Database::Sqlite(folder.path().join("new/merchant.db"));
    config.data_keys.current = CurrentKey::beside(&config.database).unwrap();
    config
}

#[test]
fn the_first_key_is_made_before_the_database_and_is_for_its_owner_only() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    assert_eq!(data_keys::found(&config).unwrap(), None);
    let vault = data_keys::vault(&config, Arc::new(SystemRng)).unwrap();
    let file = config.data_keys.current.file();
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1, "no draft is left");
    let sealed = vault.seal(b"Maria", &PLACE);
    let again = data_keys::vault(&config, Arc::new(SystemRng)).unwrap();
    assert_eq!(again.open(&sealed, &PLACE).unwrap(), b"Maria");
    assert_eq!(data_keys::found(&config).unwrap(), Some(vec![vault.current()]));
}

#[test]
fn a_database_without_its_key_gets_no_new_one() {
    let folder = TempDir::new().unwrap();
    let config = config(&folder);
    std::fs::create_dir(folder.path().join("new")).unwrap();
    std::fs::write(folder.path().join("new/merchant.db"), "").unwrap();
    let error = data_keys::vault(&config, Arc::new(SystemRng)).unwrap_err();
    assert!(error.to_string().contains("put the key back from its backup"), "{error}");
    assert!(!config.data_keys.current.file().exists());
}

#[test]
fn a_key_that_others_may_read_and_a_file_that_is_no_key_are_refused_without_telling_it() {
    let folder = TempDir::new().unwrap();
    let mut config = config(&folder);
    let file = folder.path().join("data.key");
    config.data_keys.current = CurrentKey::Named(file.clone());
    let refused = |config: &Config| data_keys::vault(config, Arc::new(SystemRng)).unwrap_err();
    assert_eq!(refused(&config).problem, Problem::Unreadable, "a named key is never made");
    data_keys::make(&file, &SystemRng).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(refused(&config).problem, Problem::Exposed);
    std::fs::write(&file, "not so secret").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let error = refused(&config);
    assert_eq!(error.problem, Problem::BadKey);
    assert!(!format!("{error} {error:?}").contains("not so secret"), "{error}");
}

#[test]
fn a_rotated_key_still_opens_and_a_key_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    let mut config = config(&folder);
    let before = data_keys::vault(&config, Arc::new(SystemRng)).unwrap();
    let sealed = before.seal(b"Maria", &PLACE);
    let newer = folder.path().join("data.key");
    let id = data_keys::make(&newer, &SystemRng).unwrap();
    assert_eq!(data_keys::make(&newer, &SystemRng).unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    config.data_keys.older = vec![config.data_keys.current.file().to_owned()];
    config.data_keys.current = CurrentKey::Named(newer);
    let after = data_keys::vault(&config, Arc::new(SystemRng)).unwrap();
    assert_eq!(after.current(), id);
    assert_eq!(after.open(&sealed, &PLACE).unwrap(), b"Maria");
    assert_eq!(data_keys::found(&config).unwrap(), Some(vec![id, before.current()]));
}
