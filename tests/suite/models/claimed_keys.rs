//! Keys that a model declares, and that its view or table does not enforce: rows with the same key are reported, and
//! never left out or mixed up.

use orm::{Model, Result, View, sql};

use crate::database::db;

/// A table without any key, in which two rows have the key 2.
#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(boss: Member, foreign_key = boss_code, references = code)]
#[has_many(below: Member, foreign_key = boss_code, references = code)]
struct Member {
    #[model(primary_key)]
    code: i64,
    name: String,
    boss_code: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Card {
    id: i64,
    #[belongs_to(member: Member)]
    member_code: i64,
}

/// Relations to a member by its code, and by its name.
#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(members: Member, through = "club_members", left = "club_id", right = "member")]
struct Club {
    id: i64,
}

fn members() -> Result<orm::Db> {
    let db = db();
    for text in [
        "CREATE TABLE people (code BIGINT, name VARCHAR(20), boss_code BIGINT)",
        "INSERT INTO people VALUES (1, 'a', NULL), (2, 'b', 1), (2, 'c', 1), (3, 'd', 2)",
        "CREATE VIEW members AS SELECT * FROM people",
        "CREATE TABLE cards (id BIGINT PRIMARY KEY, member_code BIGINT)",
        "INSERT INTO cards VALUES (1, 2), (2, 3)",
        "CREATE TABLE clubs (id BIGINT PRIMARY KEY)",
        "INSERT INTO clubs VALUES (1)",
        "CREATE TABLE club_members (club_id BIGINT, member BIGINT)",
        "INSERT INTO club_members VALUES (1, 2), (1, 3)",
    ] {
        sql(text).execute(&db)?;
    }
    Ok(db)
}

/// The same rows as a table.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "people")]
struct Person {
    #[model(primary_key)]
    code: i64,
    name: String,
    boss_code: Option<i64>,
}

const MESSAGE: &str = "two rows of `members` have the same primary key (`code`) of the model `Member`; name columns \
                       that are unique: `#[model(primary_key(..))]`";

#[test]
fn a_page_that_would_end_between_two_of_a_key_is_an_error() -> Result<()> {
    let db = members()?;
    let error = Member::query().page(2).read(&db).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!((error.to_string().as_str(), error.table()), (MESSAGE, Some("members")));
    let page = Member::query().page(3).read(&db)?;
    assert_eq!(page.rows.len(), 3);
    let cursor = page.next.expect("a page more");
    assert_eq!(Member::query().page(3).after(cursor).read(&db)?.rows.len(), 1);
    let names = Member::query().order_by(Member::name().desc());
    let page = names.clone().page(2).read(&db)?;
    assert_eq!(names.page(2).after(page.next).read(&db)?.rows.len(), 2, "what the order tells apart is no matter");
    Ok(())
}

#[test]
fn a_chunk_that_would_end_between_two_of_a_key_is_an_error() -> Result<()> {
    let db = members()?;
    let chunks: Vec<Result<Vec<Member>>> = Member::query().chunks(&db).of_size(2).collect();
    assert_eq!(chunks.len(), 1);
    assert!(chunks[0].as_ref().is_err_and(orm::Error::is_schema_mismatch), "{chunks:?}");
    assert_eq!(Member::query().chunks(&db).of_size(1).filter_map(Result::ok).count(), 1);
    assert_eq!(Member::query().chunks(&db).collect::<Result<Vec<_>>>()?.concat().len(), 4);
    Ok(())
}

#[test]
fn one_row_of_two_of_a_key_is_not_chosen() -> Result<()> {
    let db = members()?;
    assert!(Member::find(&db, 2).unwrap_err().is_more_than_one());
    assert!(Member::query().find(&db, 2).unwrap_err().is_more_than_one());
    assert_eq!(Member::find(&db, 3)?.name, "d");
    Ok(())
}

#[test]
fn a_write_of_one_row_does_not_write_two() -> Result<()> {
    let db = members()?;
    let all = Person::query().all(&db)?;
    let person = Person { code: 2, name: "x".into(), boss_code: None };
    for written in [
        person.update(&db),
        person.edit(&db, |person| person.name = "y".into()).map(|_| ()),
        person.delete(&db),
        db.transaction(|tx| person.delete(tx).or(Ok(()))),
        db.transaction(|tx| person.update(tx).or(Ok(()))),
    ] {
        if let Err(error) = written {
            assert!(error.is_schema_mismatch(), "{error}");
            assert_eq!(error.table(), Some("people"));
        }
        assert_eq!(Person::query().all(&db)?, all);
    }
    Person { code: 1, ..person }.delete(&db)?;
    assert_eq!(Person::query().count(&db)?, 3);
    Ok(())
}

#[test]
fn a_relation_does_not_take_one_of_two_of_a_key() -> Result<()> {
    let db = members()?;
    let separate = Card::query().prefetch(Card::member()).all(&db).unwrap_err();
    assert!(separate.is_more_than_one(), "{separate}");
    let joined = Card::query().prefetch(Card::member().joined()).all(&db).unwrap_err();
    assert!(joined.is_schema_mismatch() || joined.is_more_than_one(), "{joined}");
    let linked = Club::query().prefetch(Club::members()).all(&db).unwrap_err();
    assert!(linked.is_schema_mismatch(), "{linked}");
    Ok(())
}

#[test]
fn a_tree_does_not_mix_rows_of_one_key() -> Result<()> {
    let db = members()?;
    let first = Member::query().filter(Member::code().eq(1));
    let error = first.prefetch(Member::below().to_any_depth()).all(&db).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    Ok(())
}

#[test]
fn a_tree_does_not_mix_rows_of_one_key_on_different_levels() -> Result<()> {
    let db = members()?;
    sql("DELETE FROM people").execute(&db)?;
    sql("INSERT INTO people VALUES (1, 'a', NULL), (2, 'b', 1), (3, 'd', 2), (2, 'c', 3)").execute(&db)?;
    let tree = Member::query().filter(Member::code().eq(1)).prefetch(Member::below().to_any_depth());
    let error = tree.all(&db).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    sql("DELETE FROM people WHERE name = 'c'").execute(&db)?;
    sql("UPDATE people SET boss_code = 3 WHERE code = 1").execute(&db)?;
    assert_eq!(tree.all(&db)?[0].below().rows().count(), 2, "a row that comes again is the same");
    Ok(())
}

/// Members by their names, of which two are called "b".
#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(teams: Team, through = "plays", left = "named", right = "team_id")]
struct Named {
    #[model(primary_key)]
    name: String,
    #[belongs_to(member: Member)]
    code: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(players: Named, through = "plays", left = "team_id", right = "named")]
#[has_many(cards: TeamCard)]
struct Team {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct TeamCard {
    id: i64,
    #[belongs_to(team: Team)]
    team_id: i64,
    #[belongs_to(player: Named)]
    player_name: String,
}

fn teams(names: &[&str]) -> Result<orm::Db> {
    let db = members()?;
    for text in [
        "CREATE TABLE teams (id BIGINT PRIMARY KEY)",
        "INSERT INTO teams VALUES (1), (2)",
        "CREATE TABLE plays (team_id BIGINT, named VARCHAR(20))",
        "CREATE TABLE team_cards (id BIGINT PRIMARY KEY, team_id BIGINT, player_name VARCHAR(20))",
        "INSERT INTO team_cards VALUES (1, 1, 'a'), (2, 1, 'b')",
        "CREATE TABLE names (name VARCHAR(20), code BIGINT)",
        "INSERT INTO names VALUES ('a', 1), ('b', 1), ('b', 3), ('c', 3)",
        "CREATE VIEW nameds AS SELECT * FROM names",
    ] {
        sql(text).execute(&db)?;
    }
    for name in names {
        sql("INSERT INTO plays SELECT id, $1 FROM teams").bind(*name).execute(&db)?;
    }
    Ok(db)
}

#[test]
fn a_row_that_several_share_is_not_another_of_its_key() -> Result<()> {
    let db = teams(&["a", "b"])?;
    let players = Team::query().prefetch(Team::players());
    assert!(players.all(&db).unwrap_err().is_schema_mismatch());
    let ordered = Team::query().prefetch(Team::players().order_by(Named::code().desc()));
    assert!(ordered.all(&db).unwrap_err().is_schema_mismatch());
    let limited = Team::query().prefetch(Team::players().limit(3));
    assert!(limited.all(&db).unwrap_err().is_schema_mismatch());
    let db = teams(&["a", "a", "c"])?;
    let teams = players.all(&db)?;
    let names: Vec<&str> = teams[1].players().iter().map(|player| player.name.as_str()).collect();
    assert_eq!(names, ["a", "a", "c"], "links that are doubled lead to one row");
    Ok(())
}

#[derive(View, Clone, Debug)]
#[view(of = TeamCard)]
struct Shown {
    #[view(from = player.code)]
    code: i64,
}

#[test]
fn a_row_is_not_repeated_by_a_join() -> Result<()> {
    let db = teams(&["a"])?;
    assert!(TeamCard::query().view::<Shown>().all(&db).unwrap_err().is_schema_mismatch());
    let first = TeamCard::query().filter(TeamCard::id().eq(1)).view::<Shown>().all(&db)?;
    assert_eq!(first[0].code, 1);
    let below = Team::query().prefetch(Team::cards().prefetch(TeamCard::player().joined()));
    assert!(below.all(&db).unwrap_err().is_schema_mismatch());
    let shared = Team::query().prefetch(Team::players().prefetch(Named::member().joined()));
    assert_eq!(shared.all(&db)?[0].players().len(), 1);
    sql("INSERT INTO people VALUES (1, 'twice', NULL)").execute(&db)?;
    assert!(shared.all(&db).unwrap_err().is_schema_mismatch());
    Ok(())
}
