//! Pages of a query by cursor.

use orm::{Cursor, Db, Model, Page, Query, Result, View, assert_plan};

use crate::database::{db, either};
use crate::schemas::university::{Course, Student, university};

#[derive(Model, Clone, Debug, PartialEq)]
#[model(index(name, id))]
struct Item {
    id: i64,
    name: String,
    rank: Option<i64>,
    price: f64,
}

#[derive(View, Clone, Debug, PartialEq)]
#[view(of = Item)]
struct Price {
    price: f64,
}

/// Fifty items with few names and ranks, so that there are many ties, and some ranks that are `NULL`.
fn items() -> Result<Db> {
    let db = db();
    db.create_tables::<Item>()?;
    let new = |at: i64| NewItem {
        name: ["b", "a", "c", "a"][usize::try_from(at % 4).unwrap_or_default()].into(),
        rank: (at % 3 > 0).then_some(at % 5),
        price: 0.1 * f64::from(i32::try_from(at % 7).unwrap_or_default()),
    };
    orm::insert_many(&db, (0..50).map(new))?;
    Ok(db)
}

/// Returns all pages of a query. Each cursor is converted to text and back.
fn pages(db: &Db, query: &Query<Item>, size: u64) -> Result<Vec<Item>> {
    let (mut rows, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let Page { rows: page, next } = query.clone().page(size).after(cursor).read(db)?;
        assert!(page.len() as u64 <= size);
        assert!(next.is_none() || page.len() as u64 == size);
        rows.extend(page);
        match next {
            Some(next) => cursor = Some(next.to_string().parse()?),
            None => return Ok(rows),
        }
    }
}

#[test]
fn pages_together_are_the_whole_query() -> Result<()> {
    let db = items()?;
    let (id, name, rank, price) = (Item::id(), Item::name(), Item::rank(), Item::price());
    let all = Item::query;
    let queries = [
        all(),
        all().order_by(id.desc()),
        all().order_by(name.asc()),
        all().order_by((name.desc(), id.asc())),
        all().order_by((rank.asc(), name.desc())),
        all().order_by((rank.desc(), price.asc())),
        all().order_by(rank.asc().nulls_last()),
        all().order_by((rank.desc().nulls_first(), name.asc(), price.desc())),
        all().order_by((id.mul(-1).asc(), name.asc())),
        all().filter(rank.is_null()).order_by((rank.asc(), name.asc())),
        all().filter(id.gt(99)),
    ];
    for query in &queries {
        let whole = query.all(&db)?;
        for size in [1, 7, 25, 50, 99] {
            assert_eq!(pages(&db, query, size)?, whole, "in pages of {size}: {}", query.sql(&db));
        }
    }
    Ok(())
}

#[test]
fn a_page_goes_on_where_the_last_one_ended_whatever_came_between() -> Result<()> {
    let db = items()?;
    let query = Item::query().order_by(Item::name().asc()).page(10);
    let first = query.read(&db)?;
    let last = first.rows.last().cloned().expect("ten rows");
    first.rows.iter().try_for_each(|item| item.delete(&db))?;
    NewItem { name: "A".into(), rank: None, price: 0.0 }.insert(&db)?;
    let second = query.after(first.next).read(&db)?;
    assert!(second.rows.iter().all(|item| (&item.name, item.id) > (&last.name, last.id)));
    assert_eq!(second.rows.len(), 10);
    Ok(())
}

