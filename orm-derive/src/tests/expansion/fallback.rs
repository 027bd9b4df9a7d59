::core::compile_error! {
    "no primary key; add `id: i64`, mark a field `#[model(primary_key)]` or write `#[model(primary_key(a, b))]`"
}
/// A `Person` to insert.
#[allow(dead_code, private_interfaces)]
struct NewPerson {
    /// Column `name`: `"name"` of `"persons"`.
    name: String,
}
/// A `Person` with the relations that its query loaded.
#[allow(dead_code)]
struct PersonLoaded<Named = ()>(::orm::__private::Loaded<Person, (), Named>);
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Person {
        type Key = i64;
        type Itself = Self;
        type Columns = ();
        type Unloaded = ();
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("persons", &[]);
        const TABLE: &'static __orm::Table = &__orm::Table::of::<Self>("Person", &[]);
        const PRIMARY_KEY: &'static [usize] = &[];
        fn decode(_: __orm::Row<'_>, _: usize) -> ::orm::Result<Self> {
            loop {}
        }
        fn encode(&self, _: usize) -> ::orm::Result<__orm::Value<'_>> {
            loop {}
        }
    }
    impl __orm::Model for Person {}
    impl __orm::HasColumn<14176396743819860870, String> for Person {
        type Type = String;
        const COLUMN: __orm::Names = __orm::name(0, "name", "String");
    }
    impl Person {
        /// Column `name`: `"name"` of `"persons"`.
        const fn name() -> ::orm::Column<Person, String> {
            ::orm::Column::at(0)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn name<M: __orm::ColumnsOf<Person>>(&self) -> ::orm::Column<M, String> {
            match *self {}
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewPerson {
        type Model = Person;
        const COLUMNS: &'static [usize] = &[0];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Person, 14176396743819860870, _>(&self.name),
                _ => __orm::no_such_column::<Person>(column),
            }
        }
    }
    impl NewPerson {
        /** Inserts the row into `"persons"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        fn insert<__Mode: __orm::Performs<Self, Person>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Person> {
            __orm::insert(on, self)
        }
    }
    impl<Named> ::core::ops::Deref for PersonLoaded<Named> {
        type Target = Person;
        fn deref(&self) -> &Person {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        PersonLoaded[Named]
    }
    impl<Named> PersonLoaded<Named> {
        /// Returns the rows or the value that the query loaded under a name.
        fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Person` without its relations.
        fn into_inner(self) -> Person {
            self.0.row
        }
    }
    type __Inner<Named> = __orm::Loaded<Person, (), Named>;
    impl<Named> __orm::LoadedRow for PersonLoaded<Named> {
        type Model = Person;
        type States = ();
        type Named = Named;
        fn into_loaded(self) -> __Inner<Named> {
            self.0
        }
    }
    impl<Named> __orm::Wrap<(), Named> for Person {
        type Row = PersonLoaded<Named>;
        fn wrap(loaded: __Inner<Named>) -> Self::Row {
            PersonLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::clone::Clone for PersonLoaded<Named>
    where
        __Inner<Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            PersonLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Named> ::core::fmt::Debug for PersonLoaded<Named>
    where
        __Inner<Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::cmp::PartialEq for PersonLoaded<Named>
    where
        __Inner<Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Named> __orm::Serialize for PersonLoaded<Named>
    where
        __Inner<Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
