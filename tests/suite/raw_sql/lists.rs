//! Lists that are bound to a statement of the user.

use orm::value::{Date, Decimal};
use orm::{Db, Error, Model, Result, assert_queries, insert_many, sql};

use crate::database::{Shared, db, either};
use crate::schemas::university::{Department, Student, university, university_in};

#[derive(Model, Clone, Debug, PartialEq)]
struct Item {
    id: i64,
    name: String,
    size: Option<i32>,
    since: Date,
    price: Decimal,
    code: Vec<u8>,
    is_new: bool,
}

fn date(day: u8) -> Date {
    Date::new(2024, 5, day).expect("a date")
}

fn items() -> Result<Db> {
    let db = db();
    db.create_tables::<(Item,)>()?;
    let new = |(name, size, day, cents): (&str, _, u8, i128)| NewItem {
        name: name.into(),
        size,
        since: date(day),
        price: Decimal::new(cents, 2),
        code: vec![day, 0],
        is_new: day > 1,
    };
    insert_many(&db, [("a", Some(1), 1, 150), ("b", Some(2), 2, 200), ("it's", None, 3, 1000)].map(new))?;
    Ok(db)
}

fn ids(statement: orm::RawSql, db: &Db) -> Result<Vec<i64>> {
    let found: Vec<(i64,)> = assert_queries!(db, 1, statement.tuples(db)?);
    Ok(found.into_iter().map(|(id,)| id).collect())
}

#[test]
fn rows_are_found_by_lists_of_every_type() -> Result<()> {
    let db = items()?;
    assert_eq!(ids(sql("SELECT id FROM items WHERE id IN $1 ORDER BY id").bind_list([3, 1, 1, 9]), &db)?, [1, 3]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE id NOT IN $1 ORDER BY id").bind_list([3, 1, 9]), &db)?, [2]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE name in $1").bind_list(["it's", "A"]), &db)?, [3]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE name IN $1").bind_list(vec![String::from("b")]), &db)?, [2]);
    assert_eq!(
        ids(sql("SELECT id FROM items WHERE size IN $1").bind_list([2, i64::MAX]), &db)?,
        [2],
        "beyond `integer`"
    );
    assert_eq!(ids(sql("SELECT id FROM items WHERE size NOT IN $1").bind_list([2]), &db)?, [1], "`NULL` is not known");
    assert_eq!(ids(sql("SELECT id FROM items WHERE since IN $1").bind_list([date(2)]), &db)?, [2]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE price IN $1").bind_list([Decimal::new(150, 2)]), &db)?, [1]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE code IN $1").bind_list([vec![3_u8, 0], vec![]]), &db)?, [3]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE is_new IN $1 ORDER BY id").bind_list([true]), &db)?, [2, 3]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE (id + 1) IN $1").bind_list([2]), &db)?, [1]);
    Ok(())
}

