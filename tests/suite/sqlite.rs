//! What SQLite alone does: its files, its connections and how each is set up, its locks and its loose types.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use orm::{Db, Error, Mismatch, Model, Result};

use crate::database::{Shared as File, db};
use crate::subjects::support::{Course, Department, Enrollment, NewDepartment, Student, fill, titles};

/// The university of the other tests, in a file.
fn university_in(file: &File) -> Db {
    let db = file.open();
    db.create_tables::<(Department, Course, Student, Enrollment)>().expect("the tables are created");
    fill(&db).expect("the rows are inserted");
    db
}

fn law() -> NewDepartment {
    NewDepartment { name: "Law".into() }
}

#[test]
fn a_directory_is_no_database() {
    let file = File::new();
    let error = Db::open(file.directory.path()).unwrap_err();
    assert!(error.is_open_failure());
    assert_eq!(error.to_string(), format!("cannot open `{}`: it is a directory", file.directory.path().display()));
}

#[test]
fn a_text_file_is_no_database() {
    let file = File::new();
    std::fs::write(file.path(), "Dear diary, this is not a database. ".repeat(100)).unwrap();
    let error = Db::open(file.path()).unwrap_err();
    assert!(error.is_open_failure());
    assert_eq!(error.to_string(), format!("`{}` is not an SQLite database", file.path().display()));
    assert!(std::fs::read_to_string(file.path()).unwrap().starts_with("Dear diary"), "it is left as it was");
}

#[test]
fn a_path_that_leads_nowhere_is_an_error() {
    let file = File::new();
    let path = file.directory.path().join("missing").join("test.db");
    let error = Db::open(&path).unwrap_err();
    assert!(error.is_open_failure());
    assert!(error.to_string().starts_with(&format!("cannot open `{}`: ", path.display())), "{error}");
}

#[test]
fn a_broken_file_is_an_error_and_no_panic() {
    let file = File::new();
    drop(university_in(&file));
    let mut bytes = std::fs::read(file.path()).unwrap();
    bytes[100..].iter_mut().for_each(|byte| *byte = 0xA5);
    std::fs::write(file.path(), bytes).unwrap();
    let result = Db::open(file.path()).and_then(|db| Student::query().all(&db).map(|rows| rows.len()));
    assert!(result.is_err(), "{result:?}");
}

#[test]
fn a_new_and_an_empty_file_are_databases() -> Result<()> {
    let file = File::new();
    std::fs::write(file.path(), "").unwrap();
    assert_eq!(Department::query().count(&university_in(&file))?, 3);
    assert_eq!(Department::query().count(&file.open())?, 3, "and stay so");
    Ok(())
}

#[test]
fn a_file_opened_for_reading_is_not_changed() -> Result<()> {
    let file = File::new();
    let raw = file.raw();
    raw.execute_batch(
        "CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO departments VALUES (1, 'Law')",
    )
    .unwrap();
    let before = std::fs::read(file.path()).unwrap();
    let db = Db::sqlite().read_only().open(file.path())?;
    assert_eq!(Department::find(&db, 1)?.name, "Law");
    let error = law().insert(&db).unwrap_err();
    assert!(error.is_read_only());
    assert!(error.to_string().starts_with("the database cannot be written: "), "{error}");
    assert!(db.transaction(|transaction| law().insert(transaction)).is_err());
    assert_eq!(Department::query().count(&db)?, 1);
    drop(db);
    assert_eq!(std::fs::read(file.path()).unwrap(), before);
    let journal: String = raw.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "delete");
    Ok(())
}

#[test]
fn opening_for_reading_creates_no_file() {
    let file = File::new();
    assert!(Db::sqlite().read_only().open(file.path()).unwrap_err().is_open_failure());
    assert!(!file.path().exists());
}

#[test]
fn a_file_with_a_write_ahead_log_is_read_too() -> Result<()> {
    let file = File::new();
    let writing = university_in(&file);
    for _ in 0..2 {
        let db = Db::sqlite().read_only().open(file.path())?;
        assert_eq!(Student::query().prefetch(Student::courses()).all(&db)?.len(), 3);
    }
    law().insert(&writing)?;
    assert_eq!(Department::query().count(&Db::sqlite().read_only().open(file.path())?)?, 4);
    Ok(())
}

