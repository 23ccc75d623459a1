//! `merchant-server migrate`

use super::{Failure, out};
use crate::config::Config;

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    let done = config.database.migrate().await?;
    let database = &config.database;
    if done.from == done.to {
        out::line(&format!("{database} has schema {} already", done.to));
    } else {
        out::line(&format!("{database}: schema {} -> {}", done.from, done.to));
    }
    Ok(())
}
