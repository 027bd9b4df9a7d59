//! Relations written from their owner: links, and rows that move between parents.

use std::cell::Cell;

use orm::{Constraint, Db, Insert, Model, Result, ResultExt, assert_queries, sql};

use crate::database::{db, either};
use crate::schemas::music::{Album, Artist, Tag, music};
use crate::schemas::university::{Course, NewCourse, NewStudent, Student, university};

#[test]
fn links_are_written_for_their_owner_alone() -> Result<()> {
    let db = music()?;
    let (one, two) = (Album::find(&db, 1)?, Album::find(&db, 2)?);
    let tags = Tag::query().all(&db)?;
    let names = |album: &Album| -> Result<Vec<String>> {
        Ok(Album::tags().of(album).all(&db)?.into_iter().map(|tag| tag.name).collect())
    };
    Album::tags().link(&db, &one, &tags)?;
    Album::tags().link(&db, &one, &tags)?;
    Album::tags().link(&db, &two, &tags)?;
    Album::tags().unlink(&db, &one, [&tags[0]])?;
    assert_eq!((names(&one)?, names(&two)?), (vec!["folk".to_owned()], vec!["rock".to_owned(), "folk".to_owned()]));
    Album::tags().set(&db, &one, [&tags[0]])?;
    assert_eq!((names(&one)?.len(), names(&two)?.len()), (1, 2));
    assert_eq!(names(&one)?, ["rock"]);
    Album::tags().clear(&db, &two)?;
    assert_eq!((names(&one)?.len(), names(&two)?.len()), (1, 0));
    let nobody = Tag { id: 99, name: String::new() };
    assert!(Album::tags().link(&db, &one, [&nobody]).is_err_and(|error| error.is_foreign_key_violation()));
    Ok(())
}

#[test]
fn has_many_rows_move_between_parents() -> Result<()> {
    let db = music()?;
    let (ada, ben) = (Artist::find(&db, 1)?, Artist::find(&db, 2)?);
    let albums = Album::query().all(&db)?;
    Artist::albums().link(&db, &ben, [&albums[0], &albums[4]])?;
    let of = |artist: &Artist| -> Result<Vec<i64>> {
        Ok(Artist::albums().of(artist).all(&db)?.into_iter().map(|album| album.id).collect())
    };
    assert_eq!((of(&ada)?, of(&ben)?), (vec![2, 4], vec![1, 3, 5]));
    Artist::albums().unlink(&db, &ada, [&albums[1], &albums[0]])?;
    assert_eq!((of(&ada)?, of(&ben)?), (vec![4], vec![1, 3, 5]));
    Artist::albums().set(&db, &ben, [&albums[2], &albums[3]])?;
    assert_eq!((of(&ada)?, of(&ben)?), (vec![], vec![3, 4]));
    let gone = Album { id: 77, title: String::new(), year: None, artist_id: None };
    assert!(Artist::albums().link(&db, &ada, [&gone]).is_err_and(|error| error.is_not_found()));
    assert_eq!(Album::find(&db, 77).optional()?, None);
    Ok(())
}

/// Users and their roles, over a join table that has no unique key, as Rails makes it.
mod roles {
    use super::*;

    #[derive(Model, Clone, Debug, PartialEq)]
    #[many_to_many(roles: Role, through = "users_roles", left = "user_id", right = "role_id")]
    pub(super) struct User {
        pub(super) id: i64,
        pub(super) name: String,
    }

    #[derive(Model, Clone, Debug, PartialEq)]
    pub(super) struct Role {
        pub(super) id: i64,
        pub(super) name: String,
    }

    pub(super) fn users() -> Result<(Db, User, Vec<Role>)> {
        let db = db();
        sql("CREATE TABLE users_roles (user_id bigint NOT NULL, role_id bigint NOT NULL, note text)").execute(&db)?;
        db.create_tables::<(User, Role)>()?;
        let user = NewUser { name: "Ada".into() }.insert(&db)?;
        let roles = orm::insert_many(&db, ["r", "s", "t"].map(|name| NewRole { name: name.into() }))?;
        Ok((db, user, roles))
    }

    pub(super) fn names(db: &Db, user: &User) -> Result<Vec<String>> {
        let user = User::query().prefetch(User::roles()).find(db, user.id)?;
        Ok(user.roles().iter().map(|role| role.name.clone()).collect())
    }
}

