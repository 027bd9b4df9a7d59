use orm::ColumnType;

/// `Size` in the database.
#[derive(ColumnType, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[column(text)]
pub enum Size {
    #[column(rename = "S")]
    S,
    #[column(rename = "XL")]
    Xl,
}

/// `order_state` in the database.
#[derive(ColumnType, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[column(text)]
pub enum OrderState {
    New,
    #[column(rename = "on hold")]
    OnHold,
    Shipped,
}

/// `customer_key` in the database.
#[derive(ColumnType, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CustomerKey(pub i64);

/// An address that somebody reads.
#[derive(ColumnType, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(pub String);

/// `pair` in the database.
#[derive(ColumnType, Clone, Debug, PartialEq)]
pub struct Pair(pub Vec<i32>);
