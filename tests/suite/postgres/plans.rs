//! How the server runs the statements of relations.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orm::{Condition, Db, Model, Result, StatementKind, TrustedSql, sql};

use crate::database::db;
use crate::schemas::university::{Course, Department, Enrollment, Student, empty_university, university};

use super::run;

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

/// How the server runs a statement, for the keys 1 and 2.
fn explain(db: &Db, statement: &str) -> String {
    let statement = statement.replace("$1", "'{1,2}'").replace("$2", "'3'");
    let lines = sql(TrustedSql(format!("EXPLAIN (COSTS OFF) {statement}"))).tuples::<(String,)>(db);
    lines.expect("the statement is explained").into_iter().map(|(line,)| line + "\n").collect()
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
    assert_eq!(plan.matches("enrollments_pkey").count(), 1, "the links of few students are read once: {plan}");
    assert_eq!(plan.matches("courses_pkey").count(), 1, "{plan}");
    let many = Student::query().filter(Student::id().le(501)).prefetch(Student::courses());
    let recording = db.record();
    many.all(&db)?;
    let plan = explain(&db, &recording.statements()[1]);
    assert_eq!(
        plan.matches("enrollments_pkey").count(),
        2,
        "those of many are read for themselves, and for the rows: {plan}"
    );
    assert_eq!(plan.matches("courses_pkey").count(), 1, "{plan}");

    let plan = plan_of(&db, || students().prefetch(Student::courses().limit(3)).all(&db).map(|_| ()))?;
    let steps = ["Limit", "enrollments_pkey", "courses_pkey"];
    assert!(steps.iter().all(|step| plan.contains(step)), "{plan}");
    Ok(())
}

/// Returns how a many-to-many relation is loaded, and the number of alternative statements.
fn courses_of_students(db: &Db) -> Result<(&'static str, usize)> {
    let plan = Student::query().filter(Student::id().le(2)).prefetch(Student::courses()).plan(db)?;
    let step = &plan.root.steps[0];
    assert_eq!((plan.statements(), plan.to_string().matches("UNION ALL").count()), (2, 1));
    Ok((step.how, 1 + usize::from(step.sql_for_many.is_some())))
}

#[test]
fn rows_that_are_wide_on_average_come_once() -> Result<()> {
    let narrow = ("many to many, by key; above 500 parents the links by key, then each row once", 2);
    let wide = ("many to many, links by key, then each row once", 1);
    assert_eq!(courses_of_students(&university())?, narrow, "the types tell, before the table is analyzed");
    assert_eq!(courses_of_students(&large_university()?)?, narrow);
    let db = large_university()?;
    run(&db, ["UPDATE courses SET title = repeat(md5(title), 30)", "ANALYZE courses"])?;
    assert_eq!(courses_of_students(&db)?, wide);
    // The values that are stored outside of the table's pages count too.
    let db = large_university()?;
    run(
        &db,
        [
            "DROP INDEX courses_department_id_title_idx",
            "UPDATE courses SET title = (SELECT string_agg(md5(title || i), '') FROM generate_series(1, 100) AS i)",
            "VACUUM ANALYZE courses",
        ],
    )?;
    assert_eq!(courses_of_students(&db)?, wide);
    Ok(())
}

/// The server may plan a prepared statement once for all, before it knows how many keys will follow.
#[test]
fn indexes_are_taken_whatever_the_number_of_keys() -> Result<()> {
    let db = large_university()?;
    let recording = db.record();
    let departments = Department::query().filter(Department::id().le(2));
    departments.prefetch(Department::courses().count().named(Number)).prefetch(Department::courses()).all(&db)?;
    Student::query().filter(Student::id().le(2)).prefetch(Student::courses()).all(&db)?;
    let statements = recording.statements().into_iter().filter(|statement| statement.contains("ANY($1"));
    let statements: Vec<String> = statements.collect();
    assert_eq!(statements.len(), 3);
    let keys = (1..=200).map(|key: i32| key.to_string()).collect::<Vec<_>>().join(",");
    for statement in statements {
        let transaction = db.begin()?;
        sql("SET LOCAL plan_cache_mode = force_generic_plan").execute(&transaction)?;
        sql(TrustedSql(format!("PREPARE loading(bigint[]) AS {statement}"))).execute(&transaction)?;
        let explain = TrustedSql(format!("EXPLAIN (COSTS OFF) EXECUTE loading('{{{keys}}}')"));
        let plan: Vec<String> =
            sql(explain).tuples::<(String,)>(&transaction)?.into_iter().map(|(line,)| line).collect();
        assert!(plan.iter().any(|line| line.contains("ANY ($1)")), "a plan for any keys: {plan:#?}");
        assert!(plan.iter().all(|line| !line.contains("Seq Scan on enrollments")), "{plan:#?}");
        sql("DEALLOCATE loading").execute(&transaction)?;
        transaction.rollback()?;
    }
    Ok(())
}

