//! What the wallet's answer tells about us and about it.
//!
//! In: a probe's answer. Out: five checks: that it was reached, that it accepts our signature, that we
//! accept its, that it answered what was asked, and that the clocks agree. Whatever the wallet wrote is
//! shown cut and escaped: it may be anybody's.

use std::time::Duration;

use jiff::SignedDuration;
use wallet_api::client::{AnswerSignature, ProbeAnswer, ResponseTime};
use wallet_api::ids::KeyVersion;
use wallet_api::keys::VerifyError;
use wallet_api::operation::result::{ResultCode, ResultStatus, WireResult};
use wallet_api::signature::SignatureError;

use super::report::Check;
use super::setup::written;
use crate::config::WalletConfig;

/// Who was asked, and with which key.
pub(super) struct Asked<'a> {
    pub(super) wallet: &'a WalletConfig,
    pub(super) own_fingerprint: &'a str,
}

pub(super) fn checks(asked: &Asked<'_>, answer: &ProbeAnswer) -> Vec<Check> {
    let refusal = answer.result.as_ref().and_then(Refusal::of);
    if answer.http_status != 200 {
        let mut checks = vec![http_status(asked, answer.http_status)];
        if refusal.is_some() {
            checks.push(our_signature(asked, answer, refusal));
        }
        checks.push(clock(asked, answer));
        return checks;
    }
    vec![
        reached(&asked.wallet.profile.base_url),
        our_signature(asked, answer, refusal),
        its_signature(asked, answer, refusal),
        clock(asked, answer),
    ]
}

fn reached(base_url: &str) -> Check {
    let how = if base_url.starts_with("https:") { "over TLS that is trusted" } else { "without TLS" };
    Check::ok("reachable", format!("{base_url} answers {how}, with HTTP 200"))
}

fn http_status(asked: &Asked<'_>, status: u16) -> Check {
    let profile = &asked.wallet.profile;
    let check = Check::fail("reachable", format!("{} answers with HTTP {status}, not 200", profile.base_url));
    match status {
        300..=399 => {
            check.advise("set `base_url` to the address that it redirects to; redirects aren't followed")
        }
        401 | 403 => check
            .advise("the wallet may let in known addresses only: give it this machine's")
            .advise("a firewall in between may refuse: ask the wallet whether it saw the request"),
        404 | 405 => check
            .advise(format!(
                "check `path_prefix` ({:?}) and `version` ({})",
                profile.path_prefix,
                profile.version.as_str()
            ))
            .advise("check that `base_url` is the OpenAPI's and not the portal's"),
        429 => check.advise("too many calls; wait and try again"),
        500..=599 => check
            .advise("the wallet, or a gateway before it, is out of order: try again, then ask the wallet"),
        _ => check.advise("check `base_url` and `path_prefix`, then ask the wallet what this means"),
    }
}

/// What a wallet refuses before it looks at the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Signature,
    Key,
    Client,
    Time,
    Interface,
    Access,
}

impl Refusal {
    fn of(result: &WireResult) -> Option<Self> {
        if result.result_status != ResultStatus::Failed {
            return None;
        }
        match &result.result_code {
            ResultCode::InvalidSignature | ResultCode::SignatureInvalid => Some(Self::Signature),
            ResultCode::KeyNotFound => Some(Self::Key),
            ResultCode::InvalidClient | ResultCode::ClientInvalid => Some(Self::Client),
            ResultCode::TimestampInvalid => Some(Self::Time),
            ResultCode::NoInterfaceDef
            | ResultCode::InvalidApi
            | ResultCode::MethodNotSupported
            | ResultCode::MediaTypeNotAcceptable => Some(Self::Interface),
            ResultCode::AccessDenied => Some(Self::Access),
            _ => None,
        }
    }
}

const OURS: &str = "our signature";

fn our_signature(asked: &Asked<'_>, answer: &ProbeAnswer, refusal: Option<Refusal>) -> Check {
    let valid = matches!(answer.signature, AnswerSignature::Valid { .. });
    match (&answer.result, refusal) {
        (Some(result), Some(refusal)) => refused(asked, result, refusal, answer),
        (Some(result), None) if result.result_code == ResultCode::OrderNotExist => {
            let found = format!("accepted: {}, as it should be", said(result));
            if valid { Check::ok(OURS, found) } else { doubtful(&said(result)) }
        }
        (Some(result), None) if valid => {
            Check::warn(OURS, format!("accepted, but answered {}", said(result))).advise(
                "ORDER_NOT_EXIST was expected: ask the wallet what this code means for inquiryPayment",
            )
        }
        (Some(result), None) => doubtful(&said(result)),
        (None, _) => Check::fail(OURS, "the answer isn't a wallet's: it has no result")
            .advise("check that `base_url` and `path_prefix` are the OpenAPI's"),
    }
}

