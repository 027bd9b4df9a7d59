//! Many-to-many relations of few parents and of many: other statements, the same rows.

use std::collections::HashSet;

use orm::signature::Extent;
use orm::{Condition, Db, Model, Relation, Result, ToMany, assert_queries, insert_many, sql};

use crate::database::{db, either};

/// Up to this number of parents, PostgreSQL sends each row once for each of its links.
const FEW: i64 = 500;

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(courses: Course, through = Enrollment)]
#[many_to_many(visited: Course, through = "visits", left = "student_id", right = "course_id")]
struct Student {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(students: Student, through = Enrollment)]
#[many_to_many(next: Course, through = "successors", left = "course_id", right = "next_id")]
#[has_many(lessons: Lesson)]
struct Course {
    id: i64,
    title: String,
    credits: Option<i32>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student)]
    student_id: i64,
    #[belongs_to(course: Course)]
    course_id: i64,
    grade: i32,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Lesson {
    id: i64,
    #[model(index)]
    #[belongs_to(course: Course)]
    course_id: i64,
}

struct Good;
struct Rest;

/// The number of students, and of courses that they take.
const STUDENTS: i64 = FEW + 100;
const COURSES: i64 = 23;

/// The courses that a student takes, in the order of their keys: four, and every tenth student none.
fn taken(student: i64) -> Vec<i64> {
    let mut courses: Vec<i64> = (0..4).map(|nth| (student * 5 + nth * 7) % COURSES + 1).collect();
    courses.retain(|_| student % 10 > 0);
    courses.sort_unstable();
    courses
}

fn title(course: i64) -> String {
    format!("T{}", course * 31 % COURSES)
}

fn credits(course: i64) -> Option<i32> {
    i32::try_from(course % 4).ok().filter(|&credits| credits > 0)
}

fn grade(student: i64, course: i64) -> i32 {
    i32::try_from((student + course) % 5).expect("a small number")
}

fn school() -> Result<Db> {
    let db = db();
    db.create_tables::<(Student, Course, Enrollment, Lesson)>()?;
    let students = || 1..=STUDENTS;
    insert_many(&db, students().map(|id| NewStudent { name: format!("S{id}") }))?;
    insert_many(&db, (1..=COURSES).map(|id| NewCourse { title: title(id), credits: credits(id) }))?;
    insert_many(&db, (1..=COURSES).filter(|id| id % 3 > 0).map(|course_id| NewLesson { course_id }))?;
    let links = students().flat_map(|student_id| {
        taken(student_id).into_iter().map(move |course_id| NewEnrollment {
            student_id,
            course_id,
            grade: grade(student_id, course_id),
        })
    });
    insert_many(&db, links)?;
    for statement in [
        // Duplicate links, and links to no row.
        "DROP TABLE visits",
        "CREATE TABLE visits (student_id bigint NOT NULL, course_id bigint)",
        "CREATE INDEX visits_of_students ON visits (student_id)",
        "INSERT INTO visits SELECT student_id, course_id FROM enrollments",
        "INSERT INTO visits SELECT student_id, course_id FROM enrollments WHERE course_id < 5",
        "INSERT INTO visits SELECT id, NULL FROM students",
        "INSERT INTO successors SELECT id, id + 10 FROM courses WHERE id <= 13",
        "INSERT INTO successors SELECT id, 23 FROM courses WHERE id < 13",
    ] {
        sql(statement).execute(&db)?;
    }
    Ok(db)
}

/// Numbers of parents below the threshold, at it and above.
fn numbers() -> [i64; 6] {
    [1, 15, FEW - 1, FEW, FEW + 1, STUDENTS - 1]
}

/// Loads a relation for some students, and compares the keys of the courses with those expected of each.
fn check<const AT: usize, E: Extent>(
    db: &Db,
    joins: bool,
    relation: impl Fn() -> Relation<Student, Course, ToMany, AT, Course, E>,
    expected: impl Fn(i64) -> Vec<i64>,
) -> Result<()> {
    for number in numbers() {
        let recording = db.record();
        let query = Student::query().filter(Student::id().le(number)).prefetch(relation().named(Good));
        let students = assert_queries!(db, 2, query.all(db)?);
        let statement = &recording.statements()[1];
        let is_joined = joins && either(false, number <= FEW);
        assert_eq!(!statement.contains("UNION ALL"), is_joined, "{number} parents: {statement}");
        assert_eq!(i64::try_from(students.len()), Ok(number));
        for student in students {
            let courses = student.named(Good);
            let keys: Vec<i64> = courses.iter().map(|course| course.id).collect();
            assert_eq!(keys, expected(student.id), "of student {} among {number}: {statement}", student.id);
            assert!(
                courses
                    .iter()
                    .all(|course| { (&course.title, course.credits) == (&title(course.id), credits(course.id)) })
            );
        }
    }
    Ok(())
}

