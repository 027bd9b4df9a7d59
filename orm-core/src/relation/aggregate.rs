//! Aggregates of a relation for each parent: count, sum, average, minimum, maximum, presence.

use std::fmt;
use std::marker::PhantomData;

use super::{Named, Relation};
use crate::ast;
use crate::ast::Function;
use crate::column::Column;
use crate::error::{Error, Result};
use crate::loaded::{Extent, Kind, NoSlot, Record};
use crate::mapped::Mapped;
use crate::prefetch::{
    Branch, Context, Fetch, KeysOfParents, Owner, Parents, Prefetch, RelationOf, RelationRows, form_of_keys,
};
use crate::relation::Arc;
use crate::row::{Row, RowSink};
use crate::schema::RelationDef;
use crate::sql::{self, Held, Request, Sql};
use crate::types::{ColumnType, Comparable, Summable};

/// An aggregate of the rows that a relation leads to, for each parent.
#[doc(alias = "annotate")]
#[doc(alias = "withCount")]
#[doc(alias = "counter_cache")]
///
/// Prefetched with a name, it takes one statement for all parents:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// struct CourseCount;
/// let students = Student::query().prefetch(Student::courses().count().named(CourseCount)).all(&db)?;
/// let count: &u64 = students[0].named(CourseCount);
/// # Ok(())
/// # }
/// ```
///
/// It can also be compared, ordered by and selected, and is then a subquery in the statement for the parents:
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let busiest = Student::query().order_by(Student::courses().count().desc()).limit(10).all(&db)?;
/// let late = Student::query().filter(Student::courses().min(Course::title()).gt("M")).all(&db)?;
/// let counts = Student::query().select((Student::id(), Student::courses().count())).all(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// For a parent without related rows, `count` is 0 and `presence` false. The others are `NULL`, which satisfies no
/// comparison and by default comes before all values.
#[must_use = "an aggregate does nothing until it is named and prefetched, compared, ordered by or selected"]
pub struct Aggregate<P, V> {
    pub(super) fetched: Arc<RelationRows>,
    pub(super) function: ast::Aggregate,
    /// Makes the value of a parent without rows.
    of_nothing: fn() -> V,
    parent: PhantomData<fn() -> P>,
}

impl<P, V> Clone for Aggregate<P, V> {
    fn clone(&self) -> Self {
        let (fetched, function) = (Arc::clone(&self.fetched), self.function);
        Aggregate { fetched, function, of_nothing: self.of_nothing, parent: PhantomData }
    }
}

impl<P: Mapped, C: Mapped, K: Kind, const AT: usize, Row, E: Extent, B: Record<Model = C>>
    Relation<P, C, K, AT, Row, E, B>
{
    /// Counts the related rows of each parent, as a `u64`.
    pub fn count(self) -> Aggregate<P, u64> {
        self.aggregate(ast::Aggregate::COUNT, || 0)
    }

    /// Whether a parent has related rows, as a `bool`.
    pub fn presence(self) -> Aggregate<P, bool> {
        self.aggregate(ast::Aggregate::Presence, || false)
    }

    /// Sums a column, for each parent; `None` if all values are `NULL`.
    pub fn sum<T: Summable>(self, column: Column<C, T>) -> Aggregate<P, Option<T::Sum>> {
        self.aggregate(ast::Aggregate::Of(Function::Sum, Some(column.index())), || None)
    }

    /// Averages a column, for each parent; `None` if all values are `NULL`.
    pub fn avg<T: Summable>(self, column: Column<C, T>) -> Aggregate<P, Option<f64>> {
        self.aggregate(ast::Aggregate::Of(Function::Average, Some(column.index())), || None)
    }

    /// The minimum of a column, for each parent; `None` if all values are `NULL`.
    pub fn min<T: Comparable>(self, column: Column<C, T>) -> Aggregate<P, Option<T::Value>> {
        self.aggregate(ast::Aggregate::Of(Function::Min, Some(column.index())), || None)
    }

    /// The maximum of a column, for each parent; `None` if all values are `NULL`.
    pub fn max<T: Comparable>(self, column: Column<C, T>) -> Aggregate<P, Option<T::Value>> {
        self.aggregate(ast::Aggregate::Of(Function::Max, Some(column.index())), || None)
    }

    fn aggregate<V>(mut self, function: ast::Aggregate, of_nothing: fn() -> V) -> Aggregate<P, V> {
        if self.fetched.draft.select.is_limited() {
            let path = self.def().path();
            let refusal = Error::invalid(format!("`{path}` is limited, so it cannot be counted or summed"));
            self.fetched_mut().draft.remember(refusal);
        }
        Aggregate { fetched: self.fetched, function, of_nothing, parent: PhantomData }
    }
}

