//! Models compared with the live database.
#![expect(missing_docs, reason = "the models and names of a test explain themselves")]

use orm::{Db, Model};

#[derive(Model)]
#[has_many(books: Book)]
pub struct Author {
    id: i64,
    name: String,
    born: Option<i32>,
}

#[derive(Model)]
pub struct Book {
    id: i64,
    title: String,
    price: f64,
    #[belongs_to(author: Author)]
    author_id: i64,
}

#[derive(Model)]
pub struct Shelf {
    id: i64,
    label: String,
}

#[test]
fn what_was_created_from_the_models_agrees_with_them() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Author, Book, Shelf)>()?;
    assert_eq!(db.check::<(Author, Book, Shelf)>()?, []);
    Ok(())
}

/// Its rooms do not say that they belong to it.
#[derive(Model)]
#[has_many(rooms: Room)]
pub struct House {
    id: i64,
}

#[derive(Model)]
pub struct Room {
    id: i64,
    house_id: i64,
}

#[test]
fn the_key_of_a_relation_has_an_index_though_it_is_no_foreign_key() -> orm::Result<()> {
    let db = Db::memory()?;
    let index = "CREATE INDEX \"rooms__house_id\" ON \"rooms\" (\"house_id\")";
    assert!(db.create_sql::<(House, Room)>().iter().any(|statement| statement == index));
    orm::sql("CREATE TABLE houses (id INTEGER PRIMARY KEY)").execute(&db)?;
    orm::sql("CREATE TABLE rooms (id INTEGER PRIMARY KEY, house_id INTEGER NOT NULL)").execute(&db)?;
    let texts: Vec<String> = db.check::<(House, Room)>()?.iter().map(ToString::to_string).collect();
    assert_eq!(texts, [format!("`Room`: no index of table `rooms` begins with house_id; to mend it: {index}")]);
    assert_eq!(db.check::<Room>()?, [], "of the room alone nobody knows that it is looked for");
    Ok(())
}

#[derive(Model)]
pub struct Setting {
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
fn defaults_are_compared_as_the_database_tells_them() -> orm::Result<()> {
    let db = Db::memory()?;
    let table = "CREATE TABLE settings (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'its', \
         level INTEGER NOT NULL DEFAULT (+7), \"on\" INTEGER NOT NULL DEFAULT 1, since TEXT NOT NULL)";
    orm::sql(table).execute(&db)?;
    let texts: Vec<String> = db.check::<Setting>()?.iter().map(ToString::to_string).collect();
    let expected = [
        "`Setting`: column `settings.name` has the default `'its'`, where `'it''s'` is expected",
        "`Setting`: column `settings.since` has no default, where `(CURRENT_TIMESTAMP)` is expected",
        "`Setting`: table `settings` has no column `more`; to mend it: \
         ALTER TABLE \"settings\" ADD COLUMN \"more\" INTEGER NOT NULL DEFAULT 1",
        // What is not the same for all rows cannot be added to those that are there.
        "`Setting`: table `settings` has no column `two`",
    ];
    assert_eq!(texts, expected);
    Ok(())
}

/// What a mapping says that was written without a look at the database.
#[derive(Model)]
#[many_to_many(labels: Label, through = "note_labels", left = "note", right = "label")]
pub struct Note {
    id: i64,
}

#[derive(Model)]
pub struct Label {
    id: i64,
}

#[test]
fn a_join_table_without_a_model_is_compared_too() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Note, Label)>()?;
    assert_eq!(db.check::<(Note, Label)>()?, []);

    let texts = |table: &'static str| -> orm::Result<Vec<String>> {
        let db = Db::memory()?;
        orm::sql("CREATE TABLE notes (id INTEGER PRIMARY KEY)").execute(&db)?;
        orm::sql("CREATE TABLE labels (id INTEGER PRIMARY KEY)").execute(&db)?;
        orm::sql(table).execute(&db)?;
        Ok(db.check::<(Note, Label)>()?.iter().map(ToString::to_string).collect())
    };
    assert_eq!(
        texts("CREATE TABLE note_labels (note INTEGER, label INTEGER, PRIMARY KEY (note, label))")?,
        ["`Note.labels`: no index of table `note_labels` begins with label; to mend it: \
          CREATE INDEX \"note_labels__label\" ON \"note_labels\" (\"label\")"]
    );
    assert_eq!(
        texts("CREATE TABLE note_labels (note INTEGER, tag INTEGER)")?,
        ["`Note.labels`: table `note_labels` has no column `label`"]
    );
    let [missing] = &texts("CREATE TABLE other (id INTEGER)")?[..] else { panic!("one difference") };
    assert!(missing.starts_with("`Note.labels`: the database has no table `note_labels`; to mend it: CREATE TABLE"));
    Ok(())
}

#[derive(Model)]
#[model(table = "AA")]
pub struct Twice {
    #[model(primary_key, column = "ID")]
    key: i64,
    #[model(column = "Name")]
    one: String,
    #[model(column = "name")]
    other: String,
}

#[derive(Model)]
#[model(table = "aa")]
pub struct Again {
    id: i64,
}

