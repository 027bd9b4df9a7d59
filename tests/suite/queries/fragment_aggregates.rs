//! Aggregate functions in fragments of SQL: refused where a value of each row is required.

use orm::{Db, Error, Model, Result, TrustedSql, assert_queries, sql_condition, sql_value};

use crate::database::either;
use crate::schemas::blog::{Comment, Post, blog, empty_blog, titles};

/// Returns the error of the only fragment of a query that is refused.
fn refused<T: std::fmt::Debug>(db: &Db, run: impl FnOnce(&Db) -> Result<T>) -> String {
    let error = assert_queries!(db, 0, run(db)).expect_err("it is refused");
    assert!(error.is_invalid(), "{error}");
    error.to_string()
}

#[test]
fn an_aggregate_of_a_value_of_each_row_is_refused_before_anything_is_sent() -> Result<()> {
    let db = blog()?;
    let message = "the SQL fragment `max({})` calls the aggregate function `max`, which makes one row of all rows; write \
                   `sql_value(..).aggregate::<T>()`, and compare it in `having`";
    let latest = || sql_value("max({})", (Comment::written(),));
    let errors = [
        refused(&db, |db| Comment::query().select(latest().typed::<i64>()).all(db)),
        refused(&db, |db| Comment::query().select((Comment::id(), latest().typed::<i64>())).first(db)),
        refused(&db, |db| Comment::query().select(latest().typed::<i64>()).distinct().all(db)),
        refused(&db, |db| Comment::query().select(latest().typed::<i64>()).distinct().count(db)),
        refused(&db, |db| Comment::query().select(latest().typed::<i64>().add(1)).all(db)),
        refused(&db, |db| Comment::query().select(latest().typed::<i64>().gt(3)).all(db)),
        refused(&db, |db| Comment::query().order_by(latest().asc()).all(db)),
        refused(&db, |db| Comment::query().order_by(latest().typed::<i64>().desc()).page(2).read(db)),
        refused(&db, |db| Comment::query().filter(latest().typed::<i64>().gt(3)).all(db)),
        refused(&db, |db| Comment::rows_where(latest().typed::<i64>().gt(3)).delete(db)),
        refused(&db, |db| Post::query().filter(Post::comments().any(latest().typed::<i64>().gt(3))).all(db)),
    ];
    assert!(errors.iter().all(|error| error == message), "{errors:#?}");
    assert_eq!(Comment::query().count(&db)?, 6, "none is deleted");
    let is_late = || sql_condition("MAX ( {} ) > {}", (Comment::written(), 3));
    assert!(refused(&db, |db| Comment::query().select(is_late()).all(db)).contains("function `max`"));
    let limited = Post::query().prefetch(Post::comments().order_by(latest().asc()).limit(1));
    let error = limited.all(&db).expect_err("it is refused");
    assert!(error.is_invalid(), "{error}");
    assert_eq!(error.to_string(), message);
    let written = Comment::all_rows().update(&db, Comment::written().set(latest().typed::<i64>()));
    assert!(written.is_err_and(|error| error.to_string().contains("aggregate function `max`")));
    Ok(())
}

#[test]
fn an_aggregate_is_found_wherever_it_stands_in_the_text() {
    let db = empty_blog().expect("the tables are created");
    let texts = [
        "count(*)",
        "1 + coalesce(sum(written), 0)",
        "CASE WHEN written > 1 THEN min(written) END",
        "\"max\"(written)",
        "max(written) FILTER (WHERE written > 1)",
        "rank() OVER (ORDER BY max(written))",
        "(SELECT max(1))",
        "count(DISTINCT written)",
        "max((SELECT p.id FROM posts AS p LIMIT 1))",
    ];
    for text in texts {
        let value = sql_value(TrustedSql(text.to_owned()), ()).typed::<i64>();
        let error = refused(&db, |db| Comment::query().select(value).all(db));
        assert!(error.contains("calls the aggregate function `"), "{text}: {error}");
    }
    // A subquery that only uses the row around it.
    let texts = [
        "(SELECT max({}))",
        "(SELECT max({}) FROM posts)",
        "(SELECT sum(CASE WHEN {} > 1 THEN 1 ELSE 0 END) FROM posts)",
        "(SELECT count(DISTINCT CAST({} AS text)) FROM posts)",
    ];
    for text in texts {
        let value = sql_value(TrustedSql(text.to_owned()), Comment::written()).typed::<i64>();
        let error = refused(&db, |db| Comment::query().select(value).all(db));
        assert!(error.contains("calls the aggregate function `"), "{text}: {error}");
    }
}

