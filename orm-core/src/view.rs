//! Views: user-defined structs that read part of a model, with related rows as plain fields.
//!
//! A field is read from a [`Source`]: a column, a column of a to-one relation, or a relation. The derive names the
//! sources; here they become a [`Layout`], which says what is selected, and a [`Loader`], which loads the relations.

mod checked;
mod loading;
mod nesting;
mod source;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::ast::Expr;
use crate::error::Result;
use crate::loaded::{Extent, Kind, Name, Record, stored_value};
use crate::mapped::Mapped;
use crate::prefetch::{Loader, Plain, Slotted};
use crate::query::Query;
use crate::relation::{AnyDepth, Relation};
use crate::row::Row;
use crate::schema::RelationDef;
use crate::value::{Value, ValueRef};

pub use checked::{check_field, field_leads};
pub use loading::{FieldLoader, ViewLoader};
pub use nesting::{Answer, Empty, Fuel, Held, Leads, More, No, towards};
pub use source::{RelatedColumn, Source, To, check_through, through};

/// A struct that rows of a model can be read as: one with `#[derive(View)]`, or the model itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a view nor a model",
    label = "rows cannot be read as this",
    note = "derive it: `#[derive(View)] #[view(of = Student)] struct {Self} {{ first_name: String, .. }}`"
)]
pub trait View: Sized + 'static {
    /// The model.
    type Model: Mapped;

    /// The part of a row that is read before relations are added.
    #[doc(hidden)]
    type Base: Record<Model = Self::Model>;

    /// The path and name of the view's type, which identifies it.
    #[doc(hidden)]
    const NAME: &'static str;

    /// Whether the rows in its fields lead to the view `T`.
    #[doc(hidden)]
    type Leads<T: View, F: Fuel>: Answer;

    /// How it is cloned, if it can be.
    #[doc(hidden)]
    const CLONE: Option<fn(&Self) -> Self>;

    /// What is fetched for the rows, and the loader that makes views.
    #[doc(hidden)]
    fn loads() -> ViewLoads<Self>;
}

#[diagnostic::do_not_recommend]
impl<M: Mapped> View for M {
    type Model = M;
    type Base = M;

    const NAME: &'static str = "";
    type Leads<T: View, F: Fuel> = No;
    const CLONE: Option<fn(&M) -> M> = M::CLONE;

    fn loads() -> ViewLoads<M> {
        (Vec::new(), Arc::new(Plain))
    }
}

/// What is fetched for the rows of a view, and the loader that makes views.
pub type ViewLoads<V> = (Vec<Slotted>, Arc<dyn Loader<<V as View>::Base, V>>);

/// A view of the model `M`.
///
/// This is a trait besides [`View`], so that the compiler's message contains the model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view of `{M}`",
    label = "does not read rows of `{M}`",
    note = "a view says which model it reads: `#[derive(View)] #[view(of = {M})]`"
)]
pub trait ViewOf<M>: View<Model = M> {}

impl<M, V: View<Model = M>> ViewOf<M> for V {}

/// The fields of a view; the derive implements it.
///
/// This is a trait besides [`View`], which models implement too: a model has no draft.
pub trait ViewFields: Sized + 'static {
    /// The model.
    type Model: Mapped;

    /// The fields that have been read so far.
    type Draft: 'static;

    /// Returns what is selected for them.
    fn layout() -> &'static Layout;

    /// Reads the fields that are columns of a row, in their order.
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not fit its Rust type.
    fn read(from: &mut Reader<'_>) -> Result<Self::Draft>;

    /// Returns the fields that separate statements load.
    fn loaded_fields() -> Vec<FieldLoader<Self>>;

    /// Returns the view, if all fields are set.
    fn complete(draft: Self::Draft) -> Option<Self>;
}

