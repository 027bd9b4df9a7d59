//! Rows inserted together with rows that belong to them.

use orm::{Insert, Many, Model, One, Result, assert_queries};

use crate::database::{db, either};
use crate::schemas::university::{
    Course, CourseLoaded, Department, DepartmentLoaded, Enrollment, NewCourse, NewDepartment, NewStudent, Student,
    StudentLoaded, empty_university, university,
};

fn department(name: &str) -> NewDepartment {
    NewDepartment { name: name.into() }
}

fn student(first: &str, department_id: Option<i64>) -> NewStudent {
    NewStudent { first_name: first.into(), last_name: "Test".into(), department_id }
}

fn course(title: &str, department_id: i64) -> NewCourse {
    NewCourse { title: title.into(), department_id }
}

#[test]
fn children_are_given_the_key_of_their_new_parent() -> Result<()> {
    let db = empty_university();
    let maths = department("Mathematics")
        .with(Department::courses(), |maths| ["Algebra", "Geometry"].map(|title| course(title, maths.id)));
    let maths: DepartmentLoaded<Many<Course>> = assert_queries!(&db, 2, maths.insert(&db)?);
    let titles: Vec<&str> = maths.courses().iter().map(|course| course.title.as_str()).collect();
    assert_eq!(titles, ["Algebra", "Geometry"]);
    assert_eq!(maths, Department::query().prefetch(Department::courses()).find(&db, maths.id)?);
    Ok(())
}

#[test]
fn new_rows_of_both_sides_are_linked() -> Result<()> {
    let db = university();
    let ada = student("Augusta", None).with(Student::courses(), |_| [course("Logic", 1), course("Statics", 2)]);
    // The student, the courses, the links.
    let ada: StudentLoaded<Many<Course>> = assert_queries!(&db, 3, ada.insert(&db)?);
    assert_eq!(ada, Student::query().prefetch(Student::courses()).find(&db, ada.id)?);
    assert_eq!(ada.courses().len(), 2);
    Ok(())
}

#[test]
fn a_whole_graph_is_one_statement_for_each_relation() -> Result<()> {
    let db = empty_university();
    let new = ["Mathematics", "Physics", "Law"].map(|name| {
        department(name)
            .with(Department::courses(), |new| [course("Introduction", new.id), course("Seminar", new.id)])
            .with(Department::students(), |new| {
                let id = new.id;
                ["Ada", "Ben"].map(|first| {
                    student(first, Some(id)).with(Student::courses(), move |_| [course("Own project", id)])
                })
            })
    });
    // Departments, their courses, their students, the students' courses, the links.
    let inserted = assert_queries!(&db, 5, orm::insert_many(&db, new)?);
    let ordered = Course::title().asc();
    let loaded = Department::query()
        .prefetch(Department::courses().filter(Course::title().ne("Own project")).order_by(ordered))
        .prefetch(Department::students().prefetch(Student::courses()))
        .all(&db)?;
    assert_eq!(inserted.len(), 3);
    for (new, found) in inserted.iter().zip(&loaded) {
        assert_eq!(**new, **found);
        assert!(new.courses().iter().eq(found.courses()));
        assert_eq!(new.students(), found.students());
        assert!(new.students().iter().all(|student| student.courses()[0].department_id == new.id));
    }
    assert_eq!((Course::query().count(&db)?, Enrollment::query().count(&db)?), (12, 6));
    Ok(())
}

#[test]
fn the_row_that_is_referred_to_can_come_first() -> Result<()> {
    let db = empty_university();
    let ada = department("Mathematics").then(Student::department(), |maths| student("Ada", Some(maths.id)));
    let ada: StudentLoaded<orm::NotLoaded, orm::NotLoaded, Option<One<Department>>> =
        assert_queries!(&db, 2, ada.insert(&db)?);
    assert_eq!(ada.department().as_ref().map(|department| department.name.as_str()), Some("Mathematics"));
    assert_eq!(ada, Student::query().prefetch(Student::department()).find(&db, ada.id)?);

    let new = ["Physics", "Law"].map(|name| {
        department(name).then(Course::department(), |owner| {
            course("Start", owner.id).with(Course::students(), |_| [student("Ben", None)])
        })
    });
    let courses: Vec<CourseLoaded<Many<Student>, One<Department>>> =
        assert_queries!(&db, 4, orm::insert_many(&db, new)?);
    let names: Vec<&str> = courses.iter().map(|course| course.department().name.as_str()).collect();
    assert_eq!(names, ["Physics", "Law"]);
    assert!(courses.iter().all(|course| course.students()[0].first_name == "Ben"));
    Ok(())
}

#[test]
fn parents_without_children_send_nothing_for_them() -> Result<()> {
    let db = empty_university();
    let none: [NewCourse; 0] = [];
    let maths = assert_queries!(&db, 1, department("Mathematics").with(Department::courses(), |_| none).insert(&db)?);
    assert!(maths.courses().is_empty());
    let nobody: [NewDepartment; 0] = [];
    let graphs = nobody.map(|new| new.with(Department::courses(), |_| [course("None", 1)]));
    assert!(assert_queries!(&db, 0, orm::insert_many(&db, graphs)?).is_empty());
    Ok(())
}

