//! Relations from a model to itself, followed to any depth.

use orm::{Db, Model, Result, ResultExt, assert_queries};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(reports: Employee, foreign_key = boss_id)]
pub(crate) struct Employee {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[belongs_to(boss: Employee)]
    pub(crate) boss_id: Option<i64>,
}

/// A chief with two reports, one of whom has one report; two employees who are each other's boss; and one who is their
/// own boss.
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
        chief.reports().walk().map(|(depth, employee)| (depth, employee.name.as_str())).collect();
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
    // Employees with the employees below them, whose own reports are then known.
    let circle = assert_queries!(&db, 2, query.all(&db)?);
    let below =
        |at: usize| -> Vec<&str> { circle[at].reports().walk().map(|(_, employee)| employee.name.as_str()).collect() };
    assert_eq!((below(0), below(1), below(2)), (vec!["Egg"], vec!["Hen"], vec![]));
    for employee in &circle {
        for node in employee.reports().nodes() {
            assert_eq!(node.children().count(), 0);
        }
    }
    Ok(())
}

/// Inside a circle, and with bosses that several employees share, each key is sent once.
#[test]
fn a_row_is_asked_for_what_is_below_it_once() -> Result<()> {
    let db = staff()?;
    let hen = Employee::query().filter(Employee::name().eq("Hen")).prefetch(Employee::reports().to_any_depth());
    let hen = assert_queries!(&db, 3, hen.one(&db)?);
    assert_eq!(hen.reports().walk().count(), 1);
    let up = Employee::query().prefetch(Employee::boss().to_any_depth());
    let all = assert_queries!(&db, 2, up.all(&db)?);
    let depths: Vec<usize> = all.iter().map(|employee| employee.boss().walk().count()).collect();
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

/// Loading, walking, comparing, cloning, printing and dropping a deep tree take no more stack than for other trees.
#[test]
fn a_long_chain_is_used_with_a_small_stack() -> Result<()> {
    const LENGTH: i64 = 3_000;
    let db = db();
    db.create_tables::<Employee>()?;
    let name = |id: i64| format!("employee {id}");
    let staff = (1..=LENGTH).map(|id| NewEmployee { name: name(id), boss_id: Some(id - 1).filter(|boss| *boss > 0) });
    orm::bulk_insert(&db, staff)?;
    let work = || -> Result<()> {
        let query = Employee::query().filter(Employee::id().eq(1)).prefetch(Employee::reports().to_any_depth());
        let chief = query.one(&db)?;
        let reports = chief.reports();
        assert_eq!(reports.walk().last().map(|(depth, employee)| (depth, employee.id)), Some((2_999, LENGTH)));
        assert_eq!(reports.rows().map(|employee| employee.id).sum::<i64>(), (2..=LENGTH).sum::<i64>());
        assert_eq!(chief.clone(), query.one(&db)?);
        assert_eq!(format!("{reports:?}").matches("employee 3000").count(), 1);
        let error = serde_json::to_string(&chief).unwrap_err();
        let expected = "the tree is more than 128 levels deep; serialise its `rows()`";
        assert_eq!(error.to_string(), expected);
        let from_the_middle = query.filter(Employee::id().eq(1)).all(&db)?;
        drop((chief, from_the_middle));
        Ok(())
    };
    std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(512 * 1024).spawn_scoped(scope, work);
        small.expect("a thread starts").join().expect("the thread ends well")
    })
}

#[test]
fn a_tree_of_128_levels_is_serialised_and_one_more_is_an_error() -> Result<()> {
    let db = db();
    db.create_tables::<Employee>()?;
    let staff = (1..=130).map(|id| NewEmployee { name: "x".into(), boss_id: Some(id - 1).filter(|boss| *boss > 0) });
    orm::bulk_insert(&db, staff)?;
    let from = |id: i64| -> Result<_> {
        let chief =
            Employee::query().filter(Employee::id().eq(id)).prefetch(Employee::reports().to_any_depth()).one(&db)?;
        Ok(serde_json::to_string(&chief))
    };
    assert_eq!(from(2)?.expect("128 levels").matches("\"reports\"").count(), 129);
    assert!(from(1)?.is_err());
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(followers: Step, through = Edge, left = before_id, right = after_id)]
struct Step {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(before_id, after_id))]
struct Edge {
    #[belongs_to(before: Step)]
    before_id: i64,
    #[belongs_to(after: Step)]
    after_id: i64,
}

/// Levels of two rows, each of which leads to both of the next level: two more rows double the paths.
#[test]
fn a_graph_is_walked_along_its_paths_and_its_rows_come_once() -> Result<()> {
    const LEVELS: i64 = 40;
    let db = db();
    db.create_tables::<(Step, Edge)>()?;
    orm::bulk_insert(&db, (1..=2 * LEVELS).map(|id| NewStep { name: id.to_string() }))?;
    let mut edges = (1..=2 * LEVELS - 2).flat_map(|before_id| {
        let next = before_id + 1 + before_id % 2;
        [next, next + 1].map(|after_id| Edge { before_id, after_id })
    });
    db.transaction(|tx| edges.try_for_each(|edge| edge.insert(tx).map(|_| ())))?;
    let query = Step::query().filter(Step::id().eq(1)).prefetch(Step::followers().to_any_depth());
    let start = query.one(&db)?;
    let followers = start.followers();
    let mut ids: Vec<i64> = followers.rows().map(|step| step.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, (3..=2 * LEVELS).collect::<Vec<_>>());
    assert_eq!(followers.walk().take(100_000).count(), 100_000, "each step is made when it is asked for");
    assert_eq!(start, query.one(&db)?);
    assert_eq!(format!("{followers:?}").matches("Step {").count(), ids.len());
    let error = serde_json::to_string(&start).unwrap_err();
    let expected = "the rows of the graph repeat more than 100000 times; serialise its `rows()`";
    assert_eq!(error.to_string(), expected);
    let end =
        Step::query().filter(Step::id().eq(2 * LEVELS - 7)).prefetch(Step::followers().to_any_depth()).one(&db)?;
    assert_eq!(serde_json::to_string(&end).expect("few paths").matches("\"id\"").count(), 1 + 2 + 4 + 8);
    Ok(())
}

