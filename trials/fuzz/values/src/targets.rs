//! What reads an input.

use std::sync::LazyLock;
use std::time::Duration;

use orm::value::{Date, Decimal, Time, Timestamp};
use orm::{Cursor, CursorKey, Db, Model, OrderBy, Result, TrustedSql, sql};

/// A model with a column of each kind of value, some in other stored forms. The table checks no types.
#[derive(Model, Clone, Debug)]
#[model(table = "wide", new = none)]
struct Wide {
    id: i64,
    text: Option<String>,
    real: Option<f64>,
    small: Option<u8>,
    flag: Option<bool>,
    bytes: Option<Vec<u8>>,
    decimal: Option<Decimal>,
    date: Option<Date>,
    time: Option<Time>,
    #[model(stored = mixed)]
    moment: Option<Timestamp>,
    #[model(stored = unix_seconds)]
    seconds: Option<Timestamp>,
    uuid: Option<uuid::Uuid>,
    #[model(json)]
    json: Option<serde_json::Value>,
}

const COLUMNS: [&str; 12] =
    ["text", "real", "small", "flag", "bytes", "decimal", "date", "time", "moment", "seconds", "uuid", "json"];

/// A database with a few rows of it.
static DB: LazyLock<Db> = LazyLock::new(|| database().expect("the database is made"));

fn database() -> Result<Db> {
    let db = Db::memory()?;
    sql(TrustedSql(format!("CREATE TABLE wide (id INTEGER PRIMARY KEY, {})", COLUMNS.join(", ")))).execute(&db)?;
    for id in 1..=4 {
        sql("INSERT INTO wide (id, text, small) VALUES ($1, 'a', 7)").bind(id).execute(&db)?;
    }
    Ok(db)
}

/// Lets one of them read an input.
pub(crate) fn run(target: u8, input: &[u8]) {
    match target % 9 {
        0 => cursor(input),
        1 => signed_cursor(input),
        2 => with_text(input, order),
        3 => with_text(input, decimal),
        4 => with_text(input, moment),
        5 => with_text(input, statement),
        6 => with_text(input, url),
        7 => stored(input, false),
        _ => stored(input, true),
    }
}

fn with_text(input: &[u8], read: impl Fn(&str)) {
    if let Ok(text) = std::str::from_utf8(input) {
        read(text);
    }
}

/// A cursor of one of the orders, whose checksum fits: nothing else of it need.
fn cursor(input: &[u8]) {
    let Some((&number, content)) = input.split_first() else { return };
    let order = || order_by(number);
    let page = Wide::query().order_by(order()).page(2).read(&*DB).expect("a page");
    let given = bytes_of(&page.next.expect("a page more").to_string());
    // The form and the fingerprint are those of the order, so that the values are read.
    let text = text_of(&with_checksum([&given[..9], content].concat()));
    let Ok(cursor) = text.parse::<Cursor>() else { return };
    assert_eq!(cursor.to_string(), text, "a cursor is written as it is read");
    if let Err(error) = Wide::query().order_by(order()).page(2).after(cursor).read(&*DB) {
        assert!(error.is_bad_cursor(), "{error}");
    }
}

fn order_by(number: u8) -> OrderBy<Wide> {
    match number % 8 {
        0 => Wide::id().desc(),
        1 => Wide::text().asc(),
        2 => Wide::real().desc(),
        3 => Wide::decimal().asc(),
        4 => Wide::date().asc(),
        5 => Wide::moment().desc(),
        6 => Wide::seconds().asc(),
        _ => Wide::uuid().asc(),
    }
}

fn bytes_of(text: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.as_bytes().chunks(2).filter_map(byte).collect()
}

fn text_of(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// FNV-1a, as cursors are checked by.
fn with_checksum(mut content: Vec<u8>) -> Vec<u8> {
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let checksum = content.iter().fold(0xcbf2_9ce4_8422_2325, hash);
    content.extend(checksum.to_le_bytes());
    content
}

/// No text is taken that was not signed.
fn signed_cursor(input: &[u8]) {
    let key = CursorKey::new(b"a key of the trial, of 32 bytes.").expect("a key");
    let text = String::from_utf8_lossy(input);
    assert!(Cursor::verify(&text, &key).is_err(), "a text that was not signed is taken");
    let _ = text.parse::<Cursor>();
}

/// An order that a request asks for is refused, or the query runs.
fn order(text: &str) {
    if let Ok(order) = orm::order_from(text, (Wide::text().asc(), Wide::id().desc())) {
        Wide::query().select(Wide::id()).order_by(order).all(&*DB).expect("the query runs");
    }
}

/// A decimal is written as it is read.
fn decimal(text: &str) {
    if let Some(read) = Decimal::parse(text) {
        assert_eq!(Decimal::parse(&read.to_string()), Some(read));
        let _ = (read.checked_add(read), read.checked_mul(read), read.checked_sub(read));
    }
}

/// A date or time is written as it is read.
fn moment(text: &str) {
    if let Some(date) = Date::parse(text) {
        assert_eq!(date.text().ok().and_then(|text| Date::parse(&text)), Some(date));
    }
    if let Some(time) = Time::parse(text) {
        assert_eq!(Time::parse(&time.text()), Some(time));
    }
}

/// SQL that others wrote, as far as finding parameters in it goes.
fn statement(text: &str) {
    let tx = DB.begin_read().expect("a transaction");
    let _ = sql(TrustedSql(text.to_owned())).bind(1).tuples::<(Option<i64>,)>(&tx);
}

/// Where a server is. Only texts are tried that lead to a port of this machine at which nothing listens.
fn url(text: &str) {
    let (_, rest) = text.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host == "127.0.0.1:1" && !text.to_ascii_lowercase().contains("host") {
        let connected = Db::postgres().connect_timeout(Duration::from_millis(50)).connect(text);
        assert!(connected.is_err(), "something answers");
    }
}

/// A value that a file holds: it is read, or the error says which column. What is read is compared, ordered by and written.
fn stored(input: &[u8], as_text: bool) {
    let Some((&column, value)) = input.split_first() else { return };
    let name = COLUMNS[usize::from(column) % COLUMNS.len()];
    let update = sql(TrustedSql(format!("UPDATE wide SET {name} = $1 WHERE id = 1")));
    let updated = match std::str::from_utf8(value) {
        Ok(text) if as_text => update.bind(text).execute(&*DB),
        _ => update.bind(value.to_vec()).execute(&*DB),
    };
    if updated.is_err() {
        return;
    }
    match Wide::find(&*DB, 1) {
        Ok(row) => {
            if let Err(error) = row.update(&*DB) {
                assert!(error.is_encode() || error.is_other_form(), "{error}");
            }
        }
        Err(error) => assert!(error.column() == Some(name) || error.is_other_form(), "{error}"),
    }
    sql(TrustedSql(format!("UPDATE wide SET {name} = NULL WHERE id = 1"))).execute(&*DB).expect("the value is gone");
}
