//! Files that other tools wrote, if they are available: each is read, filtered, ordered, paged, prefetched, updated and
//! inserted into with the right result, and the stored form of the file is kept.
//!
//! The files are in the subfolder `foreign` of the folder in `ORM_TEST_CHINOOK`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{Db, Model, Result, TrustedSql, sql};
use serde_json::Value as Json;
use uuid::Uuid;

/// A copy of a file, and the description of its columns: for each row, the literal and its meaning.
struct Foreign {
    db: Db,
    described: Json,
    _folder: tempfile::TempDir,
}

fn open(name: &str) -> Option<Foreign> {
    let folder = PathBuf::from(std::env::var_os("ORM_TEST_CHINOOK")?).join("foreign");
    let described = std::fs::read_to_string(folder.join(format!("{name}.json"))).ok()?;
    let own = tempfile::tempdir().expect("a folder");
    let copy = own.path().join("copy.sqlite3");
    std::fs::copy(folder.join(format!("{name}.sqlite3")), &copy).expect("the file is copied");
    std::fs::set_permissions(&copy, std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("it can be written");
    let db = Db::open(copy).expect("the file is opened");
    Some(Foreign { db, described: serde_json::from_str(&described).expect("JSON"), _folder: own })
}

/// A value as the descriptions write it.
trait Logical {
    fn logical(&self) -> Json;
}

fn moment(at: DateTime, suffix: &str) -> Json {
    let text = at.text().expect("a year of four digits").replace(' ', "T");
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    if fraction.is_empty() {
        format!("{seconds}{suffix}").into()
    } else {
        format!("{seconds}.{fraction:0<6}{suffix}").into()
    }
}

impl Logical for DateTime {
    fn logical(&self) -> Json {
        moment(*self, "")
    }
}

impl Logical for Timestamp {
    fn logical(&self) -> Json {
        moment(self.0, "Z")
    }
}

impl Logical for Date {
    fn logical(&self) -> Json {
        self.text().expect("a year of four digits").into()
    }
}

impl Logical for Time {
    fn logical(&self) -> Json {
        let text = self.text();
        let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
        if fraction.is_empty() { seconds.into() } else { format!("{seconds}.{fraction:0<6}").into() }
    }
}

impl Logical for Uuid {
    fn logical(&self) -> Json {
        self.hyphenated().to_string().into()
    }
}

impl Logical for bool {
    fn logical(&self) -> Json {
        (*self).into()
    }
}

impl Logical for Decimal {
    fn logical(&self) -> Json {
        self.to_string().into()
    }
}

impl<T: Logical> Logical for Option<T> {
    fn logical(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::logical)
    }
}

/// Whether two descriptions mean the same value: decimals may have redundant zeros.
fn same(found: &Json, described: &Json) -> bool {
    let number = |json: &Json| Decimal::parse(json.as_str().unwrap_or_default());
    found == described || (number(found).is_some() && number(found) == number(described))
}

/// Every cell of some columns, as it is stored.
fn stored(db: &Db, table: &str, columns: &[&str], condition: &str) -> Vec<BTreeMap<String, String>> {
    let mut rows: BTreeMap<i64, BTreeMap<String, String>> = BTreeMap::new();
    for column in columns {
        let text = format!("SELECT id, quote(\"{column}\") FROM \"{table}\" WHERE {condition} ORDER BY id");
        let cells = sql(TrustedSql(text)).tuples::<(i64, String)>(db).expect("the cells are read");
        for (id, cell) in cells {
            rows.entry(id).or_default().insert((*column).to_owned(), cell);
        }
    }
    rows.into_values().collect()
}

