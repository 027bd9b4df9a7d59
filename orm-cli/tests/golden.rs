//! Generating models of SQLite files again gives the models that other tests are compiled with.
//!
//! `OVERWRITE=golden cargo test -p orm-cli --test golden --test golden_postgres` writes them again.

#[path = "support/data.rs"]
mod data;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/relations.rs"]
mod relations;

use orm::{Db, Engine};
use orm_cli::models::Wanted;

macro_rules! files {
    ($($name:ident: $file:literal;)*) => {
        $(
            #[test]
            fn $name() {
                let Some(path) = data::path($file) else { return };
                let db = Db::sqlite().read_only().double_quoted_strings(true).open(path).expect("the file is opened");
                golden::compare(&db, Engine::Sqlite, stringify!($name), &Wanted::default());
            }
        )*
    };
}

files! {
    better_sqlite3: "foreign/better_sqlite3.sqlite3";
    chinook: "chinook.sqlite";
    django: "foreign/django_tz.sqlite3";
    peewee: "foreign/peewee.sqlite3";
    prisma: "foreign/prisma_ms.sqlite3";
    rails: "foreign/rails_imitation.sqlite3";
    rusqlite: "foreign/rusqlite.sqlite3";
    shell: "foreign/sqlite_shell.sqlite3";
    sqlx: "foreign/sqlx.sqlite3";
    typeorm: "foreign/typeorm.sqlite3";
}
