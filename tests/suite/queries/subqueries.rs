//! Conditions that a value is in the result of a query.

use orm::value::Decimal;
use orm::{Condition, Db, Model, Result, assert_queries};

use crate::database::{Shared, db, either};
use crate::schemas::university::{Course, Department, Enrollment, Student, university, university_in};
use crate::support::random::Random;

fn ids(db: &Db, condition: Condition<Student>) -> Result<Vec<i64>> {
    assert_queries!(db, 1, Student::query().filter(condition).select(Student::id()).all(db))
}

fn sql(db: &Db, condition: Condition<Student>) -> String {
    let text = Student::query().filter(condition).sql(db).to_string();
    let (_, text) = text.split_once(" AS t0 ").expect("a table");
    text.to_owned()
}

#[test]
fn a_value_is_one_of_those_that_a_query_returns() -> Result<()> {
    let db = university();
    let optics = || Enrollment::query().filter(Enrollment::course_id().eq(3)).select(Enrollment::student_id());
    assert_eq!(ids(&db, Student::id().in_(optics()))?, [2]);
    assert_eq!(ids(&db, !Student::id().in_(optics()))?, [1, 3]);
    assert_eq!(
        sql(&db, Student::id().in_(optics())),
        either(
            r#"WHERE t0."id" IN (SELECT t1."student_id" FROM "enrollments" AS t1 WHERE t1."course_id" = ?1) ORDER BY t0."id""#,
            r#"WHERE t0."id" IN (SELECT t1."student_id" FROM "enrollments" AS t1 WHERE t1."course_id" = $1) ORDER BY t0."id""#,
        )
    );
    let nobody = Enrollment::query().filter(Enrollment::course_id().eq(0)).select(Enrollment::student_id());
    assert_eq!(ids(&db, Student::id().in_(nobody.clone()))?, [] as [i64; 0]);
    assert_eq!(ids(&db, !Student::id().in_(nobody))?, [1, 2, 3]);
    // An order without an effect is left out.
    let ordered = optics().order_by(Enrollment::student_id().desc());
    assert_eq!(sql(&db, Student::id().in_(ordered)), sql(&db, Student::id().in_(optics())));
    Ok(())
}

/// In SQL, `NOT IN` with `NULL` among the values is unknown.
#[test]
fn nulls_that_a_query_returns_are_left_out() -> Result<()> {
    let db = university();
    let departments = || Student::query().select(Student::department_id());
    let found = |condition| Department::query().filter(condition).select(Department::id()).all(&db);
    assert_eq!(departments().all(&db)?, [Some(1), Some(2), None]);
    assert_eq!(found(Department::id().in_(departments()))?, [1, 2]);
    assert_eq!(found(!Department::id().in_(departments()))?, [3]);
    assert_eq!(found(!Department::id().in_(departments().order_by(Student::id().desc()).limit(2)))?, [1, 3]);
    assert_eq!(found(!Department::id().in_(departments().distinct()))?, [3]);
    let grouped = Student::query().group_by(Student::department_id()).select(Student::department_id());
    assert_eq!(found(!Department::id().in_(grouped))?, [3]);
    let none = Student::query().filter(Student::id().lt(0)).select(Student::department_id().max());
    assert_eq!(found(!Department::id().in_(none))?, [1, 2, 3], "the greatest of no rows is none");
    // A `NULL` is neither found nor excluded, as with a list.
    let all = || Department::query().select(Department::id());
    assert_eq!(ids(&db, Student::department_id().in_(all()))?, [1, 2]);
    assert_eq!(ids(&db, !Student::department_id().in_(all()))?, [] as [i64; 0]);
    assert_eq!(ids(&db, !Student::department_id().in_(departments().filter(Student::id().eq(1))))?, [2]);
    Ok(())
}

