//! SQL of the user: parameters are bound, rows are decoded by column name or position, and mistakes are refused.

mod lists;
mod scripts;

use std::sync::atomic::{AtomicBool, Ordering};

use orm::{Db, Error, Model, Result, StatementKind, TrustedSql, assert_queries, sql};

use crate::database::{Shared, db, either};
use crate::schemas::university::{Department, NewDepartment, university};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(books: Book)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Book {
    id: i64,
    title: String,
    #[belongs_to(author: Author)]
    author_id: i64,
}

fn library() -> Result<Db> {
    let db = db();
    db.create_tables::<(Author, Book)>()?;
    orm::insert_many(&db, ["Ada", "Ben"].map(|name| NewAuthor { name: name.into() }))?;
    orm::insert_many(&db, ["One", "Two"].map(|title| NewBook { title: title.into(), author_id: 1 }))?;
    Ok(db)
}

#[test]
fn models_are_read_by_column_name_and_can_be_given_relations() -> Result<()> {
    let db = library()?;
    let text = "SELECT 7 AS extra, upper(name) AS name, id FROM authors WHERE id < $1 ORDER BY id DESC";
    let authors: Vec<Author> = orm::sql(text).bind(3).rows(&db)?;
    assert_eq!(authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), ["BEN", "ADA"]);
    let authors = assert_queries!(&db, 1, orm::prefetch(&db, authors, Author::books())?);
    assert_eq!(authors[1].books().len(), 2);
    Ok(())
}

#[test]
fn tuples_are_read_by_position() -> Result<()> {
    let db = library()?;
    let text =
        "SELECT name, count(b.id) FROM authors a LEFT JOIN books b ON b.author_id = a.id GROUP BY a.id ORDER BY a.id";
    let counts: Vec<(String, i64)> = orm::sql(text).tuples(&db)?;
    assert_eq!(counts, [("Ada".to_owned(), 2), ("Ben".to_owned(), 0)]);
    let nothing: Vec<(Option<i64>,)> = orm::sql("SELECT NULL").tuples(&db)?;
    assert_eq!(nothing, [(None,)]);
    let error = orm::sql("SELECT name FROM authors").tuples::<(i64,)>(&db).expect_err("text is no number");
    assert!(error.is_decode() && error.column() == Some("name"), "{error}");
    let error = orm::sql("SELECT 1").tuples::<(i64, i64)>(&db).expect_err("one column is not two");
    assert!(error.is_decode(), "{error}");
    Ok(())
}

#[test]
fn rows_are_changed_and_returned() -> Result<()> {
    let db = library()?;
    let text = "UPDATE books SET title = $1 WHERE id = $2";
    let changed = orm::sql(text).bind("'; --").bind(1).execute(&db)?;
    assert_eq!((changed, Book::find(&db, 1)?.title.as_str()), (1, "'; --"));
    let books: Vec<Book> = orm::sql("DELETE FROM books RETURNING *").returning(&db)?;
    assert_eq!((books.len(), Book::query().count(&db)?), (2, 0));
    Ok(())
}

#[test]
fn what_is_off_is_refused_before_anything_runs() -> Result<()> {
    let db = library()?;
    let one = "DELETE FROM books WHERE id = $1";
    let invalid = |sql: orm::RawSql| sql.execute(&db).is_err_and(|error| error.is_invalid());
    assert!(invalid(orm::sql("DELETE FROM books; DELETE FROM authors")));
    assert!(invalid(orm::sql(one)));
    assert!(invalid(orm::sql(one).bind(1).bind(2)));
    assert!(invalid(orm::sql("DELETE FROM books").bind(1)));
    assert!(invalid(orm::sql(TrustedSql("DELETE FROM books\0 WHERE id = 1".to_owned()))));
    assert!(invalid(orm::sql("   ")));
    assert!(orm::sql(one).bind(u64::MAX).execute(&db).is_err_and(|e| e.is_encode()));
    let error = orm::sql("SELECT \"nosuch\" FROM books").tuples::<(String,)>(&db).expect_err("no such column");
    assert!(error.is_schema_mismatch(), "{error}");
    let error = orm::sql("SELECT id FROM books").rows::<Book>(&db).expect_err("columns are missing");
    assert!(error.is_schema_mismatch() && error.column() == Some("title"), "{error}");
    assert_eq!(Book::query().count(&db)?, 2);
    assert_eq!(orm::sql("DELETE FROM books -- all of them").execute(&db)?, 2);
    Ok(())
}

