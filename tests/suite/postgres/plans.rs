//! How the server runs the statements of relations.

use orm::{Db, Model, Result, TrustedSql, sql};

use super::run;
use crate::subjects::support::{Course, Department, Enrollment, Student, empty_university, university};

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
    assert_eq!(
        plan.matches("enrollments_pkey").count(),
        2,
        "the links are read for themselves, and for the rows: {plan}"
    );
    assert_eq!(plan.matches("courses_pkey").count(), 1, "{plan}");

    let plan = plan_of(&db, || students().prefetch(Student::courses().limit(3)).all(&db).map(|_| ()))?;
    let steps = ["Limit", "enrollments_pkey", "courses_pkey"];
    assert!(steps.iter().all(|step| plan.contains(step)), "{plan}");
    Ok(())
}

/// The server may plan a prepared statement once for all, when it does not know yet how many keys will come.
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

struct Number;

/// A list would be searched for each row of the table, once the server has planned for any number of keys.
#[test]
fn keys_are_joined_where_no_index_finds_them() -> Result<()> {
    let db = university();
    let query = || Department::query().filter(Department::id().le(3)).prefetch(Department::courses());
    let forms = |db: &Db| {
        let plan = query().prefetch(Department::students().count().named(Number)).plan(db).to_string();
        (plan.matches("= ANY($1").count(), plan.matches("WITH ORDINALITY").count())
    };
    assert_eq!(forms(&db), (2, 0));
    run(&db, ["DROP INDEX courses__department_id", "DROP INDEX students__department_id"])?;
    let _ = db.check::<Course>()?;
    assert_eq!(forms(&db), (0, 2));
    assert_eq!(query().all(&db)?.iter().map(|row| row.courses().len()).collect::<Vec<_>>(), [2, 1, 0]);
    // What a row refers to is found by the index of its primary key.
    let courses = Course::query().filter(Course::id().le(9)).prefetch(Course::department());
    assert!(courses.plan(&db).to_string().contains("= ANY($1"));
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
