//! Prefetching: how many statements, which rows, in which order, and which rows are shared.

use std::ptr;

use orm::{Model, Result, assert_queries};

use crate::schemas::music::{self, Artist, music};
use crate::schemas::university::{
    Course, Department, Enrollment, NewCourse, NewDepartment, NewStudent, Student, empty_university, titles, university,
};

#[test]
fn the_scenario_of_the_guide_takes_two_or_three_statements() -> Result<()> {
    let db = university();
    orm::assert_queries!(&db, 2, Student::query().prefetch(Student::courses()).all(&db)?);
    let nested = Student::query().prefetch(Student::courses().prefetch(Course::department()));
    let students = orm::assert_queries!(&db, 3, nested.all(&db)?);
    let names: Vec<_> = students[1].courses().iter().map(|course| course.department().name.as_str()).collect();
    assert_eq!(names, ["Mathematics", "Mathematics", "Physics"]);
    Ok(())
}

#[test]
fn siblings_may_stand_in_either_order() -> Result<()> {
    let db = university();
    let one =
        Student::query().prefetch(Student::courses()).prefetch(Student::department()).prefetch(Student::enrollments());
    let one = orm::assert_queries!(&db, 4, one.all(&db)?);
    let two =
        Student::query().prefetch(Student::enrollments()).prefetch(Student::department()).prefetch(Student::courses());
    let two = orm::assert_queries!(&db, 4, two.all(&db)?);
    assert_eq!(one.len(), 3);
    for (one, two) in one.iter().zip(&two) {
        assert_eq!(one.courses(), two.courses());
        assert_eq!(one.department(), two.department());
        assert_eq!(one.enrollments(), two.enrollments());
    }
    Ok(())
}

#[test]
fn three_levels_lead_back_to_where_they_began() -> Result<()> {
    let db = university();
    let query = Department::query()
        .prefetch(Department::courses().prefetch(Course::students().prefetch(Student::department())))
        .prefetch(Department::students());
    let departments = orm::assert_queries!(&db, 5, query.all(&db)?);
    let optics = &departments[1].courses()[0];
    let isaac = &optics.students()[0];
    assert_eq!((optics.title.as_str(), isaac.first_name.as_str()), ("Optics", "Isaac"));
    assert_eq!(isaac.department().as_ref().map(|found| found.name.as_str()), Some("Physics"));
    assert_eq!(departments[0].students()[0].first_name, "Ada");
    assert!(departments[2].courses().is_empty() && departments[2].students().is_empty());
    Ok(())
}

#[test]
fn many_to_many_below_many_to_many_may_have_empty_leaves() -> Result<()> {
    let db = university();
    NewCourse { title: "Empty".into(), department_id: 3 }.insert(&db)?;
    let query = Course::query().prefetch(Course::students().prefetch(Student::courses()));
    let courses = orm::assert_queries!(&db, 3, query.all(&db)?);
    assert_eq!(titles(courses[2].students()[0].courses()), ["Geometry", "Algebra", "Optics"]);
    assert!(courses[3].students().is_empty());
    Ok(())
}

#[test]
fn several_relations_are_loaded_below_one() -> Result<()> {
    let db = university();
    let relation = Department::courses().prefetch(Course::department()).prefetch(Course::students());
    let departments = orm::assert_queries!(&db, 4, Department::query().prefetch(relation).all(&db)?);
    let geometry = &departments[0].courses()[0];
    assert_eq!((geometry.department().id, geometry.students().len()), (1, 2));
    Ok(())
}

#[test]
fn no_rows_send_nothing_further() -> Result<()> {
    let db = empty_university();
    let nested = || Student::query().prefetch(Student::courses().prefetch(Course::department()));
    assert!(orm::assert_queries!(&db, 1, nested().all(&db)?).is_empty());
    assert!(orm::assert_queries!(&db, 1, nested().first(&db)?).is_none());

    NewStudent { first_name: "A".into(), last_name: "B".into(), department_id: None }.insert(&db)?;
    let students = orm::assert_queries!(&db, 2, nested().all(&db)?);
    assert!(students[0].courses().is_empty(), "an empty level is loaded and ends the branch");
    let none = nested().filter(Student::id().eq(99));
    assert!(orm::assert_queries!(&db, 1, none.all(&db)?).is_empty());
    Ok(())
}

