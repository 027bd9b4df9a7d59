//! The statements that read PostgreSQL's catalog.

/// A table by its schema and name, and whether the name is valid without the schema.
macro_rules! table_name {
    () => {
        "n.\"nspname\"::text, t.\"relname\"::text, coalesce(pg_table_is_visible(t.\"oid\"), false)"
    };
}

/// The indexes, each with its columns and its table.
///
/// YugabyteDB calls a B-tree `lsm`, and CockroachDB `prefix`. A column that is an expression has no name.
macro_rules! columns_of_indexes {
    () => {
        "FROM pg_index AS x \
         JOIN pg_class AS t ON t.\"oid\" = x.\"indrelid\" \
         JOIN pg_namespace AS n ON n.\"oid\" = t.\"relnamespace\" \
         JOIN pg_class AS i ON i.\"oid\" = x.\"indexrelid\" \
         JOIN pg_am AS m ON m.\"oid\" = i.\"relam\" AND m.\"amname\" IN ('btree', 'lsm', 'prefix') \
         CROSS JOIN generate_series(0, x.\"indnkeyatts\" - 1) AS c(\"nth\") \
         LEFT JOIN pg_attribute AS a ON a.\"attrelid\" = t.\"oid\" AND a.\"attnum\" = x.\"indkey\"[c.\"nth\"] \
         AND a.\"attnum\" > 0"
    };
}

/// The columns of all indexes.
///
/// The size of a row is computed from the pages of its table, of which the last may be almost empty, and of its TOAST
/// table. The number of rows is known after a table was analyzed.
///
/// Citus marks distributed tables with a trigger. The planner reads the list of triggers once: with a subquery for each
/// row it would expect so much work that the server compiles the statement, which takes longer than running it.
pub(super) const INDEXES: &str = concat!(
    "SELECT ",
    table_name!(),
    ", i.\"relname\"::text, a.\"attname\"::text, \
     t.\"oid\" IN (SELECT g.\"tgrelid\" FROM pg_trigger AS g JOIN pg_proc AS p ON p.\"oid\" = g.\"tgfoid\" \
     WHERE p.\"proname\" = 'citus_truncate_trigger'), \
     x.\"indisunique\" AND x.\"indimmediate\", \
     t.\"oid\" IN (SELECT g.\"tgrelid\" FROM pg_trigger AS g WHERE NOT g.\"tgisinternal\"), \
     CASE WHEN t.\"relkind\" = 'r' AND t.\"reltuples\" > 0 AND t.\"relpages\" > 0 \
     THEN ceil((t.\"relpages\" - 1 + coalesce(o.\"relpages\", 0)) * current_setting('block_size')::float8 / t.\"reltuples\")::bigint END ",
    columns_of_indexes!(),
    " LEFT JOIN pg_class AS o ON o.\"oid\" = t.\"reltoastrelid\" \
     WHERE x.\"indpred\" IS NULL AND x.\"indisvalid\" AND n.\"nspname\" NOT IN ('pg_catalog', 'pg_toast') \
     ORDER BY t.\"oid\", i.\"oid\", c.\"nth\""
);

/// All foreign keys of one column that the database enforces.
///
/// A key that is not validated may be violated by older rows. A key to a partitioned table is listed again for each of
/// its partitions, although it leads to rows of all; and if policies hide rows, the rows that refer to them are not
/// hidden.
pub(super) const REFERENCES: &str = concat!(
    "SELECT ",
    table_name!(),
    ", a.\"attname\"::text, o.\"nspname\"::text, r.\"relname\"::text, coalesce(pg_table_is_visible(r.\"oid\"), false), b.\"attname\"::text \
     FROM pg_constraint AS c \
     JOIN pg_class AS t ON t.\"oid\" = c.\"conrelid\" \
     JOIN pg_namespace AS n ON n.\"oid\" = t.\"relnamespace\" \
     JOIN pg_attribute AS a ON a.\"attrelid\" = t.\"oid\" AND a.\"attnum\" = c.\"conkey\"[1] \
     JOIN pg_class AS r ON r.\"oid\" = c.\"confrelid\" AND NOT r.\"relrowsecurity\" \
     JOIN pg_namespace AS o ON o.\"oid\" = r.\"relnamespace\" \
     JOIN pg_attribute AS b ON b.\"attrelid\" = r.\"oid\" AND b.\"attnum\" = c.\"confkey\"[1] \
     WHERE c.\"contype\" = 'f' AND c.\"convalidated\" AND c.\"conparentid\" = 0 AND cardinality(c.\"conkey\") = 1"
);

