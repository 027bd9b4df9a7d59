//! Students and their courses, read twice: with one statement for each student, and with one for each relation.
//!
//! `cargo run --example university -- --help` lists its other options.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use orm::{Db, Executor, Model, Step, insert_many};

#[derive(Model, Debug)]
#[has_many(courses: Course)]
#[has_many(students: Student)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Debug)]
#[many_to_many(students: Student, through = Enrollment)]
struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department, on_delete = cascade)]
    department_id: i64,
}

#[derive(Model, Debug)]
#[many_to_many(courses: Course, through = Enrollment)]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    #[belongs_to(department: Department, on_delete = set_null)]
    department_id: Option<i64>,
}

#[derive(Model, Debug)]
#[model(primary_key(student_id, course_id))]
struct Enrollment {
    #[belongs_to(student: Student, on_delete = cascade)]
    student_id: i64,
    #[belongs_to(course: Course, on_delete = cascade)]
    course_id: i64,
}

const HELP: &str = "\
Students and their courses, read with one statement for each student, and prefetched.

Usage: cargo run --example university -- [PATH] [--students N] [--sql]
       cargo run --features postgres --example university -- [URL] ...

Arguments:
  PATH              The database file, created if it is missing; without it the database is in memory
  URL               A database of PostgreSQL: postgres://user:password@host/name

Options:
  --students N      Fill the database with N students of 5 courses each, and time both ways
  --sql             Show the statements of the plan, as the database is sent them
  --help            Print this text
";

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("university: {message}\nTry `--help`.");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("university: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    if options.help {
        print!("{HELP}");
        return Ok(());
    }
    let db = match &options.place {
        Some(url) if url.contains("://") => connect(url)?,
        Some(path) => Db::open(path)?,
        None => Db::memory()?,
    };
    db.create_tables::<(Department, Course, Student, Enrollment)>()?;
    match options.students {
        Some(students) => large(&db, students),
        None => small(&db, options.sql),
    }
}

#[cfg(feature = "postgres")]
fn connect(url: &str) -> Result<Db, Box<dyn Error>> {
    Ok(Db::connect(url)?)
}

#[cfg(not(feature = "postgres"))]
fn connect(_url: &str) -> Result<Db, Box<dyn Error>> {
    Err("a URL needs the feature `postgres`: cargo run --features postgres --example university -- URL".into())
}

// ── The small university: print what is read ────────────────────────────────────────────────────────────────────────

fn small(db: &Db, sql: bool) -> Result<(), Box<dyn Error>> {
    insert_sample(db)?;
    println!(
        "A university of {} departments, {} courses and {} students",
        Department::query().count(db)?,
        Course::query().count(db)?,
        Student::query().count(db)?
    );

    let recording = db.record();
    println!("\n── A loop over the students, asking for the courses of each ──\n");
    print_one_by_one(db)?;
    println!("\n   {} statements: 1 for the students, and 1 for each of them", recording.count());

    let recording = db.record();
    println!("\n── The same, prefetched ──\n");
    print_prefetched(db)?;
    println!("\n   {} statements, whatever the number of students", recording.count());

    let recording = db.record();
    println!("\n── The department of each student, and of each course ──\n");
    print_with_departments(db, sql)?;
    println!("\n   {} statements: 1 for the students, and 1 for each relation", recording.count());
    Ok(())
}

/// The loop that most people write first: 1 + N statements.
fn print_one_by_one(db: &Db) -> orm::Result<()> {
    for student in Student::query().order_by(Student::first_name().asc()).all(db)? {
        let courses = Student::courses().order_by(Course::title().asc()).of(&student).all(db)?;
        print_student(&student, &courses);
    }
    Ok(())
}

/// The same rows in the same order: 2 statements.
fn print_prefetched(db: &Db) -> orm::Result<()> {
    let students = Student::query()
        .order_by(Student::first_name().asc())
        .prefetch(Student::courses().order_by(Course::title().asc()))
        .all(db)?;
    for student in &students {
        print_student(student, student.courses());
    }
    Ok(())
}

/// Two relations next to each other, and one within the other: 4 statements. The plan shows each.
fn print_with_departments(db: &Db, sql: bool) -> orm::Result<()> {
    let query = Student::query()
        .order_by(Student::first_name().asc())
        .prefetch(Student::courses().order_by(Course::title().asc()).prefetch(Course::department()))
        .prefetch(Student::department());
    for student in query.all(db)? {
        let department = student.department().as_ref().map_or("no department", |department| &department.name);
        println!("   {} ({department})", full_name(&student));
        for course in student.courses() {
            println!("   {:>16} · {}", course.department().name, course.title);
        }
    }
    println!("\n   The plan:\n");
    let mut plan = query.plan(db)?;
    if !sql {
        without_sql(&mut plan.root);
    }
    for line in plan.to_string().lines() {
        println!("   {line}");
    }
    Ok(())
}

