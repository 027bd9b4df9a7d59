//! Numbers of parents and rows beyond every limit on bound values.

use orm::{Db, Model, Result, insert_many};

use crate::database::{db, either};
use crate::schemas::university::{
    Course, Department, Enrollment, NewCourse, NewDepartment, NewEnrollment, NewStudent, Student, empty_university,
};

/// Students, of whom every tenth has no department and each takes two of seven courses.
fn university_of(students: i64) -> Result<Db> {
    let db = empty_university();
    insert_many(&db, (0..3).map(|id| NewDepartment { name: format!("D{id}") }))?;
    insert_many(&db, (0..7).map(|id| NewCourse { title: format!("C{id}"), department_id: id % 3 + 1 }))?;
    let department = |id: i64| (id % 10 != 0).then_some(id % 3 + 1);
    insert_many(
        &db,
        (1..=students).map(|id| NewStudent {
            first_name: String::new(),
            last_name: String::new(),
            department_id: department(id),
        }),
    )?;
    let links = |id: i64| [(id, id % 7 + 1), (id, (id + 1) % 7 + 1)];
    insert_many(
        &db,
        (1..=students).flat_map(links).map(|(student_id, course_id)| NewEnrollment { student_id, course_id }),
    )?;
    Ok(db)
}

/// Returns the texts of the statements for all students with all of their relations, and checks each row.
fn load_and_check(db: &Db, students: usize, filtered: bool) -> Result<Vec<String>> {
    let query = if filtered { Student::query().filter(Student::id().gt(0)) } else { Student::query() };
    let query = query
        .prefetch(Student::courses().prefetch(Course::department()))
        .prefetch(Student::department())
        .prefetch(Student::enrollments());
    let recording = db.record();
    let rows = query.all(db)?;
    assert_eq!(rows.len(), students);
    for row in &rows {
        let mut expected = [row.id % 7 + 1, (row.id + 1) % 7 + 1];
        expected.sort_unstable();
        assert!(row.courses().iter().map(|course| course.id).eq(expected));
        assert!(row.courses().iter().all(|course| course.department().id == course.department_id));
        assert_eq!(row.department().as_ref().map(|found| found.id), row.department_id);
        assert!(row.enrollments().iter().all(|link| link.student_id == row.id));
        assert_eq!(row.enrollments().len(), 2);
    }
    Ok(recording.statements())
}

#[test]
fn forty_thousand_parents_are_loaded_by_the_statements_of_one() -> Result<()> {
    for filtered in [true, false] {
        // PostgreSQL has other statements for at most 500.
        let number: u16 = either(1, 501);
        let few = load_and_check(&university_of(number.into())?, number.into(), filtered)?;
        let many = load_and_check(&university_of(40_000)?, 40_000, filtered)?;
        assert_eq!(few.len(), 5);
        assert_eq!(few, many, "one text whatever the number of parents");
    }
    Ok(())
}

#[test]
fn three_hundred_thousand_parents_are_loaded() -> Result<()> {
    let db = empty_university();
    insert_many(&db, (0..2).map(|id| NewDepartment { name: format!("D{id}") }))?;
    insert_many(&db, (0..300_000).map(|id| NewCourse { title: String::new(), department_id: id % 2 + 1 }))?;
    NewStudent { first_name: String::new(), last_name: String::new(), department_id: None }.insert(&db)?;
    Enrollment { student_id: 1, course_id: 299_999 }.insert(&db)?;

    for query in [Course::query(), Course::query().filter(Course::id().gt(0))] {
        let query = query.prefetch(Course::students()).prefetch(Course::department());
        let courses = orm::assert_queries!(&db, 3, query.all(&db)?);
        assert_eq!(courses.len(), 300_000);
        assert_eq!(courses[299_998].students().len(), 1);
        assert_eq!(courses.iter().filter(|course| !course.students().is_empty()).count(), 1);
        assert!(courses.iter().all(|course| course.department().id == course.department_id));
    }
    let departments = Department::query().prefetch(Department::courses()).all(&db)?;
    assert_eq!(departments.iter().map(|found| found.courses().len()).collect::<Vec<_>>(), [150_000, 150_000]);
    Ok(())
}

#[test]
fn limits_count_for_each_of_many_parents() -> Result<()> {
    let db = university_of(40_000)?;
    let query = Student::query().prefetch(Student::courses().order_by(Course::id().desc()).limit(1));
    let students = orm::assert_queries!(&db, 2, query.all(&db)?);
    assert!(
        students.iter().all(|row| {
            row.courses().iter().map(|course| course.id).eq([(row.id % 7 + 1).max((row.id + 1) % 7 + 1)])
        })
    );
    Ok(())
}

#[test]
fn any_number_of_parents_is_loaded_by_text_keys() -> Result<()> {
    #[derive(Model)]
    #[has_many(notes: Note)]
    struct Tag {
        #[model(primary_key)]
        word: String,
    }
    #[derive(Model)]
    struct Note {
        id: i64,
        #[belongs_to(tag: Tag)]
        tag_id: String,
    }
    let db = db();
    db.create_tables::<(Tag, Note)>()?;
    let word = |number: i64| format!("w{number}");
    orm::insert_many(&db, (0..40_000).map(|number| NewTag { word: word(number) }))?;
    orm::insert_many(&db, (0..40_000).map(|number| NewNote { tag_id: word(number) }))?;
    let tags = orm::assert_queries!(&db, 3, Tag::query().prefetch(Tag::notes().prefetch(Note::tag())).all(&db)?);
    assert_eq!(tags.len(), 40_000);
    assert!(tags.iter().all(|tag| tag.notes().len() == 1 && tag.notes()[0].tag().word == tag.word));
    Ok(())
}
