//! The university in a new database.

use orm::{AsyncDb, Model, Transaction, insert_many};

use crate::models::{Course, NewCourse, NewDepartment, NewEnrollment, NewStudent, Student};

const DEPARTMENTS: [(&str, &[(&str, i64)]); 6] = [
    ("Biology", &[("Botany", 5), ("Genetics", 6), ("Marine Life", 4)]),
    ("Computing", &[("Algorithms", 6), ("Compilers", 8), ("Databases", 6), ("Networks", 5)]),
    ("History", &[("Ancient Rome", 4), ("The Age of Sail", 4), ("The Silk Road", 5)]),
    ("Mathematics", &[("Linear Algebra", 8), ("Logic", 6), ("Number Theory", 6), ("Probability", 6)]),
    ("Music", &[("Counterpoint", 4), ("The String Quartet", 3)]),
    ("Physics", &[("Mechanics", 8), ("Optics", 6), ("Thermodynamics", 6)]),
];

const FIRST_NAMES: [&str; 16] = [
    "Amara", "Bence", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Haruto", "Ines", "Jonas", "Keira", "Lucía",
    "Mateus", "Nneka", "Oskar", "Priya",
];

const LAST_NAMES: [&str; 12] = [
    "Okafor",
    "Szabó",
    "Ricci",
    "Volkov",
    "Yılmaz",
    "Rahimi",
    "Lindqvist",
    "Sato",
    "Almeida",
    "Brandt",
    "Murphy",
    "Iyer",
];

const STUDENTS: usize = 64;

/// Fills a database that has no students yet.
///
/// # Errors
///
/// Returns an error of the database; then nothing is inserted.
pub async fn insert_if_empty(db: &AsyncDb) -> orm::Result<()> {
    db.run(|tx| if Student::query().exists(tx)? { Ok(()) } else { insert(tx) }).await
}

fn insert(tx: &Transaction<'_>) -> orm::Result<()> {
    let courses = insert_courses(tx)?;
    let students = insert_many(tx, (0..STUDENTS).map(|number| student(number, &courses)))?;
    let enrollments = students.iter().zip(0..).flat_map(|(student, number)| {
        let taken = taken(number, courses.len());
        taken.into_iter().map(|course| NewEnrollment { student_id: student.id, course_id: courses[course].id })
    });
    insert_many(tx, enrollments)?;
    Ok(())
}

fn insert_courses(tx: &Transaction<'_>) -> orm::Result<Vec<Course>> {
    let departments = insert_many(tx, DEPARTMENTS.map(|(name, _)| NewDepartment { name: name.into() }))?;
    let courses = departments.iter().zip(DEPARTMENTS).flat_map(|(department, (_, courses))| {
        let new =
            |&(title, credits): &(&str, i64)| NewCourse { title: title.into(), credits, department_id: department.id };
        courses.iter().map(new)
    });
    insert_many(tx, courses)
}

fn student(number: usize, courses: &[Course]) -> NewStudent {
    let (first_name, last_name) = (FIRST_NAMES[number % 16], LAST_NAMES[(number * 5 + number / 16) % 12]);
    // Every ninth student is undecided. The others belong to the department of their first course.
    let department_id = (number % 9 != 3).then(|| courses[first_course(number, courses.len())].department_id);
    let email = format!("{}.{}@example.org", ascii(first_name), ascii(last_name));
    NewStudent { first_name: first_name.into(), last_name: last_name.into(), email, department_id }
}

/// Returns the courses of a student by their places in the list: none to four different ones.
fn taken(number: usize, courses: usize) -> Vec<usize> {
    let first = first_course(number, courses);
    let mut taken: Vec<usize> = (0..number * 3 % 5).map(|nth| (first + nth * nth * 5) % courses).collect();
    taken.sort_unstable();
    taken.dedup();
    taken
}

fn first_course(number: usize, courses: usize) -> usize {
    (number * number * 3 + number * 2) % courses
}

fn ascii(name: &str) -> String {
    name.to_lowercase().replace(['í', 'ı'], "i").replace('ó', "o")
}
