//! Does a fixed amount of one work item in a database in memory, for counting instructions.
//!
//! `benches/gate/check` runs it below valgrind, which only counts within `measured_work`.

use std::process::ExitCode;

use bench_common::{Result, checksum, data};
use orm::{Db, Model};

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
#[model(table = "course")]
struct Course {
    id: i64,
    title: String,
    department_id: i64,
}

const STUDENTS: usize = 1_000;
const COURSES_EACH: usize = 5;

fn main() -> ExitCode {
    let Some(item) = std::env::args().nth(1) else {
        eprintln!("arguments: students | students-courses | find | requests | insert | bulk-insert");
        return ExitCode::from(2);
    };
    match run(&item) {
        Ok(sum) => {
            println!("{sum}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(item: &str) -> Result<u64> {
    let work = match item {
        "students" => students,
        "students-courses" => students_courses,
        "find" => find,
        "requests" => requests,
        "insert" => insert,
        "bulk-insert" => bulk_insert,
        _ => return Err(format!("no work item is called {item}").into()),
    };
    let db = filled()?;
    // The first run prepares statements, which is not what is compared.
    work(&db)?;
    measured_work(work, &db)
}

/// What valgrind counts: the name is known to `benches/gate/check`.
#[inline(never)]
fn measured_work(work: fn(&Db) -> Result<u64>, db: &Db) -> Result<u64> {
    work(db)
}

fn students(db: &Db) -> Result<u64> {
    let students = Student::query().all(db)?;
    Ok(checksum::total(students.iter().map(sum_of)))
}

fn students_courses(db: &Db) -> Result<u64> {
    let students = Student::query().prefetch(Student::courses()).all(db)?;
    let titles =
        students.iter().flat_map(|student| student.courses().iter()).map(|course| checksum::text(&course.title));
    Ok(checksum::total(titles))
}

fn find(db: &Db) -> Result<u64> {
    (1..=100).try_fold(0_u64, |sum, id| Ok(sum.wrapping_add(sum_of(&Student::find(db, id * 7)?))))
}

fn requests(db: &Db) -> Result<u64> {
    let mut sum = 0_u64;
    for low in (0..500).step_by(100) {
        let students = Student::query()
            .filter(Student::id().gt(low) & Student::id().le(low + 100))
            .prefetch(Student::courses())
            .all(db)?;
        let titles = students.iter().flat_map(|student| student.courses().iter());
        sum = sum.wrapping_add(checksum::total(titles.map(|course| checksum::text(&course.title))));
    }
    Ok(sum)
}

fn insert(db: &Db) -> Result<u64> {
    new_students(100).try_fold(0_u64, |sum, new| Ok(sum.wrapping_add(sum_of(&new.insert(db)?))))
}

fn bulk_insert(db: &Db) -> Result<u64> {
    Ok(orm::bulk_insert(db, new_students(STUDENTS))?)
}

fn sum_of(student: &Student) -> u64 {
    checksum::student(student.id, &student.first_name, &student.last_name, student.department_id)
}

fn filled() -> Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Student, Course)>()?;
    let courses = data::courses().map(|(title, department_id)| NewCourse { title, department_id });
    let courses = orm::insert_many(&db, courses)?;
    let mut enrollments = data::enrollments(COURSES_EACH);
    let students = orm::insert_many(&db, new_students(STUDENTS))?;
    db.transaction(|tx| {
        for student in &students {
            let taken = enrollments();
            let of_student = courses.iter().filter(|course| taken.contains(&course.id));
            Student::courses().link(tx, student, of_student)?;
        }
        Ok(())
    })?;
    Ok(db)
}

fn new_students(number: usize) -> impl Iterator<Item = NewStudent> {
    data::students(number).map(|new| NewStudent {
        first_name: new.first_name,
        last_name: new.last_name,
        department_id: new.department_id,
    })
}
