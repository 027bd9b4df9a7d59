//! A `has_many` relation through a join model: students to the lessons of their courses.

use orm::{Db, Many, Model, Result, assert_queries};

use crate::database::db;

#[derive(Model, Clone, Debug)]
#[many_to_many(courses: Course, through = Enrollment)]
#[has_many(lessons: Lesson, through = Enrollment, right = course_id)]
#[has_many(visited: Lesson, through = Visit, left = visitor, right = course, foreign_key = course_id)]
struct Student {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug)]
#[has_many(lessons: Lesson)]
struct Course {
    id: i64,
    title: String,
}

#[derive(Model, Clone, Debug)]
struct Lesson {
    id: i64,
    topic: String,
    #[model(index)]
    #[belongs_to(course: Course)]
    course_id: Option<i64>,
}

#[derive(Model, Clone, Debug)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
}

/// A link that may occur several times.
#[derive(Model, Clone, Debug)]
struct Visit {
    id: i64,
    #[model(index)]
    #[belongs_to(student: Student)]
    visitor: i64,
    course: Option<i64>,
}

/// Ada takes the courses 1 and 2, Ben 2, Eve none. Ada visited the course 1 twice, and Ben 1 and 2.
fn school() -> Result<Db> {
    let db = db();
    db.create_tables::<(Student, Course, Lesson, Enrollment, Visit)>()?;
    orm::insert_many(&db, ["Ada", "Ben", "Eve"].map(|name| NewStudent { name: name.into() }))?;
    orm::insert_many(&db, ["Algebra", "Logic"].map(|title| NewCourse { title: title.into() }))?;
    let lessons = [("Groups", Some(1)), ("Truth", Some(2)), ("Rings", Some(1)), ("Rest", None), ("Proof", Some(2))];
    orm::insert_many(&db, lessons.map(|(topic, course_id)| NewLesson { topic: topic.into(), course_id }))?;
    let enrollments = [(1, 1), (1, 2), (2, 2)];
    orm::insert_many(&db, enrollments.map(|(student_id, course_id)| NewEnrollment { student_id, course_id }))?;
    let visits = [(1, Some(1)), (2, Some(1)), (1, Some(1)), (1, None), (2, Some(2))];
    orm::insert_many(&db, visits.map(|(visitor, course)| NewVisit { visitor, course }))?;
    Ok(db)
}

fn topics<'r>(rows: impl IntoIterator<Item = &'r Lesson>) -> Vec<String> {
    rows.into_iter().map(|lesson| lesson.topic.clone()).collect()
}

#[test]
fn rows_over_a_join_model_in_one_statement() -> Result<()> {
    let db = school()?;
    let whole = Student::query().prefetch(Student::lessons());
    let students = assert_queries!(&db, 2, whole.all(&db)?);
    let found: Vec<_> = students.iter().map(|student| topics(student.lessons().iter())).collect();
    assert_eq!(found, [vec!["Groups", "Truth", "Rings", "Proof"], vec!["Truth", "Proof"], vec![]]);

    let by_loop = assert_queries!(&db, 4, {
        let students = Student::query().all(&db)?;
        students.iter().map(|student| Student::lessons().of(student).all(&db)).collect::<Result<Vec<_>>>()?
    });
    assert_eq!(by_loop.iter().map(topics).collect::<Vec<_>>(), found);

    let joined: Vec<(i64, String)> = orm::sql(
        "SELECT e.student_id, l.topic FROM enrollments AS e JOIN lessons AS l ON l.course_id = e.course_id
         ORDER BY e.student_id, l.id",
    )
    .tuples(&db)?;
    let pairs = students.iter().flat_map(|student| student.lessons().iter().map(|row| (student.id, row.topic.clone())));
    assert_eq!(pairs.collect::<Vec<_>>(), joined);

    let some = Student::query().filter(Student::id().gt(1)).prefetch(Student::lessons().prefetch(Lesson::course()));
    let students = assert_queries!(&db, 3, some.all(&db)?);
    assert_eq!(students[0].lessons()[1].course().as_ref().map(|course| course.title.as_str()), Some("Logic"));
    Ok(())
}

