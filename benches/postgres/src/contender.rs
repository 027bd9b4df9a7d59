//! Who is measured: this library, what an expert writes by hand, and other libraries.

mod diesel;
mod hand;
mod orm;
mod seaorm;

use bench_common::Result;
use bench_common::data::NewStudent;

/// A library, or a way of using one. What each item returns is the checksum of what was read.
pub(crate) trait Contender {
    /// Loads all students with their courses.
    fn students_courses(&mut self) -> Result<u64>;

    /// Loads all departments with their courses and their students.
    fn departments(&mut self) -> Result<u64>;

    /// Loads some students with their courses.
    fn request(&mut self, students: Keys) -> Result<u64>;

    /// Loads some books with their chapters, reviews, editions and quotes.
    fn siblings(&mut self, books: Keys) -> Result<u64>;

    /// Loads one student.
    fn find(&mut self, student: i64) -> Result<u64>;

    /// Inserts rows, all or none, and has them back as stored.
    fn insert_rows(&mut self, new: Vec<NewStudent>) -> Result<u64>;

    /// Inserts rows, all or none, by whatever is the fastest way, and counts them.
    fn insert_plain(&mut self, new: Vec<NewStudent>) -> Result<u64>;
}

/// A range of keys, to be asked for by a condition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    /// The greatest key below the range.
    pub(crate) above: i64,
    /// The last key of the range.
    pub(crate) to: i64,
}

/// A contender that can be opened.
pub(crate) struct Entry {
    /// The name in the table and on the command line.
    pub(crate) name: &'static str,
    /// Opens it on the database of a URL.
    pub(crate) open: fn(&str) -> Result<Box<dyn Contender>>,
}

/// What the others are compared with.
pub(crate) const HAND: &str = "hand";

/// All of them.
pub(crate) const CONTENDERS: [Entry; 5] = [
    Entry { name: "orm", open: orm::open },
    Entry { name: HAND, open: hand::open },
    Entry { name: "hand-sequential", open: hand::open_sequential },
    Entry { name: "diesel", open: diesel::open },
    Entry { name: "seaorm", open: seaorm::open },
];
