/// A `Teacher` to insert; the database assigns its key.
#[allow(dead_code)]
struct NewTeacher {
    /// Column `school_id`: `"school_id"` of `"teachers"`.
    school_id: Option<i64>,
}
/// A `Teacher` with the relations that its query loaded.
#[allow(dead_code)]
struct TeacherLoaded<
    Courses = ::orm::NotLoaded,
    Profile = ::orm::NotLoaded,
    Tags = ::orm::NotLoaded,
    Friends = ::orm::NotLoaded,
    School = ::orm::NotLoaded,
    Named = (),
> {
    __row: Teacher,
    courses: Courses,
    profile: Profile,
    tags: Tags,
    friends: Friends,
    school: School,
    __named: Named,
}
/// A `Teacher` with relations, to name in a signature those that a function reads.
#[allow(dead_code)]
trait TeacherRelations: ::core::ops::Deref<Target = Teacher> {
    /// The state of the relation `courses`.
    type Courses;
    /// The state of the relation `profile`.
    type Profile;
    /// The state of the relation `tags`.
    type Tags;
    /// The state of the relation `friends`.
    type Friends;
    /// The state of the relation `school`.
    type School;
    /// What the relation loaded: `courses`.
    fn courses(&self) -> &Self::Courses
    where
        Self::Courses: ::orm::IsLoaded;
    /// What the relation loaded: `profile`.
    fn profile(&self) -> &Self::Profile
    where
        Self::Profile: ::orm::IsLoaded;
    /// What the relation loaded: `tags`.
    fn tags(&self) -> &Self::Tags
    where
        Self::Tags: ::orm::IsLoaded;
    /// What the relation loaded: `friends`.
    fn friends(&self) -> &Self::Friends
    where
        Self::Friends: ::orm::IsLoaded;
    /// What the relation loaded: `school`.
    fn school(&self) -> &Self::School
    where
        Self::School: ::orm::IsLoaded;
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
    impl __orm::Model for Teacher {
        type Key = i64;
        const TABLE: &'static __orm::Table = {
            const COLUMNS: &[__orm::ColumnDef] = &[
                column::<Teacher, 628021283683842752>("id", "id", "i64"),
                column::<
                    Teacher,
                    14745437856935660047,
                >("school_id", "school_id", "Option<i64>"),
            ];
            const RELATION_COURSES: __orm::RelationDef = {
                const FOREIGN_KEY: &[usize] = &[
                    {
                        type __Other = Course;
                        #[diagnostic::on_unimplemented(
                            message = "`Course` has no column `teacher_id`",
                            label = "`courses` of `Teacher` looks for it there",
                            note = "add the field to `Course`, or name another: `#[has_many(courses: Course, foreign_key = ..)]`"
                        )]
                        trait __Field: __orm::HasColumn<5899312199393413987> {}
                        #[diagnostic::do_not_recommend]
                        impl<__M: __orm::HasColumn<5899312199393413987>> __Field
                        for __M {}
                        const fn position<__M: __Field>() -> usize {
                            __M::INDEX
                        }
                        const fn refers<__M: __orm::HasColumn<5899312199393413987>>()
                        where
                            __M::Type: __orm::RefersTo<i64>,
                        {}
                        let position = position::<__Other>();
                        refers::<__Other>();
                        position
                    },
                ];
                __orm::RelationDef::direct(
                    "courses",
                    __orm::RelationKind::HasMany,
                    (<Teacher as __orm::Model>::table, &[0]),
                    (<Course as __orm::Model>::table, FOREIGN_KEY),
                )
            };
            const RELATION_PROFILE: __orm::RelationDef = {
                const FOREIGN_KEY: &[usize] = &[
                    {
                        type __Other = Profile;
                        #[diagnostic::on_unimplemented(
                            message = "`Profile` has no column `owner_id`",
                            label = "not a field of `Profile`",
                            note = "add the field to `Profile`, or name another: `#[has_one(profile: Profile, foreign_key = ..)]`"
                        )]
                        trait __Field: __orm::HasColumn<17727724891441883492> {}
                        #[diagnostic::do_not_recommend]
                        impl<__M: __orm::HasColumn<17727724891441883492>> __Field
                        for __M {}
                        const fn position<__M: __Field>() -> usize {
                            __M::INDEX
                        }
                        const fn refers<__M: __orm::HasColumn<17727724891441883492>>()
                        where
                            __M::Type: __orm::RefersTo<i64>,
                        {}
                        let position = position::<__Other>();
                        refers::<__Other>();
                        position
                    },
                ];
                __orm::RelationDef::direct(
                    "profile",
                    __orm::RelationKind::HasOne,
                    (<Teacher as __orm::Model>::table, &[0]),
                    (<Profile as __orm::Model>::table, FOREIGN_KEY),
                )
            };
            const RELATION_TAGS: __orm::RelationDef = __orm::RelationDef::through(
                "tags",
                (<Teacher as __orm::Model>::table, &[0]),
                (<Tag as __orm::Model>::table, <Tag as __orm::Model>::PRIMARY_KEY),
                {
                    const LEFT: &[&str] = &[
                        <Tagging as __orm::Model>::TABLE
                            .columns[{
                                type __Other = Tagging;
                                #[diagnostic::on_unimplemented(
                                    message = "`Tagging` has no column `teacher_id`",
                                    label = "`tags` of `Teacher` looks for it there",
                                    note = "add the field to `Tagging`, or name another: `#[many_to_many(tags: Tag, left = ..)]`"
                                )]
                                trait __Field: __orm::HasColumn<5899312199393413987> {}
                                #[diagnostic::do_not_recommend]
                                impl<__M: __orm::HasColumn<5899312199393413987>> __Field
                                for __M {}
                                const fn position<__M: __Field>() -> usize {
                                    __M::INDEX
                                }
                                const fn refers<__M: __orm::HasColumn<5899312199393413987>>()
                                where
                                    __M::Type: __orm::RefersTo<i64>,
                                {}
                                let position = position::<__Other>();
                                refers::<__Other>();
                                position
                            }]
                            .name,
                    ];
                    const RIGHT: &[&str] = &[
                        <Tagging as __orm::Model>::TABLE
                            .columns[{
                                type __Other = Tagging;
                                #[diagnostic::on_unimplemented(
                                    message = "`Tagging` has no column `tag_id`",
                                    label = "`tags` of `Teacher` looks for it there",
                                    note = "add the field to `Tagging`, or name another: `#[many_to_many(tags: Tag, right = ..)]`"
                                )]
                                trait __Field: __orm::HasColumn<14054663237666444361> {}
                                #[diagnostic::do_not_recommend]
                                impl<__M: __orm::HasColumn<14054663237666444361>> __Field
                                for __M {}
                                const fn position<__M: __Field>() -> usize {
                                    __M::INDEX
                                }
                                const fn refers<
                                    __M: __orm::HasColumn<14054663237666444361>,
                                >()
                                where
                                    __M::Type: __orm::RefersTo<<Tag as __orm::Model>::Key>,
                                {}
                                let position = position::<__Other>();
                                refers::<__Other>();
                                position
                            }]
                            .name,
                    ];
                    __orm::Through::model(
                        <Tagging as __orm::Model>::table,
                        <Tagging as __orm::Model>::TABLE,
                        LEFT,
                        RIGHT,
                    )
                },
            );
            const RELATION_FRIENDS: __orm::RelationDef = __orm::RelationDef::through(
                "friends",
                (<Teacher as __orm::Model>::table, &[0]),
                (
                    <Teacher as __orm::Model>::table,
                    <Teacher as __orm::Model>::PRIMARY_KEY,
                ),
                __orm::Through::bare("friendships", &["one_id"], &["other_id"]),
            );
            const RELATION_SCHOOL: __orm::RelationDef = {
                __orm::check_key::<Option<i64>, <School as __orm::Model>::Key>();
                __orm::RelationDef::direct(
                    "school",
                    __orm::RelationKind::BelongsTo,
                    (<Teacher as __orm::Model>::table, &[1]),
                    (
                        <School as __orm::Model>::table,
                        <School as __orm::Model>::PRIMARY_KEY,
                    ),
                )
            };
            const FOREIGN_KEYS: &[__orm::ForeignKey] = &[
                __orm::ForeignKey::new(
                    RELATION_SCHOOL.from_columns,
                    RELATION_SCHOOL.to,
                    RELATION_SCHOOL.to_columns,
                    __orm::OnDelete::Cascade,
                ),
            ];
            &__orm::Table::new(
                    "Teacher",
                    "teachers",
                    COLUMNS,
                    <Teacher as __orm::Model>::PRIMARY_KEY,
                )
                .generated_key(true)
                .foreign_keys(FOREIGN_KEYS)
                .relations(
                    &[
                        &RELATION_COURSES,
                        &RELATION_PROFILE,
                        &RELATION_TAGS,
                        &RELATION_FRIENDS,
                        &RELATION_SCHOOL,
                    ],
                )
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: decode::<Self, 628021283683842752>(row, at)?,
                school_id: decode::<Self, 14745437856935660047>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => encode::<Teacher, 628021283683842752>(&self.id),
                1 => encode::<Teacher, 14745437856935660047>(&self.school_id),
                _ => __orm::no_such_column(<Teacher as __orm::Model>::TABLE, column),
            }
        }
    }
    impl __orm::HasColumn<628021283683842752> for Teacher {
        type Type = i64;
        const INDEX: usize = 0;
    }
    impl __orm::HasColumn<14745437856935660047> for Teacher {
        type Type = Option<i64>;
        const INDEX: usize = 1;
    }
    #[automatically_derived]
    #[allow(dead_code, clippy::self_named_constructors)]
    impl Teacher {
        /// Column `id`: `"id"` of `"teachers"`.
        #[must_use]
        const fn id() -> ::orm::Column<Teacher, i64> {
            ::orm::Column::at(0)
        }
        /// Column `school_id`: `"school_id"` of `"teachers"`.
        #[must_use]
        const fn school_id() -> ::orm::Column<Teacher, Option<i64>> {
            ::orm::Column::at(1)
        }
    }
    #[automatically_derived]
    #[allow(dead_code, clippy::self_named_constructors)]
    impl Teacher {
        /// Relation `courses`: each `Course` that refers to this row.
        fn courses() -> ::orm::Relation<Teacher, Course, __orm::ToMany, 0> {
            use ::orm::Relation as __Relation;
            let _ = <Course as __orm::Model>::table;
            __Relation::new(<Teacher as __orm::Model>::TABLE.relations[0])
        }
        /// Relation `profile`: the `Profile` that refers to this row.
        fn profile() -> ::orm::Relation<Teacher, Profile, __orm::ToMaybe, 1> {
            use ::orm::Relation as __Relation;
            let _ = <Profile as __orm::Model>::table;
            __Relation::new(<Teacher as __orm::Model>::TABLE.relations[1])
        }
        /// Relation `tags`: each `Tag` linked with this row by `Tagging`.
        fn tags() -> ::orm::Relation<Teacher, Tag, __orm::ToMany, 2> {
            use ::orm::Relation as __Relation;
            let _ = <Tag as __orm::Model>::table;
            __Relation::new(<Teacher as __orm::Model>::TABLE.relations[2])
        }
        /// Relation `friends`: each `Teacher` linked with this row by `"friendships"`.
        fn friends() -> ::orm::Relation<Teacher, Teacher, __orm::ToMany, 3> {
            use ::orm::Relation as __Relation;
            let _ = <Teacher as __orm::Model>::table;
            __Relation::new(<Teacher as __orm::Model>::TABLE.relations[3])
        }
        /// Relation `school`: the `School` that this row refers to.
        fn school() -> ::orm::Relation<
            Teacher,
            School,
            <(Option<i64>,) as __orm::ForeignKeyTypes>::Kind,
            4,
        > {
            use ::orm::Relation as __Relation;
            let _ = <School as __orm::Model>::table;
            __Relation::new(<Teacher as __orm::Model>::TABLE.relations[4])
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewTeacher {
        type Model = Teacher;
        const COLUMNS: &'static [usize] = &[1];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => encode::<Teacher, 14745437856935660047>(&self.school_id),
                _ => __orm::no_such_column(<Teacher as __orm::Model>::TABLE, column),
            }
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl NewTeacher {
        /// Inserts the row into `"teachers"` and returns it as stored.
        ///
        /// # Errors
        ///
        /// Those of constraints.
        fn insert(self, on: &impl ::orm::Executor) -> ::orm::Result<Teacher> {
            __orm::insert(on, &self)
        }
    }
    #[automatically_derived]
    impl<Courses, Profile, Tags, Friends, School, Named> ::core::ops::Deref
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Target = Teacher;
        fn deref(&self) -> &Teacher {
            &self.__row
        }
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl<
        Courses,
        Profile,
        Tags,
        Friends,
        School,
        Named,
    > TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        /// What the relation `courses` loaded.
        #[must_use]
        fn courses(&self) -> &Courses
        where
            Courses: ::orm::IsLoaded,
        {
            &self.courses
        }
        /// What the relation `profile` loaded.
        #[must_use]
        fn profile(&self) -> &Profile
        where
            Profile: ::orm::IsLoaded,
        {
            &self.profile
        }
        /// What the relation `tags` loaded.
        #[must_use]
        fn tags(&self) -> &Tags
        where
            Tags: ::orm::IsLoaded,
        {
            &self.tags
        }
        /// What the relation `friends` loaded.
        #[must_use]
        fn friends(&self) -> &Friends
        where
            Friends: ::orm::IsLoaded,
        {
            &self.friends
        }
        /// What the relation `school` loaded.
        #[must_use]
        fn school(&self) -> &School
        where
            School: ::orm::IsLoaded,
        {
            &self.school
        }
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
        /// The `Teacher` alone.
        #[must_use]
        fn into_inner(self) -> Teacher {
            self.__row
        }
    }
    #[automatically_derived]
    impl<Courses, Profile, Tags, Friends, School, Named> TeacherRelations
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Courses = Courses;
        type Profile = Profile;
        type Tags = Tags;
        type Friends = Friends;
        type School = School;
        fn courses(&self) -> &Courses
        where
            Courses: ::orm::IsLoaded,
        {
            &self.courses
        }
        fn profile(&self) -> &Profile
        where
            Profile: ::orm::IsLoaded,
        {
            &self.profile
        }
        fn tags(&self) -> &Tags
        where
            Tags: ::orm::IsLoaded,
        {
            &self.tags
        }
        fn friends(&self) -> &Friends
        where
            Friends: ::orm::IsLoaded,
        {
            &self.friends
        }
        fn school(&self) -> &School
        where
            School: ::orm::IsLoaded,
        {
            &self.school
        }
    }
    impl<__Slot, __State> __orm::Attach<__Slot, __State> for Teacher
    where
        TeacherLoaded: __orm::Attach<__Slot, __State>,
    {
        type Out = <TeacherLoaded as __orm::Attach<__Slot, __State>>::Out;
        fn attach(self, state: __State) -> Self::Out {
            let row: TeacherLoaded = TeacherLoaded {
                __row: self,
                courses: ::orm::NotLoaded,
                profile: ::orm::NotLoaded,
                tags: ::orm::NotLoaded,
                friends: ::orm::NotLoaded,
                school: ::orm::NotLoaded,
                __named: (),
            };
            __orm::Attach::attach(row, state)
        }
    }
    impl<
        Profile,
        Tags,
        Friends,
        School,
        Named,
        __State: ::orm::IsLoaded,
    > __orm::Attach<__orm::At<Teacher, 0>, __State>
    for TeacherLoaded<::orm::NotLoaded, Profile, Tags, Friends, School, Named> {
        type Out = TeacherLoaded<__State, Profile, Tags, Friends, School, Named>;
        fn attach(self, state: __State) -> Self::Out {
            TeacherLoaded {
                __row: self.__row,
                courses: state,
                profile: self.profile,
                tags: self.tags,
                friends: self.friends,
                school: self.school,
                __named: self.__named,
            }
        }
    }
    impl<
        Courses,
        Tags,
        Friends,
        School,
        Named,
        __State: ::orm::IsLoaded,
    > __orm::Attach<__orm::At<Teacher, 1>, __State>
    for TeacherLoaded<Courses, ::orm::NotLoaded, Tags, Friends, School, Named> {
        type Out = TeacherLoaded<Courses, __State, Tags, Friends, School, Named>;
        fn attach(self, state: __State) -> Self::Out {
            TeacherLoaded {
                __row: self.__row,
                courses: self.courses,
                profile: state,
                tags: self.tags,
                friends: self.friends,
                school: self.school,
                __named: self.__named,
            }
        }
    }
    impl<
        Courses,
        Profile,
        Friends,
        School,
        Named,
        __State: ::orm::IsLoaded,
    > __orm::Attach<__orm::At<Teacher, 2>, __State>
    for TeacherLoaded<Courses, Profile, ::orm::NotLoaded, Friends, School, Named> {
        type Out = TeacherLoaded<Courses, Profile, __State, Friends, School, Named>;
        fn attach(self, state: __State) -> Self::Out {
            TeacherLoaded {
                __row: self.__row,
                courses: self.courses,
                profile: self.profile,
                tags: state,
                friends: self.friends,
                school: self.school,
                __named: self.__named,
            }
        }
    }
    impl<
        Courses,
        Profile,
        Tags,
        School,
        Named,
        __State: ::orm::IsLoaded,
    > __orm::Attach<__orm::At<Teacher, 3>, __State>
    for TeacherLoaded<Courses, Profile, Tags, ::orm::NotLoaded, School, Named> {
        type Out = TeacherLoaded<Courses, Profile, Tags, __State, School, Named>;
        fn attach(self, state: __State) -> Self::Out {
            TeacherLoaded {
                __row: self.__row,
                courses: self.courses,
                profile: self.profile,
                tags: self.tags,
                friends: state,
                school: self.school,
                __named: self.__named,
            }
        }
    }
    impl<
        Courses,
        Profile,
        Tags,
        Friends,
        Named,
        __State: ::orm::IsLoaded,
    > __orm::Attach<__orm::At<Teacher, 4>, __State>
    for TeacherLoaded<Courses, Profile, Tags, Friends, ::orm::NotLoaded, Named> {
        type Out = TeacherLoaded<Courses, Profile, Tags, Friends, __State, Named>;
        fn attach(self, state: __State) -> Self::Out {
            TeacherLoaded {
                __row: self.__row,
                courses: self.courses,
                profile: self.profile,
                tags: self.tags,
                friends: self.friends,
                school: state,
                __named: self.__named,
            }
        }
    }
    impl<
        Courses,
        Profile,
        Tags,
        Friends,
        School,
        Named,
        __Name,
        __State,
    > __orm::Attach<__orm::Slot<__Name>, __State>
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Out = TeacherLoaded<
            Courses,
            Profile,
            Tags,
            Friends,
            School,
            __orm::Extra<__Name, __State, Named>,
        >;
        fn attach(self, state: __State) -> Self::Out {
            TeacherLoaded {
                __row: self.__row,
                courses: self.courses,
                profile: self.profile,
                tags: self.tags,
                friends: self.friends,
                school: self.school,
                __named: __orm::Extra::new(state, self.__named),
            }
        }
    }
    impl<
        Courses,
        Profile,
        Tags,
        Friends,
        School,
        Named,
    > __orm::Attach<__orm::AttachOnce, __orm::AttachOnce>
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Out = Self;
        fn attach(self, _: __orm::AttachOnce) -> Self {
            self
        }
    }
    #[automatically_derived]
    impl<
        Courses: ::core::clone::Clone,
        Profile: ::core::clone::Clone,
        Tags: ::core::clone::Clone,
        Friends: ::core::clone::Clone,
        School: ::core::clone::Clone,
        Named: ::core::clone::Clone,
    > ::core::clone::Clone
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        for<'__row> Teacher: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            TeacherLoaded {
                __row: ::core::clone::Clone::clone(&self.__row),
                courses: ::core::clone::Clone::clone(&self.courses),
                profile: ::core::clone::Clone::clone(&self.profile),
                tags: ::core::clone::Clone::clone(&self.tags),
                friends: ::core::clone::Clone::clone(&self.friends),
                school: ::core::clone::Clone::clone(&self.school),
                __named: ::core::clone::Clone::clone(&self.__named),
            }
        }
    }
    #[automatically_derived]
    impl<
        Courses: ::core::fmt::Debug,
        Profile: ::core::fmt::Debug,
        Tags: ::core::fmt::Debug,
        Friends: ::core::fmt::Debug,
        School: ::core::fmt::Debug,
        Named: ::core::fmt::Debug,
    > ::core::fmt::Debug
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        for<'__row> Teacher: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            f.debug_struct("TeacherLoaded")
                .field("row", &self.__row)
                .field("courses", &self.courses)
                .field("profile", &self.profile)
                .field("tags", &self.tags)
                .field("friends", &self.friends)
                .field("school", &self.school)
                .field("named", &self.__named)
                .finish()
        }
    }
    #[automatically_derived]
    impl<
        Courses: ::core::cmp::PartialEq,
        Profile: ::core::cmp::PartialEq,
        Tags: ::core::cmp::PartialEq,
        Friends: ::core::cmp::PartialEq,
        School: ::core::cmp::PartialEq,
        Named: ::core::cmp::PartialEq,
    > ::core::cmp::PartialEq
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        for<'__row> Teacher: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.courses == other.courses
                && self.profile == other.profile && self.tags == other.tags
                && self.friends == other.friends && self.school == other.school
                && self.__named == other.__named
        }
    }
    #[automatically_derived]
    impl<
        Courses: __orm::SerializeEntry,
        Profile: __orm::SerializeEntry,
        Tags: __orm::SerializeEntry,
        Friends: __orm::SerializeEntry,
        School: __orm::SerializeEntry,
        Named: __orm::SerializeEntry,
    > __orm::serde::Serialize
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        for<'__row> Teacher: __orm::serde::Serialize,
    {
        fn serialize<__S: __orm::serde::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __orm::serialize_loaded(
                serializer,
                &self.__row,
                |map| {
                    __orm::SerializeEntry::serialize_entry(
                        &self.courses,
                        "courses",
                        map,
                    )?;
                    __orm::SerializeEntry::serialize_entry(
                        &self.profile,
                        "profile",
                        map,
                    )?;
                    __orm::SerializeEntry::serialize_entry(&self.tags, "tags", map)?;
                    __orm::SerializeEntry::serialize_entry(
                        &self.friends,
                        "friends",
                        map,
                    )?;
                    __orm::SerializeEntry::serialize_entry(&self.school, "school", map)?;
                    __orm::SerializeEntry::serialize_entry(&self.__named, "", map)
                },
            )
        }
    }
};
