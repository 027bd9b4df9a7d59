//! Models of `features`, written by `orm-cli generate`.
//!
//! You can change them. When `orm-cli generate` runs again, it adds what is new in the database, and leaves
//! everything else unchanged.
//!
//! They need these features of `orm`: `json`, `uuid-1`.

#![allow(dead_code, reason = "a program need not use every column of a database")]

mod box_row;
mod comment;
mod country;
mod customer;
mod customer_setting;
mod option_row;
mod order;
mod order_line;
mod product;
mod shelf;
mod types;
mod warehouse;

pub use self::box_row::*;
pub use self::comment::*;
pub use self::country::*;
pub use self::customer::*;
pub use self::customer_setting::*;
pub use self::option_row::*;
pub use self::order::*;
pub use self::order_line::*;
pub use self::product::*;
pub use self::shelf::*;
pub use self::types::*;
pub use self::warehouse::*;

/// All models: `db.check::<All>()` compares them with the database.
pub type All = (
    BoxRow,
    Comment,
    Country,
    CustomerSetting,
    Customer,
    OptionRow,
    OrderLine,
    Order,
    Product,
    Shelf,
    Warehouse,
);
