//! Tests `orm` with random queries and writes against an oracle, with processes that are killed or whose system calls
//! fail, and with mutated bytes.
//!
//! ```sh
//! cargo run --release --manifest-path trials/Cargo.toml -- --seconds 60
//! cargo run --release --manifest-path trials/Cargo.toml -- kill --rounds 1000
//! cargo run --release --manifest-path trials/Cargo.toml -- faults --seconds 60
//! cargo run --release --manifest-path trials/Cargo.toml -- fuzz --seconds 60
//! cargo run --release --manifest-path trials/Cargo.toml -- --seed 7 --database postgres://postgres@127.0.0.1/postgres
//! ```

mod differential;
mod faults;
mod fuzz;
mod ground;
mod kill;
mod ledger;
mod models;
mod options;
mod oracle;
mod random;

use std::process::ExitCode;

use ground::Server;
use options::{Options, Trial};

fn main() -> ExitCode {
    let options = match Options::of_arguments(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n{}", options::USAGE);
            return ExitCode::FAILURE;
        }
    };
    match run(&options) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(finding) => {
            eprintln!("FOUND: {finding}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<String, String> {
    match options.trial {
        Trial::Oracle => {
            println!("seed {}", options.seed);
            let server = options.database.as_deref().map(Server::new).transpose();
            let server = server.map_err(|error| format!("the server does not answer: {error}"))?;
            differential::run(options.seed, options.is_one, options.time, server.as_ref())
        }
        Trial::Kill => {
            println!("seed {}", options.seed);
            kill::run(options.seed, options.rounds)
        }
        Trial::Faults => {
            println!("seed {}", options.seed);
            faults::run(options.seed, options.time)
        }
        Trial::Fuzz => {
            println!("seed {}", options.seed);
            fuzz::run(options.seed, options.time)
        }
        Trial::FaultsChild => faults::child(&options.file, options.seed),
        Trial::KillChild => kill::child(&options.file, options.seed),
    }
}