#[test]
fn trees_are_equal_when_the_same_rows_stand_below_the_same_rows() -> Result<()> {
    let db = staff()?;
    let query = Employee::query().order_by(Employee::id().asc()).prefetch(Employee::reports().to_any_depth());
    let before = query.all(&db)?;
    assert_eq!(query.all(&db)?, before, "circles are compared too");
    Employee::rows_where(Employee::id().eq(4)).update(&db, Employee::boss_id().set(Some(3)))?;
    let after = query.all(&db)?;
    let changed: Vec<bool> = before.iter().zip(&after).map(|(one, other)| one.reports() != other.reports()).collect();
    assert_eq!(changed, [true, true, true, false, false, false, false]);
    Ok(())
}

struct Below;
struct Few;

/// The names of the rows below, with their depths.
fn names<T>(tree: &orm::Tree<T>, name: impl Fn(&T) -> &str) -> Vec<(usize, String)> {
    tree.walk().map(|(depth, node)| (depth, name(node).to_owned())).collect()
}

#[test]
fn a_tree_is_named_and_narrowed() -> Result<()> {
    let db = staff()?;
    let query = Employee::query()
        .filter(Employee::name().eq("Chief"))
        .prefetch(Employee::reports().to_any_depth())
        .prefetch(Employee::reports().to_any_depth().order_by(Employee::name().desc()).named(Below))
        .prefetch(Employee::reports().to_any_depth().filter(Employee::name().ne("Left")).named(Few));
    let chief = query.one(&db)?;
    let of = |tree| names(tree, |employee: &Employee| &employee.name);
    let both = |first: &str, second: &str| [(1, first.to_owned()), (1, second.to_owned())];
    assert_eq!(of(chief.reports())[..2], [(1, "Left".to_owned()), (2, "Leaf".to_owned())]);
    let below = of(chief.named(Below));
    assert_eq!([below[0].clone(), below[1].clone()], both("Right", "Left"));
    // Rows below a row that is left out are not reached.
    assert_eq!(of(chief.named(Few)), [(1, "Right".to_owned())]);
    Ok(())
}

#[test]
fn the_nodes_of_a_tree_hold_relations() -> Result<()> {
    let db = staff()?;
    let reports = Employee::reports().prefetch(Employee::boss()).prefetch(Employee::reports().count().named(Few));
    let query = Employee::query().filter(Employee::name().eq("Chief")).prefetch(reports.to_any_depth());
    // The chief, three levels, of which the last is empty, then the bosses and the counts of all nodes at once.
    let chief = assert_queries!(&db, 6, query.one(&db)?);
    let nodes: Vec<(usize, &str, &str, u64)> = chief
        .reports()
        .walk()
        .map(|(depth, node)| {
            let boss = node.boss().as_ref().map_or("nobody", |boss| boss.name.as_str());
            (depth, node.name.as_str(), boss, *node.named(Few))
        })
        .collect();
    assert_eq!(nodes, [(1, "Left", "Chief", 1), (2, "Leaf", "Left", 0), (1, "Right", "Chief", 0)]);
    let printed = query.plan(&db)?.to_string();
    let lines: Vec<&str> = printed.lines().filter(|line| !line.contains("SELECT")).collect();
    assert_eq!(
        lines,
        [
            "Employee",
            "└─ reports: to any depth, this statement for each level",
            "   ├─ boss: belongs to, by key",
            "   └─ reports: count"
        ]
    );
    Ok(())
}

#[test]
fn a_tree_of_nodes_with_relations_is_what_levels_by_hand_give() -> Result<()> {
    let db = staff()?;
    let tree = Employee::reports().prefetch(Employee::boss()).to_any_depth();
    for employee in Employee::query().prefetch(tree).all(&db)? {
        for (_, node) in employee.reports().walk() {
            let boss = node.boss().as_ref().map(|boss| (**boss).clone());
            assert_eq!(boss, Employee::query().find(&db, node.boss_id.expect("a boss")).optional()?);
        }
    }
    Ok(())
}

#[derive(orm::View, Debug, PartialEq)]
#[view(of = Employee)]
struct Card {
    name: String,
    #[view(from = Employee::reports().order_by(Employee::name().desc()).to_any_depth())]
    reports: orm::Tree<Badge>,
}

#[derive(orm::View, Clone, Debug, PartialEq)]
#[view(of = Employee)]
struct Badge {
    name: String,
}

#[test]
fn a_view_holds_a_tree() -> Result<()> {
    let db = staff()?;
    let cards = Employee::query().filter(Employee::boss_id().is_null()).view::<Card>();
    let cards = assert_queries!(&db, 4, cards.all(&db)?);
    assert_eq!(cards[0].name, "Chief");
    let badges = names(&cards[0].reports, |badge| &badge.name);
    assert_eq!(badges, [(1, "Right".to_owned()), (1, "Left".to_owned()), (2, "Leaf".to_owned())]);
    Ok(())
}
