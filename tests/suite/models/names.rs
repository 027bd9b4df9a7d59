//! Names that clash, reserved words, quotes, and text that looks like SQL.

use orm::{Model, Result};

use crate::database::db;
use crate::schemas::university::{Department, university};

/// A text that causes harm where it is not bound or quoted.
const HARM: &str = "'; DROP TABLE students; --";

#[test]
fn models_may_stand_within_a_function() -> Result<()> {
    #[derive(Model, Debug, PartialEq)]
    #[has_many(inner: Inner)]
    struct Outer {
        id: i64,
    }
    #[derive(Model, Debug, PartialEq)]
    struct Inner {
        id: i64,
        #[belongs_to(outer: Outer)]
        outer_id: i64,
    }
    let db = db();
    db.create_tables::<(Inner, Outer)>()?;
    let outer = NewOuter {}.insert(&db)?;
    NewInner { outer_id: outer.id }.insert(&db)?;
    let found = Outer::query().prefetch(Outer::inner().prefetch(Inner::outer())).all(&db)?;
    assert_eq!(**found[0].inner()[0].outer(), outer);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "order")]
#[has_many(r#loop: Group, foreign_key = r#type)]
struct Select {
    id: i64,
    r#type: String,
    #[model(accessor = group_column)]
    group: i64,
    table: String,
    #[model(column = "from")]
    r#where: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "group")]
struct Group {
    id: i64,
    #[belongs_to(r#match: Select)]
    r#type: i64,
}

#[test]
fn reserved_words_may_be_names() -> Result<()> {
    let db = db();
    db.create_tables::<(Select, Group)>()?;
    let new = NewSelect { r#type: "a".into(), group: 7, table: "t".into(), r#where: None };
    let row = new.insert(&db)?;
    NewGroup { r#type: row.id }.insert(&db)?;
    let query = Select::query()
        .filter(Select::r#type().eq("a") & Select::group_column().eq(7) & Select::r#where().is_null())
        .order_by((Select::table().asc(), Select::r#type().desc()))
        .prefetch(Select::r#loop().prefetch(Group::r#match()));
    let sql = query.sql(&db).to_string();
    assert!(sql.contains("\"type\"") && !sql.contains("r#"), "{sql}");
    let rows = query.all(&db)?;
    assert_eq!(rows[0].r#loop()[0].r#match().id, row.id);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(insert: Query, foreign_key = update)]
struct Db {
    id: i64,
    query: String,
    find: i64,
    delete: bool,
    table: String,
    row: i64,
    prefetch: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Query {
    id: i64,
    #[belongs_to(all: Db)]
    update: i64,
}

#[test]
fn names_of_ours_may_be_names_of_the_users() -> Result<()> {
    let db = db();
    db.create_tables::<(Query, Db)>()?;
    let new = NewDb { query: "q".into(), find: 1, delete: true, table: "t".into(), row: 2, prefetch: None };
    let row = new.insert(&db)?;
    NewQuery { update: row.id }.insert(&db)?;
    let query = <Db as Model>::query().filter(Db::query().eq("q") & Db::find().eq(1) & Db::delete().eq(true));
    let rows =
        query.filter(Db::row().eq(2) & Db::table().eq("t")).prefetch(Db::insert().prefetch(Query::all())).all(&db)?;
    assert_eq!(**rows[0].insert()[0].all(), row);
    <Db as Model>::delete(&<Db as Model>::find(&db, row.id)?, &db).unwrap_err();
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "we\"ird `table` [x] '; DROP TABLE students; --")]
#[has_many(others: Odd, foreign_key = parent)]
#[many_to_many(links: Odd, through = "li\"nk ?1 :a $1", left = "le\"ft", right = "ri%ght")]
struct Odd {
    id: i64,
    #[model(column = "co\"l.umn -- /*", index)]
    value: String,
    #[model(column = "?1")]
    #[belongs_to(owner: Odd)]
    parent: Option<i64>,
    #[model(column = "Größe\u{2028}\u{202e}", unique)]
    size: i64,
}

#[test]
fn any_text_is_a_name_in_sql() -> Result<()> {
    let db = db();
    db.create_tables::<Odd>()?;
    db.create_tables::<Odd>()?;
    let one = NewOdd { value: HARM.into(), parent: None, size: 1 }.insert(&db)?;
    let two = NewOdd { value: "b".into(), parent: Some(one.id), size: 2 }.insert(&db)?;
    Odd::links().link(&db, &two, [&one, &two])?;
    Odd { value: HARM.repeat(2), ..two.clone() }.update(&db)?;
    let query = Odd::query()
        .filter(Odd::value().contains(HARM) & !Odd::links().any(Odd::size().gt(9)))
        .order_by((Odd::value().desc(), Odd::size().asc()))
        .prefetch(Odd::links().order_by(Odd::value().asc()).limit(5))
        .prefetch(Odd::others())
        .prefetch(Odd::owner());
    for query in [query.clone(), query.limit(9)] {
        let rows = orm::assert_queries!(&db, 4, query.all(&db)?);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].links().len(), 2);
        assert_eq!(rows[1].others()[0].id, two.id);
        assert_eq!(rows[0].owner().as_ref().map(|owner| owner.id), Some(one.id));
    }
    let error = NewOdd { value: String::new(), parent: None, size: 1 }.insert(&db).unwrap_err();
    assert!(error.is_unique_violation());
    Odd::find(&db, two.id)?.delete(&db)
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Student {
    #[model(primary_key)]
    name: String,
    note: Option<String>,
}

#[test]
fn values_are_never_sql() -> Result<()> {
    let db = db();
    db.create_tables::<Student>()?;
    let row = Student { name: HARM.into(), note: Some(HARM.into()) };
    assert_eq!(NewStudent { name: HARM.into(), note: Some(HARM.into()) }.insert(&db)?, row);
    row.update(&db)?;
    assert_eq!(Student::find(&db, HARM)?, row);
    let note = Student::note();
    let conditions = [
        note.eq(HARM),
        note.in_([HARM]),
        note.like(HARM),
        note.contains(HARM),
        note.starts_with(HARM),
        note.ends_with(HARM),
        note.between(HARM, HARM),
        note.ge(HARM) & note.le(HARM) & !note.ne(HARM),
    ];
    for condition in conditions {
        let query = Student::query().filter(condition);
        assert!(!query.sql(&db).to_string().contains("DROP"));
        assert_eq!(query.all(&db)?, std::slice::from_ref(&row));
    }
    row.delete(&db)?;
    assert_eq!(Student::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn indexes_do_not_clash_with_tables_or_each_other() -> Result<()> {
    #[derive(Model)]
    #[model(table = "shelf")]
    #[many_to_many(volumes: Volume, through = "shelf_books")]
    struct Shelf {
        id: i64,
        #[model(index)]
        books: i64,
        #[model(index, column = "a_b")]
        ab: i64,
    }
    #[derive(Model)]
    #[model(table = "shelf_a")]
    struct Volume {
        id: i64,
        #[model(index)]
        b: i64,
    }
    let db = db();
    for statement in db.create_sql::<(Shelf, Volume)>() {
        assert!(statement.starts_with("CREATE "), "{statement}");
    }
    db.create_tables::<(Shelf, Volume)>()?;
    assert_eq!(Shelf::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn a_misspelt_name_is_never_a_string() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "departments")]
    struct Misspelt {
        #[model(primary_key)]
        naem: String,
        name: String,
    }
    #[derive(Model)]
    #[model(table = "departments", index(nosuch))]
    struct Indexed {
        id: i64,
        nosuch: i64,
    }
    let db = university();
    let row = Misspelt { naem: "naem".into(), name: "all of them".into() };
    for error in [row.update(&db).unwrap_err(), row.delete(&db).unwrap_err()] {
        assert!(error.is_schema_mismatch(), "{error}");
        assert_eq!((error.table(), error.column()), (Some("departments"), Some("naem")));
    }
    assert!(db.create_tables::<Indexed>().is_err(), "an index on a text is no index");
    assert_eq!(Department::find(&db, 1)?.name, "Mathematics");
    Ok(())
}
