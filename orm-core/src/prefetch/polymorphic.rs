//! Loading a polymorphic relation: one statement for each model that some parent refers to.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::fetch::RelationRows;
use super::keys::{KeysOfParents, ParentKeys};
use super::{Branch, Context, Found, LoadingByKey, OneOf, Parents, describe_key};
use crate::error::{Error, Result};
use crate::loaded::{Extent, Kind, RowAt, RowPool};
use crate::mapped::Mapped;
use crate::schema::{PolymorphicDef, Table};
use crate::sql::Request;
use crate::types::{Keys, SqlType};
use crate::value::Value;

/// A polymorphic relation that is being loaded.
pub(crate) struct PolymorphicLoading<'q, S, K, E> {
    def: PolymorphicDef,
    /// The enum's name.
    holder: &'static str,
    variants: Vec<Variant<'q, S>>,
    /// The position of each parent's pair among the distinct pairs of tag and key, after they were requested.
    of_parents: Option<KeysOfParents>,
    /// The pairs of each variant.
    of_variants: Vec<OfVariant>,
    types: PhantomData<fn() -> (K, E)>,
}

/// A variant of an enum of models, as it is loaded. Generated code makes them with [`variant`].
pub struct Variant<'q, S> {
    /// The variant's text in the tag's column.
    pub(crate) tag: &'static str,
    /// What is fetched for it.
    pub(crate) fetched: &'q Arc<RelationRows>,
    branch: Box<dyn Branch<Option<S>> + 'q>,
}

/// A variant that holds rows of the model `C` as a `Row`.
#[must_use]
pub fn variant<'q, C: Mapped, Row: 'static, S: 'static>(
    tag: &'static str,
    wrap: fn(Row) -> S,
    of: &'q OneOf<C, Row>,
) -> Variant<'q, S> {
    let by_key = LoadingByKey::new(&of.fetched, &*of.loader);
    Variant { tag, fetched: &of.fetched, branch: Box::new(Wrapped { by_key, wrap }) }
}

impl<S> fmt::Debug for Variant<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Variant {:?}", self.tag)
    }
}

/// The row of each key, in its variant.
struct Wrapped<'q, C, Row, S> {
    by_key: LoadingByKey<'q, C, Row>,
    wrap: fn(Row) -> S,
}

impl<C: Mapped, Row, S> Branch<Option<S>> for Wrapped<'_, C, Row, S> {
    fn requests<'a>(&'a mut self, keys: &dyn Parents, context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()> {
        self.by_key.requests(keys, context, wanted)
    }

    fn finish(self: Box<Self>, keys: &dyn Parents) -> Result<Vec<Option<S>>> {
        let found = Box::new(self.by_key).finish(keys)?.into_iter();
        Ok(found.map(|found| if let Found::Row(row) = found { Some((self.wrap)(row)) } else { None }).collect())
    }
}

/// The pairs of tag and key that belong to a variant.
struct OfVariant {
    table: &'static Table,
    /// Their positions among all pairs.
    pairs: Vec<usize>,
    keys: Keys,
}

impl Parents for OfVariant {
    fn count(&self) -> usize {
        self.pairs.len()
    }

    fn keys(&self, _: &[usize]) -> Result<ParentKeys> {
        Ok(ParentKeys { keys: self.keys.clone(), of_parents: KeysOfParents::InOrder(self.pairs.len()) })
    }

    fn describe(&self, parent: usize) -> String {
        let key = match &self.keys {
            Keys::Ints(keys) => keys.get(parent).map(|&key| Value::Int(key)),
            Keys::Values { values, .. } => values.get(parent).cloned(),
        };
        describe_key(self.table, key.into_iter().map(Ok))
    }
}

impl<'q, S, K: Kind, E: Extent> PolymorphicLoading<'q, S, K, E> {
    pub(crate) fn new(def: PolymorphicDef, holder: &'static str, variants: Vec<Variant<'q, S>>) -> Self {
        PolymorphicLoading { def, holder, variants, of_parents: None, of_variants: Vec::new(), types: PhantomData }
    }

