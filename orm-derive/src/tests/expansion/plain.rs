/// A `Student` to insert; the database assigns its key.
#[allow(dead_code, private_interfaces)]
pub struct NewStudent {
    /// Column `first_name`: `"first_name"` of `"students"`.
    pub first_name: String,
    /// Column `last_name`: `"last_name"` of `"students"`.
    pub last_name: Option<String>,
}
/// A `Student` with the relations that its query loaded.
#[allow(dead_code)]
pub struct StudentLoaded<Named = ()>(::orm::__private::Loaded<Student, (), Named>);
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Student {
        type Key = i64;
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = ();
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("students", &["id"]);
        const TABLE: &'static __orm::Table = {
            &__orm::Table::of::<
                Self,
            >(
                    "Student",
                    const {
                        &[
                            __orm::column::<Self, 628021283683842752, _>(),
                            __orm::column::<Self, 4569966122621998145, _>(),
                            __orm::column::<Self, 8253495473240048185, _>(),
                        ]
                    },
                )
                .generated_key(true)
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __orm::decode::<Self, 628021283683842752, _>(row, at)?,
                first_name: __orm::decode::<Self, 4569966122621998145, _>(row, at)?,
                last_name: __orm::decode::<Self, 8253495473240048185, _>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 628021283683842752, _>(&self.id),
                1 => __orm::encode::<Self, 4569966122621998145, _>(&self.first_name),
                2 => __orm::encode::<Self, 8253495473240048185, _>(&self.last_name),
                _ => __orm::no_such_column::<Student>(column),
            }
        }
    }
    impl __orm::Model for Student {}
    impl __orm::HasColumn<628021283683842752, i64> for Student {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(0, "id", "i64");
    }
    impl __orm::HasColumn<4569966122621998145, String> for Student {
        type Type = String;
        const COLUMN: __orm::Names = __orm::name(1, "first_name", "String");
    }
    impl __orm::HasColumn<8253495473240048185, Option<String>> for Student {
        type Type = Option<String>;
        const COLUMN: __orm::Names = __orm::name(2, "last_name", "Option<String>");
    }
    impl Student {
        /// Column `id`: `"id"` of `"students"`.
        pub const fn id() -> ::orm::Column<Student, i64> {
            ::orm::Column::at(0)
        }
        /// Column `first_name`: `"first_name"` of `"students"`.
        pub const fn first_name() -> ::orm::Column<Student, String> {
            ::orm::Column::at(1)
        }
        /// Column `last_name`: `"last_name"` of `"students"`.
        pub const fn last_name() -> ::orm::Column<Student, Option<String>> {
            ::orm::Column::at(2)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn id<M: __orm::ColumnsOf<Student>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
        pub fn first_name<M: __orm::ColumnsOf<Student>>(
            &self,
        ) -> ::orm::Column<M, String> {
            match *self {}
        }
        pub fn last_name<M: __orm::ColumnsOf<Student>>(
            &self,
        ) -> ::orm::Column<M, Option<String>> {
            match *self {}
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewStudent {
        type Model = Student;
        const COLUMNS: &'static [usize] = &[1, 2];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => __orm::encode::<Student, 4569966122621998145, _>(&self.first_name),
                2 => __orm::encode::<Student, 8253495473240048185, _>(&self.last_name),
                _ => __orm::no_such_column::<Student>(column),
            }
        }
    }
    impl NewStudent {
        /** Inserts the row into `"students"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        pub fn insert<__Mode: __orm::Performs<Self, Student>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Student> {
            __orm::insert(on, self)
        }
    }
    impl<Named> ::core::ops::Deref for StudentLoaded<Named> {
        type Target = Student;
        fn deref(&self) -> &Student {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        StudentLoaded[Named]
    }
    impl<Named> StudentLoaded<Named> {
        /// Returns the rows or the value that the query loaded under a name.
        pub fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Student` without its relations.
        pub fn into_inner(self) -> Student {
            self.0.row
        }
    }
    type __Inner<Named> = __orm::Loaded<Student, (), Named>;
    impl<Named> __orm::LoadedRow for StudentLoaded<Named> {
        type Model = Student;
        type States = ();
        type Named = Named;
        fn into_loaded(self) -> __Inner<Named> {
            self.0
        }
    }
    impl<Named> __orm::Wrap<(), Named> for Student {
        type Row = StudentLoaded<Named>;
        fn wrap(loaded: __Inner<Named>) -> Self::Row {
            StudentLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::clone::Clone for StudentLoaded<Named>
    where
        __Inner<Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            StudentLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Named> ::core::fmt::Debug for StudentLoaded<Named>
    where
        __Inner<Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::cmp::PartialEq for StudentLoaded<Named>
    where
        __Inner<Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Named> __orm::Serialize for StudentLoaded<Named>
    where
        __Inner<Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
