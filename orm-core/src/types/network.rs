//! IP addresses of the standard library, and the text of addresses and networks.

use std::borrow::Cow;
#[cfg(any(feature = "sqlite", test))]
use std::cmp::Ordering;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{ColumnType, Element, KeyType, Reads, Required, SqlType, other_kind};
use crate::value::{Mismatch, Value, ValueRef};

/// An address with the length of a network prefix: a value of PostgreSQL's `inet` and `cidr`.
///
/// It is sent as its text, on every database. The text of an address without a network has no prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    pub(super) address: IpAddr,
    pub(super) prefix: u8,
}

impl Network {
    /// The network of a text such as `10.0.0.7` or `10.0.0.0/8`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.parse().ok()?;
        let prefix = match prefix {
            None => bits(address),
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
        };
        (prefix <= bits(address)).then_some(Network { address, prefix })
    }

    /// Reads a network from the value of a column.
    pub(super) fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Text(text) => Network::parse(text).ok_or(Mismatch::Refused(
                "found text that is not an IP address such as `10.0.0.7` or `fe80::1`, or a network such as `10.0.0.0/8`".into(),
            )),
            value => Err(other_kind(value)),
        }
    }

    /// The value to store: equal networks have equal texts.
    pub(super) fn encode(self) -> Value<'static> {
        Value::Text(Cow::Owned(match self {
            Network { address, .. } if self.is_one_address() => address.to_string(),
            Network { address, prefix } => format!("{address}/{prefix}"),
        }))
    }

    /// Whether it is a single address without a network.
    fn is_one_address(self) -> bool {
        self.prefix == bits(self.address)
    }

    /// PostgreSQL's order: IPv4 first, then by the bits that both prefixes have in common, the wider network first,
    /// then by address.
    #[cfg(any(feature = "sqlite", test))]
    fn order(self, other: Self) -> Ordering {
        let shared = self.prefix.min(other.prefix);
        let family = bits(self.address).cmp(&bits(other.address));
        family
            .then_with(|| leading_bits(self.address, shared).cmp(&leading_bits(other.address, shared)))
            .then(self.prefix.cmp(&other.prefix))
            .then(self.address.cmp(&other.address))
    }

    /// The order of two texts as networks; text that is not a network comes last, in the order of its bytes.
    #[cfg(feature = "sqlite")]
    pub(crate) fn compare_texts(left: &str, right: &str) -> Ordering {
        match (Network::parse(left), Network::parse(right)) {
            (Some(left), Some(right)) => left.order(right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => left.cmp(right),
        }
    }
}

/// Whether a text is an address within a network, which `cidr` cannot store.
#[cfg(feature = "postgres")]
pub(crate) fn has_host_bits(text: &str) -> bool {
    Network::parse(text).is_some_and(|Network { address, prefix }| {
        let start = leading_bits(address, prefix).checked_shl(u32::from(bits(address) - prefix)).unwrap_or(0);
        start != leading_bits(address, bits(address))
    })
}

/// The number of bits of an address.
fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The first `count` bits of an address, as a number.
fn leading_bits(address: IpAddr, count: u8) -> u128 {
    let number = match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    };
    number.checked_shr(u32::from(bits(address) - count)).unwrap_or(0)
}

macro_rules! addresses {
    ($($type:ty: $of:expr;)*) => {$(
        impl ColumnType for $type {
            const SQL_TYPE: SqlType = SqlType::Inet;
            type Presence = Required;
            const READS: Reads = Reads::Own;

            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                let of: fn(IpAddr) -> Option<$type> = $of;
                let network = Network::decode(value)?;
                if !network.is_one_address() {
                    return Err(Mismatch::Refused(HAS_PREFIX.into()));
                }
                of(network.address).ok_or(Mismatch::Refused(
                    concat!("found an address of the other IP version, which `", stringify!($type), "` cannot hold").into(),
                ))
            }

            fn encode(&self) -> Result<Value<'_>, Mismatch> {
                let address = IpAddr::from(*self);
                Ok(Network { address, prefix: bits(address) }.encode())
            }
        }

        impl KeyType for $type {}
        impl Element for $type {}
    )*};
}

const HAS_PREFIX: &str = "found an address with a network prefix, which the field has no place for; \
    use `ipnet::IpNet` with the feature `ipnet-2`, or `String`";

addresses! {
    IpAddr: Some;
    Ipv4Addr: |address| match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    };
    Ipv6Addr: |address| match address {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).unwrap_or_else(|| panic!("`{text}` is a network"))
    }

    #[test]
    fn equal_networks_have_one_text() {
        for (text, canonical) in [
            ("10.0.0.7", "10.0.0.7"),
            ("10.0.0.7/32", "10.0.0.7"),
            ("10.0.0.7/024", "10.0.0.7/24"),
            ("FE80:0:0::0001", "fe80::1"),
            ("::ffff:1.2.3.4/128", "::ffff:1.2.3.4"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(network(text).encode(), Value::Text(canonical.into()), "{text}");
        }
        for text in [
            "",
            "10.0.0",
            "10.0.0.7/33",
            "10.0.0.7/",
            "10.0.0.7/+8",
            "10.0.0.7/-1",
            "fe80::1%eth0",
            "::/129",
            "010.0.0.1",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn networks_are_ordered_as_in_postgresql() {
        let sorted = [
            "0.0.0.0/0",
            "9.0.0.0/8",
            "10.0.0.0/8",
            "10.0.0.1/8",
            "10.0.0.0/16",
            "10.0.0.0",
            "10.0.0.1",
            "192.168.0.9/24",
            "::/0",
            "::",
            "::1",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(network(pair[0]).order(network(pair[1])), Ordering::Less, "{pair:?}");
        }
    }
}
