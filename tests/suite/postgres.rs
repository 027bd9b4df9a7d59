//! What PostgreSQL alone does: its types, its names, its collations, its schemas, and how it runs what we send.

use orm::{Db, Mismatched, Model, Result, TrustedSql, insert_many, sql};

use crate::database::db;
use crate::subjects::support::{Course, Department, Enrollment, NewDepartment, Student, empty_university, university};

fn law() -> NewDepartment {
    NewDepartment { name: "Law".into() }
}

/// Runs statements of the test's own.
fn run<const N: usize>(db: &Db, statements: [&'static str; N]) -> Result<()> {
    statements.into_iter().try_for_each(|statement| sql(statement).execute(db).map(|_| ()))
}

/// How the server runs a statement, for the keys 1 and 2.
fn explain(db: &Db, statement: &str) -> String {
    let statement = statement.replace("$1", "'{1,2}'").replace("$2", "'3'");
    let lines = sql(TrustedSql(format!("EXPLAIN (COSTS OFF) {statement}"))).tuples::<(String,)>(db);
    lines.expect("the statement is explained").into_iter().map(|(line,)| line + "\n").collect()
}

#[test]
fn keys_that_are_given_do_not_move_those_that_are_assigned() -> Result<()> {
    let db = empty_university();
    Department { id: 17, name: "Law".into() }.insert(&db)?;
    assert_eq!(law().insert(&db)?.id, 1);
    Ok(())
}

#[test]
fn an_error_inside_ends_a_transaction() -> Result<()> {
    let db = university();
    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert!(Department { id: 1, name: "Twice".into() }.insert(&transaction).unwrap_err().is_unique_violation());
    let error = Department::find(&transaction, 99).unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    let error = transaction.commit().unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    assert_eq!(Department::query().count(&db)?, 3);

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    let part = transaction.transaction(|part| Department { id: 1, name: "Twice".into() }.insert(part));
    assert!(part.unwrap_err().is_unique_violation());
    transaction.commit()?;
    assert_eq!(Department::query().count(&db)?, 4, "what fails in a part of its own ends that alone");
    Ok(())
}

#[test]
fn text_with_a_nul_is_refused() -> Result<()> {
    let db = empty_university();
    let error = NewDepartment { name: "a\0b".into() }.insert(&db).unwrap_err();
    assert!(error.is_encode(), "{error}");
    assert!(Department::query().filter(Department::name().eq("a\0b")).all(&db).unwrap_err().is_encode());
    assert!(Department::query().filter(Department::name().in_(["a\0b"])).all(&db).unwrap_err().is_encode());
    assert_eq!(Department::query().count(&db)?, 0);
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "departments")]
#[has_many(courses: Course, foreign_key = department_id)]
struct Named {
    id: i64,
    name: String,
}

#[test]
fn a_foreign_key_of_another_kind_is_an_error_in_both_forms() -> Result<()> {
    #[derive(Model)]
    #[model(table = "courses")]
    struct TextCourse {
        id: i64,
        title: String,
        department_id: String,
    }
    let db = db();
    db.create_tables::<(Department, TextCourse)>()?;
    law().insert(&db)?;
    NewTextCourse { title: "T".into(), department_id: "1".into() }.insert(&db)?;
    let whole = Named::query().prefetch(Named::courses()).all(&db).unwrap_err();
    assert_eq!((whole.table(), whole.column()), (Some("courses"), Some("department_id")), "{whole}");
    let by_key = Named::query().filter(Named::id().gt(0)).prefetch(Named::courses()).all(&db).unwrap_err();
    assert_eq!(by_key.sqlstate(), Some("42883"), "{by_key}");
    let differences = db.check::<Course>()?;
    assert!(differences[0].to_string().contains("`courses.department_id` is `text`, where `bigint` is expected"));
    Ok(())
}

