//! Objects that depend on a table stay when SQLite changes the table with a copy, and when PostgreSQL changes it.

use orm::structure::Runs;
use orm::{Db, Engine, Model, sql};

use crate::databases::{ENGINES, empty, run, run_all, run_each};

mod before {
    use orm::Model;

    #[derive(Model)]
    pub(super) struct Author {
        id: i64,
        name: String,
        born: Option<i64>,
    }

    #[derive(Model)]
    pub(super) struct Book {
        id: i64,
        title: String,
        #[belongs_to(author: Author, on_delete = cascade)]
        author_id: i64,
    }
}

mod after {
    use orm::Model;

    #[derive(Model)]
    #[model(unique(full_name, born))]
    pub(super) struct Author {
        id: i64,
        #[model(renamed_from = "name")]
        full_name: String,
        born: Option<i64>,
        #[model(db_default = true)]
        alive: bool,
    }

    #[derive(Model)]
    #[model(table = "works", renamed_from = "books")]
    pub(super) struct Book {
        id: i64,
        title: String,
        #[belongs_to(author: Author, on_delete = cascade)]
        author_id: i64,
    }
}

fn library(engine: Engine) -> Db {
    let db = empty(engine);
    let schema = engine.schema::<(before::Author, before::Book)>();
    run_each(&db, &engine.create_sql(&schema));
    run(&db, "INSERT INTO authors (id, name, born) VALUES (1, 'Ada', 1815), (2, 'Emmy', NULL)");
    run(&db, "INSERT INTO books (id, title, author_id) VALUES (1, 'Notes', 1), (2, 'Rings', 2), (3, 'Ideals', 2)");
    run(&db, "CREATE VIEW long AS SELECT id FROM books WHERE length(title) > 5");
    db
}

#[test]
fn rows_that_refer_to_a_table_stay() {
    for &engine in ENGINES {
        let db = library(engine);
        let [old, new] =
            [engine.schema::<(before::Author, before::Book)>(), engine.schema::<(after::Author, after::Book)>()];
        run_all(&db, &engine.scripts(&old, &new));
        assert!(db.check::<(after::Author, after::Book)>().expect("they are compared").is_empty(), "{engine:?}");
        let authors = sql("SELECT full_name, born, alive FROM authors ORDER BY id");
        let authors = authors.tuples::<(String, Option<i64>, bool)>(&db).expect("they are read");
        assert_eq!(authors, [("Ada".to_owned(), Some(1815), true), ("Emmy".to_owned(), None, true)]);
        let works = sql("SELECT title, author_id FROM works ORDER BY id").tuples::<(String, i64)>(&db);
        let expected = [("Notes", 1), ("Rings", 2), ("Ideals", 2)].map(|(title, author)| (title.to_owned(), author));
        assert_eq!(works.expect("they are read"), expected, "{engine:?}");
        // Views still read the table, and a deletion has the same effects.
        let long = sql("SELECT id FROM long").tuples::<(i64,)>(&db).expect("the view is there");
        assert_eq!(long, [(3,)]);
        run(&db, "DELETE FROM authors WHERE id = 2");
        assert_eq!(sql("SELECT id FROM works").tuples::<(i64,)>(&db).expect("they are read"), [(1,)], "{engine:?}");
        // After the rename, the keyword may stay.
        assert!(engine.scripts(&new, &new).is_empty());
    }
}

/// Fast statements come first, then those that run concurrently with other work, then those that read all rows.
#[cfg(feature = "postgres")]
#[test]
fn postgresql_is_changed_while_others_work() {
    let engine = Engine::Postgres;
    let [old, new] =
        [engine.schema::<(before::Author, before::Book)>(), engine.schema::<(after::Author, after::Book)>()];
    let scripts = engine.scripts(&old, &new);
    let runs: Vec<Runs> = scripts.iter().map(|script| script.runs).collect();
    assert_eq!(runs, [Runs::Atomically, Runs::OneByOne, Runs::Atomically]);
    let statements = |at: usize| scripts[at].statements.iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(
        statements(0),
        [
            "ALTER TABLE \"books\" RENAME TO \"works\"",
            "ALTER TABLE \"authors\" RENAME COLUMN \"name\" TO \"full_name\"",
            "ALTER TABLE \"works\" RENAME CONSTRAINT \"books__author_id\" TO \"works__author_id\"",
            "ALTER INDEX \"books__author_id\" RENAME TO \"works__author_id\"",
            "ALTER TABLE \"authors\" ADD COLUMN \"alive\" boolean NOT NULL DEFAULT TRUE",
        ]
    );
    assert_eq!(
        statements(1),
        [
            "DROP INDEX CONCURRENTLY IF EXISTS \"authors__full_name__born__key\"",
            "CREATE UNIQUE INDEX CONCURRENTLY \"authors__full_name__born__key\" ON \"authors\" (\"full_name\", \"born\")",
        ]
    );
    assert_eq!(
        statements(2),
        ["ALTER TABLE \"authors\" ADD CONSTRAINT \"authors__full_name__born__key\" \
             UNIQUE USING INDEX \"authors__full_name__born__key\"",]
    );
}

