//! `created_at` and `updated_at` on fields that cannot have them.

use orm::{Codec, Mismatch, Model};
use orm::value::Timestamp;

#[derive(Model)]
struct BothOnOne {
    id: i64,
    #[model(created_at, updated_at)]
    at: Timestamp,
}

#[derive(Model)]
struct TwoOfOne {
    id: i64,
    #[model(updated_at)]
    changed: Timestamp,
    #[model(updated_at)]
    updated: Timestamp,
}

#[derive(Model)]
struct WithDefault {
    id: i64,
    #[model(created_at, default = Timestamp::now())]
    at: Timestamp,
}

#[derive(Model)]
struct Generated {
    id: i64,
    #[model(updated_at, generated)]
    at: Timestamp,
}

#[derive(Model)]
struct IsVersion {
    id: i64,
    #[model(updated_at, version)]
    version: i64,
}

#[derive(Model)]
struct IsKey {
    #[model(primary_key, created_at)]
    at: Timestamp,
    name: String,
}

#[derive(Model)]
struct ByACodec {
    id: i64,
    #[model(created_at, with = Seconds)]
    at: Timestamp,
}

struct Seconds;

impl Codec<Timestamp> for Seconds {
    type Stored = i64;

    fn encode(at: &Timestamp) -> Result<i64, Mismatch> {
        Ok(at.0.seconds())
    }

    fn decode(_: i64) -> Result<Timestamp, Mismatch> {
        Ok(Timestamp::now())
    }
}

#[derive(Model)]
struct WithValue {
    id: i64,
    #[model(created_at = "now")]
    at: Timestamp,
}

#[derive(Model)]
#[model(created_at)]
struct OnTheStruct {
    id: i64,
}

fn main() {}
