//! Where a request comes from and how it came: the only way to a client's address. A forwarding header is a claim that
//! anybody can write; it is believed only from the machines that the settings name, and only in the one family of headers
//! that the settings say these machines set: whatever else arrives in a request, they pass on as its client wrote it.

use crate::app::AppState;
use crate::config::{Edge, ProxyHeader};
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
    let Some(state) = req.app_data::<web::Data<AppState>>() else { return false };
    is_proxy(req) && proto(state.config.edge.proxy_header, req.headers()).is_some_and(|proto| proto.eq_ignore_ascii_case("http"))
}

/// How the proxy nearest to us was spoken to: the last one's word is the only one that counts.
fn proto(family: ProxyHeader, headers: &HeaderMap) -> Option<String> {
    let last = |name: &str| {
        let value = headers.get_all(name).last()?.to_str().ok()?;
        value.rsplit(',').next().map(|part| part.trim().to_owned())
    };
    match family {
        ProxyHeader::XForwarded => last("x-forwarded-proto"),
        ProxyHeader::Forwarded => parameter(&last("forwarded")?, "proto"),
    }
}

/// From right to left: each proxy adds whom it heard from at the end, so everything left of the first machine that is
/// not ours is that machine's word.
fn behind(edge: &Edge, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut at = peer.to_canonical();
    if !edge.trusts(at) {
        return at;
    }
    for said in hops(edge.proxy_header, headers).iter().rev() {
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

/// The machines that the headers of a family name, from left to right.
fn hops(family: ProxyHeader, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let parts = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).map(|value| value.to_str().unwrap_or("?").to_owned());
        values.flat_map(|value| value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>()).collect()
    };
    match family {
        ProxyHeader::XForwarded => parts("x-forwarded-for").iter().map(|part| ip(part)).collect(),
        ProxyHeader::Forwarded => parts("forwarded").iter().map(|element| parameter(element, "for").and_then(|node| ip(&node))).collect(),
    }
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

    type Headers<'a> = &'a [(&'static str, &'static str)];

    fn map_of(headers: Headers) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        map
    }

    fn told(proxy_header: ProxyHeader, peer: &str, trusted: &[&str], headers: Headers) -> String {
        let trusted_proxies = trusted.iter().map(|net| net.parse().expect("a network")).collect();
        let edge = Edge { trusted_proxies, proxy_header, ..Edge::default() };
        behind(&edge, peer.parse().expect("an address"), &map_of(headers)).to_string()
    }

    fn from(peer: &str, trusted: &[&str], headers: Headers) -> String {
        told(ProxyHeader::XForwarded, peer, trusted, headers)
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
    fn the_standard_header_is_read_where_the_settings_say_so() {
        let trusted = ["10.0.0.0/8"];
        let standard = |headers: Headers| told(ProxyHeader::Forwarded, "10.0.0.1", &trusted, headers);
        assert_eq!(standard(&[("forwarded", "for=192.0.2.43;proto=https, For=\"[2001:db8::17]:4711\"")]), "2001:db8::17");
        assert_eq!(standard(&[("forwarded", "for=unknown")]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &trusted, &[("x-forwarded-for", "203.0.113.9:4711")]), "203.0.113.9");
    }

    #[test]
    fn of_two_families_only_the_named_one_is_read() {
        let both: Headers =
            &[("forwarded", "for=198.51.100.7;proto=http"), ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")];
        let trusted = ["10.0.0.0/8"];
        let cases = [(ProxyHeader::XForwarded, "203.0.113.9", "https"), (ProxyHeader::Forwarded, "198.51.100.7", "http")];
        for (family, address, how) in cases {
            assert_eq!(told(family, "10.0.0.1", &trusted, both), address);
            assert_eq!(proto(family, &map_of(both)).as_deref(), Some(how));
        }
        // A proxy that set nothing leaves what its client wrote unread.
        assert_eq!(from("10.0.0.1", &trusted, &both[..1]), "10.0.0.1");
        assert_eq!(proto(ProxyHeader::XForwarded, &map_of(&both[..1])), None);
        assert_eq!(told(ProxyHeader::Forwarded, "10.0.0.1", &trusted, &both[1..]), "10.0.0.1");
        assert_eq!(proto(ProxyHeader::Forwarded, &map_of(&both[1..])), None);
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
