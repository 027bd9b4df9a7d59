//! Defaults and checks that are empty, or on fields that cannot have them.

use orm::Model;

#[derive(Model)]
struct Assigned {
    #[model(db_default = 7)]
    id: i64,
    #[model(version, default = 1)]
    version: i64,
}

#[derive(Model)]
#[model(check = "  ")]
struct Blank {
    id: i64,
    #[model(db_default = sql(""))]
    a: String,
    #[model(db_default = CURRENT_TIMESTAMP)]
    b: String,
    #[model(db_default = sql("a", "b"))]
    c: String,
    #[model(db_default = -"x")]
    d: String,
    #[model(db_default)]
    e: String,
    #[model(db_default = "a\0b")]
    f: String,
    #[model(check)]
    g: String,
    #[model(db_default = f())]
    h: String,
}

fn main() {}
