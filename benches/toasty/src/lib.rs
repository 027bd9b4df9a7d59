//! The contender Toasty, used as its guide shows: relations by `include`, many rows by `create_many`.

#![allow(missing_docs, unreachable_pub, reason = "the derive makes items public and documents none")]

use std::path::Path;

use bench_common::checksum::total;
use bench_common::{Contender, Item, Result, SETTINGS, Work, checksum, data, trace};
use toasty::{Db, Deferred, Model};
use tokio::runtime::Runtime;

/// Five columns a row at most, of the 32,766 parameters that `SQLite` takes in one statement.
const ROWS_AT_ONCE: usize = 5_000;

#[derive(Model)]
#[table = "department"]
struct Department {
    #[key]
    #[auto]
    id: u64,
    name: String,
    #[has_many]
    courses: Deferred<Vec<Course>>,
    #[has_many]
    students: Deferred<Vec<Student>>,
}

#[derive(Model)]
#[table = "course"]
struct Course {
    #[key]
    #[auto]
    id: u64,
    title: String,
    #[index]
    department_id: u64,
    #[belongs_to(key = department_id, references = id)]
    department: Deferred<Department>,
    #[has_many]
    enrollments: Deferred<Vec<Enrollment>>,
}

#[derive(Model)]
#[table = "student"]
struct Student {
    #[key]
    #[auto]
    id: u64,
    first_name: String,
    last_name: String,
    #[index]
    department_id: Option<u64>,
    #[belongs_to(key = department_id, references = id)]
    department: Deferred<Option<Department>>,
    #[has_many]
    enrollments: Deferred<Vec<Enrollment>>,
    #[has_many(via = enrollments.course)]
    courses: Deferred<Vec<Course>>,
}

#[derive(Model)]
#[table = "student_course"]
#[key(student_id, course_id)]
struct Enrollment {
    #[index]
    student_id: u64,
    #[belongs_to(key = student_id, references = id)]
    student: Deferred<Student>,
    #[index]
    course_id: u64,
    #[belongs_to(key = course_id, references = id)]
    course: Deferred<Course>,
}

#[derive(Model)]
#[table = "author"]
struct Author {
    #[key]
    #[auto]
    id: u64,
    name: String,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Model)]
#[table = "post"]
struct Post {
    #[key]
    #[auto]
    id: u64,
    title: String,
    created: i64,
    #[index]
    author_id: u64,
    #[belongs_to(key = author_id, references = id)]
    author: Deferred<Author>,
}

/// The keys are unsigned, as in its guide: of signed ones, it loads no relation by `include`.
struct Toasty {
    runtime: Runtime,
    db: Db,
    new: Vec<data::NewStudent>,
}

