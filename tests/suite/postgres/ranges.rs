//! Ranges: reading, writing, comparing, and testing what they include.

use std::ops::Bound;

use orm::value::{Date, DateTime, Decimal, Timestamp};
use orm::{ColumnType, Cursor, Db, Model, Range, RangeBound, Result, bulk_insert, insert_many, sql};

use crate::database::db;
use crate::subjects::types::column_types::{Sample, date_times, days};
use crate::support::random::Random;

use super::run;

/// A type of the program that implements the trait for bounds.
#[derive(ColumnType, Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Seat(i32);

impl RangeBound for Seat {}

/// Ranges between samples, with bounds of each kind, and those without values.
fn samples<T: RangeBound + Clone>(values: &[T]) -> Vec<Range<T>> {
    let mut ranges = vec![Range::Empty, (..).into()];
    for pair in values.windows(2) {
        let (start, end) = if pair[0] <= pair[1] { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) };
        let (start, end) = (start.clone(), end.clone());
        ranges.extend([
            (start.clone()..end.clone()).into(),
            (start.clone()..=end.clone()).into(),
            (start.clone()..).into(),
            (..end.clone()).into(),
            (..=end.clone()).into(),
            (Bound::Excluded(start), Bound::Included(end)).into(),
        ]);
    }
    ranges
}

/// Ranges are returned with the same values, whatever their form, and conditions find them by the values in them.
macro_rules! ranges {
    ($($(#[$when:meta])? fn $name:ident() -> $type:ty { $declared:literal, $values:expr })*) => {$(
        $(#[$when])?
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model, Debug)]
            #[model(table = "bookings")]
            struct Row {
                id: i64,
                during: Range<$type>,
                maybe: Option<Range<$type>>,
                others: Vec<Range<$type>>,
            }

            let db = db();
            db.create_tables::<Row>()?;
            assert_eq!(db.check::<Row>()?, []);
            let declared = "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'bookings'::regclass AND attnum > 1";
            let names = [$declared.to_owned(), $declared.to_owned(), concat!($declared, "[]").to_owned()];
            assert_eq!(sql(declared).tuples::<(String,)>(&db)?, names.map(|name| (name,)));
            let values: Vec<$type> = $values;
            let samples = samples(&values);
            let new = |at: usize| NewRow {
                during: samples[at].clone(),
                maybe: (!at.is_multiple_of(3)).then(|| samples[at].clone()),
                others: samples[at..samples.len().min(at + at % 3)].to_vec(),
            };
            insert_many(&db, (0..samples.len()).map(new))?;
            bulk_insert(&db, (0..samples.len()).map(new))?;
            new(0).insert(&db)?;
            let rows = Row::query().all(&db)?;
            for (row, at) in rows.iter().zip((0..samples.len()).chain(0..samples.len())) {
                let expected = new(at);
                assert_eq!((row.maybe.is_some(), row.others.len()), (expected.maybe.is_some(), expected.others.len()));
                for value in &values {
                    assert_eq!(row.during.contains(value), expected.during.contains(value), "{:?} of {:?}", row.during, expected.during);
                }
                assert_eq!(Row::query().filter(Row::during().eq(&samples[at]) & Row::id().eq(row.id)).count(&db)?, 1);
            }
            // A value is written as it was read.
            for row in &rows {
                assert_eq!(row.edit(&db, |row| row.maybe = Some(row.during.clone()))?.maybe.as_ref(), Some(&row.during));
            }
            for value in values.iter().take(8) {
                let found = Row::query().filter(Row::during().includes(value.clone())).count(&db)?;
                assert_eq!(found, rows.iter().filter(|row| row.during.contains(value)).count() as u64, "{value:?}");
                let at_least = Row::query().filter(Row::maybe().overlaps(value.clone()..=value.clone())).count(&db)?;
                assert_eq!(at_least, found);
            }
            assert_eq!(Row::query().filter(Row::during().within(..)).count(&db)?, rows.len() as u64);
            assert_eq!(Row::query().filter(Row::during().includes_all(..)).count(&db)?, 2);
            assert_eq!(Row::query().filter(Row::during().eq(Range::Empty)).count(&db)?, {
                rows.iter().filter(|row| row.during == Range::Empty).count() as u64
            });
            Ok(())
        }
    )*};
}

