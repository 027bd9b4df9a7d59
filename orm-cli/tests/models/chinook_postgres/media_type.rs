use orm::Model;

use super::Track;

/// A row of `media_type`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "media_type")]
#[has_many(tracks: Track, foreign_key = media_type_id)]
pub struct MediaType {
    #[model(primary_key, generated = false)]
    pub media_type_id: i32,
    #[model(sql_type = "varchar(120)")]
    pub name: Option<String>,
}
