//! The program text of the chapter that begins the guide.

// ANCHOR: project
use orm::{Db, Model};

#[derive(Model)]
#[has_many(tasks: Task)]
struct Project {
    id: i64,
    #[model(unique)]
    name: String,
}

#[derive(Model)]
struct Task {
    id: i64,
    title: String,
    #[model(default = false)]
    done: bool,
    #[belongs_to(project: Project, on_delete = cascade)]
    project_id: i64,
}
// ANCHOR_END: project

use crate::chapter::Chapter;

#[test]
fn chapter() -> orm::Result<()> {
    let mut chapter = Chapter::open("23-getting-started");
    let folder = tempfile::tempdir().expect("a folder is created");
    let db = Db::open(folder.path().join("tasks.db"))?;
    db.create_tables::<(Project, Task)>()?;
    plan(&db)?;
    let first = outline(&db)?;
    chapter.shows("text", first.join("\n"));
    plan(&db)?;
    assert_eq!(outline(&db)?, first, "the second run finds the rows of the first");
    assert_eq!(finish(&db, "Dig the beds")?, 1);
    assert!(outline(&db)?.contains(&"  [x] Dig the beds".to_owned()));
    #[cfg(feature = "postgres")]
    open_any(&folder.path().join("tasks.db").display().to_string())?;
    chapter.close();
    Ok(())
}

#[expect(dead_code, reason = "the test calls what this calls, with a file in another folder")]
// ANCHOR: project
fn main() -> orm::Result<()> {
    let db = Db::open("tasks.db")?;
    db.create_tables::<(Project, Task)>()?;
    plan(&db)?;
    println!("{}", outline(&db)?.join("\n"));
    Ok(())
}

/// Adds the project and its tasks, unless an earlier run has added them.
fn plan(db: &Db) -> orm::Result<()> {
    let (garden, created) = orm::get_or_create(db, NewProject { name: "Garden".into() }, Project::name())?;
    if created {
        let new = |title: &str| NewTask { title: title.into(), done: None, project_id: garden.id };
        orm::insert_many(db, [new("Dig the beds"), new("Sow the beans")])?;
    }
    Ok(())
}

/// All projects with their tasks as lines of text. It sends two queries.
fn outline(db: &Db) -> orm::Result<Vec<String>> {
    let mut lines = Vec::new();
    for project in Project::query().prefetch(Project::tasks()).all(db)? {
        lines.push(project.name.clone());
        for task in project.tasks() {
            lines.push(format!("  [{}] {}", if task.done { 'x' } else { ' ' }, task.title));
        }
    }
    Ok(lines)
}
// ANCHOR_END: project

// ANCHOR: finish
fn finish(db: &Db, title: &str) -> orm::Result<u64> {
    Task::rows_where(Task::title().eq(title)).update(db, Task::done().set(true))
}
// ANCHOR_END: finish

#[cfg(feature = "postgres")]
// ANCHOR: open_any
fn open_any(url: &str) -> orm::Result<Db> {
    match url {
        ":memory:" => Db::memory(),
        url if url.starts_with("postgres") => Db::connect(url),
        path => Db::open(path),
    }
}
// ANCHOR_END: open_any
