//! The contenders written by hand with rusqlite's safe interface: as an expert would, and as people mostly do.

mod expert;
mod naive;

use std::path::Path;

use bench_common::{Contender, Item, Result, SETTINGS, Work, checksum, count_statement, data};
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, Row};

use crate::expert::Expert;
use crate::naive::Naive;

/// Opens the contender `expert`, `expert-scan` or `naive`.
///
/// # Errors
///
/// Returns an error of the database, or if no contender has the name.
pub fn open(name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>> {
    let db = Connection::open(database)?;
    db.execute_batch(SETTINGS)?;
    if counting {
        db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count));
    }
    match name {
        "expert" => Ok(Box::new(Expert::new(db, true)?)),
        "expert-scan" => Ok(Box::new(Expert::new(db, false)?)),
        "naive" => Ok(Box::new(Naive::new(db))),
        _ => Err(format!("no contender is called {name}").into()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "rusqlite calls it so")]
fn count(event: TraceEvent<'_>) {
    if let TraceEvent::Stmt(_, sql) = event {
        count_statement(sql);
    }
}

struct Department {
    id: i64,
    name: String,
}

#[derive(Clone)]
struct Course {
    id: i64,
    title: String,
    department_id: i64,
}

struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

struct Post {
    title: String,
    created: i64,
}

impl Department {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Department { id: row.get(0)?, name: row.get(1)? })
    }
}

impl Course {
    /// Reads the course whose columns begin at `at`.
    fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        Ok(Course { id: row.get(at)?, title: row.get(at + 1)?, department_id: row.get(at + 2)? })
    }
}

impl Student {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Student { id: row.get(0)?, first_name: row.get(1)?, last_name: row.get(2)?, department_id: row.get(3)? })
    }

    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

impl Post {
    /// Reads the post whose columns begin at `at`.
    fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        Ok(Post { title: row.get(at)?, created: row.get(at + 1)? })
    }

    fn sum(&self) -> u64 {
        checksum::link(self.created, checksum::text(&self.title))
    }
}

/// Removes the students that an earlier run inserted, and builds those that the next will insert.
fn new_students(db: &Connection, work: Work) -> Result<Vec<data::NewStudent>> {
    if !matches!(work.item, Item::InsertRows | Item::InsertPlain | Item::InsertOne) {
        return Ok(Vec::new());
    }
    db.execute("DELETE FROM student", [])?;
    Ok(data::students(work.times).collect())
}
