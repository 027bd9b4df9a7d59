/// A `Page` to insert; the database assigns its key.
#[derive(::core::default::Default)]
#[allow(dead_code, private_interfaces)]
pub struct NewPage {}
/// A `Page` with the relations that its query loaded.
#[allow(dead_code)]
pub struct PageLoaded<Named = ()>(::orm::__private::Loaded<Page, (), Named>);
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Page {
        type Key = i64;
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = ();
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("pages", &["id"]);
        const TABLE: &'static __orm::Table = {
            &__orm::Table::of::<
                Self,
            >(
                    "Page",
                    const {
                        &[
                            __orm::column::<Self, 628021283683842752, _>(),
                            __orm::column::<Self, 13502572527641750071, _>(),
                        ]
                    },
                )
                .generated_key(true)
                .version(__orm::version::<Self, 13502572527641750071, _>())
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __orm::decode::<Self, 628021283683842752, _>(row, at)?,
                version: __orm::decode::<Self, 13502572527641750071, _>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 628021283683842752, _>(&self.id),
                1 => __orm::encode::<Self, 13502572527641750071, _>(&self.version),
                _ => __orm::no_such_column::<Page>(column),
            }
        }
    }
    impl __orm::Model for Page {}
    impl __orm::HasColumn<628021283683842752, i64> for Page {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(0, "id", "i64");
    }
    impl __orm::HasColumn<13502572527641750071, i64> for Page {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(1, "version", "i64");
    }
    impl Page {
        /// Column `id`: `"id"` of `"pages"`.
        pub const fn id() -> ::orm::Column<Page, i64> {
            ::orm::Column::at(0)
        }
        /// Column `version`: `"version"` of `"pages"`.
        pub const fn version() -> ::orm::Column<Page, i64> {
            ::orm::Column::at(1)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn id<M: __orm::ColumnsOf<Page>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
        pub fn version<M: __orm::ColumnsOf<Page>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
    }
    impl Page {
        /// Writes all columns of the row, unless the row was changed since it was read. Returns the row with the next `version`.
        /// In the returned row, fields that are not in the table have their default value.
        ///
        /// # Errors
        ///
        /// Returns the errors of `Model::update`. Returns an error with `is_stale()` if the row was changed since it was
        /// read.
        #[track_caller]
        pub fn update<
            '__e,
            __Mode: __orm::Performs<::orm::Result<__orm::Written<Self>>, Self>,
        >(
            &self,
            on: &'__e impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'__e, Self> {
            __orm::update_versioned(on, self)
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewPage {
        type Model = Page;
        const COLUMNS: &'static [usize] = &[1];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => ::core::result::Result::Ok(__orm::FIRST_VERSION),
                _ => __orm::no_such_column::<Page>(column),
            }
        }
    }
    impl NewPage {
        /** Inserts the row into `"pages"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        pub fn insert<__Mode: __orm::Performs<Self, Page>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Page> {
            __orm::insert(on, self)
        }
    }
    impl<Named> ::core::ops::Deref for PageLoaded<Named> {
        type Target = Page;
        fn deref(&self) -> &Page {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        PageLoaded[Named]
    }
    impl<Named> PageLoaded<Named> {
        /// Returns the rows or the value that the query loaded under a name.
        pub fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Page` without its relations.
        pub fn into_inner(self) -> Page {
            self.0.row
        }
    }
    type __Inner<Named> = __orm::Loaded<Page, (), Named>;
    impl<Named> __orm::LoadedRow for PageLoaded<Named> {
        type Model = Page;
        type States = ();
        type Named = Named;
        fn into_loaded(self) -> __Inner<Named> {
            self.0
        }
    }
    impl<Named> __orm::Wrap<(), Named> for Page {
        type Row = PageLoaded<Named>;
        fn wrap(loaded: __Inner<Named>) -> Self::Row {
            PageLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::clone::Clone for PageLoaded<Named>
    where
        __Inner<Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            PageLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Named> ::core::fmt::Debug for PageLoaded<Named>
    where
        __Inner<Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::cmp::PartialEq for PageLoaded<Named>
    where
        __Inner<Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Named> __orm::Serialize for PageLoaded<Named>
    where
        __Inner<Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
