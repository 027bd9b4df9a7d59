//! The program text of the chapter on other ways to load.

use std::collections::HashMap;
use std::error::Error;

use orm::{Db, Many, MaybeLoaded, Model, One, Tree, row};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, Student};

#[test]
fn chapter() -> Result<(), Box<dyn Error>> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("06-loading");
    joined(&db, &mut chapter)?;
    in_memory(&db)?;
    completed(&db)?;
    by_value(&db)?;
    by_value_for_all(&db)?;
    without_a_database();
    by_keys(&db)?;
    of_keys(&db)?;
    of_any_model(&db)?;
    chosen(&db)?;
    included(&db, &mut chapter)?;
    chunks(&db)?;
    chunks_of_one_state(&db)?;
    to_a_depth(&db)?;
    to_any_depth(&db, &mut chapter)?;
    chapter.close();
    Ok(())
}

fn joined(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    let courses = Course::query().prefetch(Course::department().joined()).all(db)?;
    assert_eq!(courses[0].department().name, "Mathematics");
    chapter.shows_sql(&recording.statements());
    let students = Student::query().prefetch(Student::courses().prefetch(Course::department().joined()));
    assert_eq!(students.plan(db)?.statements(), 2);
    let students = orm::assert_queries!(db, 2, students.all(db)?);
    assert_eq!(students[0].courses()[0].department().name, "Mathematics");
    let twice = Course::query().prefetch(Course::prerequisite().prefetch(Course::department().joined()).joined());
    assert_eq!(twice.plan(db)?.statements(), 2);
    let courses = orm::assert_queries!(db, 2, twice.all(db)?);
    assert_eq!(courses.len(), 5);
    joined_and_filtered(db)
}

struct Mathematics;

fn joined_and_filtered(db: &Db) -> orm::Result<()> {
    let courses = Course::query()
        .prefetch(Course::department().joined().filter(Department::name().eq("Mathematics")).named(Mathematics))
        .all(db)?;
    assert!(courses.iter().any(|course| course.named(Mathematics).is_none()));
    assert_eq!(courses.len(), 5);
    Ok(())
}

fn in_memory(db: &Db) -> orm::Result<()> {
    let students: Vec<Student> = Student::query().all(db)?;
    let students = orm::prefetch(db, students, Student::courses())?;
    let students = orm::prefetch(db, students, Student::department())?;
    assert_eq!(students[0].courses().len(), 2);
    assert!(students[2].department().is_none());
    Ok(())
}

fn completed(db: &Db) -> orm::Result<()> {
    let student = Student::find(db, 1)?;
    let student = orm::prefetch_one(db, student, Student::courses().prefetch(Course::department()))?;
    assert_eq!(student.courses()[0].department().name, "Mathematics");
    Ok(())
}

fn by_value(db: &Db) -> orm::Result<()> {
    let ada = Student::query().prefetch(Student::enrollments()).prefetch(Student::department()).first(db)?;
    let (ada, enrollments) = orm::detach(ada.expect("a student"), Student::enrollments());
    let (ada, department) = orm::detach(ada, Student::department());
    let ada: Student = ada.into_inner();
    let enrollments: Vec<Enrollment> = enrollments.into_vec();
    let department: Option<Department> = department.map(One::unwrap_or_clone);
    assert_eq!((enrollments.len(), ada.department_id), (2, department.map(|department| department.id)));
    Ok(())
}

fn by_value_for_all(db: &Db) -> orm::Result<()> {
    let departments = Department::query().prefetch(Department::courses()).all(db)?;
    let parts = departments.into_iter().map(|department| orm::detach(department, Department::courses()));
    let (departments, courses): (Vec<_>, Vec<_>) = parts.unzip();
    for (department, courses) in departments.into_iter().zip(Many::into_vecs(courses)) {
        println!("{} has {} courses", department.name, courses.len());
    }
    Ok(())
}

type FullStudent = row!(Student { courses: Many<Course>, department: Option<One<Department>> });

fn summary(student: &FullStudent) -> String {
    let department = student.department().as_ref().map_or("no department", |department| &department.name);
    format!("{}, {department}: {} courses", student.first_name, student.courses().len())
}

fn without_a_database() {
    let ada = Student { id: 1, first_name: "Ada".into(), last_name: "Lovelace".into(), department_id: Some(1) };
    let maths = Department { id: 1, name: "Mathematics".into() };
    let ada = orm::attach(ada, Student::courses(), []);
    let ada = orm::attach(ada, Student::department(), One::from(maths));
    assert_eq!(summary(&ada), "Ada, Mathematics: 0 courses");
}

fn by_keys(db: &Db) -> orm::Result<()> {
    let ids = [3, 1];
    let students: Vec<Student> = Student::find_many(db, ids)?;
    assert_eq!(students.iter().map(|student| student.id).collect::<Vec<_>>(), ids);
    let students: HashMap<i64, Student> = Student::by_keys(db, [1, 3, 99])?;
    assert_eq!(students.len(), 2);
    let of_maths = Student::query().filter(Student::department_id().eq(1)).prefetch(Student::courses());
    let students = of_maths.by_keys(db, ids)?;
    assert_eq!((students.len(), students[&1].courses().len()), (1, 2));
    Ok(())
}

