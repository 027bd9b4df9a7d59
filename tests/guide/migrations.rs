//! The program text of the chapter on migrations; what a project has of it is in `examples/migrations`.

use orm::migrate::{Generator, Migrations};
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

#[derive(Model)]
struct Student {
    id: i64,
    #[model(renamed_from = "name")]
    full_name: String,
}

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("21-migrations");
    let folder = tempfile::tempdir().expect("a folder is created");
    Generator::<(before::Student,)>::new(folder.path(), Engine::Sqlite).write("initial")?;
    let next = Generator::<(Student,)>::new(folder.path(), Engine::Sqlite);
    let error = next.write("names").expect_err("a nickname would be lost");
    chapter.shows("text", format!("migrate: {error}").replace("\\n- ", "\n- "));
    next.allow("students.nickname").write("names")?;
    chapter.close();

    let db = Db::memory()?;
    let begun = Migrations::new().file("V1__students.sql", "CREATE TABLE students (name TEXT, slug TEXT)");
    begun.run(&db)?;
    sql("INSERT INTO students (name) VALUES ('Ada')").execute(&db)?;
    with_a_function(begun).run(&db)?;
    assert_eq!(sql("SELECT slug FROM students").tuples::<(String,)>(&db)?, [("ada".to_owned(),)]);
    Ok(())
}

fn with_a_function(migrations: Migrations) -> Migrations {
    migrations.step(2, "fill_slugs", |tx| {
        sql("UPDATE students SET slug = lower(name)").execute(tx)?;
        Ok(())
    })
}
