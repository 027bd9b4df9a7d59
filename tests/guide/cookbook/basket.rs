//! The recipe: columns of a join table.

use orm::{Db, Linked, Many, Model, Upsert, assert_queries, excluded};

// ANCHOR: basket
#[derive(Model)]
#[many_to_many(products: Product, through = Item)]
struct Basket {
    id: i64,
    customer: String,
}

#[derive(Model)]
struct Product {
    id: i64,
    name: String,
    cents: i64,
}

#[derive(Model)]
#[model(primary_key(basket_id, product_id))]
struct Item {
    #[belongs_to(basket: Basket, on_delete = cascade)]
    basket_id: i64,
    #[belongs_to(product: Product)]
    product_id: i64,
    quantity: i64,
}
// ANCHOR_END: basket

// ANCHOR: add
/// Puts a product into the basket. If it is there already, its quantity grows.
fn add(db: &Db, basket: &Basket, product: &Product, quantity: i64) -> orm::Result<()> {
    let item = NewItem { basket_id: basket.id, product_id: product.id, quantity };
    Upsert::of([item], (Item::basket_id(), Item::product_id()))
        .set(Item::quantity().add(excluded(Item::quantity())))
        .all(db)?;
    Ok(())
}

fn total(basket: &BasketLoaded<Many<Linked<Product, Item>>>) -> i64 {
    basket.products().iter().map(|product| product.cents * product.link().quantity).sum()
}
// ANCHOR_END: add

pub(super) fn recipe() -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<(Basket, Product, Item)>()?;
    let basket = NewBasket { customer: "Ada".into() }.insert(db)?;
    let new = |name: &str, cents| NewProduct { name: name.into(), cents };
    let products = orm::insert_many(db, [new("Pen", 250), new("Ink", 900)])?;
    add(db, &basket, &products[0], 2)?;
    add(db, &basket, &products[1], 1)?;
    assert_queries!(db, 1, add(db, &basket, &products[0], 3)?);
    let recording = db.record();
    // ANCHOR: read_basket
    let baskets = Basket::query().prefetch(Basket::products().with_link()).all(db)?;
    for product in baskets[0].products() {
        println!("{} × {}", product.link().quantity, product.name);
    }
    println!("{} cents", total(&baskets[0]));
    // ANCHOR_END: read_basket
    assert_eq!((recording.count(), total(&baskets[0])), (2, 5 * 250 + 900));
    assert_eq!(baskets[0].customer, "Ada");
    // ANCHOR: change_quantity
    let pens = Item::find(db, (basket.id, products[0].id))?;
    let pens = pens.edit(db, |item| item.quantity = 1)?;
    // ANCHOR_END: change_quantity
    assert_eq!(pens.quantity, 1);
    Ok(())
}
