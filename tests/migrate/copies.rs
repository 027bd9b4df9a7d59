//! What a copy of a table keeps on SQLite, and what stops it: everything that files written by hand gave the table.

use std::fs;

use orm::migrate::{Generator, Migrations};
use orm::{Db, Engine, Model, Models, Result, TrustedSql, sql};

use crate::database::{failure, number, run};

/// The models of a library, before and after a change that copies `members`.
mod first {
    use orm::Model;

    #[derive(Model)]
    #[model(check = "length(email) > 2")]
    pub(super) struct Member {
        id: i64,
        email: String,
        deleted_at: Option<String>,
        #[model(index)]
        city: Option<String>,
    }

    pub(super) type Models = (Member,);
}

mod second {
    use orm::Model;

    #[derive(Model)]
    #[model(check = "length(email) > 2")]
    pub(super) struct Member {
        id: i64,
        email: String,
        deleted_at: Option<String>,
        #[model(index)]
        city: Option<String>,
        #[model(unique)]
        card: Option<String>,
    }

    pub(super) type Models = (Member,);
}

/// A folder with the files of the first models, and a file written by hand.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(by_hand: &str) -> Result<Self> {
        let project = Project { folder: tempfile::tempdir().expect("a folder is created") };
        project.generator::<first::Models>().write("initial")?;
        fs::write(project.folder.path().join("V2__by_hand.sql"), by_hand).expect("a file is written");
        project.generator::<first::Models>().check()?;
        Ok(project)
    }

    fn generator<M: Models>(&self) -> Generator<M> {
        Generator::new(self.folder.path(), Engine::Sqlite)
    }

    /// Writes the next file, and returns its text.
    fn next<M: Models>(generator: &Generator<M>) -> Result<String> {
        let written = generator.write("next")?;
        generator.check()?;
        Ok(fs::read_to_string(&written[0]).expect("it is read"))
    }

    fn stopped<M: Models>(&self, generator: &Generator<M>) -> String {
        let files = || fs::read_dir(self.folder.path()).expect("it is read").count();
        let before = files();
        let error = generator.write("next").expect_err("it stops");
        assert!(error.is_migration_failure(), "{error}");
        assert_eq!(files(), before);
        error.to_string()
    }

    /// Applies the files so far, and later the rest.
    fn database(&self) -> Result<Db> {
        let db = Db::memory()?;
        self.run(&db)?;
        Ok(db)
    }

    fn run(&self, db: &Db) -> Result<()> {
        Migrations::read(self.folder.path())?.run(db).map(drop)
    }
}

/// The SQL of an object, as SQLite keeps it.
fn definition(db: &Db, name: &str) -> Result<Option<String>> {
    let text = format!("SELECT \"sql\" FROM sqlite_schema WHERE \"name\" = '{name}'");
    Ok(sql(TrustedSql(text)).tuples::<(String,)>(db)?.pop().map(|(text,)| text))
}

const LIVE_EMAILS: &str = "CREATE UNIQUE INDEX live_emails ON members (email) WHERE deleted_at IS NULL";

#[test]
fn a_copy_keeps_indexes_written_by_hand() -> Result<()> {
    let others =
        "CREATE INDEX by_name ON members (lower(email), city DESC);\nCREATE INDEX plain ON members (email, city);\n";
    let project = Project::new(&format!("{LIVE_EMAILS};\n{others}"))?;
    let db = project.database()?;
    run(&db, "INSERT INTO members (id, email) VALUES (1, 'ada@example.org')")?;
    let text = Project::next(&project.generator::<second::Models>())?;
    let renamed = text.find("RENAME TO \"members\"").expect("the table is copied");
    assert!(text.find(&format!("\n{LIVE_EMAILS};\n")).is_some_and(|at| at > renamed), "{text}");
    project.run(&db)?;
    assert_eq!(definition(&db, "live_emails")?.as_deref(), Some(LIVE_EMAILS));
    assert!(definition(&db, "by_name")?.is_some() && definition(&db, "plain")?.is_some());
    let twice = run(&db, "INSERT INTO members (id, email) VALUES (2, 'ada@example.org')").expect_err("it is unique");
    assert!(twice.is_unique_violation(), "{twice}");
    Ok(())
}

