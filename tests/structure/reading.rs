//! The structure that is read from a database contains what models require, and everything else.

use orm::structure::{
    Action, Check, ColumnSchema, Enum, ForeignKey, Generated, Index, Name, Table, Term, Unique, changes,
};
use orm::{Engine, Model};

use crate::databases::{ENGINES, empty, run, run_each};

#[derive(Model)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
#[model(unique(name, department_id), check = "credits < 1000")]
#[many_to_many(courses: Course, through = "enrollments")]
struct Student {
    id: i64,
    name: String,
    #[model(db_default = 0, check = "credits >= 0")]
    credits: i64,
    email: Option<String>,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

#[derive(Model)]
struct Course {
    id: i64,
    title: String,
}

type Models = (Department, Student, Course);

/// Two databases, created from models and from their structure, have no differences.
#[test]
fn models_become_tables_in_two_ways() {
    for &engine in ENGINES {
        let (by_models, by_structure) = (empty(engine), empty(engine));
        by_models.create_tables::<Models>().expect("the tables are created");
        run_each(&by_structure, &engine.create_sql(&engine.schema::<Models>()));
        let [one, other] = [by_models, by_structure].map(|db| db.schema().expect("it is read"));
        let with_nameless_keys = |mut table: Table| {
            table.unique.iter_mut().for_each(|unique| unique.name = None);
            table.foreign_keys.iter_mut().for_each(|key| key.name = None);
            table
        };
        let tables = |schema: orm::Schema| schema.tables.into_iter().map(with_nameless_keys).collect::<Vec<_>>();
        assert_eq!(tables(one), tables(other), "{engine:?}");
    }
}

#[test]
fn what_a_model_asks_for_is_what_is_read() {
    for &engine in ENGINES {
        let db = empty(engine);
        run_each(&db, &engine.create_sql(&engine.schema::<Models>()));
        let (read, wanted) = (db.schema().expect("it is read"), engine.schema::<Models>());
        let names: Vec<&str> = read.tables.iter().map(|table| &*table.name.name).collect();
        assert_eq!(names, ["courses", "departments", "enrollments", "students"]);
        for table in &wanted.tables {
            let found = read.table(&table.name).expect("it is there");
            let of = |table: &Table| {
                let columns: Vec<(String, bool)> =
                    table.columns.iter().map(|column| (column.name.clone(), column.nullable)).collect();
                let keys: Vec<_> =
                    table.foreign_keys.iter().map(|key| (key.columns.clone(), key.on_delete.words())).collect();
                let indexes: Vec<_> =
                    table.indexes.iter().map(|index| (index.name.clone(), index.terms.clone())).collect();
                let unique: Vec<_> = table.unique.iter().map(|unique| unique.columns.clone()).collect();
                (
                    columns,
                    table.primary_key.clone(),
                    sorted(keys),
                    indexes,
                    sorted(unique),
                    table.checks.len(),
                    table.without_rowid,
                )
            };
            assert_eq!(of(found), of(table), "{engine:?}");
        }
        assert!(changes(&wanted, &wanted).is_empty());
    }
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

#[cfg(feature = "sqlite")]
#[test]
fn a_table_of_sqlite_is_read_as_it_was_written() {
    let db = empty(Engine::Sqlite);
    run(
        &db,
        "CREATE TABLE \"order\" (
             id INTEGER PRIMARY KEY AUTOINCREMENT,
             code TEXT NOT NULL COLLATE NOCASE UNIQUE,
             price REAL DEFAULT 1.5 CONSTRAINT positive CHECK (price > 0),
             total REAL GENERATED ALWAYS AS (price * 2) VIRTUAL,
             parent INTEGER REFERENCES \"order\" ON DELETE CASCADE ON UPDATE SET NULL
         ) STRICT",
    );
    run(&db, "CREATE UNIQUE INDEX by_price ON \"order\" (price DESC, lower(code)) WHERE price > 1");
    run(&db, "CREATE VIEW cheap AS SELECT * FROM \"order\" WHERE price < 1");
    let schema = db.schema().expect("it is read");
    assert_eq!(schema.views, [Name::new(None, "cheap")]);
    let column = |name: &str, sql_type: &str, nullable| ColumnSchema {
        name: name.to_owned(),
        sql_type: sql_type.to_owned(),
        nullable,
        ..ColumnSchema::default()
    };
    let term = |value: &str, is_expression, order: Option<&str>| Term {
        value: value.to_owned(),
        is_expression,
        order: order.map(str::to_owned),
    };
    let expected = Table {
        name: Name::new(None, "order"),
        columns: vec![
            ColumnSchema { assigned: Some("AUTOINCREMENT".to_owned()), ..column("id", "INTEGER", false) },
            ColumnSchema { collation: Some("NOCASE".to_owned()), ..column("code", "TEXT", false) },
            ColumnSchema { default: Some("1.5".to_owned()), ..column("price", "REAL", true) },
            ColumnSchema {
                generated: Some(Generated { expression: "price * 2".to_owned(), stored: false }),
                ..column("total", "REAL", true)
            },
            column("parent", "INTEGER", true),
        ],
        primary_key: vec!["id".to_owned()],
        unique: vec![Unique { name: None, columns: vec!["code".to_owned()] }],
        foreign_keys: vec![ForeignKey {
            name: None,
            columns: vec!["parent".to_owned()],
            table: Name::new(None, "order"),
            references: Vec::new(),
            on_delete: Action::Cascade,
            on_update: Action::SetNull,
        }],
        checks: vec![Check {
            name: Some("positive".to_owned()),
            column: Some("price".to_owned()),
            condition: "price > 0".to_owned(),
        }],
        indexes: vec![Index {
            name: "by_price".to_owned(),
            terms: vec![term("price", false, Some("DESC")), term("lower(code)", true, None)],
            unique: true,
            condition: Some("price > 1".to_owned()),
            ..Index::default()
        }],
        strict: true,
        ..Table::default()
    };
    assert_eq!(schema.tables, [expected]);
    // The structure that was read is written again unchanged.
    let again = empty(Engine::Sqlite);
    run_each(&again, &Engine::Sqlite.create_sql(&schema));
    assert_eq!(again.schema().expect("it is read").tables, schema.tables);
}

#[cfg(feature = "postgres")]
#[test]
fn a_table_of_postgresql_is_read_as_it_was_written() {
    let db = empty(Engine::Postgres);
    run(&db, "CREATE TYPE mood AS ENUM ('sad', 'happy')");
    run(
        &db,
        "CREATE TABLE \"order\" (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             code varchar(20) COLLATE \"C\" NOT NULL CONSTRAINT one_code UNIQUE,
             feels mood NOT NULL DEFAULT 'sad',
             price numeric(10,2) DEFAULT 1.5 CONSTRAINT positive CHECK (price > 0),
             total numeric GENERATED ALWAYS AS (price * 2) STORED,
             parent bigint CONSTRAINT up REFERENCES \"order\" ON DELETE CASCADE ON UPDATE SET NULL
         )",
    );
    run(&db, "COMMENT ON TABLE \"order\" IS 'What was ordered'");
    run(&db, "COMMENT ON COLUMN \"order\".code IS 'Printed on the bill'");
    run(
        &db,
        "CREATE UNIQUE INDEX by_price ON \"order\" (price DESC, lower(code) text_pattern_ops) INCLUDE (parent) WHERE price > 1",
    );
    run(&db, "CREATE INDEX by_feeling ON \"order\" USING hash (feels)");
    run(&db, "CREATE VIEW cheap AS SELECT * FROM \"order\" WHERE price < 1");
    let schema = db.schema().expect("it is read");
    assert_eq!(schema.views, [Name::new(None, "cheap")]);
    let values = ["sad", "happy"].map(str::to_owned).to_vec();
    assert_eq!(schema.enums, [Enum { name: Name::new(None, "mood"), values }]);
    let [table] = &schema.tables[..] else { panic!("{schema:#?}") };
    assert_eq!((table.name.to_string(), table.comment.as_deref()), ("order".to_owned(), Some("What was ordered")));
    let columns: Vec<(&str, &str, bool)> =
        table.columns.iter().map(|column| (&*column.name, &*column.sql_type, column.nullable)).collect();
    let expected = [
        ("id", "bigint", false),
        ("code", "character varying(20)", false),
        ("feels", "mood", false),
        ("price", "numeric(10,2)", true),
        ("total", "numeric", true),
        ("parent", "bigint", true),
    ];
    assert_eq!(columns, expected);
    let of = |name: &str| table.column(name).expect("it is there");
    assert_eq!(of("id").assigned.as_deref(), Some("GENERATED ALWAYS AS IDENTITY"));
    assert_eq!(of("code").collation.as_deref(), Some("C"));
    assert_eq!(of("code").comment.as_deref(), Some("Printed on the bill"));
    assert_eq!(of("feels").default.as_deref(), Some("'sad'::mood"));
    let generated = of("total").generated.as_ref().expect("it is generated");
    assert_eq!((&*generated.expression, generated.stored), ("(price * (2)::numeric)", true));
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(table.unique, [Unique { name: named("one_code"), columns: vec!["code".to_owned()] }]);
    let key = ForeignKey {
        name: named("up"),
        columns: vec!["parent".to_owned()],
        table: Name::new(None, "order"),
        references: vec!["id".to_owned()],
        on_delete: Action::Cascade,
        on_update: Action::SetNull,
    };
    assert_eq!(table.foreign_keys, [key]);
    let condition = "(price > (0)::numeric)".to_owned();
    assert_eq!(table.checks, [Check { name: named("positive"), column: None, condition }]);
    let [feeling, price] = &table.indexes[..] else { panic!("{table:#?}") };
    assert_eq!((&*feeling.name, feeling.method.as_deref(), feeling.terms.len()), ("by_feeling", Some("hash"), 1));
    let term = |value: &str, is_expression, order: Option<&str>| Term {
        value: value.to_owned(),
        is_expression,
        order: order.map(str::to_owned),
    };
    let terms = [term("price", false, Some("DESC")), term("lower((code)::text)", true, Some("text_pattern_ops"))];
    assert_eq!((&price.terms[..], price.unique), (&terms[..], true));
    assert_eq!(price.options.as_deref(), Some("INCLUDE (parent)"));
    assert_eq!(price.condition.as_deref(), Some("(price > (1)::numeric)"));
    // The structure that was read is written again unchanged.
    let again = empty(Engine::Postgres);
    run(&again, "CREATE TYPE mood AS ENUM ('sad', 'happy')");
    run_each(&again, &Engine::Postgres.create_sql(&schema));
    let read = again.schema().expect("it is read");
    assert!(changes(&read, &schema).is_empty(), "{:#?}", changes(&read, &schema));
}
