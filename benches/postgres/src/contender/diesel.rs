//! Diesel, used as its guide shows: associations with `belonging_to` and `grouped_by`.

mod schema;

use bench_common::checksum::total;
use bench_common::data::NewStudent as New;
use bench_common::{Result, checksum};
use diesel::prelude::*;

use self::schema::{book, chapter, course, department, edition, quote, review, student, student_course};
use super::{Contender, Keys};

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = department)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = course, belongs_to(Department))]
struct Course {
    id: i64,
    title: String,
    department_id: i64,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = student, belongs_to(Department))]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = student_course, primary_key(student_id, course_id), belongs_to(Student), belongs_to(Course))]
struct Enrollment {
    student_id: i64,
    course_id: i64,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = book)]
struct Book {
    id: i64,
    title: String,
}

macro_rules! part {
    ($name:ident, $table:ident) => {
        #[derive(Queryable, Selectable, Identifiable, Associations)]
        #[diesel(table_name = $table, belongs_to(Book))]
        struct $name {
            id: i64,
            text: String,
            book_id: i64,
        }
    };
}

part!(Chapter, chapter);
part!(Review, review);
part!(Edition, edition);
part!(Quote, quote);

#[derive(Insertable)]
#[diesel(table_name = student, treat_none_as_default_value = false)]
struct NewStudent {
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

struct Diesel {
    db: PgConnection,
}

/// Opens the contender.
pub(super) fn open(url: &str) -> Result<Box<dyn Contender>> {
    Ok(Box::new(Diesel { db: PgConnection::establish(url)? }))
}

impl Contender for Diesel {
    fn students_courses(&mut self) -> Result<u64> {
        let students = student::table.order(student::id).select(Student::as_select()).load(&mut self.db)?;
        self.sum_with_courses(&students)
    }

    fn departments(&mut self) -> Result<u64> {
        let departments: Vec<Department> =
            department::table.order(department::id).select(Department::as_select()).load(&mut self.db)?;
        let courses = Course::belonging_to(&departments).select(Course::as_select()).load(&mut self.db)?;
        let students = Student::belonging_to(&departments).select(Student::as_select()).load(&mut self.db)?;
        let (courses, students) = (courses.grouped_by(&departments), students.grouped_by(&departments));
        Ok(total(departments.iter().zip(courses.iter().zip(&students)).map(|(department, (courses, students))| {
            let titles = courses.iter().map(|course| checksum::text(&course.title));
            let below = total(titles.chain(students.iter().map(Student::sum)));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn request(&mut self, keys: Keys) -> Result<u64> {
        let students = student::table
            .filter(student::id.gt(keys.above).and(student::id.le(keys.to)))
            .order(student::id)
            .select(Student::as_select())
            .load(&mut self.db)?;
        self.sum_with_courses(&students)
    }

    fn siblings(&mut self, keys: Keys) -> Result<u64> {
        let books: Vec<Book> = book::table
            .filter(book::id.gt(keys.above).and(book::id.le(keys.to)))
            .order(book::id)
            .select(Book::as_select())
            .load(&mut self.db)?;
        let chapters = Chapter::belonging_to(&books).select(Chapter::as_select()).load(&mut self.db)?;
        let reviews = Review::belonging_to(&books).select(Review::as_select()).load(&mut self.db)?;
        let editions = Edition::belonging_to(&books).select(Edition::as_select()).load(&mut self.db)?;
        let quotes = Quote::belonging_to(&books).select(Quote::as_select()).load(&mut self.db)?;
        let chapters = chapters.grouped_by(&books);
        let reviews = reviews.grouped_by(&books);
        let editions = editions.grouped_by(&books);
        let quotes = quotes.grouped_by(&books);
        Ok(total(books.iter().enumerate().map(|(at, book)| {
            let chapters = chapters[at].iter().map(|chapter| &chapter.text);
            let reviews = reviews[at].iter().map(|review| &review.text);
            let editions = editions[at].iter().map(|edition| &edition.text);
            let quotes = quotes[at].iter().map(|quote| &quote.text);
            let texts = chapters.chain(reviews).chain(editions).chain(quotes);
            let below = total(texts.map(|text| checksum::text(text)));
            checksum::text(&book.title).wrapping_add(checksum::link(book.id, below))
        })))
    }

    fn find(&mut self, student: i64) -> Result<u64> {
        let found: Student = student::table.find(student).select(Student::as_select()).first(&mut self.db)?;
        Ok(found.sum())
    }

    fn insert_rows(&mut self, new: Vec<New>) -> Result<u64> {
        let new: Vec<NewStudent> = new.into_iter().map(new_student).collect();
        let insert = diesel::insert_into(student::table).values(new);
        let stored: Vec<Student> = insert.returning(Student::as_returning()).get_results(&mut self.db)?;
        Ok(total(stored.iter().map(Student::sum)))
    }

    fn insert_plain(&mut self, new: Vec<New>) -> Result<u64> {
        let new: Vec<NewStudent> = new.into_iter().map(new_student).collect();
        Ok(diesel::copy_from(student::table).from_insertable(&new).execute(&mut self.db)? as u64)
    }
}

impl Diesel {
    fn sum_with_courses(&mut self, students: &[Student]) -> Result<u64> {
        let courses = Enrollment::belonging_to(students)
            .inner_join(course::table)
            .select((Enrollment::as_select(), Course::as_select()))
            .load::<(Enrollment, Course)>(&mut self.db)?
            .grouped_by(students);
        Ok(total(students.iter().zip(&courses).map(|(student, courses)| {
            let titles = total(courses.iter().map(|(_, course)| checksum::text(&course.title)));
            student.sum().wrapping_add(checksum::link(student.id, titles))
        })))
    }
}

impl Student {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

fn new_student(new: New) -> NewStudent {
    NewStudent { first_name: new.first_name, last_name: new.last_name, department_id: new.department_id }
}
