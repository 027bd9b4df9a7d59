//! A relation to rows of several models being loaded: one statement for each model that some parent refers to.

use std::marker::PhantomData;

use super::keys::{Keys, ParentKeys, Slots, narrow};
use super::relation::{Asked, plan_related, unknown_keys};
use super::{Branch, Context, Parents, Plain, Request, Step};
use crate::ast::Select;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::relation::{Kind, Polymorphic, PolymorphicDef};
use crate::row::{All, Pool};
use crate::schema::{RelationDef, RelationKind};
use crate::types::SqlType;
use crate::value::Value;

/// A relation to rows of several models being loaded.
pub(crate) struct PolymorphicLoading<S, K> {
    def: PolymorphicDef,
    stage: Stage<S>,
    kind: PhantomData<fn() -> K>,
}

enum Stage<S> {
    Waiting,
    Asked(Vec<Kinds<S>>, Slots),
}

/// The rows of one kind: what is asked, and the positions of its keys among those of all kinds.
struct Kinds<S> {
    variant: Box<dyn Variant<S>>,
    slots: Vec<u32>,
}

/// One variant of an enum of models. Generated code makes them with [`variant`].
pub trait Variant<S> {
    /// The text that stands for the variant in the tag's column.
    fn tag(&self) -> &'static str;

    /// Asks for the rows with some keys.
    fn ask(&mut self, keys: Keys, context: &Context);

    /// The statement that was asked for.
    fn request(&mut self) -> Option<Request<'_>>;

    /// The rows that arrived, and the position of each key's row; `None` for a key without one.
    ///
    /// # Errors
    ///
    /// When a key leads to several rows.
    fn rows(&mut self) -> Result<(Vec<S>, Vec<Option<u32>>)>;

    /// The step that the plan shows.
    fn plan(&self, def: PolymorphicDef, context: &Context) -> Step;
}

/// A variant that holds the model `C`.
#[must_use]
pub fn variant<C: Model, S: 'static>(tag: &'static str, wrap: fn(C) -> S) -> Box<dyn Variant<S>> {
    Box::new(OfModel { tag, wrap, asked: None, keys: 0 })
}

struct OfModel<C, S> {
    tag: &'static str,
    wrap: fn(C) -> S,
    asked: Option<Asked<'static, C, C>>,
    keys: usize,
}

/// The rows of a model by its primary key.
trait ByKey: Model {
    const DEF: &'static RelationDef = &RelationDef::direct(
        "by key",
        RelationKind::BelongsTo,
        (Self::table, Self::PRIMARY_KEY),
        (Self::table, Self::PRIMARY_KEY),
    );
}

impl<M: Model> ByKey for M {}

impl<C: Model, S> Variant<S> for OfModel<C, S> {
    fn tag(&self) -> &'static str {
        self.tag
    }

    fn ask(&mut self, keys: Keys, context: &Context) {
        self.keys = keys.len();
        let parents = ParentKeys { slots: Slots::InOrder(keys.len()), keys };
        self.asked = Asked::new(C::DEF, &Select::new(C::TABLE), &Plain, false, parents, context);
    }

    fn request(&mut self) -> Option<Request<'_>> {
        self.asked.as_mut().map(Asked::request)
    }

    fn rows(&mut self) -> Result<(Vec<S>, Vec<Option<u32>>)> {
        let Some(asked) = self.asked.take() else { return Ok((Vec::new(), Vec::new())) };
        let (joined, _, _) = asked.join()?;
        let row_of = |key| {
            let (start, end) = joined.groups.range(Some(key));
            (start < end).then(|| joined.groups.row(start))
        };
        let positions = (0..self.keys).map(row_of).collect();
        Ok((joined.rows.into_iter().map(self.wrap).collect(), positions))
    }

    fn plan(&self, _def: PolymorphicDef, context: &Context) -> Step {
        let select = Select::new(C::TABLE);
        Step { name: self.tag.to_owned(), ..plan_related(C::DEF, &select, unknown_keys(C::DEF), context) }
    }
}

