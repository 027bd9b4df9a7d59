//! Keys that are UUIDs: single ones, mixed with integers, and in keys of several columns.

use orm::{Db, Model, Polymorphic, Result};
use uuid::Uuid;

use crate::database::db;
use crate::support::compare::{assert_as_lazy, roots};

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(cats: Cat)]
#[has_many(fleas: Flea)]
struct Pet {
    id: Uuid,
    name: String,
    #[belongs_to(owner: Owner)]
    owner_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(pets: Pet)]
struct Owner {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(toys: Toy)]
struct Cat {
    id: i64,
    #[belongs_to(pet: Pet)]
    pet_id: Option<Uuid>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Toy {
    id: Uuid,
    #[belongs_to(cat: Cat)]
    cat_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(hosts: Host, through = Infestation)]
struct Flea {
    id: Uuid,
    #[belongs_to(pet: Pet)]
    pet_id: Uuid,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(fleas: Flea, through = Infestation)]
struct Host {
    id: Uuid,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(flea_id, host_id))]
struct Infestation {
    #[belongs_to(flea: Flea)]
    flea_id: Uuid,
    #[belongs_to(host: Host)]
    host_id: Uuid,
}

/// UUIDs whose order is not that of the rows, and some that differ in one bit.
fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(if number.is_multiple_of(2) { number } else { u128::MAX - number })
}

/// Two owners of two and one pets, and one of none; three cats, of which one is no pet; two toys; fleas on hosts.
fn zoo() -> Result<Db> {
    let db = db();
    db.create_tables::<(Owner, Pet, Cat, Toy, Flea, Host, Infestation)>()?;
    for name in ["Ann", "Bob", "Cem"] {
        NewOwner { name: name.into() }.insert(&db)?;
    }
    for (number, owner_id) in [(0, 1), (1, 2), (2, 1)] {
        Pet { id: uuid(number), name: format!("p{number}"), owner_id }.insert(&db)?;
    }
    for pet in [Some(2), None, Some(1)] {
        NewCat { pet_id: pet.map(uuid) }.insert(&db)?;
    }
    for (number, cat_id) in [(10, 3), (11, 1), (12, 3)] {
        Toy { id: uuid(number), cat_id }.insert(&db)?;
    }
    for number in [20, 21, 22] {
        Flea { id: uuid(number), pet_id: uuid(number - 20) }.insert(&db)?;
        Host { id: uuid(number + 10) }.insert(&db)?;
    }
    for (flea, host) in [(20, 31), (20, 30), (21, 31)] {
        Infestation { flea_id: uuid(flea), host_id: uuid(host) }.insert(&db)?;
    }
    Ok(db)
}

#[test]
fn parents_with_uuids_have_children_with_integers() -> Result<()> {
    let db = zoo()?;
    for root in roots(Pet::id()) {
        let pets = orm::assert_queries!(&db, 2, root.prefetch(Pet::cats()).all(&db)?);
        assert_as_lazy(&pets, |pet| pet.cats().to_vec(), |pet| Pet::cats().of(pet).all(&db));
        assert!(pets.iter().all(|pet| pet.cats().iter().all(|cat| cat.pet_id == Some(pet.id))));
        assert_eq!(pets.iter().map(|pet| pet.cats().len()).sum::<usize>(), 2);
    }
    Ok(())
}

#[test]
fn parents_with_integers_have_children_with_uuids() -> Result<()> {
    let db = zoo()?;
    for root in roots(Owner::id()) {
        let owners = orm::assert_queries!(&db, 2, root.prefetch(Owner::pets()).all(&db)?);
        assert_as_lazy(&owners, |owner| owner.pets().to_vec(), |owner| Owner::pets().of(owner).all(&db));
        assert_eq!(owners.iter().map(|owner| owner.pets().len()).sum::<usize>(), 3);
    }
    for root in roots(Pet::id()) {
        let pets = orm::assert_queries!(&db, 2, root.prefetch(Pet::owner()).all(&db)?);
        assert!(pets.iter().all(|pet| pet.owner().id == pet.owner_id));
    }
    Ok(())
}

#[test]
fn many_to_many_between_uuids_leads_both_ways() -> Result<()> {
    let db = zoo()?;
    for root in roots(Flea::id()) {
        let fleas = orm::assert_queries!(&db, 2, root.prefetch(Flea::hosts()).all(&db)?);
        assert_as_lazy(&fleas, |flea| flea.hosts().to_vec(), |flea| Flea::hosts().of(flea).all(&db));
        assert_eq!(fleas.iter().map(|flea| flea.hosts().len()).sum::<usize>(), 3);
    }
    for root in roots(Host::id()) {
        let hosts = orm::assert_queries!(&db, 2, root.prefetch(Host::fleas()).all(&db)?);
        assert_as_lazy(&hosts, |host| host.fleas().to_vec(), |host| Host::fleas().of(host).all(&db));
        assert_eq!(hosts.iter().map(|host| host.fleas().len()).sum::<usize>(), 3);
    }
    Ok(())
}

