//! Servers that speak HTTP/1.1 by hand, so that they can break it.
//!
//! In: what to write after each request. Out: an address, and counts of what arrived.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a server does once it has read a request.
#[derive(Clone)]
pub enum Then {
    /// Writes these bytes and reads on.
    Answer(Vec<u8>),
    /// Writes these bytes and closes.
    Close(Vec<u8>),
    /// Writes these bytes and nothing more, without closing.
    Stall(Vec<u8>),
    /// Writes these bytes, then the second ones for as long as anybody listens.
    Endless(Vec<u8>, Vec<u8>),
}

/// A server on a free port of this machine.
pub struct RawServer {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl RawServer {
    /// The n-th request, over all connections, gets the n-th reaction; the last one repeats.
    pub async fn start(script: impl Into<Vec<Then>>) -> Self {
        let script: Arc<[Then]> = script.into().into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let server = Self { address, connections: connections.clone(), requests: requests.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, script.clone(), requests.clone()));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}/v2/payments/pay", self.address)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, script: Arc<[Then]>, requests: Arc<AtomicUsize>) {
    while read_request(&mut stream).await.is_some() {
        let count = requests.fetch_add(1, Ordering::SeqCst);
        match &script[count.min(script.len() - 1)] {
            Then::Answer(bytes) => stream.write_all(bytes).await.unwrap(),
            Then::Close(bytes) => return stream.write_all(bytes).await.unwrap(),
            Then::Stall(bytes) => {
                stream.write_all(bytes).await.unwrap();
                return std::future::pending().await;
            }
            Then::Endless(bytes, again) => {
                stream.write_all(bytes).await.unwrap();
                while stream.write_all(again).await.is_ok() {}
                return;
            }
        }
    }
}

/// One whole request as it came, or nothing when the other side has closed.
pub async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = String::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some((head, body)) = request.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() == length.map_or(0, |length| length.parse().unwrap()) {
                return Some(request);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.push_str(core::str::from_utf8(&buffer[..count]).unwrap()),
        }
    }
}

/// A complete answer.
pub fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}