/// The SQL differs between databases, and the way in which a relation is loaded does not.
fn without_sql(step: &mut Step) {
    step.sql = None;
    step.steps.iter_mut().for_each(without_sql);
}

fn print_student<'a>(student: &Student, courses: impl IntoIterator<Item = &'a Course>) {
    let titles: Vec<&str> = courses.into_iter().map(|course| course.title.as_str()).collect();
    let titles = if titles.is_empty() { "no courses yet".to_owned() } else { titles.join(", ") };
    println!("   {:<16}  {titles}", full_name(student));
}

fn full_name(student: &Student) -> String {
    format!("{} {}", student.first_name, student.last_name)
}

const COURSES: [(&str, &[&str]); 5] = [
    ("Mathematics", &["Linear Algebra", "Number Theory", "Probability"]),
    ("Physics", &["Mechanics", "Optics", "Thermodynamics"]),
    ("Computing", &["Algorithms", "Compilers", "Databases"]),
    ("History", &["Ancient Rome", "The Silk Road"]),
    ("Music", &["Counterpoint"]),
];

const STUDENTS: [(&str, &str, Option<&str>, &[&str]); 8] = [
    ("Amara", "Okafor", Some("Mathematics"), &["Linear Algebra", "Probability", "Algorithms"]),
    ("Bence", "Szabó", Some("Physics"), &["Mechanics", "Optics", "Linear Algebra"]),
    ("Chiara", "Ricci", Some("History"), &["Ancient Rome", "The Silk Road", "Counterpoint"]),
    ("Dmitri", "Volkov", None, &["Databases", "Counterpoint"]),
    ("Elif", "Yılmaz", Some("Computing"), &["Algorithms", "Compilers", "Databases", "Number Theory"]),
    ("Farid", "Rahimi", Some("Physics"), &["Thermodynamics", "Probability"]),
    ("Greta", "Lindqvist", Some("Computing"), &[]),
    ("Haruto", "Sato", Some("Music"), &["Counterpoint", "Ancient Rome"]),
];

/// Inserts the sample, unless the database contains it already.
fn insert_sample(db: &Db) -> Result<(), Box<dyn Error>> {
    match Student::query().count(db)? {
        0 => {}
        count if count == STUDENTS.len() as u64 => return Ok(()),
        count => return Err(format!("the database holds {count} students; read them with `--students {count}`").into()),
    }
    db.transaction(|tx| {
        let mut departments = HashMap::new();
        let mut courses = HashMap::new();
        for (name, titles) in COURSES {
            let department = NewDepartment { name: name.into() }.insert(tx)?;
            for &title in titles {
                let course = NewCourse { title: title.into(), department_id: department.id }.insert(tx)?;
                courses.insert(title, course);
            }
            departments.insert(name, department.id);
        }
        for (first_name, last_name, department, titles) in STUDENTS {
            let department_id = department.map(|name| departments[name]);
            let new = NewStudent { first_name: first_name.into(), last_name: last_name.into(), department_id };
            let student = new.insert(tx)?;
            Student::courses().link(tx, &student, titles.iter().map(|&title| &courses[title]))?;
        }
        Ok(())
    })?;
    Ok(())
}

// ── The large university: measure both ways ─────────────────────────────────────────────────────────────────────────

const DEPARTMENTS: usize = 20;
const COURSES_OF_A_DEPARTMENT: usize = 25;
const COURSES_OF_A_STUDENT: usize = 5;

fn large(db: &Db, students: usize) -> Result<(), Box<dyn Error>> {
    match Student::query().count(db)? {
        0 => fill(db, students)?,
        count if count == students as u64 => {}
        count => return Err(format!("the database holds {count} students; read them with `--students {count}`").into()),
    }
    println!("{} students with their courses, every title touched\n", thousands(students));
    println!("{:>28}{:>14}", "statements", "time");
    let one_by_one = measure(db, read_one_by_one)?;
    one_by_one.print("one by one");
    let prefetched = measure(db, read_prefetched)?;
    prefetched.print("prefetched");
    if one_by_one.read != prefetched.read {
        return Err("the two ways read different courses".into());
    }
    let ratio = one_by_one.time.as_secs_f64() / prefetched.time.as_secs_f64();
    println!(
        "\nBoth read {} courses. Prefetched, it was {ratio:.1} times as fast.",
        thousands(prefetched.read.courses)
    );
    Ok(())
}

/// The rows that were read, so that both ways do the same work and can be compared.
#[derive(Default, PartialEq)]
struct Read {
    courses: usize,
    letters: usize,
}

impl Read {
    fn add(&mut self, course: &Course) {
        self.courses += 1;
        self.letters += course.title.len();
    }
}

fn read_one_by_one(db: &Db) -> orm::Result<Read> {
    let mut read = Read::default();
    for student in Student::query().all(db)? {
        for course in Student::courses().of(&student).all(db)? {
            read.add(&course);
        }
    }
    Ok(read)
}

