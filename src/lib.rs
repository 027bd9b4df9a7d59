//! A derive ORM in which a row's type says which relations it holds.
//!
//! ```
//! use orm::{Db, Model};
//!
//! #[derive(Model)]
//! #[has_many(books: Book)]
//! struct Author { id: i64, name: String }
//!
//! #[derive(Model)]
//! struct Book {
//!     id: i64,
//!     title: String,
//!     #[belongs_to(author: Author)]
//!     author_id: i64,
//! }
//!
//! # fn main() -> orm::Result<()> {
//! let db = Db::memory()?;
//! db.create_tables::<(Author, Book)>()?;
//! let ursula = NewAuthor { name: "Ursula K. Le Guin".into() }.insert(&db)?;
//! NewBook { title: "The Dispossessed".into(), author_id: ursula.id }.insert(&db)?;
//!
//! // Two statements, whatever the number of authors.
//! for author in Author::query().prefetch(Author::books()).all(&db)? {
//!     for book in author.books() {
//!         println!("{}: {}", author.name, book.title);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

pub use orm_core::assert_queries;
pub use orm_core::column::{Column, Condition, OrderBy, order_from};
pub use orm_core::db::{BackupProgress, Db, Executor};
#[cfg(feature = "postgres")]
pub use orm_core::driver::postgres::{PostgresOptions, PostgresSetup};
#[cfg(feature = "sqlite")]
pub use orm_core::driver::sqlite::{SqliteArguments, SqliteOptions, SqliteSetup};
pub use orm_core::error::{Constraint, Error, Result, ResultExt};
pub use orm_core::expression::{EachGroup, EachRow, Expression, count};
pub use orm_core::model::Model;
pub use orm_core::observe::{Recording, StatementEvent, StatementKind};
pub use orm_core::prefetch::{Plan, Step};
#[cfg(feature = "signed-cursors")]
pub use orm_core::query::CursorKey;
pub use orm_core::query::{Chunks, Cursor, Page, Paged, Query, prefetch, prefetch_one};
pub use orm_core::raw::{RawSql, TrustedSql, sql};
pub use orm_core::relation::{Aggregate, Polymorphic, PolymorphicRelation, Relation, batch};
pub use orm_core::row::{All, IsLoaded, Many, Node, NotLoaded, One, Part, Tree, Walk};
pub use orm_core::schema::check::{Difference, Mismatched};
pub use orm_core::schema::ddl::Models;
pub use orm_core::schema::diagram::{Diagram, diagram};
pub use orm_core::select::{Grouped, Selected};
pub use orm_core::sql::Sql;
pub use orm_core::transaction::{Savepoint, Transaction};
#[cfg(feature = "json")]
pub use orm_core::types::Json;
pub use orm_core::types::{
    ArrayType, AsJson, Codec, Coded, ColumnType, Element, KeyType, Optional, OrNull, Range, RangeBound, RangeType,
    Reads, Required, SqlType,
};
pub use orm_core::value::{Mismatch, Value, ValueRef};
pub use orm_core::view::{View, ViewOf, Viewed};
pub use orm_core::write::{Change, Insert, Rows, bulk_insert, insert_many, insert_or_skip, upsert};
/// Makes a type of yours one that columns can hold.
///
/// A struct around one value is stored as that value, and is a key type or a text type when the value is. An enum is
/// stored as text, the variants' names in snake case, or as the integers that it names.
///
/// ```
/// use orm::{ColumnType, Db, Model};
///
/// #[derive(ColumnType, Debug, PartialEq)]
/// struct Email(String);
///
/// #[derive(ColumnType, Debug, PartialEq)]
/// #[column(text)]
/// enum Status {
///     Active,
///     OnLeave,                       // stored as "on_leave"
///     #[column(rename = "left")]
///     Gone,
/// }
///
/// #[derive(ColumnType, Debug, PartialEq)]
/// #[column(integer)]
/// enum Rank {
///     Low = 10,
///     High = 20,
/// }
///
/// #[derive(Model)]
/// #[model(table = "people")]
/// struct Person { id: i64, email: Option<Email>, status: Status, rank: Rank }
///
/// # fn main() -> orm::Result<()> {
/// let db = Db::memory()?;
/// db.create_tables::<Person>()?;
/// NewPerson { email: Some(Email("ada@example.org".into())), status: Status::OnLeave, rank: Rank::High }.insert(&db)?;
/// let on_leave = Person::status().eq(Status::OnLeave) & Person::email().ends_with(".org");
/// assert_eq!(Person::query().filter(on_leave).one(&db)?.rank, Rank::High);
/// # Ok(())
/// # }
/// ```
///
/// | word | place | meaning |
/// |---|---|---|
/// | `text` | the enum | stored as text |
/// | `integer` | the enum | stored as integers; each variant says its own: `Low = 10` |
/// | `rename = ".."` | a variant | the text it is stored as |
/// | `crate = path` | the type | where this crate is, if it was renamed |
///
/// A stored value that is that of no variant is an error, [`Error::is_decode`], which names the enum and not the value.
pub use orm_derive::ColumnType;
/// Makes a struct the row of a table.
///
/// The struct gets a function for each column and relation (`Student::name()`, `Student::courses()`), a struct without the
/// key that the database assigns (`NewStudent`), a struct that holds loaded relations (`StudentLoaded`), and a trait to name
/// them in signatures (`StudentRelations`).
///
/// ```
/// use orm::Model;
///
/// #[derive(Model)]
/// #[model(table = "people", unique(email), index(last_name, first_name))]
/// #[has_many(articles: Article, foreign_key = author_id)]
/// struct Person {
///     id: i64,
///     first_name: String,
///     last_name: String,
///     email: String,
/// }
///
/// #[derive(Model)]
/// #[many_to_many(tags: Tag, through = "article_tags", left = "article", right = "tag")]
/// struct Article {
///     #[model(primary_key)]
///     slug: String,
///     #[model(column = "headline")]
///     title: String,
///     #[belongs_to(author: Person, on_delete = cascade)]
///     author_id: i64,
/// }
///
/// #[derive(Model)]
/// struct Tag {
///     id: i32,
///     #[model(unique)]
///     label: String,
/// }
/// ```
///
/// Names in Rust are bare words, names in SQL are quoted. Several fields stand in parentheses: `foreign_key = (a, b)`.
///
/// # `#[model(..)]` on the struct
///
/// | word | meaning | when it is left out |
/// |---|---|---|
/// | `table = ".."` | the table | the struct's name in snake case, in the plural: `students`, `countries`, `boxes` |
/// | `schema = ".."` | the schema that holds the table | none |
/// | `rename_all = ".."` | how columns are named after fields: `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `lowercase` or `UPPERCASE` | as the fields |
/// | `primary_key(a, b)` | the fields of the primary key | the field `id` |
/// | `unique(a, b)` | fields that are unique together; may be said several times | |
/// | `index(a, b)` | fields with an index; may be said several times | |
/// | `check = ".."` | a condition in SQL that every row meets; may be said several times | |
/// | `stored(..)` | how SQLite stores the dates, times, UUIDs, booleans and decimals of all fields, by [named forms](#stored-forms) | the forms of new tables |
/// | `new = Name`, `new = none` | the struct for new rows, or no such struct | `NewStudent` |
/// | `loaded = Name` | the struct of rows with relations | `StudentLoaded` |
/// | `relations = Name`, `relations = none` | the trait of rows with relations, or no such trait | `StudentRelations` |
/// | `update = name`, `update = none` | the method that writes a row with a [version](Model#versions), or no such method | `update` |
/// | `crate = path` | where this crate is, if it was renamed | `::orm` |
///
/// The plural goes by the last letters alone: `y` after a consonant becomes `ies`; `s`, `x`, `z`, `ch` and `sh` take `es`,
/// all else takes `s`. There is no dictionary: `Shelf` makes `shelfs`, and `#[model(table = "shelves")]` mends it.
///
/// If rustc says that one of these names, or that of a column's function, is defined multiple times (E0428, E0592), your program
/// has an item of that name. Choose another by `new`, `loaded`, `relations` and `update` here, by `accessor` on a field, and by
/// the name of the relation.
///
/// ```
/// use orm::{Db, Model};
///
/// /// A form that people fill in.
/// struct NewMember { nickname: String }
///
/// #[derive(Model)]
/// #[model(new = MemberDraft)]
/// struct Member {
///     id: i64,
///     #[model(accessor = nickname_column)]
///     nickname: String,
/// }
///
/// impl Member {
///     fn nickname(&self) -> &str { &self.nickname }
/// }
///
/// # fn main() -> orm::Result<()> {
/// # let db = Db::memory()?;
/// # db.create_tables::<Member>()?;
/// let form = NewMember { nickname: "Ada".into() };
/// let ada = MemberDraft { nickname: form.nickname }.insert(&db)?;
/// let found = Member::query().filter(Member::nickname_column().eq(ada.nickname())).one(&db)?;
/// # assert_eq!(found.id, ada.id);
/// # Ok(())
/// # }
/// ```
///
/// # `#[model(..)]` on a field
///
/// | word | meaning |
/// |---|---|
/// | `primary_key` | the field is the primary key |
/// | `column = ".."` | the column's name |
/// | `unique` | no two rows have the same value |
/// | `index` | the column has an index |
/// | `version` | the field counts the changes of the row, and a row that others changed is not [written over](Model#versions) |
/// | `created_at` | a new row holds the moment of its insert |
/// | `updated_at` | the row holds the moment of its [last write](Model#moments) |
/// | `default = expression` | what a new row holds that says nothing: an expression of Rust, of the field's type |
/// | `db_default = value`, `db_default = sql("..")` | what the database puts there when an insert says nothing: a number, `true`, a text that is escaped, or an expression in SQL |
/// | `check = ".."` | a condition in SQL that the column meets in every row |
/// | `sql_type = ".."` | the type of the column in tables that `create_tables` makes on PostgreSQL, as `"macaddr"` or `"varchar(20)"`; SQLite has no such types, and keeps that of the field |
/// | `accessor = name`, `accessor = none` | another name for the function that gives the column, or no such function |
/// | `stored = form` | how SQLite stores the field's date, time, UUID, boolean or decimal, by a [named form](#stored-forms) |
/// | `with = Codec` | a type that says how the field is stored, [`Codec`], where the field's own type is not one of a column |
/// | `json` | the field is stored as JSON: any type that serialises, with the feature `json` |
/// | `skip` | the field is not in the table: rows that are read hold its default |
///
/// A primary key of one field whose type is written as an integer (`i64`, `u32` …) is assigned by the database. The
/// `New…` struct holds all other fields, and keys of other types. A field with a default is an `Option` in it, and `None` asks
/// for the default, or for the moment of the insert. A version has no field there.
///
/// # Stored forms
///
/// SQLite has no types for dates, times, UUIDs, booleans and decimals, and tools store them in different forms. The form of a
/// column is used wherever the column is read, compared, ordered by or written. Databases that have such types ignore it.
///
/// | word | of | stored |
/// |---|---|---|
/// | `sqlite` | date-times, times | `2024-03-15 10:20:30.5`, as SQLite's functions write it; the default |
/// | `iso8601` | date-times | `2024-03-15T10:20:30.5`, with `Z` after an instant |
/// | `unix_seconds`, `unix_milliseconds`, `unix_microseconds` | date-times | integers; with `(real)` floating-point numbers |
/// | `julian_day` | date-times | floating-point numbers, to the millisecond |
/// | `hyphenated`, `simple`, `braced` | UUIDs | text with hyphens, of 32 digits alone, or in braces; with `(upper)` in upper case |
/// | `t_f`, `true_false`, `y_n`, `words("yes", "no")` | booleans | one of two texts |
/// | `numeric` | decimals | numbers, of up to 15 digits |
/// | `fixed(2)` | decimals | text with two digits after the point |
/// | `minor_units(2)` | decimals | integers of the smallest unit, such as cents |
/// | `mixed` | all of these, IP addresses | several forms in one column; no index serves |
/// | `native` | all of these, IP addresses | the form of new tables, where the struct names another |
///
/// Options of `sqlite` and `iso8601`, as in `iso8601(fraction = 3, offset = "Z")`: `fraction` is a number of digits, `none`,
/// `shortest`, `optional(6)`, `at_least(1)` or `auto_si`; `offset` is `none`, `"Z"`, `"+00:00"` or `" +00:00"`; `sqlite(dated)`
/// stores a time of day after the date 2000-01-01.
///
/// # Relations
///
/// | attribute | place | this row … |
/// |---|---|---|
/// | `#[belongs_to(name: Model)]` | the field that holds the key, or the struct | holds the key of the other |
/// | `#[has_one(name: Model)]` | the struct | is referred to by at most one other |
/// | `#[has_many(name: Model)]` | the struct | is referred to by others |
/// | `#[many_to_many(name: Model, through = ..)]` | the struct | is linked with others by a table between |
///
/// | word | of | meaning | when it is left out |
/// |---|---|---|---|
/// | `foreign_key = ..` | `belongs_to` on the struct | fields of this model that hold the key | `<name>_id` |
/// | `foreign_key = ..` | `has_one`, `has_many` | fields of the other model that hold the key | `<this model>_id` |
/// | `references = ..` | all but `many_to_many`; not with `through` nor `tag = field` | fields that the foreign key refers to | the primary key |
/// | `on_delete = ..` | `belongs_to`; not with `tag` | what becomes of this row when the other is deleted: `cascade`, `set_null`, `restrict`, `no_action` | `no_action` |
/// | `through = Model`, `through = ".."` | `many_to_many` | the table between, as a model or by its name | |
/// | `through = Model` | `has_many` | the model between: the other's rows refer to its rows, and those to this row | no model between |
/// | `left = ..`, `foreign_key = ..` | `has_many` with `through` | fields of the model between that refer to this one, and of the other that refer to the one between | `<this model>_id`, `<model between>_id` |
/// | `left = ..`, `right = ..` | `many_to_many` | fields of that model, or quoted columns, that refer to this and to the other model | `<this model>_id`, `<other model>_id` |
/// | `tag = field` | `belongs_to` | the field that says which of several models this row refers to; the relation leads to an enum of them, [`Polymorphic`](derive@Polymorphic) | one model |
/// | `rename = ".."` | all | the name of the relation in a serialised row, for instance in JSON | its own name, in the case of the model's `#[serde(rename_all = "..")]` |
/// | `tag(field = "text")` | `has_one`, `has_many` | the field of the other model that says which model its row refers to, and the text that stands for this one | one model |
///
/// ```
/// use orm::Model;
///
/// /// `Department::enrollments()` are those of its students.
/// #[derive(Model)]
/// #[has_many(students: Student)]
/// #[has_many(enrollments: Enrollment, through = Student)]
/// struct Department { id: i64 }
///
/// #[derive(Model)]
/// struct Student { id: i64, department_id: i64 }
///
/// #[derive(Model)]
/// struct Enrollment { id: i64, student_id: i64 }
/// ```
///
/// A model has at most 32 relations. A public model needs a public key type; its other fields may have private types.
///
/// A `belongs_to` whose key is an `Option` may lead to no row.
pub use orm_derive::Model;
/// Makes an enum hold the row of one of several models, to which another row refers.
///
/// That row has two columns for it: the tag, a text that says which model is meant, and the key.
///
/// ```
/// use orm::{Db, Model, Polymorphic};
///
/// #[derive(Model)]
/// #[has_many(comments: Comment, foreign_key = subject_id, tag(subject_type = "photo"))]
/// struct Photo { id: i64, caption: String }
///
/// #[derive(Model)]
/// #[has_many(comments: Comment, foreign_key = subject_id, tag(subject_type = "blog"))]
/// struct Post { id: i64, title: String }
///
/// #[derive(Polymorphic)]
/// enum Subject {
///     Photo(Photo),                  // the tag is "photo"
///     #[polymorphic(tag = "blog")]
///     Post(Post),
/// }
///
/// #[derive(Model)]
/// struct Comment {
///     id: i64,
///     body: String,
///     subject_type: String,
///     #[belongs_to(subject: Subject, tag = subject_type)]
///     subject_id: i64,
/// }
///
/// # fn main() -> orm::Result<()> {
/// let db = Db::memory()?;
/// db.create_tables::<(Photo, Post, Comment)>()?;
/// let sea = NewPhoto { caption: "Sea".into() }.insert(&db)?;
/// NewComment { body: "Blue!".into(), subject_type: "photo".into(), subject_id: sea.id }.insert(&db)?;
///
/// // One statement more for each model that some comment refers to.
/// for comment in Comment::query().prefetch(Comment::subject()).all(&db)? {
///     match &**comment.subject() {
///         Subject::Photo(photo) => println!("on the photo {}: {}", photo.caption, comment.body),
///         Subject::Post(post) => println!("on the post {}: {}", post.title, comment.body),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// | word | place | meaning | when it is left out |
/// |---|---|---|---|
/// | `tag = ".."` | a variant | the text that stands for its model | the variant's name in snake case |
/// | `loaded = Name` | the enum | the enum of rows with relations | `SubjectLoaded` |
/// | `crate = path` | the enum | where this crate is, if it was renamed | `::orm` |
///
/// `SubjectLoaded` is made beside the enum: the same variants with rows that hold relations, as they come from
/// `Comment::subject().prefetch(Post::comments())`. It serialises as the row that it holds.
///
/// Each variant holds one model. The primary keys of all of them are one column, of a type that the foreign key can refer
/// to.
///
/// A row refers to none when its tag or key is `NULL` or the row it names is not there. That is `None` when the key's field
/// is an `Option`, and an error when it is not. A tag of no variant is an error. The database cannot check such a key, so
/// `references` and `on_delete` do not go with `tag`.
pub use orm_derive::Polymorphic;