#[test]
fn a_copy_keeps_triggers() -> Result<()> {
    let trigger = "CREATE TRIGGER log AFTER INSERT ON members WHEN new.city IS NULL BEGIN\n  \
                   UPDATE members SET city = 'Athens' WHERE id = new.id;\n  SELECT 1;\nEND";
    let project = Project::new(&format!("{trigger};\n"))?;
    let db = project.database()?;
    Project::next(&project.generator::<second::Models>())?;
    project.run(&db)?;
    assert_eq!(definition(&db, "log")?.as_deref(), Some(trigger));
    run(&db, "INSERT INTO members (id, email) VALUES (1, 'ada@example.org')")?;
    assert_eq!(number(&db, "SELECT count(*) FROM members WHERE city = 'Athens'")?, 1);
    Ok(())
}

/// The table in the words of somebody who knows SQLite.
const RICH: &str = "-- orm: foreign keys off\n\
    CREATE TABLE cities (name TEXT PRIMARY KEY);\n\
    INSERT INTO cities VALUES ('Athens'), ('Berlin');\n\
    DROP INDEX members__city;\n\
    DROP TABLE members;\n\
    CREATE TABLE members (\n\
      id INTEGER PRIMARY KEY AUTOINCREMENT,\n\
      email TEXT NOT NULL COLLATE NOCASE CHECK (length(email) > 2) CHECK (email LIKE '%@%'),\n\
      deleted_at TEXT DEFAULT (substr('never', 1, 5)),\n\
      city TEXT DEFAULT 'Athens' REFERENCES cities (name) ON UPDATE CASCADE,\n\
      note TEXT,\n\
      loud TEXT AS (upper(email)) STORED,\n\
      UNIQUE (email, city)\n\
    ) STRICT;\n\
    CREATE INDEX members__city ON members (city);\n";

#[test]
fn a_copy_keeps_columns_constraints_defaults_and_collations_written_by_hand() -> Result<()> {
    let project = Project::new(RICH)?;
    let db = project.database()?;
    run(
        &db,
        "INSERT INTO members (id, email, note) VALUES (1, 'ada@example.org', 'first'), (9, 'bob@example.org', '')",
    )?;
    run(&db, "DELETE FROM members WHERE id = 9")?;
    Project::next(&project.generator::<second::Models>())?;
    project.run(&db)?;

    let kept = "SELECT count(*) FROM members WHERE email = 'ADA@example.org' AND note = 'first' AND city = 'Athens' \
                AND deleted_at = 'never' AND loud = 'ADA@EXAMPLE.ORG'";
    assert_eq!(number(&db, kept)?, 1);
    run(&db, "INSERT INTO members (email) VALUES ('eve@example.org')")?;
    assert_eq!(number(&db, "SELECT max(id) FROM members")?, 10, "no key is used twice");
    assert_eq!(number(&db, "SELECT count(*) FROM members WHERE deleted_at = 'never' AND city = 'Athens'")?, 2);
    for (refused, why) in [
        ("INSERT INTO members (email) VALUES ('nobody')", "a check"),
        ("INSERT INTO members (email) VALUES ('ADA@example.org')", "a unique key"),
        ("INSERT INTO members (email, city) VALUES ('f@example.org', 'Rome')", "a foreign key"),
        ("INSERT INTO members (id, email) VALUES ('x', 'f@example.org')", "a type"),
    ] {
        assert!(run(&db, refused).is_err(), "{why} is lost");
    }
    assert_eq!(number(&db, "SELECT \"strict\" FROM pragma_table_list('members')")?, 1);
    run(&db, "UPDATE cities SET name = 'Sparta' WHERE name = 'Athens'")?;
    assert_eq!(number(&db, "SELECT count(*) FROM members WHERE city = 'Sparta'")?, 2, "the key still cascades");
    Ok(())
}

#[test]
fn an_empty_copy_remembers_the_keys_that_were_used() -> Result<()> {
    let project = Project::new(RICH)?;
    let db = project.database()?;
    run(&db, "INSERT INTO members (id, email) VALUES (9, 'bob@example.org')")?;
    run(&db, "DELETE FROM members")?;
    Project::next(&project.generator::<second::Models>())?;
    project.run(&db)?;
    run(&db, "INSERT INTO members (email) VALUES ('eve@example.org')")?;
    assert_eq!(number(&db, "SELECT max(id) FROM members")?, 10);
    assert_eq!(number(&db, "SELECT count(*) FROM sqlite_sequence")?, 1);
    Ok(())
}

