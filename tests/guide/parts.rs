//! The program text of the chapter on reading parts.

use orm::value::{Date, DateTime, Timestamp};
use orm::{Cursor, DateUnit, Db, Many, Model, View, assert_plan};

use crate::chapter::Chapter;
use crate::{Course, Department, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("14-parts");
    columns(&db)?;
    values(&db, &mut chapter)?;
    functions(&db)?;
    defaults(&db)?;
    cases(&db, &mut chapter)?;
    totals(&db)?;
    groups(&db, &mut chapter)?;
    months(&db, &mut chapter)?;
    dates(&db)?;
    unions(&db, &mut chapter)?;
    views(&db, &mut chapter)?;
    related(&db)?;
    pages(&db, &mut chapter)?;
    chapter.close();
    Ok(())
}

fn columns(db: &Db) -> orm::Result<()> {
    // ANCHOR: columns
    let titles: Vec<String> = Course::query().select(Course::title()).all(db)?;
    let doubled: Vec<(i64, i32)> = Course::query()
        .filter(Course::credits().add(1).gt(6))
        .order_by(Course::credits().mul(-1).asc())
        .select((Course::id(), Course::credits().mul(2)))
        .all(db)?;
    let departments: Vec<Option<i64>> = Student::query().select(Student::department_id()).distinct().all(db)?;
    // ANCHOR_END: columns
    assert_eq!(
        (titles.len(), doubled, departments),
        (5, vec![(5, 16), (2, 12), (4, 12)], vec![None, Some(1), Some(2)])
    );
    Ok(())
}