#[test]
fn a_row_comes_once_for_each_parent_though_links_stand_twice() -> Result<()> {
    struct Number;
    let db = school()?;
    let visited = |students: &[StudentLoaded<orm::NotLoaded, orm::NotLoaded, Many<Lesson>>]| -> Vec<Vec<String>> {
        students.iter().map(|student| topics(student.visited().iter())).collect()
    };
    let expected = [vec!["Groups", "Rings"], vec!["Groups", "Truth", "Rings", "Proof"], vec![]];
    let whole = Student::query().prefetch(Student::visited());
    assert_eq!(visited(&assert_queries!(&db, 2, whole.all(&db)?)), expected);
    let some = Student::query().filter(Student::id().lt(3)).prefetch(Student::visited()).all(&db)?;
    assert_eq!(visited(&some), expected[..2]);
    let last = Student::visited().order_by(Lesson::topic().desc()).limit(2);
    let students = assert_queries!(&db, 2, Student::query().prefetch(last).all(&db)?);
    let found: Vec<_> = students.iter().map(|student| topics(student.visited().iter())).collect();
    assert_eq!(found, [vec!["Rings", "Groups"], vec!["Truth", "Rings"], vec![]]);

    let counted = Student::query().prefetch(Student::visited().count().named(Number));
    let students = assert_queries!(&db, 2, counted.all(&db)?);
    assert_eq!(students.iter().map(|student| *student.named(Number)).collect::<Vec<u64>>(), [2, 4, 0]);
    let ada = Student::find(&db, 1)?;
    assert_eq!((Student::visited().of(&ada).count(&db)?, Student::visited().of(&ada).all(&db)?.len()), (2, 2));
    assert_eq!(Student::query().filter(Student::visited().count().eq(2)).one(&db)?.name, "Ada");
    Ok(())
}

#[test]
fn conditions_and_totals_over_a_join_model() -> Result<()> {
    struct Last;
    let db = school()?;
    let names = |condition| -> Result<Vec<String>> {
        let students = assert_queries!(&db, 1, Student::query().filter(condition).all(&db)?);
        Ok(students.into_iter().map(|student| student.name).collect())
    };
    assert_eq!(names(Student::lessons().any(Lesson::topic().eq("Rings")))?, ["Ada"]);
    assert_eq!(names(Student::lessons().none(Lesson::topic().eq("Rings")))?, ["Ben", "Eve"]);
    assert_eq!(names(Student::lessons().all(Lesson::course_id().eq(2)))?, ["Ben", "Eve"]);
    assert_eq!(names(Student::lessons().exists())?, ["Ada", "Ben"]);
    assert_eq!(names(Student::lessons().count().ge(3))?, ["Ada"]);
    let query = Student::query().prefetch(Student::lessons().max(Lesson::id()).named(Last));
    let students = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(students.iter().map(|row| *row.named(Last)).collect::<Vec<Option<i64>>>(), [Some(5), Some(5), None]);
    Ok(())
}

#[test]
fn rows_over_a_join_model_cannot_be_linked() -> Result<()> {
    let db = school()?;
    let (ada, lesson) = (Student::find(&db, 1)?, Lesson::find(&db, 1)?);
    let refused = Student::lessons().link(&db, &ada, [&lesson]);
    assert!(refused.is_err_and(|error| error.is_invalid()));
    Ok(())
}

#[test]
fn diagrams_draw_the_keys_of_the_join_model_alone() {
    let diagram = orm::diagram::<(Student, Course, Lesson, Enrollment)>().mermaid();
    assert!(!diagram.lines().any(|line| line.ends_with("\"lessons\"")), "{diagram}");
}
