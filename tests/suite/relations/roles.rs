//! Several relations to one model, and one model in several roles.

use orm::{Db, Many, Model, Result, assert_queries, insert_many};

use crate::database::db;
use crate::schemas::journal::{Article, Writer, journal, titles, writers};

#[test]
fn two_relations_to_one_model_are_loaded_and_filtered_apart() -> Result<()> {
    let db = journal()?;
    let query = Writer::query().prefetch(Writer::written()).prefetch(Writer::edited());
    let rows = assert_queries!(&db, 3, query.all(&db)?);
    let found: Vec<_> = rows.iter().map(|row| (titles(row.written()), titles(row.edited()))).collect();
    assert_eq!(found, [(vec!["Red", "Tin", "Sea"], vec!["Sun", "Sea"]), (vec!["Sun"], vec!["Red"]), (vec![], vec![])]);
    let people = || Article::query().prefetch(Article::author()).prefetch(Article::editor());
    let joined = Article::query().prefetch(Article::author().joined()).prefetch(Article::editor().joined());
    // The same two persons write and edit, so the two statements are equal, and one is sent.
    let articles = assert_queries!(&db, 2, people().all(&db)?);
    assert_eq!(articles, assert_queries!(&db, 1, joined.all(&db)?));
    for article in &articles {
        assert_eq!(article.author().id, article.author_id);
        assert_eq!(article.editor().as_ref().map(|editor| editor.id), article.editor_id);
    }
    // From both at once, and back through the other relation.
    let query = Writer::query()
        .prefetch(Writer::written().prefetch(Article::editor()))
        .prefetch(Writer::edited().prefetch(Article::author()));
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(rows[0].written()[0].editor().as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert_eq!(rows[0].edited()[0].author().name, "Bob");
    let both = Writer::written().any(Article::title().eq("Red")) & Writer::edited().any(Article::title().eq("Sea"));
    assert_eq!(writers(&db, both)?, ["Ann"]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(reports: Employee, foreign_key = boss_id)]
struct Employee {
    id: i64,
    name: String,
    #[belongs_to(boss: Employee)]
    boss_id: Option<i64>,
}

/// 1 Eva leads 2 Max and 3 Ida; Max leads 4 Ole. 5 Pia leads herself; 6 Rex and 7 Sam lead each other.
fn company() -> Result<Db> {
    let db = db();
    db.create_tables::<Employee>()?;
    let bosses = [("Eva", None), ("Max", Some(1)), ("Ida", Some(1)), ("Ole", Some(2)), ("Pia", None), ("Rex", None)];
    insert_many(&db, bosses.map(|(name, boss_id)| NewEmployee { name: name.into(), boss_id }))?;
    NewEmployee { name: "Sam".into(), boss_id: Some(6) }.insert(&db)?;
    for (id, boss) in [(5, 5), (6, 7)] {
        Employee { boss_id: Some(boss), ..Employee::find(&db, id)? }.update(&db)?;
    }
    Ok(db)
}

#[test]
fn chains_over_one_table_keep_their_roles_apart() -> Result<()> {
    let db = company()?;
    let found = |condition| -> Result<Vec<String>> {
        Ok(Employee::query().filter(condition).all(&db)?.into_iter().map(|employee| employee.name).collect())
    };
    let eva = || Employee::name().eq("Eva");
    assert_eq!(found(Employee::boss().has(eva()))?, ["Max", "Ida"]);
    assert_eq!(found(Employee::boss().has(Employee::boss().has(eva())))?, ["Ole"]);
    assert_eq!(found(Employee::boss().has(Employee::reports().any(Employee::name().eq("Ida"))))?, ["Max", "Ida"]);
    assert_eq!(found(Employee::reports().any(Employee::reports().any(Employee::name().eq("Ole"))))?, ["Eva"]);
    assert_eq!(
        found(Employee::reports().any(Employee::boss().has(Employee::boss().has(Employee::id().eq(7)))))?,
        ["Rex"]
    );
    let query = Employee::query().prefetch(Employee::boss().prefetch(Employee::boss().prefetch(Employee::reports())));
    let rows = assert_queries!(&db, 4, query.all(&db)?);
    let grand = rows[3].boss().as_ref().and_then(|boss| boss.boss().as_ref());
    assert_eq!(grand.map(|grand| (grand.name.as_str(), grand.reports().len())), Some(("Eva", 2)));
    Ok(())
}

#[test]
fn a_model_that_refers_to_itself_is_loaded_up_and_down() -> Result<()> {
    let db = company()?;
    let query = Employee::query().prefetch(Employee::boss()).prefetch(Employee::reports());
    for query in [query.clone(), query.filter(Employee::id().gt(0))] {
        let rows = assert_queries!(&db, 3, query.all(&db)?);
        let bosses: Vec<_> = rows.iter().map(|row| row.boss().as_ref().map(|boss| boss.id)).collect();
        assert_eq!(bosses, [None, Some(1), Some(1), Some(2), Some(5), Some(7), Some(6)]);
        let reports = rows.iter().map(|row| row.reports().iter().map(|report| report.id).collect::<Vec<_>>());
        assert_eq!(reports.collect::<Vec<_>>(), [vec![2, 3], vec![4], vec![], vec![], vec![5], vec![7], vec![6]]);
    }
    // A circle is followed as often as it is written, or to any depth until it closes.
    let twice = Employee::reports().prefetch(Employee::reports());
    let rex = assert_queries!(&db, 3, Employee::query().prefetch(twice).find(&db, 6)?);
    assert_eq!(rex.reports()[0].reports()[0].id, 6);
    let query = Employee::query().prefetch(Employee::reports().to_any_depth());
    let rex = assert_queries!(&db, 3, query.find(&db, 6)?);
    assert_eq!(rex.reports().walk().count(), 1, "Sam; Rex does not stand below himself");
    let eva = assert_queries!(&db, 4, query.find(&db, 1)?);
    let walked: Vec<_> = eva.reports().walk().map(|(depth, row)| (depth, row.name.as_str())).collect();
    assert_eq!(walked.iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["Max", "Ole", "Ida"]);
    let pia = assert_queries!(&db, 2, query.find(&db, 5)?);
    assert!(pia.reports().is_empty() && pia.reports().walk().next().is_none());
    let roots = Employee::query().filter(Employee::boss_id().is_null()).prefetch(Employee::boss()).all(&db)?;
    assert!(roots.len() == 1 && roots[0].boss().is_none());
    Ok(())
}

#[test]
fn nothing_is_loaded_unless_it_is_written() -> Result<()> {
    let db = company()?;
    // No relation loads itself, so a circle of relations cannot cause an endless query.
    assert_queries!(&db, 1, Employee::query().all(&db)?);
    let row: Employee = assert_queries!(&db, 1, Employee::find(&db, 1)?);
    let once: EmployeeLoaded<Many<Employee>> =
        assert_queries!(&db, 1, orm::prefetch_one(&db, row, Employee::reports())?);
    assert_eq!(once.reports().len(), 2);
    Ok(())
}
