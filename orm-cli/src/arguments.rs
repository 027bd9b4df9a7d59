//! The arguments of the program.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use orm_cli::types::Library;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Writes models of `orm` from an existing database, checks a database for problems, and draws it.
#[derive(Debug, Parser)]
#[command(version, styles = STYLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Generate(Generate),
    Check(Check),
    Diagram(Diagram),
}

/// Write models from a database.
///
/// The database is only read. An existing file stays unchanged, except that new fields, relations and models are added.
#[derive(Args, Debug)]
pub(crate) struct Generate {
    /// The file of an SQLite database, or the URL of a PostgreSQL database: `postgres://user@host/name`.
    pub(crate) database: String,
    /// Write a file for each model into this folder. Without it, the models are printed as one text.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write models of these tables only.
    #[arg(long = "table", value_name = "TABLE")]
    pub(crate) tables: Vec<String>,
    /// Name models and relations after the tables without this prefix: `Depot` for `tblDepot`.
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub(crate) strip_prefix: String,
    /// Use types of these libraries. Without it, dates and decimals have types of `orm::value`.
    #[arg(long, value_name = "LIBRARY", value_delimiter = ',')]
    pub(crate) with: Vec<With>,
    /// Write existing files again. Your changes in them are lost.
    #[arg(long, requires = "out")]
    pub(crate) overwrite: bool,
}

/// List problems of a database that a program should know before it uses it.
///
/// The exit status is 1 if there are any.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// The file of an SQLite database, or the URL of a PostgreSQL database: `postgres://user@host/name`.
    pub(crate) database: String,
}

/// Draw the tables of a database and their relations.
#[derive(Args, Debug)]
pub(crate) struct Diagram {
    /// The file of an SQLite database, or the URL of a PostgreSQL database: `postgres://user@host/name`.
    pub(crate) database: String,
    /// The language of the diagram.
    #[arg(long, value_enum, default_value_t = Format::Mermaid)]
    pub(crate) format: Format,
    /// Write the diagram into this file. Without it, the diagram is printed.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Draw these tables only.
    #[arg(long = "table", value_name = "TABLE")]
    pub(crate) tables: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    Mermaid,
    Dot,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum With {
    Chrono,
    Jiff,
    Time,
    #[value(name = "rust_decimal")]
    RustDecimal,
    Ipnet,
}

impl With {
    pub(crate) fn library(self) -> Library {
        match self {
            With::Chrono => Library::Chrono,
            With::Jiff => Library::Jiff,
            With::Time => Library::Time,
            With::RustDecimal => Library::RustDecimal,
            With::Ipnet => Library::Ipnet,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