#[test]
fn a_reading_call_cannot_write() -> Result<()> {
    let shared = Shared::new();
    // In a file, in memory, and on a server.
    for db in [shared.open(), db()] {
        db.create_tables::<(Author, Book)>()?;
        let insert = || orm::sql("INSERT INTO authors (name) VALUES ('x') RETURNING *");
        let with = "WITH x AS (SELECT 'y' AS name) INSERT INTO authors (name) SELECT name FROM x RETURNING id";
        let transaction = db.begin()?;
        for error in [
            insert().rows::<Author>(&db).map(|_| ()),
            insert().tuples::<(i64, String)>(&db).map(|_| ()),
            orm::sql(with).tuples::<(i64,)>(&db).map(|_| ()),
            insert().tuples::<(i64, String)>(&transaction).map(|_| ()),
        ] {
            let error = error.unwrap_err();
            assert!(error.is_read_only(), "{error}");
            assert_eq!(
                error.to_string(),
                "the statement writes, and `rows` and `tuples` run it where it can only read; \
                 write `.writing()` before them, or use `execute` if it returns no rows"
            );
        }
        transaction.commit()?;
        assert_eq!(Author::query().count(&db)?, 0);
    }
    Ok(())
}

#[test]
fn a_statement_that_writes_and_returns_rows_says_that_it_writes() -> Result<()> {
    let shared = Shared::new();
    for db in [shared.open(), db()] {
        db.create_tables::<(Author, Book)>()?;
        let insert = || orm::sql("INSERT INTO authors (name) VALUES ('x') RETURNING id, name").writing();
        assert_eq!(insert().tuples::<(i64, String)>(&db)?, [(1, "x".to_owned())]);
        assert_eq!(insert().rows::<Author>(&db)?, [Author { id: 2, name: "x".into() }]);
        db.transaction(|tx| insert().tuples::<(i64, String)>(tx))?;
        assert_eq!(Author::query().count(&db)?, 3);
        // A row that cannot be read is not written.
        for error in [
            insert().tuples::<(i64, i64)>(&db).map(|_| ()),
            insert().tuples::<(i64, String, i64)>(&db).map(|_| ()),
            insert().rows::<Book>(&db).map(|_| ()),
            orm::sql("DELETE FROM authors RETURNING name").writing().tuples::<(i64,)>(&db).map(|_| ()),
        ] {
            assert!(error.is_err());
            assert_eq!(Author::query().count(&db)?, 3);
        }
        let caught = db.transaction(|tx| {
            assert!(insert().tuples::<(i64, i64)>(tx).is_err_and(|error| error.is_decode()));
            Ok(())
        });
        assert!(caught.is_err_and(|error| error.is_transaction_lost()));
        assert_eq!(Author::query().count(&db)?, 3);
        // The statement may also read.
        assert_eq!(orm::sql("SELECT 1").writing().tuples::<(i32,)>(&db)?, [(1,)]);
        let reading = db.begin_read()?;
        assert!(insert().tuples::<(i64, String)>(&reading).is_err_and(|error| error.is_read_only()));
    }
    Ok(())
}

#[test]
fn only_statements_that_change_rows_count_them() -> Result<()> {
    let db = library()?;
    assert_eq!(orm::sql("UPDATE books SET title = 'x'").execute(&db)?, 2);
    assert_eq!(orm::sql("CREATE TABLE q (a integer)").execute(&db)?, 0);
    assert_eq!(orm::sql("INSERT INTO q (a) VALUES (1), (2), (3)").execute(&db)?, 3);
    assert_eq!(orm::sql("CREATE INDEX of_q ON q (a)").execute(&db)?, 0);
    assert_eq!(orm::sql("UPDATE q SET a = 0 WHERE a > 9").execute(&db)?, 0);
    assert_eq!(orm::sql("WITH x AS (SELECT 1 AS a) DELETE FROM q WHERE a IN (SELECT a FROM x)").execute(&db)?, 1);
    assert_eq!(orm::sql("DROP TABLE q").execute(&db)?, 0);
    Ok(())
}

