//! The results of functions have types with names: rows, relations and queries as return types, fields and arguments.

#![expect(clippy::type_complexity, reason = "types are written out where a program would give them an alias")]

use orm::signature::Slot;
use orm::{
    Aggregate, AnyDepth, Db, Executor, Get, Many, Model, Named, One, Part, Prefetch, Prefetchable, Query, Record,
    Relation, RelationOf, Result, Takes, ToMany, ToMaybe, ToOne, Tree, View, relation, row,
};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(courses: Course)]
struct Department {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(courses: Course, through = "enrollments")]
#[has_many(notes: Note)]
struct Student {
    id: i64,
    first_name: String,
    last_name: String,
    #[belongs_to(department: Department)]
    department_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Course {
    id: i64,
    title: String,
    #[belongs_to(department: Department)]
    department_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Note {
    id: i64,
    student_id: i64,
}

/// Students: 1 Ada (Mathematics): Geometry, Algebra; 2 Isaac (Physics): these and Optics; 3 Emil: none.
fn university() -> Db {
    fill().expect("the rows are inserted")
}

fn fill() -> Result<Db> {
    let db = Db::memory()?;
    db.create_tables::<(Department, Student, Course, Note)>()?;
    for (id, name) in [(1, "Mathematics"), (2, "Physics")] {
        Department { id, name: name.into() }.insert(&db)?;
    }
    let mut courses = Vec::new();
    for (id, title, department_id) in [(1, "Geometry", 1), (2, "Algebra", 1), (3, "Optics", 2)] {
        courses.push(Course { id, title: title.into(), department_id }.insert(&db)?);
    }
    for (id, first, last, department_id, taken) in
        [(1, "Ada", "Lovelace", Some(1), 2), (2, "Isaac", "Newton", Some(2), 3), (3, "Emil", "Void", None, 0)]
    {
        let student = Student { id, first_name: first.into(), last_name: last.into(), department_id }.insert(&db)?;
        Student::courses().link(&db, &student, &courses[..taken])?;
    }
    Ok(db)
}

fn titles<E>(courses: &Many<Course, E>) -> Vec<&str> {
    courses.iter().map(|course| course.title.as_str()).collect()
}

struct Count;
struct Passed;
struct Score;

type Card = row!(Student { courses: Many<Course>, department: Option<One<Department>> });
type InAnotherOrder = row!(Student { department: Option<One<Department>>, courses: Many<Course> });
type Deep = row!(Student { courses: Many<row!(Course { department: One<Department> })> });
type Counted = row!(Student { courses: Many<Course>, named Count: u64 });

struct Page {
    cards: Vec<Card>,
    deep: Vec<Deep>,
    plain: row!(Student {}),
}

fn cards(on: &impl Executor) -> Result<Vec<Card>> {
    Student::query().prefetch(Student::courses()).prefetch(Student::department()).all(on)
}

fn cards_in_another_order(on: &impl Executor) -> Result<Vec<InAnotherOrder>> {
    Student::query().prefetch(Student::department()).prefetch(Student::courses()).all(on)
}

#[test]
fn rows_are_named_by_their_relations() -> Result<()> {
    let db = university();
    let page = Page {
        cards: cards(&db)?,
        deep: Student::query().prefetch(with_department()).all(&db)?,
        plain: Student::find(&db, 1)?,
    };
    assert_eq!(titles(page.cards[0].courses()), ["Geometry", "Algebra"]);
    assert_eq!(page.deep[1].courses()[2].department().name, "Physics");
    assert_eq!(page.plain.first_name, "Ada");
    assert_eq!(cards_in_another_order(&db)?, page.cards);
    // The same type as by position.
    let _: fn(Deep) -> StudentLoaded<Many<CourseLoaded<One<Department>>>> = |row| row;
    Ok(())
}

fn by_title() -> relation!(Student.courses: Course) {
    Student::courses().order_by(Course::title().asc())
}

fn late() -> relation!(Student.courses: Course, Part) {
    by_title().filter(Course::id().gt(1))
}

fn with_department() -> relation!(Student.courses: Course as row!(Course { department: One<Department> })) {
    Student::courses().prefetch(Course::department())
}

fn some_with_department() -> relation!(Student.courses: Course as row!(Course { department: One<Department> }), Part) {
    with_department().limit(1)
}

#[derive(View)]
#[view(of = Course)]
struct Title {
    title: String,
}

fn as_titles() -> relation!(Student.courses: Course as view Title) {
    Student::courses().view::<Title>()
}

fn passed() -> Named<Passed, relation!(Student.courses: Course, Part)> {
    late().named(Passed)
}

fn counted() -> Named<Count, Aggregate<Student, u64>> {
    Student::courses().count().named(Count)
}

#[test]
fn relations_are_returned_by_functions() -> Result<()> {
    let db = university();
    let query = || Student::query().filter(Student::id().eq(2));
    assert_eq!(titles(query().prefetch(late()).one(&db)?.courses()), ["Algebra", "Optics"]);
    assert_eq!(query().prefetch(some_with_department()).one(&db)?.courses()[0].department().name, "Mathematics");
    assert_eq!(query().prefetch(as_titles()).one(&db)?.courses()[2].title, "Optics");
    let both = query().prefetch(passed()).prefetch(counted()).one(&db)?;
    assert_eq!((both.named(Passed).len(), *both.named(Count)), (2, 3));
    Ok(())
}

#[test]
fn each_kind_of_relation_has_its_name() {
    let _: fn() -> relation!(Student.department: Department) = Student::department;
    let _: fn() -> relation!(Course.department: Department) = Course::department;
    let _: fn() -> relation!(Department.courses: Course) = Department::courses;
    // Without the macro, with the position that it looks up.
    let _: fn() -> Relation<Student, Department, ToMaybe, 2> = Student::department;
    let _: fn() -> Relation<Course, Department, ToOne, 0> = Course::department;
    let _: fn() -> Relation<Department, Course, ToMany, 0> = Department::courses;
}

/// A query that the caller completes.
struct Search {
    query: Query<Student, Card>,
    columns: orm::Selected<Student, (i64, String)>,
}

#[test]
fn queries_are_fields_of_structs() -> Result<()> {
    let db = university();
    let search = Search {
        query: Student::query().prefetch(Student::courses()).prefetch(Student::department()),
        columns: Student::query().select((Student::id(), Student::last_name())),
    };
    assert_eq!(search.query.limit(1).all(&db)?.len(), 1);
    assert_eq!(search.columns.all(&db)?[2], (3, "Void".to_owned()));
    Ok(())
}

fn with_count(on: &impl Executor) -> Result<Vec<Counted>> {
    Student::query().prefetch(Student::courses()).prefetch(counted()).all(on)
}

/// The type of what a closure loads cannot be named. The type of its result can.
fn scores() -> impl RelationOf<Student, Slot = Slot<Score>, Loads: Prefetch<State = Option<u32>>> {
    orm::batch(Student::id(), |ids: &[i64]| Ok::<_, orm::Error>(ids.iter().map(|&id| (id, 10)).collect())).named(Score)
}

#[test]
fn named_values_are_part_of_the_name() -> Result<()> {
    let db = university();
    assert_eq!(*with_count(&db)?[1].named(Count), 3);
    let scored: row!(Student { named Score: Option<u32>, named Count: u64 }) =
        Student::query().prefetch(scores()).prefetch(counted()).first(&db)?.expect("a student");
    assert_eq!((*scored.named(Score), *scored.named(Count)), (Some(10), 2));
    Ok(())
}

/// Any row that holds at least this; `At` and `Behind` are the positions of the values, which the compiler finds.
fn summary<At, Behind>(
    student: &impl StudentRelations<
        Courses = Many<Course>,
        Named: Get<Passed, At, Many<Course, Part>> + Get<Count, Behind, u64>,
    >,
) -> (Vec<&str>, Vec<&str>, u64) {
    (titles(student.courses()), titles(student.named(Passed)), *student.named(Count))
}

#[test]
fn functions_of_any_row_read_named_values() -> Result<()> {
    let db = university();
    let query = Student::query().filter(Student::id().eq(2)).prefetch(Student::courses());
    let expected = (vec!["Geometry", "Algebra", "Optics"], vec!["Algebra", "Optics"], 3);
    assert_eq!(summary(&query.clone().prefetch(passed()).prefetch(counted()).one(&db)?), expected);
    // In another order, with relations that the function does not read.
    let more = query.prefetch(counted()).prefetch(scores()).prefetch(Student::department()).prefetch(passed());
    assert_eq!(summary(&more.one(&db)?), expected);
    Ok(())
}

/// Any query of a model, also one that reads rows as a view.
fn and_courses<R, B>(query: Query<Student, R, B>) -> Query<Student, R::Out, B>
where
    R: Takes<Student, relation!(Student.courses: Course)>,
    B: Record<Model = Student>,
{
    query.prefetch(Student::courses())
}

/// Any relation or value, for any query of any model.
fn and<M: Model, T: Prefetchable<M>, R: Takes<M, T>>(query: Query<M, R>, relation: T) -> Query<M, R::Out> {
    query.prefetch(relation)
}

#[test]
fn helpers_add_a_prefetch_to_any_query() -> Result<()> {
    let db = university();
    let both: Card =
        and_courses(Student::query().prefetch(Student::department())).filter(Student::id().eq(1)).one(&db)?;
    assert_eq!((both.courses().len(), both.department().is_some()), (2, true));
    let more = and(and(and(Student::query(), passed()), counted()), Student::department());
    let more = more.filter(Student::id().eq(2)).one(&db)?;
    assert_eq!((more.named(Passed).len(), *more.named(Count), more.department().is_some()), (2, 3, true));
    Ok(())
}

#[derive(Model)]
#[has_many(below: Piece, foreign_key = above_id)]
struct Piece {
    id: i64,
    above_id: Option<i64>,
}

fn tree() -> AnyDepth<relation!(Piece.below: Piece)> {
    Piece::below().to_any_depth()
}

#[test]
fn trees_have_names_too() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Piece,)>()?;
    for (id, above_id) in [(1, None), (2, Some(1)), (3, Some(2))] {
        Piece { id, above_id }.insert(&db)?;
    }
    let root: row!(Piece { below: Tree<Piece> }) =
        Piece::query().prefetch(tree()).filter(Piece::id().eq(1)).one(&db)?;
    assert_eq!(root.below().walk().count(), 2);
    Ok(())
}
