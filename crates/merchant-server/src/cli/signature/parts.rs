//! The parts of a message, as the command line gives them.

use std::io::{IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use wallet_api::ids::ClientId;
use wallet_api::signature::SignedMessage;
use wallet_api::time;

use super::Fault;
use crate::cli::out;

/// The longest body that is read: several times what a wallet sends or takes.
const MAX_BODY: usize = 1024 * 1024;

/// What both commands are told about the message.
#[derive(Debug, Args)]
pub(super) struct MessageArgs {
    /// The HTTP method, in capitals. For an answer: the request's.
    #[arg(long, default_value = "POST")]
    method: String,
    /// The path as sent, with every prefix and the query, without scheme and host. For an answer: the
    /// request's. For a notification: the path of your own address.
    #[arg(long, value_name = "PATH")]
    uri: String,
    /// The `Client-Id` header.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    client_id: String,
    /// The exact text of the `Request-Time` header. For an answer: of `Response-Time`.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    time: String,
    /// A file with the exact bytes of the body; `-` is standard input. A line break at the end of the file
    /// is part of the body.
    #[arg(long, value_name = "FILE", default_value = "-")]
    body: PathBuf,
}

impl MessageArgs {
    pub(super) fn body_is_stdin(&self) -> bool {
        is_stdin(&self.body)
    }

    pub(super) fn read(self) -> Result<Parts, Fault> {
        let body = read("the body", &self.body, MAX_BODY)?;
        Ok(Parts { method: self.method, uri: self.uri, client_id: self.client_id, time: self.time, body })
    }
}

/// What a signature covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) method: String,
    pub(super) uri: String,
    pub(super) client_id: String,
    pub(super) time: String,
    pub(super) body: Vec<u8>,
}

impl Parts {
    pub(super) fn message(&self) -> SignedMessage<'_> {
        SignedMessage {
            method: &self.method,
            uri: &self.uri,
            client_id: &self.client_id,
            time: &self.time,
            body: &self.body,
        }
    }

    /// What no wallet sends or accepts, each with what to write instead.
    pub(super) fn oddities(&self) -> Vec<String> {
        let Self { method, uri, client_id, time, body: _ } = self;
        let mut odd = Vec::new();
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            odd.push(format!("--method {method:?} isn't a method as it is sent; write POST"));
        }
        let is_path = uri.starts_with('/') && uri.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if !is_path {
            odd.push(format!(
                "--uri {uri:?} isn't a path as it is sent; write it with every prefix and the query, \
                 without scheme and host, such as /v2/payments/pay"
            ));
        }
        if let Err(error) = ClientId::new(client_id.as_str()) {
            odd.push(format!("--client-id {client_id:?} isn't an id: {error}"));
        }
        if time::parse(time).is_err() || time.trim() != time {
            odd.push(format!("--time {time:?} isn't a time: {}", time::TimeError));
        }
        odd
    }
}

/// The whole of a file, or of standard input for `-`.
pub(super) fn read(what: &'static str, from: &Path, limit: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let cap = limit as u64 + 1;
    let (name, done) = if is_stdin(from) {
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            out::note(&format!("{what} is read from standard input; it ends with Ctrl-D"));
        }
        ("standard input".to_owned(), stdin.lock().take(cap).read_to_end(&mut bytes))
    } else {
        let file = std::fs::File::open(from);
        (from.display().to_string(), file.and_then(|file| file.take(cap).read_to_end(&mut bytes)))
    };
    done.map_err(|source| Fault::Unreadable { what, from: name, source })?;
    if bytes.len() > limit { Err(Fault::TooLong { what, limit }) } else { Ok(bytes) }
}

pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