#[test]
fn a_link_is_made_once_where_the_join_table_has_no_key() -> Result<()> {
    use roles::*;
    let (db, user, roles) = users()?;
    for _ in 0..4 {
        User::roles().link(&db, &user, [&roles[0]])?;
    }
    assert_eq!(names(&db, &user)?, ["r"]);
    User::roles().link(&db, &user, [&roles[1], &roles[0], &roles[1]])?;
    assert_eq!(names(&db, &user)?, ["r", "s"]);
    // The key that tells is missing: the link is looked for.
    let recording = db.record();
    User::roles().link(&db, &user, [&roles[2], &roles[0]])?;
    let [statement] = &recording.statements()[..] else { panic!("one statement") };
    assert!(statement.contains("WHERE NOT EXISTS (SELECT 1 FROM \"users_roles\""), "{statement}");
    assert_eq!(names(&db, &user)?, ["r", "s", "t"]);
    Ok(())
}

#[test]
fn set_leaves_each_link_once_where_the_join_table_has_no_key() -> Result<()> {
    use roles::*;
    let (db, user, roles) = users()?;
    for _ in 0..4 {
        User::roles().set(&db, &user, [&roles[0]])?;
        assert_eq!(names(&db, &user)?, ["r"]);
    }
    // Others have linked several times.
    sql("INSERT INTO users_roles VALUES (1, 1, 'b'), (1, 1, 'c'), (1, 2, 'd'), (2, 1, 'e'), (2, 1, 'f')")
        .execute(&db)?;
    assert_eq!(names(&db, &user)?, ["r", "r", "r", "s"], "what is there is read as it is");
    User::roles().set(&db, &user, [&roles[0], &roles[2]])?;
    assert_eq!(names(&db, &user)?, ["r", "t"]);
    let others = sql("SELECT count(*) FROM users_roles WHERE user_id = 2").tuples::<(i64,)>(&db)?;
    assert_eq!(others, [(2,)], "those of other users stay");
    User::roles().unlink(&db, &user, [&roles[0]])?;
    assert_eq!(names(&db, &user)?, ["t"]);
    Ok(())
}

