//! The canaries: a text for each sensitive field that stands nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use merchant_server::webhooks::Secret;
use serde_json::{Value, json};

use super::forms::Needle;
use crate::support::database::databases::DATA_KEY;
use crate::support::keys;
use crate::support::server::{ADMIN_TOKEN, LIMITED_TOKEN, READING_TOKEN};

pub const NAME: &str = "Cnry-Recipient Xq7";
pub const PHONE: &str = "+639170424242";
pub const LINE1: &str = "17 Cnry-Street/Öst Xq7";
pub const LINE2: &str = "Cnry-Backyard & Xq7";
pub const CITY: &str = "Cnry-City Xq7";
pub const STATE: &str = "Cnry-State Xq7";
pub const POSTCODE: &str = "Cnry-Postcode Xq7";
pub const REASON: &str = "Cnry-Reason: Ana's cup broke Xq7";
pub const REFUSED_REASON: &str = "Cnry-Second-Reason Xq7";
pub const TRACKING: &str = "Cnry-Tracking 1234 Xq7";
pub const AUTH_CODE: &str = "Cnry-Auth-Code-Xq7";
pub const ACCESS_TOKEN: &str = "secret-access-token";
pub const CLIENT_ADDRESS: &str = "203.0.113.177";
pub const USER_AGENT: &str = "Cnry-Agent/7.0 (Xq7)";
/// In each of the wallet's answers, and in the cashier's address.
pub const REMARK: &str = "Cnry-Remark-Xq7";
/// In each notification that is believed.
pub const EXTENDED: &str = "Cnry-Extend-Info Xq7";
/// In what is sent to be refused.
pub const REFUSED: &str = "Cnry-Refused-Xq7";
/// The control: it stands in the clear, so the search must find it.
pub const SKU: &str = "CNRY-SKU-XQ7";

pub fn address() -> Value {
    json!({ "name": NAME, "phone": PHONE, "country": "PH", "state": STATE, "city": CITY, "line1": LINE1,
            "line2": LINE2, "postcode": POSTCODE })
}

/// What is personal, and what is said about an order.
pub fn personal() -> Vec<Needle> {
    let texts = [
        ("the recipient's name", NAME),
        ("the phone", PHONE),
        ("the first line of the address", LINE1),
        ("the second line of the address", LINE2),
        ("the city", CITY),
        ("the state", STATE),
        ("the postcode", POSTCODE),
        ("a refund's reason", REASON),
        ("a refused refund's reason", REFUSED_REASON),
        ("the tracking text", TRACKING),
        ("the auth code", AUTH_CODE),
        ("the wallet's access token", ACCESS_TOKEN),
        ("the client's address", CLIENT_ADDRESS),
        ("the user agent", USER_AGENT),
        ("the wallet's remark", REMARK),
        ("what a notification has beside", EXTENDED),
        ("what was refused", REFUSED),
    ];
    texts.iter().map(|(name, text)| Needle::new(name, text)).collect()
}

/// What must stand nowhere in the clear.
pub fn all() -> Vec<Needle> {
    let texts = [
        ("an operator's token", ADMIN_TOKEN),
        ("a reading operator's token", READING_TOKEN),
        ("a limited operator's token", LIMITED_TOKEN),
    ];
    let mut all = personal();
    all.extend(texts.iter().map(|(name, text)| Needle::new(name, text)));
    // What is left of an address when it is cut to a wallet's lengths.
    all.push(Needle::new("the street's beginning", &LINE1[..12]));
    all.push(Needle::new("the data key", DATA_KEY));
    all.push(Needle::new("the webhook's secret", [7; 32]));
    all.push(Needle::new("the text of the webhook's secret", Secret::text(&[7; 32])));
    all.extend(private_key());
    all
}

/// Parts of our private key's file, each within one of its lines.
fn private_key() -> Vec<Needle> {
    let pem = keys::merchant().key().to_pkcs8_pem().unwrap().to_string();
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let bytes = STANDARD.decode(text).unwrap();
    // Behind the head and the modulus, which is public.
    let secret = bytes.chunks(48).enumerate().skip(8).filter(|(_, line)| line.len() == 48);
    secret.map(|(at, line)| Needle::new(&format!("line {at} of our private key"), line)).collect()
}
