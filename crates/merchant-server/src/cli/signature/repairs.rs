//! What a message might have been when it was signed: every common slip, undone, the commonest first.

use std::borrow::Cow;

use wallet_api::time::{self, TimeFormat};

use super::json::{Spacing, rewritten};
use super::parts::Parts;

/// Prefixes that wallets put before the version, and merchants forget.
const PREFIXES: [&str; 3] = ["/api/open", "/acl/api", "/aps/api"];
/// More leading segments than any wallet's path has.
const MAX_SEGMENTS: usize = 8;
/// As some programs begin UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// One slip undone.
#[derive(Clone, Debug)]
pub(super) struct Repair {
    /// The message without the slip.
    pub(super) parts: Parts,
    /// What was changed.
    pub(super) change: Change,
}

/// What was changed, in two halves of a sentence.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// "the signature is valid for ..."
    pub(super) made: Cow<'static, str>,
    /// "so ..."
    pub(super) so: Cow<'static, str>,
}

impl Change {
    pub(super) fn new(made: impl Into<Cow<'static, str>>, so: impl Into<Cow<'static, str>>) -> Self {
        Self { made: made.into(), so: so.into() }
    }
}

/// Every slip of this message undone, one at a time. None of them is the message itself.
pub(super) fn repairs(given: &Parts) -> Vec<Repair> {
    let mut found = Vec::new();
    found.extend(bodies(&given.body).map(|(body, change)| (Parts { body, ..given.clone() }, change)));
    found.extend(uris(&given.uri).map(|(uri, change)| (Parts { uri, ..given.clone() }, change)));
    found.extend(times(&given.time).map(|(time, change)| (Parts { time, ..given.clone() }, change)));
    found.extend(methods(&given.method).map(|(method, change)| (Parts { method, ..given.clone() }, change)));
    found.extend(
        client_ids(&given.client_id)
            .map(|(client_id, change)| (Parts { client_id, ..given.clone() }, change)),
    );
    found.retain(|(parts, _)| parts != given);
    found.into_iter().map(|(parts, change)| Repair { parts, change }).collect()
}

type Found<T> = std::vec::IntoIter<(T, Change)>;

fn bodies(body: &[u8]) -> Found<Vec<u8>> {
    let mut found = Vec::new();
    let mut push = |body: Vec<u8>, made: &'static str, so: &'static str| {
        found.push((body, Change::new(made, so)));
    };
    let with_end = |end: &[u8]| [body, end].concat();
    if let Some(rest) = body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n")) {
        push(
            rest.to_vec(),
            "the body without the line break at its end",
            "the line break came in when the file was made, as by echo or an editor; make it with printf %s",
        );
    }
    let added = "the line break was signed with the body; it must be sent too, or the signer leave it out";
    push(with_end(b"\n"), "the body with a line break at its end", added);
    push(with_end(b"\r\n"), "the body with a line break (CR LF) at its end", added);
    let marked = "save the file as UTF-8 without a byte order mark, on the side that has it";
    match body.strip_prefix(MARK) {
        Some(rest) => push(rest.to_vec(), "the body without the byte order mark at its start", marked),
        None => push([MARK, body].concat(), "the body with a byte order mark at its start", marked),
    }
    let rewrites = "the JSON was written anew on one of the sides; sign the bytes that are sent, and verify \
                    the bytes that came, before anything parses them";
    if let Some(compact) = rewritten(body, Spacing::Compact) {
        push(compact, "the body as compact JSON", rewrites);
    }
    if let Some(spaced) = rewritten(body, Spacing::Spaced) {
        push(spaced, "the body as JSON with a space after each comma and colon", rewrites);
    }
    let plain = replace(body, b"\\/", b"/");
    if plain != body {
        push(plain, "the body with / where it has \\/", rewrites);
    }
    push(replace(body, b"/", b"\\/"), "the body with \\/ where it has /, as PHP writes it", rewrites);
    let line_feeds = replace(body, b"\r\n", b"\n");
    let breaks = "line breaks were changed on the way, as by a transfer in text mode; transfer bytes";
    if line_feeds == body {
        push(replace(body, b"\n", b"\r\n"), "the body with CR LF as line breaks", breaks);
    } else {
        push(line_feeds, "the body with LF as line breaks", breaks);
    }
    push(Vec::new(), "an empty body", "the signer left the body out; it belongs to what is signed");
    found.into_iter()
}