/// The tests for every file: the model of a table whose columns have the names of the fields, or other names.
///
/// `$field` are the fields whose values are compared with the descriptions, and whose stored form must stay unchanged;
/// `$mixed` are those that hold several forms, which are only compared with the descriptions.
macro_rules! foreign {
    ($test:ident, $file:literal, $table:literal, $model:ident, [$($field:ident = $column:literal),*], [$($mixed:ident = $mixed_column:literal),*]) => {
        #[test]
        fn $test() -> Result<()> {
            let Some(Foreign { db, described, _folder }) = open($file) else {
                eprintln!("the files of other tools are not there: nothing was tested");
                return Ok(());
            };
            let rows = $model::query().all(&db)?;
            assert_eq!(rows.len(), 6);
            let columns = &described["tables"][$table];
            let means = |column: &str, id: i64| &columns[column]["rows"][id.to_string()]["logical"];
            for row in &rows {
                $(
                    let (found, described) = (row.$field.logical(), means($column, row.id));
                    assert!(same(&found, described), "{}.{} of row {}: {found} is {described}", $table, $column, row.id);
                )*
                $(
                    let (found, described) = (row.$mixed.logical(), means($mixed_column, row.id));
                    assert!(same(&found, described), "{}.{} of row {}: {found} is {described}", $table, $mixed_column, row.id);
                )*
            }

            // Filters and orders have the same results as in Rust.
            $(compare!(db, rows, $model, $field);)*
            $(compare!(db, rows, $model, $mixed);)*

            // A row that is written again has the same stored form, and so has a copy of it.
            let names = [$($column),*];
            let before = stored(&db, $table, &names, "1");
            for row in &rows {
                row.update(&db)?;
            }
            assert_eq!(stored(&db, $table, &names, "1"), before);
            for mut row in $model::query().all(&db)? {
                row.id += 100;
                row.insert(&db)?;
            }
            assert_eq!(stored(&db, $table, &names, "id > 100"), before);
            Ok(())
        }
    };
}