#[test]
fn the_path_of_a_database_in_memory_is_one_database() -> Result<()> {
    let db = Db::open(":memory:")?;
    db.create_tables::<Department>()?;
    law().insert(&db)?;
    assert_eq!(Department::query().count(&db)?, 1);
    assert!(!std::path::Path::new(":memory:").exists());
    Ok(())
}

#[test]
fn an_empty_path_is_an_error() {
    let error = Db::open("").unwrap_err();
    assert!(error.is_open_failure());
    assert_eq!(error.to_string(), "cannot open ``: the path is empty");
}

#[test]
fn names_of_files_are_taken_literally() -> Result<()> {
    let file = File::new();
    for name in ["file:a?mode=memory", "a b%20#?.db", "'\"; --", "\u{e4}\u{1F600}"] {
        let path = file.directory.path().join(name);
        let db = Db::open(&path)?;
        db.create_tables::<Department>()?;
        law().insert(&db)?;
        assert_eq!(Department::query().count(&db)?, 1);
        assert!(path.exists(), "{name}");
    }
    Ok(())
}

#[test]
fn threads_wait_for_a_database_in_memory() -> Result<()> {
    let db = crate::subjects::support::university();
    let transaction = db.begin()?;
    let other = db.clone();
    let waiting = thread::spawn(move || law().insert(&other).map(|row| row.id));
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished());
    law().insert(&transaction)?;
    transaction.commit()?;
    assert_eq!(waiting.join().expect("the thread ends well")?, 5);
    Ok(())
}

#[test]
fn foreign_keys_are_enforced() {
    let file = File::new();
    let course = |db: &Db| Course { id: 9, title: String::new(), department_id: 99 }.insert(db).unwrap_err();
    assert!(course(&university_in(&file)).is_foreign_key_violation());
    assert!(course(&crate::subjects::support::university()).is_foreign_key_violation());
}

#[test]
fn a_misspelt_name_is_never_a_string() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "departments")]
    struct Misspelt {
        #[model(primary_key)]
        naem: String,
        name: String,
    }
    #[derive(Model)]
    #[model(table = "departments", index(nosuch))]
    struct Indexed {
        id: i64,
        nosuch: i64,
    }
    let file = File::new();
    let db = university_in(&file);
    let row = Misspelt { naem: "naem".into(), name: "all of them".into() };
    for error in [row.update(&db).unwrap_err(), row.delete(&db).unwrap_err()] {
        assert!(error.is_schema_mismatch(), "{error}");
        assert_eq!((error.table(), error.column()), (Some("departments"), Some("naem")));
    }
    assert!(db.create_tables::<Indexed>().is_err(), "an index on a text is no index");
    assert_eq!(Department::find(&db, 1)?.name, "Mathematics");
    Ok(())
}

#[test]
fn readers_and_a_writer_do_not_wait_for_each_other() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let journal: String = file.raw().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(journal, "wal");
    let reading = db.begin_read()?;
    assert_eq!(Department::query().count(&reading)?, 3);
    let writing = db.begin()?;
    law().insert(&writing)?;
    assert_eq!(Department::query().count(&db)?, 3, "what is not committed is not seen");
    writing.commit()?;
    assert_eq!(Department::query().count(&reading)?, 3, "nor what was committed later than the reading began");
    assert_eq!(Department::query().count(&db)?, 4);
    Ok(())
}

#[test]
fn a_lock_of_another_process_is_waited_for() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let raw = file.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = thread::spawn(move || law().insert(&db).map(|row| row.id));
    thread::sleep(Duration::from_millis(100));
    assert!(!waiting.is_finished());
    raw.execute_batch("COMMIT").unwrap();
    assert_eq!(waiting.join().expect("the thread ends well")?, 4);
    Ok(())
}

