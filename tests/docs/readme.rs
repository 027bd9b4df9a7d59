//! The program text of the README, as it stands there, with assertions around it.
//!
//! `every_rust_block_of_the_readme_is_compiled` finds each block of the README here, in `examples/first.rs` or in
//! `not_prefetched.rs`.

use std::error::Error;

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

fn titles(student: &StudentLoaded<Many<Course>>) -> Vec<&str> {
    student.courses().iter().map(|course| course.title.as_str()).collect()
}

fn card(student: &impl StudentRelations<Courses = Many<Course>>) -> String {
    format!("{} takes {} courses", student.first_name, student.courses().len())
}

#[test]
fn loaded_rows_in_signatures() -> orm::Result<()> {
    let db = university()?;
    let students = Student::query().prefetch(Student::courses()).all(&db)?;
    assert_eq!(titles(&students[0]), ["Algebra", "Logic"]);
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
fn named_relations() -> orm::Result<()> {
    struct Algebra;

    let db = university()?;
    let students = Student::query()
        .prefetch(Student::courses())
        .prefetch(Student::courses().filter(Course::title().contains("Algebra")).named(Algebra))
        .all(&db)?;
    let (all, algebra) = (students[0].courses().len(), students[0].named(Algebra).len());
    assert_eq!((all, algebra), (2, 1));
    Ok(())
}

#[test]
fn values_of_each_parent() -> orm::Result<()> {
    struct CourseCount;
    struct LastTitle;

    let db = university()?;
    let students = Student::query()
        .filter(Student::courses().count().ge(1))
        .prefetch(Student::courses().count().named(CourseCount))
        .prefetch(Student::courses().max(Course::title()).named(LastTitle))
        .all(&db)?;
    let count: &u64 = students[0].named(CourseCount);
    let title: &Option<String> = students[0].named(LastTitle);
    assert_eq!((students.len(), *count, title.as_deref()), (2, 2, Some("Logic")));

    let students = Student::query()
        .order_by((Student::courses().count().desc(), Student::department().value(Department::name()).asc()))
        .all(&db)?;
    assert_eq!(students.len(), 3);
    Ok(())
}

#[test]
fn rows_in_memory_and_in_chunks() -> orm::Result<()> {
    let db = university()?;
    let students = Student::query().all(&db)?;
    let students = orm::prefetch(&db, students, Student::courses())?;
    assert_eq!(titles(&students[0]), ["Algebra", "Logic"]);

    for students in Student::query().prefetch(Student::courses()).chunks(&db) {
        for student in students? {
            println!("{} takes {} courses", student.first_name, student.courses().len());
        }
    }
    Ok(())
}

#[derive(Model)]
#[has_many(reports: Employee, foreign_key = boss_id)]
struct Employee {
    id: i64,
    name: String,
    boss_id: Option<i64>,
}

#[test]
fn joins_and_trees() -> orm::Result<()> {
    let db = university()?;
    db.create_tables::<Employee>()?;
    let boss = NewEmployee { name: "Emmy".into(), boss_id: None }.insert(&db)?;
    let below = NewEmployee { name: "Olga".into(), boss_id: Some(boss.id) }.insert(&db)?;
    NewEmployee { name: "Bartel".into(), boss_id: Some(below.id) }.insert(&db)?;
    let recording = db.record();
    let courses = Course::query().prefetch(Course::department().joined()).all(&db)?;

    assert_eq!((recording.count(), courses[2].department().name.as_str()), (1, "Computing"));
    let chiefs = Employee::query().filter(Employee::boss_id().is_null());
    for chief in chiefs.prefetch(Employee::reports().to_any_depth()).all(&db)? {
        for (depth, employee) in chief.reports().walk() {
            println!("{}{}", "  ".repeat(depth), employee.name);
        }
    }
    // The query, and three levels: the last of them is empty.
    assert_eq!(recording.count(), 5);
    Ok(())
}

#[test]
fn the_relation_of_one_row() -> orm::Result<()> {
    let db = university()?;
    let ada = Student::query().order_by(Student::id().asc()).first(&db)?.expect("Ada is there");
    let courses = Student::courses().of(&ada).order_by(Course::title().asc()).all(&db)?;
    assert_eq!(courses.len(), 2);
    Ok(())
}

#[test]
fn counting_statements() -> orm::Result<()> {
    let db = university()?;
    let recording = db.record();
    let students = Student::query().prefetch(Student::courses()).all(&db)?;
    assert_eq!(recording.count(), 2);
    assert_eq!(students.len(), 3);

    let students = orm::assert_queries!(&db, 2, Student::query().prefetch(Student::courses()).all(&db)?);
    assert_eq!(students.len(), 3);
    Ok(())
}

#[test]
fn the_plan_is_the_one_shown() -> orm::Result<()> {
    let db = university()?;
    let query = Department::query()
        .filter(Department::id().le(100))
        .prefetch(Department::courses().order_by(Course::title().asc()).prefetch(Course::syllabus()));
    println!("{}", query.plan(&db)?);
    super::assert_readme_shows("text", &query.plan(&db)?.to_string());
    Ok(())
}

#[test]
fn the_json_is_the_one_shown() -> Result<(), Box<dyn Error>> {
    let db = university()?;
    Student::find(&db, 1)?.delete(&db)?;
    Student::find(&db, 2)?.delete(&db)?;
    let students = Student::query().prefetch(Student::courses()).prefetch(Student::department()).all(&db)?;
    println!("{}", serde_json::to_string_pretty(&students)?);
    super::assert_readme_shows("json", &serde_json::to_string_pretty(&students)?);
    Ok(())
}

#[test]
fn writing_many() -> orm::Result<()> {
    let db = university()?;
    let algebra = Course::query().filter(Course::title().eq("Algebra")).one(&db)?;
    let small = Course::department().has(Department::name().eq("Mathematics")) & Course::title().contains("ra");
    let renamed: u64 = Course::rows_where(small).update(&db, Course::title().set("Algebra I"))?;
    let syllabus = NewSyllabus { text: "Groups and rings".into(), course_id: algebra.id };
    let syllabus = orm::upsert(&db, syllabus, Syllabus::course_id(), Syllabus::text())?;
    let totals: Vec<(String, i64)> = orm::sql("SELECT title, count(*) FROM courses GROUP BY title").tuples(&db)?;

    assert_eq!((renamed, syllabus.id, syllabus.text.as_str()), (1, 1, "Groups and rings"));
    assert_eq!(totals.len(), 5);
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

#[expect(clippy::struct_field_names, reason = "the fields are named as the database names its columns")]
mod existing {
    //! The models of a database that was not made for this library.

    use orm::{Db, Model};

    #[derive(Model)]
    #[model(table = "Album", rename_all = "PascalCase")]
    struct Album {
        #[model(primary_key)]
        album_id: i64,
        title: String,
        #[belongs_to(artist: Artist)]
        artist_id: i64,
    }

    #[derive(Model)]
    #[model(table = "Artist", rename_all = "PascalCase")]
    #[has_many(albums: Album)]
    struct Artist {
        #[model(primary_key)]
        artist_id: i64,
        name: Option<String>,
    }

    fn albums(path: &str) -> orm::Result<usize> {
        let db = Db::sqlite().read_only().open(path)?;
        let artists = Artist::query().prefetch(Artist::albums()).all(&db)?;
        Ok(artists.iter().map(|artist| artist.albums().len()).sum())
    }

    #[test]
    fn are_read() {
        let folder = tempfile::tempdir().expect("a folder for the file");
        let path = folder.path().join("music.sqlite");
        let path = path.to_str().expect("a path that is text");
        let raw = rusqlite::Connection::open(path).expect("a new file");
        raw.execute_batch(
            "CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY, Name NVARCHAR(120));
             CREATE TABLE Album (AlbumId INTEGER PRIMARY KEY, Title NVARCHAR(160), ArtistId INTEGER);
             INSERT INTO Artist VALUES (1, 'Nina Simone'), (2, NULL);
             INSERT INTO Album VALUES (1, 'Pastel Blues', 1), (2, 'Silk & Soul', 1);",
        )
        .expect("tables of another program's");
        assert_eq!(albums(path).expect("the albums"), 2);
    }
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
