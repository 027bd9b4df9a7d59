//! Values that cannot be sent to the thread of a connection.

#[path = "../ui/school.rs"]
mod school;

use std::rc::Rc;

use orm::{AsyncDb, Model, Result};
use school::*;

async fn borrowed(db: &AsyncDb, names: &[String]) -> Result<u64> {
    orm::bulk_insert(db, names.iter().map(|name| NewDepartment { name: name.clone() })).await
}

async fn counted(db: &AsyncDb) -> Result<Student> {
    let shared = Rc::new(1);
    db.transaction(async |tx| {
        let student = Student::find(tx, *shared).await?;
        Ok(student)
    })
    .await
}

fn main() {}
