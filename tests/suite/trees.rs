//! Relations from a model to itself, followed to any depth.

use orm::{Db, Model, Result, assert_queries};

use super::support::db;

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(reports: Employee, foreign_key = boss_id)]
pub(crate) struct Employee {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[belongs_to(boss: Employee)]
    pub(crate) boss_id: Option<i64>,
}

/// A chief with two reports, one of whom has one; two who are each other's boss; and one who is their own.
pub(crate) fn staff() -> Result<Db> {
    let db = db();
    db.create_tables::<Employee>()?;
    let staff = [(1, "Chief", None), (2, "Left", Some(1)), (3, "Right", Some(1)), (4, "Leaf", Some(2))];
    let circle = [(5, "Hen", Some(6)), (6, "Egg", Some(5)), (7, "Self", Some(7))];
    let employees = staff.into_iter().chain(circle).map(|(id, name, boss_id)| (id, name.to_owned(), boss_id));
    db.transaction(|tx| {
        for (id, name, _) in employees.clone() {
            Employee { id, name, boss_id: None }.insert(tx)?;
        }
        employees.clone().try_for_each(|(id, name, boss_id)| Employee { id, name, boss_id }.update(tx))
    })?;
    Ok(db)
}

#[test]
fn a_tree_is_loaded_to_any_depth() -> Result<()> {
    let db = staff()?;
    let query = Employee::query()
        .filter(Employee::boss_id().is_null())
        .prefetch(Employee::reports().order_by(Employee::name().desc()).to_any_depth());
    // The chief, and the reports of each of four levels, of which the last has none.
    let chiefs = assert_queries!(&db, 4, query.all(&db)?);
    let [chief] = chiefs.as_slice() else { panic!("one chief") };
    let walked: Vec<(usize, &str)> =
        chief.reports().walk().iter().map(|(depth, employee)| (*depth, employee.name.as_str())).collect();
    assert_eq!(walked, [(1, "Right"), (1, "Left"), (2, "Leaf")]);
    let left = chief.reports().nodes().find(|node| node.name == "Left").expect("a report");
    let below: Vec<String> = left.children().map(|node| node.name.clone()).collect();
    assert_eq!(below, ["Leaf"]);
    let json = serde_json::to_value(chief).expect("a row that serialises");
    assert_eq!(json["reports"][1]["reports"][0]["name"], "Leaf");
    Ok(())
}

#[test]
fn a_cycle_ends() -> Result<()> {
    let db = staff()?;
    let query = Employee::query().filter(Employee::id().ge(5)).prefetch(Employee::reports().to_any_depth());
    // Employees, and whom they have below them; whom these have is known then.
    let circle = assert_queries!(&db, 2, query.all(&db)?);
    let below = |at: usize| -> Vec<&str> {
        circle[at].reports().walk().iter().map(|(_, employee)| employee.name.as_str()).collect()
    };
    assert_eq!((below(0), below(1), below(2)), (vec!["Egg"], vec!["Hen"], vec![]));
    for employee in &circle {
        for node in employee.reports().nodes() {
            assert_eq!(node.children().count(), 0);
        }
    }
    Ok(())
}

/// From inside of a circle, and along bosses whom several share, no key is asked for twice.
#[test]
fn a_row_is_asked_for_what_is_below_it_once() -> Result<()> {
    let db = staff()?;
    let hen = Employee::query().filter(Employee::name().eq("Hen")).prefetch(Employee::reports().to_any_depth());
    let hen = assert_queries!(&db, 3, hen.one(&db)?);
    assert_eq!(hen.reports().walk().len(), 1);
    let up = Employee::query().prefetch(Employee::boss().to_any_depth());
    let all = assert_queries!(&db, 2, up.all(&db)?);
    let depths: Vec<usize> = all.iter().map(|employee| employee.boss().walk().len()).collect();
    assert_eq!(depths, [0, 1, 1, 2, 1, 1, 0]);
    Ok(())
}

#[test]
fn a_given_depth_is_nested() -> Result<()> {
    let db = staff()?;
    let query = Employee::query()
        .filter(Employee::id().eq(1))
        .prefetch(Employee::reports().prefetch(Employee::reports().prefetch(Employee::boss())));
    let chief = assert_queries!(&db, 4, query.one(&db)?);
    assert_eq!(chief.reports()[0].reports()[0].boss().as_ref().map(|boss| boss.name.as_str()), Some("Left"));
    Ok(())
}
