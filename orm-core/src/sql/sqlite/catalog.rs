//! The statements that ask SQLite for what is in the database.

/// The tables with the names in a list, by whatever case.
macro_rules! named_tables {
    () => {
        "rarray(?1) AS n CROSS JOIN pragma_table_list(n.\"value\") AS t"
    };
}

/// Schema and name of one of them, and whether it is the one that SQLite finds when no schema is named.
macro_rules! named_table {
    () => {
        "t.\"schema\", t.\"name\", t.\"schema\" = (SELECT o.\"schema\" FROM pragma_table_list(t.\"name\") AS o \
     JOIN pragma_database_list AS d ON d.\"name\" = o.\"schema\" ORDER BY o.\"schema\" <> 'temp', d.\"seq\" LIMIT 1)"
    };
}

/// Whether a column is the rowid by another name: it is the primary key, and there is no index for that.
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

/// The foreign keys of one column. Each leads to a table of its schema; none is enforced on a connection that was told so.
pub(super) const REFERENCES: &str = "SELECT t.\"schema\", t.\"name\", t.\"schema\" IN ('main', 'temp'), f.\"from\", \
     t.\"schema\", f.\"table\", t.\"schema\" IN ('main', 'temp'), f.\"to\" \
     FROM pragma_foreign_keys AS e CROSS JOIN pragma_table_list AS t, pragma_foreign_key_list(t.\"name\", t.\"schema\") AS f \
     WHERE e.\"foreign_keys\" = 1 AND t.\"type\" = 'table' GROUP BY t.\"schema\", t.\"name\", f.\"id\" HAVING count(*) = 1";

/// The tables and views of some names.
pub(super) const TABLES: &str = concat!("SELECT ", named_table!(), ", t.\"type\", 0 FROM ", named_tables!());

/// The columns of tables of some names, or of views: those of a view or a virtual table cannot be told when it is broken.
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

/// The columns of the indexes of tables of some names. The rowid has no index, and is a key.
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

/// The foreign keys of tables of some names.
pub(super) const FOREIGN_KEYS: &str = concat!(
    "SELECT ",
    named_table!(),
    ", CAST(f.\"id\" AS TEXT), f.\"from\", t.\"schema\", f.\"table\", t.\"schema\" IN ('main', 'temp'), f.\"to\", \
         f.\"on_delete\" FROM ",
    named_tables!(),
    " CROSS JOIN pragma_foreign_key_list(t.\"name\", t.\"schema\") AS f WHERE t.\"type\" = 'table' \
     ORDER BY 1, 2, f.\"id\", f.\"seq\"",
);
