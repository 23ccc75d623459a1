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
