//! `version` on fields that cannot be versions.

use orm::Model;

#[derive(Model)]
struct TwoVersions {
    id: i64,
    #[model(version)]
    one: i64,
    #[model(version)]
    other: i64,
}

#[derive(Model)]
struct VersionIsKey {
    #[model(version)]
    id: i64,
}

#[derive(Model)]
struct OwnUpdate {
    id: i64,
    update: String,
    #[model(version)]
    version: i64,
}

#[derive(Model)]
struct VersionWithValue {
    id: i64,
    #[model(version = 1)]
    version: i64,
}

fn main() {}
