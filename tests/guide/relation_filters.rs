//! The program text of the chapter on filters by relations.

use orm::{Condition, Db, Model};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("05-relation-filters");
    kinds(&db)?;
    any(&db, &mut chapter)?;
    all(&db, &mut chapter)?;
    firsts(&db, &mut chapter)?;
    counts(&db, &mut chapter)?;
    orders(&db, &mut chapter)?;
    without_rows(&db)?;
    values(&db, &mut chapter)?;
    nested(&db)?;
    twice(&db)?;
    nulls(&db)?;
    chapter.close();
    Ok(())
}

fn first_names(db: &Db, condition: Condition<Student>) -> orm::Result<Vec<String>> {
    Ok(Student::query().filter(condition).all(db)?.into_iter().map(|student| student.first_name).collect())
}

fn kinds(db: &Db) -> orm::Result<()> {
    let first_names = |condition| first_names(db, condition);
    // ANCHOR: kinds
    assert_eq!(first_names(Student::courses().any(Course::title().eq("Logic")))?, ["Ada", "Grace"]);
    assert_eq!(first_names(Student::courses().none(Course::title().eq("Algebra")))?, ["Grace", "Alan"]);
    assert_eq!(first_names(Student::courses().all(Course::credits().le(6)))?, ["Ada", "Alan"]);
    assert_eq!(first_names(Student::department().has(Department::name().eq("Computing")))?, ["Grace"]);
    assert_eq!(first_names(!Student::department().exists())?, ["Alan"]);
    assert_eq!(first_names(Student::courses().count().ge(2))?, ["Ada", "Grace"]);
    // ANCHOR_END: kinds
    Ok(())
}

fn any(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: any
    let students = Student::query().filter(Student::courses().any(Course::title().eq("Logic"))).all(db)?;
    // ANCHOR_END: any
    assert_eq!(students.len(), 2);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn all(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: all
    let students = Student::query()
        .filter(Student::courses().exists() & Student::courses().all(Course::credits().le(6)))
        .all(db)?;
    // ANCHOR_END: all
    assert_eq!(students.len(), 1);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn firsts(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: firsts
    let latest = Student::enrollments().order_by(Enrollment::course_id().desc()).limit(1);
    let students = Student::query().filter(latest.any(Enrollment::grade().is_null())).all(db)?;
    // ANCHOR_END: firsts
    assert_eq!(students.iter().map(|student| &*student.first_name).collect::<Vec<_>>(), ["Ada"]);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn counts(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: counts
    let busy = Student::courses().filter(Course::credits().gt(4)).count().ge(1);
    let students = Student::query().filter(busy).all(db)?;
    // ANCHOR_END: counts
    assert_eq!(students.len(), 2);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn orders(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: orders
    let students = Student::query()
        .filter(Student::courses().sum(Course::credits()).gt(4))
        .order_by(Student::courses().count().desc())
        .all(db)?;
    // ANCHOR_END: orders
    assert_eq!(students.len(), 2);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn without_rows(db: &Db) -> orm::Result<()> {
    let first_names = |condition| first_names(db, condition);
    // ANCHOR: without_rows
    let ungraded = Student::enrollments().max(Enrollment::grade()).is_null();
    assert_eq!(first_names(ungraded)?, ["Alan"]);
    let by_grade = Student::enrollments().max(Enrollment::grade()).desc().nulls_last();
    let best = Student::query().order_by(by_grade).first(db)?;
    // ANCHOR_END: without_rows
    assert_eq!(best.map(|student| student.first_name).as_deref(), Some("Grace"));
    Ok(())
}

fn values(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: values
    let courses = Course::query()
        .order_by((Course::department().value(Department::name()).desc(), Course::title().asc()))
        .all(db)?;
    // ANCHOR_END: values
    assert_eq!(courses.len(), 5);
    chapter.shows_sql(&recording.statements());
    // ANCHOR: courses
    let by_prerequisite = Course::prerequisite().value(Course::department().value(Department::name()));
    let courses = Course::query().order_by(by_prerequisite.asc().nulls_last()).all(db)?;
    // ANCHOR_END: courses
    assert_eq!(courses.len(), 5);
    Ok(())
}

fn nested(db: &Db) -> orm::Result<()> {
    // ANCHOR: nested
    let at_computing = Course::department().has(Department::name().eq("Computing"));
    let students = Student::query().filter(Student::courses().any(at_computing)).all(db)?;
    // ANCHOR_END: nested
    assert_eq!(students.iter().map(|student| &*student.first_name).collect::<Vec<_>>(), ["Grace"]);
    Ok(())
}

fn twice(db: &Db) -> orm::Result<()> {
    let first_names = |condition| first_names(db, condition);
    // ANCHOR: twice
    // The student takes a course called Algebra, and a course with 4 credits. They may be different courses.
    let both = Student::courses().any(Course::title().eq("Algebra")) & Student::courses().any(Course::credits().eq(4));
    assert_eq!(first_names(both)?, ["Ada"]);

    // The student takes one course that is called Algebra and has 4 credits.
    let one = Student::courses().any(Course::title().eq("Algebra") & Course::credits().eq(4));
    assert!(first_names(one)?.is_empty());
    // ANCHOR_END: twice
    Ok(())
}

fn nulls(db: &Db) -> orm::Result<()> {
    let first_names = |condition| first_names(db, condition);
    // ANCHOR: nulls
    // Ada has a grade of 95, and one whose value is NULL.
    assert_eq!(first_names(Student::enrollments().any(Enrollment::grade().ge(90)))?, ["Ada", "Grace"]);
    assert_eq!(first_names(Student::enrollments().none(Enrollment::grade().lt(90)))?, ["Ada", "Alan"]);
    assert_eq!(first_names(Student::enrollments().all(Enrollment::grade().ge(80)))?, ["Grace", "Alan"]);
    // ANCHOR_END: nulls
    Ok(())
}
