//! Everything that runs takes a blocking or an asynchronous database, with the same result on both.

use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};

use orm::{
    AsyncDb, AsyncExecutor, Executor, Insert, Many, Model, Result, Upsert, View, assert_plan, assert_queries, count,
    sql,
};

use crate::schemas::university::{
    Course, Department, Enrollment, NewCourse, NewDepartment, NewEnrollment, NewStudent, Student, university,
};

/// Runs some lines twice, on a blocking and on an asynchronous database with the same rows, and compares what they return.
/// `await` is where the second one has `.await`.
macro_rules! same {
    ($($name:ident: |$db:ident| $call:expr;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            let blocking = {
                let $db = &university();
                $call?
            };
            let awaited = smol::block_on(async {
                let $db = &AsyncDb::from(university());
                $call.await
            })?;
            assert_eq!(blocking, awaited);
            Ok(())
        }
    )*};
}

fn ada() -> Student {
    Student { id: 1, first_name: "Ada".into(), last_name: "Lovelace".into(), department_id: Some(1) }
}

fn course(id: i64) -> Course {
    Course { id, title: String::new(), department_id: 1 }
}

fn grace() -> NewStudent {
    NewStudent { first_name: "Grace".into(), last_name: "Hopper".into(), department_id: Some(2) }
}

#[derive(View, Debug, PartialEq)]
#[view(of = Student)]
struct Card {
    last_name: String,
    courses: Many<Course>,
}

same! {
    all: |db| Student::query().all(db);
    first: |db| Student::query().order_by(Student::last_name().desc()).first(db);
    one: |db| Student::query().filter(Student::id().eq(2)).one(db);
    find: |db| Student::find(db, 1);
    find_many: |db| Student::find_many(db, [3, 1]);
    by_keys: |db| Student::by_keys(db, [3, 1, 17]);
    find_among: |db| Student::query().filter(Student::id().gt(1)).find(db, 2);
    counted: |db| Student::query().count(db);
    exists: |db| Student::query().filter(Student::id().gt(100)).exists(db);
    sum: |db| Student::query().sum(db, Student::id());
    avg: |db| Student::query().avg(db, Student::id());
    min: |db| Student::query().min(db, Student::last_name());
    max: |db| Student::query().max(db, Student::last_name());
    prefetched: |db| Student::query().prefetch(Student::courses().prefetch(Course::department())).all(db);
    prefetched_if: |db| Student::query().prefetch_if(true, Student::courses()).all(db);
    of_a_row: |db| Student::courses().of(&ada()).all(db);
    of_keys: |db| Student::courses().by_keys(db, [1, 2]);
    counts_of_keys: |db| Student::courses().count().by_keys(db, [1, 2]);
    onto_rows: |db| orm::prefetch(db, vec![ada()], Student::courses());
    onto_a_row: |db| orm::prefetch_one(db, ada(), Student::department());
    view: |db| Student::query().view::<Card>().all(db);
    selected: |db| Student::query().select((Student::last_name(), Student::id())).all(db);
    selected_first: |db| Student::query().select(Student::last_name()).first(db);
    selected_one: |db| Student::query().filter(Student::id().eq(1)).select(Student::last_name()).one(db);
    selected_count: |db| Student::query().select(Student::department_id()).distinct().count(db);
    grouped: |db| Course::query().group_by(Course::department_id()).select((Course::department_id(), count())).all(db);
    union: |db| Student::query().select(Student::last_name()).union(Course::query().select(Course::title())).all(db);
    union_first: |db| Student::query().select(Student::last_name()).union(Course::query().select(Course::title())).first(db);
    union_count: |db| Student::query().select(Student::last_name()).union(Course::query().select(Course::title())).count(db);
    page: |db| Student::query().order_by(Student::last_name().asc()).page(2).read(db);
    tuples: |db| sql("SELECT id, last_name FROM students ORDER BY id").tuples::<(i64, String)>(db);
    rows: |db| sql("SELECT * FROM students ORDER BY id").rows::<Student>(db);
    returning: |db| sql("DELETE FROM enrollments WHERE student_id = 1 RETURNING *").returning::<Enrollment>(db);
    executed: |db| sql("UPDATE students SET first_name = 'X'").execute(db);
    raw_query: |db| sql("SELECT * FROM students ORDER BY id").query::<Student>().prefetch(Student::courses()).all(db);
    raw_one: |db| sql("SELECT * FROM students WHERE id = 2").query::<Student>().one(db);
    inserted: |db| grace().insert(db);
    stored: |db| Enrollment { student_id: 3, course_id: 1 }.insert(db);
    inserted_many: |db| orm::insert_many(db, [grace(), grace()]);
    inserted_in_bulk: |db| orm::bulk_insert(db, (0..3).map(|_| grace()));
    inserted_graph: |db| Insert::insert(
        NewDepartment { name: "Chemistry".into() }
            .with(Department::courses(), |made| [NewCourse { title: "Acids".into(), department_id: made.id }]),
        db
    );
    upserted: |db| orm::upsert(db, NewEnrollment { student_id: 1, course_id: 1 }, (Enrollment::student_id(), Enrollment::course_id()), Enrollment::course_id());
    skipped: |db| orm::insert_or_skip(db, NewEnrollment { student_id: 1, course_id: 1 }, (Enrollment::student_id(), Enrollment::course_id()));
    got_or_created: |db| orm::get_or_create(db, NewEnrollment { student_id: 1, course_id: 1 }, (Enrollment::student_id(), Enrollment::course_id()));
    upserted_many: |db| Upsert::of([NewEnrollment { student_id: 3, course_id: 1 }], (Enrollment::student_id(), Enrollment::course_id())).all(db);
    outcomes: |db| Upsert::of([NewEnrollment { student_id: 3, course_id: 1 }], (Enrollment::student_id(), Enrollment::course_id())).outcomes(db);
    updated: |db| ada().update(db);
    edited: |db| ada().edit(db, |ada| ada.first_name = "Augusta".into());
    deleted: |db| ada().delete(db);
    updated_rows: |db| Student::all_rows().update(db, Student::first_name().set("X"));
    updated_and_returned: |db| Student::rows_where(Student::id().eq(1)).update_returning(db, Student::first_name().set("X"));
    deleted_rows: |db| Enrollment::all_rows().delete(db);
    deleted_and_returned: |db| Enrollment::rows_where(Enrollment::student_id().eq(1)).delete_returning(db);
    linked: |db| Student::courses().link(db, &ada(), [course(3)]);
    unlinked: |db| Student::courses().unlink(db, &ada(), [course(1)]);
    set: |db| Student::courses().set(db, &ada(), [course(3)]);
    cleared: |db| Student::courses().clear(db, &ada());
    linked_with: |db| Student::courses().link_with(db, &ada(), [course(3)], |ada, course| NewEnrollment {
        student_id: ada.id,
        course_id: course.id,
    });
    created: |db| db.create_tables::<(Department, Course, Student, Enrollment)>();
    checked: |db| db.check::<(Department, Course, Student, Enrollment)>();
}

