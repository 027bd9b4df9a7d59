//! A limit for each parent: how the first rows of each are found.

use orm::{Model, Result, assert_queries};

use crate::database::db;
use crate::schemas::music::{Album, Artist, music, titles};

#[test]
fn a_limit_counts_for_each_parent_and_reads_only_what_it_returns() -> Result<()> {
    let db = music()?;
    let query = Artist::query().prefetch(Artist::albums().order_by(Album::year().desc()).limit(2));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(artists[0].albums()), ["Three", "One"]);
    assert_eq!(titles(artists[1].albums()), ["Solo"]);
    assert!(artists[2].albums().is_empty());
    let plan = query.plan(&db)?.to_string();
    assert!(plan.contains("a limited look-up for each key"), "{plan}");
    assert!(!plan.contains("row_number"), "{plan}");
    Ok(())
}

#[test]
fn a_limit_without_an_index_numbers_the_rows() -> Result<()> {
    let db = db();
    for statement in [
        "CREATE TABLE artists (id bigint PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE albums (id bigint PRIMARY KEY, title text NOT NULL, year integer, artist_id bigint)",
        "INSERT INTO artists VALUES (1, 'Ada'), (2, 'Ben')",
        "INSERT INTO albums VALUES (1, 'a', 1, 1), (2, 'b', 2, 1), (3, 'c', 3, 2), (4, 'd', 4, 1)",
    ] {
        orm::sql(statement).execute(&db)?;
    }
    let query = Artist::query().prefetch(Artist::albums().order_by(Album::year().desc()).limit(1).offset(1));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    assert_eq!(titles(artists[0].albums()), ["b"]);
    assert!(artists[1].albums().is_empty());
    assert!(query.plan(&db)?.to_string().contains("row_number"));
    Ok(())
}
