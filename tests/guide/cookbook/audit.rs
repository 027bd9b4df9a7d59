//! The recipe: an audit log.

// ANCHOR: product
use orm::value::Timestamp;
use orm::{Db, Model};
use serde::Serialize;
use serde_json::json;

#[derive(Model, Clone, PartialEq, Serialize)]
struct Product {
    id: i64,
    name: String,
    cents: i64,
}

#[derive(Model)]
#[model(table = "audit_log", index(subject, id))]
struct AuditEntry {
    id: i64,
    #[model(created_at)]
    at: Timestamp,
    actor: String,
    /// The row, such as `products/7`.
    subject: String,
    before: String,
    after: String,
}

/// Changes a product, and records who changed it, when, and how.
fn edit_product(db: &Db, actor: &str, id: i64, change: impl FnOnce(&mut Product)) -> orm::Result<Product> {
    db.transaction(|tx| {
        let before = Product::query().for_update().find(tx, id)?;
        let after = before.edit(tx, change)?;
        if after != before {
            let entry = NewAuditEntry {
                at: None,
                actor: actor.into(),
                subject: format!("products/{id}"),
                before: json!(before).to_string(),
                after: json!(after).to_string(),
            };
            entry.insert(tx)?;
        }
        Ok(after)
    })
}
// ANCHOR_END: product

pub(super) fn recipe() -> orm::Result<()> {
    let db = &Db::memory()?;
    db.create_tables::<(Product, AuditEntry)>()?;
    let pen = NewProduct { name: "Pen".into(), cents: 250 }.insert(db)?;
    let pen = orm::assert_queries!(db, 3, edit_product(db, "ada", pen.id, |product| product.cents = 300)?);
    orm::assert_queries!(db, 1, edit_product(db, "ada", pen.id, |product| product.cents = 300)?);
    // ANCHOR: history
    let history = AuditEntry::query()
        .filter(AuditEntry::subject().eq(format!("products/{}", pen.id)))
        .order_by(AuditEntry::id().desc())
        .all(db)?;
    // ANCHOR_END: history
    let [entry] = &history[..] else { panic!("one change") };
    assert_eq!((&*entry.actor, &*entry.before), ("ada", r#"{"cents":250,"id":1,"name":"Pen"}"#));
    assert!(entry.after.contains("300") && entry.at <= Timestamp::now());
    Ok(())
}
