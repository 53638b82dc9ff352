//! Which addresses may be asked: public ones, and private ones of hosts that the user named.
//!
//! Checks what a name resolves to, so that neither a redirect nor a DNS answer leads inside. Never resolves by itself
//! outside a request.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use url::{Host, Url};

/// The hosts that the user named, shared by all clones.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    named: Arc<Mutex<BTreeSet<String>>>,
}

impl Guard {
    /// Lets this host be private.
    pub fn allow(&self, host: &str) {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).insert(normal(host));
    }

    fn is_named(&self, host: &str) -> bool {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).contains(&normal(host))
    }

    /// Refuses an address that is written as a private number; names are checked when they resolve.
    pub fn check_literal(&self, url: &Url) -> Result<(), String> {
        let number = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            _ => return Ok(()),
        };
        if is_public(number) || self.is_named(url.host_str().unwrap_or_default()) {
            return Ok(());
        }
        Err(format!("{number} is a private address that was not added by name"))
    }
}

fn normal(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let named = self.is_named(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable: Vec<SocketAddr> = found.into_iter().filter(|a| named || is_public(a.ip())).collect();
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
        IpAddr::V6(ip) => {
            if let Some(v4) = ip.to_ipv4_mapped() {
                return is_public_v4(v4);
            }
            let first = ip.segments()[0];
            // ::/8 (loopback, mapped), fc00::/7 unique local, fe80::/10 link local, ff00::/8 multicast, 64:ff9b::/96 NAT64.
            first & 0xff00 != 0
                && first & 0xfe00 != 0xfc00
                && first & 0xffc0 != 0xfe80
                && first & 0xff00 != 0xff00
                && first != 0x0064
        }
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
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
        || (a == 192 && b == 0 && ip.octets()[2] == 0)
        || (a == 198 && (18..20).contains(&b)))
}
