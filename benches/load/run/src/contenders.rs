//! The contenders, and how their programs are built.

use std::path::Path;
use std::process::Command;

use crate::places::Engine;

/// A contender.
pub(crate) struct Contender {
    /// The name in the table and on the command line.
    pub(crate) name: &'static str,
    /// The program.
    pub(crate) program: &'static str,
    package: &'static str,
    /// Whether it is built in the workspace `field`.
    field: bool,
    engines: &'static [Engine],
}

const BOTH: &[Engine] = &[Engine::Sqlite, Engine::Postgres];

/// All of them. The table compares with what is written by hand.
pub(crate) const CONTENDERS: [Contender; 7] = [
    own("orm", "load-orm", "load-orm", BOTH),
    own("orm-blocking", "load-orm-blocking", "load-orm", BOTH),
    own(HAND, "load-hand", "load-hand", BOTH),
    own("diesel-async", "load-diesel", "load-diesel", &[Engine::Postgres]),
    own("toasty", "load-toasty", "load-toasty", &[Engine::Sqlite]),
    Contender { field: true, ..own("sqlx", "load-sqlx", "load-sqlx", BOTH) },
    Contender { field: true, ..own("seaorm", "load-seaorm", "load-seaorm", BOTH) },
];

/// What the others are compared with.
pub(crate) const HAND: &str = "hand";

const fn own(
    name: &'static str,
    program: &'static str,
    package: &'static str,
    engines: &'static [Engine],
) -> Contender {
    Contender { name, program, package, field: false, engines }
}

impl Contender {
    pub(crate) fn runs_on(&self, engine: Engine) -> bool {
        self.engines.contains(&engine)
    }
}

/// Builds some contenders, and returns those that this machine can build.
pub(crate) fn build(load: &Path, built: &Path, wanted: &[&'static Contender]) -> Vec<&'static Contender> {
    let mut ready = wanted.to_vec();
    ready.retain(|contender| {
        let workspace = if contender.field { load.join("field") } else { load.to_owned() };
        let is_built = cargo_build(&workspace, built, contender.package);
        if !is_built {
            eprintln!("{} could not be built and is left out", contender.name);
        }
        is_built
    });
    ready
}

/// Builds each package separately, so that none is compiled with features that another one enables.
fn cargo_build(workspace: &Path, built: &Path, package: &str) -> bool {
    let Some(target) = built.parent() else { return false };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--quiet", "--package", package, "--manifest-path"]);
    command.arg(workspace.join("Cargo.toml")).arg("--target-dir").arg(target);
    command.status().is_ok_and(|status| status.success())
}
