//! Who is calling: the peer's address, or what a trusted proxy says.
//!
//! A header is only believed when the connection comes from a configured proxy, and then it is read from the right:
//! everything left of the first address that is not a trusted proxy's was written by the client and means nothing.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};
use deskbell_runtime::settings::{ForwardedHeader, HttpSettings};
use ipnet::IpNet;

/// Which proxies are believed, and which header they write. App data; without it nobody is believed.
#[derive(Debug, Clone, Default)]
pub struct ForwardedBy {
    proxies: Vec<IpNet>,
    header: ForwardedHeader,
}

/// The client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

/// What limits count by: an IPv4 address, or an IPv6 /64 (one customer's network, with more addresses than one could
/// ever count).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetworkKey {
    /// One address.
    V4(Ipv4Addr),
    /// The upper 64 bits.
    V6(u64),
}

impl ForwardedBy {
    /// Believes these proxies.
    pub fn new(settings: &HttpSettings) -> Self {
        Self { proxies: settings.trusted_proxies.clone(), header: settings.forwarded_header }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&address))
    }

    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        if !self.trusts(peer) {
            return client;
        }
        let (name, parse): (HeaderName, fn(&str) -> Option<IpAddr>) = match self.header {
            ForwardedHeader::XForwardedFor => (header::X_FORWARDED_FOR, parse_address),
            ForwardedHeader::Forwarded => (header::FORWARDED, parse_forwarded),
        };
        let values: Vec<&str> = headers.get_all(name).filter_map(|value| value.to_str().ok()).collect();
        for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
            match parse(hop) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
            if !self.trusts(client) {
                break;
            }
        }
        client
    }
}

impl ClientIp {
    /// What limits count by.
    pub fn network(self) -> NetworkKey {
        match self.0.to_canonical() {
            IpAddr::V4(address) => NetworkKey::V4(address),
            IpAddr::V6(address) => NetworkKey::V6((address.to_bits() >> 64) as u64),
        }
    }
}

impl FromRequest for ClientIp {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // There is no peer address only in in-process tests.
        let peer =
            request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip().to_canonical());
        let client = match request.app_data::<ForwardedBy>() {
            Some(forwarded) => forwarded.client(peer, request.headers()),
            None => peer,
        };
        ready(Ok(Self(client)))
    }
}

/// One hop of X-Forwarded-For: an address, some proxies add a port.
fn parse_address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    if let Ok(address) = hop.parse() {
        return Some(address);
    }
    if let Ok(socket) = hop.parse::<std::net::SocketAddr>() {
        return Some(socket.ip());
    }
    hop.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// One hop of Forwarded (RFC 7239): `for="[2001:db8::1]:4711";proto=https`.
fn parse_forwarded(hop: &str) -> Option<IpAddr> {
    hop.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        if !name.trim().eq_ignore_ascii_case("for") {
            return None;
        }
        parse_address(value.trim().trim_matches('"'))
    })
}
