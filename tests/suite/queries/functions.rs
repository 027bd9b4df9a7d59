//! Functions of texts and numbers, the first value that is not `NULL`, and values chosen by conditions.

use orm::value::{Date, Decimal};
use orm::{Condition, Db, Expression, Model, Page, Result, Upsert, assert_queries, case, excluded, insert_many};

use crate::database::{Shared, db, either};
use crate::support::random::Random;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(tasks: Task)]
struct User {
    id: i64,
    #[model(unique)]
    email: String,
    first: String,
    last: String,
    nickname: Option<String>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Task {
    id: i64,
    #[belongs_to(user: User)]
    user_id: i64,
    #[belongs_to(helper: User)]
    helper_id: Option<i64>,
    title: String,
    due: Date,
    done: bool,
    hours: f64,
    cost: Decimal,
    rating: Option<i32>,
}

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).expect("a number")
}

fn empty() -> Result<Db> {
    let db = db();
    db.create_tables::<(User, Task)>()?;
    Ok(db)
}

/// Users: 1 Ada Byron, called "ADA@x.org"; 2 Élise Noël, with the nickname "Lili"; 3 " Al ", without a last name.
///
/// Tasks, by user, helper, date, done, hours, cost and rating: 1 (Ada, Élise, January, not, 2.675, -1.005, none), 2 (Ada, none,
/// March, done, -0.5, 2.345, 4), 3 (Élise, Al, March, not, 0.125, 10, -3).
fn people() -> Result<Db> {
    let db = empty()?;
    let users = [
        ("ADA@x.org", "Ada", "Byron", None),
        ("elise@x.org", "Élise", "Noël", Some("Lili")),
        ("al@X.ORG", "  Al ", "", None),
    ];
    insert_many(
        &db,
        users.map(|(email, first, last, nickname): (&str, &str, &str, Option<&str>)| NewUser {
            email: email.into(),
            first: first.into(),
            last: last.into(),
            nickname: nickname.map(Into::into),
        }),
    )?;
    let tasks = [
        (1, Some(2), "Write", "2024-01-31", false, 2.675, "-1.005", None),
        (1, None, "read", "2024-03-01", true, -0.5, "2.345", Some(4)),
        (2, Some(3), "Rest", "2024-03-02", false, 0.125, "10", Some(-3)),
    ];
    let new = |(user_id, helper_id, title, due, done, hours, cost, rating): (_, _, &str, _, _, _, _, _)| NewTask {
        user_id,
        helper_id,
        title: title.into(),
        due: date(due),
        done,
        hours,
        cost: decimal(cost),
        rating,
    };
    insert_many(&db, tasks.map(new))?;
    Ok(db)
}

fn texts(db: &Db, text: Expression<User, String>) -> Result<Vec<String>> {
    assert_queries!(db, 1, User::query().select(text).all(db))
}

fn optional(db: &Db, text: Expression<User, Option<String>>) -> Result<Vec<Option<String>>> {
    assert_queries!(db, 1, User::query().select(text).all(db))
}

fn some(texts: [Option<&str>; 3]) -> [Option<String>; 3] {
    texts.map(|text| text.map(Into::into))
}

#[test]
fn texts_become_other_texts() -> Result<()> {
    let db = people()?;
    // In the collation of new tables, and on SQLite in all collations, only ASCII letters have two cases.
    assert_eq!(texts(&db, User::first().lower())?, ["ada", "Élise", "  al "]);
    assert_eq!(texts(&db, User::last().upper())?, ["BYRON", "NOëL", ""]);
    assert_eq!(texts(&db, User::first().trim())?, ["Ada", "Élise", "Al"]);
    assert_eq!(texts(&db, User::first().trim_start())?, ["Ada", "Élise", "Al "]);
    assert_eq!(texts(&db, User::first().trim_end())?, ["Ada", "Élise", "  Al"]);
    assert_eq!(texts(&db, User::first().trim().lower().concat("!"))?, ["ada!", "Élise!", "al!"]);
    assert_eq!(texts(&db, User::first().concat(" ").concat(User::last()))?, ["Ada Byron", "Élise Noël", "  Al  "]);
    assert_eq!(texts(&db, User::first().concat(User::last().upper()))?, ["AdaBYRON", "ÉliseNOëL", "  Al "]);
    let lengths = assert_queries!(&db, 1, User::query().select(User::first().length()).all(&db)?);
    assert_eq!(lengths, [3, 5, 5], "in characters");
    Ok(())
}

