//! Chosen columns, computed values, groups and distinct rows.

use orm::{Db, EachGroup, Model, Result, Selected, count};

use crate::database::{db, either};
use crate::schemas::university::{Course, Student, university};

#[derive(Model, Clone, Debug)]
struct Account {
    id: i64,
    owner: String,
    #[model(column = "amount")]
    balance: i64,
    rate: Option<f64>,
    branch: Option<i32>,
}

/// An owner, the number of accounts, their sum and their largest key.
type OfOwner = (String, u64, Option<i64>, Option<i64>);

/// (id, owner, balance, rate, branch): (1, a, 10, 0.5, 1) (2, b, 20, NULL, 1) (3, a, 30, 1.5, 2) (4, c, 40, NULL, NULL)
fn accounts() -> Result<Db> {
    let db = db();
    db.create_tables::<Account>()?;
    let rows =
        [("a", 10, Some(0.5), Some(1)), ("b", 20, None, Some(1)), ("a", 30, Some(1.5), Some(2)), ("c", 40, None, None)];
    let new =
        |(owner, balance, rate, branch): (&str, _, _, _)| NewAccount { owner: owner.into(), balance, rate, branch };
    orm::insert_many(&db, rows.map(new))?;
    Ok(db)
}

#[test]
fn columns_are_read_as_tuples_and_one_alone_as_itself() -> Result<()> {
    let db = university();
    let names: Vec<(i64, String)> = Student::query().select((Student::id(), Student::last_name())).all(&db)?;
    assert_eq!(names, [(1, "Lovelace".into()), (2, "Newton".into()), (3, "Void".into())]);
    let titles: Vec<String> = Course::query().order_by(Course::title().desc()).select(Course::title()).all(&db)?;
    assert_eq!(titles, ["Optics", "Geometry", "Algebra"]);
    let departments: Vec<(Option<i64>,)> = Student::query().select((Student::department_id(),)).all(&db)?;
    assert_eq!(departments, [(Some(1),), (Some(2),), (None,)]);
    Ok(())
}

#[test]
fn tuples_within_tuples_are_read_as_such() -> Result<()> {
    let db = accounts()?;
    let (id, owner, balance) = (Account::id(), Account::owner(), Account::balance());
    let rows: Vec<((i64, String), (i64, bool))> =
        Account::query().select(((id, owner), (balance.mul(2), balance.ge(30)))).limit(3).all(&db)?;
    assert_eq!(rows, [((1, "a".into()), (20, false)), ((2, "b".into()), (40, false)), ((3, "a".into()), (60, true))]);
    Ok(())
}

#[test]
fn a_selection_loads_only_what_it_names() -> Result<()> {
    let db = university();
    let query = Student::query()
        .filter(Student::id().gt(1))
        .select((Student::id(), Student::last_name()))
        .filter(Student::courses().exists())
        .order_by(Student::last_name().desc())
        .limit(5)
        .offset(0);
    let recording = db.record();
    assert_eq!(query.all(&db)?, [(2, "Newton".into())]);
    assert_eq!(
        recording.statements(),
        [either(
            r#"SELECT t0."id", t0."last_name" FROM "students" AS t0 WHERE t0."id" > ?1 AND EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."student_id" = t0."id") ORDER BY t0."last_name" DESC, t0."id" DESC LIMIT ?2 OFFSET ?3"#,
            r#"SELECT t0."id", t0."last_name" FROM "students" AS t0 WHERE t0."id" > $1 AND EXISTS (SELECT 1 FROM "courses" AS t1 JOIN "enrollments" AS t2 ON t2."course_id" = t1."id" WHERE t2."student_id" = t0."id") ORDER BY t0."last_name" DESC, t0."id" DESC LIMIT $2 OFFSET $3"#,
        )]
    );
    Ok(())
}

