//! Which addresses may be connected to.
//!
//! An IPv6 address that carries an IPv4 address is judged by the IPv4 address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Judges addresses: what is not on the public internet is refused unless the owner listed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressRules {
    allowed: Vec<IpNet>,
}

impl AddressRules {
    /// Only these private ranges are open.
    pub const fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// The name of the rule that forbids the address; `None` when it may be connected to.
    ///
    /// ```
    /// use wirewatch::net::address::AddressRules;
    /// let rules = AddressRules::new(vec!["10.1.2.0/24".parse().unwrap()]);
    /// assert_eq!(rules.forbidden("::ffff:127.0.0.1".parse().unwrap()), Some("loopback"));
    /// assert_eq!(rules.forbidden("10.1.3.5".parse().unwrap()), Some("private"));
    /// assert_eq!(rules.forbidden("10.1.2.5".parse().unwrap()), None);
    /// assert_eq!(rules.forbidden("93.184.215.14".parse().unwrap()), None);
    /// ```
    pub fn forbidden(&self, address: IpAddr) -> Option<&'static str> {
        let judged = judged(address);
        let open = |address: &IpAddr| self.allowed.iter().any(|net| net.contains(address));
        if open(&address) || open(&judged) {
            return None;
        }
        match judged {
            IpAddr::V4(address) => forbidden_v4(address),
            IpAddr::V6(address) => forbidden_v6(address),
        }
    }
}

/// The address that decides: the IPv4 address inside an IPv6 address, where there is one.
fn judged(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => embedded(v6).map_or(address, IpAddr::V4),
    }
}

fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let four = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match parts {
        // Unspecified and loopback have rules of their own.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        // Compatible, mapped, translated (SIIT) and NAT64.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(four(high, low))
        }
        // 6to4, and the interface identifiers of ISATAP.
        [0x2002, high, low, ..] | [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => Some(four(high, low)),
        _ => None,
    }
}

fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("this network"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("private"),
        [100, 64..=127, ..] => Some("shared address space"),
        [127, ..] => Some("loopback"),
        [169, 254, ..] => Some("link-local"),
        [192, 0, 0, _] => Some("protocol assignments"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("documentation"),
        [192, 88, 99, _] => Some("6to4 relay"),
        [198, 18 | 19, ..] => Some("benchmarking"),
        [224..=239, ..] => Some("multicast"),
        [255, 255, 255, 255] => Some("broadcast"),
        [240..=255, ..] => Some("reserved"),
        _ => None,
    }
}

fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback"),
        [0x64, 0xff9b, 1, ..] => Some("local translation"),
        [0xfc00..=0xfdff, ..] => Some("private"),
        [0xfe80..=0xfebf, ..] => Some("link-local"),
        [0xfec0..=0xfeff, ..] => Some("site-local"),
        [0xff00..=0xffff, ..] => Some("multicast"),
        // Teredo hides an IPv4 address behind an inversion, and nobody runs a feed there.
        [0x2001, 0..=0x1ff, ..] => Some("protocol assignments"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some("documentation"),
        [0x2000..=0x3fff, ..] => None,
        _ => Some("not global unicast"),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::AddressRules;

    fn shown(allowed: &[&str], addresses: &str) -> String {
        let rules = AddressRules::new(allowed.iter().map(|net| net.parse().unwrap()).collect());
        addresses.split_whitespace().fold(String::new(), |mut out, address| {
            writeln!(out, "{address}: {}", rules.forbidden(address.parse().unwrap()).unwrap_or("open")).unwrap();
            out
        })
    }

    #[test]
    fn private_ranges_are_closed() {
        insta::assert_snapshot!(shown(&[], "127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.32.0.1 192.168.1.1 169.254.169.254 100.64.0.1 100.128.0.1
            0.0.0.0 224.0.0.1 255.255.255.255 240.0.0.1 198.18.0.1 192.0.2.1 8.8.8.8 :: ::1 fe80::1 fc00::1 fd12::1 ff02::1 fec0::1
            2001:db8::1 2001::1 2606:4700::1 5f00::1"), @"
        127.0.0.1: loopback
        127.9.9.9: loopback
        10.0.0.1: private
        172.16.0.1: private
        172.32.0.1: open
        192.168.1.1: private
        169.254.169.254: link-local
        100.64.0.1: shared address space
        100.128.0.1: open
        0.0.0.0: this network
        224.0.0.1: multicast
        255.255.255.255: broadcast
        240.0.0.1: reserved
        198.18.0.1: benchmarking
        192.0.2.1: documentation
        8.8.8.8: open
        ::: unspecified
        ::1: loopback
        fe80::1: link-local
        fc00::1: private
        fd12::1: private
        ff02::1: multicast
        fec0::1: site-local
        2001:db8::1: documentation
        2001::1: protocol assignments
        2606:4700::1: open
        5f00::1: not global unicast
        ");
    }

    #[test]
    fn an_embedded_address_decides() {
        insta::assert_snapshot!(shown(&[], "::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::10.0.0.1 64:ff9b::10.0.0.1 64:ff9b::8.8.8.8
            64:ff9b:1::8.8.8.8 2002:7f00:1::1 2002:808:808::1 ::ffff:0:10.0.0.1 2606:4700::5efe:10.0.0.1"), @"
        ::ffff:127.0.0.1: loopback
        ::ffff:8.8.8.8: open
        ::127.0.0.1: loopback
        ::10.0.0.1: private
        64:ff9b::10.0.0.1: private
        64:ff9b::8.8.8.8: open
        64:ff9b:1::8.8.8.8: local translation
        2002:7f00:1::1: loopback
        2002:808:808::1: open
        ::ffff:0:10.0.0.1: private
        2606:4700::5efe:10.0.0.1: private
        ");
    }

    #[test]
    fn what_the_owner_lists_is_open() {
        insta::assert_snapshot!(shown(&["10.1.2.0/24", "fd00:1::/32"], "10.1.2.5 10.1.3.5 ::ffff:10.1.2.5 64:ff9b::10.1.2.5 fd00:1::9 fd00:2::9"), @"
        10.1.2.5: open
        10.1.3.5: private
        ::ffff:10.1.2.5: open
        64:ff9b::10.1.2.5: open
        fd00:1::9: open
        fd00:2::9: private
        ");
    }

    proptest! {
        #[test]
        fn every_disguise_is_seen_through(bits: u32) {
            let rules = AddressRules::default();
            let plain = Ipv4Addr::from(bits);
            let mapped = plain.to_ipv6_mapped();
            let nat64 = Ipv6Addr::from(0x0064_ff9b_u128 << 96 | u128::from(bits));
            let six_to_four = Ipv6Addr::from(0x2002_u128 << 112 | u128::from(bits) << 80 | 1);
            for disguised in [mapped, nat64, six_to_four] {
                prop_assert_eq!(rules.forbidden(IpAddr::V6(disguised)), rules.forbidden(IpAddr::V4(plain)));
            }
        }
    }
}
