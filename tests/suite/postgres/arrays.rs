//! Arrays as fields: of every type that a column can hold, read, written, compared, and inserted in any number.

use std::net::{IpAddr, Ipv6Addr};

use orm::value::{Date, DateTime, Decimal, Time, Timestamp};
use orm::{ColumnType, Db, Model, Result, assert_queries, bulk_insert, insert_many, sql, upsert};

use crate::database::db;
use crate::subjects::types::column_types::Sample;
use crate::support::random::Random;

use super::run;

/// Arrays of samples are returned unchanged, whatever their form, and conditions find them by equality and by their
/// elements.
macro_rules! arrays {
    ($($(#[$when:meta])? fn $name:ident() -> $type:ty;)*) => {$(
        $(#[$when])?
        #[test]
        fn $name() -> Result<()> {
            #[derive(Model, Debug)]
            #[model(table = "samples")]
            struct Row {
                id: i64,
                values: Vec<$type>,
                gaps: Vec<Option<$type>>,
                maybe: Option<Vec<$type>>,
            }

            let db = db();
            db.create_tables::<Row>()?;
            assert_eq!(db.check::<Row>()?, []);
            let samples = <$type as Sample>::samples(&mut Random::new(u64::from(line!())));
            let row = |at: usize| {
                let values = samples[at..samples.len().min(at + at % 5)].to_vec();
                let gaps = values.iter().cloned().map(Some).chain([None]).collect();
                NewRow { gaps, maybe: (!at.is_multiple_of(3)).then(|| values.clone()), values }
            };
            let single = row(1).insert(&db)?;
            let many = insert_many(&db, (0..samples.len()).map(row))?;
            bulk_insert(&db, (0..samples.len()).map(row))?;
            let rows = Row::query().all(&db)?;
            assert_eq!(rows.len(), 2 * samples.len() + 1);
            let places = [1].into_iter().chain(0..samples.len()).chain(0..samples.len());
            for (found, at) in rows.iter().chain([&single]).chain(&many).zip(places.chain([1]).chain(0..samples.len())) {
                let expected = row(at);
                same(&found.values, &expected.values);
                assert!(found.gaps.last().is_some_and(Option::is_none));
                let gaps: Vec<$type> = found.gaps.iter().flatten().cloned().collect();
                same(&gaps, &expected.values);
                match (&found.maybe, &expected.maybe) {
                    (Some(found), Some(expected)) => same(found, expected),
                    (found, expected) => assert_eq!(found.is_some(), expected.is_some()),
                }
            }
            let found = |condition| Row::query().filter(condition).count(&db);
            let last = rows.last().expect("there are rows");
            assert!(found(Row::values().eq(&last.values))? > 0);
            assert!(found(Row::gaps().eq(&last.gaps))? > 0);
            assert!(found(Row::values().in_([&last.values, &Vec::new()]))? > 0);
            assert_eq!(found(Row::maybe().is_null())?, found(Row::maybe().eq(None))?);
            let sample = last.values.first().unwrap_or(&samples[0]);
            assert_eq!(found(Row::values().has(sample))?, found(Row::values().contains_any([sample]))?);
            assert!(found(Row::values().contained_in(&samples))? == rows.len() as u64);
            Ok(())
        }
    )*};
}

arrays! {
    fn arrays_of_booleans() -> bool;
    fn arrays_of_i8() -> i8;
    fn arrays_of_i16() -> i16;
    fn arrays_of_i32() -> i32;
    fn arrays_of_i64() -> i64;
    fn arrays_of_u16() -> u16;
    fn arrays_of_u32() -> u32;
    fn arrays_of_u64() -> u64;
    fn arrays_of_f32() -> f32;
    fn arrays_of_f64() -> f64;
    fn arrays_of_text() -> String;
    fn arrays_of_bytes() -> Vec<u8>;
    fn arrays_of_dates() -> Date;
    fn arrays_of_times() -> Time;
    fn arrays_of_date_times() -> DateTime;
    fn arrays_of_instants() -> Timestamp;
    fn arrays_of_decimals() -> Decimal;
    fn arrays_of_ip_addresses() -> IpAddr;
    fn arrays_of_ipv6_addresses() -> Ipv6Addr;
    #[cfg(feature = "ipnet-2")]
    fn arrays_of_ip_networks() -> ipnet::IpNet;
}

fn same<T: Sample>(found: &[T], expected: &[T]) {
    let is_same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| found.order(expected).is_eq());
    assert!(is_same, "{expected:?} came back as {found:?}");
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Post {
    id: i64,
    #[model(unique)]
    title: String,
    tags: Vec<String>,
    scores: Option<Vec<i32>>,
}

fn posts() -> Result<Db> {
    let db = db();
    db.create_tables::<Post>()?;
    let new = |title: &str, tags: &[&str], scores| NewPost {
        title: title.into(),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        scores,
    };
    insert_many(
        &db,
        [
            new("a", &["rust", "sql"], Some(vec![1, 2])),
            new("b", &["rust"], Some(vec![])),
            new("c", &[], None),
            new("d", &["it's \"quoted\", {so}", "NULL", ""], Some(vec![2, 3])),
        ],
    )?;
    Ok(db)
}

/// The titles of the posts that meet a condition.
fn titles(db: &Db, condition: orm::Condition<Post>) -> Result<Vec<String>> {
    let rows = Post::query().filter(condition).order_by(Post::title().asc()).all(db)?;
    Ok(rows.into_iter().map(|post| post.title).collect())
}

#[test]
fn arrays_are_found_by_their_elements() -> Result<()> {
    let db = posts()?;
    assert_eq!(titles(&db, Post::tags().has("rust"))?, ["a", "b"]);
    assert_eq!(titles(&db, Post::tags().contains_all(["sql", "rust"]))?, ["a"]);
    assert_eq!(titles(&db, Post::tags().contains_any(["sql", ""]))?, ["a", "d"]);
    assert_eq!(titles(&db, Post::tags().contained_in(["rust", "c"]))?, ["b", "c"]);
    assert_eq!(titles(&db, !Post::tags().has("rust"))?, ["c", "d"]);
    assert_eq!(titles(&db, Post::tags().eq(["rust", "sql"]))?, ["a"]);
    assert_eq!(titles(&db, Post::tags().eq(["sql", "rust"]))?, Vec::<String>::new(), "their order counts");
    assert_eq!(titles(&db, Post::tags().eq(Vec::new()))?, ["c"]);
    assert_eq!(titles(&db, Post::tags().ne(["rust"]))?, ["a", "c", "d"]);
    assert_eq!(titles(&db, Post::tags().in_([vec!["rust".to_owned()], vec![]]))?, ["b", "c"]);
    assert_eq!(titles(&db, Post::tags().in_(Vec::<Vec<String>>::new()))?, Vec::<String>::new());
    assert_eq!(titles(&db, Post::tags().has("it's \"quoted\", {so}"))?, ["d"]);

    assert_eq!(titles(&db, Post::scores().has(2))?, ["a", "d"]);
    assert_eq!(titles(&db, Post::scores().eq([1, 2]))?, ["a"]);
    assert_eq!(titles(&db, Post::scores().eq(Vec::new()))?, ["b"]);
    assert_eq!(titles(&db, Post::scores().is_null())?, ["c"]);
    // None of the arrays, and all elements of an empty array.
    assert_eq!(titles(&db, Post::scores().contains_any([0_i32; 0]))?, Vec::<String>::new());
    assert_eq!(titles(&db, Post::scores().contains_all([0_i32; 0]))?, ["a", "b", "d"]);
    Ok(())
}

#[test]
fn elements_are_asked_for_by_operators_of_arrays() {
    let db = db();
    let text = |condition| Post::query().filter(condition).plan(&db).expect("there is a plan").to_string();
    assert!(text(Post::tags().has("x")).contains("WHERE t0.\"tags\" @> $1"));
    assert!(text(Post::tags().contains_any(["x"])).contains("WHERE t0.\"tags\" && $1"));
    assert!(text(Post::tags().contained_in(["x"])).contains("WHERE t0.\"tags\" <@ $1"));
}

#[test]
fn an_index_of_the_elements_finds_them() -> Result<()> {
    let db = db();
    db.create_tables::<Post>()?;
    run(
        &db,
        [
            "INSERT INTO posts (title, tags) SELECT i::text, ARRAY[i::text, (i % 7)::text] FROM generate_series(1, 5000) AS i",
            "CREATE INDEX ON posts USING gin (tags)",
            "ANALYZE posts",
        ],
    )?;
    let plan: Vec<(String,)> =
        sql("EXPLAIN SELECT * FROM posts AS t0 WHERE t0.\"tags\" @> $1").bind(vec!["99".to_owned()]).tuples(&db)?;
    assert!(plan.iter().any(|(line,)| line.contains("posts_tags_idx")), "{plan:?}");
    Ok(())
}

#[test]
fn arrays_are_updated_edited_and_upserted() -> Result<()> {
    let db = posts()?;
    let post = Post::query().filter(Post::title().eq("a")).one(&db)?;
    let edited = post.edit(&db, |post| post.tags.push("new".into()))?;
    assert_eq!(edited.tags, ["rust", "sql", "new"]);
    assert_queries!(&db, 0, edited.edit(&db, |_| ())?);
    Post { scores: Some(vec![7]), ..edited }.update(&db)?;
    Post::rows_where(Post::tags().has("rust")).update(&db, Post::tags().set(["gone"]))?;
    let post = Post::find(&db, post.id)?;
    assert_eq!((post.tags, post.scores), (vec!["gone".to_owned()], Some(vec![7])));
    let again = NewPost { title: "a".into(), tags: vec!["again".into()], scores: None };
    let again = upsert(&db, again, Post::title(), (Post::tags(), Post::scores()))?;
    assert_eq!((again.id, again.tags, again.scores), (post.id, vec!["again".to_owned()], None));
    let tuples: Vec<Vec<String>> = Post::query().select(Post::tags()).filter(Post::title().eq("a")).all(&db)?;
    assert_eq!(tuples, [["again"]]);
    let raw: Vec<(Option<Vec<i32>>, Vec<i64>)> = sql("SELECT NULL::int[], ARRAY[1::bigint]").tuples(&db)?;
    assert_eq!(raw, [(None, vec![1])]);
    Ok(())
}

#[test]
fn pages_go_on_behind_an_array() -> Result<()> {
    let db = posts()?;
    let query = Post::query().order_by(Post::tags().desc());
    let mut titles = Vec::new();
    let mut cursor = None;
    loop {
        let page = query.clone().page(1).after(cursor).read(&db)?;
        titles.extend(page.rows.into_iter().map(|post| post.title));
        let Some(next) = page.next else { break };
        cursor = Some(next.to_string().parse::<orm::Cursor>()?);
    }
    assert_eq!(titles, ["a", "b", "d", "c"]);
    Ok(())
}

#[test]
fn one_text_inserts_any_number_of_rows_with_arrays() -> Result<()> {
    let db = db();
    db.create_tables::<Post>()?;
    let recording = db.record();
    let row = |title: usize| NewPost {
        title: title.to_string(),
        tags: (0..title % 4).map(|tag| format!("{title} {tag}")).collect(),
        scores: (!title.is_multiple_of(3)).then(|| vec![1; title % 5]),
    };
    bulk_insert(&db, (0..450).map(row))?;
    insert_many(&db, (450..452).map(row))?;
    let mut texts: Vec<String> = recording.statements();
    texts.retain(|text| text.starts_with("INSERT"));
    assert_eq!(texts.len(), 4, "200 rows at once");
    assert!(texts[..3].iter().all(|text| *text == texts[0]));
    assert_eq!(
        texts[0],
        "INSERT INTO \"posts\" (\"title\", \"tags\", \"scores\") \
         SELECT unnest(coalesce($1, ARRAY(SELECT x.\"title\" FROM \"posts\" AS x WHERE false))), \
         (coalesce($2, ARRAY(SELECT x.\"tags\" FROM \"posts\" AS x WHERE false)))[unnest($4::integer[]):unnest($5::integer[])], \
         (coalesce($3, ARRAY(SELECT x.\"scores\" FROM \"posts\" AS x WHERE false)))[unnest($6::integer[]):unnest($7::integer[])]"
    );
    for post in Post::query().all(&db)? {
        let expected = row(post.title.parse().expect("a number"));
        assert_eq!((post.tags, post.scores), (expected.tags, expected.scores));
    }
    Ok(())
}

#[derive(ColumnType, Clone, Copy, Debug, PartialEq)]
#[column(text)]
enum Suit {
    Clubs,
    Spades,
}

#[derive(ColumnType, Clone, Debug, PartialEq)]
struct Word(String);

#[derive(Model, Clone, Debug, PartialEq)]
struct Hand {
    id: i64,
    suits: Vec<Suit>,
    words: Vec<Word>,
    short: Vec<i64>,
    labels: Option<Vec<Option<String>>>,
}

/// Arrays whose elements are of types that the models do not name.
#[test]
fn arrays_of_enums_domains_and_narrower_types_are_read_and_written() -> Result<()> {
    let db = db();
    run(
        &db,
        [
            "CREATE TYPE suit AS ENUM ('clubs', 'spades')",
            "CREATE DOMAIN word AS text CHECK (value <> '')",
            "CREATE DOMAIN words AS varchar(9)[]",
            "CREATE TABLE hands (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, suits suit[] NOT NULL, \
             words word[] NOT NULL, short bigint[] NOT NULL, labels words)",
        ],
    )?;
    assert_eq!(db.check::<Hand>()?, []);
    let new = |suits: &[Suit], words: &[&str], labels| NewHand {
        suits: suits.to_vec(),
        words: words.iter().map(|&word| Word(word.into())).collect(),
        short: vec![1],
        labels,
    };
    let one = new(&[Suit::Clubs], &["a"], Some(vec![None, Some("x".into())])).insert(&db)?;
    assert_eq!((one.suits, one.labels), (vec![Suit::Clubs], Some(vec![None, Some("x".into())])));
    let many = insert_many(&db, [new(&[Suit::Clubs, Suit::Spades], &["b", "c"], None), new(&[], &[], Some(vec![]))])?;
    assert_eq!(many[0].suits, [Suit::Clubs, Suit::Spades]);
    assert_eq!(many[0].words, [Word("b".into()), Word("c".into())]);
    assert_eq!(many[1].labels, Some(vec![]));
    let found = |condition| Hand::query().filter(condition).count(&db);
    assert_eq!(found(Hand::suits().has(Suit::Spades))?, 1);
    assert_eq!(found(Hand::suits().eq([Suit::Clubs]))?, 1);
    assert_eq!(found(Hand::words().contains_any([Word("a".into()), Word("c".into())]))?, 2);
    assert_eq!(found(Hand::labels().has("x"))?, 1);
    let refused = new(&[], &[""], None).insert(&db).unwrap_err();
    assert_eq!(refused.constraint(), Some(orm::Constraint::Check));
    Ok(())
}

#[test]
fn arrays_that_no_vec_holds_are_errors() -> Result<()> {
    let db = db();
    for (scores, reason) in [
        ("'{{1,2},{3,4}}'", "several dimensions"),
        ("'[0:1]={1,2}'", "the lower bound"),
        ("'{1,NULL}'", "Vec<Option<..>>"),
    ] {
        db.create_tables::<Post>()?;
        sql(orm::TrustedSql(format!("INSERT INTO posts (title, tags, scores) VALUES ('a', '{{}}', {scores})")))
            .execute(&db)?;
        let error = Post::query().all(&db).unwrap_err();
        assert!(error.is_decode(), "{error}");
        assert_eq!((error.table(), error.column()), (Some("posts"), Some("scores")));
        assert!(error.to_string().contains(reason), "{error}");
        run(&db, ["DROP TABLE posts"])?;
    }
    Ok(())
}

#[test]
fn a_column_of_other_elements_is_found_by_check() -> Result<()> {
    let db = db();
    run(
        &db,
        [
            "CREATE TABLE posts (id bigserial PRIMARY KEY, title text NOT NULL UNIQUE, tags text NOT NULL, scores uuid[])",
        ],
    )?;
    let differences: Vec<String> = db.check::<Post>()?.iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "`Post`: column `posts.tags` is `text`, where `text[] COLLATE \"C\"` is expected",
            "`Post`: column `posts.scores` is `uuid[]`, where `integer[]` is expected",
        ]
    );
    let error = Post::query().filter(Post::tags().has("x")).all(&db).unwrap_err();
    assert!(error.to_string().contains("text @> "), "{error}");
    Ok(())
}

