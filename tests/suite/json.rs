//! Loaded rows as serde sees them: "not loaded", "none" and "empty" differ.

use std::error::Error;

use orm::Model;
use serde::Serialize;
use serde_json::{json, to_value};

use super::support::{Course, Department, Student, db, university};

#[test]
fn what_was_not_loaded_leaves_no_trace() -> Result<(), Box<dyn Error>> {
    let db = university();
    let plain = Student::find(&db, 1)?;
    let expected = json!({ "id": 1, "first_name": "Ada", "last_name": "Lovelace", "department_id": 1 });
    assert_eq!(to_value(&plain)?, expected);
    let loaded = Student::query().prefetch(Student::courses()).find(&db, 3)?;
    assert_eq!(
        to_value(&loaded)?,
        json!({ "id": 3, "first_name": "Emil", "last_name": "Void", "department_id": null, "courses": [] })
    );
    Ok(())
}

#[test]
fn none_and_empty_differ() -> Result<(), Box<dyn Error>> {
    let db = university();
    let query = Student::query().prefetch(Student::courses()).prefetch(Student::department());
    let value = to_value(query.find(&db, 3)?)?;
    assert_eq!((&value["department"], &value["courses"]), (&json!(null), &json!([])));
    assert!(value.as_object().is_some_and(|row| row.contains_key("department")));
    Ok(())
}

#[test]
fn relations_nest() -> Result<(), Box<dyn Error>> {
    let db = university();
    let query =
        Department::query().prefetch(Department::courses().prefetch(Course::students()).prefetch(Course::department()));
    let value = to_value(query.filter(Department::id().eq(2)).all(&db)?)?;
    assert_eq!(
        value,
        json!([{
            "id": 2,
            "name": "Physics",
            "courses": [{
                "id": 3,
                "title": "Optics",
                "department_id": 2,
                "department": { "id": 2, "name": "Physics" },
                "students": [{ "id": 2, "first_name": "Isaac", "last_name": "Newton", "department_id": 2 }],
            }],
        }])
    );
    Ok(())
}

#[derive(Serialize)]
struct EvenOnes;

#[test]
fn named_slots_serialise_under_their_names() -> Result<(), Box<dyn Error>> {
    let db = university();
    let even = Student::courses().filter(Course::id().eq(2)).named(EvenOnes);
    let value = to_value(Student::query().prefetch(even).find(&db, 1)?)?;
    assert_eq!(value["even_ones"], json!([{ "id": 2, "title": "Algebra", "department_id": 1 }]));
    assert!(value.get("courses").is_none());
    Ok(())
}

#[derive(Model, Serialize)]
#[serde(rename_all = "camelCase")]
#[has_many(line_items: Line, foreign_key = invoice_id)]
struct Invoice {
    id: i64,
    #[serde(rename = "to")]
    customer_name: String,
    #[serde(skip)]
    secret_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_on: Option<String>,
}

#[derive(Model, Serialize)]
struct Line {
    id: i64,
    #[belongs_to(invoice: Invoice)]
    invoice_id: i64,
}

#[test]
fn the_models_own_serde_attributes_are_honoured() -> Result<(), Box<dyn Error>> {
    let db = db();
    db.create_tables::<(Invoice, Line)>()?;
    NewInvoice { customer_name: "Ada".into(), secret_code: "hunter2".into(), paid_on: None }.insert(&db)?;
    NewLine { invoice_id: 1 }.insert(&db)?;
    let text = serde_json::to_string(&Invoice::query().prefetch(Invoice::line_items()).all(&db)?)?;
    assert_eq!(text, r#"[{"id":1,"to":"Ada","line_items":[{"id":1,"invoice_id":1}]}]"#);
    Ok(())
}
