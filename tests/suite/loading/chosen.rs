//! Relations that are loaded if a request asks for them.

use orm::{Executor, Many, MaybeLoaded, Model, One, Result, assert_queries, row};

use crate::database::db;
use crate::schemas::library::{Author, Book, Review, library};
use crate::schemas::university::{Course, Department, Student, titles, university};

struct FirstCourses;
struct Number;

#[test]
fn a_relation_is_loaded_if_the_program_says_so() -> Result<()> {
    let db = university();
    for (wanted, statements) in [(true, 2), (false, 1)] {
        let query = Student::query().prefetch_if(wanted, Student::courses());
        assert_eq!(query.plan(&db)?.statements(), statements);
        let students = assert_queries!(&db, statements, query.all(&db)?);
        let expected = Student::query().prefetch(Student::courses()).all(&db)?;
        for (student, expected) in students.iter().zip(&expected) {
            let courses: &Option<Many<Course>> = student.courses();
            assert_eq!(courses.as_ref(), wanted.then_some(expected.courses()));
        }
    }
    Ok(())
}

#[test]
fn a_relation_to_one_tells_not_loaded_from_not_there() -> Result<()> {
    let db = university();
    let departments = |wanted| -> Result<Vec<Option<Option<i64>>>> {
        let students = Student::query().prefetch_if(wanted, Student::department()).all(&db)?;
        Ok(students.iter().map(|it| it.department().as_ref().map(|it| it.as_ref().map(|it| it.id))).collect())
    };
    assert_eq!(departments(true)?, [Some(Some(1)), Some(Some(2)), Some(None)]);
    assert_eq!(departments(false)?, [None; 3]);
    let courses = Course::query().prefetch_if(true, Course::department().joined());
    let courses = assert_queries!(&db, 1, courses.all(&db)?);
    assert_eq!(courses[2].department().as_ref().map(|it| it.name.as_str()), Some("Physics"));
    let courses = Course::query().prefetch_if(false, Course::department().joined());
    let recording = db.record();
    assert!(courses.all(&db)?[2].department().is_none());
    assert!(!recording.statements()[0].contains("JOIN"), "{:?}", recording.statements());
    Ok(())
}

#[test]
fn each_relation_that_is_wanted_takes_one_statement() -> Result<()> {
    let db = library();
    for choice in 0..16_u8 {
        let [books, reviews, addresses, count] = std::array::from_fn(|at| choice & (1 << at) != 0);
        let query = Author::query()
            .prefetch_if(books, Author::books().prefetch_if(reviews, Book::reviews()))
            .prefetch_if(addresses, Author::addresses().limit(1))
            .prefetch_if(count, Author::books().count().named(Number));
        let statements = 1 + [books, books && reviews, addresses, count].into_iter().filter(|wanted| *wanted).count();
        let authors = assert_queries!(&db, statements, query.all(&db)?);
        let of_first = &authors[0];
        assert_eq!(of_first.books().as_ref().map(Many::len), books.then_some(2));
        assert_eq!(of_first.addresses().as_ref().map(Many::len), addresses.then_some(1));
        assert_eq!(**of_first.named(Number), count.then_some(2));
        if let Some(books) = of_first.books() {
            let number = |reviews: &Option<Many<Review>>| reviews.as_ref().map(Many::len);
            assert_eq!(books.iter().map(|book| number(book.reviews())).collect::<Vec<_>>(), {
                if reviews { [Some(0), Some(3)] } else { [None; 2] }
            });
        }
    }
    Ok(())
}

