//! By hand at its best, with tokio-postgres: statements prepared, those of a level sent together in one transaction, each
//! shared row decoded once, and one flat index instead of a `Vec` for each parent. And the same, one statement after the
//! other.

use std::collections::{HashMap, HashSet};
use std::pin::pin;

use bench_common::checksum::total;
use bench_common::data::NewStudent;
use bench_common::{Result, checksum};
use foldhash::fast::RandomState;
use futures_util::future::try_join_all;
use futures_util::{TryStreamExt as _, try_join};
use tokio::runtime::Runtime;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

use super::{Contender, Keys};
use crate::data::PARTS;

/// The position of the row with a key.
type Places = HashMap<i64, u32, RandomState>;

type Found<T> = std::result::Result<T, Error>;

struct Hand {
    runtime: Runtime,
    database: Database,
}

/// Opens the contender that sends the statements of a level together.
pub(super) fn open(url: &str) -> Result<Box<dyn Contender>> {
    Hand::open(url, true)
}

/// Opens the contender that sends one statement after the other.
pub(super) fn open_sequential(url: &str) -> Result<Box<dyn Contender>> {
    Hand::open(url, false)
}

impl Hand {
    fn open(url: &str, pipelines: bool) -> Result<Box<dyn Contender>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let database = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            let statements = Statements::prepare(&client).await?;
            Ok::<_, Error>(Database { client, statements, pipelines })
        })?;
        Ok(Box::new(Hand { runtime, database }))
    }
}

impl Contender for Hand {
    fn students_courses(&mut self) -> Result<u64> {
        let (students, courses) = self.runtime.block_on(self.database.students_courses())?;
        Ok(sum_with_courses(&students, &courses))
    }