#[test]
fn an_empty_branch_does_not_stop_its_siblings() -> Result<()> {
    let db = empty_university();
    let law = NewDepartment { name: "Law".into() }.insert(&db)?;
    NewStudent { first_name: "A".into(), last_name: "B".into(), department_id: Some(law.id) }.insert(&db)?;
    let query = Department::query()
        .prefetch(Department::courses().prefetch(Course::students()))
        .prefetch(Department::students().prefetch(Student::department()));
    let departments = orm::assert_queries!(&db, 4, query.all(&db)?);
    assert!(departments[0].courses().is_empty());
    assert!(departments[0].students()[0].department().is_some());
    Ok(())
}

#[test]
fn null_keys_cost_nothing() -> Result<()> {
    let db = empty_university();
    for _ in 0..3 {
        NewStudent { first_name: "A".into(), last_name: "B".into(), department_id: None }.insert(&db)?;
    }
    let query = Student::query().prefetch(Student::department().prefetch(Department::courses()));
    let students = orm::assert_queries!(&db, 1, query.all(&db)?);
    assert!(students.iter().all(|student| student.department().is_none()));

    let law = NewDepartment { name: "Law".into() }.insert(&db)?;
    NewStudent { first_name: "C".into(), last_name: "D".into(), department_id: Some(law.id) }.insert(&db)?;
    let students = orm::assert_queries!(&db, 3, query.all(&db)?);
    let found: Vec<_> = students.iter().map(|student| student.department().is_some()).collect();
    assert_eq!(found, [false, false, false, true]);
    Ok(())
}

#[test]
fn rows_that_parents_share_are_one_row() -> Result<()> {
    let db = university();
    for query in [Student::query(), Student::query().filter(Student::id().lt(3))] {
        let students = query.prefetch(Student::courses().prefetch(Course::department())).all(&db)?;
        let (ada, isaac) = (students[0].courses(), students[1].courses());
        assert!(ptr::eq(&raw const ada[0], &raw const isaac[0]), "many-to-many rows are shared");
        assert!(ptr::eq(&raw const ada[1], &raw const isaac[1]));
        let (geometry, algebra) = (ada[0].department(), ada[1].department());
        assert!(ptr::eq(&raw const **geometry, &raw const **algebra), "belongs-to rows are shared");
        let clone = ada.clone();
        assert!(ptr::eq(&raw const clone[0], &raw const ada[0]), "a clone is a handle");
    }
    Ok(())
}

#[test]
fn a_parent_twice_in_a_level_has_its_children_twice() -> Result<()> {
    let db = university();
    // Algebra and Geometry each have both students. The level below has each of them once.
    let query = Course::query().prefetch(Course::students().prefetch(Student::courses()));
    let courses = query.all(&db)?;
    for course in &courses[..2] {
        let sizes: Vec<_> = course.students().iter().map(|student| student.courses().len()).collect();
        assert_eq!(sizes, [2, 3]);
    }
    Ok(())
}

#[test]
fn the_order_is_kept_on_every_level() -> Result<()> {
    let db = university();
    let query = Student::query().order_by(Student::last_name().desc()).prefetch(
        Student::courses()
            .order_by(Course::title().desc())
            .prefetch(Course::students().order_by(Student::first_name().desc())),
    );
    let first = query.all(&db)?;
    let names: Vec<_> = first.iter().map(|student| student.last_name.as_str()).collect();
    assert_eq!(names, ["Void", "Newton", "Lovelace"]);
    assert_eq!(
        first[1].courses().iter().map(|course| course.title.as_str()).collect::<Vec<_>>(),
        ["Optics", "Geometry", "Algebra"]
    );
    let inner: Vec<_> = first[2].courses()[0].students().iter().map(|student| student.first_name.as_str()).collect();
    assert_eq!(inner, ["Isaac", "Ada"]);
    assert_eq!(query.all(&db)?, first, "the same on every run");
    Ok(())
}

