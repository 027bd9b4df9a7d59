//! Functions of the database: aggregates, and functions with another value in each statement.

use crate::sql::tokens::Place;

/// Whether a function is an aggregate.
pub(super) fn is_aggregate(function: &str, arguments: usize) -> bool {
    match function {
        // With several arguments they are functions of one row.
        "max" | "min" => arguments == 1,
        function => AGGREGATES.contains(&function),
    }
}

/// Whether a function or a keyword has another value in each statement.
pub(super) fn is_unsteady(name: &str, place: Place) -> bool {
    match place {
        Place::Word => matches!(name, "current_date" | "current_time" | "current_timestamp"),
        Place::Called => matches!(name, "random" | "randomblob"),
        Place::CalledWithNothing => {
            matches!(name, "random" | "date" | "datetime" | "julianday" | "time" | "unixepoch")
        }
        Place::Argument => name == "'now'",
    }
}

/// The aggregate functions with any number of arguments, including optional ones and those of this library.
const AGGREGATES: [&str; 17] = [
    "avg",
    "count",
    "decimal_sum",
    "geopoly_group_bbox",
    "group_concat",
    "json_group_array",
    "json_group_object",
    "jsonb_group_array",
    "jsonb_group_object",
    "median",
    "orm_sum",
    "percentile",
    "percentile_cont",
    "percentile_disc",
    "string_agg",
    "sum",
    "total",
];
