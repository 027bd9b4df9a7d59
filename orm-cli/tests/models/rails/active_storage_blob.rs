use orm::Model;
use orm::value::DateTime;

/// A row of `active_storage_blobs`.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "active_storage_blobs")]
pub struct ActiveStorageBlob {
    pub id: i64,
    pub key: String,
    pub filename: String,
    pub content_type: Option<String>,
    pub metadata: Option<String>,
    pub service_name: String,
    pub byte_size: i64,
    pub checksum: Option<String>,
    pub created_at: DateTime,
}