#[test]
fn first_one_and_count_are_those_of_a_query() -> Result<()> {
    let db = university();
    let query = Student::query().select(Student::first_name());
    assert_eq!(query.first(&db)?.as_deref(), Some("Ada"));
    assert!(query.one(&db).unwrap_err().is_more_than_one());
    assert_eq!(query.clone().offset(2).one(&db)?, "Emil");
    assert!(query.clone().filter(Student::id().gt(9)).one(&db).unwrap_err().is_not_found());
    assert_eq!(query.clone().filter(Student::id().gt(9)).first(&db)?, None);
    assert_eq!((query.count(&db)?, query.clone().limit(2).count(&db)?), (3, 2));
    Ok(())
}

#[test]
fn expressions_are_computed_by_the_database() -> Result<()> {
    let db = accounts()?;
    let (balance, rate) = (Account::balance(), Account::rate());
    let computed: Vec<(i64, i64, Option<f64>)> =
        Account::query().select((balance.add(5).mul(2), balance.sub(Account::id()), rate.mul(2.0))).all(&db)?;
    assert_eq!(computed, [(30, 9, Some(1.0)), (50, 18, None), (70, 27, Some(3.0)), (90, 36, None)]);
    let rich: Vec<(i64, bool, bool)> =
        Account::query().select((Account::id(), balance.ge(30), rate.gt(1.0) & balance.lt(100))).all(&db)?;
    assert_eq!(rich, [(1, false, false), (2, false, false), (3, true, true), (4, true, false)], "NULL does not hold");
    Ok(())
}

#[test]
fn expressions_filter_and_order() -> Result<()> {
    let db = accounts()?;
    let (id, balance) = (Account::id(), Account::balance());
    let query = Account::query().filter(balance.add(id).gt(22)).order_by((id.mul(-1).asc(), balance.asc()));
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT t0."id", t0."owner", t0."amount", t0."rate", t0."branch" FROM "accounts" AS t0 WHERE (t0."amount" + t0."id") > ?1 ORDER BY (t0."id" * ?2), t0."amount", t0."id""#,
            r#"SELECT t0."id", t0."owner", t0."amount", t0."rate", t0."branch" FROM "accounts" AS t0 WHERE (t0."amount" + t0."id") > $1 ORDER BY (t0."id" * $2) NULLS FIRST, t0."amount", t0."id""#,
        )
    );
    assert_eq!(query.all(&db)?.into_iter().map(|account| account.id).collect::<Vec<_>>(), [4, 3]);
    let equal = Account::query().filter(balance.eq(id.mul(10))).count(&db)?;
    assert_eq!(equal, 4, "a column against an expression");
    assert!(Account::query().filter(Account::rate().add(1.0).eq(None)).count(&db)? == 2);
    Ok(())
}

#[test]
fn aggregates_are_computed_of_a_whole_query() -> Result<()> {
    let db = accounts()?;
    let (all, none) = (Account::query(), Account::query().filter(Account::id().gt(9)));
    assert_eq!((all.count(&db)?, all.sum(&db, Account::balance())?), (4, Some(100)));
    assert_eq!((all.avg(&db, Account::balance())?, all.avg(&db, Account::rate())?), (Some(25.0), Some(1.0)));
    assert_eq!(
        (all.min(&db, Account::owner())?, all.max(&db, Account::owner())?),
        (Some("a".into()), Some("c".into()))
    );
    assert_eq!(all.max(&db, Account::branch())?, Some(2_i32));
    assert_eq!(all.sum(&db, Account::rate())?, Some(2.0));
    assert_eq!(all.sum(&db, Account::balance().mul(2))?, Some(200));
    assert_eq!((none.sum(&db, Account::balance())?, none.avg(&db, Account::balance())?), (None, None));
    assert_eq!((none.min(&db, Account::balance())?, none.count(&db)?), (None, 0));
    let last_two = all.order_by(Account::id().desc()).limit(2);
    assert_eq!((last_two.count(&db)?, last_two.sum(&db, Account::balance())?), (2, Some(70)), "of the rows it returns");
    let recording = db.record();
    last_two.avg(&db, Account::balance().add(1))?;
    assert_eq!(
        recording.statements(),
        [either(
            r#"SELECT avg(n."value") FROM (SELECT (t0."amount" + ?1) AS "value" FROM "accounts" AS t0 ORDER BY t0."id" DESC LIMIT ?2) AS n"#,
            r#"SELECT avg(CAST(n."value" AS double precision)) FROM (SELECT (t0."amount" + $1) AS "value" FROM "accounts" AS t0 ORDER BY t0."id" DESC LIMIT $2) AS n"#,
        )]
    );
    Ok(())
}

