/// A `Person` to insert.
#[allow(dead_code, private_interfaces)]
pub(crate) struct NewPerson {
    /// Column `first_name`: `"firstName"` of `"people"`.
    pub(crate) first_name: String,
    /// Column `type`: `"type"` of `"people"`.
    pub(crate) r#type: i32,
    /// Column `born`: `"birth"` of `"people"`.
    pub(crate) born: i64,
    /// Column `team_a`: `"teamA"` of `"people"`.
    pub(crate) team_a: Option<i64>,
    /// Column `team_b`: `"teamB"` of `"people"`.
    pub(crate) team_b: Option<i64>,
}
/// A `Person` with the relations that its query loaded.
#[allow(dead_code)]
pub(crate) struct PersonLoaded<Team = my::orm::NotLoaded, Named = ()>(
    my::orm::__private::Loaded<Person, (Team, ()), Named>,
);
/// A `Person` with relations. A signature names the states of the relations that the function reads.
#[allow(dead_code, missing_docs)]
pub(crate) trait PersonRelations: ::core::ops::Deref<Target = Person> {
    type Team;
    type Named;
    fn team(&self) -> &Self::Team
    where
        Self::Team: my::orm::IsLoaded;
    fn named<__N, __I, __V>(&self, name: __N) -> &__V
    where
        Self::Named: my::orm::Get<__N, __I, __V>;
}
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use my::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Person {
        type Key = (String, i32);
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = (my::orm::NotLoaded, ());
        const TABLE_NAME: __orm::TableName = __orm::TableName::new(
                "people",
                &["firstName", "type"],
            )
            .schema("main");
        const TABLE: &'static __orm::Table = {
            const RELATION_team: __orm::RelationDef = {
                #[allow(non_camel_case_types)]
                const fn definition<a, references, b>() -> __orm::RelationDef {
                    let target = __orm::other::<Team>();
                    const _: () = ::core::assert!(
                        __orm::nullable:: < Person, 16146406806667305368, _ > (), "{}",
                        "a column of type `Option<i64>` cannot become `NULL`, as `on_delete = set_null` asks; give it the type `Option<Option<i64>>`, or choose another action"
                    );
                    const _: () = ::core::assert!(
                        __orm::nullable:: < Person, 16146410105202190001, _ > (), "{}",
                        "a column of type `Option<i64>` cannot become `NULL`, as `on_delete = set_null` asks; give it the type `Option<Option<i64>>`, or choose another action"
                    );
                    let fields = (
                        target
                            .field::<12638187200555641996, _, a, references>()
                            .referred_by::<Option<i64>>(),
                        target
                            .field::<12638190499090526629, _, b, references>()
                            .referred_by::<Option<i64>>(),
                    );
                    __orm::RelationDef::direct(
                        "team",
                        __orm::RelationKind::BelongsTo,
                        (<Person as __orm::Mapped>::table, &[3, 4]),
                        (target.table(), __orm::two::indexes(&fields)),
                    )
                }
                definition::<(), (), ()>()
            };
            const FOREIGN_KEYS: &[__orm::ForeignKey] = &[
                __orm::ForeignKey::of(&RELATION_team, __orm::OnDelete::SetNull),
            ];
            &__orm::Table::of::<
                Self,
            >(
                    "Person",
                    const {
                        &[
                            __orm::column::<Self, 4569966122621998145, _>(),
                            __orm::column::<Self, 12075340201627130925, _>(),
                            __orm::column::<Self, 14780480394547534526, _>(),
                            __orm::column::<Self, 16146406806667305368, _>(),
                            __orm::column::<Self, 16146410105202190001, _>(),
                        ]
                    },
                )
                .unique(&[&[3], &[0, 2]])
                .indexes(&[&[2], &[2]])
                .foreign_keys(FOREIGN_KEYS)
                .relations(&[&RELATION_team])
        };
        const PRIMARY_KEY: &'static [usize] = &[0, 1];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> my::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                first_name: __orm::decode::<Self, 4569966122621998145, _>(row, at)?,
                r#type: __orm::decode::<Self, 12075340201627130925, _>(row, at)?,
                born: __orm::decode::<Self, 14780480394547534526, _>(row, at)?,
                team_a: __orm::decode::<Self, 16146406806667305368, _>(row, at)?,
                team_b: __orm::decode::<Self, 16146410105202190001, _>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> my::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 4569966122621998145, _>(&self.first_name),
                1 => __orm::encode::<Self, 12075340201627130925, _>(&self.r#type),
                2 => __orm::encode::<Self, 14780480394547534526, _>(&self.born),
                3 => __orm::encode::<Self, 16146406806667305368, _>(&self.team_a),
                4 => __orm::encode::<Self, 16146410105202190001, _>(&self.team_b),
                _ => __orm::no_such_column::<Person>(column),
            }
        }
    }
    impl __orm::Model for Person {}
    impl __orm::HasColumn<4569966122621998145, String> for Person {
        type Type = String;
        const COLUMN: __orm::Names = __orm::names(
            0,
            "first_name",
            "firstName",
            "String",
        );
    }
    impl __orm::HasColumn<12075340201627130925, i32> for Person {
        type Type = i32;
        const COLUMN: __orm::Names = __orm::name(1, "type", "i32");
    }
    impl __orm::HasColumn<14780480394547534526, i64> for Person {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::names(2, "born", "birth", "i64");
    }
    impl __orm::HasColumn<16146406806667305368, Option<i64>> for Person {
        type Type = Option<i64>;
        const COLUMN: __orm::Names = __orm::names(3, "team_a", "teamA", "Option<i64>");
    }
    impl __orm::HasColumn<16146410105202190001, Option<i64>> for Person {
        type Type = Option<i64>;
        const COLUMN: __orm::Names = __orm::names(4, "team_b", "teamB", "Option<i64>");
    }
    impl Person {
        /// Column `first_name`: `"firstName"` of `"people"`.
        pub(crate) const fn first_name() -> my::orm::Column<Person, String> {
            my::orm::Column::at(0)
        }
        /// Column `type`: `"type"` of `"people"`.
        pub(crate) const fn r#type() -> my::orm::Column<Person, i32> {
            my::orm::Column::at(1)
        }
        /// Column `born`: `"birth"` of `"people"`.
        pub(crate) const fn born() -> my::orm::Column<Person, i64> {
            my::orm::Column::at(2)
        }
        /// Column `team_b`: `"teamB"` of `"people"`.
        pub(crate) const fn b() -> my::orm::Column<Person, Option<i64>> {
            my::orm::Column::at(4)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn first_name<M: __orm::ColumnsOf<Person>>(
            &self,
        ) -> my::orm::Column<M, String> {
            match *self {}
        }
        pub fn r#type<M: __orm::ColumnsOf<Person>>(&self) -> my::orm::Column<M, i32> {
            match *self {}
        }
        pub fn born<M: __orm::ColumnsOf<Person>>(&self) -> my::orm::Column<M, i64> {
            match *self {}
        }
        pub fn b<M: __orm::ColumnsOf<Person>>(&self) -> my::orm::Column<M, Option<i64>> {
            match *self {}
        }
    }
    const __AT_team: usize = __orm::other::<Team>().at(0);
    const __NULL_team: bool = __orm::nullable::<Person, 16146406806667305368, _>()
        || __orm::nullable::<Person, 16146410105202190001, _>();
    impl Person {
        /// Relation `team`: the `Team` that this row refers to.
        pub(crate) fn team() -> my::orm::Relation<
            Person,
            Team,
            __orm::KindIf<__NULL_team>,
            __AT_team,
        > {
            my::orm::Relation::new()
        }
    }
    impl __orm::HasRelation<18024489754618217260> for Person {
        const AT: usize = 0;
        type Kind = __orm::KindIf<__NULL_team>;
    }
    #[automatically_derived]
    impl __orm::Insertable for NewPerson {
        type Model = Person;
        const COLUMNS: &'static [usize] = &[0, 1, 2, 3, 4];
        fn encode(&self, column: usize) -> my::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Person, 4569966122621998145, _>(&self.first_name),
                1 => __orm::encode::<Person, 12075340201627130925, _>(&self.r#type),
                2 => __orm::encode::<Person, 14780480394547534526, _>(&self.born),
                3 => __orm::encode::<Person, 16146406806667305368, _>(&self.team_a),
                4 => __orm::encode::<Person, 16146410105202190001, _>(&self.team_b),
                _ => __orm::no_such_column::<Person>(column),
            }
        }
    }
    impl NewPerson {
        /** Inserts the row into `"people"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        pub(crate) fn insert<__Mode: __orm::Performs<Self, Person>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Person> {
            __orm::insert(on, self)
        }
    }
    type __WholeTeam = __orm::Whole<__orm::KindIf<__NULL_team>, Team>;
    pub struct __Unloaded<State = my::orm::NotLoaded>(State);
    impl ::core::ops::Deref for Person {
        type Target = __Unloaded;
        fn deref(&self) -> &__Unloaded {
            &__Unloaded(my::orm::NotLoaded)
        }
    }
    #[cfg(not(rust_analyzer))]
    impl<State> __Unloaded<State> {
        pub fn team(&self) -> &__orm::Read<State, __WholeTeam>
        where
            State: my::orm::IsLoaded,
        {
            self.0.read()
        }
    }
    impl<Team, Named> ::core::ops::Deref for PersonLoaded<Team, Named> {
        type Target = Person;
        fn deref(&self) -> &Person {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        PersonLoaded[Team Named] #[doc = " Returns the loaded `team`."] pub (crate) fn
        team(Team __WholeTeam[0]);
    }
    impl<Team, Named> PersonLoaded<Team, Named> {
        /// Returns the loaded `team`.
        #[cfg(not(rust_analyzer))]
        pub(crate) fn team(&self) -> &__orm::Read<Team, __WholeTeam>
        where
            Team: my::orm::IsLoaded,
        {
            self.0.states.0.read()
        }
        /// Returns the rows or the value that the query loaded under a name.
        pub(crate) fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: my::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Person` without its relations.
        pub(crate) fn into_inner(self) -> Person {
            self.0.row
        }
    }
    #[cfg(not(rust_analyzer))]
    impl<Team, Named> PersonRelations for PersonLoaded<Team, Named> {
        type Team = Team;
        type Named = Named;
        fn team(&self) -> &Team {
            &self.0.states.0
        }
        fn named<__N, __I, __V>(&self, _: __N) -> &__V
        where
            Named: my::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
    }
    type __Inner<Team, Named> = __orm::Loaded<Person, (Team, ()), Named>;
    impl<Team, Named> __orm::LoadedRow for PersonLoaded<Team, Named> {
        type Model = Person;
        type States = (Team, ());
        type Named = Named;
        fn into_loaded(self) -> __Inner<Team, Named> {
            self.0
        }
    }
    impl<Team, Named> __orm::Wrap<(Team, ()), Named> for Person {
        type Row = PersonLoaded<Team, Named>;
        fn wrap(loaded: __Inner<Team, Named>) -> Self::Row {
            PersonLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Team, Named> ::core::clone::Clone for PersonLoaded<Team, Named>
    where
        __Inner<Team, Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            PersonLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Team, Named> ::core::fmt::Debug for PersonLoaded<Team, Named>
    where
        __Inner<Team, Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Team, Named> ::core::cmp::PartialEq for PersonLoaded<Team, Named>
    where
        __Inner<Team, Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Team, Named> __orm::Serialize for PersonLoaded<Team, Named>
    where
        __Inner<Team, Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
