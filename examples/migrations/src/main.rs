//! Migrations with refinery: the tool keeps the versions of the database, and the models say when one is missing.
//!
//! `migrations/V1__….sql` is what `create_sql` gave for the models as they were at first. Then the models grew: `check` lists
//! what the database has not yet, with the statements, and those became `migrations/V2__….sql`.

use std::error::Error;
use std::path::Path;

use orm::{Db, Difference, Insert, Model};
use refinery::Target;

refinery::embed_migrations!("migrations");

#[derive(Model)]
#[has_many(students: Student)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    name: String,
    #[model(db_default = 0, check = "credits >= 0")]
    credits: i64,
    email: Option<String>,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

#[derive(Model)]
struct Course {
    id: i64,
    title: String,
}

type Models = (Department, Student, Course);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("school.db");

    migrate(&path, Target::Version(1))?;
    println!("After the first migration, the models and the database differ:");
    for difference in differences(&path)? {
        println!("  {difference}");
    }

    migrate(&path, Target::Latest)?;
    match &differences(&path)?[..] {
        [] => println!("After the second one they do not differ."),
        [first, ..] => return Err(format!("a migration is missing: {first}").into()),
    }

    let db = Db::open(&path)?;
    let maths = NewDepartment { name: "Mathematics".into() }
        .with(Department::students(), |maths| {
            let ada = NewStudent { name: "Ada".into(), credits: None, email: None, department_id: Some(maths.id) };
            [ada.with(Student::courses(), |_| [NewCourse { title: "Algebra".into() }])]
        })
        .insert(&db)?;
    for student in maths.students() {
        println!("{} has {} credits, and takes {}", student.name, student.credits, student.courses()[0].title);
    }
    Ok(())
}

/// Brings the database to a version. Refinery opens it by itself, and notes there what it did.
fn migrate(path: &Path, target: Target) -> Result<(), Box<dyn Error>> {
    let mut connection = rusqlite::Connection::open(path)?;
    let report = migrations::runner().set_target(target).run(&mut connection)?;
    for migration in report.applied_migrations() {
        println!("applied {migration}");
    }
    Ok(())
}

/// A program asks this when it starts, or in a test: it changes nothing.
fn differences(path: &Path) -> orm::Result<Vec<Difference>> {
    Db::open(path)?.check::<Models>()
}
