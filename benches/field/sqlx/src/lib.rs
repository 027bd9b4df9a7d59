//! The contender sqlx: SQL by hand as people mostly write it, with an `IN` list built for each statement and a `HashMap`
//! with a `Vec` for each parent.

use std::collections::HashMap;
use std::path::Path;

use bench_common::checksum::total;
use bench_common::data::NewStudent;
use bench_common::{Contender, Item, Result, Work, checksum, data, trace};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{FromRow, QueryBuilder, Row, Sqlite, SqlitePool};
use tokio::runtime::Runtime;

/// `SQLite` takes 32,766 parameters in one statement.
const AT_ONCE: usize = 30_000;

/// Three parameters a row.
const ROWS_AT_ONCE: usize = AT_ONCE / 3;

#[derive(FromRow)]
struct Department {
    id: i64,
    name: String,
}

#[derive(FromRow)]
struct Course {
    title: String,
    department_id: i64,
}

#[derive(FromRow)]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

#[derive(FromRow)]
struct Post {
    title: String,
    created: i64,
}

struct Sqlx {
    runtime: Runtime,
    queries: Queries,
    new: Vec<NewStudent>,
}

struct Queries {
    db: SqlitePool,
}

/// Opens the contender.
///
/// # Errors
///
/// Returns an error of the database.
pub fn open(_name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>> {
    if counting {
        trace::count_events("sqlx::query", "summary")?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let options = SqliteConnectOptions::new().filename(database).synchronous(SqliteSynchronous::Normal);
    let options = options.pragma("wal_autocheckpoint", "0");
    let db = runtime.block_on(SqlitePoolOptions::new().connect_with(options))?;
    Ok(Box::new(Sqlx { runtime, queries: Queries { db }, new: Vec::new() }))
}

impl Contender for Sqlx {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new.clear();
        if matches!(work.item, Item::InsertRows | Item::InsertPlain | Item::InsertOne) {
            self.runtime.block_on(sqlx::query("DELETE FROM student").execute(&self.queries.db))?;
            self.new.extend(data::students(work.times));
        }
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let Sqlx { runtime, queries, new } = self;
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

const STUDENTS: &str = "SELECT id, first_name, last_name, department_id FROM student ORDER BY id";

impl Queries {
    async fn students(&self) -> Result<Vec<Student>> {
        Ok(sqlx::query_as(STUDENTS).fetch_all(&self.db).await?)
    }

    async fn sum_of_students(&self) -> Result<u64> {
        Ok(total(self.students().await?.iter().map(Student::sum)))
    }

    /// The rows that a statement finds, whose `IN` list the keys become.
    async fn rows_in(&self, sql: &str, keys: &[i64]) -> Result<Vec<SqliteRow>> {
        let mut found = Vec::new();
        for keys in keys.chunks(AT_ONCE) {
            let mut query = QueryBuilder::<Sqlite>::new(sql);
            let mut list = query.separated(", ");
            for key in keys {
                list.push_bind(key);
            }
            query.push(")");
            found.extend(query.build().fetch_all(&self.db).await?);
        }
        Ok(found)
    }

    /// The courses of each of these students.
    async fn courses_of(&self, students: &[Student]) -> Result<HashMap<i64, Vec<Course>>> {
        let sql = "SELECT l.student_id, c.title, c.department_id FROM student_course l \
                   JOIN course c ON c.id = l.course_id WHERE l.student_id IN (";
        let keys: Vec<i64> = students.iter().map(|student| student.id).collect();
        let mut courses: HashMap<i64, Vec<Course>> = HashMap::new();
        for row in self.rows_in(sql, &keys).await? {
            courses.entry(row.try_get("student_id")?).or_default().push(Course::from_row(&row)?);
        }
        Ok(courses)
    }

    async fn students_courses(&self) -> Result<u64> {
        let students = self.students().await?;
        let courses = self.courses_of(&students).await?;
        Ok(sum_with_courses(&students, &courses))
    }

    async fn requests(&self, work: Work) -> Result<u64> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id > ?1 AND id <= ?2 ORDER BY id";
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let (low, high) = work.range(turn);
            let students: Vec<Student> = sqlx::query_as(sql).bind(low).bind(high).fetch_all(&self.db).await?;
            let courses = self.courses_of(&students).await?;
            sum = sum.wrapping_add(sum_with_courses(&students, &courses));
        }
        Ok(sum)
    }

    async fn all_departments(&self) -> Result<Vec<Department>> {
        Ok(sqlx::query_as("SELECT id, name FROM department ORDER BY id").fetch_all(&self.db).await?)
    }

    async fn students_in(&self, departments: &[Department]) -> Result<Vec<Student>> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE department_id IN (";
        let keys: Vec<i64> = departments.iter().map(|department| department.id).collect();
        let rows = self.rows_in(sql, &keys).await?;
        Ok(rows.iter().map(Student::from_row).collect::<sqlx::Result<_>>()?)
    }

    async fn courses_in(&self, departments: &[Department]) -> Result<Vec<Course>> {
        let sql = "SELECT title, department_id FROM course WHERE department_id IN (";
        let keys: Vec<i64> = departments.iter().map(|department| department.id).collect();
        let rows = self.rows_in(sql, &keys).await?;
        Ok(rows.iter().map(Course::from_row).collect::<sqlx::Result<_>>()?)
    }

    async fn departments(&self) -> Result<u64> {
        let departments = self.all_departments().await?;
        let courses = grouped(self.courses_in(&departments).await?, |course| course.department_id);
        let students = self.students_in(&departments).await?;
        let students = grouped(students, |student| student.department_id.unwrap_or_default());
        Ok(total(departments.iter().map(|department| {
            let titles = courses.get(&department.id).into_iter().flatten().map(|course| checksum::text(&course.title));
            let students = students.get(&department.id).into_iter().flatten().map(Student::sum);
            department.sum(total(titles.chain(students)))
        })))
    }

    async fn four_levels(&self) -> Result<u64> {
        let roots = self.all_departments().await?;
        let students = self.students_in(&roots).await?;
        let courses = self.courses_of(&students).await?;
        let mut keys: Vec<i64> = courses.values().flatten().map(|course| course.department_id).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut names: HashMap<i64, String> = HashMap::new();
        for row in self.rows_in("SELECT id, name FROM department WHERE id IN (", &keys).await? {
            names.insert(row.try_get("id")?, row.try_get("name")?);
        }
        let students = grouped(students, |student| student.department_id.unwrap_or_default());
        Ok(total(roots.iter().map(|department| {
            let below = students.get(&department.id).into_iter().flatten().map(|student| {
                let titles = courses.get(&student.id).into_iter().flatten().map(|course| {
                    checksum::text(&course.title).wrapping_add(checksum::text(&names[&course.department_id]))
                });
                student.sum().wrapping_add(checksum::link(student.id, total(titles)))
            });
            department.sum(total(below))
        })))
    }

    async fn one_by_one(&self) -> Result<u64> {
        let sql = "SELECT c.title, c.department_id FROM course c \
                   JOIN student_course l ON l.course_id = c.id WHERE l.student_id = ?1";
        let mut sum = 0_u64;
        for student in self.students().await? {
            let courses: Vec<Course> = sqlx::query_as(sql).bind(student.id).fetch_all(&self.db).await?;
            let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
            sum = sum.wrapping_add(student.sum()).wrapping_add(checksum::link(student.id, titles));
        }
        Ok(sum)
    }

    async fn find(&self, work: Work) -> Result<u64> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id = ?1";
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let student: Student = sqlx::query_as(sql).bind(work.key(turn)).fetch_one(&self.db).await?;
            sum = sum.wrapping_add(student.sum());
        }
        Ok(sum)
    }

    async fn insert_rows(&self, new: &[NewStudent]) -> Result<u64> {
        let mut transaction = self.db.begin().await?;
        let mut stored = Vec::with_capacity(new.len());
        for new in new.chunks(ROWS_AT_ONCE) {
            let mut insert = insert(new);
            insert.push(" RETURNING id, first_name, last_name, department_id");
            let rows: Vec<Student> = insert.build_query_as().fetch_all(&mut *transaction).await?;
            stored.extend(rows);
        }
        transaction.commit().await?;
        Ok(total(stored.iter().map(Student::sum)))
    }

    async fn insert_plain(&self, new: &[NewStudent]) -> Result<u64> {
        let mut transaction = self.db.begin().await?;
        let mut number = 0;
        for new in new.chunks(ROWS_AT_ONCE) {
            number += insert(new).build().execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(number)
    }

    async fn insert_one(&self, new: &[NewStudent]) -> Result<u64> {
        let sql = "INSERT INTO student (first_name, last_name, department_id) VALUES (?1, ?2, ?3) \
                   RETURNING id, first_name, last_name, department_id";
        let mut sum = 0_u64;
        for new in new {
            let insert = sqlx::query_as(sql).bind(&new.first_name).bind(&new.last_name).bind(new.department_id);
            let student: Student = insert.fetch_one(&self.db).await?;
            sum = sum.wrapping_add(student.sum());
        }
        Ok(sum)
    }

    async fn latest(&self) -> Result<u64> {
        let authors: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, name FROM author ORDER BY id").fetch_all(&self.db).await?;
        let sql = "SELECT title, created FROM post WHERE author_id = ?1 ORDER BY created DESC LIMIT 3";
        let mut sum = 0_u64;
        for (id, name) in &authors {
            let posts: Vec<Post> = sqlx::query_as(sql).bind(id).fetch_all(&self.db).await?;
            let posts = total(posts.iter().map(|post| checksum::link(post.created, checksum::text(&post.title))));
            sum = sum.wrapping_add(checksum::text(name)).wrapping_add(checksum::link(*id, posts));
        }
        Ok(sum)
    }
}

impl Department {
    fn sum(&self, below: u64) -> u64 {
        checksum::text(&self.name).wrapping_add(checksum::link(self.id, below))
    }
}

impl Student {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

fn sum_with_courses(students: &[Student], courses: &HashMap<i64, Vec<Course>>) -> u64 {
    total(students.iter().map(|student| {
        let titles = courses.get(&student.id).into_iter().flatten().map(|course| checksum::text(&course.title));
        student.sum().wrapping_add(checksum::link(student.id, total(titles)))
    }))
}

fn insert(new: &[NewStudent]) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("INSERT INTO student (first_name, last_name, department_id) ");
    query.push_values(new, |mut row, new| {
        row.push_bind(new.first_name.clone()).push_bind(new.last_name.clone()).push_bind(new.department_id);
    });
    query
}
