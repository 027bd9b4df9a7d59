//! Orders that are read from text, limited to those that the program allows.

use orm::{Db, Model, OrderBy, Result, assert_queries, order_from};

use crate::schemas::blog::{Author, Comment, Post, blog, titles};

fn allowed() -> Vec<OrderBy<Post>> {
    vec![
        Post::title().asc(),
        Post::id().desc().named("newest"),
        Post::id().asc().named("oldest"),
        Post::comments().count().desc().named("comments"),
        Post::comments().max(Comment::written()).desc().nulls_first().named("latest_comment"),
        Post::editor().value(Author::name()).asc().nulls_last().named("editor.name"),
        Post::author_id().add(1).asc().named("computed"),
    ]
}

fn ordered(db: &Db, text: &str) -> Result<Vec<String>> {
    let query = Post::query().order_by(order_from(text, allowed())?);
    let posts = assert_queries!(db, 1, query.all(db)?);
    Ok(titles(&posts).into_iter().map(str::to_owned).collect())
}

#[test]
fn a_text_asks_for_values_of_related_rows_by_name() -> Result<()> {
    let db = blog()?;
    for (text, expected) in [
        ("comments", ["Red", "Tin", "Sun", "Sea"]),
        ("comments asc", ["Sea", "Sun", "Tin", "Red"]),
        ("-comments", ["Red", "Tin", "Sun", "Sea"]),
        ("+comments", ["Sea", "Sun", "Tin", "Red"]),
        ("+comments,-title", ["Sea", "Sun", "Tin", "Red"]),
        ("latest_comment", ["Sea", "Tin", "Sun", "Red"]),
        ("latest_comment asc", ["Sea", "Red", "Sun", "Tin"]),
        ("editor.name, title desc", ["Tin", "Sea", "Red", "Sun"]),
        ("editor.name desc, newest", ["Sea", "Red", "Tin", "Sun"]),
        ("computed, title", ["Sun", "Red", "Sea", "Tin"]),
        ("newest", ["Sea", "Tin", "Sun", "Red"]),
        ("oldest", ["Red", "Sun", "Tin", "Sea"]),
        ("title", ["Red", "Sea", "Sun", "Tin"]),
        ("", ["Red", "Sun", "Tin", "Sea"]),
    ] {
        assert_eq!(ordered(&db, text)?, expected, "{text}");
    }
    Ok(())
}

#[test]
fn what_is_not_allowed_is_refused_by_the_names_that_are() -> Result<()> {
    let db = blog()?;
    let error = ordered(&db, "score").unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "rows of `Post` cannot be ordered by `score`; write each of `title`, `newest`, `oldest`, `comments`, `latest_comment`, \
         `editor.name`, `computed` at most once, with `asc` or `desc`"
    );
    for text in [
        "id",
        "comments, comments",
        "comments count",
        "max(written)",
        "Comments",
        "+comments asc",
        "+-comments",
        "+",
        "+ comments",
    ] {
        assert!(ordered(&db, text).unwrap_err().is_invalid(), "{text}");
    }
    Ok(())
}

#[test]
fn a_name_is_one_that_a_text_can_ask_for() {
    let refused = |allowed: Vec<OrderBy<Post>>| order_from("", allowed).unwrap_err().to_string();
    let unnamed = "`order_from` knows a column by its field, and any other value by its name: add `.named(\"..\")`";
    assert_eq!(refused(vec![Post::comments().count().desc()]), unnamed);
    let twice = vec![Post::title().asc(), Post::comments().count().desc().named("title")];
    assert_eq!(refused(twice), "two orders are named `title`; give one another name");
    for name in ["", "-count", "+count", "count desc", "a,b", "a\tb"] {
        let message = format!("a sort string cannot contain the name {name:?}; give the order another name");
        assert_eq!(refused(vec![Post::comments().count().desc().named(name)]), message);
    }
}

#[test]
fn pages_go_on_in_an_order_that_a_text_asked_for() -> Result<()> {
    let db = blog()?;
    let query =
        || Ok::<_, orm::Error>(Post::query().order_by(order_from("latest_comment, editor.name", allowed())?).page(3));
    let first = query()?.read(&db)?;
    let second = query()?.after(first.next).read(&db)?;
    assert_eq!(
        (titles(&first.rows), titles(&second.rows), second.next),
        (vec!["Sea", "Tin", "Sun"], vec!["Red"], None)
    );
    Ok(())
}