#[test]
fn a_function_of_an_optional_text_is_optional() -> Result<()> {
    let db = people()?;
    let nickname = User::nickname;
    assert_eq!(optional(&db, nickname().upper())?, some([None, Some("LILI"), None]));
    assert_eq!(optional(&db, nickname().concat("!"))?, some([None, Some("Lili!"), None]));
    assert_eq!(optional(&db, User::first().concat(nickname()))?, some([None, Some("ÉliseLili"), None]));
    assert_eq!(optional(&db, User::last().concat(nickname().lower()))?, some([None, Some("Noëllili"), None]));
    let lengths: Vec<Option<i64>> = User::query().select(nickname().length()).all(&db)?;
    assert_eq!(lengths, [None, Some(4), None]);
    assert_eq!(User::query().filter(nickname().lower().eq(None)).count(&db)?, 2);
    Ok(())
}

#[test]
fn the_first_value_that_is_there_is_taken() -> Result<()> {
    let db = people()?;
    let nickname = User::nickname;
    assert_eq!(texts(&db, nickname().coalesce(User::first()))?, ["Ada", "Lili", "  Al "]);
    assert_eq!(texts(&db, nickname().coalesce("nobody"))?, ["nobody", "Lili", "nobody"]);
    assert_eq!(texts(&db, nickname().coalesce("x".to_owned()).lower())?, ["x", "lili", "x"]);
    assert_eq!(texts(&db, nickname().coalesce(User::first().trim().upper()))?, ["ADA", "Lili", "AL"]);
    let twice = nickname().coalesce(nickname().lower());
    assert_eq!(optional(&db, twice.clone())?, some([None, Some("Lili"), None]));
    assert_eq!(texts(&db, twice.coalesce("-"))?, ["-", "Lili", "-"]);
    assert_eq!(optional(&db, nickname().coalesce(None))?, some([None, Some("Lili"), None]));
    let ratings: Vec<i32> = Task::query().select(Task::rating().coalesce(0)).all(&db)?;
    assert_eq!(ratings, [0, 4, -3]);
    let found = User::query().filter(nickname().coalesce(User::last()).eq("Byron")).all(&db)?;
    assert_eq!(found[0].id, 1);
    let helpers: Vec<String> =
        Task::query().select(Task::helper().value(User::nickname()).coalesce("alone")).all(&db)?;
    assert_eq!(helpers, ["Lili", "alone", "alone"]);
    let best = User::tasks().max(Task::rating()).coalesce(0);
    assert_eq!(User::query().select(best).all(&db)?, [4, -3, 0]);
    Ok(())
}

fn state() -> Expression<Task, String> {
    case().when(Task::done().eq(true), "done").when(Task::due().lt(date("2024-02-01")), "late").otherwise("open")
}

