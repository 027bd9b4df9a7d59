//! The differences between two structures, computed without a database.

use orm::structure::{Action, ColumnSchema, Generated, Index, Name, Schema, Table, Term};
use orm::{Engine, Model};

use crate::databases::{ENGINES, empty, run_each};
use crate::sketch::Sketch;

#[derive(Model)]
struct Department {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
#[model(index(born, name))]
struct Student {
    id: i64,
    name: String,
    born: Option<i64>,
    #[model(db_default = 0, check = "credits >= 0")]
    credits: i64,
    #[model(generated = "credits * 30")]
    hours: i64,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

fn wanted(engine: Engine) -> Schema {
    engine.schema::<(Department, Student)>()
}

/// The differences after a change of the students' table, without the statements that fix them.
fn lacking(change: impl Fn(&mut Table)) -> Vec<String> {
    let of_engine = |&engine: &Engine| -> Vec<String> {
        let wanted = wanted(engine);
        let mut found = wanted.clone();
        change(table(&mut found, "students"));
        let differences = engine.differences(&wanted, &found);
        let text = |text: String| text.split("; to fix it").next().unwrap_or_default().to_owned();
        differences.iter().map(|difference| text(difference.to_string())).collect()
    };
    let all: Vec<Vec<String>> = ENGINES.iter().map(of_engine).collect();
    assert!(all.iter().all(|lacking| *lacking == all[0]), "{all:#?}");
    all[0].clone()
}

fn table<'s>(schema: &'s mut Schema, name: &str) -> &'s mut Table {
    schema.tables.iter_mut().find(|table| table.name.name == name).expect("it is there")
}

fn column(table: &mut Table, name: &str, change: impl Fn(&mut ColumnSchema)) {
    table.columns.iter_mut().filter(|column| column.name == name).for_each(change);
}

#[test]
fn a_structure_lacks_nothing_of_itself() {
    for &engine in ENGINES {
        assert_eq!(engine.differences(&wanted(engine), &wanted(engine)), []);
        for seed in 0..30 {
            let structure = Sketch::new(engine, seed).structure();
            assert_eq!(engine.differences(&structure, &structure), [], "{engine:?}, seed {seed}: {structure:#?}");
        }
    }
}

#[test]
fn what_a_column_lacks_is_told() {
    let told = lacking(|table| table.columns.retain(|column| column.name != "born"));
    assert_eq!(told, ["`students`: table `students` has no column `born`"]);
    let told = lacking(|table| column(table, "name", |column| column.nullable = true));
    assert_eq!(told, ["`students`: column `students.name` may be NULL, and the field is not an `Option`"]);
    let told = lacking(|table| column(table, "born", |column| column.nullable = false));
    assert_eq!(told, ["`students`: column `students.born` must not be NULL, and the field is an `Option`"]);
    let told = lacking(|table| column(table, "credits", |column| column.default = Some("'1'".to_owned())));
    assert_eq!(told, ["`students`: column `students.credits` has the default `'1'`, where `0` is expected"]);
    let told = lacking(|table| column(table, "credits", |column| column.default = Some("('0'::bigint)".to_owned())));
    assert_eq!(told, [""; 0], "it is the same number");
    let told = lacking(|table| column(table, "hours", |column| column.generated = None));
    assert_eq!(told, ["`students`: column `students.hours` is not generated, and the model never writes it"]);
    let generated = || Some(Generated { expression: "1".to_owned(), stored: true });
    let told = lacking(|table| column(table, "name", |column| column.generated = generated()));
    assert_eq!(told, ["`students`: column `students.name` is generated; write `#[model(generated)]` on the field"]);
}

