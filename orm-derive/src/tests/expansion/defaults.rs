/// A `Setting` to insert; the database assigns its key.
#[derive(::core::default::Default)]
#[allow(dead_code, private_interfaces)]
struct NewSetting {
    /// Column `a`: `"a"` of `"settings"`. `None` is its default.
    a: ::core::option::Option<i32>,
    /// Column `b`: `"b"` of `"settings"`. `None` is its default.
    b: ::core::option::Option<String>,
    /// Column `c`: `"c"` of `"settings"`. `None` is its default.
    c: ::core::option::Option<Option<String>>,
}
/// A `Setting` with the relations that its query loaded.
#[allow(dead_code)]
struct SettingLoaded<Named = ()>(::orm::__private::Loaded<Setting, (), Named>);
#[allow(dead_code, missing_docs, private_interfaces, unreachable_pub, unused_imports)]
#[allow(unexpected_cfgs, clippy::must_use_candidate, clippy::self_named_constructors)]
const _: () = {
    use ::orm::__private::{self as __orm, Unable as _};
    #[automatically_derived]
    impl __orm::Mapped for Setting {
        type Key = i64;
        type Itself = Self;
        type Columns = __Columns;
        type Unloaded = ();
        const TABLE_NAME: __orm::TableName = __orm::TableName::new("settings", &["id"]);
        const TABLE: &'static __orm::Table = {
            &__orm::Table::of::<
                Self,
            >(
                    "Setting",
                    const {
                        &[
                            __orm::column::<Self, 628021283683842752, _>(),
                            __orm::column::<Self, 12638187200555641996, _>(),
                            __orm::ColumnDef::default(
                                    __orm::column::<Self, 12638190499090526629, _>(),
                                    __orm::DefaultValue::Text("it's"),
                                )
                                .check("b <> ''"),
                            __orm::ColumnDef::default(
                                __orm::column::<Self, 12638189399578898418, _>(),
                                __orm::DefaultValue::Sql("now()"),
                            ),
                        ]
                    },
                )
                .generated_key(true)
                .checks(&["a < 9"])
                .defaulted(&[1])
        };
        const PRIMARY_KEY: &'static [usize] = &[0];
        const CLONE: ::core::option::Option<fn(&Self) -> Self> = __orm::Able::<
            Self,
        >::CLONE;
        fn decode(row: __orm::Row<'_>, at: usize) -> ::orm::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: __orm::decode::<Self, 628021283683842752, _>(row, at)?,
                a: __orm::decode::<Self, 12638187200555641996, _>(row, at)?,
                b: __orm::decode::<Self, 12638190499090526629, _>(row, at)?,
                c: __orm::decode::<Self, 12638189399578898418, _>(row, at)?,
            })
        }
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                0 => __orm::encode::<Self, 628021283683842752, _>(&self.id),
                1 => __orm::encode::<Self, 12638187200555641996, _>(&self.a),
                2 => __orm::encode::<Self, 12638190499090526629, _>(&self.b),
                3 => __orm::encode::<Self, 12638189399578898418, _>(&self.c),
                _ => __orm::no_such_column::<Setting>(column),
            }
        }
        fn default_of(
            column: usize,
        ) -> ::core::result::Result<__orm::Value<'static>, ::orm::Mismatch> {
            match column {
                1 => __orm::encode_default::<Setting, 12638187200555641996, _>(|| 7),
                _ => __orm::no_default(column),
            }
        }
    }
    impl __orm::Model for Setting {}
    impl __orm::HasColumn<628021283683842752, i64> for Setting {
        type Type = i64;
        const COLUMN: __orm::Names = __orm::name(0, "id", "i64");
    }
    impl __orm::HasColumn<12638187200555641996, i32> for Setting {
        type Type = i32;
        const COLUMN: __orm::Names = __orm::name(1, "a", "i32");
    }
    impl __orm::HasColumn<12638190499090526629, String> for Setting {
        type Type = String;
        const COLUMN: __orm::Names = __orm::name(2, "b", "String");
    }
    impl __orm::HasColumn<12638189399578898418, Option<String>> for Setting {
        type Type = Option<String>;
        const COLUMN: __orm::Names = __orm::name(3, "c", "Option<String>");
    }
    impl Setting {
        /// Column `id`: `"id"` of `"settings"`.
        const fn id() -> ::orm::Column<Setting, i64> {
            ::orm::Column::at(0)
        }
        /// Column `a`: `"a"` of `"settings"`.
        const fn a() -> ::orm::Column<Setting, i32> {
            ::orm::Column::at(1)
        }
        /// Column `b`: `"b"` of `"settings"`.
        const fn b() -> ::orm::Column<Setting, String> {
            ::orm::Column::at(2)
        }
        /// Column `c`: `"c"` of `"settings"`.
        const fn c() -> ::orm::Column<Setting, Option<String>> {
            ::orm::Column::at(3)
        }
    }
    pub enum __Columns {}
    impl __Columns {
        pub fn id<M: __orm::ColumnsOf<Setting>>(&self) -> ::orm::Column<M, i64> {
            match *self {}
        }
        pub fn a<M: __orm::ColumnsOf<Setting>>(&self) -> ::orm::Column<M, i32> {
            match *self {}
        }
        pub fn b<M: __orm::ColumnsOf<Setting>>(&self) -> ::orm::Column<M, String> {
            match *self {}
        }
        pub fn c<M: __orm::ColumnsOf<Setting>>(
            &self,
        ) -> ::orm::Column<M, Option<String>> {
            match *self {}
        }
    }
    #[automatically_derived]
    impl __orm::Insertable for NewSetting {
        type Model = Setting;
        const COLUMNS: &'static [usize] = &[1, 2, 3];
        fn encode(&self, column: usize) -> ::orm::Result<__orm::Value<'_>> {
            match column {
                1 => {
                    __orm::encode_or_default::<
                        Setting,
                        12638187200555641996,
                        _,
                    >(self.a.as_ref())
                }
                2 => {
                    __orm::encode_given::<
                        Setting,
                        12638190499090526629,
                        _,
                    >(self.b.as_ref())
                }
                3 => {
                    __orm::encode_given::<
                        Setting,
                        12638189399578898418,
                        _,
                    >(self.c.as_ref())
                }
                _ => __orm::no_such_column::<Setting>(column),
            }
        }
        const MAY_LEAVE_OUT: bool = true;
        fn leaves_out(&self, column: usize) -> bool {
            match column {
                2 => self.b.is_none(),
                3 => self.c.is_none(),
                _ => false,
            }
        }
    }
    impl NewSetting {
        /** Inserts the row into `"settings"` and returns it as stored.

 # Errors

 Returns an error if a constraint is violated; then nothing is inserted.*/
        #[track_caller]
        fn insert<__Mode: __orm::Performs<Self, Setting>>(
            self,
            on: &impl __orm::Run<Mode = __Mode>,
        ) -> __Mode::Outcome<'_, Setting> {
            __orm::insert(on, self)
        }
    }
    impl<Named> ::core::ops::Deref for SettingLoaded<Named> {
        type Target = Setting;
        fn deref(&self) -> &Setting {
            &self.0.row
        }
    }
    #[cfg(rust_analyzer)]
    __orm::accessors! {
        SettingLoaded[Named]
    }
    impl<Named> SettingLoaded<Named> {
        /// Returns the rows or the value that the query loaded under a name.
        fn named<__N, __I, __V>(&self, _name: __N) -> &__V
        where
            Named: ::orm::Get<__N, __I, __V>,
        {
            self.0.named.get()
        }
        /// Returns the `Setting` without its relations.
        fn into_inner(self) -> Setting {
            self.0.row
        }
    }
    type __Inner<Named> = __orm::Loaded<Setting, (), Named>;
    impl<Named> __orm::LoadedRow for SettingLoaded<Named> {
        type Model = Setting;
        type States = ();
        type Named = Named;
        fn into_loaded(self) -> __Inner<Named> {
            self.0
        }
    }
    impl<Named> __orm::Wrap<(), Named> for Setting {
        type Row = SettingLoaded<Named>;
        fn wrap(loaded: __Inner<Named>) -> Self::Row {
            SettingLoaded(loaded)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::clone::Clone for SettingLoaded<Named>
    where
        __Inner<Named>: ::core::clone::Clone,
    {
        fn clone(&self) -> Self {
            SettingLoaded(::core::clone::Clone::clone(&self.0))
        }
    }
    #[automatically_derived]
    impl<Named> ::core::fmt::Debug for SettingLoaded<Named>
    where
        __Inner<Named>: ::core::fmt::Debug,
    {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl<Named> ::core::cmp::PartialEq for SettingLoaded<Named>
    where
        __Inner<Named>: ::core::cmp::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    #[automatically_derived]
    impl<Named> __orm::Serialize for SettingLoaded<Named>
    where
        __Inner<Named>: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(&self, to: __S) -> __orm::Serialized<__S> {
            self.0.serialize(to)
        }
    }
};
