//! Relations narrowed by filters and limits, under other names.

use orm::{Many, Model, Part, Result};

use crate::database::db;
use crate::schemas::university::{
    Course, Department, Enrollment, NewDepartment, Student, StudentLoaded, empty_university, titles, university,
};

struct Passed;
struct Open;

#[test]
fn a_filtered_relation_holds_the_rows_that_meet_it() -> Result<()> {
    let db = university();
    for query in [Student::query(), Student::query().filter(Student::id().gt(0))] {
        let narrowed = Student::courses().filter(Course::title().contains("e")).order_by(Course::title().asc());
        let students = orm::assert_queries!(&db, 2, query.prefetch(narrowed).all(&db)?);
        let found: Vec<_> = students.iter().map(|student| titles(student.courses())).collect();
        assert_eq!(found, [vec!["Algebra", "Geometry"], vec!["Algebra", "Geometry"], vec![]]);
    }
    Ok(())
}

#[test]
fn filters_on_a_relation_add_up() -> Result<()> {
    let db = university();
    let both = Student::courses().filter(Course::id().gt(1)).filter(Course::id().lt(3) | Course::id().gt(5));
    let students = Student::query().prefetch(both).all(&db)?;
    assert_eq!(titles(students[1].courses()), ["Algebra"]);
    Ok(())
}

#[test]
fn a_narrowed_required_relation_is_an_option() -> Result<()> {
    let db = university();
    let physics = Course::department().filter(Department::name().eq("Physics"));
    let courses = Course::query().prefetch(physics).all(&db)?;
    let found: Vec<_> = courses.iter().map(|course| course.department().is_some()).collect();
    assert_eq!(found, [false, false, true]);
    Ok(())
}

#[test]
fn a_filtered_relation_goes_on_to_the_next_level() -> Result<()> {
    let db = university();
    let relation = Department::students().filter(Student::first_name().eq("Isaac")).prefetch(Student::courses());
    let departments = orm::assert_queries!(&db, 3, Department::query().prefetch(relation).all(&db)?);
    assert!(departments[0].students().is_empty());
    assert_eq!(departments[1].students()[0].courses().len(), 3);
    Ok(())
}

#[test]
fn a_relation_is_filtered_by_its_own_relations() -> Result<()> {
    let db = university();
    let relation = Student::courses().filter(Course::department().has(Department::name().eq("Physics")));
    let students = orm::assert_queries!(&db, 2, Student::query().prefetch(relation).all(&db)?);
    let found: Vec<_> = students.iter().map(|student| titles(student.courses())).collect();
    assert_eq!(found, [vec![], vec!["Optics"], vec![]]);
    Ok(())
}

#[test]
fn a_limit_counts_for_each_parent() -> Result<()> {
    let db = university();
    let cases: [(u64, u64, [&[&str]; 3]); 6] = [
        (1, 0, [&["Algebra"], &["Algebra"], &[]]),
        (2, 0, [&["Algebra", "Geometry"], &["Algebra", "Geometry"], &[]]),
        (99, 0, [&["Algebra", "Geometry"], &["Algebra", "Geometry", "Optics"], &[]]),
        (1, 1, [&["Geometry"], &["Geometry"], &[]]),
        (u64::MAX, 2, [&[], &["Optics"], &[]]),
        (0, 0, [&[], &[], &[]]),
    ];
    for (limit, offset, expected) in cases {
        for query in [Student::query(), Student::query().filter(Student::id().ge(1))] {
            let relation = Student::courses().order_by(Course::title().asc()).limit(limit).offset(offset);
            let students = orm::assert_queries!(&db, 2, query.prefetch(relation).all(&db)?);
            let found: Vec<_> = students.iter().map(|student| titles(student.courses())).collect();
            assert_eq!(found, expected, "limit {limit} offset {offset}");
        }
    }
    Ok(())
}

#[test]
fn a_limit_counts_for_each_parent_of_a_has_many() -> Result<()> {
    let db = empty_university();
    for id in 1..=3 {
        NewDepartment { name: format!("D{id}") }.insert(&db)?;
    }
    // The rows are interleaved, so that a limit for all parents together would be visible.
    for id in 1..=12 {
        Course { id, title: format!("C{id:02}"), department_id: id % 3 + 1 }.insert(&db)?;
    }
    let relation = Department::courses().order_by(Course::title().desc()).limit(2).offset(1).filter(Course::id().ne(7));
    let departments = Department::query().prefetch(relation).all(&db)?;
    let found: Vec<Vec<i64>> =
        departments.iter().map(|department| department.courses().iter().map(|course| course.id).collect()).collect();
    assert_eq!(found, [vec![9, 6], vec![4, 1], vec![8, 5]]);
    let offset_alone = Department::query().prefetch(Department::courses().offset(3)).all(&db)?;
    let found: Vec<Vec<i64>> =
        offset_alone.iter().map(|department| department.courses().iter().map(|course| course.id).collect()).collect();
    assert_eq!(found, [vec![12], vec![10], vec![11]]);
    Ok(())
}

