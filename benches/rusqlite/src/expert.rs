//! By hand at its best: cached statements, one transaction around several, keys in one array parameter, each shared row
//! decoded once, and one flat index instead of a `Vec` for each parent.

use std::collections::HashMap;
use std::rc::Rc;

use bench_common::checksum::total;
use bench_common::data::NewStudent;
use bench_common::{Contender, Item, Result, Work, checksum};
use foldhash::fast::RandomState;
use rusqlite::types::Value;
use rusqlite::{Connection, Params, params};

use crate::{Course, Department, Post, Student, new_students};

type IntMap = HashMap<i64, u32, RandomState>;

/// The contender.
pub(crate) struct Expert {
    db: Connection,
    /// Whether the keys of the parents are sent where all rows of a table are parents. Without them, relations are read
    /// by scanning whole tables, which is faster, and wrong as soon as the query of the parents gets a condition.
    sends_keys: bool,
    new: Vec<NewStudent>,
}

/// Rows of a relation, grouped by parent.
struct Grouped<T> {
    rows: Vec<T>,
    /// Where each parent's part of the index begins, and the end of the last.
    starts: Vec<u32>,
    index: Vec<u32>,
}

impl<T> Grouped<T> {
    fn new(rows: Vec<T>, owners: &[u32], targets: &[u32], parents: usize) -> Self {
        let mut starts = vec![0_u32; parents + 1];
        for &owner in owners {
            starts[owner as usize + 1] += 1;
        }
        for parent in 0..parents {
            starts[parent + 1] += starts[parent];
        }
        let mut next = starts.clone();
        let mut index = vec![0; owners.len()];
        for (&owner, &target) in owners.iter().zip(targets) {
            let place = &mut next[owner as usize];
            index[*place as usize] = target;
            *place += 1;
        }
        Grouped { rows, starts, index }
    }

    fn of(&self, parent: usize) -> impl Iterator<Item = &T> {
        let range = self.starts[parent] as usize..self.starts[parent + 1] as usize;
        self.index[range].iter().map(|&row| &self.rows[row as usize])
    }
}

impl Expert {
    pub(crate) fn new(db: Connection, sends_keys: bool) -> Result<Self> {
        rusqlite::vtab::array::load_module(&db)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(Expert { db, sends_keys, new: Vec::new() })
    }
}

impl Contender for Expert {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new = new_students(&self.db, work)?;
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let of_keys = matches!(work.item, Item::StudentsCourses | Item::Departments | Item::FourLevels);
        if !self.sends_keys && !of_keys {
            return Ok(None);
        }
        let sum = match work.item {
            Item::Students => total(self.students(ALL_STUDENTS, [])?.iter().map(Student::sum)),
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

const ALL_STUDENTS: &str = "SELECT id, first_name, last_name, department_id FROM student ORDER BY id";

impl Expert {
    fn students(&self, sql: &str, params: impl Params) -> Result<Vec<Student>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut students = Vec::new();
        while let Some(row) = rows.next()? {
            students.push(Student::read(row)?);
        }
        Ok(students)
    }

    /// The courses of some students: the links, then each course that one leads to.
    fn courses_of(&self, students: &[Student], sends_keys: bool) -> Result<Grouped<Course>> {
        let slots = slots(students.iter().map(|student| student.id));
        let mut seen = IntMap::default();
        let mut ids = Vec::new();
        let (mut owners, mut targets) = (Vec::new(), Vec::new());
        let (sql, keys) = if sends_keys {
            let sql = "SELECT l.student_id, l.course_id FROM rarray(?1) k \
                       CROSS JOIN student_course l ON l.student_id = k.value";
            (sql, Some(array(students.iter().map(|student| student.id))))
        } else {
            ("SELECT student_id, course_id FROM student_course", None)
        };
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(keys))?;
        // Links come sorted by student, so the slot is mostly that of the link before.
        let mut last = (0, None);
        while let Some(row) = rows.next()? {
            let (student, course): (i64, i64) = (row.get(0)?, row.get(1)?);
            if last.1.is_none() || last.0 != student {
                last = (student, slots.get(&student).copied());
            }
            let Some(slot) = last.1 else { continue };
            let target = *seen.entry(course).or_insert_with(|| {
                ids.push(course);
                narrow(ids.len() - 1)
            });
            owners.push(slot);
            targets.push(target);
        }
        drop(rows);
        let (courses, places) = self.courses(&ids, &seen)?;
        for target in &mut targets {
            *target = places[*target as usize];
        }
        Ok(Grouped::new(courses, &owners, &targets, students.len()))
    }

    /// The courses with these keys in the order of keys, and the place of each that was seen.
    fn courses(&self, ids: &[i64], seen: &IntMap) -> Result<(Vec<Course>, Vec<u32>)> {
        let sql = "SELECT id, title, department_id FROM course WHERE id IN rarray(?1) ORDER BY id";
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([array(ids.iter().copied())])?;
        let mut courses = Vec::with_capacity(ids.len());
        let mut places = vec![0; ids.len()];
        while let Some(row) = rows.next()? {
            let course = Course::read(row, 0)?;
            places[seen[&course.id] as usize] = narrow(courses.len());
            courses.push(course);
        }
        Ok((courses, places))
    }

