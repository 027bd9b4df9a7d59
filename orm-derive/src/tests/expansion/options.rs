/// A `Person` to insert.
#[allow(dead_code)]
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
pub(crate) struct PersonLoaded<Team = my::orm::NotLoaded, Named = ()> {
    __row: Person,
    team: Team,
    __named: Named,
}
/// A `Person` with relations, to name in a signature those that a function reads.
#[allow(dead_code)]
pub(crate) trait PersonRelations: ::core::ops::Deref<Target = Person> {
    /// The state of the relation `team`.
    type Team;
    /// What the relation loaded: `team`.
    fn team(&self) -> &Self::Team
    where
        Self::Team: my::orm::IsLoaded;
}
const _: () = {
    use my::orm::__private as __orm;
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
    ) -> my::orm::Result<M::Type> {
        __orm::decode_column::<M, M::Type>(row, at, M::INDEX)
    }
    fn encode<M: __orm::HasColumn<N>, const N: u64>(
        value: &M::Type,
    ) -> my::orm::Result<__orm::Value<'_>> {
        __orm::encode_column::<M, M::Type>(value, M::INDEX)
    }
    #[automatically_derived]
    impl __orm::Model for Person {
        type Key = (String, i32);
        const TABLE: &'static __orm::Table = {
            const COLUMNS: &[__orm::ColumnDef] = &[
                column::<
                    Person,
                    4569966122621998145,
                >("first_name", "firstName", "String"),
                column::<Person, 12075340201627130925>("type", "type", "i32"),
                column::<Person, 14780480394547534526>("born", "birth", "i64"),
                column::<Person, 16146406806667305368>("team_a", "teamA", "Option<i64>"),
                column::<Person, 16146410105202190001>("team_b", "teamB", "Option<i64>"),
            ];
            const RELATION_TEAM: __orm::RelationDef = {
                {
                    #[diagnostic::on_unimplemented(
                        message = "the column `team_a` cannot become `NULL`, as `on_delete = set_null` asks",
                        label = "not an `Option`",
                        note = "give it the type `Option<Option<i64>>`, or choose another action"
                    )]
                    trait __Nullable {}
                    #[diagnostic::do_not_recommend]
                    impl<__T: __orm::ColumnType<Presence = my::orm::Optional>> __Nullable
                    for __T {}
                    const fn check<__T: __Nullable>() {}
                    check::<Option<i64>>();
                }
                {
                    #[diagnostic::on_unimplemented(
                        message = "the column `team_b` cannot become `NULL`, as `on_delete = set_null` asks",
                        label = "not an `Option`",
                        note = "give it the type `Option<Option<i64>>`, or choose another action"
                    )]
                    trait __Nullable {}
                    #[diagnostic::do_not_recommend]
                    impl<__T: __orm::ColumnType<Presence = my::orm::Optional>> __Nullable
                    for __T {}
                    const fn check<__T: __Nullable>() {}
                    check::<Option<i64>>();
                }
                const REFERENCES: &[usize] = &[
                    {
                        type __Other = Team;
                        #[diagnostic::on_unimplemented(
                            message = "`Team` has no column `a`",
                            label = "not a field of `Team`",
                            note = "add the field to `Team`, or name another: `#[belongs_to(team: Team, references = ..)]`"
                        )]
                        trait __Field: __orm::HasColumn<12638187200555641996> {}
                        #[diagnostic::do_not_recommend]
                        impl<__M: __orm::HasColumn<12638187200555641996>> __Field
                        for __M {}
                        const fn position<__M: __Field>() -> usize {
                            __M::INDEX
                        }
                        const fn refers<__M: __orm::HasColumn<12638187200555641996>>()
                        where
                            Option<i64>: __orm::RefersTo<__M::Type>,
                        {}
                        let position = position::<__Other>();
                        refers::<__Other>();
                        position
                    },
                    {
                        type __Other = Team;
                        #[diagnostic::on_unimplemented(
                            message = "`Team` has no column `b`",
                            label = "not a field of `Team`",
                            note = "add the field to `Team`, or name another: `#[belongs_to(team: Team, references = ..)]`"
                        )]
                        trait __Field: __orm::HasColumn<12638190499090526629> {}
                        #[diagnostic::do_not_recommend]
                        impl<__M: __orm::HasColumn<12638190499090526629>> __Field
                        for __M {}
                        const fn position<__M: __Field>() -> usize {
                            __M::INDEX
                        }
                        const fn refers<__M: __orm::HasColumn<12638190499090526629>>()
                        where
                            Option<i64>: __orm::RefersTo<__M::Type>,
                        {}
                        let position = position::<__Other>();
                        refers::<__Other>();
                        position
                    },
                ];
                __orm::RelationDef::direct(
                    "team",
                    __orm::RelationKind::BelongsTo,
                    (<Person as __orm::Model>::table, &[3, 4]),
                    (<Team as __orm::Model>::table, REFERENCES),
                )
            };
            const FOREIGN_KEYS: &[__orm::ForeignKey] = &[
                __orm::ForeignKey::new(
                    RELATION_TEAM.from_columns,
                    RELATION_TEAM.to,
                    RELATION_TEAM.to_columns,
                    __orm::OnDelete::SetNull,
                ),
            ];
            &__orm::Table::new(
                    "Person",
                    "people",
                    COLUMNS,
                    <Person as __orm::Model>::PRIMARY_KEY,
                )
                .schema(::core::option::Option::Some("main"))
                .unique(&[&[3], &[0, 2]])
                .indexes(&[&[2], &[2]])
                .foreign_keys(FOREIGN_KEYS)
                .relations(&[&RELATION_TEAM])
        };
        const PRIMARY_KEY: &'static [usize] = &[0, 1];
        fn decode(row: __orm::Row<'_>, at: usize) -> my::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                first_name: decode::<Self, 4569966122621998145>(row, at)?,
                r#type: decode::<Self, 12075340201627130925>(row, at)?,
                born: decode::<Self, 14780480394547534526>(row, at)?,
                team_a: decode::<Self, 16146406806667305368>(row, at)?,
                team_b: decode::<Self, 16146410105202190001>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> my::orm::Result<__orm::Value<'_>> {
            match column {
                0 => encode::<Person, 4569966122621998145>(&self.first_name),
                1 => encode::<Person, 12075340201627130925>(&self.r#type),
                2 => encode::<Person, 14780480394547534526>(&self.born),
                3 => encode::<Person, 16146406806667305368>(&self.team_a),
                4 => encode::<Person, 16146410105202190001>(&self.team_b),
                _ => __orm::no_such_column(<Person as __orm::Model>::TABLE, column),
            }
        }
    }
    impl __orm::HasColumn<4569966122621998145> for Person {
        type Type = String;
        const INDEX: usize = 0;
    }
    impl __orm::HasColumn<12075340201627130925> for Person {
        type Type = i32;
        const INDEX: usize = 1;
    }
    impl __orm::HasColumn<14780480394547534526> for Person {
        type Type = i64;
        const INDEX: usize = 2;
    }
    impl __orm::HasColumn<16146406806667305368> for Person {
        type Type = Option<i64>;
        const INDEX: usize = 3;
    }
    impl __orm::HasColumn<16146410105202190001> for Person {
        type Type = Option<i64>;
        const INDEX: usize = 4;
    }
    #[automatically_derived]
    #[allow(dead_code, clippy::self_named_constructors)]
    impl Person {
        /// Column `first_name`: `"firstName"` of `"people"`.
        #[must_use]
        pub(crate) const fn first_name() -> my::orm::Column<Person, String> {
            my::orm::Column::at(0)
        }
        /// Column `type`: `"type"` of `"people"`.
        #[must_use]
        pub(crate) const fn r#type() -> my::orm::Column<Person, i32> {
            my::orm::Column::at(1)
        }
        /// Column `born`: `"birth"` of `"people"`.
        #[must_use]
        pub(crate) const fn born() -> my::orm::Column<Person, i64> {
            my::orm::Column::at(2)
        }
        /// Column `team_b`: `"teamB"` of `"people"`.
        #[must_use]
        pub(crate) const fn b() -> my::orm::Column<Person, Option<i64>> {
            my::orm::Column::at(4)
        }
    }
    #[automatically_derived]
    #[allow(dead_code, clippy::self_named_constructors)]
    impl Person {
        /// Relation `team`: the `Team` that this row refers to.
        pub(crate) fn team() -> my::orm::Relation<
            Person,
            Team,
            <(Option<i64>, Option<i64>) as __orm::ForeignKeyTypes>::Kind,
            0,
        > {
            use my::orm::Relation as __Relation;
            let _ = <Team as __orm::Model>::table;
            __Relation::new(<Person as __orm::Model>::TABLE.relations[0])
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewPerson {
        type Model = Person;
        const COLUMNS: &'static [usize] = &[0, 1, 2, 3, 4];
        fn encode(&self, column: usize) -> my::orm::Result<__orm::Value<'_>> {
            match column {
                0 => encode::<Person, 4569966122621998145>(&self.first_name),
                1 => encode::<Person, 12075340201627130925>(&self.r#type),
                2 => encode::<Person, 14780480394547534526>(&self.born),
                3 => encode::<Person, 16146406806667305368>(&self.team_a),
                4 => encode::<Person, 16146410105202190001>(&self.team_b),
                _ => __orm::no_such_column(<Person as __orm::Model>::TABLE, column),
            }
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl NewPerson {
        /// Inserts the row into `"people"` and returns it as stored.
        ///
        /// # Errors
        ///
        /// Those of constraints.
        pub(crate) fn insert(
            self,
            on: &impl my::orm::Executor,
        ) -> my::orm::Result<Person> {
            __orm::insert(on, &self)
        }
    }
    #[automatically_derived]
    impl<Team, Named> ::core::ops::Deref for PersonLoaded<Team, Named> {
        type Target = Person;
        fn deref(&self) -> &Person {
            &self.__row
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<Team, Named> PersonLoaded<Team, Named> {
        /// What the relation `team` loaded.
        #[must_use]
        pub(crate) fn team(&self) -> &Team
        where
            Team: my::orm::IsLoaded,
        {
            &self.team
        }
        /// What was loaded under a name.
        #[must_use]
        pub(crate) fn named<__Name, __Index>(
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
        pub(crate) fn into_inner(self) -> Person {
            self.__row
        }
    }
    #[automatically_derived]
    impl<Team, Named> PersonRelations for PersonLoaded<Team, Named> {
        type Team = Team;
        fn team(&self) -> &Team
        where
            Team: my::orm::IsLoaded,
        {
            &self.team
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
                team: my::orm::NotLoaded,
                __named: (),
            };
            __orm::Attach::attach(row, state)
        }
    }
    impl<Named, __State: my::orm::IsLoaded> __orm::Attach<__orm::At<Person, 0>, __State>
    for PersonLoaded<my::orm::NotLoaded, Named> {
        type Out = PersonLoaded<__State, Named>;
        fn attach(self, state: __State) -> Self::Out {
            PersonLoaded {
                __row: self.__row,
                team: state,
                __named: self.__named,
            }
        }
    }
    impl<Team, Named, __Name, __State> __orm::Attach<__orm::Slot<__Name>, __State>
    for PersonLoaded<Team, Named> {
        type Out = PersonLoaded<Team, __orm::Extra<__Name, __State, Named>>;
        fn attach(self, state: __State) -> Self::Out {
            PersonLoaded {
                __row: self.__row,
                team: self.team,
                __named: __orm::Extra::new(state, self.__named),
            }
        }
    }
    impl<Team, Named> __orm::Attach<__orm::AttachOnce, __orm::AttachOnce>
    for PersonLoaded<Team, Named> {
        type Out = Self;
        fn attach(self, _: __orm::AttachOnce) -> Self {
            self
        }
    }
    #[automatically_derived]
    impl<Team: ::core::clone::Clone, Named: ::core::clone::Clone> ::core::clone::Clone
    for PersonLoaded<Team, Named>
    where
        for<'__row> Person: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            PersonLoaded {
                __row: ::core::clone::Clone::clone(&self.__row),
                team: ::core::clone::Clone::clone(&self.team),
                __named: ::core::clone::Clone::clone(&self.__named),
            }
        }
    }
    #[automatically_derived]
    impl<Team: ::core::fmt::Debug, Named: ::core::fmt::Debug> ::core::fmt::Debug
    for PersonLoaded<Team, Named>
    where
        for<'__row> Person: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("PersonLoaded")
                .field("row", &self.__row)
                .field("team", &self.team)
                .field("named", &self.__named)
                .finish()
        }
    }
    #[automatically_derived]
    impl<
        Team: ::core::cmp::PartialEq,
        Named: ::core::cmp::PartialEq,
    > ::core::cmp::PartialEq for PersonLoaded<Team, Named>
    where
        for<'__row> Person: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.team == other.team
                && self.__named == other.__named
        }
    }
    #[automatically_derived]
    impl<
        Team: __orm::SerializeEntry,
        Named: __orm::SerializeEntry,
    > __orm::serde::Serialize for PersonLoaded<Team, Named>
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
                |map| {
                    __orm::SerializeEntry::serialize_entry(&self.team, "team", map)?;
                    __orm::SerializeEntry::serialize_entry(&self.__named, "", map)
                },
            )
        }
    }
};