ranges! {
    fn ranges_of_i32() -> i32 { "int4range", vec![1, 9, -5, 1_000_000, 0] }
    fn ranges_of_i64() -> i64 { "int8range", vec![1, 9, -5_000_000_000, 0] }
    fn ranges_of_a_newtype() -> Seat { "int4range", vec![Seat(1), Seat(5), Seat(3)] }
    fn ranges_of_u32() -> u32 { "int8range", vec![1, 9, u32::MAX] }
    fn ranges_of_decimals() -> Decimal { "numrange", Decimal::samples(&mut Random::new(1)) }
    fn ranges_of_dates() -> Date { "daterange", { let mut random = Random::new(2); (0..9).map(|_| days(&mut random)).collect() } }
    fn ranges_of_date_times() -> DateTime { "tsrange", date_times(&mut Random::new(3)) }
    fn ranges_of_instants() -> Timestamp { "tstzrange", date_times(&mut Random::new(4)).into_iter().map(Timestamp).collect() }
    #[cfg(feature = "jiff-02")]
    fn ranges_of_instants_of_jiff() -> jiff::Timestamp { "tstzrange", vec![jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::new(1_700_000_000, 5_000).expect("an instant")] }
    #[cfg(feature = "chrono-04")]
    fn ranges_of_dates_of_chrono() -> chrono::NaiveDate { "daterange", vec![chrono::NaiveDate::default(), chrono::NaiveDate::from_ymd_opt(2024, 2, 29).expect("a date")] }
    #[cfg(feature = "rust_decimal-1")]
    fn ranges_of_rust_decimals() -> rust_decimal::Decimal { "numrange", vec![rust_decimal::Decimal::new(-15, 1), rust_decimal::Decimal::ONE] }
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Booking {
    id: i64,
    seats: Range<i32>,
    at: Option<Range<Timestamp>>,
}

fn bookings() -> Result<Db> {
    let db = db();
    db.create_tables::<Booking>()?;
    let seats = [(1..=3).into(), (3..5).into(), (7..).into(), Range::Empty];
    insert_many(&db, seats.map(|seats| NewBooking { seats, at: None }))?;
    Ok(db)
}

#[test]
fn ranges_are_asked_for_by_operators_of_ranges() -> Result<()> {
    let db = bookings()?;
    assert_eq!(Booking::find(&db, 1)?.seats, Range::from(1..4), "PostgreSQL writes it so");
    let recording = db.record();
    let ids = |condition| Booking::query().filter(condition).select(Booking::id()).all(&db);
    assert_eq!(ids(Booking::seats().includes(3))?, [1, 2]);
    assert_eq!(ids(Booking::seats().includes_all(8..=9))?, [3]);
    assert_eq!(ids(Booking::seats().overlaps(4..8))?, [2, 3]);
    assert_eq!(ids(Booking::seats().within(1..10))?, [1, 2, 4]);
    let asked: Vec<String> = recording
        .statements()
        .iter()
        .filter_map(|text| Some(text.split_once("WHERE ")?.1.split_once(" ORDER")?.0.to_owned()))
        .collect();
    assert_eq!(asked, ["t0.\"seats\" @> $1", "t0.\"seats\" @> $1", "t0.\"seats\" && $1", "t0.\"seats\" <@ $1"]);
    assert_eq!(ids(!Booking::seats().includes(3))?, [3, 4]);
    assert_eq!(ids(Booking::seats().in_([Range::from(1..4), Range::Empty]))?, [1, 4]);
    assert_eq!(ids(Booking::at().includes(Timestamp(DateTime::new(0, 0).expect("a moment"))))?, [0_i64; 0]);

    let (mut read, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let page = Booking::query().order_by(Booking::seats().desc()).page(1).after(cursor).read(&db)?;
        read.extend(page.rows.iter().map(|row| row.id));
        let Some(next) = page.next else { break };
        cursor = Some(next.to_string().parse()?);
    }
    assert_eq!(read, [3, 2, 1, 4]);
    Ok(())
}

/// Stored bounds are whole microseconds. A finer value is compared exactly.
#[test]
fn a_range_includes_a_finer_instant_only_if_it_does() -> Result<()> {
    let db = bookings()?;
    let at = |nanoseconds| Timestamp(DateTime::new(59, nanoseconds).expect("a moment"));
    let set = |range: Range<Timestamp>| Booking::rows_where(Booking::id().eq(1)).update(&db, Booking::at().set(range));
    let includes = |value| Booking::query().filter(Booking::at().includes(value)).count(&db);
    set((at(1_000)..=at(999_999_000)).into())?;
    assert_eq!((includes(at(999))?, includes(at(1_000))?, includes(at(1_001))?), (0, 1, 1));
    assert_eq!((includes(at(999_999_000))?, includes(at(999_999_001))?), (1, 0));
    set((Bound::Excluded(at(1_000)), Bound::Unbounded).into())?;
    assert_eq!((includes(at(1_000))?, includes(at(1_001))?, includes(at(999_999_999))?), (0, 1, 1));
    Ok(())
}

#[test]
fn a_range_that_a_field_cannot_hold_is_an_error() -> Result<()> {
    let db = bookings()?;
    #[expect(clippy::reversed_empty_ranges, reason = "it is what the test is about")]
    let backwards = NewBooking { seats: (5..1).into(), at: None }.insert(&db).unwrap_err();
    assert_eq!((backwards.is_encode(), backwards.table(), backwards.column()), (true, Some("bookings"), Some("seats")));
    assert!(backwards.to_string().contains("the range ends before it begins"), "{backwards}");
    run(&db, ["UPDATE bookings SET at = '[2024-01-01 00:00:00+00,infinity)' WHERE id = 1"])?;
    let infinite = Booking::query().all(&db).unwrap_err();
    assert_eq!((infinite.is_decode(), infinite.column()), (true, Some("at")), "{infinite}");
    // Offsets as they are in the session's time zone.
    run(&db, ["UPDATE bookings SET at = '[2024-01-01 00:00:00+05:30,)' WHERE id = 1"])?;
    let at = |transaction: &orm::Transaction<'_>, zone: &'static str| {
        sql(zone).execute(transaction)?;
        Ok(Booking::find(transaction, 1)?.at)
    };
    let expected = Some(Range::from(Timestamp(DateTime::new(1_704_047_400, 0).expect("a moment"))..));
    db.transaction(|transaction| {
        for zone in [
            "SET LOCAL TIME ZONE 'UTC'",
            "SET LOCAL TIME ZONE 'Asia/Kolkata'",
            "SET LOCAL TIME ZONE 'America/New_York'",
        ] {
            assert_eq!(at(transaction, zone)?, expected, "{zone}");
        }
        Ok(())
    })
}
