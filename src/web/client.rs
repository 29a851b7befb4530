//! Where a request comes from and how it came: the only way to a client's address. A forwarding header is a claim that
//! anybody can write; it is believed only from the machines that the settings name.

use crate::app::AppState;
use crate::config::Edge;
use actix_web::dev::RequestHead;
use actix_web::http::header::{HOST, HeaderMap};
use actix_web::{HttpRequest, web};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The client's address: the machine at the other end or, when that is a proxy of ours, the nearest one before it that
/// is none.
pub fn address(req: &HttpRequest) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |a| a.ip());
    match req.app_data::<web::Data<AppState>>() {
        Some(state) => behind(&state.config.edge, peer, req.headers()),
        None => peer.to_canonical(),
    }
}

/// The host a request is for, with its port when it names one: what stands in the address itself, else the header.
pub fn host(head: &RequestHead) -> Option<String> {
    match head.uri.authority() {
        Some(authority) => Some(authority.as_str().to_owned()),
        None => head.headers().get(HOST).and_then(|value| value.to_str().ok()).map(str::to_owned),
    }
}

/// A host without its port.
pub fn without_port(host: &str) -> &str {
    let end = match host.rfind(']') {
        // IPv6 stands in brackets; a colon after them begins the port.
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    host.get(..end).unwrap_or(host)
}

/// Whether the machine at the other end is a proxy of ours.
pub fn is_proxy(req: &HttpRequest) -> bool {
    let peer = req.peer_addr().map(|at| at.ip());
    req.app_data::<web::Data<AppState>>().zip(peer).is_some_and(|(state, peer)| state.config.edge.trusts(peer))
}

/// Whether a proxy of ours says that the browser came without TLS.
pub fn came_plain(req: &HttpRequest) -> bool {
    is_proxy(req) && proto(req.headers()).is_some_and(|proto| proto.eq_ignore_ascii_case("http"))
}

/// How the proxy nearest to us was spoken to: the last one's word is the only one that counts.
fn proto(headers: &HeaderMap) -> Option<String> {
    let last = |name: &str| {
        let value = headers.get_all(name).last()?.to_str().ok()?;
        value.rsplit(',').next().map(|part| part.trim().to_owned())
    };
    last("forwarded").map_or_else(|| last("x-forwarded-proto"), |element| parameter(&element, "proto"))
}

/// From right to left: each proxy adds whom it heard from at the end, so everything left of the first machine that is
/// not ours is that machine's word.
fn behind(edge: &Edge, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut at = peer.to_canonical();
    if !edge.trusts(at) {
        return at;
    }
    for said in hops(headers).iter().rev() {
        match said {
            Some(hop) => at = hop.to_canonical(),
            // Not an address: the last one that was named has to do.
            None => return at,
        }
        if !edge.trusts(at) {
            return at;
        }
    }
    at
}

/// The machines that `Forwarded` names, else those of `X-Forwarded-For`, from left to right.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let parts = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).map(|value| value.to_str().unwrap_or("?").to_owned());
        values.flat_map(|value| value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>()).collect()
    };
    let forwarded = parts("forwarded");
    if forwarded.is_empty() {
        return parts("x-forwarded-for").iter().map(|part| ip(part)).collect();
    }
    forwarded.iter().map(|element| parameter(element, "for").and_then(|node| ip(&node))).collect()
}

/// One parameter of an element of `Forwarded` (RFC 7239).
fn parameter(element: &str, name: &str) -> Option<String> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim().trim_matches('"')))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.to_owned())
}

/// An address with or without a port, IPv6 with or without brackets.
fn ip(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|at| at.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn from(peer: &str, trusted: &[&str], headers: &[(&'static str, &'static str)]) -> String {
        let edge = Edge { trusted_proxies: trusted.iter().map(|net| net.parse().expect("a network")).collect(), ..Edge::default() };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        behind(&edge, peer.parse().expect("an address"), &map).to_string()
    }

    #[test]
    fn a_header_is_believed_only_from_a_proxy_that_the_settings_name() {
        let claim = [("x-forwarded-for", "203.0.113.9")];
        assert_eq!(from("198.51.100.1", &[], &claim), "198.51.100.1");
        assert_eq!(from("198.51.100.1", &["10.0.0.0/8"], &claim), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["10.0.0.0/8"], &claim), "203.0.113.9");
        assert_eq!(from("::ffff:10.0.0.1", &["10.0.0.0/8"], &claim), "203.0.113.9");
    }

    #[test]
    fn the_nearest_machine_that_is_not_ours_counts_whatever_it_claims() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(from("10.0.0.1", &trusted, &[("x-forwarded-for", "1.2.3.4, 203.0.113.9, 10.0.0.2")]), "203.0.113.9");
        // Two headers are one list.
        assert_eq!(from("10.0.0.1", &trusted, &[("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "203.0.113.9")]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &trusted, &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")]), "10.0.0.3");
        assert_eq!(from("10.0.0.1", &trusted, &[("x-forwarded-for", "203.0.113.9, rubbish")]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &trusted, &[]), "10.0.0.1");
    }

    #[test]
    fn the_standard_header_is_read_too() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(from("10.0.0.1", &trusted, &[("forwarded", "for=192.0.2.43;proto=https, For=\"[2001:db8::17]:4711\"")]), "2001:db8::17");
        assert_eq!(from("10.0.0.1", &trusted, &[("forwarded", "for=unknown"), ("x-forwarded-for", "1.2.3.4")]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &trusted, &[("x-forwarded-for", "203.0.113.9:4711")]), "203.0.113.9");
    }

    #[test]
    fn a_host_is_compared_without_its_port() {
        let cases =
            [("back.example.org:443", "back.example.org"), ("back.example.org", "back.example.org"), ("[::1]:80", "[::1]"), ("", "")];
        for (host, name) in cases {
            assert_eq!(without_port(host), name);
        }
    }
}
