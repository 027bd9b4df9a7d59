//! Methods that people look for on a query, since iterators and other libraries have them: calling one gives a message that says
//! what to write.

use super::Query;
use crate::db::{Db, Performs, Run};
use crate::loaded::Record;
use crate::mapped::{Guessed, Mapped};

/// A method that would return the query.
macro_rules! builds {
    ($name:ident) => {
        #[doc(hidden)]
        pub fn $name(self, _: impl Sized) -> Self
        where
            M: Guessed,
        {
            self
        }
    };
}

/// A method that would return rows.
macro_rules! reads {
    ($name:ident) => {
        #[doc(hidden)]
        pub fn $name<'e, Mode: Performs<Self, Vec<Row>>>(
            &self,
            on: &'e impl Run<Mode = Mode>,
        ) -> Mode::Outcome<'e, Vec<Row>>
        where
            M: Guessed,
        {
            self.all(on)
        }
    };
}

impl<M: Mapped, Row, B: Record<Model = M>> Query<M, Row, B> {
    builds!(skip);
    builds!(take);
    builds!(include);
    builds!(with);
    builds!(preload);
    builds!(eager_load);
    builds!(join);
    builds!(left_join);
    builds!(inner_join);
    builds!(where_);
    builds!(find_by);
    builds!(order);
    builds!(sort_by);
    builds!(order_by_desc);
    reads!(load);
    reads!(get);
    reads!(get_results);
    reads!(fetch);
    reads!(fetch_all);
    reads!(find_all);
    reads!(execute);

    #[doc(hidden)]
    pub fn last<'e, Mode: Performs<Self, Option<Row>>>(
        &self,
        on: &'e impl Run<Mode = Mode>,
    ) -> Mode::Outcome<'e, Option<Row>>
    where
        M: Guessed,
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
        M: Guessed,
    {
        self.count(on)
    }

    #[doc(hidden)]
    pub fn delete<'e, Mode: Performs<Self, u64>>(&self, on: &'e impl Run<Mode = Mode>) -> Mode::Outcome<'e, u64>
    where
        M: Guessed,
    {
        self.count(on)
    }
}

impl Db {
    #[doc(hidden)]
    pub fn query<M: Guessed>(&self) -> Query<M> {
        Query::new()
    }
}
