//! The program text of the chapter on relations.

#![expect(clippy::type_complexity, reason = "the chapter shows types as they are written in a signature")]

use orm::{Db, Executor, Get, Many, Model, NotLoaded, One, Part, Prefetchable, Query, Takes, relation, row};

use crate::chapter::Chapter;
use crate::{Course, Department, Enrollment, Student, StudentLoaded, StudentRelations};

#[test]
fn chapter() -> orm::Result<()> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("03-relations");
    one_relation(&db, &mut chapter)?;
    siblings(&db)?;
    nested(&db, &mut chapter)?;
    over_two(&db)?;
    over_links::are_loaded()?;
    narrowed(&db)?;
    ordered(&db)?;
    narrowed_to_one(&db)?;
    links(&db, &mut chapter)?;
    signatures(&db)?;
    names(&db)?;
    of_one_row(&db)?;
    several_models::are_loaded(&mut chapter)?;
    chapter.close();
    Ok(())
}

fn one_relation(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    let recording = db.record();
    // ANCHOR: one_relation
    let students = Student::query().prefetch(Student::courses()).all(db)?;
    for student in &students {
        println!("{} takes {} courses", student.first_name, student.courses().len());
    }
    // ANCHOR_END: one_relation
    chapter.shows_sql(&recording.statements());
    Ok(())
}

fn siblings(db: &Db) -> orm::Result<()> {
    // ANCHOR: siblings
    let courses = Course::query()
        .prefetch(Course::department())
        .prefetch(Course::students())
        .prefetch(Course::syllabus())
        .prefetch(Course::prerequisite())
        .all(db)?;
    let algebra = &courses[1];
    assert_eq!(algebra.department().name, "Mathematics");
    assert_eq!(algebra.students()[0].last_name, "Lovelace");
    assert_eq!(algebra.syllabus().as_ref().map(|syllabus| &*syllabus.text), Some("Groups, rings and fields"));
    assert!(courses[0].prerequisite().is_none());
    // ANCHOR_END: siblings
    Ok(())
}

fn nested(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: nested
    let query = Department::query()
        .prefetch(Department::students().prefetch(Student::courses().prefetch(Course::department())))
        .prefetch(Department::courses());
    let departments = query.all(db)?;
    assert_eq!(departments[1].students()[0].courses()[0].department().name, "Mathematics");
    // ANCHOR_END: nested
    let plan = query.plan(db)?.to_string();
    let outline: Vec<&str> = plan.lines().filter(|line| !line.contains("SELECT")).collect();
    chapter.shows("text", outline.join("\n"));
    Ok(())
}

fn over_two(db: &Db) -> orm::Result<()> {
    // ANCHOR: over_two
    let departments = Department::query().prefetch(Department::enrollments()).all(db)?;
    assert_eq!(departments[0].enrollments()[0].grade, Some(95));
    // ANCHOR_END: over_two
    Ok(())
}

fn narrowed(db: &Db) -> orm::Result<()> {
    // ANCHOR: narrowed
    let departments = Department::query()
        .prefetch(Department::courses().filter(Course::credits().ge(5)).order_by(Course::title().asc()).limit(2))
        .all(db)?;
    let largest: &Many<Course, Part> = departments[0].courses();
    assert_eq!(largest.iter().map(|course| &*course.title).collect::<Vec<_>>(), ["Algebra", "Arithmetic"]);
    // ANCHOR_END: narrowed
    Ok(())
}

// ANCHOR: ordered
impl Department {
    fn courses_by_title() -> relation!(Department.courses: Course) {
        Department::courses().order_by(Course::title().asc())
    }
}

fn departments_with_courses(db: &Db) -> orm::Result<Vec<row!(Department { courses: Many<Course> })>> {
    Department::query().prefetch(Department::courses_by_title()).all(db)
}
// ANCHOR_END: ordered

fn ordered(db: &Db) -> orm::Result<()> {
    let departments = departments_with_courses(db)?;
    let titles: Vec<&str> = departments[0].courses().iter().map(|course| &*course.title).collect();
    assert_eq!(titles, ["Algebra", "Arithmetic", "Logic"]);
    Ok(())
}

fn narrowed_to_one(db: &Db) -> orm::Result<()> {
    // ANCHOR: narrowed_to_one
    let courses = Course::query().prefetch(Course::department().filter(Department::name().eq("Computing"))).all(db)?;
    let department: &Option<One<Department>> = courses[0].department();
    assert!(department.is_none());
    // ANCHOR_END: narrowed_to_one
    Ok(())
}

