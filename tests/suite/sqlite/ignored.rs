//! Rows that a constraint of the table ignores, as `ON CONFLICT IGNORE` does.

use orm::{Db, Insert, Model, Result, bulk_insert, insert_many};

use crate::database::Shared as File;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(parts: Part)]
struct Thing {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Part {
    id: i64,
    name: String,
    #[belongs_to(thing: Thing)]
    thing_id: i64,
}

fn thing(name: &str) -> NewThing {
    NewThing { name: name.into() }
}

fn things(file: &File) -> Result<Db> {
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE ON CONFLICT IGNORE);
             INSERT INTO things (name) VALUES ('a')",
        )
        .expect("the table is created");
    db.create_tables::<(Thing, Part)>()?;
    Ok(db)
}

#[test]
fn children_never_come_under_the_parent_of_another_row() -> Result<()> {
    let file = File::new();
    let db = things(&file)?;
    let with_part = |name: &str| {
        let part = format!("part of {name}");
        thing(name).with(Thing::parts(), move |thing| [NewPart { name: part, thing_id: thing.id }])
    };
    let error = insert_many(&db, ["a", "x"].map(with_part)).unwrap_err();
    assert!(error.is_ignored(), "{error}");
    assert_eq!((Thing::query().count(&db)?, Part::query().count(&db)?), (1, 0));
    let stored = insert_many(&db, ["x", "y"].map(with_part))?;
    for thing in &stored {
        assert_eq!(thing.parts()[0].name, format!("part of {}", thing.name));
    }
    Ok(())
}

#[test]
fn rows_that_exist_are_ignored_with_an_error_and_nothing_stays() -> Result<()> {
    let file = File::new();
    let db = things(&file)?;
    for error in [
        thing("a").insert(&db).map(|_| ()),
        insert_many(&db, ["b", "a", "c"].map(thing)).map(|_| ()),
        bulk_insert(&db, ["b", "a"].map(thing)).map(|_| ()),
        orm::upsert(&db, thing("a"), Thing::id(), Thing::name()).map(|_| ()),
    ] {
        let error = error.unwrap_err();
        assert!(error.is_ignored() && error.table() == Some("things"), "{error}");
        assert_eq!(Thing::query().count(&db)?, 1);
    }
    Ok(())
}

#[test]
fn a_transaction_goes_on_after_a_row_was_ignored_without_a_trace() -> Result<()> {
    let file = File::new();
    let db = things(&file)?;
    db.transaction(|tx| {
        thing("b").insert(tx)?;
        assert!(thing("a").insert(tx).unwrap_err().is_ignored());
        thing("c").insert(tx)
    })?;
    assert_eq!(Thing::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn a_view_that_triggers_write_gives_back_what_is_stored() -> Result<()> {
    #[derive(Model, Clone, Debug, PartialEq)]
    #[model(table = "seen_things")]
    struct Seen {
        #[model(primary_key)]
        name: String,
        upper: Option<String>,
    }
    let file = File::new();
    let db = things(&file)?;
    file.raw()
        .execute_batch(
            "CREATE VIEW seen_things AS SELECT name, upper(name) AS upper FROM things;
             CREATE TRIGGER see INSTEAD OF INSERT ON seen_things WHEN NEW.name <> 'none'
             BEGIN INSERT INTO things (name) VALUES (NEW.name); END",
        )
        .expect("the view is created");
    let new = |name: &str| NewSeen { name: name.into(), upper: None };
    assert_eq!(new("b").insert(&db)?, Seen { name: "b".into(), upper: Some("B".into()) });
    let many = insert_many(&db, ["c", "d"].map(new))?;
    assert_eq!(many.iter().map(|seen| seen.upper.as_deref()).collect::<Vec<_>>(), [Some("C"), Some("D")]);
    // SQLite counts no row of a view.
    assert!(bulk_insert(&db, [new("e")]).unwrap_err().is_ignored());
    assert_eq!(Thing::query().count(&db)?, 4);
    Ok(())
}