#[test]
fn the_rows_of_a_query_are_limited_grouped_and_distinct() -> Result<()> {
    let db = university();
    let busy = Enrollment::query()
        .group_by(Enrollment::student_id())
        .having(orm::count().gt(2))
        .select(Enrollment::student_id());
    assert_eq!(ids(&db, Student::id().in_(busy.clone()))?, [2]);
    assert_eq!(
        sql(&db, Student::id().in_(busy)),
        either(
            r#"WHERE t0."id" IN (SELECT t1."student_id" FROM "enrollments" AS t1 GROUP BY t1."student_id" HAVING count(*) > ?1) ORDER BY t0."id""#,
            r#"WHERE t0."id" IN (SELECT t1."student_id" FROM "enrollments" AS t1 GROUP BY t1."student_id" HAVING count(*) > $1) ORDER BY t0."id""#,
        )
    );
    let next = Student::query().group_by(Student::department_id().add(1)).select(Student::department_id().add(1));
    assert_eq!(ids(&db, !Student::id().in_(next.clone()))?, [1], "a computed key, which is NULL for one group");
    assert_eq!(ids(&db, Student::id().in_(next.limit(2)))?, [2], "the first group has no number");
    let last = Student::query().select(Student::id()).order_by(Student::last_name().desc()).limit(2);
    assert_eq!(ids(&db, Student::id().in_(last.clone()))?, [2, 3]);
    assert_eq!(
        sql(&db, Student::id().in_(last)),
        either(
            r#"WHERE t0."id" IN (SELECT n."value" FROM (SELECT t1."id" AS "value" FROM "students" AS t1 ORDER BY t1."last_name" DESC, t1."id" DESC LIMIT ?1) AS n) ORDER BY t0."id""#,
            r#"WHERE t0."id" IN (SELECT n."value" FROM (SELECT t1."id" AS "value" FROM "students" AS t1 ORDER BY t1."last_name" DESC, t1."id" DESC LIMIT $1) AS n) ORDER BY t0."id""#,
        )
    );
    let second = Enrollment::query().select(Enrollment::student_id()).distinct().limit(1).offset(1);
    assert_eq!(ids(&db, Student::id().in_(second))?, [2]);
    let newest = Student::query().select(Student::id().max());
    assert_eq!(ids(&db, Student::id().in_(newest))?, [3], "a value of all rows");
    Ok(())
}

#[test]
fn expressions_and_groups_are_among_them_too() -> Result<()> {
    let db = university();
    let next = Department::query().select(Department::id());
    assert_eq!(ids(&db, Student::id().add(1).in_(next.clone()))?, [1, 2]);
    assert_eq!(ids(&db, Student::id().add(1).in_([2, 9]))?, [1]);
    let by_relation = Course::query().select(Course::department().value(Department::name()));
    let named = Department::query().filter(Department::name().in_(by_relation)).select(Department::id());
    assert_eq!(named.all(&db)?, [1, 2]);
    let sizes = Enrollment::query().group_by(Enrollment::course_id()).select(orm::count());
    let courses = |condition| {
        Enrollment::query()
            .group_by(Enrollment::student_id())
            .having(condition)
            .select(Enrollment::student_id())
            .all(&db)
    };
    assert_eq!(courses(orm::count().in_(sizes.clone()))?, [1], "two courses, as one has students");
    assert_eq!(courses(!orm::count().in_(sizes))?, [2]);
    assert_eq!(courses(orm::count().in_([3, 4]))?, [2]);
    Ok(())
}

