//! By hand as people mostly do it: statements prepared where they are used, an `IN` list with a parameter for each key, and
//! a `HashMap` with a `Vec` for each parent.

use std::collections::HashMap;

use bench_common::checksum::total;
use bench_common::data::NewStudent;
use bench_common::{Contender, Item, Result, Work, checksum};
use rusqlite::{Connection, Params, params, params_from_iter};

use crate::{Course, Department, Post, Student, new_students};

/// SQLite takes 32,766 parameters in one statement.
const AT_ONCE: usize = 30_000;

/// The contender.
pub(crate) struct Naive {
    db: Connection,
    new: Vec<NewStudent>,
}

impl Naive {
    pub(crate) fn new(db: Connection) -> Self {
        Naive { db, new: Vec::new() }
    }
}

impl Contender for Naive {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new = new_students(&self.db, work)?;
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let sum = match work.item {
            Item::Students => total(self.students("", [])?.iter().map(Student::sum)),
            Item::StudentsCourses => self.students_courses()?,
            Item::Departments => self.departments()?,
            Item::FourLevels => self.four_levels()?,
            Item::Loop => self.one_by_one()?,
            Item::InsertRows => self.insert_rows()?,
            Item::InsertPlain => self.insert_plain()?,
            Item::Find => self.find(work)?,
            Item::Requests => self.requests(work)?,
            Item::InsertOne => self.insert_one()?,
            Item::Latest => self.latest()?,
        };
        Ok(Some(sum))
    }
}

impl Naive {
    fn students(&self, condition: &str, params: impl Params) -> Result<Vec<Student>> {
        let sql = format!("SELECT id, first_name, last_name, department_id FROM student {condition}");
        let mut statement = self.db.prepare(&sql)?;
        let students = statement.query_map(params, Student::read)?;
        Ok(students.collect::<rusqlite::Result<_>>()?)
    }