/// A join table whose rows have a separate key, so that two rows may be linked several times.
#[derive(Model, Clone, Debug, PartialEq)]
#[many_to_many(products: Product, through = Line)]
#[has_many(lines: Line)]
struct Order {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Product {
    id: i64,
    name: String,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Line {
    id: i64,
    #[belongs_to(order: Order)]
    order_id: i64,
    #[belongs_to(product: Product)]
    product_id: i64,
    #[model(default = 7)]
    weight: i32,
    #[model(default = next_code())]
    code: String,
    #[model(db_default = "new")]
    state: String,
    note: Option<String>,
    #[model(version)]
    version: i64,
}

thread_local! {
    static CODES: Cell<u32> = const { Cell::new(0) };
}

fn next_code() -> String {
    CODES.with(|codes| {
        codes.set(codes.get() + 1);
        format!("code {}", codes.get())
    })
}

fn shop() -> Result<(Db, Order, Vec<Product>)> {
    let db = db();
    db.create_tables::<(Order, Product, Line)>()?;
    let order = NewOrder {}.insert(&db)?;
    let products = orm::insert_many(&db, ["pen", "ink", "paper"].map(|name| NewProduct { name: name.into() }))?;
    Ok((db, order, products))
}

#[test]
fn links_have_the_defaults_of_the_join_model() -> Result<()> {
    let (db, order, products) = shop()?;
    CODES.with(|codes| codes.set(0));
    Order::products().link(&db, &order, &products[..2])?;
    Order::products().link(&db, &order, &products)?;
    let lines = Line::query().all(&db)?;
    assert_eq!(lines.len(), 3);
    for (line, product) in lines.iter().zip(&products) {
        assert_eq!((line.order_id, line.product_id, line.weight, line.version), (order.id, product.id, 7, 1));
        assert_eq!((line.state.as_str(), &line.note), ("new", &None));
    }
    // The expression is run for each row.
    assert_ne!(lines[0].code, lines[1].code);
    assert!(lines.iter().all(|line| line.code.starts_with("code ")));
    Ok(())
}

#[test]
fn set_keeps_the_first_row_of_a_link_with_what_it_holds() -> Result<()> {
    let (db, order, products) = shop()?;
    let line = |product: &Product, weight| NewLine {
        order_id: order.id,
        product_id: product.id,
        weight: Some(weight),
        code: None,
        state: None,
        note: None,
    };
    orm::insert_many(&db, [line(&products[0], 1), line(&products[0], 2), line(&products[1], 3)])?;
    Order::products().set(&db, &order, [&products[0], &products[2]])?;
    let lines: Vec<_> = Line::query().all(&db)?.into_iter().map(|line| (line.product_id, line.weight)).collect();
    assert_eq!(lines, [(products[0].id, 1), (products[2].id, 7)]);
    Ok(())
}

#[test]
fn links_are_given_what_else_their_rows_hold() -> Result<()> {
    let (db, order, products) = shop()?;
    let line = |order: &Order, product: &Product| NewLine {
        order_id: order.id,
        product_id: product.id,
        weight: (product.name != "ink").then_some(20),
        code: Some(format!("for {}", product.name)),
        state: (product.name == "pen").then(|| "sent".to_owned()),
        note: Some(product.name.clone()),
    };
    Order::products().link_with(&db, &order, &products[..2], line)?;
    Order::products().link_with(&db, &order, &products, line)?;
    let lines = Order::lines().of(&order).all(&db)?;
    let held: Vec<_> = lines.iter().map(|line| (line.code.as_str(), line.weight, line.state.as_str())).collect();
    assert_eq!(held, [("for pen", 20, "sent"), ("for ink", 7, "new"), ("for paper", 20, "new")]);
    assert!(lines.iter().all(|line| line.version == 1 && line.note.is_some()));

    let error = Order::products().link_with(&db, &order, &products, |_, product| line(&Order { id: 9 }, product));
    let error = error.unwrap_err();
    assert!(error.is_invalid(), "{error}");
    assert_eq!(
        error.to_string(),
        "`Order.products`: a new `Line` refers to another row than its `Order`; \
         give `order_id` the `id` of the row that the function receives"
    );
    let error = Order::products().link_with(&db, &order, &products, |order, _| line(order, &products[0])).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("give `product_id` the `id`"), "{error}");
    Ok(())
}

#[test]
fn new_rows_with_links_have_the_defaults_of_the_join_model_too() -> Result<()> {
    let (db, ..) = shop()?;
    let order = NewOrder {}.with(Order::products(), |_| ["glue", "tape"].map(|name| NewProduct { name: name.into() }));
    let order = order.insert(&db)?;
    let lines = Order::lines().of(&order).all(&db)?;
    assert_eq!(lines.iter().map(|line| (line.weight, line.version)).collect::<Vec<_>>(), [(7, 1), (7, 1)]);
    Ok(())
}

#[test]
fn a_link_that_needs_a_value_says_which() -> Result<()> {
    #[derive(Model)]
    #[many_to_many(rooms: Room, through = Booking)]
    struct Guest {
        id: i64,
    }
    #[derive(Model)]
    struct Room {
        id: i64,
    }
    #[derive(Model)]
    #[model(primary_key(guest_id, room_id))]
    struct Booking {
        #[belongs_to(guest: Guest)]
        guest_id: i64,
        #[belongs_to(room: Room)]
        room_id: i64,
        nights: i32,
    }
    let db = db();
    db.create_tables::<(Guest, Room, Booking)>()?;
    let (guest, room) = (NewGuest {}.insert(&db)?, NewRoom {}.insert(&db)?);
    let error = Guest::rooms().link(&db, &guest, [&room]).unwrap_err();
    assert_eq!(error.constraint(), Some(Constraint::NotNull));
    assert_eq!(
        error.to_string(),
        "a link of `Guest.rooms` needs a value for `bookings.nights`; give the field a default, \
         or make the row yourself with `link_with`"
    );
    let booking = |guest: &Guest, room: &Room| NewBooking { guest_id: guest.id, room_id: room.id, nights: 3 };
    Guest::rooms().link_with(&db, &guest, [&room], booking)?;
    assert_eq!(Booking::query().one(&db)?.nights, 3);
    Ok(())
}

#[test]
fn a_link_that_the_database_ignores_is_an_error_and_nothing_stays() -> Result<()> {
    let db = university();
    let skipped = either(
        ["CREATE TRIGGER skip BEFORE INSERT ON enrollments WHEN NEW.course_id = 2 BEGIN SELECT RAISE(IGNORE); END", ""],
        [
            "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF NEW.course_id = 2 THEN RETURN NULL; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER skip BEFORE INSERT ON enrollments FOR EACH ROW EXECUTE FUNCTION skip()",
        ],
    );
    skipped.into_iter().filter(|text| !text.is_empty()).try_for_each(|text| sql(text).execute(&db).map(|_| ()))?;
    let emil = Student::find(&db, 3)?;
    let courses = Course::query().all(&db)?;
    for error in [
        Student::courses().link(&db, &emil, &courses),
        Student::courses().set(&db, &emil, &courses),
        Student::courses().link(&db, &emil, [&courses[1]]),
    ] {
        let error = error.unwrap_err();
        assert!(error.is_ignored() && error.table() == Some("enrollments"), "{error}");
        assert_eq!(Student::courses().of(&emil).count(&db)?, 0);
    }
    // What is linked already is not ignored.
    let ada = Student::find(&db, 1)?;
    Student::courses().link(&db, &ada, &courses)?;
    assert_eq!(Student::courses().of(&ada).count(&db)?, 3);
    Ok(())
}

#[test]
fn a_link_that_breaks_another_key_is_an_error() -> Result<()> {
    let db = university();
    sql("CREATE UNIQUE INDEX one_student_each ON enrollments (course_id)").execute(&db).unwrap_err();
    sql("DELETE FROM enrollments WHERE student_id = 2").execute(&db)?;
    sql("CREATE UNIQUE INDEX one_student_each ON enrollments (course_id)").execute(&db)?;
    let (emil, courses) = (Student::find(&db, 3)?, Course::query().all(&db)?);
    let error = Student::courses().link(&db, &emil, [&courses[0], &courses[2]]).unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Student::courses().of(&emil).count(&db)?, 0);
    // The link itself may be there already.
    Student::courses().link(&db, &Student::find(&db, 1)?, &courses[..2])?;
    Ok(())
}