#[test]
fn names_that_would_be_cut_are_refused() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "a_table_with_a_name_of_sixty_three_bytes_which_is_all_that_fits")]
    struct Fits {
        id: i64,
        #[model(index)]
        a_name_of_a_column_that_is_rather_long: i64,
        #[model(index)]
        another_name_of_a_column_that_is_long: i64,
    }
    #[derive(Model, Debug)]
    #[model(table = "short")]
    struct Long {
        id: i64,
        #[model(column = "a_column_with_a_name_of_more_than_sixty_three_bytes_that_ends_in_one")]
        one: i64,
        #[model(column = "a_column_with_a_name_of_more_than_sixty_three_bytes_that_ends_in_two")]
        two: i64,
    }
    let db = db();
    db.create_tables::<Fits>()?;
    db.create_tables::<Fits>()?;
    NewFits { a_name_of_a_column_that_is_rather_long: 1, another_name_of_a_column_that_is_long: 2 }.insert(&db)?;
    let indexes = sql("SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema()").tuples::<(i64,)>(&db)?;
    assert_eq!(indexes, [(3,)], "each index has a name of its own");
    assert_eq!(db.check::<Fits>()?, []);

    for error in [
        db.create_tables::<Long>().unwrap_err(),
        Long::query().all(&db).unwrap_err(),
        NewLong { one: 1, two: 2 }.insert(&db).unwrap_err(),
    ] {
        assert!(error.is_invalid());
        assert!(error.to_string().ends_with("that_ends_in_one` has 68 bytes, and PostgreSQL takes 63"), "{error}");
    }
    let differences = db.check::<Long>()?;
    assert_eq!(differences.len(), 2);
    assert!(matches!(&differences[1].what, Mismatched::LongName { most: 63, .. }), "{differences:?}");
    assert!(differences[0].to_string().ends_with("has 68 bytes, and the database takes 63"));
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(schema = "orm_suite \"apart\"")]
#[has_many(entries: Entry)]
#[many_to_many(tags: Tag, through = "journal_tags")]
struct Journal {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(schema = "orm_suite \"apart\"")]
struct Entry {
    id: i64,
    #[belongs_to(journal: Journal, on_delete = cascade)]
    journal_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Tag {
    id: i64,
}

#[test]
fn tables_in_a_schema_of_their_own() -> Result<()> {
    let db = db();
    run(&db, ["DROP SCHEMA IF EXISTS \"orm_suite \"\"apart\"\"\" CASCADE"])?;
    // A table of the same name that is found first does not matter.
    run(&db, ["CREATE TABLE journals (id text)"])?;
    db.create_tables::<(Journal, Entry, Tag)>()?;
    db.create_tables::<(Journal, Entry, Tag)>()?;
    assert_eq!(db.check::<(Journal, Entry)>()?, []);
    let journal = NewJournal { name: "a".into() }.insert(&db)?;
    insert_many(&db, (0..9).map(|_| NewEntry { journal_id: journal.id }))?;
    let tag = NewTag {}.insert(&db)?;
    Journal::tags().link(&db, &journal, [&tag])?;
    for limit in [20, 3] {
        let query = Journal::query().prefetch(Journal::entries().limit(limit)).prefetch(Journal::tags());
        let found = query.all(&db)?;
        assert_eq!(found[0].entries().len(), 9.min(usize::try_from(limit).unwrap_or(9)));
        assert_eq!(found[0].tags().to_vec(), std::slice::from_ref(&tag));
    }
    let plan = Journal::query().prefetch(Journal::entries().limit(3)).plan(&db).to_string();
    assert!(plan.contains("LATERAL"), "the index is found: {plan}");
    journal.delete(&db)?;
    assert_eq!(Entry::query().count(&db)?, 0);
    run(&db, ["DROP SCHEMA \"orm_suite \"\"apart\"\"\" CASCADE"])
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(members: Member, foreign_key = club)]
#[many_to_many(fans: Fan, through = "fan_clubs", left = "club", right = "fan")]
struct Club {
    #[model(primary_key)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Member {
    id: i64,
    #[belongs_to(in_club: Club)]
    club: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Fan {
    #[model(primary_key)]
    id: String,
}

/// Members, sorted, of each club.
fn members(db: &Db) -> Result<Vec<(String, Vec<i64>)>> {
    let clubs = Club::query().order_by(Club::name().asc()).prefetch(Club::members()).all(db)?;
    Ok(clubs.iter().map(|club| (club.name.clone(), club.members().iter().map(|member| member.id).collect())).collect())
}

#[test]
fn rows_are_grouped_as_the_collation_of_their_column_matched_them() -> Result<()> {
    let db = db();
    run(
        &db,
        [
            "CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
            "CREATE TABLE clubs (name text COLLATE no_case PRIMARY KEY)",
            "CREATE TABLE members (id bigint PRIMARY KEY, club text COLLATE no_case NOT NULL REFERENCES clubs)",
            "CREATE INDEX ON members (club)",
            "INSERT INTO clubs VALUES ('Rowing'), ('Chess')",
            "INSERT INTO members VALUES (1, 'rowing'), (2, 'ROWING'), (3, 'Chess')",
        ],
    )?;
    let expected = [("Chess".to_owned(), vec![3]), ("Rowing".to_owned(), vec![1, 2])];
    assert_eq!(members(&db)?, expected);
    let all = Member::query().prefetch(Member::in_club()).all(&db)?;
    assert_eq!(
        all.iter().map(|member| member.in_club().name.as_str()).collect::<Vec<_>>(),
        ["Rowing", "Rowing", "Chess"]
    );
    let limited = Club::query().prefetch(Club::members().limit(1)).all(&db)?;
    assert!(limited.iter().all(|club| club.members().len() == 1));
    assert_eq!(Club::query().filter(Club::name().eq("rowing")).count(&db)?, 1);
    assert_eq!(Club::query().filter(Club::name().in_(["rowing", "CHESS"])).count(&db)?, 2);
    assert_eq!(Club::query().filter(Club::name().starts_with("row")).count(&db)?, 1);
    Ok(())
}

#[test]
fn padded_text_and_domains_and_enums_are_keys() -> Result<()> {
    for column in ["char(10)", "varchar(10)", "word", "suit"] {
        let db = db();
        run(&db, ["CREATE DOMAIN word AS text CHECK (value <> '')", "CREATE TYPE suit AS ENUM ('clubs', 'spades')"])?;
        let statements = [
            format!("CREATE TABLE clubs (name {column} PRIMARY KEY)"),
            format!("CREATE TABLE members (id bigint PRIMARY KEY, club {column} NOT NULL REFERENCES clubs)"),
            "CREATE INDEX ON members (club)".to_owned(),
            "INSERT INTO clubs VALUES ('clubs'), ('spades')".to_owned(),
            "INSERT INTO members VALUES (1, 'clubs'), (2, 'spades'), (3, 'clubs')".to_owned(),
        ];
        for statement in statements {
            sql(TrustedSql(statement)).execute(&db)?;
        }
        assert_eq!(db.check::<(Club, Member)>()?, [], "{column}");
        let found = members(&db)?;
        assert_eq!(found.iter().map(|(_, ids)| ids.clone()).collect::<Vec<_>>(), [vec![1, 3], vec![2]], "{column}");
        let of_one = Club::query().filter(Club::name().eq("spades")).prefetch(Club::members()).all(&db)?;
        assert_eq!(of_one[0].members().len(), 1, "{column}");
        assert_eq!(Club::query().filter(Club::name().in_(["spades"])).count(&db)?, 1, "{column}");
        Member { id: 4, club: of_one[0].name.clone() }.insert(&db)?;
    }
    Ok(())
}

#[test]
fn text_is_ordered_by_its_bytes() -> Result<()> {
    let db = empty_university();
    for name in ["b", "a", "B", "\u{e4}", "", "_", "A"] {
        NewDepartment { name: name.into() }.insert(&db)?;
    }
    let rows = Department::query().order_by(Department::name().asc()).all(&db)?;
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["", "A", "B", "_", "a", "b", "\u{e4}"]);
    Ok(())
}

/// A university of 50 departments with 200 courses each, and 2,000 students with ten.
fn large_university() -> Result<Db> {
    let db = empty_university();
    run(
        &db,
        [
            "INSERT INTO departments (name) SELECT 'D' || i FROM generate_series(1, 50) AS i",
            "INSERT INTO courses (title, department_id) SELECT 'C' || i, i % 50 + 1 FROM generate_series(1, 10000) AS i",
            "INSERT INTO students (first_name, last_name) SELECT '', 'S' || i FROM generate_series(1, 2000) AS i",
            "INSERT INTO enrollments SELECT i / 10 + 1, i * 7 % 10000 + 1 FROM generate_series(0, 19999) AS i",
            "CREATE INDEX ON courses (department_id, title)",
            "ANALYZE",
        ],
    )?;
    Ok(db)
}

/// The plan of the statement that loads the relation of a query.
fn plan_of(db: &Db, run: impl FnOnce() -> Result<()>) -> Result<String> {
    let recording = db.record();
    run()?;
    let plan = explain(db, &recording.statements()[1]);
    assert!(!plan.contains("Seq Scan"), "{plan}");
    Ok(plan)
}

#[test]
fn the_statements_of_relations_take_indexes() -> Result<()> {
    let db = large_university()?;
    let departments = || Department::query().filter(Department::id().le(2));
    let students = || Student::query().filter(Student::id().le(2));
    let plan = plan_of(&db, || departments().prefetch(Department::courses()).all(&db).map(|_| ()))?;
    assert!(plan.contains("courses_department_id_title_idx"), "{plan}");

    // The last by title are read from the end of the index, and no others.
    let last = || Department::courses().order_by(Course::title().desc()).limit(3);
    let plan = plan_of(&db, || departments().prefetch(last()).all(&db).map(|_| ()))?;
    let steps = ["Limit", "Index Scan Backward using courses_department_id_title_idx"];
    assert!(steps.iter().all(|step| plan.contains(step)), "{plan}");

    let plan = plan_of(&db, || students().prefetch(Student::courses()).all(&db).map(|_| ()))?;
    assert_eq!(plan.matches("enrollments_pkey").count(), 1, "the links are read once: {plan}");
    assert_eq!(plan.matches("courses_pkey").count(), 1, "{plan}");

    let plan = plan_of(&db, || students().prefetch(Student::courses().limit(3)).all(&db).map(|_| ()))?;
    let steps = ["Limit", "enrollments_pkey", "courses_pkey"];
    assert!(steps.iter().all(|step| plan.contains(step)), "{plan}");
    Ok(())
}

#[test]
fn limits_number_the_rows_where_no_index_finds_them() -> Result<()> {
    let db = university();
    let plan = |db: &Db| Department::query().prefetch(Department::courses().limit(1)).plan(db).to_string();
    assert!(plan(&db).contains("LATERAL"));
    run(&db, ["DROP INDEX courses__department_id", "CREATE INDEX ON courses (title, department_id)"])?;
    run(
        &db,
        [
            "CREATE INDEX ON courses (department_id) WHERE id > 1",
            "CREATE INDEX ON courses (lower(title), department_id)",
        ],
    )?;
    let _ = db.check::<Course>()?;
    assert!(plan(&db).contains("row_number()"));
    let limited = Department::query().prefetch(Department::courses().limit(1)).all(&db)?;
    assert_eq!(limited.iter().map(|row| row.courses().len()).collect::<Vec<_>>(), [1, 1, 0]);
    Ok(())
}

#[test]
fn links_that_stand_twice_count_twice_within_a_limit() -> Result<()> {
    let db = university();
    run(&db, ["ALTER TABLE enrollments DROP CONSTRAINT enrollments_pkey", "CREATE INDEX ON enrollments (student_id)"])?;
    Enrollment { student_id: 1, course_id: 2 }.insert(&db)?;
    let query = Student::query().prefetch(Student::courses().order_by(Course::id().desc()).limit(2));
    assert!(query.plan(&db).to_string().contains("LATERAL"));
    let students = query.all(&db)?;
    let courses = |at: usize| students[at].courses().iter().map(|course| course.id).collect::<Vec<_>>();
    assert_eq!((courses(0), courses(1), courses(2)), (vec![2, 2], vec![3, 2], vec![]));
    Ok(())
}
