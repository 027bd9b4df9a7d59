//! Every operation is dropped after every possible number of polls, while other tasks use the same connections.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use orm::{AsyncDb, Db, Insert, Model, Result, Upsert, sql};

use super::departments::{add, shared};
use super::polls::dropped_after;
use crate::database::{Shared, either, open_narrow};
use crate::schemas::university::{Course, Department, Enrollment, NewDepartment, NewEnrollment, NewStudent, Student};

type Done = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// An operation on a student, with the expected students of the name and the titles of their courses.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    begin: fn(AsyncDb, Student) -> Done,
    after: &'static str,
}

/// The student with which each operation begins.
const BEFORE: &str = "Ada: Algebra Geometry;";

macro_rules! operations {
    ($($name:ident: |$db:ident, $ada:ident| $body:expr => $after:expr;)*) => {
        [$(Operation {
            name: stringify!($name),
            begin: |db, ada| Box::pin(async move {
                let ($db, $ada) = (&db, &ada);
                let _ = $body;
                Ok(())
            }),
            after: $after,
        }),*]
    };
}

const OPERATIONS: &[Operation] = &operations! {
    all: |db, ada| assert_eq!(same_name(ada).all(db).await?.len(), 1) => BEFORE;
    with_relations: |db, ada| {
        let found = same_name(ada).prefetch(Student::courses().prefetch(Course::department())).all(db).await?;
        assert_eq!(found[0].courses().len(), 2);
    } => BEFORE;
    found: |db, ada| assert_eq!(Student::find(db, ada.id).await?, *ada) => BEFORE;
    counted: |db, ada| assert_eq!(same_name(ada).count(db).await?, 1) => BEFORE;
    page: |db, ada| assert_eq!(same_name(ada).page(2).read(db).await?.rows.len(), 1) => BEFORE;
    chunks: |db, ada| {
        let query = Enrollment::query().filter(Enrollment::student_id().eq(ada.id));
        let (mut chunks, mut read) = (query.chunks(db).of_size(1), 0);
        while let Some(chunk) = chunks.next().await {
            read += chunk?.len();
        }
        assert_eq!(read, 2);
    } => BEFORE;
    selected: |db, ada| assert_eq!(same_name(ada).select(Student::first_name()).all(db).await?, ["Ada"]) => BEFORE;
    of_a_row: |db, ada| assert_eq!(Student::courses().of(ada).all(db).await?.len(), 2) => BEFORE;
    onto_rows: |db, ada| {
        let loaded = orm::prefetch(db, vec![ada.clone()], Student::courses()).await?;
        assert_eq!(loaded[0].courses().len(), 2);
    } => BEFORE;
    plan: |db, ada| same_name(ada).plan(db).await? => BEFORE;
    tuples: |db, ada| {
        let read = sql("SELECT first_name FROM students WHERE id = $1").bind(ada.id).tuples::<(String,)>(db).await?;
        assert_eq!(read, [("Ada".to_owned(),)]);
    } => BEFORE;
    checked: |db, _ada| db.check::<(Department, Course, Student, Enrollment)>().await? => BEFORE;
    created: |db, _ada| db.create_tables::<(Department, Course, Student, Enrollment)>().await? => BEFORE;

    inserted: |db, ada| named("Ben", ada).insert(db).await? => "Ada: Algebra Geometry;Ben:;";
    inserted_many: |db, ada| orm::insert_many(db, [named("Ben", ada), named("Cid", ada)]).await?
        => "Ada: Algebra Geometry;Ben:;Cid:;";
    inserted_in_bulk: |db, ada| orm::bulk_insert(db, [named("Ben", ada), named("Cid", ada)]).await?
        => "Ada: Algebra Geometry;Ben:;Cid:;";
    inserted_graph: |db, ada| {
        let like = ada.clone();
        let graph = NewDepartment { name: ada.last_name.clone() }.with(Department::students(), move |made| {
            ["Ben", "Cid"].map(|name| NewStudent { department_id: Some(made.id), ..named(name, &like) })
        });
        Insert::insert(graph, db).await?
    } => "Ada: Algebra Geometry;Ben:;Cid:;";
    updated: |db, ada| Student { first_name: "Eve".into(), ..ada.clone() }.update(db).await?
        => "Eve: Algebra Geometry;";
    edited: |db, ada| ada.clone().edit(db, |ada| ada.first_name = "Eve".into()).await? => "Eve: Algebra Geometry;";
    deleted: |db, ada| ada.clone().delete(db).await? => "";
    updated_rows: |db, ada| Student::rows_where(Student::id().eq(ada.id)).update(db, Student::first_name().set("Eve")).await?
        => "Eve: Algebra Geometry;";
    updated_and_returned: |db, ada| {
        Student::rows_where(Student::id().eq(ada.id)).update_returning(db, Student::first_name().set("Eve")).await?
    } => "Eve: Algebra Geometry;";
    deleted_rows: |db, ada| Enrollment::rows_where(Enrollment::student_id().eq(ada.id)).delete(db).await? => "Ada:;";
    upserted: |db, ada| {
        let keys = (Enrollment::student_id(), Enrollment::course_id());
        orm::upsert(db, optics(ada), keys, Enrollment::course_id()).await?
    } => "Ada: Algebra Geometry Optics;";
    upserted_many: |db, ada| {
        let keys = (Enrollment::student_id(), Enrollment::course_id());
        Upsert::of([optics(ada)], keys).all(db).await?
    } => "Ada: Algebra Geometry Optics;";
    got_or_created: |db, ada| {
        let keys = (Enrollment::student_id(), Enrollment::course_id());
        orm::get_or_create(db, optics(ada), keys).await?
    } => "Ada: Algebra Geometry Optics;";
    linked: |db, ada| Student::courses().link(db, ada, [course(3)]).await? => "Ada: Algebra Geometry Optics;";
    unlinked: |db, ada| Student::courses().unlink(db, ada, [course(1)]).await? => "Ada: Algebra;";
    set: |db, ada| Student::courses().set(db, ada, [course(3)]).await? => "Ada: Optics;";
    cleared: |db, ada| Student::courses().clear(db, ada).await? => "Ada:;";
    executed: |db, ada| {
        sql("UPDATE students SET first_name = 'Eve' WHERE id = $1").bind(ada.id).execute(db).await?
    } => "Eve: Algebra Geometry;";
    returning: |db, ada| {
        sql("DELETE FROM enrollments WHERE student_id = $1 RETURNING *").bind(ada.id).returning::<Enrollment>(db).await?
    } => "Ada:;";

    closure: |db, ada| {
        db.transaction(async |tx| {
            named("Ben", ada).insert(tx).await?;
            Student::courses().clear(tx, ada).await
        })
        .await?;
    } => "Ada:;Ben:;";
    retried: |db, ada| {
        db.transaction_with_retries(50, async |tx| {
            named("Ben", ada).insert(tx).await?;
            Student::courses().clear(tx, ada).await
        })
        .await?;
    } => "Ada:;Ben:;";
    nested: |db, ada| {
        db.transaction(async |tx| {
            tx.transaction(async |tx| {
                named("Ben", ada).insert(tx).await?;
                tx.transaction(async |tx| named("Cid", ada).insert(tx).await).await
            })
            .await?;
            let undone = tx.transaction(async |tx| {
                ada.clone().delete(tx).await?;
                Student::find(tx, ada.id).await
            });
            assert!(undone.await.is_err());
            Student::courses().clear(tx, ada).await
        })
        .await?;
    } => "Ada:;Ben:;Cid:;";
    guard: |db, ada| {
        let tx = db.begin().await?;
        named("Ben", ada).insert(&tx).await?;
        let savepoint = tx.savepoint().await?;
        Student::courses().clear(&tx, ada).await?;
        savepoint.commit().await?;
        tx.commit().await?;
    } => "Ada:;Ben:;";
    rolled_back: |db, ada| {
        let tx = db.begin().await?;
        ada.clone().delete(&tx).await?;
        tx.rollback().await?;
    } => BEFORE;
    read_in_a_snapshot: |db, ada| {
        let tx = db.begin_read().await?;
        assert_eq!(same_name(ada).count(&tx).await?, same_name(ada).count(&tx).await?);
        tx.commit().await?;
    } => BEFORE;
    in_one_hop: |db, ada| {
        let (ben, ada) = (named("Ben", ada), ada.clone());
        db.run(move |tx| {
            ben.insert(tx)?;
            Student::courses().clear(tx, &ada)
        })
        .await?;
    } => "Ada:;Ben:;";
};