    fn courses_of(&self, students: &[Student]) -> Result<HashMap<i64, Vec<Course>>> {
        let mut courses: HashMap<i64, Vec<Course>> = HashMap::new();
        for students in students.chunks(AT_ONCE) {
            let sql = format!(
                "SELECT l.student_id, c.id, c.title, c.department_id FROM student_course l \
                 JOIN course c ON c.id = l.course_id WHERE l.student_id IN ({})",
                list(students.len())
            );
            let mut statement = self.db.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(students.iter().map(|student| student.id)))?;
            while let Some(row) = rows.next()? {
                courses.entry(row.get(0)?).or_default().push(Course::read(row, 1)?);
            }
        }
        Ok(courses)
    }

    fn with_courses(&self, students: Vec<Student>) -> Result<Vec<(Student, Vec<Course>)>> {
        let mut courses = self.courses_of(&students)?;
        Ok(students
            .into_iter()
            .map(|student| {
                let courses = courses.remove(&student.id).unwrap_or_default();
                (student, courses)
            })
            .collect())
    }

    fn students_courses(&self) -> Result<u64> {
        Ok(sum_with_courses(&self.with_courses(self.students("", [])?)?))
    }

    fn requests(&self, work: Work) -> Result<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let students = self.students("WHERE id > ?1 AND id <= ?2", work.range(turn))?;
            sum = sum.wrapping_add(sum_with_courses(&self.with_courses(students)?));
        }
        Ok(sum)
    }

    fn all_departments(&self) -> Result<Vec<Department>> {
        let mut statement = self.db.prepare("SELECT id, name FROM department")?;
        Ok(statement.query_map([], Department::read)?.collect::<rusqlite::Result<_>>()?)
    }

    fn students_in(&self, departments: &[Department]) -> Result<HashMap<i64, Vec<Student>>> {
        let condition = format!("WHERE department_id IN ({})", list(departments.len()));
        let keys = params_from_iter(departments.iter().map(|department| department.id));
        let mut students: HashMap<i64, Vec<Student>> = HashMap::new();
        for student in self.students(&condition, keys)? {
            students.entry(student.department_id.unwrap_or_default()).or_default().push(student);
        }
        Ok(students)
    }

    fn courses_in(&self, departments: &[Department]) -> Result<HashMap<i64, Vec<Course>>> {
        let sql =
            format!("SELECT id, title, department_id FROM course WHERE department_id IN ({})", list(departments.len()));
        let mut statement = self.db.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(departments.iter().map(|department| department.id)))?;
        let mut courses: HashMap<i64, Vec<Course>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let course = Course::read(row, 0)?;
            courses.entry(course.department_id).or_default().push(course);
        }
        Ok(courses)
    }

    fn departments(&self) -> Result<u64> {
        let departments = self.all_departments()?;
        let mut courses = self.courses_in(&departments)?;
        let mut students = self.students_in(&departments)?;
        Ok(total(departments.iter().map(|department| {
            let courses = courses.remove(&department.id).unwrap_or_default();
            let students = students.remove(&department.id).unwrap_or_default();
            let titles = courses.iter().map(|course| checksum::text(&course.title));
            let below = total(titles.chain(students.iter().map(Student::sum)));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn four_levels(&self) -> Result<u64> {
        let roots = self.all_departments()?;
        let mut sum = 0_u64;
        let mut students = self.students_in(&roots)?;
        let all = students.values_mut().flat_map(std::mem::take).collect();
        let mut by_department: HashMap<i64, Vec<(Student, Vec<Course>)>> = HashMap::new();
        for (student, courses) in self.with_courses(all)? {
            by_department.entry(student.department_id.unwrap_or_default()).or_default().push((student, courses));
        }
        let mut ids: Vec<i64> = by_department
            .values()
            .flatten()
            .flat_map(|(_, courses)| courses)
            .map(|course| course.department_id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let sql = format!("SELECT id, name FROM department WHERE id IN ({})", list(ids.len()));
        let mut statement = self.db.prepare(&sql)?;
        let departments: HashMap<i64, String> = statement
            .query_map(params_from_iter(&ids), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for department in &roots {
            let below = by_department.get(&department.id).into_iter().flatten().map(|(student, courses)| {
                let courses = courses.iter().map(|course| {
                    checksum::text(&course.title).wrapping_add(checksum::text(&departments[&course.department_id]))
                });
                student.sum().wrapping_add(checksum::link(student.id, total(courses)))
            });
            let below = checksum::link(department.id, total(below));
            sum = sum.wrapping_add(checksum::text(&department.name)).wrapping_add(below);
        }
        Ok(sum)
    }

    fn one_by_one(&self) -> Result<u64> {
        let mut sum = 0_u64;
        for student in self.students("", [])? {
            let mut statement = self.db.prepare(
                "SELECT c.id, c.title, c.department_id FROM course c \
                 JOIN student_course l ON l.course_id = c.id WHERE l.student_id = ?1",
            )?;
            let courses = statement.query_map([student.id], |row| Course::read(row, 0))?;
            let courses = courses.collect::<rusqlite::Result<Vec<_>>>()?;
            let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
            sum = sum.wrapping_add(student.sum()).wrapping_add(checksum::link(student.id, titles));
        }
        Ok(sum)
    }

    fn find(&self, work: Work) -> Result<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let students = self.students("WHERE id = ?1", [work.key(turn)])?;
            sum = sum.wrapping_add(total(students.iter().map(Student::sum)));
        }
        Ok(sum)
    }

    /// A row with a statement, in one transaction.
    fn insert_rows(&mut self) -> Result<u64> {
        let transaction = self.db.transaction()?;
        let mut statement = transaction.prepare(INSERT_RETURNING)?;
        let mut stored = Vec::new();
        for new in &self.new {
            let params = params![new.first_name, new.last_name, new.department_id];
            stored.push(statement.query_one(params, Student::read)?);
        }
        drop(statement);
        transaction.commit()?;
        Ok(total(stored.iter().map(Student::sum)))
    }

    fn insert_plain(&mut self) -> Result<u64> {
        let transaction = self.db.transaction()?;
        let sql = "INSERT INTO student (first_name, last_name, department_id) VALUES (?1, ?2, ?3)";
        let mut statement = transaction.prepare(sql)?;
        let mut number = 0;
        for new in &self.new {
            number += statement.execute(params![new.first_name, new.last_name, new.department_id])?;
        }
        drop(statement);
        transaction.commit()?;
        Ok(number as u64)
    }

    fn insert_one(&self) -> Result<u64> {
        let mut sum = 0_u64;
        for new in &self.new {
            let params = params![new.first_name, new.last_name, new.department_id];
            let student = self.db.query_row(INSERT_RETURNING, params, Student::read)?;
            sum = sum.wrapping_add(student.sum());
        }
        Ok(sum)
    }

    /// Numbers all posts of each author, and keeps the first three.
    fn latest(&self) -> Result<u64> {
        let mut authors = self.db.prepare("SELECT id, name FROM author")?;
        let authors = authors.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let authors: Vec<(i64, String)> = authors.collect::<rusqlite::Result<_>>()?;
        let sql = format!(
            "SELECT author_id, title, created FROM (SELECT author_id, title, created, \
             row_number() OVER (PARTITION BY author_id ORDER BY created DESC) AS nth \
             FROM post WHERE author_id IN ({})) WHERE nth <= 3",
            list(authors.len())
        );
        let mut statement = self.db.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(authors.iter().map(|(id, _)| id)))?;
        let mut posts: HashMap<i64, Vec<Post>> = HashMap::new();
        while let Some(row) = rows.next()? {
            posts.entry(row.get(0)?).or_default().push(Post::read(row, 1)?);
        }
        Ok(total(authors.iter().map(|(id, name)| {
            let posts = total(posts.get(id).into_iter().flatten().map(Post::sum));
            checksum::text(name).wrapping_add(checksum::link(*id, posts))
        })))
    }
}

const INSERT_RETURNING: &str = "INSERT INTO student (first_name, last_name, department_id) VALUES (?1, ?2, ?3) \
                                RETURNING id, first_name, last_name, department_id";

fn sum_with_courses(students: &[(Student, Vec<Course>)]) -> u64 {
    total(students.iter().map(|(student, courses)| {
        let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
        student.sum().wrapping_add(checksum::link(student.id, titles))
    }))
}

/// `?, ?, ?`
fn list(keys: usize) -> String {
    vec!["?"; keys].join(", ")
}
