//! Departments by their names, which the tests of this module write and read.

use orm::{AsyncDb, AsyncExecutor, Model, Result};

use crate::database::Shared;
use crate::schemas::university::{Department, NewDepartment, empty_university, university_in};

/// A new database without departments.
pub(crate) fn empty() -> AsyncDb {
    AsyncDb::from(empty_university())
}

/// The university with three departments, in a database that other connections can read.
pub(crate) fn shared() -> Shared {
    let shared = Shared::new();
    drop(university_in(&shared));
    shared
}

/// Inserts a department.
pub(crate) async fn add(on: &impl AsyncExecutor, name: &str) -> Result<Department> {
    NewDepartment { name: name.into() }.insert(on).await
}

/// The names of all departments, in the order in which they were inserted.
pub(crate) async fn names(on: &impl AsyncExecutor) -> Result<Vec<String>> {
    Department::query().order_by(Department::id().asc()).select(Department::name()).all(on).await
}
