//! Orders in SQL: the value and its direction in one text.

use orm::{
    Db, Model, OrderBy, Result, TrustedSql, View, assert_queries, order_from, sql_condition, sql_order, sql_value,
};

use crate::database::{Shared, either};
use crate::schemas::blog::{Author, Badge, Comment, Company, Filing, Post, Topic, blog, empty_blog, titles};

/// A collation that ignores the case of ASCII letters, or one that does not follow the server's language.
fn collated(direction: &str) -> TrustedSql {
    TrustedSql(format!("{{}} COLLATE {} {direction}", either("NOCASE", "\"C\"")))
}

fn ordered(db: &Db, order: OrderBy<Post>) -> Result<Vec<String>> {
    let posts = assert_queries!(db, 1, Post::query().order_by(order).all(db)?);
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

#[test]
fn rows_are_ordered_by_a_text_with_its_direction() -> Result<()> {
    let db = blog()?;
    let editors = |direction: &str| {
        ordered(&db, sql_order(TrustedSql(format!("{{}} + {{}} {direction}")), (Post::editor_id(), 0)))
    };
    assert_eq!(ordered(&db, sql_order("substr({}, {}, 1)", (Post::title(), 3)))?, ["Sea", "Red", "Sun", "Tin"]);
    assert_eq!(ordered(&db, sql_order(collated("DESC"), Post::title()))?, ["Tin", "Sun", "Sea", "Red"]);
    assert_eq!(ordered(&db, sql_order(collated("asc"), Post::title()))?, ["Red", "Sea", "Sun", "Tin"]);
    for text in ["", "ASC", " asc NULLS FIRST ", "nulls first"] {
        assert_eq!(editors(text)?, ["Sun", "Red", "Sea", "Tin"], "{text:?}: `NULL`s are less than all values");
    }
    for text in ["DESC", "desc nulls LAST"] {
        assert_eq!(editors(text)?, ["Tin", "Sea", "Red", "Sun"], "{text:?}: `NULL`s are less than all values");
    }
    assert_eq!(editors("NULLS LAST")?, ["Red", "Sea", "Tin", "Sun"]);
    assert_eq!(editors("DESC NULLS FIRST")?, ["Sun", "Tin", "Sea", "Red"]);
    let of_author = sql_order("length({}) DESC", Post::author().value(Author::name()));
    assert_eq!(ordered(&db, of_author)?.len(), 4);
    assert_eq!(ordered(&db, sql_order("random()", ()))?.len(), 4);
    Ok(())
}

#[test]
fn the_direction_stands_in_the_statement_behind_the_text() -> Result<()> {
    let db = empty_blog()?;
    let order = |order| -> String {
        let text = Post::query().order_by(order).sql(&db).text;
        text.split_once(" ORDER BY ").expect("rows are ordered").1.to_owned()
    };
    let descending =
        either(r#"(lower(t0."title")) DESC, t0."id" DESC"#, r#"(lower(t0."title")) DESC NULLS LAST, t0."id" DESC"#);
    assert_eq!(order(sql_order("lower({}) DESC", Post::title())), descending);
    assert_eq!(order(sql_value("lower({})", Post::title()).desc()), descending, "as `sql_value` does");
    assert_eq!(
        order(sql_order("{} % {} ASC NULLS LAST", (Post::id(), 7))),
        either(r#"(t0."id" % ?1) NULLS LAST, t0."id""#, r#"(t0."id" % $1), t0."id""#)
    );
    let inside = sql_order("(SELECT c.id FROM comments AS c ORDER BY c.id DESC LIMIT 1)", ());
    assert_eq!(
        order(inside),
        either(
            r#"((SELECT c.id FROM comments AS c ORDER BY c.id DESC LIMIT 1)), t0."id""#,
            r#"((SELECT c.id FROM comments AS c ORDER BY c.id DESC LIMIT 1)) NULLS FIRST, t0."id""#,
        )
    );
    Ok(())
}

#[derive(View, Debug)]
#[view(of = Post)]
struct Title {
    title: String,
}

#[test]
fn an_order_in_sql_stands_wherever_an_order_does() -> Result<()> {
    let db = blog()?;
    let late = || sql_order("{} % 20 DESC", Comment::written());
    let query = Post::query().prefetch(Post::comments().order_by(late()).limit(1));
    let posts = assert_queries!(&db, 2, query.all(&db)?);
    let first = posts.iter().map(|post| post.comments().iter().map(|comment| comment.id).next());
    assert_eq!(first.collect::<Vec<_>>(), [Some(3), Some(4), Some(5), None]);
    let written: Vec<i64> =
        Comment::query().select(Comment::written()).order_by((late(), Comment::id().asc())).all(&db)?;
    assert_eq!(written, [15, 10, 30, 5, 20, 40]);
    let groups = Comment::query().group_by(Comment::post_id()).select((Comment::post_id(), orm::count()));
    let groups: Vec<(i64, u64)> = groups.order_by(sql_order("-{} DESC", orm::count())).all(&db)?;
    assert_eq!(groups, [(2, 1), (3, 2), (1, 3)]);
    let views = Post::query().view::<Title>().order_by(sql_order("lower({}) DESC", Post::title())).all(&db)?;
    assert_eq!(views.iter().map(|view| &*view.title).collect::<Vec<_>>(), ["Tin", "Sun", "Sea", "Red"]);
    let allowed = || sql_order("lower({}) DESC", Post::title()).named("title");
    assert_eq!(titles(&Post::query().order_by(order_from("title", allowed())?).all(&db)?)[0], "Tin");
    assert_eq!(titles(&Post::query().order_by(order_from("title asc", allowed())?).all(&db)?)[0], "Red");
    Ok(())
}

#[test]
fn pages_and_chunks_continue_after_an_order_in_sql() -> Result<()> {
    let db = blog()?;
    for (id, text) in [(1, "b"), (2, "B"), (3, "a"), (4, "A"), (5, "b"), (6, "c")] {
        Comment::rows_where(Comment::id().eq(id)).update(&db, Comment::text().set(text))?;
    }
    let scores = |direction: &'static str| sql_order(TrustedSql(format!("{{}} + 1 {direction}")), Comment::score());
    let orders: [&dyn Fn() -> OrderBy<Comment>; 8] = [
        &|| sql_order(collated(""), Comment::text()),
        &|| sql_order(collated("DESC"), Comment::text()),
        &|| sql_order("lower({}) DESC", Comment::text()),
        &|| scores("ASC"),
        &|| scores("DESC"),
        &|| scores("NULLS LAST"),
        &|| scores("DESC NULLS FIRST"),
        &|| sql_order("({}) DESC", sql_condition("{} > 10", Comment::written())),
    ];
    for (number, order) in orders.iter().enumerate() {
        let query = || Comment::query().order_by(order());
        let ids = |rows: &[Comment]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let expected = ids(&query().all(&db)?);
        let (mut read, mut cursor) = (Vec::new(), None);
        loop {
            let page = query().page(2).after(cursor).read(&db)?;
            read.extend(ids(&page.rows));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(read, expected, "order {number}");
        let chunks = query().chunks(&db).of_size(1).collect::<Result<Vec<_>>>()?;
        assert_eq!(ids(&chunks.concat()), expected, "order {number}");
    }
    let page = Comment::query().order_by(scores("DESC")).page(2).read(&db)?;
    let other = Comment::query().order_by(scores("DESC NULLS FIRST")).page(2).after(page.next).read(&db);
    assert!(other.is_err_and(|error| error.is_bad_cursor()), "it is another order");
    Ok(())
}

#[test]
fn pages_do_not_continue_after_a_value_that_is_another_in_each_statement() -> Result<()> {
    let db = blog()?;
    let own: [(&str, &str); 5] = either(
        [
            ("abs(julianday('now') - {})", "'now'"),
            ("unixepoch() - {}", "unixepoch"),
            ("{} > CURRENT_TIMESTAMP", "current_timestamp"),
            ("abs(RANDOM() % 2) + {}", "random"),
            ("(SELECT random() + {})", "random"),
        ],
        [
            ("extract(epoch FROM now()) - {}", "now"),
            ("{} > extract(epoch FROM CURRENT_TIMESTAMP(0))", "current_timestamp"),
            ("clock_timestamp() > to_timestamp({})", "clock_timestamp"),
            ("md5(gen_random_uuid()::text || {})", "gen_random_uuid"),
            ("{} * RANDOM()", "random"),
        ],
    );
    for (text, function) in own {
        let query = || Comment::query().order_by(sql_order(TrustedSql(text.to_owned()), Comment::written()));
        let message = format!(
            "pages and chunks continue after the value of the last row, and `{function}` has another value in each \
             statement; in the SQL fragment `{text}` write `{{}}` and bind a value, or order by a column"
        );
        let error = assert_queries!(&db, 0, query().page(2).read(&db)).expect_err(text);
        assert!(error.is_invalid());
        assert_eq!(error.to_string(), message);
        let chunk = assert_queries!(&db, 0, query().chunks(&db).next()).expect("there is a first chunk");
        assert_eq!(chunk.expect_err(text).to_string(), message);
    }
    let value = sql_value("random() + {}", Comment::id()).typed::<f64>().mul(2.0);
    assert!(Comment::query().order_by(value.asc()).page(2).read(&db).is_err_and(|error| error.is_invalid()));
    let named = "CASE {} WHEN 'now' THEN 0 WHEN 'random' THEN 1 ELSE 2 END";
    let query = || Comment::query().order_by(sql_order(named, Comment::text()));
    let cursor = query().page(2).read(&db)?.next;
    assert_eq!(query().page(9).after(cursor).read(&db)?.rows.len(), 4, "no function is called");
    Ok(())
}

#[test]
fn an_order_that_is_not_one_term_is_refused_before_it_is_sent() {
    let db = empty_blog().expect("the tables are created");
    let several = "orders by several values; write an `sql_order` for each, in a tuple";
    let direction = "has a direction that does not end it; write the value, `ASC` or `DESC`, and then `NULLS FIRST` or \
                     `NULLS LAST`";
    let number = "is a number, which databases treat as a position; name a column";
    let cases = [
        ("id, title", several),
        ("id DESC, title", several),
        ("id DESC NULLS LAST, title ASC", several),
        ("id ASC DESC", direction),
        ("id NULLS FIRST DESC", direction),
        ("title DESC COLLATE \"x\"", direction),
        ("id USING <", "has `USING`; write `ASC` or `DESC`"),
        ("DESC", "names no value to order by"),
        ("NULLS LAST", "names no value to order by"),
        ("", "is empty"),
        ("id DESC; DELETE FROM posts", "has a `;`; it is a part of one statement"),
        ("id) DESC", "has an unmatched `)`"),
        ("lower(title DESC", "has a `(` that is not closed"),
        ("id -- DESC", "has a comment; leave it out"),
        ("'a DESC", "has a quote 'a DESC that is not closed"),
        ("{} DESC", "has 1 `{}` outside of quotes, and 0 columns and values are passed; pass one for each"),
    ];
    for (text, wrong) in cases {
        let query = Post::query().order_by(sql_order(TrustedSql(text.to_owned()), ()));
        let error = assert_queries!(&db, 0, query.all(&db)).expect_err(text);
        assert!(error.is_invalid(), "{error}");
        assert_eq!(error.to_string(), format!("the SQL fragment `{text}` {wrong}"));
    }
    for text in ["2", "(2)", "-1", "+ ((1))", "2 COLLATE \"x\""] {
        let error = Post::query().order_by(sql_order(TrustedSql(format!("{text} DESC")), ())).all(&db);
        assert_eq!(error.expect_err(text).to_string(), format!("the SQL fragment `{text}` {number}"));
        let value = || sql_value(TrustedSql(text.to_owned()), ());
        assert!(Post::query().order_by(value().asc()).all(&db).is_err_and(|error| error.is_invalid()), "{text}");
        let typed = value().typed::<i64>().desc();
        assert!(Post::query().order_by(typed).all(&db).is_err_and(|error| error.is_invalid()), "{text}");
    }
    let aggregate = Comment::query().order_by(sql_order("max({}) DESC", Comment::written())).all(&db);
    assert!(aggregate.is_err_and(|error| error.is_invalid()));
}

#[test]
fn names_like_a_direction_are_names_where_they_are_quoted_or_qualified() -> Result<()> {
    let db = empty_blog()?;
    for text in ["\"asc\"", "x.desc", "'DESC'", "f(a, b)", "{} || 'x, y DESC'", "x[1]"] {
        let order = sql_order(TrustedSql(text.replace("{}", "title")), ());
        let text = text.replace("{}", "title");
        assert!(Post::query().order_by(order).sql(&db).text.contains(&format!("ORDER BY ({text})")), "{text}");
    }
    Ok(())
}

#[test]
fn an_index_serves_an_order_in_sql() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(Company, Author, Badge, Post, Comment, Topic, Filing)>()?;
    let index = either(
        "CREATE INDEX collated_titles ON posts (title COLLATE NOCASE)",
        "CREATE INDEX collated_titles ON posts (title COLLATE \"C\" DESC NULLS LAST, id DESC)",
    );
    orm::sql(index).execute(&db)?;
    let query = Post::query().order_by(sql_order(collated("DESC"), Post::title()));
    let plan = file.query_plan(&query.sql(&db).text).join("\n");
    let scan = either("SCAN t0 USING INDEX collated_titles", "Index Scan using collated_titles");
    assert!(plan.contains(scan), "{plan}");
    assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{plan}");
    Ok(())
}
