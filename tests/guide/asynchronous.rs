//! The program text of the chapter on async programs.

use std::time::Duration;

use orm::{AsyncDb, AsyncExecutor, Db, Error, Model, Result, assert_queries};

use crate::chapter::Chapter;
use crate::{Course, Department, NewCourse, NewDepartment, NewStudent, Student};

#[tokio::test]
async fn chapter() -> Result<()> {
    Chapter::open("20-asynchronous").close();
    let folder = tempfile::tempdir().expect("a folder is created");
    let path = &folder.path().join("school.db");
    crate::school()?.backup(path)?;

    let blocking = Db::open(path)?;
    let db = AsyncDb::open(path).await?;
    let students = Student::query().prefetch(Student::courses()).all(&db).await?;
    let awaited = students;

    let students = Student::query().prefetch(Student::courses()).all(&blocking)?;
    assert_eq!(awaited, students);

    let student = enrol(&db, "Emmy", "Noether", 2).await?;
    assert_eq!(student.last_name, "NOETHER");
    assert_eq!(transactions(&db, "Music").await?, ("Music".to_owned(), 2));
    streamed(&db).await?;
    assert_eq!(register(&db, "Chemistry").await?.expect("it is there").name, "Chemistry");
    assert_eq!(names(&db).await?, ["Mathematics", "Computing", "Music", "Chemistry"]);
    with_options(path).await?;
    assert_eq!(status(&Department::find(&db, 99).await.unwrap_err()), 404);
    assert_eq!(status(&NewDepartment { name: "Music".into() }.insert(&db).await.unwrap_err()), 409);
    db.close().await;
    Ok(())
}

async fn with_options(path: &std::path::Path) -> Result<()> {
    let db = AsyncDb::from(Db::sqlite().readers(8).pool_timeout(Duration::from_secs(2)).open(path)?);
    assert_eq!(names(&db).await?.len(), 4);
    waiting(&AsyncDb::from(Db::sqlite().pool_timeout(Duration::from_millis(50)).open(path)?)).await
}

async fn enrol(db: &AsyncDb, first: &str, last: &str, course: i64) -> Result<Student> {
    let course = Course::find(db, course).await?;
    let new =
        NewStudent { first_name: first.into(), last_name: last.into(), department_id: Some(course.department_id) };
    let student = new.insert(db).await?;
    Student::courses().link(db, &student, [&course]).await?;
    let student = student.edit(db, |student| student.last_name.make_ascii_uppercase()).await?;
    let taken = orm::sql("SELECT count(*) FROM enrollments").tuples::<(i64,)>(db).await?;
    println!("{} enrolments", taken[0].0);
    Ok(student)
}

async fn names(on: &impl AsyncExecutor) -> Result<Vec<String>> {
    Department::query().select(Department::name()).all(on).await
}

async fn transactions(db: &AsyncDb, name: &str) -> Result<(String, usize)> {
    let music = db
        .transaction(async |tx| {
            let music = NewDepartment { name: name.to_owned() }.insert(tx).await?;
            let course =
                NewCourse { title: "Harmony".into(), credits: 4, department_id: music.id, prerequisite_id: None };
            course.insert(tx).await?;
            Ok(music)
        })
        .await?;

    let grown = db
        .run(|tx| {
            let mut courses = Course::query().filter(Course::credits().lt(5)).all(tx)?;
            for course in &mut courses {
                course.credits += 1;
                course.update(tx)?;
            }
            Ok(courses.len())
        })
        .await?;
    Ok((music.name, grown))
}

async fn streamed(db: &AsyncDb) -> Result<()> {
    let db = db.clone();
    let mut chunks = Student::query().prefetch(Student::courses()).chunks(&db).of_size(100);
    while let Some(students) = chunks.next().await {
        for student in students? {
            println!("{} takes {} courses", student.last_name, student.courses().len());
        }
    }
    Ok(())
}

async fn register(db: &AsyncDb, name: &str) -> Result<Option<Department>> {
    let new = NewDepartment { name: name.to_owned() }.insert(db);
    match tokio::time::timeout(Duration::from_secs(5), new).await {
        Ok(inserted) => inserted.map(Some),
        // It may be there or not: ask.
        Err(_) => Department::query().filter(Department::name().eq(name)).first(db).await,
    }
}

async fn waiting(db: &AsyncDb) -> Result<()> {
    let db = db.clone();
    let tx = db.begin().await?;
    let error = NewDepartment { name: "Law".into() }.insert(&db).await.unwrap_err();
    assert!(error.is_pool_timeout() && error.to_string().contains("is held by the call at"));
    NewDepartment { name: "Law".into() }.insert(&tx).await?;
    tx.commit().await?;
    Ok(())
}

fn status(error: &Error) -> u16 {
    match error {
        _ if error.is_not_found() => 404,
        _ if error.is_stale() || error.is_unique_violation() => 409,
        _ if error.is_bad_cursor() || error.is_foreign_key_violation() => 422,
        _ if error.is_pool_timeout() || error.is_busy() || error.is_connection_lost() => 503,
        _ if error.is_statement_timeout() => 503,
        _ => 500,
    }
}

#[tokio::test]
async fn a_department_is_added() -> Result<()> {
    let db = AsyncDb::memory().await?;
    db.create_tables::<Department>().await?;
    let law = assert_queries!(&db, 1, NewDepartment { name: "Law".into() }.insert(&db).await?);
    assert_eq!(law.id, 1);
    Ok(())
}
