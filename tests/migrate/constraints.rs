//! The names of constraints, which chapter 9 of the guide lists: checks always have the same names, and the names of keys
//! depend on what created the table.

use orm::migrate::{Generator, Migrations};
use orm::{Db, Model, Result, sql};

use crate::database::{Fresh, engine, on_each_database};

on_each_database!(constraints_have_the_names_that_the_guide_lists);

#[derive(Model)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
#[model(check = "due_on >= lent_on")]
struct Loan {
    id: i64,
    lent_on: i64,
    due_on: i64,
    #[belongs_to(department: Department)]
    department_id: i64,
}

type Models = (Department, Loan);

/// The names of a violated unique key, check and foreign key.
fn names(db: &Db) -> Result<[Option<String>; 3]> {
    sql("INSERT INTO departments (id, name) VALUES (1, 'Music')").execute(db)?;
    let name = |statement: &'static str| {
        let error = sql(statement).execute(db).expect_err("a constraint refuses it");
        error.constraint_name().map(str::to_owned)
    };
    Ok([
        name("INSERT INTO departments (id, name) VALUES (2, 'Music')"),
        name("INSERT INTO loans (id, lent_on, due_on, department_id) VALUES (1, 2, 1, 1)"),
        name("INSERT INTO loans (id, lent_on, due_on, department_id) VALUES (1, 1, 2, 7)"),
    ])
}

fn constraints_have_the_names_that_the_guide_lists(fresh: &Fresh) -> Result<()> {
    let (db, is_postgres) = (fresh.open(), fresh.address.starts_with("postgres"));
    let folder = tempfile::tempdir().expect("a folder is created");
    Generator::<Models>::new(folder.path(), engine(fresh)).write("initial")?;
    Migrations::read(folder.path())?.run(&db)?;
    let migrated = names(&db)?;
    sql("DROP TABLE loans").execute(&db)?;
    sql("DROP TABLE departments").execute(&db)?;
    db.create_tables::<Models>()?;
    let created = names(&db)?;

    let number = "7b46aadb";
    let (of_migrations, of_create) = if is_postgres {
        (
            [
                Some("departments__name__key".to_owned()),
                Some(format!("loans__{number}__check")),
                Some("loans__department_id".to_owned()),
            ],
            [
                Some("departments_name_key".to_owned()),
                Some(format!("loans__{number}__check")),
                Some("loans_department_id_fkey".to_owned()),
            ],
        )
    } else {
        (
            [Some("departments.name".to_owned()), Some(format!("loans__{number}__check")), None],
            [Some("departments.name".to_owned()), Some(format!("loans__{number}__check")), None],
        )
    };
    assert_eq!(migrated, of_migrations);
    assert_eq!(created, of_create);
    Ok(())
}
