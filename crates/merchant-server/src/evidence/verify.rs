//! Checking a file of evidence: without network, without database, believing nothing that isn't signed.

use std::collections::BTreeMap;

use merchant_core::books::{Account, BookedEntry};
use serde::Deserialize;
use serde_json::Value;
use wallet_api::ids::{ClientId, KeyVersion};
use wallet_api::keys::{ClientKey, KeyRing, PublicKey};
use wallet_api::signature::SignedMessage;

use super::file::{EvidenceFile, FORMAT, MessagePart, Owner};
use super::words::{Money, money, says_paid, says_refunded, text};
use super::{Direction, NOTIFY_PAYMENT};

/// What checking found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What the file proves.
    pub proven: Vec<String>,
    /// What can't be checked any more, because it was personal and is erased.
    pub erased: Vec<String>,
    /// What is wrong with it. Empty for a sound file.
    pub faults: Vec<String>,
}

/// What no such file can prove, sound as it may be.
pub const NOT_PROVEN: [&str; 4] = [
    "that nothing was left out: only what is in the file was checked",
    "whose the keys are: compare the fingerprints with what the wallet and the merchant publish",
    "what happened between people: that goods were sent, or arrived",
    "times, beyond what the signed headers say: all others are the merchant's clock",
];

/// In which messages a wallet says that a payment is paid.
const PAYMENT_WORDS: [&str; 2] = ["inquiryPayment", NOTIFY_PAYMENT];

/// In which it says that a refund was given back.
const REFUND_WORDS: [&str; 1] = ["inquiryRefund"];

/// What a story must say for the file to be checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Story {
    order_id: String,
    status: String,
    total: String,
    currency: Currency,
    erased_at: Option<u64>,
    attempts: Vec<Attempt>,
    refunds: Vec<Refund>,
    entries: Vec<BookedEntry>,
}

#[derive(Deserialize)]
struct Currency {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    attempt_id: String,
    number: u32,
    payment_request_id: String,
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refund {
    key: String,
    amount: String,
    status: String,
}

/// A message whose signature is valid.
struct Signed<'a> {
    part: &'a MessagePart,
    body: Value,
}

/// Checks a file.
pub fn verify(bytes: &[u8]) -> Findings {
    let mut findings = Findings::default();
    let file: EvidenceFile = match serde_json::from_slice(bytes) {
        Ok(file) => file,
        Err(error) => return findings.with_fault(format!("this is no file of evidence: {error}")),
    };
    if file.format != FORMAT {
        return findings
            .with_fault(format!("its format is \"{}\"; this program reads {FORMAT}", file.format));
    }
    changed_bytes(&file, bytes, &mut findings);
    if !findings.faults.is_empty() {
        return findings;
    }
    findings.proven.push(format!("no byte was changed since it was made: {}", file.digests.whole));
    let story: Story = match serde_json::from_value(file.story.clone()) {
        Ok(story) => story,
        Err(error) => return findings.with_fault(format!("its story can't be read: {error}")),
    };
    let signed = signatures(&file, &story, &mut findings);
    asked(&story, &signed, &mut findings);
    paid(&file, &story, &signed, &mut findings);
    refunded(&file, &story, &signed, &mut findings);
    books(&story, &mut findings);
    findings
}

impl Findings {
    fn with_fault(mut self, fault: String) -> Self {
        self.faults.push(fault);
        self
    }
}

fn changed_bytes(file: &EvidenceFile, bytes: &[u8], findings: &mut Findings) {
    let (told, found) = (&file.digests, file.digest());
    let mut differs =
        |what: String| findings.faults.push(format!("{what} was changed after the file was made"));
    if told.story != found.story {
        differs("the story".to_owned());
    }
    if told.keys != found.keys {
        differs("a key".to_owned());
    }
    // A change runs through the rest of the chain; the first difference is where it is.
    let first = (0..told.messages.len().max(found.messages.len()))
        .find(|index| told.messages.get(*index) != found.messages.get(*index));
    if let Some(index) = first.filter(|_| told.story == found.story && told.keys == found.keys) {
        differs(format!("message {} (of {})", index + 1, file.messages.len()));
    }
    if told.whole != found.whole && first.is_none() {
        differs("the list of digests".to_owned());
    }
    if findings.faults.is_empty() && file.to_bytes() != bytes {
        findings
            .faults
            .push("its bytes aren't as they were written: spaces, order or spelling differ".to_owned());
    }
}

