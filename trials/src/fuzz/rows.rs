//! Values that a file holds and that no column should: each is read, or is an error that says which column.

use orm::{Error, Model as _, Result, sql};

use super::{Found, Fuzz, Wide, mutate};

const TEXTS: [&str; 4] = [
    include_str!("../../corpus/decimal.txt"),
    include_str!("../../corpus/moment.txt"),
    include_str!("../../corpus/json.txt"),
    include_str!("../../corpus/uuid.txt"),
];

/// Reads one column of all rows, compares and orders by it, and writes back what it read.
macro_rules! read {
    ($fuzz:ident, $at:expr; $($column:ident),*) => {{
        let read: [fn(&orm::Db) -> Result<()>; 16] = [$(|db| {
            let values = Wide::query().select(Wide::$column()).all(db)?;
            let rows = Wide::query().filter(Wide::id().eq(5));
            for value in values {
                let _ = rows.clone().filter(Wide::$column().eq(value.clone())).count(db)?;
                let _ = rows.clone().filter(Wide::$column().gt(value)).count(db)?;
            }
            let _ = Wide::query().order_by(Wide::$column().desc()).select(Wide::id()).all(db)?;
            Ok(())
        }),*];
        read[$at % read.len()](&$fuzz.db)
    }};
}

const COLUMNS: [&str; 17] = [
    "text",
    "real",
    "small",
    "flag",
    "bytes",
    "decimal",
    "any_decimal",
    "date",
    "time",
    "moment",
    "any_moment",
    "seconds",
    "day",
    "uuid",
    "any_uuid",
    "letter",
    "json",
];

pub(super) fn stored(fuzz: &mut Fuzz, input: &mut String) -> Found {
    let at = fuzz.random.below(COLUMNS.len());
    let corpus = *fuzz.random.one_of(&TEXTS);
    let text = mutate::line(&mut fuzz.random, corpus);
    let kind = fuzz.random.below(6);
    let bits = fuzz.random.bits();
    *input = format!("{} = {text:?} as {kind}, {bits}", COLUMNS[at]);
    let update = orm::TrustedSql(format!("UPDATE wide SET {} = $1 WHERE id = 5", COLUMNS[at]));
    let written = match kind {
        0 => sql(update).bind(bits.cast_signed() >> (bits % 64)).execute(&fuzz.db),
        1 => sql(update).bind(Some(f64::from_bits(bits)).filter(|real| !real.is_nan())).execute(&fuzz.db),
        2 => sql(update).bind(text.into_bytes()).execute(&fuzz.db),
        _ => sql(update).bind(text).execute(&fuzz.db),
    };
    written.map_err(|error| format!("it is not written: {error}"))?;
    let read = if COLUMNS[at] == "json" {
        Wide::query().select(Wide::json()).all(&fuzz.db).map(|values| drop(format!("{values:?}")))
    } else {
        read!(fuzz, at; text, real, small, flag, bytes, decimal, any_decimal, date, time, moment, any_moment, seconds, day, uuid, any_uuid, letter)
    };
    let cleared =
        sql(orm::TrustedSql(format!("UPDATE wide SET {} = NULL WHERE id = 5", COLUMNS[at]))).execute(&fuzz.db);
    cleared.map_err(|error| format!("it is not cleared: {error}"))?;
    match read {
        Err(error) if !is_expected(&error) => Err(format!("an error of another kind: {error}")),
        _ => Ok(()),
    }
}

fn is_expected(error: &Error) -> bool {
    error.is_decode() || error.is_encode()
}
