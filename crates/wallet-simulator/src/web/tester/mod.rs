//! `/_simulator`: what testers may see and do. On this machine only; see [`super::guard`].

pub(super) mod books;
pub(super) mod control;
pub(super) mod customers;
pub(super) mod faults;
pub(super) mod money;
pub(super) mod statement;

use axum::Json;
use axum::extract::rejection::JsonRejection;

use super::problem::Problem;

type Body<T> = Result<Json<T>, JsonRejection>;
type Answer<T> = Result<Json<T>, Problem>;