#[test]
fn a_window_function_has_a_value_for_each_row() -> Result<()> {
    let db = blog()?;
    let values = |text: &str| -> Result<Vec<i64>> {
        let value = sql_value(TrustedSql(text.to_owned()), Comment::written()).typed::<i64>();
        assert_queries!(&db, 1, Comment::query().select(value).all(&db))
    };
    assert_eq!(values("max({}) OVER ()")?, [40; 6]);
    assert_eq!(values("max({}) OVER (PARTITION BY post_id)")?, [20, 20, 20, 30, 40, 40]);
    assert_eq!(values("count({}) FILTER (WHERE written > 10) OVER ()")?, [4; 6]);
    assert_eq!(values("rank() OVER (ORDER BY {})")?, [2, 4, 3, 5, 1, 6]);
    Ok(())
}

#[test]
fn an_aggregate_of_a_subquery_is_of_its_rows() -> Result<()> {
    let db = blog()?;
    let comments =
        |condition| -> Result<Vec<i64>> { Comment::query().filter(condition).select(Comment::id()).all(&db) };
    let text = "{} = (SELECT max(c.written) FROM comments AS c WHERE c.post_id = {})";
    assert_eq!(comments(sql_condition(text, (Comment::written(), Comment::post_id())))?, [2, 4, 6]);
    let text = "{} = (WITH c AS (SELECT max(written) AS latest FROM comments) SELECT latest FROM c)";
    assert_eq!(comments(sql_condition(text, Comment::written()))?, [6]);
    let sums = sql_value("(SELECT sum(p.id * {}) FROM posts AS p)", Comment::id()).typed::<f64>();
    let sums = sql_value("CAST({} AS double precision)", sums).typed::<f64>();
    assert_eq!(Comment::query().select(sums).all(&db)?, [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
    let number = sql_value("SELECT count(*) FROM comments AS c WHERE c.post_id = {}", Post::id()).typed::<i64>();
    assert_eq!(Post::query().select(number.clone()).all(&db)?, [3, 1, 2, 0]);
    assert_eq!(titles(&Post::query().order_by(number.desc()).all(&db)?), ["Red", "Tin", "Sun", "Sea"]);
    Ok(())
}

#[test]
fn a_function_of_one_row_may_have_the_name_of_an_aggregate() -> Result<()> {
    let db = blog()?;
    let larger = sql_value(either("max({}, {})", "greatest({}, {})"), (Comment::written(), 12)).typed::<i64>();
    assert_eq!(Comment::query().select(larger).all(&db)?, [12, 20, 15, 30, 12, 40]);
    let max = sql_value("1 + max.id", ()).typed::<i64>();
    assert!(Comment::query().select(max).all(&db).is_err_and(|error| !error.is_invalid()), "no function is called");
    Ok(())
}

#[test]
fn an_aggregate_is_a_value_of_groups_by_aggregate() -> Result<()> {
    let db = blog()?;
    let latest = || sql_value("max({})", (Comment::written(),)).aggregate::<i64>();
    assert_eq!(Comment::query().select(latest()).all(&db)?, [40]);
    let rows: Vec<(i64, i64)> = Comment::query()
        .group_by(Comment::post_id())
        .having(latest().gt(20))
        .select((Comment::post_id(), latest()))
        .order_by(latest().desc())
        .all(&db)?;
    assert_eq!(rows, [(3, 40), (2, 30)]);
    let half = sql_value("{} / 2", latest()).typed::<i64>();
    assert_eq!(Comment::query().select(half).all(&db)?, [20], "an aggregate is an argument");
    Ok(())
}

#[test]
fn each_aggregate_that_the_database_has_is_known() -> Result<()> {
    let db = empty_blog()?;
    let functions = either(
        "SELECT DISTINCT name, max(narg, 1) FROM pragma_function_list WHERE type IN ('a', 'w') AND name NOT IN
         ('cume_dist', 'dense_rank', 'first_value', 'lag', 'last_value', 'lead', 'nth_value', 'ntile', 'percent_rank', 'rank',
          'row_number')",
        "SELECT DISTINCT proname::text, greatest(pronargs::bigint, 1) FROM pg_proc JOIN pg_aggregate ON aggfnoid = pg_proc.oid
         WHERE pronamespace = 'pg_catalog'::regnamespace AND aggkind = 'n'",
    );
    let functions: Vec<(String, i64)> = orm::sql(functions).tuples(&db)?;
    assert!(functions.len() > 8, "{functions:?}");
    for (name, arguments) in functions {
        let text = format!("{name}({})", (0..arguments).map(|_| "1").collect::<Vec<_>>().join(", "));
        let value = sql_value(TrustedSql(text.clone()), ()).typed::<i64>();
        let error = Comment::query().select(value).all(&db).expect_err(&text);
        assert!(error.is_invalid() && error.to_string().contains("aggregate function"), "{text}: {error}");
    }
    let ordered_set = sql_value("percentile_disc(0.5) WITHIN GROUP (ORDER BY {})", Comment::written()).typed::<i64>();
    assert!(Comment::query().select(ordered_set).all(&db).is_err_and(|error: Error| error.is_invalid()));
    Ok(())
}
