//! Values within JSON, by a path of names and positions.

use orm::{Cursor, Db, Json, JsonPath, Model, OrderBy, Result, TrustedSql, assert_queries, count, insert_many, sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::database::{db, either};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Extra {
    tags: Vec<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Event {
    id: i64,
    payload: Value,
    settings: Option<Json<Value>>,
    #[model(json)]
    extra: Extra,
    #[model(json)]
    maybe: Option<Extra>,
}

fn event(payload: Value) -> NewEvent {
    let extra = Extra { tags: vec!["x".into(), "y".into()] };
    NewEvent { payload, settings: None, extra: extra.clone(), maybe: Some(extra) }
}

fn events(payloads: impl IntoIterator<Item = Value>) -> Result<Db> {
    let db = db();
    db.create_tables::<Event>()?;
    insert_many(&db, payloads.into_iter().map(event))?;
    Ok(db)
}

fn people() -> Result<Db> {
    events([
        json!({"user": {"name": "Ada", "age": 36, "admin": true, "rate": 0.5}, "items": [{"price": 7}, {"price": 9}]}),
        json!({"user": {"name": "Bob", "age": 17, "admin": false, "rate": 2}, "items": []}),
        json!({"user": null}),
        json!([1, 2, 3]),
    ])
}

#[test]
fn values_are_selected_compared_and_ordered_by() -> Result<()> {
    let db = people()?;
    let payload = Event::payload();
    let query = Event::query()
        .filter(payload.path("user.name").text().ne("Bob"))
        .select((Event::id(), payload.path("items[1].price").integer()));
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT t0."id", orm_json_integer(t0."payload", '["items",1,"price"]') FROM "events" AS t0 WHERE orm_json_text(t0."payload", '["user","name"]') <> ?1 ORDER BY t0."id""#,
            r#"SELECT t0."id", CAST(jsonb_path_query_first(CAST(t0."payload" AS jsonb), 'strict $."items"[1]."price" ? (@.type() == "number" && @ % 1 == 0)', '{}', true) AS bigint) FROM "events" AS t0 WHERE (jsonb_path_query_first(CAST(t0."payload" AS jsonb), 'strict $."user"."name" ? (@.type() == "string")', '{}', true) #>> '{}') COLLATE "C" <> $1 ORDER BY t0."id""#,
        )
    );
    let rows: Vec<(i64, Option<i64>)> = assert_queries!(db, 1, query.all(&db)?);
    assert_eq!(rows, [(1, Some(9))], "where there is no name, it is not another either");
    let user = |step: &str| payload.key("user").key(step);
    let all = Event::query().select((user("age").integer(), user("rate").real(), user("admin").boolean())).all(&db)?;
    let nothing = (None, None, None);
    assert_eq!(all, [(Some(36), Some(0.5), Some(true)), (Some(17), Some(2.0), Some(false)), nothing, nothing]);
    let ids = |query: orm::Query<Event>| query.select(Event::id()).all(&db);
    assert_eq!(ids(Event::query().order_by(user("name").text().desc().nulls_last()))?, [2, 1, 4, 3]);
    assert_eq!(ids(Event::query().filter(user("age").integer().ge(18)))?, [1]);
    assert_eq!(ids(Event::query().filter(user("age").integer().add(1).eq(18)))?, [2]);
    assert_eq!(ids(Event::query().filter(user("admin").boolean().eq(true)))?, [1]);
    assert_eq!(ids(Event::query().filter(user("rate").real().gt(1.0)))?, [2]);
    assert_eq!(ids(Event::query().filter(user("name").text().eq(None)))?, [3, 4]);
    Ok(())
}

#[test]
fn values_are_keys_of_groups_and_are_summed() -> Result<()> {
    let db = people()?;
    let admin = || Event::payload().path("user.admin").boolean();
    let age = || Event::payload().path("user.age").integer();
    let groups = Event::query().group_by(admin()).select((admin(), count(), age().sum()));
    assert_eq!(
        assert_queries!(db, 1, groups.all(&db)?),
        [(None, 2, None), (Some(false), 1, Some(17)), (Some(true), 1, Some(36))]
    );
    assert_eq!(Event::query().max(&db, Event::payload().path("user.name").text())?, Some("Bob".into()));
    Ok(())
}

