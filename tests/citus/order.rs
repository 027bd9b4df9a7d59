//! An insert returns rows in the order of the call, though several servers return them.

use orm::{Model, Result, insert_many, sql};

use crate::cluster::Pair;

/// The database assigns the key, which does not depend on the order.
#[derive(Model, Clone, Debug, PartialEq)]
struct Ticket {
    #[model(primary_key, db_default = sql("CAST(gen_random_uuid() AS text)"))]
    code: String,
    seat: i64,
}

#[test]
fn rows_are_told_apart_by_what_was_given() -> Result<()> {
    let Some(pair) = Pair::new::<Ticket>(&["create_distributed_table('tickets', 'code')"])? else { return Ok(()) };
    let seats: Vec<i64> = (0..200).map(|n| n * 7 % 100).collect();
    for db in [&pair.local.db, &pair.distributed.db] {
        let tickets = insert_many(db, seats.iter().map(|&seat| NewTicket { code: None, seat }))?;
        assert!(tickets.iter().map(|ticket| ticket.seat).eq(seats.iter().copied()));
        let again =
            insert_many(db, (0..50).map(|n| NewTicket { code: Some(format!("code {}", n * 7 % 50)), seat: n }))?;
        assert!(again.iter().map(|ticket| ticket.seat).eq(0..50));
    }
    Ok(())
}

/// The server returns another form of the name.
#[derive(Model, Clone, Debug, PartialEq)]
struct Padded {
    #[model(primary_key, db_default = sql("CAST(gen_random_uuid() AS text)"))]
    code: String,
    name: String,
}

#[test]
fn rows_that_cannot_be_told_apart_are_an_error() -> Result<()> {
    let Some(pair) = Pair::new::<Padded>(&[])? else { return Ok(()) };
    let rows = || ["a", "b", "c", "d", "e"].map(|name| NewPadded { code: None, name: name.into() });
    for db in [&pair.local.db, &pair.distributed.db] {
        sql("ALTER TABLE paddeds ALTER COLUMN name TYPE character(3)").execute(db)?;
        assert_eq!(insert_many(db, rows())?.iter().map(|row| row.name.trim()).collect::<String>(), "abcde");
    }
    let db = pair.distributed.again()?;
    sql("SELECT create_distributed_table('paddeds', 'code')").execute(&db)?;
    let error = insert_many(&db, rows()).unwrap_err();
    assert!(error.is_invalid() && error.to_string().contains("`paddeds` are on several servers"), "{error}");
    assert_eq!(Padded::query().count(&db)?, 5, "nothing was inserted");
    Ok(())
}
