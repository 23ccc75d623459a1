//! The forms in which a secret may stand somewhere, and one search for all of them.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

/// What must not be found, and what it is.
pub struct Needle {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Needle {
    pub fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref().to_vec();
        assert!(bytes.len() >= 9, "{name} is so short that it stands anywhere by chance");
        Self { name: name.to_owned(), bytes }
    }
}

/// Each form of these bytes, with its name.
fn forms(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let each = |write: fn(&u8) -> String| bytes.iter().map(write).collect::<Vec<_>>();
    let mut forms = vec![
        ("raw".to_owned(), bytes.to_vec()),
        ("percent-encoded".to_owned(), percent_encode(bytes, NON_ALPHANUMERIC).to_string().into_bytes()),
        ("wholly percent-encoded".to_owned(), each(|byte| format!("%{byte:02X}")).concat().into_bytes()),
        (
            "percent-encoded in lower case".to_owned(),
            each(|byte| format!("%{byte:02x}")).concat().into_bytes(),
        ),
        ("hexadecimal".to_owned(), each(|byte| format!("{byte:02x}")).concat().into_bytes()),
        ("hexadecimal in capitals".to_owned(), each(|byte| format!("{byte:02X}")).concat().into_bytes()),
        ("a list of numbers".to_owned(), each(u8::to_string).join(", ").into_bytes()),
    ];
    for shift in 0..3 {
        forms.push((format!("base64, shifted by {shift}"), base64_core(&STANDARD, bytes, shift)));
        forms.push((format!("url-safe base64, shifted by {shift}"), base64_core(&URL_SAFE, bytes, shift)));
    }
    forms
}

/// The digits that bytes give whatever stands around them, when `shift` bytes stand before them.
fn base64_core(engine: &impl base64::Engine, bytes: &[u8], shift: usize) -> Vec<u8> {
    let encoded = engine.encode([vec![0; shift], bytes.to_vec(), vec![0; 3]].concat());
    let (first, end) = ((shift * 8).div_ceil(6), (shift + bytes.len()) * 8 / 6);
    encoded.as_bytes()[first..end].to_vec()
}

/// Looks for all forms of all needles at once.
pub struct Search {
    patterns: Vec<(String, Vec<u8>)>,
    /// The patterns by their first four bytes.
    by_start: HashMap<[u8; 4], Vec<usize>>,
    /// Whether any pattern starts with these two bytes.
    starts: Vec<bool>,
}

impl Search {
    pub fn new(needles: &[Needle]) -> Self {
        let mut search =
            Self { patterns: Vec::new(), by_start: HashMap::new(), starts: vec![false; 1 << 16] };
        for needle in needles {
            for (form, pattern) in forms(&needle.bytes) {
                let start = [pattern[0], pattern[1], pattern[2], pattern[3]];
                search.starts[pair(&start)] = true;
                search.by_start.entry(start).or_default().push(search.patterns.len());
                search.patterns.push((format!("{} ({form})", needle.name), pattern));
            }
        }
        search
    }

    /// What of it stands in these bytes, each once.
    pub fn find(&self, bytes: &[u8]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (at, window) in bytes.windows(4).enumerate() {
            if !self.starts[pair(window)] {
                continue;
            }
            let candidates = self.by_start.get(window).into_iter().flatten();
            for (name, pattern) in candidates.map(|index| &self.patterns[*index]) {
                if bytes[at..].starts_with(pattern) && !found.contains(name) {
                    found.push(name.clone());
                }
            }
        }
        found
    }
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

#[test]
fn every_form_is_found_wherever_it_stands() {
    let secret = "Ñandu+Güell/42?";
    let search = Search::new(&[Needle::new("name", secret), Needle::new("other", "somebody else")]);
    assert_eq!(search.find(b"nothing of it is here, nor a part: andu Guell"), [""; 0]);
    let names = |text: &[u8]| search.find(text);
    assert_eq!(names(format!("name={secret}!").as_bytes()), ["name (raw)"]);
    let numbers = format!("{:?}", secret.as_bytes());
    assert_eq!(names(numbers.as_bytes()), ["name (a list of numbers)"]);
    assert_eq!(names(b"?q=%C3%91andu%2BG%C3%BCell%2F42%3F"), ["name (percent-encoded)"]);
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(names(format!("\\x00{hex}00").as_bytes()), ["name (hexadecimal)"]);
    for before in ["", "a", "ab", "abc", "abcd"] {
        let text = format!("{before}{secret}and more");
        for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
            let found = names(encoded.as_bytes());
            assert!(found.iter().any(|name| name.contains("base64")), "{before}: {encoded}: {found:?}");
        }
    }
}
