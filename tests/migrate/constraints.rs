//! The names of constraints, which chapter 9 of the guide lists: checks always have the same names, and the names of keys
//! depend on what created the table.

use std::path::Path;

use orm::migrate::{Generator, Migrations};
use orm::structure::Check;
use orm::{Db, Model, Models, Result, sql};

use crate::database::{Fresh, engine, on_each_database, run};

on_each_database!(
    constraints_have_the_names_that_the_guide_lists,
    created_tables_and_migrations_have_the_same_checks,
    a_rename_to_a_name_that_needs_quotes_keeps_the_checks,
    a_check_is_dropped_with_a_rename_to_a_name_that_needs_quotes,
    checks_of_a_renamed_table_have_its_name_and_can_be_dropped,
    a_check_of_created_tables_can_be_dropped_by_a_migration,
    a_condition_with_other_quotes_is_the_same_check,
);

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

type All = (Department, Loan);

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
    Generator::<All>::new(folder.path(), engine(fresh)).write("initial")?;
    Migrations::read(folder.path())?.run(&db)?;
    let migrated = names(&db)?;
    sql("DROP TABLE loans").execute(&db)?;
    sql("DROP TABLE departments").execute(&db)?;
    db.create_tables::<All>()?;
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

mod quoted {
    use orm::Model;

    #[derive(Model)]
    #[model(table = "Order", check = "\"Sum\" >= \"order\"")]
    pub(super) struct Purchase {
        id: i64,
        #[model(check = "\"user\" <> 'nobody'")]
        user: String,
        #[model(column = "Sum", check = "\"Sum\" > 0")]
        sum: i64,
        #[model(check = "\"order\" > 0")]
        order: i64,
        #[model(column = "a b", check = "\"a b\" > 0", generated = "\"Sum\" + \"order\"")]
        both: i64,
        #[model(column = "say \"hi\"", check = "\"say \"\"hi\"\"\" > 0")]
        said: i64,
    }

    /// SQLite copies the table for the unique key.
    #[derive(Model)]
    #[model(table = "Order", check = "\"Sum\" >= \"order\"")]
    pub(super) struct Copied {
        id: i64,
        #[model(unique, check = "\"user\" <> 'nobody'")]
        user: String,
        #[model(column = "Sum", check = "\"Sum\" > 0")]
        sum: i64,
        #[model(check = "\"order\" > 0")]
        order: i64,
        #[model(column = "a b", check = "\"a b\" > 0", generated = "\"Sum\" + \"order\"")]
        both: i64,
        #[model(column = "say \"hi\"", check = "\"say \"\"hi\"\"\" > 0")]
        said: i64,
    }
}

fn generator<M: Models>(folder: &Path, fresh: &Fresh) -> Generator<M> {
    Generator::new(folder, engine(fresh)).try_at(fresh.address.clone())
}

/// Writes the next migration, checks that none is missing, and applies it.
fn migrate<M: Models>(folder: &Path, fresh: &Fresh, db: &Db) -> Result<()> {
    let generator = generator::<M>(folder, fresh);
    generator.write("next")?;
    generator.check()?;
    Migrations::read(folder)?.run(db)?;
    assert_eq!(db.check::<M>()?, []);
    Ok(())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder is created")
}

/// The checks in the database, by their names.
fn checks(db: &Db) -> Result<Vec<(Option<String>, String)>> {
    let tables = db.schema()?.tables.into_iter().filter(|table| !table.name.name.starts_with("refinery"));
    let mut checks: Vec<(Option<String>, String)> =
        tables.flat_map(|table| table.checks).map(|Check { name, condition, .. }| (name, condition)).collect();
    checks.sort();
    Ok(checks)
}

fn check_names(db: &Db) -> Result<Vec<String>> {
    Ok(checks(db)?.into_iter().filter_map(|(name, _)| name).collect())
}

/// The name of the check that a statement violates.
fn violated(db: &Db, statement: &str) -> Option<String> {
    run(db, statement).expect_err("a check refuses it").constraint_name().map(str::to_owned)
}

fn created_tables_and_migrations_have_the_same_checks(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    migrate::<quoted::Purchase>(folder.path(), fresh, &db)?;
    let migrated = checks(&db)?;
    run(&db, "DROP TABLE \"Order\"")?;
    db.create_tables::<quoted::Purchase>()?;
    assert_eq!(checks(&db)?, migrated);
    let number = "Order__a7c77d8f__check";
    let names = [
        number,
        "Order__Sum__check",
        "Order__a b__check",
        "Order__order__check",
        "Order__say \"hi\"__check",
        "Order__user__check",
    ];
    let mut names = names.map(str::to_owned).to_vec();
    names.sort();
    assert_eq!(check_names(&db)?, names);
    assert!(generator::<quoted::Purchase>(folder.path(), fresh).missing()?.is_empty());
    // A migration of the created table keeps them.
    generator::<quoted::Copied>(folder.path(), fresh).write("copy")?;
    Migrations::read(folder.path())?.run(&db)?;
    assert_eq!(db.check::<quoted::Copied>()?, []);
    assert_eq!(checks(&db)?, migrated);
    Ok(())
}

mod amounts {
    use orm::Model;

