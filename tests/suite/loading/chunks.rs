//! Queries of any size, read in chunks.

use orm::{Db, Model, Result, assert_queries, insert_many};

use crate::schemas::music::{Album, music};
use crate::schemas::town::{Club, Membership, NewClub, NewHouse, NewPerson, Person, Room, empty_town, town};

struct First;

#[test]
fn chunks_together_are_the_whole_query() -> Result<()> {
    let db = music()?;
    let query = Album::query().order_by((Album::year().desc(), Album::title().asc())).prefetch(Album::artist());
    let whole = query.all(&db)?;
    for size in 1..=6 {
        let chunks = query.chunks(&db).of_size(size).collect::<Result<Vec<_>>>()?;
        assert!(chunks.iter().all(|chunk| chunk.len() as u64 <= size));
        assert_eq!(chunks.concat(), whole, "in chunks of {size}");
    }
    for (limit, offset) in [(3, 1), (10, 2), (2, 0), (0, 0)] {
        let query = query.clone().limit(limit).offset(offset);
        let chunks = query.chunks(&db).of_size(2).collect::<Result<Vec<_>>>()?;
        assert_eq!(chunks.concat(), query.all(&db)?, "limit {limit}, offset {offset}");
    }
    let first = assert_queries!(&db, 2, query.chunks(&db).of_size(2).next()).expect("a chunk")?;
    assert_eq!(first.len(), 2);
    Ok(())
}

/// A town with this number of persons, each in one club.
fn many_persons(persons: i64) -> Result<Db> {
    let db = empty_town();
    NewHouse { name: "Hall".into(), owner_id: None, main_room_id: None }.insert(&db)?;
    NewClub { name: "All".into(), seat_id: 1 }.insert(&db)?;
    insert_many(&db, (0..persons).map(|number| NewPerson { name: format!("P{}", number % 7) }))?;
    for person in Person::query().all(&db)? {
        NewHouse { name: "Hut".into(), owner_id: Some(person.id), main_room_id: None }.insert(&db)?;
        Membership { person_id: person.id, club_id: 1, since: 2000 }.insert(&db)?;
    }
    Ok(db)
}

#[test]
fn a_query_in_chunks_prefetches_once_for_each() -> Result<()> {
    let db = many_persons(25)?;
    let clubs = Person::clubs().prefetch(Club::seat());
    let query = Person::query().order_by(Person::name().desc()).prefetch(clubs).prefetch(Person::houses().named(First));
    let whole = query.all(&db)?;
    for (size, chunks) in [(1, 25), (7, 4), (10, 3), (24, 2), (25, 1), (100, 1)] {
        let record = db.record();
        let read: Vec<Vec<_>> = query.chunks(&db).of_size(size).collect::<Result<_>>()?;
        assert_eq!(read.len(), chunks, "of {size}");
        assert!(read.iter().all(|chunk| chunk.len() as u64 <= size));
        assert_eq!(read.into_iter().flatten().collect::<Vec<_>>(), whole, "of {size}");
        assert_eq!(record.count(), chunks * 4, "of {size}");
    }
    // Stopping early reads no further chunk.
    let mut chunks = query.chunks(&db).of_size(10);
    let first = assert_queries!(&db, 4, chunks.next().expect("there are rows")?);
    assert_eq!(first, whole[..10]);
    drop(chunks);
    Ok(())
}

#[test]
fn chunks_have_a_default_size() -> Result<()> {
    let db = empty_town();
    insert_many(&db, (0..2_500).map(|number| NewPerson { name: format!("P{number}") }))?;
    let query = Person::query().prefetch(Person::passport());
    let sizes: Vec<usize> = query.chunks(&db).map(|chunk| Ok(chunk?.len())).collect::<Result<_>>()?;
    assert_eq!(sizes, [1000, 1000, 500]);
    assert_queries!(&db, 6, query.chunks(&db).count());
    Ok(())
}

#[test]
fn chunks_of_no_rows_are_an_error() {
    let db = town();
    let mut chunks = Person::query().chunks(&db).of_size(0);
    let error = chunks.next().expect("an error").unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(error.to_string(), "a chunk has at least one row; write a size such as `.of_size(1_000)`");
    assert!(chunks.next().is_none(), "nothing follows an error");
    assert!(Person::query().limit(0).chunks(&db).next().is_none(), "a limit of no rows is no error");
}

#[test]
fn a_chunk_has_any_number_of_rows() -> Result<()> {
    let db = town();
    let chunks: Vec<Vec<_>> =
        Person::query().prefetch(Person::clubs()).chunks(&db).of_size(1).collect::<Result<_>>()?;
    assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 1]);
    assert_eq!(chunks[0][0].clubs().len(), 3);
    let huge: Vec<Vec<_>> = Room::query().chunks(&db).of_size(u64::MAX).collect::<Result<_>>()?;
    assert_eq!(huge.iter().map(Vec::len).collect::<Vec<_>>(), [4]);
    Ok(())
}
