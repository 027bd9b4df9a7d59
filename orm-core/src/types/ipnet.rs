//! Networks of the crate `ipnet`.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::network::Network;
use super::{ColumnType, Element, KeyType, Reads, Required, SqlType};
use crate::value::{Mismatch, Value, ValueRef};

macro_rules! networks {
    ($($type:ty: $of:expr;)*) => {$(
        impl ColumnType for $type {
            const SQL_TYPE: SqlType = SqlType::Inet;
            type Presence = Required;
            const READS: Reads = Reads::Own;

            fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                let of: fn(IpAddr, u8) -> Option<$type> = $of;
                let Network { address, prefix } = Network::decode(value)?;
                of(address, prefix).ok_or(Mismatch::Refused(
                    concat!("found a network of the other IP version, which `", stringify!($type), "` cannot hold").into(),
                ))
            }

            fn encode(&self) -> Result<Value<'_>, Mismatch> {
                Ok(Network { address: self.addr().into(), prefix: self.prefix_len() }.encode())
            }
        }

        impl KeyType for $type {}
        impl Element for $type {}
    )*};
}

networks! {
    IpNet: |address, prefix| IpNet::new(address, prefix).ok();
    Ipv4Net: |address, prefix| match address {
        IpAddr::V4(address) => Ipv4Net::new(address, prefix).ok(),
        IpAddr::V6(_) => None,
    };
    Ipv6Net: |address, prefix| match address {
        IpAddr::V6(address) => Ipv6Net::new(address, prefix).ok(),
        IpAddr::V4(_) => None,
    };
}
