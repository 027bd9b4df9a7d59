//! The program text of the chapter on writing.

use std::time::Duration;

use orm::value::Timestamp;
use orm::{Change, Db, Executor, Many, Model, NotLoaded, One, Upsert, Upserted, excluded};

use crate::chapter::Chapter;
use crate::{
    Course, CourseLoaded, Department, DepartmentLoaded, Enrollment, NewCourse, NewDepartment, NewEnrollment,
    NewStudent, Student, StudentLoaded,
};

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    let mut chapter = Chapter::open("07-writing");
    inserting(&crate::school()?, &mut chapter)?;
    together(&crate::school()?, &mut chapter)?;
    upserting(&crate::school()?, &mut chapter)?;
    counting(&mut chapter)?;
    partial(&mut chapter)?;
    updating(&crate::school()?, &mut chapter)?;
    versions(&mut chapter)?;
    moments(&mut chapter)?;
    many_rows(&crate::school()?, &mut chapter)?;
    links(&crate::school()?, &mut chapter)?;
    children(&crate::school()?, &mut chapter)?;
    transactions(&crate::school()?)?;
    guards(&crate::school()?)?;
    parts(&crate::school()?)?;
    atomic(&crate::school()?)?;
    own_errors(&crate::school()?);
    again(&crate::school()?)?;
    locks(&crate::school()?)?;
    queue()?;
    impatient(&crate::school()?, &mut chapter)?;
    chapter.close();
    Ok(())
}

fn inserting(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: inserting
    let barbara = NewStudent { first_name: "Barbara".into(), last_name: "Liskov".into(), department_id: Some(2) };
    let barbara: Student = barbara.insert(db)?;

    let names = ["Statistics", "Physics"];
    let departments = orm::insert_many(db, names.map(|name| NewDepartment { name: name.into() }))?;

    let lines = "Logic\nOptics".lines();
    let number: u64 = orm::bulk_insert(db, lines.map(|line| NewDepartment { name: line.into() }))?;

    let restored = Department { id: 17, name: "Botany".into() }.insert(db)?;
    // ANCHOR_END: inserting
    assert_eq!((barbara.id, departments.len(), restored.id), (4, 2, 17));
    assert_eq!(number, 2);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn new_course(title: &str, department_id: i64) -> NewCourse {
    NewCourse { title: title.into(), credits: 5, department_id, prerequisite_id: None }
}

fn new_student(first_name: &str, department_id: i64) -> NewStudent {
    NewStudent { first_name: first_name.into(), last_name: "X".into(), department_id: Some(department_id) }
}

fn together(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: together
    use orm::Insert;
    // ANCHOR_END: together

    let recording = db.record();
    // ANCHOR: together
    let physics: DepartmentLoaded<Many<Course>, Many<StudentLoaded<Many<Course>>>> =
        NewDepartment { name: "Physics".into() }
            .with(Department::courses(), |physics| ["Optics", "Statics"].map(|title| new_course(title, physics.id)))
            .with(Department::students(), |physics| {
                let id = physics.id;
                [new_student("Isaac", id), new_student("Marie", id)]
                    .map(|student| student.with(Student::courses(), move |_| [new_course("Own project", id)]))
            })
            .insert(db)?;
    // ANCHOR_END: together
    chapter.shows_sql(&recording.statements());
    assert_eq!((physics.courses().len(), physics.students()[1].courses().len()), (2, 1));

    // ANCHOR: optics
    let optics: CourseLoaded<NotLoaded, NotLoaded, NotLoaded, One<Department>> =
        NewDepartment { name: "Optics".into() }
            .then(Course::department(), |department| new_course("Lenses", department.id))
            .insert(db)?;
    assert_eq!(optics.department().name, "Optics");
    // ANCHOR_END: optics
    Ok(())
}

fn upserting(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: upserting
    let new = NewEnrollment { student_id: 1, course_id: 3, grade: Some(70) };
    let key = (Enrollment::student_id(), Enrollment::course_id());
    let graded = orm::upsert(db, new, key, Enrollment::grade())?;

    let skipped = orm::insert_or_skip(db, NewDepartment { name: "Computing".into() }, Department::name())?;
    assert!(skipped.is_none());

    let new = NewDepartment { name: "Physics".into() };
    let (physics, created) = orm::get_or_create(db, new, Department::name())?;
    assert!(created);
    // ANCHOR_END: upserting
    assert_eq!((graded.grade, physics.id), (Some(70), 3));
    chapter.shows_sql(&recording.statements());
    Ok(())
}

// ANCHOR: word
#[derive(Model, Clone, Debug, PartialEq)]
struct Word {
    id: i64,
    #[model(unique)]
    text: String,
    count: i64,
    source: String,
}
// ANCHOR_END: word

fn counting(chapter: &mut Chapter) -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Word>()?;
    NewWord { text: "ink".into(), count: 3, source: "book".into() }.insert(&db)?;
    let recording = db.record();
    // ANCHOR: counting
    let new = |text: &str, count| NewWord { text: text.into(), count, source: "letter".into() };
    let words: Vec<Word> = Upsert::of([new("ink", 2), new("pen", 1)], Word::text())
        .update(Word::source())
        .set(Word::count().add(excluded(Word::count())))
        .all(&db)?;
    assert_eq!((words[0].count, words[1].count), (5, 1));
    // ANCHOR_END: counting
    chapter.shows_sql(&recording.statements());

    let recording = db.record();
    // ANCHOR: outcomes
    let outcomes = Upsert::of([new("ink", 7), new("quill", 1)], Word::text()).update(Word::count()).outcomes(&db)?;
    assert!(matches!(&outcomes[..], [Upserted::Updated(ink), Upserted::Inserted(_)] if ink.count == 7));
    // ANCHOR_END: outcomes
    chapter.shows_sql(&recording.statements());
    Ok(())
}