impl<M: Mapped> Query<M> {
    /// Reads the rows as views instead of as models: only the columns of the view are selected, and its relations are
    /// loaded by one statement for each.
    #[doc(alias = "project")]
    #[doc(alias = "projection")]
    #[doc(alias = "into_partial_model")]
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # #[derive(orm::View)] #[view(of = Student)] struct StudentCard { last_name: String }
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let cards: Vec<StudentCard> = Student::query().view::<StudentCard>().all(&db)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// SQL: `SELECT t0."first_name", t1."name", t0."id", t1."id" FROM "students" AS t0 LEFT JOIN "departments" AS t1 ON …`
    pub fn view<V: ViewOf<M>>(self) -> Query<M, V, V::Base> {
        let mut draft = self.into_draft();
        let (below, loader) = V::loads();
        draft.select.outputs = V::Base::outputs();
        draft.fetch_all(below);
        Query::from_parts(draft, loader)
    }
}

/// What is selected for a view.
pub struct Layout {
    outputs: Arc<[Expr]>,
    /// The names that the columns of a raw SQL statement must have.
    names: Vec<Name>,
    /// The positions of the columns by which related rows are found.
    keys: Vec<(usize, usize)>,
    /// The positions that say whether a to-one relation leads to a row.
    presences: Vec<(&'static RelationDef, usize)>,
}

/// What a field needs from the statement for the rows.
pub struct Described {
    /// What is selected for it, and whether it is a column of the model.
    pub output: Option<Expr>,
    /// The columns by which its rows are found, if a separate statement loads them.
    pub keys: &'static [usize],
}

impl Layout {
    /// Returns the layout of some fields, in their order.
    #[must_use]
    pub fn of<M: Mapped>(fields: &[(&'static str, Described)]) -> Self {
        let mut layout = Layout { outputs: Arc::new([]), names: Vec::new(), keys: Vec::new(), presences: Vec::new() };
        let mut outputs = Vec::new();
        for (field, described) in fields {
            let Some(output) = &described.output else { continue };
            layout.names.push(match output {
                Expr::Column(column) => Name::Required(M::TABLE.columns[*column].name),
                _ => Name::Required(field),
            });
            outputs.push(output.clone());
        }
        layout.add_presences(&mut outputs);
        layout.add_keys::<M>(&mut outputs, fields);
        layout.outputs = outputs.into();
        layout
    }

    /// A related row with a `NULL` column is distinguished from a missing one by the column that it is found by.
    fn add_presences(&mut self, outputs: &mut Vec<Expr>) {
        for at in 0..outputs.len() {
            let Expr::Joined(relation, _) = outputs[at] else { continue };
            let column = relation.to_columns.first().copied().unwrap_or_default();
            if self.presence(relation).is_none() {
                let is_there = |output: &Expr| output.is_joined(relation, column);
                let position = outputs.iter().position(is_there).unwrap_or_else(|| {
                    outputs.push(Expr::Joined(relation, column));
                    self.names.push(Name::None);
                    outputs.len() - 1
                });
                self.presences.push((relation, position));
            }
        }
    }

    /// The primary key, and the columns that relations start at.
    fn add_keys<M: Mapped>(&mut self, outputs: &mut Vec<Expr>, fields: &[(&'static str, Described)]) {
        let of_fields: Vec<usize> = fields.iter().flat_map(|(_, described)| described.keys).copied().collect();
        for &column in M::PRIMARY_KEY.iter().chain(&of_fields) {
            if self.keys.iter().any(|&(other, _)| other == column) {
                continue;
            }
            let is_there = |output: &Expr| matches!(output, Expr::Column(other) if *other == column);
            let position = outputs.iter().position(is_there).unwrap_or_else(|| {
                outputs.push(Expr::Column(column));
                let name = M::TABLE.columns[column].name;
                let needed = of_fields.contains(&column);
                self.names.push(if needed { Name::Required(name) } else { Name::Optional(name) });
                outputs.len() - 1
            });
            self.keys.push((column, position));
        }
    }

    fn presence(&self, relation: &RelationDef) -> Option<usize> {
        self.presences.iter().find(|(other, _)| other.is_same(relation)).map(|&(_, position)| position)
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&*self.outputs).finish()
    }
}

impl fmt::Debug for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.output.fmt(f)
    }
}

/// A row whose values are read into the fields of a view, one after the other.
pub struct Reader<'r> {
    row: Row<'r>,
    start: usize,
    next: usize,
    layout: &'static Layout,
}

impl<'r> Reader<'r> {
    /// The next value.
    fn next(&mut self) -> Result<ValueRef<'r>, crate::value::Mismatch> {
        let at = self.start + self.next;
        self.next += 1;
        self.row.value(at)
    }