#[test]
fn a_lock_held_too_long_is_an_error_worth_trying_again() -> Result<()> {
    let file = File::new();
    drop(university_in(&file));
    let db = Db::sqlite().busy_timeout(Duration::from_millis(60)).open(file.path())?;
    let raw = file.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    for error in [law().insert(&db).unwrap_err(), db.begin().unwrap_err()] {
        assert!(error.is_busy() && error.is_retryable());
        assert_eq!(error.to_string(), "the database is locked by another connection: database is locked");
    }
    assert!(began.elapsed() >= Duration::from_millis(120));
    assert_eq!(Department::query().count(&db)?, 3, "reading goes on");
    raw.execute_batch("ROLLBACK").unwrap();
    law().insert(&db)?;
    Ok(())
}

#[test]
fn timeouts_of_any_length_are_taken() -> Result<()> {
    let file = File::new();
    let options = Db::sqlite().busy_timeout(Duration::MAX).pool_timeout(Duration::MAX).readers(0).cached_statements(0);
    let db = options.open(file.path())?;
    db.create_tables::<Department>()?;
    law().insert(&db)?;
    assert_eq!(Department::query().count(&db)?, 1);
    Ok(())
}

#[test]
fn the_root_and_its_relations_see_one_state() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let other = file.open();
    let armed = Arc::new(AtomicBool::new(false));
    let trigger = Arc::clone(&armed);
    // Between the root's statement and those of its relations, another connection changes everything.
    db.on_statement(move |event| {
        if event.sql.starts_with("SELECT") && trigger.swap(false, Ordering::SeqCst) {
            Enrollment { student_id: 3, course_id: 3 }.insert(&other).expect("the other connection writes");
            Course::find(&other, 1).and_then(|course| course.delete(&other)).expect("the other connection deletes");
            Department { id: 2, name: "Renamed".into() }.update(&other).expect("the other connection updates");
        }
    });
    for query in [Student::query(), Student::query().filter(Student::id().gt(0))] {
        let query = query.prefetch(Student::courses().prefetch(Course::department())).prefetch(Student::department());
        let before = query.all(&db)?;
        armed.store(true, Ordering::SeqCst);
        assert_eq!(query.all(&db)?, before);
        let after = query.all(&db)?;
        assert_ne!(after, before);
        let courses = after.iter().flat_map(crate::subjects::support::StudentLoaded::courses);
        let titles: Vec<_> = courses.map(|course| (course.title.as_str(), course.department().name.as_str())).collect();
        let (algebra, optics) = (("Algebra", "Mathematics"), ("Optics", "Renamed"));
        assert_eq!(titles, [algebra, algebra, optics, optics]);
        // Undo for the next round.
        Course { id: 1, title: "Geometry".into(), department_id: 1 }.insert(&db)?;
        for student_id in [1, 2] {
            Enrollment { student_id, course_id: 1 }.insert(&db)?;
        }
        Enrollment { student_id: 3, course_id: 3 }.delete(&db)?;
        Department { id: 2, name: "Physics".into() }.update(&db)?;
    }
    Ok(())
}