// ANCHOR: mailbox
#[derive(Model, Clone, Debug, PartialEq)]
struct Mailbox {
    id: i64,
    address: String,
    owner: String,
    closed_by: Option<String>,
}
// ANCHOR_END: mailbox

fn partial(chapter: &mut Chapter) -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Mailbox>()?;
    let recording = db.record();
    // ANCHOR: partial
    orm::sql("CREATE UNIQUE INDEX open ON mailboxes (address) WHERE closed_by IS NULL").execute(&db)?;
    let new = |owner: &str| NewMailbox { address: "info".into(), owner: owner.into(), closed_by: None };
    for owner in ["Ada", "Grace"] {
        let open = Upsert::of([new(owner)], Mailbox::address()).index_where(Mailbox::closed_by().is_null());
        open.update(Mailbox::owner()).all(&db)?;
    }
    // ANCHOR_END: partial
    assert_eq!(Mailbox::query().one(&db)?.owner, "Grace");
    chapter.shows_sql(&recording.statements()[1..2]);
    Ok(())
}

fn updating(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: updating
    let mut alan = Student::find(db, 3)?;
    alan.department_id = Some(2);
    alan.update(db)?;

    let ada = Student::find(db, 1)?;
    ada.delete(db)?;
    // ANCHOR_END: updating
    assert_eq!(Student::query().filter(Student::department_id().eq(2)).count(db)?, 2);
    assert!(ada.delete(db).is_err_and(|error| error.is_not_found()));
    let recording = db.record();
    // ANCHOR: alan
    let alan = alan.edit(db, |alan| alan.department_id = None)?;
    // ANCHOR_END: alan
    assert_eq!(alan, Student::find(db, 3)?);
    chapter.shows_sql(&recording.statements()[..1]);
    Ok(())
}

// ANCHOR: versioned_page
#[derive(Model, Clone, Debug, PartialEq)]
struct Page {
    id: i64,
    text: String,
    #[model(version)]
    version: i64,
}
// ANCHOR_END: versioned_page