#[test]
fn linking_takes_one_statement_and_setting_two() -> Result<()> {
    let db = university();
    let (ada, courses) = (Student::find(&db, 1)?, Course::query().all(&db)?);
    assert_queries!(&db, 1, Student::courses().link(&db, &ada, &courses)?);
    assert_queries!(&db, 1, Student::courses().link(&db, &ada, &courses)?);
    assert_queries!(&db, 2, Student::courses().set(&db, &ada, &courses[1..])?);
    let new = NewStudent { first_name: "Eve".into(), last_name: "X".into(), department_id: None };
    let with_course = |title: &str| NewCourse { title: title.into(), department_id: 1 };
    let inserted = new.with(Student::courses(), |_| ["a", "b"].map(with_course));
    assert_eq!(assert_queries!(&db, 3, inserted.insert(&db)?).courses().len(), 2);
    Ok(())
}

#[test]
fn links_are_taken_from_their_owner_alone() -> Result<()> {
    use crate::schemas::journal::{Article, Tag, Writer, journal, titles};

    let db = journal()?;
    let tags = Tag::query().all(&db)?;
    let [red, sun, sea] = [1, 3, 4].map(|id| Article::find(&db, id).expect("it is there"));
    let found = || -> Result<Vec<Vec<i64>>> {
        let tags = Tag::query().prefetch(Tag::articles()).all(&db)?;
        Ok(tags.iter().map(|tag| tag.articles().iter().map(|article| article.id).collect()).collect())
    };
    assert_eq!(found()?, [vec![1, 3], vec![1, 4], vec![]]);
    Tag::articles().unlink(&db, &tags[0], [&red, &sea])?;
    assert_eq!(found()?, [vec![3], vec![1, 4], vec![]], "Sea is not of the first tag, and stays with the second");
    Tag::articles().set(&db, &tags[0], [&sea, &red])?;
    assert_eq!(found()?, [vec![1, 4], vec![1, 4], vec![]]);
    Tag::articles().clear(&db, &tags[1])?;
    assert_eq!(found()?, [vec![1, 4], vec![], vec![]]);
    Article::tags().unlink(&db, &sea, &tags)?;
    assert_eq!(found()?, [vec![1], vec![], vec![]]);
    Tag::articles().link(&db, &tags[2], [&sun, &sun])?;
    assert_eq!(found()?, [vec![1], vec![], vec![3]]);
    // The same for foreign keys: a row of another parent is not changed.
    let [ann, bob] = [1, 2].map(|id| Writer::find(&db, id).expect("it is there"));
    Writer::edited().unlink(&db, &ann, [&red])?;
    assert_eq!(Article::find(&db, 1)?.editor_id, Some(2));
    Writer::edited().clear(&db, &bob)?;
    assert_eq!(Article::find(&db, 1)?.editor_id, None);
    assert_eq!(titles(&Writer::edited().of(&ann).all(&db)?), ["Sun", "Sea"]);
    Ok(())
}
