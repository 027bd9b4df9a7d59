/// A `Teacher` to insert; the database assigns its key.
#[derive(::core::default::Default)]
#[allow(dead_code, private_interfaces)]
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
>(
    ::orm::__private::Loaded<
        Teacher,
        (Courses, (Profile, (Tags, (Friends, (School, ()))))),
        Named,
    >,
);
/// A `Teacher` with relations. A signature names the states of the relations that the function reads.
#[allow(dead_code, missing_docs)]
trait TeacherRelations: ::core::ops::Deref<Target = Teacher> {
    type Courses;
    type Profile;
    type Tags;
    type Friends;
    type School;
    type Named;
    fn courses(&self) -> &Self::Courses
    where
        Self::Courses: ::orm::IsLoaded;
    fn profile(&self) -> &Self::Profile
    where
        Self::Profile: ::orm::IsLoaded;
    fn tags(&self) -> &Self::Tags
    where
        Self::Tags: ::orm::IsLoaded;
    fn friends(&self) -> &Self::Friends
    where
        Self::Friends: ::orm::IsLoaded;
    fn school(&self) -> &Self::School
    where
        Self::School: ::orm::IsLoaded;
    fn named<__N, __I, __V>(&self, name: __N) -> &__V
    where
        Self::Named: ::orm::Get<__N, __I, __V>;
}
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Teacher {
        type Key = i64;
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = (
            ::orm::NotLoaded,
            (
                ::orm::NotLoaded,
                (::orm::NotLoaded, (::orm::NotLoaded, (::orm::NotLoaded, ()))),
            ),
        );
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("teachers", &["id"]);
        const TABLE: &'static __orm::Table = {
            const RELATION_courses: __orm::RelationDef = {
                #[allow(non_camel_case_types)]
                const fn definition<teacher_id, foreign_key>() -> __orm::RelationDef {
                    let target = __orm::other::<Course>();
                    let fields = (
                        target
                            .field::<5899312199393413987, _, teacher_id, foreign_key>()
                            .refers_to::<i64>(),
                    );
                    let to = (target.table(), __orm::one::indexes(&fields));
                    __orm::RelationDef::direct(
                        "courses",
                        __orm::RelationKind::HasMany,
                        (<Teacher as __orm::Mapped>::table, &[0]),
                        to,
                    )
                }
                definition::<(), ()>()
            };
            const RELATION_profile: __orm::RelationDef = {
                #[allow(non_camel_case_types)]
                const fn definition<owner_id, foreign_key>() -> __orm::RelationDef {
                    let target = __orm::other::<Profile>();
                    let fields = (
                        target
                            .field::<17727724891441883492, _, owner_id, foreign_key>()
                            .refers_to::<i64>(),
                    );
                    let to = (target.table(), __orm::one::indexes(&fields));
                    __orm::RelationDef::direct(
                        "profile",
                        __orm::RelationKind::HasOne,
                        (<Teacher as __orm::Mapped>::table, &[0]),
                        to,
                    )
                }
                definition::<(), ()>()
            };
            const RELATION_tags: __orm::RelationDef = {
                #[allow(non_camel_case_types)]
                const fn definition<teacher_id, left, tag_id, right>() -> __orm::RelationDef {
                    let target = __orm::other::<Tag>();
                    let between = __orm::other::<Tagging>();
                    let left = (
                        between
                            .field::<5899312199393413987, _, teacher_id, left>()
                            .refers_to::<i64>(),
                    );
                    let fields = (
                        between.field::<14054663237666444361, _, tag_id, right>(),
                    );
                    target.one(&fields);
                    let through = between
                        .through(__orm::one::names(&left), __orm::one::names(&fields));
                    __orm::RelationDef::through(
                        "tags",
                        (<Teacher as __orm::Mapped>::table, &[0]),
                        target.key(),
                        through,
                    )
                }
                definition::<(), (), (), ()>()
            };
            const RELATION_friends: __orm::RelationDef = {
                let target = __orm::other::<Teacher>();
                target
                    .check_columns(
                        1,
                        "the primary key of `Teacher` does not have 1 column; write one column for each column of the key, in the same order: `right = (\"a\", \"b\")`",
                    );
                let through = __orm::Through::bare(
                    "friendships",
                    &["one_id"],
                    &["other_id"],
                );
                __orm::RelationDef::through(
                    "friends",
                    (<Teacher as __orm::Mapped>::table, &[0]),
                    target.key(),
                    through,
                )
            };
            const RELATION_school: __orm::RelationDef = {
                let target = __orm::other::<School>();
                target.check_key::<Option<i64>>();
                __orm::RelationDef::direct(
                    "school",
                    __orm::RelationKind::BelongsTo,
                    (<Teacher as __orm::Mapped>::table, &[1]),
                    target.key(),
                )
            };
            const FOREIGN_KEYS: &[__orm::ForeignKey] = &[
                __orm::ForeignKey::of(&RELATION_school, __orm::OnDelete::Cascade),
            ];
            &__orm::Table::of::<
                Self,
            >(
                    "Teacher",
                    const {
                        &[
                            __orm::column::<Self, 628021283683842752, _>(),
                            __orm::column::<Self, 14745437856935660047, _>(),
                        ]
                    },
                )
                .generated_key(true)
                .foreign_keys(FOREIGN_KEYS)
                .relations(
                    &[
                        &RELATION_courses,
                        &RELATION_profile,
                        &RELATION_tags,
                        &RELATION_friends,
                        &RELATION_school,
                    ],
                )
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __orm::decode::<Self, 628021283683842752, _>(row, at)?,
                school_id: __orm::decode::<Self, 14745437856935660047, _>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 628021283683842752, _>(&self.id),
                1 => __orm::encode::<Self, 14745437856935660047, _>(&self.school_id),
                _ => __orm::no_such_column::<Teacher>(column),
            }
        }
    }
    impl __orm::Model for Teacher {}
    impl __orm::HasColumn<628021283683842752, i64> for Teacher {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(0, "id", "i64");
    }
    impl __orm::HasColumn<14745437856935660047, Option<i64>> for Teacher {
        type Type = Option<i64>;
        const COLUMN: __orm::Names = __orm::name(1, "school_id", "Option<i64>");
    }
    impl Teacher {
        /// Column `id`: `"id"` of `"teachers"`.
        const fn id() -> ::orm::Column<Teacher, i64> {
            ::orm::Column::at(0)
        }
        /// Column `school_id`: `"school_id"` of `"teachers"`.
        const fn school_id() -> ::orm::Column<Teacher, Option<i64>> {
            ::orm::Column::at(1)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn id<M: __orm::ColumnsOf<Teacher>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
        pub fn school_id<M: __orm::ColumnsOf<Teacher>>(
            &self,
        ) -> ::orm::Column<M, Option<i64>> {
            match *self {}
        }
    }
    const __AT_courses: usize = __orm::other::<Course>().at(0);
    const __AT_profile: usize = __orm::other::<Profile>().at(1);
    const __AT_tags: usize = __orm::other::<Tag>().at(2);
    const __AT_friends: usize = __orm::other::<Teacher>().at(3);
    const __AT_school: usize = __orm::other::<School>().at(4);
    const __NULL_school: bool = __orm::nullable::<Teacher, 14745437856935660047, _>();
    impl Teacher {
        /// Relation `courses`: each `Course` that refers to this row.
        fn courses() -> ::orm::Relation<Teacher, Course, __orm::ToMany, __AT_courses> {
            ::orm::Relation::new()
        }
        /// Relation `profile`: the `Profile` that refers to this row.
        fn profile() -> ::orm::Relation<Teacher, Profile, __orm::ToMaybe, __AT_profile> {
            ::orm::Relation::new()
        }
        /// Relation `tags`: each `Tag` linked with this row by `Tagging`.
        fn tags() -> ::orm::Relation<Teacher, Tag, __orm::ToMany, __AT_tags> {
            ::orm::Relation::new()
        }
        /// Relation `friends`: each `Teacher` linked with this row by `"friendships"`.
        fn friends() -> ::orm::Relation<Teacher, Teacher, __orm::ToMany, __AT_friends> {
            ::orm::Relation::new()
        }
        /// Relation `school`: the `School` that this row refers to.
        fn school() -> ::orm::Relation<
            Teacher,
            School,
            __orm::KindIf<__NULL_school>,
            __AT_school,
        > {
            ::orm::Relation::new()
        }
    }
    impl __orm::JoinedBy<2, Tagging> for Teacher {}
    impl __orm::HasRelation<17428536715183392369> for Teacher {
        const AT: usize = 0;
        type Kind = __orm::ToMany;
    }
    impl __orm::HasRelation<10006211801933127950> for Teacher {
        const AT: usize = 1;
        type Kind = __orm::ToMaybe;
    }
    impl __orm::HasRelation<15644445103386232192> for Teacher {
        const AT: usize = 2;
        type Kind = __orm::ToMany;
    }
    impl __orm::HasRelation<9414406990432725082> for Teacher {
        const AT: usize = 3;
        type Kind = __orm::ToMany;
    }
    impl __orm::HasRelation<14717692112504537385> for Teacher {
        const AT: usize = 4;
        type Kind = __orm::KindIf<__NULL_school>;
    }
    #[automatically_derived]
    impl __orm::Insertable for NewTeacher {
        type Model = Teacher;
        const COLUMNS: &'static [usize] = &[1];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => __orm::encode::<Teacher, 14745437856935660047, _>(&self.school_id),
                _ => __orm::no_such_column::<Teacher>(column),
            }
        }
    }
    impl NewTeacher {
        /** Inserts the row into `"teachers"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        fn insert<__Mode: __orm::Performs<Self, Teacher>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Teacher> {
            __orm::insert(on, self)
        }
    }
    type __WholeCourses = __orm::Whole<__orm::ToMany, Course>;
    type __WholeProfile = __orm::Whole<__orm::ToMaybe, Profile>;
    type __WholeTags = __orm::Whole<__orm::ToMany, Tag>;
    type __WholeFriends = __orm::Whole<__orm::ToMany, Teacher>;
    type __WholeSchool = __orm::Whole<__orm::KindIf<__NULL_school>, School>;
    pub struct __Unloaded<State = ::orm::NotLoaded>(State);
    impl ::core::ops::Deref for Teacher {
        type Target = __Unloaded;
        fn deref(&self) -> &__Unloaded {
            &__Unloaded(::orm::NotLoaded)
        }
    }
    #[cfg(not(rust_analyzer))]
    impl<State> __Unloaded<State> {
        pub fn courses(&self) -> &__orm::Read<State, __WholeCourses>
        where
            State: ::orm::IsLoaded,
        {
            self.0.read()
        }
        pub fn profile(&self) -> &__orm::Read<State, __WholeProfile>
        where
            State: ::orm::IsLoaded,
        {
            self.0.read()
        }
        pub fn tags(&self) -> &__orm::Read<State, __WholeTags>
        where
            State: ::orm::IsLoaded,
        {
            self.0.read()
        }
        pub fn friends(&self) -> &__orm::Read<State, __WholeFriends>
        where
            State: ::orm::IsLoaded,
        {
            self.0.read()
        }
        pub fn school(&self) -> &__orm::Read<State, __WholeSchool>
        where
            State: ::orm::IsLoaded,
        {
            self.0.read()
        }
    }
    impl<Courses, Profile, Tags, Friends, School, Named> ::core::ops::Deref
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Target = Teacher;
        fn deref(&self) -> &Teacher {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        TeacherLoaded[Courses Profile Tags Friends School Named] #[doc =
        " Returns the loaded `courses`."] fn courses(Courses __WholeCourses[0]); #[doc =
        " Returns the loaded `profile`."] fn profile(Profile __WholeProfile[1.0]); #[doc
        = " Returns the loaded `tags`."] fn tags(Tags __WholeTags[1.1.0]); #[doc =
        " Returns the loaded `friends`."] fn friends(Friends __WholeFriends[1.1.1.0]);
        #[doc = " Returns the loaded `school`."] fn school(School __WholeSchool[1.1.1.1
        .0]);
    }
    impl<
        Courses,
        Profile,
        Tags,
        Friends,
        School,
        Named,
    > TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        /// Returns the loaded `courses`.
        #[cfg(not(rust_analyzer))]
        fn courses(&self) -> &__orm::Read<Courses, __WholeCourses>
        where
            Courses: ::orm::IsLoaded,
        {
            self.0.states.0.read()
        }
        /// Returns the loaded `profile`.
        #[cfg(not(rust_analyzer))]
        fn profile(&self) -> &__orm::Read<Profile, __WholeProfile>
        where
            Profile: ::orm::IsLoaded,
        {
            self.0.states.1.0.read()
        }
        /// Returns the loaded `tags`.
        #[cfg(not(rust_analyzer))]
        fn tags(&self) -> &__orm::Read<Tags, __WholeTags>
        where
            Tags: ::orm::IsLoaded,
        {
            self.0.states.1.1.0.read()
        }
        /// Returns the loaded `friends`.
        #[cfg(not(rust_analyzer))]
        fn friends(&self) -> &__orm::Read<Friends, __WholeFriends>
        where
            Friends: ::orm::IsLoaded,
        {
            self.0.states.1.1.1.0.read()
        }
        /// Returns the loaded `school`.
        #[cfg(not(rust_analyzer))]
        fn school(&self) -> &__orm::Read<School, __WholeSchool>
        where
            School: ::orm::IsLoaded,
        {
            self.0.states.1.1.1.1.0.read()
        }
        /// Returns the rows or the value that the query loaded under a name.
        fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Teacher` without its relations.
        fn into_inner(self) -> Teacher {
            self.0.row
        }
    }
    #[cfg(not(rust_analyzer))]
    impl<Courses, Profile, Tags, Friends, School, Named> TeacherRelations
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Courses = Courses;
        type Profile = Profile;
        type Tags = Tags;
        type Friends = Friends;
        type School = School;
        type Named = Named;
        fn courses(&self) -> &Courses {
            &self.0.states.0
        }
        fn profile(&self) -> &Profile {
            &self.0.states.1.0
        }
        fn tags(&self) -> &Tags {
            &self.0.states.1.1.0
        }
        fn friends(&self) -> &Friends {
            &self.0.states.1.1.1.0
        }
        fn school(&self) -> &School {
            &self.0.states.1.1.1.1.0
        }
        fn named<__N, __I, __V>(&self, _: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
    }
    type __Inner<Courses, Profile, Tags, Friends, School, Named> = __orm::Loaded<
        Teacher,
        (Courses, (Profile, (Tags, (Friends, (School, ()))))),
        Named,
    >;
    impl<Courses, Profile, Tags, Friends, School, Named> __orm::LoadedRow
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named> {
        type Model = Teacher;
        type States = (Courses, (Profile, (Tags, (Friends, (School, ())))));
        type Named = Named;
        fn into_loaded(self) -> __Inner<Courses, Profile, Tags, Friends, School, Named> {
            self.0
        }
    }
    impl<
        Courses,
        Profile,
        Tags,
        Friends,
        School,
        Named,
    > __orm::Wrap<(Courses, (Profile, (Tags, (Friends, (School, ()))))), Named>
    for Teacher {
        type Row = TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>;
        fn wrap(
            loaded: __Inner<Courses, Profile, Tags, Friends, School, Named>,
        ) -> Self::Row {
            TeacherLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Courses, Profile, Tags, Friends, School, Named> ::core::clone::Clone
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        __Inner<Courses, Profile, Tags, Friends, School, Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            TeacherLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Courses, Profile, Tags, Friends, School, Named> ::core::fmt::Debug
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        __Inner<Courses, Profile, Tags, Friends, School, Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Courses, Profile, Tags, Friends, School, Named> ::core::cmp::PartialEq
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        __Inner<Courses, Profile, Tags, Friends, School, Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Courses, Profile, Tags, Friends, School, Named> __orm::Serialize
    for TeacherLoaded<Courses, Profile, Tags, Friends, School, Named>
    where
        __Inner<Courses, Profile, Tags, Friends, School, Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