/// The server turns conditions on relations into joins, and would try the orders of hundreds of them for minutes.
#[test]
fn hundreds_of_conditions_on_relations_are_planned_in_time() -> Result<()> {
    let db = university();
    let conditions = |number: i64| {
        (0..number).map(|id| Student::courses().any(Course::id().ne(-id))).reduce(|all, one| all & one).expect("some")
    };
    let query = |number| Student::query().filter(conditions(number));
    let found = query(1).count(&db)?;
    assert!(found > 0);
    for (number, apart) in [(8, 0), (9, 1), (400, 392)] {
        let recording = db.record();
        let began = Instant::now();
        assert_eq!(query(number).count(&db)?, found);
        assert!(began.elapsed() < Duration::from_secs(60), "{number} conditions: {:?}", began.elapsed());
        let statement = &recording.statements()[0];
        assert_eq!(statement.matches("EXISTS (").count(), usize::try_from(number).expect("a number"));
        assert_eq!(statement.matches(")) IS TRUE").count(), apart, "{statement}");
    }
    // Negated conditions, and conditions on the relations of relations, count too.
    let none =
        (0..12).map(|id| Student::courses().none(Course::id().eq(-id))).reduce(|all, one| all & one).expect("some");
    let recording = db.record();
    let all = Student::query().count(&db)?;
    assert_eq!(Student::query().filter(none).count(&db)?, all);
    assert_eq!(recording.statements()[1].matches("NOT ((EXISTS (").count(), 4);

    // The plan joins eight of them, and tests the ninth for each row.
    let transaction = db.begin()?;
    let recording = db.record();
    query(9).count(&transaction)?;
    let statement = recording.statements()[0].clone();
    let statement = (1..=9).rev().fold(statement, |text, at| text.replace(&format!("${at}"), &format!("-{at}")));
    let plan = explain(&db, &statement);
    assert_eq!(plan.matches("SubPlan").count().min(1), 1, "{plan}");
    assert_eq!(plan.matches("Semi Join").count() + plan.matches("HashAggregate").count(), 8, "{plan}");
    Ok(())
}

struct Number;

/// A list would be searched for each row of the table after the server has planned for any number of keys.
#[test]
fn keys_are_joined_where_no_index_finds_them() -> Result<()> {
    let db = university();
    let query = || Department::query().filter(Department::id().le(3)).prefetch(Department::courses());
    let forms = |db: &Db| {
        let plan = query()
            .prefetch(Department::students().count().named(Number))
            .plan(db)
            .expect("there is a plan")
            .to_string();
        (plan.matches("= ANY($1").count(), plan.matches("WITH ORDINALITY").count())
    };
    assert_eq!(forms(&db), (2, 0));
    run(&db, ["DROP INDEX courses__department_id", "DROP INDEX students__department_id"])?;
    let _ = db.check::<Course>()?;
    assert_eq!(forms(&db), (0, 2));
    assert_eq!(query().all(&db)?.iter().map(|row| row.courses().len()).collect::<Vec<_>>(), [2, 1, 0]);
    // The index of the primary key finds the target of a row.
    let courses = Course::query().filter(Course::id().le(9)).prefetch(Course::department());
    assert!(courses.plan(&db)?.to_string().contains("= ANY($1"));
    Ok(())
}

#[test]
fn limits_number_the_rows_where_no_index_finds_them() -> Result<()> {
    let db = university();
    let plan = |db: &Db| {
        Department::query().prefetch(Department::courses().limit(1)).plan(db).expect("there is a plan").to_string()
    };
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
    assert!(query.plan(&db)?.to_string().contains("LATERAL"));
    let students = query.all(&db)?;
    let courses = |at: usize| students[at].courses().iter().map(|course| course.id).collect::<Vec<_>>();
    assert_eq!((courses(0), courses(1), courses(2)), (vec![2, 2], vec![3, 2], vec![]));
    Ok(())
}

