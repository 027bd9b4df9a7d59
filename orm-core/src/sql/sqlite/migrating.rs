//! How migrations run on SQLite.

use crate::sql::{ForeignKeySwitch, Migrating};

/// A write transaction has the whole file to itself, and everything runs in transactions.
pub(super) static MIGRATING: Migrating = Migrating {
    history: "SELECT '\"main\".\"refinery_schema_history\"', EXISTS (SELECT 1 FROM \"main\".sqlite_schema \
              WHERE \"type\" = 'table' AND \"name\" = 'refinery_schema_history' COLLATE NOCASE)",
    lock: None,
    lock_timeout: None,
    runs_outside_of_transactions: false,
    foreign_keys: Some(ForeignKeySwitch {
        // Of a pragma as a statement the answer is made when it is prepared, and kept with it.
        are_on: "SELECT \"foreign_keys\" FROM pragma_foreign_keys",
        off: "PRAGMA foreign_keys = OFF",
        on: "PRAGMA foreign_keys = ON",
        violations: "SELECT \"table\", \"rowid\", \"parent\" FROM pragma_foreign_key_check",
        triggers: "SELECT \"name\", \"tbl_name\" FROM \"main\".sqlite_schema WHERE \"type\" = 'trigger' ORDER BY 1",
        reset: "PRAGMA legacy_alter_table = OFF",
        setting: "foreign_keys",
    }),
    changes_session: |_| false,
};
