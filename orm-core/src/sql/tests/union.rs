//! Rows of several selects, combined.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;

use super::school::{COURSES, DEPARTMENTS};
use super::{check, limited};
use crate::ast::{Expr, Nulls, Order, Select, SetOperator, Union};
use crate::sql;

fn selected(at: usize, select: Select) -> Select {
    Select { outputs: Some([Expr::Column(at)].into()), ..select }
}

#[test]
fn unions() {
    let departments = || selected(0, Select::new(&DEPARTMENTS));
    let courses = |operator| (operator, selected(2, Select::new(&COURSES)));
    let union = Union {
        others: vec![courses(SetOperator::Union)],
        order: vec![Order { descending: true, ..Order::ascending(Expr::Output(0)) }],
        offset: Some(2),
        ..Union::of(departments())
    };
    check(
        |dialect| sql::union(&union, dialect),
        &expect![[r#"
            SELECT t0."id" FROM "departments" AS t0 UNION SELECT t1."department_id" FROM "courses" AS t1 ORDER BY 1 DESC LIMIT -1 OFFSET ?1
            SELECT t0."id" FROM "departments" AS t0 UNION SELECT t1."department_id" FROM "courses" AS t1 ORDER BY 1 DESC NULLS LAST LIMIT ALL OFFSET $1
            SELECT t0.`id` FROM `departments` AS t0 UNION SELECT t1.`department_id` FROM `courses` AS t1 ORDER BY 1 DESC LIMIT 18446744073709551615 OFFSET ?
            [Value(Int(2))]
        "#]],
    );
    check(
        |dialect| sql::count_union(&union, dialect),
        &expect![[r#"
            SELECT count(*) FROM (SELECT t0."id" FROM "departments" AS t0 UNION SELECT t1."department_id" FROM "courses" AS t1 ORDER BY 1 DESC LIMIT -1 OFFSET ?1) AS limited
            SELECT count(*) FROM (SELECT t0."id" FROM "departments" AS t0 UNION SELECT t1."department_id" FROM "courses" AS t1 ORDER BY 1 DESC NULLS LAST LIMIT ALL OFFSET $1) AS limited
            SELECT count(*) FROM (SELECT t0.`id` FROM `departments` AS t0 UNION SELECT t1.`department_id` FROM `courses` AS t1 ORDER BY 1 DESC LIMIT 18446744073709551615 OFFSET ?) AS limited
            [Value(Int(2))]
        "#]],
    );
    let last = Order { nulls: Some(Nulls::Last), ..Order::ascending(Expr::Output(0)) };
    let placed = Union { order: vec![last], offset: None, ..union };
    check(
        |dialect| sql::union(&placed, dialect),
        &expect![[r#"
        SELECT t0."id" FROM "departments" AS t0 UNION SELECT t1."department_id" FROM "courses" AS t1 ORDER BY 1 NULLS LAST
        SELECT t0."id" FROM "departments" AS t0 UNION SELECT t1."department_id" FROM "courses" AS t1 ORDER BY 1
        SELECT t0.`id` AS `c0` FROM `departments` AS t0 UNION SELECT t1.`department_id` FROM `courses` AS t1 ORDER BY `c0` IS NULL, `c0`
        []
    "#]],
    );
    let others = vec![courses(SetOperator::UnionAll), courses(SetOperator::Except), courses(SetOperator::Intersect)];
    let several = Union { others, ..Union::of(selected(0, limited())) };
    check(
        |dialect| sql::union(&several, dialect),
        &expect![[r#"
        SELECT * FROM (SELECT * FROM (SELECT t0."id" FROM "courses" AS t0 WHERE NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id" DESC LIMIT ?2 OFFSET ?3) AS n UNION ALL SELECT t1."department_id" FROM "courses" AS t1 EXCEPT SELECT t2."department_id" FROM "courses" AS t2) AS n INTERSECT SELECT t3."department_id" FROM "courses" AS t3 ORDER BY 1
        SELECT * FROM (SELECT * FROM (SELECT t0."id" FROM "courses" AS t0 WHERE NOT (t0."title" = $1) ORDER BY t0."title" DESC, t0."id" DESC LIMIT $2 OFFSET $3) AS n UNION ALL SELECT t1."department_id" FROM "courses" AS t1 EXCEPT SELECT t2."department_id" FROM "courses" AS t2) AS n INTERSECT SELECT t3."department_id" FROM "courses" AS t3 ORDER BY 1 NULLS FIRST
        SELECT * FROM (SELECT * FROM (SELECT t0.`id` FROM `courses` AS t0 WHERE NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC LIMIT ? OFFSET ?) AS n UNION ALL SELECT t1.`department_id` FROM `courses` AS t1 EXCEPT SELECT t2.`department_id` FROM `courses` AS t2) AS n INTERSECT SELECT t3.`department_id` FROM `courses` AS t3 ORDER BY 1
        [Compared(Text("x")), Value(Int(2)), Value(Int(1))]
    "#]],
    );
    check(
        |dialect| sql::count_union(&several, dialect),
        &expect![[r#"
        SELECT count(*) FROM (SELECT * FROM (SELECT * FROM (SELECT t0."id" FROM "courses" AS t0 WHERE NOT (t0."title" = ?1) ORDER BY t0."title" DESC, t0."id" DESC LIMIT ?2 OFFSET ?3) AS n UNION ALL SELECT t1."department_id" FROM "courses" AS t1 EXCEPT SELECT t2."department_id" FROM "courses" AS t2) AS n INTERSECT SELECT t3."department_id" FROM "courses" AS t3) AS limited
        SELECT count(*) FROM (SELECT * FROM (SELECT * FROM (SELECT t0."id" FROM "courses" AS t0 WHERE NOT (t0."title" = $1) ORDER BY t0."title" DESC, t0."id" DESC LIMIT $2 OFFSET $3) AS n UNION ALL SELECT t1."department_id" FROM "courses" AS t1 EXCEPT SELECT t2."department_id" FROM "courses" AS t2) AS n INTERSECT SELECT t3."department_id" FROM "courses" AS t3) AS limited
        SELECT count(*) FROM (SELECT * FROM (SELECT * FROM (SELECT t0.`id` FROM `courses` AS t0 WHERE NOT (t0.`title` = ?) ORDER BY t0.`title` DESC, t0.`id` DESC LIMIT ? OFFSET ?) AS n UNION ALL SELECT t1.`department_id` FROM `courses` AS t1 EXCEPT SELECT t2.`department_id` FROM `courses` AS t2) AS n INTERSECT SELECT t3.`department_id` FROM `courses` AS t3) AS limited
        [Compared(Text("x")), Value(Int(2)), Value(Int(1))]
    "#]],
    );
}