fn doubtful(said: &str) -> Check {
    Check::warn(OURS, format!("perhaps accepted: it answered {said}, but anybody may have written that"))
        .advise("repair the wallet's signature first, below")
}

fn refused(asked: &Asked<'_>, result: &WireResult, refusal: Refusal, answer: &ProbeAnswer) -> Check {
    let profile = &asked.wallet.profile;
    let (client, key_version, own) = (&profile.client_id, &profile.key_version, asked.own_fingerprint);
    let check = Check::fail(OURS, format!("refused: {}", said(result)));
    match refusal {
        Refusal::Signature => clock_first(check, asked, answer)
            .advise(format!(
                "the public key that the wallet has of client {client}, version {key_version}, isn't ours: compare \
                 its fingerprint in the portal with {own}; if it differs, upload the public half of {}",
                asked.wallet.private_key_file.display()
            ))
            .advise(format!("the wallet numbers our key differently: `key_version` is {key_version} here"))
            .advise(format!(
                "the wallet sees another path than we sign, as behind a gateway: `path_prefix` is {:?}",
                profile.path_prefix
            ))
            .advise(format!(
                "the wallet wants times or signatures written differently: `time_format` is {}, \
                 `signature_encoding` is {}",
                written(&profile.time_format),
                written(&profile.signature_encoding)
            )),
        Refusal::Key => check
            .advise(format!("check `key_version` ({key_version}): the wallet has no such key of ours"))
            .advise(format!("check `client_id` ({client})"))
            .advise(format!(
                "upload our public key, fingerprint {own}, to the environment behind `base_url`: test and live \
                 systems have keys of their own"
            )),
        Refusal::Client => check
            .advise(format!("check `client_id` ({client}): the wallet doesn't know it"))
            .advise("check `base_url`: test and live systems have client ids of their own"),
        Refusal::Time => check
            .advise("set this machine's clock by a time server (timedatectl shows whether it is)")
            .advise(format!("check `time_format` ({}) against the wallet's documents", written(&profile.time_format))),
        Refusal::Interface => check.advise(format!(
            "check `version` ({}) and `path_prefix` ({:?}): the wallet doesn't know this interface",
            profile.version.as_str(),
            profile.path_prefix
        )),
        Refusal::Access => check
            .advise("ask the wallet to allow inquiryPayment for this client")
            .advise("the wallet may let in known addresses only: give it this machine's"),
    }
}

/// A clock that is far off comes before all else.
fn clock_first(check: Check, asked: &Asked<'_>, answer: &ProbeAnswer) -> Check {
    match ahead(answer) {
        Some(ahead) if is_far(asked, ahead) => {
            check.advise(format!("our clock is off: {}", by_how_much(ahead)))
        }
        Some(_) | None => check,
    }
}

const ITS: &str = "its signature";

fn its_signature(asked: &Asked<'_>, answer: &ProbeAnswer, refusal: Option<Refusal>) -> Check {
    match &answer.signature {
        AnswerSignature::Valid { key_version } => {
            let which =
                key_version.as_ref().map_or("its latest key".to_owned(), |v| format!("key version {v}"));
            Check::ok(ITS, format!("verifies with {which}"))
        }
        AnswerSignature::Missing if refusal.is_some() => Check::warn(
            ITS,
            "none, which is usual where ours is refused; it can be checked once ours is accepted",
        ),
        AnswerSignature::Missing => Check::fail(
            ITS,
            "the answer isn't signed, so nothing in it may be believed",
        )
        .advise(
            "check that `base_url` is the wallet's own: a gateway's or a web site's answers aren't signed",
        )
        .advise("ask the wallet to sign its answers; many have a switch for that in the portal"),
        AnswerSignature::Incomplete => {
            Check::fail(ITS, "Signature, Client-Id or Response-Time is empty, missing or stands twice")
                .advise("ask the wallet; a gateway in between may change headers")
        }
        AnswerSignature::OtherClient(client) => Check::fail(
            ITS,
            format!(
                "the answer is for client {}, and we are {}",
                shown(client),
                asked.wallet.profile.client_id
            ),
        )
        .advise("correct `client_id`: capitals count"),
        AnswerSignature::Refused { key_version, error } => not_verified(asked, key_version.as_ref(), *error),
    }
}

