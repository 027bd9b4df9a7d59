//! How keys are compared, collected and distinguished.

use std::borrow::Cow;

use orm::{ColumnType, Db, KeyType, Mismatch, Model, Required, Result, SqlType, Value, ValueRef, assert_queries};

use crate::database::{Shared, db, either};
use crate::support::compare::assert_as_lazy;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(members: Member)]
#[many_to_many(towns: Town, through = "club_towns", left = "club", right = "town")]
struct Club {
    #[model(primary_key)]
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Member {
    id: i64,
    #[belongs_to(club: Club)]
    club_id: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(clubs: Club, through = "club_towns", left = "town", right = "club")]
struct Town {
    #[model(primary_key)]
    name: String,
}

struct Number;

#[test]
fn keys_are_equal_where_the_database_finds_them_equal() -> Result<()> {
    let file = Shared::new();
    let collation =
        either("", "CREATE COLLATION NOCASE (provider = icu, locale = 'und-u-ks-level2', deterministic = false);");
    let tables = "CREATE TABLE clubs (name TEXT COLLATE NOCASE NOT NULL PRIMARY KEY);
         CREATE TABLE members (id INTEGER PRIMARY KEY, club_id TEXT COLLATE NOCASE);
         CREATE TABLE towns (name TEXT COLLATE NOCASE NOT NULL PRIMARY KEY);
         CREATE TABLE club_towns (club TEXT COLLATE NOCASE, town TEXT COLLATE NOCASE);
         INSERT INTO clubs VALUES ('Chess'), ('golf'), ('Void');
         INSERT INTO members VALUES (1, 'CHESS'), (2, 'chess'), (3, 'Chess'), (4, 'GOLF'), (5, NULL), (6, 'gone');
         INSERT INTO towns VALUES ('Ulm'), ('BONN');
         INSERT INTO club_towns VALUES ('CHESS', 'ulm'), ('chess', 'bonn'), ('Golf', 'ULM'), ('void', 'gone');";
    file.run(&format!("{collation}{tables}"));
    let joined = |sql: &str| file.counted(sql);
    let db = &file.open();

    let pairs = joined("SELECT count(*) FROM members JOIN clubs ON clubs.name = members.club_id");
    let members = assert_queries!(db, 2, Member::query().prefetch(Member::club()).all(db)?);
    let clubs = members.iter().map(|row| row.club().as_ref().map(|club| club.name.as_str()));
    assert_eq!(clubs.collect::<Vec<_>>(), [Some("Chess"), Some("Chess"), Some("Chess"), Some("golf"), None, None]);
    assert_as_lazy(&members, |row| row.club().as_deref().cloned(), |row| Member::club().of(row).first(db));
    let by_join = assert_queries!(db, 1, Member::query().prefetch(Member::club().joined()).all(db)?);
    assert_eq!(by_join, members);

    for query in [Club::query(), Club::query().filter(Club::name().ne("x"))] {
        let relations = query.prefetch(Club::members()).prefetch(Club::towns());
        let clubs = assert_queries!(db, 4, relations.prefetch(Club::members().count().named(Number)).all(db)?);
        assert_eq!(clubs.iter().map(|club| club.members().len()).collect::<Vec<_>>(), [3, 1, 0]);
        assert_eq!(clubs.iter().map(|club| club.members().len()).sum::<usize>(), pairs);
        assert!(clubs.iter().all(|club| *club.named(Number) == club.members().len() as u64));
        assert_as_lazy(&clubs, |row| row.members().to_vec(), |row| Club::members().of(row).all(db));
        assert_as_lazy(&clubs, |row| row.towns().to_vec(), |row| Club::towns().of(row).all(db));
        let links =
            joined("SELECT count(*) FROM clubs JOIN club_towns ON club = clubs.name JOIN towns ON towns.name = town");
        assert_eq!(clubs.iter().map(|club| club.towns().len()).sum::<usize>(), links);
    }
    let limited = Club::query().prefetch(Club::members().limit(2)).all(db)?;
    assert_eq!(limited.iter().map(|club| club.members().len()).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(Club::query().filter(Club::members().any(Member::id().ge(1))).count(db)?, 2);
    Ok(())
}

#[test]
fn parents_that_stand_twice_have_their_rows_twice() -> Result<()> {
    let db = clubs_and_towns()?;
    let [chess, golf] = ["Chess", "Golf"].map(|name| Club { name: name.into() });
    let parents = vec![golf.clone(), chess.clone(), golf.clone(), golf, chess];
    let clubs = assert_queries!(&db, 1, orm::prefetch(&db, parents.clone(), Club::members())?);
    assert_eq!(clubs.iter().map(|club| club.members().len()).collect::<Vec<_>>(), [1, 2, 1, 1, 2]);
    let clubs = assert_queries!(&db, 1, orm::prefetch(&db, parents.clone(), Club::towns())?);
    assert_eq!(clubs.iter().map(|club| club.towns().len()).collect::<Vec<_>>(), [1, 2, 1, 1, 2]);
    let clubs = assert_queries!(&db, 1, orm::prefetch(&db, parents, Club::members().limit(1).named(Number))?);
    assert!(clubs.iter().all(|club| club.named(Number).len() == 1));
    // To-one: the same row twice, and different rows with one target.
    let members = Member::query().all(&db)?;
    let members: Vec<Member> = members.iter().chain(&members).cloned().collect();
    let members = assert_queries!(&db, 1, orm::prefetch(&db, members, Member::club())?);
    assert!(members.iter().all(|row| row.club().as_ref().map(|club| &club.name) == row.club_id.as_ref()));
    assert_eq!(members.iter().filter(|row| row.club().is_some()).count(), 6);
    Ok(())
}

/// Chess has two members and two towns, Golf one of each; one member has no club.
fn clubs_and_towns() -> Result<Db> {
    let db = db();
    db.create_tables::<(Club, Member, Town)>()?;
    let [chess, golf] = ["Chess", "Golf"].map(|name| Club { name: name.into() });
    let towns = ["Bonn", "Ulm"].map(|name| Town { name: name.into() });
    for club in [&chess, &golf] {
        club.insert(&db)?;
    }
    for town in &towns {
        town.insert(&db)?;
    }
    for club in [Some("Chess"), None, Some("Golf"), Some("Chess")] {
        NewMember { club_id: club.map(Into::into) }.insert(&db)?;
    }
    Club::towns().link(&db, &chess, &towns)?;
    Club::towns().link(&db, &golf, &towns[1..])?;
    Ok(db)
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(hall, row))]
#[has_many(seats: Seat, foreign_key = (hall, row))]
struct Place {
    hall: i64,
    row: String,
}

/// The database does not prevent an incomplete key in this table.
#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(place: Place, foreign_key = (hall, row))]
struct Seat {
    id: i64,
    hall: Option<i64>,
    row: Option<String>,
    price: Option<i64>,
}

/// Places 1 a, 1 b, 2 a. Seats: 1 a at 10, 1 a at an unknown price, 1 -, - a, - -, 2 a at 30.
fn places() -> Result<Db> {
    let db = db();
    db.create_tables::<(Place, Seat)>()?;
    for (hall, row) in [(1, "a"), (1, "b"), (2, "a")] {
        Place { hall, row: row.into() }.insert(&db)?;
    }
    let seats = [
        (Some(1), Some("a"), Some(10)),
        (Some(1), Some("a"), None),
        (Some(1), None, Some(20)),
        (None, Some("a"), Some(20)),
        (None, None, Some(20)),
        (Some(2), Some("a"), Some(30)),
    ];
    for (hall, row, price) in seats {
        NewSeat { hall, row: row.map(Into::into), price }.insert(&db)?;
    }
    Ok(db)
}

#[test]
fn a_key_with_a_null_leads_nowhere() -> Result<()> {
    let db = places()?;
    let seats = assert_queries!(&db, 2, Seat::query().prefetch(Seat::place()).all(&db)?);
    assert_eq!(
        seats.iter().map(|seat| seat.place().is_some()).collect::<Vec<_>>(),
        [true, true, false, false, false, true]
    );
    assert_eq!(assert_queries!(&db, 1, Seat::query().prefetch(Seat::place().joined()).all(&db)?), seats);
    assert_as_lazy(&seats, |row| row.place().as_deref().cloned(), |row| Seat::place().of(row).first(&db));
    for query in [Place::query(), Place::query().filter(Place::hall().gt(0))] {
        let places = assert_queries!(&db, 2, query.prefetch(Place::seats()).all(&db)?);
        assert_eq!(places.iter().map(|place| place.seats().len()).collect::<Vec<_>>(), [2, 0, 1]);
        assert_as_lazy(&places, |row| row.seats().to_vec(), |row| Place::seats().of(row).all(&db));
    }
    // Filters: `all` is not met where the result is unknown, and `none` is not a `NOT IN` with a NULL.
    let found = |condition| -> Result<Vec<(i64, String)>> {
        Ok(Place::query().filter(condition).all(&db)?.into_iter().map(|place| (place.hall, place.row)).collect())
    };
    let (one_a, one_b, two_a) = (|| (1, "a".to_owned()), || (1, "b".to_owned()), || (2, "a".to_owned()));
    assert_eq!(found(Place::seats().all(Seat::price().gt(5)))?, [one_b(), two_a()]);
    assert_eq!(found(!Place::seats().all(Seat::price().gt(5)))?, [one_a()]);
    assert_eq!(found(Place::seats().none(Seat::price().gt(20)))?, [one_a(), one_b()]);
    assert_eq!(found(Place::seats().any(Seat::price().is_null()))?, [one_a()]);
    assert_eq!(found(Place::seats().any(!Seat::price().gt(5)))?, [], "a NULL is not known to be less");
    assert_eq!(found(!Place::seats().exists())?, [one_b()]);
    assert_eq!(Seat::query().filter(!Seat::place().exists()).count(&db)?, 3);
    Ok(())
}

#[test]
fn nothing_to_ask_for_sends_nothing() -> Result<()> {
    let db = places()?;
    for condition in [Seat::hall().is_null(), Seat::row().is_null(), Seat::id().in_([3, 4, 5])] {
        let query = Seat::query().filter(condition).prefetch(Seat::place().prefetch(Place::seats()));
        let seats = assert_queries!(&db, 1, query.all(&db)?);
        assert!(!seats.is_empty() && seats.iter().all(|seat| seat.place().is_none()));
    }
    let nobody = Seat::query().filter(Seat::id().eq(99)).prefetch(Seat::place().prefetch(Place::seats()));
    assert!(assert_queries!(&db, 1, nobody.all(&db)?).is_empty());
    assert!(assert_queries!(&db, 1, nobody.first(&db)?).is_none());
    let none: Vec<Seat> = assert_queries!(&db, 1, Seat::query().filter(Seat::id().in_([0_i64; 0])).all(&db)?);
    assert!(assert_queries!(&db, 0, orm::prefetch(&db, none, Seat::place())?).is_empty());
    let without = Seat::query().filter(Seat::hall().is_null()).all(&db)?;
    assert_eq!(assert_queries!(&db, 0, orm::prefetch(&db, without, Seat::place())?).len(), 2);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(list_id, number))]