fn values(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: values
    let load: Vec<(String, u64, Option<String>)> = Student::query()
        .select((Student::first_name(), Student::courses().count(), Student::department().value(Department::name())))
        .all(db)?;
    // ANCHOR_END: values
    assert_eq!(load[0], ("Ada".into(), 2, Some("Mathematics".into())));
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn functions(db: &Db) -> orm::Result<()> {
    // ANCHOR: functions
    let ada = Student::query().filter(Student::first_name().lower().eq("ada")).one(db)?;
    let names: Vec<(String, i64)> = Student::query()
        .select((Student::first_name().concat(" ").concat(Student::last_name()), Student::last_name().length()))
        .order_by(Student::last_name().lower().asc())
        .all(db)?;
    let average: Option<f64> = Course::query().select(Course::credits().avg().round(1)).one(db)?;
    // ANCHOR_END: functions
    assert_eq!((ada.id, names.len(), average), (1, 3, Some(5.8)));
    Ok(())
}

fn defaults(db: &Db) -> orm::Result<()> {
    // ANCHOR: defaults
    let ids: Vec<i64> = Student::query().select(Student::department_id().coalesce(0)).all(db)?;
    let departments: Vec<String> =
        Student::query().select(Student::department().value(Department::name()).coalesce("undecided")).all(db)?;
    // ANCHOR_END: defaults
    assert_eq!((ids.len(), departments[0].as_str()), (3, "Mathematics"));
    Ok(())
}

fn cases(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: cases
    let size = || {
        orm::case().when(Course::credits().ge(8), "large").when(Course::credits().ge(6), "medium").otherwise("small")
    };
    let sizes: Vec<(String, String)> =
        Course::query().select((Course::title(), size())).order_by(size().asc()).all(db)?;
    // ANCHOR_END: cases
    assert_eq!(sizes.len(), 5);
    chapter.shows_sql(&recording.statements());
    // ANCHOR: number
    let large = orm::case().when(Course::credits().ge(6), 1).otherwise(0);
    let number: Option<i64> = Course::query().select(large.sum()).one(db)?;
    // ANCHOR_END: number
    assert_eq!(number, Some(3));
    Ok(())
}

fn totals(db: &Db) -> orm::Result<()> {
    // ANCHOR: totals
    let heavy = Course::query().filter(Course::credits().ge(6));
    let number: u64 = heavy.count(db)?;
    let credits: Option<i64> = heavy.sum(db, Course::credits())?;
    let average: Option<f64> = heavy.avg(db, Course::credits())?;
    let last: Option<String> = heavy.max(db, Course::title())?;
    // ANCHOR_END: totals
    assert_eq!((number, credits, last.as_deref()), (3, Some(20), Some("Programming")));
    assert!(average.is_some_and(|average| (average - 20.0 / 3.0).abs() < 1e-9));
    Ok(())
}

fn groups(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: groups
    let sizes: Vec<(i64, u64, Option<i32>)> = Course::query()
        .group_by(Course::department_id())
        .having(orm::count().ge(2))
        .select((Course::department_id(), orm::count(), Course::credits().max()))
        .order_by(orm::count().desc())
        .all(db)?;
    // ANCHOR_END: groups
    assert_eq!(sizes, [(1, 3, Some(6)), (2, 2, Some(8))]);
    chapter.shows_sql(&recording.statements());

    let recording = db.record();
    // ANCHOR: counts
    let counts: Vec<(i64, u64, u64, u64)> = Course::query()
        .group_by(Course::department_id())
        .select((
            Course::department_id(),
            orm::count(),
            Course::prerequisite_id().count(),
            Course::credits().count_distinct(),
        ))
        .all(db)?;
    // ANCHOR_END: counts
    assert_eq!(counts, [(1, 3, 1, 3), (2, 2, 2, 2)]);
    chapter.shows_sql(&recording.statements());

    let recording = db.record();
    // ANCHOR: courses
    let department = || Course::department().value(Department::name());
    let large = || Course::credits().ge(6);
    let courses: Vec<(String, bool, u64)> =
        Course::query().group_by((department(), large())).select((department(), large(), orm::count())).all(db)?;
    // ANCHOR_END: courses
    assert_eq!(courses.iter().map(|(_, _, number)| number).sum::<u64>(), Course::query().count(db)?);
    chapter.shows_sql(&recording.statements()[..1]);
    Ok(())
}

// ANCHOR: order
#[derive(Model)]
struct Order {
    id: i64,
    placed_at: Timestamp,
    total: i64,
}
// ANCHOR_END: order

fn months(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    db.create_tables::<Order>()?;
    let moment = |seconds| Timestamp(DateTime::new(seconds, 0).expect("a moment"));
    let rows = [(1_710_498_030, 3), (1_710_500_000, 4), (1_600_000_000, 5)];
    let orders = orm::insert_many(db, rows.map(|(at, total)| NewOrder { placed_at: moment(at), total }))?;
    assert_eq!(orders.iter().map(|order| (order.id, order.total)).collect::<Vec<_>>(), [(1, 3), (2, 4), (3, 5)]);
    assert_eq!(orders[0].placed_at, moment(1_710_498_030));
    let recording = db.record();
    // ANCHOR: months
    let month = || Order::placed_at().truncate_to(DateUnit::Month);
    let sales: Vec<(Timestamp, Option<i64>)> = Order::query()
        .filter(Order::placed_at().year().ge(2024))
        .group_by(month())
        .select((month(), Order::total().sum()))
        .all(db)?;
    // ANCHOR_END: months
    assert_eq!(sales, [(moment(1_709_251_200), Some(7))]);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

// ANCHOR: loan
#[derive(Model)]
struct Loan {
    id: i64,
    lent_on: Date,
    returned_on: Option<Date>,
}
// ANCHOR_END: loan

fn dates(db: &Db) -> orm::Result<()> {
    lend(db)?;
    // ANCHOR: average_days
    let days = orm::sql_value("julianday({}) - julianday({})", (Loan::returned_on(), Loan::lent_on()));
    let average: Option<f64> = Loan::query().avg(db, days.typed::<Option<f64>>())?;
    // ANCHOR_END: average_days
    assert_eq!(average, Some(5.0));
    let days = orm::sql_value("julianday({}) - julianday({})", (Loan::returned_on(), Loan::lent_on()));
    let in_groups: Vec<(Date, Option<f64>)> =
        Loan::query().group_by(Loan::lent_on()).select((Loan::lent_on(), days.typed::<Option<f64>>().avg())).all(db)?;
    assert_eq!(in_groups.iter().map(|(_, days)| *days).collect::<Vec<_>>(), [Some(5.0)]);
    Ok(())
}

#[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "it needs a server"))]
// ANCHOR: average_days_on_postgresql
fn average_days(db: &Db) -> orm::Result<Option<f64>> {
    let days = orm::sql_value("{} - {}", (Loan::returned_on(), Loan::lent_on()));
    Loan::query().avg(db, days.typed::<Option<i32>>())
}
// ANCHOR_END: average_days_on_postgresql

/// Three loans, of which one is open.
fn lend(db: &Db) -> orm::Result<()> {
    db.create_tables::<Loan>()?;
    let day = |day| Date::new(2024, 3, day).expect("a date");
    let returned = [Some(day(4)), Some(day(8)), None];
    let loans = orm::insert_many(db, returned.map(|returned_on| NewLoan { lent_on: day(1), returned_on }))?;
    assert_eq!((loans[0].id, loans[0].lent_on, loans[2].returned_on), (1, day(1), None));
    Ok(())
}

#[cfg(feature = "postgres")]
pub(crate) fn on_a_server(db: &Db) -> orm::Result<()> {
    lend(db)?;
    assert_eq!(average_days(db)?, Some(5.0));
    Ok(())
}

// ANCHOR: course_card
#[derive(View, Clone, Debug)]
#[view(of = Course)]
struct CourseCard {
    title: String,
    #[view(from = department.name)]
    department: String,
}

#[derive(View, Debug)]
#[view(of = Student)]
struct StudentCard {
    first_name: String,
    #[view(from = Student::enrollments().count())]
    enrolled: u64,
    #[view(from = Student::courses().order_by(Course::title().desc()))]
    courses: Vec<CourseCard>,
}
// ANCHOR_END: course_card

fn unions(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: unions
    let names: Vec<String> = Student::query()
        .select(Student::last_name())
        .union(Department::query().select(Department::name()))
        .order_by(Student::last_name().desc())
        .limit(3)
        .all(db)?;
    assert_eq!(names, ["Turing", "Mathematics", "Lovelace"]);
    // ANCHOR_END: unions
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn views(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: views
    let cards: Vec<StudentCard> = Student::query().filter(Student::id().le(2)).view().all(db)?;
    // ANCHOR_END: views
    let ada = &cards[0];
    assert_eq!((ada.first_name.as_str(), ada.enrolled, cards[1].courses.len()), ("Ada", 2, 2));
    assert_eq!((ada.courses[0].title.as_str(), ada.courses[0].department.as_str()), ("Logic", "Mathematics"));
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn related(db: &Db) -> orm::Result<()> {
    // ANCHOR: related
    let students = Student::query().prefetch(Student::courses().view::<CourseCard>()).all(db)?;
    let courses: &Many<CourseCard> = students[0].courses();
    // ANCHOR_END: related
    assert_eq!(courses.len(), 2);
    Ok(())
}

fn pages(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: pages
    let query = Course::query().order_by((Course::department_id().desc(), Course::title().desc())).page(2);
    let first = query.read(db)?;
    let text: Option<String> = first.next.map(|cursor| cursor.to_string());

    let cursor: Option<Cursor> = text.map(|text| text.parse()).transpose()?;
    let second = query.after(cursor).read(db)?;
    // ANCHOR_END: pages
    assert_eq!((first.rows.len(), second.rows[0].title.as_str()), (2, "Logic"));
    chapter.shows_sql(&recording.statements()[1..]);

    // ANCHOR: assert_plan
    let query = Course::query().order_by(Course::id().desc());
    let first = query.clone().page(2).read(db)?;
    assert_plan!(db, query.page(2).after(first.next));
    // ANCHOR_END: assert_plan
    Ok(())
}
