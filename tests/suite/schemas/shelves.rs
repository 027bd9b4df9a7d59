//! Shelves with volumes and topics, in any number.

use orm::{Db, Model, Result, insert_many};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(volumes: Volume)]
#[many_to_many(topics: Topic, through = "shelf_topics", left = "shelf_id", right = "topic_id")]
pub(crate) struct Shelf {
    pub(crate) id: i64,
    pub(crate) room: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Volume {
    pub(crate) id: i64,
    #[belongs_to(shelf: Shelf)]
    pub(crate) shelf_id: i64,
    pub(crate) number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
pub(crate) struct Topic {
    pub(crate) id: i64,
}

/// A database with this number of shelves, each with one volume, and one topic that all have.
pub(crate) fn shelves(db: &Db, count: i64) -> Result<()> {
    db.create_tables::<(Shelf, Volume, Topic)>()?;
    let shelves = insert_many(db, (0..count).map(|number| NewShelf { room: number % 10 }))?;
    insert_many(db, (0..count).map(|number| NewVolume { shelf_id: number + 1, number }))?;
    let topic = NewTopic {}.insert(db)?;
    for shelf in shelves.iter().step_by(1000) {
        Shelf::topics().link(db, shelf, [&topic])?;
    }
    Ok(())
}
