//! Relations that a program takes out of loaded rows by value, or attaches to rows without a database.

use std::sync::atomic::{AtomicUsize, Ordering};

use orm::{
    Db, Linked, Many, Model, One, Part, Result, Tree, assert_queries, attach, detach, detach_named, insert_many, row,
};

use crate::database::db;

// They do not implement `Clone`, so the compiler checks that no row is cloned.
#[derive(Model, Debug, PartialEq)]
#[has_many(players: Player)]
#[has_one(ground: Ground)]
#[has_many(juniors: Team, foreign_key = senior_id)]
struct Team {
    id: i64,
    name: String,
    senior_id: Option<i64>,
}

#[derive(Model, Debug, PartialEq)]
#[many_to_many(cups: Cup, through = Win)]
struct Player {
    id: i64,
    name: String,
    #[belongs_to(team: Team)]
    team_id: i64,
    #[belongs_to(loaned: Team)]
    loaned_id: Option<i64>,
}

#[derive(Model, Debug, PartialEq)]
struct Ground {
    id: i64,
    place: String,
    #[model(unique)]
    team_id: i64,
}

#[derive(Model, Debug, PartialEq)]
struct Cup {
    id: i64,
    name: String,
}

#[derive(Model, Debug, PartialEq)]
#[model(primary_key(player_id, cup_id))]
struct Win {
    player_id: i64,
    cup_id: i64,
    year: i32,
}

struct Number;
struct Greatest;
struct Early;

/// Two teams of two players, of whom two won a cup, and one is loaned.
fn league() -> Result<Db> {
    let db = db();
    db.create_tables::<(Team, Player, Ground, Cup, Win)>()?;
    let team = |name: &str, senior_id| NewTeam { name: name.into(), senior_id };
    insert_many(&db, [team("Reds", None), team("Blues", Some(1))])?;
    let player = |name: &str, team_id, loaned_id| NewPlayer { name: name.into(), team_id, loaned_id };
    let players = [player("Ann", 1, None), player("Bea", 1, Some(2)), player("Cat", 2, None), player("Dot", 2, None)];
    insert_many(&db, players)?;
    NewGround { place: "Park".into(), team_id: 1 }.insert(&db)?;
    NewCup { name: "Gold".into() }.insert(&db)?;
    insert_many(&db, [(1, 2001), (3, 2003)].map(|(player_id, year)| Win { player_id, cup_id: 1, year }.into_new()))?;
    Ok(db)
}

impl Win {
    fn into_new(self) -> NewWin {
        NewWin { player_id: self.player_id, cup_id: self.cup_id, year: self.year }
    }
}

fn names(players: &[Player]) -> Vec<&str> {
    players.iter().map(|player| player.name.as_str()).collect()
}

#[test]
fn what_was_loaded_is_taken_out_of_a_row() -> Result<()> {
    let db = league()?;
    let query = Team::query().prefetch(Team::players()).prefetch(Team::ground()).limit(1);
    let reds = assert_queries!(&db, 3, query.one(&db)?);
    let (reds, players) = detach(reds, Team::players());
    let (reds, ground) = detach(reds, Team::ground());
    let reds: Team = reds.into_inner();
    let players: Vec<Player> = players.try_into_vec().expect("nothing else holds them");
    let ground: Option<Ground> = ground.map(|ground| One::try_unwrap(ground).expect("nothing else holds it"));
    assert_eq!((reds.name.as_str(), names(&players)), ("Reds", vec!["Ann", "Bea"]));
    assert_eq!(ground, Some(Ground { id: 1, place: "Park".into(), team_id: 1 }));
    Ok(())
}

