//! Rows of several selections, combined.

use orm::value::{Date, DateTime, Decimal};
use orm::{Db, Model, Result, assert_queries};

use crate::database::{Shared, db, either};
use crate::schemas::university::{Course, Department, Enrollment, NewCourse, Student, university, university_in};
use crate::support::random::Random;

#[test]
fn rows_of_two_selections_are_put_together() -> Result<()> {
    let db = university();
    NewCourse { title: "Law".into(), department_id: 3 }.insert(&db)?;
    let names = || Department::query().select(Department::name());
    let titles = || Course::query().select(Course::title());
    let all = assert_queries!(&db, 1, names().union(titles()).all(&db)?);
    assert_eq!(all, ["Algebra", "Geometry", "Law", "Mathematics", "Optics", "Physics"]);
    let all = names().union_all(titles()).all(&db)?;
    assert_eq!(all, ["Algebra", "Geometry", "Law", "Law", "Mathematics", "Optics", "Physics"]);
    assert_eq!(names().intersect(titles()).all(&db)?, ["Law"]);
    assert_eq!(names().except(titles()).all(&db)?, ["Mathematics", "Physics"]);
    assert_eq!(
        names().union(titles()).sql(&db).to_string(),
        r#"SELECT t0."name" FROM "departments" AS t0 UNION SELECT t1."title" FROM "courses" AS t1 ORDER BY 1"#
    );
    Ok(())
}

#[test]
fn rows_are_ordered_by_what_the_first_selects_and_limited_as_a_whole() -> Result<()> {
    let db = university();
    let names = Department::query().select((Department::name(), Department::id()));
    let all = names.union(Course::query().select((Course::title(), Course::department_id())));
    let ordered = all.clone().order_by(Department::id().desc());
    let expected = [("Law", 3), ("Physics", 2), ("Optics", 2), ("Mathematics", 1), ("Geometry", 1), ("Algebra", 1)];
    let expected = expected.map(|(name, id)| (name.to_owned(), id));
    assert_eq!(ordered.all(&db)?, expected, "then by the other, downwards too");
    assert_eq!(ordered.clone().limit(2).offset(1).all(&db)?, expected[1..3]);
    assert_eq!(ordered.first(&db)?.as_ref(), Some(&expected[0]));
    assert_eq!(ordered.clone().limit(0).first(&db)?, None);
    assert_eq!((ordered.count(&db)?, ordered.clone().limit(2).offset(5).count(&db)?), (6, 1));
    assert_eq!(
        ordered.limit(2).sql(&db).to_string(),
        either(
            r#"SELECT t0."name", t0."id" FROM "departments" AS t0 UNION SELECT t1."title", t1."department_id" FROM "courses" AS t1 ORDER BY 2 DESC, 1 DESC LIMIT ?1"#,
            r#"SELECT t0."name", t0."id" FROM "departments" AS t0 UNION SELECT t1."title", t1."department_id" FROM "courses" AS t1 ORDER BY 2 DESC, 1 DESC LIMIT $1"#,
        )
    );
    let both = all.order_by((Department::id().asc(), Department::name().desc()));
    assert_eq!(both.first(&db)?, Some(("Mathematics".to_owned(), 1)));
    Ok(())
}