#[test]
fn a_value_is_chosen_by_the_first_condition_that_holds() -> Result<()> {
    let db = people()?;
    let states = assert_queries!(&db, 1, Task::query().select((Task::id(), state())).order_by(state().asc()).all(&db)?);
    assert_eq!(states, [(2, "done".into()), (1, "late".into()), (3, "open".into())]);
    let late = assert_queries!(&db, 1, Task::query().filter(state().eq("late")).all(&db)?);
    assert_eq!(late.iter().map(|task| task.id).collect::<Vec<_>>(), [1]);
    // Only constants do not determine a type for the database.
    let number = || case().when(Task::done().eq(true), 1_i64).otherwise(0);
    let (done, all) = Task::query().select((number().sum(), orm::count())).one(&db)?;
    assert_eq!((done, all), (Some(1), 3));
    assert_eq!(Task::query().select(number().add(number())).all(&db)?, [0, 2, 0]);
    let amount = case().when(Task::done().eq(true), decimal("0.5")).otherwise(Task::cost());
    assert_eq!(Task::query().select(amount.sum()).one(&db)?, Some(decimal("9.495")));
    let hours = case().when(Task::hours().lt(0.0), 0.0).otherwise(Task::hours());
    assert_eq!(Task::query().select(hours).all(&db)?, [2.675, 0.0, 0.125]);
    let day = case().when(Task::done().eq(true), date("2000-01-01")).otherwise(date("3000-01-01"));
    assert_eq!(Task::query().filter(day.lt(Task::due())).count(&db)?, 1);
    let truth = case().when(Task::rating().gt(0), true).otherwise(false);
    assert_eq!(Task::query().select(truth).all(&db)?, [false, true, false]);
    Ok(())
}

#[test]
fn a_case_is_optional_where_a_value_of_it_is() -> Result<()> {
    let db = people()?;
    let none = case().when(User::id().eq(1), "first").otherwise(None);
    assert_eq!(optional(&db, none)?, some([Some("first"), None, None]));
    let first = case().when(User::id().gt(1), User::nickname()).otherwise("first");
    assert_eq!(optional(&db, first)?, some([Some("first"), Some("Lili"), None]));
    let later = case().when(User::id().eq(1), "first").when(User::id().eq(2), User::nickname()).otherwise(User::last());
    assert_eq!(optional(&db, later)?, some([Some("first"), Some("Lili"), Some("")]));
    let required = case().when(User::id().eq(1), User::first().upper()).otherwise(User::last());
    assert_eq!(texts(&db, required)?, ["ADA", "Noël", ""]);
    Ok(())
}

#[test]
fn numbers_lose_their_sign_and_digits() -> Result<()> {
    let db = people()?;
    let costs = |cost: Expression<Task, Decimal>| Task::query().select(cost).all(&db);
    let decimals = |texts: [&str; 3]| texts.map(decimal);
    assert_eq!(costs(Task::cost().round(2))?, decimals(["-1.01", "2.35", "10"]), "half goes away from zero");
    assert_eq!(costs(Task::cost().abs())?, decimals(["1.005", "2.345", "10"]));
    assert_eq!(costs(Task::cost().abs().round(0))?, decimals(["1", "2", "10"]));
    let hours: Vec<(f64, f64, f64)> =
        Task::query().select((Task::hours().round(2), Task::hours().round(0), Task::hours().abs())).all(&db)?;
    assert_eq!(hours, [(2.68, 3.0, 2.675), (-0.5, -1.0, 0.5), (0.13, 0.0, 0.125)]);
    let ratings: Vec<(Option<i32>, Option<i32>)> =
        Task::query().select((Task::rating().abs(), Task::rating().round(1))).all(&db)?;
    assert_eq!(ratings, [(None, None), (Some(4), Some(4)), (Some(3), Some(-3))]);
    assert_eq!(Task::query().filter(Task::cost().round(1).gt(decimal("2.25"))).count(&db)?, 2);
    assert_eq!(Task::query().filter(Task::hours().round(1).eq(2.7)).count(&db)?, 1);
    Ok(())
}

