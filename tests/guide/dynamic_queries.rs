//! The program text of the chapter on dynamic queries.

use std::error::Error;

use orm::{Column, Condition, Db, Model, OrderBy, Query};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, Student};

#[test]
fn chapter() -> Result<(), Box<dyn Error>> {
    let db = &crate::school()?;
    let mut chapter = Chapter::open("24-dynamic-queries");
    assert_eq!(titles(&optional(None, Some(6)).all(db)?), ["Algebra", "Programming", "Compilers"]);
    assert_eq!(titles(&optional(Some("Logic"), Some(6)).all(db)?), [""; 0]);
    named_conditions(db)?;
    form(db, &mut chapter)?;
    languages(db, &mut chapter)?;
    sorted(db)?;
    chapter.close();
    Ok(())
}

fn titles(courses: &[Course]) -> Vec<&str> {
    courses.iter().map(|course| &*course.title).collect()
}

// ANCHOR: optional
fn optional(title: Option<&str>, least_credits: Option<i32>) -> Query<Course> {
    Course::query()
        .filter(title.map(|title| Course::title().contains(title)))
        .filter(least_credits.map(|credits| Course::credits().ge(credits)))
}
// ANCHOR_END: optional

// ANCHOR: course
impl Course {
    /// Courses that a beginner can take.
    fn is_basic() -> Condition<Course> {
        Course::prerequisite_id().is_null() & Course::credits().le(5)
    }

    fn is_taken_by(student: &Student) -> Condition<Course> {
        Course::students().any(Student::id().eq(student.id))
    }
}
// ANCHOR_END: course

fn named_conditions(db: &Db) -> orm::Result<()> {
    let ada = Student::find(db, 1)?;
    // ANCHOR: named_conditions
    let offers = Course::query().filter(Course::is_basic() & !Course::is_taken_by(&ada)).all(db)?;
    let departments = Department::query().filter(Department::courses().any(Course::is_basic())).all(db)?;
    // ANCHOR_END: named_conditions
    assert_eq!(titles(&offers), ["Arithmetic"]);
    assert_eq!(departments.len(), 1);
    Ok(())
}

// ANCHOR: search
/// The fields of the form. A field that the user left empty is `None`, or an empty list.
#[derive(Clone, Default)]
struct Search {
    words: String,
    departments: Vec<i64>,
    min_credits: Option<i32>,
    max_credits: Option<i32>,
    taken_by: Option<i64>,
}

impl Search {
    fn condition(&self) -> Condition<Course> {
        let mut wanted = Condition::all(self.words.split_whitespace().map(Self::mentions));
        if !self.departments.is_empty() {
            wanted &= Course::department_id().in_(self.departments.clone());
        }
        if let Some(min) = self.min_credits {
            wanted &= Course::credits().ge(min);
        }
        if let Some(max) = self.max_credits {
            wanted &= Course::credits().le(max);
        }
        if let Some(student) = self.taken_by {
            wanted &= Course::students().any(Student::id().eq(student));
        }
        wanted
    }

    /// The word is in the title, or in the name of the department.
    fn mentions(word: &str) -> Condition<Course> {
        Course::title().contains(word) | Course::department().has(Department::name().contains(word))
    }
}
// ANCHOR_END: search

fn form(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: form
    let search = Search { words: "comp".into(), min_credits: Some(5), ..Search::default() };
    let courses = Course::query().filter(search.condition()).order_by(Course::title().asc()).all(db)?;
    let number = Course::query().filter(search.condition()).count(db)?;
    // ANCHOR_END: form
    assert_eq!((titles(&courses), number), (vec!["Compilers", "Programming"], 2));
    chapter.shows_sql(&[Course::query()
        .filter(search.condition())
        .order_by(Course::title().asc())
        .sql(db)
        .to_string()]);
    let all = Search::default();
    assert_eq!(Course::query().filter(all.condition()).sql(db).text, Course::query().sql(db).text);
    let full = Search { departments: vec![1], min_credits: Some(5), max_credits: Some(6), taken_by: Some(1), ..all };
    assert_eq!(titles(&Course::query().filter(full.condition()).all(db)?), ["Algebra"]);
    let light = Search { max_credits: Some(4), ..Search::default() };
    assert_eq!(titles(&Course::query().filter(light.condition()).all(db)?), ["Logic"]);
    Ok(())
}

