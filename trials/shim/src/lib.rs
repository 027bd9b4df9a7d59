//! Makes the n-th system call of a kind fail, on files whose path holds a text: a library for `LD_PRELOAD`, on Linux.
//!
//! `TRIAL_FAULT=write:3:28:once:.db` makes the call number 3, counted from 0, fail with the error number 28; with `always`
//! instead of `once`, all calls from then on. The kinds are `open`, `write`, `sync` and `truncate`. When a call is made to fail,
//! the first one is noted on standard error as `fault injected`.

#[cfg(target_os = "linux")]
mod linux;
