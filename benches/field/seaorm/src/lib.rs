//! The contender `SeaORM`: relations by its loader (`load_many`, `load_one`), and for comparison by a join
//! (`find_with_related`), which repeats the student with each course.

mod entity;

use std::path::Path;

use bench_common::checksum::total;
use bench_common::{Contender, Item, Result, Work, checksum, data, trace};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, LoaderTrait, ModelTrait, QueryFilter,
    QueryOrder, QuerySelect, Set, SqlxSqliteConnector, TransactionTrait,
};
use tokio::runtime::Runtime;

use crate::entity::{author, course, department, post, student};

/// `SQLite` takes 32,766 parameters in one statement, and `SeaORM` binds one for each parent.
const AT_ONCE: usize = 30_000;

/// Three parameters a row.
const ROWS_AT_ONCE: usize = AT_ONCE / 3;

struct SeaOrm {
    runtime: Runtime,
    queries: Queries,
    joins: bool,
    new: Vec<data::NewStudent>,
}

struct Queries {
    db: DatabaseConnection,
}

/// Opens the contender `seaorm` or `seaorm-join`.
///
/// # Errors
///
/// Returns an error of the database.
pub fn open(name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>> {
    if counting {
        trace::count_events("sqlx::query", "summary")?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let options = SqliteConnectOptions::new().filename(database).synchronous(SqliteSynchronous::Normal);
    let options = options.pragma("wal_autocheckpoint", "0");
    let pool = runtime.block_on(SqlitePoolOptions::new().connect_with(options))?;
    let db = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    Ok(Box::new(SeaOrm { runtime, queries: Queries { db }, joins: name == "seaorm-join", new: Vec::new() }))
}

impl Contender for SeaOrm {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new.clear();
        if matches!(work.item, Item::InsertRows | Item::InsertPlain | Item::InsertOne) {
            self.runtime.block_on(student::Entity::delete_many().exec(&self.queries.db))?;
            self.new.extend(data::students(work.times));
        }
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let SeaOrm { runtime, queries, joins, new } = self;
        let new = std::mem::take(new);
        if *joins {
            return match work.item {
                Item::StudentsCourses => Ok(Some(runtime.block_on(queries.students_courses_by_join())?)),
                _ => Ok(None),
            };
        }
        let sum = match work.item {
            Item::Students => runtime.block_on(queries.sum_of_students()),
            Item::StudentsCourses => runtime.block_on(queries.students_courses()),
            Item::Departments => runtime.block_on(queries.departments()),
            Item::FourLevels => runtime.block_on(queries.four_levels()),
            Item::Loop => runtime.block_on(queries.one_by_one()),
            Item::InsertRows => runtime.block_on(queries.insert_rows(new)),
            Item::InsertPlain => runtime.block_on(queries.insert_plain(new)),
            Item::Find => runtime.block_on(queries.find(work)),
            Item::Requests => runtime.block_on(queries.requests(work)),
            Item::InsertOne => runtime.block_on(queries.insert_one(new)),
            Item::Latest => runtime.block_on(queries.latest()),
        };
        Ok(Some(sum?))
    }
}

type Found<T> = std::result::Result<T, DbErr>;

impl Queries {
    async fn students(&self) -> Found<Vec<student::Model>> {
        student::Entity::find().order_by_asc(student::Column::Id).all(&self.db).await
    }

    async fn sum_of_students(&self) -> Found<u64> {
        Ok(total(self.students().await?.iter().map(student::Model::sum)))
    }

    /// The courses of each student, in the order of the students.
    async fn courses_of(&self, students: &[student::Model]) -> Found<Vec<Vec<course::Model>>> {
        let mut courses = Vec::with_capacity(students.len());
        for students in students.chunks(AT_ONCE) {
            courses.extend(students.load_many(course::Entity, &self.db).await?);
        }
        Ok(courses)
    }

    async fn students_courses(&self) -> Found<u64> {
        let students = self.students().await?;
        let courses = self.courses_of(&students).await?;
        Ok(total(students.iter().zip(&courses).map(|(student, courses)| student.sum_with(courses))))
    }

    async fn students_courses_by_join(&self) -> Found<u64> {
        let found = student::Entity::find()
            .find_with_related(course::Entity)
            .order_by_asc(student::Column::Id)
            .all(&self.db)
            .await?;
        Ok(total(found.iter().map(|(student, courses)| student.sum_with(courses))))
    }

    async fn requests(&self, work: Work) -> Found<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let (low, high) = work.range(turn);
            let students = student::Entity::find()
                .filter(student::Column::Id.gt(low))
                .filter(student::Column::Id.lte(high))
                .order_by_asc(student::Column::Id)
                .all(&self.db)
                .await?;
            let courses = self.courses_of(&students).await?;
            let sums = students.iter().zip(&courses).map(|(student, courses)| student.sum_with(courses));
            sum = sum.wrapping_add(total(sums));
        }
        Ok(sum)
    }

    async fn departments(&self) -> Found<u64> {
        let departments = department::Entity::find().all(&self.db).await?;
        let courses = departments.load_many(course::Entity, &self.db).await?;
        let students = departments.load_many(student::Entity, &self.db).await?;
        Ok(total(departments.iter().zip(courses.iter().zip(&students)).map(|(department, (courses, students))| {
            let titles = courses.iter().map(|course| checksum::text(&course.title));
            department.sum(total(titles.chain(students.iter().map(student::Model::sum))))
        })))
    }

    async fn four_levels(&self) -> Found<u64> {
        let roots = department::Entity::find().all(&self.db).await?;
        let students = roots.load_many(student::Entity, &self.db).await?;
        let numbers: Vec<usize> = students.iter().map(Vec::len).collect();
        let students: Vec<student::Model> = students.into_iter().flatten().collect();
        let enrolled = self.courses_of(&students).await?;
        let courses: Vec<course::Model> = enrolled.iter().flatten().cloned().collect();
        let mut departments = self.departments_of(&courses).await?.into_iter();
        let mut sums = students.iter().zip(&enrolled).map(|(student, courses)| {
            let titles = courses.iter().zip(departments.by_ref()).map(|(course, department)| {
                checksum::text(&course.title).wrapping_add(department.map_or(0, |of| checksum::text(&of.name)))
            });
            student.sum().wrapping_add(checksum::link(student.id, total(titles)))
        });
        Ok(total(roots.iter().zip(numbers).map(|(root, number)| root.sum(total(sums.by_ref().take(number))))))
    }

    /// The department of each course, in the order of the courses.
    async fn departments_of(&self, courses: &[course::Model]) -> Found<Vec<Option<department::Model>>> {
        let mut departments = Vec::with_capacity(courses.len());
        for courses in courses.chunks(AT_ONCE) {
            departments.extend(courses.load_one(department::Entity, &self.db).await?);
        }
        Ok(departments)
    }

    async fn one_by_one(&self) -> Found<u64> {
        let mut sum = 0_u64;
        for student in self.students().await? {
            let courses = student.find_related(course::Entity).all(&self.db).await?;
            sum = sum.wrapping_add(student.sum_with(&courses));
        }
        Ok(sum)
    }

    async fn find(&self, work: Work) -> Found<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let key = work.key(turn);
            let found = student::Entity::find_by_id(key).one(&self.db).await?;
            let student = found.ok_or_else(|| DbErr::RecordNotFound(format!("student {key}")))?;
            sum = sum.wrapping_add(student.sum());
        }
        Ok(sum)
    }

    async fn insert_rows(&self, new: Vec<data::NewStudent>) -> Found<u64> {
        let transaction = self.db.begin().await?;
        let mut sum = 0_u64;
        for new in in_chunks(new) {
            let stored = student::Entity::insert_many(new).exec_with_returning(&transaction).await?;
            sum = sum.wrapping_add(total(stored.iter().map(student::Model::sum)));
        }
        transaction.commit().await?;
        Ok(sum)
    }

    async fn insert_plain(&self, new: Vec<data::NewStudent>) -> Found<u64> {
        let transaction = self.db.begin().await?;
        let mut number = 0;
        for new in in_chunks(new) {
            number += student::Entity::insert_many(new).exec_without_returning(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(number)
    }

    async fn insert_one(&self, new: Vec<data::NewStudent>) -> Found<u64> {
        let mut sum = 0_u64;
        for new in new {
            sum = sum.wrapping_add(active(new).insert(&self.db).await?.sum());
        }
        Ok(sum)
    }

    /// The loader takes no limit for each parent, so each author has a statement.
    async fn latest(&self) -> Found<u64> {
        let mut sum = 0_u64;
        for author in author::Entity::find().all(&self.db).await? {
            let latest = author.find_related(post::Entity).order_by_desc(post::Column::Created).limit(3);
            let posts = latest.all(&self.db).await?;
            let posts = total(posts.iter().map(|post| checksum::link(post.created, checksum::text(&post.title))));
            sum = sum.wrapping_add(checksum::text(&author.name)).wrapping_add(checksum::link(author.id, posts));
        }
        Ok(sum)
    }
}

impl department::Model {
    fn sum(&self, below: u64) -> u64 {
        checksum::text(&self.name).wrapping_add(checksum::link(self.id, below))
    }
}

impl student::Model {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }

    fn sum_with(&self, courses: &[course::Model]) -> u64 {
        let titles = courses.iter().map(|course| checksum::text(&course.title));
        self.sum().wrapping_add(checksum::link(self.id, total(titles)))
    }
}

fn active(new: data::NewStudent) -> student::ActiveModel {
    student::ActiveModel {
        first_name: Set(new.first_name),
        last_name: Set(new.last_name),
        department_id: Set(new.department_id),
        ..Default::default()
    }
}

fn in_chunks(new: Vec<data::NewStudent>) -> impl Iterator<Item = Vec<student::ActiveModel>> {
    let mut new = new.into_iter().map(active);
    std::iter::from_fn(move || {
        let chunk: Vec<_> = new.by_ref().take(ROWS_AT_ONCE).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
