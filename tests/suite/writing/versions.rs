//! Versions: no write overwrites the change of another one.

use orm::{Model, Result, assert_queries};

use crate::database::db;
use crate::support::text::without_placeholders;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(pages: Page)]
struct Book {
    id: i64,
    title: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(unique(title))]
struct Page {
    id: i64,
    title: String,
    text: String,
    #[model(version, column = "lock")]
    version: i64,
    #[belongs_to(book: Book)]
    book_id: Option<i64>,
}

fn pages() -> Result<(orm::Db, Page)> {
    let db = db();
    db.create_tables::<(Book, Page)>()?;
    let page = NewPage { title: "Start".into(), text: "Hello".into(), book_id: None }.insert(&db)?;
    Ok((db, page))
}

#[test]
fn a_version_starts_at_one_and_counts_up_with_each_update() -> Result<()> {
    let (db, page) = pages()?;
    assert_eq!(page.version, 1);
    let changed = Page { text: "Hello!".into(), ..page.clone() };
    let changed = assert_queries!(&db, 1, changed.update(&db)?);
    assert_eq!((changed.version, changed.text.as_str()), (2, "Hello!"));
    assert_eq!(changed, Page::find(&db, page.id)?);
    let again = changed.edit(&db, |page| page.text.push('!'))?;
    assert_eq!(again, Page { version: 3, text: "Hello!!".into(), ..page });
    assert_eq!(again, Page::find(&db, again.id)?);
    Ok(())
}

#[test]
fn the_statements_ask_for_the_version_that_was_read() -> Result<()> {
    let (db, page) = pages()?;
    let recording = db.record();
    let page = page.update(&db)?;
    let page = page.edit(&db, |page| page.text = "Bye".into())?;
    page.delete(&db)?;
    let written: Vec<String> = recording.statements().iter().map(|text| without_placeholders(text)).collect();
    let returned = r#"WHERE "id" = ? AND "lock" = ? RETURNING "id", "title", "text", "lock", "book_id""#;
    assert_eq!(
        written,
        [
            &format!(r#"UPDATE "pages" SET "title" = ?, "text" = ?, "book_id" = ?, "lock" = ? {returned}"#),
            &format!(r#"UPDATE "pages" SET "text" = ?, "lock" = ? {returned}"#),
            r#"DELETE FROM "pages" WHERE "id" = ? AND "lock" = ?"#,
        ]
    );
    Ok(())
}

#[test]
fn a_row_that_others_changed_is_not_written_over() -> Result<()> {
    let (db, mine) = pages()?;
    let theirs = Page::find(&db, mine.id)?.edit(&db, |page| page.text = "Theirs".into())?;
    let update = Page { text: "Mine".into(), ..mine.clone() }.update(&db).unwrap_err();
    let edit = mine.edit(&db, |page| page.text = "Mine".into()).unwrap_err();
    let delete = mine.delete(&db).unwrap_err();
    for error in [update, edit, delete] {
        assert!(error.is_stale() && !error.is_not_found() && !error.is_retryable(), "{error}");
        assert_eq!(error.table(), Some("pages"));
        assert_eq!(
            error.to_string(),
            "this `Page` was changed in table `pages` since it was read; read it again before you change it"
        );
    }
    assert_eq!(Page::find(&db, mine.id)?, theirs);
    theirs.delete(&db)?;
    Ok(())
}

#[test]
fn an_edit_that_changes_nothing_is_stale_too() -> Result<()> {
    let (db, mine) = pages()?;
    let same = assert_queries!(&db, 1, mine.edit(&db, |_| ())?);
    assert_eq!(same, mine);
    let theirs = mine.edit(&db, |page| page.text = "Theirs".into())?;
    for stale in [mine.clone(), Page { version: 17, ..theirs.clone() }] {
        let error = stale.edit(&db, |_| ()).unwrap_err();
        assert!(error.is_stale(), "{error}");
        let text = stale.text.clone();
        assert!(stale.edit(&db, |page| page.text = text).unwrap_err().is_stale());
    }
    theirs.delete(&db)?;
    assert!(theirs.edit(&db, |_| ()).unwrap_err().is_not_found());
    Ok(())
}

#[test]
fn a_row_that_is_gone_is_not_found_rather_than_stale() -> Result<()> {
    let (db, page) = pages()?;
    page.delete(&db)?;
    for error in [page.update(&db).map(|_| ()), page.edit(&db, |page| page.text.clear()).map(|_| ()), page.delete(&db)]
    {
        let error = error.unwrap_err();
        assert!(error.is_not_found() && !error.is_stale(), "{error}");
    }
    Ok(())
}

#[test]
fn every_way_to_change_rows_counts_up() -> Result<()> {
    let (db, page) = pages()?;
    let version = || Page::find(&db, page.id).map(|page| page.version);
    Page::all_rows().update(&db, Page::text().set("All"))?;
    assert_eq!(version()?, 2);
    let new = NewPage { title: "Start".into(), text: "Again".into(), book_id: None };
    assert_eq!(orm::upsert(&db, new, Page::title(), Page::text())?.version, 3);
    let book = NewBook { title: "Book".into() }.insert(&db)?;
    Book::pages().link(&db, &book, [&page])?;
    assert_eq!(version()?, 4);
    Book::pages().unlink(&db, &book, [&page])?;
    assert_eq!(version()?, 5);
    // Through the trait too, where the row in memory stays as it was.
    <Page as Model>::update(&Page::find(&db, page.id)?, &db)?;
    assert_eq!(version()?, 6);
    assert!(page.update(&db).is_err_and(|error| error.is_stale()));
    Ok(())
}

#[test]
fn the_version_is_not_the_programs_to_set() -> Result<()> {
    let (db, page) = pages()?;
    let new = || NewPage { title: "Start".into(), text: "Again".into(), book_id: None };
    let errors = [
        Page::all_rows().update(&db, Page::version().set(7)).unwrap_err(),
        page.edit(&db, |page| page.version = 7).unwrap_err(),
        orm::upsert(&db, new(), Page::title(), (Page::text(), Page::version())).unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_invalid());
        assert_eq!(
            error.to_string(),
            "`Page.version` is the version, which every update increments; leave it out of the change"
        );
    }
    assert_eq!(Page::find(&db, page.id)?, page);
    Ok(())
}

#[test]
fn a_version_that_is_used_up_is_an_error_and_nothing_is_written() -> Result<()> {
    let (db, page) = pages()?;
    let last = Page { id: 2, title: "Last".into(), version: i64::MAX, ..page }.insert(&db)?;
    let error = last.edit(&db, |page| page.text.clear()).unwrap_err();
    assert!(error.is_encode() && error.column() == Some("lock"), "{error}");
    assert_eq!(Page::find(&db, 2)?, last);
    Ok(())
}

#[test]
fn an_update_that_was_undone_leaves_the_row_in_memory_good() -> Result<()> {
    let (db, page) = pages()?;
    let tx = db.begin()?;
    page.update(&tx)?;
    drop(tx);
    assert_eq!(page.update(&db)?.version, 2);
    Ok(())
}
