//! PostgreSQL on a bad day: connections break, settings are wrong, several servers start at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use merchant_server::store::postgres::{Address, PostgresStore};
use merchant_server::store::{Committed, Conflict, Store, StoreError};
use shop_api::{OrderId, QuoteId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::database::{TestDatabase, vault};
use crate::support::{NOW, Shop, new_order, placement};

/// What a connection does with the bytes of the client: pass them on, or break.
type Passes = fn(connection: usize, bytes: &[u8]) -> bool;

/// A wire to the database; breaks when told so.
async fn wire(database: &TestDatabase, passes: Passes) -> String {
    let url = url::Url::parse(&database.address()).unwrap();
    let server: SocketAddr =
        format!("{}:{}", url.host_str().unwrap(), url.port().unwrap()).parse().expect("a loopback address");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut through = url.clone();
    through.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let number = connections.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(pass(client, server, move |bytes| passes(number, bytes)));
        }
    });
    through.into()
}

async fn pass(client: TcpStream, server: SocketAddr, passes: impl Fn(&[u8]) -> bool) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut bytes = vec![0; 65_536];
    while let Ok(read @ 1..) = from_client.read(&mut bytes).await {
        if !passes(&bytes[..read]) || to_server.write_all(&bytes[..read]).await.is_err() {
            break;
        }
    }
    back.abort();
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn open(url: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(Address::parse(url).unwrap(), 4, vault()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ended_are_replaced_unnoticed() {
    let shop = Shop::postgres().await;
    shop.placed("o1", "ana", &[("TEA", 1)]).await;
    let database = shop.database.as_ref().unwrap();
    for round in 0..3 {
        let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
        assert!(database.number(ended) > 0);
        match round {
            0 => drop(shop.load("o1").await),
            _ => drop(shop.placed(&format!("n{round}"), &format!("c{round}"), &[("TEA", 1)]).await),
        }
    }
    assert_eq!(shop.orders().await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_whose_connection_breaks_before_the_commit_is_made_on_another() {
    let shop = Shop::postgres().await;
    // Counted are the connections: the first migrates and serves until an order is written.
    let breaks: Passes = |connection, bytes| connection > 0 || !holds(bytes, "the-order");
    let store = open(&wire(shop.database.as_ref().unwrap(), breaks).await).await.unwrap();
    let placed = store.commit(new_order(placement("the-order", "ana", &[("TEA", 1)]))).await.unwrap();
    assert!(matches!(placed, Committed::Done(_)));
    assert_eq!(shop.stock_of("the-order", "TEA").await, (30, 1, 0), "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_in_the_commit_leaves_the_outcome_unknown_and_asking_again_tells() {
    let shop = Shop::postgres().await;
    let breaks: Passes =
        |connection, bytes| connection > 1 || !holds(bytes, "COMMIT\0") || holds(bytes, "schema_version");
    let store = open(&wire(shop.database.as_ref().unwrap(), breaks).await).await.unwrap();
    let order = || new_order(placement("o1", "ana", &[("TEA", 1)]));
    let error = store.commit(order()).await.unwrap_err();
    assert!(matches!(error, StoreError::OutcomeUnknown), "{error}");
    let again = loop {
        match store.commit(order()).await {
            Ok(again) => break again,
            Err(StoreError::OutcomeUnknown) => {}
            Err(error) => panic!("{error}"),
        }
    };
    let is_known = match again {
        Committed::Done(_) => true,
        Committed::Refused(conflict) => conflict == Conflict::QuoteUsed(OrderId::from("o1")),
    };
    assert!(is_known);
    assert_eq!(store.order_of_quote(&QuoteId::from("q-o1")).await.unwrap(), Some(OrderId::from("o1")));
    assert_eq!(shop.stock_of("o1", "TEA").await, (30, 1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_whose_askers_go_away_confuse_nobody() {
    let shop = Shop::postgres().await;
    for number in 0..6 {
        shop.placed(&format!("o{number}"), &format!("c{number}"), &[("TEA", 1)]).await;
    }
    // One connection for short reads, which all share.
    let store = open(&shop.database.as_ref().unwrap().address()).await.unwrap();
    for round in 0..300u32 {
        // As far as it gets in so many steps: before, while and after it is answered.
        let left = OrderId(format!("o{}", round % 6));
        tokio::select! {
            biased;
            _ = store.load(&left) => {}
            () = steps(round % 7) => {}
        }
        let asked = OrderId(format!("o{}", (round + 1) % 6));
        let told = store.load(&asked).await.unwrap().unwrap();
        assert_eq!(told.id, asked, "round {round}");
    }
}

async fn steps(count: u32) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_database_that_cant_be_reached_is_told_without_the_password() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let error = open(&format!("postgres://shop:secret@127.0.0.1:{port}/orders")).await.err().unwrap();
    assert!(matches!(error, StoreError::Unreachable { .. }));
    let text = format!("{error} {error:?}");
    assert!(
        text.contains("orders at 127.0.0.1") && text.contains("as shop") && !text.contains("secret"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_forgets_what_it_committed_is_refused() {
    let database = TestDatabase::postgres();
    let name = url::Url::parse(&database.address()).unwrap().path().trim_start_matches('/').to_owned();
    database.run(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).unwrap();
    let error = open(&database.address()).await.err().unwrap();
    assert!(matches!(error, StoreError::NotDurable { setting: "synchronous_commit=on", .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_refused() {
    let database = TestDatabase::postgres();
    open(&database.address()).await.unwrap();
    database.run("UPDATE schema_version SET version = 99").unwrap();
    let error = open(&database.address()).await.err().unwrap();
    assert!(matches!(error, StoreError::TooNew { found: 99, .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_at_once_make_one_schema() {
    let database = TestDatabase::postgres();
    let url = database.address();
    let starting = tokio::join!(open(&url), open(&url), open(&url), open(&url));
    for store in [starting.0, starting.1, starting.2, starting.3] {
        store.unwrap().check().await.unwrap();
    }
    assert_eq!(database.number("SELECT count(*) FROM schema_version"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_share_few_connections() {
    let shop = Shop::postgres().await;
    let address = Address::parse(&shop.database.as_ref().unwrap().address()).unwrap();
    let store = Arc::new(PostgresStore::open(address, 1, vault()).await.unwrap());
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..20 {
        let store = Arc::clone(&store);
        asking.spawn(async move {
            let placement = placement(&format!("o{number}"), &format!("c{number}"), &[("TEA", 1)]);
            store.commit(new_order(placement)).await.unwrap();
            store.counts(NOW).await.unwrap()
        });
    }
    assert_eq!(asking.join_all().await.len(), 20);
    assert_eq!(shop.orders().await, 20);
}

mod encryption {
    //! A proxy that speaks TLS stands before the database, with a certificate of its own.

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use tempfile::TempDir;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// The client's wish to encrypt, and the server's answers.
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

    /// A proxy for `localhost`; its port, and its certificate as PEM.
    async fn proxy(database: &TestDatabase) -> (u16, String) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = url::Url::parse(&database.address()).unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let (acceptor, server) = (acceptor.clone(), server.clone());
                tokio::spawn(async move {
                    let mut wish = [0; 8];
                    client.read_exact(&mut wish).await.unwrap();
                    assert_eq!(wish, SSL_REQUEST);
                    client.write_all(b"S").await.unwrap();
                    let Ok(mut client) = acceptor.accept(client).await else { return };
                    let mut server = TcpStream::connect(server).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        (port, cert.pem())
    }

    fn through(database: &TestDatabase, port: u16, parameters: &str) -> String {
        let mut url = url::Url::parse(&database.address()).unwrap();
        url.set_host(Some("localhost")).unwrap();
        url.set_port(Some(port)).unwrap();
        url.set_query(Some(parameters));
        url.into()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_encrypted_connection_needs_a_certificate_that_is_trusted() {
        let database = TestDatabase::postgres();
        let (port, pem) = proxy(&database).await;
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("roots.pem");
        std::fs::write(&file, pem).unwrap();
        let trusted = format!("sslmode=require&sslrootcert={}", file.display());
        open(&through(&database, port, &trusted)).await.unwrap().check().await.unwrap();
        let error = open(&through(&database, port, "sslmode=require")).await.err().unwrap();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_doesnt_encrypt_is_refused_where_that_is_wanted() {
        let database = TestDatabase::postgres();
        let port = url::Url::parse(&database.address()).unwrap().port().unwrap();
        let error = open(&through(&database, port, "sslmode=require")).await.err().unwrap();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
    }

    #[tokio::test]
    async fn a_file_without_certificates_is_named() {
        let url = "postgres://u@db.example/d?sslrootcert=/nowhere/ca.pem";
        let error = open(url).await.err().unwrap();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }
}