fn same_name(student: &Student) -> orm::Query<Student> {
    Student::query().filter(Student::last_name().eq(student.last_name.as_str()))
}

fn named(first_name: &str, like: &Student) -> NewStudent {
    NewStudent { first_name: first_name.into(), last_name: like.last_name.clone(), department_id: None }
}

fn optics(student: &Student) -> NewEnrollment {
    NewEnrollment { student_id: student.id, course_id: 3 }
}

fn course(id: i64) -> Course {
    Course { id, title: String::new(), department_id: 1 }
}

/// The students of a name, with the titles of their courses.
fn found(db: &Db, last_name: &str) -> Result<String> {
    let query = Student::query().filter(Student::last_name().eq(last_name)).order_by(Student::first_name().asc());
    let students = query.prefetch(Student::courses().order_by(Course::title().asc())).all(db)?;
    let described = students.iter().map(|student| {
        let titles: Vec<String> = student.courses().iter().map(|course| format!(" {}", course.title)).collect();
        format!("{}:{};", student.first_name, titles.concat())
    });
    Ok(described.collect())
}

/// The work of other tasks on all connections: it checks each result, and returns how many rows it has inserted.
async fn load(db: &AsyncDb, name: &str, is_over: &AtomicBool) -> Result<usize> {
    let mut inserted = 0;
    while !is_over.load(Ordering::Relaxed) {
        let geometry = Course::query().filter(Course::id().eq(1)).prefetch(Course::department()).one(db).await?;
        assert_eq!((&*geometry.title, &*geometry.department().name), ("Geometry", "Mathematics"));
        add(db, name).await?;
        let within = db.transaction(async |tx| {
            add(tx, name).await?;
            Department::query().filter(Department::name().eq(name)).count(tx).await
        });
        inserted += 2;
        assert_eq!(within.await?, inserted as u64);
    }
    Ok(inserted)
}