#[test]
fn a_statement_whose_rows_nobody_reads_is_refused() -> Result<()> {
    let db = library()?;
    let error = orm::sql("INSERT INTO authors (name) VALUES ('x') RETURNING id").execute(&db).unwrap_err();
    assert!(error.is_invalid(), "{error}");
    assert_eq!(
        error.to_string(),
        "the statement returns rows, which `execute` does not read; use `rows` or `tuples`, after `.writing()` if it also \
         writes"
    );
    assert_eq!(Author::query().count(&db)?, 2);
    let select = orm::sql("SELECT id FROM authors").execute(&db);
    // On PostgreSQL, a query may call a function for its effect. The function changes no row.
    assert_eq!(select.map_err(|error| error.to_string()), either(Err(error.to_string()), Ok(0)));
    Ok(())
}

#[test]
fn parameters_are_written_with_dollars_on_every_database_in_any_order() -> Result<()> {
    let db = library()?;
    let text = "SELECT id, name FROM authors WHERE name <> $2 AND id >= $1 AND name <> $2 AND name <> '$3' ORDER BY id";
    let found: Vec<(i64, String)> = orm::sql(text).bind(1).bind("Ada").tuples(&db)?;
    assert_eq!(found, [(2, "Ben".to_owned())]);
    let changed = orm::sql("UPDATE books SET title = $2 WHERE id = $1").bind(2).bind("2").execute(&db)?;
    assert_eq!((changed, Book::find(&db, 2)?.title.as_str()), (1, "2"));
    let authors: Vec<Author> =
        orm::sql("SELECT * FROM authors WHERE name = $2 AND id = $1").bind(1).bind("Ada").rows(&db)?;
    assert_eq!(authors.len(), 1);
    let many = "SELECT $12 || $11 || $10 || $9 || $8 || $7 || $6 || $5 || $4 || $3 || $2 || $1";
    let many = "abcdefghijkl".chars().fold(orm::sql(many), |sql, letter| sql.bind(letter.to_string()));
    assert_eq!(many.tuples::<(String,)>(&db)?, [("lkjihgfedcba".to_owned(),)]);
    Ok(())
}

#[test]
fn parameters_and_values_that_do_not_match_are_an_error_before_anything_runs() -> Result<()> {
    let db = library()?;
    for (text, values) in [
        ("DELETE FROM books WHERE id = $1", 0),
        ("DELETE FROM books WHERE id = $1", 2),
        ("DELETE FROM books WHERE id = $2", 1),
        ("DELETE FROM books WHERE id = $1 OR id = $3", 2),
    ] {
        let statement = (0..values).fold(orm::sql(text), |sql, value| sql.bind(i64::from(value)));
        let error = statement.execute(&db).expect_err(text);
        assert!(error.is_invalid() || error.sqlstate() == Some("42P18"), "{text}: {error}");
    }
    assert_eq!(Book::query().count(&db)?, 2);
    let too_many = orm::sql("DELETE FROM books WHERE id = $1").bind(1).bind(2).execute(&db).unwrap_err();
    assert_eq!(too_many.to_string(), "the statement has 1 parameter, and 2 values are bound; bind one for each");
    let too_few = orm::sql("DELETE FROM books WHERE id = $1").execute(&db).unwrap_err().to_string();
    let needed = ["the statement has a parameter `$1`", "the statement has 1 parameter"]
        .map(|has| format!("{has}, and no value is bound; bind one for each"));
    assert!(needed.contains(&too_few), "{too_few}");
    Ok(())
}

#[test]
fn a_value_of_the_result_that_does_not_fit_is_named_by_its_column() -> Result<()> {
    let db = library()?;
    let named = orm::sql("SELECT name FROM authors").tuples::<(i64,)>(&db).unwrap_err();
    let expected = "column `name` of the statement's result does not hold a `i64`: ";
    assert!(named.is_decode() && named.to_string().starts_with(expected), "{named}");
    assert_eq!((named.table(), named.column()), (None, Some("name")));
    let numbered = Author::query().select(orm::sql_value("NULL", ()).typed::<String>()).all(&db).unwrap_err();
    let expected = "column 1 of the statement's result does not hold a `String`: ";
    assert!(numbered.is_decode() && numbered.to_string().starts_with(expected), "{numbered}");
    assert_eq!((numbered.table(), numbered.column()), (None, None));
    Ok(())
}

#[test]
fn parameters_of_another_database_say_what_to_write() -> Result<()> {
    let db = library()?;
    for text in ["SELECT id FROM authors WHERE id = ?1", "SELECT id FROM authors WHERE id = ?"] {
        let found = orm::sql(text).bind(2).tuples::<(i64,)>(&db);
        if either(true, false) {
            assert_eq!(found?, [(2,)]);
        } else {
            let error = found.expect_err("an operator without a left side");
            let expected =
                "`?` is an operator to PostgreSQL; write parameters as `$1`, `$2`, …, which every database takes";
            assert!(error.is_invalid() && error.to_string() == expected, "{error}");
        }
    }
    let error =
        orm::sql("SELECT id FROM authors WHERE id = ?1 AND name = $2").bind(2).bind("Ben").tuples::<(i64,)>(&db);
    assert!(error.expect_err("two kinds of parameters").is_invalid());
    Ok(())
}

