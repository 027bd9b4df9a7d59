//! This library.

use bench_common::checksum::total;
use bench_common::data::NewStudent as New;
use bench_common::{Result, checksum};
use orm::{Db, Many, Model};

use super::{Contender, Keys};

#[derive(Model)]
#[model(table = "department")]
#[has_many(courses: Course)]
#[has_many(students: Student)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(table = "course")]
struct Course {
    id: i64,
    title: String,
    department_id: i64,
}

#[derive(Model)]
#[model(table = "student")]
#[many_to_many(courses: Course, through = "student_course")]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

#[derive(Model)]
#[model(table = "book")]
#[has_many(chapters: Chapter)]
#[has_many(reviews: Review)]
#[has_many(editions: Edition)]
#[has_many(quotes: Quote)]
struct Book {
    id: i64,
    title: String,
}

macro_rules! part {
    ($name:ident, $table:literal) => {
        #[derive(Model)]
        #[model(table = $table)]
        struct $name {
            id: i64,
            text: String,
            book_id: i64,
        }
    };
}

part!(Chapter, "chapter");
part!(Review, "review");
part!(Edition, "edition");
part!(Quote, "quote");

struct Orm {
    db: Db,
}

/// Opens the contender.
pub(super) fn open(url: &str) -> Result<Box<dyn Contender>> {
    Ok(Box::new(Orm { db: Db::connect(url)? }))
}

impl Contender for Orm {
    fn students_courses(&mut self) -> Result<u64> {
        let students = Student::query().prefetch(Student::courses()).all(&self.db)?;
        Ok(total(students.iter().map(sum_with_courses)))
    }

    fn departments(&mut self) -> Result<u64> {
        let departments =
            Department::query().prefetch(Department::courses()).prefetch(Department::students()).all(&self.db)?;
        Ok(total(departments.iter().map(|department| {
            let courses = department.courses().iter().map(|course| checksum::text(&course.title));
            let students = department.students().iter().map(Student::sum);
            let below = total(courses.chain(students));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn request(&mut self, keys: Keys) -> Result<u64> {
        let students = Student::query()
            .filter(Student::id().gt(keys.above) & Student::id().le(keys.to))
            .prefetch(Student::courses())
            .all(&self.db)?;
        Ok(total(students.iter().map(sum_with_courses)))
    }

    fn siblings(&mut self, keys: Keys) -> Result<u64> {
        let books = Book::query()
            .filter(Book::id().gt(keys.above) & Book::id().le(keys.to))
            .prefetch(Book::chapters())
            .prefetch(Book::reviews())
            .prefetch(Book::editions())
            .prefetch(Book::quotes())
            .all(&self.db)?;
        Ok(total(books.iter().map(|book| {
            let chapters = book.chapters().iter().map(|chapter| &chapter.text);
            let reviews = book.reviews().iter().map(|review| &review.text);
            let editions = book.editions().iter().map(|edition| &edition.text);
            let quotes = book.quotes().iter().map(|quote| &quote.text);
            let texts = chapters.chain(reviews).chain(editions).chain(quotes);
            let below = total(texts.map(|text| checksum::text(text)));
            checksum::text(&book.title).wrapping_add(checksum::link(book.id, below))
        })))
    }

    fn find(&mut self, student: i64) -> Result<u64> {
        Ok(Student::find(&self.db, student)?.sum())
    }

    fn insert_rows(&mut self, new: Vec<New>) -> Result<u64> {
        let stored = orm::insert_many(&self.db, new.into_iter().map(new_student))?;
        Ok(total(stored.iter().map(Student::sum)))
    }

    fn insert_plain(&mut self, new: Vec<New>) -> Result<u64> {
        Ok(orm::bulk_insert(&self.db, new.into_iter().map(new_student))?)
    }
}

impl Student {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

fn sum_with_courses(student: &StudentLoaded<Many<Course>>) -> u64 {
    let titles = student.courses().iter().map(|course| checksum::text(&course.title));
    student.sum().wrapping_add(checksum::link(student.id, total(titles)))
}

fn new_student(new: New) -> NewStudent {
    NewStudent { first_name: new.first_name, last_name: new.last_name, department_id: new.department_id }
}