    fn students_courses(&self) -> Result<u64> {
        self.db.prepare_cached("BEGIN")?.execute([])?;
        let students = self.students(ALL_STUDENTS, [])?;
        let courses = self.courses_of(&students, self.sends_keys)?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(sum_with_courses(&students, &courses))
    }

    fn requests(&self, work: Work) -> Result<u64> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id > ?1 AND id <= ?2 ORDER BY id";
        let mut sum = 0_u64;
        for turn in 0..work.times {
            self.db.prepare_cached("BEGIN")?.execute([])?;
            let students = self.students(sql, work.range(turn))?;
            let courses = self.courses_of(&students, true)?;
            self.db.prepare_cached("COMMIT")?.execute([])?;
            sum = sum.wrapping_add(sum_with_courses(&students, &courses));
        }
        Ok(sum)
    }

    fn all_departments(&self) -> Result<Vec<Department>> {
        let mut statement = self.db.prepare_cached("SELECT id, name FROM department ORDER BY id")?;
        Ok(statement.query_map([], Department::read)?.collect::<rusqlite::Result<_>>()?)
    }

    fn courses_in(&self, departments: &[Department]) -> Result<Grouped<Course>> {
        let sql = if self.sends_keys {
            "SELECT c.id, c.title, c.department_id FROM rarray(?1) k CROSS JOIN course c ON c.department_id = k.value"
        } else {
            "SELECT id, title, department_id FROM course"
        };
        let slots = slots(departments.iter().map(|department| department.id));
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(self.keys_of(departments)))?;
        let (mut courses, mut owners) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let course = Course::read(row, 0)?;
            let Some(&slot) = slots.get(&course.department_id) else { continue };
            owners.push(slot);
            courses.push(course);
        }
        Ok(grouped_rows(courses, &owners, departments.len()))
    }

    fn students_in(&self, departments: &[Department]) -> Result<Grouped<Student>> {
        let sql = if self.sends_keys {
            "SELECT s.id, s.first_name, s.last_name, s.department_id \
             FROM rarray(?1) k CROSS JOIN student s ON s.department_id = k.value"
        } else {
            "SELECT id, first_name, last_name, department_id FROM student WHERE department_id IS NOT NULL"
        };
        let students = self.students(sql, rusqlite::params_from_iter(self.keys_of(departments)))?;
        let slots = slots(departments.iter().map(|department| department.id));
        let slot = |student: &Student| student.department_id.and_then(|id| slots.get(&id).copied()).unwrap_or_default();
        let owners: Vec<u32> = students.iter().map(slot).collect();
        Ok(grouped_rows(students, &owners, departments.len()))
    }

    fn keys_of(&self, departments: &[Department]) -> Option<Rc<Vec<Value>>> {
        self.sends_keys.then(|| array(departments.iter().map(|department| department.id)))
    }

    fn departments(&self) -> Result<u64> {
        self.db.prepare_cached("BEGIN")?.execute([])?;
        let departments = self.all_departments()?;
        let courses = self.courses_in(&departments)?;
        let students = self.students_in(&departments)?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(total(departments.iter().enumerate().map(|(parent, department)| {
            let courses = courses.of(parent).map(|course| checksum::text(&course.title));
            let below = total(courses.chain(students.of(parent).map(Student::sum)));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn four_levels(&self) -> Result<u64> {
        self.db.prepare_cached("BEGIN")?.execute([])?;
        let roots = self.all_departments()?;
        let students = self.students_in(&roots)?;
        let courses = self.courses_of(&students.rows, self.sends_keys)?;
        let (departments, department_of) = self.departments_of(&courses.rows)?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        let course_sum = |row: u32| {
            let department = &departments[department_of[row as usize] as usize];
            checksum::text(&courses.rows[row as usize].title).wrapping_add(checksum::text(&department.name))
        };
        Ok(total(roots.iter().enumerate().map(|(root, department)| {
            let range = students.starts[root] as usize..students.starts[root + 1] as usize;
            let below = students.index[range].iter().map(|&row| {
                let student = &students.rows[row as usize];
                let range = courses.starts[row as usize] as usize..courses.starts[row as usize + 1] as usize;
                let titles = total(courses.index[range].iter().map(|&course| course_sum(course)));
                student.sum().wrapping_add(checksum::link(student.id, titles))
            });
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, total(below)))
        })))
    }

    /// The departments of some courses, each once, and which course has which.
    fn departments_of(&self, courses: &[Course]) -> Result<(Vec<Department>, Vec<u32>)> {
        let mut seen = IntMap::default();
        let mut ids = Vec::new();
        for course in courses {
            seen.entry(course.department_id).or_insert_with(|| {
                ids.push(course.department_id);
                u32::MAX
            });
        }
        let mut statement = self.db.prepare_cached("SELECT id, name FROM department WHERE id IN rarray(?1)")?;
        let found = statement.query_map([array(ids.iter().copied())], Department::read)?;
        let mut departments = Vec::with_capacity(ids.len());
        for department in found {
            let department = department?;
            seen.insert(department.id, narrow(departments.len()));
            departments.push(department);
        }
        let department_of = courses.iter().map(|course| seen[&course.department_id]).collect();
        Ok((departments, department_of))
    }

    fn one_by_one(&self) -> Result<u64> {
        let sql = "SELECT c.id, c.title, c.department_id FROM course c \
                   JOIN student_course l ON l.course_id = c.id WHERE l.student_id = ?1 ORDER BY l.course_id";
        let mut sum = 0_u64;
        for student in self.students(ALL_STUDENTS, [])? {
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([student.id])?;
            let mut courses = Vec::new();
            while let Some(row) = rows.next()? {
                courses.push(Course::read(row, 0)?);
            }
            let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
            sum = sum.wrapping_add(student.sum()).wrapping_add(checksum::link(student.id, titles));
        }
        Ok(sum)
    }

    fn find(&self, work: Work) -> Result<u64> {
        let sql = "SELECT id, first_name, last_name, department_id FROM student WHERE id = ?1";
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let student = self.db.prepare_cached(sql)?.query_row([work.key(turn)], Student::read)?;
            sum = sum.wrapping_add(student.sum());
        }
        Ok(sum)
    }

    /// A prepared statement again and again beats lists of rows, and SQLite tells the key: what was sent need not be read back.
    fn insert_rows(&self) -> Result<u64> {
        let mut stored = Vec::with_capacity(self.new.len());
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut statement = self.db.prepare_cached(INSERT)?;
        for new in &self.new {
            let id = statement.insert(params![new.first_name, new.last_name, new.department_id])?;
            stored.push(stored_as(id, new));
        }
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(total(stored.iter().map(Student::sum)))
    }

    fn insert_plain(&self) -> Result<u64> {
        let mut number = 0;
        self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut statement = self.db.prepare_cached(INSERT)?;
        for new in &self.new {
            number += statement.execute(params![new.first_name, new.last_name, new.department_id])?;
        }
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(number as u64)
    }

    fn insert_one(&self) -> Result<u64> {
        let mut sum = 0_u64;
        for new in &self.new {
            let params = params![new.first_name, new.last_name, new.department_id];
            let id = self.db.prepare_cached(INSERT)?.insert(params)?;
            sum = sum.wrapping_add(stored_as(id, new).sum());
        }
        Ok(sum)
    }

    /// An author has 1,000 posts and an index that has them in order: a statement for each author reads three.
    fn latest(&self) -> Result<u64> {
        let sql = "SELECT title, created FROM post WHERE author_id = ?1 ORDER BY created DESC LIMIT 3";
        self.db.prepare_cached("BEGIN")?.execute([])?;
        let mut authors = self.db.prepare_cached("SELECT id, name FROM author ORDER BY id")?;
        let authors: Vec<(i64, String)> =
            authors.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let mut posts = Vec::new();
        let mut starts = vec![0];
        let mut statement = self.db.prepare_cached(sql)?;
        for (id, _) in &authors {
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()? {
                posts.push(Post::read(row, 0)?);
            }
            starts.push(posts.len());
        }
        self.db.prepare_cached("COMMIT")?.execute([])?;
        Ok(total(authors.iter().zip(starts.windows(2)).map(|((id, name), range)| {
            let posts = total(posts[range[0]..range[1]].iter().map(Post::sum));
            checksum::text(name).wrapping_add(checksum::link(*id, posts))
        })))
    }
}

fn sum_with_courses(students: &[Student], courses: &Grouped<Course>) -> u64 {
    total(students.iter().enumerate().map(|(parent, student)| {
        let titles = total(courses.of(parent).map(|course| checksum::text(&course.title)));
        student.sum().wrapping_add(checksum::link(student.id, titles))
    }))
}

fn grouped_rows<T>(rows: Vec<T>, owners: &[u32], parents: usize) -> Grouped<T> {
    let each: Vec<u32> = (0..narrow(rows.len())).collect();
    Grouped::new(rows, owners, &each, parents)
}

fn slots(keys: impl Iterator<Item = i64>) -> IntMap {
    keys.zip(0..).collect()
}

fn array(keys: impl Iterator<Item = i64>) -> Rc<Vec<Value>> {
    Rc::new(keys.map(Value::Integer).collect())
}

fn narrow(position: usize) -> u32 {
    u32::try_from(position).expect("the data is smaller than this")
}

const INSERT: &str = "INSERT INTO student (first_name, last_name, department_id) VALUES (?1, ?2, ?3)";

fn stored_as(id: i64, new: &NewStudent) -> Student {
    let NewStudent { first_name, last_name, department_id } = new.clone();
    Student { id, first_name, last_name, department_id }
}