/// `ALTER TABLE` does what it can do, and a copy does the rest, while foreign keys are off.
#[cfg(feature = "sqlite")]
#[test]
fn sqlite_is_changed_in_place_where_it_can_be() {
    #[derive(Model)]
    #[model(table = "notes")]
    struct Old {
        id: i64,
        text: Option<String>,
        gone: i64,
    }

    #[derive(Model)]
    #[model(table = "notes", check = "text <> ''", index(text))]
    struct New {
        id: i64,
        text: String,
        #[model(db_default = 0)]
        stars: i64,
    }

    let engine = Engine::Sqlite;
    let scripts = engine.scripts(&engine.schema::<(Old,)>(), &engine.schema::<(New,)>());
    let [script] = &scripts[..] else { panic!("{scripts:#?}") };
    assert_eq!(script.runs, Runs::Atomically);
    assert_eq!(
        script.statements,
        [
            "ALTER TABLE \"notes\" DROP COLUMN \"gone\"",
            "-- Fails while a row has NULL: UPDATE \"notes\" SET \"text\" = .. WHERE \"text\" IS NULL;\n\
             ALTER TABLE \"notes\" ALTER COLUMN \"text\" SET NOT NULL",
            "ALTER TABLE \"notes\" ADD COLUMN \"stars\" INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE \"notes\" ADD CONSTRAINT \"notes__d42f749b__check\" CHECK (text <> '')",
            "CREATE INDEX \"notes__text\" ON \"notes\" (\"text\")",
        ]
    );
}

/// PostgreSQL accepts names of at most 63 bytes, and the condition that makes a column required has a longer one.
#[test]
fn columns_with_long_names_become_required() {
    #[derive(Model)]
    #[model(table = "notes")]
    struct Old {
        id: i64,
        the_first_of_two_columns_that_have_the_same_first_letters_1: Option<i64>,
        the_first_of_two_columns_that_have_the_same_first_letters_2: Option<i64>,
    }

    #[derive(Model)]
    #[model(table = "notes")]
    struct New {
        id: i64,
        the_first_of_two_columns_that_have_the_same_first_letters_1: i64,
        the_first_of_two_columns_that_have_the_same_first_letters_2: i64,
    }

    for &engine in ENGINES {
        let db = empty(engine);
        let [old, new] = [engine.schema::<(Old,)>(), engine.schema::<(New,)>()];
        run_each(&db, &engine.create_sql(&old));
        run_all(&db, &engine.scripts(&old, &new));
        assert_eq!(db.check::<New>().expect("they are compared"), [], "{engine:?}");
    }
}

/// An expression may write the name of a column in other letters.
#[test]
fn a_column_in_other_letters_changes_with_its_generated_column() {
    #[derive(Model)]
    #[model(table = "notes")]
    struct Old {
        id: i64,
        stars: i32,
        #[model(generated = "STARS * 2")]
        twice: i64,
    }

    #[derive(Model)]
    #[model(table = "notes")]
    struct New {
        id: i64,
        stars: i64,
        #[model(generated = "STARS * 2")]
        twice: i64,
    }

    #[derive(Model)]
    #[model(table = "notes")]
    struct Gone {
        id: i64,
    }

    for &engine in ENGINES {
        let db = empty(engine);
        let [old, new, gone] = [engine.schema::<(Old,)>(), engine.schema::<(New,)>(), engine.schema::<(Gone,)>()];
        run_each(&db, &engine.create_sql(&old));
        run_all(&db, &engine.scripts(&old, &new));
        assert_eq!(db.check::<New>().expect("they are compared"), [], "{engine:?}");
        run_all(&db, &engine.scripts(&new, &gone));
        assert_eq!(db.check::<Gone>().expect("they are compared"), [], "{engine:?}");
    }
}
