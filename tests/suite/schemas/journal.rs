//! A journal: writers, the articles that they write and edit, and the tags of articles.

use orm::{Condition, Db, Model, Result, insert_many};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(written: Article, foreign_key = author_id)]
#[has_many(edited: Article, foreign_key = editor_id)]
#[has_one(profile: Profile)]
pub(crate) struct Writer {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(tags: Tag, through = "article_tags", left = "article_id", right = "tag_id")]
pub(crate) struct Article {
    pub(crate) id: i64,
    pub(crate) title: String,
    #[belongs_to(author: Writer)]
    pub(crate) author_id: i64,
    #[belongs_to(editor: Writer)]
    pub(crate) editor_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(articles: Article, through = "article_tags", left = "tag_id", right = "article_id")]
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) label: String,
}

/// The database does not prevent that two profiles belong to one writer, or a profile to none.
#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Profile {
    pub(crate) id: i64,
    pub(crate) writer_id: Option<i64>,
    pub(crate) text: Option<String>,
}

/// Writers: 1 Ann, 2 Bob, 3 Cid. Articles, by author and editor: 1 Red (Ann, Bob), 2 Tin (Ann, none), 3 Sun (Bob, Ann),
/// 4 Sea (Ann, Ann). Tags: 1 new: Red, Sun; 2 long: Red, Sea; 3 odd: none.
pub(crate) fn journal() -> Result<Db> {
    let db = db();
    fill(&db)?;
    Ok(db)
}

pub(crate) fn fill(db: &Db) -> Result<()> {
    db.create_tables::<(Writer, Article, Tag, Profile)>()?;
    insert_many(db, ["Ann", "Bob", "Cid"].map(|name| NewWriter { name: name.into() }))?;
    let articles = [("Red", 1, Some(2)), ("Tin", 1, None), ("Sun", 2, Some(1)), ("Sea", 1, Some(1))];
    let new = articles.map(|(title, author_id, editor_id)| NewArticle { title: title.into(), author_id, editor_id });
    let [red, _, sun, sea] = &insert_many(db, new)?[..] else { panic!("four were inserted") };
    let tags = insert_many(db, ["new", "long", "odd"].map(|label| NewTag { label: label.into() }))?;
    Tag::articles().link(db, &tags[0], [red, sun])?;
    Tag::articles().link(db, &tags[1], [sea, red])
}

pub(crate) fn titles<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Vec<&'a str> {
    articles.into_iter().map(|article| article.title.as_str()).collect()
}

pub(crate) fn labels<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> Vec<&'a str> {
    tags.into_iter().map(|tag| tag.label.as_str()).collect()
}

pub(crate) fn writers(db: &Db, condition: Condition<Writer>) -> Result<Vec<String>> {
    Ok(Writer::query().filter(condition).all(db)?.into_iter().map(|writer| writer.name).collect())
}