/// The courses of a student in another order: by a value, from the greatest if `descending`, then by key.
fn sorted_by<K: Ord>(student: i64, descending: bool, value: impl Fn(i64) -> K) -> Vec<i64> {
    let mut courses = taken(student);
    courses.sort_by_key(|&course| (value(course), course));
    if descending {
        courses.reverse();
    }
    courses
}

#[test]
fn rows_of_few_parents_and_of_many_are_equal() -> Result<()> {
    let db = school()?;
    check(&db, true, Student::courses, taken)?;
    check(
        &db,
        true,
        || Student::courses().order_by(Course::title().asc()),
        |student| sorted_by(student, false, title),
    )?;
    check(
        &db,
        true,
        || Student::courses().order_by(Course::credits().desc()),
        |student| sorted_by(student, true, credits),
    )
}

#[test]
fn filtered_rows_of_few_parents_and_of_many_are_equal() -> Result<()> {
    let db = school()?;
    let of =
        |condition: fn(i64) -> bool| move |student| taken(student).into_iter().filter(|&id| condition(id)).collect();
    let with = |condition: fn() -> Condition<Course>| move || Student::courses().filter(condition());
    check(&db, true, with(|| Course::credits().ge(2)), of(|id| id % 4 >= 2))?;
    check(&db, true, with(|| Course::credits().is_null()), of(|id| id % 4 == 0))?;
    check(&db, true, with(|| Course::id().gt(99)), of(|_| false))?;
    check(&db, true, with(|| Course::title().in_(["T0", "T1", "T2"])), of(|id| id * 31 % COURSES <= 2))?;
    // A lookup for each row is not repeated for each link.
    check(&db, false, with(|| Course::lessons().exists()), of(|id| id % 3 > 0))?;
    let by_lessons = || Student::courses().order_by(Course::lessons().count().desc());
    check(&db, false, by_lessons, |student| sorted_by(student, true, |id| id % 3 > 0))?;
    let good = || Student::courses().filter_link(Enrollment::grade().ge(3));
    check(&db, true, good, |student| taken(student).into_iter().filter(|&id| grade(student, id) >= 3).collect())
}

#[test]
fn links_that_stand_twice_and_links_to_nothing_of_few_parents_and_of_many_are_equal() -> Result<()> {
    let db = school()?;
    check(&db, true, Student::visited, |student| {
        taken(student).into_iter().flat_map(|id| vec![id; if id < 5 { 2 } else { 1 }]).collect()
    })
}

#[test]
fn rows_of_few_parents_are_shared_too() -> Result<()> {
    let db = school()?;
    for number in [15, FEW, FEW + 1] {
        let query = Student::query().filter(Student::id().le(number)).prefetch(Student::courses());
        let students = assert_queries!(&db, 2, query.all(&db)?);
        let courses = students.iter().flat_map(|student| student.courses().iter());
        let rows: HashSet<*const Course> = courses.map(std::ptr::from_ref).collect();
        assert_eq!(rows.len(), usize::try_from(COURSES).expect("a small number"), "{number} parents");
    }
    Ok(())
}

#[test]
fn relations_of_rows_of_few_parents_and_of_many_are_equal() -> Result<()> {
    let db = school()?;
    for number in numbers() {
        let good = Student::courses().filter(Course::credits().ge(2)).prefetch(Course::lessons()).named(Good);
        let rest = Student::courses().filter(Course::credits().is_null()).prefetch(Course::students()).named(Rest);
        let query = Student::query().filter(Student::id().le(number)).prefetch(good).prefetch(rest);
        let students = assert_queries!(&db, 3..=5, query.all(&db)?);
        for student in students {
            let good = student.named(Good).iter().map(|course| (course.id, course.lessons().len()));
            let expected = taken(student.id).into_iter().filter(|id| id % 4 >= 2);
            assert_eq!(good.collect::<Vec<_>>(), expected.map(|id| (id, usize::from(id % 3 > 0))).collect::<Vec<_>>());
            for course in student.named(Rest) {
                let all: Vec<i64> = course.students().iter().map(|student| student.id).collect();
                let expected: Vec<i64> = (1..=STUDENTS).filter(|&id| taken(id).contains(&course.id)).collect();
                assert_eq!((course.id % 4, all), (0, expected));
            }
        }
    }
    Ok(())
}

#[test]
fn trees_over_links_are_followed_from_few_rows() -> Result<()> {
    let db = school()?;
    let query = Course::query().filter(Course::id().le(3)).prefetch(Course::next().to_any_depth());
    let courses = assert_queries!(&db, 4, query.all(&db)?);
    let walked = |at: usize| courses[at].next().walk().map(|(depth, course)| (depth, course.id)).collect::<Vec<_>>();
    assert_eq!(walked(0), [(1, 11), (2, 21), (2, 23), (1, 23)]);
    assert_eq!(walked(2), [(1, 13), (2, 23), (1, 23)]);
    Ok(())
}
