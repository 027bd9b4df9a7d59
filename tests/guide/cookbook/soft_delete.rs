//! The recipe: soft delete.

// ANCHOR: folder
use orm::value::Timestamp;
use orm::{Condition, Executor, Model, Query};

#[derive(Model)]
#[has_many(documents: Document)]
struct Folder {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(unique(folder_id, title, where = "deleted_at IS NULL"))]
struct Document {
    id: i64,
    title: String,
    #[belongs_to(folder: Folder)]
    folder_id: i64,
    deleted_at: Option<Timestamp>,
}

impl Document {
    fn is_live() -> Condition<Document> {
        Document::deleted_at().is_null()
    }

    fn live() -> Query<Document> {
        Document::query().filter(Document::is_live())
    }

    /// Moves a document to the trash. Returns whether it was live.
    fn trash(on: &impl Executor, id: i64) -> orm::Result<bool> {
        let live = Document::rows_where(Document::id().eq(id) & Document::is_live());
        Ok(live.update(on, Document::deleted_at().set(Timestamp::now()))? == 1)
    }

    fn restore(on: &impl Executor, id: i64) -> orm::Result<bool> {
        Ok(Document::rows_where(Document::id().eq(id)).update(on, Document::deleted_at().set(None))? == 1)
    }

    /// Deletes what has been in the trash since before this moment.
    fn empty_trash(on: &impl Executor, before: Timestamp) -> orm::Result<u64> {
        Document::rows_where(Document::deleted_at().lt(before)).delete(on)
    }
}
// ANCHOR_END: folder

pub(super) fn recipe() -> orm::Result<()> {
    let db = &orm::Db::memory()?;
    db.create_tables::<(Folder, Document)>()?;
    let folder = NewFolder { name: "Letters".into() }.insert(db)?;
    let new = |title: &str| NewDocument { title: title.into(), folder_id: folder.id, deleted_at: None };
    let documents = orm::insert_many(db, [new("To Ada"), new("To Alan")])?;
    assert!(
        orm::assert_queries!(db, 1, Document::trash(db, documents[0].id)?) && !Document::trash(db, documents[0].id)?
    );
    // ANCHOR: live_documents
    let documents = Document::live().order_by(Document::title().asc()).all(db)?;
    let folders = Folder::query().prefetch(Folder::documents().filter(Document::is_live())).all(db)?;
    // ANCHOR_END: live_documents
    assert_eq!((documents.len(), folders[0].documents().len(), &*folders[0].name), (1, 1, "Letters"));
    assert!(Document::restore(db, 1)? && Document::live().count(db)? == 2);
    Document::trash(db, 2)?;
    assert_eq!(Document::empty_trash(db, Timestamp::now())?, 1);
    unique(db)
}

fn unique(db: &orm::Db) -> orm::Result<()> {
    let new = || NewDocument { title: "To Ada".into(), folder_id: 1, deleted_at: None };
    assert!(new().insert(db).is_err_and(|error| error.is_unique_violation()));
    Document::trash(db, 1)?;
    new().insert(db)?;
    Ok(())
}
