//! The program text of the chapter on other ways to load.

use std::collections::HashMap;
use std::error::Error;

use orm::{Db, Many, MaybeLoaded, Model, One, Tree, View, row};

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
    ancestors(&db, &mut chapter)?;
    chapter.close();
    Ok(())
}

fn joined(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: joined
    let courses = Course::query().prefetch(Course::department().joined()).all(db)?;
    assert_eq!(courses[0].department().name, "Mathematics");
    // ANCHOR_END: joined
    chapter.shows_sql(&recording.statements());
    // ANCHOR: students
    let students = Student::query().prefetch(Student::courses().prefetch(Course::department().joined()));
    assert_eq!(students.plan(db)?.statements(), 2);
    // ANCHOR_END: students
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
    // ANCHOR: joined_and_filtered
    let courses = Course::query()
        .prefetch(Course::department().joined().filter(Department::name().eq("Mathematics")).named(Mathematics))
        .all(db)?;
    assert!(courses.iter().any(|course| course.named(Mathematics).is_none()));
    // ANCHOR_END: joined_and_filtered
    assert_eq!(courses.len(), 5);
    Ok(())
}

fn in_memory(db: &Db) -> orm::Result<()> {
    // ANCHOR: in_memory
    let students: Vec<Student> = Student::query().all(db)?;
    let students = orm::prefetch(db, students, Student::courses())?;
    let students = orm::prefetch(db, students, Student::department())?;
    assert_eq!(students[0].courses().len(), 2);
    assert!(students[2].department().is_none());
    // ANCHOR_END: in_memory
    Ok(())
}

fn completed(db: &Db) -> orm::Result<()> {
    let student = Student::find(db, 1)?;
    // ANCHOR: completed
    let student = orm::prefetch_one(db, student, Student::courses().prefetch(Course::department()))?;
    assert_eq!(student.courses()[0].department().name, "Mathematics");
    // ANCHOR_END: completed
    Ok(())
}

fn by_value(db: &Db) -> orm::Result<()> {
    // ANCHOR: by_value
    let ada = Student::query().prefetch(Student::enrollments()).prefetch(Student::department()).first(db)?;
    let (ada, enrollments) = orm::detach(ada.expect("a student"), Student::enrollments());
    let (ada, department) = orm::detach(ada, Student::department());
    let ada: Student = ada.into_inner();
    let enrollments: Vec<Enrollment> = enrollments.into_vec();
    let department: Option<Department> = department.map(One::unwrap_or_clone);
    // ANCHOR_END: by_value
    assert_eq!((enrollments.len(), ada.department_id), (2, department.map(|department| department.id)));
    Ok(())
}

fn by_value_for_all(db: &Db) -> orm::Result<()> {
    // ANCHOR: by_value_for_all
    let departments = Department::query().prefetch(Department::courses()).all(db)?;
    let parts = departments.into_iter().map(|department| orm::detach(department, Department::courses()));
    let (departments, courses): (Vec<_>, Vec<_>) = parts.unzip();
    for (department, courses) in departments.into_iter().zip(Many::into_vecs(courses)) {
        println!("{} has {} courses", department.name, courses.len());
    }
    // ANCHOR_END: by_value_for_all
    Ok(())
}

// ANCHOR: full_student
type FullStudent = row!(Student { courses: Many<Course>, department: Option<One<Department>> });

fn summary(student: &FullStudent) -> String {
    let department = student.department().as_ref().map_or("no department", |department| &department.name);
    format!("{}, {department}: {} courses", student.first_name, student.courses().len())
}
// ANCHOR_END: full_student

fn without_a_database() {
    // ANCHOR: without_a_database
    let ada = Student { id: 1, first_name: "Ada".into(), last_name: "Lovelace".into(), department_id: Some(1) };
    let maths = Department { id: 1, name: "Mathematics".into() };
    let ada = orm::attach(ada, Student::courses(), []);
    let ada = orm::attach(ada, Student::department(), One::from(maths));
    assert_eq!(summary(&ada), "Ada, Mathematics: 0 courses");
    // ANCHOR_END: without_a_database
}

