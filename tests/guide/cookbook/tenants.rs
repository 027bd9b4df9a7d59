//! The recipe: tenants.

use crate::chapter::Chapter;

// ANCHOR: project
use orm::{Db, Model, Query};

#[derive(Model, Debug)]
#[model(unique(tenant_id, id))]
#[has_many(tasks: Task, foreign_key = (tenant_id, project_id), references = (tenant_id, id))]
struct Project {
    id: i64,
    #[model(index)]
    tenant_id: i64,
    name: String,
}

#[derive(Model)]
#[belongs_to(project: Project, foreign_key = (tenant_id, project_id), references = (tenant_id, id), on_delete = cascade)]
struct Task {
    id: i64,
    tenant_id: i64,
    project_id: i64,
    title: String,
}

/// The rows of one tenant. Handlers of requests get this instead of the `Db`.
struct Tenant<'db> {
    db: &'db Db,
    id: i64,
}

impl Tenant<'_> {
    fn projects(&self) -> Query<Project> {
        Project::query().filter(Project::tenant_id().eq(self.id))
    }

    fn project(&self, id: i64) -> orm::Result<Project> {
        self.projects().find(self.db, id)
    }

    fn add_project(&self, name: &str) -> orm::Result<Project> {
        NewProject { tenant_id: self.id, name: name.into() }.insert(self.db)
    }

    fn add_task(&self, project_id: i64, title: &str) -> orm::Result<Task> {
        NewTask { tenant_id: self.id, project_id, title: title.into() }.insert(self.db)
    }
}
// ANCHOR_END: project

pub(super) fn recipe(chapter: &mut Chapter) -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<(Project, Task)>()?;
    let (acme, other) = (Tenant { db, id: 1 }, Tenant { db, id: 2 });
    let bridge = acme.add_project("Bridge")?;
    acme.add_task(bridge.id, "Measure")?;
    let recording = db.record();
    assert_eq!(acme.project(bridge.id)?.name, "Bridge");
    chapter.shows_sql(&recording.statements());
    assert!(other.project(bridge.id).unwrap_err().is_not_found());
    assert!(other.add_task(bridge.id, "Steal").is_err_and(|error| error.is_foreign_key_violation()));
    let tasks = acme.projects().prefetch(Project::tasks()).all(db)?;
    let task = &tasks[0].tasks()[0];
    assert_eq!((task.tenant_id, task.project_id, &*task.title), (1, bridge.id, "Measure"));
    Ok(())
}