/// Dates, times, decimals and intervals in terms of no particular library: what [`Value`] and [`ValueRef`] carry.
///
/// They are column types themselves. The types of `jiff`, `chrono`, `time` and `rust_decimal` go through them, and so can
/// any other.
///
/// ```
/// use orm::value::Interval;
///
/// let lasted = Interval::new(14, 3, 5_500_000);
/// assert_eq!(lasted.months(), 14);
/// assert_eq!(lasted.to_string(), "1 year 2 mons 3 days 00:00:05.5");
/// ```
pub mod value {
    pub use orm_core::value::{Date, DateTime, Decimal, Interval, Time, Timestamp};
}

/// Makes a struct a view: rows of a model are read as it, with only the columns that it names, and with related rows as
/// plain fields.
///
/// ```
/// use orm::{Db, Model, View};
///
/// #[derive(Model)]
/// struct Department { id: i64, name: String }
///
/// #[derive(Model)]
/// #[many_to_many(courses: Course, through = "enrollments")]
/// struct Student {
///     id: i64,
///     first_name: String,
///     last_name: String,
///     #[belongs_to(department: Department)]
///     department_id: Option<i64>,
/// }
///
/// #[derive(Model)]
/// struct Course { id: i64, title: String, credits: i32 }
///
/// #[derive(View)]
/// #[view(of = Student)]
/// struct StudentCard {
///     first_name: String,
///     #[view(from = department.name)]
///     department: Option<String>,
///     courses: Vec<CourseCard>,
/// }
///
/// #[derive(View, Clone)]
/// #[view(of = Course)]
/// struct CourseCard { title: String }
///
/// # fn main() -> orm::Result<()> {
/// let db = Db::memory()?;
/// db.create_tables::<(Department, Student, Course)>()?;
/// // Two statements, whatever the number of students; none of them loads `last_name` or `credits`.
/// for student in Student::query().view::<StudentCard>().all(&db)? {
///     println!("{} of {:?} takes {} courses", student.first_name, student.department, student.courses.len());
/// }
/// # Ok(())
/// # }
/// ```
///
/// A field is read from the column or relation of its name, unless `from` says otherwise. Its type is that of what it is read
/// from:
///
/// | read from | by | type of the field |
/// |---|---|---|
/// | a column | its name, or `from = last_name` | the column's |
/// | a column of a `belongs_to` relation, by a join | `from = department.name` | the column's, in an `Option` if the relation may lead nowhere |
/// | a relation to many rows | its name, or `from = courses` | `Vec<V>`, or [`Many<V>`](Many), where rows are shared instead of cloned |
/// | a relation to one row | its name, or `from = department` | `V` |
/// | a relation to one row or none | its name, or `from = department` | `Option<V>` |
/// | a relation that is narrowed, ordered or counted | `from = Student::courses().order_by(..)`, `from = Student::courses().count()` | as above; a count is a `u64` |
///
/// `V` is a view of the related model, or the model itself. It implements [`Clone`], since rows that several parents share are
/// given to each of them; a row that one parent has is not cloned. A relation is one statement, whatever the number of rows.
/// Besides what is named, the primary key is selected, and the columns that relations start at.
///
/// | word | place | meaning |
/// |---|---|---|
/// | `of = Model` | the struct | the model whose rows it reads |
/// | `crate = path` | the struct | where this crate is, if it was renamed |
/// | `from = ..` | a field | what it is read from |
pub use orm_derive::View;

