//! Several statements in one text: raw SQL refuses them, and a script runs them in one transaction.

use orm::{Db, Result, TrustedSql, script, sql};

use crate::database::{db, either};

const SEVERAL: &str =
    "the SQL contains more than one statement; run them one by one, or all of them with `orm::script`";

fn count(db: &Db) -> Result<i64> {
    Ok(sql("SELECT count(*) FROM notes").tuples::<(i64,)>(db)?[0].0)
}

fn notes() -> Result<Db> {
    let db = db();
    script("CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL); CREATE INDEX by_body ON notes (body)")
        .execute(&db)?;
    Ok(db)
}

#[test]
fn several_statements_are_refused_before_any_is_prepared() {
    let db = db();
    let recording = db.record();
    for text in [
        "CREATE TABLE a (x int); CREATE INDEX i ON a (x)",
        "CREATE TABLE a (x int); CREATE TABLE b (x int);",
        "INSERT INTO missing VALUES (1); -- ; one\nSELECT 1;",
    ] {
        let refusals = [
            sql(text).execute(&db).unwrap_err(),
            sql(text).tuples::<(i64,)>(&db).unwrap_err(),
            sql(text).writing().tuples::<(i64,)>(&db).unwrap_err(),
        ];
        for error in refusals {
            assert!(error.is_invalid());
            assert_eq!(error.to_string(), SEVERAL, "{text}");
        }
    }
    assert_eq!(recording.count(), 0);
}

#[test]
fn semicolons_within_a_statement_or_after_it_are_no_statements() -> Result<()> {
    let db = notes()?;
    sql("INSERT INTO notes VALUES (1, 'a;b') ; ; -- ; end\n").execute(&db)?;
    sql("/* ; */ INSERT INTO notes VALUES (2, ';');").execute(&db)?;
    sql(either(
        "CREATE TRIGGER t AFTER INSERT ON notes BEGIN UPDATE notes SET body = 'c'; SELECT 1; END;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$;",
    ))
    .execute(&db)?;
    assert_eq!(count(&db)?, 2);
    Ok(())
}

#[test]
fn a_script_runs_its_statements_in_one_transaction() -> Result<()> {
    let db = notes()?;
    script("INSERT INTO notes VALUES (1, 'a');\nSELECT count(*) FROM notes;\nINSERT INTO notes VALUES (2, ';')")
        .execute(&db)?;
    db.transaction(|tx| {
        let failed = script("INSERT INTO notes VALUES (3, 'c'); INSERT INTO notes VALUES (3, 'd')").execute(tx);
        assert!(failed.is_err_and(|error| error.is_unique_violation()));
        script(TrustedSql("INSERT INTO notes VALUES (4, 'd')".to_owned())).execute(tx)
    })?;
    assert_eq!(count(&db)?, 3);
    Ok(())
}

#[test]
fn a_script_that_fails_names_the_line_and_is_rolled_back() -> Result<()> {
    let db = notes()?;
    let failing = script("-- Notes\nINSERT INTO notes VALUES (1, 'a');\n\nINSERT INTO notes\nVALUES (1, 'b');\n");
    let error = failing.execute(&db).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let message = error.to_string();
    assert!(message.starts_with("line 4 of the script: "), "{message}");
    assert!(message.ends_with("; the script was rolled back"), "{message}");
    assert_eq!(error.statement(), Some("INSERT INTO notes\nVALUES (1, 'b');"));
    assert_eq!(count(&db)?, 0);
    let error = script("INSERT INTO missing VALUES (1)").execute(&db).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("line 1 of the script: ") && !message.contains("create_tables"), "{message}");
    Ok(())
}

#[test]
fn a_script_that_cannot_run_in_a_transaction_is_refused_as_a_whole() -> Result<()> {
    let db = notes()?;
    let refused = |text: &'static str| script(text).execute(&db).unwrap_err().to_string();
    assert_eq!(
        refused("INSERT INTO notes VALUES (1, 'a');\nCOMMIT;"),
        "line 2 of the script is `COMMIT`, and a script runs in one transaction already; remove it"
    );
    assert_eq!(refused(" ; -- nothing\n"), "the script contains no statement");
    assert_eq!(refused("\n/* open"), "the comment that begins in line 2 of the script is not closed");
    assert_eq!(refused("SELECT '\0'"), "the script holds a NUL character, where the database would cut it off");
    assert_eq!(count(&db)?, 0);
    Ok(())
}

#[cfg(feature = "async")]
#[test]
fn a_script_runs_on_an_asynchronous_database() -> Result<()> {
    let db = notes()?;
    let shared = orm::AsyncDb::from(db.clone());
    smol::block_on(script("INSERT INTO notes VALUES (1, 'a'); INSERT INTO notes VALUES (2, 'b')").execute(&shared))?;
    assert_eq!(count(&db)?, 2);
    Ok(())
}
