//! The plans of a query and its relations show scans of tables that an index would avoid.

use std::panic::{AssertUnwindSafe, catch_unwind};

use orm::{Db, Model, Result, Scan, View, assert_plan};

use crate::database::{Shared, db, either};

#[derive(Model, Clone, Debug)]
#[has_many(notes: Note)]
#[many_to_many(labels: Label, through = Labelled)]
struct Folder {
    id: i64,
    name: String,
    #[model(unique)]
    code: String,
}

#[derive(Model, Clone, Debug)]
struct Note {
    id: i64,
    #[belongs_to(folder: Folder)]
    folder_id: i64,
    words: i64,
    shelf: String,
}

#[derive(Model, Clone, Debug)]
struct Label {
    id: i64,
}

#[derive(Model, Clone, Debug)]
#[model(table = "labelled", primary_key(label_id, folder_id))]
struct Labelled {
    #[belongs_to(label: Label)]
    label_id: i64,
    #[belongs_to(folder: Folder)]
    folder_id: i64,
}

#[derive(View)]
#[view(of = Folder)]
struct FolderName {
    name: String,
}

fn indexed() -> Result<Db> {
    let db = db();
    db.create_tables::<(Folder, Note, Label, Labelled)>()?;
    Ok(db)
}

/// The same tables without indexes on foreign keys.
fn bare() -> Result<Db> {
    let db = db();
    let key = either("INTEGER PRIMARY KEY", "bigint PRIMARY KEY");
    let tables = [
        format!("CREATE TABLE folders (id {key}, name TEXT NOT NULL, code TEXT NOT NULL)"),
        format!("CREATE TABLE notes (id {key}, folder_id bigint NOT NULL, words bigint NOT NULL, shelf TEXT NOT NULL)"),
        format!("CREATE TABLE labels (id {key})"),
        "CREATE TABLE labelled (label_id bigint, folder_id bigint, PRIMARY KEY (label_id, folder_id))".to_owned(),
    ];
    for table in tables {
        orm::sql(orm::TrustedSql(table)).execute(&db)?;
    }
    Ok(db)
}

/// Each scan as the table and its columns.
fn short(scans: &[Scan]) -> Vec<String> {
    scans.iter().map(|scan| format!("{}({})", scan.table, scan.columns.join(","))).collect()
}

fn failure(work: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).expect_err("a scan is found");
    panic.downcast_ref::<String>().expect("a message").clone()
}

#[test]
fn what_indexes_serve_and_whole_tables_that_are_asked_for_pass() -> Result<()> {
    let db = indexed()?;
    assert_plan!(&db, Folder::query());
    assert_plan!(&db, Folder::query().order_by(Folder::name().asc()));
    assert_plan!(&db, Folder::query().limit(3));
    assert_plan!(&db, Folder::query().filter(Folder::id().eq(1)));
    assert_plan!(&db, Folder::query().filter(Folder::id().eq(1)).for_update().skip_locked());
    assert_plan!(&db, Folder::query().filter(Folder::code().eq("a")).prefetch(Folder::notes()));
    assert_plan!(&db, Folder::query().order_by(Folder::code().asc()).limit(3));
    assert_plan!(&db, Folder::query().prefetch(Folder::notes()).prefetch(Folder::labels()));
    assert_plan!(&db, Folder::query().limit(2).prefetch(Folder::notes()).prefetch(Folder::labels()));
    assert_plan!(&db, Folder::query().prefetch(Folder::notes().limit(1)).prefetch(Folder::labels().limit(1)));
    assert_plan!(&db, Folder::query().limit(2).prefetch(Folder::notes().order_by(Note::words().desc()).limit(1)));
    assert_plan!(&db, Folder::query().limit(2).prefetch(Folder::notes().filter(Note::words().gt(1))));
    assert_plan!(&db, Folder::labels().of(&folder()));
    assert_plan!(&db, Folder::notes().of(&folder()).prefetch(Note::folder()));
    assert_plan!(&db, Folder::query().filter(Folder::code().eq("a") | Folder::id().in_([1, 2])));
    assert_plan!(&db, Folder::query().filter(Folder::id().in_(Note::query().select(Note::folder_id()))));
    assert_plan!(&db, Note::query().prefetch(Note::folder()));
    assert_plan!(&db, Note::query().prefetch(Note::folder().joined()));
    assert_plan!(&db, Folder::query().filter(Folder::id().le(2)).prefetch(Folder::notes().count().named(Number)));
    assert_plan!(&db, Folder::query().filter(Folder::id().le(2)).filter(Folder::notes().any(Note::id().gt(0))));
    Ok(())
}

struct Number;

fn folder() -> Folder {
    Folder { id: 1, name: "a".into(), code: "a".into() }
}