impl<P, V> Aggregate<P, V> {
    pub(crate) fn def(&self) -> &'static RelationDef {
        self.fetched.relation
    }

    /// Gives the aggregate a name: a unit struct that you declare. Read it with `row.named(Name)`.
    pub fn named<N>(self, name: N) -> Named<N, Self> {
        Named::new(self, name)
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, V> RelationOf<P> for Aggregate<P, V> {
    type Slot = NoSlot;
    type Loads = Self;

    fn loads(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P: Mapped, V: ColumnType + Clone> Prefetch for Aggregate<P, V> {
    type State = V;

    fn fetch(&self) -> Fetch {
        Fetch::Value(Arc::clone(&self.fetched), self.function)
    }

    fn start<'q>(&'q self, _whole: bool) -> Box<dyn Branch<V> + 'q> {
        Box::new(Computing { of: self, asked: None })
    }
}

impl<P, V> fmt::Debug for Aggregate<P, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.function.describe(), self.def().path())
    }
}

/// An aggregate that is being computed for the parents of one query.
struct Computing<'q, P, V> {
    of: &'q Aggregate<P, V>,
    asked: Option<Asked<V>>,
}

struct Asked<V> {
    sql: Sql,
    of_parents: KeysOfParents,
    values: Values<V>,
}

impl<P, V: ColumnType + Clone> Branch<V> for Computing<'_, P, V> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if self.asked.is_some() {
            return Ok(());
        }
        let RelationRows { relation, draft, .. } = &*self.of.fetched;
        let parent_keys = parents.keys(relation.from_columns)?;
        if parent_keys.keys.is_empty() {
            return Ok(());
        }
        let form = form_of_keys(relation, &parent_keys.keys, context);
        let owner = Owner::of(form, &parent_keys.keys, context);
        let held = Held::of_each(self.of.function, draft.select.table);
        let values = Values { relation, owner, held, of_keys: vec![None; parent_keys.keys.len()] };
        let keys = (form, parent_keys.keys);
        let sql = sql::aggregate(relation, &draft.select, self.of.function, keys, context.dialect);
        let asked = self.asked.insert(Asked { sql, of_parents: parent_keys.of_parents, values });
        wanted.push(Request { sql: &asked.sql, sink: &mut asked.values });
        Ok(())
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<V>> {
        let Some(Asked { of_parents, values, .. }) = self.asked else {
            return Ok(vec![(self.of.of_nothing)(); parents.count()]);
        };
        let of_key = |key: Option<usize>| key.and_then(|key| values.of_keys.get(key)).cloned().flatten();
        Ok(of_parents.iter().map(|key| of_key(key).unwrap_or_else(self.of.of_nothing)).collect())
    }
}

/// Takes rows of an owner and a value.
struct Values<V> {
    relation: &'static RelationDef,
    owner: Owner,
    /// The type of the values, if it is the type of a column.
    held: Option<Held>,
    of_keys: Vec<Option<V>>,
}

impl<V: ColumnType> RowSink for Values<V> {
    fn row(&mut self, row: Row<'_>) -> Result<()> {
        let key = self.owner.key(row.int(0)?);
        let read = |value| self.held.map_or(Ok(value), |held| held.form.read(value, held.sql_type));
        let value = row.value(1).and_then(read).and_then(V::decode);
        let value = value.map_err(|mismatch| Error::computed(self.relation, mismatch))?;
        if let Some(place) = key.and_then(|key| self.of_keys.get_mut(key.index())) {
            *place = Some(value);
        }
        Ok(())
    }
}
