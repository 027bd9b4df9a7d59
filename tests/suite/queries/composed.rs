//! Conditions that are combined at run time: lists, optional ones, and one after the other.

use orm::{Condition, Db, Model, Result, View, assert_queries};

use crate::database::either;
use crate::schemas::university::{Course, Department, Student, university};
use crate::subjects::loading::trees::{Employee, staff};

fn sql(db: &Db, condition: Condition<Student>) -> String {
    let text = Student::query().filter(condition).sql(db).to_string();
    let (_, text) = text.split_once(" AS t0 ").expect("a table");
    text.to_owned()
}

fn ids(db: &Db, condition: Condition<Student>) -> Result<Vec<i64>> {
    Ok(Student::query().filter(condition).all(db)?.into_iter().map(|student| student.id).collect())
}

fn is(id: i64) -> Condition<Student> {
    Student::id().eq(id)
}

#[test]
fn lists_of_conditions_are_all_met_or_any_of_them() -> Result<()> {
    let db = university();
    assert_eq!(ids(&db, Condition::any([is(1), is(3)]))?, [1, 3]);
    assert_eq!(ids(&db, Condition::all([is(1), is(3)]))?, [] as [i64; 0]);
    assert_eq!(ids(&db, Condition::all([Student::id().gt(1), Student::last_name().starts_with("n")]))?, [2]);
    assert_eq!(ids(&db, Condition::any((0..1_000).map(is)))?, [1, 2, 3]);
    assert_eq!(ids(&db, !Condition::any([is(1), is(3)]))?, [2]);
    assert_eq!(sql(&db, Condition::any([is(1), is(2), is(3)])), sql(&db, is(1) | is(2) | is(3)));
    assert_eq!(sql(&db, Condition::all([is(1), is(2) | is(3)])), sql(&db, is(1) & (is(2) | is(3))));
    assert_eq!(sql(&db, Condition::any([is(1)])), sql(&db, is(1)));
    Ok(())
}

