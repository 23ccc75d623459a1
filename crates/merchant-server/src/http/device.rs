//! The shopper's device, from what a request says.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};

use super::ApiProblem;
use crate::app::App;
use crate::wallet::{Device, DeviceSystem};

/// The other end of a connection; the listener puts it into each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The most characters of a user agent that are kept.
const MAX_USER_AGENT: usize = 1_024;

/// The client's address: as the proxy tells it, where there is one that does, else the connection's.
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Arc<App>> for ClientAddress {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiProblem> {
        let peer = peer(parts);
        let told = client_address(&parts.headers, peer, app.settings.client_address_header.as_ref());
        // A listener of ours always says who is at the other end.
        told.or(peer).map(Self).ok_or_else(ApiProblem::internal)
    }
}

impl FromRequestParts<Arc<App>> for Device {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiProblem> {
        Ok(read(&parts.headers, peer(parts), app.settings.client_address_header.as_ref()))
    }
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<Peer>().map(|Peer(peer)| peer.ip())
}

fn client_address(
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    proxy_header: Option<&HeaderName>,
) -> Option<IpAddr> {
    // Each proxy adds the address that it saw behind those that it was told, which anybody may have made up.
    let told = |header| headers.get_all(header).iter().next_back()?.to_str().ok();
    match proxy_header {
        Some(header) => told(header)?.rsplit(',').next()?.trim().parse().ok(),
        None => peer,
    }
}

fn read(headers: &HeaderMap, peer: Option<IpAddr>, proxy_header: Option<&HeaderName>) -> Device {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let system = headers.get(shop_api::CLIENT_SYSTEM_HEADER).and_then(|value| value.to_str().ok());
    Device {
        system: system.and_then(|system| match system.to_ascii_lowercase().as_str() {
            "android" => Some(DeviceSystem::Android),
            "ios" | "iphone os" => Some(DeviceSystem::Ios),
            _ => None,
        }),
        user_agent: text(&header::USER_AGENT).map(|agent| agent.chars().take(MAX_USER_AGENT).collect()),
        address: client_address(headers, peer, proxy_header),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), (*value).parse().unwrap())).collect()
    }

    #[test]
    fn the_last_address_that_the_proxy_wrote_is_the_clients() {
        let told = headers(&[("x-forwarded-for", "10.0.0.1, 203.0.113.9")]);
        let header = HeaderName::from_static("x-forwarded-for");
        let peer: IpAddr = [127, 0, 0, 1].into();
        let address = |headers: &HeaderMap, header| read(headers, Some(peer), header).address;
        assert_eq!(address(&told, Some(&header)), Some([203, 0, 113, 9].into()));
        assert_eq!(address(&told, None), Some(peer), "without a proxy the header is anybody's word");
        assert_eq!(address(&headers(&[("x-forwarded-for", "unknown")]), Some(&header)), None);
        assert_eq!(address(&HeaderMap::new(), Some(&header)), None, "the proxy isn't the client");
    }

    #[test]
    fn only_systems_that_wallets_know_are_told() {
        let system = |name| read(&headers(&[(shop_api::CLIENT_SYSTEM_HEADER, name)]), None, None).system;
        assert_eq!(system("iOS"), Some(DeviceSystem::Ios));
        assert_eq!(system("iPhone OS"), Some(DeviceSystem::Ios));
        assert_eq!(system("Android"), Some(DeviceSystem::Android));
        assert_eq!(system("HarmonyOS"), None);
    }
}
