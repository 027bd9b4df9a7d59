//! Fragments of SQL in conditions, orders and selections.

use orm::{
    Condition, Db, Error, Expression, Model, OrderBy, Result, TrustedSql, assert_queries, sql_condition, sql_value,
};

use crate::database::{Shared, db, either};
use crate::schemas::blog::{Author, Badge, Comment, Company, Filing, Post, Topic, blog, empty_blog, titles};

fn found(db: &Db, condition: Condition<Comment>) -> Result<Vec<i64>> {
    let query = Comment::query().filter(condition);
    let comments = assert_queries!(db, 1, query.all(db)?);
    assert_eq!(query.count(db)?, comments.len() as u64, "`count` agrees with `all`");
    Ok(comments.iter().map(|comment| comment.id).collect())
}

fn ordered(db: &Db, order: OrderBy<Post>) -> Result<Vec<String>> {
    let posts = assert_queries!(db, 1, Post::query().order_by(order).all(db)?);
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

fn refused(condition: Condition<Comment>) -> String {
    let db = empty_blog().expect("the tables are created");
    let error = assert_queries!(&db, 0, Comment::query().filter(condition).all(&db).expect_err("it is refused"));
    assert!(error.is_invalid(), "{error}");
    error.to_string()
}

#[test]
fn rows_are_found_by_a_condition_in_sql() -> Result<()> {
    let db = blog()?;
    assert_eq!(found(&db, sql_condition("{} % 2 = {}", (Comment::written(), 1)))?, [3, 5]);
    assert_eq!(found(&db, !sql_condition("{} % 2 = {}", (Comment::written(), 0)))?, [3, 5]);
    assert_eq!(found(&db, sql_condition("1 = 1", ()))?, [1, 2, 3, 4, 5, 6]);
    assert_eq!(found(&db, sql_condition("{} BETWEEN {} AND {}", (Comment::written(), 5, 15)))?, [1, 3, 5]);
    assert_eq!(found(&db, sql_condition("{} = {}", (Comment::text(), "c15")))?, [3]);
    assert_eq!(found(&db, sql_condition("{} IS NULL", Comment::score()))?, [2, 4]);
    assert_eq!(found(&db, sql_condition("coalesce({}, {}) = {}", (Comment::score(), 2, Some(2))))?, [2, 4, 6]);
    Ok(())
}

#[test]
fn conditions_in_sql_are_combined_with_others() -> Result<()> {
    let db = blog()?;
    let odd = || sql_condition("{} % 2 = {}", (Comment::written(), 1));
    assert_eq!(found(&db, odd() & Comment::id().gt(3))?, [5]);
    assert_eq!(found(&db, Comment::id().eq(1) | odd())?, [1, 3, 5]);
    // An operator in the text that binds less tightly than the operators around it.
    let either_of = || sql_condition("{} = {} OR {} = {}", (Comment::id(), 1, Comment::id(), 5));
    assert_eq!(found(&db, either_of() & odd())?, [5]);
    assert_eq!(found(&db, odd() & !either_of())?, [3]);
    assert_eq!(found(&db, Condition::all([either_of(), odd()]))?, [5]);
    let commented = Post::comments().any(sql_condition("{} % 2 = {}", (Comment::written(), 1)));
    assert_eq!(titles(&Post::query().filter(commented).all(&db)?), ["Red", "Tin"]);
    let by_bob = Post::author().has(sql_condition("upper({}) = {}", (Author::name(), "BOB")));
    assert_eq!(titles(&Post::query().filter(by_bob).all(&db)?), ["Red", "Sea"]);
    let weighty = Post::topics().filter_link(sql_condition("{} % 2 = {}", (Filing::weight(), 0)));
    let posts = Post::query().prefetch(weighty).all(&db)?;
    assert_eq!(posts.iter().map(|post| post.topics().len()).collect::<Vec<_>>(), [1, 1, 0, 0]);
    Ok(())
}

#[test]
fn what_stands_in_a_text_may_be_any_expression() -> Result<()> {
    let db = blog()?;
    let of_post = |condition| -> Result<Vec<String>> {
        let posts = assert_queries!(&db, 1, Post::query().filter(condition).all(&db)?);
        Ok(posts.into_iter().map(|post| post.title).collect())
    };
    let name = || Post::author().value(Author::name());
    assert_eq!(of_post(sql_condition("length({}) + length({}) = {}", (name(), Post::title(), 6)))?.len(), 4);
    assert_eq!(of_post(sql_condition("{} || {} = {}", (name(), Post::title(), "BobSea")))?, ["Sea"]);
    assert_eq!(of_post(sql_condition("{} * 2 > {}", (Post::comments().count(), 3)))?, ["Red", "Tin"]);
    assert_eq!(of_post(sql_condition("{} * 2 > {}", (Post::id().add(1), 7)))?, ["Tin", "Sea"]);
    let is_late = Post::id().gt(2) | Post::title().eq("Red");
    assert_eq!(of_post(sql_condition("CASE WHEN {} THEN 1 ELSE 0 END = {}", (is_late, 0)))?, ["Sun"]);
    let length = sql_value("length({})", name()).typed::<i32>();
    assert_eq!(of_post(sql_condition("{} + {} = 7", (length, Post::id())))?, ["Sea"], "a fragment in a fragment");
    let nested = sql_condition("{} + {} + {} + {} = {}", (Post::id(), (1, 2), (Post::id(), 11)));
    assert_eq!(of_post(nested)?, ["Sea"], "tuples nest");
    Ok(())
}

#[test]
fn rows_are_ordered_by_a_value_in_sql() -> Result<()> {
    let db = blog()?;
    let third = || sql_value("substr({}, {}, {})", (Post::title(), 3, 1));
    assert_eq!(ordered(&db, third().asc())?, ["Sea", "Red", "Sun", "Tin"]);
    assert_eq!(ordered(&db, third().desc())?, ["Tin", "Sun", "Red", "Sea"]);
    let editor = || sql_value("{} + {}", (Post::editor_id(), 0));
    assert_eq!(ordered(&db, editor().asc())?, ["Sun", "Red", "Sea", "Tin"], "`NULL` first");
    assert_eq!(ordered(&db, editor().desc())?, ["Tin", "Sea", "Red", "Sun"]);
    assert_eq!(ordered(&db, editor().asc().nulls_last())?, ["Red", "Sea", "Tin", "Sun"]);
    assert_eq!(ordered(&db, third().typed::<String>().asc())?, ["Sea", "Red", "Sun", "Tin"]);
    let best = Post::comments().order_by(sql_value("{} % {}", (Comment::written(), 20)).asc()).limit(1);
    let posts = assert_queries!(&db, 2, Post::query().prefetch(best).all(&db)?);
    assert_eq!(
        posts.iter().map(|post| post.comments().iter().map(|comment| comment.id).next()).collect::<Vec<_>>(),
        [Some(2), Some(4), Some(6), None]
    );
    Ok(())
}

#[test]
fn pages_and_chunks_continue_after_a_value_in_sql() -> Result<()> {
    let db = blog()?;
    for order in [
        || sql_value("{} % {}", (Comment::written(), 3)).asc(),
        || sql_value("{} % {}", (Comment::written(), 3)).desc(),
        || sql_value("{} + {}", (Comment::score(), 1)).asc(),
        || sql_value("{} + {}", (Comment::score(), 1)).desc().nulls_last(),
    ] {
        let expected: Vec<i64> =
            Comment::query().order_by(order()).all(&db)?.iter().map(|comment| comment.id).collect();
        let (mut read, mut cursor) = (Vec::new(), None);
        loop {
            let page = Comment::query().order_by(order()).page(2).after(cursor).read(&db)?;
            read.extend(page.rows.iter().map(|comment| comment.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(read, expected);
    }
    Ok(())
}

#[test]
fn values_in_sql_are_selected_and_computed_with() -> Result<()> {
    let db = blog()?;
    let initial = || sql_value("substr({}, 1, {})", (Post::title(), 1)).typed::<String>();
    let rows: Vec<(i64, String)> = Post::query().select((Post::id(), initial())).all(&db)?;
    assert_eq!(rows.iter().map(|(_, initial)| initial.as_str()).collect::<String>(), "RSTS");
    let initials: Vec<String> = Post::query().select(initial()).distinct().all(&db)?;
    assert_eq!(initials, ["R", "S", "T"]);
    assert_eq!(titles(&Post::query().filter(initial().eq("S")).all(&db)?), ["Sun", "Sea"]);
    assert_eq!(titles(&Post::query().filter(initial().lt(Post::title())).all(&db)?).len(), 4);
    let missing: Vec<Option<i64>> =
        Post::query().select(sql_value("{} + 1", Post::editor_id()).typed::<Option<i64>>()).all(&db)?;
    assert_eq!(missing, [Some(2), None, Some(3), Some(2)]);
    let holds: Vec<bool> = Post::query().select(sql_condition("{} > {}", (Post::editor_id(), 1))).all(&db)?;
    assert_eq!(holds, [false, false, true, false]);
    let sum: Expression<Post, i64> = sql_value("{} * {}", (Post::id(), 10)).typed();
    let sums: Vec<i64> = Post::query().select(sum.add(Post::id())).all(&db)?;
    assert_eq!(sums, [11, 22, 33, 44]);
    let error = Post::query().select(sql_value("{}", Post::title()).typed::<i64>()).all(&db).unwrap_err();
    assert!(error.is_decode(), "{error}");
    let error = Post::query().select(sql_value("{}", Post::editor_id()).typed::<i64>()).all(&db).unwrap_err();
    assert!(error.is_decode(), "{error}");
    Ok(())
}

#[test]
fn rows_are_changed_by_values_and_conditions_in_sql() -> Result<()> {
    let db = blog()?;
    let odd = sql_condition("{} % 2 = {}", (Comment::written(), 1));
    let doubled = sql_value("{} * {}", (Comment::written(), 2)).typed::<i64>();
    assert_eq!(Comment::rows_where(odd).update(&db, Comment::written().set(doubled))?, 2);
    let written: Vec<i64> = Comment::query().select(Comment::written()).all(&db)?;
    assert_eq!(written, [10, 20, 30, 30, 10, 40]);
    assert_eq!(Comment::rows_where(sql_condition("{} / 10 = {}", (Comment::written(), 1))).delete(&db)?, 2);
    Ok(())
}

#[test]
fn groups_have_conditions_orders_and_values_in_sql() -> Result<()> {
    let db = blog()?;
    let spread = || sql_value("{} - {}", (Comment::written().max(), Comment::written().min())).typed::<i64>();
    let rows: Vec<(i64, i64)> = Comment::query()
        .group_by(Comment::post_id())
        .having(sql_condition("{} * {} > {}", (orm::count(), 2, 2)))
        .select((Comment::post_id(), spread()))
        .order_by(sql_value("{} - {}", (Comment::written().max(), Comment::written().min())).desc())
        .all(&db)?;
    assert_eq!(rows, [(3, 35), (1, 10)]);
    let function = either("group_concat({}, {})", "string_agg({}, {})");
    let texts = sql_value(function, (Comment::text(), "+")).aggregate::<String>();
    let of_one = Comment::query().filter(Comment::post_id().eq(2)).select(texts.clone()).all(&db)?;
    assert_eq!(of_one, ["c30"]);
    let each = Comment::query().group_by(Comment::author_id()).select((Comment::author_id(), texts)).all(&db)?;
    assert_eq!(each.len(), 3);
    assert_eq!(each[1], (2, "c15".to_owned()));
    let loose = Comment::query()
        .group_by(Comment::post_id())
        .select(sql_value("{} + {}", (Comment::written(), orm::count())).typed::<i64>());
    let message = "`Comment.written` has several values in a group: group by it too, or select its `min()` or another value \
                   computed from all of them";
    assert_eq!(loose.all(&db).unwrap_err().to_string(), message);
    Ok(())
}

#[test]
fn what_is_to_be_computed_from_a_group_calls_an_aggregate() -> Result<()> {
    let db = blog()?;
    let lower = sql_value("lower({})", Comment::text()).aggregate::<String>();
    let groups = Comment::query().group_by(Comment::post_id()).select((Comment::post_id(), lower));
    let error = groups.all(&db).unwrap_err();
    // The server's name for a column by which the rows are not grouped.
    assert!(error.is_invalid() || error.sqlstate() == Some("42803"), "{error}");
    Ok(())
}

#[test]
fn rows_are_grouped_by_a_value_in_sql() -> Result<()> {
    let db = blog()?;
    let rest = || sql_value("{} % {}", (Comment::written(), 20)).typed::<i64>();
    let rows: Vec<(i64, u64)> =
        assert_queries!(&db, 1, Comment::query().group_by(rest()).select((rest(), orm::count())).all(&db)?);
    assert_eq!(rows, [(0, 2), (5, 1), (10, 2), (15, 1)]);
    let other = sql_value("{} % {}", (Comment::written(), 10)).typed::<i64>();
    let error = Comment::query().group_by(rest()).select((other, orm::count())).all(&db).unwrap_err();
    assert!(error.to_string().starts_with("`Comment.written` has several values in a group"), "{error}");
    Ok(())
}

#[test]
fn the_text_stands_in_the_statement_with_parameters_of_its_own() -> Result<()> {
    let db = empty_blog()?;
    let query = Post::query()
        .filter(Post::title().ne("x"))
        .filter(sql_condition("{} % {} = {} AND '{}$1' <> {}", (Post::id(), 2, 0, "y")))
        .filter(Post::comments().any(sql_condition("{} = {}", (Comment::id(), 7))))
        .order_by(sql_value("{} * -1", Post::author().value(Author::id())).desc());
    let text = query.sql(&db).text;
    let (_, conditions) = text.split_once(" WHERE ").expect("there are conditions");
    let sqlite = r#"t0."title" <> ?1 AND (t0."id" % ?2 = ?3 AND '{}$1' <> ?4) AND EXISTS (SELECT 1 FROM "comments" AS t2 WHERE t2."post_id" = t0."id" AND (t2."id" = ?5)) ORDER BY (t1."id" * -1) DESC, t0."id" DESC"#;
    let postgres = sqlite.replace('?', "$").replace(" DESC, t0", " DESC NULLS LAST, t0");
    assert_eq!(conditions, either(sqlite.to_owned(), postgres));
    Ok(())
}

#[test]
fn an_index_of_an_expression_serves_a_condition_and_an_order_in_sql() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(Company, Author, Badge, Post, Comment, Topic, Filing)>()?;
    orm::sql("CREATE INDEX lower_titles ON posts (lower(title))").execute(&db)?;
    let lower = || sql_value("lower({})", Post::title());
    let found = Post::query().filter(sql_condition("lower({}) = 'red'", Post::title())).sql(&db).text;
    let plan = file.query_plan(&found).join("\n");
    let search = either("USING INDEX lower_titles (<expr>=?)", "Index Scan using lower_titles");
    assert!(plan.contains(search), "{plan}");
    let ordered = Post::query().order_by(lower().asc().nulls_first()).sql(&db).text;
    let plan = file.query_plan(&ordered).join("\n");
    // On PostgreSQL, an index has `NULL`s at the other end.
    let scan = either("SCAN t0 USING INDEX lower_titles", "Sort");
    assert!(plan.contains(scan), "{plan}");
    Ok(())
}

#[test]
fn quotes_in_the_text_keep_what_they_quote() -> Result<()> {
    let db = blog()?;
    let count = |condition: Condition<Comment>| Comment::query().filter(condition).count(&db);
    for text in ["'it''s {} $1 ? ; -- )' <> ''", "'/*' || '*/' = '/**/'", "'{' || '}' = '{}'", "\"written\" > 0"] {
        assert_eq!(count(sql_condition(TrustedSql(text.to_owned()), ()))?, 6, "{text}");
    }
    let own: [&str; 4] = either(
        ["[written] > 0", "`written` > 0", "`written` + [id] > 0", "'a\\' = 'a\\'"],
        ["$$ {} ' $1 ; $$ <> ''", "E'it\\'s {} $2' <> ''", "$x$ $$ {} $x$ <> ''", "(ARRAY[1, 2])[1] = 1"],
    );
    for text in own {
        assert_eq!(count(sql_condition(TrustedSql(text.to_owned()), ()))?, 6, "{text}");
    }
    let hostile = "'; DROP TABLE comments; --";
    assert_eq!(count(sql_condition("{} <> {}", (Comment::text(), hostile)))?, 6);
    let hostile = "{} $1 ?";
    let rows: Vec<String> =
        Comment::query().limit(1).select(sql_value("CAST({} AS text)", hostile).typed::<String>()).all(&db)?;
    assert_eq!(rows, [hostile]);
    Ok(())
}

#[test]
fn a_text_that_is_no_part_of_a_statement_is_refused_before_it_is_sent() {
    let of = |text: &str| refused(sql_condition(TrustedSql(text.to_owned()), ()));
    let cases = [
        ("", "is empty"),
        ("  ", "is empty"),
        ("1 = 1; DELETE FROM comments", "has a `;`; it is a part of one statement"),
        ("1 = 1) OR (1 = 1", "has an unmatched `)`"),
        ("(1 = 1", "has a `(` that is not closed"),
        ("1 = 1 -- so", "has a comment; leave it out"),
        ("1 = 1 /* so */", "has a comment; leave it out"),
        ("/* /* */ {} */ 1 = 1", "has a comment; leave it out"),
        ("'a' = 'b", "has a quote 'b that is not closed"),
        ("\"written = 1", "has a quote \"written = 1 that is not closed"),
        (
            "written = $1",
            "has a parameter `$1`; write `{}` and give the value in its place among the columns and values",
        ),
        (
            "written = ?1",
            "has a parameter `?1`; write `{}` and give the value in its place among the columns and values",
        ),
        ("written = ?", "has a parameter `?`; write `{}` and give the value, or `??` for the operator of PostgreSQL"),
        ("t0.written = 1", "names `t0`, as a table of the statement may be called; use another alias"),
        (
            "EXISTS (SELECT 1 FROM posts \"T1\" WHERE \"T1\".id = 1)",
            "names `\"T1\"`, as a table of the statement may be called; use another alias",
        ),
        ("{0} = 1", "has a `{` that is not part of `{}`, the placeholder for a column or a value"),
        ("{ } = 1", "has a `{` that is not part of `{}`, the placeholder for a column or a value"),
        ("written = 1 }", "has a `}` that is not part of `{}`, the placeholder for a column or a value"),
        ("{} = 1", "has 1 `{}` outside of quotes, and 0 columns and values are passed; pass one for each"),
    ];
    for (text, wrong) in cases {
        assert_eq!(of(text), format!("the SQL fragment `{text}` {wrong}"));
    }
    assert_eq!(
        of("'\0' = ''"),
        "the SQL fragment `'\\u{0}' = ''` holds a NUL character, where the database would cut it off"
    );
    assert_eq!(
        refused(sql_condition("'{}' = {}", (Comment::text(), "a"))),
        "the SQL fragment `'{}' = {}` has 1 `{}` outside of quotes, and 2 columns and values are passed; pass one for \
         each"
    );
    let deep = (0..300).fold(Comment::id().eq(1), |inner, _| sql_condition("{}", inner));
    assert!(refused(deep).ends_with("nested more than 200 levels deep"));
    let order = sql_value("lower({}", Comment::text()).asc();
    let db = empty_blog().expect("the tables are created");
    let errors = [
        Comment::query().order_by(order).all(&db).map(drop),
        Comment::query().select(sql_value("1 --", ()).typed::<i64>()).all(&db).map(drop),
        Comment::query()
            .group_by(Comment::id())
            .having(sql_condition("{} > {}", orm::count()))
            .select(Comment::id())
            .all(&db)
            .map(drop),
        Post::query().filter(Post::comments().any(sql_condition(";", ()))).all(&db).map(drop),
        Comment::rows_where(sql_condition("1 = 1 OR (", ())).delete(&db).map(drop),
    ];
    assert!(errors.iter().all(|result| result.as_ref().is_err_and(Error::is_invalid)), "{errors:?}");
}

#[test]
fn a_value_that_no_database_holds_is_an_error() {
    let db = empty_blog().expect("the tables are created");
    let error = Comment::query().filter(sql_condition("{} = {}", (Comment::id(), u64::MAX))).all(&db).unwrap_err();
    assert!(error.is_encode(), "{error}");
}

#[test]
fn a_text_that_another_database_reads_is_refused() {
    let db = empty_blog().expect("the tables are created");
    let text = either("E'it\\'s' <> ''", "`it's` > 0");
    let found = Comment::query().filter(sql_condition(TrustedSql(text.to_owned()), ())).all(&db);
    let error = assert_queries!(&db, 0, found.unwrap_err());
    let quote = either("' that is not closed", "'s` > 0 that is not closed");
    assert_eq!(error.to_string(), format!("the SQL fragment `{text}` has a quote {quote}"));
    assert!(error.is_invalid());
    let deleted = Comment::rows_where(sql_condition(TrustedSql(text.to_owned()), ())).delete(&db);
    assert!(assert_queries!(&db, 0, deleted.unwrap_err()).is_invalid());
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Product {
    id: i64,
    price: orm::value::Decimal,
    weight: Option<orm::value::Decimal>,
}

#[test]
fn decimals_are_compared_as_numbers() -> Result<()> {
    use orm::value::Decimal;
    let db = db();
    db.create_tables::<(Product,)>()?;
    let prices = [Decimal::new(95, 1), Decimal::new(100, 1), Decimal::new(-20, 1), Decimal::new(10_000, 3)];
    for price in prices {
        NewProduct { price, weight: None }.insert(&db)?;
    }
    let ids = |condition: Condition<Product>| Product::query().filter(condition).select(Product::id()).all(&db);
    assert_eq!(ids(sql_condition("{} < {}", (Product::price(), Decimal::new(10, 0))))?, [1, 3]);
    assert_eq!(ids(sql_condition("{} = {}", (Product::price(), Decimal::new(10, 0))))?, [2, 4]);
    let order = Product::query().order_by(sql_value("{}", Product::price()).asc()).select(Product::id()).all(&db)?;
    assert_eq!(order, [3, 1, 2, 4]);
    let typed = sql_value("coalesce({}, {})", (Product::weight(), Product::price())).typed::<Decimal>();
    let order = Product::query().order_by(typed.clone().desc()).select(Product::id()).all(&db)?;
    assert_eq!(order, [4, 2, 1, 3]);
    assert_eq!(ids(typed.gt(Decimal::new(98, 1)))?, [2, 4]);
    Ok(())
}
