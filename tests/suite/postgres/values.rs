//! Text: which characters it cannot contain, and its order.

use orm::{Model, Result};

use crate::database::db;
use crate::schemas::university::{Department, NewDepartment, empty_university};

#[test]
fn text_with_a_nul_is_refused() -> Result<()> {
    let db = empty_university();
    let error = NewDepartment { name: "a\0b".into() }.insert(&db).unwrap_err();
    assert!(error.is_encode(), "{error}");
    assert!(Department::query().filter(Department::name().eq("a\0b")).all(&db).unwrap_err().is_encode());
    assert!(Department::query().filter(Department::name().in_(["a\0b"])).all(&db).unwrap_err().is_encode());
    assert_eq!(Department::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn text_is_ordered_by_its_bytes() -> Result<()> {
    let db = empty_university();
    for name in ["b", "a", "B", "\u{e4}", "", "_", "A"] {
        NewDepartment { name: name.into() }.insert(&db)?;
    }
    let rows = Department::query().order_by(Department::name().asc()).all(&db)?;
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["", "A", "B", "_", "a", "b", "\u{e4}"]);
    Ok(())
}

#[test]
fn a_question_mark_stays_an_operator_beside_parameters() -> Result<()> {
    let db = db();
    let text = "SELECT '{\"a\": 1}'::jsonb ? 'a', '{\"a\": 1}'::jsonb ? $1, '{\"a\": 1}'::jsonb ?| ARRAY['b', $1]";
    assert_eq!(orm::sql(text).bind("b").tuples::<(bool, bool, bool)>(&db)?, [(true, false, false)]);
    assert_eq!(orm::sql("SELECT '{\"a\": 1}'::jsonb ? 'a'").tuples::<(bool,)>(&db)?, [(true,)]);
    Ok(())
}