#[test]
fn it_stands_wherever_a_condition_does() -> Result<()> {
    let db = university();
    let of_maths = || Course::query().filter(Course::department_id().eq(1)).select(Course::id());
    let students = Student::query().prefetch(Student::courses().filter(Course::id().in_(of_maths())));
    let loaded = assert_queries!(&db, 2, students.all(&db)?);
    assert_eq!(loaded.iter().map(|student| student.courses().len()).collect::<Vec<_>>(), [2, 2, 0]);
    assert_eq!(ids(&db, Student::courses().any(Course::id().in_(of_maths())))?, [1, 2]);
    let deep = Department::query().filter(Department::id().in_(of_maths())).select(Department::id());
    assert_eq!(ids(&db, Student::department_id().in_(deep))?, [1, 2], "a query within a query");
    assert_eq!(Student::query().filter(Student::id().in_(of_maths())).count(&db)?, 2);
    assert!(Student::query().filter(Student::id().in_(of_maths())).exists(&db)?);
    let flags: Vec<bool> = Student::query().select(Student::id().in_(of_maths())).all(&db)?;
    assert_eq!(flags, [true, true, false]);
    let ada = Student::find(&db, 1)?;
    let hers = Student::courses().of(&ada).select(Course::id());
    assert_eq!(Course::query().filter(!Course::id().in_(hers)).select(Course::id()).all(&db)?, [3]);

    let busy = Enrollment::query().group_by(Enrollment::student_id()).having(orm::count().gt(2));
    let busy = busy.select(Enrollment::student_id());
    let moved = Student::rows_where(Student::id().in_(busy));
    assert_eq!(assert_queries!(&db, 1, moved.update(&db, Student::department_id().set(3))?), 1);
    assert_eq!(Student::find(&db, 2)?.department_id, Some(3));
    let with_courses = Enrollment::query().select(Enrollment::student_id());
    let gone = Student::rows_where(!Student::id().in_(with_courses));
    assert_eq!(assert_queries!(&db, 1, gone.delete(&db)?), 1);
    // A subquery on the table that is changed.
    let least = Student::query().select(Student::id().min());
    assert_eq!(Student::rows_where(Student::id().in_(least)).delete(&db)?, 1);
    assert_eq!(Student::query().select(Student::id()).all(&db)?, [2]);
    Ok(())
}

#[test]
fn what_is_wrong_with_the_query_is_told() {
    let db = university();
    let broken = Course::query().filter(Course::title().like("\\")).select(Course::id());
    let loose = Course::query().group_by(Course::department_id()).select(Course::id());
    let distinct = Course::query().select(Course::id()).distinct().order_by(Course::title().asc());
    let conditions = [
        (Student::id().in_(broken), "a pattern cannot end in `\\`, which takes the next character literally"),
        (Student::id().in_(distinct), "and `Course.title` is not selected"),
        (Student::id().in_(loose), "`Course.id` has several values in a group"),
    ];
    for (condition, message) in conditions {
        let error = assert_queries!(&db, 0, Student::query().filter(!condition).all(&db).unwrap_err());
        assert!(error.to_string().contains(message), "{error}");
    }
    let mut nested = Student::query().select(Student::id());
    for _ in 0..300 {
        nested = Student::query().filter(Student::id().in_(nested)).select(Student::id());
    }
    assert!(assert_queries!(&db, 0, nested.all(&db).unwrap_err()).is_invalid());
}

/// The same amounts in two forms. No value of one form equals a value of the other.
#[derive(Model, Clone, Debug)]
struct Bill {
    id: i64,
    #[model(stored = minor_units(2))]
    amount: Decimal,
    is_paid: bool,
}

#[derive(Model, Clone, Debug)]
struct Payment {
    id: i64,
    amount: Option<Decimal>,
    #[model(stored = words("Y", "N"))]
    is_booked: bool,
}

#[test]
fn values_stored_in_two_forms_are_compared_by_what_they_mean() -> Result<()> {
    let db = db();
    db.create_tables::<(Bill, Payment)>()?;
    let amount = |units| Decimal::new(units, 2);
    for (units, is_paid) in [(1000, true), (250, false), (99, true)] {
        NewBill { amount: amount(units), is_paid }.insert(&db)?;
    }
    for units in [Some(1000), None, Some(99)] {
        NewPayment { amount: units.map(amount), is_booked: true }.insert(&db)?;
    }
    let paid = || Payment::query().select(Payment::amount());
    let bills = |condition| Bill::query().filter(condition).select(Bill::id()).all(&db);
    assert_eq!(bills(Bill::amount().in_(paid()))?, [1, 3]);
    assert_eq!(bills(!Bill::amount().in_(paid()))?, [2]);
    assert_eq!(bills(!Bill::amount().in_(paid().order_by(Payment::id().asc()).limit(2)))?, [2, 3]);
    let billed = Bill::query().select(Bill::amount());
    assert_eq!(Payment::query().filter(Payment::amount().in_(billed.clone())).count(&db)?, 2);
    assert_eq!(bills(Bill::amount().in_(billed.filter(Bill::id().gt(1))))?, [2, 3], "in one form");
    let booked = Payment::query().select(Payment::is_booked());
    assert_eq!(bills(Bill::is_paid().in_(booked))?, [1, 3]);
    let found = Bill::query().select(Bill::amount().gt(amount(500)));
    let payments = |condition| Payment::query().filter(condition).count(&db);
    assert_eq!(payments(Payment::is_booked().in_(found.clone()))?, 3, "a condition is in no form");
    assert_eq!(payments(!Payment::is_booked().in_(found.filter(Bill::id().gt(1))))?, 3);
    Ok(())
}

