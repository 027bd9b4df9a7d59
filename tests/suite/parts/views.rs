//! Views: structs that read part of a model, with related rows as plain fields.

use orm::{Many, Model, Part, Result, View, assert_queries};

use crate::database::{db, either};
use crate::schemas::university::{Course, Department, Student, StudentLoaded, empty_university, titles, university};

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Student)]
struct Name {
    first_name: String,
    #[view(from = last_name)]
    family: String,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Course)]
struct CourseCard {
    title: String,
    #[view(from = department.name)]
    department: String,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Student)]
struct StudentCard {
    first_name: String,
    #[view(from = department.name)]
    department: Option<String>,
    courses: Vec<CourseCard>,
}

#[derive(View, Clone, Debug, PartialEq, serde::Serialize)]
#[view(of = Course)]
struct Title {
    title: String,
}

#[derive(View, Debug, PartialEq)]
#[view(of = Department)]
struct DepartmentCard {
    name: String,
    #[view(from = Department::courses().count())]
    size: u64,
    #[view(from = Department::courses().order_by(Course::title().desc()).limit(1))]
    last: Vec<CourseCard>,
    students: Many<Name>,
}

#[derive(View, Debug, PartialEq)]
#[view(of = Course)]
struct WithDepartment {
    id: i64,
    department: Department,
    #[view(from = Course::department().filter(Department::name().eq("Physics")))]
    physics: Option<Department>,
    students: Vec<StudentOfCourse>,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Student)]
struct StudentOfCourse {
    id: i64,
    department: Option<Department>,
}

struct Other;

fn card(title: &str, department: &str) -> CourseCard {
    CourseCard { title: title.into(), department: department.into() }
}

#[test]
fn a_view_loads_only_what_it_names() -> Result<()> {
    let db = university();
    let recording = db.record();
    let names = Student::query().filter(Student::id().lt(3)).order_by(Student::last_name().desc()).view::<Name>();
    let name = |first: &str, family: &str| Name { first_name: first.into(), family: family.into() };
    assert_eq!(names.all(&db)?, [name("Isaac", "Newton"), name("Ada", "Lovelace")]);
    assert_eq!(
        recording.statements(),
        [either(
            r#"SELECT t0."first_name", t0."last_name", t0."id" FROM "students" AS t0 WHERE t0."id" < ?1 ORDER BY t0."last_name" DESC, t0."id" DESC"#,
            r#"SELECT t0."first_name", t0."last_name", t0."id" FROM "students" AS t0 WHERE t0."id" < $1 ORDER BY t0."last_name" DESC, t0."id" DESC"#,
        )]
    );
    Ok(())
}

#[test]
fn relations_and_columns_behind_them_are_fields() -> Result<()> {
    let db = university();
    let recording = db.record();
    let cards = assert_queries!(&db, 2, Student::query().view::<StudentCard>().all(&db)?);
    let (geometry, algebra) = (card("Geometry", "Mathematics"), card("Algebra", "Mathematics"));
    let expected = [
        ("Ada", Some("Mathematics"), vec![geometry.clone(), algebra.clone()]),
        ("Isaac", Some("Physics"), vec![geometry, algebra, card("Optics", "Physics")]),
        ("Emil", None, vec![]),
    ];
    let expected = expected.map(|(first_name, department, courses)| StudentCard {
        first_name: first_name.into(),
        department: department.map(Into::into),
        courses,
    });
    assert_eq!(cards, expected);
    assert_eq!(
        recording.statements(),
        [
            r#"SELECT t0."first_name", t1."name", t1."id", t0."id" FROM "students" AS t0 LEFT JOIN "departments" AS t1 ON t1."id" = t0."department_id" ORDER BY t0."id""#,
            either(
                r#"SELECT t1."student_id", t1."course_id", NULL, NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."student_id" IS NOT NULL UNION ALL SELECT NULL, t0."id", t0."title", t2."name", t2."id", t0."id" FROM rarray(orm_wanted()) AS w CROSS JOIN "courses" AS t0 ON t0."id" = w."value" LEFT JOIN "departments" AS t2 ON t2."id" = t0."department_id""#,
                r#"SELECT t1."student_id", t1."course_id", NULL, NULL, NULL, NULL FROM "enrollments" AS t1 WHERE t1."student_id" IS NOT NULL UNION ALL SELECT NULL, t0."id", t0."title", t2."name", t2."id", t0."id" FROM "courses" AS t0 LEFT JOIN "departments" AS t2 ON t2."id" = t0."department_id" WHERE t0."id" IN (SELECT t1."course_id" FROM "enrollments" AS t1 WHERE t1."student_id" IS NOT NULL)"#
            ),
        ]
    );
    Ok(())
}