#[test]
fn nothing_is_in_an_empty_list() -> Result<()> {
    let db = items()?;
    let nothing = || Vec::<i64>::new();
    assert_eq!(ids(sql("SELECT id FROM items WHERE id IN $1").bind_list(nothing()), &db)?, [0; 0]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE id NOT IN $1 ORDER BY id").bind_list(nothing()), &db)?, [1, 2, 3]);
    let unknown = sql("SELECT id FROM items WHERE size NOT IN $1 ORDER BY id").bind_list(nothing());
    assert_eq!(ids(unknown, &db)?, [1, 2, 3], "a `NULL` is not in it either");
    Ok(())
}

#[test]
fn lists_and_values_are_bound_in_any_order_and_any_number_of_times() -> Result<()> {
    let db = items()?;
    let text =
        "SELECT id FROM items WHERE name IN $2 AND size > $1 AND id NOT IN $3 AND name IN $2 AND '$2 IN $1' <> $4";
    let statement = sql(text).bind(0).bind_list(["a", "b"]).bind_list([1]).bind("x");
    assert_eq!(ids(statement, &db)?, [2]);
    let text = "SELECT id FROM items -- IN $1\n WHERE id NOT /* IN */ IN\n$1 AND \"id\" iN/**/$2 /* $3 */";
    assert_eq!(ids(sql(text).bind_list([1, 2]).bind_list([2, 3]), &db)?, [3]);
    let text = "SELECT id FROM items WHERE NOT id IN $1 AND (name)IN $2";
    assert_eq!(ids(sql(text).bind_list([1]).bind_list(["a", "b"]), &db)?, [2]);
    assert_eq!(ids(sql("SELECT id FROM items WHERE id IN $1").bind_list(1..=100_000), &db)?.len(), 3);
    Ok(())
}

#[test]
fn statements_that_write_and_that_load_relations_take_lists() -> Result<()> {
    let db = university();
    let text = "SELECT * FROM departments WHERE id IN $1 ORDER BY id";
    let query = sql(text).bind_list([1, 2]).query::<Department>().prefetch(Department::students());
    let departments = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(departments.len(), 2);
    let written = either("IN (SELECT \"value\" FROM rarray($1))", "= ANY($1)");
    assert!(query.plan(&db)?.to_string().contains(written), "{}", query.plan(&db)?);
    let none: Vec<Student> = sql("SELECT * FROM students WHERE last_name IN $1").bind_list(["nobody"]).rows(&db)?;
    assert_eq!(none, []);
    let before = Student::query().count(&db)?;
    let changed =
        sql("UPDATE students SET last_name = $2 WHERE id IN $1").bind_list([1, 2]).bind("Same").execute(&db)?;
    assert_eq!((changed, Student::query().filter(Student::last_name().eq("Same")).count(&db)?), (2, 2));
    let deleted: Vec<(i64,)> = sql("DELETE FROM enrollments WHERE student_id NOT IN $1 RETURNING student_id")
        .bind_list(Vec::<i64>::new())
        .writing()
        .tuples(&db)?;
    assert!(!deleted.is_empty() && Student::query().count(&db)? == before);
    Ok(())
}

#[test]
fn an_index_finds_the_values_of_a_list() -> Result<()> {
    let file = Shared::new();
    let db = university_in(&file);
    let recording = db.record();
    ids(sql("SELECT id FROM students WHERE id IN $1").bind_list([1]), &db)?;
    let statements = recording.statements();
    let sqlite = "SELECT id FROM students WHERE id IN (SELECT \"value\" FROM rarray($1))";
    assert_eq!(statements, [either(sqlite, "SELECT id FROM students WHERE id = ANY($1)")]);
    let plan = file.query_plan(&statements[0]).join("\n");
    assert!(plan.contains(either("SEARCH students USING INTEGER PRIMARY KEY (rowid=?)", "Index")), "{plan}");
    Ok(())
}

fn refused(statement: orm::RawSql, db: &Db) -> String {
    let error: Error = assert_queries!(db, 0, statement.tuples::<(i64,)>(db).expect_err("it is refused"));
    assert!(error.is_invalid(), "{error}");
    error.to_string()
}

#[test]
fn a_list_that_stands_elsewhere_is_refused_before_anything_is_sent() -> Result<()> {
    let db = items()?;
    let elsewhere = "a list is bound to `$1`, which is not directly after `IN`; write `… IN $1` or `… NOT IN $1`, \
                     without parentheses";
    for text in [
        "SELECT id FROM items WHERE id IN ($1)",
        "SELECT id FROM items WHERE id = ANY($1)",
        "SELECT id FROM items WHERE id = $1",
        "SELECT id FROM items WHERE id IN $1 AND size = $1",
        "SELECT id FROM items WHERE \"IN\" $1",
        "SELECT id FROM items WHERE name = 'id IN $1'",
        "SELECT id FROM items WHERE id IN ?1",
        "SELECT id FROM items WHERE id IN ?",
        "SELECT id FROM items",
        "$1",
    ] {
        assert_eq!(refused(sql(text).bind_list([1]), &db), elsewhere, "{text}");
    }
    let null = "the list that is bound to `$2` holds NULL, so `NOT IN` would match no row; leave NULL out, and write \
                a separate `IS NULL`";
    let text = "SELECT id FROM items WHERE id = $1 AND size NOT IN $2";
    assert_eq!(refused(sql(text).bind(1).bind_list([Some(1), None]), &db), null);
    assert_eq!(ids(sql(text).bind(1).bind_list([Some(2)]), &db)?, [1]);
    let error = sql("SELECT id FROM items WHERE id IN $1").bind_list([u64::MAX]).tuples::<(i64,)>(&db).unwrap_err();
    assert!(error.is_encode(), "{error}");
    let text = "SELECT id FROM items WHERE id IN $2";
    assert!(sql(text).bind_list([1]).tuples::<(i64,)>(&db).is_err_and(|error| error.is_invalid()));
    // A single value is not a list.
    assert!(sql("SELECT id FROM items WHERE id IN $1").bind(1).tuples::<(i64,)>(&db).is_err());
    Ok(())
}
