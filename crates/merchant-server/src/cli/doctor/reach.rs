//! Why nothing came back: the name, the connection, TLS, or the time.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use url::{Host, Url};
use wallet_api::clock::Clock;
use wallet_api::operation::Operation;
use wallet_api::transport::TransportError;

use super::report::Check;
use crate::config::WalletConfig;

const SUBJECT: &str = "reachable";

/// Variables that send https through a proxy.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Walks the way to the wallet again, step by step, and names the first that can't be taken.
pub(super) async fn diagnose(wallet: &WalletConfig, error: TransportError, clock: &dyn Clock) -> Check {
    let base = &wallet.profile.base_url;
    match error {
        TransportError::Connect => connection(wallet, clock).await,
        TransportError::NotSent => {
            Check::fail(SUBJECT, error.to_string()).advise("correct `base_url` and `client_id`")
        }
        TransportError::Timeout => {
            let milliseconds = wallet.profile.timeout(Operation::InquiryPayment).as_millis();
            Check::fail(SUBJECT, format!("{base} didn't answer within {milliseconds} ms"))
                .advise("try again; if it stays so, ask the wallet, or raise `timeout_ms`, or `timeouts_ms.inquiryPayment` where it is set")
        }
        TransportError::Broken => Check::fail(SUBJECT, format!("{base}: {error}"))
            .advise("check that `base_url` is the OpenAPI's, with the scheme and port that it speaks")
            .advise("the wallet may cut off callers whose address it doesn't know: give it yours"),
        TransportError::TooLong => Check::fail(SUBJECT, format!("{base}: {error}"))
            .advise("check that `base_url` and `path_prefix` are the OpenAPI's, not a web site's"),
    }
}

async fn connection(wallet: &WalletConfig, clock: &dyn Clock) -> Check {
    let base = &wallet.profile.base_url;
    let time = Duration::from_millis(wallet.profile.connect_timeout_ms.into());
    let failed = |what: String| Check::fail(SUBJECT, format!("{base}: {what}"));
    let proxy = PROXIES.iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let by_proxy = |check: Check| match proxy {
        Some(name) => {
            check.advise(format!("or check the proxy: the variable {name} sends https through one"))
        }
        None => check,
    };
    let Ok(url) = Url::parse(base) else { return failed("this isn't an address".to_owned()) };
    let addresses = match within(clock, time, addresses(&url)).await {
        Ok(addresses) => addresses,
        Err(error) => {
            return by_proxy(
                failed(format!("the name can't be resolved ({error})"))
                    .advise("check `base_url` for a slip, and this machine's name service"),
            );
        }
    };
    let mut refusals = Vec::new();
    for address in addresses {
        match within(clock, time, TcpStream::connect(address)).await {
            Ok(_) if url.scheme() == "https" => return by_proxy(no_tls(failed, &url, address)),
            Ok(_) => {
                return failed(format!("{address} accepts connections now and didn't a moment ago"))
                    .advise("run this again");
            }
            Err(error) => refusals.push(format!("{address}: {error}")),
        }
    }
    by_proxy(
        failed(format!("nothing accepts a connection ({})", refusals.join("; ")))
            .advise("check that the wallet runs, and the port in `base_url`")
            .advise(
                "let this machine out through its firewall; some wallets also let in known addresses only",
            ),
    )
}

fn no_tls(failed: impl Fn(String) -> Check, url: &Url, address: SocketAddr) -> Check {
    let (host, port) = (url.host_str().unwrap_or_default(), address.port());
    failed(format!("{address} accepts connections, but no TLS connection that can be trusted"))
        .advise(format!("see why: openssl s_client -connect {host}:{port} </dev/null"))
        .advise("an expired certificate, or one for another name, is the wallet's to repair")
        .advise("a certificate of your own network's must be among this system's trusted ones")
}

async fn addresses(url: &Url) -> io::Result<Vec<SocketAddr>> {
    let port = url.port_or_known_default().unwrap_or(443);
    match url.host() {
        Some(Host::Domain(name)) => Ok(lookup_host((name, port)).await?.collect()),
        Some(Host::Ipv4(ip)) => Ok(vec![SocketAddr::from((ip, port))]),
        Some(Host::Ipv6(ip)) => Ok(vec![SocketAddr::from((ip, port))]),
        None => Err(io::Error::other("there is no host in it")),
    }
}

/// What `work` comes to, if it does in time.
async fn within<T>(
    clock: &dyn Clock,
    time: Duration,
    work: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    tokio::select! {
        done = work => done,
        () = clock.sleep(time) => Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in time")),
    }
}
