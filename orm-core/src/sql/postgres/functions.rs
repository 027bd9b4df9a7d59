//! Functions of the database: aggregates, and functions with another value in each statement.

use crate::sql::tokens::Place;

/// Whether a function is an aggregate.
pub(super) fn is_aggregate(function: &str) -> bool {
    AGGREGATES.contains(&function)
}

/// Whether a function or a keyword has another value in each statement.
pub(super) fn is_unsteady(name: &str, place: Place) -> bool {
    match place {
        Place::Word => UNSTEADY_WORDS.contains(&name),
        Place::Called | Place::CalledWithNothing => UNSTEADY.contains(&name) || UNSTEADY_WORDS.contains(&name),
        Place::Argument => false,
    }
}

/// The functions with another value in each call, or in each transaction.
const UNSTEADY: [&str; 16] = [
    "clock_timestamp",
    "currval",
    "gen_random_uuid",
    "lastval",
    "nextval",
    "now",
    "random",
    "random_normal",
    "statement_timestamp",
    "timeofday",
    "transaction_timestamp",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// The keywords for the time; with a precision they look like functions.
const UNSTEADY_WORDS: [&str; 5] = ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];

/// The aggregate functions, except those with `WITHIN GROUP`.
const AGGREGATES: [&str; 49] = [
    "any_value",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "every",
    "json_agg",
    "json_agg_strict",
    "json_arrayagg",
    "json_object_agg",
    "json_object_agg_strict",
    "json_object_agg_unique",
    "json_object_agg_unique_strict",
    "json_objectagg",
    "jsonb_agg",
    "jsonb_agg_strict",
    "jsonb_object_agg",
    "jsonb_object_agg_strict",
    "jsonb_object_agg_unique",
    "jsonb_object_agg_unique_strict",
    "max",
    "min",
    "range_agg",
    "range_intersect_agg",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
    "xmlagg",
];