// ANCHOR: titles
fn titles(student: &StudentLoaded<Many<Course>>) -> Vec<&str> {
    student.courses().iter().map(|course| course.title.as_str()).collect()
}

type Enrolled = StudentLoaded<Many<Course>, NotLoaded, Option<One<Department>>>;

fn line(student: &Enrolled) -> String {
    let department = student.department().as_ref().map_or("nowhere", |department| department.name.as_str());
    format!("{} studies at {department}: {} courses", student.first_name, student.courses().len())
}
// ANCHOR_END: titles

// ANCHOR: card
fn card(student: &impl StudentRelations<Courses = Many<Course>>) -> String {
    format!("{} takes {} courses", student.first_name, student.courses().len())
}
// ANCHOR_END: card

fn links(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
    // ANCHOR: links
    let graded =
        Student::courses().filter_link(Enrollment::grade().is_not_null()).order_by_link(Enrollment::grade().desc());
    let students = Student::query().prefetch(graded).all(db)?;
    // ANCHOR_END: links
    assert_eq!(students.iter().map(|student| student.courses().len()).collect::<Vec<_>>(), [1, 2, 0]);

    // ANCHOR: students
    let students = Student::query().prefetch(Student::courses().with_link().prefetch(Course::department())).all(db)?;
    for course in students[1].courses() {
        println!("{} at {}: {:?}", course.title, course.department().name, course.link().grade);
    }
    // ANCHOR_END: students
    let lines = students[1].courses().iter();
    let lines = lines.map(|it| format!("{} at {}: {:?}", it.title, it.department().name, it.link().grade));
    chapter.shows("text", lines.collect::<Vec<_>>().join("\n"));
    Ok(())
}

fn signatures(db: &Db) -> orm::Result<()> {
    let students = Student::query().prefetch(Student::courses()).all(db)?;
    assert_eq!(titles(&students[0]), ["Algebra", "Logic"]);
    // ANCHOR: signatures
    let students: Vec<Enrolled> =
        Student::query().prefetch(Student::courses()).prefetch(Student::department()).all(db)?;
    assert_eq!(line(&students[2]), "Alan studies at nowhere: 0 courses");
    assert_eq!(card(&students[0]), "Ada takes 2 courses");
    // ANCHOR_END: signatures
    Ok(())
}

// ANCHOR: row_types
type Card = row!(Student { courses: Many<Course>, department: Option<One<Department>> });

fn cards(on: &impl Executor) -> orm::Result<Vec<Card>> {
    Student::query().prefetch(Student::courses()).prefetch(Student::department()).all(on)
}

struct Page {
    cards: Vec<Card>,
    deep: Vec<row!(Student { courses: Many<row!(Course { department: One<Department> })> })>,
}
// ANCHOR_END: row_types

// ANCHOR: number
struct Number;

fn counted(on: &impl Executor) -> orm::Result<Vec<row!(Student { courses: Many<Course>, named Number: u64 })>> {
    let number = Student::courses().count().named(Number);
    Student::query().prefetch(Student::courses()).prefetch(number).all(on)
}
// ANCHOR_END: number

// ANCHOR: is_busy
fn is_busy<At>(student: &impl StudentRelations<Named: Get<Number, At, u64>>) -> bool {
    *student.named(Number) > 1
}
// ANCHOR_END: is_busy

// ANCHOR: large
fn large() -> relation!(Student.courses: Course, Part) {
    Student::courses().filter(Course::credits().ge(5))
}

fn with_departments() -> relation!(Student.courses: Course as row!(Course { department: One<Department> })) {
    Student::courses().prefetch(Course::department())
}
// ANCHOR_END: large

// ANCHOR: with_courses
fn with_courses<R>(query: Query<Student, R>) -> Query<Student, R::Out>
where
    R: Takes<Student, relation!(Student.courses: Course)>,
{
    query.prefetch(Student::courses())
}

fn with<M: Model, T: Prefetchable<M>, R: Takes<M, T>>(query: Query<M, R>, relation: T) -> Query<M, R::Out> {
    query.prefetch(relation)
}
// ANCHOR_END: with_courses