#[test]
fn equal_children_come_by_primary_key() -> Result<()> {
    let db = empty_university();
    let law = NewDepartment { name: "Law".into() }.insert(&db)?;
    for id in [5, 3, 9, 1] {
        Course { id, title: "Same".into(), department_id: law.id }.insert(&db)?;
    }
    let ordered = |order| Department::courses().order_by(order);
    // In the direction of the last term.
    let relations = [
        (Department::courses(), [1, 3, 5, 9]),
        (ordered(Course::title().asc()), [1, 3, 5, 9]),
        (ordered(Course::title().desc()), [9, 5, 3, 1]),
    ];
    for (relation, expected) in relations {
        for query in [Department::query(), Department::query().filter(Department::id().eq(1))] {
            let departments = query.prefetch(relation.clone()).all(&db)?;
            let ids: Vec<_> = departments[0].courses().iter().map(|course| course.id).collect();
            assert_eq!(ids, expected);
        }
    }
    Ok(())
}

#[test]
fn parents_in_any_order_get_their_own_children() -> Result<()> {
    let db = university();
    for ids in [[1, 2, 3], [3, 1, 2], [2, 3, 1]] {
        for (position, &id) in ids.iter().enumerate() {
            Student { last_name: format!("{position}"), ..Student::find(&db, id)? }.update(&db)?;
        }
        let students =
            Student::query().order_by(Student::last_name().asc()).prefetch(Student::enrollments()).all(&db)?;
        assert_eq!(students.iter().map(|student| student.id).collect::<Vec<_>>(), ids);
        for student in students {
            assert!(student.enrollments().iter().all(|link| link.student_id == student.id));
            assert_eq!(student.enrollments().len(), [2, 3, 0][usize::try_from(student.id).unwrap() - 1]);
        }
    }
    Ok(())
}

#[test]
fn limits_of_the_root_count_roots() -> Result<()> {
    let db = university();
    let query = Student::query().order_by(Student::id().desc()).prefetch(Student::courses());
    let page = orm::assert_queries!(&db, 2, query.clone().limit(2).all(&db)?);
    assert_eq!(page.iter().map(|student| student.courses().len()).collect::<Vec<_>>(), [0, 3]);
    let page = query.clone().limit(1).offset(1).all(&db)?;
    assert_eq!((page.len(), page[0].id, page[0].courses().len()), (1, 2, 3));
    assert!(orm::assert_queries!(&db, 1, query.limit(0).all(&db)?).is_empty());
    Ok(())
}

#[test]
fn first_one_and_find_load_relations_too() -> Result<()> {
    let db = university();
    let query = Student::query().prefetch(Student::courses());
    let first = orm::assert_queries!(&db, 2, query.first(&db)?).expect("there are students");
    assert_eq!(titles(first.courses()), ["Geometry", "Algebra"]);
    let found = orm::assert_queries!(&db, 2, query.find(&db, 2)?);
    assert_eq!(found.courses().len(), 3);
    let one = query.clone().filter(Student::first_name().eq("Emil")).one(&db)?;
    assert!(one.courses().is_empty());

    let error = query.one(&db).unwrap_err();
    assert!(error.is_more_than_one());
    assert_eq!(
        error.to_string(),
        "more than one `Student` was found where one was expected; filter the query, or use `first`"
    );
    let error = query.find(&db, 99).unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "no `Student` was found");
    let narrowed = query.filter(Student::id().lt(2));
    assert!(narrowed.find(&db, 2).unwrap_err().is_not_found(), "`find` looks among the query's rows");
    Ok(())
}

#[test]
fn counting_loads_no_relation() -> Result<()> {
    let db = university();
    let query = Student::query().prefetch(Student::courses().prefetch(Course::department()));
    assert_eq!(orm::assert_queries!(&db, 1, query.count(&db)?), 3);
    assert!(orm::assert_queries!(&db, 1, query.exists(&db)?));
    let limited = query.clone().limit(2);
    assert_eq!(limited.count(&db)?, 2, "the rows that the query returns");
    assert_eq!(query.clone().offset(1).count(&db)?, 2);
    assert!(!query.clone().limit(0).exists(&db)?);
    assert!(!query.offset(3).exists(&db)?);
    Ok(())
}

