//! Keys as their columns compare them: collations, domains, enums, padded text, and assigned keys.

use orm::{Db, Model, Result, TrustedSql, sql};

use crate::database::db;
use crate::schemas::university::{Department, empty_university};

use super::{law, run};

#[test]
fn keys_that_are_given_do_not_move_those_that_are_assigned() -> Result<()> {
    let db = empty_university();
    Department { id: 17, name: "Law".into() }.insert(&db)?;
    assert_eq!(law().insert(&db)?.id, 1);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(members: Member, foreign_key = club)]
struct Club {
    #[model(primary_key)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Member {
    id: i64,
    #[belongs_to(in_club: Club)]
    club: String,
}

/// Members, sorted, of each club.
fn members(db: &Db) -> Result<Vec<(String, Vec<i64>)>> {
    let clubs = Club::query().order_by(Club::name().asc()).prefetch(Club::members()).all(db)?;
    Ok(clubs.iter().map(|club| (club.name.clone(), club.members().iter().map(|member| member.id).collect())).collect())
}

#[test]
fn rows_are_grouped_as_the_collation_of_their_column_matched_them() -> Result<()> {
    let db = db();
    run(
        &db,
        [
            "CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
            "CREATE TABLE clubs (name text COLLATE no_case PRIMARY KEY)",
            "CREATE TABLE members (id bigint PRIMARY KEY, club text COLLATE no_case NOT NULL REFERENCES clubs)",
            "CREATE INDEX ON members (club)",
            "INSERT INTO clubs VALUES ('Rowing'), ('Chess')",
            "INSERT INTO members VALUES (1, 'rowing'), (2, 'ROWING'), (3, 'Chess')",
        ],
    )?;
    let expected = [("Chess".to_owned(), vec![3]), ("Rowing".to_owned(), vec![1, 2])];
    assert_eq!(members(&db)?, expected);
    let all = Member::query().prefetch(Member::in_club()).all(&db)?;
    assert_eq!(
        all.iter().map(|member| member.in_club().name.as_str()).collect::<Vec<_>>(),
        ["Rowing", "Rowing", "Chess"]
    );
    let limited = Club::query().prefetch(Club::members().limit(1)).all(&db)?;
    assert!(limited.iter().all(|club| club.members().len() == 1));
    assert_eq!(Club::query().filter(Club::name().eq("rowing")).count(&db)?, 1);
    assert_eq!(Club::query().filter(Club::name().in_(["rowing", "CHESS"])).count(&db)?, 2);
    assert_eq!(Club::query().filter(Club::name().starts_with("row")).count(&db)?, 1);
    // A column that ignores case tells it where that is asked for.
    for (text, found) in [("row", 0), ("Row", 1)] {
        assert_eq!(Club::query().filter(Club::name().starts_with_case_sensitive(text)).count(&db)?, found);
        assert_eq!(Club::query().filter(Club::name().contains_case_sensitive(text)).count(&db)?, found);
    }
    Ok(())
}

#[test]
fn case_insensitive_text_is_a_key() -> Result<()> {
    let db = db();
    let installed = sql("SELECT count(*) FROM pg_extension WHERE extname = 'citext'").tuples::<(i64,)>(&db)?;
    if installed != [(0,)] || sql("CREATE EXTENSION citext ").execute(&db).is_err() {
        eprintln!("the extension citext cannot be created in this schema: nothing is tested");
        return Ok(());
    }
    run(
        &db,
        [
            "CREATE TABLE clubs (name citext PRIMARY KEY)",
            "CREATE TABLE members (id bigint PRIMARY KEY, club citext NOT NULL REFERENCES clubs)",
            "INSERT INTO clubs VALUES ('Rowing'), ('Chess')",
            "INSERT INTO members VALUES (1, 'rowing'), (2, 'ROWING'), (3, 'Chess')",
        ],
    )?;
    assert_eq!(db.check::<Club>()?, []);
    assert_eq!(members(&db)?, [("Chess".to_owned(), vec![3]), ("Rowing".to_owned(), vec![1, 2])]);
    let all = Member::query().filter(Member::id().lt(3)).prefetch(Member::in_club()).all(&db)?;
    assert!(all.iter().all(|member| member.in_club().name == "Rowing"));
    assert_eq!(Club::query().filter(Club::name().in_(["rowing", "CHESS"])).count(&db)?, 2);
    assert_eq!(Club::query().filter(Club::name().starts_with("row")).count(&db)?, 1);
    // A column that ignores case tells it where that is asked for.
    for (text, found) in [("row", 0), ("Row", 1)] {
        assert_eq!(Club::query().filter(Club::name().starts_with_case_sensitive(text)).count(&db)?, found);
        assert_eq!(Club::query().filter(Club::name().contains_case_sensitive(text)).count(&db)?, found);
    }
    Ok(())
}

#[test]
fn padded_text_and_domains_and_enums_are_keys() -> Result<()> {
    for column in ["char(10)", "varchar(10)", "word", "suit"] {
        let db = db();
        run(&db, ["CREATE DOMAIN word AS text CHECK (value <> '')", "CREATE TYPE suit AS ENUM ('clubs', 'spades')"])?;
        let statements = [
            format!("CREATE TABLE clubs (name {column} PRIMARY KEY)"),
            format!("CREATE TABLE members (id bigserial PRIMARY KEY, club {column} NOT NULL REFERENCES clubs)"),
            "CREATE INDEX ON members (club)".to_owned(),
            "INSERT INTO clubs VALUES ('clubs'), ('spades')".to_owned(),
            "INSERT INTO members VALUES (1, 'clubs'), (2, 'spades'), (3, 'clubs')".to_owned(),
        ];
        for statement in statements {
            sql(TrustedSql(statement)).execute(&db)?;
        }
        assert_eq!(db.check::<(Club, Member)>()?, [], "{column}");
        let found = members(&db)?;
        assert_eq!(found.iter().map(|(_, ids)| ids.clone()).collect::<Vec<_>>(), [vec![1, 3], vec![2]], "{column}");
        let of_one = Club::query().filter(Club::name().eq("spades")).prefetch(Club::members()).all(&db)?;
        assert_eq!(of_one[0].members().len(), 1, "{column}");
        assert_eq!(Club::query().filter(Club::name().in_(["spades"])).count(&db)?, 1, "{column}");
        let name = Club::name;
        for like in [name().like("SPA%"), name().starts_with("Spa"), name().contains_case_sensitive("pad")] {
            assert_eq!(Club::query().filter(like).count(&db)?, 1, "{column}");
        }
        let pages = Club::query().order_by(name().desc()).chunks(&db).of_size(1).collect::<Result<Vec<_>>>()?.concat();
        assert!(pages[0].name.starts_with("spades") && pages.len() == 2, "{column}");
        assert!(Club::query().max(&db, name())?.is_some_and(|name| name.starts_with("spades")), "{column}");
        assert_eq!(Club::query().filter(name().between("clubs", "clubs")).count(&db)?, 1, "{column}");
        Member { id: 4, club: of_one[0].name.clone() }.insert(&db)?;
    }
    Ok(())
}
