//! N+1 queries cause warnings in development, and are counted in recordings.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, Once};
use std::thread::sleep;
use std::time::Duration;

use orm::{Db, Executor, Model, Result};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::database::Shared;
use crate::schemas::university::{Course, Department, Enrollment, Student, empty_university};
use crate::support::child;

/// Records the warnings, with all of their fields.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

/// Returns the warnings during a call.
fn warnings(work: impl FnOnce() -> Result<()>) -> Vec<String> {
    static FIRST: Once = Once::new();
    let warnings = Warnings::default();
    tracing::subscriber::with_default(warnings.clone(), || {
        // Another test may have given the first warning of all while no subscriber was registered, and `tracing` caches this until the next registration.
        FIRST.call_once(|| {
            let db = school(1).expect("a school");
            for _ in 0..10 {
                Student::find(&db, 1).expect("a student");
            }
            tracing_core::callsite::rebuild_interest_cache();
        });
        warnings.0.lock().unwrap().clear();
        work().expect("the work is done");
    });
    let warnings = warnings.0.lock().unwrap();
    warnings.clone()
}

struct Line<'l>(&'l mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, "{field}={value:?} ").expect("a text is written");
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "orm" && *metadata.level() == Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = String::new();
        event.record(&mut Line(&mut line));
        self.0.lock().unwrap().push(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The same number of students, each in a separate course.
fn school(students: i64) -> Result<Db> {
    let db = empty_university();
    fill(&db, students)?;
    Ok(db)
}

fn fill(db: &Db, students: i64) -> Result<()> {
    Department { id: 1, name: "Computing".into() }.insert(db)?;
    for id in 1..=students {
        Course { id, title: "Algebra".into(), department_id: 1 }.insert(db)?;
        let (first_name, last_name) = ("Ada".into(), "Lovelace".into());
        Student { id, first_name, last_name, department_id: Some(1) }.insert(db)?;
        Enrollment { student_id: id, course_id: id }.insert(db)?;
    }
    Ok(())
}

/// Returns the only warning, which names this file and contains some texts.
fn assert_one(warnings: &[String], texts: &[&str]) {
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    for text in texts.iter().chain(&["repeated.rs"]) {
        assert!(warnings[0].contains(text), "{} lacks {text}", warnings[0]);
    }
}

#[test]
fn the_relation_of_each_row_in_a_loop_is_warned_about_with_the_place_and_the_prefetch() -> Result<()> {
    let db = school(12)?;
    let students = Student::query().all(&db)?;
    let mut line = 0;
    let told = warnings(|| {
        for student in &students {
            line = line!() + 1;
            Student::courses().of(student).all(&db)?;
        }
        Ok(())
    });
    let place = format!("repeated.rs:{line} sent the same statement 10 times");
    let advice = "`Student::query().prefetch(Student::courses())`";
    assert_one(&told, &["message=N+1 queries: ", &place, advice, "db.query.text=\"SELECT ", "db.query.repeated=10"]);
    Ok(())
}

#[test]
fn each_place_is_told_once() {
    let told = warnings(|| {
        for _ in 0..3 {
            let db = school(11)?;
            for student in Student::query().all(&db)? {
                Student::courses().of(&student).all(&db)?;
            }
        }
        Ok(())
    });
    assert_one(&told, &["Student::courses()"]);
}

#[test]
fn every_way_to_read_the_relation_of_one_row_is_seen() -> Result<()> {
    let db = school(10)?;
    let students = Student::query().all(&db)?;
    let each = |read: &dyn Fn(&Student) -> Result<()>| warnings(|| students.iter().try_for_each(read));
    let prefetched = "query().prefetch(Student::courses())`";
    assert_one(&each(&|student| Student::courses().of(student).first(&db).map(drop)), &[prefetched]);
    assert_one(&each(&|student| Student::courses().of(student).one(&db).map(drop)), &[prefetched]);
    assert_one(&each(&|student| Student::courses().of(student).page(5).read(&db).map(drop)), &[prefetched]);
    assert_one(
        &each(&|student| Student::courses().of(student).select(Course::title()).all(&db).map(drop)),
        &[prefetched],
    );
    let with_department = Student::courses().prefetch(Course::department());
    assert_one(&each(&|student| with_department.clone().of(student).all(&db).map(drop)), &[prefetched]);
    assert_one(
        &each(&|student| Student::courses().of(student).count(&db).map(drop)),
        &["prefetch(Student::courses().count().named(Name))`"],
    );
    assert_one(
        &each(&|student| Student::courses().of(student).exists(&db).map(drop)),
        &["prefetch(Student::courses().presence().named(Name))`"],
    );
    assert_one(
        &each(&|student| Student::courses().of(student).max(&db, Course::id()).map(drop)),
        &["prefetch(Student::courses().max(..).named(Name))`"],
    );
    assert_one(
        &each(&|student| orm::prefetch_one(&db, student.clone(), Student::courses()).map(drop)),
        &["`orm::prefetch(&db, rows, Student::courses())`"],
    );
    Ok(())
}

#[test]
fn rows_found_one_by_one_are_warned_about() -> Result<()> {
    let db = school(10)?;
    let find_many = "`Course::find_many(&db, keys)`";
    let told = warnings(|| (1..=10).try_for_each(|id| Course::find(&db, id).map(drop)));
    assert_one(&told, &[find_many, "prefetch the relation that leads to these rows"]);
    let of_department = Course::query().filter(Course::department_id().eq(1));
    let told = warnings(|| (1..=10).try_for_each(|id| of_department.find(&db, id).map(drop)));
    assert_one(&told, &[find_many]);
    Ok(())
}

#[test]
fn a_loop_that_alternates_two_relations_is_warned_about_both() -> Result<()> {
    let db = school(10)?;
    let students = Student::query().all(&db)?;
    let told = warnings(|| {
        for student in &students {
            for course in Student::courses().of(student).all(&db)? {
                Course::department().of(&course).one(&db)?;
            }
        }
        Ok(())
    });
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains("Student::courses()") && told[1].contains("Course::department()"), "{told:#?}");
    Ok(())
}

