//! Which contenders are measured at which items.

use bench_common::{Item, Work};

/// A library, or a way of using one.
#[derive(Debug)]
pub(crate) struct Contender {
    /// The name in the table, and on the command line of its programs.
    pub(crate) name: &'static str,
    /// What is run.
    pub(crate) program: Program,
    /// The divisor for the number of operations, for items with many operations. Times and counts are multiplied by it.
    pub(crate) share: usize,
}

/// What is run for a contender.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// A package of the workspace `benches`, whose program has its name; the one that counts has `-counting` behind it.
    Own(&'static str),
    /// A package of the workspace `benches/field`, likewise.
    Field(&'static str),
    /// A script in `benches/python`.
    Python(&'static str),
}

/// All of them.
pub(crate) const CONTENDERS: [Contender; 11] = [
    Contender::fast("orm", Program::Own("bench-orm")),
    Contender::fast("expert", Program::Own("bench-rusqlite")),
    Contender::fast("expert-scan", Program::Own("bench-rusqlite")),
    Contender::fast("naive", Program::Own("bench-rusqlite")),
    Contender::fast("diesel", Program::Own("bench-diesel")),
    Contender::slow("sqlx", Program::Field("bench-sqlx")),
    Contender::slow("seaorm", Program::Field("bench-seaorm")),
    Contender::slow("seaorm-join", Program::Field("bench-seaorm")),
    Contender::slow("toasty", Program::Own("bench-toasty")),
    Contender::slow("sqlalchemy", Program::Python("bench_sqlalchemy.py")),
    Contender::slow("django", Program::Python("bench_django.py")),
];

impl Contender {
    const fn fast(name: &'static str, program: Program) -> Self {
        Contender { name, program, share: 1 }
    }

    const fn slow(name: &'static str, program: Program) -> Self {
        Contender { name, program, share: 10 }
    }

    /// The work that is done for a case, and the divisor by which it is smaller than the case.
    pub(crate) fn part(&self, work: Work) -> (Work, usize) {
        match work.item {
            Item::Find | Item::Requests | Item::InsertOne => {
                (Work { times: work.times / self.share, ..work }, self.share)
            }
            _ => (work, 1),
        }
    }
}

/// The position of the contender with which the others are compared.
pub(crate) const EXPERT: usize = 1;

/// The position of this library.
pub(crate) const ORM: usize = 0;

/// A database that a work item needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// Students with this number of courses each.
    Students { students: usize, courses: usize },
    /// Departments without relations.
    Empty,
    /// Authors and posts.
    Posts,
}

/// A work item on a database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// The letter of the item.
    pub(crate) letter: char,
    pub(crate) work: Work,
    pub(crate) database: Database,
}

impl Case {
    /// `(b) students with their courses, 1,000 × 5`
    pub(crate) fn describe(&self) -> String {
        format!("({}) {}{}", self.letter, self.work.item.describe(), self.size())
    }

    /// Whether it is the same item, and as large at least in all respects.
    pub(crate) fn contains(&self, other: &Case) -> bool {
        let courses = |case: &Case| match case.database {
            Database::Students { courses, .. } => courses,
            Database::Empty | Database::Posts => 0,
        };
        self.work.item == other.work.item
            && self.work.students >= other.work.students
            && self.work.times >= other.work.times
            && courses(self) >= courses(other)
    }

    fn size(&self) -> String {
        let times = thousands(self.work.times);
        match (self.work.item, self.database) {
            (Item::Students | Item::Loop, Database::Students { students, .. }) => format!(", {}", thousands(students)),
            (Item::Find | Item::Requests | Item::InsertOne, _) => format!(", {times} times"),
            (Item::InsertRows | Item::InsertPlain, _) => format!(", {times} rows"),
            (_, Database::Students { students, courses }) => format!(", {} × {courses}", thousands(students)),
            (_, Database::Empty | Database::Posts) => String::new(),
        }
    }
}

/// The cases to be measured.
pub(crate) fn cases(quick: bool) -> Vec<Case> {
    let least = if quick { 10 } else { 1 };
    let large = 100_000 / (least * least);
    let middle = 10_000 / least;
    let mut cases = vec![on_students('a', Item::Students, large, 5)];
    let sizes = if quick { &[1_000][..] } else { &[1_000, 10_000, 100_000] };
    for &students in sizes {
        for courses in [5, 20] {
            cases.push(on_students('b', Item::StudentsCourses, students, courses));
        }
    }
    cases.extend([
        on_students('c', Item::Departments, large, 5),
        on_students('d', Item::FourLevels, middle, 20),
        on_students('e', Item::Loop, middle, 5),
        on_empty('f', Item::InsertRows, large),
        on_empty('f', Item::InsertPlain, large),
        repeated('g', Item::Find, 10_000, 100_000 / least),
        repeated('h', Item::Requests, 10_000, 2_000 / least),
        on_empty('i', Item::InsertOne, 10_000 / least),
        Case { letter: 'j', work: Work { item: Item::Latest, students: 0, times: 0 }, database: Database::Posts },
    ]);
    if !quick {
        cases.push(on_students('k', Item::StudentsCourses, 300_000, 5));
    }
    cases
}

fn on_students(letter: char, item: Item, students: usize, courses: usize) -> Case {
    let work = Work { item, students: i64::try_from(students).unwrap_or(0), times: 1 };
    Case { letter, work, database: Database::Students { students, courses } }
}

fn repeated(letter: char, item: Item, students: usize, times: usize) -> Case {
    let case = on_students(letter, item, students, 5);
    Case { work: Work { times, ..case.work }, ..case }
}

fn on_empty(letter: char, item: Item, times: usize) -> Case {
    Case { letter, work: Work { item, students: 0, times }, database: Database::Empty }
}

/// `100,000`
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
