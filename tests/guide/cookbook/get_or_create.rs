//! The recipe: get or create.

use std::collections::BTreeSet;

use orm::{Db, Executor, Model, Upsert, assert_queries};

use crate::{Department, NewDepartment};

// ANCHOR: department
fn department(on: &impl Executor, name: &str) -> orm::Result<Department> {
    let (department, _is_new) = orm::get_or_create(on, NewDepartment { name: name.into() }, Department::name())?;
    Ok(department)
}
// ANCHOR_END: department

// ANCHOR: tag
#[derive(Model)]
struct Tag {
    id: i64,
    #[model(unique)]
    name: String,
}

fn tags(on: &impl Executor, names: BTreeSet<&str>) -> orm::Result<Vec<Tag>> {
    let new = names.iter().map(|&name| NewTag { name: name.into() });
    Upsert::of(new, Tag::name()).all(on)?;
    Tag::query().filter(Tag::name().in_(names)).order_by(Tag::name().asc()).all(on)
}
// ANCHOR_END: tag

pub(super) fn recipe() -> orm::Result<()> {
    let db = crate::school()?;
    assert_eq!(assert_queries!(&db, 1, department(&db, "Computing")?).id, 2);
    assert_eq!(assert_queries!(&db, 2, department(&db, "Music")?).id, 3);

    let db = Db::memory()?;
    db.create_tables::<Tag>()?;
    NewTag { name: "rust".into() }.insert(&db)?;
    let found = assert_queries!(&db, 2, tags(&db, BTreeSet::from(["sql", "rust"]))?);
    assert_eq!(found.iter().map(|tag| (tag.id, &*tag.name)).collect::<Vec<_>>(), [(1, "rust"), (2, "sql")]);
    Ok(())
}