fn of_keys(db: &Db) -> orm::Result<()> {
    let ids = [3, 1];
    let courses: HashMap<i64, Many<Course>> = Student::courses().by_keys(db, ids)?;
    let numbers: HashMap<i64, u64> = Student::courses().count().by_keys(db, ids)?;
    assert_eq!((courses[&1].len(), numbers[&1]), (2, 2));
    Ok(())
}

fn delete_all<M: Model>(db: &Db, keys: Vec<M::Key>) -> orm::Result<u64> {
    M::rows_where(M::primary_key().in_(keys)).delete(db)
}

fn of_any_model(db: &Db) -> orm::Result<()> {
    assert_eq!(delete_all::<Student>(db, vec![98, 99])?, 0);
    Ok(())
}

type Listed = row!(Student { courses: MaybeLoaded<Many<Course>> });

fn students(db: &Db, with_courses: bool) -> orm::Result<Vec<Listed>> {
    Student::query().prefetch_if(with_courses, Student::courses()).all(db)
}

fn chosen(db: &Db) -> orm::Result<()> {
    for student in students(db, true)? {
        match student.courses() {
            Some(courses) => println!("{} takes {} courses", student.last_name, courses.len()),
            None => println!("{}", student.last_name),
        }
    }
    assert!(students(db, true)?[0].courses().is_some());
    assert!(students(db, false)?[0].courses().is_none());
    Ok(())
}

fn included(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    let text = "department, courses.department";
    let [department, courses, of_courses] = orm::include_from(text, ["department", "courses", "courses.department"])?;
    let students = Student::query()
        .prefetch_if(department, Student::department())
        .prefetch_if(courses, Student::courses().prefetch_if(of_courses, Course::department()))
        .all(db)?;
    assert_eq!(recording.count(), 4);
    assert!(students[0].department().is_some());
    let refused = orm::include_from("password", ["department", "courses", "courses.department"]).unwrap_err();
    chapter.shows("text", refused);
    Ok(())
}

fn chunks(db: &Db) -> orm::Result<()> {
    let mut credits = 0;
    for students in Student::query().prefetch(Student::courses()).chunks(db).of_size(500) {
        for student in students? {
            credits += student.courses().iter().map(|course| course.credits).sum::<i32>();
        }
    }
    assert_eq!(credits, 22);
    Ok(())
}

fn export(db: &Db) -> orm::Result<usize> {
    let snapshot = db.begin_read()?;
    let mut lines = 0;
    for students in Student::query().prefetch(Student::courses()).chunks(&snapshot) {
        lines += students?.len();
    }
    Ok(lines)
}

fn chunks_of_one_state(db: &Db) -> orm::Result<()> {
    assert_eq!(export(db)?, 3);
    Ok(())
}

fn to_a_depth(db: &Db) -> orm::Result<()> {
    let courses = Course::query()
        .filter(Course::prerequisite_id().is_null())
        .prefetch(Course::follow_ups().prefetch(Course::follow_ups()))
        .all(db)?;
    let logic = &courses[1];
    assert_eq!(logic.follow_ups()[0].follow_ups()[0].title, "Compilers");
    Ok(())
}

fn outline(course: &Course, below: &Tree<Course>) -> String {
    let lines = below.walk().map(|(depth, course)| format!("{}{}\n", "  ".repeat(depth), course.title));
    format!("{}\n{}", course.title, lines.collect::<String>())
}

fn longest_way(below: &Tree<Course>) -> usize {
    below.walk().map(|(depth, _)| depth).max().unwrap_or(0)
}

fn to_any_depth(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    let courses = Course::query()
        .filter(Course::prerequisite_id().is_null())
        .prefetch(Course::follow_ups().order_by(Course::title().asc()).to_any_depth())
        .all(db)?;
    for course in &courses {
        print!("{}", outline(course, course.follow_ups()));
    }
    let longest = longest_way(courses[1].follow_ups());
    assert_eq!(longest, 2);
    chapter.shows("text", courses.iter().map(|course| outline(course, course.follow_ups())).collect::<String>());
    let statements = recording.statements();
    assert_eq!(statements.len(), 4);
    assert!(statements[2] == statements[1] && statements[3] == statements[1]);
    chapter.shows_sql(&statements[1..2]);
    nodes_with_relations(db)
}

fn nodes_with_relations(db: &Db) -> orm::Result<()> {
    let recording = db.record();
    let nodes = Course::follow_ups().prefetch(Course::department()).to_any_depth();
    let logic = Course::query().filter(Course::title().eq("Logic")).prefetch(nodes).one(db)?;
    for (depth, course) in logic.follow_ups().walk() {
        println!("{depth}: {} ({})", course.title, course.department().name);
    }
    assert_eq!(logic.follow_ups().walk().count(), 2);
    // The course, three levels of which the last is empty, and the departments.
    assert_eq!(recording.count(), 5);
    Ok(())
}
