//! The queries. Nothing else in this program talks to the database.

use orm::{AsyncDb, Condition, Many, MaybeLoaded, Model, One, Page, Part, Query, Transaction, row};

use crate::error::Error;
use crate::input::{Changes, Draft, Listing};
use crate::models::{Course, Department, NewStudent, Student};

/// A student in a list.
pub type Card = row!(Student { courses: Many<Course>, department: Option<One<Department>> });

/// The student of a page.
pub type Profile = row!(Student {
    courses: Many<row!(Course { department: One<Department> })>,
    department: Option<One<Department>>,
});

/// A student as JSON, with what the request asks for.
pub type Included = row!(Student {
    courses: MaybeLoaded<Many<row!(Course { department: MaybeLoaded<One<Department>> })>>,
    department: MaybeLoaded<Option<One<Department>>>,
});

/// A department with all its courses.
pub type Catalog = row!(Department { courses: Many<Course> });

/// A department with the courses that a student could take.
pub type Offer = row!(Department { courses: Many<Course, Part> });

/// The students of a listing, in its order.
fn listed(listing: &Listing) -> orm::Result<Query<Student>> {
    let allowed = (
        Student::last_name().asc().named("name"),
        Student::department().value(Department::name()).asc().nulls_last().named("department"),
        Student::courses().count().asc().named("courses"),
    );
    let order = orm::order_from(listing.order(), allowed)?;
    let words = listing.q.split_whitespace().map(|word| {
        Student::first_name().contains(word) | Student::last_name().contains(word) | Student::email().contains(word)
    });
    Ok(Student::query()
        .filter(Condition::all(words))
        .filter(listing.department.map(|id| Student::department_id().eq(id)))
        .filter(listing.course.map(|id| Student::courses().any(Course::id().eq(id))))
        .order_by(order)
        .order_by(Student::first_name().asc()))
}

/// A page of a listing, and the number of students on all its pages.
pub async fn cards(db: &AsyncDb, listing: &Listing, size: u64) -> orm::Result<(Page<Card>, u64)> {
    let students = listed(listing)?;
    let page = students
        .clone()
        .prefetch(Student::department().joined())
        .prefetch(Student::courses().order_by(Course::title().asc()))
        .page(size)
        .after(listing.cursor()?);
    tokio::try_join!(page.read(db), students.count(db))
}

pub async fn catalog(db: &AsyncDb) -> orm::Result<Vec<Catalog>> {
    Department::query()
        .order_by(Department::name().asc())
        .prefetch(Department::courses().order_by(Course::title().asc()))
        .all(db)
        .await
}

pub async fn departments(db: &AsyncDb) -> orm::Result<Vec<Department>> {
    Department::query().order_by(Department::name().asc()).all(db).await
}

pub async fn profile(db: &AsyncDb, id: i64) -> orm::Result<Profile> {
    Student::query()
        .prefetch(Student::department().joined())
        .prefetch(Student::courses().order_by(Course::title().asc()).prefetch(Course::department().joined()))
        .find(db, id)
        .await
}

/// The courses that a student does not take yet.
pub async fn offers(db: &AsyncDb, student: i64) -> orm::Result<Vec<Offer>> {
    let open = !Course::students().any(Student::id().eq(student));
    Department::query()
        .filter(Department::courses().any(open.clone()))
        .order_by(Department::name().asc())
        .prefetch(Department::courses().filter(open).order_by(Course::title().asc()))
        .all(db)
        .await
}

pub async fn student(db: &AsyncDb, id: i64) -> orm::Result<Student> {
    Student::find(db, id).await
}

/// The students of a listing with the relations that `include` names, as in `department,courses.department`.
pub async fn included(db: &AsyncDb, listing: &Listing, include: &str, size: u64) -> orm::Result<Page<Included>> {
    including(listed(listing)?, include)?.page(size).after(listing.cursor()?).read(db).await
}

/// One student with the relations that `include` names.
pub async fn one_included(db: &AsyncDb, id: i64, include: &str) -> orm::Result<Included> {
    including(Student::query(), include)?.find(db, id).await
}

fn including(students: Query<Student>, include: &str) -> orm::Result<Query<Student, Included>> {
    let [department, courses, of_courses] =
        orm::include_from(include, ["department", "courses", "courses.department"])?;
    let with_department =
        Student::courses().order_by(Course::title().asc()).prefetch_if(of_courses, Course::department());
    Ok(students.prefetch_if(department, Student::department()).prefetch_if(courses, with_department))
}

pub async fn create(db: &AsyncDb, draft: Draft) -> Result<Student, Error> {
    let Draft { first_name, last_name, email, department_id } = draft.check()?;
    Ok(NewStudent { first_name, last_name, email, department_id }.insert(db).await?)
}

/// Writes a draft over a student, unless the student has another version by now.
pub async fn save(db: &AsyncDb, id: i64, version: i64, draft: Draft) -> Result<Student, Error> {
    let Draft { first_name, last_name, email, department_id } = draft.check()?;
    Ok(Student { id, first_name, last_name, email, department_id, version }.update(db).await?)
}

/// Changes some fields of a student, unless the student has another version by now.
pub async fn change(db: &AsyncDb, id: i64, changes: Changes) -> Result<Student, Error> {
    let version = changes.version;
    let student = Student::find(db, id).await?;
    let draft = changes.apply(student.clone().into()).check()?;
    let seen = Student { version, ..student };
    Ok(seen.edit(db, |student| draft.write_to(student)).await?)
}

/// Enrolls a student in a course. It is no error if the student takes the course already.
pub async fn enroll(db: &AsyncDb, student: i64, course: i64) -> orm::Result<Course> {
    // A short transaction is one closure: it goes to the database's thread as a whole.
    db.run(move |tx| {
        let (student, course) = both(tx, student, course)?;
        Student::courses().link(tx, &student, [&course])?;
        Ok(course)
    })
    .await
}

/// Ends a student's enrollment in a course. It is no error if the student does not take the course.
pub async fn leave(db: &AsyncDb, student: i64, course: i64) -> orm::Result<Course> {
    db.run(move |tx| {
        let (student, course) = both(tx, student, course)?;
        Student::courses().unlink(tx, &student, [&course])?;
        Ok(course)
    })
    .await
}

fn both(tx: &Transaction<'_>, student: i64, course: i64) -> orm::Result<(Student, Course)> {
    Ok((Student::find(tx, student)?, Course::find(tx, course)?))
}
