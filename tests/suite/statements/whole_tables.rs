//! Which relations are read without keys: those of a whole table, if a foreign key of the database guarantees that each
//! row belongs to one of its rows.

use orm::{Db, Model, Plan, Result, sql};

use crate::database::{db, either};

#[derive(Model)]
#[has_many(orders: Order)]
#[many_to_many(tags: Tag, through = Label)]
#[has_many(lines: Line, through = Order)]
struct Customer {
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(index(customer_id))]
#[has_many(lines: Line)]
struct Order {
    id: i64,
    title: String,
    #[belongs_to(customer: Customer)]
    customer_id: i64,
}

#[derive(Model)]
struct Line {
    id: i64,
    #[belongs_to(order: Order)]
    order_id: i64,
}

#[derive(Model)]
struct Tag {
    id: i64,
}

#[derive(Model)]
#[model(primary_key(customer_id, tag_id))]
struct Label {
    #[belongs_to(customer: Customer)]
    customer_id: i64,
    #[belongs_to(tag: Tag)]
    tag_id: i64,
}

/// A view of the customers of one name.
#[derive(Model)]
#[model(table = "ladies")]
#[has_many(orders: Order, foreign_key = customer_id)]
#[has_many(lines: Line, through = Order, left = customer_id)]
#[many_to_many(tags: Tag, through = Label, left = customer_id)]
struct Lady {
    id: i64,
    name: String,
}

/// Customers 1 to 4, each with two orders of two lines and with two tags; two of the customers are called Ada.
fn shop() -> Result<Db> {
    let db = db();
    db.create_tables::<(Customer, Order, Line, Tag, Label)>()?;
    fill(&db)?;
    sql("CREATE VIEW ladies AS SELECT id, name FROM customers WHERE name = 'Ada'").execute(&db)?;
    Ok(db)
}

fn fill(db: &Db) -> Result<()> {
    for id in 1..=4 {
        let name = if id % 2 == 0 { "Ada" } else { "Bob" };
        Customer { id, name: name.into() }.insert(db)?;
        Tag { id }.insert(db)?;
    }
    for id in 1..=8 {
        Order { id, title: format!("O{id}"), customer_id: (id - 1) % 4 + 1 }.insert(db)?;
        Line { id: 2 * id, order_id: id }.insert(db)?;
        Line { id: 2 * id + 1, order_id: id }.insert(db)?;
    }
    for customer_id in 1..=4 {
        Label { customer_id, tag_id: customer_id }.insert(db)?;
        Label { customer_id, tag_id: customer_id % 4 + 1 }.insert(db)?;
    }
    Ok(())
}

const BY_KEY: &str = "has many, by key";
const WHOLE: &str = "has many, of the whole table";
const WHOLE_LINKS: &str = "many to many, the whole table's links, then each row once";

/// How a many-to-many relation is loaded by keys.
fn links_by_key() -> &'static str {
    either(
        "many to many, links by key, then each row once",
        "many to many, by key; above 500 parents the links by key, then each row once",
    )
}

/// Returns how the relations of a query are loaded, by its plan.
fn hows(plan: &Plan) -> Vec<&'static str> {
    plan.root.steps.iter().map(|step| step.how).collect()
}

/// The plan of a query for all customers with their orders, lines and tags.
fn plan_of_customers(db: &Db) -> Plan {
    let orders = Customer::orders().prefetch(Order::lines());
    Customer::query()
        .prefetch(orders)
        .prefetch(Customer::lines())
        .prefetch(Customer::tags())
        .plan(db)
        .expect("there is a plan")
}

#[test]
fn a_whole_table_is_read_without_keys_where_a_foreign_key_promises_that_its_rows_are_wanted() -> Result<()> {
    let db = shop()?;
    let plan = plan_of_customers(&db);
    assert_eq!(hows(&plan), [WHOLE, "has many, of the whole table", WHOLE_LINKS]);
    assert_eq!(plan.root.steps[0].steps[0].how, WHOLE, "the orders of all customers are all orders");
    Ok(())
}

