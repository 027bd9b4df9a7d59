//! How migrations run on SQLite.

use crate::sql::{ForeignKeySwitch, Migrating};

/// A write transaction locks the whole file, and everything runs in transactions.
pub(super) static MIGRATING: Migrating = Migrating {
    history: "SELECT '\"main\".\"refinery_schema_history\"', EXISTS (SELECT 1 FROM \"main\".sqlite_schema \
              WHERE \"type\" = 'table' AND \"name\" = 'refinery_schema_history' COLLATE NOCASE)",
    lock: None,
    lock_timeout: None,
    runs_outside_of_transactions: false,
    foreign_keys: Some(ForeignKeySwitch {
        // A pragma as a statement is evaluated when it is prepared, and its result is cached with it.
        are_on: "SELECT \"foreign_keys\" FROM pragma_foreign_keys",
        off: "PRAGMA foreign_keys = OFF",
        on: "PRAGMA foreign_keys = ON",
        violations: "SELECT \"table\", \"rowid\", \"parent\" FROM pragma_foreign_key_check",
        objects: "SELECT \"type\", \"name\", \"tbl_name\", \"sql\" FROM \"main\".sqlite_schema \
                  WHERE \"type\" IN ('table', 'index', 'trigger') AND \"sql\" IS NOT NULL ORDER BY rowid",
        // Renaming a column compiles all views and triggers, before and afterwards.
        probe: [
            "CREATE TABLE \"main\".\"orm__probe\" (\"a\")",
            "ALTER TABLE \"main\".\"orm__probe\" RENAME COLUMN \"a\" TO \"b\"",
        ],
        // A trigger `UPDATE OF` is compiled if one of its columns is written.
        compiling: "WITH t AS (SELECT DISTINCT \"tbl_name\" AS n, '\"main\".\"' || replace(\"tbl_name\", '\"', '\"\"') || '\"' AS q \
                    FROM \"main\".sqlite_schema WHERE \"type\" = 'trigger') \
                    SELECT n, 'EXPLAIN INSERT INTO ' || q || ' DEFAULT VALUES' FROM t \
                    UNION ALL SELECT n, 'EXPLAIN DELETE FROM ' || q FROM t \
                    UNION ALL SELECT n, 'EXPLAIN UPDATE ' || q || ' SET ' || \
                    (SELECT group_concat('\"' || replace(c.\"name\", '\"', '\"\"') || '\" = NULL', ', ') \
                    FROM pragma_table_xinfo(n, 'main') AS c WHERE c.\"hidden\" = 0) FROM t",
        reset: "PRAGMA legacy_alter_table = OFF",
        setting: "foreign_keys",
    }),
    changes_session: |_| false,
};
