//! The work items, and how a contender does one.

use std::time::{Duration, Instant};

use bench_common::Result;
use bench_common::data::{COURSES, DEPARTMENTS, NewStudent};

use crate::contender::{Contender, Keys};
use crate::data::{self, BOOKS, Rows, Schema};

/// How many rows are inserted.
const INSERTED: usize = 10_000;

/// The work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    StudentsCourses,
    Departments,
    Requests,
    Siblings,
    Find,
    InsertRows,
    InsertPlain,
}

/// A work item on some rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) item: Item,
    pub(crate) rows: Rows,
    /// How often it is done in one turn.
    pub(crate) times: usize,
    /// Whether there is a delay between client and server.
    pub(crate) is_far: bool,
}

impl Item {
    pub(crate) const ALL: [Item; 7] = [
        Item::StudentsCourses,
        Item::Departments,
        Item::Requests,
        Item::Siblings,
        Item::Find,
        Item::InsertRows,
        Item::InsertPlain,
    ];

    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Item::StudentsCourses => "students-courses",
            Item::Departments => "departments",
            Item::Requests => "requests",
            Item::Siblings => "siblings",
            Item::Find => "find",
            Item::InsertRows => "insert-rows",
            Item::InsertPlain => "insert-plain",
        }
    }

    fn inserts(self) -> bool {
        matches!(self, Item::InsertRows | Item::InsertPlain)
    }
}

/// The cases to be measured. A turn lasts some hundredths of a second.
pub(crate) fn cases(quick: bool) -> Vec<Case> {
    let many = if quick { 1_000 } else { 10_000 };
    let near = |item, students, courses, times| Case { item, rows: Rows { students, courses }, times, is_far: false };
    let far = |item| Case { is_far: true, ..near(item, many, 5, 20) };
    vec![
        near(Item::StudentsCourses, 1_000, 5, 10),
        near(Item::StudentsCourses, many, 20, 1),
        near(Item::StudentsCourses, many, 5, 2),
        near(Item::Departments, many, 5, 5),
        near(Item::Requests, many, 5, 50),
        near(Item::Siblings, many, 5, 50),
        near(Item::Find, many, 5, 500),
        far(Item::Find),
        far(Item::Requests),
        far(Item::Siblings),
        near(Item::InsertRows, 0, 0, 1),
        near(Item::InsertPlain, 0, 0, 1),
    ]
}

impl Case {
    /// `students with their courses, 1,000 × 5`
    pub(crate) fn describe(&self) -> String {
        let students = thousands(self.rows.students);
        match self.item {
            Item::StudentsCourses => format!("students with their courses, {students} × {}", self.rows.courses),
            Item::Departments => {
                format!("{DEPARTMENTS} departments with their {COURSES} courses and {students} students")
            }
            Item::Requests => "100 students by a condition, with their courses".to_owned(),
            Item::Siblings => "100 books by a condition, with four relations side by side".to_owned(),
            Item::Find => "one row by key".to_owned(),
            Item::InsertRows => format!("insert {} rows, rows returned", thousands(INSERTED)),
            Item::InsertPlain => format!("insert {} rows", thousands(INSERTED)),
        }
    }

    /// Gives a contender its turn. Returns how long it took to do the work once, and the checksum of all that was read.
    pub(crate) fn turn(&self, contender: &mut dyn Contender, schema: &Schema) -> Result<(Duration, u64)> {
        let mut new = Vec::new();
        if self.item.inserts() {
            schema.empty()?;
            new.extend(bench_common::data::students(INSERTED));
        }
        let began = Instant::now();
        let mut sum = 0_u64;
        for turn in 0..self.times {
            sum = sum.wrapping_add(self.once(contender, turn, &mut new)?);
        }
        Ok((began.elapsed() / u32::try_from(self.times)?, sum))
    }

    fn once(&self, contender: &mut dyn Contender, turn: usize, new: &mut Vec<NewStudent>) -> Result<u64> {
        match self.item {
            Item::StudentsCourses => contender.students_courses(),
            Item::Departments => contender.departments(),
            Item::Requests => contender.request(hundred(turn, self.rows.students)),
            Item::Siblings => contender.siblings(hundred(turn, BOOKS)),
            Item::Find => contender.find(key(turn, self.rows.students)),
            Item::InsertRows => contender.insert_rows(std::mem::take(new)),
            Item::InsertPlain => contender.insert_plain(std::mem::take(new)),
        }
    }
}

/// The keys that the `turn`th request asks for.
fn hundred(turn: usize, rows: usize) -> Keys {
    let above = data::key(spread(turn) % (rows - 100));
    Keys { above, to: above + 100 }
}

/// The key that is looked up in the `turn`th place.
fn key(turn: usize, rows: usize) -> i64 {
    data::key(spread(turn) % rows + 1)
}

/// Keys of consecutive turns are far apart.
fn spread(turn: usize) -> usize {
    turn * 7_919 + 13
}

/// `100,000`
fn thousands(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}
