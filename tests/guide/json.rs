//! The program text of the chapter on serialising.

use orm::{Db, Model};
use serde::Serialize;

use crate::chapter::Chapter;
use crate::{Course, Student};

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    let db = crate::school()?;
    let mut chapter = Chapter::open("10-json");
    loaded(&db, &mut chapter)?;
    named(&db, &mut chapter)?;
    renamed(&mut chapter)?;
    tree(&db, &mut chapter)?;
    response(&db)?;
    chapter.close();
    Ok(())
}

fn loaded(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: loaded
    let alan = Student::query().prefetch(Student::courses()).prefetch(Student::department()).find(db, 3)?;
    println!("{}", serde_json::to_string_pretty(&alan)?);
    // ANCHOR_END: loaded
    chapter.shows("json", serde_json::to_string_pretty(&alan)?);
    Ok(())
}

fn named(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: course_count
    struct CourseCount;

    let ada = Student::query().prefetch(Student::courses().count().named(CourseCount)).find(db, 1)?;
    println!("{}", serde_json::to_string_pretty(&ada)?);
    // ANCHOR_END: course_count
    chapter.shows("json", serde_json::to_string_pretty(&ada)?);
    Ok(())
}

// ANCHOR: author
#[derive(Model, Serialize)]
#[serde(rename_all = "camelCase")]
#[has_many(blog_posts: Post)]
#[has_one(pinned_post: Post, foreign_key = pinned_by, rename = "pinned")]
struct Author {
    id: i64,
    pen_name: String,
}

#[derive(Model, Serialize)]
struct Post {
    id: i64,
    author_id: i64,
    pinned_by: Option<i64>,
}
// ANCHOR_END: author

fn renamed(chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: post_count
    struct PostCount;
    // ANCHOR_END: post_count

    let db = &Db::memory()?;
    db.create_tables::<(Author, Post)>()?;
    let author = NewAuthor { pen_name: "George Sand".into() }.insert(db)?;
    NewPost { author_id: author.id, pinned_by: None }.insert(db)?;

    // ANCHOR: post_count
    let author = Author::query()
        .prefetch(Author::blog_posts())
        .prefetch(Author::pinned_post())
        .prefetch(Author::blog_posts().count().named(PostCount))
        .one(db)?;
    println!("{}", serde_json::to_string_pretty(&author)?);
    // ANCHOR_END: post_count
    chapter.shows("json", serde_json::to_string_pretty(&author)?);
    Ok(())
}

fn tree(db: &Db, chapter: &mut Chapter) -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: tree
    let programming = Course::query().prefetch(Course::follow_ups().to_any_depth()).find(db, 4)?;
    println!("{}", serde_json::to_string_pretty(&programming)?);
    // ANCHOR_END: tree
    chapter.shows("json", serde_json::to_string_pretty(&programming)?);
    // ANCHOR: ancestors
    let programming = Course::query().prefetch(Course::prerequisite().to_any_depth()).find(db, 4)?;
    println!("{}", serde_json::to_string_pretty(&programming)?);
    // ANCHOR_END: ancestors
    chapter.shows("json", serde_json::to_string_pretty(&programming)?);
    Ok(())
}

// ANCHOR: response
#[derive(Serialize)]
struct Response<T> {
    total: usize,
    rows: Vec<T>,
}

fn students(db: &Db) -> orm::Result<Response<impl Serialize>> {
    let rows = Student::query().prefetch(Student::courses().prefetch(Course::department())).all(db)?;
    Ok(Response { total: rows.len(), rows })
}
// ANCHOR_END: response

fn response(db: &Db) -> Result<(), Box<dyn std::error::Error>> {
    let value = serde_json::to_value(students(db)?)?;
    assert_eq!(value["rows"][0]["courses"][0]["department"]["name"], "Mathematics");
    assert_eq!(value["total"], 3);
    Ok(())
}

#[cfg(feature = "json")]
mod paths {
    use orm::{Db, Model};
    use serde_json::json;

    // ANCHOR: event
    #[derive(Model)]
    struct Event {
        id: i64,
        payload: serde_json::Value,
    }
    // ANCHOR_END: event

    #[test]
    fn values_within_a_column() -> orm::Result<()> {
        let db = &Db::memory()?;
        db.create_tables::<Event>()?;
        let payloads = [
            json!({"user": {"name": "Ada"}, "items": [{"price": 7}]}),
            json!({"items": [{"price": 9}], "a.b": [true]}),
        ];
        orm::insert_many(db, payloads.map(|payload| NewEvent { payload }))?;
        // ANCHOR: dotted
        let of_ada = Event::query().filter(Event::payload().path("user.name").text().eq("Ada")).all(db)?;
        let price = || Event::payload().path("items[0].price").integer();
        let prices: Vec<Option<i64>> = Event::query().order_by(price().desc()).select(price()).all(db)?;
        let dotted: Vec<Option<bool>> =
            Event::query().select(Event::payload().key("a.b").index(0).boolean()).all(db)?;
        // ANCHOR_END: dotted
        assert_eq!((of_ada[0].id, &of_ada[0].payload["items"][0]["price"]), (1, &json!(7)));
        assert_eq!((prices, dotted), (vec![Some(9), Some(7)], vec![None, Some(true)]));
        Ok(())
    }
}