fn read_prefetched(db: &Db) -> orm::Result<Read> {
    let mut read = Read::default();
    for student in Student::query().prefetch(Student::courses()).all(db)? {
        for course in student.courses() {
            read.add(course);
        }
    }
    Ok(read)
}

struct Measured {
    read: Read,
    statements: usize,
    time: Duration,
}

/// Counts statements in one run and measures time in another, because recording ten thousand texts takes time.
fn measure(db: &Db, way: impl Fn(&Db) -> orm::Result<Read>) -> orm::Result<Measured> {
    let recording = db.record();
    way(db)?;
    let statements = recording.count();
    drop(recording);
    let began = Instant::now();
    let read = way(db)?;
    Ok(Measured { read, statements, time: began.elapsed() })
}

impl Measured {
    fn print(&self, name: &str) {
        let milliseconds = self.time.as_secs_f64() * 1000.0;
        println!("  {name:<12}{:>14}{milliseconds:>11.1} ms", thousands(self.statements));
    }
}

/// Inserts everything in one transaction, so that an interrupted run leaves no incomplete university.
fn fill(db: &Db, students: usize) -> Result<(), Box<dyn Error>> {
    let bar = ProgressBar::new(students as u64);
    bar.set_style(ProgressStyle::with_template("{msg} {bar:40} {human_pos} of {human_len}")?);
    bar.set_message("enrolling students");
    db.transaction(|tx| {
        let mut dice = Dice(1);
        let courses = insert_courses(tx)?;
        for first in (0..students).step_by(1_000) {
            let count = 1_000.min(students - first);
            insert_students(tx, count, &courses, &mut dice)?;
            bar.inc(count as u64);
        }
        Ok(())
    })?;
    bar.finish_and_clear();
    Ok(())
}

fn insert_courses(on: &impl Executor) -> orm::Result<Vec<Course>> {
    let names = (1..=DEPARTMENTS).map(|number| NewDepartment { name: format!("Department {number}") });
    let departments = insert_many(on, names)?;
    let courses = departments.iter().flat_map(|department| {
        (1..=COURSES_OF_A_DEPARTMENT).map(|number| NewCourse {
            title: format!("Course {number} of {}", department.name),
            department_id: department.id,
        })
    });
    insert_many(on, courses)
}

fn insert_students(on: &impl Executor, count: usize, courses: &[Course], dice: &mut Dice) -> orm::Result<()> {
    let new: Vec<NewStudent> = (0..count).map(|_| dice.student(courses)).collect();
    let mut enrollments = Vec::with_capacity(count * COURSES_OF_A_STUDENT);
    for student in insert_many(on, new)? {
        for course_id in dice.courses(courses) {
            enrollments.push(NewEnrollment { student_id: student.id, course_id });
        }
    }
    insert_many(on, enrollments)?;
    Ok(())
}

/// A linear congruential generator: the same students on every run and every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The high bits are the random ones.
        (self.0 >> 33) as usize % bound
    }

    fn student(&mut self, courses: &[Course]) -> NewStudent {
        let (first_name, ..) = STUDENTS[self.below(STUDENTS.len())];
        let (_, last_name, ..) = STUDENTS[self.below(STUDENTS.len())];
        let department = courses[self.below(courses.len())].department_id;
        let department_id = (self.below(10) > 0).then_some(department);
        NewStudent { first_name: first_name.into(), last_name: last_name.into(), department_id }
    }

    /// Returns some different courses.
    fn courses(&mut self, courses: &[Course]) -> Vec<i64> {
        let mut chosen = Vec::with_capacity(COURSES_OF_A_STUDENT);
        while chosen.len() < COURSES_OF_A_STUDENT {
            let course = courses[self.below(courses.len())].id;
            if !chosen.contains(&course) {
                chosen.push(course);
            }
        }
        chosen
    }
}

/// `12,345`
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        let separator = if position > 0 && (digits.len() - position).is_multiple_of(3) { "," } else { "" };
        let _ = write!(text, "{separator}{digit}");
    }
    text
}

// ── The command line ────────────────────────────────────────────────────────────────────────────────────────────────

#[derive(Default)]
struct Options {
    help: bool,
    place: Option<String>,
    sql: bool,
    students: Option<usize>,
}

impl Options {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => options.help = true,
                "--sql" => options.sql = true,
                "--students" => options.students = Some(number_of_students(arguments.next())?),
                option if option.starts_with('-') => return Err(format!("there is no option `{option}`")),
                place if options.place.is_none() => options.place = Some(place.to_owned()),
                extra => return Err(format!("one database is enough, but `{extra}` is a second")),
            }
        }
        Ok(options)
    }
}

fn number_of_students(argument: Option<String>) -> Result<usize, String> {
    const MOST: usize = 1_000_000;
    let text = argument.ok_or("`--students` takes a number, as in `--students 10000`")?;
    match text.parse() {
        Ok(number @ 1..=MOST) => Ok(number),
        _ => Err(format!("`--students` takes a number from 1 to {MOST}, not `{text}`")),
    }
}