#[derive(Model)]
#[model(table = "Ä")]
pub struct Large {
    id: i64,
}

#[derive(Model)]
#[model(table = "ä")]
pub struct Small {
    id: i64,
}

#[derive(Model)]
#[model(table = "SQLite_sequence")]
pub struct Sequence {
    id: i64,
}

#[test]
fn names_that_differ_in_case_only_are_a_difference() -> orm::Result<()> {
    let db = Db::memory()?;
    let texts = |differences: Vec<orm::Difference>| -> Vec<String> {
        let names = differences.into_iter().filter(|one| matches!(one.what, orm::Mismatched::SameName { .. }));
        names.map(|difference| difference.to_string()).collect()
    };
    assert_eq!(
        texts(db.check::<(Twice, Again)>()?),
        [
            "`Twice`: the database takes the name `name` for `Name`; name one of them otherwise",
            "`Again`: the database takes the name `aa` for `AA`; name one of them otherwise",
        ]
    );
    let error = db.create_tables::<Twice>().unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("takes the name `name` for `Name`"), "{error}");
    // Without regard to case goes for the letters of ASCII alone.
    db.create_tables::<(Large, Small)>()?;
    assert_eq!(db.check::<(Large, Small)>()?, []);
    Ok(())
}

#[test]
fn a_table_that_is_spelt_in_another_case_is_found() -> orm::Result<()> {
    let db = Db::memory()?;
    orm::sql("CREATE TABLE AUTHORS (Id INTEGER PRIMARY KEY, Name TEXT NOT NULL, Born INTEGER)").execute(&db)?;
    let books = "CREATE TABLE Books (Id INTEGER PRIMARY KEY, Title TEXT NOT NULL, Price REAL NOT NULL, \
         Author_Id INTEGER NOT NULL)";
    orm::sql(books).execute(&db)?;
    orm::sql("CREATE INDEX by_author ON Books (AUTHOR_ID)").execute(&db)?;
    assert_eq!(db.check::<(Author, Book)>()?, []);
    Ok(())
}

#[test]
fn a_name_that_the_database_keeps_is_refused_before_anything_is_sent() -> orm::Result<()> {
    let db = Db::memory()?;
    let error = orm::assert_queries!(&db, 0, db.create_tables::<(Shelf, Sequence)>().unwrap_err());
    assert_eq!(
        error.to_string(),
        "`Sequence`: the database keeps names like `SQLite_sequence` to itself; name the table otherwise"
    );
    assert!(error.is_invalid());
    assert_eq!(db.check::<Shelf>()?.len(), 1, "nothing was created");
    assert!(db.check::<Sequence>()?.iter().any(|one| one.what == orm::Mismatched::ReservedName));
    Ok(())
}

#[derive(Model)]
#[has_many(staff: Person, foreign_key = office_id)]
pub struct Office {
    id: i64,
    #[belongs_to(head: Person, on_delete = set_null)]
    head_id: Option<i64>,
}

#[derive(Model)]
pub struct Person {
    id: i64,
    #[belongs_to(office: Office, on_delete = cascade)]
    office_id: i64,
    #[belongs_to(mentor: Person)]
    mentor_id: Option<i64>,
}

#[test]
fn tables_that_refer_to_each_other_are_created_and_used() -> orm::Result<()> {
    use orm::Insert;
    let db = Db::memory()?;
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
fn every_difference_is_listed_at_once_with_what_mends_it() -> orm::Result<()> {
    let db = Db::memory()?;
    let tables = [
        "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE books (id INTEGER PRIMARY KEY, title INTEGER NOT NULL, price NUMERIC(10,2) NOT NULL, \
         author_id INTEGER NOT NULL, more TEXT)",
    ];
    tables.into_iter().try_for_each(|table| orm::sql(table).execute(&db).map(|_| ()))?;
    let differences = db.check::<(Author, Book, Shelf)>()?;
    let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let expected = [
        "`Author`: column `authors.name` may be NULL, and the field is no `Option`",
        "`Author`: table `authors` has no column `born`; to mend it: \
         ALTER TABLE \"authors\" ADD COLUMN \"born\" INTEGER",
        "`Book`: column `books.title` is `INTEGER`, where `TEXT` is expected",
        "`Book`: no index of table `books` begins with author_id; to mend it: \
         CREATE INDEX \"books__author_id\" ON \"books\" (\"author_id\")",
        "`Shelf`: the database has no table `shelves`; to mend it: \
         CREATE TABLE \"shelves\" (\n  \"id\" INTEGER NOT NULL PRIMARY KEY,\n  \"label\" TEXT NOT NULL\n)",
    ];
    // The plural has no dictionary: a shelf makes shelfs.
    assert_eq!(texts, expected.map(|text| text.replace("shelves", "shelfs")));
    for mend in differences.into_iter().filter_map(|difference| difference.mend) {
        orm::sql(orm::TrustedSql(mend)).execute(&db)?;
    }
    assert_eq!(db.check::<(Author, Book, Shelf)>()?.len(), 2, "what no single statement mends is left");
    Ok(())
}