#[test]
fn what_was_not_loaded_is_absent_when_it_is_serialised_or_shown() -> Result<()> {
    let db = university();
    let ada = |wanted| {
        Student::query()
            .prefetch_if(wanted, Student::courses().filter(Course::title().eq("Algebra")))
            .prefetch_if(wanted, Student::department())
            .prefetch_if(wanted, Student::courses().count().named(Number))
            .prefetch_if(wanted, Student::courses().limit(1).named(FirstCourses))
            .find(&db, 1)
    };
    let json = |wanted| -> Result<serde_json::Value> { Ok(serde_json::to_value(ada(wanted)?).expect("it serialises")) };
    let columns = serde_json::json!({ "id": 1, "first_name": "Ada", "last_name": "Lovelace", "department_id": 1 });
    assert_eq!(json(false)?, columns);
    let course = |id: i64, title: &str| serde_json::json!({ "id": id, "title": title, "department_id": 1 });
    let mut expected = columns;
    expected["courses"] = serde_json::json!([course(2, "Algebra")]);
    expected["department"] = serde_json::json!({ "id": 1, "name": "Mathematics" });
    expected["number"] = serde_json::json!(2);
    expected["first_courses"] = serde_json::json!([course(1, "Geometry")]);
    assert_eq!(json(true)?, expected);
    let shown = format!("{:?}", ada(false)?);
    assert!(shown.contains("courses: NotLoaded") && shown.contains("number: NotLoaded"), "{shown}");
    let shown = format!("{:?}", ada(true)?);
    assert!(shown.contains("courses: [Course {") && shown.contains("number: 2"), "{shown}");
    Ok(())
}

/// The types in a program's signatures.
type Card = row!(Student { courses: MaybeLoaded<Many<Course>>, department: Option<One<Department>> });

fn cards(on: &impl Executor, with_courses: bool) -> Result<Vec<Card>> {
    Student::query().prefetch_if(with_courses, Student::courses()).prefetch(Student::department()).all(on)
}

#[test]
fn rows_that_may_hold_a_relation_have_a_name() -> Result<()> {
    let db = university();
    assert_eq!(cards(&db, true)?[0].courses().as_ref().map(titles), Some(vec!["Geometry", "Algebra"]));
    assert!(cards(&db, false)?[0].courses().is_none());
    Ok(())
}

#[test]
fn the_text_of_a_request_says_what_is_included() -> Result<()> {
    let include = |text| orm::include_from(text, ["department", "courses", "courses.department"]);
    assert_eq!(include("")?, [false; 3]);
    assert_eq!(include(" department ")?, [true, false, false]);
    assert_eq!(include("courses,department,courses")?, [true, true, false]);
    assert_eq!(include("courses.department")?, [false, true, true], "a path asks for those that lead to it");
    for text in
        ["password", "courses.", ".courses", "department,", ",", "Courses", "courses.departments", "courses department"]
    {
        let error = include(text).unwrap_err();
        assert!(error.is_invalid(), "{text}: {error}");
    }
    let long = format!("courses\n{}", "x".repeat(100));
    assert_eq!(
        include(&long).unwrap_err().to_string(),
        format!(
            "`courses\\n{}` cannot be included; write some of `department`, `courses`, `courses.department`",
            "x".repeat(32)
        )
    );
    // A path may be allowed without the paths that lead to it.
    assert_eq!(orm::include_from("a.b", ["a.b", "a.bc", "b"])?, [true, false, false]);
    assert_eq!(orm::include_from("courses", ["course", "courses"])?, [false, true]);
    let [department, courses, of_courses] = include("courses")?;
    let db = university();
    let query = Student::query()
        .prefetch_if(department, Student::department())
        .prefetch_if(courses, Student::courses().prefetch_if(of_courses, Course::department()));
    let students = assert_queries!(&db, 2, query.all(&db)?);
    assert!(students[0].department().is_none());
    let courses = students[0].courses().as_ref().expect("they were asked for");
    assert!(courses[0].department().is_none());
    Ok(())
}

#[test]
fn without_rows_nothing_is_loaded() -> Result<()> {
    let db = db();
    db.create_tables::<(Department, Student, Course)>()?;
    let query = Department::query().prefetch_if(true, Department::courses()).prefetch_if(false, Department::students());
    assert!(assert_queries!(&db, 1, query.all(&db)?).is_empty());
    Ok(())
}