macro_rules! compare {
    ($db:ident, $rows:ident, $model:ident, $field:ident) => {
        for bound in $rows.iter().filter_map(|row| Bound::bound(&row.$field)) {
            let ids =
                |condition| -> Result<Vec<i64>> { $model::query().filter(condition).select($model::id()).all(&$db) };
            let expected = |holds: &dyn Fn(std::cmp::Ordering) -> bool| -> Vec<i64> {
                let values = $rows.iter().filter_map(|row| Some((row.id, Bound::bound(&row.$field)?)));
                values.filter(|(_, value)| holds(value.cmp(&bound))).map(|(id, _)| id).collect()
            };
            let field = stringify!($field);
            assert_eq!(ids($model::$field().eq(bound))?, expected(&|order| order.is_eq()), "{field} = {bound:?}");
            assert_eq!(ids($model::$field().ne(bound))?, expected(&|order| order.is_ne()), "{field} <> {bound:?}");
            assert_eq!(ids($model::$field().lt(bound))?, expected(&|order| order.is_lt()), "{field} < {bound:?}");
            assert_eq!(ids($model::$field().ge(bound))?, expected(&|order| order.is_ge()), "{field} >= {bound:?}");
            assert_eq!(ids($model::$field().in_([bound]))?, expected(&|order| order.is_eq()), "{field} in {bound:?}");
        }
        let mut sorted: Vec<_> = $rows.iter().map(|row| (Bound::bound(&row.$field), row.id)).collect();
        sorted.sort();
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = $model::query().order_by($model::$field().asc()).page(2).after(after).read(&$db)?;
            paged.extend(page.rows.iter().map(|row| (Bound::bound(&row.$field), row.id)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, sorted, "pages by {}", stringify!($field));
        let (least, greatest) =
            (sorted.iter().find_map(|(value, _)| *value), sorted.last().and_then(|(value, _)| *value));
        assert_eq!($model::query().min(&$db, $model::$field())?, least);
        assert_eq!($model::query().max(&$db, $model::$field())?, greatest);
    };
}

/// A value to compare with, of a column that may be nullable.
trait Bound {
    type Value;
    fn bound(&self) -> Option<Self::Value>;
}

macro_rules! bounds {
    ($($type:ty),*) => {$(
        impl Bound for $type {
            type Value = $type;
            fn bound(&self) -> Option<$type> {
                Some(*self)
            }
        }

        impl Bound for Option<$type> {
            type Value = $type;
            fn bound(&self) -> Option<$type> {
                *self
            }
        }
    )*};
}

bounds!(DateTime, Timestamp, Date, Time, Uuid, bool, Decimal);

/// Django with time zones.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shop_event", stored(sqlite(fraction = optional(6)), simple, numeric))]
#[many_to_many(tags: DjangoTag, through = "shop_event_tags", left = "event_id", right = "tag_id")]
struct Django {
    id: i64,
    title: String,
    created_at: Timestamp,
    happened_at: Timestamp,
    day: Date,
    starts: Option<Time>,
    active: bool,
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    payload: Option<Json>,
    duration: Option<i64>,
    ratio: Option<f64>,
    deleted_at: Option<Timestamp>,
    status: String,
    level: i32,
    #[model(stored = sqlite(fraction = 3))]
    db_created: Timestamp,
    #[belongs_to(parent: Self)]
    parent_id: Option<i64>,
    #[belongs_to(venue: DjangoVenue)]
    venue_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shop_venue")]
#[has_many(events: Django, foreign_key = venue_id)]
struct DjangoVenue {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "shop_tag")]
struct DjangoTag {
    id: i64,
    name: String,
}

foreign!(
    a_file_of_django,
    "django_tz",
    "shop_event",
    Django,
    [
        created_at = "created_at",
        happened_at = "happened_at",
        day = "day",
        starts = "starts",
        active = "active",
        price = "price",
        ref_id = "ref_id",
        deleted_at = "deleted_at"
    ],
    []
);

#[test]
fn relations_of_a_file_of_django_are_loaded() -> Result<()> {
    let Some(Foreign { db, _folder, .. }) = open("django_tz") else { return Ok(()) };
    let events =
        Django::query().prefetch(Django::tags()).prefetch(Django::venue()).prefetch(Django::parent()).all(&db)?;
    for event in &events {
        assert_eq!(event.venue().as_ref().map(|venue| venue.id), event.venue_id);
        assert_eq!(event.parent().as_ref().map(|parent| parent.id), event.parent_id);
        let lazy: Vec<i64> = Django::tags().of(event).all(&db)?.iter().map(|tag| tag.id).collect();
        assert_eq!(event.tags().iter().map(|tag| tag.id).collect::<Vec<_>>(), lazy);
    }
    let venues = DjangoVenue::query().prefetch(DjangoVenue::events().order_by(Django::created_at().desc())).all(&db)?;
    assert!(venues[0].events().iter().map(|event| event.created_at).is_sorted_by(|left, right| left >= right));
    Ok(())
}

/// JavaScript by hand.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events", rename_all = "camelCase", stored(iso8601(fraction = 3), hyphenated, numeric))]
struct BetterSqlite3 {
    id: i64,
    title: String,
    created_at: Timestamp,
    #[model(stored = unix_milliseconds)]
    created_ms: Timestamp,
    #[model(stored = unix_seconds)]
    created_sec: Timestamp,
    #[model(stored = unix_milliseconds(real))]
    created_ms_real: Timestamp,
    happened_at: Timestamp,
    #[model(stored = unix_milliseconds)]
    happened_ms: Timestamp,
    day: Date,
    #[model(stored = sqlite(fraction = auto_si))]
    starts: Option<Time>,
    active: bool,
    price: Option<Decimal>,
    #[model(stored = minor_units(2))]
    price_cents: Option<Decimal>,
    ref_id: Option<Uuid>,
    payload: Option<Json>,
    duration_ms: Option<i64>,
    ratio: Option<f64>,
    deleted_at: Option<Timestamp>,
    status: String,
    level: i32,
    big_id: Option<i64>,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
    #[model(stored = native)]
    db_created: Timestamp,
    locale_date: Option<String>,
}

foreign!(
    a_file_of_better_sqlite3,
    "better_sqlite3",
    "events",
    BetterSqlite3,
    [
        created_at = "createdAt",
        created_ms = "createdMs",
        created_sec = "createdSec",
        created_ms_real = "createdMsReal",
        happened_at = "happenedAt",
        happened_ms = "happenedMs",
        day = "day",
        starts = "starts",
        active = "active",
        price = "price",
        price_cents = "priceCents",
        ref_id = "refId",
        deleted_at = "deletedAt"
    ],
    []
);

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "event", stored(sqlite(fraction = optional(6)), simple, numeric))]
struct Peewee {
    id: i64,
    title: String,
    created_at: DateTime,
    #[model(stored = mixed)]
    happened_at: Timestamp,
    #[model(stored = unix_seconds)]
    happened_ts: Option<Timestamp>,
    /// One timestamp is in the year 10,000, which only a number can express.
    #[model(stored = unix_microseconds)]
    happened_ts_us: Option<Timestamp>,
    day: Date,
    starts: Option<Time>,
    active: bool,
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    #[model(stored = native)]
    ref_bin: Option<Uuid>,
    payload: Option<Json>,
    ratio: Option<f64>,
    deleted_at: Option<DateTime>,
    status: String,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
    #[model(stored = native)]
    db_created: DateTime,
}

