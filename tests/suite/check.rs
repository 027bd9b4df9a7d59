//! Models compared with the live database.

use orm::{Model, Result};

use crate::database::either;

use super::support::db;

#[derive(Model)]
#[has_many(books: Book)]
struct Author {
    id: i64,
    name: String,
    born: Option<i32>,
}

#[derive(Model)]
struct Book {
    id: i64,
    title: String,
    price: f64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[derive(Model)]
struct Shelf {
    id: i64,
    label: String,
}

#[test]
fn what_was_created_from_the_models_agrees_with_them() -> Result<()> {
    let db = db();
    db.create_tables::<(Author, Book, Shelf)>()?;
    assert_eq!(db.check::<(Author, Book, Shelf)>()?, []);
    Ok(())
}

/// Its rooms do not say that they belong to it.
#[derive(Model)]
#[has_many(rooms: Room)]
struct House {
    id: i64,
}

#[derive(Model)]
struct Room {
    id: i64,
    house_id: i64,
}

#[test]
fn the_key_of_a_relation_has_an_index_though_it_is_no_foreign_key() -> Result<()> {
    let db = db();
    let index = "CREATE INDEX \"rooms__house_id\" ON \"rooms\" (\"house_id\")";
    assert!(db.create_sql::<(House, Room)>().iter().any(|statement| statement == index));
    orm::sql("CREATE TABLE houses (id bigint PRIMARY KEY)").execute(&db)?;
    orm::sql("CREATE TABLE rooms (id bigint PRIMARY KEY, house_id bigint NOT NULL)").execute(&db)?;
    let texts: Vec<String> = db.check::<(House, Room)>()?.iter().map(ToString::to_string).collect();
    assert_eq!(texts, [format!("`Room`: no index of table `rooms` begins with house_id; to mend it: {index}")]);
    assert_eq!(db.check::<Room>()?, [], "of the room alone nobody knows that it is looked for");
    Ok(())
}

#[derive(Model)]
struct Setting {
    id: i64,
    #[model(db_default = "it's")]
    name: String,
    #[model(db_default = 7)]
    level: i64,
    #[model(db_default = true)]
    on: bool,
    #[model(db_default = sql("CURRENT_TIMESTAMP"))]
    since: String,
    #[model(db_default = 1)]
    more: i64,
    #[model(db_default = sql("1 + 1"))]
    two: i64,
}

#[test]
fn defaults_are_compared_as_the_database_tells_them() -> Result<()> {
    let db = db();
    let table = either(
        "CREATE TABLE settings (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'its', \
         level INTEGER NOT NULL DEFAULT (+7), \"on\" INTEGER NOT NULL DEFAULT 1, since TEXT NOT NULL)",
        "CREATE TABLE settings (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'its', \
         level bigint NOT NULL DEFAULT '7', \"on\" boolean NOT NULL DEFAULT 't', since text NOT NULL)",
    );
    orm::sql(table).execute(&db)?;
    let texts: Vec<String> = db.check::<Setting>()?.iter().map(ToString::to_string).collect();
    let expected = [
        either(
            "`Setting`: column `settings.name` has the default `'its'`, where `'it''s'` is expected",
            "`Setting`: column `settings.name` has the default `'its'::text`, where `'it''s'` is expected; \
             to mend it: ALTER TABLE \"settings\" ALTER COLUMN \"name\" SET DEFAULT 'it''s'",
        ),
        either(
            "`Setting`: column `settings.since` has no default, where `(CURRENT_TIMESTAMP)` is expected",
            "`Setting`: column `settings.since` has no default, where `(CURRENT_TIMESTAMP)` is expected; \
             to mend it: ALTER TABLE \"settings\" ALTER COLUMN \"since\" SET DEFAULT (CURRENT_TIMESTAMP)",
        ),
        either(
            "`Setting`: table `settings` has no column `more`; to mend it: \
             ALTER TABLE \"settings\" ADD COLUMN \"more\" INTEGER NOT NULL DEFAULT 1",
            "`Setting`: table `settings` has no column `more`; to mend it: \
             ALTER TABLE \"settings\" ADD COLUMN \"more\" bigint NOT NULL DEFAULT 1",
        ),
        // What is not the same for all rows cannot be added to those that are there.
        "`Setting`: table `settings` has no column `two`",
    ];
    assert_eq!(texts, expected);
    Ok(())
}

/// What a mapping says that was written without a look at the database.
#[derive(Model)]
#[many_to_many(labels: Label, through = "note_labels", left = "note", right = "label")]
struct Note {
    id: i64,
}

#[derive(Model)]
struct Label {
    id: i64,
}

#[test]
fn a_join_table_without_a_model_is_compared_too() -> Result<()> {
    let created = db();
    created.create_tables::<(Note, Label)>()?;
    assert_eq!(created.check::<(Note, Label)>()?, []);

    let texts = |table: &'static str| -> Result<Vec<String>> {
        let db = db();
        orm::sql("CREATE TABLE notes (id bigint PRIMARY KEY)").execute(&db)?;
        orm::sql("CREATE TABLE labels (id bigint PRIMARY KEY)").execute(&db)?;
        orm::sql(table).execute(&db)?;
        Ok(db.check::<(Note, Label)>()?.iter().map(ToString::to_string).collect())
    };
    assert_eq!(
        texts("CREATE TABLE note_labels (note bigint, label bigint, PRIMARY KEY (note, label))")?,
        ["`Note.labels`: no index of table `note_labels` begins with label; to mend it: \
          CREATE INDEX \"note_labels__label\" ON \"note_labels\" (\"label\")"]
    );
    assert_eq!(
        texts("CREATE TABLE note_labels (note bigint, tag bigint)")?,
        ["`Note.labels`: table `note_labels` has no column `label`"]
    );
    let [missing] = &texts("CREATE TABLE other (id bigint)")?[..] else { panic!("one difference") };
    assert!(missing.starts_with("`Note.labels`: the database has no table `note_labels`; to mend it: CREATE TABLE"));
    Ok(())
}

