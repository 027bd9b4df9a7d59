//! Parts and starts of dates and timestamps in each stored form.

use orm::value::{Date, DateTime, Timestamp};
use orm::{DateUnit, Model, Result, TimeUnit, count, insert_many, sql};

use crate::database::db;

fn moment(seconds: i64, nanoseconds: u32) -> DateTime {
    DateTime::new(seconds, nanoseconds).expect("a moment")
}

macro_rules! stored {
    ($($name:ident: ($($form:tt)*), $code:literal;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model, Debug)]
            #[model(table = "events")]
            struct Event {
                id: i64,
                #[model(stored = $($form)*)]
                at: Timestamp,
                #[model(stored = $($form)*)]
                local: Option<DateTime>,
            }
            let db = db();
            db.create_tables::<Event>()?;
            // 1969-12-31 23:59:59, 2024-02-29 12:34:56
            let moments = [moment(-1, 0), moment(1_709_210_096, 0)];
            insert_many(&db, moments.map(|at| NewEvent { at: Timestamp(at), local: Some(at) }))?;
            NewEvent { at: Timestamp(moments[1]), local: None }.insert(&db)?;
            let parts = Event::query().select((Event::at().year(), Event::local().day(), Event::at().second()));
            assert!(parts.sql(&db).to_string().contains(concat!("orm_instant_part('year', t0.\"at\", ", $code, ")")));
            assert_eq!(parts.all(&db)?, [(1969, Some(31), 59), (2024, Some(29), 56), (2024, None, 56)]);
            let month = || Event::at().truncate_to(DateUnit::Month);
            let months = Event::query().group_by(month()).select((month(), count())).all(&db)?;
            assert_eq!(months, [(Timestamp(moment(-2_678_400, 0)), 1), (Timestamp(moment(1_706_745_600, 0)), 2)]);
            let hour = || Event::local().truncate_time_to(TimeUnit::Hour);
            let hours = Event::query().filter(hour().eq(moment(1_709_208_000, 0))).select(Event::id()).all(&db)?;
            assert_eq!(hours, [2], "compared with a value");
            let second = Event::at().truncate_time_to(TimeUnit::Second);
            assert_eq!(Event::query().filter(second.eq(Event::at())).count(&db)?, 3, "compared with a column");
            Ok(())
        }
    )*};
}

stored! {
    text_of_sqlite: (native), "0";
    text_of_iso: (iso8601), "0";
    text_with_an_offset: (iso8601(fraction = 3, offset = "+00:00")), "0";
    seconds: (unix_seconds), "1";
    milliseconds: (unix_milliseconds), "2";
    microseconds: (unix_microseconds), "3";
    real_milliseconds: (unix_milliseconds(real)), "2";
    julian_days: (julian_day), "4";
    several_forms: (mixed), "0";
}

#[derive(Model, Debug)]
struct Note {
    id: i64,
    day: Date,
    at: Timestamp,
}

/// SQLite's `strftime` returns `NULL`, or another day.
#[test]
fn what_is_no_date_is_an_error() -> Result<()> {
    let db = db();
    db.create_tables::<Note>()?;
    for (day, at) in [("'2024-02-30'", "'2024-01-01'"), ("'tomorrow'", "'2024-01-01'"), ("2460000", "'2024-01-01'")] {
        sql("DELETE FROM notes").execute(&db)?;
        let insert = format!("INSERT INTO notes (day, at) VALUES ({day}, {at})");
        sql(orm::TrustedSql(insert)).execute(&db)?;
        let error = Note::query().select(Note::day().month()).all(&db).unwrap_err();
        assert!(error.to_string().contains("a stored value is not a date in any known form"), "{error}");
        assert!(Note::query().select(Note::day().truncate_to(DateUnit::Month)).all(&db).is_err());
        assert_eq!(Note::query().select(Note::at().year()).all(&db)?, [2024]);
    }
    Ok(())
}

#[test]
fn a_week_that_begins_before_the_year_0_is_an_error() -> Result<()> {
    let db = db();
    db.create_tables::<Note>()?;
    let day = Date::new(0, 1, 2).expect("a date");
    NewNote { day, at: Timestamp(moment(0, 0)) }.insert(&db)?;
    assert_eq!(Note::query().select(Note::day().weekday()).all(&db)?, [7]);
    let error = Note::query().select(Note::day().truncate_to(DateUnit::Week)).all(&db).unwrap_err();
    assert!(error.to_string().contains("the beginning of the week is before the year 0"), "{error}");
    Ok(())
}

#[test]
fn an_offset_is_taken_into_account() -> Result<()> {
    let db = db();
    db.create_tables::<Note>()?;
    sql("INSERT INTO notes (day, at) VALUES ('2024-01-01', '2024-01-01T00:30:00+01:00')").execute(&db)?;
    assert_eq!(Note::query().select((Note::at().year(), Note::at().hour())).all(&db)?, [(2023, 23)]);
    Ok(())
}
