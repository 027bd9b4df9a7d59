//! Transactions that an error ends.

use orm::{Model, Result};

use crate::schemas::university::{Department, university};

use super::law;

#[test]
fn an_error_inside_ends_a_transaction() -> Result<()> {
    let db = university();
    let transaction = db.begin()?;
    law().insert(&transaction)?;
    assert!(Department { id: 1, name: "Twice".into() }.insert(&transaction).unwrap_err().is_unique_violation());
    let error = Department::find(&transaction, 99).unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    let error = transaction.commit().unwrap_err();
    assert!(error.is_transaction_lost(), "{error}");
    assert_eq!(Department::query().count(&db)?, 3);

    let transaction = db.begin()?;
    law().insert(&transaction)?;
    let part = transaction.transaction(|part| Department { id: 1, name: "Twice".into() }.insert(part));
    assert!(part.unwrap_err().is_unique_violation());
    transaction.commit()?;
    assert_eq!(Department::query().count(&db)?, 4, "what fails in a part of its own ends that alone");
    Ok(())
}
