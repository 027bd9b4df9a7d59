//! Compares each relation with a join.

use orm::{Db, Model as _};

use crate::joined::{key, same};
use crate::models::typeorm::*;

pub(crate) fn compare(db: &Db) -> orm::Result<usize> {
    let mut compared = 0;
    Event::query().all(db)?;
    let rows = Event::query().prefetch(Event::venue()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.venue().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.venue", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"event\" AS a JOIN \"venue\" AS b ON a.\"venueId\" = b.\"id\"")?;
    let rows = Event::query().prefetch(Event::parent()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.parent().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.parent", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"event\" AS a JOIN \"event\" AS b ON a.\"parentId\" = b.\"id\"")?;
    let rows = Event::query().prefetch(Event::children()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.children().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.children", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"event\" AS a JOIN \"event\" AS b ON a.\"id\" = b.\"parentId\"")?;
    let rows = Event::query().prefetch(Event::tags()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.tags().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.tags", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"event\" AS a JOIN \"event_tags_tag\" AS l ON l.\"eventId\" = a.\"id\" JOIN \"tag\" AS b ON l.\"tagId\" = b.\"id\"")?;
    Tag::query().all(db)?;
    let rows = Tag::query().prefetch(Tag::events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Tag.events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"tag\" AS a JOIN \"event_tags_tag\" AS l ON l.\"tagId\" = a.\"id\" JOIN \"event\" AS b ON l.\"eventId\" = b.\"id\"")?;
    Venue::query().all(db)?;
    let rows = Venue::query().prefetch(Venue::events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Venue.events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"venue\" AS a JOIN \"event\" AS b ON a.\"id\" = b.\"venueId\"")?;
    Ok(compared)
}
