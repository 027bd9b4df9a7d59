//! Writing through to-many relations: which rows belong to which parent.

use std::borrow::{Borrow, Cow};

use super::{Relation, ToMany};
use crate::db::{Access, Executor};
use crate::driver::Session;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::prefetch::{Keys, keys_of};
use crate::schema::{RelationDef, RelationKind, Through};
use crate::sql::{self, Among};
use crate::value::Value;
use crate::write::rows_at_once;

/// Which rows belong to a parent.
///
/// For many-to-many the links are rows of the join table; for `has_many` they are the foreign keys of the related rows
/// themselves. Each call is one transaction, or part of the one it is given. Rows that were loaded before keep what they
/// hold: load them again to see the change.
impl<P: Model, C: Model, const AT: usize> Relation<P, C, ToMany, AT> {
    /// Adds some rows to those of a parent. A link that exists stays as it is, where the join table has a key that
    /// tells; a `has_many` row moves from its former parent to this one.
    ///
    /// ```text
    /// Student::courses().link(&db, &ada, [&algebra, &geometry])?;
    /// ```
    ///
    /// SQL: `INSERT INTO "enrollments" ("student_id", "course_id") VALUES (?1, ?2), … ON CONFLICT DO NOTHING`, or
    /// `UPDATE "courses" SET "department_id" = ?1 WHERE "id" IN (…)`
    ///
    /// # Errors
    ///
    /// [`is_foreign_key_violation`](Error::is_foreign_key_violation) or [`is_not_found`](Error::is_not_found) when a row
    /// does not exist; nothing is changed then.
    pub fn link<R: Borrow<C>>(self, on: &impl Executor, parent: &P, rows: impl IntoIterator<Item = R>) -> Result<()> {
        let (links, rows) = (Links::of(self.def(), parent)?, rows.into_iter().collect::<Vec<R>>());
        write(on, |session| links.add(session, &rows))
    }

    /// Takes some rows from those of a parent. Rows that are not among them, or belong to another parent, stay as they
    /// are.
    ///
    /// SQL: `DELETE FROM "enrollments" WHERE "student_id" = ?1 AND "course_id" IN (…)`, or
    /// `UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1 AND "id" IN (…)`
    ///
    /// # Errors
    ///
    /// [`is_invalid`](Error::is_invalid) for a `has_many` relation whose foreign key cannot be `NULL`: delete such rows
    /// instead.
    pub fn unlink<R: Borrow<C>>(self, on: &impl Executor, parent: &P, rows: impl IntoIterator<Item = R>) -> Result<()> {
        let (links, rows) = (Links::of(self.def(), parent)?, rows.into_iter().collect::<Vec<R>>());
        let keys = links.keys(&rows)?;
        write(on, |session| links.remove(session, Among::These(keys)))
    }

    /// Makes some rows those of a parent: links what is missing and unlinks what is not among them. Links that stay are
    /// not touched, so that what else their rows hold is kept.
    ///
    /// # Errors
    ///
    /// As [`link`](Relation::link) and [`unlink`](Relation::unlink).
    pub fn set<R: Borrow<C>>(self, on: &impl Executor, parent: &P, rows: impl IntoIterator<Item = R>) -> Result<()> {
        let (links, rows) = (Links::of(self.def(), parent)?, rows.into_iter().collect::<Vec<R>>());
        let keys = links.keys(&rows)?;
        write(on, |session| {
            links.remove(session, Among::AllBut(keys))?;
            links.add(session, &rows)
        })
    }

    /// Takes all rows from a parent.
    ///
    /// SQL: `DELETE FROM "enrollments" WHERE "student_id" = ?1`, or
    /// `UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1`
    ///
    /// # Errors
    ///
    /// As [`unlink`](Relation::unlink).
    pub fn clear(self, on: &impl Executor, parent: &P) -> Result<()> {
        let links = Links::of(self.def(), parent)?;
        write(on, |session| links.remove(session, Among::All))
    }
}

