//! `merchant-server migrate`

use std::sync::Arc;

use wallet_api::random::SystemRng;

use super::{Failure, out};
use crate::config::{Config, data_keys};

pub(super) async fn run(config: &Config) -> Result<(), Failure> {
    // Whoever makes a database makes its data key first.
    data_keys::vault(config, Arc::new(SystemRng))?;
    let done = config.database.migrate().await?;
    let database = &config.database;
    if done.from == done.to {
        out::line(&format!("{database} has schema {} already", done.to));
    } else {
        out::line(&format!("{database}: schema {} -> {}", done.from, done.to));
    }
    Ok(())
}
