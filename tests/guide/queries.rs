//! The program text of the chapter on queries.

use orm::{Condition, Db, Model, ResultExt, Sql};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, Student};

#[test]
fn chapter() -> orm::Result<()> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("02-queries");
    filters(&db, &mut chapter)?;
    conditions(&db, &mut chapter)?;
    returned_by_a_query(&db, &mut chapter)?;
    put_together(&db, &mut chapter)?;
    patterns_and_case(&db)?;
    optional_and_required(&db)?;
    orders(&db, &mut chapter)?;
    orders_from_outside(&db, &mut chapter)?;
    results(&db)?;
    queries_are_values(&db)?;
    chapter.close();
    Ok(())
}

fn filters(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: filters
    let students = Student::query()
        .filter(Student::last_name().starts_with("L") | Student::department_id().is_null())
        .order_by((Student::last_name().asc(), Student::first_name().asc()))
        .limit(20)
        .all(db)?;
    // ANCHOR_END: filters
    assert_eq!(students.len(), 2);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn conditions(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: conditions
    let wanted = vec![1, 2, 3];
    let courses = Course::query()
        .filter(Course::id().in_(wanted))
        .filter(Course::credits().between(4, 6) & !Course::title().contains("100%"))
        .filter(Course::prerequisite_id().ne(5) | Course::prerequisite_id().eq(None))
        .all(db)?;
    // ANCHOR_END: conditions
    assert_eq!(courses.len(), 3);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn returned_by_a_query(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: returned_by_a_query
    let graded = Enrollment::query().filter(Enrollment::grade().gt(90)).select(Enrollment::student_id());
    let best = Student::query().filter(Student::id().in_(graded.clone())).all(db)?;
    let others = Student::query().filter(!Student::id().in_(graded)).all(db)?;
    // ANCHOR_END: returned_by_a_query
    assert_eq!((best.len(), others.len()), (2, 1));
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn put_together(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: put_together
    let (title, credits) = (None, Some(6));
    let words = ["Logic", "Algebra"];

    let mut wanted = Condition::any(words.map(|word| Course::title().contains(word)));
    if let Some(credits) = credits {
        wanted &= Course::credits().ge(credits);
    }
    let courses =
        Course::query().filter(wanted.clone()).filter(title.map(|title: &str| Course::title().eq(title))).all(db)?;
    // ANCHOR_END: put_together
    chapter.shows_sql(&recording.statements());
    // ANCHOR: put_together
    let number = Department::query().filter(Department::courses().any(wanted)).count(db)?;
    // ANCHOR_END: put_together
    assert_eq!((courses.len(), number), (1, 1));
    Ok(())
}

fn patterns_and_case(db: &Db) -> orm::Result<()> {
    // ANCHOR: patterns_and_case
    let rings = Course::query().filter(Course::title().starts_with("algebra")).count(db)?;
    let none = Course::query().filter(Course::title().starts_with_case_sensitive("algebra")).count(db)?;
    assert_eq!((rings, none), (1, 0));
    // ANCHOR_END: patterns_and_case

    // ANCHOR: literal
    let typed = "%";
    let all = Course::query().filter(Course::title().like(typed)).count(db)?;
    let literal = Course::query().filter(Course::title().contains(typed)).count(db)?;
    assert_eq!((all, literal), (5, 0));
    // ANCHOR_END: literal
    Ok(())
}

fn optional_and_required(db: &Db) -> orm::Result<()> {
    // ANCHOR: optional_and_required
    let added_later = Course::query().filter(Course::prerequisite_id().gt(Course::id())).count(db)?;
    let added_before = Course::query().filter(!Course::prerequisite_id().gt(Course::id())).count(db)?;
    assert_eq!((added_later, added_before), (0, 3));
    // ANCHOR_END: optional_and_required
    Ok(())
}

fn orders(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: orders
    let second_page = Course::query()
        .order_by((Course::prerequisite_id().desc().nulls_last(), Course::title().asc()))
        .offset(2)
        .limit(2)
        .all(db)?;
    // ANCHOR_END: orders
    assert_eq!(second_page.len(), 2);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn orders_from_outside(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: orders_from_outside
    let sort = "-credits, title";
    let order = orm::order_from(sort, (Course::title().asc(), Course::credits().desc()))?;
    let sorted = Course::query().order_by(order).all(db)?;
    // ANCHOR_END: orders_from_outside
    assert_eq!(sorted.iter().map(|course| course.credits).collect::<Vec<_>>(), [8, 6, 6, 5, 4]);

    // ANCHOR: orders_from_outside
    let refused = orm::order_from("password", Student::last_name().asc()).unwrap_err();
    println!("{refused}");
    // ANCHOR_END: orders_from_outside
    chapter.shows("text", refused);

    // ANCHOR: students
    let allowed = (
        Student::last_name().asc().named("name"),
        Student::department().value(Department::name()).asc().nulls_last().named("department"),
        Student::courses().count().desc().named("courses"),
    );
    let students = Student::query().order_by(orm::order_from("courses, name desc", allowed)?).all(db)?;
    // ANCHOR_END: students
    assert_eq!(
        students.iter().map(|student| &*student.last_name).collect::<Vec<_>>(),
        ["Lovelace", "Hopper", "Turing"]
    );
    Ok(())
}

fn results(db: &Db) -> orm::Result<()> {
    let query = Student::query();
    // ANCHOR: results
    let all: Vec<Student> = query.all(db)?;
    let first: Option<Student> = query.first(db)?;
    let turing: Student = query.clone().filter(Student::last_name().eq("Turing")).one(db)?;
    let ada: Student = Student::find(db, 1)?;
    let nobody: Option<Student> = Student::find(db, 99).optional()?;
    let number: u64 = query.count(db)?;
    let any: bool = query.exists(db)?;
    // ANCHOR_END: results
    assert_eq!((all.len(), first.as_ref(), nobody, number, any), (3, Some(&ada), None, 3, true));
    assert_eq!(turing.first_name, "Alan");
    Ok(())
}

fn queries_are_values(db: &Db) -> orm::Result<()> {
    // ANCHOR: queries_are_values
    let large = Course::query().filter(Course::credits().ge(6));
    let newest = large.clone().order_by(Course::id().desc()).first(db)?;
    let number = large.count(db)?;
    let text: Sql = large.sql(db);
    // ANCHOR_END: queries_are_values
    assert_eq!((newest.map(|course| course.title).as_deref(), number), (Some("Compilers"), 3));
    assert!(text.to_string().ends_with(r#"WHERE t0."credits" >= ?1 ORDER BY t0."id""#));
    Ok(())
}