foreign!(
    a_file_of_peewee,
    "peewee",
    "event",
    Peewee,
    [
        created_at = "created_at",
        happened_ts = "happened_ts",
        day = "day",
        starts = "starts",
        active = "active",
        price = "price",
        ref_id = "ref_id",
        ref_bin = "ref_bin",
        deleted_at = "deleted_at"
    ],
    [happened_at = "happened_at"]
);

/// Prisma before version 7.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Event", rename_all = "camelCase", stored(unix_milliseconds, hyphenated, numeric))]
#[many_to_many(tags: PrismaTag, through = "_EventToTag", left = "A", right = "B")]
struct Prisma {
    id: i64,
    title: String,
    created_at: Timestamp,
    created_now: Timestamp,
    updated_at: Timestamp,
    happened_at: Timestamp,
    active: bool,
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    payload: Option<Json>,
    ratio: Option<f64>,
    big: Option<i64>,
    #[model(stored = native)]
    raw: Option<Uuid>,
    deleted_at: Option<Timestamp>,
    status: String,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Tag")]
struct PrismaTag {
    id: i64,
    name: String,
}

foreign!(
    a_file_of_prisma,
    "prisma_ms",
    "Event",
    Prisma,
    [
        created_at = "createdAt",
        happened_at = "happenedAt",
        active = "active",
        price = "price",
        ref_id = "refId",
        raw = "raw",
        deleted_at = "deletedAt"
    ],
    []
);

/// Rails, with the booleans of Rails before 6.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events", stored(sqlite(fraction = optional(6)), hyphenated, numeric))]
#[many_to_many(tags: RailsTag, through = "events_tags", left = "event_id", right = "tag_id")]
struct Rails {
    id: i64,
    title: String,
    happened_at: Timestamp,
    happened_old: Timestamp,
    day: Date,
    #[model(stored = sqlite(dated, fraction = optional(6)))]
    starts: Option<Time>,
    active: bool,
    #[model(stored = t_f)]
    legacy_flag: Option<bool>,
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    payload: Option<Json>,
    settings: Option<String>,
    ratio: Option<f64>,
    deleted_at: Option<DateTime>,
    status: i32,
    kind: Option<String>,
    r#type: Option<String>,
    lock_version: i32,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
    subject_type: Option<String>,
    subject_id: Option<i64>,
    db_created: Option<DateTime>,
    created_at: DateTime,
    updated_at: DateTime,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "tags")]
struct RailsTag {
    id: i64,
    name: String,
}

foreign!(
    a_file_in_the_form_of_rails,
    "rails_imitation",
    "events",
    Rails,
    [
        happened_at = "happened_at",
        happened_old = "happened_old",
        day = "day",
        starts = "starts",
        active = "active",
        legacy_flag = "legacy_flag",
        price = "price",
        ref_id = "ref_id",
        deleted_at = "deleted_at",
        created_at = "created_at"
    ],
    []
);

#[test]
fn a_join_table_of_rails_needs_no_key() -> Result<()> {
    let Some(Foreign { db, _folder, .. }) = open("rails_imitation") else { return Ok(()) };
    for event in Rails::query().prefetch(Rails::tags()).all(&db)? {
        let lazy = Rails::tags().of(&event).all(&db)?;
        assert_eq!(event.tags().iter().collect::<Vec<_>>(), lazy.iter().collect::<Vec<_>>());
    }
    Ok(())
}

