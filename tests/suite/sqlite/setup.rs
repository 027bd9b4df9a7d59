//! The program's setup of each new connection: statements, attached databases, functions and collations.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use orm::{Db, Model, Result, Transaction, sql};

use crate::database::Shared as File;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "people")]
#[has_many(letters: Letter)]
struct Person {
    id: i64,
    name: String,
}

/// It is in another file.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(schema = "archive")]
#[has_many(pages: Page)]
struct Letter {
    id: i64,
    text: String,
    #[belongs_to(person: Person)]
    person_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(schema = "archive", unique(letter_id, number))]
struct Page {
    id: i64,
    #[belongs_to(letter: Letter, on_delete = cascade)]
    letter_id: i64,
    number: i32,
}

fn names(on: &impl orm::Executor, text: &'static str) -> Vec<String> {
    let rows = sql(text).tuples::<(String,)>(on).unwrap_or_else(|error| panic!("{text}: {error}"));
    rows.into_iter().map(|(name,)| name).collect()
}

/// Functions, a collation, a temporary table and a pragma.
fn options() -> orm::SqliteOptions {
    Db::sqlite().on_connect(|connection| {
        connection.execute("PRAGMA cache_size = -1234")?;
        connection.execute("CREATE TEMP TABLE words (word TEXT)")?;
        connection.execute(sql("INSERT INTO words VALUES ($1), ($2)").bind("Ada").bind("Bob"))?;
        connection.function("regexp", 2, |arguments| {
            let (pattern, text): (String, Option<String>) = (arguments.get(0)?, arguments.get(1)?);
            Ok(text.map(|text| text.starts_with(&pattern)))
        })?;
        connection.collation("backwards", |one, other| other.cmp(one))
    })
}

/// Whether a connection has the settings of the hook.
fn has_all(on: &impl orm::Executor) {
    assert_eq!(sql("PRAGMA cache_size").tuples::<(i64,)>(on).unwrap(), [(-1234,)]);
    assert_eq!(names(on, "SELECT name FROM people WHERE name REGEXP 'A' ORDER BY 1"), ["Ada", "Alan"]);
    assert_eq!(names(on, "SELECT name FROM people ORDER BY name COLLATE backwards"), ["Bob", "Alan", "Ada"]);
    assert_eq!(names(on, "SELECT name FROM people JOIN words ON word = name ORDER BY 1"), ["Ada", "Bob"]);
}

#[test]
fn every_connection_has_what_the_hook_gave_it() -> Result<()> {
    let file = File::new();
    for db in [options().open(file.path())?, options().memory()?] {
        db.create_tables::<Person>()?;
        orm::insert_many(&db, ["Ada", "Alan", "Bob"].map(|name| NewPerson { name: name.into() }))?;
        has_all(&db);
        has_all(&db.begin()?);
    }
    // All readers of a file at once.
    let db = options().open(file.path())?;
    let readers: Vec<Transaction<'_>> = (0..4).map(|_| db.begin_read()).collect::<Result<_>>()?;
    readers.iter().for_each(has_all);
    let writer = db.begin()?;
    has_all(&writer);
    Ok(())
}

#[test]
fn hooks_run_in_their_order_once_for_each_connection() -> Result<()> {
    let file = File::new();
    let count = Arc::new(AtomicUsize::new(0));
    let (first, second) = (Arc::clone(&count), Arc::clone(&count));
    let db = Db::sqlite()
        .readers(2)
        .on_connect(move |connection| {
            assert_eq!(first.fetch_add(1, Ordering::SeqCst) % 2, 0);
            connection.execute("CREATE TEMP TABLE order_of (n INTEGER)")
        })
        .on_connect(move |connection| {
            second.fetch_add(1, Ordering::SeqCst);
            assert_eq!(connection.tuples::<(i64,)>("SELECT count(*) FROM order_of")?, [(0,)]);
            Ok(())
        })
        .open(file.path())?;
    assert_eq!(count.load(Ordering::SeqCst), 2, "the writer is opened at once");
    for _ in 0..3 {
        names(&db, "SELECT 'x'");
    }
    assert_eq!(count.load(Ordering::SeqCst), 4, "one reader did all");
    let _both = (db.begin_read()?, db.begin_read()?);
    assert_eq!(count.load(Ordering::SeqCst), 6);
    Ok(())
}