#[test]
fn a_query_for_views_is_run_as_any_other() -> Result<()> {
    let db = university();
    let query = Student::query().view::<StudentCard>().filter(Student::courses().exists());
    let first = query.first(&db)?.map(|card| card.first_name);
    assert_eq!(first.as_deref(), Some("Ada"));
    assert_eq!(query.clone().order_by(Student::id().desc()).limit(1).one(&db)?.courses.len(), 3);
    assert_eq!(query.find(&db, 2)?.first_name, "Isaac");
    assert!(query.find(&db, 3).unwrap_err().is_not_found());
    assert!(query.one(&db).unwrap_err().is_more_than_one());
    assert_eq!((query.count(&db)?, query.exists(&db)?), (2, true));
    assert_eq!(query.plan(&db)?.statements(), 2);
    assert_eq!(query.sum(&db, Student::id())?, Some(3));
    let none = assert_queries!(&db, 1, query.filter(Student::id().gt(9)).all(&db)?);
    assert!(none.is_empty());
    Ok(())
}

#[test]
fn views_come_in_chunks_by_values_that_they_do_not_hold() -> Result<()> {
    let db = university();
    let query = Student::query().order_by((Student::department_id().desc(), Student::last_name().asc()));
    let all: Vec<Name> = query.clone().view::<Name>().all(&db)?;
    for size in 1..5 {
        let chunks = query.clone().view::<Name>().chunks(&db).of_size(size).collect::<Result<Vec<_>>>()?;
        assert_eq!(chunks.concat(), all, "in chunks of {size}");
    }
    let by_expression = Student::query().order_by(Student::id().mul(-1).asc());
    let ids: Vec<Vec<Student>> = by_expression.chunks(&db).of_size(2).collect::<Result<_>>()?;
    assert_eq!(ids.concat().iter().map(|student| student.id).collect::<Vec<_>>(), [3, 2, 1]);
    Ok(())
}

#[test]
fn relations_are_narrowed_ordered_and_counted_within_a_view() -> Result<()> {
    let db = university();
    let departments = assert_queries!(&db, 4, Department::query().view::<DepartmentCard>().all(&db)?);
    let found: Vec<_> = departments
        .iter()
        .map(|department| {
            let last: Vec<&str> = department.last.iter().map(|course| course.title.as_str()).collect();
            let students: Vec<&str> = department.students.iter().map(|student| student.family.as_str()).collect();
            (department.name.as_str(), department.size, last, students)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("Mathematics", 2, vec!["Geometry"], vec!["Lovelace"]),
            ("Physics", 1, vec!["Optics"], vec!["Newton"]),
            ("Law", 0, vec![], vec![]),
        ]
    );
    assert_eq!(departments[0].last, [card("Geometry", "Mathematics")], "joined below a limit");
    Ok(())
}

#[test]
fn to_one_relations_are_rows_of_their_own() -> Result<()> {
    let db = university();
    let courses = assert_queries!(&db, 5, Course::query().view::<WithDepartment>().all(&db)?);
    let found: Vec<_> = courses
        .iter()
        .map(|course| {
            let students = course.students.iter().map(|student| (student.id, student.department.is_some()));
            (course.id, course.department.id, course.physics.is_some(), students.collect::<Vec<_>>())
        })
        .collect();
    let both = vec![(1, true), (2, true)];
    assert_eq!(found, [(1, 1, false, both.clone()), (2, 1, false, both), (3, 2, true, vec![(2, true)])]);
    Ok(())
}

