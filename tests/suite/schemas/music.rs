//! Artists with their albums, and the tags of albums, for tests that load and write.

use orm::{Db, Model, Result};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(albums: Album)]
pub(crate) struct Artist {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(tags: Tag, through = "album_tags", left = "album_id", right = "tag_id")]
pub(crate) struct Album {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) year: Option<i32>,
    #[belongs_to(artist: Artist)]
    pub(crate) artist_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(albums: Album, through = "album_tags", left = "tag_id", right = "album_id")]
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) name: String,
}

/// Three artists: with three albums, with one, with none; and an album without an artist.
pub(crate) fn music() -> Result<Db> {
    let db = db();
    db.create_tables::<(Artist, Album, Tag)>()?;
    orm::insert_many(&db, ["Ada", "Ben", "Cleo"].map(|name| NewArtist { name: name.into() }))?;
    let albums = [(Some(1), "One", Some(1990)), (Some(1), "Two", Some(1980)), (Some(2), "Solo", None)];
    let more = [(Some(1), "Three", Some(2000)), (None, "Lost", Some(1970))];
    let albums = albums.into_iter().chain(more);
    orm::insert_many(&db, albums.map(|(artist_id, title, year)| NewAlbum { title: title.into(), year, artist_id }))?;
    orm::insert_many(&db, ["rock", "folk"].map(|name| NewTag { name: name.into() }))?;
    Ok(db)
}

pub(crate) fn titles<'a>(albums: impl IntoIterator<Item = &'a Album>) -> Vec<&'a str> {
    albums.into_iter().map(|album| album.title.as_str()).collect()
}
