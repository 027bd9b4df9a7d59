//! Groups of rows by values that are computed from each row.

use orm::{Db, Expression, Model, Result, assert_queries, count};

use crate::database::{Shared, db, either};
use crate::schemas::university::{Course, Department, Student, university, university_in};

#[derive(Model, Clone, Debug)]
struct Account {
    id: i64,
    owner: String,
    balance: i64,
    branch: Option<i32>,
}

/// (id, owner, balance, branch): (1, a, 10, 1) (2, b, 20, 1) (3, a, 10, 2) (4, c, 20, NULL)
fn accounts() -> Result<Db> {
    let db = db();
    db.create_tables::<Account>()?;
    let rows = [("a", 10, Some(1)), ("b", 20, Some(1)), ("a", 10, Some(2)), ("c", 20, None)];
    orm::insert_many(&db, rows.map(|(owner, balance, branch)| NewAccount { owner: owner.into(), balance, branch }))?;
    Ok(db)
}

fn doubled() -> Expression<Account, i64> {
    Account::balance().mul(2)
}

#[test]
fn a_computed_key_has_one_text_wherever_it_stands() -> Result<()> {
    let db = accounts()?;
    let query = Account::query()
        .filter(Account::id().gt(0))
        .group_by(doubled())
        .select((doubled(), count(), doubled().add(1)))
        .order_by(doubled().desc());
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT (t0."balance" * ?1), count(*), ((t0."balance" * ?1) + ?2) FROM "accounts" AS t0 WHERE t0."id" > ?3 GROUP BY (t0."balance" * ?1) ORDER BY (t0."balance" * ?1) DESC"#,
            r#"SELECT (t0."balance" * $1), count(*), ((t0."balance" * $1) + $2) FROM "accounts" AS t0 WHERE t0."id" > $3 GROUP BY (t0."balance" * $1) ORDER BY (t0."balance" * $1) DESC NULLS LAST"#,
        )
    );
    let groups: Vec<(i64, u64, i64)> = assert_queries!(db, 1, query.all(&db)?);
    assert_eq!(groups, [(40, 2, 41), (20, 2, 21)]);
    assert_eq!(query.count(&db)?, 2, "the number of groups");
    assert_eq!(query.having(Account::id().max().gt(3)).all(&db)?, [(40, 2, 41)]);
    Ok(())
}

#[test]
fn a_key_that_is_not_selected_orders_the_groups() -> Result<()> {
    let db = accounts()?;
    let query = Account::query().group_by(doubled()).select(Account::id().sum());
    assert_eq!(query.all(&db)?, [Some(4), Some(6)]);
    assert_eq!(query.count(&db)?, 2);
    let negative = Account::query().group_by(Account::balance().mul(-1)).select(Account::id().sum());
    assert_eq!(negative.all(&db)?, [Some(6), Some(4)]);
    Ok(())
}

#[test]
fn columns_and_computed_values_are_keys_together() -> Result<()> {
    let db = accounts()?;
    let branch = Account::branch();
    let query = Account::query().group_by((doubled(), branch)).select((branch, doubled(), count()));
    assert_eq!(query.all(&db)?, [(Some(1), 20, 1), (Some(2), 20, 1), (None, 40, 1), (Some(1), 40, 1)]);
    let of_nothing = Account::query().group_by(branch.add(1)).select((branch.add(1), count()));
    assert_eq!(of_nothing.all(&db)?, [(None, 1), (Some(2), 2), (Some(3), 1)], "NULL is a group");
    Ok(())
}

#[test]
fn a_condition_is_a_key() -> Result<()> {
    let db = accounts()?;
    let rich = || Account::balance().ge(15) & Account::branch().eq(1);
    let query = Account::query().group_by(rich()).select((rich(), count()));
    assert_eq!(query.all(&db)?, [(false, 3), (true, 1)], "NULL does not hold");
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT (t0."balance" >= ?1 AND t0."branch" = ?2) IS TRUE, count(*) FROM "accounts" AS t0 GROUP BY (t0."balance" >= ?1 AND t0."branch" = ?2) IS TRUE ORDER BY (t0."balance" >= ?1 AND t0."branch" = ?2) IS TRUE"#,
            r#"SELECT (t0."balance" >= $1 AND t0."branch" = $2) IS TRUE, count(*) FROM "accounts" AS t0 GROUP BY (t0."balance" >= $1 AND t0."branch" = $2) IS TRUE ORDER BY (t0."balance" >= $1 AND t0."branch" = $2) IS TRUE NULLS FIRST"#,
        )
    );
    Ok(())
}

