//! Who is measured at what.

use bench_common::{Item, Work};

/// A library, or a way of using one.
#[derive(Debug)]
pub(crate) struct Contender {
    /// The name in the table, and on the command line of its programs.
    pub(crate) name: &'static str,
    /// The timed program; the counting one has `-counting` behind it.
    pub(crate) program: &'static str,
}

/// All of them; the second is what the others are compared with.
pub(crate) const CONTENDERS: [Contender; 5] = [
    Contender { name: "orm", program: "bench-orm" },
    Contender { name: "expert", program: "bench-rusqlite" },
    Contender { name: "expert-scan", program: "bench-rusqlite" },
    Contender { name: "naive", program: "bench-rusqlite" },
    Contender { name: "diesel", program: "bench-diesel" },
];

/// The position of what the others are compared with.
pub(crate) const EXPERT: usize = 1;

/// A database that a work item needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// Students with so many courses each.
    Students { students: usize, courses: usize },
    /// Departments alone.
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