    /// Whether a to-one relation leads to a row.
    fn is_present(&self, relation: &RelationDef) -> bool {
        let presence = self.layout.presence(relation).map(|position| self.row.value(self.start + position));
        presence.is_some_and(|value| value != Ok(ValueRef::Null))
    }

    /// The row, described for a message.
    fn describe<M: Mapped>(&self) -> String {
        let key = M::PRIMARY_KEY.iter().map(|column| {
            let at = self.layout.keys.iter().find(|(other, _)| other == column).map(|&(_, at)| self.start + at);
            match at.map(|at| self.row.value(at)) {
                Some(Ok(ValueRef::Int(value))) => value.to_string(),
                Some(Ok(ValueRef::Text(value))) => format!("{value:?}"),
                _ => "?".to_owned(),
            }
        });
        format!("`{}` {}", M::TABLE.model, key.collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader at {}", self.next)
    }
}

/// A row of a view before relations are added.
pub struct ViewRow<V: ViewFields> {
    draft: V::Draft,
    /// The values of the layout's keys. Usually there is only one, which needs no allocation.
    key: Value<'static>,
    more_keys: Box<[Value<'static>]>,
}

impl<V: ViewFields> Record for ViewRow<V> {
    type Model = V::Model;

    fn outputs() -> Option<Arc<[Expr]>> {
        Some(Arc::clone(&V::layout().outputs))
    }

    fn names() -> Vec<Name> {
        V::layout().names.clone()
    }

    fn width() -> usize {
        V::layout().outputs.len()
    }

    fn position(column: usize) -> Option<usize> {
        let is_there = |output: &Expr| matches!(output, Expr::Column(other) if *other == column);
        V::layout().outputs.iter().position(is_there)
    }

    fn decode(row: Row<'_>, at: usize) -> Result<Self> {
        let layout = V::layout();
        let draft = V::read(&mut Reader { row, start: at, next: 0, layout })?;
        let value = |&(column, position): &(usize, usize)| stored_value::<V::Model>(row, at + position, column);
        let key = layout.keys.first().map_or(Ok(Value::Null), value)?;
        let more_keys = layout.keys.iter().skip(1).map(value).collect::<Result<_>>()?;
        Ok(ViewRow { draft, key, more_keys })
    }

    fn encode(&self, column: usize) -> Result<Value<'_>> {
        match V::layout().keys.iter().position(|&(other, _)| other == column) {
            Some(0) => Ok(self.key.clone()),
            Some(at) => Ok(self.more_keys[at - 1].clone()),
            None => crate::mapped::no_such_column::<V::Model>(column),
        }
    }
}

impl<V: ViewFields> fmt::Debug for ViewRow<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row of {}", V::Model::TABLE.model)
    }
}

impl<P: Mapped, M: Mapped, K: Kind, const AT: usize, E: Extent> Relation<P, M, K, AT, M, E> {
    /// Loads the rows as views instead of as models: only the columns of the view are selected.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
    /// # #[derive(orm::View, Clone)] #[view(of = Course)] struct CourseCard { title: String }
    /// # fn main() -> Result<()> {
    /// # let db = school()?;
    /// let students = Student::query().prefetch(Student::courses().view::<CourseCard>()).all(&db)?;
    /// let courses: &Many<CourseCard> = students[0].courses();
    /// # Ok(())
    /// # }
    /// ```
    pub fn view<V: ViewOf<M>>(self) -> Relation<P, M, K, AT, V, E, V::Base> {
        let (below, loader) = V::loads();
        self.read_as(V::Base::outputs(), below, loader)
    }
}

/// The types that a source only names.
type Types<T> = PhantomData<fn() -> T>;

impl<M: Mapped, K: Kind, const AT: usize, E: Extent> AnyDepth<Relation<M, M, K, AT, M, E>> {
    /// Loads the rows of the tree as views instead of as models: only the columns of the view are selected, and those by
    /// which the next level is found.
    pub fn view<V: ViewOf<M>>(self) -> AnyDepth<Relation<M, M, K, AT, V, E, V::Base>> {
        self.map(|relation| relation.view::<V>().with_node_keys())
    }
}