#[test]
fn each_selection_keeps_its_conditions_groups_and_limits() -> Result<()> {
    let db = university();
    let last = Student::query().select(Student::id()).order_by(Student::id().desc()).limit(1);
    let first = Enrollment::query().select(Enrollment::student_id()).distinct().limit(1);
    let ids = last.clone().union(first.clone());
    assert_eq!(assert_queries!(&db, 1, ids.all(&db)?), [1, 3]);
    assert_eq!(
        ids.sql(&db).to_string(),
        either(
            r#"SELECT * FROM (SELECT t0."id" FROM "students" AS t0 ORDER BY t0."id" DESC LIMIT ?1) AS n UNION SELECT * FROM (SELECT DISTINCT t1."student_id" FROM "enrollments" AS t1 ORDER BY t1."student_id" LIMIT ?2) AS n ORDER BY 1"#,
            r#"SELECT * FROM (SELECT t0."id" FROM "students" AS t0 ORDER BY t0."id" DESC LIMIT $1) AS n UNION SELECT * FROM (SELECT DISTINCT t1."student_id" FROM "enrollments" AS t1 ORDER BY t1."student_id" LIMIT $2) AS n ORDER BY 1"#,
        )
    );
    let sizes = Enrollment::query()
        .filter(Enrollment::course_id().ne(3))
        .group_by(Enrollment::student_id())
        .having(orm::count().gt(1))
        .select((Enrollment::student_id(), orm::count()));
    let of_courses =
        Enrollment::query().group_by(Enrollment::course_id()).select((Enrollment::course_id(), orm::count()));
    let all = sizes.clone().union_all(of_courses.clone()).order_by(orm::count().desc());
    assert_eq!(all.all(&db)?, [(2, 2), (2, 2), (1, 2), (1, 2), (3, 1)]);
    let related = Course::query().select(Course::department().value(Department::name()));
    let related = related.union(Department::query().filter(Department::id().eq(3)).select(Department::name()));
    assert_eq!(related.all(&db)?, ["Law", "Mathematics", "Physics"]);
    // In order, on every database: the rows in both of the first two, and not only in the second.
    let id = |id: i64| Student::query().filter(Student::id().eq(id)).select(Student::id());
    assert_eq!(id(1).union(id(2)).intersect(id(2)).all(&db)?, [2]);
    assert_eq!(id(1).union(id(2)).intersect(id(2)).union_all(id(2)).except(id(3)).all(&db)?, [2]);
    assert_eq!(id(1).except(id(2)).intersect(id(1)).count(&db)?, 1);
    Ok(())
}

#[test]
fn nulls_are_one_value_and_stand_where_the_order_says() -> Result<()> {
    let db = university();
    let departments = || Student::query().select(Student::department_id());
    let both = departments().union(departments());
    assert_eq!(both.all(&db)?, [None, Some(1), Some(2)]);
    let order = Student::department_id().asc().nulls_last();
    assert_eq!(both.clone().order_by(order).all(&db)?, [Some(1), Some(2), None]);
    assert_eq!(both.order_by(Student::department_id().desc()).all(&db)?, [Some(2), Some(1), None]);
    let greatest = Course::query().select(Course::id().max()).union_all(departments());
    assert_eq!(greatest.all(&db)?, [None, Some(1), Some(2), Some(3)]);
    Ok(())
}