#[test]
fn keys_are_sent_for_the_few_rows_of_a_view() -> Result<()> {
    let db = shop()?;
    let query = Lady::query().prefetch(Lady::orders().prefetch(Order::lines())).prefetch(Lady::tags());
    assert_eq!(hows(&query.plan(&db)?), [BY_KEY, links_by_key()]);
    assert_eq!(query.plan(&db)?.root.steps[0].steps[0].how, BY_KEY, "nor are their orders all orders");
    assert_eq!(hows(&Lady::query().prefetch(Lady::lines()).plan(&db)?), ["has many, by key"]);

    let recording = db.record();
    let ladies = query.all(&db)?;
    let statements = recording.statements();
    assert_eq!(statements.len(), 4);
    let keys = either("rarray(?1)", "= ANY($1");
    assert!(statements[1..].iter().all(|statement| statement.contains(keys)), "{statements:#?}");
    let orders = |at: usize| ladies[at].orders().iter().map(|order| order.id).collect::<Vec<_>>();
    assert_eq!((ladies.len(), orders(0), orders(1)), (2, vec![2, 6], vec![4, 8]));
    assert_eq!(ladies[0].orders()[0].lines().iter().map(|line| line.id).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(ladies[1].tags().iter().map(|tag| tag.id).collect::<Vec<_>>(), [1, 4]);
    Ok(())
}

/// Tables as other tools create them: without foreign keys, so that most rows may belong to no parent.
#[test]
fn keys_are_sent_where_the_database_promises_nothing_of_the_rows() -> Result<()> {
    let db = db();
    for statement in [
        "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE orders (id bigint PRIMARY KEY, title text NOT NULL, customer_id bigint NOT NULL)",
        "CREATE INDEX orders_of_customers ON orders (customer_id)",
        "CREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id))",
        "CREATE INDEX lines_of_orders ON lines (order_id)",
        "CREATE TABLE tags (id bigint PRIMARY KEY)",
        "CREATE TABLE labels (customer_id bigint NOT NULL, tag_id bigint NOT NULL, PRIMARY KEY (customer_id, tag_id))",
    ] {
        sql(statement).execute(&db)?;
    }
    fill(&db)?;
    let plan = plan_of_customers(&db);
    assert_eq!(hows(&plan), [BY_KEY, "has many, by key", links_by_key()]);
    assert_eq!(plan.root.steps[0].steps[0].how, BY_KEY, "of an orphan the lines are not wanted");

    sql("DELETE FROM customers WHERE id <> 2").execute(&db)?;
    let customers = Customer::query().prefetch(Customer::orders()).prefetch(Customer::tags()).all(&db)?;
    assert_eq!(customers[0].orders().iter().map(|order| order.id).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(customers[0].tags().iter().map(|tag| tag.id).collect::<Vec<_>>(), [2, 3]);
    Ok(())
}

/// The foreign key of another column, or to another column, is not relevant for a relation.
#[test]
fn keys_are_sent_where_a_foreign_key_is_not_that_of_the_relation() -> Result<()> {
    #[derive(Model)]
    #[model(table = "customers")]
    #[has_many(orders: Made, foreign_key = maker)]
    #[has_many(sold: Made, foreign_key = customer_id, references = number)]
    struct Numbered {
        id: i64,
        number: i64,
    }
    #[derive(Model)]
    #[model(table = "orders")]
    struct Made {
        id: i64,
        customer_id: i64,
        maker: i64,
    }
    let db = db();
    for statement in [
        "CREATE TABLE customers (id bigint PRIMARY KEY, number bigint NOT NULL UNIQUE)",
        "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), \
         maker bigint NOT NULL)",
    ] {
        sql(statement).execute(&db)?;
    }
    let plan = Numbered::query().prefetch(Numbered::orders()).prefetch(Numbered::sold()).plan(&db)?;
    assert_eq!(hows(&plan), [BY_KEY, BY_KEY]);
    Ok(())
}

/// The text of the statement does not depend on the number of parents. The constraints of the database determine what
/// is read completely.
#[test]
fn the_form_does_not_depend_on_the_number_of_parents() -> Result<()> {
    let db = shop()?;
    let recording = db.record();
    Customer::query().prefetch(Customer::orders()).all(&db)?;
    Lady::query().prefetch(Lady::orders()).all(&db)?;
    let more = (100..2_000).map(|id| Customer { id, name: if id % 2 == 0 { "Ada".into() } else { "Bob".into() } });
    more.into_iter().try_for_each(|customer| customer.insert(&db).map(|_| ()))?;
    let statements = recording.statements();
    drop(recording);
    let recording = db.record();
    Customer::query().prefetch(Customer::orders()).all(&db)?;
    Lady::query().prefetch(Lady::orders()).all(&db)?;
    assert_eq!(statements[..4], recording.statements());
    Ok(())
}