#[test]
fn relations_and_views_come_in_pages() -> Result<()> {
    let db = university();
    let query = Student::query().prefetch(Student::courses()).order_by(Student::last_name().asc());
    let page = orm::assert_queries!(&db, 2, query.clone().page(2).read(&db)?);
    assert_eq!(page.rows.iter().map(|student| student.courses().len()).collect::<Vec<_>>(), [2, 3]);
    let page = query.page(2).after(page.next).read(&db)?;
    assert_eq!((page.rows.len(), page.next), (1, None));

    let db = items()?;
    let query = Item::query().order_by((Item::rank().desc(), Item::name().asc()));
    let by_views = query.clone().view::<Price>().page(30);
    let first = by_views.read(&db)?;
    let second = by_views.after(first.next.clone()).read(&db)?;
    let prices: Vec<f64> = first.rows.iter().chain(&second.rows).map(|item| item.price).collect();
    assert_eq!(prices, query.all(&db)?.iter().map(|item| item.price).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn one_search_of_an_index_finds_the_next_page() -> Result<()> {
    let db = items()?;
    let query = Item::query().order_by(Item::name().asc()).page(10);
    let first = query.read(&db)?;
    let recording = db.record();
    query.after(first.next).read(&db)?;
    let statement = recording.statements().concat();
    let condition = either(
        r#"WHERE (t0."name", t0."id") > (?1, ?2) ORDER BY"#,
        r#"WHERE (t0."name", t0."id") > ($1, $2) ORDER BY"#,
    );
    assert!(statement.contains(condition), "{statement}");
    if either(true, false) {
        let plan: Vec<(i64, i64, i64, String)> = orm::sql(orm::TrustedSql(format!("EXPLAIN QUERY PLAN {statement}")))
            .bind("a")
            .bind(1)
            .bind(11)
            .tuples(&db)?;
        let steps: Vec<&str> = plan.iter().map(|step| step.3.as_str()).collect();
        assert_eq!(steps.len(), 1, "no step that sorts: {steps:?}");
        assert!(steps[0].starts_with("SEARCH t0 USING INDEX"), "{steps:?}");
    }
    Ok(())
}

#[test]
fn a_cursor_that_was_cut_off_or_changed_is_refused() -> Result<()> {
    let db = items()?;
    let page = Item::query().order_by(Item::name().asc()).page(3).read(&db)?;
    let text = page.next.expect("there are more").to_string();
    assert!(text.chars().all(|letter| letter.is_ascii_alphanumeric()), "{text}");
    for end in 0..text.len() {
        assert!(text[..end].parse::<Cursor>().unwrap_err().is_bad_cursor(), "cut off at {end}");
    }
    for at in 0..text.len() {
        let other = if &text[at..=at] == "0" { "1" } else { "0" };
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        assert!(changed.parse::<Cursor>().unwrap_err().is_bad_cursor(), "changed at {at}");
    }
    for text in ["", "0", "zz", "é", "01", "'; DROP TABLE items; --", &"0".repeat(1000)] {
        assert!(text.parse::<Cursor>().unwrap_err().is_bad_cursor(), "{text}");
    }
    let error = "01".parse::<Cursor>().unwrap_err();
    assert_eq!(error.to_string(), "the cursor of a page cannot be used: its text was cut off or changed");
    Ok(())
}

#[test]
fn a_cursor_of_another_query_is_refused() -> Result<()> {
    let db = items()?;
    let (name, rank) = (Item::name(), Item::rank());
    let cursor = Item::query().order_by(name.asc()).page(3).read(&db)?.next;
    let others = [
        Item::query(),
        Item::query().order_by(name.desc()),
        Item::query().order_by((name.asc(), rank.asc())),
        Item::query().order_by(rank.asc()),
    ];
    for other in others {
        let error = other.page(3).after(cursor.clone()).read(&db).unwrap_err();
        assert!(error.is_bad_cursor());
    }
    let nulls = Item::query().order_by(rank.asc().nulls_last()).page(3).read(&db)?.next;
    assert!(Item::query().order_by(rank.asc()).page(3).after(nulls).read(&db).unwrap_err().is_bad_cursor());
    let university = university();
    let error = Course::query().page(3).after(cursor.clone()).read(&university).unwrap_err();
    assert!(error.to_string().ends_with("of another model, or another order"), "{error}");
    let narrowed = Item::query().filter(rank.is_not_null()).order_by(name.asc()).page(3).after(cursor).read(&db)?;
    assert!(narrowed.rows.iter().all(|item| item.rank.is_some()), "another filter is no other order");
    Ok(())
}

#[test]
fn a_page_of_a_limited_query_is_refused() -> Result<()> {
    let db = items()?;
    assert!(Item::query().limit(5).page(3).read(&db).unwrap_err().is_invalid());
    assert!(Item::query().offset(5).page(3).read(&db).unwrap_err().is_invalid());
    Ok(())
}

#[test]
fn a_page_of_no_rows_is_an_error() -> Result<()> {
    let db = items()?;
    let cursor = Item::query().page(1).read(&db)?.next;
    for page in [Item::query().page(0), Item::query().page(0).after(cursor)] {
        let error = page.read(&db).unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.to_string(), "a page has at least one row; write a size such as `.page(20)`");
        assert!(page.sql(&db).unwrap_err().is_invalid() && page.plan(&db).unwrap_err().is_invalid());
    }
    assert!(Item::query().limit(0).all(&db)?.is_empty(), "a limit of no rows is no error");
    Ok(())
}

#[test]
fn the_statement_and_the_plan_of_a_page_begin_after_its_cursor() -> Result<()> {
    let db = items()?;
    let query = || Item::query().order_by((Item::name().asc(), Item::id().asc()));
    let cursor = query().page(3).read(&db)?.next;
    let page = query().page(3).after(cursor.clone());
    let recording = db.record();
    page.read(&db)?;
    assert_eq!(page.sql(&db)?.text, recording.statements()[0]);
    assert!(page.sql(&db)?.text.contains(r#"WHERE (t0."name", t0."id") > ("#), "{}", page.sql(&db)?);
    assert_eq!(page.plan(&db)?.root.sql.as_ref().map(|sql| &sql.text), Some(&page.sql(&db)?.text));
    assert_plan!(&db, page);
    assert_plan!(&db, query().page(3));

    let by_price = || Item::query().order_by(Item::price().asc());
    let cursor_by_price = by_price().page(3).read(&db)?.next;
    let scans = by_price().page(3).after(cursor_by_price).plan(&db)?.scans(&db)?;
    assert_eq!(scans.iter().map(|scan| &*scan.table).collect::<Vec<_>>(), ["items"]);

    let of_another_order = by_price().page(3).after(cursor);
    assert!(of_another_order.sql(&db).unwrap_err().is_bad_cursor());
    assert!(of_another_order.plan(&db).unwrap_err().is_bad_cursor());
    assert!(Item::query().limit(5).page(3).plan(&db).unwrap_err().is_invalid());
    Ok(())
}

#[test]
fn the_plan_of_a_page_shows_its_relations() -> Result<()> {
    let db = university();
    let page = Student::query().prefetch(Student::courses()).page(2);
    assert_eq!(page.plan(&db)?.statements(), 2);
    Ok(())
}

#[test]
#[cfg(feature = "signed-cursors")]
fn a_signed_cursor_is_read_with_its_key_alone() -> Result<()> {
    use orm::CursorKey;

    let db = items()?;
    let query = Item::query().order_by((Item::name().asc(), Item::price().desc())).page(7);
    let first = query.read(&db)?;
    let cursor = first.next.expect("there are more");
    let key = CursorKey::new(b"thirty-two bytes of a random key")?;
    let text = cursor.sign(&key);
    assert!(text.chars().all(|letter| letter.is_ascii_alphanumeric()), "{text}");
    assert_eq!(Cursor::verify(&text, &key)?, cursor);

    let other = CursorKey::new(b"another key of sixteen and more")?;
    for refused in [cursor.sign(&other), cursor.to_string(), String::new(), "é".into(), "0".repeat(1000)] {
        assert!(Cursor::verify(&refused, &key).unwrap_err().is_bad_cursor(), "{refused}");
    }
    assert!(text.parse::<Cursor>().unwrap_err().is_bad_cursor(), "a signed text is none without a signature");
    for at in 0..text.len() {
        let changed = if &text[at..=at] == "0" { "1" } else { "0" };
        let changed = format!("{}{changed}{}", &text[..at], &text[at + 1..]);
        assert!(Cursor::verify(&changed, &key).unwrap_err().is_bad_cursor(), "changed at {at}");
        assert!(Cursor::verify(&text[..at], &key).unwrap_err().is_bad_cursor(), "cut off at {at}");
    }
    assert!(CursorKey::new(b"short").unwrap_err().is_invalid());
    assert_eq!(format!("{key:?}"), "CursorKey");
    Ok(())
}

/// Values of every kind are converted to the text of a cursor and back, also those that a database stores in another
/// form.
#[test]
fn cursors_hold_values_of_every_kind() -> Result<()> {
    use orm::value::{Date, DateTime, Decimal, Time, Timestamp};

    #[derive(Model, Clone, Debug, PartialEq)]
    struct Kind {
        id: i64,
        date: Date,
        time: Time,
        moment: DateTime,
        instant: Timestamp,
        price: Decimal,
        bytes: Vec<u8>,
        flag: bool,
    }

    let db = db();
    db.create_tables::<Kind>()?;
    let kinds = (0..9_i32).map(|at| NewKind {
        date: Date::from_days(at % 3 - 1),
        time: Time::from_nanoseconds(86_399_999_999_000).expect("a time"),
        moment: DateTime::new(i64::from(at % 2) - 1, 5_000).expect("a moment"),
        instant: Timestamp(DateTime::new(-62_000_000_000, 999_999_000).expect("an instant")),
        price: Decimal::new(i128::from(at) - 4, 2),
        bytes: vec![0, 255, u8::try_from(at).unwrap_or_default()],
        flag: at % 2 == 0,
    });
    orm::insert_many(&db, kinds)?;
    let query = Kind::query().order_by((
        Kind::flag().asc(),
        Kind::date().asc(),
        Kind::time().asc(),
        Kind::moment().desc(),
        Kind::instant().asc(),
        Kind::price().desc(),
        Kind::bytes().asc(),
    ));
    let (mut rows, mut cursor) = (Vec::new(), None::<Cursor>);
    loop {
        let page = query.clone().page(2).after(cursor).read(&db)?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => cursor = Some(next.to_string().parse()?),
            None => break,
        }
    }
    assert_eq!(rows, query.all(&db)?);
    Ok(())
}

/// An order from a request may name a field several times.
#[test]
fn a_column_that_an_order_names_again_is_left_out() -> Result<()> {
    let db = items()?;
    let (name, rank) = (Item::name(), Item::rank());
    let once = Item::query().order_by((name.asc(), rank.desc()));
    let terms = (0..500).flat_map(|_| [name.asc(), rank.desc(), name.desc()]).collect::<Vec<_>>();
    let again = Item::query().order_by(terms).order_by(rank.asc().nulls_last());
    assert_eq!(again.sql(&db).to_string(), once.sql(&db).to_string());
    assert_eq!(pages(&db, &again, 20)?, once.all(&db)?);
    Ok(())
}

#[test]
fn rows_in_pages_are_ordered_by_a_hundred_values_at_most() -> Result<()> {
    let db = items()?;
    let by =
        |terms: i64| Item::query().order_by((1..terms).map(|number| Item::id().mul(number).asc()).collect::<Vec<_>>());
    let page = by(100).page(20).read(&db)?;
    assert_eq!(by(100).page(20).after(page.next).read(&db)?.rows.len(), 20);
    let error = by(101).page(20).read(&db).unwrap_err();
    assert!(error.is_invalid());
    assert!(error.to_string().starts_with("rows in pages are ordered by at most 100 different values"), "{error}");
    assert_eq!(by(101).all(&db)?.len(), 50);
    Ok(())
}
