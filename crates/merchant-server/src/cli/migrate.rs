//! `merchant-server migrate`

use super::{Failure, make_folder, out};
use crate::config::Config;
use crate::store::sqlite::{connect, migrate};

pub(super) fn run(config: &Config) -> Result<(), Failure> {
    make_folder(config)?;
    let done = migrate(&mut connect(&config.database)?)?;
    let file = config.database.display();
    if done.from == done.to {
        out::line(&format!("{file} has schema {} already", done.to));
    } else {
        out::line(&format!("{file}: schema {} -> {}", done.from, done.to));
    }
    Ok(())
}