fn not_verified(asked: &Asked<'_>, key_version: Option<&KeyVersion>, error: SignatureError) -> Check {
    let which = key_version.map_or("no key version".to_owned(), |version| format!("key version {version}"));
    let configured = &asked.wallet.public_keys;
    let versions: Vec<&str> = configured.iter().map(|key| key.version.as_str()).collect();
    match error {
        SignatureError::Refused(VerifyError::UnknownKey) => {
            Check::fail(ITS, format!("signed with {which}; configured are: {}", versions.join(", ")))
                .advise("get that key of the wallet's and add it to `public_keys` with its version")
                .advise("if it is a key that is configured already, write the wallet's version for it")
        }
        SignatureError::Refused(VerifyError::Mismatch | VerifyError::WrongLength) => {
            let key =
                configured.iter().rfind(|key| key_version.is_none_or(|version| *version == key.version));
            let file = key.map(|key| key.file.display().to_string()).unwrap_or_default();
            Check::fail(ITS, format!("signed with {which}, and doesn't verify: {error}"))
                .advise(format!(
                    "{file} isn't the key that the wallet signs with: it may be our own, or that of another \
                     environment or wallet; compare its fingerprint, above, with the portal's"
                ))
                .advise(
                    "a gateway in between may change the body: ask the wallet for the bytes that it signed",
                )
        }
        SignatureError::Missing | SignatureError::Malformed(_) | SignatureError::Algorithm => {
            Check::fail(ITS, error.to_string()).advise("ask the wallet; this program reads RSA256 only")
        }
    }
}

const CLOCK: &str = "clock";

fn clock(asked: &Asked<'_>, answer: &ProbeAnswer) -> Check {
    let allowed = asked.wallet.profile.clock_skew_seconds;
    if let ResponseTime::Unreadable(text) = &answer.response_time {
        return Check::fail(CLOCK, format!("the wallet's Response-Time can't be read: {}", shown(text)))
            .advise("ask the wallet how it writes times");
    }
    let Some(ahead) = ahead(answer) else {
        return Check::warn(CLOCK, "can't be compared: the answer says no time");
    };
    let found = format!("{}; {allowed} s are allowed", by_how_much(ahead));
    if is_far(asked, ahead) {
        Check::fail(CLOCK, found)
            .advise("set this machine's clock by a time server (timedatectl shows whether it is)")
            .advise("if ours is right, the wallet's is wrong: tell it, or raise `clock_skew_seconds`")
    } else if ahead.unsigned_abs() > Duration::from_secs(u64::from(allowed) / 2) {
        Check::warn(CLOCK, found).advise("set this machine's clock by a time server before it drifts further")
    } else {
        Check::ok(CLOCK, found)
    }
}

/// How far the wallet's clock is ahead of ours, by the better of two sources.
fn ahead(answer: &ProbeAnswer) -> Option<SignedDuration> {
    match &answer.response_time {
        ResponseTime::At { ahead, .. } => Some(*ahead),
        ResponseTime::Missing | ResponseTime::Unreadable(_) => answer.date_ahead,
    }
}

fn is_far(asked: &Asked<'_>, ahead: SignedDuration) -> bool {
    ahead.unsigned_abs() > Duration::from_secs(asked.wallet.profile.clock_skew_seconds.into())
}

fn by_how_much(ahead: SignedDuration) -> String {
    let seconds = ahead.unsigned_abs().as_secs();
    match (seconds, ahead.is_negative()) {
        (0, _) => "the wallet's and ours agree to the second".to_owned(),
        (seconds, false) => format!("the wallet's is {seconds} s ahead of ours"),
        (seconds, true) => format!("the wallet's is {seconds} s behind ours"),
    }
}

fn said(result: &WireResult) -> String {
    let (status, code) = (shown(result.result_status.as_str()), shown(result.result_code.as_str()));
    match result.result_message.as_str() {
        "" => format!("{status} {code}"),
        message => format!("{status} {code} \"{}\"", shown(message)),
    }
}

/// Text from outside: cut, and without what a terminal would obey.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars().take(256) {
        match character {
            '\'' | '"' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}