    /// Splits the distinct pairs of tag and key by variant.
    fn split(&self, keys: Keys, of_parents: &KeysOfParents, parents: &dyn Parents) -> Result<Vec<OfVariant>> {
        let mut of_variants = vec![(Vec::new(), Vec::new()); self.variants.len()];
        let untagged = |pair: usize| {
            let parent = of_parents.iter().position(|key| key == Some(pair)).unwrap_or_default();
            Error::unknown_tag(self.def, self.holder, parents.describe(parent))
        };
        // A pair of integers has no text for a tag.
        let Keys::Values { types, values } = keys else { return Err(untagged(0)) };
        let Some(&sql_type) = types.get(1) else { return Err(untagged(0)) };
        let mut pairs = values.into_iter();
        let mut pair = 0;
        while let (Some(tag), Some(key)) = (pairs.next(), pairs.next()) {
            let mut tags = self.variants.iter().map(|variant| Value::Text(variant.tag.into()));
            let at = tags.position(|known| known == tag).ok_or_else(|| untagged(pair))?;
            of_variants[at].0.push(pair);
            of_variants[at].1.push(key);
            pair += 1;
        }
        let of_variant = |(variant, (pairs, keys)): (&Variant<'q, S>, _)| {
            let table = (variant.fetched.relation.to)();
            OfVariant { table, pairs, keys: of_one_column(keys, sql_type) }
        };
        Ok(self.variants.iter().zip(of_variants).map(of_variant).collect())
    }
}

/// Keys of one column: integers, if all of them are.
fn of_one_column(values: Vec<Value<'static>>, sql_type: SqlType) -> Keys {
    let int = |value: &Value<'static>| if let Value::Int(key) = value { Some(*key) } else { None };
    match values.iter().map(int).collect() {
        Some(ints) => Keys::Ints(ints),
        None => Keys::Values { types: vec![sql_type], values },
    }
}

impl<S: 'static, K: Kind, E: Extent> Branch<K::State<S, E>> for PolymorphicLoading<'_, S, K, E> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if self.of_parents.is_none() {
            let ParentKeys { keys, of_parents } = parents.keys(&self.def.columns)?;
            if !keys.is_empty() {
                self.of_variants = self.split(keys, &of_parents, parents)?;
            }
            self.of_parents = Some(of_parents);
        }
        let mut variants = self.variants.iter_mut().zip(&self.of_variants);
        variants.try_for_each(|(variant, keys)| variant.branch.requests(keys, context, wanted))
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<K::State<S, E>>> {
        let PolymorphicLoading { def, variants, of_parents, of_variants, .. } = *self;
        let of_parents = of_parents.unwrap_or_else(|| KeysOfParents::none(parents.count()));
        let mut rows = Vec::new();
        let pairs = of_variants.iter().map(Parents::count).sum();
        let mut of_pairs = vec![RowAt::NONE; pairs];
        let mut models = vec![""; pairs];
        for (variant, of_variant) in variants.into_iter().zip(of_variants) {
            let found = variant.branch.finish(&of_variant)?;
            for (pair, row) in of_variant.pairs.into_iter().zip(found) {
                models[pair] = of_variant.table.model;
                if let Some(row) = row {
                    of_pairs[pair] = RowAt::new(rows.len());
                    rows.push(row);
                }
            }
        }
        let pool = RowPool::new(rows, Vec::new());
        let state = |(parent, pair): (usize, Option<usize>)| {
            let row = pair.and_then(|pair| of_pairs.get(pair)).copied().unwrap_or(RowAt::NONE);
            let model = pair.and_then(|pair| models.get(pair)).copied().unwrap_or("row");
            K::state(&pool, row.range(), || Error::missing_of_any(def, model, parents.describe(parent)))
        };
        of_parents.iter().enumerate().map(state).collect()
    }
}