#[test]
fn keys_conditions_and_indexes_that_are_lacking_are_told() {
    let told = lacking(|table| table.primary_key.clear());
    assert_eq!(told, ["`students`: the primary key of table `students` is missing, where (id) is expected"]);
    let told = lacking(|table| table.checks.clear());
    assert_eq!(told, ["`students`: table `students` has no `CHECK (credits >= 0)`"]);
    let told = lacking(|table| table.checks[0].condition = "(\"credits\" >= 0)".to_owned());
    assert_eq!(told, [""; 0]);
    let told = lacking(|table| table.indexes.clear());
    let of = |columns: &str| format!("`students`: no index of table `students` begins with {columns}");
    assert_eq!(told, [of("born, name"), of("department_id")]);
    let more = Index { terms: vec![Term::column("department_id"), Term::column("id")], ..Index::default() };
    let told = lacking(|table| table.indexes[1] = more.clone());
    assert_eq!(told, [""; 0], "it begins with the column");
    let partial = Index { condition: Some("true".to_owned()), ..more.clone() };
    assert_eq!(lacking(|table| table.indexes[1] = partial.clone()), [of("department_id")]);
}

#[test]
fn a_unique_index_is_as_good_as_a_constraint() {
    for &engine in ENGINES {
        let wanted = wanted(engine);
        let mut found = wanted.clone();
        table(&mut found, "departments").unique.clear();
        let expected = "`departments`: table `departments` has no unique key of (name); to fix it: \
                        CREATE UNIQUE INDEX \"departments__name__key\" ON \"departments\" (\"name\")";
        let told: Vec<String> = engine.differences(&wanted, &found).iter().map(ToString::to_string).collect();
        assert_eq!(told, [expected]);
        let index = Index { unique: true, terms: vec![Term::column("name")], ..Index::default() };
        table(&mut found, "departments").indexes.push(index);
        assert_eq!(engine.differences(&wanted, &found), []);
        // The model requires the same structure, and a constraint exists.
        assert_eq!(engine.differences(&found, &wanted), []);
    }
}

#[test]
fn foreign_keys_that_are_lacking_are_told() {
    let told = lacking(|table| table.foreign_keys.clear());
    assert_eq!(told, ["`students`: table `students` has no foreign key from (department_id) to `departments` (id)"]);
    let told = lacking(|table| table.foreign_keys[0].on_delete = Action::Cascade);
    let expected =
        "`students`: the foreign key from `students` (department_id) is ON DELETE CASCADE, where SET NULL is expected";
    assert_eq!(told, [expected]);
    let told = lacking(|table| table.foreign_keys[0].table = Name::new(None, "students"));
    let expected = "`students`: the foreign key from `students` (department_id) refers to `students` (id), where \
                    `departments` (id) is expected";
    assert_eq!(told, [expected]);
    let told = lacking(|table| table.foreign_keys[0].references.clear());
    assert_eq!(told, [""; 0], "the primary key is meant");
}

#[test]
fn a_missing_table_is_told_with_its_statement_and_a_view_has_columns_alone() {
    for &engine in ENGINES {
        let wanted = wanted(engine);
        let told: Vec<String> =
            engine.differences(&wanted, &Schema::default()).iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2);
        assert!(told[0].starts_with("`departments`: the database has no table `departments`; to fix it: CREATE TABLE"));
        let mut found = wanted.clone();
        found.views.push(Name::new(None, "students"));
        let students = table(&mut found, "students");
        *students = Table { name: students.name.clone(), columns: students.columns.clone(), ..Table::default() };
        assert_eq!(engine.differences(&wanted, &found), []);
        table(&mut found, "students").columns.retain(|column| column.name != "born");
        let told: Vec<String> = engine.differences(&wanted, &found).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["`students`: table `students` has no column `born`"]);
        // A database may return only its name.
        found.tables.retain(|table| table.name.name != "students");
        assert_eq!(engine.differences(&wanted, &found), []);
    }
}

/// A structure that a database created has no differences from the original, whatever form the database reports.
#[test]
fn a_database_lacks_nothing_of_the_structure_that_made_it() {
    for &engine in ENGINES {
        let db = empty(engine);
        run_each(&db, &engine.create_sql(&wanted(engine)));
        assert_eq!(engine.differences(&wanted(engine), &db.schema().expect("it is read")), [], "{engine:?}");
    }
}
