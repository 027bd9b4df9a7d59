//! The maintenance that a server does itself, or with its tools.

use orm::{Result, sql};

use crate::schemas::university::university;

#[test]
fn backups_and_checkpoints_are_left_to_the_server() {
    let db = university();
    let path = std::env::temp_dir().join("orm-test-no-backup.db");
    for error in [db.backup(&path).unwrap_err(), db.checkpoint().unwrap_err()] {
        assert!(error.is_unsupported(), "{error}");
    }
    assert!(!path.exists());
}

#[test]
fn statistics_are_gathered() -> Result<()> {
    let db = university();
    let rows = || sql("SELECT reltuples::bigint FROM pg_class WHERE oid = 'students'::regclass").tuples::<(i64,)>(&db);
    db.optimize()?;
    assert_eq!(rows()?, [(3,)]);
    Ok(())
}
