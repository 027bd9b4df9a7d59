//! The unique sets of a table, and the columns by which rows can be searched.

use super::{Index, Table};

impl Table {
    /// The unique sets of columns: the primary key, and the others.
    pub(crate) fn unique_sets(&self) -> impl Iterator<Item = Vec<&str>> {
        let primary = Some(names(&self.primary_key)).filter(|key| !key.is_empty());
        primary.into_iter().chain(self.other_unique_sets())
    }

    /// The unique sets of columns, without the primary key.
    pub(crate) fn other_unique_sets(&self) -> impl Iterator<Item = Vec<&str>> {
        let indexes = self.indexes.iter().filter(|index| index.unique && index.condition.is_none());
        self.unique.iter().map(|unique| names(&unique.columns)).chain(indexes.filter_map(Index::columns))
    }

    /// The columns by which rows can be searched: those of keys, and the first columns of indexes that are not partial.
    pub(crate) fn searched(&self) -> impl Iterator<Item = Vec<&str>> {
        let keys = self.unique.iter().map(|unique| &unique.columns).chain([&self.primary_key]).map(|key| names(key));
        let is_searched = |index: &&Index| index.method.is_none() && index.condition.is_none();
        keys.chain(self.indexes.iter().filter(is_searched).map(Index::leading_columns))
    }
}

impl Index {
    /// The names of the columns before the first expression.
    fn leading_columns(&self) -> Vec<&str> {
        self.terms.iter().take_while(|term| !term.is_expression).map(|term| &*term.value).collect()
    }
}

fn names(columns: &[String]) -> Vec<&str> {
    columns.iter().map(String::as_str).collect()
}
