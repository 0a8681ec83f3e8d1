//! Functions of IP addresses.

use std::net::IpAddr;

/// Which addresses count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Any,
    V4,
    V6,
}

impl Family {
    fn has(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

pub(super) fn is_valid(text: &str, family: Family) -> bool {
    text.parse().is_ok_and(|address| family.has(address))
}

/// Whether the address lies in the subnet, which is written as `192.0.2.0/24` or `2001:db8::/32`.
pub(super) fn is_in(text: &str, subnet: &str, family: Family) -> bool {
    let inside = || {
        let (base, length) = subnet.split_once('/')?;
        let (address, base): (IpAddr, IpAddr) = (text.parse().ok()?, base.parse().ok()?);
        let length: u32 = length.parse().ok()?;
        let (address_bits, base_bits, width) = match (address, base) {
            (IpAddr::V4(address), IpAddr::V4(base)) => (u128::from(address.to_bits()), u128::from(base.to_bits()), 32),
            (IpAddr::V6(address), IpAddr::V6(base)) => (address.to_bits(), base.to_bits(), 128),
            _ => return None,
        };
        let host = width - Some(length).filter(|length| *length <= width)?;
        // A shift by the whole width would be out of range, and then every address is inside.
        let cut = |bits: u128| bits.checked_shr(host).unwrap_or(0);
        Some(family.has(address) && cut(address_bits) == cut(base_bits))
    };
    inside().unwrap_or(false)
}