    fn departments(&mut self) -> Result<u64> {
        let (departments, courses, students) = self.runtime.block_on(self.database.departments())?;
        Ok(total(departments.iter().enumerate().map(|(parent, department)| {
            let courses = courses.of(parent).map(|course| checksum::text(&course.title));
            let below = total(courses.chain(students.of(parent).map(Student::sum)));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn request(&mut self, keys: Keys) -> Result<u64> {
        let (students, courses) = self.runtime.block_on(self.database.request(keys))?;
        Ok(sum_with_courses(&students, &courses))
    }

    fn siblings(&mut self, keys: Keys) -> Result<u64> {
        let (books, parts) = self.runtime.block_on(self.database.siblings(keys))?;
        Ok(total(books.iter().enumerate().map(|(parent, book)| {
            let texts = parts.iter().flat_map(|parts| parts.of(parent)).map(|part| checksum::text(&part.text));
            checksum::text(&book.title).wrapping_add(checksum::link(book.id, total(texts)))
        })))
    }

    fn find(&mut self, student: i64) -> Result<u64> {
        Ok(self.runtime.block_on(self.database.find(student))?.sum())
    }

    fn insert_rows(&mut self, new: Vec<NewStudent>) -> Result<u64> {
        let stored = self.runtime.block_on(self.database.insert_rows(&new))?;
        Ok(total(stored.iter().map(Student::sum)))
    }

    fn insert_plain(&mut self, new: Vec<NewStudent>) -> Result<u64> {
        Ok(self.runtime.block_on(self.database.insert_plain(&new))?)
    }
}

struct Department {
    id: i64,
    name: String,
}

struct Course {
    id: i64,
    title: String,
    department_id: i64,
}

struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

struct Book {
    id: i64,
    title: String,
}

/// A row of one of [`PARTS`].
struct Part {
    text: String,
    book_id: i64,
}

impl Department {
    fn read(row: &Row) -> Found<Self> {
        Ok(Department { id: row.try_get(0)?, name: row.try_get(1)? })
    }
}

impl Course {
    /// Reads the course whose columns begin at `at`.
    fn read(row: &Row, at: usize) -> Found<Self> {
        Ok(Course { id: row.try_get(at)?, title: row.try_get(at + 1)?, department_id: row.try_get(at + 2)? })
    }
}

impl Student {
    fn read(row: &Row) -> Found<Self> {
        let (id, first_name, last_name) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        Ok(Student { id, first_name, last_name, department_id: row.try_get(3)? })
    }

    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

impl Book {
    fn read(row: &Row) -> Found<Self> {
        Ok(Book { id: row.try_get(0)?, title: row.try_get(1)? })
    }
}

impl Part {
    fn read(row: &Row) -> Found<Self> {
        Ok(Part { text: row.try_get(1)?, book_id: row.try_get(2)? })
    }
}

/// Who takes which course, by their keys.
fn read_link(row: &Row) -> Found<(i64, i64)> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Rows of a relation, grouped by parent.
struct Grouped<T> {
    rows: Vec<T>,
    /// Where each parent's part of the index begins, and the end of the last.
    starts: Vec<u32>,
    index: Vec<u32>,
}

impl<T> Grouped<T> {
    /// Groups rows that have one parent each. `places` knows the parents by key.
    fn owned(rows: Vec<T>, places: &Places, owner: impl Fn(&T) -> Option<i64>) -> Self {
        let owner = |row: &T| owner(row).and_then(|key| places.get(&key).copied());
        let pairs: Vec<(u32, u32)> = (0..).zip(&rows).filter_map(|(row, it)| Some((owner(it)?, row))).collect();
        Grouped::new(rows, &pairs, places.len())
    }

    /// Groups by pairs of a parent's place and a row's.
    fn new(rows: Vec<T>, pairs: &[(u32, u32)], parents: usize) -> Self {
        let mut starts = vec![0_u32; parents + 1];
        for (owner, _) in pairs {
            starts[*owner as usize + 1] += 1;
        }
        for parent in 0..parents {
            starts[parent + 1] += starts[parent];
        }
        let mut next = starts.clone();
        let mut index = vec![0; pairs.len()];
        for (owner, row) in pairs {
            let place = &mut next[*owner as usize];
            index[*place as usize] = *row;
            *place += 1;
        }
        Grouped { rows, starts, index }
    }

    fn of(&self, parent: usize) -> impl Iterator<Item = &T> {
        let range = self.starts[parent] as usize..self.starts[parent + 1] as usize;
        self.index[range].iter().map(|&row| &self.rows[row as usize])
    }
}

struct Statements {
    students: Statement,
    links: Statement,
    courses: Statement,
    departments: Statement,
    students_in: Statement,
    enrolled: Statement,
    books_in: Statement,
    parts_of: Vec<Statement>,
    find: Statement,
    insert: Statement,
}

impl Statements {
    async fn prepare(client: &Client) -> Found<Self> {
        let mut parts_of = Vec::new();
        for table in PARTS {
            let sql = format!("SELECT id, text, book_id FROM {table} WHERE book_id = ANY($1)");
            parts_of.push(client.prepare(&sql).await?);
        }
        Ok(Statements {
            students: client
                .prepare("SELECT id, first_name, last_name, department_id FROM student ORDER BY id")
                .await?,
            links: client.prepare("SELECT student_id, course_id FROM student_course").await?,
            courses: client.prepare("SELECT id, title, department_id FROM course").await?,
            departments: client.prepare("SELECT id, name FROM department ORDER BY id").await?,
            students_in: client
                .prepare(
                    "SELECT id, first_name, last_name, department_id FROM student \
                     WHERE id > $1 AND id <= $2 ORDER BY id",
                )
                .await?,
            enrolled: client
                .prepare(
                    "SELECT l.student_id, c.id, c.title, c.department_id \
                     FROM student_course l JOIN course c ON c.id = l.course_id WHERE l.student_id = ANY($1)",
                )
                .await?,
            books_in: client.prepare("SELECT id, title FROM book WHERE id > $1 AND id <= $2 ORDER BY id").await?,
            parts_of,
            find: client.prepare("SELECT id, first_name, last_name, department_id FROM student WHERE id = $1").await?,
            insert: client
                .prepare(
                    "INSERT INTO student (first_name, last_name, department_id) \
                     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) \
                     RETURNING id, first_name, last_name, department_id",
                )
                .await?,
        })
    }
}

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

struct Database {
    client: Client,
    statements: Statements,
    /// Whether what does not depend on each other is sent together.
    pipelines: bool,
}

impl Database {
    async fn students_courses(&self) -> Found<(Vec<Student>, Grouped<Course>)> {
        let Statements { students, links, courses, .. } = &self.statements;
        let ((), students) = self.both(self.begin(), self.rows(students, &[], Student::read)).await?;
        let relation = self.both(self.rows(links, &[], read_link), self.rows(courses, &[], |row| Course::read(row, 0)));
        let ((links, courses), ()) = self.both(relation, self.commit()).await?;
        let courses = with_courses(&students, &links, courses);
        Ok((students, courses))
    }

    async fn request(&self, keys: Keys) -> Found<(Vec<Student>, Grouped<Course>)> {
        let range: Params<'_> = &[&keys.above, &keys.to];
        let students = self.rows(&self.statements.students_in, range, Student::read);
        let ((), students) = self.both(self.begin(), students).await?;
        let ids: Vec<i64> = students.iter().map(|student| student.id).collect();
        let ((links, courses), ()) = self.both(self.enrolled(&ids), self.commit()).await?;
        let courses = with_courses(&students, &links, courses);
        Ok((students, courses))
    }

    /// Who of some students takes which course, and the courses. For few students a join is faster than two statements.
    async fn enrolled(&self, students: &[i64]) -> Found<(Vec<(i64, i64)>, Vec<Course>)> {
        let (mut seen, mut courses) = (HashSet::<i64, RandomState>::default(), Vec::new());
        let read = |row: &Row| {
            let link = read_link(row)?;
            if seen.insert(link.1) {
                courses.push(Course::read(row, 1)?);
            }
            Ok(link)
        };
        let links = self.rows(&self.statements.enrolled, &[&students], read).await?;
        Ok((links, courses))
    }

    async fn departments(&self) -> Found<(Vec<Department>, Grouped<Course>, Grouped<Student>)> {
        let Statements { departments, courses, students, .. } = &self.statements;
        let ((), departments) = self.both(self.begin(), self.rows(departments, &[], Department::read)).await?;
        let relations =
            self.both(self.rows(courses, &[], |row| Course::read(row, 0)), self.rows(students, &[], Student::read));
        let ((courses, students), ()) = self.both(relations, self.commit()).await?;
        let places = places(departments.iter().map(|department| department.id));
        let courses = Grouped::owned(courses, &places, |course| Some(course.department_id));
        let students = Grouped::owned(students, &places, |student| student.department_id);
        Ok((departments, courses, students))
    }

    async fn siblings(&self, keys: Keys) -> Found<(Vec<Book>, Vec<Grouped<Part>>)> {
        let Statements { books_in, parts_of, .. } = &self.statements;
        let range: Params<'_> = &[&keys.above, &keys.to];
        let ((), books) = self.both(self.begin(), self.rows(books_in, range, Book::read)).await?;
        let ids: Vec<i64> = books.iter().map(|book| book.id).collect();
        let ids: Params<'_> = &[&ids];
        let parts = self.all(parts_of.iter().map(|statement| self.rows(statement, ids, Part::read)));
        let (parts, ()) = self.both(parts, self.commit()).await?;
        let places = places(books.iter().map(|book| book.id));
        let group = |parts| Grouped::owned(parts, &places, |part: &Part| Some(part.book_id));
        Ok((books, parts.into_iter().map(group).collect()))
    }

    async fn find(&self, id: i64) -> Found<Student> {
        Student::read(&self.client.query_one(&self.statements.find, &[&id]).await?)
    }

    /// One statement, which is a transaction by itself.
    async fn insert_rows(&self, new: &[NewStudent]) -> Found<Vec<Student>> {
        let first_names: Vec<&str> = new.iter().map(|new| &*new.first_name).collect();
        let last_names: Vec<&str> = new.iter().map(|new| &*new.last_name).collect();
        let departments: Vec<Option<i64>> = new.iter().map(|new| new.department_id).collect();
        self.rows(&self.statements.insert, &[&first_names, &last_names, &departments], Student::read).await
    }

    /// One statement likewise.
    async fn insert_plain(&self, new: &[NewStudent]) -> Found<u64> {
        let sql = "COPY student (first_name, last_name, department_id) FROM STDIN BINARY";
        let sink = self.client.copy_in(sql).await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &[Type::TEXT, Type::TEXT, Type::INT8]));
        for new in new {
            writer.as_mut().write(&[&new.first_name, &new.last_name, &new.department_id]).await?;
        }
        writer.finish().await
    }

    async fn begin(&self) -> Found<()> {
        self.client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    async fn commit(&self) -> Found<()> {
        self.client.batch_execute("COMMIT").await
    }

    /// Does two things: sends both before it waits for an answer, or does the second after the first.
    async fn both<A, B>(
        &self,
        one: impl Future<Output = Found<A>>,
        two: impl Future<Output = Found<B>>,
    ) -> Found<(A, B)> {
        if self.pipelines { try_join!(one, two) } else { Ok((one.await?, two.await?)) }
    }

    /// Does several things, likewise.
    async fn all<T>(&self, works: impl Iterator<Item = impl Future<Output = Found<T>>>) -> Found<Vec<T>> {
        if self.pipelines {
            return try_join_all(works).await;
        }
        let mut done = Vec::new();
        for work in works {
            done.push(work.await?);
        }
        Ok(done)
    }

    /// Runs a statement, and reads its rows as they come.
    async fn rows<T>(
        &self,
        statement: &Statement,
        params: Params<'_>,
        mut read: impl FnMut(&Row) -> Found<T>,
    ) -> Found<Vec<T>> {
        let mut stream = pin!(self.client.query_raw(statement, params.iter().copied()).await?);
        let mut rows = Vec::new();
        while let Some(row) = stream.try_next().await? {
            rows.push(read(&row)?);
        }
        Ok(rows)
    }
}

fn places(keys: impl Iterator<Item = i64>) -> Places {
    keys.zip(0..).collect()
}

/// The courses of some students. Links mostly come sorted by student, whose place then is that of the link before.
fn with_courses(students: &[Student], links: &[(i64, i64)], courses: Vec<Course>) -> Grouped<Course> {
    let students_by_id = places(students.iter().map(|student| student.id));
    let courses_by_id = places(courses.iter().map(|course| course.id));
    let mut last = (0, None);
    let pairs = links.iter().filter_map(|&(student, course)| {
        if last.1.is_none() || last.0 != student {
            last = (student, students_by_id.get(&student).copied());
        }
        Some((last.1?, courses_by_id.get(&course).copied()?))
    });
    let pairs: Vec<(u32, u32)> = pairs.collect();
    Grouped::new(courses, &pairs, students.len())
}

fn sum_with_courses(students: &[Student], courses: &Grouped<Course>) -> u64 {
    total(students.iter().enumerate().map(|(parent, student)| {
        let titles = total(courses.of(parent).map(|course| checksum::text(&course.title)));
        student.sum().wrapping_add(checksum::link(student.id, titles))
    }))
}
