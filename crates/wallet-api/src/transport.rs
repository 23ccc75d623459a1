//! The one home of the HTTP client.
//!
//! In: an address, headers, and the exact bytes to post. Out: status, headers and capped bytes, or a
//! [`TransportError`]. Connections are pooled and kept, HTTP/2 where the other side speaks it; certificates
//! are verified by rustls; redirects are not followed and bodies not decompressed; this machine's own
//! addresses are reached past any proxy, and nothing else by plain http.

use core::fmt;
use std::time::Duration;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::Certificate;
use url::{Position, Url};

use crate::BoxFuture;
use crate::profile::is_loopback;

/// The most bytes that an answer may have.
pub const MAX_ANSWER: usize = 256 * 1024;

/// How long a connection is kept without a call. Shorter than the minute after which load balancers drop
/// them, so that a call is seldom written to a connection that is just being closed.
const IDLE: Duration = Duration::from_secs(45);

/// A POST to be made.
#[derive(Clone)]
pub struct HttpRequest {
    /// The whole address.
    pub url: String,
    /// Headers beside the content type.
    pub headers: Vec<(&'static str, String)>,
    /// The exact bytes.
    pub body: Vec<u8>,
    /// How long the whole call may take, from opening the connection to the answer's last byte.
    pub timeout: Duration,
}

impl fmt::Debug for HttpRequest {
    /// Headers and body carry tokens and codes, so only their names and sizes are shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        write!(f, "POST {} {names:?} ({} bytes, {:?})", self.url, self.body.len(), self.timeout)
    }
}

/// What came back.
#[derive(Clone)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The exact bytes.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpResponse {
    /// The body may carry tokens, so only its size is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} ({} bytes)", self.status, self.headers, self.body.len())
    }
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

/// Posts bytes: what a transport of your own, or a test's, must do.
pub trait HttpTransport: Send + Sync + 'static {
    /// Sends `request` once, its address and bytes unchanged, with the content type `application/json;
    /// charset=UTF-8`. Never retries, follows no redirect, and reads at most [`MAX_ANSWER`] bytes. Any HTTP
    /// status is an answer.
    ///
    /// # Errors
    /// [`TransportError`] when no whole answer came.
    fn post(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

/// The real thing: reqwest over rustls.
#[derive(Clone, Debug)]
pub struct PooledTransport {
    outbound: reqwest::Client,
    loopback: reqwest::Client,
}

/// The HTTP client couldn't be built.
#[derive(Debug, thiserror::Error)]
pub enum TransportBuildError {
    /// The file of extra root certificates has none, or what it has can't be read.
    #[error("no root certificates can be read: expected one or more PEM blocks `BEGIN CERTIFICATE`")]
    RootCertificates,
    /// TLS can't be set up, as when the system's own certificates can't be read.
    #[error("the HTTP client can't be built")]
    Client(#[source] reqwest::Error),
}

impl PooledTransport {
    /// A pool of connections, each of which may take `connect_timeout` to open. Trusts the certificate
    /// authorities that the system trusts.
    ///
    /// # Errors
    /// [`TransportBuildError`] when TLS can't be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, TransportBuildError> {
        Self::build(connect_timeout, &[])
    }

    /// As [`PooledTransport::new`], and trusts the roots in `pem` as well: for a wallet's test system
    /// whose certificate comes from an authority of its own.
    ///
    /// # Errors
    /// [`TransportBuildError`] when `pem` has no certificate, or TLS can't be set up.
    pub fn with_root_certificates(
        connect_timeout: Duration,
        pem: &[u8],
    ) -> Result<Self, TransportBuildError> {
        let roots = Certificate::from_pem_bundle(pem).map_err(|_| TransportBuildError::RootCertificates)?;
        if roots.is_empty() {
            return Err(TransportBuildError::RootCertificates);
        }
        Self::build(connect_timeout, &roots)
    }

    fn build(connect_timeout: Duration, roots: &[Certificate]) -> Result<Self, TransportBuildError> {
        #[allow(clippy::disallowed_methods, reason = "this is the home of the HTTP client")]
        let builder = || {
            reqwest::Client::builder()
                .connect_timeout(connect_timeout)
                .pool_idle_timeout(IDLE)
                .tls_certs_merge(roots.iter().cloned())
                .redirect(reqwest::redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never())
                // Off by default, and kept off should another crate switch the features on: what is signed
                // and capped is what travels.
                .no_gzip()
                .no_brotli()
                .no_deflate()
                .no_zstd()
        };
        Ok(Self {
            outbound: builder().https_only(true).build().map_err(TransportBuildError::Client)?,
            loopback: builder().no_proxy().build().map_err(TransportBuildError::Client)?,
        })
    }

    /// Which of the two clients may post to `url`; none where it would leave this machine unencrypted.
    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, TransportError> {
        match url.scheme() {
            "https" | "http" if is_loopback(url) => Ok(&self.loopback),
            "https" => Ok(&self.outbound),
            _ => Err(TransportError::NotSent),
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = exact(&request.url)?;
        let response = self
            .client_for(&url)?
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

/// The address, if its path goes out as it was given: the path is signed, and one that parsing changes
/// (`/a/../b`, a tab, a fragment) would arrive as another.
fn exact(given: &str) -> Result<Url, TransportError> {
    let url = Url::parse(given).map_err(|_| TransportError::NotSent)?;
    let (_, rest) = given.split_once("://").ok_or(TransportError::NotSent)?;
    let path = rest.find(['/', '\\', '?', '#']).map_or("/", |start| &rest[start..]);
    let kept = path == &url[Position::BeforePath..] && url.fragment().is_none();
    if kept { Ok(url) } else { Err(TransportError::NotSent) }
}

fn headers(given: Vec<(&'static str, String)>) -> Result<HeaderMap, TransportError> {
    let mut headers = HeaderMap::with_capacity(given.len() + 1);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    for (name, value) in given {
        let value = HeaderValue::try_from(value).map_err(|_| TransportError::NotSent)?;
        headers.insert(HeaderName::try_from(name).map_err(|_| TransportError::NotSent)?, value);
    }
    Ok(headers)
}

async fn read(mut response: reqwest::Response) -> Result<HttpResponse, TransportError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > MAX_ANSWER as u64 {
        return Err(TransportError::TooLong);
    }
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport_error(&error))? {
        if chunk.len() > MAX_ANSWER - body.len() {
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
