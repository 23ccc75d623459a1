//! How long what is personal is kept.

use super::*;
use crate::app::Settings;

const EXAMPLE: &str = include_str!("../../merchant-server.example.toml");

fn keeping(days: &str) -> Result<Option<u32>, ConfigError> {
    let name = "MERCHANT_SERVER__RETENTION__PERSONAL_DATA_DAYS";
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("shop.toml");
    std::fs::write(&file, EXAMPLE).unwrap();
    let config = Config::load(&file, [(name.to_owned(), days.to_owned())])?;
    let kept = Settings::from_config(&config).keep_personal_data_millis;
    assert_eq!(kept, config.personal_data_days.map(|days| u64::from(days) * 24 * 3_600 * 1_000));
    Ok(config.personal_data_days)
}

#[test]
fn personal_data_is_kept_for_days_from_a_month_to_a_century() {
    for (text, days) in [("30", 30), ("730", 730), ("36500", 36_500)] {
        assert_eq!(keeping(text).unwrap(), Some(days));
    }
    for text in ["0", "29", "36501"] {
        let error = keeping(text).unwrap_err();
        assert_eq!(error.problem, Problem::BadValue, "{error}");
        let error = error.to_string();
        assert!(error.contains("retention") && error.contains("write 30 to 36500"), "{error}");
    }
    keeping("\"a year\"").unwrap_err();
}

#[test]
fn it_is_kept_until_somebody_erases_it_when_nothing_is_said() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("shop.toml");
    std::fs::write(&file, EXAMPLE).unwrap();
    assert_eq!(Config::load(&file, []).unwrap().personal_data_days, None);
}
