//! How each type is stored: the table in the guide's chapter on types is the report of the databases.
//!
//! `STORAGE=overwrite cargo test --all-features --test storage` writes the table again.

#[path = "support/postgres.rs"]
mod server;

use std::fs;
use std::path::Path;

use orm::{Db, Json, Model, Result, sql};

const CHAPTER: &str = "docs/guide/13-types.md";
const HEAD: &str = "| Rust | a value | SQLite | stored | PostgreSQL | stored |\n|---|---|---|---|---|---|\n";

/// A line of the table: a value of a type, and what raw SQL finds of it in both databases, or only in PostgreSQL.
macro_rules! line {
    ($type:ty, $value:expr) => {
        line!($type, $value, |store| in_sqlite(&store(Db::memory()?)?)?)
    };
    ($type:ty, $value:expr, on PostgreSQL) => {
        line!($type, $value, |_store| "| none |".to_owned())
    };
    ($type:ty, $value:expr, |$store:ident| $lite:expr) => {{
        #[derive(Model)]
        #[model(table = "samples")]
        struct Sample {
            id: i64,
            value: $type,
        }
        let store = |db: Db| -> Result<Db> {
            db.create_tables::<Sample>()?;
            let Sample { id, value: _ } = NewSample { value: $value }.insert(&db)?;
            assert_eq!(id, 1);
            Ok(db)
        };
        let lite = {
            let $store = store;
            $lite
        };
        let postgres = in_postgres(&store(Db::connect(&server::schema())?)?)?;
        let shown = stringify!($value).replace('\n', " ");
        format!("| `{}` | `{shown}` {lite} {postgres} |\n", stringify!($type))
    }};
}

fn in_sqlite(db: &Db) -> Result<String> {
    let text = "SELECT upper(p.type), quote(s.value) FROM samples AS s, pragma_table_info('samples') AS p WHERE p.name = 'value'";
    Ok(cells(&sql(text).tuples(db)?))
}

fn in_postgres(db: &Db) -> Result<String> {
    let text = "SELECT CASE c.data_type WHEN 'ARRAY' THEN pg_typeof(s.value)::text ELSE c.data_type END, CASE c.data_type \
                WHEN 'timestamp with time zone' THEN ((to_jsonb(s.value) #>> '{}')::timestamptz AT TIME ZONE 'UTC')::text || ' UTC' WHEN 'inet' THEN concat(s.value) ELSE s.value::text END FROM samples AS s, information_schema.columns AS c \
                WHERE c.table_schema = current_schema() AND c.table_name = 'samples' AND c.column_name = 'value'";
    Ok(cells(&sql(text).tuples(db)?))
}

fn cells(rows: &[(String, String)]) -> String {
    rows.iter().map(|(declared, stored)| format!("| `{declared}` | `{stored}`")).collect::<Vec<_>>().concat()
}

fn table() -> Result<String> {
    let utc = chrono::NaiveDate::from_ymd_opt(2024, 2, 29).and_then(|date| date.and_hms_micro_opt(12, 0, 0, 5));
    let utc = utc.expect("a time").and_utc();
    let instant = jiff::Timestamp::new(1_709_208_000, 5_000).expect("an instant");
    let local = jiff::civil::date(2024, 2, 29).at(12, 0, 0, 5_000);
    Ok([
        line!(bool, true),
        line!(i16, -7),
        line!(i32, -7),
        line!(i64, -7),
        line!(u8, 7),
        line!(u16, 7),
        line!(u32, 7),
        line!(u64, 7),
        line!(f32, 0.5),
        line!(f64, 0.1),
        line!(String, "it's".into()),
        line!(Vec<u8>, vec![0, 255]),
        line!(uuid::Uuid, uuid::Uuid::from_u128(7)),
        line!(jiff::civil::Date, local.date()),
        line!(jiff::civil::Time, local.time()),
        line!(jiff::civil::DateTime, local),
        line!(jiff::Timestamp, instant),
        line!(chrono::NaiveDate, utc.date_naive()),
        line!(chrono::NaiveTime, utc.time()),
        line!(chrono::NaiveDateTime, utc.naive_utc()),
        line!(chrono::DateTime<chrono::Utc>, utc),
        line!(time::Date, time::Date::MAX),
        line!(time::Time, time::Time::MIDNIGHT),
        line!(time::PrimitiveDateTime, time::Date::MAX.midnight()),
        line!(time::OffsetDateTime, time::OffsetDateTime::UNIX_EPOCH),
        line!(time::UtcDateTime, time::UtcDateTime::UNIX_EPOCH),
        line!(rust_decimal::Decimal, rust_decimal::Decimal::new(-150, 2)),
        line!(serde_json::Value, serde_json::json!({"b": [1, null], "a": "x"})),
        line!(Json<Vec<u8>>, Json(vec![1, 2])),
        line!(std::net::IpAddr, std::net::IpAddr::from([127, 0, 0, 1])),
        line!(std::net::Ipv6Addr, std::net::Ipv6Addr::LOCALHOST),
        line!(ipnet::IpNet, ipnet::IpNet::new_assert([10, 0, 0, 7].into(), 8)),
        line!(orm::value::Interval, orm::value::Interval::new(14, 3, 5_500_000), on PostgreSQL),
        line!(std::time::Duration, std::time::Duration::from_millis(1_500), on PostgreSQL),
        line!(jiff::Span, jiff::Span::new().months(2).weeks(1), on PostgreSQL),
        line!(orm::Range<i32>, (1..=9).into(), on PostgreSQL),
        line!(orm::Range<jiff::civil::Date>, (local.date()..).into(), on PostgreSQL),
        line!(orm::Range<jiff::civil::DateTime>, (..local).into(), on PostgreSQL),
        line!(Vec<i32>, vec![1, 2], on PostgreSQL),
        line!(Vec<Option<String>>, vec![Some("it's".into()), None], on PostgreSQL),
    ]
    .concat())
}

#[test]
fn the_guide_tells_how_each_type_is_stored() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHAPTER);
    let text = fs::read_to_string(&path).expect("the chapter is there");
    let (before, rest) = text.split_once(HEAD).expect("the chapter has the table");
    let end = rest.find("\n\n").map_or(rest.len(), |at| at + 1);
    let (shown, after) = rest.split_at(end);
    let table = table()?;
    if std::env::var("STORAGE").is_ok_and(|wish| wish == "overwrite") {
        fs::write(&path, format!("{before}{HEAD}{table}{after}")).expect("the chapter is written");
    } else {
        assert_eq!(shown, table, "{CHAPTER} tells otherwise");
    }
    Ok(())
}
