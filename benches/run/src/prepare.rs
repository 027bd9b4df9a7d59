//! Builds the contenders' programs, and leaves out those that this machine cannot build.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bench_common::Result;

use crate::plan::{CONTENDERS, Contender, Program};

/// Builds what some contenders need. Returns Python, and which contenders can be run.
///
/// This library and what is written by hand must be there; others need a newer compiler or the network, and are left out
/// with a notice where they cannot be had.
pub(crate) fn prepare(benches: &Path, built: &Path, wanted: &[bool]) -> Result<(Option<PathBuf>, Vec<bool>)> {
    let target = built.parent().ok_or("the directory of programs has no parent")?;
    let mut ready = wanted.to_vec();
    let python = if is_wanted(wanted, |program| matches!(program, Program::Python(_))) {
        python(&target.join("bench-python"), &benches.join("python/requirements.txt"))
    } else {
        None
    };
    for (contender, ready) in CONTENDERS.iter().zip(&mut ready).filter(|(_, ready)| **ready) {
        *ready = match contender.program {
            Program::Own(package) => cargo(benches, target, package),
            Program::Field(package) => cargo(&benches.join("field"), target, package),
            Program::Python(_) => python.is_some(),
        };
        if !*ready {
            eprintln!("{} could not be made ready and is left out", contender.name);
        }
    }
    Ok((python, ready))
}

fn is_wanted(wanted: &[bool], kind: impl Fn(&Program) -> bool) -> bool {
    CONTENDERS.iter().zip(wanted).any(|(contender, wanted): (&Contender, _)| *wanted && kind(&contender.program))
}

fn cargo(workspace: &Path, target: &Path, package: &str) -> bool {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--quiet", "--package", package, "--manifest-path"]);
    command.arg(workspace.join("Cargo.toml")).arg("--target-dir").arg(target);
    succeeds(&mut command)
}

/// Python of a virtual environment with the libraries, which is made once.
fn python(environment: &Path, requirements: &Path) -> Option<PathBuf> {
    let python = environment.join("bin/python");
    let has_libraries =
        || succeeds(Command::new(&python).args(["-c", "import django, sqlalchemy"]).stderr(Stdio::null()));
    if !has_libraries() {
        let mut make = Command::new("python3");
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements);
        let _ = succeeds(make.args(["-m", "venv"]).arg(environment)) && succeeds(&mut install);
    }
    has_libraries().then_some(python)
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}