#[belongs_to(parent: Task, foreign_key = (list_id, parent_number))]
#[has_many(steps: Task, foreign_key = (list_id, parent_number))]
struct Task {
    list_id: i64,
    number: i64,
    parent_number: Option<i64>,
}

#[test]
fn a_composite_key_may_share_a_column_with_the_key_it_refers_to() -> Result<()> {
    let db = db();
    db.create_tables::<Task>()?;
    for list_id in [1, 2] {
        for (number, parent_number) in [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2))] {
            Task { list_id, number, parent_number }.insert(&db)?;
        }
    }
    let number = |task: &Task| (task.list_id, task.number);
    let tasks = assert_queries!(&db, 2, Task::query().prefetch(Task::parent()).all(&db)?);
    let parents: Vec<_> = tasks.iter().map(|task| task.parent().as_ref().map(|parent| number(parent))).collect();
    assert_eq!(parents[..4], [None, Some((1, 1)), Some((1, 1)), Some((1, 2))]);
    assert_eq!(parents[4..], [None, Some((2, 1)), Some((2, 1)), Some((2, 2))]);
    let tasks = assert_queries!(&db, 2, Task::query().prefetch(Task::steps()).all(&db)?);
    assert_eq!(tasks.iter().map(|task| task.steps().len()).collect::<Vec<_>>(), [2, 1, 0, 0, 2, 1, 0, 0]);
    assert_as_lazy(&tasks, |row| row.steps().to_vec(), |row| Task::steps().of(row).all(&db));
    // The condition must compare the two roles of the table, not a column with itself.
    let found = |condition| -> Result<Vec<(i64, i64)>> {
        Ok(Task::query().filter(condition).all(&db)?.iter().map(number).collect())
    };
    assert_eq!(found(Task::steps().exists() & Task::list_id().eq(1))?, [(1, 1), (1, 2)]);
    assert_eq!(found(Task::steps().any(Task::number().eq(4)))?, [(1, 2), (2, 2)]);
    assert_eq!(found(Task::parent().has(Task::number().eq(2)))?, [(1, 4), (2, 4)]);
    assert_eq!(found(Task::steps().count().eq(2))?, [(1, 1), (2, 1)]);
    let deep = Task::query().filter(!Task::parent().exists()).prefetch(Task::steps().to_any_depth());
    let roots = assert_queries!(&db, 4, deep.all(&db)?);
    assert_eq!(roots.iter().map(|root| root.steps().walk().count()).collect::<Vec<_>>(), [3, 3]);
    Ok(())
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "Artist Table", rename_all = "PascalCase")]
#[has_many(albums: Album, foreign_key = made_by)]
#[many_to_many(genres: Genre, through = ArtistGenre, left = who, right = what)]
struct Artist {
    #[model(column = "Artist Key")]
    id: i64,
    full_name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(rename_all = "SCREAMING_SNAKE_CASE")]
