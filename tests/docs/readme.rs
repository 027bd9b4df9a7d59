//! The program text of the README, unchanged, with assertions around it.
//!
//! `every_rust_block_of_the_readme_is_compiled` finds each block of the README here, in `examples/first.rs` or in
//! `not_prefetched.rs`.

use orm::{Db, Many, Model, ResultExt};
use serde::Serialize;

#[derive(Model, Debug, Serialize)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Debug, Serialize)]
#[has_one(syllabus: Syllabus)]
#[many_to_many(students: Student, through = Enrollment)]
struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department, on_delete = cascade)]
    department_id: i64,
}

#[derive(Model, Debug, Serialize)]
#[many_to_many(courses: Course, through = Enrollment)]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

#[derive(Model, Debug, Serialize)]
struct Syllabus {
    id: i64,
    text: String,
    #[model(unique)]
    #[belongs_to(course: Course, on_delete = cascade)]
    course_id: i64,
}

#[derive(Model, Debug, Serialize)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    student_id: i64,
    #[belongs_to(course: Course, on_delete = cascade)]
    course_id: i64,
}

fn card(student: &impl StudentRelations<Courses = Many<Course>>) -> String {
    format!("{} takes {} courses", student.first_name, student.courses().len())
}

#[test]
fn the_loop_and_the_prefetch() -> orm::Result<()> {
    let db = university()?;
    let recording = db.record();
    for student in Student::query().all(&db)? {
        let courses = Student::courses().of(&student).all(&db)?;
        println!("{} takes {} courses", student.first_name, courses.len());
    }
    // One for the students, and one more for each of three.
    assert_eq!(recording.count(), 1 + 3);

    let recording = db.record();
    for student in Student::query().prefetch(Student::courses()).all(&db)? {
        println!("{} takes {} courses", student.first_name, student.courses().len());
    }
    assert_eq!(recording.count(), 2);
    Ok(())
}

#[test]
fn loaded_rows_in_signatures() -> orm::Result<()> {
    let db = university()?;
    let students = Student::query().prefetch(Student::department()).prefetch(Student::courses()).all(&db)?;
    assert_eq!(card(&students[0]), "Ada takes 2 courses");
    Ok(())
}

#[test]
fn the_four_kinds() -> orm::Result<()> {
    let db = university()?;
    let students = Student::query().prefetch(Student::department()).all(&db)?;
    let departments = students.iter().map(|student| student.department().as_ref().map(|one| one.name.as_str()));
    assert_eq!(departments.collect::<Vec<_>>(), [Some("Mathematics"), Some("Computing"), None]);
    let courses = Course::query()
        .prefetch(Course::department())
        .prefetch(Course::students())
        .prefetch(Course::syllabus().prefetch(Syllabus::course()))
        .all(&db)?;
    assert_eq!(courses[2].department().name, "Computing");
    assert_eq!(courses[1].students().len(), 2);
    let syllabi = courses.iter().map(|course| course.syllabus().as_ref().map(|one| one.course().title.as_str()));
    assert_eq!(syllabi.collect::<Vec<_>>(), [Some("Algebra"), None, None, None, None]);
    Ok(())
}

#[test]
fn filters() -> orm::Result<()> {
    let db = university()?;
    let students = Student::query()
        .filter(Student::last_name().starts_with("L") | Student::department_id().is_null())
        .filter(Student::courses().any(Course::title().eq("Algebra")))
        .order_by((Student::last_name().asc(), Student::first_name().asc()))
        .limit(20)
        .all(&db)?;
    assert_eq!(students.iter().map(|student| student.first_name.as_str()).collect::<Vec<_>>(), ["Ada"]);
    Ok(())
}

#[test]
fn nested_relations() -> orm::Result<()> {
    let db = university()?;
    let departments = Department::query()
        .prefetch(Department::courses().order_by(Course::title().asc()).limit(3))
        .prefetch(
            Department::students()
                .filter(Student::last_name().ne("Hopper"))
                .prefetch(Student::courses().prefetch(Course::department())),
        )
        .all(&db)?;
    let courses: Vec<&str> = departments[0].courses().iter().map(|course| course.title.as_str()).collect();
    assert_eq!(courses, ["Algebra", "Geometry", "Logic"]);
    assert_eq!(departments[0].students()[0].courses()[0].department().name, "Mathematics");
    assert!(departments[1].students().is_empty());
    Ok(())
}

#[test]
fn writing() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Student, Syllabus, Enrollment)>()?;
    let ada = NewStudent { first_name: "Ada".into(), last_name: "King".into(), department_id: None }.insert(&db)?;
    let married = Student { last_name: "Lovelace".into(), ..ada };
    married.update(&db)?;

    db.transaction(|tx| {
        let maths = NewDepartment { name: "Mathematics".into() }.insert(tx)?;
        let algebra = NewCourse { title: "Algebra".into(), department_id: maths.id }.insert(tx)?;
        Student::courses().link(tx, &married, [&algebra])
    })?;
    assert_eq!(Student::courses().of(&married).one(&db)?.title, "Algebra");

    let found = Student::find(&db, married.id).optional()?;
    married.delete(&db)?;
    assert_eq!(found.map(|student| student.last_name).as_deref(), Some("Lovelace"));
    assert!(Student::find(&db, married.id).optional()?.is_none());
    Ok(())
}

/// Two departments; Ada with two courses, Grace with one, and Alan with none and no department.
fn university() -> orm::Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Student, Syllabus, Enrollment)>()?;
    let maths = NewDepartment { name: "Mathematics".into() }.insert(&db)?.id;
    let computing = NewDepartment { name: "Computing".into() }.insert(&db)?.id;
    let algebra = course(&db, "Algebra", maths)?;
    let logic = course(&db, "Logic", maths)?;
    course(&db, "Compilers", computing)?;
    course(&db, "Geometry", maths)?;
    course(&db, "Topology", maths)?;
    let ada = student(&db, "Ada", "Lovelace", Some(maths))?;
    let grace = student(&db, "Grace", "Hopper", Some(computing))?;
    student(&db, "Alan", "Turing", None)?;
    Student::courses().link(&db, &ada, [&algebra, &logic])?;
    Student::courses().link(&db, &grace, [&logic])?;
    NewSyllabus { text: "Groups, rings and fields".into(), course_id: algebra.id }.insert(&db)?;
    Ok(db)
}

fn course(db: &Db, title: &str, department_id: i64) -> orm::Result<Course> {
    NewCourse { title: title.into(), department_id }.insert(db)
}

fn student(db: &Db, first_name: &str, last_name: &str, department_id: Option<i64>) -> orm::Result<Student> {
    NewStudent { first_name: first_name.into(), last_name: last_name.into(), department_id }.insert(db)
}