#[test]
fn values_of_related_rows_are_keys() -> Result<()> {
    let db = university();
    let name = || Student::department().value(Department::name());
    let query = Student::query().group_by(name()).select((name(), count()));
    let groups = assert_queries!(db, 1, query.all(&db)?);
    assert_eq!(groups, [(None, 1), (Some("Mathematics".into()), 1), (Some("Physics".into()), 1)]);
    assert!(query.sql(&db).to_string().contains(r#"GROUP BY t1."name""#), "{}", query.sql(&db));
    let number = || Course::students().count();
    let query = Course::query().group_by(number()).select((number(), count())).order_by(number().desc());
    let groups = assert_queries!(db, 1, query.all(&db)?);
    assert_eq!(groups.iter().map(|(_, courses)| courses).sum::<u64>(), 3, "{groups:?}");
    assert!(groups.is_sorted_by(|one, other| one.0 > other.0), "{groups:?}");
    Ok(())
}

#[test]
fn functions_and_cases_are_keys() -> Result<()> {
    let db = accounts()?;
    let owner = || Account::owner().concat("s").upper();
    let query = Account::query().group_by(owner()).select((owner(), count()));
    assert_eq!(assert_queries!(db, 1, query.all(&db)?), [("AS".into(), 2), ("BS".into(), 1), ("CS".into(), 1)]);
    let size = || orm::case().when(Account::balance().lt(15), "small").otherwise("large");
    let query = Account::query().group_by(size()).select((size(), Account::balance().sum()));
    assert_eq!(query.all(&db)?, [("large".into(), Some(40)), ("small".into(), Some(20))]);
    let branch = || Account::branch().coalesce(0);
    let query = Account::query().group_by((branch(), size())).select((count(), size(), branch().add(1)));
    assert_eq!(query.all(&db)?.len(), 4);
    Ok(())
}

#[test]
fn what_a_key_is_computed_from_has_several_values_in_a_group() -> Result<()> {
    let db = accounts()?;
    let groups = || Account::query().group_by(doubled());
    let error = groups().select((Account::balance(), count())).all(&db).unwrap_err();
    assert!(error.is_invalid());
    assert!(error.to_string().starts_with("`Account.balance` has several values in a group"), "{error}");
    let error = groups().select(Account::balance().mul(3)).all(&db).unwrap_err();
    assert!(error.to_string().starts_with("`Account.balance` has several values in a group"), "{error}");
    let error = groups().select(count()).order_by(Account::balance().add(2).asc()).all(&db).unwrap_err();
    assert!(error.to_string().starts_with("`Account.balance` has several values in a group"), "{error}");
    let of_column = Account::query().group_by(Account::balance()).select((doubled(), count()));
    assert_eq!(of_column.all(&db)?, [(20, 2), (40, 2)], "computed from a column that rows are grouped by");
    Ok(())
}

#[test]
fn distinct_rows_are_ordered_by_computed_values_that_are_selected() -> Result<()> {
    let db = accounts()?;
    let query = Account::query().select((doubled(), Account::owner())).distinct().order_by(doubled().desc());
    assert_eq!(
        query.sql(&db).to_string(),
        either(
            r#"SELECT DISTINCT (t0."balance" * ?1), t0."owner" FROM "accounts" AS t0 ORDER BY (t0."balance" * ?1) DESC, t0."owner" DESC"#,
            r#"SELECT DISTINCT (t0."balance" * $1), t0."owner" FROM "accounts" AS t0 ORDER BY (t0."balance" * $1) DESC NULLS LAST, t0."owner" DESC"#,
        )
    );
    let rows: Vec<(i64, String)> = assert_queries!(db, 1, query.all(&db)?);
    assert_eq!(rows, [(40, "c".into()), (40, "b".into()), (20, "a".into())]);
    assert_eq!(query.count(&db)?, 3);
    let other = Account::query().select(doubled()).distinct().order_by(Account::balance().mul(3).asc());
    let error = other.all(&db).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("select this value too"), "{error}");
    Ok(())
}

#[test]
fn distinct_groups_are_ordered_by_what_is_selected() -> Result<()> {
    let db = accounts()?;
    let numbers = || Account::query().group_by(Account::owner()).select(count()).distinct();
    assert_eq!(assert_queries!(db, 1, numbers().all(&db)?), [1, 2]);
    assert_eq!(numbers().order_by(count().desc()).all(&db)?, [2, 1]);
    assert_eq!((numbers().count(&db)?, numbers().limit(1).all(&db)?), (2, vec![1]));
    assert_eq!(
        numbers().sql(&db).to_string(),
        either(
            r#"SELECT DISTINCT count(*) FROM "accounts" AS t0 GROUP BY t0."owner" ORDER BY 1"#,
            r#"SELECT DISTINCT count(*) FROM "accounts" AS t0 GROUP BY t0."owner" ORDER BY 1 NULLS FIRST"#,
        )
    );
    for by_other in [numbers().order_by(Account::owner().asc()), numbers().order_by(Account::balance().sum().asc())] {
        let error = assert_queries!(db, 0, by_other.all(&db).unwrap_err());
        assert!(error.is_invalid() && error.to_string().starts_with("distinct rows can only be ordered by"), "{error}");
        assert!(assert_queries!(db, 0, by_other.count(&db).unwrap_err()).is_invalid());
    }
    Ok(())
}

#[test]
fn an_index_of_the_expression_serves_the_groups() {
    let shared = Shared::new();
    let db = university_in(&shared);
    let later = || Student::department_id().add(Student::id());
    shared.run("CREATE INDEX later ON students ((department_id + id))");
    let query = Student::query().group_by(later()).select((later(), count())).order_by(later().asc().nulls_last());
    let plan = shared.query_plan(&query.sql(&db).to_string()).join("\n");
    assert!(plan.contains(either("USING INDEX later", "Index Scan using later")), "{plan}");
    assert!(!plan.contains(either("TEMP B-TREE FOR GROUP BY", "Sort")), "{plan}");
}
