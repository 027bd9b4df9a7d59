//! A relation to rows of several models being loaded: one statement for each model that some parent refers to.

use std::marker::PhantomData;
use std::sync::Arc;

use super::fetch::RelationRows;
use super::keys::{KeysOfParents, ParentKeys};
use super::relation::RelationLoading;
use super::{Branch, Context, OneOf, Parents};
use crate::error::{Error, Result};
use crate::loaded::{All, Extent, Kind, RowAt, RowPool, ToMaybe};
use crate::mapped::Mapped;
use crate::schema::PolymorphicDef;
use crate::sql::Request;
use crate::types::{Keys, SqlType};
use crate::value::Value;

/// A relation to rows of several models being loaded.
pub(crate) struct PolymorphicLoading<'q, S, K, E> {
    def: PolymorphicDef,
    /// The enum's name.
    holder: &'static str,
    variants: Vec<Box<dyn Variant<S> + 'q>>,
    /// The position of each parent's pair among the distinct pairs of tag and key, once they are asked for.
    of_parents: Option<KeysOfParents>,
    /// Which of these pairs belong to each variant.
    pairs: Vec<Vec<usize>>,
    types: PhantomData<fn() -> (K, E)>,
}

/// One variant of an enum of models being loaded. Generated code makes them with [`variant`].
pub trait Variant<S> {
    /// The text that stands for the variant in the tag's column.
    fn tag(&self) -> &'static str;

    /// Asks for the rows with some keys.
    fn ask<'a>(&'a mut self, keys: Keys, context: &Context, wanted: &mut Vec<Request<'a>>);

    /// Asks for what belongs to the rows that arrived.
    ///
    /// # Errors
    ///
    /// When a key cannot be sent.
    fn ask_below<'a>(&'a mut self, context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()>;

    /// The rows, and the position of each key's row; `None` for a key without one.
    ///
    /// # Errors
    ///
    /// When a key leads to several rows, and those of what belongs to the rows.
    fn rows(self: Box<Self>) -> Result<(Vec<S>, Vec<Option<RowAt>>)>;

    /// What is fetched for it.
    fn fetched(&self) -> Arc<RelationRows>;
}

/// A variant that holds rows of the model `C` as a `Row`.
#[must_use]
pub fn variant<'q, C: Mapped, Row: 'static, S: 'static>(
    tag: &'static str,
    wrap: fn(Row) -> S,
    of: &'q OneOf<C, Row>,
) -> Box<dyn Variant<S> + 'q> {
    let loading = RelationLoading::new(&of.fetched, &*of.loader, false);
    Box::new(OfModel { tag, wrap, of, loading, keys: 0 })
}

struct OfModel<'q, C, Row, S> {
    tag: &'static str,
    wrap: fn(Row) -> S,
    of: &'q OneOf<C, Row>,
    loading: RelationLoading<'q, C, ToMaybe, Row, All>,
    keys: usize,
}

impl<C: Mapped, Row, S> Variant<S> for OfModel<'_, C, Row, S> {
    fn tag(&self) -> &'static str {
        self.tag
    }

    fn ask<'a>(&'a mut self, keys: Keys, context: &Context, wanted: &mut Vec<Request<'a>>) {
        self.keys = keys.len();
        self.loading.ask(ParentKeys { of_parents: KeysOfParents::InOrder(keys.len()), keys }, context, wanted);
    }

    fn ask_below<'a>(&'a mut self, context: &Context, wanted: &mut Vec<Request<'a>>) -> Result<()> {
        self.loading.ask_below(context, wanted)
    }

    fn rows(self: Box<Self>) -> Result<(Vec<S>, Vec<Option<RowAt>>)> {
        let Some((rows, groups, _)) = self.loading.into_rows()? else { return Ok((Vec::new(), Vec::new())) };
        let row_of = |key| {
            let (start, end) = groups.range(Some(key));
            (start < end).then(|| groups.row(start))
        };
        let positions = (0..self.keys).map(row_of).collect();
        Ok((rows.into_iter().map(self.wrap).collect(), positions))
    }

    fn fetched(&self) -> Arc<RelationRows> {
        Arc::clone(&self.of.fetched)
    }
}

impl<'q, S, K: Kind, E: Extent> PolymorphicLoading<'q, S, K, E> {
    pub(crate) fn new(def: PolymorphicDef, holder: &'static str, variants: Vec<Box<dyn Variant<S> + 'q>>) -> Self {
        PolymorphicLoading { def, holder, variants, of_parents: None, pairs: Vec::new(), types: PhantomData }
    }

    /// Splits the distinct pairs of tag and key by variant, and gives the keys of each.
    fn split(&mut self, keys: Keys) -> Result<Vec<Keys>> {
        let mut of_variants = vec![Vec::new(); self.variants.len()];
        self.pairs = vec![Vec::new(); self.variants.len()];
        let Keys::Values { types, values } = keys else { return Err(self.untagged()) };
        let Some(&sql_type) = types.get(1) else { return Err(self.untagged()) };
        let mut pairs = values.into_iter();
        let mut pair = 0;
        while let (Some(tag), Some(key)) = (pairs.next(), pairs.next()) {
            let mut tags = self.variants.iter().map(|variant| Value::Text(variant.tag().into()));
            let at = tags.position(|known| known == tag).ok_or_else(|| self.untagged())?;
            self.pairs[at].push(pair);
            of_variants[at].push(key);
            pair += 1;
        }
        Ok(of_variants.into_iter().map(|keys| of_one_column(keys, sql_type)).collect())
    }

    fn untagged(&self) -> Error {
        Error::unknown_tag(self.def.path(), self.holder)
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

impl<S: 'static, K: Kind, E: Extent> Branch<K::State<S, E>> for PolymorphicLoading<'_, S, K, E> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        if self.of_parents.is_some() {
            return self.variants.iter_mut().try_for_each(|variant| variant.ask_below(context, wanted));
        }
        let ParentKeys { keys, of_parents } = parents.keys(&self.def.columns)?;
        self.of_parents = Some(of_parents);
        if !keys.is_empty() {
            let of_variants = self.split(keys)?;
            for (variant, keys) in self.variants.iter_mut().zip(of_variants) {
                variant.ask(keys, context, wanted);
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<K::State<S, E>>> {
        let PolymorphicLoading { def, variants, of_parents, pairs, .. } = *self;
        let of_parents = of_parents.unwrap_or_else(|| KeysOfParents::none(parents.count()));
        let mut rows = Vec::new();
        let mut of_pairs = vec![RowAt::NONE; pairs.iter().map(Vec::len).sum()];
        for (variant, pairs) in variants.into_iter().zip(pairs) {
            let first = rows.len();
            let (of_variant, positions) = variant.rows()?;
            rows.extend(of_variant);
            for (pair, position) in pairs.into_iter().zip(positions) {
                of_pairs[pair] = position.map_or(RowAt::NONE, |row| RowAt::new(first + row.index()));
            }
        }
        let pool = RowPool::new(rows, Vec::new());
        let state = |(parent, pair): (usize, Option<usize>)| {
            let row = pair.and_then(|pair| of_pairs.get(pair)).copied().unwrap_or(RowAt::NONE);
            K::state(&pool, row.range(), || Error::missing_related_row(def.path(), parents.describe(parent)))
        };
        of_parents.iter().enumerate().map(state).collect()
    }
}