/// The archive next to a file, or in memory for a database in memory.
fn with_archive(file: &File, in_memory: bool) -> Result<Db> {
    let archive = file.directory.path().join("archive.db");
    let path = if in_memory { ":memory:".to_owned() } else { archive.to_str().unwrap().to_owned() };
    let options = Db::sqlite().on_connect(move |c| c.execute(sql("ATTACH $1 AS archive").bind(path.as_str())));
    if in_memory { options.memory() } else { options.open(file.path()) }
}

#[test]
fn models_in_an_attached_database_are_created_written_and_loaded() -> Result<()> {
    use orm::Insert;
    for in_memory in [true, false] {
        let file = File::new();
        let db = with_archive(&file, in_memory)?;
        db.create_tables::<(Person, Letter, Page)>()?;
        db.create_tables::<(Person, Letter, Page)>()?;
        assert_eq!(db.check::<(Person, Letter, Page)>()?, []);
        let ada = NewPerson { name: "Ada".into() }.insert(&db)?;
        let letter = NewLetter { text: "Dear".into(), person_id: ada.id }
            .with(Letter::pages(), |letter| [1, 2].map(|number| NewPage { letter_id: letter.id, number }))
            .insert(&db)?;
        assert_eq!(letter.pages().len(), 2);
        letter.edit(&db, |letter| letter.text = "Dear Bob".into())?;
        let people = Person::query().prefetch(Person::letters().prefetch(Letter::pages())).all(&db)?;
        assert_eq!(people[0].letters()[0].text, "Dear Bob");
        assert_eq!(people[0].letters()[0].pages()[1].number, 2);
        let error = NewPage { letter_id: letter.id, number: 1 }.insert(&db).unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert!(NewPage { letter_id: 7, number: 1 }.insert(&db).unwrap_err().is_foreign_key_violation());
        Letter::find(&db, letter.id)?.delete(&db)?;
        assert_eq!(Page::query().count(&db)?, 0, "the foreign keys within the archive are enforced");
    }
    Ok(())
}

#[derive(Model)]
struct Drawer {
    id: i64,
}

#[derive(Model)]
struct Card {
    id: i64,
    #[belongs_to(drawer: Drawer)]
    drawer_id: i64,
}

/// SQLite finds tables of an attached database without its name too, and so do foreign keys there.
#[test]
fn models_that_do_not_name_the_attached_database_are_compared_with_it() -> Result<()> {
    let db = with_archive(&File::new(), true)?;
    sql("CREATE TABLE archive.drawers (id INTEGER PRIMARY KEY)").execute(&db)?;
    sql("CREATE TABLE archive.cards (id INTEGER PRIMARY KEY, drawer_id INTEGER NOT NULL REFERENCES drawers)")
        .execute(&db)?;
    sql("CREATE INDEX archive.by_drawer ON cards (drawer_id)").execute(&db)?;
    assert_eq!(db.check::<(Drawer, Card)>()?, []);
    Ok(())
}

#[test]
fn statements_that_create_tables_of_an_attached_database_are_valid() {
    let statements = Db::memory().expect("a database in memory opens").create_sql::<(Person, Letter, Page)>();
    let text = statements.join(";\n");
    assert!(text.contains("CREATE INDEX \"archive\".\"letters__person_id\" ON \"letters\" (\"person_id\")"), "{text}");
    // It cannot refer to a table in another file.
    assert!(!text.contains("REFERENCES \"people\""), "{text}");
    assert!(text.contains("REFERENCES \"letters\" (\"id\") ON DELETE CASCADE"), "{text}");
}

#[test]
fn connections_that_read_refuse_writes_to_what_the_hook_gave_them() -> Result<()> {
    let file = File::new();
    let db = with_archive(&file, false)?;
    db.create_tables::<(Person, Letter, Page)>()?;
    let reading = db.begin_read()?;
    for text in ["DELETE FROM people", "DELETE FROM archive.letters", "CREATE TEMP TABLE t (a)"] {
        assert!(sql(text).execute(&reading).unwrap_err().is_read_only(), "{text}");
    }
    Ok(())
}