#[test]
fn what_needs_no_database_is_not_awaited() {
    let (blocking, awaited) = (university(), AsyncDb::from(university()));
    let query = Student::query().filter(Student::id().eq(1));
    assert_eq!(query.sql(&awaited), query.sql(&blocking));
    assert_eq!(awaited.create_sql::<Student>(), blocking.create_sql::<Student>());
}

#[test]
fn plans_and_their_scans_are_awaited() -> Result<()> {
    let db = AsyncDb::from(university());
    let query = Student::query().filter(Student::last_name().eq("Void")).prefetch(Student::courses());
    smol::block_on(async {
        let plan = query.plan(&db).await?;
        assert_eq!(plan.to_string(), query.plan(&university())?.to_string());
        assert_eq!(plan.scans(&db).await?[0].columns, ["last_name"]);
        Ok(())
    })
}

#[test]
fn plans_of_asynchronous_databases_are_asserted() {
    let db = AsyncDb::from(university());
    assert_plan!(&db, Student::query().filter(Student::id().eq(1)));
    let scanned = panic::catch_unwind(AssertUnwindSafe(|| {
        assert_plan!(&db, Student::query().filter(Student::last_name().eq("Void")));
    }));
    assert!(scanned.is_err());
}

#[test]
fn statements_are_counted_and_recorded() -> Result<()> {
    let db = AsyncDb::from(university());
    smol::block_on(async {
        let students = assert_queries!(&db, 2, Student::query().prefetch(Student::department()).all(&db).await?);
        let recording = db.record();
        for student in &students {
            Student::courses().of(student).all(&db).await?;
        }
        assert_eq!(recording.repeated()[0].1, students.len());
        Ok(())
    })
}

/// Code that a program writes twice today: once for each kind of database.
fn enrolled(on: &impl Executor, course: &Course) -> Result<Student> {
    on.transaction(|tx| {
        let grace = grace().insert(tx)?;
        Student::courses().link(tx, &grace, [course])?;
        Ok(grace)
    })
}

async fn enrolled_later(on: &impl AsyncExecutor, course: &Course) -> Result<Student> {
    on.transaction(async |tx| {
        let grace = grace().insert(tx).await?;
        Student::courses().link(tx, &grace, [course]).await?;
        Ok(grace)
    })
    .await
}

#[test]
fn functions_take_databases_and_transactions() -> Result<()> {
    let db = university();
    let course = course(1);
    let awaited = AsyncDb::from(db.clone());
    let mut names = HashMap::new();
    names.insert(enrolled(&db, &course)?.id, "at once");
    names.insert(db.transaction(|tx| enrolled(tx, &course))?.id, "in a transaction");
    smol::block_on(async {
        names.insert(enrolled_later(&awaited, &course).await?.id, "awaited");
        let within = awaited.transaction(async |tx| enrolled_later(tx, &course).await).await?;
        names.insert(within.id, "awaited in a transaction");
        Ok::<_, orm::Error>(())
    })?;
    assert_eq!(names.len(), 4);
    assert_eq!(Student::query().filter(Student::courses().any(Course::id().eq(1))).count(&db)?, 2 + 4);
    Ok(())
}
