//! The recipe: the latest rows of each parent.

use orm::value::Timestamp;
use orm::{Db, Model, assert_queries};

use crate::chapter::Chapter;

// ANCHOR: customer
#[derive(Model)]
#[has_many(orders: Order)]
struct Customer {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(index(customer_id, id))]
struct Order {
    id: i64,
    #[model(created_at)]
    ordered: Timestamp,
    #[belongs_to(customer: Customer)]
    customer_id: i64,
}
// ANCHOR_END: customer

pub(super) fn recipe(chapter: &mut Chapter) -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<(Customer, Order)>()?;
    for name in ["Ada", "Grace", "Alan"] {
        let customer = NewCustomer { name: name.into() }.insert(db)?;
        let orders = if name == "Alan" { 0 } else { 5 };
        orm::insert_many(db, (0..orders).map(|_| NewOrder { ordered: None, customer_id: customer.id }))?;
    }
    let recording = db.record();
    // ANCHOR: latest
    let latest = Customer::orders().order_by(Order::id().desc()).limit(3);
    for customer in Customer::query().prefetch(latest).all(db)? {
        let orders: Vec<i64> = customer.orders().iter().map(|order| order.id).collect();
        println!("{} ordered {orders:?}", customer.name);
    }
    // ANCHOR_END: latest
    chapter.shows_sql(&recording.statements());
    assert_eq!(recording.count(), 2);
    drop(recording);
    let customers = Customer::query().prefetch(Customer::orders().order_by(Order::id().desc()).limit(3));
    orm::assert_plan!(db, customers);
    let customers = assert_queries!(db, 2, customers.all(db)?);
    let ids: Vec<Vec<i64>> =
        customers.iter().map(|customer| customer.orders().iter().map(|order| order.id).collect()).collect();
    assert_eq!(ids, [vec![5, 4, 3], vec![10, 9, 8], vec![]]);
    assert!(customers[0].orders()[0].ordered <= Timestamp::now());
    Ok(())
}
