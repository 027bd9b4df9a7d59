//! SQLite without `RETURNING`: rows are still returned as stored. All other statements are standard SQL.

use super::{Writing, at_most_one};
use crate::access::Access;
use crate::ast::CallSite;
use crate::column::Column;
use crate::db::{Db, On};
use crate::driver::sqlite::SqliteOptions;
use crate::driver::{Capacity, Lease, Pool};
use crate::error::Result;
use crate::mapped::Mapped;
use crate::model::Model;
use crate::observe::{StatementKind, Threshold};
use crate::row::Row;
use crate::schema::{ColumnDef, Table, TableName, Version};
use crate::sql::sqlite::Sqlite;
use crate::sql::{ComparedColumns, Dialect, Fragment, KeyTable, Writer};
use crate::types::{Keys, SqlType};
use crate::value::{Value, ValueRef};
use crate::write::{Insertable, Upsert, Upserted, insert, insert_many, insert_or_skip, upsert};

#[derive(Debug)]
struct WithoutReturning;

impl Dialect for WithoutReturning {
    fn last_key(&self) -> Option<&'static str> {
        Some("last_insert_rowid()")
    }

    fn locks_rows(&self) -> bool {
        false
    }

    fn has_partial_indexes(&self) -> bool {
        false
    }

    fn returning(&self, _: &mut Writer<'_>, _: Fragment<'_>) {
        panic!("no statement asks for the rows that it writes");
    }

    fn name(&self) -> &'static str {
        Sqlite.name()
    }

    fn key_table(&self, types: &[SqlType]) -> KeyTable {
        Sqlite.key_table(types)
    }

    fn keys(&self, writer: &mut Writer<'_>, keys: Keys, compared: ComparedColumns<'_>) {
        Sqlite.keys(writer, keys, compared);
    }

    fn in_list(&self, writer: &mut Writer<'_>, sql_type: SqlType, list: Fragment<'_>) {
        Sqlite.in_list(writer, sql_type, list);
    }

    fn column_type(&self, column: &ColumnDef) -> &'static str {
        Sqlite.column_type(column)
    }

    fn assigned_words(&self) -> Option<&'static str> {
        Sqlite.assigned_words()
    }

    fn indexes(&self) -> &'static str {
        Sqlite.indexes()
    }

    fn references(&self) -> &'static str {
        Sqlite.references()
    }

    fn tables(&self) -> &'static str {
        Sqlite.tables()
    }

    fn columns(&self) -> &'static str {
        Sqlite.columns()
    }

    fn indexes_of_tables(&self) -> &'static str {
        Sqlite.indexes_of_tables()
    }

    fn foreign_keys(&self) -> &'static str {
        Sqlite.foreign_keys()
    }

    fn checks(&self, schema: &str) -> String {
        Sqlite.checks(schema)
    }

    fn holds(&self, declared: &str, sql_type: SqlType) -> bool {
        Sqlite.holds(declared, sql_type)
    }

    fn begin(&self, access: Access) -> &'static str {
        Sqlite.begin(access)
    }
}

struct Disguised(Box<dyn Pool>);

impl Pool for Disguised {
    fn dialect(&self) -> &'static dyn Dialect {
        &WithoutReturning
    }

    fn capacity(&self) -> Capacity {
        self.0.capacity()
    }

    fn lend(&self, access: Access) -> Result<Lease<'_>> {
        self.0.lend(access)
    }

    fn interrupt(&self) -> Result<()> {
        self.0.interrupt()
    }
}

#[derive(Debug, PartialEq)]
struct Note {
    id: i64,
    title: Option<String>,
    text: String,
    version: i64,
}

static NOTES: Table = Table::new(
    "Note",
    "notes",
    &[
        ColumnDef::new("id", "id", "i64", SqlType::Int64, false),
        ColumnDef::new("title", "title", "Option<String>", SqlType::Text, true),
        ColumnDef::new("text", "text", "String", SqlType::Text, false),
        ColumnDef::new("version", "version", "i64", SqlType::Int64, false),
    ],
    &[0],
)
.generated_key(true)
.version(Version { column: 3, most: i64::MAX });

impl Mapped for Note {
    type Key = i64;
    type Itself = Self;
    type Columns = ();
    type Unloaded = ();
    const TABLE_NAME: TableName = TableName::new("notes", &["id"]);
    const TABLE: &'static Table = &NOTES;
    const PRIMARY_KEY: &'static [usize] = &[0];

