//! Random data: prefetching has the same result as a loop over the parents and as a JOIN.

use orm::{Db, Executor, Model, Result, insert_many};

use crate::database::Shared;
use crate::support::random::Random;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "children")]
#[has_many(owned: Toy, foreign_key = owner_id)]
#[has_one(badge: Badge, foreign_key = child_id)]
#[many_to_many(games: Game, through = Plays, left = child_id, right = game_id)]
struct Child {
    id: i64,
    name: String,
    #[belongs_to(friend: Child)]
    friend_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Toy {
    id: i64,
    name: String,
    owner_id: Option<i64>,
    #[belongs_to(maker: Game)]
    maker_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Badge {
    id: i64,
    #[model(unique)]
    child_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(children: Child, through = Plays, left = game_id, right = child_id)]
#[has_many(toys: Toy, foreign_key = maker_id)]
struct Game {
    id: i64,
    name: String,
}

/// The database checks neither side, and a link may occur twice.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "plays")]
struct Plays {
    id: i64,
    child_id: i64,
    game_id: i64,
}

/// Rows with gaps in their keys, in no order, some of them negative.
fn fill(db: &Db, random: &mut Random) -> Result<()> {
    db.create_tables::<(Child, Toy, Badge, Game, Plays)>()?;
    let ids = |random: &mut Random| {
        let count = random.below(12);
        let spread = [1, 3, 1_000_000][usize::try_from(random.below(3)).expect("small")];
        let mut ids: Vec<i64> = (0..count).map(|_| (random.below(40) - 10) * spread).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let children = ids(random);
    let games = ids(random);
    for &id in &children {
        Child { id, name: random.name(), friend_id: None }.insert(db)?;
    }
    for &id in &children {
        let friend_id = random.one_of(&children);
        Child { id, name: random.name(), friend_id }.update(db)?;
    }
    for &id in &games {
        Game { id, name: random.name() }.insert(db)?;
    }
    for &child_id in &children {
        if random.below(2) == 0 {
            NewBadge { child_id: Some(child_id) }.insert(db)?;
        }
    }
    let toys = random.below(40);
    for _ in 0..toys {
        // An owner may be missing; a maker never is.
        let owner_id = if random.below(8) == 0 { Some(777) } else { random.one_of(&children) };
        if let Some(maker_id) = random.one_of(&games) {
            NewToy { name: random.name(), owner_id, maker_id }.insert(db)?;
        }
    }
    let links = random.below(60);
    let mut plays = Vec::new();
    for _ in 0..links {
        let child_id = random.one_of(&children).unwrap_or(778);
        let game_id = random.one_of(&games).unwrap_or(779);
        plays.push(NewPlays { child_id, game_id });
    }
    insert_many(db, plays)?;
    Ok(())
}

/// Pairs of a parent's and a related row's key, in the order of the parents and then of their rows.
type Pairs = Vec<(i64, i64)>;

fn joined(shared: &Shared, from_and_where: &str, order: &str) -> Pairs {
    shared.pairs(&format!("SELECT p.id, c.id FROM {from_and_where} ORDER BY p.id, {order}"))
}

/// Returns the rows of one relation, by prefetching and by a query for each parent.
macro_rules! both_ways {
    ($on:expr, $query:expr, $relation:expr, $state:ident, $many:ident) => {{
        let mut prefetched = Pairs::new();
        for row in $query.clone().prefetch($relation).all($on)? {
            prefetched.extend(both_ways!($many row.$state()).map(|related| (row.id, related.id)));
        }
        let mut looped = Pairs::new();
        for row in $query.all($on)? {
            looped.extend($relation.of(&row).all($on)?.iter().map(|related| (row.id, related.id)));
        }
        assert_eq!(prefetched, looped);
        prefetched
    }};
    (many $state:expr) => { $state.iter() };
    (maybe $state:expr) => { $state.iter().map(|one| &**one) };
    (one $state:expr) => { std::iter::once(&**$state) };
}

fn check(on: &impl Executor, shared: &Shared) -> Result<()> {
    let by_name = "c.name DESC, c.id DESC";
    let children = [Child::query(), Child::query().filter(Child::id().ge(-1_000_000_000))];
    for query in children {
        let pairs = both_ways!(on, query, Child::owned(), owned, many);
        assert_eq!(pairs, joined(shared, "children p JOIN toys c ON c.owner_id = p.id", "c.id"));

        let pairs = both_ways!(on, query, Child::owned().order_by(Toy::name().desc()), owned, many);
        assert_eq!(pairs, joined(shared, "children p JOIN toys c ON c.owner_id = p.id", by_name));

        let narrowed = || Child::owned().filter(Toy::name().ne("a") & Toy::maker().has(Game::id().gt(0)));
        let pairs = both_ways!(on, query, narrowed(), owned, many);
        let makers = "children p JOIN toys c ON c.owner_id = p.id JOIN games g ON g.id = c.maker_id";
        assert_eq!(pairs, joined(shared, &format!("{makers} WHERE c.name <> 'a' AND g.id > 0"), "c.id"));

        let pairs = both_ways!(on, query, Child::owned().order_by(Toy::name().desc()).limit(2).offset(1), owned, many);
        let ranked = "children p JOIN (SELECT *, row_number() OVER (PARTITION BY owner_id ORDER BY name DESC, id DESC) AS nth \
                      FROM toys) c ON c.owner_id = p.id AND c.nth BETWEEN 2 AND 3";
        assert_eq!(pairs, joined(shared, ranked, by_name));

        let pairs = both_ways!(on, query, Child::badge(), badge, maybe);
        assert_eq!(pairs, joined(shared, "children p JOIN badges c ON c.child_id = p.id", "c.id"));

        let pairs = both_ways!(on, query, Child::friend(), friend, maybe);
        assert_eq!(pairs, joined(shared, "children p JOIN children c ON c.id = p.friend_id", "c.id"));

        let games = "children p JOIN plays l ON l.child_id = p.id JOIN games c ON c.id = l.game_id";
        let pairs = both_ways!(on, query, Child::games(), games, many);
        assert_eq!(pairs, joined(shared, games, "c.id"));

        let pairs = both_ways!(on, query, Child::games().order_by(Game::name().desc()), games, many);
        assert_eq!(pairs, joined(shared, games, by_name));

        let pairs = both_ways!(on, query, Child::games().filter(Game::name().eq("b")), games, many);
        assert_eq!(pairs, joined(shared, &format!("{games} WHERE c.name = 'b'"), "c.id"));
    }
    for query in [Toy::query(), Toy::query().filter(Toy::id().gt(0))] {
        let pairs = both_ways!(on, query, Toy::maker(), maker, one);
        assert_eq!(pairs, joined(shared, "toys p JOIN games c ON c.id = p.maker_id", "c.id"));
    }
    check_nested(on, shared)
}

/// Three levels at once have the same rows as the three levels one after the other.
fn check_nested(on: &impl Executor, shared: &Shared) -> Result<()> {
    let by_name = || Child::games().order_by(Game::name().asc());
    let relation = || by_name().prefetch(Game::children().prefetch(Child::owned())).prefetch(Game::toys());
    let mut found = Vec::new();
    for child in Child::query().prefetch(relation()).all(on)? {
        for game in child.games() {
            found.extend(game.toys().iter().map(|toy| (child.id, game.id, None, toy.id)));
            for other in game.children() {
                found.extend(other.owned().iter().map(|toy| (child.id, game.id, Some(other.id), toy.id)));
            }
        }
    }
    let mut looped = Vec::new();
    for child in Child::query().all(on)? {
        for game in by_name().of(&child).all(on)? {
            looped.extend(Game::toys().of(&game).all(on)?.iter().map(|toy| (child.id, game.id, None, toy.id)));
            for other in Game::children().of(&game).all(on)? {
                let toys = Child::owned().of(&other).all(on)?;
                looped.extend(toys.iter().map(|toy| (child.id, game.id, Some(other.id), toy.id)));
            }
        }
    }
    assert_eq!(found, looped);
    let count = "SELECT count(*), 0 FROM children p JOIN plays l ON l.child_id = p.id JOIN games g ON g.id = l.game_id \
                 JOIN plays m ON m.game_id = g.id JOIN children o ON o.id = m.child_id JOIN toys t ON t.owner_id = o.id";
    let expected = shared.pairs(count)[0].0;
    assert_eq!(found.iter().filter(|path| path.2.is_some()).count(), usize::try_from(expected).expect("a count"));
    Ok(())
}

#[test]
fn prefetching_is_a_loop_is_a_join() -> Result<()> {
    for seed in 0..40 {
        let shared = Shared::new();
        let db = shared.open();
        fill(&db, &mut Random::new(seed))?;
        println!("seed {seed}");
        check(&db, &shared)?;
        check(&db.begin_read()?, &shared)?;
        let transaction = db.begin()?;
        check(&transaction, &shared)?;
        transaction.commit()?;
    }
    Ok(())
}
