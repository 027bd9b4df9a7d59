//! The folder of migrations is not written as a string.

const FOLDER: &str = "migrations";

fn main() {
    let _ = orm::migrations!(FOLDER);
}
