//! Values for each parent: computed by the database, or found by a function of the program.

use std::collections::HashMap;

use orm::{Model, Result, assert_queries};

use crate::schemas::music::{Album, Artist, music, titles};

struct Count;
struct Oldest;
struct Any;
struct Latest;
struct Length;

#[test]
fn values_are_computed_for_each_parent() -> Result<()> {
    let db = music()?;
    let query = Artist::query()
        .prefetch(Artist::albums().count().named(Count))
        .prefetch(Artist::albums().min(Album::year()).named(Oldest))
        .prefetch(Artist::albums().presence().named(Any))
        .prefetch(Artist::albums().filter(Album::year().gt(1985)).named(Latest));
    let artists = assert_queries!(&db, 5, query.all(&db)?);
    let counts: Vec<u64> = artists.iter().map(|artist| *artist.named(Count)).collect();
    assert_eq!(counts, [3, 1, 0]);
    let oldest: Vec<Option<i32>> = artists.iter().map(|artist| *artist.named(Oldest)).collect();
    assert_eq!(oldest, [Some(1980), None, None]);
    let any: Vec<bool> = artists.iter().map(|artist| *artist.named(Any)).collect();
    assert_eq!(any, [true, true, false]);
    assert_eq!(titles(artists[0].named(Latest)), ["One", "Three"]);
    Ok(())
}

#[test]
fn an_average_is_computed_for_each_parent() -> Result<()> {
    let db = music()?;
    let query = Artist::query().prefetch(Artist::albums().avg(Album::year()).named(Oldest));
    let artists = assert_queries!(&db, 2, query.all(&db)?);
    for artist in &artists {
        let years = Artist::albums().of(artist).select(Album::year().avg()).one(&db)?;
        assert_eq!(*artist.named(Oldest), years);
    }
    assert!(artists[0].named(Oldest).is_some() && artists[2].named(Oldest).is_none());
    Ok(())
}

#[test]
fn parents_are_found_by_how_many_rows_they_have() -> Result<()> {
    let db = music()?;
    let names = |query: orm::Query<Artist>| -> Result<Vec<String>> {
        Ok(query.all(&db)?.into_iter().map(|artist| artist.name).collect())
    };
    assert_eq!(names(Artist::query().filter(Artist::albums().count().gt(1)))?, ["Ada"]);
    assert_eq!(names(Artist::query().filter(Artist::albums().count().eq(0)))?, ["Cleo"]);
    let recent = Artist::albums().filter(Album::year().ge(1990));
    assert_eq!(names(Artist::query().filter(recent.count().eq(2)))?, ["Ada"]);
    Ok(())
}

#[test]
fn a_batch_loader_is_called_once_with_the_distinct_keys() -> Result<()> {
    let db = music()?;
    let lengths = |keys: &[i64]| -> Result<HashMap<i64, usize>, std::fmt::Error> {
        assert_eq!(keys, [1, 2]);
        Ok([(1, 10)].into())
    };
    let batch = |load| orm::batch(Artist::id(), load).named(Length);
    let query = Artist::query().filter(Artist::id().le(2)).prefetch(batch(lengths));
    let artists = assert_queries!(&db, 1, query.all(&db)?);
    assert_eq!(artists.iter().map(|artist| *artist.named(Length)).collect::<Vec<_>>(), [Some(10), None]);

    let broken = |_: &[i64]| -> Result<HashMap<i64, usize>, std::fmt::Error> { Err(std::fmt::Error) };
    let query = Artist::query().prefetch(orm::batch(Artist::id(), broken).named(Length));
    let error = query.all(&db).expect_err("the loader fails");
    assert!(std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<std::fmt::Error>), "{error}");
    Ok(())
}
