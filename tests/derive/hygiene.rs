//! Models in many places and with many names.
#![allow(unreachable_pub, non_snake_case, reason = "models of a library, with names of all kinds")]

use orm::{Db, Many, Model, Result, View};

mod renamed {
    pub(crate) mod deep {
        pub(crate) use orm as database;
    }
}

#[test]
fn a_model_in_a_function_with_private_fields() -> Result<()> {
    #[derive(Model)]
    #[has_many(pages: Page)]
    struct Book {
        id: i64,
        title: String,
    }

    #[derive(Model)]
    struct Page {
        id: i64,
        #[belongs_to(book: Book)]
        book_id: i64,
    }

    let db = Db::memory()?;
    db.create_tables::<(Book, Page)>()?;
    let book = NewBook { title: "Emma".into() }.insert(&db)?;
    let page = NewPage { book_id: book.id }.insert(&db)?;
    let loaded = Book::query().filter(Book::title().eq("Emma")).prefetch(Book::pages()).one(&db)?;
    assert_eq!((loaded.pages().len(), loaded.pages()[0].id), (1, page.id));
    Ok(())
}

/// Fields with the names of methods, keywords and items of generated code.
#[derive(Model, Debug, PartialEq)]
#[model(table = "odd", crate = crate::hygiene::renamed::deep::database)]
#[has_many(children: Odd, foreign_key = column)]
#[has_many(Children: Odd, foreign_key = row)]
#[has_one(r#match: Odd, foreign_key = column)]
#[has_many(self_: Odd, foreign_key = column)]
pub(crate) struct Odd {
    id: i64,
    r#type: String,
    query: i64,
    table: i64,
    prefetch: i64,
    r#struct: bool,
    row: i64,
    at: i64,
    column: Option<i64>,
    state: i64,
    into_inner: i64,
    definition: i64,
    target: i64,
    fields: i64,
}

#[test]
fn fields_of_any_name() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Odd>()?;
    let new = NewOdd {
        r#type: "t".into(),
        query: 1,
        table: 2,
        prefetch: 3,
        r#struct: true,
        row: 4,
        at: 5,
        column: None,
        state: 6,
        into_inner: 7,
        definition: 8,
        target: 9,
        fields: 10,
    };
    let odd = new.insert(&db)?;
    let found = <Odd as Model>::query().filter(Odd::r#type().eq("t") & Odd::query().eq(1)).one(&db)?;
    assert_eq!(found, odd);
    let loaded = <Odd as Model>::query().prefetch(Odd::children()).prefetch(Odd::r#match()).prefetch(Odd::self_());
    let loaded = loaded.one(&db)?;
    let other = <Odd as Model>::query().prefetch(Odd::Children()).one(&db)?;
    assert!(other.Children().is_empty());
    assert!(loaded.children().is_empty() && loaded.r#match().is_none() && loaded.self_().is_empty());
    assert_eq!(loaded.row, 4);
    Ok(())
}

/// Two models that are each other's `through`, in separate modules.
mod one {
    #[derive(orm::Model)]
    #[many_to_many(rights: crate::hygiene::other::Right, through = crate::hygiene::other::Right, right = id)]
    pub struct Left {
        pub id: i64,
        #[belongs_to(right: crate::hygiene::other::Right)]
        pub right_id: Option<i64>,
    }
}

mod other {
    #[derive(orm::Model)]
    #[many_to_many(lefts: crate::hygiene::one::Left, through = crate::hygiene::one::Left, right = id)]
    pub struct Right {
        pub id: i64,
        #[belongs_to(left: crate::hygiene::one::Left)]
        pub left_id: Option<i64>,
    }
}

#[test]
fn models_that_are_each_others_join_table() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(one::Left, other::Right)>()?;
    let left = one::NewLeft { right_id: None }.insert(&db)?;
    other::NewRight { left_id: Some(left.id) }.insert(&db)?;
    let lefts = one::Left::query().prefetch(one::Left::rights()).all(&db)?;
    assert_eq!(lefts[0].rights().len(), 1);
    let rights = other::Right::query().prefetch(other::Right::lefts()).all(&db)?;
    assert!(rights[0].lefts().is_empty());
    Ok(())
}

/// One name twice.
mod shop {
    #[derive(orm::Model)]
    #[model(table = "shop_items")]
    pub struct Item {
        pub id: i64,
        pub price: i64,
    }
}

mod game {
    #[derive(orm::Model)]
    #[model(table = "game_items")]
    pub struct Item {
        pub id: i64,
        #[belongs_to(sold_as: super::shop::Item)]
        pub shop_id: i64,
    }
}

#[test]
fn two_models_of_one_name() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(shop::Item, game::Item)>()?;
    let sword = shop::NewItem { price: 5 }.insert(&db)?;
    game::NewItem { shop_id: sword.id }.insert(&db)?;
    let items = game::Item::query().prefetch(game::Item::sold_as()).all(&db)?;
    assert_eq!(items[0].sold_as().price, 5);
    Ok(())
}

