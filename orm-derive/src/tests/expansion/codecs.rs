/// A `Item` to insert; the database assigns its key.
#[allow(dead_code, private_interfaces)]
struct NewItem {
    /// Column `price`: `"price"` of `"items"`.
    price: Money,
    /// Column `tags`: `"tags"` of `"items"`. `None` is its default.
    tags: ::core::option::Option<Option<Tags>>,
}
/// A `Item` with the relations that its query loaded.
#[allow(dead_code)]
struct ItemLoaded<Named = ()>(::orm::__private::Loaded<Item, (), Named>);
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Item {
        type Key = i64;
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = ();
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("items", &["id"]);
        const TABLE: &'static __orm::Table = {
            &__orm::Table::of::<
                Self,
            >(
                    "Item",
                    const {
                        &[
                            __orm::column::<Self, 628021283683842752, _>(),
                            __orm::column::<Self, 3393610910270210282, _>(),
                            __orm::column::<Self, 15644445103386232192, _>(),
                        ]
                    },
                )
                .generated_key(true)
                .defaulted(&[2])
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __orm::decode::<Self, 628021283683842752, _>(row, at)?,
                price: __orm::decode::<Self, 3393610910270210282, _>(row, at)?
                    .into_inner(),
                tags: __orm::decode::<Self, 15644445103386232192, _>(row, at)?
                    .into_inner(),
                in_cart: ::core::default::Default::default(),
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 628021283683842752, _>(&self.id),
                1 => {
                    __orm::encode_coded::<
                        Self,
                        3393610910270210282,
                        Cents,
                        _,
                    >(&self.price)
                }
                2 => {
                    __orm::encode_coded::<
                        Self,
                        15644445103386232192,
                        __orm::OrNull<__orm::AsJson>,
                        _,
                    >(&self.tags)
                }
                _ => __orm::no_such_column::<Item>(column),
            }
        }
        fn default_of(
            column: usize,
        ) -> ::core::result::Result<__orm::Value<'static>, ::orm::Mismatch> {
            match column {
                2 => {
                    __orm::encode_coded_default::<
                        __orm::OrNull<__orm::AsJson>,
                        _,
                    >(&Tags::new())
                }
                _ => __orm::no_default(column),
            }
        }
    }
    impl __orm::Model for Item {}
    impl __orm::HasColumn<628021283683842752, i64> for Item {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(0, "id", "i64");
    }
    impl __orm::HasColumn<3393610910270210282, __orm::Coded<Cents, Money>> for Item {
        type Type = __orm::Coded<Cents, Money>;
        const COLUMN: __orm::Names = __orm::name(1, "price", "Money");
    }
    impl __orm::HasColumn<
        15644445103386232192,
        __orm::Coded<__orm::OrNull<__orm::AsJson>, Option<Tags>>,
    > for Item {
        type Type = __orm::Coded<__orm::OrNull<__orm::AsJson>, Option<Tags>>;
        const COLUMN: __orm::Names = __orm::name(2, "tags", "Option<Tags>");
    }
    impl Item {
        /// Column `id`: `"id"` of `"items"`.
        const fn id() -> ::orm::Column<Item, i64> {
            ::orm::Column::at(0)
        }
        /// Column `price`: `"price"` of `"items"`.
        const fn price() -> ::orm::Column<Item, __orm::Coded<Cents, Money>> {
            ::orm::Column::at(1)
        }
        /// Column `tags`: `"tags"` of `"items"`.
        const fn tags() -> ::orm::Column<
            Item,
            __orm::Coded<__orm::OrNull<__orm::AsJson>, Option<Tags>>,
        > {
            ::orm::Column::at(2)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn id<M: __orm::ColumnsOf<Item>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
        pub fn price<M: __orm::ColumnsOf<Item>>(
            &self,
        ) -> ::orm::Column<M, __orm::Coded<Cents, Money>> {
            match *self {}
        }
        pub fn tags<M: __orm::ColumnsOf<Item>>(
            &self,
        ) -> ::orm::Column<M, __orm::Coded<__orm::OrNull<__orm::AsJson>, Option<Tags>>> {
            match *self {}
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewItem {
        type Model = Item;
        const COLUMNS: &'static [usize] = &[1, 2];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => {
                    __orm::encode_coded::<
                        Item,
                        3393610910270210282,
                        Cents,
                        _,
                    >(&self.price)
                }
                2 => {
                    match &self.tags {
                        ::core::option::Option::Some(value) => {
                            __orm::encode_coded::<
                                Item,
                                15644445103386232192,
                                __orm::OrNull<__orm::AsJson>,
                                _,
                            >(value)
                        }
                        ::core::option::Option::None => __orm::left_out::<Item>(2),
                    }
                }
                _ => __orm::no_such_column::<Item>(column),
            }
        }
    }
    impl NewItem {
        /** Inserts the row into `"items"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        fn insert<__Mode: __orm::Performs<Self, Item>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Item> {
            __orm::insert(on, self)
        }
    }
    impl<Named> ::core::ops::Deref for ItemLoaded<Named> {
        type Target = Item;
        fn deref(&self) -> &Item {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        ItemLoaded[Named]
    }
    impl<Named> ItemLoaded<Named> {
        /// Returns the rows or the value that the query loaded under a name.
        fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Item` without its relations.
        fn into_inner(self) -> Item {
            self.0.row
        }
    }
    type __Inner<Named> = __orm::Loaded<Item, (), Named>;
    impl<Named> __orm::LoadedRow for ItemLoaded<Named> {
        type Model = Item;
        type States = ();
        type Named = Named;
        fn into_loaded(self) -> __Inner<Named> {
            self.0
        }
    }
    impl<Named> __orm::Wrap<(), Named> for Item {
        type Row = ItemLoaded<Named>;
        fn wrap(loaded: __Inner<Named>) -> Self::Row {
            ItemLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::clone::Clone for ItemLoaded<Named>
    where
        __Inner<Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            ItemLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Named> ::core::fmt::Debug for ItemLoaded<Named>
    where
        __Inner<Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::cmp::PartialEq for ItemLoaded<Named>
    where
        __Inner<Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Named> __orm::Serialize for ItemLoaded<Named>
    where
        __Inner<Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
