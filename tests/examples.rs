//! The examples print the same on SQLite and on PostgreSQL.

use std::path::Path;
use std::process::Command;

use orm::{Db, TrustedSql, sql};

#[path = "support/postgres.rs"]
mod server;

/// What an example prints.
fn output(example: &str, arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--all-features", "--example", example, "--"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(run.status.success(), "{example}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("the output is text")
}

#[test]
fn the_university_is_the_same() {
    let url = server::schema();
    let on_sqlite = output("university", &[]);
    assert!(on_sqlite.contains("Amara Okafor"), "{on_sqlite}");
    assert_eq!(on_sqlite, output("university", &[&url]));
    assert_eq!(on_sqlite, output("university", &[&url]), "a second run finds what the first has inserted");
    let statements = output("university", &[&url, "--sql"]);
    assert!(statements.contains(" = ANY($1::bigint[])"), "{statements}");
}

/// `ORM_TEST_CHINOOK` names a folder with both forms of the Chinook data.
#[test]
fn the_music_shop_is_the_same() {
    let Some(folder) = std::env::var_os("ORM_TEST_CHINOOK") else {
        eprintln!("ORM_TEST_CHINOOK names no folder with the Chinook data: nothing is compared");
        return;
    };
    let url = server::schema();
    fill(&Db::connect(&url).expect("the server is there"), &Path::new(&folder).join("chinook_postgres.sql"));
    let file = Path::new(&folder).join("chinook.sqlite");
    let on_sqlite = output("chinook", &[file.to_str().expect("the path is text")]);
    assert!(on_sqlite.contains("Artists who play jazz"), "{on_sqlite}");
    assert_eq!(on_sqlite, output("chinook", &[&url]));
}

/// Runs a script, except the part that creates a separate database.
fn fill(db: &Db, script: &Path) {
    let script = std::fs::read_to_string(script).expect("the script is there");
    let script: String =
        script.lines().filter(|line| !line.starts_with("\\c")).map(|line| line.to_owned() + "\n").collect();
    let run = |statement: &str| {
        if !statement.contains(" DATABASE ") && !statement.is_empty() {
            sql(TrustedSql(statement.to_owned())).execute(db).expect("the statement runs");
        }
    };
    script.split(";\n").map(str::trim).for_each(run);
}