#[test]
fn groups_have_functions_of_their_values() -> Result<()> {
    let db = people()?;
    let groups = || Task::query().group_by(Task::user_id());
    let rows: Vec<(i64, i64, Option<f64>, Option<i64>)> = groups()
        .select((
            Task::user_id(),
            Task::rating().sum().coalesce(0),
            Task::hours().avg().round(1),
            Task::title().length().max(),
        ))
        .all(&db)?;
    assert_eq!(rows, [(1, 4, Some(1.1), Some(5)), (2, -3, Some(0.1), Some(4))]);
    let size = || case().when(orm::count().gt(1), "many").otherwise("one");
    assert_eq!(groups().select((Task::user_id(), size())).all(&db)?, [(1, "many".into()), (2, "one".into())]);
    assert_eq!(groups().having(size().eq("one")).select(Task::user_id()).all(&db)?, [2]);
    assert_eq!(Task::query().sum(&db, Task::title().length())?, Some(13));
    let by_state = Task::query().group_by((state(), Task::title().lower().length()));
    let rows: Vec<(String, i64, u64)> =
        by_state.select((state(), Task::title().lower().length(), orm::count())).all(&db)?;
    assert_eq!(rows, [("done".into(), 4, 1), ("late".into(), 5, 1), ("open".into(), 4, 1)]);
    let loose = groups().select(Task::title().lower()).all(&db).unwrap_err();
    assert!(loose.to_string().starts_with("`Task.title` has several values in a group"), "{loose}");
    Ok(())
}

#[test]
fn relations_are_asked_and_loaded_by_functions() -> Result<()> {
    let db = people()?;
    let readers = User::query().filter(User::tasks().any(Task::title().lower().starts_with_r()));
    assert_eq!(readers.select(User::id()).all(&db)?, [1, 2]);
    let by_helper = Task::query().order_by(Task::helper().value(User::first().trim().lower()).desc());
    let ids: Vec<i64> = by_helper.select(Task::id()).all(&db)?;
    assert_eq!(ids, [1, 3, 2]);
    let name = Task::user().value(User::nickname().coalesce(User::first()));
    let names: Vec<String> = Task::query().select(name).all(&db)?;
    assert_eq!(names, ["Ada", "Ada", "Lili"]);
    let users = assert_queries!(
        &db,
        2,
        User::query()
            .prefetch(User::tasks().filter(state().ne("done")).order_by(Task::title().lower().desc()))
            .all(&db)?
    );
    assert_eq!(users.iter().map(|user| user.tasks().len()).collect::<Vec<_>>(), [1, 1, 0]);
    Ok(())
}

/// A pattern on a computed text compares its letters.
trait StartsWithR<M> {
    fn starts_with_r(self) -> orm::Condition<M>;
}

impl<M: orm::Mapped> StartsWithR<M> for Expression<M, String> {
    fn starts_with_r(self) -> orm::Condition<M> {
        self.clone().ge("r") & self.lt("s")
    }
}

#[test]
fn columns_are_changed_to_what_functions_give() -> Result<()> {
    let db = people()?;
    let all = || User::all_rows();
    assert_eq!(assert_queries!(&db, 1, all().update(&db, User::email().set(User::email().lower()))?), 3);
    assert_eq!(User::query().select(User::email()).all(&db)?, ["ada@x.org", "elise@x.org", "al@x.org"]);
    // Like `add`, a function of a column can be a change of the column.
    all().update(&db, (User::first().trim(), User::nickname().coalesce("none")))?;
    assert_eq!(User::query().select(User::first()).all(&db)?, ["Ada", "Élise", "Al"]);
    assert_eq!(User::query().select(User::nickname().coalesce("")).all(&db)?, ["none", "Lili", "none"]);
    let name = case().when(User::last().eq(""), "nobody").otherwise(User::last().concat("!"));
    all().update(&db, User::last().set(name))?;
    assert_eq!(User::query().select(User::last()).all(&db)?, ["Byron!", "Noël!", "nobody"]);
    Task::all_rows().update(&db, (Task::cost().round(1), Task::hours().abs()))?;
    assert_eq!(Task::query().select(Task::cost()).all(&db)?, ["-1", "2.3", "10"].map(decimal));
    assert_eq!(Task::query().select(Task::hours()).all(&db)?, [2.675, 0.5, 0.125]);
    let refused = assert_queries!(&db, 0, Task::all_rows().update(&db, Task::title().length()).unwrap_err());
    assert!(refused.to_string().contains("name the column that it sets: `.set(..)`"), "{refused}");
    let refused = assert_queries!(&db, 0, Task::all_rows().update(&db, Task::due().year()).unwrap_err());
    assert!(refused.to_string().contains("does not begin with one of its columns"), "{refused}");
    let new = NewUser { email: "al@x.org".into(), first: "AL".into(), last: String::new(), nickname: None };
    Upsert::of([new], User::email()).set(User::first().set(excluded(User::first()).lower())).all(&db)?;
    assert_eq!(User::find(&db, 3)?.first, "al");
    Ok(())
}