#[test]
fn what_was_written_by_hand_follows_renames() -> Result<()> {
    #[derive(Model)]
    #[model(renamed_from = "members", check = "length(address) > 2")]
    struct Person {
        id: i64,
        #[model(renamed_from = "email")]
        address: String,
        deleted_at: Option<String>,
        #[model(index)]
        city: Option<String>,
        #[model(unique)]
        card: Option<String>,
    }
    let trigger =
        "CREATE TRIGGER log AFTER INSERT ON members BEGIN UPDATE members SET city = 'A' WHERE email = new.email; END";
    let check = "ALTER TABLE members ADD COLUMN loud TEXT CHECK (loud <> email)";
    let project = Project::new(&format!("{LIVE_EMAILS};\n{trigger};\n{check};\n"))?;
    let db = project.database()?;
    run(&db, "INSERT INTO members (id, email) VALUES (1, 'ada@example.org')")?;
    Project::next(&project.generator::<(Person,)>())?;
    project.run(&db)?;
    assert!(definition(&db, "live_emails")?.is_some());
    run(&db, "INSERT INTO persons (id, address) VALUES (2, 'bob@example.org')").expect("the trigger knows the column");
    assert_eq!(number(&db, "SELECT count(*) FROM persons WHERE city = 'A'")?, 2);
    assert!(run(&db, "INSERT INTO persons (id, address) VALUES (3, 'bob@example.org')").is_err());
    assert!(run(&db, "INSERT INTO persons (id, address, loud) VALUES (3, 'eve', 'eve')").is_err());
    Ok(())
}

/// The models without a column, and with another change if the table is to be copied.
mod without_deletions {
    use orm::Model;

    #[derive(Model)]
    #[model(check = "length(email) > 2")]
    pub(super) struct Member {
        id: i64,
        email: String,
        #[model(index)]
        city: Option<String>,
    }

    #[derive(Model)]
    #[model(table = "members", check = "length(email) > 2")]
    pub(super) struct Copied {
        id: i64,
        email: String,
        #[model(index)]
        city: Option<String>,
        #[model(unique)]
        card: Option<String>,
    }
}

#[test]
fn a_column_is_not_dropped_from_what_uses_it() -> Result<()> {
    let project = Project::new(&format!("{LIVE_EMAILS};\n"))?;
    let in_place = project.generator::<(without_deletions::Member,)>().allow("members.deleted_at");
    let copying = project.generator::<(without_deletions::Copied,)>().allow("members.deleted_at");
    let wanted = "the index `live_emails` of `members`, which the models do not describe, uses the column `deleted_at`; \
                  drop it first, in a migration that you write by hand: `DROP INDEX \"live_emails\";`";
    for message in [project.stopped(&in_place), project.stopped(&copying)] {
        assert!(message.contains(wanted), "{message}");
    }
    fs::write(project.folder.path().join("V3__drop.sql"), "DROP INDEX live_emails;\n").expect("a file is written");
    Project::next(&copying)?;
    project.database().map(drop)
}

#[test]
fn a_column_is_not_dropped_from_a_constraint_that_uses_it() -> Result<()> {
    let check = "ALTER TABLE members ADD COLUMN reason TEXT CHECK (reason IS NULL OR deleted_at IS NOT NULL);\n";
    let project = Project::new(check)?;
    let message = project.stopped(&project.generator::<(without_deletions::Member,)>().allow("members.deleted_at"));
    let wanted = "the check `reason IS NULL OR deleted_at IS NOT NULL` of `members`, which the models do not describe, uses the \
                  column `deleted_at`; ";
    assert!(message.contains(wanted), "{message}");
    Ok(())
}

