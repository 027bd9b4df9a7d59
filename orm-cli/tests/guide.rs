//! The output of the program that the chapter on existing databases shows.

#[path = "../../tests/docs/text.rs"]
#[allow(dead_code, reason = "the tests of other documents use the rest")]
mod text;

#[path = "guide/program.rs"]
mod program;

#[allow(unreachable_pub, missing_docs, reason = "the models are those of a program without these lints")]
#[path = "guide/models/mod.rs"]
mod models;

use std::fs;
use std::path::Path;
use std::process::Command;

use orm::{Db, TrustedSql};
use text::{Block, blocks};

const CHAPTER: &str = "docs/guide/22-existing-databases.md";

fn chapter() -> String {
    fs::read_to_string(workspace().join(CHAPTER)).expect("the chapter is read")
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace")
}

/// The database of the chapter, in a folder.
fn database(folder: &Path) -> Db {
    let text = chapter();
    let sql = blocks(&text).into_iter().find(|block| block.language == "sql").expect("there is SQL").text;
    let db = Db::open(folder.join("music.db").to_str().expect("a path")).expect("a database");
    for statement in sql.split(";\n") {
        orm::sql(TrustedSql(statement.to_owned())).execute(&db).expect("the statement runs");
    }
    db
}

/// The output of a command line of the chapter.
fn run(line: &str, folder: &Path) -> String {
    let arguments = line.strip_prefix("$ orm-cli ").expect("the line calls the program").split(' ');
    let run =
        Command::new(env!("CARGO_BIN_EXE_orm-cli")).args(arguments).current_dir(folder).output().expect("it runs");
    String::from_utf8([run.stdout, run.stderr].concat()).expect("it prints text")
}

#[test]
fn the_program_prints_what_the_chapter_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    database(folder.path());
    let mut shown = 0;
    for Block { text, .. } in blocks(&chapter()).iter().filter(|block| block.language == "console") {
        let (command, output) = text.split_once('\n').unwrap_or((text, ""));
        let printed = run(command, folder.path());
        assert!(output.is_empty() || printed.trim_end() == output, "{command}\n{printed}");
        shown += 1;
    }
    assert!(shown >= 4, "the chapter shows the program {shown} times");
    // These tests are compiled with those models.
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guide/models");
    for entry in fs::read_dir(folder.path().join("src/models")).expect("models were written") {
        let path = entry.expect("an entry").path();
        let kept = kept.join(path.file_name().expect("a name"));
        let new = fs::read_to_string(&path).expect("a file is read");
        if std::env::var("OVERWRITE").is_ok_and(|what| what == "golden") {
            fs::write(&kept, &new).expect("the file is written");
        }
        assert_eq!(new, fs::read_to_string(&kept).expect("the file is read"), "{}", kept.display());
    }
}

#[test]
fn the_models_agree_with_the_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(folder.path());
    program::print(&db).expect("the rows are read");
    program::check(&db).expect("nothing differs");
}
