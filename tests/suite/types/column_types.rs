//! Every type that a column can have: values are returned unchanged, and SQL compares, orders and finds them like Rust.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{Column, ColumnType, Db, Model, Required, Result, insert_many};

use crate::database::db;
use crate::support::random::Random;

/// A type under test, and values of it: its limits, difficult values, and random ones.
pub(crate) trait Sample: ColumnType<Presence = Required> + Clone + Debug {
    fn samples(random: &mut Random) -> Vec<Self>;

    /// How databases order the type.
    fn order(&self, other: &Self) -> Ordering;
}

macro_rules! ordered {
    ($($type:ty: $samples:expr;)*) => {$(
        impl Sample for $type {
            fn samples(random: &mut Random) -> Vec<Self> {
                let samples: fn(&mut Random) -> Vec<Self> = $samples;
                samples(random)
            }

            fn order(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }
        }
    )*};
}

macro_rules! integers {
    ($($type:ty),*) => {ordered! {$(
        $type: |random| {
            let mut samples = vec![<$type>::MIN, 0, 1, <$type>::try_from(i64::MAX).unwrap_or(<$type>::MAX)];
            samples.extend((0..20).filter_map(|_| <$type>::try_from(random.below(1 << 16) - (1 << 15)).ok()));
            samples
        };
    )*}};
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

ordered! {
    bool: |_| vec![false, true];
    String: |random| {
        let mut samples: Vec<String> =
            ["", " ", "a", "A", "Z", "a ", "ä", "a\u{308}", "é", "e\u{301}", "👩‍👩‍👧", "\u{202e}abc", "'; DROP TABLE samples; --", "%_\\"]
                .map(Into::into).to_vec();
        samples.extend((0..20).map(|_| random.name()));
        samples
    };
    Vec<u8>: |random| {
        let mut samples = vec![vec![], vec![0], vec![0, 0], b"text".to_vec(), vec![0xff; 300], vec![0xff, 0x41]];
        samples.extend((0..20).map(|_| (0..random.below(9)).map(|_| u8::try_from(random.below(256)).unwrap_or(0)).collect()));
        samples
    };
    Date: |random| {
        let date = |year, month, day| Date::new(year, month, day).expect("a date");
        let mut samples =
            vec![date(1, 1, 1), date(9999, 12, 31), date(1970, 1, 1), date(1969, 12, 31), date(2000, 2, 29), date(1582, 10, 10)];
        samples.extend((0..20).map(|_| days(random)));
        samples
    };
    Time: |random| {
        let mut samples: Vec<Time> = [(0, 0, 0, 0), (23, 59, 59, 999_999_000), (12, 0, 0, 1_000), (9, 5, 3, 500_000_000)]
            .map(|(hour, minute, second, nanoseconds)| Time::new(hour, minute, second, nanoseconds).expect("a time")).to_vec();
        samples.extend((0..20).map(|_| micros(random)));
        samples
    };
    DateTime: |random| date_times(random);
    Timestamp: |random| date_times(random).into_iter().map(Timestamp).collect();
    Decimal: |random| {
        let mut samples: Vec<Decimal> =
            ["0", "1", "-1", "0.1", "0.01", "-0.01", "9.99", "10", "10.5", "9", "1000000", "0.0000000000000000000000000001",
             "99999999999999999999999999999999999999", "-99999999999999999999999999999999999999",
             "0.00000000000000000000000000000000000001"]
                .map(|text| Decimal::parse(text).expect("a number")).to_vec();
        samples.extend((0..40).map(|_| {
            Decimal::new(i128::from(random.below(2_000_000) - 1_000_000), u16::try_from(random.below(6)).unwrap_or(0))
        }));
        samples
    };
    IpAddr: |random| {
        let mut samples: Vec<IpAddr> = Ipv4Addr::samples(random).into_iter().map(IpAddr::from).collect();
        samples.extend(Ipv6Addr::samples(random).into_iter().map(IpAddr::from));
        samples
    };
    Ipv4Addr: |random| {
        let mut samples: Vec<Ipv4Addr> =
            ["0.0.0.0", "255.255.255.255", "127.0.0.1", "9.0.0.1", "10.0.0.1", "10.0.0.10", "10.0.0.9", "192.168.0.1"]
                .map(|text| text.parse().expect("an address")).to_vec();
        samples.extend((0..20).map(|_| Ipv4Addr::from_bits(u32::try_from(random.bits() >> 32).unwrap_or(0))));
        samples
    };
    Ipv6Addr: |random| {
        let mut samples: Vec<Ipv6Addr> =
            ["::", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1", "::ffff:10.0.0.1", "::10.0.0.1", "1:0:0:2::3", "a::", "2001:db8::9"]
                .map(|text| text.parse().expect("an address")).to_vec();
        samples.extend((0..20).map(|_| Ipv6Addr::from_bits(u128::from(random.bits()) << 64 | u128::from(random.bits()))));
        samples
    };
}

/// Networks, some with bits of an address after the prefix.
#[cfg(feature = "ipnet-2")]
impl Sample for ipnet::IpNet {
    fn samples(random: &mut Random) -> Vec<Self> {
        let texts = [
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/8",
            "10.0.0.1/8",
            "10.0.0.0/16",
            "9.0.0.0/8",
            "10.0.0.1/32",
            "::1/128",
            "fe80::1/64",
        ];
        let mut samples: Vec<Self> = texts.map(|text| text.parse().expect("a network")).to_vec();
        samples.extend(IpAddr::samples(random).into_iter().map(|address| {
            let most = if address.is_ipv4() { 33 } else { 129 };
            Self::new(address, u8::try_from(random.below(most)).unwrap_or(0)).expect("a network")
        }));
        samples
    }

    // By the bits that both prefixes contain, then by the length of the prefix, then by address.
    fn order(&self, other: &Self) -> Ordering {
        let shared = self.prefix_len().min(other.prefix_len());
        let start = |network: &Self| Self::new(network.addr(), shared).map(|network| network.network());
        (self.addr().is_ipv6().cmp(&other.addr().is_ipv6()))
            .then_with(|| start(self).expect("a network").cmp(&start(other).expect("a network")))
            .then_with(|| self.prefix_len().cmp(&other.prefix_len()))
            .then_with(|| self.addr().cmp(&other.addr()))
    }
}

impl Sample for f64 {
    fn samples(random: &mut Random) -> Vec<Self> {
        let mut samples =
            vec![0.0, 1.0, -1.5, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1, 9_007_199_254_740_993.0];
        samples.extend([f64::INFINITY, f64::NEG_INFINITY]);
        samples.extend((0..20).map(|_| f64::from_bits(random.bits())).filter(|number| !number.is_nan()));
        samples
    }

    fn order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl Sample for f32 {
    fn samples(random: &mut Random) -> Vec<Self> {
        let mut samples = vec![0.0, 1.0, -1.5, f32::MIN, f32::MAX, f32::MIN_POSITIVE, 1e-45, 0.1, 16_777_216.0];
        let bits = (0..20).map(|_| u32::try_from(random.bits() >> 32).unwrap_or(0));
        samples.extend(bits.map(f32::from_bits).filter(|number| !number.is_nan()));
        samples
    }

    fn order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

/// Dates from the year 1 to 9999.
pub(crate) fn days(random: &mut Random) -> Date {
    Date::from_days(i32::try_from(random.below(3_652_059) - 719_162).unwrap_or(0))
}

/// Times in whole microseconds, which all databases hold.
pub(crate) fn micros(random: &mut Random) -> Time {
    let micros = u64::try_from(random.below(86_400_000_000)).unwrap_or(0);
    Time::from_nanoseconds(micros * 1_000).expect("less than a day")
}

pub(crate) fn date_times(random: &mut Random) -> Vec<DateTime> {
    let of = |year, month, day, nanoseconds| {
        let date = Date::new(year, month, day).expect("a date");
        DateTime::of(date, Time::from_nanoseconds(nanoseconds).expect("a time"))
    };
    let mut samples = vec![
        of(1, 1, 1, 0),
        of(9999, 12, 31, 86_399_999_999_000),
        of(1970, 1, 1, 0),
        of(1969, 12, 31, 86_399_999_999_000),
        of(1969, 12, 31, 86_399_000_000_000),
        // Clocks in Berlin skipped the first of them and showed the second twice.
        of(2024, 3, 31, 9_000_000_000_000),
        of(2024, 10, 27, 9_000_000_000_000),
    ];
    samples.extend((0..20).map(|_| DateTime::of(days(random), micros(random))));
    samples
}

/// Inserts the samples, and queries them in every way that depends on comparisons in SQL.
macro_rules! column_types {
    ($($(#[$when:meta])? fn $name:ident() -> $type:ty;)*) => {$(
        $(#[$when])?
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model, Debug)]
            #[model(table = "samples")]
            struct Row {
                id: i64,
                value: $type,
                maybe: Option<$type>,
            }

            let (db, mut random) = (db(), Random::new(u64::from(line!())));
            db.create_tables::<Row>()?;
            let samples = <$type as Sample>::samples(&mut random);
            let rows = samples.iter().enumerate().map(|(at, value)| NewRow {
                value: value.clone(),
                maybe: (at % 3 > 0).then(|| value.clone()),
            });
            insert_many(&db, rows)?;
            assert_eq!(db.check::<Row>()?, []);
            holds(&db, &samples, Row::value(), |row| (row.id, &row.value, row.maybe.as_ref()))
        }
    )*};
}

column_types! {
    fn i8_comes_back() -> i8;
    fn i16_comes_back() -> i16;
    fn i32_comes_back() -> i32;
    fn i64_comes_back() -> i64;
    fn isize_comes_back() -> isize;
    fn u8_comes_back() -> u8;
    fn u16_comes_back() -> u16;
    fn u32_comes_back() -> u32;
    fn u64_comes_back() -> u64;
    fn usize_comes_back() -> usize;
    fn bool_comes_back() -> bool;
    fn f32_comes_back() -> f32;
    fn f64_comes_back() -> f64;
    fn string_comes_back() -> String;
    fn bytes_come_back() -> Vec<u8>;
    fn date_comes_back() -> Date;
    fn time_comes_back() -> Time;
    fn date_time_comes_back() -> DateTime;
    fn timestamp_comes_back() -> Timestamp;
    fn decimal_comes_back() -> Decimal;
    fn ip_address_comes_back() -> IpAddr;
    fn ipv4_address_comes_back() -> Ipv4Addr;
    fn ipv6_address_comes_back() -> Ipv6Addr;
    #[cfg(feature = "ipnet-2")]
    fn ip_network_comes_back() -> ipnet::IpNet;
}

fn holds<M: Model, T: Sample>(
    db: &Db,
    samples: &[T],
    column: Column<M, T>,
    parts: fn(&M) -> (i64, &T, Option<&T>),
) -> Result<()> {
    let equal = |left: &T, right: &T| left.order(right).is_eq();
    let values = |rows: Vec<M>| -> Vec<T> { rows.iter().map(|row| parts(row).1.clone()).collect() };
    let same = |found: &[T], expected: &[T]| {
        found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| equal(found, expected))
    };

    for row in M::query().all(db)? {
        let (id, value, maybe) = parts(&row);
        let at = usize::try_from(id).expect("an id") - 1;
        assert!(equal(value, &samples[at]), "{:?} came back as {value:?}", samples[at]);
        match maybe {
            Some(maybe) => assert!(at % 3 > 0 && equal(maybe, &samples[at])),
            None => assert_eq!(at % 3, 0),
        }
    }

    let mut sorted = samples.to_vec();
    sorted.sort_by(T::order);
    let ascending = values(M::query().order_by(column.asc()).all(db)?);
    assert!(same(&ascending, &sorted), "SQL orders {ascending:?}");
    let read: Result<Vec<Vec<M>>> = M::query().order_by(column.desc()).chunks(db).of_size(7).collect();
    sorted.reverse();
    let descending: Vec<T> = read?.into_iter().flat_map(values).collect();
    assert!(same(&descending, &sorted), "SQL orders {descending:?}");

    for sample in samples {
        let of = |wanted: fn(Ordering) -> bool| samples.iter().filter(|other| wanted(other.order(sample))).count();
        let count =
            |condition| M::query().filter(condition).count(db).map(|rows| usize::try_from(rows).expect("few rows"));
        assert_eq!(count(column.eq(sample))?, of(Ordering::is_eq), "equal to {sample:?}");
        assert_eq!(count(column.ne(sample))?, of(Ordering::is_ne), "different from {sample:?}");
        assert_eq!(count(column.lt(sample))?, of(Ordering::is_lt), "less than {sample:?}");
        assert_eq!(count(column.le(sample))?, of(Ordering::is_le), "at most {sample:?}");
        assert_eq!(count(column.gt(sample))?, of(Ordering::is_gt), "greater than {sample:?}");
        assert_eq!(count(column.ge(sample))?, of(Ordering::is_ge), "at least {sample:?}");
        assert_eq!(count(column.between(sample, sample))?, of(Ordering::is_eq), "between {sample:?}");
        assert_eq!(count(column.in_([sample]))?, of(Ordering::is_eq), "one of {sample:?}");
    }
    Ok(())
}