#[test]
fn a_read_transaction_sees_one_state_throughout() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let reading = db.begin_read()?;
    let before = Student::query().prefetch(Student::courses()).all(&reading)?;
    Student::find(&db, 1)?.delete(&db)?;
    assert_eq!(Student::query().prefetch(Student::courses()).all(&reading)?, before);
    reading.commit()?;
    assert_eq!(Student::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn a_database_in_memory_tells_of_waiting_for_itself() -> Result<()> {
    let db = crate::subjects::support::university();
    let transaction = db.begin()?;
    let began = Instant::now();
    for error in [
        Student::query().all(&db).unwrap_err(),
        law().insert(&db).unwrap_err(),
        db.begin().unwrap_err(),
        db.begin_read().unwrap_err(),
        db.create_tables::<Department>().unwrap_err(),
    ] {
        assert!(error.is_reentrant());
        let text = error.to_string();
        assert!(
            text.starts_with("this thread holds the connection already (the writing connection is held by"),
            "{text}"
        );
        assert!(text.ends_with("run the query on the transaction, or finish with it first"), "{text}");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "nobody waits for what cannot come");
    assert_eq!(Student::query().count(&transaction)?, 3);
    drop(transaction);
    assert_eq!(Student::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn an_observer_that_queries_its_own_connection_gets_an_error() {
    let db = crate::subjects::support::university();
    let (told, hear) = mpsc::channel();
    let own = db.clone();
    db.on_statement(move |_| {
        let _ = told.send(Student::query().count(&own).err().is_some_and(|error| error.is_reentrant()));
    });
    Student::query().count(&db).expect("the outer query runs");
    assert_eq!(hear.try_recv(), Ok(true));
}

#[test]
fn a_file_has_one_writer_and_lets_its_thread_read_beside() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let transaction = db.begin()?;
    assert_eq!(Student::query().count(&db)?, 3);
    assert!(db.begin().unwrap_err().is_reentrant());
    assert!(law().insert(&db).unwrap_err().is_reentrant());
    transaction.commit()?;
    law().insert(&db)?;
    Ok(())
}

#[test]
fn a_connection_that_does_not_come_free_is_an_error_that_names_who_holds_it() -> Result<()> {
    let file = File::new();
    drop(university_in(&file));
    let db = Db::sqlite().pool_timeout(Duration::from_millis(50)).readers(1).open(file.path())?;
    let (both_hold, both_tried) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let holder = {
        let (db, hold, tried) = (db.clone(), Arc::clone(&both_hold), Arc::clone(&both_tried));
        thread::Builder::new().name("holder".into()).spawn(move || {
            let writing = db.begin().expect("the writer is free");
            let reading = db.begin_read().expect("the reader is free");
            hold.wait();
            tried.wait();
            drop((writing, reading));
        })
    };
    both_hold.wait();
    let errors = [(law().insert(&db).unwrap_err(), "writing"), (Student::query().all(&db).unwrap_err(), "reading")];
    both_tried.wait();
    for (error, role) in errors {
        assert!(error.is_pool_timeout() && !error.is_busy());
        let text = error.to_string();
        assert!(text.starts_with("no connection became free within "), "{text}");
        assert!(text.contains(&format!("{role} connection is held by thread holder for ")), "{text}");
    }
    holder.unwrap().join().expect("the thread ends well");
    assert_eq!(law().insert(&db)?.id, 4);
    Ok(())
}

#[test]
fn threads_share_a_database() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let db = db.clone();
            thread::spawn(move || -> Result<()> {
                for _ in 0..20 {
                    db.transaction(|transaction| law().insert(transaction))?;
                    let departments = Department::query().prefetch(Department::courses()).all(&db)?;
                    assert_eq!(departments[0].courses().len(), 2);
                }
                Ok(())
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("the thread ends well")?;
    }
    assert_eq!(Department::query().count(&db)?, 3 + 6 * 20);
    Ok(())
}

#[test]
fn a_transaction_that_the_database_ends_is_lost() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    file.raw()
        .execute_batch(
            "CREATE TRIGGER no_chess BEFORE INSERT ON departments WHEN new.name = 'Chess'
             BEGIN SELECT RAISE(ROLLBACK, 'no chess'); END",
        )
        .unwrap();
    let chess = || NewDepartment { name: "Chess".into() };
    let lost = |error: Error| {
        assert!(error.is_transaction_lost(), "{error}");
        assert!(error.to_string().starts_with("the database ended the transaction by itself"), "{error}");
    };

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert!(chess().insert(&transaction).is_err());
    lost(law().insert(&transaction).unwrap_err());
    lost(Department::query().count(&transaction).unwrap_err());
    lost(orm::insert_many(&transaction, [law()]).unwrap_err());
    lost(transaction.commit().unwrap_err());

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    let many = (0..1_500).map(|id| if id == 1_200 { chess() } else { law() });
    assert!(orm::insert_many(&transaction, many).is_err());
    lost(law().insert(&transaction).unwrap_err());
    drop(transaction);

    assert!(
        db.transaction(|transaction| {
            law().insert(transaction)?;
            let _ = chess().insert(transaction);
            Ok::<_, Error>(())
        })
        .unwrap_err()
        .is_transaction_lost()
    );
    assert_eq!(Department::query().count(&db)?, 3, "nothing is written outside of the transaction");
    law().insert(&db)?;
    Ok(())
}

#[test]
fn a_commit_that_fails_undoes_the_changes() -> Result<()> {
    let file = File::new();
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE departments (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
             CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT NOT NULL,
                 department_id INTEGER NOT NULL REFERENCES departments (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        .unwrap();
    let orphan = || Course { id: 1, title: "Orphan".into(), department_id: 9 };
    let transaction = db.begin()?;
    orphan().insert(&transaction)?;
    assert!(transaction.commit().unwrap_err().is_foreign_key_violation());
    assert!(orphan().insert(&db).unwrap_err().is_foreign_key_violation(), "also where each statement is its own");
    let many = db.transaction(|transaction| orphan().insert(transaction).map(|_| ()));
    assert!(many.unwrap_err().is_foreign_key_violation());
    assert_eq!(Course::query().count(&db)?, 0);
    Department { id: 9, name: "Found".into() }.insert(&db)?;
    orphan().insert(&db)?;
    Ok(())
}

#[test]
fn text_that_is_not_utf_8() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    file.raw().execute_batch("UPDATE departments SET name = CAST(x'ff41' AS TEXT) WHERE id = 1").unwrap();
    for error in [
        Department::find(&db, 1).unwrap_err(),
        Department::query().all(&db).unwrap_err(),
        Course::query().prefetch(Course::department()).all(&db).unwrap_err(),
    ] {
        assert_eq!(error.mismatch(), Some(&Mismatch::InvalidUtf8));
        assert_eq!(
            error.to_string(),
            "column `name` of table `departments` does not hold a `String`: the text is not valid UTF-8"
        );
    }
    assert_eq!(Department::find(&db, 2)?.name, "Physics", "the connection works on");
    Ok(())
}

#[test]
fn text_that_is_not_utf_8_as_a_key() -> Result<()> {
    #[derive(Model, Debug)]
    #[many_to_many(others: Key, through = "key_links", left = "one", right = "other")]
    struct Key {
        #[model(primary_key)]
        code: String,
    }
    let file = File::new();
    let db = file.open();
    db.create_tables::<Key>()?;
    let a = Key { code: "a".into() }.insert(&db)?;
    Key::others().link(&db, &a, [&a])?;
    let broken =
        "INSERT INTO keys VALUES (CAST(x'ff' AS TEXT)); INSERT INTO key_links VALUES ('a', CAST(x'ff' AS TEXT))";
    file.raw().execute_batch(broken).unwrap();
    let error = Key::query().filter(Key::code().eq("a")).prefetch(Key::others()).all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("keys"), Some("code")), "{error}");
    assert_eq!(error.mismatch(), Some(&Mismatch::InvalidUtf8));
    Ok(())
}

