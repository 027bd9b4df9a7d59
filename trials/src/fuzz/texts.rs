//! Orders, URLs, numbers, timestamps, and SQL from outside: changed lines of a corpus.

use inputs::{Found, texts};
use orm::value::{DateTime, Decimal};

use super::{Fuzz, mutate};

pub(super) fn order(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/order.txt"));
    texts::order(&fuzz.db, input)
}

pub(super) fn url(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/url.txt"));
    texts::url(input)
}

/// A decimal, next to one with any digits and scale.
pub(super) fn decimal(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/decimal.txt"));
    let scale = u16::try_from(fuzz.random.below(65_536)).unwrap_or(0);
    let coefficient = i128::from(fuzz.random.bits()) - i128::from(fuzz.random.bits());
    texts::decimal(input, Decimal::new(coefficient, scale))
}

/// A date or time, next to any number of seconds.
pub(super) fn moment(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/moment.txt"));
    let (seconds, nanoseconds) =
        (fuzz.random.bits().cast_signed(), u32::try_from(fuzz.random.below(2_000_000_000)).unwrap_or(0));
    if let Some(moment) = DateTime::new(seconds, nanoseconds) {
        let _ = (moment.text(), moment.date().year_month_day(), moment.time().clock(), moment.to_microseconds());
    }
    texts::moment(input)
}

pub(super) fn statement(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/sql.txt"));
    texts::statement(&fuzz.db, input)
}