/// What generated code uses; nothing here is for people to call, and it may change in any release.
#[doc(hidden)]
pub mod __private {
    pub use orm_core::column::{RefersTo, TextType};
    pub use orm_core::model::{
        HasColumn, Model, check_nullable, column, decode, encode, encode_default, encode_given, encode_or_default,
        four, moment, no_such_column, one, other, three, two, version,
    };
    pub use orm_core::prefetch::{Loader, Variant, variant};
    pub use orm_core::relation::Whole;
    pub use orm_core::relation::{
        Holds, HoldsLoaded, JoinedBy, KeyedBy, KindOf, OneOf, Polymorphic, RefersToModel, ToMany, ToMaybe, ToOne,
        check_polymorphic, check_tag, one_of,
    };
    pub use orm_core::row::{Get, Here, Loaded, LoadedRow, Read, Row, There, Wrap};
    pub use orm_core::schema::{
        Case, ColumnDef, DefaultValue, ForeignKey, Generated, OnDelete, RelationDef, RelationKind, Table, TableName,
        Through,
    };
    pub use orm_core::types::{
        AsJson, Coded, ColumnType, Form, Fraction, Newtype, Number, Offset, OrNull, TextForm, Unit, UuidText,
        decode_inner, encode_coded, encode_inner, inner_reads, inner_type, no_variant, text,
    };
    pub use orm_core::value::Value;
    pub use orm_core::view::{
        Answer, Fuel, Layout, Leads, Part, Reader, Source, View, ViewFields, ViewLoader, ViewRow, check_field,
        check_through, field_leads, part, through, towards,
    };
    pub use orm_core::write::{FIRST_VERSION, Insertable, insert, update_versioned};
    pub use orm_core::{clone_of, is_serialized};
    pub use serde::{Serialize, Serializer};
}
