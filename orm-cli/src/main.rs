//! The program `orm-cli`.

mod arguments;

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anstream::{eprintln, println};
use anstyle::{AnsiColor, Style};
use clap::Parser as _;
use indicatif::ProgressBar;
use orm::Db;
use orm_cli::files::{self, Done, Written};
use orm_cli::models::{Models, Wanted};
use orm_cli::place::{Place, explain};
use orm_cli::source::Source;
use orm_cli::{findings, render};

use arguments::{Arguments, Check, Command, Diagram, Format, Generate};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const LOOK: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Generate(arguments) => generate(&arguments),
        Command::Check(arguments) => check(&arguments),
        Command::Diagram(arguments) => diagram(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{BAD}error{BAD:#}: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// An error message, as a sentence.
struct Problem(String);

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<orm::Error> for Problem {
    fn from(error: orm::Error) -> Self {
        Problem(explain(&error))
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Problem(error.to_string())
    }
}

fn generate(arguments: &Generate) -> Result<ExitCode, Problem> {
    let (_, source) = read(&arguments.database)?;
    let kept = arguments.out.as_deref().filter(|_| !arguments.overwrite);
    let wanted = Wanted {
        tables: arguments.tables.clone(),
        libraries: arguments.with.iter().map(|library| library.library()).collect(),
        prefix: arguments.strip_prefix.clone(),
        named: kept.map_or(Ok(Vec::new()), files::named)?,
    };
    let models = Models::of(&source, &wanted);
    for (name, reason) in &models.left_out {
        eprintln!("{LOOK}left out{LOOK:#} {name}: {reason}");
    }
    let Some(folder) = &arguments.out else {
        io::stdout().lock().write_all(render::single(&models).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    let written = files::write(&models, folder, arguments.overwrite)?;
    written.iter().for_each(tell);
    let features: Vec<&str> = models.features().into_iter().collect();
    if !features.is_empty() {
        eprintln!("The models need these features of `orm` in `Cargo.toml`: {features:?}");
    }
    let is_skipped = written.iter().any(|file| file.done == Done::Skipped);
    Ok(if is_skipped { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn tell(written: &Written) {
    let path = written.path.display();
    match written.done {
        Done::Created => eprintln!("{GOOD}wrote{GOOD:#}    {path}"),
        Done::Changed => eprintln!("{GOOD}added to{GOOD:#} {path}"),
        Done::Kept => eprintln!("kept     {path}"),
        Done::Skipped => eprintln!("{BAD}skipped{BAD:#}  {path}"),
    }
    for note in &written.notes {
        eprintln!("         {LOOK}look{LOOK:#}: {note}");
    }
}

fn check(arguments: &Check) -> Result<ExitCode, Problem> {
    let (db, source) = read(&arguments.database)?;
    let findings = findings::of(&db, &source)?;
    for finding in &findings {
        println!("{LOOK}{}{LOOK:#}: {}", finding.table, finding.what);
    }
    match findings.len() {
        0 => eprintln!("{GOOD}nothing to report{GOOD:#}"),
        number => eprintln!("{number} to look at"),
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn diagram(arguments: &Diagram) -> Result<ExitCode, Problem> {
    let place = Place::parse(&arguments.database).map_err(Problem)?;
    let mut schema = place.open()?.schema()?;
    if !arguments.tables.is_empty() {
        schema.tables.retain(|table| arguments.tables.contains(&table.name.to_string()));
        schema.views.retain(|view| arguments.tables.contains(&view.to_string()));
    }
    let text = match arguments.format {
        Format::Mermaid => schema.mermaid(),
        Format::Dot => schema.dot(),
    };
    match &arguments.out {
        Some(path) => std::fs::write(path, text)?,
        None => io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a database, and shows the progress on a terminal.
fn read(database: &str) -> Result<(Db, Source), Problem> {
    let place = Place::parse(database).map_err(Problem)?;
    let db = place.open()?;
    let progress = if io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    progress.enable_steady_tick(Duration::from_millis(100));
    let reading = |table: &orm::structure::Table| progress.set_message(format!("reading {}", table.name));
    let source = Source::read(&db, place.engine(), place.name(), reading)?;
    progress.finish_and_clear();
    Ok((db, source))
}