#[test]
fn several_aggregates_make_one_row() -> Result<()> {
    let db = accounts()?;
    let balance = Account::balance();
    let query = Account::query().select((count(), balance.sum(), balance.min(), Account::rate().count()));
    assert_eq!(query.one(&db)?, (4, Some(100), Some(10), 2));
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT count(*), sum(t0."amount"), min(t0."amount"), count(t0."rate") FROM "accounts" AS t0"#,
            r#"SELECT count(*), CAST(sum(t0."amount") AS bigint), min(t0."amount"), count(t0."rate") FROM "accounts" AS t0"#,
        )
    );
    assert_eq!(query.filter(Account::id().gt(9)).one(&db)?, (0, None, None, 0), "of no rows");
    assert_eq!(Account::query().select(Account::owner().count_distinct()).one(&db)?, 3);
    Ok(())
}

#[test]
fn groups_have_conditions_and_orders_of_their_own() -> Result<()> {
    let db = accounts()?;
    let (owner, balance) = (Account::owner(), Account::balance());
    let query: Selected<Account, OfOwner, EachGroup> = Account::query()
        .filter(Account::id().lt(4))
        .group_by(owner)
        .select((owner, count(), balance.sum(), Account::id().max()));
    assert_eq!(query.all(&db)?, [("a".into(), 2, Some(40), Some(3)), ("b".into(), 1, Some(20), Some(2))]);
    let query = query.having(count().gt(1) | balance.sum().lt(30)).order_by((count().asc(), owner.desc())).limit(9);
    assert_eq!(query.all(&db)?, [("b".into(), 1, Some(20), Some(2)), ("a".into(), 2, Some(40), Some(3))]);
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT t0."owner", count(*), sum(t0."amount"), max(t0."id") FROM "accounts" AS t0 WHERE t0."id" < ?1 GROUP BY t0."owner" HAVING (count(*) > ?2 OR sum(t0."amount") < ?3) ORDER BY count(*), t0."owner" DESC LIMIT ?4"#,
            r#"SELECT t0."owner", count(*), CAST(sum(t0."amount") AS bigint), max(t0."id") FROM "accounts" AS t0 WHERE t0."id" < $1 GROUP BY t0."owner" HAVING (count(*) > $2 OR CAST(sum(t0."amount") AS bigint) < $3) ORDER BY count(*), t0."owner" DESC LIMIT $4"#,
        )
    );
    assert_eq!(query.count(&db)?, 2, "the number of groups");
    Ok(())
}

#[test]
fn rows_are_grouped_by_several_columns_and_nulls_are_a_group() -> Result<()> {
    let db = accounts()?;
    let (owner, branch) = (Account::owner(), Account::branch());
    let query = Account::query().group_by((branch, owner)).having(count().ge(1)).select((branch, owner, count()));
    let groups = [(None, "c".into(), 1), (Some(1), "a".into(), 1), (Some(1), "b".into(), 1), (Some(2), "a".into(), 1)];
    assert_eq!(query.all(&db)?, groups, "ordered by what they are grouped by, NULL first");
    let last = query.order_by(branch.desc().nulls_last()).first(&db)?;
    assert_eq!(last, Some((Some(2), "a".into(), 1)));
    let all = (owner, branch, Account::balance(), Account::rate(), Account::id());
    assert_eq!(Account::query().group_by(all).select(count()).all(&db)?, [1; 4], "by five columns");
    Ok(())
}