/// The messages whose signature is valid. One that was believed without is a fault.
fn signatures<'a>(file: &'a EvidenceFile, story: &Story, findings: &mut Findings) -> Vec<Signed<'a>> {
    let (ours, wallets) = (ring(file, Owner::Merchant, findings), ring(file, Owner::Wallet, findings));
    let mut signed = Vec::new();
    let (mut sent, mut received) = (0, 0);
    erased(file, story, findings);
    for (number, part) in (1..).zip(&file.messages).filter(|(_, part)| !part.erased) {
        let (ring, count) = match part.direction {
            Direction::Sent => (&ours, &mut sent),
            Direction::Received => (&wallets, &mut received),
        };
        let body = part.bytes();
        let valid = body.as_ref().is_some_and(|body| is_signed(part, body, ring));
        match body {
            Some(body) if valid => {
                *count += 1;
                signed.push(Signed { part, body: serde_json::from_slice(&body).unwrap_or_default() });
            }
            _ if part.direction == Direction::Sent || part.verdict.starts_with("believed") => {
                let (operation, verdict) = (&part.operation, &part.verdict);
                findings.faults.push(format!(
                    "message {number} ({operation}) is called \"{verdict}\", and its signature isn't valid"
                ));
            }
            // The merchant didn't believe it either.
            _ => {}
        }
    }
    let of = |owner: Owner| {
        let keys = file.keys.iter().filter(|key| key.owner == owner);
        keys.map(|key| key.fingerprint.clone()).collect::<Vec<_>>().join(", ")
    };
    let total = file.messages.iter().filter(|part| !part.erased).count();
    findings.proven.push(format!(
        "{sent} of {total} messages were signed by the merchant's key {}",
        of(Owner::Merchant)
    ));
    findings.proven.push(format!(
        "{received} of {total} messages were signed by the wallet's key {}",
        of(Owner::Wallet)
    ));
    signed
}

/// Messages that were erased with what was personal of the order: they prove nothing, and nothing else is in them.
fn erased(file: &EvidenceFile, story: &Story, findings: &mut Findings) {
    let mut count = 0;
    for (number, part) in (1..).zip(&file.messages).filter(|(_, part)| part.erased) {
        count += 1;
        if story.erased_at.is_none() || !part.body.is_empty() || !part.signature.is_empty() {
            findings.faults.push(format!(
                "message {number} ({}) is called erased, and the story or its own words say otherwise",
                part.operation
            ));
        }
    }
    if count > 0 {
        let total = file.messages.len();
        findings.erased.push(format!(
            "{count} of {total} messages: they are listed without their words, which prove nothing any more"
        ));
    }
}

/// Whether one of these words of the wallet's may have been erased.
fn may_be_erased(file: &EvidenceFile, about: &str, operations: &[&str]) -> bool {
    file.messages.iter().any(|part| {
        part.erased
            && part.direction == Direction::Received
            && part.about == about
            && operations.contains(&part.operation.as_str())
    })
}

fn ring(file: &EvidenceFile, owner: Owner, findings: &mut Findings) -> KeyRing {
    let mut ring = KeyRing::new();
    for key in file.keys.iter().filter(|key| key.owner == owner) {
        let parts = (
            PublicKey::parse(key.public_key.as_bytes()),
            ClientId::new(key.client_id.clone()),
            KeyVersion::new(key.key_version.clone()),
        );
        match parts {
            (Ok(public), Ok(client_id), Ok(version)) if public.fingerprint() == key.fingerprint => {
                ring.insert(ClientKey { client_id, version, key: public });
            }
            _ => findings.faults.push(format!("the key {} isn't what its fingerprint says", key.fingerprint)),
        }
    }
    ring
}

fn is_signed(part: &MessagePart, body: &[u8], ring: &KeyRing) -> bool {
    let message =
        SignedMessage { method: "POST", uri: &part.uri, client_id: &part.client_id, time: &part.time, body };
    message.verify(ring, &part.signature).is_ok()
}

fn is_word(signed: &Signed<'_>, operations: &[&str]) -> bool {
    signed.part.direction == Direction::Received && operations.contains(&signed.part.operation.as_str())
}

