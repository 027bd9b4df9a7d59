//! Compiles the program again when a migration is added: `migrations!` reads the folder at compile time.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
