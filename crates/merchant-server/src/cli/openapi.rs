//! `merchant-server openapi`

use super::out;
use crate::http::openapi::{Audience, text};

/// Print the OpenAPI document of the shop API, as GET /openapi.json gives it.
#[derive(Debug, clap::Args)]
pub(super) struct Openapi {
    /// The operators' listener instead of the public one.
    #[arg(long)]
    operators: bool,
}

pub(super) fn run(openapi: &Openapi) {
    let audience = if openapi.operators { Audience::Operators } else { Audience::Public };
    out::line(text(audience).trim_end());
}