    fn decode(row: Row<'_>, at: usize) -> Result<Self> {
        let text = |at| row.value(at).ok().map(ValueRef::to_owned);
        let (Some(Value::Text(content)), title) = (text(at + 2), text(at + 1)) else { panic!("a note has a text") };
        let title = if let Some(Value::Text(title)) = title { Some(title.into_owned()) } else { None };
        Ok(Note { id: row.int(at)?, title, text: content.into_owned(), version: row.int(at + 3)? })
    }

    fn encode(&self, column: usize) -> Result<Value<'_>> {
        Ok(match column {
            0 => Value::Int(self.id),
            1 => self.title.as_deref().map_or(Value::Null, |title| Value::Text(title.into())),
            2 => Value::Text(self.text.as_str().into()),
            _ => Value::Int(self.version),
        })
    }
}

impl Model for Note {}

struct NewNote(Option<&'static str>, &'static str);

impl Insertable for NewNote {
    type Model = Note;

    const COLUMNS: &'static [usize] = &[1, 2, 3];

    fn encode(&self, column: usize) -> Result<Value<'_>> {
        Ok(match column {
            1 => self.0.map_or(Value::Null, |title| Value::Text(title.into())),
            2 => Value::Text(self.1.into()),
            _ => Value::Int(1),
        })
    }
}

/// The database computes the key, and does not return it.
struct Keyless;

static KEYLESS: Table =
    Table::new("Keyless", "keyless", &[ColumnDef::new("code", "code", "String", SqlType::Text, false)], &[0]);

impl Mapped for Keyless {
    type Key = String;
    type Itself = Self;
    type Columns = ();
    type Unloaded = ();
    const TABLE_NAME: TableName = TableName::new("keyless", &["code"]);
    const TABLE: &'static Table = &KEYLESS;
    const PRIMARY_KEY: &'static [usize] = &[0];

    fn decode(_: Row<'_>, _: usize) -> Result<Self> {
        Ok(Keyless)
    }

    fn encode(&self, _: usize) -> Result<Value<'_>> {
        Ok(Value::Null)
    }
}

const ID: Column<Note, i64> = Column::at(0);
const TITLE: Column<Note, Option<String>> = Column::at(1);
const TEXT: Column<Note, String> = Column::at(2);
const VERSION: Column<Note, i64> = Column::at(3);

fn db() -> Db {
    let pool = SqliteOptions::default().pool_in_memory().expect("a database in memory opens");
    let db = Db::new(Box::new(Disguised(pool)), Threshold::default());
    db.create_tables::<Note>().expect("the table is created");
    On::new(&db, CallSite::default())
        .run(Access::Write, |session| {
            session.batch(StatementKind::Schema, "CREATE UNIQUE INDEX titles ON notes (title)")
        })
        .expect("the index is created");
    db
}

fn note(id: i64, title: Option<&str>, text: &str, version: i64) -> Note {
    Note { id, title: title.map(ToOwned::to_owned), text: text.to_owned(), version }
}

#[test]
fn inserted_rows_are_read_by_the_key_that_was_assigned() -> Result<()> {
    let db = db();
    assert_eq!(insert(&db, NewNote(None, "a"))?, note(1, None, "a", 1));
    assert_eq!(
        insert_many(&db, [NewNote(None, "b"), NewNote(Some("c"), "c")])?,
        [note(2, None, "b", 1), note(3, Some("c"), "c", 1)]
    );
    assert_eq!(note(7, None, "d", 1).insert(&db)?, note(7, None, "d", 1), "its own key tells it");
    let failed = db.transaction(|tx| insert(tx, NewNote(Some("c"), "again")));
    assert!(failed.is_err_and(|error| error.is_unique_violation()));
    Ok(())
}

#[test]
fn updated_rows_are_read_by_their_keys() -> Result<()> {
    let db = db();
    let first = insert(&db, NewNote(None, "a"))?;
    let edited = first.edit(&db, |note| note.text = "b".to_owned())?;
    assert_eq!(edited, note(1, None, "b", 2));
    assert_eq!(edited.edit(&db, |note| note.id = 5)?, note(5, None, "b", 3), "a new key tells it");
    assert!(first.edit(&db, |note| note.text = "c".to_owned()).is_err_and(|error| error.is_not_found()));
    let stale = note(5, None, "b", 2).edit(&db, |note| note.text = "c".to_owned());
    assert!(stale.is_err_and(|error| error.is_stale()));
    Ok(())
}

