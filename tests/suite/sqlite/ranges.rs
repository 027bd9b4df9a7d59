//! Ranges, which SQLite does not have: each use returns an error, and nothing is stored.

use orm::{Db, Model, Range, Result, insert_many, sql};

#[derive(Model, Clone, Debug, PartialEq)]
struct Booking {
    id: i64,
    seats: Range<i32>,
}

const ADVICE: &str = "SQLite has no ranges; store the two bounds in two columns";

#[test]
fn a_table_with_ranges_is_not_created_and_takes_none() -> Result<()> {
    let db = Db::memory()?;
    let error = db.create_tables::<Booking>().unwrap_err();
    assert!(error.is_invalid());
    assert!(error.to_string().contains(&format!("`Booking`: column `bookings.seats`: {ADVICE}")), "{error}");
    let differences: Vec<String> = db.check::<Booking>()?.iter().map(ToString::to_string).collect();
    assert_eq!(differences[0], format!("`Booking`: column `bookings.seats`: {ADVICE}"));

    sql("CREATE TABLE bookings (id INTEGER PRIMARY KEY, seats TEXT NOT NULL)").execute(&db)?;
    let new = || NewBooking { seats: (1..3).into() };
    for error in [
        new().insert(&db).unwrap_err(),
        insert_many(&db, [new(), new()]).unwrap_err(),
        Booking::query().filter(Booking::seats().eq(Range::Empty)).all(&db).unwrap_err(),
        Booking::query().filter(Booking::seats().includes(1)).all(&db).unwrap_err(),
        Booking::query().filter(Booking::seats().overlaps(1..)).all(&db).unwrap_err(),
        sql("SELECT ?1").bind(Range::from(1..2)).tuples::<(i64,)>(&db).unwrap_err(),
    ] {
        assert!(error.is_encode() && error.to_string().contains(ADVICE), "{error}");
    }
    assert_eq!(Booking::query().count(&db)?, 0);
    Ok(())
}
