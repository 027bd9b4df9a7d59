//! Orders, URLs, numbers, moments, and SQL that others wrote.

use std::time::Duration;

use orm::value::{Date, DateTime, Decimal, Time};
use orm::{Db, Model as _, TrustedSql, sql};

use super::{Found, Fuzz, Wide, mutate};

/// An order that a request asks for: it is refused, or the query runs.
pub(super) fn order(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/order.txt"));
    let Ok(order) = orm::order_from(input, (Wide::text().asc(), Wide::id().desc())) else { return Ok(()) };
    let rows = Wide::query().select(Wide::id()).order_by(order).all(&fuzz.db);
    rows.map(|_| ()).map_err(|error| error.to_string())
}

/// Where a server is. Only texts are tried that lead to a port of this machine at which nothing listens.
pub(super) fn url(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/url.txt"));
    let (_, rest) = input.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let hosts = host.split(',').all(|host| host == "127.0.0.1:1" || host == "127.0.0.1:2");
    if !hosts || input.to_ascii_lowercase().contains("host") {
        return Ok(());
    }
    // Where it stands elsewhere too, it is shown as a user or a database.
    let is_secret = authority.contains(":5ecr3t@") && input.matches("5ecr3t").count() == 1;
    match Db::postgres().connect_timeout(Duration::from_millis(50)).connect(input) {
        Ok(_) => Err("something answers".to_owned()),
        Err(error) if is_secret && error.to_string().contains("5ecr3t") => {
            Err(format!("the error shows the password: {error}"))
        }
        Err(_) => Ok(()),
    }
}

/// A decimal is written as it is read, whatever its digits.
pub(super) fn decimal(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/decimal.txt"));
    let scale = u16::try_from(fuzz.random.below(65_536)).unwrap_or(0);
    let coefficient = i128::from(fuzz.random.bits()) - i128::from(fuzz.random.bits());
    let made = Decimal::new(coefficient, scale);
    let Some(read) = Decimal::parse(input) else { return Ok(()) };
    let again = Decimal::parse(&read.to_string());
    if again != Some(read) {
        return Err(format!("{read} is read as {again:?}"));
    }
    let _ = (read.checked_add(made), read.checked_sub(made), read.checked_mul(made), read.cmp(&made), made.to_string());
    Ok(())
}

/// A date or time is written as it is read.
pub(super) fn moment(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/moment.txt"));
    if let Some(date) = Date::parse(input) {
        let again = date.text().ok().and_then(|text| Date::parse(&text));
        if again != Some(date) {
            return Err(format!("{date:?} is read as {again:?}"));
        }
    }
    if let Some(time) = Time::parse(input) {
        let again = Time::parse(&time.text());
        if again != Some(time) {
            return Err(format!("{time:?} is read as {again:?}"));
        }
    }
    let (seconds, nanoseconds) =
        (fuzz.random.bits().cast_signed(), u32::try_from(fuzz.random.below(2_000_000_000)).unwrap_or(0));
    if let Some(moment) = DateTime::new(seconds, nanoseconds) {
        let _ = (moment.text(), moment.date().year_month_day(), moment.time().clock(), moment.to_microseconds());
    }
    Ok(())
}

/// SQL that others wrote, as far as finding parameters in it goes.
pub(super) fn statement(fuzz: &mut Fuzz, input: &mut String) -> Found {
    *input = mutate::line(&mut fuzz.random, include_str!("../../corpus/sql.txt"));
    let Ok(tx) = fuzz.db.begin_read() else { return Err("no transaction begins".to_owned()) };
    let _ = sql(TrustedSql(input.clone())).bind(1).tuples::<(Option<i64>,)>(&tx);
    Ok(())
}
