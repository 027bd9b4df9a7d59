//! Rows that SQLite treats as equal, or ignores.

use orm::{Db, Model, Result, Upsert, Upserted};

use crate::database::Shared as File;

#[derive(Model, Clone, Debug, PartialEq)]
struct Word {
    id: i64,
    #[model(unique)]
    text: String,
    count: i64,
}

fn new(text: &str, count: i64) -> NewWord {
    NewWord { text: text.into(), count }
}

fn words(file: &File, more: &str) -> Db {
    file.run(
        "CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE COLLATE NOCASE, count INTEGER NOT NULL);
         INSERT INTO words (text, count) VALUES ('Rust', 1)",
    );
    file.run(more);
    file.open()
}

/// SQLite would update the row a second time.
#[test]
fn a_key_that_is_given_twice_in_other_letters_is_an_error() -> Result<()> {
    let file = File::new();
    let db = words(&file, "");
    let update = |texts: &[&str]| Upsert::of(texts.iter().map(|text| new(text, 5)), Word::text()).update(Word::count());
    for texts in [["sea", "SEA"], ["RUST", "rust"]] {
        assert!(update(&texts).all(&db).unwrap_err().is_invalid());
        assert!(update(&texts).outcomes(&db).unwrap_err().is_invalid());
    }
    assert_eq!(Word::query().select((Word::text(), Word::count())).all(&db)?, [("Rust".to_owned(), 1)]);
    let outcomes = update(&["RUST", "sea"]).outcomes(&db)?;
    assert!(matches!(&outcomes[..], [Upserted::Updated(rust), Upserted::Inserted(_)] if rust.text == "Rust"));
    Ok(())
}

#[test]
fn a_row_that_a_trigger_ignores_is_an_error_and_nothing_is_written() -> Result<()> {
    for event in ["INSERT", "UPDATE"] {
        let file = File::new();
        let trigger =
            format!("CREATE TRIGGER skip BEFORE {event} ON words WHEN NEW.count = 13 BEGIN SELECT RAISE(IGNORE); END");
        let db = words(&file, &trigger);
        let rows = || Upsert::of([new("sea", 2), new("rust", 13)], Word::text()).update(Word::count());
        assert!(rows().all(&db).unwrap_err().is_ignored());
        assert!(rows().outcomes(&db).unwrap_err().is_ignored());
        assert_eq!(Word::query().count(&db)?, 1);
    }
    Ok(())
}

/// The values of the rows show which of them were inserted, and this row has another value.
#[test]
fn rows_that_cannot_be_told_are_an_error_and_nothing_is_written() -> Result<()> {
    let file = File::new();
    let trigger =
        "CREATE TRIGGER other AFTER INSERT ON words BEGIN UPDATE words SET text = text || '!' WHERE id = NEW.id; END";
    let db = words(&file, trigger);
    let rows = || Upsert::of([new("sea", 2), new("rust", 3)], Word::text()).update(Word::count());
    let error = rows().outcomes(&db).unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "only some of the rows were inserted, and it is unknown which, because table `words` stores other values in \
         `text` than were sent; use `all`, or upsert the rows one by one"
    );
    assert_eq!(Word::query().count(&db)?, 1);
    assert_eq!(rows().all(&db)?[0].text, "sea!");
    Ok(())
}
