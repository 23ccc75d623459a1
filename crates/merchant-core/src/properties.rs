//! How thoroughly the properties of this crate are tried.

use proptest::test_runner::Config;

/// So many cases, or as many as `PROPTEST_CASES` says.
pub(crate) fn cases(usual: u32) -> Config {
    let asked_for = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config { cases: asked_for.unwrap_or(usual), ..Config::default() }
}
