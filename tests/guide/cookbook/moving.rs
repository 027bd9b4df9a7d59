//! The recipe: moving from SQLite to PostgreSQL.

#[cfg(feature = "postgres")]
use orm::TrustedSql;
use orm::{Db, Model, Transaction};

use crate::{Course, Department, Enrollment, Student};

// ANCHOR: copy
fn copy(from: &Db, to: &Db) -> orm::Result<()> {
    to.transaction(|tx| {
        copy_rows::<Department>(from, tx)?;
        copy_rows::<Course>(from, tx)?;
        copy_rows::<Student>(from, tx)?;
        copy_rows::<Enrollment>(from, tx)
    })
}

/// `insert` of a row keeps its key, where a `New…` struct gets another one.
fn copy_rows<M: Model>(from: &Db, to: &Transaction<'_>) -> orm::Result<()> {
    for rows in M::query().chunks(from) {
        for row in rows? {
            row.insert(to)?;
        }
    }
    Ok(())
}
// ANCHOR_END: copy

#[cfg(feature = "postgres")]
// ANCHOR: advance
fn advance(db: &Db) -> orm::Result<()> {
    for table in ["departments", "courses", "students"] {
        let last = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL"
        );
        orm::sql(TrustedSql(last)).writing().tuples::<(i64,)>(db)?;
    }
    Ok(())
}
// ANCHOR_END: advance

pub(super) fn recipe() -> orm::Result<()> {
    let (from, to) = (crate::school()?, Db::memory()?);
    to.create_tables::<(Department, Course, Student, Enrollment)>()?;
    Department::find(&from, 2)?.edit(&from, |department| department.name = "Computers".into())?;
    copy(&from, &to)?;
    assert_eq!(Student::query().all(&to)?, Student::query().all(&from)?);
    assert_eq!(Enrollment::query().count(&to)?, Enrollment::query().count(&from)?);
    Ok(())
}

#[cfg(feature = "postgres")]
pub(crate) fn on_a_server(url: &str) -> orm::Result<()> {
    let to = Db::postgres().test_schema().connect(url)?;
    to.create_tables::<(Department, Course, Student, Enrollment)>()?;
    let from = crate::school()?;
    copy(&from, &to)?;
    advance(&to)?;
    assert_eq!(Course::query().all(&to)?, Course::query().all(&from)?);
    assert_eq!(crate::NewDepartment { name: "Music".into() }.insert(&to)?.id, 3);
    Ok(())
}
