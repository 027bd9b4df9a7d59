//! A model under the strictest lints. Only the items that it names are in scope, and names of the prelude have other
//! meanings.
#![deny(missing_docs, warnings, clippy::pedantic)]
#![no_implicit_prelude]
#![allow(dead_code, unreachable_pub, reason = "the models of a library, in a test that uses some of them")]

/// Types that the derive must not use when it writes `Option`, `Result`, `Vec` or `String`.
pub mod shadows {
    /// Not the one of the prelude.
    pub struct Option;
    /// Not the one of the prelude.
    pub struct Result;
    /// Not the one of the prelude.
    pub struct Vec;
    /// Not the one of the prelude.
    pub struct Some;
    /// Not the one of the prelude.
    pub struct Ok;
    /// Not the one of the prelude.
    pub trait Clone {}
    /// Not the one of the prelude.
    pub trait Into {}
}

#[allow(unused_imports)]
use shadows::{Clone, Into, Ok, Option, Result, Some, Vec};

/// A town.
#[derive(::orm::Model)]
#[has_many(people: Person, foreign_key = town_id)]
#[has_many(letters: Letter, through = Person, left = town_id)]
pub struct Town {
    /// Its key.
    pub id: i64,
    /// Its name.
    pub name: ::std::string::String,
}

/// A person.
#[derive(::orm::Model)]
#[has_one(letter: Letter)]
#[many_to_many(friends: Person, through = "friendships", left = "one_id", right = "other_id")]
#[many_to_many(towns: Town, through = Visit)]
pub struct Person {
    /// The key.
    pub id: i64,
    /// The home of the person.
    #[belongs_to(town: Town, on_delete = set_null)]
    pub town_id: ::core::option::Option<i64>,
}

/// A letter to a person.
#[derive(::orm::Model)]
pub struct Letter {
    /// The key.
    pub id: i64,
    /// The receiver.
    #[belongs_to(person: Person, on_delete = cascade)]
    pub person_id: i64,
}

/// A visit.
#[derive(::orm::Model)]
#[model(primary_key(person_id, town_id))]
pub struct Visit {
    /// The visitor.
    pub person_id: i64,
    /// The place.
    pub town_id: i64,
}

#[::core::prelude::v1::test]
fn it_works() -> ::orm::Result<()> {
    use ::orm::Model as _;
    let db = ::orm::Db::memory()?;
    db.create_tables::<(Town, Person, Letter, Visit)>()?;
    let town = NewTown { name: ::std::borrow::ToOwned::to_owned("London") }.insert(&db)?;
    NewPerson { town_id: ::core::option::Option::Some(town.id) }.insert(&db)?;
    let towns = Town::query().prefetch(Town::people().prefetch(Person::friends())).all(&db)?;
    ::core::assert!(towns[0].people()[0].friends().is_empty());
    ::core::result::Result::Ok(())
}