#[test]
fn a_row_keeps_the_relations_that_are_not_taken_out() -> Result<()> {
    let db = league()?;
    let bea = Player::query()
        .filter(Player::name().eq("Bea"))
        .prefetch(Player::team().prefetch(Team::players()))
        .prefetch(Player::loaned());
    let (bea, team) = detach(bea.one(&db)?, Player::team());
    assert_eq!(bea.loaned().as_ref().map(|team| team.name.as_str()), Some("Blues"));
    let reds: row!(Team { players: Many<Player> }) = One::try_unwrap(team).expect("nothing else holds it");
    let (_, players) = detach(reds, Team::players());
    assert_eq!(names(&players.try_into_vec().expect("nothing else holds them")), ["Ann", "Bea"]);
    // The relation can be attached again.
    let bea = assert_queries!(&db, 1, orm::prefetch_one(&db, bea, Player::team())?);
    assert_eq!(bea.team().name, "Reds");
    Ok(())
}

#[test]
fn named_values_links_and_trees_are_taken_out() -> Result<()> {
    let db = league()?;
    let query = Team::query()
        .prefetch(Team::players().count().named(Number))
        .prefetch(Team::players().filter(Player::id().lt(2)).named(Early))
        .prefetch(Team::players().max(Player::name()).named(Greatest))
        .prefetch(Team::juniors().to_any_depth());
    let reds = query.limit(1).one(&db)?;
    let (reds, early) = detach_named(reds, Early);
    let early: Many<Player, Part> = early;
    let (reds, number) = detach_named(reds, Number);
    let (reds, greatest) = detach_named(reds, Greatest);
    let (reds, juniors) = detach(reds, Team::juniors());
    let juniors: Tree<Team> = juniors;
    assert_eq!((number, greatest.as_deref(), reds.into_inner().id), (2, Some("Bea"), 1));
    assert_eq!(names(&early.try_into_vec().expect("nothing else holds them")), ["Ann"]);
    assert_eq!(juniors.rows().map(|team| team.name.as_str()).collect::<Vec<_>>(), ["Blues"]);

    let ann = Player::query().prefetch(Player::cups().with_link()).limit(1).one(&db)?;
    let (_, cups) = detach(ann, Player::cups());
    let mut cups: Vec<Linked<Cup, Win>> = cups.try_into_vec().expect("nothing else holds them");
    let (cup, win) = cups.pop().expect("she won one").into_parts();
    assert_eq!((cup.name, win.year), ("Gold".to_owned(), 2001));

    let teams = Team::query().prefetch_if(true, Team::players()).limit(1);
    let (_, players) = detach(teams.one(&db)?, Team::players());
    assert_eq!(players.map(|players| players.len()), Some(2));
    Ok(())
}

#[test]
fn the_rows_of_all_parents_are_moved_and_none_is_cloned() -> Result<()> {
    let db = league()?;
    let teams = Team::query().prefetch(Team::players()).all(&db)?;
    let parts = teams.into_iter().map(|team| detach(team, Team::players()));
    let (teams, players): (Vec<_>, Vec<_>) = parts.unzip();
    // The rows of one parent are between those of the others.
    let mut players = players;
    let blues = players.pop().expect("two teams");
    let blues = blues.try_into_vec().expect_err("the other team holds rows of the relation");
    players.push(blues);
    let players = Many::try_into_vecs(players).expect("every handle is there");
    assert_eq!(teams.len(), 2);
    assert_eq!((names(&players[0]), names(&players[1])), (vec!["Ann", "Bea"], vec!["Cat", "Dot"]));
    Ok(())
}

#[test]
fn rows_that_several_parents_share_are_not_moved_without_a_clone() -> Result<()> {
    let db = league()?;
    let players = Player::query().prefetch(Player::cups()).all(&db)?;
    let cups = players.into_iter().map(|player| detach(player, Player::cups()).1);
    let cups = Many::try_into_vecs(cups).expect_err("two players won the cup");
    let lengths: Vec<usize> = cups.iter().map(Many::len).collect();
    assert_eq!(lengths, [1, 0, 1, 0], "they come back in their order");

    let players = Player::query().prefetch(Player::team()).all(&db)?;
    let (_, team) = detach(players.into_iter().next().expect("a player"), Player::team());
    assert_eq!(One::try_unwrap(team).map(|team| team.name), Ok("Reds".to_owned()), "the other rows are gone");
    Ok(())
}