#[test]
fn pages_go_on_by_values_within_json() -> Result<()> {
    let db = people()?;
    let orders: [fn() -> OrderBy<Event>; 4] = [
        || Event::payload().path("user.name").text().desc(),
        || Event::payload().path("user.age").integer().asc(),
        || Event::payload().path("user.rate").real().asc().nulls_last(),
        || Event::payload().path("user.admin").boolean().desc(),
    ];
    for order in orders {
        let query = Event::query().order_by(order());
        let (mut rows, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let page = query.clone().page(1).after(cursor).read(&db)?;
            rows.extend(page.rows);
            let Some(next) = page.next else { break };
            cursor = Some(next.to_string().parse()?);
        }
        assert_eq!(rows, query.all(&db)?, "{}", query.sql(&db));
    }
    Ok(())
}

#[test]
fn a_value_within_json_is_no_change_of_its_column() -> Result<()> {
    let db = people()?;
    let error = Event::all_rows().update(&db, Event::payload().path("user.name").text()).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("does not begin with one of its columns"), "{error}");
    let name = Event::query().filter(Event::payload().path("user.name").text().lower().eq("ada"));
    assert_eq!(name.select(Event::id()).all(&db)?, [1], "and has the functions of texts");
    Ok(())
}

#[test]
fn every_kind_of_json_column_has_paths() -> Result<()> {
    let db = people()?;
    let row = NewEvent { settings: Some(Json(json!({"dark": true}))), maybe: None, ..event(json!({})) };
    row.insert(&db)?;
    let query = Event::query().filter(Event::id().ge(4)).select((
        Event::settings().path("dark").boolean(),
        Event::extra().path("tags[1]").text(),
        Event::maybe().key("tags").index(0).text(),
    ));
    assert_eq!(query.all(&db)?, [(None, Some("y".into()), Some("x".into())), (Some(true), Some("y".into()), None)]);
    Ok(())
}

