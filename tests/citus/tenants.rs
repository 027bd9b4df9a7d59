//! Tenants: every table contains the tenant's key, in its primary key and in its foreign keys, and is distributed by
//! it.

use orm::{Db, Model, Result, insert_many};

use crate::cluster::{Pair, told};

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(projects: Project)]
#[has_many(tasks: Task)]
struct Company {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(company_id, code))]
#[has_many(tasks: Task, foreign_key = (company_id, project_code))]
struct Project {
    #[belongs_to(company: Company)]
    company_id: i64,
    code: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(company_id, number))]
#[belongs_to(project: Project, foreign_key = (company_id, project_code))]
#[many_to_many(labels: Label, through = TaskLabel, left = (company_id, task_number), right = (company_id, label))]
struct Task {
    #[belongs_to(company: Company)]
    company_id: i64,
    number: i64,
    project_code: String,
    hours: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(company_id, name))]
#[many_to_many(tasks: Task, through = TaskLabel, left = (company_id, label), right = (company_id, task_number))]
struct Label {
    #[belongs_to(company: Company)]
    company_id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(company_id, task_number, label))]
#[belongs_to(task: Task, foreign_key = (company_id, task_number), on_delete = cascade)]
#[belongs_to(of_label: Label, foreign_key = (company_id, label), on_delete = cascade)]
struct TaskLabel {
    company_id: i64,
    task_number: i64,
    label: String,
}

struct Number;
struct Hours;

fn fill(db: &Db) -> Result<String> {
    let companies = insert_many(db, (0..8).map(|n| NewCompany { name: format!("company {n}") }))?;
    let pairs = || (1..=8_i64).flat_map(|company_id| (0..3_i64).map(move |n| (company_id, n)));
    let project = |(company_id, n)| NewProject { company_id, code: format!("project {}", n % (1 + company_id)) };
    let projects = insert_many(db, pairs().filter(|(company_id, n)| n % (1 + company_id) == *n).map(project))?;
    let tasks = (0..100_i64).map(|n| NewTask {
        company_id: 1 + n % 8,
        number: n / 8,
        project_code: format!("project {}", n % 2),
        hours: n % 7,
    });
    let tasks = insert_many(db, tasks)?;
    let labels = insert_many(db, pairs().map(|(company_id, n)| NewLabel { company_id, name: format!("label {n}") }))?;
    let links = tasks.iter().flat_map(|task| (0..task.hours % 3).map(move |n| (task, n)));
    let links = links.map(|(task, n)| NewTaskLabel {
        company_id: task.company_id,
        task_number: task.number,
        label: format!("label {n}"),
    });
    let number = orm::bulk_insert(db, links)?;
    Ok(told(&(companies, projects, tasks, labels, number)))
}

#[test]
fn the_rows_of_a_tenant_lie_together() -> Result<()> {
    let pair = Pair::new::<(Company, Project, Task, Label, TaskLabel)>(&[
        "create_distributed_table('companies', 'id')",
        "create_distributed_table('projects', 'company_id')",
        "create_distributed_table('tasks', 'company_id')",
        "create_distributed_table('labels', 'company_id')",
        "create_distributed_table('task_labels', 'company_id')",
    ])?;
    let Some(pair) = pair else { return Ok(()) };
    pair.compare(&[
        ("filling", fill),
        ("everything", |db| {
            let tasks = Project::tasks().prefetch(Task::labels());
            Ok(told(&Company::query().prefetch(Company::projects().prefetch(tasks)).all(db)?))
        }),
        ("the other way", |db| {
            let labels = Label::tasks().prefetch(Task::project().prefetch(Project::company()));
            Ok(told(&Label::query().prefetch(labels).prefetch(Label::company()).all(db)?))
        }),
        ("one tenant", |db| {
            let tasks = Task::query().filter(Task::company_id().eq(3)).prefetch(Task::project());
            Ok(told(&tasks.prefetch(Task::labels()).all(db)?))
        }),
        ("limits", |db| {
            let tasks = Project::tasks().order_by(Task::hours().desc()).limit(2);
            let labels = Task::labels().order_by(Label::name().desc()).limit(1);
            Ok(told(&Project::query().prefetch(tasks.prefetch(labels)).all(db)?))
        }),
        ("joins", |db| Ok(told(&Task::query().prefetch(Task::project().joined()).all(db)?))),
        ("values", |db| {
            let query = Project::query().prefetch(Project::tasks().sum(Task::hours()).named(Hours));
            let rows = query.prefetch(Project::tasks().count().named(Number)).all(db)?;
            Ok(told(&rows.iter().map(|row| (*row.named(Hours), *row.named(Number))).collect::<Vec<_>>()))
        }),
        ("conditions", |db| {
            let labelled = Task::labels().any(Label::name().eq("label 1"));
            let busy = Company::tasks().count().gt(12) & Company::projects().none(Project::code().eq("project 2"));
            Ok(told(&(Task::query().filter(labelled).all(db)?, Company::query().filter(busy).all(db)?)))
        }),
        ("changes", |db| {
            let task = Task::find(db, (2, 1))?;
            Task::labels().set(db, &task, &Label::query().filter(Label::company_id().eq(2)).all(db)?[1..])?;
            let idle = Task::rows_where(Task::labels().none(Label::name().ne("label 0")));
            let changed = idle.update(db, Task::hours().add(10))?;
            let read = Task::query().filter(Task::company_id().eq(2)).prefetch(Task::labels()).all(db)?;
            Ok(told(&(changed, read)))
        }),
        ("differences", |db| {
            let differences = db.check::<(Company, Project, Task, Label, TaskLabel)>()?;
            Ok(differences.iter().map(ToString::to_string).collect())
        }),
    ]);
    Ok(())
}
