//! A variant of a polymorphic enum that is not a model, and models whose keys have different types.

use orm::{Model, Polymorphic};

struct Draft;

#[derive(Model)]
struct Photo {
    id: i64,
}

#[derive(Model)]
struct Country {
    #[model(primary_key)]
    code: String,
}

#[derive(Polymorphic)]
enum Place {
    Photo(Photo),
    Country(Country),
}

#[derive(Polymorphic)]
enum Subject {
    Draft(Draft),
    Photo(Photo),
}

#[derive(Model)]
struct Comment {
    id: i64,
    tag: i32,
    #[belongs_to(place: Place, tag = tag)]
    place_id: i64,
    kind: String,
    #[belongs_to(photo: Photo, tag = kind)]
    photo_id: i64,
}

fn main() {}