fn names(db: &Db) -> orm::Result<()> {
    // ANCHOR: names
    let page = Page { cards: cards(db)?, deep: Student::query().prefetch(with_departments()).all(db)? };
    assert_eq!(page.cards[0].courses().len(), 2);
    assert_eq!(page.deep[0].courses()[0].department().name, "Mathematics");
    assert_eq!(*counted(db)?[0].named(Number), 2);
    assert!(is_busy(&counted(db)?[0]));
    let both: Vec<Card> = with_courses(with(Student::query(), Student::department())).all(db)?;
    assert_eq!(both, page.cards);
    // ANCHOR_END: names
    let large = with(Student::query(), large()).all(db)?;
    assert!(large[0].courses().len() <= page.cards[0].courses().len());
    Ok(())
}

fn of_one_row(db: &Db) -> orm::Result<()> {
    // ANCHOR: of_ada
    let ada = Student::find(db, 1)?;
    let courses = Student::courses().of(&ada).order_by(Course::title().desc()).all(db)?;
    let number = Student::courses().of(&ada).count(db)?;
    // ANCHOR_END: of_ada
    assert_eq!((courses[0].title.as_str(), number), ("Logic", 2));
    Ok(())
}

mod over_links {
    use orm::{Db, Model};

    // ANCHOR: pupil
    #[derive(Model)]
    #[has_many(meetings: Meeting, through = Membership, right = club_id)]
    struct Pupil {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    #[model(primary_key(pupil_id, club_id))]
    struct Membership {
        #[belongs_to(pupil: Pupil)]
        pupil_id: i64,
        #[belongs_to(club: Club)]
        club_id: i64,
    }

    #[derive(Model)]
    struct Club {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    struct Meeting {
        id: i64,
        topic: String,
        #[belongs_to(club: Club)]
        club_id: i64,
    }
    // ANCHOR_END: pupil

    pub(super) fn are_loaded() -> orm::Result<()> {
        let db = &Db::memory()?;
        db.create_tables::<(Pupil, Membership, Club, Meeting)>()?;
        let ada = NewPupil { name: "Ada".into() }.insert(db)?;
        let chess = NewClub { name: "Chess".into() }.insert(db)?;
        let choir = NewClub { name: "Choir".into() }.insert(db)?;
        NewMembership { pupil_id: ada.id, club_id: chess.id }.insert(db)?;
        let meetings = [("Scales", choir.id), ("Openings", chess.id)];
        orm::insert_many(db, meetings.map(|(topic, club_id)| NewMeeting { topic: topic.into(), club_id }))?;
        // ANCHOR: meetings
        let pupils = Pupil::query().prefetch(Pupil::meetings()).all(db)?;
        assert_eq!(pupils[0].meetings()[0].topic, "Openings");
        // ANCHOR_END: meetings
        assert_eq!(pupils[0].meetings().len(), 1);
        Ok(())
    }
}

mod several_models {
    use orm::{Db, Model, Polymorphic};

    use crate::chapter::Chapter;

    // ANCHOR: course
    #[derive(Model)]
    #[has_many(comments: Comment, foreign_key = subject_id, tag(subject_type = "course"))]
    struct Course {
        id: i64,
        title: String,
    }

    #[derive(Model)]
    #[has_many(comments: Comment, foreign_key = subject_id, tag(subject_type = "pupil"))]
    struct Student {
        id: i64,
        name: String,
    }

    #[derive(Polymorphic)]
    enum Subject {
        Course(Course),
        #[polymorphic(tag = "pupil")]
        Student(Student),
    }

    #[derive(Model)]
    struct Comment {
        id: i64,
        text: String,
        subject_type: Option<String>,
        #[belongs_to(subject: Subject, tag = subject_type)]
        subject_id: Option<i64>,
    }
    // ANCHOR_END: course

    pub(super) fn are_loaded(chapter: &mut Chapter) -> orm::Result<()> {
        let db = &Db::memory()?;
        db.create_tables::<(Course, Student, Comment)>()?;
        let algebra = NewCourse { title: "Algebra".into() }.insert(db)?;
        let ada = NewStudent { name: "Ada".into() }.insert(db)?;
        let subjects = [("Hard!", Some(("course", algebra.id))), ("Hello", Some(("pupil", ada.id))), ("Rain", None)];
        orm::insert_many(
            db,
            subjects.map(|(text, subject)| NewComment {
                text: text.into(),
                subject_type: subject.map(|(tag, _)| tag.into()),
                subject_id: subject.map(|(_, id)| id),
            }),
        )?;
        enum_of_models(db, chapter)?;
        going_on(db)?;
        other_side(db, &algebra)?;
        tagged_links(db, chapter)
    }