#[test]
fn functions_are_part_of_the_statement() {
    let db = empty().expect("the tables are created");
    let sql = |text: Expression<User, String>| {
        let text = User::query().select(text).sql(&db).text;
        text.split(" FROM ").next().expect("a selection").to_owned()
    };
    assert_eq!(
        sql(User::first().trim().lower()),
        either(r#"SELECT lower(trim(t0."first"))"#, r#"SELECT lower(trim(CAST(t0."first" AS text)))"#)
    );
    assert_eq!(
        sql(User::first().concat(" ").concat(User::last())),
        either(
            r#"SELECT (t0."first" || ?1 || t0."last")"#,
            r#"SELECT (CAST(t0."first" AS text) || CAST($1 AS text) || CAST(t0."last" AS text))"#
        )
    );
    assert_eq!(
        sql(User::nickname().coalesce(User::first())),
        r#"SELECT coalesce(t0."nickname", t0."first")"#,
        "on both"
    );
    assert_eq!(
        sql(case().when(User::id().gt(1), "a").otherwise("b")),
        either(
            r#"SELECT CASE WHEN t0."id" > ?1 THEN ?2 ELSE ?3 END"#,
            r#"SELECT CASE WHEN t0."id" > $1 THEN CAST($2 AS text) COLLATE "C" ELSE CAST($3 AS text) COLLATE "C" END"#
        )
    );
    assert_eq!(
        sql(case().when(User::id().gt(1), User::first()).otherwise("b")),
        either(
            r#"SELECT CASE WHEN t0."id" > ?1 THEN t0."first" ELSE ?2 END"#,
            r#"SELECT CASE WHEN t0."id" > $1 THEN t0."first" ELSE $2 END"#
        )
    );
}

#[test]
fn an_index_of_a_function_is_used() -> Result<()> {
    let file = Shared::new();
    let db = file.open();
    db.create_tables::<(User, Task)>()?;
    file.run("CREATE INDEX users_by_email ON users (lower(email))");
    let found = User::query().filter(User::email().lower().eq("ada@x.org"));
    let plan = file.query_plan(&found.sql(&db).text).join("\n");
    assert!(plan.contains("users_by_email"), "{plan}");
    let ordered = User::query().order_by(User::email().lower().asc());
    let plan = file.query_plan(&ordered.sql(&db).text).join("\n");
    assert!(plan.contains("users_by_email"), "{plan}");
    Ok(())
}

#[test]
fn pages_go_on_by_functions() -> Result<()> {
    let db = people()?;
    let query = || Task::query().order_by((state().desc(), Task::title().lower().asc()));
    let (mut titles, mut cursor) = (Vec::new(), None);
    for _ in 0..3 {
        let Page { rows, next } = query().page(1).after(cursor).read(&db)?;
        titles.extend(rows.into_iter().map(|task| task.title));
        cursor = next;
    }
    assert!(cursor.is_none());
    assert_eq!(titles, ["Rest", "Write", "read"]);
    Ok(())
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let db = empty().expect("the tables are created");
    let mut deep = User::first().lower();
    for _ in 0..300 {
        deep = deep.lower();
    }
    let error = assert_queries!(&db, 0, User::query().select(deep).all(&db).unwrap_err());
    assert_eq!(error.to_string(), "expressions are nested more than 200 levels deep");
    let mut nested = case().when(User::id().eq(0), "a").otherwise("b");
    for _ in 0..300 {
        nested = case().when(nested.eq("a"), "a").otherwise("b");
    }
    let error = assert_queries!(&db, 0, User::query().select(nested).all(&db).unwrap_err());
    assert!(error.to_string().contains("more than 200 levels deep"), "{error}");
    let large = case().when(User::id().eq(0), 1_u64).otherwise(u64::MAX);
    let error = assert_queries!(&db, 0, User::query().select(large).all(&db).unwrap_err());
    assert!(error.is_encode(), "{error}");
}

const LETTERS: [char; 14] = ['a', 'B', 'z', 'Z', ' ', ' ', '\t', 'é', 'Ä', 'ß', 'ı', '字', '😀', '\u{301}'];

fn random_text(random: &mut Random) -> String {
    let length = random.below(8);
    (0..length).map(|_| LETTERS[usize::try_from(random.below(14)).expect("small")]).collect()
}

#[test]
fn functions_give_what_rust_says() -> Result<()> {
    let db = empty()?;
    let random = &mut Random::new(7);
    let users: Vec<NewUser> = (0..300)
        .map(|number| NewUser {
            email: number.to_string(),
            first: random_text(random),
            last: random_text(random),
            nickname: (random.below(3) > 0).then(|| random_text(random)),
        })
        .collect();
    let users = insert_many(&db, users)?;
    let each = |text: Expression<User, String>, expected: &dyn Fn(&User) -> String| -> Result<()> {
        let found: Vec<(i64, String)> = User::query().select((User::id(), text)).all(&db)?;
        let expected: Vec<(i64, String)> = users.iter().map(|user| (user.id, expected(user))).collect();
        assert_eq!(found, expected);
        Ok(())
    };
    each(User::first().lower(), &|user| user.first.to_ascii_lowercase())?;
    each(User::first().upper(), &|user| user.first.to_ascii_uppercase())?;
    each(User::first().trim(), &|user| user.first.trim_matches(' ').to_owned())?;
    each(User::first().trim_start(), &|user| user.first.trim_start_matches(' ').to_owned())?;
    each(User::first().trim_end(), &|user| user.first.trim_end_matches(' ').to_owned())?;
    each(User::first().concat("-").concat(User::last()), &|user| format!("{}-{}", user.first, user.last))?;
    each(User::nickname().coalesce(User::last().trim()), &|user| {
        user.nickname.clone().unwrap_or_else(|| user.last.trim_matches(' ').to_owned())
    })?;
    let longer = case().when(User::first().length().gt(User::last().length()), User::first()).otherwise(User::last());
    each(longer, &|user| {
        let is_longer = user.first.chars().count() > user.last.chars().count();
        if is_longer { user.first.clone() } else { user.last.clone() }
    })?;
    let concat: Vec<Option<String>> = User::query().select(User::first().concat(User::nickname())).all(&db)?;
    let expected = users.iter().map(|user| user.nickname.as_ref().map(|nickname| user.first.clone() + nickname));
    assert_eq!(concat, expected.collect::<Vec<_>>());
    Ok(())
}

/// The nearest number with this number of digits, away from zero if two are equally near, of a number as it is written.
fn rounded(number: f64, digits: u8) -> f64 {
    let Some(decimal) = Decimal::parse(&number.to_string()) else { return number };
    let rounded: f64 = decimal.round(digits.into()).to_string().parse().expect("a number");
    rounded
}

#[test]
fn numbers_are_rounded_as_rust_rounds_decimals() -> Result<()> {
    let db = empty()?;
    NewUser { email: String::new(), first: String::new(), last: String::new(), nickname: None }.insert(&db)?;
    let random = &mut Random::new(8);
    let new = |hours: f64, cost: Decimal, rating: i32| NewTask {
        user_id: 1,
        helper_id: None,
        title: String::new(),
        due: date("2024-01-01"),
        done: false,
        hours,
        cost,
        rating: Some(rating),
    };
    let mut tasks = Vec::new();
    for _ in 0..400 {
        let cost = Decimal::new(
            i128::from(random.below(2_000_001)) - 1_000_000,
            u16::try_from(random.below(7)).expect("small"),
        );
        let hours: f64 = match random.below(3) {
            // Many of them are between two numbers with fewer digits.
            0 => cost.to_string().parse().expect("a number"),
            1 => f64::from_bits(random.bits()),
            _ => f64::from(i32::try_from(random.below(4001)).expect("small") - 2000) / 16.0,
        };
        let hours = if hours.is_finite() && hours.abs() < 1e30 { hours } else { 0.5 };
        tasks.push(new(hours, cost, i32::try_from(random.below(100)).expect("small") - 50));
    }
    let tasks = insert_many(&db, tasks)?;
    for digits in [0, 1, 2, 3, 9] {
        let found: Vec<(f64, Decimal, f64, Decimal, Option<i32>)> = Task::query()
            .select((
                Task::hours().round(digits),
                Task::cost().round(digits),
                Task::hours().abs(),
                Task::cost().abs(),
                Task::rating().abs(),
            ))
            .all(&db)?;
        for (found, task) in found.iter().zip(&tasks) {
            let expected = (
                rounded(task.hours, digits),
                task.cost.round(digits.into()),
                task.hours.abs(),
                task.cost.checked_abs().expect("few digits"),
                task.rating.map(i32::abs),
            );
            assert_eq!(*found, expected, "{} and {} to {digits} digits", task.hours, task.cost);
        }
    }
    Ok(())
}

fn full_name() -> Expression<User, String> {
    User::first().concat(" ").concat(User::last())
}

fn ids(db: &Db, condition: Condition<User>) -> Result<Vec<i64>> {
    assert_queries!(db, 1, User::query().filter(condition).select(User::id()).all(db))
}

#[test]
fn computed_texts_are_matched_with_patterns() -> Result<()> {
    let db = people()?;
    let nickname = User::nickname;
    assert_eq!(ids(&db, full_name().contains("a b"))?, [1]);
    assert_eq!(ids(&db, !full_name().contains("a b"))?, [2, 3]);
    assert_eq!(ids(&db, full_name().contains_case_sensitive("a b"))?, [0; 0]);
    assert_eq!(ids(&db, full_name().contains_case_sensitive("a B"))?, [1]);
    assert_eq!(ids(&db, full_name().starts_with("ada"))?, [1]);
    assert_eq!(ids(&db, full_name().starts_with_case_sensitive("ada"))?, [0; 0]);
    assert_eq!(ids(&db, full_name().ends_with("noël"))?, [2]);
    assert_eq!(ids(&db, full_name().ends_with("NOËL"))?, [0; 0], "that of other letters counts");
    assert_eq!(ids(&db, full_name().ends_with_case_sensitive("n"))?, [1]);
    assert_eq!(ids(&db, full_name().like("A__ B%"))?, [1]);
    assert_eq!(ids(&db, full_name().like_case_sensitive("a__ %"))?, [0; 0]);
    assert_eq!(ids(&db, nickname().coalesce("nobody").contains("NOBO"))?, [1, 3]);
    assert_eq!(ids(&db, nickname().lower().contains("li"))?, [2]);
    assert_eq!(ids(&db, !nickname().lower().contains("li"))?, [0; 0], "what is not known is not found");
    let of_byron = Task::query().filter(Task::user().value(User::last()).starts_with("byr")).select(Task::id());
    assert_eq!(assert_queries!(&db, 1, of_byron.all(&db)?), [1, 2]);
    let groups = User::query().group_by(User::id()).having(User::first().min().contains("LI")).select(User::id());
    assert_eq!(assert_queries!(&db, 1, groups.all(&db)?), [2]);
    Ok(())
}

#[test]
fn computed_values_lie_between_others_or_are_missing() -> Result<()> {
    let db = people()?;
    assert_eq!(ids(&db, User::last().length().between(1, 4))?, [2]);
    assert_eq!(ids(&db, User::first().length().between(User::last().length(), 4))?, [0; 0]);
    assert_eq!(ids(&db, User::first().length().between(User::last().length(), 5))?, [2, 3]);
    assert_eq!(ids(&db, User::nickname().lower().is_null())?, [1, 3]);
    assert_eq!(ids(&db, User::nickname().lower().is_not_null())?, [2]);
    assert_eq!(ids(&db, full_name().is_null())?, [0; 0]);
    let unrated =
        Task::query().group_by(Task::user_id()).having(Task::rating().max().is_null()).select(Task::user_id());
    assert_eq!(unrated.all(&db)?, [0; 0]);
    let rated = Task::query().group_by(Task::id()).having(Task::rating().max().is_not_null()).select(Task::id());
    assert_eq!(rated.all(&db)?, [2, 3]);
    let costly = Task::query().filter(Task::cost().add(decimal("0.005")).between(decimal("-1"), decimal("2.35")));
    assert_eq!(costly.select(Task::id()).all(&db)?, [1, 2]);
    Ok(())
}

#[test]
fn patterns_of_computed_texts_are_refused_as_those_of_columns() -> Result<()> {
    let db = people()?;
    for refused in ["a\0b", "100\\"] {
        let of_column = User::query().filter(User::first().like(refused)).all(&db).unwrap_err();
        let of_text = User::query().filter(full_name().like(refused)).all(&db).unwrap_err();
        assert_eq!(of_text.to_string(), of_column.to_string());
        let of_related = Task::query().filter(Task::user().value(User::last()).like(refused)).all(&db).unwrap_err();
        assert!(of_related.is_encode(), "{of_related}");
    }
    Ok(())
}

#[test]
fn patterns_are_rendered_around_the_value() -> Result<()> {
    let db = people()?;
    let query = User::query().filter(User::first().lower().contains("a")).select(User::id());
    let sqlite = r#"SELECT t0."id" FROM "users" AS t0 WHERE lower(t0."first") LIKE ?1 ESCAPE '\' ORDER BY t0."id""#;
    let postgres = concat!(
        r#"SELECT t0."id" FROM "users" AS t0 WHERE CAST(lower(CAST(t0."first" AS text)) AS text) COLLATE "C" "#,
        r#"ILIKE $1 ESCAPE '\' ORDER BY t0."id""#
    );
    assert_eq!(query.sql(&db).text, either(sqlite, postgres));
    Ok(())
}

/// An expression that is a column is matched like the column, with any pattern.
#[test]
fn a_column_as_an_expression_is_matched_as_the_column() -> Result<()> {
    let (db, mut random) = (people()?, Random::new(20));
    let letters = ["a", "A", "%", "_", "\\\\", " ", "l", "É", "é", "y", "\\%"];
    for _ in 0..200 {
        let number = random.below(4);
        let pattern: String = (0..number).map(|_| letters[usize::try_from(random.below(11)).unwrap()]).collect();
        let text = || Expression::from(User::first());
        let pairs = [
            (text().like(&*pattern), User::first().like(&*pattern)),
            (text().contains(&*pattern), User::first().contains(&*pattern)),
            (text().starts_with(&*pattern), User::first().starts_with(&*pattern)),
            (text().ends_with(&*pattern), User::first().ends_with(&*pattern)),
            (text().like_case_sensitive(&*pattern), User::first().like_case_sensitive(&*pattern)),
            (text().concat("").contains_case_sensitive(&*pattern), User::first().contains_case_sensitive(&*pattern)),
            (text().concat("").starts_with(&*pattern), User::first().starts_with_case_sensitive(&*pattern)),
        ];
        for (at, (of_text, of_column)) in pairs.into_iter().enumerate() {
            let (of_text, of_column) = (ids(&db, of_text)?, ids(&db, of_column)?);
            // The last pair ignores the case on one side.
            let same = if at == 6 { of_column.iter().all(|id| of_text.contains(id)) } else { of_text == of_column };
            assert!(same, "{pattern:?} {at}: {of_text:?} {of_column:?}");
        }
    }
    Ok(())
}