/// `rusqlite` with chrono.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events", stored(sqlite(fraction = auto_si)))]
struct Rusqlite {
    id: i64,
    title: String,
    created_at: DateTime,
    #[model(stored = sqlite(fraction = auto_si, offset = "+00:00"))]
    happened_at: Timestamp,
    #[model(stored = mixed)]
    happened_fixed: Timestamp,
    day: Date,
    starts: Option<Time>,
    active: bool,
    #[model(stored = mixed)]
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    payload: Option<Json>,
    payload_any: Option<Json>,
    duration: Option<i64>,
    ratio: Option<f64>,
    deleted_at: Option<DateTime>,
    status: String,
    level: i32,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
    #[model(stored = native)]
    db_created: DateTime,
}

foreign!(
    a_file_of_rusqlite_and_chrono,
    "rusqlite",
    "events",
    Rusqlite,
    [
        created_at = "created_at",
        happened_at = "happened_at",
        day = "day",
        starts = "starts",
        active = "active",
        ref_id = "ref_id",
        deleted_at = "deleted_at"
    ],
    [happened_fixed = "happened_fixed", price = "price"]
);

/// `rusqlite` with the crate `time`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events_time", stored(sqlite(fraction = at_least(1))))]
struct RusqliteTime {
    id: i64,
    created_at: DateTime,
    #[model(stored = mixed)]
    happened_at: Timestamp,
    day: Date,
    starts: Option<Time>,
}

foreign!(
    a_file_of_rusqlite_and_time,
    "rusqlite",
    "events_time",
    RusqliteTime,
    [created_at = "created_at", day = "day", starts = "starts"],
    [happened_at = "happened_at"]
);

/// `rusqlite` with jiff, whose last instant has nanoseconds.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events_jiff", stored(iso8601))]
struct RusqliteJiff {
    id: i64,
    created_at: DateTime,
    #[model(stored = mixed)]
    happened_at: Timestamp,
    day: Date,
    #[model(stored = native)]
    starts: Option<Time>,
}

foreign!(
    a_file_of_rusqlite_and_jiff,
    "rusqlite",
    "events_jiff",
    RusqliteJiff,
    [created_at = "created_at", day = "day", starts = "starts"],
    []
);

/// SQL that people write by hand.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events")]
struct Shell {
    id: i64,
    title: String,
    #[model(stored = mixed)]
    created_at: DateTime,
    #[model(stored = unix_seconds)]
    created_unix: Option<DateTime>,
    #[model(stored = julian_day)]
    created_jd: Option<DateTime>,
    #[model(stored = sqlite(fraction = 3))]
    created_frac: Option<DateTime>,
    #[model(stored = mixed)]
    happened_at: Option<Timestamp>,
    day: Option<Date>,
    #[model(stored = mixed)]
    starts: Option<Time>,
    active: Option<bool>,
    #[model(stored = mixed)]
    active_text: Option<bool>,
    #[model(stored = y_n)]
    active_yn: Option<bool>,
    #[model(stored = numeric)]
    price: Option<Decimal>,
    #[model(stored = mixed)]
    price_text: Option<Decimal>,
    #[model(stored = mixed)]
    ref_id: Option<Uuid>,
    ref_blob: Option<Uuid>,
    #[model(stored = braced(upper))]
    ref_braced: Option<Uuid>,
    payload: Option<Json>,
    payload_text: Option<Json>,
    ratio: Option<f64>,
    status: Option<String>,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
    db_date: Option<Date>,
    db_time: Option<Time>,
    #[model(stored = iso8601(fraction = 3))]
    db_iso: Option<Timestamp>,
}

