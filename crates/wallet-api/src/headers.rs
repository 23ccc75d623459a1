//! Reading the signed headers of a message that came from outside.

use http::HeaderMap;

use crate::signature::{CLIENT_ID, SIGNATURE};

/// The three headers that a signature needs, exactly as they came.
pub(crate) struct SignedHeaders<'a> {
    pub client_id: &'a str,
    pub time: &'a str,
    pub signature: &'a str,
}

impl<'a> SignedHeaders<'a> {
    /// `None` where one of them is missing, empty, not text, or stands twice.
    pub fn read(headers: &'a HeaderMap, time_header: &str) -> Option<Self> {
        Some(Self {
            client_id: only(headers, CLIENT_ID)?,
            time: only(headers, time_header)?,
            signature: only(headers, SIGNATURE)?,
        })
    }
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return None;
    }
    first.to_str().ok().filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;
    use crate::signature::REQUEST_TIME;

    fn map(headers: &[(&str, &[u8])]) -> HeaderMap {
        let pair = |&(name, value): &(&str, &[u8])| {
            (HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(value).unwrap())
        };
        // Collecting would keep one header of each name; what came twice must stay twice.
        let mut map = HeaderMap::new();
        for (name, value) in headers.iter().map(pair) {
            map.append(name, value);
        }
        map
    }

    fn is_read(headers: &[(&str, &[u8])]) -> bool {
        SignedHeaders::read(&map(headers), REQUEST_TIME).is_some()
    }

    #[test]
    fn names_are_read_in_any_case_and_values_as_they_came() {
        let headers = map(&[("CLIENT-ID", b"c"), ("Request-Time", b"t 1"), ("sIGNATURE", b"a=b, c")]);
        let read = SignedHeaders::read(&headers, REQUEST_TIME).unwrap();
        assert_eq!((read.client_id, read.time, read.signature), ("c", "t 1", "a=b, c"));
    }

    #[test]
    fn a_header_missing_empty_twice_or_not_text_is_none() {
        let whole: [(&str, &[u8]); 3] = [("client-id", b"c"), ("request-time", b"t"), ("signature", b"s")];
        assert!(is_read(&whole));
        for at in 0..whole.len() {
            let (name, _) = whole[at];
            let mut without = whole.to_vec();
            without.remove(at);
            assert!(!is_read(&without), "{name} missing");
            assert!(!is_read(&[&whole[..], &whole[at..=at]].concat()), "{name} twice");
            for value in [&b""[..], b"  ", b"\xff", "\u{e9}".as_bytes()] {
                let mut changed = whole;
                changed[at].1 = value;
                assert!(!is_read(&changed), "{name} as {value:?}");
            }
        }
        assert!(!is_read(&[("client-id", b"c"), ("response-time", b"t"), ("signature", b"s")]));
    }
}
