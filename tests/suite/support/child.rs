//! The part of a test that another process runs. The test runs itself again as a child, which finds the database in its
//! environment, and runs the child's part of the test instead.

use std::any::type_name;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The environment variable with the address of the database of a child.
const ADDRESS: &str = "ORM_TEST_CHILD";

/// The line that a child prints when it has begun.
pub(crate) const READY: &str = "the child is ready";

/// The address of the database, in a child; `None` in the test that runs it.
pub(crate) fn given_address() -> Option<String> {
    std::env::var(ADDRESS).ok()
}

/// A child process, which is killed when this is dropped.
pub(crate) struct Part(Child);

impl Drop for Part {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).expect("the child is gone");
    }
}

impl Part {
    pub(crate) fn ends_well(&mut self) -> bool {
        self.0.wait().expect("the child ends").success()
    }
}

/// Runs a test of this program again as a child, on a database, and returns what it writes to standard error.
#[cfg(debug_assertions)]
pub(crate) fn errors<T: Fn() -> orm::Result<()>>(test: T, address: &str) -> String {
    let output = command(test, address).output().expect("the child runs");
    assert!(output.status.success(), "the child failed");
    String::from_utf8(output.stderr).expect("a text")
}

fn command<T: Fn() -> orm::Result<()>>(_test: T, address: &str) -> Command {
    let (_, test) = type_name::<T>().split_once("::").expect("a path begins with its crate");
    let program = std::env::current_exe().expect("the program has a path");
    let mut command = Command::new(program);
    command.args(["--exact", test, "--nocapture"]).env(ADDRESS, address);
    command
}

/// Runs a test of this program again as a child, on a database, and waits until it is ready.
pub(crate) fn child<T: Fn() -> orm::Result<()>>(test: T, address: &str) -> Part {
    let child = command(test, address).stdout(Stdio::piped()).spawn().expect("the child starts");
    let mut part = Part(child);
    let output = part.0.stdout.as_mut().expect("the output is piped");
    let is_ready = BufReader::new(output).lines().map_while(io::Result::ok).any(|line| line.contains(READY));
    assert!(is_ready, "the child ended before it was ready");
    part
}
