//! Rows with relations: the names of their types, and their traits.

use orm::{Db, Many, Model, One, Result};

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(courses: Course)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department)]
    department_id: i64,
}

/// A model that can neither be cloned, printed, compared nor serialised.
#[derive(Model)]
#[has_many(notes: Note)]
struct Note {
    id: i64,
    note_id: Option<i64>,
}

/// By position.
fn titles(department: &DepartmentLoaded<Many<Course>>) -> Vec<&str> {
    department.courses().iter().map(|course| course.title.as_str()).collect()
}

/// By name, only for the relations that are read.
fn card(department: &impl DepartmentRelations<Courses = Many<CourseLoaded<One<Department>>>>) -> String {
    let course = &department.courses()[0];
    format!("{}: {} of {}", department.name, course.title, course.department().name)
}

fn university() -> Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Course, Note)>()?;
    let maths = NewDepartment { name: "Mathematics".into() }.insert(&db)?;
    NewCourse { title: "Algebra".into(), department_id: maths.id }.insert(&db)?;
    Ok(db)
}

struct CourseCount;

#[test]
fn types_in_signatures() -> Result<()> {
    let db = university()?;
    let plain = Department::query().prefetch(Department::courses()).one(&db)?;
    assert_eq!(titles(&plain), ["Algebra"]);
    let nested = Department::query().prefetch(Department::courses().prefetch(Course::department()));
    let nested = nested.prefetch(Department::courses().count().named(CourseCount)).one(&db)?;
    assert_eq!(card(&nested), "Mathematics: Algebra of Mathematics");
    assert_eq!(nested.into_inner().name, "Mathematics");
    Ok(())
}

#[test]
fn debug_shows_what_was_loaded_and_nothing_else() -> Result<()> {
    let db = university()?;
    let department = Department::query().prefetch(Department::courses()).one(&db)?;
    assert_eq!(
        format!("{department:?}"),
        "DepartmentLoaded { row: Department { id: 1, name: \"Mathematics\" }, \
         courses: [Course { id: 1, title: \"Algebra\", department_id: 1 }] }"
    );
    let counted = Department::query().prefetch(Department::courses().count().named(CourseCount)).one(&db)?;
    assert_eq!(
        format!("{counted:?}"),
        "DepartmentLoaded { row: Department { id: 1, name: \"Mathematics\" }, course_count: 1 }"
    );
    Ok(())
}

#[test]
fn rows_are_cloned_compared_and_serialised_as_their_parts_are() -> Result<()> {
    let db = university()?;
    let department = Department::query().prefetch(Department::courses()).one(&db)?;
    assert_eq!(department.clone(), department);
    assert_eq!(
        serde_json::to_string(&department).ok().as_deref(),
        Some(r#"{"id":1,"name":"Mathematics","courses":[{"id":1,"title":"Algebra","department_id":1}]}"#)
    );
    NewCourse { title: "Geometry".into(), department_id: 1 }.insert(&db)?;
    assert_ne!(Department::query().prefetch(Department::courses()).one(&db)?, department);
    Ok(())
}

#[test]
fn a_model_without_these_traits_has_loaded_rows_too() -> Result<()> {
    let db = university()?;
    let note = NewNote { note_id: None }.insert(&db)?;
    NewNote { note_id: Some(note.id) }.insert(&db)?;
    let notes = Note::query().prefetch(Note::notes()).order_by(Note::id().asc()).all(&db)?;
    assert_eq!(notes[0].notes().iter().map(|note| note.note_id).collect::<Vec<_>>(), [Some(note.id)]);
    Ok(())
}
