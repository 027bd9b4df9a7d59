//! A small town with every kind of relation, for nesting, narrowing, memory and several databases.

use orm::{Db, Model, Result};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(houses: House, foreign_key = owner_id)]
#[has_one(passport: Passport)]
#[many_to_many(clubs: Club, through = Membership)]
#[has_many(memberships: Membership)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Passport {
    pub(crate) id: i64,
    pub(crate) code: String,
    #[model(unique)]
    #[belongs_to(person: Person)]
    pub(crate) person_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[has_many(rooms: Room)]
#[has_many(clubs: Club, foreign_key = seat_id)]
pub(crate) struct House {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[belongs_to(owner: Person)]
    pub(crate) owner_id: Option<i64>,
    #[belongs_to(main_room: Room)]
    pub(crate) main_room_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Room {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[belongs_to(house: House)]
    pub(crate) house_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[many_to_many(members: Person, through = Membership)]
pub(crate) struct Club {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[belongs_to(seat: House)]
    pub(crate) seat_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq, serde::Serialize)]
#[model(primary_key(person_id, club_id))]
pub(crate) struct Membership {
    #[belongs_to(person: Person)]
    pub(crate) person_id: i64,
    #[belongs_to(club: Club)]
    pub(crate) club_id: i64,
    pub(crate) since: i64,
}

/// A new database with the town's tables and no rows.
pub(crate) fn empty_town() -> Db {
    let db = db();
    create(&db).expect("the tables are created");
    db
}

/// A new database with a small town: see [`fill`].
pub(crate) fn town() -> Db {
    let db = empty_town();
    fill(&db).expect("the rows are inserted");
    db
}

pub(crate) fn create(db: &Db) -> Result<()> {
    db.create_tables::<(Person, Passport, House, Room, Club, Membership)>()
}

/// Persons: 1 Ann, 2 Bob, 3 Cid, 4 Dee (has nothing). Passports: Ann and Bob.
/// Houses: 1 Oak and 2 Elm (Ann), 3 Ash (Bob), 4 Fir (no owner).
/// Rooms: 1 Hall and 2 Den (Oak), 3 Attic (Elm), 4 Cellar (Ash); Fir has none. Main rooms: of Oak the Hall, of Ash the
/// Cellar.
/// Clubs: 1 Chess (Oak): Ann, Bob; 2 Golf (Ash): Ann, Bob; 3 Yoga (Oak): Ann, Cid; 4 Void (Fir): no members.
pub(crate) fn fill(db: &Db) -> Result<()> {
    for name in ["Ann", "Bob", "Cid", "Dee"] {
        NewPerson { name: name.into() }.insert(db)?;
    }
    for (code, person_id) in [("A1", 1), ("B1", 2)] {
        NewPassport { code: code.into(), person_id }.insert(db)?;
    }
    for (name, owner_id) in [("Oak", Some(1)), ("Elm", Some(1)), ("Ash", Some(2)), ("Fir", None)] {
        NewHouse { name: name.into(), owner_id, main_room_id: None }.insert(db)?;
    }
    for (name, house_id) in [("Hall", 1), ("Den", 1), ("Attic", 2), ("Cellar", 3)] {
        NewRoom { name: name.into(), house_id }.insert(db)?;
    }
    for (house, room) in [(1, 1), (3, 4)] {
        House { main_room_id: Some(room), ..House::find(db, house)? }.update(db)?;
    }
    for (name, seat_id) in [("Chess", 1), ("Golf", 3), ("Yoga", 1), ("Void", 4)] {
        NewClub { name: name.into(), seat_id }.insert(db)?;
    }
    for (person_id, club_id, since) in
        [(1, 1, 2001), (1, 2, 2002), (1, 3, 2003), (2, 1, 2004), (2, 2, 2005), (3, 3, 2006)]
    {
        Membership { person_id, club_id, since }.insert(db)?;
    }
    Ok(())
}

/// The names of some rows, loaded or not, in their order.
pub(crate) fn names<'a, Row>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<String>
where
    Row: Named + 'a,
{
    rows.into_iter().map(Named::its_name).collect()
}

/// A row with a name: the model itself, or one that holds relations.
pub(crate) trait Named {
    fn its_name(&self) -> String;
}

macro_rules! named {
    ($($model:ident, $loaded:ident<$($state:ident),*>;)*) => {$(
        impl Named for $model {
            fn its_name(&self) -> String {
                self.name.clone()
            }
        }

        impl<$($state),*> Named for $loaded<$($state),*> {
            fn its_name(&self) -> String {
                self.name.clone()
            }
        }
    )*};
}

named! {
    Person, PersonLoaded<A, B, C, D, N>;
    House, HouseLoaded<A, B, C, D, N>;
    Room, RoomLoaded<A, N>;
    Club, ClubLoaded<A, B, N>;
}