/// Ends the load, also when the test panics.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

const CONNECTIONS: usize = 3;

#[test]
fn whatever_is_dropped_is_there_wholly_or_not_at_all_and_harms_nobody() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(open_narrow(&shared.address(), CONNECTIONS, Duration::from_secs(60)));
    drop_everything(&db, &shared)
}

/// The same with tasks that read and write the sockets of a server themselves.
#[test]
fn whatever_a_task_of_tokio_drops_is_there_wholly_or_not_at_all_and_harms_nobody() -> Result<()> {
    let shared = shared();
    let db = AsyncDb::from(open_narrow(&shared.address(), CONNECTIONS, Duration::from_secs(60)));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let _within = runtime.enter();
    let (this, told_here) = (thread::current().id(), Arc::new(AtomicUsize::new(0)));
    let telling = Arc::clone(&told_here);
    db.on_statement(move |_| {
        telling.fetch_add(usize::from(thread::current().id() == this), Ordering::Relaxed);
    });
    drop_everything(&db, &shared)?;
    let polled = told_here.load(Ordering::Relaxed);
    // On SQLite, only short reads on a calm machine.
    assert!(either(true, polled > 0), "this thread sent no statement");
    Ok(())
}

fn drop_everything(db: &AsyncDb, shared: &Shared) -> Result<()> {
    let looking = shared.open();
    let is_over = AtomicBool::new(false);
    let tried = thread::scope(|scope| {
        let tasks = ["load 1", "load 2"].map(|name| {
            let is_over = &is_over;
            (name, scope.spawn(move || smol::block_on(load(db, name, is_over))))
        });
        let over = Over(&is_over);
        let tried = drop_all(db, &looking);
        drop(over);
        for (name, task) in tasks {
            let inserted = task.join().expect("the task does not panic")?;
            let there = Department::query().filter(Department::name().eq(name)).count(&looking)?;
            assert_eq!(there, inserted as u64, "what was acknowledged is not there");
        }
        tried
    })?;
    smol::block_on(assert_free(db))?;
    assert_idle(&looking)?;
    for (operation, last_name) in tried {
        let found = found(&looking, &last_name)?;
        assert!(found == BEFORE || found == operation.after, "{last_name}: {found}");
    }
    Ok(())
}

/// Begins each operation and drops it after each number of polls until it is ready. Returns the names of the students.
fn drop_all(db: &AsyncDb, looking: &Db) -> Result<Vec<(Operation, String)>> {
    let mut tried = Vec::new();
    for operation in OPERATIONS {
        let Operation { name, begin, after } = operation;
        for polls in 0.. {
            assert!(polls < 100, "{name} is never ready");
            let pause = Duration::from_micros([0, 30, 300][polls % 3]);
            let last_name = format!("{name} {polls}");
            let ada = smol::block_on(prepare(db, &last_name))?;
            let done = dropped_after(polls, pause, begin(db.clone(), ada));
            let is_ready = done.is_some();
            if let Some(done) = done {
                done?;
                assert_eq!(found(looking, &last_name)?, *after, "{last_name}");
            }
            tried.push((*operation, last_name));
            if is_ready {
                break;
            }
        }
    }
    Ok(tried)
}

async fn prepare(db: &AsyncDb, last_name: &str) -> Result<Student> {
    let new = NewStudent { first_name: "Ada".into(), last_name: last_name.into(), department_id: None };
    db.run(|tx| {
        let ada = new.insert(tx)?;
        Student::courses().link(tx, &ada, [&course(1), &course(2)])?;
        Ok(ada)
    })
    .await
}

/// Checks that all connections can be used at the same time.
async fn assert_free(db: &AsyncDb) -> Result<()> {
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS {
        let tx = db.begin_read().await?;
        assert_eq!(Course::query().count(&tx).await?, 3);
        held.push(tx);
    }
    for tx in held {
        tx.rollback().await?;
    }
    add(db, "free").await?;
    Ok(())
}

/// Checks that no transaction is open: nothing is locked for others, and the server has no open transaction.
fn assert_idle(looking: &Db) -> Result<()> {
    sql("UPDATE departments SET name = name").execute(looking)?;
    if either(false, true) {
        let open = "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
            WHERE relnamespace = CAST(current_schema() AS regnamespace) AND pid <> pg_backend_pid()
            AND pid IN (SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%')";
        let open: Vec<(i64,)> = sql(open).tuples(looking)?;
        assert_eq!(open, [(0,)], "a transaction is open");
    }
    Ok(())
}