#[test]
fn what_is_wrong_is_told_before_a_statement_is_sent() {
    let db = university();
    let ids = || Student::query().select(Student::id());
    let broken = || Course::query().filter(Course::title().like("\\")).select(Course::id());
    let loose = Course::query().group_by(Course::department_id()).select(Course::id());
    let unions = [
        (broken().union(ids()).all(&db), "a pattern cannot end in `\\`"),
        (ids().union(broken()).all(&db), "a pattern cannot end in `\\`"),
        (ids().union(ids()).union(loose).all(&db), "`Course.id` has several values in a group"),
        (
            ids().union(ids()).order_by(Student::last_name().asc()).all(&db),
            "a union can only be ordered by what its first selection selects, and `Student.last_name` is not selected \
             there",
        ),
        (
            ids().union(ids()).order_by(Student::id().add(1).asc()).all(&db),
            "a union can only be ordered by what its first selection selects, and the expression is not selected there",
        ),
        (
            ids().union(ids()).limit(1).union(ids()).all(&db),
            "a union is ordered and limited as a whole: write `order_by`, `limit` and `offset` after its last \
             selection",
        ),
    ];
    for (result, message) in unions {
        let error = result.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    let error = assert_queries!(&db, 0, broken().union(ids()).count(&db).unwrap_err());
    assert!(error.is_encode(), "{error}");
}

#[derive(Model, Clone, Debug)]
struct Invoice {
    id: i64,
    #[model(stored = minor_units(2))]
    amount: Decimal,
    #[model(stored = unix_seconds)]
    at: DateTime,
    #[model(stored = words("no", "yes"))]
    is_open: bool,
}

#[derive(Model, Clone, Debug)]
struct Refund {
    id: i64,
    amount: Decimal,
    at: DateTime,
    #[model(stored = words("no", "yes"))]
    is_open: bool,
}

fn noon(day: u8) -> DateTime {
    let date = Date::new(2024, 5, day).expect("a date");
    DateTime::of(date, orm::value::Time::parse("12:00:00").expect("a time"))
}

#[test]
fn values_stored_in_two_forms_are_put_together_as_what_they_mean() -> Result<()> {
    let db = db();
    db.create_tables::<(Invoice, Refund)>()?;
    let amount = |units| Decimal::new(units, 2);
    for (units, day, is_open) in [(1000, 3, true), (950, 1, false)] {
        NewInvoice { amount: amount(units), at: noon(day), is_open }.insert(&db)?;
    }
    for (units, day, is_open) in [(1000, 3, true), (-5, 2, false)] {
        NewRefund { amount: amount(units), at: noon(day), is_open }.insert(&db)?;
    }
    let all = Invoice::query().select((Invoice::amount(), Invoice::at()));
    let all = all.union(Refund::query().select((Refund::amount(), Refund::at())));
    let rows = [(amount(-5), noon(2)), (amount(950), noon(1)), (amount(1000), noon(3))];
    assert_eq!(all.all(&db)?, rows);
    let by_time: Vec<DateTime> = all.order_by(Invoice::at().desc()).all(&db)?.into_iter().map(|(_, at)| at).collect();
    assert_eq!(by_time, [noon(3), noon(2), noon(1)]);
    let amounts = Invoice::query().select(Invoice::amount()).union_all(Invoice::query().select(Invoice::amount()));
    assert_eq!(amounts.all(&db)?, [950, 950, 1000, 1000].map(amount), "in one form");
    let open = Invoice::query().select(Invoice::is_open()).union(Refund::query().select(Refund::is_open()));
    assert_eq!(open.all(&db)?, [false, true], "in a form that is ordered the other way");
    let open = Invoice::query().select(Invoice::is_open()).union(Refund::query().select(Refund::id().gt(0)));
    assert_eq!(open.all(&db)?, [false, true], "a condition is in no form");
    Ok(())
}

#[derive(Model, Clone, Debug)]
struct Pair {
    id: i64,
    number: Option<i64>,
    name: String,
}

/// The set operations of SQL, in Rust.
#[test]
fn sets_are_those_of_the_rows_loaded_one_by_one() -> Result<()> {
    type Row = (Option<i64>, String);
    let db = db();
    db.create_tables::<Pair>()?;
    let mut random = Random::new(41);
    for _ in 0..60 {
        let number = (random.below(4) > 0).then(|| random.below(4));
        NewPair { number, name: random.name() }.insert(&db)?;
    }
    let once = |rows: Vec<Row>| {
        let mut once: Vec<Row> = Vec::new();
        for row in rows {
            if !once.contains(&row) {
                once.push(row);
            }
        }
        once
    };
    for round in 0..100 {
        let mut part = || {
            let rows = Pair::query().filter(Pair::id().between(random.below(60), random.below(80)));
            let rows = rows.select((Pair::number(), Pair::name()));
            let size = u64::try_from(random.below(12)).expect("no less than zero");
            if random.below(2) == 0 { rows.order_by(Pair::name().desc()).limit(size) } else { rows }
        };
        let parts = [part(), part(), part()];
        let [first, second, third] = parts.clone();
        let [mut rows, second_rows, third_rows] = [parts[0].all(&db)?, parts[1].all(&db)?, parts[2].all(&db)?];
        let mut union = match random.below(3) {
            0 => {
                rows.extend(second_rows);
                first.union_all(second)
            }
            1 => {
                rows.retain(|row| !second_rows.contains(row));
                rows = once(rows);
                first.except(second)
            }
            _ => {
                rows.extend(second_rows);
                rows = once(rows);
                first.union(second)
            }
        };
        if random.below(2) == 0 {
            rows.retain(|row| third_rows.contains(row));
            rows = once(rows);
            union = union.intersect(third);
        } else {
            rows.extend(third_rows);
            rows = once(rows);
            union = union.union(third);
        }
        rows.sort();
        assert_eq!(union.count(&db)?, rows.len() as u64, "round {round}");
        assert_eq!(union.all(&db)?, rows, "round {round}");
        assert_eq!(union.clone().limit(3).offset(1).all(&db)?, rows.into_iter().skip(1).take(3).collect::<Vec<_>>());
    }
    Ok(())
}

#[test]
fn each_selection_is_read_by_its_own_index() {
    let shared = Shared::new();
    let db: Db = university_in(&shared);
    let union = Student::query().select(Student::id()).union_all(Department::query().select(Department::id()));
    let plan = shared.query_plan(&union.sql(&db).to_string()).join("\n");
    let steps = either(["SCAN t0", "SCAN t1"], ["students_pkey on students t0", "departments_pkey on departments t1"]);
    assert!(steps.iter().all(|step| plan.contains(step)) && !plan.contains("TEMP B-TREE FOR ORDER"), "{plan}");
}
