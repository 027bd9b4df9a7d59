//! A relation over two hops: departments to the enrollments of their students.

use orm::{Db, Model, Result};

use crate::database::db;

#[derive(Model, Debug)]
#[has_many(students: Student)]
#[has_many(enrollments: Enrollment, through = Student)]
#[has_many(notes: Note, through = Student, left = department_id, foreign_key = of)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
struct Student {
    id: i64,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

#[derive(Model, Debug)]
struct Enrollment {
    id: i64,
    #[belongs_to(student: Student)]
    student_id: i64,
}

/// A row for each student with the student's key: the target has the key of the intermediate model.
#[derive(Model, Debug)]
struct Note {
    #[model(primary_key)]
    #[belongs_to(student: Student)]
    of: i64,
    text: String,
}

/// Three departments; the students 1 and 2 are of the first, 3 of the second, 4 of none.
fn university() -> Result<Db> {
    let db = db();
    db.create_tables::<(Department, Student, Enrollment, Note)>()?;
    for name in ["Mathematics", "Physics", "History"] {
        NewDepartment { name: name.into() }.insert(&db)?;
    }
    for department_id in [Some(1), Some(1), Some(2), None] {
        NewStudent { department_id }.insert(&db)?;
    }
    for student_id in [3, 1, 4, 2, 1] {
        NewEnrollment { student_id }.insert(&db)?;
    }
    for of in [1, 3, 4] {
        NewNote { of, text: format!("of {of}") }.insert(&db)?;
    }
    Ok(db)
}

fn keys(departments: &[impl DepartmentRelations<Enrollments = orm::Many<Enrollment>>]) -> Vec<Vec<i64>> {
    let keys = departments.iter().map(|row| row.enrollments().iter().map(|enrollment| enrollment.id).collect());
    keys.collect()
}

#[test]
fn rows_two_hops_away_come_in_one_statement() -> Result<()> {
    let db = university()?;
    let whole = Department::query().prefetch(Department::enrollments());
    let rows = orm::assert_queries!(&db, 2, whole.all(&db)?);
    assert_eq!(keys(&rows), [vec![2, 4, 5], vec![1], vec![]]);
    let some = Department::query().filter(Department::id().ne(1)).prefetch(Department::enrollments());
    let rows = orm::assert_queries!(&db, 2, some.all(&db)?);
    assert_eq!(keys(&rows), [vec![1], vec![]]);
    Ok(())
}

#[test]
fn two_hops_are_narrowed_ordered_and_nested() -> Result<()> {
    let db = university()?;
    let newest = Department::enrollments().order_by(Enrollment::id().desc()).limit(2).prefetch(Enrollment::student());
    let rows = Department::query().prefetch(newest).all(&db)?;
    let found: Vec<(i64, i64)> =
        rows[0].enrollments().iter().map(|enrollment| (enrollment.id, enrollment.student().id)).collect();
    assert_eq!(found, [(5, 1), (4, 2)]);
    Ok(())
}

#[test]
fn two_hops_are_followed_from_one_row_filtered_by_and_counted() -> Result<()> {
    struct Count;
    let db = university()?;
    let maths = Department::find(&db, 1)?;
    assert_eq!(Department::enrollments().of(&maths).count(&db)?, 3);
    let busy = Department::query().filter(Department::enrollments().any(Enrollment::id().eq(4))).all(&db)?;
    assert_eq!(busy.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Mathematics"]);
    let counted = Department::query().prefetch(Department::enrollments().count().named(Count)).all(&db)?;
    assert_eq!(counted.iter().map(|row| *row.named(Count)).collect::<Vec<u64>>(), [3, 1, 0]);
    Ok(())
}

#[test]
fn two_hops_lead_to_rows_known_by_the_key_between() -> Result<()> {
    let db = university()?;
    let rows = Department::query().prefetch(Department::notes()).all(&db)?;
    let texts = |at: usize| rows[at].notes().iter().map(|note| note.text.clone()).collect::<Vec<_>>();
    assert_eq!((texts(0), texts(1), texts(2)), (vec!["of 1".to_owned()], vec!["of 3".to_owned()], vec![]));
    Ok(())
}

#[test]
fn two_hops_cannot_be_linked() -> Result<()> {
    let db = university()?;
    let (maths, enrollment) = (Department::find(&db, 1)?, Enrollment::find(&db, 1)?);
    let refused = Department::enrollments().link(&db, &maths, [&enrollment]);
    assert!(refused.is_err_and(|error| error.is_invalid()));
    Ok(())
}