#[test]
fn a_number_that_is_none_is_not_stored_as_null() -> Result<()> {
    #[derive(Model, Debug)]
    struct Measure {
        id: i64,
        value: Option<f64>,
    }
    let db = crate::subjects::support::db();
    db.create_tables::<Measure>()?;
    for error in [
        NewMeasure { value: Some(f64::NAN) }.insert(&db).unwrap_err(),
        Measure::query().filter(Measure::value().eq(Some(f64::NAN))).all(&db).unwrap_err(),
        Measure::query().filter(Measure::value().in_([Some(f64::NAN)])).all(&db).unwrap_err(),
    ] {
        assert!(error.is_encode(), "{error}");
        assert!(error.to_string().ends_with("cannot be stored: SQLite cannot store a NaN"), "{error}");
    }
    assert_eq!(Measure::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn keys_that_only_the_database_takes_for_equal() -> Result<()> {
    #[derive(Model, Debug)]
    #[has_many(users: User)]
    #[many_to_many(friends: Country, through = "friendships", left = "one", right = "other")]
    struct Country {
        #[model(primary_key)]
        code: String,
    }
    #[derive(Model, Debug)]
    struct User {
        id: i64,
        #[belongs_to(country: Country)]
        country_id: String,
    }
    let file = File::new();
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE countries (code TEXT PRIMARY KEY COLLATE NOCASE);
             CREATE TABLE users (id INTEGER PRIMARY KEY, country_id TEXT COLLATE NOCASE REFERENCES countries);
             CREATE TABLE friendships (one TEXT COLLATE NOCASE, other TEXT COLLATE NOCASE);
             INSERT INTO countries VALUES ('DE'), ('fr');
             INSERT INTO users VALUES (1, 'de'), (2, 'De'), (3, 'FR'), (4, 'fr');
             INSERT INTO friendships VALUES ('de', 'FR'), ('Fr', 'De')",
        )
        .unwrap();
    for query in [Country::query(), Country::query().filter(Country::code().ne("x"))] {
        let countries = query.prefetch(Country::users()).prefetch(Country::friends()).all(&db)?;
        let ids: Vec<Vec<i64>> =
            countries.iter().map(|country| country.users().iter().map(|user| user.id).collect()).collect();
        assert_eq!(ids, [vec![1, 2], vec![3, 4]]);
        let friends: Vec<_> = countries.iter().map(|country| country.friends()[0].code.as_str()).collect();
        assert_eq!(friends, ["fr", "DE"]);
    }
    let users = User::query().prefetch(User::country()).all(&db)?;
    assert_eq!(users.iter().map(|user| user.country().code.as_str()).collect::<Vec<_>>(), ["DE", "DE", "fr", "fr"]);
    Ok(())
}

#[test]
fn a_schema_that_changes_under_a_cached_statement() -> Result<()> {
    let file = File::new();
    let db = university_in(&file);
    let raw = file.raw();
    let query = Department::query().prefetch(Department::courses());
    let before = query.all(&db)?;
    raw.execute_batch(
        "ALTER TABLE departments ADD COLUMN motto TEXT DEFAULT 'x'; ALTER TABLE courses ADD COLUMN hours INTEGER",
    )
    .unwrap();
    assert_eq!(query.all(&db)?, before);
    raw.execute_batch("ALTER TABLE departments RENAME COLUMN name TO title").unwrap();
    let error = query.all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("departments"), Some("name")), "{error}");
    raw.execute_batch("DROP TABLE courses").unwrap();
    assert_eq!(Course::query().all(&db).unwrap_err().table(), Some("courses"));
    Ok(())
}