#[test]
fn related_rows_are_loaded_as_views() -> Result<()> {
    let db = university();
    let recording = db.record();
    let students: Vec<StudentLoaded<Many<Title>>> =
        Student::query().filter(Student::id().eq(1)).prefetch(Student::courses().view::<Title>()).all(&db)?;
    let titles: Vec<&str> = students[0].courses().iter().map(|course| course.title.as_str()).collect();
    assert_eq!(titles, ["Geometry", "Algebra"]);
    let columns = either(
        r#"SELECT NULL, t0."id", t0."title", t0."id" FROM"#,
        r#"SELECT t1."student_id", t0."title", t0."id" FROM"#,
    );
    assert!(recording.statements()[1].contains(columns), "{}", recording.statements()[1]);
    assert_eq!(
        serde_json::to_value(students[0].courses()).expect("views serialise"),
        serde_json::json!([{ "title": "Geometry" }, { "title": "Algebra" }])
    );

    let physics = Department::courses().filter(Course::title().ne("Algebra")).view::<CourseCard>().named(Other);
    let departments = Department::query().prefetch(Department::courses()).prefetch(physics).all(&db)?;
    let named: &Many<CourseCard, Part> = departments[0].named(Other);
    assert_eq!((named.to_vec(), departments[0].courses().len()), (vec![card("Geometry", "Mathematics")], 2));
    Ok(())
}

#[test]
fn views_are_prefetched_onto_rows_in_memory() -> Result<()> {
    let db = university();
    let students = Student::query().all(&db)?;
    let students = assert_queries!(&db, 1, orm::prefetch(&db, students, Student::courses().view::<CourseCard>())?);
    assert_eq!(students[1].courses().len(), 3);
    let of = Student::courses().of(&students[0]).view::<Title>().all(&db)?;
    assert_eq!(of.len(), 2);
    Ok(())
}

#[test]
fn the_same_rows_come_as_views_and_as_models() -> Result<()> {
    let db = university();
    for query in [Student::query(), Student::query().filter(Student::id().gt(0)), Student::query().limit(2)] {
        let models = query.clone().prefetch(Student::courses()).all(&db)?;
        let views = query.view::<StudentCard>().all(&db)?;
        let of_models: Vec<Vec<&str>> = models.iter().map(|student| titles(student.courses())).collect();
        let of_views: Vec<Vec<&str>> =
            views.iter().map(|student| student.courses.iter().map(|course| course.title.as_str()).collect()).collect();
        assert_eq!(of_models, of_views);
    }
    Ok(())
}

#[derive(Model, Clone, Debug)]
#[model(table = "wide")]
#[has_many(wide: Wide, foreign_key = parent)]
struct Wide {
    #[model(primary_key, column = "Key")]
    code: String,
    #[model(column = "Text", accessor = words)]
    text: Option<String>,
    #[belongs_to(above: Wide)]
    parent: Option<String>,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Wide)]
struct Narrow {
    words: Option<String>,
    #[view(from = above.text)]
    above: Option<String>,
    #[view(from = above.code)]
    code_above: Option<String>,
    wide: Vec<Leaf>,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Wide)]
struct Leaf {
    code: String,
}

