//! The statements that read the structure of an SQLite database: the main one, without attached databases.

use crate::sql::Structure;

/// The user's tables; the tables behind virtual tables belong to an extension.
macro_rules! own_tables {
    () => {
        "FROM pragma_table_list AS t JOIN main.sqlite_schema AS s ON s.\"name\" = t.\"name\" \
         WHERE t.\"schema\" = 'main' AND t.\"type\" = 'table' AND substr(t.\"name\", 1, 7) <> 'sqlite_'"
    };
}

pub(super) const STRUCTURE: Structure = Structure {
    tables: concat!(
        "SELECT NULL, t.\"name\", 'table', s.\"sql\", t.\"wr\", t.\"strict\", NULL ",
        own_tables!(),
        " UNION ALL SELECT NULL, v.\"name\", 'view', NULL, 0, 0, NULL FROM main.sqlite_schema AS v WHERE v.\"type\" = 'view' \
         ORDER BY 2"
    ),
    // The rowid is never `NULL`, even if it is declared nullable.
    columns: concat!(
        "SELECT NULL, t.\"name\", c.\"name\", c.\"type\", NULL, \
         c.\"notnull\" OR (c.\"pk\" > 0 AND (t.\"wr\" OR upper(c.\"type\") = 'INTEGER')), NULL, c.\"dflt_value\", \
         CASE WHEN c.\"hidden\" IN (2, 3) THEN '' END, c.\"hidden\" = 3, NULL, c.\"cid\" FROM (SELECT t.* ",
        own_tables!(),
        ") AS t, pragma_table_xinfo(t.\"name\", 'main') AS c WHERE c.\"hidden\" <> 1 ORDER BY 2, 12"
    ),
    // SQLite numbers foreign keys from the last one that was declared.
    constraints: concat!(
        "WITH t AS (SELECT t.\"name\" ",
        own_tables!(),
        ") \
         SELECT NULL, t.\"name\", 'primary', '', NULL, c.\"name\", NULL, NULL, NULL, NULL, NULL, NULL, c.\"pk\" \
         FROM t, pragma_table_xinfo(t.\"name\", 'main') AS c WHERE c.\"pk\" > 0 \
         UNION ALL SELECT NULL, t.\"name\", 'unique', i.\"name\", NULL, c.\"name\", NULL, NULL, NULL, NULL, NULL, NULL, c.\"seqno\" \
         FROM t, pragma_index_list(t.\"name\", 'main') AS i, pragma_index_info(i.\"name\", 'main') AS c WHERE i.\"origin\" = 'u' \
         UNION ALL SELECT NULL, t.\"name\", 'foreign', printf('%09d', 999999999 - f.\"id\"), NULL, f.\"from\", NULL, f.\"table\", f.\"to\", \
         f.\"on_delete\", f.\"on_update\", NULL, f.\"seq\" FROM t, pragma_foreign_key_list(t.\"name\", 'main') AS f \
         ORDER BY 2, 3, 4, 13"
    ),
    indexes: concat!(
        "SELECT NULL, t.\"name\", x.\"sql\", i.\"name\", i.\"unique\", NULL FROM (SELECT t.\"name\" ",
        own_tables!(),
        ") AS t, pragma_index_list(t.\"name\", 'main') AS i JOIN main.sqlite_schema AS x ON x.\"type\" = 'index' AND x.\"name\" = i.\"name\" \
         WHERE i.\"origin\" = 'c' ORDER BY 2, 4"
    ),
    enums: "SELECT NULL, '', '' WHERE 0",
};
