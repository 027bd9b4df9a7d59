//! Parts and starts of dates and timestamps, with any session settings, and the indexes for them.

use orm::value::{Date, DateTime, Timestamp};
use orm::{DateUnit, Model, Result, TrustedSql, count, sql};

use crate::database::{Shared, db};

#[derive(Model, Clone, Debug)]
struct Event {
    id: i64,
    day: Date,
    at: Timestamp,
    local: DateTime,
}

#[test]
fn the_time_zone_of_the_session_does_not_matter() -> Result<()> {
    let db = db();
    db.create_tables::<Event>()?;
    let at = DateTime::new(1_735_689_599, 0).expect("a moment");
    NewEvent { day: at.date(), at: Timestamp(at), local: at }.insert(&db)?;
    let month = DateTime::new(1_733_011_200, 0).expect("a moment");
    for zone in ["UTC", "Asia/Tokyo", "America/New_York"] {
        db.transaction(|tx| {
            sql(TrustedSql(format!("SET LOCAL TIME ZONE '{zone}'"))).execute(tx)?;
            let parts = Event::query().select((Event::day().year(), Event::at().year(), Event::local().hour()));
            assert_eq!(parts.all(tx)?, [(2024, 2024, 23)], "{zone}");
            let unit = DateUnit::Month;
            let (day, at) = (Event::day().truncate_to(unit), Event::at().truncate_to(unit));
            let starts = Event::query().select((day, at, Event::local().truncate_to(unit)));
            assert_eq!(starts.all(tx)?, [(month.date(), Timestamp(month), month)], "{zone}");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn years_before_the_first_are_counted_from_0_down() -> Result<()> {
    let db = db();
    db.create_tables::<Event>()?;
    for year in [-4712, -1, 0, 1, 9999, 200_000] {
        let day = Date::new(year, 2, 3).expect("a date");
        let at = DateTime::new(i64::from(day.days()) * 86_400, 0).expect("a moment");
        NewEvent { day, at: Timestamp(at), local: at }.insert(&db)?;
    }
    let years = Event::query().select((Event::day().year(), Event::at().year(), Event::local().year())).all(&db)?;
    assert_eq!(years, [-4712, -1, 0, 1, 9999, 200_000].map(|year| (year, year, year)));
    let starts = Event::query().select(Event::day().truncate_to(DateUnit::Year)).all(&db)?;
    assert_eq!(starts, [-4712, -1, 0, 1, 9999, 200_000].map(|year| Date::new(year, 1, 1).expect("a date")));
    Ok(())
}

#[test]
fn what_has_no_year_is_an_error() -> Result<()> {
    let db = db();
    db.create_tables::<Event>()?;
    sql("INSERT INTO events (day, at, local) VALUES ('infinity', 'infinity', '-infinity')").execute(&db)?;
    assert!(Event::query().select(Event::at().year()).all(&db).is_err());
    assert!(Event::query().select(Event::day().truncate_to(DateUnit::Month)).all(&db).is_err());
    Ok(())
}

#[test]
fn an_index_of_the_month_serves_groups_and_conditions() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<Event>()?;
    shared.run(
        "CREATE INDEX months ON events ((date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'));
         CREATE INDEX hours ON events (CAST(EXTRACT(hour FROM local) AS integer))",
    );
    let month = || Event::at().truncate_to(DateUnit::Month);
    let groups = Event::query().group_by(month()).select((month(), count())).sql(&db);
    let plan = shared.query_plan(&groups.to_string()).join("\n");
    assert!(plan.contains("Index Scan using months") && !plan.contains("Sort"), "{plan}");
    let hour = Event::query().filter(Event::local().hour().eq(7)).select(Event::id()).sql(&db);
    let plan = shared.query_plan(&hour.to_string().replace("$1", "7")).join("\n");
    assert!(plan.contains("Index Scan using hours"), "{plan}");
    Ok(())
}