/// Tables by name.
pub(super) const TABLES: &str = concat!(
    "SELECT ",
    table_name!(),
    ", CASE t.\"relkind\" WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' \
     ELSE 'table' END, \
     EXISTS (SELECT 1 FROM pg_trigger AS g JOIN pg_proc AS p ON p.\"oid\" = g.\"tgfoid\" \
     WHERE g.\"tgrelid\" = t.\"oid\" AND p.\"proname\" = 'citus_truncate_trigger') \
     FROM pg_class AS t JOIN pg_namespace AS n ON n.\"oid\" = t.\"relnamespace\" \
     WHERE t.\"relname\"::text = ANY($1::text[]) AND t.\"relkind\" IN ('r', 'p', 'v', 'm', 'f') \
     AND n.\"nspname\" NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
);

/// The columns of tables by name. Servers before PostgreSQL 12 have no generated columns.
///
/// A domain is listed as its base type, and user-defined enums as text, which they are to a program; so are the
/// elements of arrays. A trigger before an insert may generate a key.
pub(super) const COLUMNS: &str = concat!(
    "SELECT ",
    table_name!(),
    ", a.\"attname\"::text, \
     CASE WHEN coalesce(e.\"typtype\", y.\"typtype\") = 'e' THEN 'enum ' ELSE '' END \
     || format_type(CASE WHEN coalesce(e.\"typtype\", y.\"typtype\") = 'd' \
     THEN coalesce(e.\"typbasetype\", y.\"typbasetype\") ELSE coalesce(e.\"oid\", y.\"oid\") END, NULL) \
     || CASE WHEN e.\"oid\" IS NULL THEN '' ELSE '[]' END, \
     a.\"attnotnull\", CASE WHEN coalesce(to_jsonb(a) ->> 'attgenerated', '') = '' THEN pg_get_expr(d.\"adbin\", d.\"adrelid\") END, \
     (d.\"oid\" IS NOT NULL AND coalesce(to_jsonb(a) ->> 'attgenerated', '') = '') OR a.\"attidentity\" <> '' \
     OR t.\"oid\" IN (SELECT g.\"tgrelid\" FROM pg_trigger AS g WHERE NOT g.\"tgisinternal\" AND g.\"tgtype\" & 6 = 6), \
     coalesce(to_jsonb(a) ->> 'attgenerated', '') <> '' \
     FROM pg_attribute AS a \
     LEFT JOIN pg_attrdef AS d ON d.\"adrelid\" = a.\"attrelid\" AND d.\"adnum\" = a.\"attnum\" \
     JOIN pg_class AS t ON t.\"oid\" = a.\"attrelid\" AND t.\"relkind\" IN ('r', 'p', 'v', 'm', 'f') \
     JOIN pg_namespace AS n ON n.\"oid\" = t.\"relnamespace\" \
     JOIN pg_type AS z ON z.\"oid\" = a.\"atttypid\" \
     JOIN pg_type AS y ON y.\"oid\" = CASE WHEN z.\"typtype\" = 'd' THEN z.\"typbasetype\" ELSE z.\"oid\" END \
     LEFT JOIN pg_type AS e ON e.\"oid\" = y.\"typelem\" AND y.\"typcategory\" = 'A' \
     WHERE t.\"relname\"::text = ANY($1::text[]) AND (t.\"relkind\" IN ('v', 'f')) = $2 \
     AND a.\"attnum\" > 0 AND NOT a.\"attisdropped\" \
     AND n.\"nspname\" NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
     ORDER BY t.\"oid\", a.\"attnum\""
);

