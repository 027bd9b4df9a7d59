//! The recipe: a page with a total.

use orm::{Db, Model, One, assert_queries, row};

use crate::chapter::Chapter;
use crate::{Course, Department};

// ANCHOR: listing
struct Listing {
    courses: Vec<row!(Course { department: One<Department> })>,
    /// The number of courses on all pages.
    total: u64,
}

/// A page of courses; the first one has the number 1.
fn listing(db: &Db, search: &str, number: u64, size: u64) -> orm::Result<Listing> {
    let found = Course::query().filter(Course::title().contains(search));
    let snapshot = db.begin_read()?;
    let total = found.count(&snapshot)?;
    let courses = found
        .order_by(Course::title().asc())
        .offset(number.saturating_sub(1).saturating_mul(size))
        .limit(size)
        .prefetch(Course::department().joined())
        .all(&snapshot)?;
    Ok(Listing { courses, total })
}
// ANCHOR_END: listing

pub(super) fn recipe(chapter: &mut Chapter) -> orm::Result<()> {
    let db = crate::school()?;
    let recording = db.record();
    let page = assert_queries!(&db, 2, listing(&db, "o", 2, 2)?);
    chapter.shows_sql(&recording.statements());
    let titles: Vec<&str> = page.courses.iter().map(|course| &*course.title).collect();
    assert_eq!((titles, page.total), (vec!["Programming"], 3));
    assert_eq!(page.courses[0].department().name, "Computing");
    assert_eq!(listing(&db, "o", 0, 2)?.courses.len(), 2);
    assert!(listing(&db, "o", u64::MAX, 2)?.courses.is_empty());
    Ok(())
}
