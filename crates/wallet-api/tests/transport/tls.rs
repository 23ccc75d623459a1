//! Servers behind TLS with certificates of their own.
//!
//! In: what the certificate says. Out: an address, the root to trust, and what arrived.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use http::{Request, Response, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a server's certificate and handshake are like.
pub struct Kind {
    pub certified_for: &'static str,
    pub expired: bool,
    /// What the server offers to speak, best first.
    pub alpn: &'static [&'static [u8]],
    /// Whether it refuses each HTTP/2 stream instead of answering.
    pub refuses_streams: bool,
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            certified_for: "127.0.0.1",
            expired: false,
            alpn: &[b"h2", b"http/1.1"],
            refuses_streams: false,
        }
    }
}

/// A server on a free port of this machine that answers `ok` to everything.
pub struct TlsServer {
    address: SocketAddr,
    /// PEM of the authority that certified it.
    pub root: String,
    connections: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<(Version, Bytes)>>>,
}

impl TlsServer {
    pub async fn start(kind: Kind) -> Self {
        let (root, config) = certified(&kind);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            root,
            connections: Arc::default(),
            seen: Arc::default(),
        };
        let (connections, seen) = (server.connections.clone(), server.seen.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), seen.clone());
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    // A client that refuses the certificate breaks the handshake, which is its right.
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(|request| serve(request, seen.clone(), kind.refuses_streams));
                    let builder = auto::Builder::new(TokioExecutor::new());
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("https://{}/v2/payments/pay", self.address)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// HTTP version and body of each request.
    pub fn seen(&self) -> Vec<(Version, Bytes)> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    request: Request<Incoming>,
    seen: Arc<Mutex<Vec<(Version, Bytes)>>>,
    refuses: bool,
) -> Result<Response<Full<Bytes>>, h2::Error> {
    let version = request.version();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    seen.lock().unwrap().push((version, body));
    if refuses { Err(h2::Reason::REFUSED_STREAM.into()) } else { Ok(Response::new(Full::from("ok"))) }
}

fn certified(kind: &Kind) -> (String, ServerConfig) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();

    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([kind.certified_for.to_owned()]).unwrap();
    if kind.expired {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    }
    let certificate = params.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = kind.alpn.iter().map(|name| name.to_vec()).collect();
    (authority.pem(), config)
}
