//! Conditions on related rows: `any`, `none`, `all`, `has` and `exists`.

mod narrowed;

use orm::{Condition, Db, Model, Result};

use crate::database::db;
use crate::schemas::university::{Course, Department, Enrollment, Student, university};

fn students(db: &Db, condition: Condition<Student>) -> Result<Vec<i64>> {
    let query = Student::query().filter(condition);
    let rows = query.all(db)?;
    assert_eq!(query.count(db)?, rows.len() as u64, "`count` agrees with `all`");
    assert_eq!(query.exists(db)?, !rows.is_empty());
    Ok(rows.into_iter().map(|student| student.id).collect())
}

#[test]
fn conditions_lead_over_many_to_many() -> Result<()> {
    let db = university();
    let optics = || Course::title().eq("Optics");
    assert_eq!(students(&db, Student::courses().any(optics()))?, [2]);
    assert_eq!(students(&db, Student::courses().none(optics()))?, [1, 3]);
    assert_eq!(students(&db, !Student::courses().any(optics()))?, [1, 3]);
    assert_eq!(students(&db, Student::courses().all(Course::department_id().eq(1)))?, [1, 3]);
    assert_eq!(students(&db, Student::courses().exists())?, [1, 2]);
    assert_eq!(students(&db, !Student::courses().exists())?, [3]);
    let query = Course::query().filter(Course::students().any(Student::first_name().eq("Ada")));
    assert_eq!(query.count(&db)?, 2);
    Ok(())
}

#[test]
fn conditions_lead_over_has_many_and_belongs_to() -> Result<()> {
    let db = university();
    let names = |condition| -> Result<Vec<String>> {
        Ok(Department::query().filter(condition).all(&db)?.into_iter().map(|found| found.name).collect())
    };
    assert_eq!(names(Department::courses().any(Course::title().starts_with("A")))?, ["Mathematics"]);
    assert_eq!(names(Department::courses().none(Course::title().starts_with("A")))?, ["Physics", "Law"]);
    assert_eq!(names(!Department::courses().exists())?, ["Law"]);
    assert_eq!(students(&db, Student::department().has(Department::name().eq("Physics")))?, [2]);
    assert_eq!(students(&db, Student::department().exists())?, [1, 2]);
    assert_eq!(students(&db, !Student::department().has(Department::name().eq("Physics")))?, [1, 3]);
    assert_eq!(students(&db, Student::department().none(Department::name().eq("Physics")))?, [1, 3]);
    Ok(())
}

#[test]
fn conditions_on_relations_nest_and_combine() -> Result<()> {
    let db = university();
    let in_physics = || Course::department().has(Department::name().eq("Physics"));
    assert_eq!(students(&db, Student::courses().any(in_physics()))?, [2]);
    assert_eq!(students(&db, Student::courses().none(in_physics()))?, [1, 3]);
    assert_eq!(students(&db, Student::courses().all(!in_physics()))?, [1, 3]);
    let deep = Student::department().has(Department::courses().any(Course::students().any(Student::id().eq(2))));
    assert_eq!(students(&db, deep)?, [1, 2]);
    let mixed = Student::courses().any(in_physics()) | Student::id().eq(3) & !Student::courses().exists();
    assert_eq!(students(&db, mixed)?, [2, 3]);
    let twice =
        Student::courses().any(Course::title().eq("Algebra")) & Student::courses().any(Course::title().eq("Optics"));
    assert_eq!(students(&db, twice)?, [2], "each asks for a row of its own");
    let one_row = Student::courses().any(Course::title().eq("Algebra") & Course::title().eq("Optics"));
    assert_eq!(students(&db, one_row)?, [] as [i64; 0]);
    let either = Student::courses().any(Course::title().eq("Nothing") | Course::title().eq("Optics"));
    assert_eq!(students(&db, either)?, [2], "an OR inside does not escape the relation");
    Ok(())
}

#[test]
fn a_relation_is_filtered_by_and_prefetched_at_once() -> Result<()> {
    let db = university();
    let query = Student::query()
        .filter(Student::courses().any(Course::title().eq("Optics")))
        .prefetch(Student::courses())
        .prefetch(Student::enrollments().filter(Enrollment::course().has(Course::title().eq("Optics"))));
    let found = orm::assert_queries!(&db, 3, query.all(&db)?);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].courses().len(), 3, "a filter on parents does not narrow what they hold");
    assert_eq!(found[0].enrollments().len(), 1);
    Ok(())
}