fn versions(chapter: &mut Chapter) -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Page>()?;
    let recording = db.record();
    // ANCHOR: versions
    let page = NewPage { text: "Hello".into() }.insert(&db)?;
    let mine = page.edit(&db, |page| page.text = "Hello!".into())?;
    let error = page.edit(&db, |page| page.text = "Hello?".into()).unwrap_err();
    assert!(error.is_stale() && mine.version == 2);
    println!("{error}");

    let mine = Page { text: "Hello, everybody!".into(), ..mine }.update(&db)?;
    // ANCHOR_END: versions
    chapter.shows("text", error);
    chapter.shows_sql(&recording.statements());
    assert_eq!((mine.version, &mine), (3, &Page::find(&db, page.id)?));
    Ok(())
}

// ANCHOR: comment
#[derive(Model, Clone, Debug, PartialEq)]
struct Comment {
    id: i64,
    text: String,
    #[model(created_at)]
    posted: Timestamp,
    #[model(updated_at)]
    edited: Timestamp,
}
// ANCHOR_END: comment

fn moments(chapter: &mut Chapter) -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Comment>()?;
    let recording = db.record();
    // ANCHOR: moments
    let new = |text: &str| NewComment { text: text.into(), posted: None, edited: None };
    let comment = new("First!").insert(&db)?;
    assert_eq!(comment.posted, comment.edited);
    // ANCHOR_END: moments

    std::thread::sleep(Duration::from_micros(5));
    // ANCHOR: moments
    let comment = comment.edit(&db, |comment| comment.text = "Sorry.".into())?;
    assert!(comment.posted < comment.edited);

    Comment::rows_where(Comment::text().eq("Sorry.")).update(&db, Comment::text().set("(removed)"))?;
    let imported = NewComment { posted: Some(comment.posted), ..new("An old one") }.insert(&db)?;
    // ANCHOR_END: moments
    assert!(imported.posted == comment.posted && imported.edited > comment.edited);
    chapter.shows_sql(&recording.statements()[..3]);
    Ok(())
}

