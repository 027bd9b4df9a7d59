/// A `Post` to insert; the database assigns its key.
#[derive(::core::default::Default)]
#[allow(dead_code, private_interfaces)]
pub struct NewPost {
    /// Column `posted`: `"posted"` of `"posts"`. It holds the timestamp of the insert. Databases store microseconds and truncate finer fractions. `None` is the timestamp of the insert.
    pub posted: ::core::option::Option<Timestamp>,
    /// Column `edited`: `"edited"` of `"posts"`. It holds the timestamp of the last write. Databases store microseconds and truncate finer fractions. `None` is the timestamp of the insert.
    pub edited: ::core::option::Option<Timestamp>,
}
/// A `Post` with the relations that its query loaded.
#[allow(dead_code)]
pub struct PostLoaded<Named = ()>(::orm::__private::Loaded<Post, (), Named>);
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Post {
        type Key = i64;
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = ();
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("posts", &["id"]);
        const TABLE: &'static __orm::Table = {
            &__orm::Table::of::<
                Self,
            >(
                    "Post",
                    const {
                        &[
                            __orm::column::<Self, 628021283683842752, _>(),
                            __orm::column::<Self, 18379234986241590086, _>(),
                            __orm::column::<Self, 13749723326610137288, _>(),
                        ]
                    },
                )
                .generated_key(true)
                .created_at(__orm::moment::<Self, 18379234986241590086, _>())
                .updated_at(__orm::moment::<Self, 13749723326610137288, _>())
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __orm::decode::<Self, 628021283683842752, _>(row, at)?,
                posted: __orm::decode::<Self, 18379234986241590086, _>(row, at)?,
                edited: __orm::decode::<Self, 13749723326610137288, _>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 628021283683842752, _>(&self.id),
                1 => __orm::encode::<Self, 18379234986241590086, _>(&self.posted),
                2 => __orm::encode::<Self, 13749723326610137288, _>(&self.edited),
                _ => __orm::no_such_column::<Post>(column),
            }
        }
    }
    impl __orm::Model for Post {}
    impl __orm::HasColumn<628021283683842752, i64> for Post {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(0, "id", "i64");
    }
    impl __orm::HasColumn<18379234986241590086, Timestamp> for Post {
        type Type = Timestamp;
        const COLUMN: __orm::Names = __orm::name(1, "posted", "Timestamp");
    }
    impl __orm::HasColumn<13749723326610137288, Timestamp> for Post {
        type Type = Timestamp;
        const COLUMN: __orm::Names = __orm::name(2, "edited", "Timestamp");
    }
    impl Post {
        /// Column `id`: `"id"` of `"posts"`.
        pub const fn id() -> ::orm::Column<Post, i64> {
            ::orm::Column::at(0)
        }
        /// Column `posted`: `"posted"` of `"posts"`. It holds the timestamp of the insert. Databases store microseconds and truncate finer fractions.
        pub const fn posted() -> ::orm::Column<Post, Timestamp> {
            ::orm::Column::at(1)
        }
        /// Column `edited`: `"edited"` of `"posts"`. It holds the timestamp of the last write. Databases store microseconds and truncate finer fractions.
        pub const fn edited() -> ::orm::Column<Post, Timestamp> {
            ::orm::Column::at(2)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn id<M: __orm::ColumnsOf<Post>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
        pub fn posted<M: __orm::ColumnsOf<Post>>(&self) -> ::orm::Column<M, Timestamp> {
            match *self {}
        }
        pub fn edited<M: __orm::ColumnsOf<Post>>(&self) -> ::orm::Column<M, Timestamp> {
            match *self {}
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewPost {
        type Model = Post;
        const COLUMNS: &'static [usize] = &[1, 2];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => {
                    __orm::encode_given::<
                        Post,
                        18379234986241590086,
                        _,
                    >(self.posted.as_ref())
                }
                2 => {
                    __orm::encode_given::<
                        Post,
                        13749723326610137288,
                        _,
                    >(self.edited.as_ref())
                }
                _ => __orm::no_such_column::<Post>(column),
            }
        }
        const MAY_BE_NOW: bool = true;
        fn is_now(&self, column: usize) -> bool {
            match column {
                1 => self.posted.is_none(),
                2 => self.edited.is_none(),
                _ => false,
            }
        }
    }
    impl NewPost {
        /** Inserts the row into `"posts"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        pub fn insert<__Mode: __orm::Performs<Self, Post>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Post> {
            __orm::insert(on, self)
        }
    }
    impl<Named> ::core::ops::Deref for PostLoaded<Named> {
        type Target = Post;
        fn deref(&self) -> &Post {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        PostLoaded[Named]
    }
    impl<Named> PostLoaded<Named> {
        /// Returns the rows or the value that the query loaded under a name.
        pub fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Post` without its relations.
        pub fn into_inner(self) -> Post {
            self.0.row
        }
    }
    type __Inner<Named> = __orm::Loaded<Post, (), Named>;
    impl<Named> __orm::LoadedRow for PostLoaded<Named> {
        type Model = Post;
        type States = ();
        type Named = Named;
        fn into_loaded(self) -> __Inner<Named> {
            self.0
        }
    }
    impl<Named> __orm::Wrap<(), Named> for Post {
        type Row = PostLoaded<Named>;
        fn wrap(loaded: __Inner<Named>) -> Self::Row {
            PostLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::clone::Clone for PostLoaded<Named>
    where
        __Inner<Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            PostLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Named> ::core::fmt::Debug for PostLoaded<Named>
    where
        __Inner<Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::cmp::PartialEq for PostLoaded<Named>
    where
        __Inner<Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Named> __orm::Serialize for PostLoaded<Named>
    where
        __Inner<Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