    // ANCHOR: lesson
    #[derive(Model)]
    #[many_to_many(labels: Label, through = Labelling, left = subject_id, tag(subject_type = "lesson"))]
    struct Lesson {
        id: i64,
        topic: String,
    }

    #[derive(Model)]
    #[many_to_many(labels: Label, through = Labelling, left = subject_id, tag(subject_type = "room"))]
    struct Room {
        id: i64,
        name: String,
    }

    #[derive(Model)]
    #[many_to_many(lessons: Lesson, through = Labelling, right = subject_id, tag(subject_type = "lesson"))]
    struct Label {
        id: i64,
        text: String,
    }

    #[derive(Model)]
    #[model(primary_key(subject_id, label_id, subject_type))]
    struct Labelling {
        subject_id: i64,
        #[belongs_to(label: Label)]
        label_id: i64,
        subject_type: String,
    }
    // ANCHOR_END: lesson

    fn tagged_links(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
        db.create_tables::<(Lesson, Room, Label, Labelling)>()?;
        let lesson = NewLesson { topic: "Sets".into() }.insert(db)?;
        let room = NewRoom { name: "101".into() }.insert(db)?;
        let hard = NewLabel { text: "hard".into() }.insert(db)?;
        let new = NewLabel { text: "new".into() }.insert(db)?;
        Room::labels().link(db, &room, [&hard])?;
        let recording = db.record();
        // ANCHOR: labels
        Lesson::labels().link(db, &lesson, [&hard, &new])?;
        Lesson::labels().set(db, &lesson, [&new])?;
        let lessons = Lesson::query().filter(Lesson::labels().exists()).prefetch(Lesson::labels()).all(db)?;
        assert_eq!(lessons[0].labels()[0].text, "new");
        // ANCHOR_END: labels
        assert_eq!((lessons[0].labels().len(), Room::labels().of(&room).count(db)?), (1, 1));
        let statements = recording.statements();
        let filtered: Vec<_> = statements.iter().filter(|statement| statement.contains(" WHERE EXISTS ")).collect();
        chapter.shows_sql(&filtered);
        assert_eq!(Label::query().filter(Label::lessons().exists()).count(db)?, 1);
        Ok(())
    }

    fn enum_of_models(db: &Db, chapter: &mut Chapter) -> orm::Result<()> {
        let recording = db.record();
        // ANCHOR: subjects
        let comments = Comment::query().prefetch(Comment::subject()).all(db)?;
        for comment in &comments {
            match comment.subject().as_deref() {
                Some(Subject::Course(course)) => println!("the course {}: {}", course.title, comment.text),
                Some(Subject::Student(student)) => println!("{}: {}", student.name, comment.text),
                None => println!("{}", comment.text),
            }
        }
        // ANCHOR_END: subjects
        assert!(matches!(comments[0].subject().as_deref(), Some(Subject::Course(_))));
        assert!(matches!(comments[1].subject().as_deref(), Some(Subject::Student(_))));
        assert!(comments[2].subject().is_none());
        chapter.shows_sql(&recording.statements());
        Ok(())
    }

    struct Noise;

    fn going_on(db: &Db) -> orm::Result<()> {
        // ANCHOR: filtered_subjects
        let subjects = Comment::subject()
            .prefetch(Course::comments())
            .prefetch(Student::comments().count().named(Noise))
            .filter(Student::name().ne("Eve"));
        let comments = Comment::query().prefetch(subjects).all(db)?;
        for comment in &comments {
            match comment.subject().as_deref() {
                Some(SubjectLoaded::Course(course)) => println!("{}: {}", course.title, course.comments().len()),
                Some(SubjectLoaded::Student(student)) => println!("{}: {}", student.name, student.named(Noise)),
                None => println!("{}", comment.text),
            }
        }
        // ANCHOR_END: filtered_subjects
        assert!(
            matches!(comments[1].subject().as_deref(), Some(SubjectLoaded::Student(ada)) if *ada.named(Noise) == 1)
        );
        Ok(())
    }

    fn other_side(db: &Db, algebra: &Course) -> orm::Result<()> {
        // ANCHOR: comments
        let courses = Course::query().filter(Course::comments().exists()).prefetch(Course::comments()).all(db)?;
        assert_eq!(courses[0].comments()[0].text, "Hard!");
        // ANCHOR_END: comments
        assert_eq!((courses.len(), courses[0].comments().len()), (1, 1));
        let refused = Course::comments().clear(db, algebra);
        assert!(refused.is_err_and(|error| error.is_invalid()));
        Ok(())
    }
}
