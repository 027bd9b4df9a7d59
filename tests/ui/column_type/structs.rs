//! `ColumnType` on structs that do not have exactly one field.

use orm::ColumnType;

#[derive(ColumnType)]
struct Pair(i64, i64);

#[derive(ColumnType)]
struct Named {
    id: i64,
}

#[derive(ColumnType)]
struct Wrapper<T>(T);

#[derive(ColumnType)]
#[column(text)]
struct Email(String);

#[derive(ColumnType)]
union Bits {
    number: i64,
}

fn main() {}
