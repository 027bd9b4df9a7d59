//! A program that migrates its database to the newest version when it starts.
//!
//! The program `migrate`, which is one line in `src/bin/migrate.rs`, wrote `migrations/sqlite`: first with `migrate new
//! departments_and_students`, and with `migrate new credits_and_courses` after the models in `src/lib.rs` had grown.

use std::error::Error;

use orm::{Db, Insert, Model};
use school::{Course, Department, Models, NewCourse, NewDepartment, NewStudent, Student};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let db = Db::open(folder.path().join("school.db"))?;

    for applied in orm::migrations!("migrations/sqlite").run(&db)? {
        println!("applied {applied}");
    }
    match &db.check::<Models>()?[..] {
        [] => println!("The database has all that the models ask for."),
        [first, ..] => return Err(format!("a migration is missing: {first}").into()),
    }

    let maths = NewDepartment { name: "Mathematics".into() }
        .with(Department::students(), |maths| {
            let (name, department_id) = ("Ada".into(), Some(maths.id));
            let ada = NewStudent { full_name: name, credits: None, email: None, department_id };
            [ada.with(Student::courses(), |_| [NewCourse { title: "Algebra".into() }])]
        })
        .insert(&db)?;
    for student in maths.students() {
        println!("{} has {} credits, and takes {}", student.full_name, student.credits, student.courses()[0].title);
    }
    println!("{} courses", Course::query().count(&db)?);
    Ok(())
}