#[test]
fn a_hook_that_fails_is_an_open_failure_that_says_so() {
    let file = File::new();
    let failing = || Db::sqlite().on_connect(|connection| connection.execute("ATTACH '/nowhere/at/all.db' AS x"));
    for (error, what) in [
        (failing().open(file.path()).unwrap_err(), file.path().display().to_string()),
        (failing().memory().unwrap_err(), ":memory:".to_owned()),
    ] {
        assert!(error.is_open_failure());
        let text = error.to_string();
        let expected =
            format!("cannot open `{what}`: `on_connect` failed: the database reports: unable to open database");
        assert!(text.starts_with(&expected), "{text}");
        assert_eq!(error.statement(), Some("ATTACH '/nowhere/at/all.db' AS x"));
    }
    let error = Db::sqlite().on_connect(|connection| connection.execute("BEGIN")).memory().unwrap_err();
    assert_eq!(error.to_string(), "cannot open `:memory:`: `on_connect` left a transaction open");
    let several = Db::sqlite().on_connect(|c| c.execute("CREATE TEMP TABLE a (x); CREATE INDEX i ON a (x)"));
    let error = several.memory().unwrap_err();
    assert!(error.to_string().contains("the SQL contains more than one statement"), "{error}");
}

#[test]
fn a_hook_that_fails_for_a_reader_fails_what_wanted_it_and_leaves_room_for_another() -> Result<()> {
    let file = File::new();
    let calls = AtomicUsize::new(0);
    let db = Db::sqlite()
        .readers(1)
        .on_connect(move |connection| match calls.fetch_add(1, Ordering::SeqCst) {
            1 | 2 => connection.execute("SELECT no_such_function()"),
            _ => Ok(()),
        })
        .open(file.path())?;
    db.create_tables::<Person>()?;
    for _ in 0..2 {
        let error = Person::query().all(&db).unwrap_err();
        assert!(error.is_open_failure() && error.to_string().contains("no such function"), "{error}");
    }
    assert_eq!(Person::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_hook_that_waits_for_its_own_database_gets_an_error() -> Result<()> {
    static DB: OnceLock<Db> = OnceLock::new();
    let file = File::new();
    let hook = |_: &mut orm::SqliteSetup<'_>| DB.get().map_or(Ok(()), |db| Person::query().count(db).map(|_| ()));
    let db = Db::sqlite().readers(2).on_connect(hook).open(file.path())?;
    db.create_tables::<Person>()?;
    let db = DB.get_or_init(|| db);
    let error = Person::query().count(db).unwrap_err();
    assert!(
        error.is_open_failure() && error.to_string().contains("this thread holds the connection already"),
        "{error}"
    );
    NewPerson { name: "Ada".into() }.insert(db)?;
    Ok(())
}

#[test]
fn functions_take_and_return_column_types_and_their_errors_are_those_of_the_statement() -> Result<()> {
    let db = Db::sqlite()
        .on_connect(|connection| {
            connection.function("double", 1, |arguments| Ok(arguments.get::<i64>(0)?.checked_mul(2)))?;
            connection.function("kinds", None, |arguments| {
                let kinds = (0..arguments.len()).map(|at| Ok(arguments.value(at)?.kind()));
                Ok(kinds.collect::<Result<Vec<_>>>()?.join(", "))
            })?;
            connection.function("bytes", 0, |_| Ok(vec![1_u8, 2]))?;
            connection.function("fails", 0, |_| Err::<i64, _>("it is Monday".into()))?;
            connection.function("panics", 0, |_| -> Result<bool, _> { panic!("never mind") })?;
            connection.function("beyond", 1, |arguments| Ok(arguments.get::<i64>(3)?))?;
            connection.function("unstorable", 0, |_| Ok(u64::MAX))
        })
        .memory()?;
    let found =
        sql("SELECT double(21), double(9223372036854775807), kinds(), kinds(1, 'a', NULL, x'00', 1.5), bytes()");
    let found = found.tuples::<(i64, Option<i64>, String, String, Vec<u8>)>(&db)?;
    let kinds = "an integer, text, NULL, a blob, a real number";
    assert_eq!(found, [(42, None, String::new(), kinds.to_owned(), vec![1, 2])]);
    for (text, expected) in [
        ("SELECT double('secret')", "argument 1 of `double`: found text"),
        ("SELECT double(NULL)", "argument 1 of `double`: found NULL, which only an `Option` can hold"),
        ("SELECT kinds(CAST(x'ff' AS TEXT))", "argument 1 of `kinds`: the text is not valid UTF-8"),
        ("SELECT fails()", "it is Monday"),
        ("SELECT panics()", "panic"),
        ("SELECT beyond(1)", "`beyond` was called with 1 arguments, and takes 4"),
        ("SELECT unstorable()", "the result of `unstorable` cannot be stored: the number is out of range"),
        ("SELECT double(1, 2)", "wrong number of arguments to function double()"),
    ] {
        let error = sql(text).tuples::<(Option<i64>,)>(&db).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("secret"), "{text}: {error}");
    }
    assert_eq!(sql("SELECT double(1)").tuples::<(i64,)>(&db)?, [(2,)], "the connection is as it was");
    Ok(())
}

#[test]
fn pure_functions_alone_can_be_called_by_the_tables_of_a_file() -> Result<()> {
    let file = File::new();
    let raw = file.raw();
    raw.create_scalar_function("even", 1, rusqlite::functions::FunctionFlags::SQLITE_DETERMINISTIC, |context| {
        Ok(context.get::<i64>(0)? % 2 == 0)
    })
    .unwrap();
    raw.execute_batch(
        "CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (even(n)));
         CREATE INDEX by_even ON numbers (even(n))",
    )
    .unwrap();
    drop(raw);
    let even = |arguments: &orm::SqliteArguments<'_>| Ok(arguments.get::<i64>(0)? % 2 == 0);
    let pure = Db::sqlite().on_connect(move |c| c.pure_function("even", 1, even)).open(file.path())?;
    assert_eq!(sql("INSERT INTO numbers (n) VALUES ($1)").bind(2).execute(&pure)?, 1);
    let error = sql("INSERT INTO numbers (n) VALUES ($1)").bind(3).execute(&pure).unwrap_err();
    assert_eq!(error.constraint(), Some(orm::Constraint::Check), "{error}");
    // With another definition, any text in the file could call it.
    let error = Db::sqlite().on_connect(move |c| c.function("even", 1, even)).open(file.path()).unwrap_err();
    let text = error.to_string();
    assert!(error.is_open_failure() && text.contains("unsafe use of even(); define"), "{text}");
    assert!(text.ends_with("by `SqliteSetup::pure_function`"), "{text}");
    file.raw()
        .execute_batch("DROP TABLE numbers; CREATE TABLE n (n); CREATE VIEW halves AS SELECT even(n) FROM n")
        .unwrap();
    let plain = Db::sqlite().on_connect(move |c| c.function("even", 1, even)).open(file.path())?;
    let error = sql("SELECT * FROM halves").tuples::<(bool,)>(&plain).unwrap_err().to_string();
    assert!(error.contains("unsafe use of even(); define"), "{error}");
    Ok(())
}

#[test]
fn names_that_this_library_defines_itself_are_refused() {
    for hook in [
        |c: &mut orm::SqliteSetup<'_>| c.function("ORM_sum", 1, |_| Ok(1)),
        |c: &mut orm::SqliteSetup<'_>| c.collation("orm_decimal", str::cmp),
    ] {
        let error = Db::sqlite().on_connect(hook).memory().unwrap_err();
        assert!(error.is_open_failure() && error.to_string().contains("are reserved for this library"), "{error}");
    }
    let error = Db::sqlite().on_connect(|c| c.function("f", 100_000, |_| Ok(1))).memory().unwrap_err();
    assert!(error.is_open_failure(), "{error}");
    let error = Db::sqlite().on_connect(|c| c.function("f\0", 1, |_| Ok(1))).memory().unwrap_err();
    assert!(error.is_open_failure(), "{error}");
}

#[test]
fn the_settings_of_the_hook_win() -> Result<()> {
    let file = File::new();
    let db = Db::sqlite().on_connect(|connection| connection.execute("PRAGMA synchronous = FULL")).open(file.path())?;
    let synchronous = |on: &Transaction<'_>| sql("PRAGMA synchronous").tuples::<(i64,)>(on);
    assert_eq!((synchronous(&db.begin()?)?, synchronous(&db.begin_read()?)?), (vec![(2,)], vec![(2,)]));
    Ok(())
}
