//! Compares each relation with a join.

use orm::{Db, Model as _};

use crate::joined::{key, same};
use crate::models::rusqlite::*;

pub(crate) fn compare(db: &Db) -> orm::Result<usize> {
    let mut compared = 0;
    Event::query().all(db)?;
    let rows = Event::query().prefetch(Event::venue()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.venue().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.venue", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"events\" AS a JOIN \"venues\" AS b ON a.\"venue_id\" = b.\"id\"")?;
    let rows = Event::query().prefetch(Event::parent()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.parent().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.parent", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"events\" AS a JOIN \"events\" AS b ON a.\"parent_id\" = b.\"id\"")?;
    let rows = Event::query().prefetch(Event::children()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.children().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.children", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"events\" AS a JOIN \"events\" AS b ON a.\"id\" = b.\"parent_id\"")?;
    let rows = Event::query().prefetch(Event::tags()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.tags().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.tags", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"events\" AS a JOIN \"event_tags\" AS l ON l.\"event_id\" = a.\"id\" JOIN \"tags\" AS b ON l.\"tag_id\" = b.\"id\"")?;
    EventsJiff::query().all(db)?;
    EventsTime::query().all(db)?;
    Tag::query().all(db)?;
    let rows = Tag::query().prefetch(Tag::events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Tag.events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"tags\" AS a JOIN \"event_tags\" AS l ON l.\"tag_id\" = a.\"id\" JOIN \"events\" AS b ON l.\"event_id\" = b.\"id\"")?;
    Venue::query().all(db)?;
    let rows = Venue::query().prefetch(Venue::events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Venue.events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"venues\" AS a JOIN \"events\" AS b ON a.\"id\" = b.\"venue_id\"")?;
    Ok(compared)
}
