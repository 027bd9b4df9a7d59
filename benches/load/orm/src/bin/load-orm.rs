//! The program of the contender `orm`.

use std::process::ExitCode;

use load_common::load;

fn main() -> ExitCode {
    load_common::main(load::<load_orm::Awaited>)
}