#[test]
fn ties_within_a_limit_are_broken_by_primary_key() -> Result<()> {
    let db = empty_university();
    let law = NewDepartment { name: "Law".into() }.insert(&db)?;
    for id in [4, 2, 8, 6] {
        Course { id, title: "Same".into(), department_id: law.id }.insert(&db)?;
    }
    for (order, expected) in [(Course::title().asc(), [2, 4]), (Course::title().desc(), [8, 6])] {
        let relation = Department::courses().order_by(order).limit(2);
        let departments = Department::query().prefetch(relation).all(&db)?;
        assert_eq!(departments[0].courses().iter().map(|course| course.id).collect::<Vec<_>>(), expected);
    }
    Ok(())
}

#[test]
fn one_relation_comes_several_times_under_names() -> Result<()> {
    let db = university();
    let query = Student::query()
        .prefetch(Student::courses().filter(Course::title().eq("Optics")).named(Passed))
        .prefetch(Student::courses())
        .prefetch(Student::courses().filter(Course::title().ne("Optics")).prefetch(Course::department()).named(Open));
    let students = orm::assert_queries!(&db, 5, query.all(&db)?);
    let isaac = &students[1];
    assert_eq!(titles(isaac.named(Passed)), ["Optics"]);
    assert_eq!(titles(isaac.courses()), ["Geometry", "Algebra", "Optics"]);
    let open: Vec<_> = isaac.named(Open).iter().map(|course| (course.title.as_str(), course.department().id)).collect();
    assert_eq!(open, [("Geometry", 1), ("Algebra", 1)]);
    assert!(students[2].named(Open).is_empty());
    Ok(())
}

/// Reading such a row does not compile. Requesting it is an error before a statement is sent.
#[test]
fn a_name_twice_is_an_error() {
    let db = university();
    let twice =
        Student::query().prefetch(Student::courses().named(Open)).prefetch(Student::courses().count().named(Open));
    let below = Student::courses().prefetch(Course::students().named(Passed));
    let below = Student::query().prefetch(below.prefetch(Course::department().named(Passed)));
    let errors = orm::assert_queries!(&db, 0, [twice.all(&db).err(), below.all(&db).err()]);
    for (error, name) in errors.into_iter().zip(["`Open`", "`Passed`"]) {
        let error = error.expect("one name for two values");
        assert!(error.is_invalid() && error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_name_works_where_the_relation_itself_is_not_loaded() -> Result<()> {
    let db = university();
    let query = Course::query().prefetch(Course::department().named(Open));
    let courses = orm::assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(courses[2].named(Open).name, "Physics");
    let query = Enrollment::query().prefetch(Enrollment::student().named(Open)).prefetch(Enrollment::student());
    assert_eq!(query.all(&db)?[0].named(Open).first_name, "Ada");
    Ok(())
}

#[test]
fn the_type_tells_a_narrowed_relation_from_a_whole_one() -> Result<()> {
    fn all_titles(student: &StudentLoaded<Many<Course>>) -> Vec<&str> {
        titles(student.courses())
    }
    fn some_titles(student: &StudentLoaded<Many<Course, Part>>) -> Vec<&str> {
        titles(student.courses())
    }
    let db = university();
    let whole = Student::query().prefetch(Student::courses()).find(&db, 1)?;
    assert_eq!(all_titles(&whole), ["Geometry", "Algebra"]);
    let part = Student::query().prefetch(Student::courses().limit(1)).find(&db, 1)?;
    assert_eq!(some_titles(&part), ["Geometry"]);
    Ok(())
}

#[derive(Model, Debug)]
#[has_many(entries: Entry)]
struct Ledger {
    id: i64,
}

#[derive(Model, Debug)]
struct Entry {
    id: i64,
    amount: Option<i64>,
    #[belongs_to(ledger: Ledger)]
    ledger_id: i64,
}

#[test]
fn a_limit_respects_where_nulls_go() -> Result<()> {
    let db = db();
    db.create_tables::<(Ledger, Entry)>()?;
    Ledger { id: 1 }.insert(&db)?;
    for amount in [Some(5), None, Some(1)] {
        NewEntry { amount, ledger_id: 1 }.insert(&db)?;
    }
    let first_two = |relation: orm::Query<Entry>| -> Result<Vec<Option<i64>>> {
        Ok(relation.all(&db)?.into_iter().map(|entry| entry.amount).collect())
    };
    let last = Ledger::entries().order_by(Entry::amount().asc().nulls_last()).limit(2);
    let ledgers = Ledger::query().prefetch(last.clone()).all(&db)?;
    let amounts: Vec<_> = ledgers[0].entries().iter().map(|entry| entry.amount).collect();
    assert_eq!(amounts, [Some(1), Some(5)]);
    assert_eq!(first_two(last.of(&ledgers[0]))?, amounts);
    let first = Ledger::entries().order_by(Entry::amount().asc()).limit(2);
    let ledgers = Ledger::query().prefetch(first).all(&db)?;
    let amounts: Vec<_> = ledgers[0].entries().iter().map(|entry| entry.amount).collect();
    assert_eq!(amounts, [None, Some(1)]);
    Ok(())
}
