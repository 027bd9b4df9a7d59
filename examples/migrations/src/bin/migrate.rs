//! The program that writes and applies the migrations: `cargo run --bin migrate -- new add_email`.

use std::process::ExitCode;

fn main() -> ExitCode {
    orm::migrate::main::<school::Models>()
}
