//! The recipe: timestamps, and what has changed since.

use std::time::Duration;

use orm::value::Timestamp;
use orm::{Db, Model, assert_queries};

// ANCHOR: note
#[derive(Model, Clone)]
struct Note {
    id: i64,
    text: String,
    #[model(created_at)]
    created: Timestamp,
    #[model(updated_at, index)]
    changed: Timestamp,
}

/// The notes that were inserted or changed since the client's last request, in the order of the changes.
fn changed_since(db: &Db, since: Option<Timestamp>) -> orm::Result<Vec<Note>> {
    Note::query().filter(since.map(|since| Note::changed().ge(since))).order_by(Note::changed().asc()).all(db)
}
// ANCHOR_END: note

pub(super) fn recipe() -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<Note>()?;
    let new = |text: &str| NewNote { text: text.into(), created: None, changed: None };
    let notes = orm::insert_many(db, [new("one"), new("two")])?;
    assert_eq!(assert_queries!(db, 1, changed_since(db, None)?).len(), 2);
    std::thread::sleep(Duration::from_millis(1));
    let asked = Timestamp::now();
    let two = notes[1].edit(db, |note| note.text = "zwei".into())?;
    let changed = changed_since(db, Some(asked))?;
    assert_eq!((changed.len(), changed[0].id, &*changed[0].text), (1, 2, "zwei"));
    assert!(two.created < two.changed);
    Ok(())
}
