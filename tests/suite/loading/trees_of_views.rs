//! Trees whose nodes are read as views: the columns by which the next level is found need not be fields of the view.

use orm::{Db, Model, Result, Tree, View, assert_queries};

use super::trees::{Employee, staff};
use crate::database::db;

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Employee)]
struct Badge {
    name: String,
}

/// A view that has the foreign key as a field.
#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Employee)]
struct Reference {
    boss_id: Option<i64>,
    name: String,
}

/// A view of joined and counted values.
#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Employee)]
struct Entry {
    name: String,
    #[view(from = boss.name)]
    boss: Option<String>,
    #[view(from = Employee::reports().count())]
    reports: u64,
}

#[derive(View, Debug, PartialEq)]
#[view(of = Employee)]
struct Card {
    name: String,
    #[view(from = Employee::boss().to_any_depth())]
    above: Tree<Badge>,
}

fn walked<T>(tree: &Tree<T>, name: impl Fn(&T) -> &str) -> String {
    tree.walk().map(|(depth, node)| format!("{depth}{}", name(node))).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_view_holds_its_ancestors() -> Result<()> {
    let db = staff()?;
    let query = Employee::query().view::<Card>();
    let cards = assert_queries!(&db, 2, query.all(&db)?);
    let above: Vec<String> = cards.iter().map(|card| walked(&card.above, |badge| &badge.name)).collect();
    assert_eq!(above, ["", "1Chief", "1Chief", "1Left 2Chief", "1Egg", "1Hen", ""]);
    let in_chunks: Vec<Card> =
        query.chunks(&db).of_size(2).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    assert_eq!(in_chunks, cards);
    assert_eq!(query.page(7).read(&db)?.rows, cards);
    Ok(())
}

#[test]
fn ancestors_are_read_as_views() -> Result<()> {
    let db = staff()?;
    let leaf = || Employee::query().filter(Employee::name().eq("Leaf"));
    let before = leaf().prefetch(Employee::boss().view::<Badge>().to_any_depth()).one(&db)?;
    let after = leaf().prefetch(Employee::boss().to_any_depth().view::<Badge>()).one(&db)?;
    assert_eq!(walked(before.boss(), |badge| &badge.name), "1Left 2Chief");
    assert_eq!(walked(after.boss(), |badge| &badge.name), "1Left 2Chief");
    let with_key = leaf().prefetch(Employee::boss().view::<Reference>().to_any_depth()).one(&db)?;
    let keys: Vec<Option<i64>> = with_key.boss().rows().map(|node| node.boss_id).collect();
    assert_eq!(keys, [Some(1), None]);
    let leaf = leaf().one(&db)?;
    let of_one = orm::prefetch_one(&db, leaf, Employee::boss().view::<Badge>().to_any_depth())?;
    assert_eq!(walked(of_one.boss(), |badge| &badge.name), "1Left 2Chief");
    Ok(())
}

struct Above;

#[test]
fn ancestors_are_named_and_hold_joined_and_counted_values() -> Result<()> {
    let db = staff()?;
    let above = Employee::boss().filter(Employee::name().ne("Nobody")).view::<Entry>().to_any_depth();
    let query = Employee::query().filter(Employee::name().eq("Leaf")).prefetch(above.named(Above));
    let leaf = query.one(&db)?;
    let entry =
        |name: &str, boss: Option<&str>, reports| Entry { name: name.into(), boss: boss.map(Into::into), reports };
    let entries: Vec<Entry> = leaf.named(Above).rows().cloned().collect();
    assert_eq!(entries, [entry("Left", Some("Chief"), 1), entry("Chief", None, 2)]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(tenant, number))]
#[has_many(parts: Part, foreign_key = (tenant, whole_number))]
#[has_one(spare: Part, foreign_key = replaces, references = code)]
#[many_to_many(rivals: Part, through = "rivalries", left = ("tenant", "number"), right = ("of_tenant", "of_number"))]
#[belongs_to(whole: Part, foreign_key = (tenant, whole_number))]
struct Part {
    tenant: i64,
    number: i64,
    whole_number: Option<i64>,
    #[model(unique)]
    code: String,
    #[belongs_to(replaced: Part, references = code)]
    replaces: Option<String>,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Part)]
struct Number {
    number: i64,
}

fn parts() -> Result<Db> {
    let db = db();
    db.create_tables::<Part>()?;
    for (number, whole, replaces) in [(1, None, None), (2, Some(1), Some("a1")), (3, Some(2), Some("a2"))] {
        let (whole_number, replaces) = (whole, replaces.map(str::to_owned));
        Part { tenant: 1, number, whole_number, code: format!("a{number}"), replaces }.insert(&db)?;
    }
    let part = |number: i64| Part::find(&db, (1, number));
    Part::rivals().link(&db, &part(1)?, [&part(2)?])?;
    Part::rivals().link(&db, &part(2)?, [&part(3)?])?;
    Part::rivals().link(&db, &part(3)?, [&part(1)?])?;
    Ok(db)
}

#[derive(View, Debug, PartialEq)]
#[view(of = Part)]
struct Relatives {
    #[view(from = Part::whole().to_any_depth())]
    up: Tree<Number>,
    #[view(from = Part::parts().to_any_depth())]
    down: Tree<Number>,
    #[view(from = Part::replaced().to_any_depth())]
    older: Tree<Number>,
    #[view(from = Part::spare().to_any_depth())]
    newer: Tree<Number>,
    #[view(from = Part::rivals().to_any_depth())]
    rivals: Tree<Number>,
}

#[test]
fn trees_of_views_follow_composite_keys_other_columns_and_links() -> Result<()> {
    let db = parts()?;
    let relatives = Part::query().view::<Relatives>().all(&db)?;
    let numbers = |tree: &Tree<Number>| tree.rows().map(|node| node.number.to_string()).collect::<String>();
    let all = relatives.iter().map(|part| [&part.up, &part.down, &part.older, &part.newer, &part.rivals].map(numbers));
    let expected = [["", "23", "", "23", "23"], ["1", "3", "1", "3", "31"], ["21", "", "21", "", "12"]];
    assert_eq!(all.collect::<Vec<_>>(), expected.map(|part| part.map(str::to_owned)));
    Ok(())
}

/// A limit numbers the rows of each parent, in a statement that names each output.
#[test]
fn a_limited_tree_of_views_follows_other_columns() -> Result<()> {
    let db = staff()?;
    let query = Employee::query().filter(Employee::name().eq("Chief"));
    let reports = Employee::reports().order_by(Employee::name().asc()).limit(1).view::<Badge>().to_any_depth();
    assert_eq!(walked(query.prefetch(reports).one(&db)?.reports(), |badge| &badge.name), "1Left 2Leaf");
    Ok(())
}