#[derive(Model)]
#[model(table = "AA")]
struct Twice {
    #[model(primary_key, column = "ID")]
    key: i64,
    #[model(column = "Name")]
    one: String,
    #[model(column = "name")]
    other: String,
}

#[derive(Model)]
#[model(table = "aa")]
struct Again {
    id: i64,
}

#[derive(Model)]
#[model(table = "Ä")]
struct Large {
    id: i64,
}

#[derive(Model)]
#[model(table = "ä")]
struct Small {
    id: i64,
}

#[test]
fn names_that_differ_in_case_only_are_a_difference() -> Result<()> {
    let db = db();
    let texts = |differences: Vec<orm::Difference>| -> Vec<String> {
        let names = differences.into_iter().filter(|one| matches!(one.what, orm::Mismatched::SameName { .. }));
        names.map(|difference| difference.to_string()).collect()
    };
    assert_eq!(
        texts(db.check::<(Twice, Again)>()?),
        either(
            &[
                "`Twice`: the database takes the name `name` for `Name`; name one of them otherwise",
                "`Again`: the database takes the name `aa` for `AA`; name one of them otherwise",
            ][..],
            &[],
        )
    );
    let created = db.create_tables::<(Twice, Again)>();
    if either(true, false) {
        let error = created.unwrap_err();
        assert!(error.is_invalid() && error.to_string().contains("takes the name `name` for `Name`"), "{error}");
    } else {
        created?;
        let row = NewTwice { one: "one".into(), other: "other".into() }.insert(&db)?;
        assert_eq!((row.key, row.one.as_str(), row.other.as_str()), (1, "one", "other"));
        assert_eq!(Again::query().count(&db)?, 0, "they are two tables");
    }
    // Without regard to case goes for the letters of ASCII alone.
    db.create_tables::<(Large, Small)>()?;
    assert_eq!(db.check::<(Large, Small)>()?, []);
    Ok(())
}

