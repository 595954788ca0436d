//! Which hosts may be asked for files: only those that everybody can reach.
//!
//! Addresses of files stand in offers that others can write. Whoever follows them from inside a company's network or a build
//! machine must not be led to what only that machine can reach, least of all to the metadata service of a cloud.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Which hosts may be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Public ones, over https.
    #[default]
    Public,
    /// Also this machine, without TLS: for tests, which play the internet there.
    PublicAndLoopback,
}

impl Reach {
    /// Whether a connection to `address` may be made.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        is_public(address) || (self == Self::PublicAndLoopback && address == IpAddr::V4(Ipv4Addr::LOCALHOST))
    }
}

/// Blocks that are not the public internet. Source: IANA's registry of special-purpose IPv4 addresses (RFC 6890), and for the last
/// one learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16.
const SPECIAL_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([168, 63, 129, 16], 32),
];

/// Blocks inside 2000::/3, where all public IPv6 addresses are, that are not public or lead to IPv4. Source: IANA's registry of
/// special-purpose IPv6 addresses.
const SPECIAL_V6: [([u16; 2], u32); 4] =
    [([0x2001, 0], 23), ([0x2001, 0x0db8], 32), ([0x2002, 0], 16), ([0x3fff, 0], 20)];

/// Whether `address` is one of the public internet: not private, shared, of this link or machine, multicast, reserved, and no IPv4
/// address in disguise.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !SPECIAL_V4.iter().any(|(block, length)| {
        let shift = 32 - length;
        bits >> shift == u32::from_be_bytes(*block) >> shift
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let bits = (u32::from(first) << 16) | u32::from(second);
    let special = SPECIAL_V6.iter().any(|([one, two], length)| {
        let (block, shift) = ((u32::from(*one) << 16) | u32::from(*two), 32 - length);
        bits >> shift == block >> shift
    });
    first >> 13 == 1 && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for public in
            ["8.8.8.8", "20.60.1.1", "172.15.255.255", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "192.88.99.1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for special in [
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::a9fe:a9fe",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn tests_may_reach_this_machine_and_nothing_else_of_the_kind() {
        for (address, allowed) in [("127.0.0.1", true), ("127.0.0.2", false), ("::1", false), ("10.0.0.1", false)] {
            assert_eq!(Reach::PublicAndLoopback.allows(address.parse().unwrap()), allowed, "{address}");
            assert!(!Reach::Public.allows(address.parse().unwrap()), "{address}");
        }
    }
}
