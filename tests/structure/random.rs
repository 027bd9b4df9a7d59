//! Random pairs of structures: a change of one into the other, with rows, has exactly the other as its result, and
//! keeps all rows that fit.

use orm::structure::SchemaChange;
use orm::structure::{ColumnSchema, Schema, Step, Table, changes};
use orm::{Db, Engine, TrustedSql, sql};

use crate::databases::{ENGINES, empty, run, run_all, run_each};
use crate::sketch::{ROWS, Sketch};

#[test]
fn one_structure_becomes_another_and_rows_stay() {
    let trials = std::env::var("ORM_TEST_STRUCTURES").ok().and_then(|number| number.parse().ok()).unwrap_or(60);
    for &engine in ENGINES {
        for seed in 0..trials {
            // The schemas of a thread are dropped when it ends.
            let tried = std::thread::spawn(move || trial(engine, seed)).join();
            tried.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    }
}

fn trial(engine: Engine, seed: u64) {
    let mut sketch = Sketch::new(engine, seed);
    let before = sketch.structure();
    let after = sketch.changed(&before);
    let told = || format!("{engine:?}, seed {seed}:\n{:#?}", changes(&before, &after));

    let db = empty(engine);
    // Tables may refer to each other, so references are set after the rows are inserted.
    let mut bare = before.clone();
    bare.tables.iter_mut().for_each(|table| table.foreign_keys.clear());
    run_each(&db, &engine.create_sql(&bare));
    fill(&db, &bare);
    run_all(&db, &engine.scripts(&bare, &before));
    let scripts = engine.scripts(&before, &after);
    run_all(&db, &scripts);
    let fresh = empty(engine);
    run_each(&fresh, &engine.create_sql(&after));

    if format!("{engine:?}") == "Postgres" {
        let unchecked = "SELECT count(*) FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace";
        let unchecked = sql(unchecked).tuples::<(i64,)>(&db).expect("they are counted");
        assert_eq!(unchecked, [(0,)], "constraints were never validated: {scripts:#?}");
    }
    let [migrated, wanted] = [&db, &fresh].map(|db| db.schema().expect("it is read"));
    let left: Vec<SchemaChange> =
        changes(&migrated, &wanted).into_iter().filter(|change| !is_of_names(engine, change)).collect();
    assert!(left.is_empty(), "{left:#?} is left of {}\n{scripts:#?}", told());
    assert_eq!(engine.differences(&after, &migrated), [], "{}", told());
    for table in &after.tables {
        let from = table.renamed_from.as_deref().unwrap_or(&table.name.name);
        if let Some(old) = before.tables.iter().find(|old| old.name.name == from) {
            compare(&db, old, table, &told);
        }
    }
}

/// SQLite cannot rename constraints, and nothing uses their names.
fn is_of_names(engine: Engine, change: &SchemaChange) -> bool {
    let SchemaChange::Alter(alteration) = change else { return false };
    format!("{engine:?}") == "Sqlite"
        && alteration.steps.iter().all(|step| matches!(step, Step::RenameConstraint { .. }))
}

fn fill(db: &Db, schema: &Schema) {
    for table in &schema.tables {
        let columns: Vec<&ColumnSchema> = table.columns.iter().filter(|column| column.generated.is_none()).collect();
        let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let (name, names) = (&table.name.name, names.join(", "));
        for row in 1..=ROWS {
            let values: Vec<String> = columns.iter().map(|column| value(column, row)).collect();
            run(db, &format!("INSERT INTO \"{name}\" ({names}) VALUES ({})", values.join(", ")));
        }
    }
}

/// The value of a row in a column, in SQL.
fn value(column: &ColumnSchema, row: i64) -> String {
    if column.name.starts_with('o') && row == 2 {
        return "NULL".to_owned();
    }
    if column.sql_type.eq_ignore_ascii_case("text") { format!("'v{row}'") } else { row.to_string() }
}

/// Compares the rows with the original rows, and with the defaults in new columns.
fn compare(db: &Db, before: &Table, after: &Table, told: &dyn Fn() -> String) {
    for column in after.columns.iter().filter(|column| column.generated.is_none()) {
        let from = column.renamed_from.as_deref().unwrap_or(&column.name);
        let old = before.column(from);
        let expected = |row: i64| match old {
            Some(old) => value(old, row),
            None => column.default.clone().unwrap_or_else(|| "NULL".to_owned()),
        };
        let expected: Vec<String> = (1..=ROWS).map(|row| expected(row).replace("''", "'")).collect();
        let select = format!(
            "SELECT coalesce(CAST(\"{}\" AS text), 'NULL') FROM \"{}\" ORDER BY id",
            column.name, after.name.name
        );
        let found = sql(TrustedSql(select)).tuples::<(String,)>(db).expect("it is read");
        let found: Vec<String> = found.into_iter().map(|(value,)| value).collect();
        let expected: Vec<&str> = expected.iter().map(|value| unquoted(value)).collect();
        assert_eq!(found, expected, "{}.{} of {}", after.name, column.name, told());
    }
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value)
}
