//! Creates the databases for all contenders.

use std::path::Path;

use bench_common::data;
use load_common::{Database, Result, STUDENTS};
use orm::{Db, Model, TrustedSql, bulk_insert, sql};

use crate::models::{Course, Department, Enrollment, NewCourse, NewDepartment, NewEnrollment, NewStudent, Student};

/// The courses of each student.
const COURSES_EACH: usize = 5;

/// Creates a file of `SQLite`.
///
/// # Errors
///
/// Returns an error of the database.
pub fn file(path: &Path) -> Result<()> {
    fill(&Db::open(path)?)
}

/// Creates the tables in a new schema of PostgreSQL, after it drops an existing one.
///
/// # Errors
///
/// Returns an error of the server.
pub fn schema(url: &str, name: &str) -> Result<Database> {
    let db = Db::connect(url)?;
    sql(TrustedSql(format!("DROP SCHEMA IF EXISTS {name} CASCADE"))).execute(&db)?;
    sql(TrustedSql(format!("CREATE SCHEMA {name}"))).execute(&db)?;
    let separator = if url.contains('?') { '&' } else { '?' };
    let within = format!("{url}{separator}options=-c%20search_path%3D{name}");
    let db = Db::connect(&within)?;
    fill(&db)?;
    sql("VACUUM ANALYZE").execute(&db)?;
    Ok(Database::Postgres(within))
}

/// Removes the students that were inserted since, so that the next ones get the same keys.
///
/// # Errors
///
/// Returns an error of the server.
pub fn remove_inserted(url: &str) -> Result<()> {
    let db = Db::connect(url)?;
    Student::rows_where(Student::id().gt(STUDENTS)).delete(&db)?;
    restart(&db)?;
    sql("VACUUM student").execute(&db)?;
    Ok(())
}

fn restart(db: &Db) -> Result<()> {
    sql(TrustedSql(format!("ALTER TABLE student ALTER COLUMN id RESTART WITH {}", STUDENTS + 1))).execute(db)?;
    Ok(())
}

fn fill(db: &Db) -> Result<()> {
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    bulk_insert(db, data::departments().map(|name| NewDepartment { name }))?;
    bulk_insert(db, data::courses().map(|(title, department_id)| NewCourse { title, department_id }))?;
    bulk_insert(db, data::students(usize::try_from(STUDENTS)?).map(NewStudent::from))?;
    let mut courses = data::enrollments(COURSES_EACH);
    let enrollments = (1..=STUDENTS).flat_map(|student_id| {
        let links = courses().into_iter();
        links.map(move |course_id| NewEnrollment { student_id, course_id })
    });
    bulk_insert(db, enrollments)?;
    Ok(())
}