#[derive(Model, Clone, Debug)]
struct Left {
    id: i64,
    number: Option<i64>,
    name: String,
}

#[derive(Model, Clone, Debug)]
struct Right {
    id: i64,
    number: Option<i64>,
    name: Option<String>,
}

/// The keys are loaded first, and then used as a list.
#[test]
fn a_query_finds_what_a_list_of_its_values_finds() -> Result<()> {
    let db = db();
    db.create_tables::<(Left, Right)>()?;
    let mut random = Random::new(29);
    for _ in 0..40 {
        let number = (random.below(4) > 0).then(|| random.below(12));
        NewLeft { number, name: random.name() }.insert(&db)?;
        let number = (random.below(3) > 0).then(|| random.below(12));
        let name = (random.below(3) > 0).then(|| random.name());
        NewRight { number, name }.insert(&db)?;
    }
    let found = |condition: Condition<Left>| Left::query().filter(condition).select(Left::id()).all(&db);
    for round in 0..200 {
        let of = Right::query().filter(Right::id().between(random.below(40), random.below(60)));
        let mut numbers = of.clone().select(Right::number());
        let mut names = of.select(Right::name());
        if random.below(2) == 0 {
            (numbers, names) = (numbers.distinct(), names.distinct());
        } else {
            (numbers, names) = (numbers.order_by(Right::name().desc()), names.order_by(Right::number().asc()));
        }
        if random.below(2) == 0 {
            let (limit, offset) = (random.below(6), random.below(3));
            let bound = |number| u64::try_from(number).expect("no less than zero");
            (numbers, names) = (numbers.limit(bound(limit)), names.limit(bound(limit)));
            (numbers, names) = (numbers.offset(bound(offset)), names.offset(bound(offset)));
        }
        let pairs = [
            (Left::number().in_(numbers.clone()), Left::number().in_(numbers.all(&db)?)),
            (Left::name().in_(names.clone()), Left::name().in_(names.all(&db)?.into_iter().flatten())),
        ];
        for (query, list) in pairs {
            assert_eq!(found(query.clone())?, found(list.clone())?, "round {round}");
            assert_eq!(found(!query)?, found(!list)?, "round {round}, not");
        }
    }
    Ok(())
}

#[test]
fn the_query_is_run_once_or_looked_up_by_an_index() {
    let shared = Shared::new();
    let db = university_in(&shared);
    let with_courses = Enrollment::query().select(Enrollment::student_id());
    let plan = |condition| {
        let sql = Student::query().filter(condition).sql(&db).to_string();
        shared.query_plan(&sql).join("\n")
    };
    let found = plan(Student::id().in_(with_courses.clone()));
    let (keys, of_keys) = either(
        ("SEARCH t0 USING INTEGER PRIMARY KEY (rowid=?)", "SCAN t1 USING COVERING INDEX"),
        ("Index Scan using students_pkey on students t0", "Index Only Scan using enrollments_pkey on enrollments t1"),
    );
    assert!(found.contains(keys) && found.contains(of_keys), "{found}");
    let not_found = plan(!Student::id().in_(with_courses));
    let once = either("USING INDEX sqlite_autoindex_enrollments_1 FOR IN-OPERATOR", "hashed SubPlan");
    assert!(not_found.contains(once), "{not_found}");
}