#[test]
fn a_view_or_trigger_that_would_break_stops_a_copy() -> Result<()> {
    let view = "CREATE VIEW gone AS SELECT email FROM members WHERE deleted_at IS NOT NULL;\n";
    let trigger = "CREATE TRIGGER log AFTER INSERT ON members BEGIN UPDATE members SET deleted_at = NULL; END;\n";
    for (by_hand, wanted) in [
        (view, "the view `gone` uses the column `deleted_at`"),
        (trigger, "the trigger `log` uses the column `deleted_at`"),
    ] {
        let project = Project::new(by_hand)?;
        let message = project.stopped(&project.generator::<(without_deletions::Copied,)>().allow("members.deleted_at"));
        assert!(message.contains(wanted), "{message}");
        assert!(!message.contains("#[model("), "{message}");
    }
    Ok(())
}

#[test]
fn a_view_of_a_copied_table_still_works() -> Result<()> {
    let project = Project::new("CREATE VIEW gone AS SELECT email FROM members WHERE deleted_at IS NOT NULL;\n")?;
    let db = project.database()?;
    Project::next(&project.generator::<second::Models>())?;
    project.run(&db)?;
    assert_eq!(number(&db, "SELECT count(*) FROM gone")?, 0);
    Ok(())
}

#[test]
fn what_a_copy_cannot_keep_stops_it() -> Result<()> {
    let deferred = "CREATE TABLE cities (name TEXT PRIMARY KEY);\n\
                    ALTER TABLE members ADD COLUMN home TEXT REFERENCES cities (name) DEFERRABLE INITIALLY DEFERRED;\n";
    let project = Project::new(deferred)?;
    let message = project.stopped(&project.generator::<second::Models>());
    let wanted = "table `members` would be copied and lose `DEFERRABLE INITIALLY DEFERRED`, which a migration written by hand \
                  gave it; write this migration by hand too, and run `migrate adopt` after it";
    assert!(message.contains(wanted), "{message}");
    Ok(())
}

fn initial() -> Migrations {
    let table = "CREATE TABLE members (id INTEGER PRIMARY KEY, email TEXT UNIQUE, live_emails TEXT);";
    Migrations::new().file("V1__members.sql", table)
}

/// Files for a database that has something that no file created.
fn files(copy: &str) -> Migrations {
    initial().file("V2__copy.sql", format!("-- orm: foreign keys off\n{copy}"))
}

const COPY: &str = "CREATE TABLE members__new (id INTEGER PRIMARY KEY, email TEXT UNIQUE, live_emails TEXT, card TEXT);\n\
                    INSERT INTO members__new SELECT *, NULL FROM members;\n\
                    DROP TABLE members;\n\
                    ALTER TABLE members__new RENAME TO members;\n";

#[test]
fn an_index_that_only_the_database_has_does_not_vanish_with_its_table() -> Result<()> {
    let index = "CREATE INDEX live_emails ON members (email) WHERE id > 0";
    let with_index = || -> Result<Db> {
        let db = Db::memory()?;
        initial().run(&db)?;
        run(&db, index)?;
        Ok(db)
    };
    let renaming = "ALTER TABLE members RENAME TO persons;\nCREATE TABLE persons__new (id INTEGER PRIMARY KEY);\n\
                    DROP TABLE persons;\nALTER TABLE persons__new RENAME TO persons;\n";
    for copy in [COPY.to_owned(), format!("{COPY}-- live_emails is gone\n"), renaming.to_owned()] {
        let db = with_index()?;
        let message = failure(&files(&copy), &db);
        assert!(
            message.starts_with("migration `V2__copy.sql` drops with a table what it does not create again"),
            "{message}"
        );
        assert!(
            message.contains("- index `live_emails` of `members`: `CREATE INDEX live_emails ON members"),
            "{message}"
        );
        assert!(message.contains("DROP INDEX \"live_emails\""), "{message}");
        assert_eq!(number(&db, "SELECT count(*) FROM sqlite_schema WHERE name = 'live_emails'")?, 1);
    }
    for rest in [
        "DROP INDEX IF EXISTS \"Live_Emails\";\n".to_owned() + COPY,
        format!("{COPY}{index};\n"),
        "DROP TABLE members;".into(),
    ] {
        files(&rest).run(&with_index()?)?;
    }
    Ok(())
}