/// The guarantees that a foreign key does not give.
#[test]
fn keys_are_sent_where_a_foreign_key_does_not_hold_for_all_rows_that_are_read() -> Result<()> {
    #[derive(Model)]
    #[model(table = "departments_1")]
    #[has_many(courses: Course, foreign_key = department_id)]
    struct Partition {
        id: i64,
    }

    let db = university();
    let how = |db: &Db| {
        Department::query().prefetch(Department::courses()).plan(db).expect("there is a plan").root.steps[0].how
    };
    let fresh = |db: &Db| db.check::<Course>().map(|_| how(db));
    assert_eq!(how(&db), "has many, of the whole table");
    run(&db, ["ALTER TABLE departments ENABLE ROW LEVEL SECURITY"])?;
    assert_eq!(fresh(&db)?, "has many, by key", "a policy may hide rows");
    run(&db, ["ALTER TABLE departments DISABLE ROW LEVEL SECURITY"])?;
    assert_eq!(fresh(&db)?, "has many, of the whole table");
    run(
        &db,
        [
            "ALTER TABLE courses DROP CONSTRAINT courses_department_id_fkey",
            "ALTER TABLE courses ADD FOREIGN KEY (department_id) REFERENCES departments (id) NOT VALID",
        ],
    )?;
    assert_eq!(fresh(&db)?, "has many, by key", "older rows may break it");

    run(
        &db,
        [
            "DROP TABLE departments CASCADE",
            "CREATE TABLE departments (id bigint PRIMARY KEY, name text) PARTITION BY RANGE (id)",
            "CREATE TABLE departments_1 PARTITION OF departments FOR VALUES FROM (0) TO (2)",
            "CREATE TABLE departments_2 PARTITION OF departments FOR VALUES FROM (2) TO (9)",
            "INSERT INTO departments VALUES (1, 'Mathematics'), (2, 'Physics'), (3, 'Law')",
            "ALTER TABLE courses ADD FOREIGN KEY (department_id) REFERENCES departments (id)",
        ],
    )?;
    assert_eq!(fresh(&db)?, "has many, of the whole table");
    let partition = Partition::query().prefetch(Partition::courses());
    assert_eq!(partition.plan(&db)?.root.steps[0].how, "has many, by key", "other partitions have rows too");
    assert_eq!(partition.all(&db)?[0].courses().len(), 2);
    Ok(())
}

/// How the server runs a statement with a pattern.
fn explain_pattern(db: &Db, condition: Condition<Word>, pattern: &str) -> Result<String> {
    let recording = db.record();
    Word::query().filter(condition).all(db)?;
    let statement = recording.statements()[0].replace("$1", &format!("'{pattern}'"));
    let lines = sql(TrustedSql(format!("EXPLAIN (COSTS OFF) {statement}"))).tuples::<(String,)>(db)?;
    Ok(lines.into_iter().map(|(line,)| line + "\n").collect())
}

#[derive(Model)]
struct Word {
    id: i64,
    #[model(index)]
    text: String,
}

/// A column of `create_tables` has a collation whose index finds prefixes. Other columns need an index for patterns.
#[test]
fn a_prefix_is_found_by_an_index() -> Result<()> {
    #[derive(Model)]
    #[model(table = "words")]
    struct Other {
        id: i64,
        other: String,
    }

    let db = db();
    db.create_tables::<Word>()?;
    run(
        &db,
        [
            "ALTER TABLE words ADD other text",
            "INSERT INTO words (text, other) SELECT 'w' || i, 'w' || i FROM generate_series(1, 20000) AS i",
            "CREATE INDEX by_other ON words (other text_pattern_ops)",
            "ANALYZE words",
        ],
    )?;
    let plan = explain_pattern(&db, Word::text().starts_with_case_sensitive("w12"), "w12%")?;
    assert!(plan.contains("words__text") && plan.contains(">= 'w12'"), "{plan}");
    let plan = explain_pattern(&db, Word::text().starts_with("12-a"), "12-a%")?;
    assert!(plan.contains("words__text") && plan.contains(">= '12-'"), "{plan}");
    let plan = explain_pattern(&db, Word::text().starts_with("w12"), "w12%")?;
    assert!(plan.contains("Seq Scan"), "an index tells `w` from `W`: {plan}");

    let recording = db.record();
    assert_eq!(Other::query().filter(Other::other().starts_with_case_sensitive("w1999")).count(&db)?, 11);
    let statement = recording.statements()[0].replace("$1", "'w1999%'");
    let lines = sql(TrustedSql(format!("EXPLAIN (COSTS OFF) {statement}"))).tuples::<(String,)>(&db)?;
    assert!(lines.iter().any(|(line,)| line.contains("by_other")), "{lines:#?}");
    Ok(())
}

/// Above this cost, a server compiles a statement before it runs it, which takes longer than running one of these.
#[test]
fn the_catalog_is_read_by_statements_that_are_not_compiled() -> Result<()> {
    let db = empty_university();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let texts = Arc::clone(&seen);
    db.on_statement(move |event| {
        if event.kind == StatementKind::Schema {
            texts.lock().expect("no panic").push(event.sql.to_owned());
        }
    });
    db.check::<(Department, Course, Student, Enrollment)>()?;
    let texts = seen.lock().expect("no panic").clone();
    assert!(texts.iter().any(|text| text.contains("pg_index")), "{texts:?}");
    for text in texts.into_iter().filter(|text| text.starts_with("SELECT") && !text.contains("$1")) {
        let plan = sql(TrustedSql(format!("EXPLAIN {text}"))).tuples::<(String,)>(&db)?;
        let first = &plan[0].0;
        let cost = first.split("..").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
        assert!(cost.is_some_and(|cost| cost < 100_000.0), "{first}: {text}");
    }
    Ok(())
}
