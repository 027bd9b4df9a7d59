//! The contender Diesel, used as its guide shows: associations with `belonging_to` and `grouped_by`.

mod schema;

use std::collections::HashMap;
use std::path::Path;

use bench_common::checksum::total;
use bench_common::{Contender, Item, Result, SETTINGS, Work, checksum, count_statement, data};
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;

use crate::schema::{author, course, department, post, student, student_course};

/// SQLite takes 32,766 parameters in one statement, and Diesel binds one for each parent.
const AT_ONCE: usize = 30_000;

#[derive(Queryable, Selectable, Identifiable, Clone)]
#[diesel(table_name = department)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations, Clone)]
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
#[diesel(table_name = author)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = post)]
struct Post {
    title: String,
    created: i64,
}

#[derive(Insertable)]
#[diesel(table_name = student)]
struct NewStudent {
    first_name: String,
    last_name: String,
    department_id: Option<i64>,
}

struct Diesel {
    db: SqliteConnection,
    new: Vec<NewStudent>,
}

/// Opens the contender.
///
/// # Errors
///
/// Returns an error of the database.
pub fn open(_name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>> {
    let mut db = SqliteConnection::establish(&database.to_string_lossy())?;
    db.batch_execute(SETTINGS)?;
    if counting {
        db.set_instrumentation(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                count_statement(&query.to_string());
            }
        });
    }
    Ok(Box::new(Diesel { db, new: Vec::new() }))
}

impl Contender for Diesel {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new.clear();
        if matches!(work.item, Item::InsertRows | Item::InsertPlain | Item::InsertOne) {
            diesel::delete(student::table).execute(&mut self.db)?;
            self.new.extend(data::students(work.times).map(new_student));
        }
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let sum = match work.item {
            Item::Students => total(self.students()?.iter().map(Student::sum)),
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

impl Diesel {
    fn students(&mut self) -> Result<Vec<Student>> {
        Ok(student::table.select(Student::as_select()).load(&mut self.db)?)
    }

    /// The courses of each student, in the order of the students.
    fn courses_of(&mut self, students: &[Student]) -> Result<Vec<Vec<(Enrollment, Course)>>> {
        let mut courses = Vec::with_capacity(students.len());
        for students in students.chunks(AT_ONCE) {
            let found = Enrollment::belonging_to(students)
                .inner_join(course::table)
                .select((Enrollment::as_select(), Course::as_select()))
                .load::<(Enrollment, Course)>(&mut self.db)?;
            courses.extend(found.grouped_by(students));
        }
        Ok(courses)
    }

    fn students_courses(&mut self) -> Result<u64> {
        let students = self.students()?;
        let courses = self.courses_of(&students)?;
        Ok(sum_with_courses(&students, &courses))
    }

    fn requests(&mut self, work: Work) -> Result<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let (low, high) = work.range(turn);
            let students = student::table
                .filter(student::id.gt(low).and(student::id.le(high)))
                .order(student::id)
                .select(Student::as_select())
                .load(&mut self.db)?;
            let courses = self.courses_of(&students)?;
            sum = sum.wrapping_add(sum_with_courses(&students, &courses));
        }
        Ok(sum)
    }

    fn all_departments(&mut self) -> Result<Vec<Department>> {
        Ok(department::table.select(Department::as_select()).load(&mut self.db)?)
    }