#[test]
fn rows_that_were_there_already_are_read_by_what_they_are_unique_by() -> Result<()> {
    let db = db();
    let put = |title, text| upsert(&db, NewNote(title, text), TITLE, TEXT);
    assert_eq!(put(Some("x"), "a")?, note(1, Some("x"), "a", 1));
    assert_eq!(put(Some("y"), "b")?, note(2, Some("y"), "b", 1));
    assert_eq!(put(Some("x"), "c")?, note(1, Some("x"), "c", 2));
    assert_eq!(put(None, "d")?, note(3, None, "d", 1), "NULL is the title of no other row");
    let skip = |title, text| insert_or_skip(&db, NewNote(title, text), TITLE);
    assert_eq!(skip(Some("x"), "e")?, None);
    assert_eq!(skip(Some("z"), "e")?.map(|note| note.text), Some("e".to_owned()));
    Ok(())
}

#[test]
fn rows_that_may_exist_are_written_one_by_one() -> Result<()> {
    let db = db();
    let rows = |texts: [&'static str; 2]| [NewNote(Some("x"), texts[0]), NewNote(Some("y"), texts[1])];
    let put = |texts| Upsert::of(rows(texts), TITLE).update(TEXT);
    assert_eq!(Upsert::of(rows(["a", "b"]), TITLE).all(&db)?.len(), 2);
    assert_eq!(Upsert::of(rows(["c", "d"]), TITLE).all(&db)?, []);
    assert_eq!(put(["c", "d"]).all(&db)?, [note(1, Some("x"), "c", 2), note(2, Some("y"), "d", 2)]);
    let more = [NewNote(Some("z"), "e"), NewNote(Some("x"), "f")];
    let outcomes = Upsert::of(more, TITLE).update(TEXT).outcomes(&db)?;
    assert_eq!(
        outcomes,
        [Upserted::Inserted(note(3, Some("z"), "e", 1)), Upserted::Updated(note(1, Some("x"), "f", 3))]
    );
    let of_some = Upsert::of(rows(["a", "b"]), TITLE).index_where(TEXT.eq("a")).update(TEXT);
    assert!(of_some.all(&db).is_err_and(|error| error.is_unsupported()));
    let twice = [NewNote(Some("u"), "e"), NewNote(Some("u"), "f")];
    assert!(Upsert::of(twice, TITLE).update(TEXT).all(&db).is_err_and(|error| error.is_invalid()));
    assert_eq!(Note::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn rows_that_are_changed_together_are_read_by_their_keys() -> Result<()> {
    let db = db();
    let number = 1_300;
    insert_many(&db, (0..number).map(|_| NewNote(None, "a")))?;
    let changed = Note::rows_where(TEXT.eq("a")).update_returning(&db, TEXT.set("b"))?;
    assert_eq!((changed.len(), &changed[7]), (number, &note(8, None, "b", 2)));
    assert_eq!(Note::rows_where(TEXT.eq("a")).update_returning(&db, TEXT.set("b"))?, []);
    let moved = Note::all_rows().update_returning(&db, ID.add(1));
    assert!(moved.is_err_and(|error| error.is_unsupported()));
    let deleted = Note::rows_where(ID.gt(2)).delete_returning(&db)?;
    assert_eq!((deleted.len(), &deleted[0]), (number - 2, &note(3, None, "b", 2)));
    assert_eq!(Note::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn a_row_that_nothing_tells_is_refused_before_it_is_written() {
    let db = db();
    let writing = Writing::of_new::<Keyless>("INSERT INTO keyless DEFAULT VALUES", &[], &[]);
    let refused =
        On::new(&db, CallSite::default()).run(Access::Write, |session| at_most_one::<Keyless>(session, &writing));
    assert!(refused.is_err_and(|error| error.is_unsupported()));
}

#[test]
fn what_no_hook_overrides_is_standard_sql() -> Result<()> {
    let db = db();
    insert_many(&db, [NewNote(None, "50% b"), NewNote(Some("x"), "a_b")])?;
    assert_eq!(Note::query().filter(TEXT.contains("% b")).count(&db)?, 1);
    assert_eq!(Note::query().filter(TEXT.contains("\\")).count(&db)?, 0);
    assert_eq!(Note::query().sum(&db, VERSION)?, Some(2));
    let last = Note::query().order_by(TITLE.asc().nulls_last()).all(&db)?;
    assert_eq!(last.iter().map(|note| note.id).collect::<Vec<_>>(), [2, 1]);
    Ok(())
}