#[test]
fn raw_sql_neither_begins_nor_ends_a_transaction() -> Result<()> {
    const CONTROL: [&str; 9] = [
        "COMMIT",
        "END",
        "; commit",
        "/* now */ ROLLBACK",
        "ROLLBACK TO s1",
        "BEGIN",
        "SAVEPOINT \"s1\"",
        "RELEASE \"s1\"",
        "START TRANSACTION",
    ];
    let db = university();
    let refused = |error: Error| {
        assert!(error.is_invalid(), "{error}");
        assert!(error.to_string().starts_with("raw SQL cannot begin or end a transaction or savepoint"), "{error}");
    };
    let transaction = db.begin()?;
    NewDepartment { name: "Chemistry".into() }.insert(&transaction)?;
    let savepoint = transaction.savepoint()?;
    for text in CONTROL {
        refused(sql(text).execute(&transaction).unwrap_err());
        refused(sql(text).tuples::<(i64,)>(&transaction).unwrap_err());
        refused(sql(text).writing().tuples::<(i64,)>(&transaction).unwrap_err());
    }
    NewDepartment { name: "Music".into() }.insert(&transaction)?;
    savepoint.commit()?;
    transaction.rollback()?;
    let reading = db.begin_read()?;
    for text in CONTROL {
        refused(sql(text).tuples::<(i64,)>(&reading).unwrap_err());
    }
    drop(reading);
    for text in CONTROL {
        refused(sql(text).execute(&db).unwrap_err());
    }
    assert_eq!(Department::query().count(&db)?, 3);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(products: Product)]
struct Category {
    id: i64,
    name: String,
    #[belongs_to(parent: Category)]
    parent_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Product {
    id: i64,
    name: String,
    #[belongs_to(category: Category)]
    category_id: i64,
}

/// Food has fruit and bread, and fruit has berries; tools are separate. Each has one product, and berries two.
fn shop(db: &Db) -> Result<()> {
    db.create_tables::<(Category, Product)>()?;
    for (name, parent_id) in
        [("Food", None), ("Fruit", Some(1)), ("Bread", Some(1)), ("Berries", Some(2)), ("Tools", None)]
    {
        NewCategory { name: name.into(), parent_id }.insert(db)?;
    }
    for (name, category_id) in [("Oil", 1), ("Apple", 2), ("Rye", 3), ("Currant", 4), ("Raspberry", 4), ("Hammer", 5)] {
        NewProduct { name: name.into(), category_id }.insert(db)?;
    }
    Ok(())
}

const BELOW: &str = "WITH RECURSIVE below AS (
        SELECT * FROM categories WHERE id = $1
        UNION ALL SELECT c.* FROM categories AS c JOIN below AS b ON c.parent_id = b.id
    ) SELECT * FROM below ORDER BY name DESC";

#[test]
fn rows_of_a_recursive_statement_have_relations() -> Result<()> {
    let db = db();
    shop(&db)?;
    let below = |root: i64| orm::sql(BELOW).bind(root).query::<Category>();
    let named = Category::products().order_by(Product::name().desc());
    let query = below(1).prefetch(named).prefetch(Category::parent());
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    let rows: Vec<(&str, Vec<&str>, Option<&str>)> = rows
        .iter()
        .map(|row| {
            let products = row.products().iter().map(|product| &*product.name).collect();
            (&*row.name, products, row.parent().as_ref().map(|parent| &*parent.name))
        })
        .collect();
    let expected = [
        ("Fruit", vec!["Apple"], Some("Food")),
        ("Food", vec!["Oil"], None),
        ("Bread", vec!["Rye"], Some("Food")),
        ("Berries", vec!["Raspberry", "Currant"], Some("Fruit")),
    ];
    assert_eq!(rows, expected, "in the order of the statement");
    assert_eq!(assert_queries!(&db, 1, below(9).prefetch(Category::products()).all(&db)?).len(), 0);
    let counted = below(2).prefetch(Category::products().count().named(Products));
    assert_eq!(assert_queries!(&db, 2, counted.all(&db)?)[1].named(Products), &2);
    let chosen = |wanted| below(2).prefetch_if(wanted, Category::products());
    let chosen_rows = assert_queries!(&db, 1, chosen(false).all(&db)?);
    assert!(chosen_rows[0].products().is_none());
    assert!(assert_queries!(&db, 2, chosen(true).all(&db)?)[0].products().is_some());
    assert_eq!(query.all(&db)?.len(), 4, "it can run again");
    Ok(())
}

