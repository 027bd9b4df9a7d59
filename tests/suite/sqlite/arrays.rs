//! Arrays, which SQLite does not have: each use returns an error, and nothing is stored.

use orm::{Db, Model, Result, insert_many, sql};

#[derive(Model, Clone, Debug, PartialEq)]
struct Post {
    id: i64,
    tags: Vec<String>,
}

const ADVICE: &str = "SQLite has no arrays; to store the values as JSON, write `#[model(json)]`";

#[test]
fn a_table_with_arrays_is_not_created() -> Result<()> {
    let db = Db::memory()?;
    let error = db.create_tables::<Post>().unwrap_err();
    assert!(error.is_invalid());
    assert!(error.to_string().contains(&format!("`Post`: column `posts.tags`: {ADVICE}")), "{error}");
    let differences: Vec<String> = db.check::<Post>()?.iter().map(ToString::to_string).collect();
    assert_eq!(differences[0], format!("`Post`: column `posts.tags`: {ADVICE} on the field"));
    Ok(())
}

#[test]
fn a_table_that_is_there_already_takes_no_arrays() -> Result<()> {
    let db = Db::memory()?;
    sql("CREATE TABLE posts (id INTEGER PRIMARY KEY, tags TEXT NOT NULL)").execute(&db)?;
    let new = || NewPost { tags: vec!["rust".into()] };
    let post = Post { id: 1, tags: Vec::new() };
    for error in [
        new().insert(&db).unwrap_err(),
        insert_many(&db, [new(), new()]).unwrap_err(),
        post.update(&db).unwrap_err(),
        Post::query().filter(Post::tags().has("rust")).all(&db).unwrap_err(),
        Post::query().filter(Post::tags().contains_any(["rust"])).all(&db).unwrap_err(),
        Post::query().filter(Post::tags().eq(["rust"])).all(&db).unwrap_err(),
        sql("SELECT ?1").bind(vec![1_i64]).tuples::<(i64,)>(&db).unwrap_err(),
    ] {
        assert!(error.is_encode(), "{error}");
        assert!(error.to_string().contains(ADVICE), "{error}");
    }
    assert_eq!(Post::query().count(&db)?, 0);
    sql("INSERT INTO posts (tags) VALUES ('[]')").execute(&db)?;
    let error = Post::query().all(&db).unwrap_err();
    assert!(error.is_decode());
    assert!(error.to_string().contains("found text where an array is expected"), "{error}");
    Ok(())
}
