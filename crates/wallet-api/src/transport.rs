//! The one home of the HTTP client.
//!
//! In: an address, headers, and the exact bytes to post. Out: status, headers and capped bytes, or a
//! [`TransportError`]. Connections are pooled; certificates are verified by rustls; redirects are not
//! followed; plain http goes to this machine only, past any proxy.

use std::time::Duration;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use url::Url;

use crate::BoxFuture;
use crate::profile::is_loopback;

/// The most bytes that an answer may have.
pub const MAX_ANSWER: usize = 256 * 1024;

/// A POST to be made.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// The whole address.
    pub url: String,
    /// Headers beside the content type.
    pub headers: Vec<(&'static str, String)>,
    /// The exact bytes.
    pub body: Vec<u8>,
    /// How long the whole call may take.
    pub timeout: Duration,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// Why nothing readable came back. Whether the request arrived is not known with any of them, except that
/// [`TransportError::NotSent`] never left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The address or a header can't be used; nothing was sent.
    #[error("the request can't be sent: its address or a header is invalid, or http on another machine")]
    NotSent,
    /// No connection.
    #[error("no connection to the other side")]
    Connect,
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection broke before the answer was complete")]
    Broken,
    /// The answer is longer than [`MAX_ANSWER`].
    #[error("the answer is too long")]
    TooLong,
}

impl TransportError {
    /// A stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Connect => "no_connection",
            Self::Timeout => "timeout",
            Self::Broken => "connection_broken",
            Self::TooLong => "answer_too_long",
        }
    }
}

/// Posts bytes.
pub trait HttpTransport: Send + Sync + 'static {
    /// Sends `request` once; never retries.
    fn post(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// The real thing: reqwest over rustls.
#[derive(Clone, Debug)]
pub struct PooledTransport {
    outbound: reqwest::Client,
    loopback: reqwest::Client,
}

/// The HTTP client couldn't be built, as when the system's certificates can't be read.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client can't be built")]
pub struct TransportBuildError(#[source] reqwest::Error);

impl PooledTransport {
    /// A pool of connections, each of which may take `connect_timeout` to open.
    ///
    /// # Errors
    /// [`TransportBuildError`] when TLS can't be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, TransportBuildError> {
        #[allow(clippy::disallowed_methods, reason = "this is the home of the HTTP client")]
        let builder = || {
            reqwest::Client::builder()
                .connect_timeout(connect_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never())
        };
        Ok(Self {
            outbound: builder().https_only(true).build().map_err(TransportBuildError)?,
            loopback: builder().no_proxy().build().map_err(TransportBuildError)?,
        })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = Url::parse(&request.url).map_err(|_| TransportError::NotSent)?;
        let client = match url.scheme() {
            "https" => &self.outbound,
            "http" if is_loopback(&url) => &self.loopback,
            _ => return Err(TransportError::NotSent),
        };
        let response = client
            .post(url)
            .headers(headers(request.headers)?)
            .timeout(request.timeout)
            .body(request.body)
            .send()
            .await
            .map_err(|error| transport_error(&error))?;
        read(response).await
    }
}

impl HttpTransport for PooledTransport {
    fn post(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.send(request))
    }
}

fn headers(given: Vec<(&'static str, String)>) -> Result<HeaderMap, TransportError> {
    let mut headers = HeaderMap::with_capacity(given.len() + 1);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    for (name, value) in given {
        let value = HeaderValue::try_from(value).map_err(|_| TransportError::NotSent)?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

async fn read(mut response: reqwest::Response) -> Result<HttpResponse, TransportError> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport_error(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(TransportError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body })
}

fn transport_error(error: &reqwest::Error) -> TransportError {
    if error.is_builder() {
        TransportError::NotSent
    } else if error.is_connect() {
        TransportError::Connect
    } else if error.is_timeout() {
        TransportError::Timeout
    } else {
        TransportError::Broken
    }
}