struct Album {
    #[model(column = "no")]
    id: i64,
    #[model(column = "order")]
    #[belongs_to(artist: Artist)]
    made_by: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Genre {
    #[model(primary_key, column = "select")]
    code: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(who, what))]
struct ArtistGenre {
    #[model(column = "a\"b")]
    #[belongs_to(artist: Artist)]
    who: i64,
    #[model(column = "group")]
    #[belongs_to(genre: Genre)]
    what: String,
}

#[test]
fn columns_of_keys_may_have_any_name() -> Result<()> {
    let db = db();
    db.create_tables::<(Artist, Album, Genre, ArtistGenre)>()?;
    for name in ["Nina", "Miles"] {
        let artist = NewArtist { full_name: name.into() }.insert(&db)?;
        NewAlbum { made_by: artist.id }.insert(&db)?;
    }
    let jazz = Genre { code: "jazz".into() }.insert(&db)?;
    let nina = Artist::find(&db, 1)?;
    Artist::genres().link(&db, &nina, [&jazz])?;
    let query = Artist::query().prefetch(Artist::albums().prefetch(Album::artist())).prefetch(Artist::genres());
    for query in [query.clone(), query.filter(Artist::albums().any(Album::made_by().ge(1)))] {
        let artists = assert_queries!(&db, 4, query.all(&db)?);
        assert!(artists.iter().all(|artist| *artist.albums()[0].artist().full_name == artist.full_name));
        assert_eq!(artists.iter().map(|artist| artist.genres().len()).collect::<Vec<_>>(), [1, 0]);
        assert_as_lazy(&artists, |row| row.genres().to_vec(), |row| Artist::genres().of(row).all(&db));
    }
    assert_eq!(assert_queries!(&db, 1, Album::query().prefetch(Album::artist().joined()).all(&db)?).len(), 2);
    assert_eq!(Artist::query().prefetch(Artist::albums().limit(1)).find(&db, 2)?.albums()[0].id, 2);
    Ok(())
}