#[test]
fn lists_of_none_are_those_of_iterators() -> Result<()> {
    let db = university();
    assert_eq!(ids(&db, Condition::all([]))?, [1, 2, 3]);
    assert_eq!(ids(&db, Condition::any([]))?, [] as [i64; 0]);
    assert_eq!(ids(&db, !Condition::all([]))?, [] as [i64; 0]);
    assert_eq!(ids(&db, !Condition::any([]))?, [1, 2, 3]);
    assert_eq!(ids(&db, Condition::all([]) | is(2))?, [1, 2, 3]);
    assert_eq!(ids(&db, Condition::any([]) & is(2))?, [] as [i64; 0]);
    assert_eq!(sql(&db, Condition::any([])), r#"WHERE (1 = 0) ORDER BY t0."id""#);
    Ok(())
}

#[test]
fn a_condition_that_says_nothing_leaves_the_sql_as_it_was() -> Result<()> {
    let db = university();
    let all = Student::query().sql(&db).to_string();
    for condition in [Condition::default(), Condition::all([]), Condition::default() & Condition::default()] {
        assert_eq!(Student::query().filter(condition).sql(&db).to_string(), all);
    }
    assert_eq!(Student::query().filter(None).sql(&db).to_string(), all);
    let either = || is(1) | is(2);
    for condition in [Condition::default() & either(), either() & Condition::all([]), Condition::any([]) | either()] {
        assert_eq!(sql(&db, condition), sql(&db, either()));
    }
    let courses = || Student::courses().any(Condition::default());
    assert_eq!(sql(&db, courses()), sql(&db, Student::courses().exists()));
    // The rows are still those of the whole table, whose relations are loaded without sending keys.
    let whole = Department::query().prefetch(Department::courses());
    let filtered = Department::query().filter(Condition::default()).prefetch(Department::courses());
    assert_eq!(filtered.plan(&db)?.to_string(), whole.plan(&db)?.to_string());
    Ok(())
}

#[test]
fn conditions_grow_in_place() -> Result<()> {
    let db = university();
    let mut condition = Condition::default();
    condition &= Student::id().ge(2);
    condition &= Student::department_id().is_not_null();
    assert_eq!(ids(&db, condition.clone())?, [2]);
    condition |= is(1);
    assert_eq!(ids(&db, condition.clone())?, [1, 2]);
    let grown = (Student::id().ge(2) & Student::department_id().is_not_null()) | is(1);
    assert_eq!(sql(&db, condition), sql(&db, grown));
    let mut none = Condition::any([]);
    none |= is(3);
    assert_eq!(sql(&db, none), sql(&db, is(3)));
    Ok(())
}

#[test]
fn a_clone_of_a_condition_is_used_twice() -> Result<()> {
    let db = university();
    let in_department = Course::department_id().eq(1);
    let taught = Student::courses().any(in_department.clone());
    let students = Student::query().filter(taught.clone()).prefetch(Student::courses().filter(in_department));
    assert_eq!(students.all(&db)?.iter().map(|student| student.courses().len()).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(ids(&db, !taught)?, [3]);
    Ok(())
}

#[derive(View, Debug, PartialEq)]
#[view(of = Course)]
struct Title {
    title: String,
}

#[test]
fn an_optional_condition_filters_wherever_one_does() -> Result<()> {
    let db = university();
    let algebra = || Some(Course::title().eq("Algebra"));
    let nothing = || None::<Condition<Course>>;
    assert_eq!(Course::query().filter(algebra()).count(&db)?, 1);
    assert_eq!(Course::query().filter(nothing()).count(&db)?, 3);
    let students = |courses| Student::query().prefetch(Student::courses().filter(courses)).find(&db, 2);
    assert_eq!(students(algebra())?.courses().len(), 1);
    assert_eq!(students(nothing())?.courses().len(), 3);
    let titles = |condition| Course::query().select(Course::title()).filter(condition).all(&db);
    assert_eq!(titles(algebra())?, ["Algebra"]);
    assert_eq!(titles(nothing())?.len(), 3);
    assert_eq!(Course::query().view::<Title>().filter(algebra()).all(&db)?, [Title { title: "Algebra".into() }]);
    assert_eq!(Course::query().view::<Title>().filter(nothing()).count(&db)?, 3);

    let db = staff()?;
    let names = |condition: Option<Condition<Employee>>| -> Result<Vec<usize>> {
        let chiefs = Employee::query().filter(Employee::boss_id().is_null());
        let chiefs = chiefs.prefetch(Employee::reports().to_any_depth().filter(condition)).all(&db)?;
        Ok(chiefs.iter().map(|chief| chief.reports().walk().count()).collect())
    };
    let (all, none) = (names(None)?, names(Some(Employee::id().lt(0)))?);
    assert!(all.iter().sum::<usize>() > 0);
    assert_eq!(none.iter().sum::<usize>(), 0);
    Ok(())
}

#[test]
fn a_list_holds_the_first_error_of_its_conditions() {
    let db = university();
    let broken = || Student::last_name().like("\\");
    for condition in [
        Condition::all([is(1), broken()]),
        Condition::any([broken(), is(1)]),
        Condition::default() & broken(),
        broken().clone(),
    ] {
        let error = assert_queries!(&db, 0, ids(&db, condition).unwrap_err());
        assert!(error.is_encode() && error.to_string().contains("`students.last_name`"), "{error}");
    }
}

/// An empty list would otherwise change the whole table.
#[test]
fn rows_to_change_are_never_all_by_accident() -> Result<()> {
    let db = university();
    for condition in [Condition::default(), Condition::all([])] {
        let refused = [
            assert_queries!(&db, 0, Student::rows_where(condition.clone()).delete(&db).unwrap_err()),
            assert_queries!(&db, 0, Student::rows_where(condition).update(&db, Student::id().add(1)).unwrap_err()),
        ];
        for error in refused {
            assert!(error.is_invalid());
            assert_eq!(
                error.to_string(),
                "this condition is an empty list, so every row of `Student` meets it; to update or delete all rows, \
                 write `Student::all_rows()`"
            );
        }
    }
    assert_eq!(Student::rows_where(Condition::any([])).delete(&db)?, 0);
    assert_eq!(Student::all_rows().delete(&db)?, 3);
    Ok(())
}

#[test]
fn the_terms_of_a_list_stand_beside_each_other() {
    let db = university();
    let condition = Condition::all([is(1), Condition::any([is(2), is(3)]), Condition::default()]);
    assert_eq!(
        sql(&db, condition),
        either(
            r#"WHERE (t0."id" = ?1 AND (t0."id" = ?2 OR t0."id" = ?3)) ORDER BY t0."id""#,
            r#"WHERE (t0."id" = $1 AND (t0."id" = $2 OR t0."id" = $3)) ORDER BY t0."id""#,
        )
    );
}
