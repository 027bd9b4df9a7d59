//! The statements that read SQLite's catalog.

/// The tables with the names in a list, in any case.
macro_rules! named_tables {
    () => {
        "rarray(?1) AS n CROSS JOIN pragma_table_list(n.\"value\") AS t"
    };
}

/// Schema and name of one of them, and whether it is the one that SQLite finds without a schema.
macro_rules! named_table {
    () => {
        "t.\"schema\", t.\"name\", t.\"schema\" = (SELECT o.\"schema\" FROM pragma_table_list(t.\"name\") AS o \
     JOIN pragma_database_list AS d ON d.\"name\" = o.\"schema\" ORDER BY o.\"schema\" <> 'temp', d.\"seq\" LIMIT 1)"
    };
}

/// Whether a column is an alias of the rowid: it is the primary key, and there is no index for it.
macro_rules! is_rowid {
    () => {
        "(c.\"pk\" = 1 AND t.\"type\" = 'table' AND t.\"wr\" = 0 AND NOT EXISTS \
         (SELECT 1 FROM pragma_index_list(t.\"name\", t.\"schema\") AS p WHERE p.\"origin\" = 'pk'))"
    };
}

macro_rules! has_triggers {
    () => {
        "EXISTS (SELECT 1 FROM sqlite_schema AS s \
     WHERE s.\"type\" = 'trigger' AND s.\"tbl_name\" = t.\"name\" COLLATE NOCASE)"
    };
}

/// The indexes. The rowid has no index, and is a key.
pub(super) const INDEXES: &str = concat!(
    "SELECT t.\"schema\", t.\"name\", t.\"schema\" IN ('main', 'temp'), i.\"name\", c.\"name\", 0, i.\"unique\", ",
    has_triggers!(),
    ", NULL, c.\"seqno\" FROM pragma_table_list AS t, pragma_index_list(t.\"name\", t.\"schema\") AS i, \
     pragma_index_info(i.\"name\", t.\"schema\") AS c WHERE t.\"type\" = 'table' AND i.\"partial\" = 0 \
     UNION ALL \
     SELECT t.\"schema\", t.\"name\", t.\"schema\" IN ('main', 'temp'), '', c.\"name\", 0, 1, ",
    has_triggers!(),
    ", NULL, 0 FROM pragma_table_list AS t, pragma_table_info(t.\"name\", t.\"schema\") AS c WHERE ",
    is_rowid!(),
    " ORDER BY 1, 2, 4, 10",
);

/// The columns of the only table with a name, and whether it stores rows as they are sent.
pub(super) const WRITABLE_COLUMNS: &str = "SELECT c.\"name\", c.\"type\", c.\"notnull\", \
     t.\"type\" = 'table' AND t.\"wr\" = 0 AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS s \
     WHERE s.\"type\" = 'trigger' AND s.\"tbl_name\" = ?1 COLLATE NOCASE) AND NOT EXISTS (SELECT 1 FROM sqlite_temp_schema AS s \
     WHERE s.\"type\" = 'trigger' AND s.\"tbl_name\" = ?1 COLLATE NOCASE) \
     FROM (SELECT * FROM pragma_table_list(?1) GROUP BY 1 = 1 HAVING count(*) = 1) AS t, \
     pragma_table_xinfo(t.\"name\", t.\"schema\") AS c WHERE t.\"schema\" IN ('main', 'temp')";

/// The foreign keys of one column. Each leads to a table of the same schema; none is enforced on a connection with
/// foreign keys switched off.
pub(super) const REFERENCES: &str = "SELECT t.\"schema\", t.\"name\", t.\"schema\" IN ('main', 'temp'), f.\"from\", \
     t.\"schema\", f.\"table\", t.\"schema\" IN ('main', 'temp'), f.\"to\" \
     FROM pragma_foreign_keys AS e CROSS JOIN pragma_table_list AS t, pragma_foreign_key_list(t.\"name\", t.\"schema\") AS f \
     WHERE e.\"foreign_keys\" = 1 AND t.\"type\" = 'table' GROUP BY t.\"schema\", t.\"name\", f.\"id\" HAVING count(*) = 1";

/// Tables and views by name.
pub(super) const TABLES: &str = concat!("SELECT ", named_table!(), ", t.\"type\", 0 FROM ", named_tables!());

/// The columns of tables by name, or of views: those of a broken view or virtual table cannot be read.
pub(super) const COLUMNS: &str = concat!(
    "SELECT ",
    named_table!(),
    ", c.\"name\", c.\"type\", c.\"notnull\" OR ",
    is_rowid!(),
    ", c.\"dflt_value\", ",
    is_rowid!(),
    ", c.\"hidden\" IN (2, 3) FROM ",
    named_tables!(),
    " CROSS JOIN pragma_table_xinfo(t.\"name\", t.\"schema\") AS c \
     WHERE c.\"hidden\" <> 1 AND (t.\"type\" IN ('view', 'virtual')) = ?2",
);

/// The columns of the indexes of tables by name. The rowid has no index, and is a key.
pub(super) const INDEXES_OF_TABLES: &str = concat!(
    "SELECT ",
    named_table!(),
    ", i.\"name\", c.\"name\", i.\"unique\", i.\"origin\" = 'pk', i.\"partial\", c.\"seqno\" FROM ",
    named_tables!(),
    " CROSS JOIN pragma_index_list(t.\"name\", t.\"schema\") AS i \
     CROSS JOIN pragma_index_info(i.\"name\", t.\"schema\") AS c WHERE t.\"type\" = 'table' \
     UNION ALL SELECT ",
    named_table!(),
    ", '', c.\"name\", 1, 1, 0, 0 FROM ",
    named_tables!(),
    " CROSS JOIN pragma_table_info(t.\"name\", t.\"schema\") AS c WHERE t.\"type\" = 'table' AND ",
    is_rowid!(),
    " ORDER BY 1, 2, 4, 9",
);

/// The foreign keys of tables by name.
pub(super) const FOREIGN_KEYS: &str = concat!(
    "SELECT ",
    named_table!(),
    ", CAST(f.\"id\" AS TEXT), f.\"from\", t.\"schema\", f.\"table\", t.\"schema\" IN ('main', 'temp'), f.\"to\", \
         f.\"on_delete\" FROM ",
    named_tables!(),
    " CROSS JOIN pragma_foreign_key_list(t.\"name\", t.\"schema\") AS f WHERE t.\"type\" = 'table' \
     ORDER BY 1, 2, f.\"id\", f.\"seq\"",
);