// ANCHOR: term
/// A term such as `credits>=6` or `title=Logic`, as a condition.
fn term(text: &str) -> Result<Condition<Course>, String> {
    let unknown = || format!("`{text}` is not a filter; write for example `credits>=6`");
    let at = text.find(['=', '<', '>']).ok_or_else(unknown)?;
    let (field, rest) = text.split_at(at);
    let value = rest.trim_start_matches(['=', '<', '>']);
    let operator = &rest[..rest.len() - value.len()];
    match field {
        "title" if operator == "=" => Ok(Course::title().eq(value)),
        "department" if operator == "=" => Ok(Course::department().has(Department::name().eq(value))),
        "credits" => compared(Course::credits(), operator, value).ok_or_else(unknown),
        "students" => {
            let number: u64 = value.parse().map_err(|_| unknown())?;
            (operator == ">=").then(|| Course::students().count().ge(number)).ok_or_else(unknown)
        }
        _ => Err(unknown()),
    }
}

fn compared(column: Column<Course, i32>, operator: &str, value: &str) -> Option<Condition<Course>> {
    let value: i32 = value.parse().ok()?;
    match operator {
        "=" => Some(column.eq(value)),
        "<" => Some(column.lt(value)),
        "<=" => Some(column.le(value)),
        ">" => Some(column.gt(value)),
        ">=" => Some(column.ge(value)),
        _ => None,
    }
}
// ANCHOR_END: term

fn languages(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn Error>> {
    // ANCHOR: languages
    let asked = "credits>=5,department=Mathematics";
    let terms = asked.split(',').map(term).collect::<Result<Vec<_>, _>>()?;
    let courses = Course::query().filter(Condition::all(terms)).all(db)?;

    let refused = term("password=x").unwrap_err();
    println!("{refused}");
    // ANCHOR_END: languages
    assert_eq!(titles(&courses), ["Arithmetic", "Algebra"]);
    assert_eq!(titles(&Course::query().filter(term("students>=2")?).all(db)?), ["Logic"]);
    assert_eq!(titles(&Course::query().filter(term("title=Logic")? & term("credits<5")?).all(db)?), ["Logic"]);
    assert!(term("credits=>6").is_err() && term("credits=six").is_err() && term("title").is_err());
    chapter.shows("text", refused);
    Ok(())
}

// ANCHOR: sort
#[derive(Clone, Copy)]
enum Sort {
    Title,
    Newest,
    Popular,
}

fn order(by: Sort) -> Vec<OrderBy<Course>> {
    match by {
        Sort::Title => vec![Course::title().asc()],
        Sort::Newest => vec![Course::id().desc()],
        Sort::Popular => vec![Course::students().count().desc(), Course::title().asc()],
    }
}
// ANCHOR_END: sort

fn sorted(db: &Db) -> orm::Result<()> {
    // ANCHOR: sorted
    let popular = Course::query().order_by(order(Sort::Popular)).limit(10).all(db)?;
    // ANCHOR_END: sorted
    assert_eq!(titles(&popular)[..2], ["Logic", "Algebra"]);
    for (by, first) in [(Sort::Title, "Algebra"), (Sort::Newest, "Compilers")] {
        assert_eq!(titles(&Course::query().order_by(order(by)).all(db)?)[0], first);
    }
    graded(db)
}

fn graded(db: &Db) -> orm::Result<()> {
    let (least, only_graded) = (Some(90), true);
    // ANCHOR: graded
    let enrollments = Student::enrollments()
        .filter(least.map(|grade| Enrollment::grade().ge(grade)))
        .filter(only_graded.then(|| Enrollment::grade().is_not_null()));
    let students = Student::query().filter(enrollments.clone().exists()).prefetch(enrollments).all(db)?;
    // ANCHOR_END: graded
    let numbers: Vec<usize> = students.iter().map(|student| student.enrollments().len()).collect();
    assert_eq!(numbers, [1, 1]);
    Ok(())
}