#[derive(Clone, Copy, Debug)]
struct Products;

#[test]
fn a_relation_that_would_be_joined_is_loaded_for_itself() -> Result<()> {
    let db = db();
    shop(&db)?;
    let text = "SELECT name, id AS category_id, id, 'x' AS more FROM products WHERE id <= 2 UNION ALL \
                SELECT name, category_id, id, 'y' FROM products WHERE id = 1";
    let query = orm::sql(text).query::<Product>().prefetch(Product::category().joined());
    let rows = assert_queries!(&db, 2, query.all(&db)?);
    let found: Vec<(i64, &str)> = rows.iter().map(|row| (row.id, &*row.category().name)).collect();
    assert_eq!(found, [(1, "Food"), (2, "Fruit"), (1, "Food")], "a row that comes twice is there twice");
    Ok(())
}

#[test]
fn the_plan_of_a_statement_shows_those_of_its_relations() -> Result<()> {
    let db = db();
    shop(&db)?;
    let query = orm::sql("SELECT * FROM categories").query::<Category>().prefetch(Category::products());
    let plan = query.plan(&db)?;
    assert_eq!(plan.statements(), 2);
    let text = plan.to_string();
    assert!(text.starts_with("Category\n│  SELECT * FROM categories\n└─ products: has many, by key\n"), "{text}");
    let recording = db.record();
    query.all(&db)?;
    let last = recording.statements().pop().expect("the statement of the relation");
    assert!(text.contains(&last), "{text}\n{last}");
    Ok(())
}

#[test]
fn one_row_of_a_statement_is_the_only_one() -> Result<()> {
    let db = db();
    shop(&db)?;
    let below = |root: i64| orm::sql(BELOW).bind(root).query::<Category>().prefetch(Category::products());
    assert_eq!(below(4).one(&db)?.products().len(), 2);
    assert!(below(1).one(&db).unwrap_err().is_more_than_one());
    assert!(below(9).one(&db).unwrap_err().is_not_found());
    Ok(())
}

#[test]
fn what_is_wrong_with_a_statement_or_its_relations_is_told() -> Result<()> {
    let db = db();
    shop(&db)?;
    let text = "SELECT name, category_id FROM products";
    let error = orm::sql(text).query::<Product>().prefetch(Product::category()).all(&db).unwrap_err();
    assert_eq!(error.to_string(), "the statement returns no column `id`, which `Product` needs");
    let broken = Category::products().filter(Product::name().like("\\"));
    let query = orm::sql("SELECT * FROM categories").query::<Category>().prefetch(broken);
    assert!(assert_queries!(&db, 0, query.all(&db).unwrap_err()).is_encode());
    assert!(query.plan(&db).unwrap_err().is_encode());
    let delete = || orm::sql("DELETE FROM products WHERE id = 6 RETURNING *");
    let with_category = |sql: orm::RawSql| sql.query::<Product>().prefetch(Product::category());
    assert!(with_category(delete()).all(&db).unwrap_err().is_read_only());
    let deleted = assert_queries!(&db, 2, with_category(delete().writing()).all(&db)?);
    assert_eq!((deleted.len(), deleted[0].category().name.as_str()), (1, "Tools"));
    Ok(())
}

/// Another writer commits after the first statement.
#[test]
fn a_statement_and_its_relations_see_one_state() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    shop(&db)?;
    let (other, done) = (shared.open(), AtomicBool::new(false));
    db.on_statement(move |event| {
        if event.kind == StatementKind::Query && !done.swap(true, Ordering::SeqCst) {
            Product::all_rows().delete(&other).expect("the other writer does not wait");
        }
    });
    let query = orm::sql("SELECT * FROM categories").query::<Category>().prefetch(Category::products());
    let rows = query.all(&db)?;
    assert_eq!(rows.iter().map(|row| row.products().len()).sum::<usize>(), 6);
    assert!(query.all(&db)?.iter().all(|row| row.products().is_empty()));
    Ok(())
}