    #[derive(Model)]
    #[model(table = "bills", check = "amount <> 7", index(id, where = "amount > 100"))]
    pub(super) struct Before {
        id: i64,
        #[model(check = "Amount > 0")]
        amount: i64,
        #[model(generated = "amount * 2")]
        twice: i64,
    }

    #[derive(Model)]
    #[model(table = "bills", check = "\"order\" <> 7", index(id, where = "\"order\" > 100"))]
    pub(super) struct Renamed {
        id: i64,
        #[model(renamed_from = "amount", check = "\"order\" > 0")]
        order: i64,
        #[model(generated = "\"order\" * 2")]
        twice: i64,
    }

    /// SQLite copies the table for the unique key.
    #[derive(Model)]
    #[model(table = "bills", check = "\"a b\" <> 7", index(id, where = "\"a b\" > 100"))]
    pub(super) struct Unchecked {
        id: i64,
        #[model(column = "a b", renamed_from = "amount", unique)]
        both: i64,
        #[model(generated = "\"a b\" * 2")]
        twice: i64,
    }
}

fn a_rename_to_a_name_that_needs_quotes_keeps_the_checks(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    migrate::<amounts::Before>(folder.path(), fresh, &db)?;
    assert_eq!(violated(&db, "INSERT INTO bills (amount) VALUES (0)").as_deref(), Some("bills__amount__check"));
    let missing = generator::<amounts::Renamed>(folder.path(), fresh).missing()?;
    let only_renames = missing.iter().all(|change| change.contains(": rename ") || change.contains(" index "));
    assert!(only_renames, "{missing:#?}");
    migrate::<amounts::Renamed>(folder.path(), fresh, &db)?;
    let name = violated(&db, "INSERT INTO bills (\"order\") VALUES (0)");
    assert_eq!(name.as_deref(), Some("bills__order__check"));
    assert_eq!(check_names(&db)?.len(), 2);
    Ok(())
}

fn a_check_is_dropped_with_a_rename_to_a_name_that_needs_quotes(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    migrate::<amounts::Before>(folder.path(), fresh, &db)?;
    migrate::<amounts::Unchecked>(folder.path(), fresh, &db)?;
    run(&db, "INSERT INTO bills (\"a b\") VALUES (0)").expect("the check of the column is dropped");
    assert!(violated(&db, "INSERT INTO bills (\"a b\") VALUES (7)").is_some());
    assert_eq!(check_names(&db)?.len(), 1);
    Ok(())
}

mod tables {
    use orm::Model;

    #[derive(Model)]
    #[model(table = "bills", check = "amount <> 7")]
    pub(super) struct Bill {
        id: i64,
        #[model(check = "amount > 0")]
        amount: i64,
    }

    #[derive(Model)]
    #[model(table = "invoices", renamed_from = "bills", check = "amount <> 7")]
    pub(super) struct Invoice {
        id: i64,
        #[model(check = "amount > 0")]
        amount: i64,
    }

    #[derive(Model)]
    #[model(table = "invoices", renamed_from = "bills")]
    pub(super) struct Unchecked {
        id: i64,
        amount: i64,
    }

    #[derive(Model)]
    #[model(table = "bills", check = "\"amount\" <> 7")]
    pub(super) struct Quoted {
        id: i64,
        #[model(check = "\"amount\" > 0")]
        amount: i64,
    }

    #[derive(Model)]
    #[model(table = "bills")]
    pub(super) struct UncheckedBill {
        id: i64,
        amount: i64,
    }
}

fn checks_of_a_renamed_table_have_its_name_and_can_be_dropped(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    migrate::<tables::Bill>(folder.path(), fresh, &db)?;
    run(&db, "INSERT INTO bills (amount) VALUES (1)")?;
    migrate::<tables::Invoice>(folder.path(), fresh, &db)?;
    let name = violated(&db, "INSERT INTO invoices (amount) VALUES (0)");
    assert_eq!(name.as_deref(), Some("invoices__amount__check"));
    assert!(check_names(&db)?.iter().all(|name| name.starts_with("invoices__")), "{:?}", check_names(&db)?);
    migrate::<tables::Unchecked>(folder.path(), fresh, &db)?;
    assert_eq!(checks(&db)?, []);
    assert_eq!(run(&db, "INSERT INTO invoices (amount) VALUES (0)")?, 1);
    Ok(())
}

fn a_check_of_created_tables_can_be_dropped_by_a_migration(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    db.create_tables::<tables::Bill>()?;
    generator::<tables::Bill>(folder.path(), fresh).write("initial")?;
    Migrations::read(folder.path())?.mark(&db)?;
    migrate::<tables::UncheckedBill>(folder.path(), fresh, &db)?;
    assert_eq!(checks(&db)?, []);
    Ok(())
}

fn a_condition_with_other_quotes_is_the_same_check(fresh: &Fresh) -> Result<()> {
    let (folder, db) = (folder(), fresh.open());
    migrate::<tables::Bill>(folder.path(), fresh, &db)?;
    let missing = generator::<tables::Quoted>(folder.path(), fresh).missing()?;
    assert_eq!(missing, ["bills: rename constraint bills__a09044e6__check to bills__75d4e4ca__check"]);
    migrate::<tables::Quoted>(folder.path(), fresh, &db)?;
    assert_eq!(check_names(&db)?, ["bills__75d4e4ca__check", "bills__amount__check"]);
    Ok(())
}
