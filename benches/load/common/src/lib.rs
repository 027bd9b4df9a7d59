//! Code that the contenders share: the requests, the tasks that send them at the same time, and the measurement.
//!
//! To add a contender, write a crate with a program that implements [`Contender`] and calls [`main`], and add it to `CONTENDERS` of
//! the crate `run`.

mod case;
mod keys;
mod load;
mod measured;

use std::error::Error;
use std::process::ExitCode;

use bench_common::data::NewStudent;

pub use case::{Case, Database, Item};
pub use keys::STUDENTS;
pub use load::load;
pub use measured::Measured;

/// What a contender returns.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The connections that every contender may have. Of a file of SQLite these are readers, beside one that writes.
pub const CONNECTIONS: usize = 8;

/// A library, or a way of using one, whose calls are awaited. What each returns is the checksum of what was read.
pub trait Contender: Send + Sync + Sized + 'static {
    /// Opens it on a database.
    fn open(database: &Database) -> impl Future<Output = Result<Self>> + Send;

    /// Loads one student by key.
    fn find(&self, student: i64) -> impl Future<Output = Result<u64>> + Send;

    /// Loads the students whose keys lie above the first number and up to the second, with their courses.
    fn request(&self, above: i64, to: i64) -> impl Future<Output = Result<u64>> + Send;

    /// Inserts a student and returns it as stored.
    fn insert(&self, new: NewStudent) -> impl Future<Output = Result<u64>> + Send;
}

/// Runs a contender's program: puts it under the load of the command line, and prints the results.
pub fn main(run: fn(&Case) -> Result<Measured>) -> ExitCode {
    match Case::from_args(std::env::args().skip(1)).and_then(|case| run(&case)) {
        Ok(measured) => {
            println!("{measured}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
