//! What a reverse proxy says of whoever asks.
//!
//! Floor: api. Invariant: what such a header says reaches a handler from nobody but a proxy that is trusted: one on this
//! machine, or one that was named.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State as Extract};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use super::Shared;

const ADDRESS: &str = "x-forwarded-for";
const SCHEME: &str = "x-forwarded-proto";

/// Passes over what anybody else than a trusted proxy says.
pub(super) async fn heed(Extract(state): Extract<Shared>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    sift(request.headers_mut(), peer, &state.proxies);
    next.run(request).await
}

fn sift(headers: &mut HeaderMap, peer: Option<IpAddr>, trusted: &[IpAddr]) {
    let peer = peer.map(|peer| peer.to_canonical());
    if !peer.is_some_and(|peer| peer.is_loopback() || trusted.contains(&peer)) {
        for name in [ADDRESS, SCHEME] {
            headers.remove(name);
        }
    }
}

/// From which address somebody asks: of several that are named the last, which the proxy itself saw.
pub(super) fn address(headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
    let named = headers.get_all(ADDRESS).iter().next_back().and_then(|value| value.to_str().ok());
    named.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).unwrap_or(peer.ip())
}

/// Whether they came by HTTPS.
pub(super) fn is_secure(headers: &HeaderMap) -> bool {
    headers.get_all(SCHEME).iter().next_back().is_some_and(|scheme| scheme == "https")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, trusted: &[&str], said: &[&'static str]) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for said in said {
            headers.append(ADDRESS, HeaderValue::from_static(said));
        }
        headers.insert(SCHEME, HeaderValue::from_static("https"));
        let peer: IpAddr = peer.parse().unwrap();
        let trusted: Vec<IpAddr> = trusted.iter().map(|address| address.parse().unwrap()).collect();
        sift(&mut headers, Some(peer), &trusted);
        (address(&headers, SocketAddr::new(peer, 4000)).to_string(), is_secure(&headers))
    }

    #[test]
    fn only_a_trusted_proxy_says_who_asks() {
        let seen = |peer, trusted: &[&str], said: &[&'static str]| {
            let (address, secure) = seen(peer, trusted, said);
            format!("{address} {secure}")
        };
        assert_eq!(seen("127.0.0.1", &[], &["203.0.113.9"]), "203.0.113.9 true");
        assert_eq!(seen("::ffff:127.0.0.1", &[], &["203.0.113.9"]), "203.0.113.9 true");
        assert_eq!(seen("10.0.0.2", &[], &["203.0.113.9"]), "10.0.0.2 false");
        assert_eq!(seen("10.0.0.2", &["10.0.0.2"], &["203.0.113.9"]), "203.0.113.9 true");
        assert_eq!(seen("::ffff:10.0.0.2", &["10.0.0.2"], &["203.0.113.9"]), "203.0.113.9 true");
        assert_eq!(seen("10.0.0.3", &["10.0.0.2"], &["203.0.113.9"]), "10.0.0.3 false");
        // What whoever asks wrote themselves comes before what the proxy added, in one header or in two.
        assert_eq!(seen("127.0.0.1", &[], &["192.0.2.1, 203.0.113.9"]), "203.0.113.9 true");
        assert_eq!(seen("127.0.0.1", &[], &["192.0.2.1", "203.0.113.9"]), "203.0.113.9 true");
        assert_eq!(seen("127.0.0.1", &[], &["nonsense"]), "127.0.0.1 true");
    }
}