#[test]
fn views_read_text_keys_renamed_columns_and_a_relation_to_the_model_itself() -> Result<()> {
    let db = db();
    db.create_tables::<Wide>()?;
    for (code, text, parent) in [("a", Some("A"), None), ("b", None, Some("a")), ("c", Some("C"), Some("b"))] {
        Wide { code: code.into(), text: text.map(Into::into), parent: parent.map(Into::into) }.insert(&db)?;
    }
    let recording = db.record();
    let found = Wide::query().view::<Narrow>().all(&db)?;
    let text = |text: &str| Some(text.to_owned());
    let leaf = |code: &str| vec![Leaf { code: code.into() }];
    assert_eq!(
        found,
        [
            Narrow { words: text("A"), above: None, code_above: None, wide: leaf("b") },
            Narrow { words: None, above: text("A"), code_above: text("a"), wide: leaf("c") },
            Narrow { words: text("C"), above: None, code_above: text("b"), wide: vec![] },
        ]
    );
    assert_eq!(
        recording.statements()[0],
        r#"SELECT t0."Text", t1."Text", t1."Key", t0."Key" FROM "wide" AS t0 LEFT JOIN "wide" AS t1 ON t1."Key" = t0."parent" ORDER BY t0."Key""#,
        "one join for two columns"
    );
    Ok(())
}

#[test]
fn a_required_row_that_is_not_there_is_an_error() -> Result<()> {
    let db = empty_university();
    orm::sql(either("PRAGMA foreign_keys = off", "ALTER TABLE courses DROP CONSTRAINT courses_department_id_fkey"))
        .execute(&db)?;
    orm::sql("INSERT INTO courses (id, title, department_id) VALUES (7, 'Alchemy', 99)").execute(&db)?;
    let error = Course::query().view::<CourseCard>().all(&db).unwrap_err();
    assert!(error.is_missing_related(), "{error}");
    assert!(error.to_string().contains("`Course` 7"), "{error}");
    assert!(Course::query().view::<WithDepartment>().all(&db).unwrap_err().is_missing_related());
    Ok(())
}

#[test]
fn bad_data_in_a_view_names_its_column() -> Result<()> {
    let db = university();
    orm::sql(either("ALTER TABLE departments RENAME TO d", "ALTER TABLE departments ALTER COLUMN name DROP NOT NULL"))
        .execute(&db)?;
    if either(true, false) {
        orm::sql("CREATE VIEW departments AS SELECT id, nullif(name, 'Physics') AS name FROM d").execute(&db)?;
    } else {
        orm::sql("UPDATE departments SET name = NULL WHERE id = 2").execute(&db)?;
    }
    let error = Student::query().view::<StudentCard>().all(&db).unwrap_err();
    assert_eq!(
        (error.table(), error.column()),
        (Some("departments"), Some("name")),
        "the row is there, its name is not"
    );
    let error = Course::query().view::<CourseCard>().all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("departments"), Some("name")));
    assert!(Course::query().filter(Course::id().lt(3)).view::<CourseCard>().all(&db).is_ok());
    Ok(())
}

#[test]
fn sql_of_the_programs_own_is_read_as_views() -> Result<()> {
    let db = university();
    let names: Vec<Name> = orm::sql("SELECT * FROM students WHERE id = $1").bind(1).rows(&db)?;
    assert_eq!(names, [Name { first_name: "Ada".into(), family: "Lovelace".into() }]);
    let text = "SELECT s.first_name, s.id, d.name AS department FROM students s LEFT JOIN departments d \
                ON d.id = s.department_id ORDER BY s.id DESC";
    let cards: Vec<StudentCard> = assert_queries!(&db, 2, orm::sql(text).rows(&db)?);
    assert_eq!(cards, {
        let mut cards = Student::query().view::<StudentCard>().all(&db)?;
        cards.reverse();
        cards
    });
    let returned: Vec<Title> =
        orm::sql("UPDATE courses SET title = 'New' WHERE id = 1 RETURNING title").returning(&db)?;
    assert_eq!(returned, [Title { title: "New".into() }]);
    Ok(())
}

#[test]
fn sql_of_the_programs_own_must_return_what_a_view_needs() {
    let db = university();
    let of = |text| orm::sql(text).rows::<StudentCard>(&db).unwrap_err();
    assert_eq!(of("SELECT first_name, id FROM students").column(), Some("department"));
    let error = of("SELECT first_name, NULL AS department FROM students");
    assert_eq!(error.to_string(), "the statement returns no column `id`, which `Student` needs");
}