#[test]
fn distinct_rows_come_once_and_in_order() -> Result<()> {
    let db = accounts()?;
    let owners = Account::query().select(Account::owner()).distinct();
    assert_eq!(owners.all(&db)?, ["a", "b", "c"]);
    assert_eq!((owners.count(&db)?, owners.clone().limit(2).count(&db)?), (3, 2));
    assert_eq!(owners.clone().order_by(Account::owner().desc()).limit(2).all(&db)?, ["c", "b"]);
    let pairs = Account::query().select((Account::balance().ge(25), Account::owner())).distinct();
    assert_eq!(pairs.all(&db)?, [(false, "a".into()), (false, "b".into()), (true, "a".into()), (true, "c".into())]);
    assert_eq!(
        pairs.sql(&db).to_string(),
        either(
            r#"SELECT DISTINCT (t0."amount" >= ?1) IS TRUE, t0."owner" FROM "accounts" AS t0 ORDER BY 1, t0."owner""#,
            r#"SELECT DISTINCT (t0."amount" >= $1) IS TRUE, t0."owner" FROM "accounts" AS t0 ORDER BY 1 NULLS FIRST, t0."owner""#,
        )
    );
    Ok(())
}

#[test]
fn a_column_with_several_values_in_a_group_is_refused() -> Result<()> {
    let db = accounts()?;
    let error = Account::query().select((Account::owner(), count())).all(&db).unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "`Account.owner` has several values in a group: group by it too, or select its `min()` or another value computed from all of them"
    );
    let groups = Account::query().group_by(Account::owner());
    let selected = groups.select((Account::owner(), Account::balance().add(1)));
    assert!(selected.all(&db).unwrap_err().to_string().starts_with("`Account.balance` has several values"));
    let ordered = Account::query().group_by(Account::owner()).select(count()).order_by(Account::rate().asc());
    assert!(ordered.all(&db).unwrap_err().to_string().starts_with("`Account.rate` has several values"));
    assert!(ordered.count(&db).unwrap_err().is_invalid());
    Ok(())
}

#[test]
fn distinct_rows_cannot_be_ordered_by_what_is_not_selected() -> Result<()> {
    let db = accounts()?;
    let owners = Account::query().select(Account::owner()).distinct();
    let error = owners.clone().order_by(Account::id().asc()).all(&db).unwrap_err();
    assert_eq!(
        error.to_string(),
        "distinct rows can only be ordered by selected columns, and `Account.id` is not selected"
    );
    assert!(owners.order_by(Account::id().add(1).asc()).all(&db).unwrap_err().is_invalid());
    Ok(())
}

#[test]
fn a_sum_that_does_not_fit_is_an_error() -> Result<()> {
    let db = accounts()?;
    for balance in [i64::MAX, i64::MAX] {
        NewAccount { owner: "d".into(), balance, rate: None, branch: None }.insert(&db)?;
    }
    let query = Account::query().filter(Account::owner().eq("d"));
    assert!(query.sum(&db, Account::balance()).unwrap_err().is_overflow());
    assert!(query.clone().select(Account::balance().sum()).one(&db).unwrap_err().is_overflow());
    let error = query.select(Account::balance().add(1)).all(&db).unwrap_err();
    assert!(error.is_decode() || error.is_overflow(), "{error}");
    Ok(())
}

#[test]
fn values_that_do_not_fit_name_their_column() -> Result<()> {
    #[derive(Model)]
    #[model(table = "accounts")]
    struct Wide {
        id: i64,
        owner: String,
        amount: i64,
        rate: Option<f64>,
        branch: i64,
    }
    let db = db();
    db.create_tables::<Wide>()?;
    NewWide { owner: "a".into(), amount: 1, rate: None, branch: 5_000_000_000 }.insert(&db)?;
    let error = Account::query().select((Account::id(), Account::branch())).all(&db).unwrap_err();
    assert_eq!((error.table(), error.column()), (Some("accounts"), Some("branch")));
    assert!(Account::query().select(Account::branch().max()).one(&db).unwrap_err().is_decode());
    assert!(Account::query().max(&db, Account::branch()).unwrap_err().is_decode());
    Ok(())
}

#[test]
fn expressions_still_change_rows() -> Result<()> {
    let db = accounts()?;
    let poor = Account::balance().lt(25);
    let changed =
        Account::rows_where(poor).update(&db, (Account::balance().add(5).mul(2), Account::rate().set(None)))?;
    assert_eq!(changed, 2);
    assert_eq!(Account::query().select(Account::balance()).all(&db)?, [30, 50, 30, 40]);
    Ok(())
}
