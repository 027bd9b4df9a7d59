//! The program text of the chapter on SQL of the program's own.

use orm::{Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("11-raw-sql");
    rows(&crate::school()?)?;
    with_relations(&crate::school()?)?;
    tuples(&crate::school()?)?;
    writing(&crate::school()?)?;
    messages(&crate::school()?, &mut chapter);
    fragments(&crate::school()?, &mut chapter)?;
    lists(&crate::school()?)?;
    chapter.close();
    Ok(())
}

fn rows(db: &Db) -> orm::Result<()> {
    let students: Vec<Student> = orm::sql(
        "SELECT s.*, rank() OVER (ORDER BY s.last_name) AS place FROM students AS s
         WHERE s.last_name >= $1 ORDER BY place",
    )
    .bind("I")
    .rows(db)?;
    let students = orm::prefetch(db, students, Student::courses().prefetch(Course::department()))?;
    assert_eq!(students[0].courses()[0].department().name, "Mathematics");

    assert_eq!(students.iter().map(|student| &*student.last_name).collect::<Vec<_>>(), ["Lovelace", "Turing"]);
    Ok(())
}

fn with_relations(db: &Db) -> orm::Result<()> {
    let needed = orm::sql(
        "WITH RECURSIVE needed AS (
             SELECT * FROM courses WHERE title = $1
             UNION SELECT c.* FROM courses AS c JOIN needed AS n ON c.id = n.prerequisite_id
         ) SELECT * FROM needed ORDER BY id",
    )
    .bind("Compilers")
    .query::<Course>()
    .prefetch(Course::department())
    .all(db)?;
    assert_eq!((needed.len(), &*needed[0].department().name), (3, "Mathematics"));
    Ok(())
}

fn tuples(db: &Db) -> orm::Result<()> {
    let per_department: Vec<(Option<i64>, u32)> =
        orm::sql("SELECT department_id, count(*) FROM students GROUP BY department_id ORDER BY 1").tuples(db)?;
    assert_eq!(per_department, [(None, 1), (Some(1), 1), (Some(2), 1)]);
    Ok(())
}

fn writing(db: &Db) -> orm::Result<()> {
    let raised: u64 = orm::sql("UPDATE courses SET credits = credits * 2 WHERE credits < $1").bind(5).execute(db)?;
    let removed: Vec<Department> =
        orm::sql("DELETE FROM departments WHERE id = $1 RETURNING *").bind(2).returning(db)?;

    let ids: Vec<(i64,)> =
        orm::sql("INSERT INTO departments (name) VALUES ('Logic') RETURNING id").writing().tuples(db)?;

    assert_eq!((raised, removed.len(), ids.len()), (1, 1, 1));
    Ok(())
}

fn lists(db: &Db) -> orm::Result<()> {
    let wanted = ["Algebra", "Logic"];
    let courses: Vec<Course> =
        orm::sql("SELECT * FROM courses WHERE title IN $1 AND credits > $2").bind_list(wanted).bind(4).rows(db)?;
    assert_eq!(courses.iter().map(|course| &*course.title).collect::<Vec<_>>(), ["Algebra"]);
    Ok(())
}

fn fragments(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    let even = orm::sql_condition("{} % {} = 0", (Course::credits(), 2));
    let by_length = orm::sql_value("length({})", Course::title()).desc();
    let courses = Course::query().filter(even & Course::id().gt(1)).order_by(by_length).all(db)?;

    chapter.shows_sql(&recording.statements());
    drop(recording);
    assert_eq!(courses.iter().map(|course| course.id).collect::<Vec<_>>(), [4, 5, 2, 3]);

    let initial = orm::sql_value("substr({}, 1, 1)", Student::last_name()).typed::<String>();
    let initials: Vec<(i64, String)> = Student::query().select((Student::id(), initial.clone())).all(db)?;
    let same = Student::query().filter(initial.eq("H")).count(db)?;

    assert_eq!((initials.len(), same), (3, 1));

    let titles = orm::sql_value("group_concat({}, {})", (Course::title(), "; ")).aggregate::<String>();
    let per_department: Vec<(i64, String)> =
        Course::query().group_by(Course::department_id()).select((Course::department_id(), titles)).all(db)?;

    assert_eq!(per_department[1], (2, "Programming; Compilers".to_owned()));

    let error = Course::query().filter(orm::sql_condition("credits > 5) OR (1 = 1", ())).all(db).unwrap_err();
    println!("{error}");
    chapter.shows("text", error);
    Ok(())
}

fn messages(db: &Db, chapter: &mut Chapter) {
    let error = orm::sql("SELECT id, first_name FROM students").rows::<Student>(db).unwrap_err();
    println!("{error}");
    chapter.shows("text", error);
}
