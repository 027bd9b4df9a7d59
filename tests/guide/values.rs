//! The program text of the chapter on values for each parent.

use std::collections::HashMap;
use std::num::ParseFloatError;

use orm::{Db, Many, Model, Part};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("04-values");
    named(&db)?;
    computed(&db, &mut chapter)?;
    narrowed(&db)?;
    batches(&db)?;
    failing(&db, &mut chapter);
    chapter.close();
    Ok(())
}

fn named(db: &Db) -> orm::Result<()> {
    // ANCHOR: large
    struct Large;

    let departments = Department::query()
        .prefetch(Department::courses())
        .prefetch(Department::courses().filter(Course::credits().ge(6)).named(Large))
        .all(db)?;
    let all: &Many<Course> = departments[0].courses();
    let large: &Many<Course, Part> = departments[0].named(Large);
    // ANCHOR_END: large
    assert_eq!((all.len(), large.len()), (3, 1));
    Ok(())
}

fn computed(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: number
    struct Number;
    struct Credits;
    struct Shortest;
    struct Largest;
    struct Occupied;
    // ANCHOR_END: number

    let recording = db.record();

    // ANCHOR: number
    let departments = Department::query()
        .prefetch(Department::courses().count().named(Number))
        .prefetch(Department::courses().sum(Course::credits()).named(Credits))
        .prefetch(Department::courses().min(Course::title()).named(Shortest))
        .prefetch(Department::courses().max(Course::credits()).named(Largest))
        .prefetch(Department::students().presence().named(Occupied))
        .all(db)?;
    let number: &u64 = departments[0].named(Number);
    let credits: &Option<i64> = departments[0].named(Credits);
    let first: &Option<String> = departments[0].named(Shortest);
    let largest: &Option<i32> = departments[0].named(Largest);
    let occupied: &bool = departments[0].named(Occupied);
    // ANCHOR_END: number
    assert_eq!(
        (*number, *credits, first.as_deref(), *largest, *occupied),
        (3, Some(15), Some("Algebra"), Some(6), true)
    );
    assert_eq!(recording.count(), 6);
    chapter.shows_sql(&recording.statements()[1..3]);
    Ok(())
}

fn narrowed(db: &Db) -> orm::Result<()> {
    // ANCHOR: graded
    struct Graded;
    struct Best;

    let graded = Student::enrollments().filter(Enrollment::grade().is_not_null());
    let students = Student::query()
        .prefetch(graded.clone().count().named(Graded))
        .prefetch(graded.max(Enrollment::grade()).named(Best))
        .all(db)?;
    let values: Vec<(u64, Option<i32>)> =
        students.iter().map(|student| (*student.named(Graded), *student.named(Best))).collect();
    assert_eq!(values, [(1, Some(95)), (2, Some(99)), (0, None)]);
    // ANCHOR_END: graded
    Ok(())
}

// ANCHOR: scores
fn scores(students: &[i64]) -> Result<HashMap<i64, f64>, ParseFloatError> {
    let answer = ask_the_service(students);
    answer.into_iter().map(|(student, score)| Ok((student, score.parse()?))).collect()
}
// ANCHOR_END: scores

/// A service that does not know the third student.
fn ask_the_service(students: &[i64]) -> Vec<(i64, &'static str)> {
    students.iter().zip(["1.5", "4.25"]).map(|(&student, score)| (student, score)).collect()
}

fn batches(db: &Db) -> orm::Result<()> {
    // ANCHOR: score
    struct Score;

    let students = Student::query().prefetch(orm::batch(Student::id(), scores).named(Score)).all(db)?;
    let score: &Option<f64> = students[0].named(Score);
    // ANCHOR_END: score
    assert_eq!((*score, *students[2].named(Score)), (Some(1.5), None));
    Ok(())
}

fn failing(db: &Db, chapter: &mut Chapter) {
    // ANCHOR: failing
    struct Score;

    let failing = |_: &[i64]| Err::<HashMap<i64, f64>, _>("the service does not answer");
    let error = Student::query().prefetch(orm::batch(Student::id(), failing).named(Score)).all(db).unwrap_err();
    println!("{error}");
    // ANCHOR_END: failing
    chapter.shows("text", error);
}
