//! The codec `Json` needs the feature `json`.

use orm::Model;

#[derive(Model)]
struct User {
    id: i64,
    #[model(json)]
    settings: Settings,
}

struct Settings {
    dark: bool,
}

fn main() {}