fn write(on: &impl Executor, work: impl FnOnce(&mut Session<'_>) -> Result<()>) -> Result<()> {
    on.run(Access::Write, |session| session.atomic(work))
}

/// Inserts links that are not there yet; the values are those of both sides, link after link.
pub(crate) fn insert_pairs(
    session: &mut Session<'_>,
    relation: &'static RelationDef,
    through: &'static Through,
    values: &[Value<'static>],
) -> Result<()> {
    let values = written_once(through, values)?;
    let width = through.columns().count();
    for values in values.chunks(width * rows_at_once(width, session.dialect())) {
        session.execute(&sql::insert_links(relation, through, values.to_vec(), session.dialect()))?;
    }
    Ok(())
}

/// The values for the columns of a join table. What both sides hold, as the key of a tenant, is one column.
fn written_once<'v>(through: &'static Through, values: &'v [Value<'static>]) -> Result<Cow<'v, [Value<'static>]>> {
    let (left, right) = (through.left, through.right);
    if right.iter().all(|column| !left.contains(column)) {
        return Ok(Cow::Borrowed(values));
    }
    let mut once = Vec::with_capacity(values.len());
    for link in values.chunks(left.len() + right.len()) {
        let (of_left, of_right) = link.split_at(left.len());
        once.extend_from_slice(of_left);
        for (column, value) in right.iter().zip(of_right) {
            match left.iter().position(|other| other == column) {
                None => once.push(value.clone()),
                Some(at) if of_left[at] == *value => {}
                Some(_) => {
                    let table = through.table;
                    return Err(Error::invalid(format!("the two rows of a link differ in `{table}.{column}`")));
                }
            }
        }
    }
    Ok(Cow::Owned(once))
}

/// The links of one parent.
struct Links {
    relation: &'static RelationDef,
    /// The parent's key.
    owner: Vec<Value<'static>>,
}

impl Links {
    fn of<P: Model>(relation: &'static RelationDef, parent: &P) -> Result<Self> {
        if relation.kind == RelationKind::HasMany && relation.through.is_some() {
            return Err(Error::invalid(format!(
                "`{}` leads over two relations, and cannot be written; write the one in between",
                relation.path()
            )));
        }
        if relation.tag.is_some() {
            return Err(Error::invalid(format!(
                "`{}` is the other side of a polymorphic relation, and cannot be written; set the tag and the key of the rows",
                relation.path()
            )));
        }
        let owner = relation.from_columns.iter().map(|&column| Ok(parent.encode(column)?.into_owned()));
        Ok(Links { relation, owner: owner.collect::<Result<_>>()? })
    }

    /// The keys by which the rows are known: those that the join table holds, or their own.
    fn keys<C: Model, R: Borrow<C>>(&self, rows: &[R]) -> Result<Keys> {
        let columns = if self.relation.through.is_some() { self.relation.to_columns } else { C::PRIMARY_KEY };
        keys_of(rows.iter().map(Borrow::borrow), columns)
    }

    fn add<C: Model, R: Borrow<C>>(&self, session: &mut Session<'_>, rows: &[R]) -> Result<()> {
        match &self.relation.through {
            Some(through) => self.insert_links(session, through, rows),
            None => self.adopt(session, rows),
        }
    }

    fn insert_links<C: Model, R: Borrow<C>>(
        &self,
        session: &mut Session<'_>,
        through: &'static Through,
        rows: &[R],
    ) -> Result<()> {
        let mut values = Vec::with_capacity(rows.len() * (through.left.len() + through.right.len()));
        for row in rows {
            values.extend_from_slice(&self.owner);
            for &column in self.relation.to_columns {
                values.push(row.borrow().encode(column)?.into_owned());
            }
        }
        insert_pairs(session, self.relation, through, &values)
    }

    /// Points the foreign keys of the rows to the parent.
    fn adopt<C: Model, R: Borrow<C>>(&self, session: &mut Session<'_>, rows: &[R]) -> Result<()> {
        let keys = self.keys(rows)?;
        let wanted = keys.len() as u64;
        if wanted == 0 {
            return Ok(());
        }
        let changed = session.execute(&sql::adopt(self.relation, &self.owner, keys, session.dialect()))?;
        if changed == wanted { Ok(()) } else { Err(Error::not_found(C::TABLE)) }
    }

    fn remove(&self, session: &mut Session<'_>, which: Among) -> Result<()> {
        let sql = if let Some(through) = &self.relation.through {
            sql::delete_links(self.relation, through, &self.owner, which, session.dialect())
        } else {
            self.check_releasable()?;
            sql::release(self.relation, &self.owner, which, session.dialect())
        };
        session.execute(&sql)?;
        Ok(())
    }

    fn check_releasable(&self) -> Result<()> {
        let to = (self.relation.to)();
        let fixed = self.relation.to_columns.iter().map(|&column| &to.columns[column]).find(|key| !key.nullable);
        fixed.map_or(Ok(()), |key| {
            Err(Error::invalid(format!(
                "`{}` cannot let go of a row: `{}.{}` must not be NULL; delete the row, or link it to another parent",
                self.relation.path(),
                to.model,
                key.field
            )))
        })
    }
}
