use orm::Model;

use super::Track;

/// A row of `MediaType`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "MediaType", rename_all = "PascalCase")]
#[has_many(tracks: Track, foreign_key = media_type_id)]
pub struct MediaType {
    #[model(primary_key)]
    pub media_type_id: i64,
    pub name: Option<String>,
}