    fn departments(&mut self) -> Result<u64> {
        let departments = self.all_departments()?;
        let courses = Course::belonging_to(&departments).select(Course::as_select()).load(&mut self.db)?;
        let students = Student::belonging_to(&departments).select(Student::as_select()).load(&mut self.db)?;
        let (courses, students) = (courses.grouped_by(&departments), students.grouped_by(&departments));
        Ok(total(departments.iter().zip(courses.iter().zip(&students)).map(|(department, (courses, students))| {
            let titles = courses.iter().map(|course| checksum::text(&course.title));
            let below = total(titles.chain(students.iter().map(Student::sum)));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn four_levels(&mut self) -> Result<u64> {
        let roots = self.all_departments()?;
        let students: Vec<Student> = Student::belonging_to(&roots).select(Student::as_select()).load(&mut self.db)?;
        let mut enrolled = Vec::with_capacity(students.len());
        for students in students.chunks(AT_ONCE) {
            let found = Enrollment::belonging_to(students)
                .inner_join(course::table.inner_join(department::table))
                .select((Enrollment::as_select(), Course::as_select(), Department::as_select()))
                .load::<(Enrollment, Course, Department)>(&mut self.db)?;
            let found = found.into_iter().map(|(enrollment, course, of)| (enrollment, (course, of)));
            enrolled.extend(group(found, students));
        }
        let mut below: HashMap<i64, u64> = HashMap::new();
        for (student, courses) in students.iter().zip(&enrolled) {
            let titles = courses.iter().map(|(course, department)| {
                checksum::text(&course.title).wrapping_add(checksum::text(&department.name))
            });
            let sum = student.sum().wrapping_add(checksum::link(student.id, total(titles)));
            let department = below.entry(student.department_id.unwrap_or_default()).or_default();
            *department = department.wrapping_add(sum);
        }
        Ok(total(roots.iter().map(|department| {
            let below = below.get(&department.id).copied().unwrap_or_default();
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn one_by_one(&mut self) -> Result<u64> {
        let mut sum = 0_u64;
        for student in self.students()? {
            let courses: Vec<Course> = Enrollment::belonging_to(&student)
                .inner_join(course::table)
                .select(Course::as_select())
                .load(&mut self.db)?;
            let titles = total(courses.iter().map(|course| checksum::text(&course.title)));
            sum = sum.wrapping_add(student.sum()).wrapping_add(checksum::link(student.id, titles));
        }
        Ok(sum)
    }

    fn find(&mut self, work: Work) -> Result<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let found = student::table.find(work.key(turn)).select(Student::as_select()).first(&mut self.db)?;
            sum = sum.wrapping_add(found.sum());
        }
        Ok(sum)
    }

    /// Batches of several rows that return them are not written for SQLite, so each row has a statement.
    fn insert_rows(&mut self) -> Result<u64> {
        let Diesel { db, new } = self;
        db.immediate_transaction(|db| {
            let mut stored: Vec<Student> = Vec::with_capacity(new.len());
            for new in &*new {
                stored.push(insert(new, db)?);
            }
            Ok(total(stored.iter().map(Student::sum)))
        })
    }

    fn insert_plain(&mut self) -> Result<u64> {
        let Diesel { db, new } = self;
        Ok(diesel::insert_into(student::table).values(&*new).execute(db)? as u64)
    }

    fn insert_one(&mut self) -> Result<u64> {
        let mut sum = 0_u64;
        for new in &self.new {
            sum = sum.wrapping_add(insert(new, &mut self.db)?.sum());
        }
        Ok(sum)
    }

    fn latest(&mut self) -> Result<u64> {
        let authors: Vec<Author> = author::table.select(Author::as_select()).load(&mut self.db)?;
        let mut sum = 0_u64;
        for author in &authors {
            let posts: Vec<Post> = post::table
                .filter(post::author_id.eq(author.id))
                .order(post::created.desc())
                .limit(3)
                .select(Post::as_select())
                .load(&mut self.db)?;
            let posts = posts.iter().map(|post| checksum::link(post.created, checksum::text(&post.title)));
            sum = sum.wrapping_add(checksum::text(&author.name)).wrapping_add(checksum::link(author.id, total(posts)));
        }
        Ok(sum)
    }
}

impl Student {
    fn sum(&self) -> u64 {
        checksum::student(self.id, &self.first_name, &self.last_name, self.department_id)
    }
}

fn insert(new: &NewStudent, db: &mut SqliteConnection) -> Result<Student> {
    Ok(diesel::insert_into(student::table).values(new).returning(Student::as_returning()).get_result(db)?)
}

fn sum_with_courses(students: &[Student], courses: &[Vec<(Enrollment, Course)>]) -> u64 {
    total(students.iter().zip(courses).map(|(student, courses)| {
        let titles = total(courses.iter().map(|(_, course)| checksum::text(&course.title)));
        student.sum().wrapping_add(checksum::link(student.id, titles))
    }))
}

/// What each student's enrollments lead to, in the order of the students.
fn group<T>(found: impl Iterator<Item = (Enrollment, T)>, students: &[Student]) -> Vec<Vec<T>> {
    let found: Vec<(Enrollment, T)> = found.collect();
    found.grouped_by(students).into_iter().map(|group| group.into_iter().map(|(_, to)| to).collect()).collect()
}

fn new_student(new: data::NewStudent) -> NewStudent {
    NewStudent { first_name: new.first_name, last_name: new.last_name, department_id: new.department_id }
}
