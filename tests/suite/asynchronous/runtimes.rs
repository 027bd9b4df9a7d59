//! Asynchronous databases on any runtime: they depend on none.

use orm::{AsyncDb, AsyncExecutor, AsyncSavepoint, AsyncTransaction, Insert, Model, Pending, Result, Upsert, sql};

use super::departments::{add, names};
use crate::schemas::university::{
    Course, Department, Enrollment, NewCourse, NewDepartment, NewEnrollment, NewStudent, Student, university,
};

const fn is_shared<T: Send + Sync>() {}

const _: () = {
    is_shared::<AsyncDb>();
    is_shared::<AsyncTransaction>();
    is_shared::<AsyncSavepoint<'static>>();
};

fn is_sent<T: Send>(_: &T) {}

/// One call of each kind.
async fn program(db: AsyncDb) -> Result<Vec<String>> {
    let ada = Student::query().prefetch(Student::courses()).filter(Student::id().eq(1)).one(&db).await?;
    assert_eq!(ada.courses().len(), 2);
    db.transaction(async |tx| {
        add(tx, "Art").await?;
        let nested = tx.transaction(async |tx| {
            add(tx, "Alchemy").await?;
            Department::find(tx, 1_000).await
        });
        assert!(nested.await.is_err());
        Ok(())
    })
    .await?;
    db.run(|tx| NewDepartment { name: "Ethics".into() }.insert(tx)).await?;
    let tx = db.begin().await?;
    add(&tx, "Astrology").await?;
    drop(tx);
    let mut chunks = Student::query().chunks(&db).of_size(2);
    let mut read = 0;
    while let Some(students) = chunks.next().await {
        read += students?.len();
    }
    assert_eq!(read, 3);
    let names = names(&db).await;
    db.close().await;
    names
}

const EXPECTED: [&str; 5] = ["Mathematics", "Physics", "Law", "Art", "Ethics"];

#[test]
fn it_runs_on_tokio_with_several_threads() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let spawned = runtime.spawn(program(AsyncDb::from(university())));
    assert_eq!(runtime.block_on(spawned).expect("the task does not panic")?, EXPECTED);
    Ok(())
}

#[test]
fn it_runs_on_tokio_with_one_thread() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(runtime.block_on(program(AsyncDb::from(university())))?, EXPECTED);
    Ok(())
}

#[test]
fn it_runs_on_smol() -> Result<()> {
    let executor = smol::Executor::new();
    let spawned = executor.spawn(program(AsyncDb::from(university())));
    assert_eq!(smol::block_on(executor.run(spawned))?, EXPECTED);
    Ok(())
}

#[test]
fn it_runs_where_there_is_no_runtime() -> Result<()> {
    let done = super::polls::dropped_after(usize::MAX, std::time::Duration::ZERO, program(AsyncDb::from(university())));
    assert_eq!(done.expect("it is ready in the end")?, EXPECTED);
    Ok(())
}

/// Futures that a task can hold while it moves to another thread. The compiler checks each, and none is polled.
#[test]
fn all_futures_can_be_sent() {
    let db = AsyncDb::from(university());
    let ada = Student { id: 1, first_name: "Ada".into(), last_name: "Lovelace".into(), department_id: Some(1) };
    let grace = || NewStudent { first_name: "Grace".into(), last_name: "Hopper".into(), department_id: None };
    let course = Course { id: 3, title: "Optics".into(), department_id: 2 };
    let keys = (Enrollment::student_id(), Enrollment::course_id());
    let enrollment = || NewEnrollment { student_id: 1, course_id: 3 };

    is_sent(&Student::query().all(&db));
    is_sent(&Student::query().prefetch(Student::courses().prefetch(Course::department())).first(&db));
    is_sent(&Student::query().count(&db));
    is_sent(&Student::find(&db, 1));
    is_sent(&Student::query().page(2).read(&db));
    is_sent(&Student::query().plan(&db));
    is_sent(&Student::query().select(Student::last_name()).all(&db));
    is_sent(&async { Student::query().chunks(&db).next().await });
    is_sent(&Student::courses().of(&ada).all(&db));
    is_sent(&orm::prefetch(&db, vec![ada.clone()], Student::courses()));
    is_sent(&sql("SELECT 1").tuples::<(i64,)>(&db));
    is_sent(&sql("DELETE FROM students").execute(&db));
    is_sent(&grace().insert(&db));
    is_sent(&orm::insert_many(&db, [grace()]));
    is_sent(&orm::bulk_insert(&db, [grace()]));
    is_sent(&Insert::insert(
        NewDepartment { name: "Art".into() }
            .with(Department::courses(), |made| [NewCourse { title: "Colours".into(), department_id: made.id }]),
        &db,
    ));
    is_sent(&ada.update(&db));
    is_sent(&ada.clone().edit(&db, |ada| ada.first_name = "Augusta".into()));
    is_sent(&ada.clone().delete(&db));
    is_sent(&Student::all_rows().update(&db, Student::first_name().set("X")));
    is_sent(&Student::all_rows().delete(&db));
    is_sent(&orm::upsert(&db, enrollment(), keys, Enrollment::course_id()));
    is_sent(&Upsert::of([enrollment()], keys).all(&db));
    is_sent(&Student::courses().link(&db, &ada, [&course]));
    is_sent(&Student::courses().set(&db, &ada, [&course]));
    is_sent(&db.create_tables::<(Student,)>());
    is_sent(&db.check::<(Student,)>());
    is_sent(&db.begin());
    is_sent(&db.begin_read());
    is_sent(&db.run(|tx| Student::query().count(tx)));
    is_sent(&db.close());
    is_sent(&async {
        let tx = db.begin().await?;
        let savepoint = tx.savepoint().await?;
        Student::query().for_update().all(&tx).await?;
        savepoint.rollback().await?;
        tx.commit().await
    });
    is_sent(&async { nested(&db, &ada).await });
    is_sent(&db.transaction_with_retries(3, async |tx| nested(tx, &ada).await));
    is_sent::<Pending<'_, ()>>(&db.checkpoint());
}

/// The calls of a handler, which borrows, nests, and takes both kinds of databases.
async fn nested(on: &impl AsyncExecutor, student: &Student) -> Result<u64> {
    on.transaction(async |tx| {
        let courses = Student::courses().of(student).all(tx).await?;
        tx.transaction(async |tx| {
            Student::courses().clear(tx, student).await?;
            Student::courses().link(tx, student, &courses).await
        })
        .await?;
        Enrollment::query().count(tx).await
    })
    .await
}
