//! Methods of iterators and other libraries that people try on a query: a call gives a compile error that says what to
//! write.

use super::Query;
use crate::db::{Db, Performs, Run};
use crate::loaded::Record;
use crate::mapped::{GuessedConditions, GuessedOrder, GuessedRelations, GuessedRows, GuessedWriting, Mapped};

/// A method that would return the query.
macro_rules! builds {
    ($name:ident, $guessed:ident) => {
        #[doc(hidden)]
        pub fn $name(self, _: impl Sized) -> Self
        where
            M: $guessed,
        {
            self
        }
    };
}

/// A method that would return rows.
macro_rules! reads {
    ($name:ident, $guessed:ident) => {
        #[doc(hidden)]
        pub fn $name<'e, Mode: Performs<Self, Vec<Row>>>(
            &self,
            on: &'e impl Run<Mode = Mode>,
        ) -> Mode::Outcome<'e, Vec<Row>>
        where
            M: $guessed,
        {
            self.all(on)
        }
    };
}

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    builds!(skip, GuessedRows);
    builds!(take, GuessedRows);
    builds!(include, GuessedRelations);
    builds!(with, GuessedRelations);
    builds!(preload, GuessedRelations);
    builds!(eager_load, GuessedRelations);
    builds!(join, GuessedRelations);
    builds!(left_join, GuessedRelations);
    builds!(inner_join, GuessedRelations);
    builds!(where_, GuessedConditions);
    builds!(find_by, GuessedConditions);
    builds!(order, GuessedOrder);
    builds!(sort_by, GuessedOrder);
    builds!(order_by_desc, GuessedOrder);
    reads!(load, GuessedRows);
    reads!(get, GuessedRows);
    reads!(get_results, GuessedRows);
    reads!(fetch, GuessedRows);
    reads!(fetch_all, GuessedRows);
    reads!(find_all, GuessedRows);
    reads!(execute, GuessedRows);

    #[doc(hidden)]
    pub fn last<'e, Mode: Performs<Self, Option<Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<Row>>
    where
        M: GuessedRows,
    {
        self.first(on)
    }

    #[doc(hidden)]
    pub fn update<'e, Mode: Performs<Self, u64>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
        _changes: impl Sized,
    ) -> Mode::Outcome<'e, u64>
    where
        M: GuessedWriting,
    {
        self.count(on)
    }

    #[doc(hidden)]
    pub fn delete<'e, Mode: Performs<Self, u64>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, u64>
    where
        M: GuessedWriting,
    {
        self.count(on)
    }
}

impl Db {
    #[doc(hidden)]
    pub fn query<M: GuessedRows>(&self) -> Query<M> {
        Query::new()
    }
}
