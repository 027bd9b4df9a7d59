//! The timed program.

use std::process::ExitCode;

fn main() -> ExitCode {
    bench_common::time_main(bench_toasty::open)
}
