//! The program text of the chapter on PostgreSQL. It needs a server.

use std::time::Duration;

use orm::value::Date;
use orm::{Db, Model, sql};

use crate::chapter::Chapter;
use crate::owned;
use crate::{Department, NewDepartment};

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    Chapter::open("12-postgresql").close();
    let named = std::env::var("ORM_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    let Some(url) = named.or_else(owned::database) else {
        // Without a server, the program text is only compiled.
        assert!(std::env::var_os("ORM_TEST_POSTGRES_REQUIRED").is_none(), "there is no PostgreSQL server to test with");
        return Ok(());
    };
    assert_eq!(crate::testing::courses_in_a_test(&url)?, 0);
    let (url, _schema) = owned::schema(&url)?;
    assert!(!open(&url)?.check::<Department>()?.is_empty(), "there are no tables yet");
    school(&url)
}

fn school(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let db = open_with_options(url)?;
    db.create_tables::<(Department, Post, Booking, Device)>()?;
    let department = NewDepartment { name: "Computing".into() }.insert(&db)?;
    assert_eq!(code_of_a_duplicate(&db).as_deref(), Some("23505"));
    assert_eq!(rename(&db, department.id, "Mathematics")?, 1);
    let new = |title: &str, tags: [&str; 2], scores| NewPost {
        title: title.into(),
        tags: tags.map(Into::into).to_vec(),
        scores,
    };
    orm::insert_many(&db, [new("a", ["rust", "old"], None), new("b", ["sql", "rust"], Some(vec![1]))])?;
    let posts = about_rust(&db)?;
    assert_eq!((posts.len(), posts[0].id, posts[0].title.as_str()), (1, 2, "b"));
    assert_eq!((posts[0].tags.len(), &posts[0].scores), (2, &Some(vec![1])));
    let night = |day| Date::new(2024, 5, day).expect("a date");
    let booking = NewBooking { room: 1, nights: (night(1)..night(4)).into() }.insert(&db)?;
    assert_eq!((booking.id, booking.room, booking.nights.contains(&night(3))), (1, 1, true));
    assert!(!is_free(&db, 1, night(3), night(5))? && is_free(&db, 1, night(4), night(5))?);
    let device = |wakes: &str| NewDevice { card: "08:00:2b:01:02:03".into(), wakes: Some(wakes.into()) };
    orm::insert_many(&db, [device("06:30+02"), device("06:30+01")])?;
    let devices = waking_at(&db, "06:30:00+02:00")?;
    assert_eq!((devices.len(), devices[0].id, devices[0].card.as_str()), (1, 1, "08:00:2b:01:02:03"));
    assert_eq!(devices[0].wakes.as_deref(), Some("06:30:00+02"));
    assert!(distribute(&db).is_err(), "there are no students, and mostly no Citus");
    let tenant = sql("SHOW app.tenant").tuples::<(String,)>(&open_with_settings(url)?)?;
    assert_eq!(tenant, [("acme".to_owned(),)]);
    crate::raw_sql::search_on(&db)?;
    crate::parts::on_a_server(&db)?;
    crate::deployment::on_a_server(url)?;
    crate::cookbook::moving::on_a_server(url)?;
    let taken = NewDepartment { name: "Mathematics".into() }.insert(&db).unwrap_err();
    assert_eq!(crate::errors::field_of(&taken), Some("name"));
    // This server is not a replica, so the primary answers.
    let db = open_with_replica(url, url)?;
    assert_eq!(Department::query().all(&db)?[0].name, "Mathematics");
    Ok(())
}

// ANCHOR: open
fn open(url: &str) -> orm::Result<Db> {
    // postgres://user:password@host:5432/database
    Db::connect(url)
}
// ANCHOR_END: open

// ANCHOR: open_with_options
fn open_with_options(url: &str) -> orm::Result<Db> {
    Db::postgres()
        .connections(20)
        .connect_timeout(Duration::from_secs(3))
        .answer_timeout(Duration::from_secs(10))
        .statement_timeout(Duration::from_secs(30))
        .lock_timeout(Duration::from_secs(5))
        .connect(url)
}
// ANCHOR_END: open_with_options

// ANCHOR: open_with_settings
fn open_with_settings(url: &str) -> orm::Result<Db> {
    Db::postgres()
        .on_connect(|connection| {
            connection.execute("SET search_path = app, public")?;
            connection.execute(sql("SELECT set_config('app.tenant', $1, false)").bind("acme"))
        })
        .connect(url)
}
// ANCHOR_END: open_with_settings

// ANCHOR: rename
fn rename(db: &Db, id: i64, name: &str) -> orm::Result<u64> {
    db.transaction_with_retries(5, |transaction| {
        Department::rows_where(Department::id().eq(id)).update(transaction, Department::name().set(name))
    })
}
// ANCHOR_END: rename

// ANCHOR: code_of_a_duplicate
fn code_of_a_duplicate(db: &Db) -> Option<String> {
    let error = NewDepartment { name: "Computing".into() }.insert(db).err()?;
    assert!(error.is_unique_violation() && !error.to_string().contains("Computing"));
    error.sqlstate().map(ToOwned::to_owned)
}
// ANCHOR_END: code_of_a_duplicate

// ANCHOR: post
#[derive(Model)]
struct Post {
    id: i64,
    title: String,
    tags: Vec<String>,
    scores: Option<Vec<i32>>,
}
// ANCHOR_END: post

// ANCHOR: about_rust
fn about_rust(db: &Db) -> orm::Result<Vec<Post>> {
    Post::query().filter(Post::tags().has("rust") & !Post::tags().contains_any(["draft", "old"])).all(db)
}
// ANCHOR_END: about_rust

// ANCHOR: booking
#[derive(Model)]
struct Booking {
    id: i64,
    room: i64,
    nights: orm::Range<Date>,
}

fn is_free(db: &Db, room: i64, from: Date, to: Date) -> orm::Result<bool> {
    Ok(Booking::query().filter(Booking::room().eq(room) & Booking::nights().overlaps(from..to)).count(db)? == 0)
}
// ANCHOR_END: booking

// ANCHOR: device
#[derive(Model)]
struct Device {
    id: i64,
    #[model(sql_type = "macaddr")]
    card: String,
    #[model(sql_type = "timetz")]
    wakes: Option<String>,
}

fn waking_at(db: &Db, time: &str) -> orm::Result<Vec<Device>> {
    Device::query().filter(Device::wakes().eq(time)).all(db)
}
// ANCHOR_END: device

// ANCHOR: distribute
fn distribute(db: &Db) -> orm::Result<()> {
    db.transaction(|transaction| {
        sql("SET LOCAL citus.enable_local_reference_table_foreign_keys TO off").execute(transaction)?;
        sql("SELECT create_reference_table('departments')").execute(transaction)?;
        sql("SELECT create_distributed_table('students', 'id')").execute(transaction)?;
        sql("SELECT create_distributed_table('enrollments', 'student_id')").execute(transaction).map(|_| ())
    })
}
// ANCHOR_END: distribute

// ANCHOR: open_with_replica
fn open_with_replica(primary: &str, replica: &str) -> orm::Result<Db> {
    Db::postgres().replica(replica).replica_lag(Duration::from_secs(2)).connect(primary)
}
// ANCHOR_END: open_with_replica
