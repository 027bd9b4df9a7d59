//! The program text of the chapter on async programs.

use std::time::Duration;

use orm::{AsyncDb, AsyncExecutor, Db, Model, Result, assert_queries};

use crate::chapter::Chapter;
use crate::{Course, Department, NewCourse, NewDepartment, NewStudent, Student};

#[tokio::test]
async fn chapter() -> Result<()> {
    Chapter::open("20-asynchronous").close();
    let folder = tempfile::tempdir().expect("a folder is created");
    let path = &folder.path().join("school.db");
    crate::school()?.backup(path)?;

    let blocking = Db::open(path)?;
    // ANCHOR: awaited
    let db = AsyncDb::open(path).await?;
    let students = Student::query().prefetch(Student::courses()).all(&db).await?;
    // ANCHOR_END: awaited
    let awaited = students;

    // ANCHOR: blocking
    let students = Student::query().prefetch(Student::courses()).all(&blocking)?;
    // ANCHOR_END: blocking
    assert_eq!(awaited, students);

    let student = enrol(&db, "Emmy", "Noether", 2).await?;
    assert_eq!(student.last_name, "NOETHER");
    assert_eq!(transactions(&db, "Music").await?, ("Music".to_owned(), 2));
    streamed(&db).await?;
    assert_eq!(register(&db, "Chemistry").await?.expect("it is there").name, "Chemistry");
    assert_eq!(names(&db).await?, ["Mathematics", "Computing", "Music", "Chemistry"]);
    with_options(path).await?;
    db.close().await;
    Ok(())
}

async fn with_options(path: &std::path::Path) -> Result<()> {
    // ANCHOR: with_options
    let db = AsyncDb::from(Db::sqlite().readers(8).pool_timeout(Duration::from_secs(2)).open(path)?);
    // ANCHOR_END: with_options
    assert_eq!(names(&db).await?.len(), 4);
    waiting(&AsyncDb::from(Db::sqlite().pool_timeout(Duration::from_millis(50)).open(path)?)).await
}

// ANCHOR: enrol
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
// ANCHOR_END: enrol

// ANCHOR: names
async fn names(on: &impl AsyncExecutor) -> Result<Vec<String>> {
    Department::query().select(Department::name()).all(on).await
}
// ANCHOR_END: names

async fn transactions(db: &AsyncDb, name: &str) -> Result<(String, usize)> {
    // ANCHOR: transactions
    let music = db
        .transaction(async |tx| {
            let music = NewDepartment { name: name.to_owned() }.insert(tx).await?;
            let course =
                NewCourse { title: "Harmony".into(), credits: 4, department_id: music.id, prerequisite_id: None };
            course.insert(tx).await?;
            Ok(music)
        })
        .await?;
    // ANCHOR_END: transactions

    // ANCHOR: grown
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
    // ANCHOR_END: grown
    Ok((music.name, grown))
}

async fn streamed(db: &AsyncDb) -> Result<()> {
    let db = db.clone();
    // ANCHOR: streamed
    let mut chunks = Student::query().prefetch(Student::courses()).chunks(&db).of_size(100);
    while let Some(students) = chunks.next().await {
        for student in students? {
            println!("{} takes {} courses", student.last_name, student.courses().len());
        }
    }
    // ANCHOR_END: streamed
    Ok(())
}

// ANCHOR: register
async fn register(db: &AsyncDb, name: &str) -> Result<Option<Department>> {
    let new = NewDepartment { name: name.to_owned() }.insert(db);
    match tokio::time::timeout(Duration::from_secs(5), new).await {
        Ok(inserted) => inserted.map(Some),
        // The row may have been inserted or not: look it up.
        Err(_) => Department::query().filter(Department::name().eq(name)).first(db).await,
    }
}
// ANCHOR_END: register

async fn waiting(db: &AsyncDb) -> Result<()> {
    let db = db.clone();
    // ANCHOR: waiting
    let tx = db.begin().await?;
    let error = NewDepartment { name: "Law".into() }.insert(&db).await.unwrap_err();
    assert!(error.is_pool_timeout() && error.to_string().contains("is held by the call at"));
    NewDepartment { name: "Law".into() }.insert(&tx).await?;
    tx.commit().await?;
    // ANCHOR_END: waiting
    Ok(())
}

// ANCHOR: a_department_is_added
#[tokio::test]
async fn a_department_is_added() -> Result<()> {
    let db = AsyncDb::memory().await?;
    db.create_tables::<Department>().await?;
    let law = assert_queries!(&db, 1, NewDepartment { name: "Law".into() }.insert(&db).await?);
    assert_eq!(law.id, 1);
    Ok(())
}
// ANCHOR_END: a_department_is_added