#[derive(Model)]
#[has_many(children: Node, foreign_key = parent_id)]
#[many_to_many(linked: Node, through = "node_links", left = "source", right = "target")]
struct Node {
    id: i64,
    weight: Option<i64>,
    #[belongs_to(parent: Node)]
    parent_id: Option<i64>,
}

/// 1 ← 2 ← 4, 1 ← 3. Only 3 has no weight. 4 links to 1 and to itself.
fn nodes() -> Result<Db> {
    let db = db();
    db.create_tables::<Node>()?;
    for (weight, parent_id) in [(Some(1), None), (Some(2), Some(1)), (None, Some(1)), (Some(4), Some(2))] {
        NewNode { weight, parent_id }.insert(&db)?;
    }
    let (root, leaf) = (Node::find(&db, 1)?, Node::find(&db, 4)?);
    Node::linked().link(&db, &leaf, [&root, &leaf])?;
    Ok(db)
}

#[test]
fn conditions_lead_over_relations_of_a_model_to_itself() -> Result<()> {
    let db = nodes()?;
    let ids = |condition| -> Result<Vec<i64>> {
        Ok(Node::query().filter(condition).all(&db)?.into_iter().map(|node| node.id).collect())
    };
    assert_eq!(ids(Node::children().exists())?, [1, 2]);
    assert_eq!(ids(Node::children().any(Node::children().exists()))?, [1]);
    assert_eq!(ids(Node::parent().has(Node::parent().has(Node::id().eq(1))))?, [4]);
    assert_eq!(ids(!Node::parent().exists())?, [1]);
    assert_eq!(ids(Node::linked().any(Node::id().eq(4)))?, [4]);
    assert_eq!(ids(Node::linked().any(Node::parent().exists() & Node::id().gt(3)))?, [4]);
    let own = Node::children().any(Node::weight().gt(Node::parent_id()));
    assert_eq!(ids(own)?, [1, 2], "columns are those of the related row");
    Ok(())
}

#[test]
fn a_null_is_not_met_by_all() -> Result<()> {
    let db = nodes()?;
    let ids = |condition| -> Result<Vec<i64>> {
        Ok(Node::query().filter(condition).all(&db)?.into_iter().map(|node| node.id).collect())
    };
    let heavy = || Node::weight().gt(Some(1));
    assert_eq!(ids(Node::children().any(heavy()))?, [1, 2]);
    assert_eq!(ids(Node::children().all(heavy()))?, [2, 3, 4], "node 1 has a child of unknown weight");
    assert_eq!(ids(Node::children().none(!heavy()))?, [1, 2, 3, 4], "which is not known to be light either");
    Ok(())
}

#[test]
fn a_relation_may_stand_twice_in_one_condition() -> Result<()> {
    use crate::schemas::journal::{Article, Tag, Writer, journal, labels, writers};

    let db = journal()?;
    let titled = |title: &str| Writer::written().any(Article::title().eq(title));
    // Two conditions may be met by two different rows. One condition is met by one row.
    assert_eq!(writers(&db, titled("Red") & titled("Tin"))?, ["Ann"]);
    assert_eq!(writers(&db, Writer::written().any(Article::title().eq("Red") & Article::title().eq("Tin")))?, [""; 0]);
    assert_eq!(writers(&db, titled("Red") | titled("Sun"))?, ["Ann", "Bob"]);
    assert_eq!(writers(&db, titled("Red") & !titled("Sun"))?, ["Ann"]);
    assert_eq!(writers(&db, !titled("Red") & !titled("Sun"))?, ["Cid"]);
    let tagged = |label: &str| Article::tags().any(Tag::label().eq(label));
    let both = Article::query().filter(tagged("new") & tagged("long")).prefetch(Article::tags()).all(&db)?;
    assert_eq!(both.len(), 1);
    assert_eq!(labels(both[0].tags()), ["new", "long"], "the condition does not narrow what is loaded");
    assert_eq!(writers(&db, Writer::written().count().gt(1) & Writer::written().count().lt(4))?, ["Ann"]);
    Ok(())
}
