//! A blog, for orders and conditions by values of related rows.

use orm::value::Decimal;
use orm::{Db, Model, Result, insert_many};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(authors: Author)]
pub(crate) struct Company {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(posts: Post)]
#[has_many(edited: Post, foreign_key = editor_id)]
#[has_one(badge: Badge)]
pub(crate) struct Author {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) nick: Option<String>,
    #[belongs_to(company: Company)]
    pub(crate) company_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Badge {
    pub(crate) id: i64,
    #[model(unique)]
    #[belongs_to(author: Author)]
    pub(crate) author_id: i64,
    pub(crate) level: i32,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(comments: Comment)]
#[many_to_many(topics: Topic, through = Filing)]
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) title: String,
    #[belongs_to(author: Author)]
    pub(crate) author_id: i64,
    #[belongs_to(editor: Author)]
    pub(crate) editor_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(index(post_id))]
pub(crate) struct Comment {
    pub(crate) id: i64,
    #[belongs_to(post: Post)]
    pub(crate) post_id: i64,
    #[belongs_to(author: Author)]
    pub(crate) author_id: i64,
    pub(crate) text: String,
    pub(crate) score: Option<i32>,
    pub(crate) price: Decimal,
    pub(crate) written: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(posts: Post, through = Filing)]
pub(crate) struct Topic {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(post_id, topic_id))]
pub(crate) struct Filing {
    #[belongs_to(post: Post)]
    pub(crate) post_id: i64,
    #[belongs_to(topic: Topic)]
    pub(crate) topic_id: i64,
    pub(crate) weight: Option<i32>,
    pub(crate) since: i64,
}

/// A new database with the blog's tables and no rows.
pub(crate) fn empty_blog() -> Result<Db> {
    let db = db();
    db.create_tables::<(Company, Author, Badge, Post, Comment, Topic, Filing)>()?;
    Ok(db)
}

/// Companies: 1 Acme, 2 Beta. Authors: 1 Zoe (Acme, nick "z"), 2 Bob (Beta), 3 Ann (no company). Badges: Zoe 5, Ann 7.
///
/// Posts, by author and editor: 1 Red (Bob, Zoe), 2 Sun (Zoe, none), 3 Tin (Ann, Bob), 4 Sea (Bob, Zoe).
///
/// Comments, by post, author, score, price and moment: 1 (Red, Zoe, 3, 1.5, 10), 2 (Red, Ann, none, 0.25, 20),
/// 3 (Red, Bob, 1, 10, 15), 4 (Sun, Zoe, none, 2, 30), 5 (Tin, Ann, 9, 9.75, 5), 6 (Tin, Zoe, 2, 0.5, 40); Sea has none.
///
/// Topics: 1 news, 2 long, 3 odd. Filings, with weight and moment: Red in news (4, 100) and long (none, 50), Sun in news
/// (2, 70), Tin in long (5, 60); odd has none, and Sea is in none.
pub(crate) fn blog() -> Result<Db> {
    let db = empty_blog()?;
    insert_many(&db, ["Acme", "Beta"].map(|name| NewCompany { name: name.into() }))?;
    let authors = [("Zoe", Some("z"), Some(1)), ("Bob", None, Some(2)), ("Ann", None, None)];
    let new = |(name, nick, company_id): (&str, Option<&str>, _)| NewAuthor {
        name: name.into(),
        nick: nick.map(Into::into),
        company_id,
    };
    insert_many(&db, authors.map(new))?;
    insert_many(&db, [(1, 5), (3, 7)].map(|(author_id, level)| NewBadge { author_id, level }))?;
    let posts = [("Red", 2, Some(1)), ("Sun", 1, None), ("Tin", 3, Some(2)), ("Sea", 2, Some(1))];
    let new = |(title, author_id, editor_id): (&str, i64, _)| NewPost { title: title.into(), author_id, editor_id };
    insert_many(&db, posts.map(new))?;
    let comments = [
        (1, 1, Some(3), 150, 10),
        (1, 3, None, 25, 20),
        (1, 2, Some(1), 1000, 15),
        (2, 1, None, 200, 30),
        (3, 3, Some(9), 975, 5),
        (3, 1, Some(2), 50, 40),
    ];
    let new = |(post_id, author_id, score, cents, written): (i64, i64, _, i128, i64)| NewComment {
        post_id,
        author_id,
        text: format!("c{written}"),
        score,
        price: Decimal::new(cents, 2),
        written,
    };
    insert_many(&db, comments.map(new))?;
    insert_many(&db, ["news", "long", "odd"].map(|name| NewTopic { name: name.into() }))?;
    for (post_id, topic_id, weight, since) in
        [(1, 1, Some(4), 100), (1, 2, None, 50), (2, 1, Some(2), 70), (3, 2, Some(5), 60)]
    {
        Filing { post_id, topic_id, weight, since }.insert(&db)?;
    }
    Ok(db)
}

/// The titles of some posts.
pub(crate) fn titles<'a>(posts: impl IntoIterator<Item = &'a Post>) -> Vec<&'a str> {
    posts.into_iter().map(|post| post.title.as_str()).collect()
}