impl<S: Polymorphic, K: Kind> PolymorphicLoading<S, K> {
    pub(crate) fn new(def: PolymorphicDef) -> Self {
        PolymorphicLoading { def, stage: Stage::Waiting, kind: PhantomData }
    }

    /// Splits the distinct pairs of tag and key by kind.
    fn split(&self, keys: Keys, context: &Context) -> Result<Vec<Kinds<S>>> {
        let mut kinds: Vec<(Kinds<S>, Vec<Value<'static>>)> =
            S::variants().into_iter().map(|variant| (Kinds { variant, slots: Vec::new() }, Vec::new())).collect();
        let Keys::Values { types, values } = keys else { return Err(self.untagged()) };
        let Some(&sql_type) = types.get(1) else { return Err(self.untagged()) };
        let mut pairs = values.into_iter();
        let mut slot = 0;
        while let (Some(tag), Some(key)) = (pairs.next(), pairs.next()) {
            let is_meant = |(kind, _): &&mut (Kinds<S>, _)| tag == Value::Text(kind.variant.tag().into());
            let (kind, keys) = kinds.iter_mut().find(is_meant).ok_or_else(|| self.untagged())?;
            kind.slots.push(slot);
            keys.push(key);
            slot += 1;
        }
        let ask = |(mut kind, keys): (Kinds<S>, Vec<Value<'static>>)| {
            kind.variant.ask(of_one_column(keys, sql_type), context);
            kind
        };
        Ok(kinds.into_iter().map(ask).collect())
    }

    fn untagged(&self) -> Error {
        Error::unknown_tag(self.def.path(), std::any::type_name::<S>())
    }
}

/// Keys of one column: integers, where they all are.
fn of_one_column(values: Vec<Value<'static>>, sql_type: SqlType) -> Keys {
    let int = |value: &Value<'static>| if let Value::Int(key) = value { Some(*key) } else { None };
    match values.iter().map(int).collect() {
        Some(ints) => Keys::Ints(ints),
        None => Keys::Values { types: vec![sql_type], values },
    }
}

impl<S: Polymorphic, K: Kind> Branch<K::State<S, All>> for PolymorphicLoading<S, K> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if matches!(self.stage, Stage::Asked(..)) {
            return Ok(());
        }
        let ParentKeys { keys, slots } = parents.keys(&self.def.columns)?;
        let kinds = if keys.is_empty() { Vec::new() } else { self.split(keys, context)? };
        self.stage = Stage::Asked(kinds, slots);
        if let Stage::Asked(kinds, _) = &mut self.stage {
            wanted.extend(kinds.iter_mut().filter_map(|kind| kind.variant.request()));
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<K::State<S, All>>> {
        let PolymorphicLoading { def, stage, .. } = *self;
        let (kinds, slots) = match stage {
            Stage::Asked(kinds, slots) => (kinds, slots),
            Stage::Waiting => (Vec::new(), Slots::At(vec![Slots::NONE; parents.count()])),
        };
        let mut rows = Vec::new();
        let mut of_slots = vec![Slots::NONE; kinds.iter().map(|kind| kind.slots.len()).sum()];
        for mut kind in kinds {
            let first = narrow(rows.len());
            let (of_kind, positions) = kind.variant.rows()?;
            rows.extend(of_kind);
            for (slot, position) in kind.slots.into_iter().zip(positions) {
                of_slots[slot as usize] = position.map_or(Slots::NONE, |position| first + position);
            }
        }
        let pool = Pool::new(rows, Vec::new());
        let state = |(parent, slot): (usize, Option<usize>)| {
            let row = slot.and_then(|slot| of_slots.get(slot)).copied().filter(|&row| row != Slots::NONE);
            let range = row.map_or((0, 0), |row| (row, row + 1));
            K::state(&pool, range, || Error::missing_related_row(def.path(), parents.describe(parent)))
        };
        slots.iter().enumerate().map(state).collect()
    }
}
