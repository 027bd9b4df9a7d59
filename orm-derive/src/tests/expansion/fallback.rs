::core::compile_error! {
    "no primary key; add `id: i64`, mark a field `#[model(primary_key)]` or write `#[model(primary_key(a, b))]`"
}
/// A `Person` to insert.
#[allow(dead_code)]
struct NewPerson {
    /// Column `name`: `"name"` of `"persons"`.
    name: String,
}
/// A `Person` with the relations that its query loaded.
#[allow(dead_code)]
struct PersonLoaded<Named = ()> {
    __row: Person,
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
    impl __orm::Model for Person {
        type Key = i64;
        const TABLE: &'static __orm::Table = &__orm::Table::new(
            "Person",
            "persons",
            &[],
            &[],
        );
        const PRIMARY_KEY: &'static [usize] = &[];
        fn decode(_: __orm::Row<'_>, _: usize) -> ::orm::Result<Self> {
            loop {}
        }
        fn encode(&self, _: usize) -> ::orm::Result<__orm::Value<'_>> {
            loop {}
        }
    }
    impl __orm::HasColumn<14176396743819860870> for Person {
        type Type = String;
        const INDEX: usize = 0;
    }
    #[automatically_derived]
    #[allow(dead_code, clippy::self_named_constructors)]
    impl Person {
        /// Column `name`: `"name"` of `"persons"`.
        #[must_use]
        const fn name() -> ::orm::Column<Person, String> {
            ::orm::Column::at(0)
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewPerson {
        type Model = Person;
        const COLUMNS: &'static [usize] = &[0];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => encode::<Person, 14176396743819860870>(&self.name),
                _ => __orm::no_such_column(<Person as __orm::Model>::TABLE, column),
            }
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl NewPerson {
        /// Inserts the row into `"persons"` and returns it as stored.
        ///
        /// # Errors
        ///
        /// Those of constraints.
        fn insert(self, on: &impl ::orm::Executor) -> ::orm::Result<Person> {
            __orm::insert(on, &self)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::ops::Deref for PersonLoaded<Named> {
        type Target = Person;
        fn deref(&self) -> &Person {
            &self.__row
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<Named> PersonLoaded<Named> {
        /// What was loaded under a name.
        #[must_use]
        fn named<__Name, __Index>(
            &self,
            _name: __Name,
        ) -> &<Named as __orm::Get<__Name, __Index>>::Out
        where
            Named: __orm::Get<__Name, __Index>,
        {
            __orm::Get::<__Name, __Index>::get(&self.__named)
        }
        /// The `Person` alone.
        #[must_use]
        fn into_inner(self) -> Person {
            self.__row
        }
    }
    impl<__Slot, __State> __orm::Attach<__Slot, __State> for Person
    where
        PersonLoaded: __orm::Attach<__Slot, __State>,
    {
        type Out = <PersonLoaded as __orm::Attach<__Slot, __State>>::Out;
        fn attach(self, state: __State) -> Self::Out {
            let row: PersonLoaded = PersonLoaded {
                __row: self,
                __named: (),
            };
            __orm::Attach::attach(row, state)
        }
    }
    impl<Named, __Name, __State> __orm::Attach<__orm::Slot<__Name>, __State>
    for PersonLoaded<Named> {
        type Out = PersonLoaded<__orm::Extra<__Name, __State, Named>>;
        fn attach(self, state: __State) -> Self::Out {
            PersonLoaded {
                __row: self.__row,
                __named: __orm::Extra::new(state, self.__named),
            }
        }
    }
    impl<Named> __orm::Attach<__orm::AttachOnce, __orm::AttachOnce>
    for PersonLoaded<Named> {
        type Out = Self;
        fn attach(self, _: __orm::AttachOnce) -> Self {
            self
        }
    }
    #[automatically_derived]
    impl<Named: ::core::clone::Clone> ::core::clone::Clone for PersonLoaded<Named>
    where
        for<'__row> Person: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            PersonLoaded {
                __row: ::core::clone::Clone::clone(&self.__row),
                __named: ::core::clone::Clone::clone(&self.__named),
            }
        }
    }
    #[automatically_derived]
    impl<Named: ::core::fmt::Debug> ::core::fmt::Debug for PersonLoaded<Named>
    where
        for<'__row> Person: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("PersonLoaded")
                .field("row", &self.__row)
                .field("named", &self.__named)
                .finish()
        }
    }
    #[automatically_derived]
    impl<Named: ::core::cmp::PartialEq> ::core::cmp::PartialEq for PersonLoaded<Named>
    where
        for<'__row> Person: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.__named == other.__named
        }
    }
    #[automatically_derived]
    impl<Named: __orm::SerializeEntry> __orm::serde::Serialize for PersonLoaded<Named>
    where
        for<'__row> Person: __orm::serde::Serialize,
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
