//! Creates the databases, once.

use std::path::{Path, PathBuf};

use bench_common::{Result, data};
use rusqlite::{Connection, params};

use crate::plan::Database;

/// The path of a database, which is made if it is not there yet.
pub(crate) fn ready(directory: &Path, database: Database) -> Result<PathBuf> {
    let path = directory.join(file_name(database));
    if path.exists() {
        return Ok(path);
    }
    let unfinished = path.with_extension("unfinished");
    if unfinished.exists() {
        std::fs::remove_file(&unfinished)?;
    }
    let mut db = Connection::open(&unfinished)?;
    fill(&mut db, database)?;
    // Contenders open it in this mode, which is what one chooses where readers and a writer share a file.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.close().map_err(|(_, error)| error)?;
    std::fs::rename(unfinished, &path)?;
    Ok(path)
}

fn file_name(database: Database) -> String {
    match database {
        Database::Students { students, courses } => format!("students-{students}-{courses}.db"),
        Database::Empty => "empty.db".to_owned(),
        Database::Posts => "posts.db".to_owned(),
    }
}

fn fill(db: &mut Connection, database: Database) -> Result<()> {
    db.execute_batch(data::SCHEMA)?;
    let transaction = db.transaction()?;
    for name in data::departments() {
        transaction.execute("INSERT INTO department (name) VALUES (?1)", [name])?;
    }
    match database {
        Database::Students { students, courses } => fill_students(&transaction, students, courses)?,
        Database::Posts => fill_posts(&transaction)?,
        Database::Empty => {}
    }
    transaction.commit()?;
    Ok(())
}

fn fill_students(db: &Connection, students: usize, courses: usize) -> Result<()> {
    for course in data::courses() {
        db.execute("INSERT INTO course (title, department_id) VALUES (?1, ?2)", course)?;
    }
    let sql = "INSERT INTO student (first_name, last_name, department_id) VALUES (?1, ?2, ?3)";
    let mut insert = db.prepare(sql)?;
    let mut enroll = db.prepare("INSERT INTO student_course (student_id, course_id) VALUES (?1, ?2)")?;
    let mut enrollments = data::enrollments(courses);
    for student in data::students(students) {
        let id = insert.insert(params![student.first_name, student.last_name, student.department_id])?;
        for course in enrollments() {
            enroll.execute([id, course])?;
        }
    }
    Ok(())
}

fn fill_posts(db: &Connection) -> Result<()> {
    for author in 1..=data::AUTHORS {
        db.execute("INSERT INTO author (name) VALUES (?1)", [format!("Author {author}")])?;
    }
    let mut insert = db.prepare("INSERT INTO post (title, created, author_id) VALUES (?1, ?2, ?3)")?;
    for post in data::posts() {
        insert.execute(post)?;
    }
    Ok(())
}