#[test]
fn transactions_shared_handles_and_sandboxes_are_watched() -> Result<()> {
    fn read(on: &impl Executor) -> Result<()> {
        Student::query().all(on)?.iter().try_for_each(|student| Student::department().of(student).one(on).map(drop))
    }
    fn read_in_transaction(db: &Db) -> Result<()> {
        db.transaction(|tx| (1..=10).try_for_each(|id| Student::find(tx, id).map(drop)))
    }
    let db = school(10)?;
    assert_one(&warnings(|| read_in_transaction(&db)), &["Student::find_many"]);
    assert_one(&warnings(|| read(&Arc::new(db.clone()))), &["Student::department()"]);
    let shared = Shared::new();
    shared.open().create_tables::<(Department, Course, Student, Enrollment)>()?;
    let sandbox = shared.sandbox();
    fill(&sandbox, 10)?;
    let told = warnings(|| (1..=10).try_for_each(|id| Student::find(&sandbox, id).map(drop)));
    assert_one(&told, &["Student::find_many"]);
    Ok(())
}

#[test]
fn what_is_no_loop_of_reads_is_not_warned_about() -> Result<()> {
    let db = school(12)?;
    let students = Student::query().all(&db)?;
    let told = warnings(|| {
        // Fewer than ten.
        for student in &students[..9] {
            Student::courses().of(student).all(&db)?;
        }
        Student::query().all(&db)?;
        // A write for each row.
        for student in &students {
            Student::find(&db, student.id)?.edit(&db, |student| student.first_name.push('a'))?;
        }
        // A handler that reads a list.
        for student in &students {
            Student::find(&db, student.id)?;
            Course::query().all(&db)?;
        }
        Student::query().all(&db)?;
        // One place for several statements, as in a function that is generic over models.
        for (turn, student) in students.iter().enumerate() {
            let title = Course::title();
            let courses = Student::courses().order_by(if turn % 2 == 0 { title.asc() } else { title.desc() });
            courses.of(student).all(&db)?;
        }
        // One row's relation in chunks, and at once.
        for _ in Department::courses().of(&Department::find(&db, 1)?).chunks(&db).of_size(1) {}
        for _ in 0..12 {
            Student::query().prefetch(Student::courses()).all(&db)?;
            Student::find_many(&db, [1, 2])?;
            Student::query().filter(Student::id().eq(1)).one(&db)?;
        }
        Ok(())
    });
    assert_eq!(told, [""; 0]);
    Ok(())
}