/// A key of a separate type, which cannot be confused with another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct UserId(i64);

impl ColumnType for UserId {
    const SQL_TYPE: SqlType = SqlType::Int64;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        i64::decode(value).map(UserId)
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Int(self.0))
    }
}

impl KeyType for UserId {}

/// An enum stored as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Role {
    Admin,
    Guest,
}

impl ColumnType for Role {
    const SQL_TYPE: SqlType = SqlType::Text;
    type Presence = Required;

    fn decode(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Text("admin") => Ok(Role::Admin),
            ValueRef::Text("guest") => Ok(Role::Guest),
            ValueRef::Text(_) => Err(Mismatch::Refused("no such role".into())),
            other => Err(Mismatch::Kind { found: other.kind() }),
        }
    }

    fn encode(&self) -> Result<Value<'_>, Mismatch> {
        Ok(Value::Text(Cow::Borrowed(match self {
            Role::Admin => "admin",
            Role::Guest => "guest",
        })))
    }
}

impl KeyType for Role {}

#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(friends: User, through = Friendship, left = who, right = whom)]
struct User {
    #[model(primary_key)]
    id: UserId,
    #[belongs_to(right: Right)]
    role: Option<Role>,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(users: User, foreign_key = role)]
struct Right {
    #[model(primary_key)]
    role: Role,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(who, whom))]
