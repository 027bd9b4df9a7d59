//! The schema and its data, the same on every run.

/// The number of departments.
pub const DEPARTMENTS: i64 = 20;

/// The number of courses.
pub const COURSES: i64 = 500;

/// The number of authors.
pub const AUTHORS: i64 = 100;

/// The number of posts of each author.
pub const POSTS: i64 = 1_000;

/// The tables, as all contenders use them.
pub const SCHEMA: &str = "
    CREATE TABLE department (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE course (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, department_id INTEGER NOT NULL REFERENCES department (id)
    );
    CREATE INDEX course_department ON course (department_id);
    CREATE TABLE student (
        id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
        department_id INTEGER REFERENCES department (id)
    );
    CREATE INDEX student_department ON student (department_id);
    CREATE TABLE student_course (
        student_id INTEGER NOT NULL REFERENCES student (id), course_id INTEGER NOT NULL REFERENCES course (id),
        PRIMARY KEY (student_id, course_id)
    ) WITHOUT ROWID;
    CREATE INDEX student_course_course ON student_course (course_id);
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE post (
        id INTEGER PRIMARY KEY, title TEXT NOT NULL, created INTEGER NOT NULL,
        author_id INTEGER NOT NULL REFERENCES author (id)
    );
    CREATE INDEX post_author_created ON post (author_id, created);
";

/// A student without a key.
#[derive(Clone, Debug)]
pub struct NewStudent {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The department. One in twenty students has none.
    pub department_id: Option<i64>,
}

/// The names of the departments, whose keys count from 1.
pub fn departments() -> impl Iterator<Item = String> {
    (1..=DEPARTMENTS).map(|id| format!("Department of {}", word(&mut Random(id.cast_unsigned()), 4)))
}

/// The titles of the courses, whose keys count from 1, and their departments.
pub fn courses() -> impl Iterator<Item = (String, i64)> {
    let mut random = Random(1);
    (1..=COURSES).map(move |_| {
        let title = format!("{} of {}", word(&mut random, 3), word(&mut random, 4));
        (title, random.below(DEPARTMENTS) + 1)
    })
}

/// Some students, whose keys count from 1.
pub fn students(number: usize) -> impl Iterator<Item = NewStudent> {
    let mut random = Random(2);
    (0..number).map(move |_| {
        let first_name = word(&mut random, 2);
        let last_name = word(&mut random, 3);
        let department = random.below(DEPARTMENTS) + 1;
        NewStudent { first_name, last_name, department_id: (random.below(20) > 0).then_some(department) }
    })
}

/// Returns the courses of the next student: this number of different ones, in ascending order.
pub fn enrollments(each: usize) -> impl FnMut() -> Vec<i64> {
    let mut random = Random(3);
    move || {
        let mut courses = Vec::with_capacity(each);
        while courses.len() < each {
            let course = random.below(COURSES) + 1;
            if !courses.contains(&course) {
                courses.push(course);
            }
        }
        courses.sort_unstable();
        courses
    }
}

/// The title, the moment and the author of each post, in the order in which they were written.
pub fn posts() -> impl Iterator<Item = (String, i64, i64)> {
    let mut random = Random(4);
    (0..AUTHORS * POSTS).map(move |created| (word(&mut random, 6), created, random.below(AUTHORS) + 1))
}

/// A pseudo-random sequence (split-mix, 64 bits).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: i64) -> i64 {
        (self.next() % bound.cast_unsigned()).cast_signed()
    }
}

/// A name of some syllables.
fn word(random: &mut Random, syllables: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["an", "be", "cor", "da", "el", "fin", "go", "hil", "ka", "lo", "mer", "no", "ra", "sto", "ul", "ve"];
    let word: String = (0..syllables).map(|_| SYLLABLES[(random.next() % 16) as usize]).collect();
    word[..1].to_uppercase() + &word[1..]
}