/// Names that the struct of loaded rows uses: its parameter of named slots, and relations with equal names in Pascal
/// case.
#[derive(Model)]
#[has_many(named_things: Named, foreign_key = parent_id)]
#[has_many(namedThings: Named, foreign_key = parent_id)]
#[has_many(named_: Named, foreign_key = parent_id)]
#[has_many(__: Named, foreign_key = parent_id)]
struct Named {
    id: i64,
    parent_id: Option<i64>,
}

struct Slot;

#[test]
fn names_that_the_loaded_struct_has_itself() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Named>()?;
    let top = NewNamed { parent_id: None }.insert(&db)?;
    NewNamed { parent_id: Some(top.id) }.insert(&db)?;
    let query = Named::query().prefetch(Named::named_things()).prefetch(Named::namedThings()).prefetch(Named::named_());
    let rows = query.prefetch(Named::__().named(Slot)).all(&db)?;
    let slot: &Many<Named> = rows[0].named(Slot);
    assert_eq!((rows[0].named_things().len(), rows[0].namedThings().len(), slot.len()), (1, 1, 1));
    assert_eq!(rows[0].named_()[0].parent_id, Some(rows[0].id));
    Ok(())
}

/// A column with the name of a keyword of a view's attribute.
#[derive(Model)]
struct Route {
    id: i64,
    from: String,
}

#[derive(Model)]
struct Trip {
    id: i64,
    #[belongs_to(route: Route)]
    route_id: i64,
}

#[derive(View)]
#[view(of = Trip)]
struct Start {
    #[view(from = route.from)]
    from: String,
}

#[test]
fn a_column_named_as_a_word_of_the_attribute() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<(Route, Trip)>()?;
    let route = NewRoute { from: "Graz".into() }.insert(&db)?;
    NewTrip { route_id: route.id }.insert(&db)?;
    let starts: Vec<Start> = Trip::query().view().all(&db)?;
    assert_eq!(starts[0].from, "Graz");
    Ok(())
}

/// Models from a macro, whose names come from two places.
macro_rules! model {
    ($name:ident, $relation:ident: $target:ident, $key:ident) => {
        #[derive(Model)]
        #[has_many($relation: $target, foreign_key = parent_id)]
        struct $name {
            id: i64,
            parent_id: Option<i64>,
            $key: String,
        }
    };
}

model!(Made, below: Made, label);

#[test]
fn a_model_made_by_a_macro() -> Result<()> {
    let db = Db::memory()?;
    db.create_tables::<Made>()?;
    let top = NewMade { parent_id: None, label: "top".into() }.insert(&db)?;
    NewMade { parent_id: Some(top.id), label: "below".into() }.insert(&db)?;
    let rows = Made::query().prefetch(Made::below()).filter(Made::label().eq("top")).all(&db)?;
    assert_eq!(rows[0].below()[0].label, "below");
    Ok(())
}
