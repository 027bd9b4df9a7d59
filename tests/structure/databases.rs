//! Empty databases of each kind.

use orm::structure::{Runs, Script};
use orm::{Db, Engine, Executor, TrustedSql, sql};

/// All available kinds of databases.
pub(crate) const ENGINES: &[Engine] = &[
    #[cfg(feature = "sqlite")]
    Engine::Sqlite,
    #[cfg(feature = "postgres")]
    Engine::Postgres,
];

/// An empty database.
pub(crate) fn empty(engine: Engine) -> Db {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => Db::memory().expect("a database in memory"),
        #[cfg(feature = "postgres")]
        Engine::Postgres => {
            Db::postgres().connections(1).connect(&crate::server::schema()).expect("the server is there")
        }
        _ => unreachable!("there are no others"),
    }
}

/// Runs a statement.
pub(crate) fn run(on: &impl Executor, statement: &str) {
    if let Err(error) = sql(TrustedSql(statement.to_owned())).execute(on) {
        panic!("{error}: {statement}");
    }
}

/// Runs statements, one after the other.
pub(crate) fn run_each(on: &impl Executor, statements: &[String]) {
    for statement in statements {
        run(on, statement);
    }
}

/// Runs scripts as if they were files.
pub(crate) fn run_all(db: &Db, scripts: &[Script]) {
    for Script { runs, statements } in scripts {
        if *runs == Runs::OneByOne {
            run_each(db, statements);
            continue;
        }
        if *runs == Runs::WithoutForeignKeys {
            run(db, "PRAGMA foreign_keys = OFF");
        }
        let ran = db.transaction(|tx| {
            run_each(tx, statements);
            Ok(())
        });
        ran.expect("it is committed");
        if *runs == Runs::WithoutForeignKeys {
            run(db, "PRAGMA foreign_keys = ON");
            let broken = sql("SELECT count(*) FROM pragma_foreign_key_check").tuples::<(i64,)>(db);
            assert_eq!(broken.expect("keys are checked"), [(0,)], "{statements:#?}");
        }
    }
}
