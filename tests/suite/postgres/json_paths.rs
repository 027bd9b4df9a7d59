//! Values within JSON: the indexes for them, and columns of the type `json`.

use orm::{Model, Result};
use serde_json::{Value, json};

use crate::database::{Shared, db};

#[derive(Model, Clone, Debug)]
struct Event {
    id: i64,
    payload: Value,
}

#[test]
fn an_index_of_the_value_serves() -> Result<()> {
    let shared = Shared::new();
    let db = shared.open();
    db.create_tables::<Event>()?;
    shared.run(
        r#"CREATE INDEX names ON events (((jsonb_path_query_first(payload, 'strict $."user"."name" ? (@.type() == "string")', '{}', true) #>> '{}') COLLATE "C"))"#,
    );
    let name = || Event::payload().path("user.name").text();
    let found = Event::query().filter(name().eq("Ada")).select(Event::id()).sql(&db).to_string();
    let plan = shared.query_plan(&found.replace("$1", "'Ada'").replace("strict 'Ada'", "strict $1")).join("\n");
    assert!(plan.contains("Index Scan using names"), "{plan}");
    let ordered = Event::query().order_by(name().asc().nulls_last()).limit(3).sql(&db).to_string();
    let plan = shared.query_plan(&ordered.replace("LIMIT $1", "LIMIT 3")).join("\n");
    assert!(plan.contains("Index Scan using names"), "{plan}");
    Ok(())
}

#[test]
fn a_column_of_json_as_text_has_paths_too() -> Result<()> {
    #[derive(Model, Clone, Debug)]
    #[model(table = "events")]
    struct AsText {
        id: i64,
        #[model(sql_type = "json")]
        payload: Value,
    }
    let db = db();
    db.create_tables::<AsText>()?;
    NewAsText { payload: json!({"user": {"name": "Ada"}, "a'b": [1.0]}) }.insert(&db)?;
    let payload = AsText::payload();
    let read = AsText::query().select((payload.path("user.name").text(), payload.key("a'b").index(0).integer()));
    assert_eq!(read.all(&db)?, [(Some("Ada".into()), Some(1))]);
    Ok(())
}