fn by_keys(db: &Db) -> orm::Result<()> {
    // ANCHOR: by_keys
    let ids = [3, 1];
    let students: Vec<Student> = Student::find_many(db, ids)?;
    // ANCHOR_END: by_keys
    assert_eq!(students.iter().map(|student| student.id).collect::<Vec<_>>(), ids);
    // ANCHOR: by_keys
    let students: HashMap<i64, Student> = Student::by_keys(db, [1, 3, 99])?;
    // ANCHOR_END: by_keys
    assert_eq!(students.len(), 2);
    // ANCHOR: by_keys
    let of_maths = Student::query().filter(Student::department_id().eq(1)).prefetch(Student::courses());
    let students = of_maths.by_keys(db, ids)?;
    // ANCHOR_END: by_keys
    assert_eq!((students.len(), students[&1].courses().len()), (1, 2));
    Ok(())
}

fn of_keys(db: &Db) -> orm::Result<()> {
    let ids = [3, 1];
    // ANCHOR: of_keys
    let courses: HashMap<i64, Many<Course>> = Student::courses().by_keys(db, ids)?;
    let numbers: HashMap<i64, u64> = Student::courses().count().by_keys(db, ids)?;
    // ANCHOR_END: of_keys
    assert_eq!((courses[&1].len(), numbers[&1]), (2, 2));
    Ok(())
}

// ANCHOR: delete_all
fn delete_all<M: Model>(db: &Db, keys: Vec<M::Key>) -> orm::Result<u64> {
    M::rows_where(M::primary_key().in_(keys)).delete(db)
}
// ANCHOR_END: delete_all

fn of_any_model(db: &Db) -> orm::Result<()> {
    assert_eq!(delete_all::<Student>(db, vec![98, 99])?, 0);
    Ok(())
}

// ANCHOR: listed
type Listed = row!(Student { courses: MaybeLoaded<Many<Course>> });

fn students(db: &Db, with_courses: bool) -> orm::Result<Vec<Listed>> {
    Student::query().prefetch_if(with_courses, Student::courses()).all(db)
}
// ANCHOR_END: listed

fn chosen(db: &Db) -> orm::Result<()> {
    // ANCHOR: chosen
    for student in students(db, true)? {
        match student.courses() {
            Some(courses) => println!("{} takes {} courses", student.last_name, courses.len()),
            None => println!("{}", student.last_name),
        }
    }
    // ANCHOR_END: chosen
    assert!(students(db, true)?[0].courses().is_some());
    assert!(students(db, false)?[0].courses().is_none());
    Ok(())
}

fn included(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: included
    let text = "department, courses.department";
    let [department, courses, of_courses] = orm::include_from(text, ["department", "courses", "courses.department"])?;
    let students = Student::query()
        .prefetch_if(department, Student::department())
        .prefetch_if(courses, Student::courses().prefetch_if(of_courses, Course::department()))
        .all(db)?;
    // ANCHOR_END: included
    assert_eq!(recording.count(), 4);
    assert!(students[0].department().is_some());
    let refused = orm::include_from("password", ["department", "courses", "courses.department"]).unwrap_err();
    chapter.shows("text", refused);
    Ok(())
}

fn chunks(db: &Db) -> orm::Result<()> {
    // ANCHOR: chunks
    let mut credits = 0;
    for students in Student::query().prefetch(Student::courses()).chunks(db).of_size(500) {
        for student in students? {
            credits += student.courses().iter().map(|course| course.credits).sum::<i32>();
        }
    }
    // ANCHOR_END: chunks
    assert_eq!(credits, 22);
    Ok(())
}

