//! Mutates bytes and texts from outside: cursors, orders, URLs, numbers, timestamps, JSON, SQL and stored rows. Each is
//! read, or refused with an error. Nothing panics, and nothing takes long.

mod cursors;
mod mutate;
mod rows;
mod texts;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use inputs::Found;
use orm::Db;

use crate::random::Random;

/// The maximum time for an input, on a machine that does other work too.
const SLOW: Duration = Duration::from_secs(5);

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
pub(crate) fn run(seed: u64, time: Duration) -> Result<String, String> {
    let text = |error: orm::Error| format!("the database is not made: {error}");
    let db = inputs::database().map_err(text)?;
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
