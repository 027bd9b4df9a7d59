//! Reading the row with a unique key, or inserting it.

use super::upsert::insert_unless;
use super::{Given, Insertable};
use crate::ast::{Comparison, Expr};
use crate::column::{ColumnSet, Condition};
use crate::db::{On, Performs, Run, write};
use crate::error::{Error, Result, ResultExt as _};
use crate::mapped::Mapped;
use crate::observe::OneRow;
use crate::query::Query;
use crate::value::Value;

/// The number of attempts to find a row that existed and was deleted.
const ATTEMPTS: usize = 10;

/// Returns the row with the unique key of a new row, or inserts the new one; also returns whether it was inserted.
///
/// `unique` are the columns of a unique index or of the primary key. If several programs do this at the same time, one
/// of them inserts the row and the others read it: the function reads the row, inserts it unless another program was
/// faster, and then reads it again. An existing row is not changed; to change it, call [`upsert`](super::upsert()).
#[doc(alias = "find_or_create_by")]
#[doc(alias = "find_or_insert")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let (grace, created) = orm::get_or_create(&db, student("Grace", "Hopper"), Student::email())?;
/// let (same, again) = orm::get_or_create(&db, student("Grace", "Murray"), Student::email())?;
/// assert!(created && !again);
/// assert_eq!((same.id, same.last_name), (grace.id, "Hopper".to_owned()));
/// # Ok(())
/// # }
/// ```
///
/// SQL: `SELECT … FROM "students" AS t0 WHERE t0."email" = ?1 ORDER BY t0."id" LIMIT ?2`, and if there is no row
/// `INSERT INTO "students" (…) VALUES (…) ON CONFLICT ("email") DO NOTHING RETURNING …`
///
/// # Errors
///
/// Returns the same errors as [`upsert`](super::upsert()). Returns one that [`is_invalid`](Error::is_invalid) if the
/// new row has no value for a column of the key, or `NULL`, which a unique key allows several times. Returns one that
/// [`is_more_than_one`](Error::is_more_than_one) if several rows have the same values in these columns.
#[doc(alias = "find_or_create")]
#[doc(alias = "first_or_create")]
#[track_caller]
pub fn get_or_create<N: Insertable, Mode: Performs<(N, Vec<usize>), (N::Model, bool)>>(
    on: &impl Run<Mode = Mode>,
    new: N,
    unique: impl ColumnSet<N::Model>,
) -> Mode::Outcome<'_, (N::Model, bool)> {
    write(on, (new, unique.positions()), get_or_insert)
}

fn get_or_insert<N: Insertable>((new, unique): (N, Vec<usize>), on: On<'_>) -> Result<(N::Model, bool)> {
    let query = of_key(&new, &unique)?;
    for _ in 0..ATTEMPTS {
        let there = query.the_one(on, OneRow::default()).optional()?;
        if let Some(row) = there {
            return Ok((row, false));
        }
        if let Some(row) = insert_unless(on, &new, unique.clone())? {
            return Ok((row, true));
        }
    }
    Err(Error::ignored(N::Model::TABLE, 1, 0))
}

/// The query of the rows with the key of the new one.
fn of_key<N: Insertable>(new: &N, unique: &[usize]) -> Result<Query<N::Model>> {
    let table = N::Model::TABLE;
    let given = Given::of(std::slice::from_ref(new));
    let mut query = Query::new();
    for &column in unique {
        let (model, field) = (table.model, table.columns[column].field);
        if !given.columns.contains(&column) {
            return Err(Error::invalid(format!(
                "the new row has no value for `{model}.{field}`, which identifies the row; give it one"
            )));
        }
        let value = given.encode(0, column)?.into_owned();
        if value == Value::Null {
            return Err(Error::invalid(format!(
                "the new row has NULL in `{model}.{field}`, and a unique key allows several such rows; give it a value"
            )));
        }
        query = query.filter(Condition::compare(Ok(Expr::Column(column)), Comparison::Eq, Ok(Expr::Value(value))));
    }
    Ok(query)
}