fn replace(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(from) {
            replaced.extend_from_slice(to);
            rest = after;
        } else {
            replaced.push(first);
            rest = after;
        }
    }
    replaced
}

fn uris(uri: &str) -> Found<String> {
    let mut found = Vec::new();
    let mut push = |uri: String, so: Cow<'static, str>| {
        let made = format!("the URI {uri:?}");
        found.push((uri, Change::new(made, so)));
    };
    if let Some(path) = behind_host(uri) {
        push(path, "scheme and host don't belong to what is signed".into());
    }
    let (path, query) = uri.split_at(uri.find(['?', '#']).unwrap_or(uri.len()));
    if !query.is_empty() {
        push(path.to_owned(), format!("the signer left {query:?} out; one of the sides must change").into());
    }
    match path.strip_suffix('/') {
        Some(shorter) => push(format!("{shorter}{query}"), "the slash at its end isn't signed".into()),
        None => push(format!("{path}/{query}"), "the slash at its end is signed too".into()),
    }
    if !path.starts_with('/') {
        push(format!("/{uri}"), "the slash at its start is signed too".into());
    }
    let trimmed = uri.trim();
    push(trimmed.to_owned(), "take the white space away from it".into());
    let segments = path.match_indices('/').map(|(at, _)| at).skip(1).take(MAX_SEGMENTS);
    for start in segments.filter(|start| start + 1 < path.len()) {
        let prefix = &path[..start];
        let so = format!("the signer signs the path without {prefix:?}, which a proxy may add");
        push(uri[start..].to_owned(), so.into());
    }
    for prefix in PREFIXES {
        let so =
            format!("the path is signed with the prefix {prefix:?}: write it as it is sent to the wallet");
        push(format!("{prefix}{uri}"), so.into());
    }
    found.into_iter()
}

/// The path and query of a whole address, or of one without its scheme.
fn behind_host(uri: &str) -> Option<String> {
    let after = match uri.split_once("://") {
        Some((_, after)) => after,
        None if !uri.starts_with('/') => uri,
        None => return None,
    };
    let host_ends = after.find(['/', '?', '#']).unwrap_or(after.len());
    let rest = &after[host_ends..];
    Some(if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") })
}

fn times(given: &str) -> Found<String> {
    let mut found = Vec::new();
    let mut push = |time: String, so: &'static str| {
        let made = format!("the time {time:?}");
        found.push((time, Change::new(made, so)));
    };
    push(given.trim().to_owned(), "take the white space away from it");
    if let Ok(instant) = time::parse(given) {
        let formats =
            [TimeFormat::IsoSeconds, TimeFormat::IsoMillis, TimeFormat::UtcSeconds, TimeFormat::EpochMillis];
        for format in formats {
            let so =
                "the header must carry the very text that is signed, not the same time written differently";
            push(format.format(instant), so);
        }
    }
    found.into_iter()
}

fn methods(method: &str) -> Found<String> {
    let upper = method.trim().to_ascii_uppercase();
    let change = |method: &str, so| Change::new(format!("the method {method}"), so);
    let capitals = change(&upper, "the method is signed in capitals");
    let small = method.to_ascii_lowercase();
    let in_small = change(&small, "the signer signs it in small letters; it must be in capitals");
    let post = change("POST", "the message was signed for POST, which all calls to and from wallets are");
    vec![(upper, capitals), (small, in_small), ("POST".to_owned(), post)].into_iter()
}

fn client_ids(given: &str) -> Found<String> {
    let trimmed = given.trim().to_owned();
    let change = Change::new("the client id without white space", "take the white space away from it");
    let mut found = vec![(trimmed, change)];
    for end in ["\n", "\r\n", " "] {
        let made = format!("the client id with {end:?} at its end");
        let so = "the signer read it with white space, as from a file: it must take that away";
        found.push((format!("{given}{end}"), Change::new(made, so)));
    }
    found.into_iter()
}