static CLONES: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, PartialEq)]
struct Counted(u8);

impl Clone for Counted {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Ordering::Relaxed);
        Counted(self.0)
    }
}

#[test]
fn only_what_is_held_elsewhere_is_cloned() {
    let clones = |work: &dyn Fn()| {
        let before = CLONES.load(Ordering::Relaxed);
        work();
        CLONES.load(Ordering::Relaxed) - before
    };
    let many = |rows: [u8; 2]| -> Many<Counted> { rows.map(Counted).into() };
    let moved = clones(&|| {
        // Of two relations, in any order.
        let vecs = Many::into_vecs([many([1, 2]), Many::default(), many([3, 4])]);
        assert_eq!(vecs, [vec![Counted(1), Counted(2)], vec![], vec![Counted(3), Counted(4)]]);
        assert_eq!(many([5, 6]).into_vec(), [Counted(5), Counted(6)]);
        assert_eq!(One::unwrap_or_clone(One::from(Counted(7))), Counted(7));
    });
    let shared = clones(&|| {
        let held = many([1, 2]);
        assert_eq!(Many::into_vecs([held.clone(), held]), [[1, 2], [1, 2]].map(|rows| Vec::from(rows.map(Counted))));
    });
    let held = clones(&|| {
        let held = many([1, 2]);
        assert_eq!(held.clone().into_vec(), [Counted(1), Counted(2)]);
        let one = One::from(Counted(3));
        assert_eq!(One::unwrap_or_clone(one.clone()), *one);
    });
    assert_eq!((moved, shared, held), (0, 2, 3));
}

fn player(id: i64, name: &str, team_id: i64) -> Player {
    Player { id, name: name.into(), team_id, loaned_id: None }
}

fn team(id: i64, name: &str, senior_id: Option<i64>) -> Team {
    Team { id, name: name.into(), senior_id }
}

type Full = row!(Team { players: Many<Player>, ground: Option<One<Ground>> });

fn line(team: &Full) -> String {
    let ground = team.ground().as_ref().map_or("nowhere", |ground| &ground.place);
    format!("{} of {} at {ground}", team.players().len(), team.name)
}

#[test]
fn a_function_of_loaded_rows_is_tested_without_a_database() {
    let reds = attach(team(1, "Reds", None), Team::players(), [player(1, "Ann", 1)]);
    let reds = attach(reds, Team::ground(), None);
    assert_eq!(line(&reds), "1 of Reds at nowhere");
    let blues = attach(team(2, "Blues", None), Team::players(), Vec::new());
    let blues = attach(blues, Team::ground(), One::from(Ground { id: 1, place: "Park".into(), team_id: 2 }));
    assert_eq!(line(&blues), "0 of Blues at Park");
}

#[test]
fn rows_made_by_hand_are_those_of_the_query() -> Result<()> {
    let db = league()?;
    let cups = || Player::cups().with_link();
    let loaded = Team::query()
        .prefetch(Team::players().limit(1).prefetch(cups()).prefetch(Player::team()))
        .prefetch(Team::players().count().named(Number))
        .prefetch(Team::ground())
        .limit(1)
        .one(&db)?;

    let gold = Linked::new(Cup { id: 1, name: "Gold".into() }, Win { player_id: 1, cup_id: 1, year: 2001 });
    let ann = attach(player(1, "Ann", 1), cups(), [gold]);
    let ann = attach(ann, Player::team(), team(1, "Reds", None));
    let players = Team::players().limit(1).prefetch(cups()).prefetch(Player::team());
    let reds = attach(team(1, "Reds", None), players, [ann]);
    let reds = attach(reds, Team::players().count().named(Number), 2_u64);
    let reds = attach(reds, Team::ground(), One::from(Ground { id: 1, place: "Park".into(), team_id: 1 }));
    assert_eq!(reds, loaded);
    Ok(())
}
