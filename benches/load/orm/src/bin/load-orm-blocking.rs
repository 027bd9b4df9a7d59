//! The program of the contender `orm-blocking`.

use std::process::ExitCode;

use load_common::load;

fn main() -> ExitCode {
    load_common::main(load::<load_orm::Blocking>)
}