#[test]
fn views_and_strict_tables_are_tables_too() -> Result<()> {
    let file = File::new();
    let db = file.open();
    file.raw()
        .execute_batch(
            "CREATE TABLE base (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
             INSERT INTO base VALUES (1, 'Law'), (2, 'Art');
             CREATE VIEW departments AS SELECT id, upper(name) AS name FROM base;
             CREATE TABLE courses (id INT PRIMARY KEY, title ANY, department_id INT) STRICT, WITHOUT ROWID;
             INSERT INTO courses VALUES (7, 'T', 2)",
        )
        .unwrap();
    for query in [Department::query(), Department::query().filter(Department::id().gt(0))] {
        let departments = query.prefetch(Department::courses()).all(&db)?;
        assert_eq!(departments[0].name, "LAW");
        assert_eq!(titles(departments[1].courses()), ["T"]);
    }
    Ok(())
}

#[test]
fn links_of_another_type_are_followed_or_refused_and_never_lost() {
    for (left, right) in [("INTEGER", "TEXT"), ("TEXT", "INTEGER"), ("TEXT", "TEXT"), ("", ""), ("REAL", "REAL")] {
        let file = File::new();
        let db = file.open();
        let tables = format!(
            "CREATE TABLE students (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, department_id INTEGER);
             CREATE TABLE courses (id INTEGER PRIMARY KEY, title TEXT, department_id INTEGER);
             CREATE TABLE enrollments (student_id {left}, course_id {right});
             INSERT INTO students VALUES (1, 'Ada', 'L', NULL), (2, 'Emil', 'V', NULL);
             INSERT INTO courses VALUES (7, 'Algebra', 1);
             INSERT INTO enrollments VALUES (1, 7), (NULL, 7), (2, NULL)"
        );
        file.raw().execute_batch(&tables).unwrap();
        for query in [Student::query(), Student::query().filter(Student::id().gt(0))] {
            match query.prefetch(Student::courses()).all(&db) {
                Ok(students) => {
                    assert_eq!(titles(students[0].courses()), ["Algebra"], "{left} {right}");
                    assert!(students[1].courses().is_empty());
                }
                Err(error) => {
                    assert!(error.is_decode(), "{left} {right}: {error}");
                    assert_eq!(error.table(), Some("enrollments"));
                }
            }
        }
    }
}

