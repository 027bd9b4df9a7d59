//! Makes the n-th system call of a kind fail, on files whose path contains a text: a library for `LD_PRELOAD`, on
//! Linux.
//!
//! `TRIAL_FAULT=write:3:28:once:.db` makes the call number 3, counted from 0, fail with the error number 28. With
//! `always` instead of `once`, all later calls fail too. The kinds are `open`, `write`, `sync` and `truncate`. The
//! library reports the first failing call on standard error as `fault injected`.

#[cfg(target_os = "linux")]
mod linux;
