//! Mutates bytes and texts that come from outside: cursors, orders, URLs, numbers, moments, JSON, SQL and stored rows. Each is
//! read, or is an error; nothing panics, and nothing takes long.

mod cursors;
mod mutate;
mod rows;
mod texts;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use orm::{Db, Model, Result, sql};

use crate::random::Random;

/// No input takes longer, on a machine that does other things too.
const SLOW: Duration = Duration::from_secs(5);

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
    decimal: Option<rust_decimal::Decimal>,
    #[model(stored = mixed)]
    any_decimal: Option<orm::value::Decimal>,
    date: Option<orm::value::Date>,
    time: Option<orm::value::Time>,
    moment: Option<orm::value::Timestamp>,
    #[model(stored = mixed)]
    any_moment: Option<orm::value::DateTime>,
    #[model(stored = unix_seconds)]
    seconds: Option<orm::value::Timestamp>,
    #[model(stored = julian_day)]
    day: Option<orm::value::DateTime>,
    uuid: Option<uuid::Uuid>,
    #[model(stored = mixed)]
    any_uuid: Option<uuid::Uuid>,
    #[model(stored = y_n)]
    letter: Option<bool>,
    #[model(json)]
    json: Option<serde_json::Value>,
}

/// A database with a few rows of it.
fn database() -> Result<Db> {
    let db = Db::memory()?;
    let columns = "text, real, small, flag, bytes, decimal, any_decimal, date, time, moment, any_moment, seconds, day, uuid, any_uuid, \
                   letter, json";
    sql(orm::TrustedSql(format!("CREATE TABLE wide (id INTEGER PRIMARY KEY, {columns})"))).execute(&db)?;
    for id in 0..6 {
        sql("INSERT INTO wide (id) VALUES ($1)").bind(id).execute(&db)?;
    }
    sql("UPDATE wide SET text = 'a' || id, real = id / 2.0, small = id, flag = id % 2, bytes = x'00ff', decimal = '1.5', \
         any_decimal = '2.5', date = '2024-02-29', time = '10:20:30', moment = '2024-02-29 10:20:30', any_moment = '2024-02-29', \
         seconds = 1710498030, day = 2460384.5, letter = 'Y', json = '{\"a\": 1}' WHERE id > 1")
    .execute(&db)?;
    Ok(db)
}

/// What an input was found to do that it should not: in words.
type Found = std::result::Result<(), String>;

struct Fuzz {
    db: Db,
    random: Random,
    cursors: Vec<Vec<u8>>,
}

type Target = fn(&mut Fuzz, &mut String) -> Found;

const TARGETS: [(&str, Target); 9] = [
    ("a cursor", cursors::mutated),
    ("a cursor made up", cursors::made_up),
    ("a signed cursor", cursors::signed),
    ("an order", texts::order),
    ("a URL", texts::url),
    ("a decimal", texts::decimal),
    ("a date or time", texts::moment),
    ("SQL", texts::statement),
    ("a stored value", rows::stored),
];

/// Mutates until the time is over.
pub(crate) fn run(seed: u64, time: Duration) -> std::result::Result<String, String> {
    let text = |error: orm::Error| format!("the database is not made: {error}");
    let db = database().map_err(text)?;
    let cursors = cursors::corpus(&db).map_err(text)?;
    let mut fuzz = Fuzz { db, random: Random::new(seed), cursors };
    let (began, mut numbers) = (Instant::now(), BTreeMap::<&str, u64>::new());
    while began.elapsed() < time {
        let (name, target) = *fuzz.random.one_of(&TARGETS);
        *numbers.entry(name).or_default() += 1;
        let (mut input, started) = (String::new(), Instant::now());
        let result = catch_unwind(AssertUnwindSafe(|| target(&mut fuzz, &mut input)));
        let found = match result {
            Err(_) => Some("it panicked".to_owned()),
            Ok(Err(found)) => Some(found),
            Ok(Ok(())) if started.elapsed() > SLOW => Some(format!("it took {:?}", started.elapsed())),
            Ok(Ok(())) => None,
        };
        if let Some(found) = found {
            return Err(format!("{name}: {found}\ninput: {input:?}"));
        }
    }
    let numbers: Vec<String> = numbers.iter().map(|(name, number)| format!("{number} × {name}")).collect();
    Ok(format!("no panic, nothing slow: {}", numbers.join(", ")))
}