/// The results of each way to read a value: the text, the integer, the double and the boolean.
type Read = (Option<&'static str>, Option<i64>, Option<f64>, Option<bool>);

#[test]
fn what_is_of_another_kind_is_none_and_numbers_are_exact() -> Result<()> {
    const NONE: Read = (None, None, None, None);
    #[expect(clippy::cast_precision_loss, reason = "the double that is nearest")]
    let number = |integer: i64| (None, Some(integer), Some(integer as f64), None);
    let fraction = |real: f64| (None, None, Some(real), None);
    let text = |text: &'static str| (Some(text), None, None, None);
    let cases: Vec<(&str, Read)> = vec![
        (r#"{"a": null}"#, NONE),
        (r"{}", NONE),
        (r#"{"A": 1, "a ": 1, "": 1}"#, NONE),
        (r#"[{"a": 1}]"#, NONE),
        (r"null", NONE),
        (r#""a""#, NONE),
        (r"7", NONE),
        (r#"{"a": "1"}"#, text("1")),
        (r#"{"a": "1.5"}"#, text("1.5")),
        (r#"{"a": "true"}"#, text("true")),
        (r#"{"a": ""}"#, text("")),
        (r#"{"a": "it's \"q\" \\ \u00e4 \ud83d\ude00\n"}"#, text("it's \"q\" \\ \u{e4} \u{1f600}\n")),
        (r#"{"a": true}"#, (None, None, None, Some(true))),
        (r#"{"a": false}"#, (None, None, None, Some(false))),
        (r#"{"a": 1}"#, number(1)),
        (r#"{"a": -0}"#, number(0)),
        (r#"{"a": 1.0}"#, number(1)),
        (r#"{"a": 1e2}"#, number(100)),
        (r#"{"a": 1.5}"#, fraction(1.5)),
        (r#"{"a": -1.5}"#, fraction(-1.5)),
        (r#"{"a": 1e-7}"#, fraction(1e-7)),
        (r#"{"a": 0.999999999999999999999}"#, fraction(1.0)),
        (r#"{"a": 9007199254740993}"#, number(9_007_199_254_740_993)),
        (r#"{"a": 9007199254740993.0}"#, number(9_007_199_254_740_993)),
        (r#"{"a": 9223372036854775807}"#, number(i64::MAX)),
        (r#"{"a": -9223372036854775808}"#, number(i64::MIN)),
        (r#"{"a": [1]}"#, NONE),
        (r#"{"a": [[1]]}"#, NONE),
        (r#"{"a": {"a": 1}}"#, NONE),
        (r#"{"b": {"a": 1}, "c": "\"a\": 1", "a": 2}"#, number(2)),
        (r#"{"b": 1e400, "a": 3}"#, number(3)),
    ];
    let db = events([])?;
    for (payload, _) in &cases {
        let insert = format!("INSERT INTO events (payload, extra) VALUES ('{}', '{{}}')", payload.replace('\'', "''"));
        sql(TrustedSql(insert)).execute(&db)?;
    }
    let a = || Event::payload().path("a");
    let query = Event::query().select((a().text(), a().integer(), a().real(), a().boolean()));
    for ((text, integer, real, boolean), (payload, expected)) in query.all(&db)?.into_iter().zip(&cases) {
        assert_eq!((text.as_deref(), integer, real, boolean), *expected, "{payload}");
    }
    Ok(())
}

#[test]
fn a_number_that_does_not_fit_is_an_error() -> Result<()> {
    for number in ["1e400", "-1e400", "9223372036854775808", "1e30"] {
        let db = events([])?;
        let insert = format!("INSERT INTO events (payload, extra) VALUES ('{{\"a\": {number}}}', '{{}}')");
        sql(TrustedSql(insert)).execute(&db)?;
        let a = || Event::payload().path("a");
        assert!(Event::query().select(a().integer()).all(&db).is_err(), "{number}");
        assert_eq!(Event::query().select(a().real()).all(&db).is_err(), number.ends_with("400"), "{number}");
        assert_eq!(Event::query().select((a().text(), a().boolean())).all(&db)?, [(None, None)], "{number}");
    }
    Ok(())
}

#[test]
fn names_and_positions_are_told_apart_and_names_are_taken_literally() -> Result<()> {
    let names = [
        "0",
        "a.b",
        "a\"b",
        "a'b",
        "a\\b",
        "$",
        "*",
        "[0]",
        "",
        "\u{e4}",
        "\u{1f600}",
        "a\nb",
        "' OR 1=1 --",
        "{x,y}",
        "?1",
    ];
    let object: serde_json::Map<String, Value> =
        names.iter().zip(1..).map(|(name, number)| ((*name).to_owned(), json!(number))).collect();
    let db = events([Value::Object(object), json!([[5, {"0": 6}], "s", 7])])?;
    let read = |path: JsonPath<Event>| Event::query().select(path.integer()).all(&db);
    for (name, number) in names.iter().zip(1..) {
        assert_eq!(read(Event::payload().key(*name))?, [Some(number), None], "{name}");
    }
    let first = || Event::payload().path("[0]");
    assert_eq!(read(first())?, [None, None], "an object has no positions");
    assert_eq!(read(first().index(0))?, [None, Some(5)]);
    assert_eq!(read(first().index(0).index(0))?, [None, None], "nor has a number");
    assert_eq!(read(first().index(1).key("0"))?, [None, Some(6)]);
    assert_eq!(read(first().index(1).index(0))?, [None, None]);
    assert_eq!(read(first().key("0"))?, [None, None], "an array has no names");
    assert_eq!(read(Event::payload().path("[2]"))?, [None, Some(7)]);
    assert_eq!(read(Event::payload().path("[3]"))?, [None, None]);
    assert_eq!(read(Event::payload().path("[1][0]"))?, [None, None], "a text has no positions");
    assert_eq!(read(Event::payload().path("[4294967295]"))?, [None, None]);
    Ok(())
}

#[test]
fn a_path_that_is_none_says_what_to_write() -> Result<()> {
    let db = people()?;
    for (path, problem) in [
        (
            "items.0",
            "`0` in the path `items.0` may be a position or a name; write `[0]` for the element of an array, or `.key(\"0\")` for the value of an object",
        ),
        ("items[-1]", "`[-1]` in the path `items[-1]` is not a position in an array, such as `[0]`"),
        ("a..b", "the path `a..b` has a step without a name; write it as `user.name` or `items[0].price`"),
        ("$.a", "the name `$` in the path `$.a` has characters that paths may use; write `.key(..)` for it"),
    ] {
        let error = Event::query().filter(Event::payload().path(path).text().eq("x")).all(&db).unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.to_string(), problem);
    }
    Ok(())
}
