//! Settings of the edge: whose word about a client's address is believed, own TLS, and the listener that sends plain
//! HTTP on to it.

use super::{ConfigError, Source, wrong};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use url::Url;

/// Where the server meets the network.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// Machines whose forwarding headers are believed. Empty: nobody's.
    pub trusted_proxies: Vec<IpNet>,
    /// In which headers they say it; the other ones are not looked at.
    pub proxy_header: ProxyHeader,
    /// Certificate and key, when the server speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Where plain HTTP is answered with the way to HTTPS.
    pub redirect: Option<SocketAddr>,
    /// The widest an address may ask in a minute, all routes together.
    pub requests_a_minute: u32,
    /// Further names under which a health check may ask for the server.
    pub hosts: Vec<String>,
}

/// The family of headers in which a trusted proxy says whom it heard from and how. Only one is read: a proxy sets the one it
/// knows, and passes the other on as its client wrote it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    #[default]
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The PEM files of a certificate.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Edge {
    /// Whether this machine's forwarding headers are believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|net| net.contains(&address))
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let one = |part: &str| part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).ok();
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let nets: Option<Vec<IpNet>> = parts.map(one).collect();
    let nets = nets.ok_or("must be addresses or networks, separated by commas, for example 127.0.0.1, 10.0.0.0/8")?;
    match nets.iter().find(|net| net.prefix_len() == 0) {
        Some(net) => Err(format!("{net} is everybody: name the proxy's own address")),
        None => Ok(nets),
    }
}

fn proxy_header(text: &str) -> Result<ProxyHeader, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "x-forwarded-for" => Ok(ProxyHeader::XForwarded),
        "forwarded" => Ok(ProxyHeader::Forwarded),
        _ => Err("must be x-forwarded-for or forwarded: the header that the proxy itself sets".to_owned()),
    }
}

fn host_names(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split([',', ' ']).map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
    let sound = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    if names.iter().all(sound) { Ok(names) } else { Err("must be host names, separated by commas, for example gradus.internal".to_owned()) }
}

/// Reads and compares: what contradicts the public address is refused at the start, not found out by patients.
pub(super) fn read(source: &Source, public: Option<&Url>) -> Result<Edge, ConfigError> {
    let certificate = source.get("GRADUS_TLS_CERT")?.map(PathBuf::from);
    let key = source.get("GRADUS_TLS_KEY")?.map(PathBuf::from);
    let tls = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
        (None, None) => None,
        (Some(_), None) => return Err(wrong("GRADUS_TLS_KEY", "is not set, but GRADUS_TLS_CERT is: name the file with the private key")),
        (None, Some(_)) => return Err(wrong("GRADUS_TLS_CERT", "is not set, but GRADUS_TLS_KEY is: name the file with the certificate")),
    };
    if tls.is_some() && public.is_none_or(|url| url.scheme() != "https") {
        let told = "must be set to the https:// address of this server, because GRADUS_TLS_CERT is set";
        return Err(wrong("GRADUS_PUBLIC_URL", told));
    }
    let redirect = source.parse("GRADUS_HTTP_REDIRECT", None, |t| {
        t.parse().map(Some).map_err(|_| "must be an address and a port, for example 0.0.0.0:80".to_owned())
    })?;
    if redirect.is_some() && public.is_none_or(|url| url.scheme() != "https") {
        return Err(wrong("GRADUS_PUBLIC_URL", "must be set to an https:// address, because GRADUS_HTTP_REDIRECT sends browsers there"));
    }
    Ok(Edge {
        trusted_proxies: source.parse("GRADUS_TRUSTED_PROXIES", Vec::new(), networks)?,
        proxy_header: source.parse("GRADUS_PROXY_HEADER", ProxyHeader::default(), proxy_header)?,
        tls,
        redirect,
        requests_a_minute: source.parse("GRADUS_REQUESTS_A_MINUTE", 3000, |t| {
            t.parse().ok().filter(|n| (60..=1_000_000).contains(n)).ok_or_else(|| "must be a number from 60 to 1000000".to_owned())
        })?,
        hosts: source.parse("GRADUS_HOSTS", Vec::new(), host_names)?,
    })
}

#[cfg(test)]
mod tests {
    use super::ProxyHeader;
    use crate::config::Config;
    use std::collections::HashMap;

    fn with(settings: &[(&str, &str)]) -> Result<Config, String> {
        let map: HashMap<String, String> = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_map(map).map_err(|e| e.to_string())
    }

    #[test]
    fn a_proxy_is_named_by_address_or_network_and_never_everybody() {
        let edge = with(&[("GRADUS_TRUSTED_PROXIES", "127.0.0.1, 10.1.0.0/16 fd00::/8")]).expect("valid").edge;
        assert!(edge.trusts([10, 1, 2, 3].into()) && !edge.trusts([10, 2, 0, 1].into()));
        // The same machine, as a socket for both kinds of addresses names it.
        assert!(edge.trusts("::ffff:127.0.0.1".parse().expect("an address")));
        assert!(with(&[("GRADUS_TRUSTED_PROXIES", "0.0.0.0/0")]).expect_err("everybody").contains("is everybody"));
        assert!(with(&[("GRADUS_TRUSTED_PROXIES", "proxy.example")]).expect_err("a name").contains("10.0.0.0/8"));
        assert!(!with(&[]).expect("valid").edge.trusts([127, 0, 0, 1].into()));
    }

    #[test]
    fn one_family_of_headers_is_named_and_anything_else_is_said_at_the_start() {
        let named = |value: &str| with(&[("GRADUS_PROXY_HEADER", value)]).map(|config| config.edge.proxy_header);
        assert_eq!(with(&[]).expect("valid").edge.proxy_header, ProxyHeader::XForwarded);
        assert_eq!(named("X-Forwarded-For"), Ok(ProxyHeader::XForwarded));
        assert_eq!(named("forwarded"), Ok(ProxyHeader::Forwarded));
        let told = named("both").expect_err("one of two");
        assert!(told.starts_with("GRADUS_PROXY_HEADER: is \"both\", but must be x-forwarded-for or forwarded"), "{told}");
    }

    #[test]
    fn what_contradicts_the_public_address_is_said_at_the_start() {
        assert!(with(&[("GRADUS_TLS_CERT", "/c.pem")]).expect_err("no key").starts_with("GRADUS_TLS_KEY: is not set"));
        let both = [("GRADUS_TLS_CERT", "/c.pem"), ("GRADUS_TLS_KEY", "/k.pem")];
        assert!(with(&both).expect_err("no address").starts_with("GRADUS_PUBLIC_URL: must be set to the https://"));
        assert!(with(&[("GRADUS_HTTP_REDIRECT", "0.0.0.0:80")]).expect_err("nowhere to go").starts_with("GRADUS_PUBLIC_URL"));
        let all = [both[0], both[1], ("GRADUS_PUBLIC_URL", "https://back.example.org"), ("GRADUS_HTTP_REDIRECT", "0.0.0.0:80")];
        assert!(with(&all).expect("valid").edge.tls.is_some());
    }
}
