//! What the transport does on real sockets, to servers that behave and to servers that don't.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod raw;
mod tls;

use std::time::Duration;

use http::Version;
use raw::{RawServer, Then, answer};
use tls::{Kind, TlsServer};
use tokio::net::TcpListener;
use wallet_api::transport::{
    HttpRequest, HttpResponse, HttpTransport as _, MAX_ANSWER, PooledTransport, TransportBuildError,
    TransportError,
};

const BODY: &str = r#"{"paymentRequestId":"attempt-1"}"#;
/// For calls that shall end by themselves.
const LONG: Duration = Duration::from_secs(30);
/// For calls that shall run out of time.
const SHORT: Duration = Duration::from_millis(200);

fn transport() -> PooledTransport {
    PooledTransport::new(LONG).unwrap()
}

fn trusting(server: &TlsServer) -> PooledTransport {
    PooledTransport::with_root_certificates(LONG, server.root.as_bytes()).unwrap()
}

fn request(url: String, timeout: Duration) -> HttpRequest {
    let headers = vec![("client-id", "c-1".to_owned()), ("agent-token", "s3cret".to_owned())];
    HttpRequest { url, headers, body: BODY.into(), timeout }
}

async fn post(url: String) -> Result<HttpResponse, TransportError> {
    transport().post(request(url, LONG)).await
}

async fn error_of(script: Then, timeout: Duration) -> TransportError {
    let server = RawServer::start([script]).await;
    let error = transport().post(request(server.url(), timeout)).await.unwrap_err();
    assert_eq!(server.requests(), 1, "sent exactly once");
    error
}

#[tokio::test]
async fn the_exact_bytes_and_headers_arrive_and_nothing_asks_for_compression() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/open/v2/payments/pay", listener.local_addr().unwrap());
    let call = tokio::spawn(post(url));
    let (mut stream, _) = listener.accept().await.unwrap();
    let request = raw::read_request(&mut stream).await.unwrap();
    call.abort();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, BODY);
    assert!(head.starts_with("POST /api/open/v2/payments/pay HTTP/1.1\r\n"), "{head}");
    for line in ["client-id: c-1", "agent-token: s3cret", "content-type: application/json; charset=UTF-8"] {
        assert!(head.lines().any(|header| header == line), "{line} is missing in {head}");
    }
    assert!(!head.contains("accept-encoding"), "{head}");
}

#[tokio::test]
async fn two_calls_share_one_connection() {
    let server = RawServer::start([Then::Answer(answer("200 OK", b"{}"))]).await;
    let transport = transport();
    for _ in 0..2 {
        let response = transport.post(request(server.url(), LONG)).await.unwrap();
        assert_eq!((response.status, response.body.as_slice()), (200, b"{}".as_slice()));
    }
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[tokio::test]
async fn a_certificate_is_accepted_only_under_a_trusted_root() {
    let server = TlsServer::start(Kind::default()).await;
    assert_eq!(post(server.url()).await.unwrap_err(), TransportError::Connect);
    let stranger = TlsServer::start(Kind::default()).await;
    let error = trusting(&stranger).post(request(server.url(), LONG)).await.unwrap_err();
    assert_eq!(error, TransportError::Connect);
    assert!(server.seen().is_empty(), "no request is written before the certificate is verified");
    let response = trusting(&server).post(request(server.url(), LONG)).await.unwrap();
    assert_eq!(response.body, b"ok");
}

#[tokio::test]
async fn a_certificate_of_another_host_or_time_is_refused() {
    for kind in [
        Kind { certified_for: "wallet.example", ..Kind::default() },
        Kind { expired: true, ..Kind::default() },
    ] {
        let server = TlsServer::start(kind).await;
        let error = trusting(&server).post(request(server.url(), LONG)).await.unwrap_err();
        assert_eq!(error, TransportError::Connect);
        assert!(server.seen().is_empty());
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_does_and_its_connection_is_shared() {
    let server = TlsServer::start(Kind::default()).await;
    let transport = trusting(&server);
    for _ in 0..2 {
        transport.post(request(server.url(), LONG)).await.unwrap();
    }
    assert_eq!(server.seen(), [(Version::HTTP_2, BODY.into()), (Version::HTTP_2, BODY.into())]);
    assert_eq!(server.connections(), 1);

    let old = TlsServer::start(Kind { alpn: &[b"http/1.1"], ..Kind::default() }).await;
    trusting(&old).post(request(old.url(), LONG)).await.unwrap();
    assert_eq!(old.seen(), [(Version::HTTP_11, BODY.into())]);
}

#[tokio::test]
async fn root_certificates_that_cannot_be_read_are_said() {
    let empty_block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in ["", "hello", "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"] {
        let error = PooledTransport::with_root_certificates(LONG, pem.as_bytes()).unwrap_err();
        assert!(matches!(error, TransportBuildError::RootCertificates), "{pem}: {error}");
    }
    assert!(PooledTransport::with_root_certificates(LONG, empty_block.as_bytes()).is_err());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let head = format!("{status}\r\nlocation: /elsewhere");
        let server = RawServer::start([Then::Answer(answer(&head, b""))]).await;
        assert_eq!(post(server.url()).await.unwrap().status.to_string(), status[..3]);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_body_up_to_the_cap_comes_whole() {
    let body = vec![b'x'; MAX_ANSWER];
    let server = RawServer::start([Then::Answer(answer("200 OK", &body))]).await;
    assert_eq!(post(server.url()).await.unwrap().body, body);
}

#[tokio::test]
async fn a_body_over_the_cap_is_too_long_however_it_comes() {
    let too_long = vec![b'x'; MAX_ANSWER + 1];
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", too_long.len());
    let chunk = b"1000\r\n".iter().copied().chain([b'x'; 4096]).chain(*b"\r\n").collect();
    for script in [
        // Announced: refused before it is read, so one that never comes isn't waited for either.
        Then::Answer(answer("200 OK", &too_long)),
        Then::Stall(announced.into_bytes()),
        // Not announced: until the connection closes.
        Then::Close([b"HTTP/1.1 200 OK\r\n\r\n", too_long.as_slice()].concat()),
        // Never ending.
        Then::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 4096]),
        Then::Endless(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(), chunk),
    ] {
        assert_eq!(error_of(script, LONG).await, TransportError::TooLong);
    }
}

#[tokio::test]
async fn an_endless_head_ends_too() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let error = error_of(Then::Endless(head, b"x: yyyyyyyyyyyyyyyy\r\n".to_vec()), LONG).await;
    assert_eq!(error, TransportError::Broken);
}

#[tokio::test]
async fn a_body_is_not_longer_than_it_says() {
    let mut bytes = answer("200 OK", b"{}");
    bytes.extend_from_slice(&[b'x'; 8192]);
    let server = RawServer::start([Then::Close(bytes)]).await;
    assert_eq!(post(server.url()).await.unwrap().body, b"{}");
}

#[tokio::test]
async fn a_compressed_body_stays_as_it_came() {
    let server =
        RawServer::start([Then::Answer(answer("200 OK\r\ncontent-encoding: gzip", b"not gzip"))]).await;
    assert_eq!(post(server.url()).await.unwrap().body, b"not gzip");
}

#[tokio::test]
async fn silence_before_or_within_the_answer_is_a_timeout() {
    for written in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"] {
        assert_eq!(error_of(Then::Stall(written.into()), SHORT).await, TransportError::Timeout, "{written}");
    }
}