#[test]
fn everything_is_inserted_or_nothing() -> Result<()> {
    let db = empty_university();
    let error = department("Mathematics")
        .with(Department::students(), |maths| {
            [student("Ada", Some(maths.id)).with(Student::courses(), |_| [course("Nowhere", 99)])]
        })
        .insert(&db)
        .unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!((Department::query().count(&db)?, Student::query().count(&db)?), (0, 0));
    Ok(())
}

#[test]
fn within_a_transaction_a_failed_graph_leaves_what_came_before() -> Result<()> {
    let db = empty_university();
    let tx = db.begin()?;
    department("Before").insert(&tx)?;
    let broken = department("Broken").with(Department::courses(), |_| [course("Nowhere", 99)]);
    assert!(broken.insert(&tx).is_err());
    tx.commit()?;
    let names: Vec<String> = Department::query().all(&db)?.into_iter().map(|department| department.name).collect();
    assert_eq!(names, ["Before"]);
    Ok(())
}

#[test]
fn a_row_that_belongs_to_another_is_refused() -> Result<()> {
    let db = university();
    let error = department("New").with(Department::courses(), |_| [course("Strayed", 1)]).insert(&db).unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "`Department.courses`: a new `Course` refers to another row than its `Department`; \
         give `department_id` the `id` of the row that the function receives"
    );
    let error = department("New").then(Student::department(), |_| student("Ada", None)).insert(&db).unwrap_err();
    assert!(error.is_invalid() && error.to_string().starts_with("`Student.department`: a new `Student`"), "{error}");
    assert_eq!(Department::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn a_relation_from_the_other_end_says_what_to_write() -> Result<()> {
    let db = empty_university();
    let error = course("Algebra", 1).with(Course::department(), |_| [department("Late")]).insert(&db).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Course::department` leads to a row that is inserted first; begin with that row, and write \
         `.then(Course::department(), ..)`"
    );
    let error = course("Algebra", 1).then(Department::courses(), |_| department("Late")).insert(&db).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Department::courses` leads to rows that are inserted afterwards; begin with the other row, and write \
         `.with(Department::courses(), ..)`"
    );
    let ordered = Department::courses().order_by(Course::title().asc());
    let error = department("Late").with(ordered, |late| [course("A", late.id)]).insert(&db).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("leave out `order_by`"), "{error}");
    assert_eq!(Department::query().count(&db)?, 0);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_one(cover: Cover)]
#[has_many(notes: Note, foreign_key = subject_id, tag(subject = "book"))]
struct Book {
    #[model(primary_key)]
    isbn: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Cover {
    id: i64,
    #[belongs_to(book: Book, on_delete = cascade)]
    book_id: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    subject: String,
    subject_id: String,
}

#[test]
fn a_has_one_takes_one_row_and_no_more() -> Result<()> {
    let db = db();
    db.create_tables::<(Book, Cover)>()?;
    let book = |isbn: &str| NewBook { isbn: isbn.into() };
    let bound = book("1").with(Book::cover(), |book| Some(NewCover { book_id: book.isbn.clone() })).insert(&db)?;
    assert_eq!(bound, Book::query().prefetch(Book::cover()).find(&db, "1")?);
    assert!(bound.cover().is_some());
    let loose = book("2").with(Book::cover(), |_| None::<NewCover>).insert(&db)?;
    assert!(loose.cover().is_none());
    let two = book("3").with(Book::cover(), |book| [(), ()].map(|()| NewCover { book_id: book.isbn.clone() }));
    let error = two.insert(&db).unwrap_err();
    assert!(error.is_more_than_one(), "{error}");
    assert_eq!(Book::query().count(&db)?, 2);
    Ok(())
}

#[test]
fn the_other_side_of_a_polymorphic_relation_needs_its_tag() -> Result<()> {
    let db = db();
    db.create_tables::<(Book, Note)>()?;
    let noted = |subject: &'static str| {
        NewBook { isbn: subject.into() }
            .with(Book::notes(), move |book| [NewNote { subject: subject.into(), subject_id: book.isbn.clone() }])
    };
    let book = noted("book").insert(&db)?;
    assert_eq!(book, Book::query().prefetch(Book::notes()).find(&db, "book")?);
    let error = noted("film").insert(&db).unwrap_err();
    assert_eq!(error.to_string(), "`Book.notes`: a new `Note` has another tag in `subject`; give it \"book\"");
    Ok(())
}

#[test]
fn a_graph_of_any_size_is_split_by_the_limits() -> Result<()> {
    let db = empty_university();
    let new = department("Large").with(Department::students(), |large| {
        let id = large.id;
        (0..1200).map(move |number| {
            student(&number.to_string(), Some(id)).with(Student::courses(), move |_| [course("Own", id)])
        })
    });
    // One department; three times 500 students at most, as many courses and links; or an array for each column.
    let large = assert_queries!(&db, either(10, 4), new.insert(&db)?);
    assert_eq!(large.students().len(), 1200);
    assert_eq!(Enrollment::query().count(&db)?, 1200);
    let names: Vec<usize> = large.students().iter().filter_map(|student| student.first_name.parse().ok()).collect();
    assert!(names.into_iter().eq(0..1200));
    Ok(())
}
