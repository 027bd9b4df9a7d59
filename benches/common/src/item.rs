//! The work items.

use std::fmt;

/// The work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Load all students.
    Students,
    /// Load all students with their courses, and touch every title.
    StudentsCourses,
    /// Load all departments with their courses and their students.
    Departments,
    /// Load all departments with their students, their courses, and the department of each course.
    FourLevels,
    /// Load all students, then the courses of each student with a separate statement.
    Loop,
    /// Insert rows in one transaction, and read them back as stored.
    InsertRows,
    /// Insert rows in one transaction, in the fastest way.
    InsertPlain,
    /// Load one student by key, this number of times.
    Find,
    /// Load 100 students by a condition, with their courses, this number of times.
    Requests,
    /// Insert one row and read it back as stored, this number of times, each time in a separate transaction.
    InsertOne,
    /// Load the authors with the three latest of their 1,000 posts each.
    Latest,
}

/// A work item and its size.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// The work.
    pub item: Item,
    /// The students in the database.
    pub students: i64,
    /// The number of repetitions or rows, if the item needs one.
    pub times: usize,
}

impl Item {
    /// All of them, in the order of their letters.
    pub const ALL: [Item; 11] = [
        Item::Students,
        Item::StudentsCourses,
        Item::Departments,
        Item::FourLevels,
        Item::Loop,
        Item::InsertRows,
        Item::InsertPlain,
        Item::Find,
        Item::Requests,
        Item::InsertOne,
        Item::Latest,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Item::Students => "students",
            Item::StudentsCourses => "students-courses",
            Item::Departments => "departments",
            Item::FourLevels => "four-levels",
            Item::Loop => "loop",
            Item::InsertRows => "insert-rows",
            Item::InsertPlain => "insert-plain",
            Item::Find => "find",
            Item::Requests => "requests",
            Item::InsertOne => "insert-one",
            Item::Latest => "latest",
        }
    }

    /// The item with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Item> {
        Item::ALL.into_iter().find(|item| item.name() == name)
    }

    /// What is done, for the table.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Item::Students => "all students",
            Item::StudentsCourses => "students with their courses",
            Item::Departments => "departments with courses and students",
            Item::FourLevels => "departments → students → courses → department",
            Item::Loop => "a statement for each student (1 + N)",
            Item::InsertRows => "insert many, rows returned",
            Item::InsertPlain => "insert many",
            Item::Find => "one row by key",
            Item::Requests => "100 students by a condition, with their courses",
            Item::InsertOne => "insert one, row returned",
            Item::Latest => "the 3 latest of 1,000 posts of each of 100 authors",
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Work {
    /// The range of keys that the `turn`th request asks for: above the first, up to the second.
    #[must_use]
    pub fn range(self, turn: usize) -> (i64, i64) {
        let last = (self.students - 100).max(1);
        let low = spread(turn) % last;
        (low, low + 100)
    }

    /// The key that is looked up in the `turn`th place.
    #[must_use]
    pub fn key(self, turn: usize) -> i64 {
        spread(turn) % self.students + 1
    }
}

/// Keys of consecutive turns are far apart.
fn spread(turn: usize) -> i64 {
    i64::try_from(turn * 7_919 + 13).unwrap_or(0)
}
