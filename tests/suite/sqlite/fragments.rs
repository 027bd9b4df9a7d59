//! Fragments of SQL on columns with another stored form than new tables have.

use orm::value::{DateTime, Decimal, Timestamp};
use orm::{Condition, Model, Result, assert_queries, sql, sql_condition, sql_value};

use crate::database::db;

fn at(second: i64) -> Timestamp {
    Timestamp(DateTime::new(second, 0).expect("an instant"))
}

#[test]
fn a_column_stands_for_its_value_in_the_form_of_new_tables() -> Result<()> {
    #[derive(Model, Clone, Debug)]
    struct Event {
        id: i64,
        #[model(stored = unix_milliseconds)]
        at: Timestamp,
        #[model(stored = minor_units(2))]
        price: Decimal,
    }
    let db = db();
    db.create_tables::<(Event,)>()?;
    for (second, cents) in [(1_710_498_029, 990), (1_710_498_030, 1000), (0, 100)] {
        NewEvent { at: at(second), price: Decimal::new(cents, 2) }.insert(&db)?;
    }
    let ids = |condition: Condition<Event>| Event::query().filter(condition).select(Event::id()).all(&db);
    assert_eq!(ids(sql_condition("{} = {}", (Event::at(), at(1_710_498_030))))?, [2]);
    assert_eq!(ids(sql_condition("strftime('%Y', {}) = {}", (Event::at(), "2024")))?, [1, 2]);
    assert_eq!(ids(sql_condition("{} < {}", (Event::price(), Decimal::new(10, 0))))?, [1, 3]);
    let order = Event::query().order_by(sql_value("{}", Event::price()).desc()).select(Event::id()).all(&db)?;
    assert_eq!(order, [2, 1, 3]);
    let latest = sql_value("coalesce({}, {})", (Event::at().max(), at(0))).typed::<Timestamp>();
    assert_eq!(Event::query().select(latest).one(&db)?, at(1_710_498_030));
    Ok(())
}

#[test]
fn a_column_that_holds_another_form_is_refused() -> Result<()> {
    #[derive(Model, Debug)]
    struct Event {
        id: i64,
        at: Timestamp,
    }
    let db = db();
    sql("CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)").execute(&db)?;
    sql("INSERT INTO events VALUES (1, 1710498029)").execute(&db)?;
    let error = Event::query().filter(sql_condition("{} < {}", (Event::at(), at(0)))).all(&db).unwrap_err();
    assert!(error.is_other_form(), "{error}");
    assert_eq!((error.table(), error.column()), (Some("events"), Some("at")));
    let computed = sql_condition("{} < {}", (sql_value("{}", Event::at()).typed::<Timestamp>(), at(0)));
    assert!(Event::query().filter(computed).all(&db).is_err_and(|error| error.is_other_form()));
    Ok(())
}

#[test]
fn the_value_of_any_row_of_a_group_is_refused() -> Result<()> {
    #[derive(Model, Debug)]
    struct Note {
        id: i64,
        text: String,
    }
    let db = db();
    db.create_tables::<Note>()?;
    let lower = || sql_value("lower({})", Note::text()).aggregate::<String>();
    let each = Note::query().group_by(Note::id()).select((Note::id(), lower()));
    let errors =
        assert_queries!(&db, 0, [each.all(&db).unwrap_err(), Note::query().select(lower()).all(&db).unwrap_err()]);
    for error in errors {
        assert!(error.is_invalid() && error.to_string().contains("calls no aggregate function"), "{error}");
    }
    Ok(())
}