struct Friendship {
    #[belongs_to(left: User)]
    who: UserId,
    #[belongs_to(right: User)]
    whom: UserId,
}

#[test]
fn types_of_the_program_are_keys() -> Result<()> {
    let db = db();
    db.create_tables::<(Right, User, Friendship)>()?;
    for role in [Role::Admin, Role::Guest] {
        Right { role }.insert(&db)?;
    }
    for (id, role) in [(-7, Some(Role::Guest)), (3, None), (i64::MAX, Some(Role::Guest))] {
        User { id: UserId(id), role }.insert(&db)?;
    }
    let users = User::query().all(&db)?;
    User::friends().link(&db, &users[0], &users[1..])?;
    let query = User::query().prefetch(User::right().prefetch(Right::users())).prefetch(User::friends());
    let users = assert_queries!(&db, 4, query.all(&db)?);
    assert_eq!(users.iter().map(|user| user.friends().len()).collect::<Vec<_>>(), [2, 0, 0]);
    assert!(users.iter().all(|user| user.right().as_ref().map(|right| right.role) == user.role));
    assert_eq!(users[0].right().as_ref().map(|right| right.users().len()), Some(2));
    let rights = assert_queries!(&db, 2, Right::query().prefetch(Right::users()).all(&db)?);
    assert_as_lazy(&rights, |row| row.users().to_vec(), |row| Right::users().of(row).all(&db));
    assert_eq!(rights.iter().map(|right| right.users().len()).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(User::find(&db, UserId(3))?.role, None);
    assert_eq!(User::query().filter(User::id().in_([UserId(3), UserId(4)])).count(&db)?, 1);
    Ok(())
}

#[cfg(feature = "uuid-1")]
mod uuid_keys {
    use orm::{Model, Result, assert_queries};
    use uuid::Uuid;

    use crate::database::db;
    use crate::support::compare::assert_as_lazy;

    #[derive(Model, Clone, Debug, PartialEq)]
    #[has_many(lines: Line)]
    #[many_to_many(coupons: Coupon, through = "order_coupons", left = "order_id", right = "coupon_id")]
    struct Order {
        #[model(primary_key)]
        id: Uuid,
    }

    #[derive(Model, Clone, Debug, PartialEq)]
    struct Line {
        id: i64,
        #[belongs_to(order: Order)]
        order_id: Option<Uuid>,
    }

    #[derive(Model, Clone, Debug, PartialEq)]
    struct Coupon {
        #[model(primary_key)]
        id: Uuid,
    }

    #[test]
    fn uuids_are_keys_of_every_relation() -> Result<()> {
        let db = db();
        db.create_tables::<(Order, Line, Coupon)>()?;
        let ids = [Uuid::from_u128(0), Uuid::from_u128(1), Uuid::from_u128(u128::MAX)];
        for id in ids {
            let (order, coupon) = (Order { id }.insert(&db)?, Coupon { id }.insert(&db)?);
            NewLine { order_id: Some(id) }.insert(&db)?;
            NewLine { order_id: None }.insert(&db)?;
            Order::coupons().link(&db, &order, [&coupon])?;
        }
        let orders = Order::query().prefetch(Order::lines().prefetch(Line::order())).prefetch(Order::coupons());
        let orders = assert_queries!(&db, 4, orders.all(&db)?);
        assert_eq!(orders.len(), 3);
        for order in &orders {
            assert_eq!(order.lines()[0].order().as_ref().map(|order| order.id), Some(order.id));
            assert_eq!((order.lines().len(), order.coupons()[0].id), (1, order.id));
        }
        assert_as_lazy(&orders, |row| row.coupons().to_vec(), |row| Order::coupons().of(row).all(&db));
        Ok(())
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(primary_key(number, text))]
#[has_many(echoes: Echo, foreign_key = (number, text))]
struct Sound {
    number: i64,
    text: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[belongs_to(sound: Sound, foreign_key = (number, text))]
struct Echo {
    id: i64,
    number: i64,
    text: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(details: Detail)]
struct Big {
    #[model(primary_key)]
    id: u64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Detail {
    id: i64,
    #[belongs_to(big: Big)]
    big_id: u64,
}

#[test]
fn keys_at_the_ends_of_their_types_lead_to_their_rows() -> Result<()> {
    let db = db();
    db.create_tables::<(Sound, Echo, Big, Detail)>()?;
    let numbers = [i64::MIN, -(1 << 53) - 1, -1, 0, (1 << 53) + 1, i64::MAX];
    let texts = ["", "1", "1.0", "null", "[]", "\"", "\\", "a\u{1}\n\u{7f}b", "ß\u{1F600}\u{2028}", "' OR 1=1 --"];
    for number in numbers {
        for text in texts {
            Sound { number, text: text.into() }.insert(&db)?;
            NewEcho { number, text: text.into() }.insert(&db)?;
        }
    }
    for query in [Sound::query(), Sound::query().filter(Sound::number().le(i64::MAX))] {
        let sounds = assert_queries!(&db, 3, query.prefetch(Sound::echoes().prefetch(Echo::sound())).all(&db)?);
        assert_eq!(sounds.len(), numbers.len() * texts.len());
        for sound in &sounds {
            assert_eq!(sound.echoes().len(), 1, "{sound:?}");
            assert_eq!(**sound.echoes()[0].sound(), **sound);
        }
    }
    for id in [0, 1, i64::MAX as u64] {
        Big { id }.insert(&db)?;
        NewDetail { big_id: id }.insert(&db)?;
    }
    let rows = assert_queries!(&db, 3, Big::query().prefetch(Big::details().prefetch(Detail::big())).all(&db)?);
    assert!(rows.len() == 3 && rows.iter().all(|row| row.details()[0].big().id == row.id));
    // A value that no column can hold is an error that names the place, not another number.
    let beyond = || Big { id: i64::MAX as u64 + 1 };
    let errors = [
        beyond().insert(&db).err(),
        orm::prefetch(&db, vec![beyond()], Big::details()).err(),
        Big::details().of(&beyond()).all(&db).err(),
        Big::query().filter(Big::id().eq(u64::MAX)).all(&db).err(),
        Big::find(&db, u64::MAX).err(),
    ];
    for error in errors {
        let error = error.expect("the number does not fit");
        assert!(error.is_encode(), "{error}");
        assert_eq!((error.table(), error.column()), (Some("bigs"), Some("id")));
    }
    Ok(())
}

#[test]
fn a_key_that_cannot_travel_is_an_error() -> Result<()> {
    let db = db();
    db.create_tables::<(Sound, Echo)>()?;
    // SQLite stores a NUL in text, but its JSON, in which keys of several columns travel, ends there. PostgreSQL does not
    // store it.
    let inserted = Sound { number: 1, text: "a\0b".into() }.insert(&db);
    if either(false, true) {
        assert!(inserted.is_err_and(|error| error.is_encode()));
        return Ok(());
    }
    let sound = inserted?;
    NewEcho { number: 1, text: "a\0b".into() }.insert(&db)?;
    let error = Sound::query().prefetch(Sound::echoes()).all(&db).expect_err("the key cannot travel");
    assert!(error.is_encode(), "{error}");
    assert_eq!(Sound::echoes().of(&sound).all(&db)?.len(), 1, "bound by itself, it can");
    Ok(())
}
