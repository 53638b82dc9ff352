//! Which addresses may be asked: public ones, and private ones of places that the user named, port included.
//!
//! Checks what a name resolves to at the moment of the connection, so that neither a redirect nor a DNS answer that
//! changes leads inside. Never resolves by itself outside a request.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use url::{Host, Url};

/// A host, with the one port that was named; `None`: any.
type Named = (String, Option<u16>);

/// The places that the user named, shared by all clones.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// Host, and the port where only that one was named.
    named: Arc<Mutex<BTreeSet<Named>>>,
}

impl Guard {
    /// Lets this host be private, on any port.
    pub fn allow_host(&self, host: &str) {
        self.add(host, None);
    }

    /// Lets the server of this address be private: that host on that port, or on the web's two where none is named.
    pub fn allow(&self, url: &Url) {
        let Some(host) = url.host_str() else { return };
        match url.port() {
            Some(port) => self.add(host, Some(port)),
            None => [80, 443].into_iter().for_each(|port| self.add(host, Some(port))),
        }
    }

    fn add(&self, host: &str, port: Option<u16>) {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).insert((normal(host), port));
    }

    /// Whether the user named the server of this address.
    pub fn is_named(&self, url: &Url) -> bool {
        let Some(host) = url.host_str().map(normal) else { return false };
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.contains(&(host.clone(), None)) || named.contains(&(host, url.port_or_known_default()))
    }

    /// Refuses an address that is written as a private number; names are checked when they resolve.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check_literal(&self, url: &Url) -> Result<(), String> {
        let number = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            _ => return Ok(()),
        };
        if is_public(number) || self.is_named(url) {
            return Ok(());
        }
        Err(format!("{number} is a private address that was not added by name"))
    }
}

fn normal(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

/// Resolves names to public addresses only.
#[derive(Debug, Clone, Copy, Default)]
pub struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable: Vec<SocketAddr> = found.into_iter().filter(|a| is_public(a.ip())).collect();
            if usable.is_empty() {
                let detail = format!("{} leads to a private address that was not added by name", name.as_str());
                return Err(detail.into());
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is on the public internet (IANA special-purpose registries, the blocks that matter here).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let embedded = |high: u16, low: u16| is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match (a, b) {
        // 64:ff9b::/96, NAT64: as public as the IPv4 address in it.
        (0x0064, 0xff9b) => (c, d, e, f) == (0, 0, 0, 0) && embedded(g, h),
        // 2001::/23 (Teredo and other protocols), 2001:db8::/32 and 3fff::/20 (documentation), 2002::/16 (6to4).
        (0x2001, 0..=0x01ff | 0x0db8) | (0x2002, _) | (0x3fff, 0..=0x0fff) => false,
        // 2000::/3 is all that is given out; the rest is loopback, mapped, local, multicast or unused.
        _ => match ip.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => a & 0xe000 == 0x2000,
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}
