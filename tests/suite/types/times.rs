//! Times on every database: stored to the microsecond, compared exactly, and given by the database's own clock.

use orm::value::{DateTime, Time, Timestamp};
use orm::{Model, Result, bulk_insert, insert_many, sql};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "happenings", index(at))]
struct Happening {
    id: i64,
    at: Timestamp,
    local: DateTime,
    clock: Time,
    ended: Option<Timestamp>,
}

/// So many nanoseconds after a second of 2024.
fn moment(nanoseconds: u32) -> DateTime {
    DateTime::new(1_710_498_030, nanoseconds).expect("a moment")
}

fn new(nanoseconds: u32) -> NewHappening {
    let at = moment(nanoseconds);
    NewHappening { at: Timestamp(at), local: at, clock: at.time(), ended: None }
}

/// Now, as the program's clock tells it: with nanoseconds.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let seconds = i64::try_from(since.as_secs()).expect("a time of this age");
    Timestamp(DateTime::new(seconds, since.subsec_nanos() | 1).expect("a moment"))
}

#[test]
fn what_is_finer_than_a_microsecond_is_cut_when_it_is_stored() -> Result<()> {
    let db = db();
    db.create_tables::<Happening>()?;
    let cut =
        |row: &Happening| (row.at.0.nanoseconds(), row.local.nanoseconds(), row.clock.nanoseconds() % 1_000_000_000);
    let one = new(123_456_789).insert(&db)?;
    assert_eq!(cut(&one), (123_456_000, 123_456_000, 123_456_000));
    let several = insert_many(&db, [new(999_999_999), new(1), new(1_000)])?;
    assert_eq!(several.iter().map(cut).map(|row| row.0).collect::<Vec<_>>(), [999_999_000, 0, 1_000]);
    bulk_insert(&db, [new(5_999)])?;
    let edited = one.edit(&db, |row| row.at = Timestamp(moment(7_999)))?;
    assert_eq!(edited.at, Timestamp(moment(7_000)), "as it is stored");
    assert_eq!(Happening::find(&db, 1)?, edited);
    Happening::rows_where(Happening::id().eq(1)).update(&db, Happening::local().set(moment(8_999)))?;
    assert_eq!(Happening::find(&db, 1)?.local, moment(8_000));
    let before = Timestamp(DateTime::new(-1, 999_999_999).expect("a moment"));
    let early = NewHappening { at: before, ..new(0) }.insert(&db)?;
    assert_eq!(early.at, Timestamp(DateTime::new(-1, 999_999_000).expect("a moment")), "cut towards the past");
    Ok(())
}

#[test]
fn a_comparison_with_a_finer_time_is_exact() -> Result<()> {
    let db = db();
    db.create_tables::<Happening>()?;
    let stored = [1_000, 2_000, 3_000];
    insert_many(&db, stored.map(new))?;
    for bound in [999, 1_000, 1_001, 1_999, 2_000, 2_001, 2_500, 3_000, 3_001] {
        let (at, clock) = (moment(bound), moment(bound).time());
        let ids = |holds: &dyn Fn(u32) -> bool| -> Vec<i64> {
            stored.iter().zip(1..).filter(|(nanoseconds, _)| holds(**nanoseconds)).map(|(_, id)| id).collect()
        };
        let found = |condition| Happening::query().filter(condition).select(Happening::id()).all(&db);
        for (condition, expected) in [
            (Happening::at().eq(Timestamp(at)), ids(&|stored| stored == bound)),
            (Happening::at().ne(Timestamp(at)), ids(&|stored| stored != bound)),
            (Happening::at().lt(Timestamp(at)), ids(&|stored| stored < bound)),
            (Happening::local().le(at), ids(&|stored| stored <= bound)),
            (Happening::local().gt(at), ids(&|stored| stored > bound)),
            (Happening::clock().ge(clock), ids(&|stored| stored >= bound)),
            (
                Happening::clock().between(clock, moment(2_999).time()),
                ids(&|stored| bound <= stored && stored <= 2_999),
            ),
            (Happening::clock().between(moment(999).time(), clock), ids(&|stored| stored <= bound)),
            (
                Happening::at().in_([Timestamp(at), Timestamp(moment(3_000))]),
                ids(&|stored| stored == bound || stored == 3_000),
            ),
        ] {
            assert_eq!(found(condition)?, expected, "{bound}");
        }
        // `NULL` is neither equal to a time that is never stored nor different from it.
        for condition in [Happening::ended().eq(Timestamp(at)), Happening::ended().ne(Timestamp(at))] {
            assert_eq!((found(condition.clone())?, found(!condition)?), (vec![], vec![]), "{bound}");
        }
    }
    Ok(())
}

#[test]
fn the_time_of_now_is_inserted_and_compared() -> Result<()> {
    let db = db();
    db.create_tables::<Happening>()?;
    let begin = now();
    for _ in 0..20 {
        let row = NewHappening { at: now(), ..new(0) }.insert(&db)?;
        assert_eq!(Happening::find(&db, row.id)?, row);
    }
    assert_eq!(Happening::query().filter(Happening::at().le(now())).count(&db)?, 20);
    // The first may have been cut to before the begin, but not by more than a microsecond.
    let just_before = Timestamp(begin.0.to_microseconds());
    assert_eq!(Happening::query().filter(Happening::at().ge(just_before)).count(&db)?, 20);
    sql("DELETE FROM happenings WHERE at <= $1").bind(now()).execute(&db)?;
    assert_eq!(Happening::query().count(&db)?, 0);
    Ok(())
}

#[test]
fn the_database_sets_the_time_of_a_new_row() -> Result<()> {
    #[derive(Model, Clone, Debug, PartialEq)]
    struct Post {
        id: i64,
        title: String,
        #[model(db_default = sql("CURRENT_TIMESTAMP"), index)]
        created_at: Timestamp,
    }
    let db = db();
    db.create_tables::<Post>()?;
    let hours = |hours: i64| {
        let Timestamp(now) = now();
        Timestamp(DateTime::new(now.seconds() + hours * 3_600, 0).expect("a moment"))
    };
    let first = NewPost { title: "by the database".into(), created_at: None }.insert(&db)?;
    bulk_insert(&db, [NewPost { title: "in bulk".into(), created_at: None }])?;
    NewPost { title: "by the program".into(), created_at: Some(now()) }.insert(&db)?;
    NewPost { title: "long ago".into(), created_at: Some(hours(-2)) }.insert(&db)?;
    assert_eq!(Post::find(&db, 1)?, first);
    let titles = |condition| Post::query().filter(condition).select(Post::title()).all(&db);
    assert_eq!(titles(Post::created_at().lt(hours(-1)))?, ["long ago"]);
    assert_eq!(titles(Post::created_at().gt(hours(-1)))?.len(), 3);
    assert_eq!(titles(Post::created_at().gt(hours(1)))?, Vec::<String>::new());
    let last = Post::query().order_by(Post::created_at().asc()).first(&db)?;
    assert_eq!(last.map(|post| post.title).as_deref(), Some("long ago"));
    assert_eq!(db.check::<Post>()?, []);
    assert_eq!(Post::rows_where(Post::created_at().lt(hours(-1))).delete(&db)?, 1);
    Ok(())
}
