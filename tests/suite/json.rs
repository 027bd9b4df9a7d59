//! Loaded rows as serde sees them: "not loaded", "none" and "empty" differ.

use std::error::Error;

use orm::{Model, View, assert_queries};
use serde::{Deserialize, Serialize};
use serde_json::{json, to_string, to_value};

use crate::database::db;
use crate::schemas::university::{Course, Department, Student, university};

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
fn related_rows_are_nested_objects() -> Result<(), Box<dyn Error>> {
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
#[has_many(credit_notes: Invoice, foreign_key = credited_id)]
#[has_one(first_reminder: Reminder, rename = "reminder")]
struct Invoice {
    id: i64,
    #[serde(rename = "to")]
    customer_name: String,
    #[serde(skip)]
    secret_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_on: Option<String>,
    #[serde(skip)]
    #[belongs_to(credited_invoice: Invoice)]
    credited_id: Option<i64>,
}

#[derive(Model, Clone, Serialize)]
struct Line {
    id: i64,
    #[belongs_to(invoice: Invoice)]
    invoice_id: i64,
}

#[derive(Model, Serialize)]
#[serde(rename_all(serialize = "SCREAMING-KEBAB-CASE", deserialize = "camelCase"))]
struct Reminder {
    id: i64,
    #[model(unique)]
    #[belongs_to(of_invoice: Invoice)]
    invoice_id: i64,
}

fn invoices() -> Result<orm::Db, orm::Error> {
    let db = db();
    db.create_tables::<(Invoice, Line, Reminder)>()?;
    let new = |credited_id| NewInvoice {
        customer_name: "Ada".into(),
        secret_code: "hunter2".into(),
        paid_on: None,
        credited_id,
    };
    let first = new(None).insert(&db)?;
    let credit = new(Some(first.id)).insert(&db)?;
    new(Some(credit.id)).insert(&db)?;
    NewLine { invoice_id: first.id }.insert(&db)?;
    NewReminder { invoice_id: first.id }.insert(&db)?;
    Ok(db)
}

#[test]
fn relations_are_called_as_the_model_calls_its_fields() -> Result<(), Box<dyn Error>> {
    let db = invoices()?;
    let query = Invoice::query().prefetch(Invoice::line_items()).prefetch(Invoice::credited_invoice().joined());
    let text = serde_json::to_string(&assert_queries!(&db, 2, query.find(&db, 1)?))?;
    assert_eq!(text, r#"{"id":1,"to":"Ada","lineItems":[{"id":1,"invoice_id":1}],"creditedInvoice":null}"#);
    Ok(())
}

#[test]
fn a_relation_has_the_name_that_its_attribute_gives_it() -> Result<(), Box<dyn Error>> {
    let db = invoices()?;
    let reminder = Invoice::first_reminder().prefetch(Reminder::of_invoice());
    let text = serde_json::to_string(&Invoice::query().prefetch(reminder).find(&db, 1)?)?;
    let within = r#"{"ID":1,"INVOICE-ID":1,"OF-INVOICE":{"id":1,"to":"Ada"}}"#;
    assert_eq!(text, format!(r#"{{"id":1,"to":"Ada","reminder":{within}}}"#));
    Ok(())
}

#[test]
fn trees_are_called_as_the_model_calls_its_fields() -> Result<(), Box<dyn Error>> {
    let db = invoices()?;
    let tree = Invoice::query().prefetch(Invoice::credit_notes().to_any_depth()).find(&db, 1)?;
    let third = r#"{"id":3,"to":"Ada","creditNotes":[]}"#;
    let second = format!(r#"{{"id":2,"to":"Ada","creditNotes":[{third}]}}"#);
    assert_eq!(serde_json::to_string(&tree)?, format!(r#"{{"id":1,"to":"Ada","creditNotes":[{second}]}}"#));
    Ok(())
}

struct LineCount;
struct HighestId;
struct Twice<T>(std::marker::PhantomData<T>);

#[test]
fn named_values_are_called_as_the_model_calls_its_fields() -> Result<(), Box<dyn Error>> {
    let db = invoices()?;
    let doubled = orm::batch(Invoice::id(), |ids| Ok::<_, orm::Error>(ids.iter().map(|&id| (id, 2 * id)).collect()));
    let query = Invoice::query()
        .prefetch(Invoice::line_items().count().named(LineCount))
        .prefetch(Invoice::line_items().max(Line::id()).named(HighestId))
        .prefetch(doubled.named(Twice(std::marker::PhantomData::<Line>)));
    let text = serde_json::to_string(&query.find(&db, 1)?)?;
    assert_eq!(text, r#"{"id":1,"to":"Ada","lineCount":1,"highestId":1,"twice":2}"#);
    Ok(())
}

#[derive(View, Serialize)]
#[view(of = Invoice)]
#[serde(rename_all = "PascalCase")]
struct InvoiceCard {
    customer_name: String,
    line_items: Vec<Line>,
}

#[test]
fn a_view_names_its_own_fields_and_the_rows_in_it_theirs() -> Result<(), Box<dyn Error>> {
    let db = invoices()?;
    let cards = Invoice::query().filter(Invoice::id().eq(1)).view::<InvoiceCard>().all(&db)?;
    let expected = r#"[{"CustomerName":"Ada","LineItems":[{"id":1,"invoice_id":1}]}]"#;
    assert_eq!(serde_json::to_string(&cards)?, expected);
    Ok(())
}

/// A relation and a named value of a model with a case have the names that serde gives to fields with their names.
macro_rules! as_serde_calls_fields {
    ($db:ident, $($module:ident: $case:literal,)*) => {$({
        mod $module {
            use super::*;

            #[derive(Model, Serialize)]
            #[model(table = "blogs")]
            #[serde(rename_all = $case)]
            #[has_many(blog_posts: Post, foreign_key = blog_id)]
            pub(super) struct Blog {
                pub(super) blog_id: i64,
                #[model(primary_key)]
                key: i64,
            }

            #[derive(Model, Serialize)]
            #[model(table = "posts")]
            pub(super) struct Post {
                id: i64,
                pub(super) blog_id: i64,
            }

            pub(super) struct CountOfPosts;

            #[derive(Serialize)]
            #[serde(rename_all = $case)]
            pub(super) struct Fields {
                pub(super) blog_id: i64,
                pub(super) key: i64,
                pub(super) blog_posts: [Post; 0],
                pub(super) count_of_posts: u64,
            }
        }
        use $module::{Blog, CountOfPosts, Fields};
        let query = Blog::query()
            .prefetch(Blog::blog_posts())
            .prefetch(Blog::blog_posts().count().named(CountOfPosts));
        let as_fields = Fields { blog_id: 7, key: 1, blog_posts: [], count_of_posts: 0 };
        assert_eq!(serde_json::to_string(&query.find(&$db, 1)?)?, serde_json::to_string(&as_fields)?);
    })*};
}

#[test]
fn every_case_of_serde_is_followed() -> Result<(), Box<dyn Error>> {
    let db = db();
    db.create_tables::<(Blog, Post)>()?;
    NewBlog { blog_id: 7 }.insert(&db)?;
    as_serde_calls_fields! {
        db,
        lower: "lowercase",
        upper: "UPPERCASE",
        pascal: "PascalCase",
        camel: "camelCase",
        snake: "snake_case",
        screaming_snake: "SCREAMING_SNAKE_CASE",
        kebab: "kebab-case",
        screaming_kebab: "SCREAMING-KEBAB-CASE",
    }
    Ok(())
}

/// Deserialising has other rules than serialising.
#[derive(Model, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"), tag = "type")]
#[has_many(blog_posts: Post)]
struct Blog {
    #[model(primary_key)]
    key: i64,
    blog_id: i64,
}

#[derive(Model, Serialize)]
struct Post {
    id: i64,
    blog_id: i64,
}

#[test]
fn what_serde_says_of_deserialising_names_nothing() -> Result<(), Box<dyn Error>> {
    let db = db();
    db.create_tables::<(Blog, Post)>()?;
    let blog = NewBlog { blog_id: 7 }.insert(&db)?;
    let read: Blog = serde_json::from_str(r#"{"type":"Blog","key":1,"blogId":7}"#)?;
    assert_eq!((read.key, read.blog_id), (blog.key, blog.blog_id));
    let text = serde_json::to_string(&Blog::query().prefetch(Blog::blog_posts()).find(&db, 1)?)?;
    assert_eq!(text, r#"{"type":"Blog","key":1,"blog_id":7,"blog_posts":[]}"#);
    Ok(())
}

/// A column may have the name of a relation, if no row is serialised with both.
#[derive(Model)]
#[has_many(lines: Word, foreign_key = text_id)]
struct Text {
    id: i64,
    #[model(accessor = none)]
    lines: i64,
}

#[derive(Model, Serialize)]
#[has_many(translations: Word, foreign_key = text_id)]
struct Word {
    id: i64,
    text_id: i64,
    #[model(skip)]
    #[serde(flatten)]
    others: std::collections::BTreeMap<String, i64>,
}

#[test]
fn an_entry_that_a_field_brings_along_is_not_written_twice() -> Result<(), Box<dyn Error>> {
    let db = db();
    db.create_tables::<(Text, Word)>()?;
    let text = NewText { lines: 2 }.insert(&db)?;
    let text = Text::query().prefetch(Text::lines()).find(&db, text.id)?;
    assert_eq!((text.lines, text.lines().len()), (2, 0));

    let with = |key: &str| Word { id: 1, text_id: 1, others: [(key.to_owned(), 5)].into() };
    let load = |word| orm::prefetch_one(&db, word, Word::translations());
    let text = serde_json::to_string(&load(with("other"))?)?;
    assert_eq!(text, r#"{"id":1,"text_id":1,"other":5,"translations":[]}"#);
    let error = serde_json::to_string(&load(with("translations"))?).unwrap_err();
    assert_eq!(
        error.to_string(),
        "two entries of the row would be called `translations`; give the named value, the relation or the field another name"
    );
    Ok(())
}

#[test]
fn not_loaded_none_and_empty_serialise_apart() -> Result<(), Box<dyn Error>> {
    use crate::schemas::journal::{Article, Writer, journal};

    struct First;

    let db = journal()?;
    let plain = Writer::find(&db, 3)?;
    assert_eq!(to_string(&plain)?, r#"{"id":3,"name":"Cid"}"#);
    let empty = Writer::query().prefetch(Writer::written()).prefetch(Writer::profile()).find(&db, 3)?;
    assert_eq!(to_string(&empty)?, r#"{"id":3,"name":"Cid","written":[],"profile":null}"#);
    let query = Article::query().prefetch(Article::editor().prefetch(Writer::profile())).prefetch(Article::tags());
    assert_eq!(
        to_string(&query.find(&db, 1)?)?,
        r#"{"id":1,"title":"Red","author_id":1,"editor_id":2,"tags":[{"id":1,"label":"new"},{"id":2,"label":"long"}],"editor":{"id":2,"name":"Bob","profile":null}}"#
    );
    let named = Writer::query().prefetch(Writer::written().count().named(First)).find(&db, 3)?;
    assert_eq!(to_string(&named)?, r#"{"id":3,"name":"Cid","first":0}"#);
    Ok(())
}
