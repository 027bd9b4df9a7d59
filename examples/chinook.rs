//! A report from an existing database: Chinook, the music shop, on SQLite and on PostgreSQL.
//!
//! The tables were not created by this library, and the two databases use different names. `chinook/pascal.rs` and
//! `chinook/snake.rs` map them, and `chinook/report.rs` prints the same report from both.

#![expect(clippy::struct_field_names, reason = "the fields are named as the database names its columns")]
#![expect(clippy::duplicate_mod, reason = "the report is one, of models with two kinds of names")]

#[path = "chinook/pascal.rs"]
mod pascal;
#[path = "chinook/snake.rs"]
mod snake;
#[path = "chinook/text.rs"]
mod text;
#[path = "chinook/values.rs"]
mod values;

use std::error::Error;
use std::process::ExitCode;

use orm::Db;

const HELP: &str = "\
A report from the Chinook database, a music shop that is widely used in examples.

Usage: cargo run --example chinook -- PATH
       cargo run --features postgres --example chinook -- URL

The file for SQLite, `Chinook_Sqlite.sqlite`, is among the releases of
https://github.com/lerocha/chinook-database. It is opened for reading only.
`Chinook_PostgreSql.sql` there fills a database of PostgreSQL; a URL such as
`postgres://user:password@host/chinook` says where it is.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let place = match arguments.as_slice() {
        [] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [option] if option == "--help" || option == "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [place] if !place.starts_with('-') => place,
        _ => {
            eprintln!("chinook: write one path or URL of a database\nTry `--help`.");
            return ExitCode::from(2);
        }
    };
    match report(place) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chinook: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(place: &str) -> Result<(), Box<dyn Error>> {
    if place.contains("://") {
        return Ok(snake::report(&connect(place)?)?);
    }
    Ok(pascal::report(&Db::sqlite().read_only().open(place)?)?)
}

#[cfg(feature = "postgres")]
fn connect(url: &str) -> Result<Db, Box<dyn Error>> {
    Ok(Db::connect(url)?)
}

#[cfg(not(feature = "postgres"))]
fn connect(_url: &str) -> Result<Db, Box<dyn Error>> {
    Err("a URL needs the feature `postgres`: cargo run --features postgres --example chinook -- URL".into())
}
