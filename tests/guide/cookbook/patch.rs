//! The recipe: PATCH with a version.

use orm::{Db, Model, assert_queries};
// ANCHOR: article
use serde::Deserialize;

#[derive(Model, Clone, Debug)]
struct Article {
    id: i64,
    title: String,
    body: String,
    #[model(version)]
    version: i64,
}

/// `{"version": 3, "title": "New"}`: the version that the client has read, and the fields to change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    version: i64,
    title: Option<String>,
    body: Option<String>,
}

fn patch(db: &Db, id: i64, patch: Patch) -> orm::Result<Article> {
    let read = Article { version: patch.version, ..Article::find(db, id)? };
    read.edit(db, |article| {
        if let Some(title) = patch.title {
            article.title = title;
        }
        if let Some(body) = patch.body {
            article.body = body;
        }
    })
}
// ANCHOR_END: article

pub(super) fn recipe() -> Result<(), Box<dyn std::error::Error>> {
    let db = &Db::memory()?;
    db.create_tables::<Article>()?;
    let first = NewArticle { title: "Old".into(), body: "Text".into() }.insert(db)?;
    let request = r#"{"version": 1, "title": "New"}"#;
    let changed = assert_queries!(db, 2, patch(db, first.id, serde_json::from_str(request)?)?);
    assert_eq!((&*changed.title, &*changed.body, changed.version), ("New", "Text", 2));
    let late = serde_json::from_str(r#"{"version": 1, "title": "Other"}"#)?;
    assert!(assert_queries!(db, 3, patch(db, first.id, late)).is_err_and(|error| error.is_stale()));
    let other = patch(db, first.id, serde_json::from_str(r#"{"version": 2, "body": ""}"#)?)?;
    assert_eq!((&*other.body, other.version), ("", 3));
    assert!(patch(db, 9, serde_json::from_str(request)?).is_err_and(|error| error.is_not_found()));
    Ok(())
}
