//! Tables whose triggers change rows: what a write returns is what is stored.

use orm::{Db, Model, Result, TrustedSql, Upsert, assert_queries, insert_many, sql};

use crate::database::{db, either};

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    #[model(unique)]
    title: String,
    text: String,
    /// How often the row was written, as a trigger counts it.
    #[model(db_default = 0)]
    writes: i32,
    /// What a trigger makes of the title.
    #[model(db_default = "")]
    slug: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    text: String,
    #[model(version)]
    version: i64,
    #[model(db_default = 0)]
    writes: i32,
}

fn note(title: &str) -> NewNote {
    NewNote { title: title.into(), text: "text".into(), writes: None, slug: None }
}

/// A database whose triggers count the writes of each row: after it is written on SQLite, where a trigger cannot do it
/// otherwise, and before that on PostgreSQL.
fn counting() -> Result<Db> {
    let db = db();
    db.create_tables::<(Note, Page)>()?;
    if either(true, false) {
        for (table, slug) in [("notes", ", slug = lower(NEW.title)"), ("pages", "")] {
            for event in ["INSERT", "UPDATE OF text"] {
                let name = event.split(' ').next().unwrap_or_default();
                let text = format!(
                    "CREATE TRIGGER {table}_{name} AFTER {event} ON {table} BEGIN \
                     UPDATE {table} SET writes = writes + 1{slug} WHERE id = NEW.id; END"
                );
                run(&db, text)?;
            }
        }
    } else {
        for (table, slug) in [("notes", "NEW.slug := lower(NEW.title);"), ("pages", "")] {
            run(
                &db,
                format!(
                    "CREATE FUNCTION count_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ \
                     BEGIN NEW.writes := NEW.writes + 1; {slug} RETURN NEW; END $$"
                ),
            )?;
            run(
                &db,
                format!(
                    "CREATE TRIGGER counting BEFORE INSERT OR UPDATE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION count_{table}()"
                ),
            )?;
        }
    }
    Ok(db)
}

fn run(db: &Db, text: String) -> Result<()> {
    sql(TrustedSql(text)).execute(db).map(|_| ())
}

#[test]
fn a_new_row_comes_back_as_triggers_left_it() -> Result<()> {
    let db = counting()?;
    for title in ["A", "B"] {
        let stored = note(title).insert(&db)?;
        assert_eq!((stored.writes, stored.slug.as_str()), (1, title.to_lowercase().as_str()));
        assert_eq!(stored, Note::find(&db, stored.id)?);
    }
    let many = insert_many(&db, ["C", "D", "E"].map(note))?;
    assert_eq!(many.iter().map(|note| note.slug.as_str()).collect::<Vec<_>>(), ["c", "d", "e"]);
    assert_eq!(many, Note::query().filter(Note::id().gt(2)).all(&db)?);
    let stored = db.transaction(|tx| note("F").insert(tx))?;
    assert_eq!((stored.writes, stored.slug.as_str()), (1, "f"));
    Ok(())
}

#[test]
fn a_row_that_is_edited_or_updated_comes_back_as_triggers_left_it() -> Result<()> {
    let db = counting()?;
    let stored = note("A").insert(&db)?;
    let edited = stored.edit(&db, |note| (note.title, note.text) = ("B".into(), "other".into()))?;
    assert_eq!((edited.title.as_str(), edited.writes, edited.slug.as_str()), ("B", 2, "b"));
    assert_eq!(edited, Note::find(&db, stored.id)?);
    let again = orm::upsert(&db, NewNote { text: "new".into(), ..note("B") }, Note::title(), Note::text())?;
    assert_eq!(again, Note::find(&db, stored.id)?);
    assert_eq!((again.text.as_str(), again.slug.as_str()), ("new", "b"));

    let many = Upsert::of([note("B"), note("C")], Note::title()).update(Note::text()).all(&db)?;
    assert_eq!(many, Note::query().all(&db)?);
    assert_eq!(many[1].slug, "c");

    let page = NewPage { text: "one".into(), writes: None }.insert(&db)?;
    assert_eq!((page.version, page.writes), (1, 1));
    let page = Page { text: "two".into(), ..page }.update(&db)?;
    assert_eq!((page.text.as_str(), page.version, page.writes), ("two", 2, 2));
    let page = page.edit(&db, |page| page.text = "three".into())?;
    assert_eq!((page.text.as_str(), page.version, page.writes), ("three", 3, 3));
    assert_eq!(page, Page::find(&db, page.id)?);
    Ok(())
}