#[test]
fn a_query_is_a_value() -> Result<()> {
    let db = university();
    let query = Student::query().filter(Student::id().gt(1)).prefetch(Student::courses());
    let narrower = query.clone().filter(Student::id().lt(3));
    assert_eq!(query.all(&db)?.len(), 2, "a clone does not change what it was made from");
    assert_eq!(narrower.all(&db)?.len(), 1);
    assert_eq!(query.all(&db)?, query.all(&db)?);
    let other = empty_university();
    assert!(query.all(&other)?.is_empty(), "it belongs to no database");
    Ok(())
}

#[test]
fn loaded_relations_behave_like_slices() -> Result<()> {
    let db = university();
    let students = Student::query().prefetch(Student::courses()).all(&db)?;
    let courses = students[1].courses();
    let read = orm::assert_queries!(&db, 0, (courses.len(), courses.is_empty(), courses.get(2).is_some()));
    assert_eq!(read, (3, false, true));
    assert!(courses.get(3).is_none() && courses.get(usize::MAX).is_none());
    assert_eq!(courses.first().map(|course| course.id), Some(1));
    assert_eq!(courses.last().map(|course| course.id), Some(3));
    let backwards: Vec<_> = courses.iter().rev().map(|course| course.id).collect();
    assert_eq!(backwards, [3, 2, 1]);
    assert_eq!(courses.iter().len(), 3);
    let empty = students[2].courses();
    assert!(empty.is_empty() && empty.first().is_none() && empty.last().is_none() && empty.iter().next().is_none());
    assert!(empty.get(0).is_none(), "an empty relation does not reach into its neighbour's rows");
    assert_eq!(format!("{empty:?}"), "[]");
    Ok(())
}

#[test]
fn rows_outlive_the_database_and_cross_threads() -> Result<()> {
    let db = university();
    let students = Student::query().prefetch(Student::courses()).all(&db)?;
    drop(db);
    let count = std::thread::spawn(move || students.iter().map(|student| student.courses().len()).sum::<usize>());
    assert_eq!(count.join().expect("the thread ends well"), 5);
    Ok(())
}

#[test]
fn an_index_past_the_end_panics_with_the_numbers() -> Result<()> {
    let db = university();
    let students = Student::query().prefetch(Student::courses()).all(&db)?;
    let panic = std::panic::catch_unwind(|| students[0].courses()[2].id).unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("row 2 of 2 loaded rows"));
    Ok(())
}

#[test]
fn links_added_later_show_in_the_next_query_only() -> Result<()> {
    let db = university();
    let before = Student::query().prefetch(Student::courses()).find(&db, 3)?;
    Enrollment { student_id: 3, course_id: 3 }.insert(&db)?;
    assert!(before.courses().is_empty());
    assert_eq!(Student::query().prefetch(Student::courses()).find(&db, 3)?.courses().len(), 1);
    Ok(())
}

struct Count;
struct Again;

#[test]
fn relations_are_loaded_onto_rows_in_memory() -> Result<()> {
    let db = music()?;
    let artists = Artist::query().order_by(Artist::name().desc()).all(&db)?;
    let artists = assert_queries!(&db, 1, orm::prefetch(&db, artists, Artist::albums())?);
    assert_eq!(artists.iter().map(|artist| artist.albums().len()).collect::<Vec<_>>(), [0, 1, 3]);
    let artists = assert_queries!(&db, 1, orm::prefetch(&db, artists, Artist::albums().count().named(Count))?);
    assert_eq!(*artists[2].named(Count), 3);
    assert_eq!(artists[2].albums().len(), 3);
    let none: Vec<Artist> = Vec::new();
    assert!(assert_queries!(&db, 0, orm::prefetch(&db, none, Artist::albums())?).is_empty());
    let ada = orm::prefetch_one(&db, Artist::find(&db, 1)?, Artist::albums())?;
    assert_eq!(music::titles(ada.albums()), ["One", "Two", "Three"]);
    Ok(())
}

#[test]
fn equal_statements_of_a_level_are_sent_once() -> Result<()> {
    let db = music()?;
    let query = Artist::query().prefetch(Artist::albums()).prefetch(Artist::albums().named(Again));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(music::titles(artists[0].albums()), music::titles(artists[0].named(Again)));
    Ok(())
}