#[test]
fn a_table_that_is_spelt_in_another_case_is_found() -> Result<()> {
    let db = db();
    orm::sql("CREATE TABLE AUTHORS (Id bigint PRIMARY KEY, Name text NOT NULL, Born integer)").execute(&db)?;
    let books = "CREATE TABLE Books (Id bigint PRIMARY KEY, Title text NOT NULL, Price double precision NOT NULL, \
         Author_Id bigint NOT NULL)";
    orm::sql(books).execute(&db)?;
    orm::sql("CREATE INDEX by_author ON Books (AUTHOR_ID)").execute(&db)?;
    assert_eq!(db.check::<(Author, Book)>()?, []);
    Ok(())
}

#[derive(Model)]
#[has_many(staff: Person, foreign_key = office_id)]
struct Office {
    id: i64,
    #[belongs_to(head: Person, on_delete = set_null)]
    head_id: Option<i64>,
}

#[derive(Model)]
struct Person {
    id: i64,
    #[belongs_to(office: Office, on_delete = cascade)]
    office_id: i64,
    #[belongs_to(mentor: Person)]
    mentor_id: Option<i64>,
}

#[test]
fn tables_that_refer_to_each_other_are_created_and_used() -> Result<()> {
    use orm::Insert;
    let db = db();
    db.create_tables::<(Office, Person)>()?;
    assert_eq!(db.check::<(Office, Person)>()?, []);
    assert_eq!(db.create_sql::<(Office, Person)>(), db.create_sql::<(Office, Person)>());
    let office = NewOffice { head_id: None }
        .with(Office::staff(), |office| [NewPerson { office_id: office.id, mentor_id: None }])
        .insert(&db)?;
    let head = office.staff()[0].id;
    office.edit(&db, |office| office.head_id = Some(head))?;
    Office::find(&db, office.id)?.delete(&db)?;
    assert_eq!(Person::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn every_difference_is_listed_at_once_with_what_mends_it() -> Result<()> {
    let db = db();
    let tables = [
        "CREATE TABLE authors (id bigint PRIMARY KEY, name text)",
        either(
            "CREATE TABLE books (id INTEGER PRIMARY KEY, title INTEGER NOT NULL, price NUMERIC(10,2) NOT NULL, \
             author_id INTEGER NOT NULL, more TEXT)",
            "CREATE TABLE books (id bigint PRIMARY KEY, title bigint NOT NULL, price double precision NOT NULL, \
             author_id bigint NOT NULL, more text)",
        ),
    ];
    tables.into_iter().try_for_each(|table| orm::sql(table).execute(&db).map(|_| ()))?;
    let differences = db.check::<(Author, Book, Shelf)>()?;
    let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let expected = [
        "`Author`: column `authors.name` may be NULL, and the field is no `Option`",
        either(
            "`Author`: table `authors` has no column `born`; to mend it: \
             ALTER TABLE \"authors\" ADD COLUMN \"born\" INTEGER",
            "`Author`: table `authors` has no column `born`; to mend it: \
             ALTER TABLE \"authors\" ADD COLUMN \"born\" integer",
        ),
        either(
            "`Book`: column `books.title` is `INTEGER`, where `TEXT` is expected",
            "`Book`: column `books.title` is `bigint`, where `text COLLATE \"C\"` is expected",
        ),
        "`Book`: no index of table `books` begins with author_id; to mend it: \
         CREATE INDEX \"books__author_id\" ON \"books\" (\"author_id\")",
        either(
            "`Shelf`: the database has no table `shelves`; to mend it: \
             CREATE TABLE \"shelves\" (\n  \"id\" INTEGER NOT NULL PRIMARY KEY,\n  \"label\" TEXT NOT NULL\n)",
            "`Shelf`: the database has no table `shelves`; to mend it: \
             CREATE TABLE \"shelves\" (\n  \"id\" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,\n  \
             \"label\" text COLLATE \"C\" NOT NULL\n)",
        ),
    ];
    // The plural has no dictionary: a shelf makes shelfs.
    assert_eq!(texts, expected.map(|text| text.replace("shelves", "shelfs")));
    for mend in differences.into_iter().filter_map(|difference| difference.mend) {
        orm::sql(orm::TrustedSql(mend)).execute(&db)?;
    }
    assert_eq!(db.check::<(Author, Book, Shelf)>()?.len(), 2, "what no single statement mends is left");
    Ok(())
}