#[test]
fn rows_that_are_updated_or_deleted_together_come_back_as_triggers_left_them() -> Result<()> {
    let db = counting()?;
    let number = 1_200;
    insert_many(&db, (0..number).map(|at| note(&format!("Title {at}"))))?;
    for _ in 0..2 {
        let mut updated = Note::all_rows().update_returning(&db, Note::text().set("other"))?;
        updated.sort_by_key(|note| note.id);
        assert_eq!(updated, Note::query().all(&db)?);
    }
    let read = Note::query().all(&db)?;
    assert_eq!((read[7].writes, read[7].slug.as_str()), (3, "title 7"));
    let written =
        db.transaction(|tx| Note::rows_where(Note::id().le(3)).update_returning(tx, Note::text().set("x")))?;
    assert_eq!(written.iter().map(|note| note.writes).collect::<Vec<_>>(), [4, 4, 4]);
    if either(true, false) {
        run(
            &db,
            "CREATE TRIGGER gone AFTER DELETE ON notes BEGIN UPDATE notes SET writes = 0 WHERE id < 4; END".into(),
        )?;
    }
    let deleted = Note::rows_where(Note::id().gt(3)).delete_returning(&db)?;
    assert_eq!((deleted.len(), deleted[4].writes), (number - 3, 3), "as they were");
    assert_eq!(Note::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn what_others_changed_comes_back_from_an_edit() -> Result<()> {
    let db = db();
    db.create_tables::<Note>()?;
    let mine = note("A").insert(&db)?;
    Note::all_rows().update(&db, Note::text().set("theirs"))?;
    let stored = assert_queries!(&db, 1, mine.edit(&db, |note| note.writes = 7)?);
    assert_eq!((stored.text.as_str(), stored.writes), ("theirs", 7));
    Ok(())
}

#[test]
fn a_row_that_a_trigger_makes_unreadable_is_not_written() -> Result<()> {
    let db = counting()?;
    run(&db, either("DROP TRIGGER notes_INSERT", "DROP TRIGGER counting ON notes").into())?;
    let sound = note("A").insert(&db)?;
    // A number that the field cannot hold: SQLite keeps it, and PostgreSQL must be made to.
    let large = either(
        "CREATE TRIGGER large AFTER INSERT ON notes BEGIN UPDATE notes SET writes = 5000000000 WHERE id = NEW.id; END",
        "ALTER TABLE notes ALTER COLUMN writes TYPE bigint, ALTER COLUMN writes SET DEFAULT 5000000000",
    );
    run(&db, large.into())?;
    for error in [
        note("B").insert(&db).map(|_| ()),
        insert_many(&db, [note("B"), note("C")]).map(|_| ()),
        orm::upsert(&db, note("B"), Note::title(), Note::text()).map(|_| ()),
    ] {
        let error = error.unwrap_err();
        assert!(error.is_decode() && error.column() == Some("writes"), "{error}");
        assert_eq!(Note::query().all(&db)?, std::slice::from_ref(&sound), "after {error}");
    }
    let caught = db.transaction(|tx| {
        assert!(note("B").insert(tx).unwrap_err().is_decode());
        Ok(())
    });
    assert!(caught.unwrap_err().is_transaction_lost());
    assert_eq!(Note::query().all(&db)?, [sound]);
    Ok(())
}
