//! Linking rows by to-many relations.

use std::borrow::{Borrow, Cow};
use std::collections::HashSet;

use super::{FIRST_VERSION, Insertable, RowsOf, new_rows_at_once, values_by_columns};
use crate::access::Access;
use crate::db::{On, Performs, Run, Session, write};
use crate::error::{Error, Result};
use crate::loaded::ToMany;
use crate::mapped::Mapped;
use crate::prefetch::keys_of;
use crate::query::Number;
use crate::relation::{JoinedBy, Relation};
use crate::schema::{RelationDef, RelationKind, Table, Through};
use crate::sql::{self, Held, Known, NewLinks, WhichRows};
use crate::types::{Keys, append_bytes};
use crate::value::{Timestamp, Value};

/// Links between a parent and its related rows.
///
/// For a many-to-many relation the links are rows of the join table; for `has_many` they are the foreign keys of the
/// related rows. Each call is one transaction, or a part of the transaction that it receives. Rows that were loaded
/// before do not change: load them again.
impl<P: Mapped, C: Mapped, const AT: usize> Relation<P, C, ToMany, AT> {
    /// Links rows to a parent. An existing link does not change, even if the join table has no unique key; a `has_many`
    /// row moves from its previous parent to this one.
    ///
    /// New rows of a join model have the relation's tag and the defaults of the model's fields. If a field needs a
    /// value, call [`link_with`](Relation::link_with).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let ada = ada(&db)?;
    /// # let (algebra, geometry) = (course(&db, "Algebra")?, course(&db, "Geometry")?);
    /// Student::courses().link(&db, &ada, [&algebra, &geometry])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `INSERT INTO "enrollments" ("student_id", "course_id") VALUES (?1, ?2), …
    /// ON CONFLICT ("student_id", "course_id") DO NOTHING`, or
    /// `UPDATE "courses" SET "department_id" = ?1 WHERE "id" IN (…)`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_foreign_key_violation`](Error::is_foreign_key_violation) or
    /// [`is_not_found`](Error::is_not_found) if a row does not exist, and one that [`is_ignored`](Error::is_ignored) if
    /// the database ignores a link; then nothing is changed.
    #[doc(alias = "add")]
    #[doc(alias = "attach")]
    #[doc(alias = "connect")]
    #[track_caller]
    pub fn link<'e, Mode: Performs<Result<Relinked>, ()>>(
        self,
        on: &'e impl Run<Mode = Mode>,
        parent: &P,
        rows: impl RowsOf<C>,
    ) -> Mode::Outcome<'e, ()> {
        let relinked = Links::of(self.def(), parent).and_then(|links| {
            let added = links.added::<C, _>(&rows.into_rows())?;
            Ok(Relinked { added: Some(added), ..Relinked::of(links) })
        });
        write(on, relinked, Relinked::write)
    }

    /// Unlinks rows from a parent. Rows that are not linked, or are linked to another parent, do not change.
    ///
    /// SQL: `DELETE FROM "enrollments" WHERE "student_id" = ?1 AND "course_id" IN (…)`, or
    /// `UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1 AND "id" IN (…)`
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_invalid`](Error::is_invalid) for a `has_many` relation whose foreign key is not
    /// nullable: delete such rows instead.
    #[doc(alias = "remove")]
    #[doc(alias = "detach")]
    #[doc(alias = "disconnect")]
    #[track_caller]
    pub fn unlink<'e, Mode: Performs<Result<Relinked>, ()>>(
        self,
        on: &'e impl Run<Mode = Mode>,
        parent: &P,
        rows: impl RowsOf<C>,
    ) -> Mode::Outcome<'e, ()> {
        let relinked = Links::of(self.def(), parent).and_then(|links| {
            let keys = links.keys::<C, _>(&rows.into_rows())?;
            Ok(Relinked { removed: Some(WhichRows::These(keys)), ..Relinked::of(links) })
        });
        write(on, relinked, Relinked::write)
    }

    /// Links exactly these rows to a parent: adds missing links and removes all others. Links that stay are not
    /// changed, so other columns of the join table are kept. If the join table has no unique key and has a link several
    /// times, one of them stays.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`link`](Relation::link) and [`unlink`](Relation::unlink).
    #[doc(alias = "sync")]
    #[track_caller]
    pub fn set<'e, Mode: Performs<Result<Relinked>, ()>>(
        self,
        on: &'e impl Run<Mode = Mode>,
        parent: &P,
        rows: impl RowsOf<C>,
    ) -> Mode::Outcome<'e, ()> {
        let relinked = Links::of(self.def(), parent).and_then(|links| {
            let rows = rows.into_rows();
            let (keys, added) = (links.keys::<C, _>(&rows)?, links.added::<C, _>(&rows)?);
            Ok(Relinked { removed: Some(WhichRows::AllBut(keys)), added: Some(added), ..Relinked::of(links) })
        });
        write(on, relinked, Relinked::write)
    }

    /// Unlinks all rows from a parent.
    ///
    /// SQL: `DELETE FROM "enrollments" WHERE "student_id" = ?1`, or
    /// `UPDATE "courses" SET "department_id" = NULL WHERE "department_id" = ?1`
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`unlink`](Relation::unlink).
    #[track_caller]
    pub fn clear<'e, Mode: Performs<Result<Relinked>, ()>>(
        self,
        on: &'e impl Run<Mode = Mode>,
        parent: &P,
    ) -> Mode::Outcome<'e, ()> {
        let links = Links::of(self.def(), parent);
        let relinked = links.map(|links| Relinked { removed: Some(WhichRows::All), ..Relinked::of(links) });
        write(on, relinked, Relinked::write)
    }
}

/// Links with more columns than the two keys.
impl<P: Mapped, C: Mapped, const AT: usize> Relation<P, C, ToMany, AT> {
    /// Links rows to a parent, as [`link`](Relation::link) does, with rows of the join model that a function makes from
    /// the two rows. An existing link does not change.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// # let ada = ada(&db)?;
    /// # let (algebra, geometry) = (course(&db, "Algebra")?, course(&db, "Geometry")?);
    /// Student::courses().link_with(&db, &ada, [&algebra, &geometry], |ada, course| NewEnrollment {
    ///     student_id: ada.id,
    ///     course_id: course.id,
    ///     grade: Some(90),
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: the same as [`link`](Relation::link), with all columns of the new rows.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`link`](Relation::link), and one that [`is_invalid`](Error::is_invalid) if a new row
    /// refers to other rows than these two, or has another tag than the relation.
    #[track_caller]
    pub fn link_with<'e, R, N, Mode>(
        self,
        on: &'e impl Run<Mode = Mode>,
        parent: &P,
        rows: impl IntoIterator<Item = R>,
        link: impl FnMut(&P, &C) -> N,
    ) -> Mode::Outcome<'e, ()>
    where
        R: Borrow<C>,
        N: Insertable,
        P: JoinedBy<AT, N::Model>,
        Mode: Performs<Result<Relinked>, ()>,
    {
        let relinked = Links::of(self.def(), parent).and_then(|links| {
            let added = links.added_with(parent, rows, link)?;
            Ok(Relinked { added: Some(added), ..Relinked::of(links) })
        });
        write(on, relinked, Relinked::write)
    }
}

/// The changes of the links of one parent.
pub struct Relinked {
    links: Links,
    removed: Option<WhichRows>,
    added: Option<Added>,
}

/// Links that are added.
enum Added {
    /// Rows of a join table: the values of both sides, link after link.
    Pairs(Vec<Value<'static>>),
    /// Rows of a join table, with all columns.
    Rows(Vec<NewLinks>),
    /// Rows whose foreign keys are set to the parent, by their own keys.
    Adopted(Keys),
}

impl Relinked {
    fn of(links: Links) -> Self {
        Relinked { links, removed: None, added: None }
    }

    /// Removes links, and then adds others, atomically.
    fn write(relinked: Result<Self>, on: On<'_>) -> Result<()> {
        let Relinked { links, removed, added } = relinked?;
        on.run(Access::Write, |session| {
            session.atomic(|session| {
                let is_set = removed.is_some() && added.is_some();
                removed.map_or(Ok(()), |which| links.remove(session, which))?;
                if is_set {
                    links.remove_doubled(session)?;
                }
                added.map_or(Ok(()), |added| links.add(session, added))
            })
        })
    }
}

/// Inserts missing links; the values are those of both sides, link after link.
pub(crate) fn insert_pairs(
    session: &mut Session<'_>,
    relation: &'static RelationDef,
    through: &'static Through,
    values: &[Value<'static>],
) -> Result<()> {
    let keys = written_once(through, values)?;
    let mut columns = sql::key_columns(relation, through);
    let width = columns.len().max(1);
    let defaults = Defaults::of(through);
    columns.extend(defaults.columns());
    let mut values = Vec::with_capacity(keys.len() / width * columns.len());
    let now = Timestamp::now();
    for link in keys.chunks(width) {
        values.extend_from_slice(link);
        defaults.append_to(&mut values, now)?;
    }
    insert(session, relation, through, NewLinks { columns, keys: Vec::new(), values })
}

/// The columns of a new row of a join model besides the keys: its tag, and defaults.
struct Defaults {
    table: Option<&'static Table>,
    tag: Option<(usize, &'static str)>,
    columns: Vec<usize>,
}

impl Defaults {
    fn of(through: &'static Through) -> Self {
        let Some(table) = through.model.map(|table| table()) else {
            return Defaults { table: None, tag: None, columns: Vec::new() };
        };
        let version = table.version.iter().map(|version| version.column);
        let is_key = |column: &usize| through.columns().any(|key| key == table.columns[*column].name);
        let defaulted = table.defaulted.iter().copied().chain(version).chain(table.moments());
        let columns =
            through.tag.map(|(column, _)| column).into_iter().chain(defaulted.filter(|column| !is_key(column)));
        Defaults { table: Some(table), tag: through.tag, columns: columns.collect() }
    }

    fn columns(&self) -> impl Iterator<Item = (&'static str, Held)> + '_ {
        let column = |table: &'static Table, at: usize| (table.columns[at].name, Held::by(&table.columns[at]));
        self.table.into_iter().flat_map(move |table| self.columns.iter().map(move |&at| column(table, at)))
    }

    fn append_to(&self, values: &mut Vec<Value<'static>>, now: Timestamp) -> Result<()> {
        let Some(table) = self.table else { return Ok(()) };
        for &column in &self.columns {
            let is_version = table.version.as_ref().is_some_and(|version| version.column == column);
            let is_moment = table.moments().any(|moment| moment == column);
            let tag = self.tag.filter(|(tagged, _)| *tagged == column).map(|(_, tag)| tag);
            values.push(match (tag, is_version, is_moment) {
                (Some(tag), ..) => Value::Text(tag.into()),
                (_, true, _) => FIRST_VERSION,
                (_, _, true) => table.moment(column, now),
                _ => {
                    let refused = |mismatch| Error::encode(table, &table.columns[column], mismatch);
                    (table.default_of)(column).map_err(refused)?
                }
            });
        }
        Ok(())
    }
}

/// Inserts the missing ones of some new links.
fn insert(
    session: &mut Session<'_>,
    relation: &'static RelationDef,
    through: &'static Through,
    mut new: NewLinks,
) -> Result<()> {
    new.keys = through.columns().filter_map(|key| new.columns.iter().position(|(name, _)| *name == key)).collect();
    let new = distinct(new);
    if new.is_empty() {
        return Ok(());
    }
    let known = known(session, through)?;
    let at_once = new_rows_at_once(new.columns.iter().map(|(_, held)| held.sql_type), session.dialect());
    for values in new.values.chunks(new.columns.len() * at_once) {
        let new = NewLinks { values: values.to_vec(), ..new.clone() };
        let (sent, keys) = (new.len(), new.only_keys());
        let inserted = session.execute(&sql::insert_links(through, new, known, session.dialect()));
        let inserted = inserted.map_err(|error| error.of_link(relation, through))?;
        if inserted < sent as u64 && may_ignore(session, through)? {
            check_all_are_there(session, through, keys)?;
        }
    }
    Ok(())
}

/// The links without later ones with the same keys.
fn distinct(new: NewLinks) -> NewLinks {
    let (mut seen, mut values) = (HashSet::new(), Vec::with_capacity(new.values.len()));
    for row in new.values.chunks(new.columns.len().max(1)) {
        let mut key = Vec::new();
        new.keys.iter().for_each(|&at| append_bytes(&mut key, &row[at]));
        if seen.insert(key) {
            values.extend_from_slice(row);
        }
    }
    NewLinks { values, ..new }
}

/// How the links of a join table are distinguished.
fn known(session: &mut Session<'_>, through: &'static Through) -> Result<Known> {
    let indexes = session.indexes()?;
    let key: Vec<&str> = through.columns().collect();
    let is_unique = indexes.is_unique(through.schema, through.table, &key, session.dialect());
    Ok(if is_unique { Known::ByKey } else { Known::ByLooking })
}

/// Whether an inserted link may be missing without an error.
fn may_ignore(session: &mut Session<'_>, through: &'static Through) -> Result<bool> {
    let indexes = session.indexes()?;
    Ok(indexes.may_have_triggers(through.schema, through.table, session.dialect()))
}

fn check_all_are_there(session: &mut Session<'_>, through: &'static Through, keys: NewLinks) -> Result<()> {
    let (sent, mut missing) = (keys.len(), Number(0));
    session.query(&sql::count_missing_links(through, keys, session.dialect()), &mut missing)?;
    match usize::try_from(missing.0) {
        Ok(0) => Ok(()),
        missing => Err(Error::ignored_in(through.table, sent, sent.saturating_sub(missing.unwrap_or(sent)))),
    }
}

/// The values for the columns of a join table. A column of both sides, such as the key of a tenant, has one value.
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
    fn of<P: Mapped>(relation: &'static RelationDef, parent: &P) -> Result<Self> {
        if relation.kind == RelationKind::HasMany && relation.through.is_some() {
            return Err(Error::invalid(format!(
                "`{}` leads through a model in between, so it cannot be written; write rows of that model",
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

    /// The keys that identify the rows: those in the join table, or their own.
    fn keys<C: Mapped, R: Borrow<C>>(&self, rows: &[R]) -> Result<Keys> {
        let columns = if self.relation.through.is_some() { self.relation.to_columns } else { C::PRIMARY_KEY };
        keys_of(rows.iter().map(Borrow::borrow), columns)
    }

    /// Rows that are linked to the parent.
    fn added<C: Mapped, R: Borrow<C>>(&self, rows: &[R]) -> Result<Added> {
        match &self.relation.through {
            Some(through) => self.pairs(through, rows).map(Added::Pairs),
            None => self.keys(rows).map(Added::Adopted),
        }
    }

    /// Does the same with rows of a join model that a function makes.
    fn added_with<P, C: Mapped, R: Borrow<C>, N: Insertable>(
        &self,
        parent: &P,
        rows: impl IntoIterator<Item = R>,
        mut link: impl FnMut(&P, &C) -> N,
    ) -> Result<Added> {
        let Some(through) = &self.relation.through else { return Ok(Added::Rows(Vec::new())) };
        let mut new = Vec::new();
        for row in rows {
            let row = row.borrow();
            let link = link(parent, row);
            self.check_joins(through, &link, row)?;
            new.push(link);
        }
        let links = values_by_columns(&new)?.into_iter().map(|(columns, values)| {
            let columns = columns.iter().map(|&at| &<N::Model as Mapped>::TABLE.columns[at]);
            let columns = columns.map(|column| (column.name, Held::by(column))).collect();
            NewLinks { columns, keys: Vec::new(), values }
        });
        Ok(Added::Rows(links.collect()))
    }

    fn add(&self, session: &mut Session<'_>, added: Added) -> Result<()> {
        match (added, &self.relation.through) {
            (Added::Pairs(values), Some(through)) => insert_pairs(session, self.relation, through, &values),
            (Added::Rows(links), Some(through)) => {
                links.into_iter().try_for_each(|links| insert(session, self.relation, through, links))
            }
            (Added::Adopted(keys), _) => self.adopt(session, keys),
            _ => Ok(()),
        }
    }

    /// The values of both sides, link after link.
    fn pairs<C: Mapped, R: Borrow<C>>(&self, through: &'static Through, rows: &[R]) -> Result<Vec<Value<'static>>> {
        let mut values = Vec::with_capacity(rows.len() * (through.left.len() + through.right.len()));
        for row in rows {
            values.extend_from_slice(&self.owner);
            for &column in self.relation.to_columns {
                values.push(row.borrow().encode(column)?.into_owned());
            }
        }
        Ok(values)
    }

    /// Sets the foreign keys of the rows to the parent.
    fn adopt(&self, session: &mut Session<'_>, keys: Keys) -> Result<()> {
        let wanted = keys.len() as u64;
        if wanted == 0 {
            return Ok(());
        }
        let changed =
            session.execute(&sql::adopt(self.relation, &self.owner, keys, Timestamp::now(), session.dialect()))?;
        if changed == wanted { Ok(()) } else { Err(Error::not_found((self.relation.to)())) }
    }

    fn remove(&self, session: &mut Session<'_>, which: WhichRows) -> Result<()> {
        if self.relation.through.is_none() {
            self.check_releasable()?;
        }
        let which = match which {
            // A list without keys has no type, which a database may need.
            WhichRows::These(keys) if keys.is_empty() => return Ok(()),
            WhichRows::AllBut(keys) if keys.is_empty() => WhichRows::All,
            which => which,
        };
        let sql = if let Some(through) = &self.relation.through {
            sql::delete_links(self.relation, through, &self.owner, which, session.dialect())
        } else {
            sql::release(self.relation, &self.owner, which, Timestamp::now(), session.dialect())
        };
        session.execute(&sql)?;
        Ok(())
    }

    /// Leaves one row for each link of the parent, if the join table allows duplicates.
    fn remove_doubled(&self, session: &mut Session<'_>) -> Result<()> {
        let Some(through) = &self.relation.through else { return Ok(()) };
        if known(session, through)? == Known::ByKey {
            return Ok(());
        }
        let dialect = session.dialect();
        let is_of_link = |key: &'static str| through.columns().any(|column| column == key);
        let of_model = through.model.map(|table| table());
        let identity: Vec<String> = match of_model {
            Some(table) if !table.names(table.primary_key).all(is_of_link) => {
                table.names(table.primary_key).map(|name| dialect.quoted(name)).collect()
            }
            _ => vec![dialect.row_identity().ok_or_else(|| doubled(through))?.to_owned()],
        };
        let identity: Vec<&str> = identity.iter().map(String::as_str).collect();
        session.execute(&sql::delete_doubled_links(self.relation, through, &self.owner, &identity, dialect))?;
        Ok(())
    }

    /// Checks that a new row of the join model contains the keys of both sides.
    fn check_joins<C: Mapped, N: Insertable>(&self, through: &'static Through, link: &N, row: &C) -> Result<()> {
        let (from, to) = ((self.relation.from)(), (self.relation.to)());
        for ((name, key), &referred) in through.left.iter().zip(&self.owner).zip(self.relation.from_columns) {
            self.check_joined(link, name, key, (from, referred))?;
        }
        for (name, &referred) in through.right.iter().zip(self.relation.to_columns) {
            self.check_joined(link, name, &row.encode(referred)?, (to, referred))?;
        }
        self.check_tagged(through, link)
    }

    /// Checks that a new row of the join model has the relation's tag.
    fn check_tagged<N: Insertable>(&self, through: &'static Through, link: &N) -> Result<()> {
        let Some((column, tag)) = through.tag else { return Ok(()) };
        if holds(link, column, &Value::Text(tag.into()))? {
            return Ok(());
        }
        let table = N::Model::TABLE;
        let (join, field) = (table.model, table.columns[column].field);
        Err(Error::invalid(format!(
            "`{}`: a new `{join}` has another tag in `{field}`; give it \"{tag}\"",
            self.relation.path()
        )))
    }

    /// Checks that a column of a new row contains a key.
    fn check_joined<N: Insertable>(
        &self,
        link: &N,
        name: &str,
        key: &Value<'_>,
        (of, referred): (&'static Table, usize),
    ) -> Result<()> {
        let table = N::Model::TABLE;
        let Some(column) = table.columns.iter().position(|column| column.name == name) else { return Ok(()) };
        if holds(link, column, key)? {
            return Ok(());
        }
        let (join, field) = (table.model, table.columns[column].field);
        let (model, referred) = (of.model, of.columns[referred].field);
        Err(Error::invalid(format!(
            "`{}`: a new `{join}` refers to another row than its `{model}`; \
             give `{field}` the `{referred}` of the row that the function receives",
            self.relation.path()
        )))
    }

    fn check_releasable(&self) -> Result<()> {
        let to = (self.relation.to)();
        let fixed = self.relation.to_columns.iter().map(|&column| &to.columns[column]).find(|key| !key.nullable);
        fixed.map_or(Ok(()), |key| {
            Err(Error::invalid(format!(
                "`{}` cannot unlink a row: `{}.{}` must not be NULL; delete the row, or link it to another parent",
                self.relation.path(),
                to.model,
                key.field
            )))
        })
    }
}

/// Whether a column of a new row has this value.
fn holds<N: Insertable>(new: &N, column: usize, value: &Value<'_>) -> Result<bool> {
    Ok(N::COLUMNS.contains(&column) && !new.leaves_out(column) && new.encode(column)? == *value)
}

fn doubled(through: &Through) -> Error {
    let (table, keys) = (through.table, through.columns().collect::<Vec<_>>().join("`, `"));
    Error::unsupported(&format!(
        "the table `{table}` has no unique key, so it may hold a link twice; make `{keys}` its primary key"
    ))
}
