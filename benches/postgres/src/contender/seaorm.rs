//! `SeaORM`, used as its guide shows: relations by its loader.

mod entity;

use bench_common::checksum::total;
use bench_common::data::NewStudent;
use bench_common::{Result, checksum};
use sea_orm::{
    ColumnTrait, Database, DatabaseConnection, DbErr, EntityTrait, LoaderTrait, QueryFilter, QueryOrder, Set,
};
use tokio::runtime::Runtime;

use self::entity::{book, chapter, course, department, edition, quote, review, student};
use super::{Contender, Keys};

type Found<T> = std::result::Result<T, DbErr>;

struct SeaOrm {
    runtime: Runtime,
    queries: Queries,
}

struct Queries {
    db: DatabaseConnection,
}

/// Opens the contender.
pub(super) fn open(url: &str) -> Result<Box<dyn Contender>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let db = runtime.block_on(Database::connect(url))?;
    Ok(Box::new(SeaOrm { runtime, queries: Queries { db } }))
}

impl Contender for SeaOrm {
    fn students_courses(&mut self) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.students_courses())?)
    }

    fn departments(&mut self) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.departments())?)
    }

    fn request(&mut self, keys: Keys) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.request(keys))?)
    }

    fn siblings(&mut self, keys: Keys) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.siblings(keys))?)
    }

    fn find(&mut self, student: i64) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.find(student))?)
    }

    fn insert_rows(&mut self, new: Vec<NewStudent>) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.insert_rows(new))?)
    }

    fn insert_plain(&mut self, new: Vec<NewStudent>) -> Result<u64> {
        Ok(self.runtime.block_on(self.queries.insert_plain(new))?)
    }
}

impl Queries {
    async fn students_courses(&self) -> Found<u64> {
        let students = student::Entity::find().order_by_asc(student::Column::Id).all(&self.db).await?;
        self.sum_with_courses(&students).await
    }

    async fn departments(&self) -> Found<u64> {
        let departments = department::Entity::find().order_by_asc(department::Column::Id).all(&self.db).await?;
        let courses = departments.load_many(course::Entity, &self.db).await?;
        let students = departments.load_many(student::Entity, &self.db).await?;
        Ok(total(departments.iter().zip(courses.iter().zip(&students)).map(|(department, (courses, students))| {
            let titles = courses.iter().map(|course| checksum::text(&course.title));
            let below = total(titles.chain(students.iter().map(student::Model::sum)));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    async fn request(&self, keys: Keys) -> Found<u64> {
        let students = student::Entity::find()
            .filter(student::Column::Id.gt(keys.above))
            .filter(student::Column::Id.lte(keys.to))
            .order_by_asc(student::Column::Id)
            .all(&self.db)
            .await?;
        self.sum_with_courses(&students).await
    }

    async fn siblings(&self, keys: Keys) -> Found<u64> {
        let books = book::Entity::find()
            .filter(book::Column::Id.gt(keys.above))
            .filter(book::Column::Id.lte(keys.to))
            .order_by_asc(book::Column::Id)
            .all(&self.db)
            .await?;
        let chapters = books.load_many(chapter::Entity, &self.db).await?;
        let reviews = books.load_many(review::Entity, &self.db).await?;
        let editions = books.load_many(edition::Entity, &self.db).await?;
        let quotes = books.load_many(quote::Entity, &self.db).await?;
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

    async fn find(&self, id: i64) -> Found<u64> {
        let found = student::Entity::find_by_id(id).one(&self.db).await?;
        Ok(found.ok_or_else(|| DbErr::RecordNotFound(format!("student {id}")))?.sum())
    }

    async fn insert_rows(&self, new: Vec<NewStudent>) -> Found<u64> {
        let insert = student::Entity::insert_many(new.into_iter().map(active));
        let stored = insert.exec_with_returning(&self.db).await?;
        Ok(total(stored.iter().map(student::Model::sum)))
    }

    async fn insert_plain(&self, new: Vec<NewStudent>) -> Found<u64> {
        student::Entity::insert_many(new.into_iter().map(active)).exec_without_returning(&self.db).await
    }

    async fn sum_with_courses(&self, students: &[student::Model]) -> Found<u64> {
        let courses = students.load_many(course::Entity, &self.db).await?;
        Ok(total(students.iter().zip(&courses).map(|(student, courses)| {
            let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
            student.sum().wrapping_add(checksum::link(student.id, titles))
        })))
    }
}

impl student::Model {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

fn active(new: NewStudent) -> student::ActiveModel {
    student::ActiveModel {
        first_name: Set(new.first_name),
        last_name: Set(new.last_name),
        department_id: Set(new.department_id),
        ..Default::default()
    }
}