/// Opens the contender.
///
/// # Errors
///
/// Returns an error of the database.
pub fn open(_name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>> {
    if counting {
        trace::count_events("toasty::query", "db.statement")?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let models = toasty::models!(Department, Course, Student, Enrollment, Author, Post);
    let url = format!("sqlite:{}", database.display());
    // With one connection, the setting holds for all that follows.
    let mut db = runtime.block_on(Db::builder().models(models).max_pool_size(1).connect(&url))?;
    for setting in SETTINGS.split("; ") {
        runtime.block_on(toasty::sql::query(setting).exec(&mut db))?;
    }
    Ok(Box::new(Toasty { runtime, db, new: Vec::new() }))
}

impl Contender for Toasty {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new.clear();
        if matches!(work.item, Item::InsertRows | Item::InsertPlain | Item::InsertOne) {
            self.runtime.block_on(toasty::sql::statement("DELETE FROM student").exec(&mut self.db))?;
            self.new.extend(data::students(work.times));
        }
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let Toasty { runtime, db, new } = self;
        let new = std::mem::take(new);
        let sum = match work.item {
            Item::Students => runtime.block_on(students(db)),
            Item::StudentsCourses => runtime.block_on(students_courses(db)),
            Item::Departments => runtime.block_on(departments(db)),
            Item::FourLevels => runtime.block_on(four_levels(db)),
            Item::Loop => runtime.block_on(one_by_one(db)),
            Item::InsertRows => runtime.block_on(insert(db, new)).map(|stored| total(stored.iter().map(Student::sum))),
            Item::InsertPlain => runtime.block_on(insert(db, new)).map(|stored| stored.len() as u64),
            Item::Find => runtime.block_on(find(db, work)),
            Item::Requests => runtime.block_on(requests(db, work)),
            Item::InsertOne => runtime.block_on(insert_one(db, new)),
            Item::Latest => runtime.block_on(latest(db)),
        };
        Ok(Some(sum?))
    }
}

async fn students(db: &mut Db) -> toasty::Result<u64> {
    Ok(total(Student::all().exec(db).await?.iter().map(Student::sum)))
}

async fn students_courses(db: &mut Db) -> toasty::Result<u64> {
    let students = Student::all().include(Student::fields().courses()).exec(db).await?;
    Ok(total(students.iter().map(Student::sum_with_courses)))
}

async fn departments(db: &mut Db) -> toasty::Result<u64> {
    let departments = Department::all()
        .include(Department::fields().courses())
        .include(Department::fields().students())
        .exec(db)
        .await?;
    Ok(total(departments.iter().map(|department| {
        let titles = department.courses.get().iter().map(|course| checksum::text(&course.title));
        department.sum(total(titles.chain(department.students.get().iter().map(Student::sum))))
    })))
}

async fn four_levels(db: &mut Db) -> toasty::Result<u64> {
    let departments =
        Department::all().include(Department::fields().students().courses().department()).exec(db).await?;
    Ok(total(departments.iter().map(|department| {
        let students = department.students.get().iter().map(|student| {
            let titles = student.courses.get().iter().map(|course| {
                checksum::text(&course.title).wrapping_add(checksum::text(&course.department.get().name))
            });
            student.sum().wrapping_add(checksum::link(student.id.cast_signed(), total(titles)))
        });
        department.sum(total(students))
    })))
}

async fn one_by_one(db: &mut Db) -> toasty::Result<u64> {
    let mut sum = 0_u64;
    for student in Student::all().exec(db).await? {
        let courses = student.courses().exec(db).await?;
        let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
        sum = sum.wrapping_add(student.sum()).wrapping_add(checksum::link(student.id.cast_signed(), titles));
    }
    Ok(sum)
}

async fn insert(db: &mut Db, new: Vec<data::NewStudent>) -> toasty::Result<Vec<Student>> {
    let mut transaction = db.transaction().await?;
    let mut stored = Vec::with_capacity(new.len());
    let mut new = new.into_iter().peekable();
    while new.peek().is_some() {
        let some = new.by_ref().take(ROWS_AT_ONCE);
        let insert = some.fold(Student::create_many(), |insert, new| insert.item(create(new)));
        stored.extend(insert.exec(&mut transaction).await?);
    }
    transaction.commit().await?;
    Ok(stored)
}

async fn insert_one(db: &mut Db, new: Vec<data::NewStudent>) -> toasty::Result<u64> {
    let mut sum = 0_u64;
    for new in new {
        sum = sum.wrapping_add(create(new).exec(db).await?.sum());
    }
    Ok(sum)
}

async fn find(db: &mut Db, work: Work) -> toasty::Result<u64> {
    let mut sum = 0_u64;
    for turn in 0..work.times {
        sum = sum.wrapping_add(Student::get_by_id(db, &work.key(turn).cast_unsigned()).await?.sum());
    }
    Ok(sum)
}

async fn requests(db: &mut Db, work: Work) -> toasty::Result<u64> {
    let mut sum = 0_u64;
    for turn in 0..work.times {
        let (low, high) = work.range(turn);
        let students = Student::filter(Student::fields().id().gt(low.cast_unsigned()))
            .filter(Student::fields().id().le(high.cast_unsigned()))
            .include(Student::fields().courses())
            .exec(db)
            .await?;
        sum = sum.wrapping_add(total(students.iter().map(Student::sum_with_courses)));
    }
    Ok(sum)
}

/// An `include` takes no limit, so each author has a statement.
async fn latest(db: &mut Db) -> toasty::Result<u64> {
    let mut sum = 0_u64;
    for author in Author::all().exec(db).await? {
        let posts = author.posts().order_by(Post::fields().created().desc()).limit(3).exec(db).await?;
        let posts = total(posts.iter().map(|post| checksum::link(post.created, checksum::text(&post.title))));
        sum =
            sum.wrapping_add(checksum::text(&author.name)).wrapping_add(checksum::link(author.id.cast_signed(), posts));
    }
    Ok(sum)
}

fn create(new: data::NewStudent) -> <Student as toasty::schema::Model>::Create {
    let create = Student::create().first_name(new.first_name).last_name(new.last_name);
    match new.department_id {
        Some(department_id) => create.department_id(department_id.cast_unsigned()),
        None => create,
    }
}

impl Department {
    fn sum(&self, below: u64) -> u64 {
        checksum::text(&self.name).wrapping_add(checksum::link(self.id.cast_signed(), below))
    }
}

impl Student {
    fn sum(&self) -> u64 {
        let department_id = self.department_id.map(u64::cast_signed);
        checksum::student(self.id.cast_signed(), &self.first_name, &self.last_name, department_id)
    }

    fn sum_with_courses(&self) -> u64 {
        let titles = self.courses.get().iter().map(|course| checksum::text(&course.title));
        self.sum().wrapping_add(checksum::link(self.id.cast_signed(), total(titles)))
    }
}