#[cfg(all(feature = "json", feature = "uuid-1", feature = "jiff-02", feature = "rust_decimal-1"))]
#[test]
fn arrays_of_types_of_other_crates_come_back() -> Result<()> {
    use jiff::civil::date;
    use orm::Json;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    #[derive(Model, Clone, Debug, PartialEq)]
    struct Crate {
        id: i64,
        keys: Vec<Uuid>,
        days: Vec<jiff::civil::Date>,
        instants: Option<Vec<Option<jiff::Timestamp>>>,
        prices: Vec<Decimal>,
        documents: Vec<Json<Vec<u8>>>,
        anything: Vec<serde_json::Value>,
    }
    let db = db();
    db.create_tables::<Crate>()?;
    assert_eq!(db.check::<Crate>()?, []);
    let new = |number: u128| NewCrate {
        keys: vec![Uuid::from_u128(number), Uuid::nil()],
        days: vec![date(2024, 2, 29)],
        instants: Some(vec![None, Some(jiff::Timestamp::UNIX_EPOCH)]),
        prices: vec![Decimal::new(-150, 2)],
        documents: vec![Json(vec![1, 2]), Json(vec![])],
        anything: vec![serde_json::json!({ "a": "\"{,}\\" }), serde_json::Value::Null],
    };
    let one = new(1).insert(&db)?;
    let many = insert_many(&db, [new(2), new(3)])?;
    assert_eq!(Crate { id: one.id, keys: one.keys.clone(), ..many[1].clone() }, one);
    assert_eq!((many[0].id, &many[0].keys), (2, &vec![Uuid::from_u128(2), Uuid::nil()]));
    assert_eq!(one.anything[0]["a"], "\"{,}\\");
    let found = |condition| Crate::query().filter(condition).count(&db);
    assert_eq!(found(Crate::keys().has(Uuid::from_u128(3)))?, 1);
    assert_eq!(found(Crate::days().contains_any([date(2024, 2, 29)]))?, 3);
    assert_eq!(found(Crate::prices().eq([Decimal::new(-15, 1)]))?, 3);
    // JSON is not compared here either.
    assert!(found(Crate::documents().has(Json(vec![1]))).unwrap_err().is_invalid());
    assert!(found(Crate::documents().in_([vec![Json(vec![1])]])).unwrap_err().is_invalid());
    Ok(())
}