/// What the merchant asked for, in its own signed requests.
fn asked(story: &Story, signed: &[Signed<'_>], findings: &mut Findings) {
    let total = Money { currency: story.currency.code.clone(), value: story.total.clone() };
    for attempt in &story.attempts {
        let id = &attempt.payment_request_id;
        let requests = signed.iter().filter(|signed| {
            signed.part.direction == Direction::Sent
                && signed.part.operation == "pay"
                && text(&signed.body, "paymentRequestId").as_ref() == Some(id)
        });
        let amounts: Vec<_> = requests.map(|signed| money(&signed.body, "paymentAmount")).collect();
        if amounts.iter().any(|amount| amount.as_ref() != Some(&total)) {
            findings.faults.push(format!("payment {id} was asked for with another amount than the order's"));
        } else if !amounts.is_empty() {
            let (number, currency, value) = (attempt.number, &total.currency, &total.value);
            findings
                .proven
                .push(format!("the merchant asked for {currency} {value} by payment {id}, attempt {number}"));
        }
    }
}

/// What the story calls paid, the wallet must have called paid: this payment, this amount.
fn paid(file: &EvidenceFile, story: &Story, signed: &[Signed<'_>], findings: &mut Findings) {
    let total = Money { currency: story.currency.code.clone(), value: story.total.clone() };
    let mut count = 0;
    for attempt in story.attempts.iter().filter(|attempt| attempt.status == "succeeded") {
        let id = &attempt.payment_request_id;
        let word = signed.iter().find(|signed| {
            is_word(signed, &PAYMENT_WORDS)
                && text(&signed.body, "paymentRequestId").as_ref() == Some(id)
                && money(&signed.body, "paymentAmount").as_ref() == Some(&total)
                && says_paid(&signed.part.operation, &signed.body)
        });
        match word {
            Some(word) => {
                count += 1;
                let (currency, value, time) = (&total.currency, &total.value, &word.part.time);
                findings.proven.push(format!(
                    "the wallet said at {time} that payment {id} of {currency} {value} is paid ({})",
                    word.part.operation
                ));
            }
            None if may_be_erased(file, &attempt.attempt_id, &PAYMENT_WORDS) => {
                count += 1;
                findings.erased.push(format!("what the wallet said of payment {id}, which is called paid"));
            }
            None => findings.faults.push(format!(
                "payment {id} is called paid, and no message signed by the wallet says so of this amount"
            )),
        }
    }
    let was_reversed = story.entries.iter().any(|entry| entry.kind == "payment_reversed");
    if story.status == "paid" && story.total != "0" && count == 0 && !was_reversed {
        findings.faults.push(format!("order {} is called paid, and no payment of it is", story.order_id));
    }
}

fn refunded(file: &EvidenceFile, story: &Story, signed: &[Signed<'_>], findings: &mut Findings) {
    for refund in story.refunds.iter().filter(|refund| refund.status == "succeeded") {
        let amount = Money { currency: story.currency.code.clone(), value: refund.amount.clone() };
        let word = signed.iter().find(|signed| {
            is_word(signed, &REFUND_WORDS)
                && text(&signed.body, "refundRequestId").as_ref() == Some(&refund.key)
                && money(&signed.body, "refundAmount").as_ref() == Some(&amount)
                && says_refunded(&signed.body)
        });
        match word {
            Some(word) => findings.proven.push(format!(
                "the wallet said at {} that refund {} of {} {} was given back",
                word.part.time, refund.key, amount.currency, amount.value
            )),
            None if may_be_erased(file, &refund.key, &REFUND_WORDS) => findings
                .erased
                .push(format!("what the wallet said of refund {}, which is called given back", refund.key)),
            None => findings.faults.push(format!(
                "refund {} is called given back, and no message signed by the wallet says so of this amount",
                refund.key
            )),
        }
    }
}

/// The entries sum to zero, and stand where the story says that the money is.
fn books(story: &Story, findings: &mut Findings) {
    let mut sums: BTreeMap<(i64, &str), i128> = BTreeMap::new();
    for entry in &story.entries {
        *sums.entry((entry.posting, &entry.currency)).or_default() += i128::from(entry.amount);
    }
    for ((posting, currency), sum) in sums.iter().filter(|(_, sum)| **sum != 0) {
        findings.faults.push(format!("posting {posting} doesn't sum to zero in {currency}, but to {sum}"));
    }
    let on = |account: Account| {
        let ours = story
            .entries
            .iter()
            .filter(|entry| entry.account == account.as_str() && entry.currency == story.currency.code);
        ours.map(|entry| i128::from(entry.amount)).sum::<i128>()
    };
    let number = |text: &str| text.parse::<i128>().unwrap_or(i128::MAX);
    let paid = story.attempts.iter().filter(|attempt| attempt.status == "succeeded").count() as i128;
    let given_back: i128 = story
        .refunds
        .iter()
        .filter(|refund| refund.status == "succeeded")
        .map(|refund| number(&refund.amount))
        .sum();
    let expected = paid.saturating_mul(number(&story.total)).saturating_sub(given_back);
    let was_reversed = story.entries.iter().any(|entry| entry.kind == "payment_reversed");
    if !was_reversed && on(Account::Receivable) != expected {
        findings.faults.push(format!(
            "the books say that the wallet holds {}, the story {expected}",
            on(Account::Receivable)
        ));
    }
    if findings.faults.is_empty() && !story.entries.is_empty() {
        findings.proven.push(format!(
            "{} entries of the books sum to zero and agree with the story",
            story.entries.len()
        ));
    }
}