#[test]
fn an_amount_of_parents_beyond_any_limit_on_parameters_through_text_keys() -> Result<()> {
    #[derive(Model)]
    #[has_many(notes: Note)]
    struct Tag {
        #[model(primary_key)]
        word: String,
    }
    #[derive(Model)]
    struct Note {
        id: i64,
        #[belongs_to(tag: Tag)]
        tag_id: String,
    }
    let db = crate::subjects::support::db();
    db.create_tables::<(Tag, Note)>()?;
    let word = |number: i64| format!("w{number}");
    orm::insert_many(&db, (0..40_000).map(|number| NewTag { word: word(number) }))?;
    orm::insert_many(&db, (0..40_000).map(|number| NewNote { tag_id: word(number) }))?;
    let tags = orm::assert_queries!(&db, 3, Tag::query().prefetch(Tag::notes().prefetch(Note::tag())).all(&db)?);
    assert_eq!(tags.len(), 40_000);
    assert!(tags.iter().all(|tag| tag.notes().len() == 1 && tag.notes()[0].tag().word == tag.word));
    Ok(())
}

#[test]
fn the_next_key_follows_the_greatest() -> Result<()> {
    let db = db();
    db.create_tables::<Department>()?;
    Department { id: 17, name: "Law".into() }.insert(&db)?;
    assert_eq!(law().insert(&db)?.id, 18);
    Ok(())
}

#[test]
fn an_error_inside_does_not_end_a_transaction() -> Result<()> {
    let db = crate::subjects::support::university();
    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert!(Department { id: 1, name: "Twice".into() }.insert(&transaction).unwrap_err().is_unique_violation());
    assert!(Department::find(&transaction, 99).unwrap_err().is_not_found());
    transaction.commit()?;
    assert_eq!(Department::query().count(&db)?, 4);
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
#[has_many(notes: Note, foreign_key = text_id)]
struct Text {
    #[model(primary_key)]
    text: String,
}

#[derive(Model, Debug, PartialEq)]
struct Note {
    id: i64,
    text_id: String,
}

#[test]
fn text_with_a_nul_is_stored_and_compared_whole() -> Result<()> {
    let db = db();
    db.create_tables::<(Text, Note)>()?;
    for text in ["x\0y", "x"] {
        Text { text: text.into() }.insert(&db)?;
        NewNote { text_id: text.into() }.insert(&db)?;
    }
    assert_eq!(Text::find(&db, "x\0y")?.text, "x\0y");
    assert_eq!(Text::query().filter(Text::text().eq("x")).count(&db)?, 1);
    for text in Text::query().prefetch(Text::notes()).all(&db)? {
        assert_eq!(text.notes().iter().map(|note| &note.text_id).collect::<Vec<_>>(), [&text.text]);
    }
    Ok(())
}

#[test]
fn a_foreign_key_of_another_kind_is_an_error_in_both_forms() -> Result<()> {
    #[derive(Model, Debug)]
    #[model(table = "departments")]
    #[has_many(courses: Course, foreign_key = department_id)]
    struct Named {
        id: i64,
        name: String,
    }
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
    for query in [Named::query(), Named::query().filter(Named::id().gt(0))] {
        let error = query.prefetch(Named::courses()).all(&db).unwrap_err();
        assert!(error.is_decode(), "{error}");
        assert_eq!((error.table(), error.column()), (Some("courses"), Some("department_id")));
    }
    Ok(())
}

#[test]
fn no_number_is_no_value_of_an_expression() -> Result<()> {
    #[derive(Model, Debug)]
    struct Account {
        id: i64,
        rate: f64,
    }
    let db = db();
    db.create_tables::<Account>()?;
    let refused = Account::rate().add(f64::NAN);
    assert!(Account::query().select(refused.clone()).all(&db).is_err());
    assert!(Account::query().order_by(refused.clone().asc()).all(&db).is_err());
    assert!(Account::query().filter(refused.gt(1.0)).all(&db).is_err());
    Ok(())
}