#[tokio::test]
async fn a_connection_that_closes_half_way_is_broken() {
    for written in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        "SSH-2.0-OpenSSH\r\n",
    ] {
        assert_eq!(error_of(Then::Close(written.into()), LONG).await, TransportError::Broken, "{written}");
    }
}

#[tokio::test]
async fn a_port_that_refuses_or_never_shakes_hands_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let impatient = PooledTransport::new(SHORT).unwrap();
    let silent = impatient.post(request(format!("https://{address}/"), LONG)).await.unwrap_err();
    assert_eq!(silent, TransportError::Connect);
    drop(listener);
    assert_eq!(post(format!("http://{address}/")).await.unwrap_err(), TransportError::Connect);
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_sent() {
    for url in [
        "http://192.0.2.1/v2/payments/pay",
        "http://wallet.example/v2/payments/pay",
        "http://127.0.0.1.wallet.example/",
        "ftp://127.0.0.1/",
        "file:///etc/hosts",
        "/v2/payments/pay",
        "",
    ] {
        assert_eq!(post(url.to_owned()).await.unwrap_err(), TransportError::NotSent, "{url}");
    }
    let server = RawServer::start([Then::Answer(answer("200 OK", b"{}"))]).await;
    for changed in
        ["/a/../v2/payments/pay", "/./v2", "/v2/pay#part", "/v2\\pay", "/v2/\tpay", "/v2/pay ", "?q"]
    {
        let url = format!("http://{}{changed}", server.address);
        assert_eq!(post(url).await.unwrap_err(), TransportError::NotSent, "{changed}");
    }
    for header in [("signature", "a\r\nx: b".to_owned()), ("not a name", "a".to_owned())] {
        let request = HttpRequest { headers: vec![header], ..request(server.url(), LONG) };
        assert_eq!(transport().post(request).await.unwrap_err(), TransportError::NotSent);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_request_that_a_kept_connection_lost_is_not_sent_again() {
    let server = RawServer::start([Then::Answer(answer("200 OK", b"{}")), Then::Close(Vec::new())]).await;
    let transport = transport();
    transport.post(request(server.url(), LONG)).await.unwrap();
    let error = transport.post(request(server.url(), LONG)).await.unwrap_err();
    assert_eq!(error, TransportError::Broken);
    assert_eq!((server.connections(), server.requests()), (1, 2));
}

#[tokio::test]
async fn a_refused_http_2_stream_is_not_tried_again() {
    let server = TlsServer::start(Kind { refuses_streams: true, ..Kind::default() }).await;
    let error = trusting(&server).post(request(server.url(), LONG)).await.unwrap_err();
    assert_eq!(error, TransportError::Broken);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn neither_tokens_nor_bodies_are_printed() {
    let request = request("https://wallet.example/pay".to_owned(), SHORT);
    let shown = format!("{request:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("attempt-1"), "{shown}");
    let response = HttpResponse { status: 200, headers: http::HeaderMap::new(), body: b"s3cret".to_vec() };
    assert!(!format!("{response:?}").contains("s3cret"));
}