/// The columns of a table, to decide whether a written row can be read reliably.
pub(super) const WRITABLE_COLUMNS: &str = "SELECT a.\"attname\"::text, \
     CASE WHEN y.\"typtype\" = 'b' THEN format_type(y.\"oid\", NULL) ELSE '' END, \
     a.\"attnotnull\", \
     t.\"relkind\" = 'r' AND NOT t.\"relhasrules\" AND NOT t.\"relhassubclass\" AND NOT EXISTS (\
     SELECT 1 FROM pg_trigger AS g WHERE g.\"tgrelid\" = t.\"oid\" AND NOT g.\"tgisinternal\") \
     FROM pg_class AS t \
     JOIN pg_attribute AS a ON a.\"attrelid\" = t.\"oid\" AND a.\"attnum\" > 0 AND NOT a.\"attisdropped\" \
     JOIN pg_type AS y ON y.\"oid\" = a.\"atttypid\" \
     WHERE t.\"oid\" = to_regclass($1)";

/// The columns of the indexes of tables by name.
pub(super) const INDEXES_OF_TABLES: &str = concat!(
    "SELECT ",
    table_name!(),
    ", i.\"relname\"::text, a.\"attname\"::text, x.\"indisunique\", x.\"indisprimary\", x.\"indpred\" IS NOT NULL ",
    columns_of_indexes!(),
    " WHERE t.\"relname\"::text = ANY($1::text[]) AND x.\"indisvalid\" \
     AND n.\"nspname\" NOT IN ('pg_catalog', 'pg_toast') \
     ORDER BY t.\"oid\", i.\"oid\", c.\"nth\""
);

/// The foreign keys of tables by name.
pub(super) const FOREIGN_KEYS: &str = concat!(
    "SELECT ",
    table_name!(),
    ", k.\"conname\"::text, a.\"attname\"::text, m.\"nspname\"::text, r.\"relname\"::text, coalesce(pg_table_is_visible(r.\"oid\"), false), \
     b.\"attname\"::text, CASE k.\"confdeltype\" WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' \
     WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END \
     FROM pg_constraint AS k \
     JOIN pg_class AS t ON t.\"oid\" = k.\"conrelid\" \
     JOIN pg_namespace AS n ON n.\"oid\" = t.\"relnamespace\" \
     JOIN pg_class AS r ON r.\"oid\" = k.\"confrelid\" \
     JOIN pg_namespace AS m ON m.\"oid\" = r.\"relnamespace\" \
     CROSS JOIN generate_series(1, array_length(k.\"conkey\", 1)) AS c(\"nth\") \
     JOIN pg_attribute AS a ON a.\"attrelid\" = t.\"oid\" AND a.\"attnum\" = k.\"conkey\"[c.\"nth\"] \
     JOIN pg_attribute AS b ON b.\"attrelid\" = r.\"oid\" AND b.\"attnum\" = k.\"confkey\"[c.\"nth\"] \
     WHERE k.\"contype\" = 'f' AND t.\"relname\"::text = ANY($1::text[]) \
     ORDER BY t.\"oid\", k.\"oid\", c.\"nth\""
);

/// The conditions of tables by name in a schema.
pub(super) fn checks(schema: &str) -> String {
    format!(
        "SELECT t.\"relname\"::text, pg_get_constraintdef(k.\"oid\") FROM pg_constraint AS k \
         JOIN pg_class AS t ON t.\"oid\" = k.\"conrelid\" JOIN pg_namespace AS n ON n.\"oid\" = t.\"relnamespace\" \
         WHERE k.\"contype\" = 'c' AND n.\"nspname\" = '{}' AND t.\"relname\"::text = ANY($1::text[]) \
         ORDER BY t.\"oid\", k.\"oid\"",
        schema.replace('\'', "''")
    )
}
