//! Writing to generated columns.

use orm::{Db, Model};

#[derive(Model)]
struct Person {
    id: i64,
    first: String,
    #[model(generated = "upper(first)")]
    upper: String,
}

#[derive(Model)]
struct ComputedKey {
    #[model(generated = "1 + 1")]
    id: i64,
}

#[derive(Model)]
#[model(primary_key(person_id, number))]
struct KeyOfTwo {
    person_id: i64,
    #[model(generated)]
    number: i64,
}

#[derive(Model)]
struct KeyOfAnother {
    #[model(generated)]
    #[belongs_to(person: Person)]
    id: i64,
}

#[derive(Model)]
struct GeneratedVersion {
    id: i64,
    #[model(version, generated)]
    version: i64,
}

#[derive(Model)]
struct WithDefaults {
    id: i64,
    #[model(generated, default = 7)]
    one: i64,
    #[model(generated = "one + 1", db_default = 7)]
    two: i64,
    #[model(generated = "")]
    three: i64,
    #[model(generated(four))]
    four: i64,
}

#[derive(Model)]
struct GivenTwice {
    #[model(generated, generated = false)]
    id: i64,
    #[model(generated = true)]
    one: i64,
}

#[derive(Model)]
struct GivenTitle {
    id: i64,
    #[model(generated = false)]
    title: String,
}

fn main() -> orm::Result<()> {
    let db = Db::memory()?;
    NewPerson { first: "Ada".into(), upper: "ADA".into() }.insert(&db)?;
    Ok(())
}
