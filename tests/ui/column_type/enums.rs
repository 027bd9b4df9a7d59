//! `ColumnType` on enums that do not say, or cannot say, how they are stored.

use orm::ColumnType;

#[derive(ColumnType)]
enum Unsaid {
    Active,
}

#[derive(ColumnType)]
#[column(text, integer)]
enum Both {
    Active = 1,
}

#[derive(ColumnType)]
#[column(text)]
enum Nothing {}

#[derive(ColumnType)]
#[column(text)]
enum WithFields {
    Active,
    Since(i64),
}

#[derive(ColumnType)]
#[column(text)]
enum Equal {
    Active,
    #[column(rename = "active")]
    Live,
}

#[derive(ColumnType)]
#[column(integer)]
enum Unnumbered {
    Active,
    #[column(rename = "gone")]
    Gone = 2,
    Late = 1 + 2,
}

#[derive(ColumnType)]
#[column(txet)]
enum Misspelt {
    #[column(renam = "a")]
    Active,
}

fn main() {}
