//! The same JSON with other white space, for telling bytes that were written anew from those that were sent.
//! The order of members and the writing of values stay, as they do in the programs that do this.

use serde::de::IgnoredAny;

/// How a program sets its separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spacing {
    /// `{"a":1,"b":2}`
    Compact,
    /// `{"a": 1, "b": 2}`, as Python writes it unless told otherwise.
    Spaced,
}

/// The JSON in `body` with this spacing; `None` where it isn't JSON.
pub(super) fn rewritten(body: &[u8], spacing: Spacing) -> Option<Vec<u8>> {
    serde_json::from_slice::<IgnoredAny>(body).ok()?;
    let mut text = Vec::with_capacity(body.len());
    let (mut inside, mut escaped) = (false, false);
    for &byte in body {
        if inside {
            text.push(byte);
            inside = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b',' | b':' => {
                text.push(byte);
                if spacing == Spacing::Spaced {
                    text.push(b' ');
                }
            }
            other => {
                inside = other == b'"';
                text.push(other);
            }
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_between_values_changes() {
        let pretty = br#"{
  "b": "x, \"y\": \\",
  "a": [1.0, {}]
}
"#;
        let compact = br#"{"b":"x, \"y\": \\","a":[1.0,{}]}"#;
        let spaced = br#"{"b": "x, \"y\": \\", "a": [1.0, {}]}"#;
        for from in [&pretty[..], compact, spaced] {
            assert_eq!(rewritten(from, Spacing::Compact).unwrap(), compact);
            assert_eq!(rewritten(from, Spacing::Spaced).unwrap(), spaced);
        }
        assert_eq!(rewritten(b"a=1, b=2", Spacing::Compact), None);
        assert_eq!(rewritten(b"", Spacing::Compact), None);
    }
}
