//! What SQLite does in its own way.

use super::{Dialect, KeyTable};
use crate::prefetch::KeyShape;
use crate::schema::ColumnDef;
use crate::types::SqlType;

/// The dialect of SQLite.
#[derive(Debug)]
pub struct Sqlite;

/// The parts of a key of several columns, for each set of columns that hold bytes.
static PARTS: [[&str; 4]; 16] = {
    const PLAIN: [&str; 4] = ["k.\"value\" ->> 0", "k.\"value\" ->> 1", "k.\"value\" ->> 2", "k.\"value\" ->> 3"];
    const BYTES: [&str; 4] = [
        "unhex(k.\"value\" ->> 0)",
        "unhex(k.\"value\" ->> 1)",
        "unhex(k.\"value\" ->> 2)",
        "unhex(k.\"value\" ->> 3)",
    ];
    let mut parts = [PLAIN; 16];
    let mut blobs = 0;
    while blobs < parts.len() {
        let mut part = 0;
        while part < PLAIN.len() {
            if blobs >> part & 1 == 1 {
                parts[blobs][part] = BYTES[part];
            }
            part += 1;
        }
        blobs += 1;
    }
    parts
};

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn placeholder(&self, text: &mut String, position: usize) {
        text.push('?');
        text.push_str(itoa::Buffer::new().format(position));
    }

    // One text for any number of keys, and no limit on their number. Single keys travel as an array, in which every
    // value keeps its type; keys of several columns as JSON, since an array has one column. JSON has no bytes: they travel
    // as hexadecimal digits.
    fn key_table(&self, shape: KeyShape) -> KeyTable {
        match shape {
            KeyShape::Single => KeyTable {
                before: "rarray(",
                after: ") AS k",
                ordinal: "k.rowid",
                first_ordinal: 1,
                join: " CROSS JOIN ",
                // As a bare column it would be compared as it is: 7 with the '7' of a text column, which are not equal.
                parts: &["+k.\"value\""],
            },
            KeyShape::Composite { arity, blobs } => KeyTable {
                before: "json_each(",
                after: ") AS k",
                ordinal: "k.\"key\"",
                first_ordinal: 0,
                join: " CROSS JOIN ",
                parts: &PARTS[usize::from(blobs) % PARTS.len()][..arity.min(4)],
            },
        }
    }

    // SQLite runs the parts of a `UNION ALL` one after the other, as rows are asked for. A function of ours in the second
    // part is called when the first part's rows have all been delivered, and returns the keys that they asked for.
    fn wanted_table(&self) -> Option<&'static str> {
        Some("rarray(orm_wanted()) AS w")
    }

    fn in_list(&self) -> (&'static str, &'static str) {
        (" IN (SELECT \"value\" FROM rarray(", "))")
    }

    fn no_limit(&self) -> &'static str {
        "-1"
    }

    fn nulls_are_least(&self) -> bool {
        true
    }

    fn column_type(&self, column: &ColumnDef, _generated: bool) -> &'static str {
        match column.sql_type {
            SqlType::Bool | SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => "INTEGER",
            SqlType::Real32 | SqlType::Real64 => "REAL",
            SqlType::Text
            | SqlType::Date
            | SqlType::Time
            | SqlType::DateTime
            | SqlType::Timestamp
            | SqlType::Decimal
            | SqlType::Json => "TEXT",
            SqlType::Blob | SqlType::Uuid => "BLOB",
        }
    }

    // The rows of a join table are its key: kept in the key's order, they need no second tree to look them up in.
    fn composite_key_suffix(&self) -> &'static str {
        " WITHOUT ROWID"
    }

    fn indexes(&self) -> &'static str {
        "SELECT t.\"name\", i.\"name\", c.\"name\" \
         FROM sqlite_schema AS t, pragma_index_list(t.\"name\") AS i, pragma_index_info(i.\"name\") AS c \
         WHERE t.\"type\" = 'table' AND i.\"partial\" = 0 ORDER BY t.\"name\", i.\"name\", c.\"seqno\""
    }

    fn columns(&self) -> &'static str {
        "SELECT t.\"name\", c.\"name\", c.\"type\", c.\"notnull\" \
         FROM sqlite_schema AS t, pragma_table_info(t.\"name\") AS c WHERE t.\"type\" IN ('table', 'view')"
    }

    fn holds(&self, declared: &str, sql_type: SqlType) -> bool {
        let affinity = Affinity::of(declared);
        match sql_type {
            SqlType::Bool | SqlType::Int16 | SqlType::Int32 | SqlType::Int64 => {
                matches!(affinity, Affinity::Integer | Affinity::Numeric | Affinity::None)
            }
            SqlType::Real32 | SqlType::Real64 => {
                matches!(affinity, Affinity::Real | Affinity::Numeric | Affinity::None)
            }
            // Columns of dates and the like are numeric by their names, and keep text that is no number.
            SqlType::Text | SqlType::Date | SqlType::Time | SqlType::DateTime | SqlType::Timestamp | SqlType::Json => {
                matches!(affinity, Affinity::Text | Affinity::Numeric | Affinity::None)
            }
            // A numeric column would make a floating-point number of the text.
            SqlType::Decimal => matches!(affinity, Affinity::Text | Affinity::None),
            // Bytes are kept as they are in a column of any type.
            SqlType::Blob | SqlType::Uuid => true,
        }
    }

    fn max_params(&self) -> usize {
        32_766
    }
}

/// What SQLite makes of a declared type: <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    None,
    Real,
    Numeric,
}

impl Affinity {
    fn of(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let says = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        if says(&["INT"]) {
            Affinity::Integer
        } else if says(&["CHAR", "CLOB", "TEXT"]) {
            Affinity::Text
        } else if declared.is_empty() || says(&["BLOB"]) {
            Affinity::None
        } else if says(&["REAL", "FLOA", "DOUB"]) {
            Affinity::Real
        } else {
            Affinity::Numeric
        }
    }
}
