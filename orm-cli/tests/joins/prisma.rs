//! Compares each relation with a join.

use orm::{Db, Model as _};

use crate::joined::{key, same};
use crate::models::prisma::*;

pub(crate) fn compare(db: &Db) -> orm::Result<usize> {
    let mut compared = 0;
    Event::query().all(db)?;
    let rows = Event::query().prefetch(Event::venue()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.venue().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.venue", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"Event\" AS a JOIN \"Venue\" AS b ON a.\"venueId\" = b.\"id\"")?;
    let rows = Event::query().prefetch(Event::parent()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.parent().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.parent", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"Event\" AS a JOIN \"Event\" AS b ON a.\"parentId\" = b.\"id\"")?;
    let rows = Event::query().prefetch(Event::children()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.children().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.children", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"Event\" AS a JOIN \"Event\" AS b ON a.\"id\" = b.\"parentId\"")?;
    let rows = Event::query().prefetch(Event::tags()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.tags().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Event.tags", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"Event\" AS a JOIN \"_EventToTag\" AS l ON l.\"A\" = a.\"id\" JOIN \"Tag\" AS b ON l.\"B\" = b.\"id\"")?;
    Tag::query().all(db)?;
    let rows = Tag::query().prefetch(Tag::events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Tag.events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"Tag\" AS a JOIN \"_EventToTag\" AS l ON l.\"B\" = a.\"id\" JOIN \"Event\" AS b ON l.\"A\" = b.\"id\"")?;
    Venue::query().all(db)?;
    let rows = Venue::query().prefetch(Venue::events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "Venue.events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"Venue\" AS a JOIN \"Event\" AS b ON a.\"id\" = b.\"venueId\"")?;
    Ok(compared)
}
