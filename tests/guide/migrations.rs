//! The program text of the chapter on migrations. `examples/migrations` is the project that it shows.

use orm::migrate::{Generator, Migrations};
use orm::value::{Date, Timestamp};
use orm::{Db, Engine, Model, sql};

use crate::chapter::Chapter;

mod before {
    use orm::Model;

    #[derive(Model)]
    pub(super) struct Student {
        id: i64,
        name: String,
        nickname: Option<String>,
    }
}

// ANCHOR: student
#[derive(Model)]
struct Student {
    id: i64,
    #[model(renamed_from = "name")]
    full_name: String,
}
// ANCHOR_END: student

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("21-migrations");
    let folder = tempfile::tempdir().expect("a folder is created");
    Generator::<(before::Student,)>::new(folder.path(), Engine::Sqlite).write("initial")?;
    let next = Generator::<(Student,)>::new(folder.path(), Engine::Sqlite);
    let error = next.write("names").expect_err("a nickname would be lost");
    chapter.shows("text", format!("migrate: {error}").replace("\\n- ", "\n- "));
    next.allow("students.nickname").write("names")?;
    converted(&mut chapter)?;
    by_hand(&mut chapter)?;
    chapter.close();

    let db = Db::memory()?;
    let begun = Migrations::new().file("V1__students.sql", "CREATE TABLE students (name TEXT, slug TEXT)");
    begun.run(&db)?;
    sql("INSERT INTO students (name) VALUES ('Ada')").execute(&db)?;
    with_a_function(begun).run(&db)?;
    assert_eq!(sql("SELECT slug FROM students").tuples::<(String,)>(&db)?, [("ada".to_owned(),)]);
    Ok(())
}

mod with_dates {
    use orm::Model;
    use orm::value::Date;

    #[derive(Model)]
    pub(super) struct Loan {
        id: i64,
        pub(super) due: Date,
    }
}

#[derive(Model)]
struct Loan {
    id: i64,
    due: Timestamp,
}

/// Converted values have the form of those that are written.
fn converted(chapter: &mut Chapter) -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<with_dates::Loan>()?;
    with_dates::NewLoan { due: Date::parse("2024-03-01").expect("it is a date") }.insert(&db)?;
    let statement = "UPDATE loans SET due = due || ' 00:00:00'";
    sql(statement).execute(&db)?;
    let converted = Loan::find(&db, 1)?.due;
    NewLoan { due: converted }.insert(&db)?;
    assert_eq!(Loan::query().filter(Loan::due().eq(converted)).count(&db)?, 2);
    assert_eq!(sql("SELECT DISTINCT due FROM loans").tuples::<(String,)>(&db)?, [("2024-03-01 00:00:00".to_owned(),)]);
    chapter.shows("sql", format!("{statement};"));
    Ok(())
}

#[derive(Model)]
struct Book {
    id: i64,
    title: String,
}

fn by_hand(chapter: &mut Chapter) -> orm::Result<()> {
    let file = "UPDATE books SET title = trim(title);\nCREATE UNIQUE INDEX one_title ON books (lower(title));\n";
    let folder = tempfile::tempdir().expect("a folder is created");
    let generator = Generator::<(Book,)>::new(folder.path(), Engine::Sqlite);
    generator.write("initial")?;
    std::fs::write(folder.path().join("V2__one_title.sql"), file).expect("a file is written");
    generator.check()?;
    assert!(generator.write("again")?.is_empty());
    chapter.shows("sql", file);
    Ok(())
}

// ANCHOR: with_a_function
fn with_a_function(migrations: Migrations) -> Migrations {
    migrations.step(2, "fill_slugs", |tx| {
        sql("UPDATE students SET slug = lower(name)").execute(tx)?;
        Ok(())
    })
}
// ANCHOR_END: with_a_function
