//! Each way to load a relation in one view: the statements, SQLite's plans, and the rows.
//!
//! `UPDATE_EXPECT=1 cargo test --test suite ways_to_load` writes `ways_to_load.txt` again. Read it as a user.

use std::fmt::{Debug, Write as _};

use orm::{Db, Model, Polymorphic, Result};

use crate::database::Shared;

#[derive(Model, Clone, Debug)]
#[has_many(courses: Course)]
#[has_many(enrollments: Enrollment, through = Student)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug)]
#[has_many(notes: Note, foreign_key = subject_id, tag(subject_type = "course"))]
#[many_to_many(students: Student, through = Enrollment)]
#[has_many(follow_ups: Course, foreign_key = after_id)]
struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department)]
    department_id: i64,
    #[belongs_to(after: Course)]
    after_id: Option<i64>,
}

#[derive(Model, Clone, Debug)]
#[many_to_many(courses: Course, through = Enrollment)]
struct Student {
    id: i64,
    name: String,
    #[belongs_to(department: Department)]
    department_id: i64,
}

#[derive(Model, Clone, Debug)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
}

#[derive(Polymorphic, Clone, Debug)]
enum Subject {
    Course(Course),
    Student(Student),
}

#[derive(Model, Clone, Debug)]
#[model(index(subject_type, subject_id))]
struct Note {
    id: i64,
    subject_type: String,
    #[belongs_to(subject: Subject, tag = subject_type)]
    subject_id: i64,
}

struct Algebra;
struct Number;

fn school(db: &Db) -> Result<()> {
    db.create_tables::<(Department, Course, Student, Enrollment, Note)>()?;
    orm::insert_many(db, ["Maths", "Law"].map(|name| NewDepartment { name: name.into() }))?;
    let courses = [("Algebra", 1, None), ("Logic", 1, Some(1)), ("Rome", 2, None)];
    let course = |(title, department_id, after_id): (&str, i64, Option<i64>)| NewCourse {
        title: title.into(),
        department_id,
        after_id,
    };
    orm::insert_many(db, courses.map(course))?;
    orm::insert_many(
        db,
        [("Ada", 1), ("Ben", 2)].map(|(name, department_id)| NewStudent { name: name.into(), department_id }),
    )?;
    orm::insert_many(
        db,
        [(1, 1), (1, 2), (2, 1)].map(|(student_id, course_id)| NewEnrollment { student_id, course_id }),
    )?;
    orm::insert_many(db, ["course", "student"].map(|kind| NewNote { subject_type: kind.into(), subject_id: 1 }))?;
    Ok(())
}

/// Adds the cost of some rows to the view.
fn show<Row: Debug>(
    view: &mut String,
    (file, db): (&Shared, &Db),
    what: &str,
    load: impl FnOnce(&Db) -> Result<Vec<Row>>,
) -> Result<()> {
    let recording = db.record();
    let rows = load(db)?;
    writeln!(view, "# {what}\n").expect("a text is written");
    for statement in recording.statements() {
        writeln!(view, "{statement}").expect("a text is written");
        for step in file.query_plan(&statement) {
            writeln!(view, "    {step}").expect("a text is written");
        }
    }
    for row in rows {
        writeln!(view, "=> {row:?}").expect("a text is written");
    }
    view.push('\n');
    Ok(())
}

#[test]
fn every_way_to_load_is_as_it_was() -> Result<()> {
    let file = Shared::new();
    let on = (&file, &file.open());
    school(on.1)?;
    let mut view = String::new();
    let some = || Department::query().filter(Department::id().in_([1, 2]));
    show(&mut view, on, "by key", |db| some().prefetch(Department::courses()).all(db))?;
    show(&mut view, on, "the whole table", |db| Department::query().prefetch(Department::courses()).all(db))?;
    let narrowed = || Department::courses().filter(Course::title().ne("Rome")).order_by(Course::title().desc());
    show(&mut view, on, "narrowed and ordered", |db| some().prefetch(narrowed()).all(db))?;
    show(&mut view, on, "a limit for each parent, by an index", |db| {
        some().prefetch(Department::courses().limit(1)).all(db)
    })?;
    show(&mut view, on, "a limit for each parent, numbered", |db| {
        Note::query().prefetch(Note::subject().prefetch(Course::students().limit(1))).all(db)
    })?;
    show(&mut view, on, "under a name, and a count", |db| {
        let algebra = Department::courses().filter(Course::title().eq("Algebra")).named(Algebra);
        some().prefetch(algebra).prefetch(Department::courses().count().named(Number)).all(db)
    })?;
    show(&mut view, on, "parents by their relations", |db| {
        let joined = Department::courses().any(Course::students().any(Student::name().eq("Ben")));
        Department::query().filter(joined & Department::courses().count().ge(2)).all(db)
    })?;
    show(&mut view, on, "by a join", |db| {
        Course::query().filter(Course::id().le(2)).prefetch(Course::department().joined()).all(db)
    })?;
    show(&mut view, on, "onto rows in memory", |db| {
        orm::prefetch(db, vec![Department { id: 2, name: "in memory".into() }], Department::courses())
    })?;
    show(&mut view, on, "in chunks", |db| {
        let chunks = Course::query().prefetch(Course::department()).chunks(db).of_size(2);
        chunks.collect::<Result<Vec<_>>>().map(|chunks| chunks.concat())
    })?;
    show(&mut view, on, "to any depth", |db| {
        Course::query().filter(Course::after_id().is_null()).prefetch(Course::follow_ups().to_any_depth()).all(db)
    })?;
    show(&mut view, on, "many to many", |db| Student::query().limit(9).prefetch(Student::courses()).all(db))?;
    show(&mut view, on, "two hops", |db| some().prefetch(Department::enrollments()).all(db))?;
    show(&mut view, on, "rows of several models, and the other side", |db| {
        Note::query().prefetch(Note::subject().filter(Student::id().gt(0)).prefetch(Course::notes())).all(db)
    })?;
    show(&mut view, on, "equal statements once", |db| {
        let enrollments = Enrollment::query().limit(9).prefetch(Enrollment::student());
        enrollments.prefetch(Enrollment::student().named(Algebra)).all(db)
    })?;
    expect_test::expect_file!["ways_to_load.txt"].assert_eq(&view);
    Ok(())
}
