//! The contender `orm`.

use std::path::Path;

use bench_common::checksum::total;
use bench_common::{Contender, Item, Result, Work, checksum, count_statement, data};
use orm::{Db, Model};

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
    #[belongs_to(department: Department)]
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
#[model(table = "author")]
#[has_many(posts: Post)]
struct Author {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(table = "post")]
struct Post {
    id: i64,
    title: String,
    created: i64,
    author_id: i64,
}

struct Orm {
    db: Db,
    new: Vec<NewStudent>,
}

/// Opens the contender.
///
/// # Errors
///
/// Returns an error of the database.
pub fn open(_name: &str, database: &Path, counting: bool) -> Result<Box<dyn Contender>> {
    let db = Db::sqlite().wal_limit(u64::MAX).open(database)?;
    // `orm` sets `synchronous` itself.
    orm::sql("PRAGMA wal_autocheckpoint = 0").tuples::<(i64,)>(&db.begin()?)?;
    if counting {
        db.on_statement(|event| count_statement(event.sql));
    }
    Ok(Box::new(Orm { db, new: Vec::new() }))
}

impl Contender for Orm {
    fn prepare(&mut self, work: Work) -> Result<()> {
        self.new.clear();
        if matches!(work.item, Item::InsertRows | Item::InsertPlain | Item::InsertOne) {
            Student::all_rows().delete(&self.db)?;
            self.new.extend(data::students(work.times).map(new_student));
        }
        Ok(())
    }

    fn run(&mut self, work: Work) -> Result<Option<u64>> {
        let sum = match work.item {
            Item::Students => self.students()?,
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

impl Orm {
    fn students(&self) -> Result<u64> {
        let students = Student::query().all(&self.db)?;
        Ok(total(students.iter().map(sum_of)))
    }

    fn students_courses(&self) -> Result<u64> {
        let students = Student::query().prefetch(Student::courses()).all(&self.db)?;
        Ok(total(students.iter().map(|student| {
            let courses = student.courses().iter().map(|course| checksum::text(&course.title));
            sum_of(student).wrapping_add(checksum::link(student.id, total(courses)))
        })))
    }

    fn departments(&self) -> Result<u64> {
        let departments =
            Department::query().prefetch(Department::courses()).prefetch(Department::students()).all(&self.db)?;
        Ok(total(departments.iter().map(|department| {
            let courses = department.courses().iter().map(|course| checksum::text(&course.title));
            let students = department.students().iter().map(sum_of);
            let below = total(courses.chain(students));
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, below))
        })))
    }

    fn four_levels(&self) -> Result<u64> {
        let courses = Student::courses().prefetch(Course::department());
        let departments = Department::query().prefetch(Department::students().prefetch(courses)).all(&self.db)?;
        Ok(total(departments.iter().map(|department| {
            let students = department.students().iter().map(|student| {
                let courses = student.courses().iter().map(|course| {
                    checksum::text(&course.title).wrapping_add(checksum::text(&course.department().name))
                });
                sum_of(student).wrapping_add(checksum::link(student.id, total(courses)))
            });
            checksum::text(&department.name).wrapping_add(checksum::link(department.id, total(students)))
        })))
    }

    fn one_by_one(&self) -> Result<u64> {
        let mut sum = 0_u64;
        for student in Student::query().all(&self.db)? {
            let courses = Student::courses().of(&student).all(&self.db)?;
            let courses = total(courses.iter().map(|course| checksum::text(&course.title)));
            sum = sum.wrapping_add(sum_of(&student)).wrapping_add(checksum::link(student.id, courses));
        }
        Ok(sum)
    }

    fn insert_rows(&mut self) -> Result<u64> {
        let stored = orm::insert_many(&self.db, std::mem::take(&mut self.new))?;
        Ok(total(stored.iter().map(sum_of)))
    }

    fn insert_plain(&mut self) -> Result<u64> {
        Ok(orm::bulk_insert(&self.db, std::mem::take(&mut self.new))?)
    }

    fn find(&self, work: Work) -> Result<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            sum = sum.wrapping_add(sum_of(&Student::find(&self.db, work.key(turn))?));
        }
        Ok(sum)
    }

    fn requests(&self, work: Work) -> Result<u64> {
        let mut sum = 0_u64;
        for turn in 0..work.times {
            let (low, high) = work.range(turn);
            let students = Student::query()
                .filter(Student::id().gt(low) & Student::id().le(high))
                .prefetch(Student::courses())
                .all(&self.db)?;
            for student in &students {
                let courses = total(student.courses().iter().map(|course| checksum::text(&course.title)));
                sum = sum.wrapping_add(sum_of(student)).wrapping_add(checksum::link(student.id, courses));
            }
        }
        Ok(sum)
    }

    fn insert_one(&mut self) -> Result<u64> {
        let mut sum = 0_u64;
        for new in std::mem::take(&mut self.new) {
            sum = sum.wrapping_add(sum_of(&new.insert(&self.db)?));
        }
        Ok(sum)
    }

    fn latest(&self) -> Result<u64> {
        let posts = Author::posts().order_by(Post::created().desc()).limit(3);
        let authors = Author::query().prefetch(posts).all(&self.db)?;
        Ok(total(authors.iter().map(|author| {
            let posts = author.posts().iter().map(|post| checksum::link(post.created, checksum::text(&post.title)));
            checksum::text(&author.name).wrapping_add(checksum::link(author.id, total(posts)))
        })))
    }
}

fn new_student(new: data::NewStudent) -> NewStudent {
    NewStudent { first_name: new.first_name, last_name: new.last_name, department_id: new.department_id }
}

fn sum_of(student: &Student) -> u64 {
    checksum::student(student.id, &student.first_name, &student.last_name, student.department_id)
}