#[test]
fn chains_mix_integers_and_uuids() -> Result<()> {
    let db = zoo()?;
    // Integer, UUID, integer, UUID.
    let down = Owner::query().prefetch(Owner::pets().prefetch(Pet::cats().prefetch(Cat::toys())));
    let owners = orm::assert_queries!(&db, 4, down.all(&db)?);
    let toys: Vec<usize> = owners
        .iter()
        .map(|owner| owner.pets().iter().flat_map(PetLoaded::cats).map(|cat| cat.toys().len()).sum())
        .collect();
    assert_eq!(toys, [1, 2, 0]);

    // And back.
    let up = Toy::query().prefetch(Toy::cat().prefetch(Cat::pet().prefetch(Pet::owner())));
    for toy in orm::assert_queries!(&db, 4, up.all(&db)?) {
        let pet = toy.cat().pet().as_ref().expect("every toy is a pet's");
        assert_eq!((pet.id, pet.owner().id), (toy.cat().pet_id.expect("as its key says"), pet.owner_id));
    }

    // UUID, UUID, UUID, integer, by many-to-many, belongs-to and back to many.
    let across = Host::query().prefetch(Host::fleas().prefetch(Flea::pet().prefetch(Pet::fleas())));
    let hosts = orm::assert_queries!(&db, 4, across.all(&db)?);
    for flea in hosts.iter().flat_map(HostLoaded::fleas) {
        assert_eq!(flea.pet().fleas().iter().map(|own| own.id).collect::<Vec<_>>(), [flea.id]);
    }

    // Two levels, integer to UUID only and UUID to integer only.
    let pets = Cat::query().prefetch(Cat::pet().prefetch(Pet::fleas()));
    let found: Vec<usize> = orm::assert_queries!(&db, 3, pets.all(&db)?)
        .iter()
        .map(|cat| cat.pet().as_ref().map_or(0, |pet| pet.fleas().len()))
        .collect();
    assert_eq!(found, [1, 0, 1]);
    Ok(())
}

/// An order of a tenant: the first part of each key is the tenant.
#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(tenant, number))]
#[has_many(items: Item, foreign_key = (tenant, order))]
struct Order {
    tenant: Uuid,
    number: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(tenant, id))]
#[belongs_to(of: Order, foreign_key = (tenant, order))]
struct Item {
    tenant: Uuid,
    id: Uuid,
    order: i64,
}

#[test]
fn composite_keys_may_hold_uuids() -> Result<()> {
    let db = db();
    db.create_tables::<(Order, Item)>()?;
    for tenant in 0..4 {
        for number in 0..3 {
            Order { tenant: uuid(tenant), number }.insert(&db)?;
            for item in 0..number {
                let id = uuid(100 * tenant + u128::try_from(10 * number + item).expect("a small number"));
                Item { tenant: uuid(tenant), id, order: number }.insert(&db)?;
            }
        }
    }
    for root in roots(Order::tenant()) {
        let query = root.prefetch(Order::items().prefetch(Item::of()));
        let orders = orm::assert_queries!(&db, 3, query.all(&db)?);
        for order in &orders {
            assert_eq!(order.items().len(), usize::try_from(order.number).expect("a small number"));
            assert!(order.items().iter().all(|item| **item.of() == **order));
        }
    }
    let orders = Order::query().prefetch(Order::items()).all(&db)?;
    assert_as_lazy(&orders, |order| order.items().to_vec(), |order| Order::items().of(order).all(&db));
    Ok(())
}

#[derive(Polymorphic, Clone, Debug, PartialEq)]
enum Animal {
    Pet(Pet),
    Flea(Flea),
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Photo {
    id: i64,
    kind: String,
    #[belongs_to(animal: Animal, tag = kind)]
    animal_id: Uuid,
}

#[test]
fn a_polymorphic_key_may_be_a_uuid() -> Result<()> {
    let db = zoo()?;
    db.create_tables::<(Photo,)>()?;
    for (kind, number) in [("flea", 21), ("pet", 0), ("flea", 20), ("pet", 0)] {
        NewPhoto { kind: kind.into(), animal_id: uuid(number) }.insert(&db)?;
    }
    let photos = orm::assert_queries!(&db, 3, Photo::query().prefetch(Photo::animal()).all(&db)?);
    let found = photos.iter().map(|photo| match &**photo.animal() {
        Animal::Pet(pet) => ("pet", pet.id),
        Animal::Flea(flea) => ("flea", flea.id),
    });
    assert!(found.eq(photos.iter().map(|photo| (photo.kind.as_str(), photo.animal_id))));
    Ok(())
}