#[test]
fn reads_that_are_seconds_apart_are_no_loop() -> Result<()> {
    let db = school(1)?;
    let told = warnings(|| {
        for turn in 0..12 {
            if turn == 6 {
                sleep(Duration::from_millis(2_100));
            }
            Student::find(&db, 1)?;
        }
        Ok(())
    });
    assert_eq!(told, [""; 0]);
    Ok(())
}

#[test]
fn threads_are_counted_each_by_itself() -> Result<()> {
    let db = school(10)?;
    let read = |ids: std::ops::RangeInclusive<i64>| {
        for id in ids {
            Student::find(&db, id).expect("a student");
        }
    };
    let told = warnings(|| {
        let here = tracing::dispatcher::get_default(Clone::clone);
        std::thread::scope(|scope| {
            for ids in [1..=5, 6..=10] {
                let (here, read) = (here.clone(), &read);
                scope.spawn(move || tracing::dispatcher::with_default(&here, || read(ids)));
            }
        });
        Ok(())
    });
    assert_eq!(told, [""; 0]);
    Ok(())
}

#[test]
fn the_threshold_is_an_option_of_the_database() -> Result<()> {
    let shared = Shared::new();
    let setup = shared.open();
    setup.create_tables::<(Department, Course, Student, Enrollment)>()?;
    fill(&setup, 20)?;
    let read = |db: Db| warnings(|| (1..=20).try_for_each(|id| Course::find(&db, id).map(drop)));
    assert_eq!(read(shared.open_warning_at(0)), [""; 0]);
    assert_eq!(read(shared.open_warning_at(21)), [""; 0]);
    assert_one(&read(shared.open_warning_at(3)), &["3 times"]);
    Ok(())
}

#[test]
fn without_a_subscriber_the_warning_is_a_line_on_standard_error() -> Result<()> {
    let test = without_a_subscriber_the_warning_is_a_line_on_standard_error;
    if child::given_address().is_some() {
        let db = school(10)?;
        return (1..=10).try_for_each(|id| Student::find(&db, id).map(drop));
    }
    let shared = Shared::new();
    let told = child::errors(test, &shared.address());
    let lines: Vec<_> = told.lines().filter(|line| line.contains("N+1 queries")).collect();
    assert_eq!(lines.len(), 1, "{told}");
    assert!(lines[0].starts_with("warning: N+1 queries: ") && lines[0].contains("Student::find_many"), "{told}");
    Ok(())
}

#[test]
fn a_recording_says_which_statements_were_repeated() -> Result<()> {
    let db = school(2)?;
    let recording = db.record();
    let students = Student::query().prefetch(Student::courses()).all(&db)?;
    assert_eq!(recording.repeated(), []);
    for student in &students {
        Student::department().of(student).one(&db)?;
    }
    let sql = Student::department().of(&students[0]).sql(&db).text;
    let repeated = recording.repeated();
    assert_eq!(repeated.len(), 1, "{repeated:?}");
    // `one` reads two rows at most, to see whether there is only one row.
    assert!(repeated[0].0.starts_with(&*sql) && repeated[0].1 == 2, "{repeated:?}");
    Ok(())
}
