//! The path of the migrations is not a string literal.

const FOLDER: &str = "migrations";

fn main() {
    let _ = orm::migrations!(FOLDER);
}
