//! The counting program.

use std::alloc::System;
use std::process::ExitCode;

use bench_common::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    bench_common::count_main(bench_seaorm::open, ALLOCATOR)
}
