//! Names and texts that look like SQL.

use orm::{Condition, Model, Result};

use crate::database::watch::Watch;
use crate::database::{Shared, db};
use crate::schemas::accounts::{Account, Entry, NewAccount, NewEntry, accounts_in, open_account};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "bell\u{7}, escape\u{1b}[31m, next\u{85}, line\u{2028}, left\u{202e}")]
#[has_many(below: Control, foreign_key = above)]
struct Control {
    id: i64,
    #[model(column = "\u{1}\u{7f}\n\r\t", index)]
    text: String,
    #[model(column = "\u{1f}")]
    #[belongs_to(parent: Control)]
    above: Option<i64>,
}

#[test]
fn names_with_control_characters_are_quoted() -> Result<()> {
    let db = db();
    db.create_tables::<Control>()?;
    assert_eq!(db.check::<Control>()?, []);
    let top = NewControl { text: "\u{1}".into(), above: None }.insert(&db)?;
    NewControl { text: "b".into(), above: Some(top.id) }.insert(&db)?;
    let query = Control::query().filter(Control::text().starts_with("\u{1}")).order_by(Control::text().desc());
    assert_eq!(query.prefetch(Control::below()).one(&db)?.below().len(), 1);
    // Errors about them do not write control characters to a terminal.
    let empty = self::db();
    let error = Control::query().all(&empty).unwrap_err();
    assert!(error.is_schema_mismatch() && !error.to_string().contains(char::is_control), "{error}");
    assert!(!format!("{error:?}").contains(char::is_control));
    Ok(())
}

#[test]
fn an_order_from_a_request_is_one_of_those_allowed() -> Result<()> {
    let db = db();
    db.create_tables::<(Account, Entry)>()?;
    for name in ["b", "a", "c"] {
        NewAccount { name: name.into() }.insert(&db)?;
    }
    let allowed = || (Account::name().asc(), Account::id().desc());
    let names = |text: &str| -> Result<String> {
        let query = Account::query().order_by(orm::order_from(text, allowed())?);
        let rows = orm::assert_queries!(&db, 1, query.all(&db)?);
        Ok(rows.into_iter().map(|account| account.name).collect())
    };
    for (text, expected) in [
        ("name", "abc"),
        ("-name", "cba"),
        (" name DESC ", "cba"),
        ("id", "cab"),
        ("id asc", "bac"),
        ("id,name", "cab"),
        ("", "bac"),
    ] {
        assert_eq!(names(text)?, expected, "{text}");
    }
    for text in [
        "nosuch",
        "Name",
        "accounts.name",
        "\"name\"",
        "name; DROP TABLE accounts",
        "name desc desc",
        "name,name",
        "name,",
        "-name desc",
        "name desc nulls",
        "name)--",
        "1",
        "\u{1b}[31mname",
    ] {
        let error = names(text).expect_err(text);
        assert!(error.is_invalid(), "{error}");
        assert!(error.to_string().contains("`name`, `id`") && !error.to_string().contains(char::is_control), "{error}");
    }
    // A name that is not allowed has the same error as one that does not exist.
    let refused = orm::order_from("name", Account::id().asc()).unwrap_err();
    assert_eq!(
        refused.to_string().replace("name", "nosuch"),
        orm::order_from("nosuch", Account::id().asc()).unwrap_err().to_string()
    );
    Ok(())
}

/// A small generator, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn text(&mut self) -> String {
        const PARTS: [&str; 16] = [
            "'",
            "\"",
            "; ",
            "--",
            "/*",
            "*/",
            "DROP TABLE accounts",
            " OR 1=1",
            "%",
            "_",
            "\\",
            "?1",
            ":a",
            "\u{1b}",
            "ä",
            "x",
        ];
        (0..self.below(8)).map(|_| PARTS[self.below(PARTS.len())]).collect()
    }

    fn condition(&mut self, depth: usize) -> Condition<Entry> {
        let (text, column) = (self.text(), Entry::text());
        match self.below(if depth == 0 { 7 } else { 11 }) {
            0 => column.eq(text),
            1 => column.contains(text),
            2 => column.starts_with(text),
            3 => column.in_([text, self.text()]),
            4 => column.between(text, self.text()),
            5 => column.like(text),
            6 => column.ne(text),
            7 => self.condition(depth - 1) & self.condition(depth - 1),
            8 => self.condition(depth - 1) | self.condition(depth - 1),
            9 => !self.condition(depth - 1),
            _ => Entry::account().any(Account::name().eq(text) | Account::entries().none(self.condition(depth - 1))),
        }
    }
}

#[test]
fn whatever_is_asked_is_read_from_the_declared_tables() -> Result<()> {
    let file = Shared::new();
    let db = accounts_in(&file);
    open_account(&db, "'; --", 3)?;
    NewEntry { account_id: 1, text: "\"; DROP TABLE accounts".into() }.insert(&db)?;
    let watch = Watch::new(&file);
    let mut random = Random(7);
    for _ in 0..400 {
        let query = Entry::query().filter(random.condition(3)).limit(9).prefetch(Entry::account());
        let sent = db.record();
        // A pattern that ends in a backslash is one of the errors.
        if let Err(error) = query.all(&db) {
            assert!(error.is_invalid() || error.is_encode(), "{error}");
        }
        for statement in sent.statements() {
            let others = watch.others(&statement);
            assert!(others.is_empty(), "{statement}\nasks for {others:?}");
        }
    }
    assert_eq!((Account::query().count(&db)?, Entry::query().count(&db)?), (1, 4));
    Ok(())
}