fn many_rows(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: many_rows
    let small = Course::department().has(Department::name().eq("Mathematics")) & Course::credits().lt(6);
    let raised: u64 = Course::rows_where(small).update(db, Course::credits().add(1))?;
    let removed = Enrollment::rows_where(Enrollment::grade().is_null()).delete(db)?;
    let everybody = Student::all_rows().update(db, (Student::department_id().set(1), Student::last_name().set("X")))?;

    let heavier: Vec<Course> =
        Course::rows_where(Course::credits().gt(6)).update_returning(db, Course::credits().sub(1))?;
    let left: Vec<Enrollment> = Enrollment::rows_where(Enrollment::student_id().eq(2)).delete_returning(db)?;
    // ANCHOR_END: many_rows
    assert_eq!((raised, removed, everybody, heavier[0].credits, left.len()), (2, 1, 3, 7, 2));
    chapter.shows_sql(&recording.statements());
    let recording = db.record();
    // ANCHOR: updated
    let (title, credits): (Option<&str>, Option<i32>) = (None, Some(7));
    let changes =
        (title.map(|title| Course::title().set(title)), credits.map(|credits| Course::credits().set(credits)));
    let updated: u64 = Course::rows_where(Course::id().eq(1)).update(db, changes)?;
    assert_eq!(Course::rows_where(Course::id().eq(1)).update(db, Vec::<Change<Course>>::new())?, 0);
    // ANCHOR_END: updated
    assert_eq!(updated, 1);
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn links(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let (ada, alan) = (Student::find(db, 1)?, Student::find(db, 3)?);
    let [arithmetic, algebra, logic] = [Course::find(db, 1)?, Course::find(db, 2)?, Course::find(db, 3)?];
    let recording = db.record();
    // ANCHOR: links
    Student::courses().link(db, &alan, [&arithmetic, &algebra])?;
    Student::courses().unlink(db, &alan, [&algebra])?;
    Student::courses().set(db, &ada, [&arithmetic, &logic])?;
    Student::courses().clear(db, &alan)?;
    // ANCHOR_END: links
    chapter.shows_sql(&recording.statements()[..2]);
    // ANCHOR: link_with
    Student::courses().link_with(db, &alan, [&logic], |student, course| NewEnrollment {
        student_id: student.id,
        course_id: course.id,
        grade: Some(90),
    })?;
    // ANCHOR_END: link_with
    assert_eq!(Enrollment::find(db, (alan.id, logic.id))?.grade, Some(90));
    assert_eq!(Student::courses().of(&ada).order_by(Course::id().asc()).all(db)?, [arithmetic, logic]);
    Ok(())
}

fn children(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    let (computing, alan) = (Department::find(db, 2)?, Student::find(db, 3)?);
    let (mathematics, algebra) = (Department::find(db, 1)?, Course::find(db, 2)?);
    let recording = db.record();
    // ANCHOR: children
    Department::students().link(db, &computing, [&alan])?;
    Department::students().unlink(db, &computing, [&alan])?;
    // ANCHOR_END: children
    chapter.shows_sql(&recording.statements());
    // ANCHOR: refused_unlink
    let error = Department::courses().unlink(db, &mathematics, [&algebra]).unwrap_err();
    println!("{error}");
    // ANCHOR_END: refused_unlink
    chapter.shows("text", error);
    Ok(())
}

fn transactions(db: &Db) -> orm::Result<()> {
    let ada = Student::find(db, 1)?;
    // ANCHOR: transactions
    let physics = db.transaction(|tx| {
        let physics = NewDepartment { name: "Physics".into() }.insert(tx)?;
        let optics = NewCourse { title: "Optics".into(), credits: 5, department_id: physics.id, prerequisite_id: None };
        Student::courses().link(tx, &ada, [optics.insert(tx)?])?;
        Ok(physics)
    })?;
    // ANCHOR_END: transactions
    assert_eq!(physics.name, "Physics");
    Ok(())
}

fn guards(db: &Db) -> orm::Result<()> {
    // ANCHOR: guards
    let tx = db.begin()?;
    Student::find(&tx, 1)?.delete(&tx)?;
    if Student::query().count(&tx)? > 1 {
        tx.commit()?;
    }
    // ANCHOR_END: guards
    assert_eq!(Student::query().count(db)?, 2);
    Ok(())
}

fn parts(db: &Db) -> orm::Result<()> {
    // ANCHOR: parts
    db.transaction(|tx| {
        let name = "Computing".to_owned();
        let part = tx.transaction(|tx| NewDepartment { name }.insert(tx));
        match part {
            Err(error) if error.is_unique_violation() => Ok(()),
            other => other.map(|_| ()),
        }
    })?;
    // ANCHOR_END: parts
    assert_eq!(Department::query().count(db)?, 2);
    Ok(())
}

// ANCHOR: refusal
#[derive(Debug)]
enum Refusal {
    Full,
    Database(orm::Error),
}

impl From<orm::Error> for Refusal {
    fn from(error: orm::Error) -> Self {
        Refusal::Database(error)
    }
}

fn enroll(db: &Db, student: &Student, course: &Course) -> Result<(), Refusal> {
    db.try_transaction(|tx| {
        Student::courses().link(tx, student, [course])?;
        match Course::students().of(course).count(tx)? {
            0..=2 => Ok(()),
            _ => Err(Refusal::Full),
        }
    })
}
// ANCHOR_END: refusal

// ANCHOR: refusal_with_retries
impl Refusal {
    fn database_error(&self) -> Option<&orm::Error> {
        match self {
            Refusal::Database(error) => Some(error),
            Refusal::Full => None,
        }
    }
}

fn enroll_with_retries(db: &Db, student: &Student, course: &Course) -> Result<(), Refusal> {
    db.try_transaction_with_retries(5, Refusal::database_error, |tx| {
        Student::courses().link(tx, student, [course])?;
        match Course::students().of(course).count(tx)? {
            0..=2 => Ok(()),
            _ => Err(Refusal::Full),
        }
    })
}
// ANCHOR_END: refusal_with_retries

fn own_errors(db: &Db) {
    let logic = Course::find(db, 3).expect("a course");
    let alan = Student::find(db, 3).expect("a student");
    assert!(matches!(enroll(db, &alan, &logic), Err(Refusal::Full)));
    assert!(matches!(enroll_with_retries(db, &alan, &logic), Err(Refusal::Full)));
    assert_eq!(Course::students().of(&logic).count(db).expect("a count"), 2);
    let gone = Course { id: 99, ..logic };
    let error = enroll(db, &alan, &gone).expect_err("no such course");
    assert!(matches!(error, Refusal::Database(error) if error.is_foreign_key_violation()));
}

// ANCHOR: enroll_in_all
fn enroll_in_all(on: &impl Executor, student: &Student, courses: &[Course]) -> orm::Result<()> {
    on.transaction(|tx| {
        for course in courses {
            Student::courses().link(tx, student, [course])?;
        }
        tx.on_commit(|| println!("enrolled"));
        Ok(())
    })
}
// ANCHOR_END: enroll_in_all

fn atomic(db: &Db) -> orm::Result<()> {
    let (ada, alan) = (Student::find(db, 1)?, Student::find(db, 3)?);
    let courses = Course::query().all(db)?;
    enroll_in_all(db, &ada, &courses)?;
    db.transaction(|tx| enroll_in_all(tx, &alan, &courses))?;
    for student in [&ada, &alan] {
        assert_eq!(Student::courses().of(student).count(db)?, courses.len() as u64);
    }
    Ok(())
}

fn again(db: &Db) -> orm::Result<()> {
    // ANCHOR: again
    db.transaction_with_retries(5, |tx| Course::all_rows().update(tx, Course::credits().add(1)).map(|_| ()))?;
    // ANCHOR_END: again
    assert_eq!(Course::find(db, 1)?.credits, 6);
    Ok(())
}

fn locks(db: &Db) -> orm::Result<()> {
    let alan = Student::find(db, 3)?;
    Enrollment::all_rows().delete(db)?;
    // ANCHOR: locks
    db.transaction(|tx| {
        let logic = Course::query().for_update().find(tx, 3)?;
        match Course::students().of(&logic).count(tx)? {
            0..=2 => Student::courses().link(tx, &alan, [&logic]),
            _ => Ok(()),
        }
    })?;
    // ANCHOR_END: locks
    assert_eq!(Enrollment::query().count(db)?, 1);
    Ok(())
}

// ANCHOR: job
#[derive(Model)]
struct Job {
    id: i64,
    task: String,
    #[model(default = false)]
    done: bool,
}

/// Does the next job. Returns whether there was one.
fn work(db: &Db) -> orm::Result<bool> {
    db.transaction(|tx| {
        let open = Job::query().filter(Job::done().eq(false)).order_by(Job::id().asc());
        let Some(job) = open.for_update().skip_locked().first(tx)? else { return Ok(false) };
        println!("{}", job.task);
        job.edit(tx, |job| job.done = true)?;
        Ok(true)
    })
}
// ANCHOR_END: job

fn queue() -> orm::Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Job>()?;
    orm::bulk_insert(&db, (0..20).map(|at| NewJob { task: format!("job {at}"), done: None }))?;
    // ANCHOR: queue
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| while work(&db).expect("the database works") {});
        }
    });
    // ANCHOR_END: queue
    assert_eq!(Job::query().filter(Job::done().eq(true)).count(&db)?, 20);
    Ok(())
}

fn impatient(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: impatient
    let impatient = Db::sqlite().statement_timeout(Duration::from_millis(50)).memory()?;
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let error = orm::sql(endless).tuples::<(i64,)>(&impatient).unwrap_err();
    assert!(error.is_statement_timeout());
    println!("{error}");
    // ANCHOR_END: impatient
    chapter.shows("text", error);
    // ANCHOR: impatient
    db.interrupt()?;
    // ANCHOR_END: impatient
    Ok(())
}
