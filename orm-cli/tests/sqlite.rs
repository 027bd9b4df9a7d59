//! Models of SQLite files: Chinook, and files that other tools wrote.

#[path = "support/data.rs"]
mod data;
#[path = "support/joined.rs"]
mod joined;

use orm::Db;

/// Tests of files: the module of the models, the file, and how many pairs of rows its relations have. `check` has nothing to
/// report of any of them.
macro_rules! files {
    ($($name:ident: $file:literal, $pairs:literal;)*) => {
        #[deny(warnings)]
        #[allow(unreachable_pub, missing_docs, clippy::pedantic, reason = "the models are those of a program without these lints")]
        #[rustfmt::skip]
        mod models {
            $(pub(crate) mod $name;)*
        }

        #[allow(clippy::pedantic, reason = "the text was generated")]
        #[rustfmt::skip]
        mod joins {
            $(pub(crate) mod $name;)*
        }

        $(
            #[test]
            fn $name() {
                let Some(path) = data::path($file) else { return };
                let copy = tempfile::NamedTempFile::new().expect("a file is created");
                std::fs::copy(path, &copy).expect("the file is copied");
                let db = Db::sqlite().double_quoted_strings(true).open(copy.path()).expect("the file is opened");
                assert_eq!(joins::$name::compare(&db).expect("the rows are read"), $pairs);
                assert_eq!(db.check::<models::$name::All>().expect("the models are compared"), []);
            }
        )*
    };
}

files! {
    better_sqlite3: "foreign/better_sqlite3.sqlite3", 30;
    chinook: "chinook.sqlite", 49_058;
    django: "foreign/django_tz.sqlite3", 86;
    peewee: "foreign/peewee.sqlite3", 30;
    prisma: "foreign/prisma_ms.sqlite3", 30;
    rails: "foreign/rails_imitation.sqlite3", 16;
    rusqlite: "foreign/rusqlite.sqlite3", 30;
    shell: "foreign/sqlite_shell.sqlite3", 30;
    sqlx: "foreign/sqlx.sqlite3", 30;
    typeorm: "foreign/typeorm.sqlite3", 30;
}
