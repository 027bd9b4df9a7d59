/// A `Student` to insert; the database assigns its key.
#[allow(dead_code)]
pub struct NewStudent {
    /// Column `first_name`: `"first_name"` of `"students"`.
    pub first_name: String,
    /// Column `last_name`: `"last_name"` of `"students"`.
    pub last_name: Option<String>,
}
/// A `Student` with the relations that its query loaded.
#[allow(dead_code)]
pub struct StudentLoaded<Named = ()> {
    __row: Student,
    __named: Named,
}
const _: () = {
    use ::orm::__private as __orm;
    const fn column<M: __orm::HasColumn<N>, const N: u64>(
        field: &'static str,
        name: &'static str,
        rust_type: &'static str,
    ) -> __orm::ColumnDef {
        __orm::column::<M::Type>(field, name, rust_type)
    }
    fn decode<M: __orm::HasColumn<N>, const N: u64>(
        row: __orm::Row<'_>,
        at: usize,
    ) -> ::orm::Result<M::Type> {
        __orm::decode_column::<M, M::Type>(row, at, M::INDEX)
    }
    fn encode<M: __orm::HasColumn<N>, const N: u64>(
        value: &M::Type,
    ) -> ::orm::Result<__orm::Value<'_>> {
        __orm::encode_column::<M, M::Type>(value, M::INDEX)
    }
    #[automatically_derived]
    impl __orm::Model for Student {
        type Key = i64;
        const TABLE: &'static __orm::Table = {
            const COLUMNS: &[__orm::ColumnDef] = &[
                column::<Student, 628021283683842752>("id", "id", "i64"),
                column::<
                    Student,
                    4569966122621998145,
                >("first_name", "first_name", "String"),
                column::<
                    Student,
                    8253495473240048185,
                >("last_name", "last_name", "Option<String>"),
            ];
            &__orm::Table::new(
                    "Student",
                    "students",
                    COLUMNS,
                    <Student as __orm::Model>::PRIMARY_KEY,
                )
                .generated_key(true)
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: decode::<Self, 628021283683842752>(row, at)?,
                first_name: decode::<Self, 4569966122621998145>(row, at)?,
                last_name: decode::<Self, 8253495473240048185>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => encode::<Student, 628021283683842752>(&self.id),
                1 => encode::<Student, 4569966122621998145>(&self.first_name),
                2 => encode::<Student, 8253495473240048185>(&self.last_name),
                _ => __orm::no_such_column(<Student as __orm::Model>::TABLE, column),
            }
        }
    }
    impl __orm::HasColumn<628021283683842752> for Student {
        type Type = i64;
        const INDEX: usize = 0;
    }
    impl __orm::HasColumn<4569966122621998145> for Student {
        type Type = String;
        const INDEX: usize = 1;
    }
    impl __orm::HasColumn<8253495473240048185> for Student {
        type Type = Option<String>;
        const INDEX: usize = 2;
    }
    #[automatically_derived]
    #[allow(dead_code, clippy::self_named_constructors)]
    impl Student {
        /// Column `id`: `"id"` of `"students"`.
        #[must_use]
        pub const fn id() -> ::orm::Column<Student, i64> {
            ::orm::Column::at(0)
        }
        /// Column `first_name`: `"first_name"` of `"students"`.
        #[must_use]
        pub const fn first_name() -> ::orm::Column<Student, String> {
            ::orm::Column::at(1)
        }
        /// Column `last_name`: `"last_name"` of `"students"`.
        #[must_use]
        pub const fn last_name() -> ::orm::Column<Student, Option<String>> {
            ::orm::Column::at(2)
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewStudent {
        type Model = Student;
        const COLUMNS: &'static [usize] = &[1, 2];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => encode::<Student, 4569966122621998145>(&self.first_name),
                2 => encode::<Student, 8253495473240048185>(&self.last_name),
                _ => __orm::no_such_column(<Student as __orm::Model>::TABLE, column),
            }
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl NewStudent {
        /// Inserts the row into `"students"` and returns it as stored.
        ///
        /// # Errors
        ///
        /// Those of constraints.
        pub fn insert(self, on: &impl ::orm::Executor) -> ::orm::Result<Student> {
            __orm::insert(on, &self)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::ops::Deref for StudentLoaded<Named> {
        type Target = Student;
        fn deref(&self) -> &Student {
            &self.__row
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<Named> StudentLoaded<Named> {
        /// What was loaded under a name.
        #[must_use]
        pub fn named<__Name, __Index>(
            &self,
            _name: __Name,
        ) -> &<Named as __orm::Get<__Name, __Index>>::Out
        where
            Named: __orm::Get<__Name, __Index>,
        {
            __orm::Get::<__Name, __Index>::get(&self.__named)
        }
        /// The `Student` alone.
        #[must_use]
        pub fn into_inner(self) -> Student {
            self.__row
        }
    }
    impl<__Slot, __State> __orm::Attach<__Slot, __State> for Student
    where
        StudentLoaded: __orm::Attach<__Slot, __State>,
    {
        type Out = <StudentLoaded as __orm::Attach<__Slot, __State>>::Out;
        fn attach(self, state: __State) -> Self::Out {
            let row: StudentLoaded = StudentLoaded {
                __row: self,
                __named: (),
            };
            __orm::Attach::attach(row, state)
        }
    }
    impl<Named, __Name, __State> __orm::Attach<__orm::Slot<__Name>, __State>
    for StudentLoaded<Named> {
        type Out = StudentLoaded<__orm::Extra<__Name, __State, Named>>;
        fn attach(self, state: __State) -> Self::Out {
            StudentLoaded {
                __row: self.__row,
                __named: __orm::Extra::new(state, self.__named),
            }
        }
    }
    impl<Named> __orm::Attach<__orm::AttachOnce, __orm::AttachOnce>
    for StudentLoaded<Named> {
        type Out = Self;
        fn attach(self, _: __orm::AttachOnce) -> Self {
            self
        }
    }
    #[automatically_derived]
    impl<Named: ::core::clone::Clone> ::core::clone::Clone for StudentLoaded<Named>
    where
        for<'__row> Student: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            StudentLoaded {
                __row: ::core::clone::Clone::clone(&self.__row),
                __named: ::core::clone::Clone::clone(&self.__named),
            }
        }
    }
    #[automatically_derived]
    impl<Named: ::core::fmt::Debug> ::core::fmt::Debug for StudentLoaded<Named>
    where
        for<'__row> Student: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("StudentLoaded")
                .field("row", &self.__row)
                .field("named", &self.__named)
                .finish()
        }
    }
    #[automatically_derived]
    impl<Named: ::core::cmp::PartialEq> ::core::cmp::PartialEq for StudentLoaded<Named>
    where
        for<'__row> Student: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.__named == other.__named
        }
    }
    #[automatically_derived]
    impl<Named: __orm::SerializeEntry> __orm::serde::Serialize for StudentLoaded<Named>
    where
        for<'__row> Student: __orm::serde::Serialize,
    {
        fn serialize<__S: __orm::serde::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __orm::serialize_loaded(
                serializer,
                &self.__row,
                |map| { __orm::SerializeEntry::serialize_entry(&self.__named, "", map) },
            )
        }
    }
};
