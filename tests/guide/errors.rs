//! The program text of the chapter on errors.

use orm::{Constraint, Db, Error, Model, ResultExt};

use crate::chapter::Chapter;
use crate::{Course, Department, NewCourse, NewDepartment, Student};

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("09-errors");
    questions(&db);
    let found = found(&db)?;
    assert_eq!(found, (None, None));
    messages(&db, &mut chapter)?;
    bad_value(&mut chapter)?;
    chapter.close();
    Ok(())
}

// ANCHOR: create
fn create(db: &Db, name: &str) -> Result<Department, String> {
    match (NewDepartment { name: name.into() }).insert(db) {
        Ok(department) => Ok(department),
        Err(error) if error.is_unique_violation() => Err(format!("there is a department {name} already")),
        Err(error) if error.is_retryable() => Err("the database is busy; try again".into()),
        Err(error) => Err(error.to_string()),
    }
}
// ANCHOR_END: create

// ANCHOR: status
fn status(error: &Error) -> u16 {
    match error {
        _ if error.is_not_found() => 404,
        _ if error.is_stale() || error.is_unique_violation() => 409,
        _ if error.constraint().is_some() || error.is_bad_cursor() || error.is_encode() => 422,
        _ if error.is_busy() || error.is_conflict() || error.is_pool_timeout() => 503,
        _ if error.is_statement_timeout() || error.is_connection_lost() || error.is_open_failure() => 503,
        _ => 500,
    }
}
// ANCHOR_END: status

// ANCHOR: problem
fn problem(error: &Error) -> Option<(&'static str, &'static str)> {
    match error.constraint_name()? {
        "departments.name" | "departments_name_key" | "departments__name__key" => {
            Some(("name", "There is a department of this name already."))
        }
        _ => None,
    }
}
// ANCHOR_END: problem

#[cfg(feature = "postgres")]
pub(crate) fn field_of(error: &Error) -> Option<&'static str> {
    problem(error).map(|(field, _)| field)
}

fn questions(db: &Db) {
    assert_eq!(create(db, "Computing").unwrap_err(), "there is a department Computing already");
    // ANCHOR: questions
    let optics = NewCourse { title: "Optics".into(), credits: 5, department_id: 99, prerequisite_id: None };
    let error = optics.insert(db).unwrap_err();
    assert_eq!(error.constraint(), Some(Constraint::ForeignKey));
    assert!(error.statement().is_some_and(|sql| sql.starts_with(r#"INSERT INTO "courses""#)));
    // ANCHOR_END: questions
    assert_eq!((status(&error), problem(&error)), (422, None));
    let taken = NewDepartment { name: "Computing".into() }.insert(db).unwrap_err();
    assert_eq!((status(&taken), problem(&taken).map(|(field, _)| field)), (409, Some("name")));
    assert_eq!(status(&Student::find(db, 99).unwrap_err()), 404);
    assert_eq!(status(&orm::order_from("password", Student::last_name().asc()).unwrap_err()), 500);
}

fn found(db: &Db) -> orm::Result<(Option<Student>, Option<Course>)> {
    // ANCHOR: found
    let student: Option<Student> = Student::find(db, 99).optional()?;
    let course: Option<Course> = Course::query().filter(Course::title().eq("Optics")).one(db).optional()?;
    // ANCHOR_END: found
    Ok((student, course))
}

fn messages(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    let none = Student::find(db, 99).unwrap_err();
    let several = Student::query().one(db).unwrap_err();
    let unique = NewDepartment { name: "Computing".into() }.insert(db).map(|_| ()).unwrap_err();
    let closed = Db::open(tempfile::tempdir()?.path().join("missing/school.sqlite")).map(|_| ()).unwrap_err();
    assert!(none.is_not_found() && several.is_more_than_one() && closed.is_open_failure());
    let empty = Db::memory()?;
    let table = Student::query().all(&empty).unwrap_err();
    assert!(table.is_schema_mismatch());
    chapter.shows("text", [none, several, unique, table].map(|error| error.to_string()).join("\n"));
    Ok(())
}

fn bad_value(chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("school.sqlite");
    let db = Db::open(&path)?;
    db.create_tables::<Department>()?;
    let raw = rusqlite::Connection::open(&path)?;
    raw.execute_batch("INSERT INTO departments (id, name) VALUES (1, X'00FF')")?;
    // ANCHOR: bad_value
    let error = Department::query().all(&db).unwrap_err();
    assert!(error.is_decode());
    assert_eq!((error.table(), error.column()), (Some("departments"), Some("name")));
    println!("{error}");
    // ANCHOR_END: bad_value
    chapter.shows("text", error);
    Ok(())
}
