//! Shared code of these tests: accounts, and changes of the server from another connection.

use orm::{Db, Model, Result, TrustedSql, sql};

use crate::server;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "accounts")]
pub(crate) struct Account {
    pub(crate) id: i64,
    #[model(unique)]
    pub(crate) owner: String,
    pub(crate) balance: i64,
}

/// A database with the accounts 1 and 2, and its URL.
pub(crate) fn bank() -> (Db, String) {
    let url = server::schema();
    let db = Db::connect(&url).expect("the server is there");
    db.create_tables::<(Account,)>().expect("the table is created");
    for owner in ["Ada", "Emmy"] {
        NewAccount { owner: owner.to_owned(), balance: 100 }.insert(&db).expect("an account is inserted");
    }
    (db, url)
}

pub(crate) fn new(owner: &str) -> NewAccount {
    NewAccount { owner: owner.to_owned(), balance: 0 }
}

pub(crate) fn run(db: &Db, text: &str) {
    sql(TrustedSql(text.to_owned())).execute(db).expect("the statement runs");
}

/// Returns the number of the server's process for a connection.
pub(crate) fn process(on: &impl orm::Executor) -> Result<i32> {
    Ok(sql("SELECT pg_backend_pid()").tuples::<(i32,)>(on)?[0].0)
}

/// Ends a connection from another one, and waits until it is gone.
pub(crate) fn kill(process: i32) {
    let beside = Db::connect(server::url()).expect("the server is there");
    run(&beside, &format!("SELECT pg_terminate_backend({process}, 10000)"));
}

/// Makes the server sleep in each commit that changed accounts.
pub(crate) fn commits_take_a_while(db: &Db) {
    run(
        db,
        "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_sleep(5); RETURN NULL; END $$",
    );
    run(
        db,
        "CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON accounts DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION linger()",
    );
}

/// Waits until a process of the server waits in a function that sleeps.
pub(crate) fn await_sleep(process: i32) {
    let beside = Db::connect(server::url()).expect("the server is there");
    loop {
        let waits = sql("SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'")
            .bind(process)
            .tuples::<(i64,)>(&beside);
        if waits.expect("the processes are listed")[0].0 > 0 {
            return;
        }
        std::thread::yield_now();
    }
}
