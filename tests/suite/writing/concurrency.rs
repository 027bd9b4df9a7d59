//! Several handles and threads at once: each query sees one state of the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use orm::{Model, Result};

use crate::database::Shared;
use crate::schemas::university::{
    Course, Department, Enrollment, NewDepartment, Student, StudentLoaded, university_in,
};

#[test]
fn the_root_and_its_relations_see_one_state() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let other = shared.open();
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
        let courses = after.iter().flat_map(StudentLoaded::courses);
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
    let shared = Shared::new();
    let db = university_in(&shared);
    let reading = db.begin_read()?;
    let before = Student::query().prefetch(Student::courses()).all(&reading)?;
    Student::find(&db, 1)?.delete(&db)?;
    assert_eq!(Student::query().prefetch(Student::courses()).all(&reading)?, before);
    reading.commit()?;
    assert_eq!(Student::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn threads_share_a_database() -> Result<()> {
    let shared = Shared::new();
    let db = university_in(&shared);
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let db = db.clone();
            thread::spawn(move || -> Result<()> {
                for _ in 0..20 {
                    db.transaction(|transaction| NewDepartment { name: "Law".into() }.insert(transaction))?;
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