#[test]
fn a_column_that_an_index_of_the_database_uses_is_not_dropped() -> Result<()> {
    let drop = "-- the column\nALTER TABLE members DROP COLUMN live_emails;\n";
    let db = Db::memory()?;
    initial().run(&db)?;
    run(&db, "CREATE INDEX by_live ON members (id) WHERE live_emails IS NULL")?;
    let message = failure(&initial().file("V2__drop.sql", drop), &db);
    let wanted = "migration `V2__drop.sql` failed in line 2: the index `by_live` uses the column `live_emails`; drop the index first, and \
                  create it again afterwards if you need it; the statement is `ALTER TABLE members DROP COLUMN live_emails`; the file \
                  was rolled back";
    assert_eq!(message, wanted);
    let message = failure(&initial().file("V2__drop.sql", "UPDATE members SET nmae = 1;\n"), &db);
    assert!(
        message.contains("has no column `nmae`; correct the name in the SQL, or add the column; the statement"),
        "{message}"
    );
    Ok(())
}

#[test]
fn an_index_that_the_models_dropped_is_dropped_by_name() -> Result<()> {
    #[derive(Model)]
    #[model(check = "length(email) > 2")]
    struct Member {
        id: i64,
        email: String,
        deleted_at: Option<String>,
        city: Option<String>,
        #[model(unique)]
        card: Option<String>,
    }
    let project = Project::new("SELECT 1;\n")?;
    let db = project.database()?;
    let text = Project::next(&project.generator::<(Member,)>())?;
    assert!(text.contains("DROP INDEX IF EXISTS \"members__city\";"), "{text}");
    project.run(&db)?;
    assert_eq!(definition(&db, "members__city")?, None);
    Ok(())
}

#[test]
fn a_table_is_dropped_with_what_was_written_by_hand_for_it() -> Result<()> {
    #[derive(Model)]
    struct City {
        id: i64,
        name: String,
    }
    let project =
        Project::new(&format!("{LIVE_EMAILS};\nCREATE TRIGGER log AFTER INSERT ON members BEGIN SELECT 1; END;\n"))?;
    Project::next(&project.generator::<(City,)>().allow("members"))?;
    project.database().map(drop)
}

#[derive(Model)]
#[model(table = "bills", check = "amount <> 7")]
struct Bill {
    id: i64,
    #[model(check = "amount > 0")]
    amount: i64,
}

#[derive(Model)]
#[model(table = "invoices", renamed_from = "bills", check = "amount <> 7")]
struct Invoice {
    id: i64,
    #[model(check = "amount > 0")]
    amount: i64,
}

#[derive(Model)]
#[model(table = "invoices")]
struct Unchecked {
    id: i64,
    amount: i64,
}

#[derive(Model)]
#[model(table = "bills", check = "\"amount\" <> 7")]
struct Quoted {
    id: i64,
    #[model(check = "\"amount\" > 0")]
    amount: i64,
}

#[test]
fn checks_that_were_named_by_hand_are_renamed_and_dropped() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder is created");
    let by_hand = "CREATE TABLE bills (id INTEGER NOT NULL PRIMARY KEY, \
                   amount bigint NOT NULL CONSTRAINT \"a \"\"sum\"\"\" CHECK (amount > 0), CHECK (amount <> 7));\n";
    fs::write(folder.path().join("V1__by_hand.sql"), by_hand).expect("a file is written");
    Generator::<Bill>::new(folder.path(), Engine::Sqlite).adopt()?;
    let project = Project { folder };
    let db = project.database()?;
    let violated = |amount: i64| {
        let insert = format!("INSERT INTO invoices (amount) VALUES ({amount})");
        run(&db, &insert).err().and_then(|error| error.constraint_name().map(str::to_owned))
    };
    // Another name for a check without a name needs no file.
    assert!(project.generator::<Quoted>().write("quotes")?.is_empty());
    project.generator::<Quoted>().check()?;
    assert!(project.generator::<Bill>().write("words")?.is_empty());
    Project::next(&project.generator::<Invoice>())?;
    project.run(&db)?;
    assert_eq!(violated(0).as_deref(), Some("invoices__amount__check"));
    assert_eq!(violated(7).as_deref(), Some("amount <> 7"), "a check without a name stays as it is");
    Project::next(&project.generator::<Unchecked>())?;
    project.run(&db)?;
    assert_eq!((violated(0), violated(7)), (None, None));
    Ok(())
}