foreign!(
    a_file_typed_by_hand,
    "sqlite_shell",
    "events",
    Shell,
    [
        created_unix = "created_unix",
        created_jd = "created_jd",
        created_frac = "created_frac",
        day = "day",
        active = "active",
        active_yn = "active_yn",
        price = "price",
        ref_blob = "ref_blob",
        ref_braced = "ref_braced"
    ],
    [
        created_at = "created_at",
        happened_at = "happened_at",
        starts = "starts",
        active_text = "active_text",
        price_text = "price_text",
        ref_id = "ref_id"
    ]
);

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "events", stored(sqlite(fraction = auto_si)))]
struct Sqlx {
    id: i64,
    title: String,
    created_at: DateTime,
    #[model(stored = iso8601(fraction = auto_si, offset = "+00:00"))]
    happened_at: Timestamp,
    #[model(stored = mixed)]
    happened_fixed: Timestamp,
    day: Date,
    starts: Option<Time>,
    active: bool,
    #[model(stored = mixed)]
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    #[model(stored = hyphenated)]
    ref_hyphen: Option<Uuid>,
    #[model(stored = simple)]
    ref_simple: Option<Uuid>,
    payload: Option<Json>,
    duration: Option<i64>,
    ratio: Option<f64>,
    deleted_at: Option<DateTime>,
    status: String,
    level: i32,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
    #[model(stored = native)]
    db_created: DateTime,
    #[model(stored = sqlite(fraction = at_least(1)))]
    time_created_at: Option<DateTime>,
    #[model(stored = mixed)]
    time_happened_at: Option<Timestamp>,
    #[model(stored = sqlite(fraction = at_least(1)))]
    time_starts: Option<Time>,
}

foreign!(
    a_file_of_sqlx,
    "sqlx",
    "events",
    Sqlx,
    [
        created_at = "created_at",
        happened_at = "happened_at",
        day = "day",
        starts = "starts",
        active = "active",
        ref_id = "ref_id",
        ref_hyphen = "ref_hyphen",
        ref_simple = "ref_simple",
        deleted_at = "deleted_at",
        time_created_at = "time_created_at",
        time_starts = "time_starts"
    ],
    [happened_fixed = "happened_fixed", price = "price", time_happened_at = "time_happened_at"]
);

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "event", rename_all = "camelCase", stored(sqlite(fraction = 3), hyphenated, numeric))]
struct Typeorm {
    id: i64,
    title: String,
    created_on: Timestamp,
    created_date: Timestamp,
    happened_at: Timestamp,
    day: Date,
    #[model(stored = sqlite(fraction = auto_si))]
    starts: Option<Time>,
    active: bool,
    price: Option<Decimal>,
    ref_id: Option<Uuid>,
    payload: Option<Json>,
    payload_json: Option<Json>,
    list: Option<String>,
    ratio: Option<f64>,
    deleted_on: Option<Timestamp>,
    status: String,
    big: Option<i64>,
    #[model(stored = native)]
    created_auto: Timestamp,
    #[model(stored = native)]
    updated_auto: Timestamp,
    version: i32,
    venue_id: Option<i64>,
    parent_id: Option<i64>,
}

foreign!(
    a_file_of_typeorm,
    "typeorm",
    "event",
    Typeorm,
    [
        created_on = "createdOn",
        created_date = "createdDate",
        happened_at = "happenedAt",
        day = "day",
        starts = "starts",
        active = "active",
        price = "price",
        ref_id = "refId",
        deleted_on = "deletedOn"
    ],
    []
);

/// `check` suggests the attribute for each column of a model without attributes.
#[test]
fn check_says_the_form_of_each_column() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "events")]
    struct Plain {
        id: i64,
        happened_at: Timestamp,
        starts: Option<Time>,
        legacy_flag: Option<bool>,
        price: Option<Decimal>,
        ref_id: Option<Uuid>,
    }
    let Some(Foreign { db, _folder, .. }) = open("rails_imitation") else { return Ok(()) };
    let found: Vec<String> = db.check::<Plain>()?.iter().map(ToString::to_string).collect();
    for attribute in [
        "#[model(stored = sqlite(fraction = optional(6)))]",
        "#[model(stored = sqlite(dated, fraction = optional(6)))]",
        "#[model(stored = t_f)]",
        "#[model(stored = numeric)]",
        "#[model(stored = hyphenated)]",
    ] {
        assert!(found.iter().any(|difference| difference.contains(attribute)), "{attribute}: {found:#?}");
    }
    Ok(())
}
