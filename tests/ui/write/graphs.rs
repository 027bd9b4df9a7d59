//! Nested inserts of rows that do not belong to the relation.

#[path = "../school.rs"]
mod school;

use orm::{Db, Insert};
use school::*;

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    let maths = || NewDepartment { name: "Maths".into() };
    let _ = maths().with(Student::courses(), |_| [NewCourse { title: "Algebra".into(), department_id: 1 }]);
    let _ = maths().with(Department::courses(), |_| [maths()]);
    let _ = maths().with(Department::courses().limit(3), |_| [NewCourse { title: "Algebra".into(), department_id: 1 }]);
    let _ = maths().then(Student::department(), |_| maths());
    orm::insert_many(&db, ["Maths"])?;
    Ok(())
}
