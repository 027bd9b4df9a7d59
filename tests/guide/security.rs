//! The program text of the chapter on security.

use orm::{Cursor, Db, Model, Page, ResultExt as _};

use crate::chapter::Chapter;
use crate::{Course, Department, NewCourse};

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("17-security");
    lists(&mut chapter)?;
    rows()?;
    chapter.close();
    Ok(())
}

// ANCHOR: asked
/// The parameters of a request for a list of courses.
#[derive(Clone, Copy, Default)]
struct Asked<'r> {
    search: Option<&'r str>,
    least_credits: Option<i32>,
    sort: Option<&'r str>,
    size: Option<u64>,
    after: Option<&'r str>,
}

fn listed(db: &Db, asked: Asked<'_>) -> orm::Result<Page<Course>> {
    let mut query = Course::query();
    if let Some(text) = asked.search {
        query = query.filter(Course::title().contains(text));
    }
    if let Some(least) = asked.least_credits {
        query = query.filter(Course::credits().ge(least));
    }
    let allowed = (Course::title().asc(), Course::credits().desc());
    let order = orm::order_from(asked.sort.unwrap_or("title"), allowed)?;
    let after: Option<Cursor> = asked.after.map(str::parse).transpose()?;
    query.order_by(order).page(asked.size.unwrap_or(20).min(100)).after(after).read(db)
}
// ANCHOR_END: asked

fn lists(chapter: &mut Chapter) -> orm::Result<()> {
    let db = crate::school()?;
    let first = listed(&db, Asked { size: Some(1), least_credits: Some(1), ..Asked::default() })?;
    let after = first.next.as_ref().expect("a page more").to_string();
    let second = listed(&db, Asked { after: Some(&after), search: Some("a"), ..Asked::default() })?;
    assert!(first.rows.len() == 1 && second.rows.iter().all(|course| course.title > first.rows[0].title));
    let nothing = listed(&db, Asked { search: Some("%"), ..Asked::default() })?;
    assert!(nothing.rows.is_empty(), "a wildcard is a letter");

    // ANCHOR: lists
    let sorted = listed(&db, Asked { sort: Some("password"), ..Asked::default() }).unwrap_err();
    let forged = listed(&db, Asked { after: Some("00ff"), ..Asked::default() }).unwrap_err();
    assert!(sorted.is_invalid() && forged.is_bad_cursor());
    println!("{sorted}\n{forged}");
    // ANCHOR_END: lists
    chapter.shows("text", format!("{sorted}\n{forged}"));
    Ok(())
}

// ANCHOR: proposed
/// The fields that a request may set in a new course.
struct Proposed {
    title: String,
    credits: i32,
}

fn propose(db: &Db, department: &Department, proposed: Proposed) -> orm::Result<Course> {
    let Proposed { title, credits } = proposed;
    NewCourse { title, credits, department_id: department.id, prerequisite_id: None }.insert(db)
}
// ANCHOR_END: proposed

fn rows() -> orm::Result<()> {
    let db = crate::school()?;
    let departments = Department::query().all(&db)?;
    let wanted = propose(&db, &departments[1], Proposed { title: "Optics".into(), credits: 5 })?.id;
    for (department, is_theirs) in [(&departments[0], false), (&departments[1], true)] {
        // ANCHOR: rows
        let mine = Course::department_id().eq(department.id);
        let course: Option<Course> = Course::query().filter(mine).find(&db, wanted).optional()?;
        // ANCHOR_END: rows
        assert_eq!(course.is_some(), is_theirs);
    }
    Ok(())
}