// ANCHOR: export
fn export(db: &Db) -> orm::Result<usize> {
    let snapshot = db.begin_read()?;
    let mut lines = 0;
    for students in Student::query().prefetch(Student::courses()).chunks(&snapshot) {
        lines += students?.len();
    }
    Ok(lines)
}
// ANCHOR_END: export

fn chunks_of_one_state(db: &Db) -> orm::Result<()> {
    assert_eq!(export(db)?, 3);
    Ok(())
}

fn to_a_depth(db: &Db) -> orm::Result<()> {
    // ANCHOR: to_a_depth
    let courses = Course::query()
        .filter(Course::prerequisite_id().is_null())
        .prefetch(Course::follow_ups().prefetch(Course::follow_ups()))
        .all(db)?;
    let logic = &courses[1];
    assert_eq!(logic.follow_ups()[0].follow_ups()[0].title, "Compilers");
    // ANCHOR_END: to_a_depth
    Ok(())
}

// ANCHOR: outline
fn outline(course: &Course, below: &Tree<Course>) -> String {
    let lines = below.walk().map(|(depth, course)| format!("{}{}\n", "  ".repeat(depth), course.title));
    format!("{}\n{}", course.title, lines.collect::<String>())
}

fn longest_way(below: &Tree<Course>) -> usize {
    below.walk().map(|(depth, _)| depth).max().unwrap_or(0)
}
// ANCHOR_END: outline

fn to_any_depth(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: to_any_depth
    let courses = Course::query()
        .filter(Course::prerequisite_id().is_null())
        .prefetch(Course::follow_ups().order_by(Course::title().asc()).to_any_depth())
        .all(db)?;
    for course in &courses {
        print!("{}", outline(course, course.follow_ups()));
    }
    let longest = longest_way(courses[1].follow_ups());
    // ANCHOR_END: to_any_depth
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
    // ANCHOR: nodes_with_relations
    let nodes = Course::follow_ups().prefetch(Course::department()).to_any_depth();
    let logic = Course::query().filter(Course::title().eq("Logic")).prefetch(nodes).one(db)?;
    for (depth, course) in logic.follow_ups().walk() {
        println!("{depth}: {} ({})", course.title, course.department().name);
    }
    // ANCHOR_END: nodes_with_relations
    assert_eq!(logic.follow_ups().walk().count(), 2);
    // The course, three levels of which the last is empty, and the departments.
    assert_eq!(recording.count(), 5);
    Ok(())
}

fn ancestors(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: ancestors
    let courses = Course::query().prefetch(Course::prerequisite().to_any_depth()).all(db)?;
    for course in &courses {
        let path = course.prerequisite().walk().map(|(_, above)| above.title.as_str());
        println!("{}: {}", course.title, path.collect::<Vec<_>>().join(" < "));
    }
    // ANCHOR_END: ancestors
    let lines = courses.iter().map(|course| {
        let path = course.prerequisite().walk().map(|(_, above)| above.title.as_str());
        format!("{}: {}", course.title, path.collect::<Vec<_>>().join(" < ")).trim_end().to_owned() + "\n"
    });
    chapter.shows("text", lines.collect::<String>());
    Ok(())
}

// ANCHOR: ancestors_of_views
#[derive(View, Clone)]
#[view(of = Course)]
struct Title {
    title: String,
}

#[derive(View)]
#[view(of = Course)]
struct Path {
    title: String,
    #[view(from = Course::prerequisite().to_any_depth())]
    above: Tree<Title>,
}
// ANCHOR_END: ancestors_of_views

#[test]
fn a_view_has_its_ancestors() -> orm::Result<()> {
    let db = crate::school()?;
    let compilers = Course::query().filter(Course::title().eq("Compilers")).view::<Path>().one(&db)?;
    let above: Vec<&str> = compilers.above.rows().map(|above| above.title.as_str()).collect();
    assert_eq!((compilers.title.as_str(), above), ("Compilers", vec!["Programming", "Logic"]));
    Ok(())
}