#[test]
fn a_condition_without_an_index_is_a_scan() -> Result<()> {
    let db = indexed()?;
    let scans = Folder::query().filter(Folder::name().eq("a")).plan(&db)?.scans(&db)?;
    assert_eq!(short(&scans), ["folders(name)"]);
    assert!(!scans[0].sorted && scans[0].sql.contains("\"folders\""));
    let two = Note::query().filter(Note::words().gt(3)).filter(Note::shelf().in_(["a", "b"]));
    assert_eq!(short(&two.plan(&db)?.scans(&db)?), ["notes(shelf,words)"]);
    Ok(())
}

#[test]
fn a_relation_without_an_index_is_a_scan() -> Result<()> {
    let db = bare()?;
    let some = || Folder::query().filter(Folder::id().le(2));
    assert_eq!(short(&some().prefetch(Folder::notes()).plan(&db)?.scans(&db)?), ["notes(folder_id)"]);
    assert_eq!(short(&some().prefetch(Folder::labels()).plan(&db)?.scans(&db)?), ["labelled(folder_id)"]);
    let limited = some().prefetch(Folder::notes().limit(1));
    assert_eq!(short(&limited.plan(&db)?.scans(&db)?), ["notes(folder_id)"]);
    assert_eq!(short(&Folder::labels().of(&folder()).plan(&db)?.scans(&db)?), ["labelled(folder_id,label_id)"]);
    let nested = Note::query().filter(Note::id().le(2)).prefetch(Note::folder().prefetch(Folder::notes()));
    assert_eq!(short(&nested.plan(&db)?.scans(&db)?), ["notes(folder_id)"]);
    let having = some().filter(Folder::notes().any(Note::words().gt(0)));
    assert_eq!(short(&having.plan(&db)?.scans(&db)?), ["notes(folder_id,words)"]);
    Ok(())
}

#[test]
fn an_order_of_which_the_first_rows_are_wanted_is_a_scan() -> Result<()> {
    let db = indexed()?;
    let scans = Folder::query().order_by(Folder::name().asc()).limit(3).plan(&db)?.scans(&db)?;
    assert_eq!(short(&scans), ["folders()"]);
    assert!(scans[0].sorted && scans[0].to_string().contains("index the columns of `order_by`"), "{}", scans[0]);
    Ok(())
}

#[test]
fn relations_of_a_row_views_selections_and_raw_queries_are_looked_at() -> Result<()> {
    let db = bare()?;
    assert_eq!(short(&Folder::notes().of(&folder()).plan(&db)?.scans(&db)?), ["notes(folder_id)"]);
    let view = Folder::query().filter(Folder::name().eq("a")).view::<FolderName>();
    assert_eq!(short(&view.plan(&db)?.scans(&db)?), ["folders(name)"]);
    assert!(view.all(&db)?.iter().all(|folder| folder.name == "a"));
    let selected = Folder::query().filter(Folder::name().eq("a")).select(Folder::id());
    assert_eq!(short(&selected.plan(&db)?.scans(&db)?), ["folders(name)"]);
    let raw = orm::sql("SELECT * FROM folders WHERE name = $1").bind("a").query::<Folder>();
    assert_eq!(short(&raw.plan(&db)?.scans(&db)?), ["folders()"]);
    assert_plan!(&db, orm::sql("SELECT * FROM folders WHERE id = $1").bind(1).query::<Folder>());
    assert_plan!(&db, orm::sql("SELECT * FROM folders").query::<Folder>());
    Ok(())
}

#[test]
fn the_assertion_names_the_table_the_index_and_the_statement() -> Result<()> {
    let db = indexed()?;
    let query = Folder::query().filter(Folder::name().eq("a"));
    let message = failure(|| assert_plan!(&db, query.clone()));
    assert!(message.starts_with("an index would serve:\n`folders` is scanned for rows by `name`"), "{message}");
    assert!(message.contains("`#[model(index)]` on the field of `name`"), "{message}");
    assert!(message.contains(&query.sql(&db).text), "{message}");
    let query = Note::query().filter(Note::words().gt(3)).filter(Note::shelf().eq("a"));
    let message = failure(|| assert_plan!(&db, query));
    assert!(message.contains("`#[model(index(shelf, words))]` on the struct"), "{message}");
    Ok(())
}

#[test]
fn asking_for_scans_counts_as_no_query_and_leaves_nothing_behind() -> Result<()> {
    let db = indexed()?;
    let query = Folder::query().prefetch(Folder::notes());
    orm::assert_queries!(&db, 0, assert_plan!(&db, query));
    db.transaction(|tx| {
        folder().insert(tx)?;
        assert_plan!(tx, query);
        if let Some(show) = either(None, Some("SHOW enable_seqscan")) {
            assert_eq!(orm::sql(show).tuples::<(String,)>(tx)?, [("on".to_owned(),)]);
        }
        assert_eq!(Folder::query().count(tx)?, 1);
        Ok(())
    })?;
    assert_eq!(Folder::query().count(&db)?, 1);
    let shared = Shared::new();
    shared.open().create_tables::<(Folder, Note, Label, Labelled)>()?;
    let sandbox = shared.sandbox();
    folder().insert(&sandbox)?;
    assert_plan!(&sandbox, query);
    assert_eq!(Folder::query().count(&sandbox)?, 1);
    Ok(())
}
