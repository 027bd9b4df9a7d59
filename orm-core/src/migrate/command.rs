//! The program `migrate` of a project.

use std::env;
#[cfg(feature = "sqlite")]
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use super::Migrations;
use super::generate::Generator;
use super::status::State;
use crate::db::{Db, Engine};
use crate::error::{Error, Result};
use crate::mapped::Models;

const HELP: &str = "\
Migrations, written from the models of the program.

Usage: migrate COMMAND [OPTIONS]

Commands:
  new NAME     Write the next files, or say that nothing changed
  check        Fail if a migration is missing
  sql          Print the files that would run
  run          Apply the files that the database does not have yet
  mark         Record the files as applied, for a database that has the tables of the models
  status       List the files, and whether they were applied
  adopt        Write schema.json for files that something else wrote

Options:
  --database URL     A path or sqlite:PATH, or postgres://.. [DATABASE_URL]
  --folder FOLDER    Where the folders sqlite and postgres are [migrations]
  --allow NAME       Allow the loss of a column, TABLE.COLUMN, or of a table
  --help             Print this text
";

/// The program `migrate` of a project, with the commands `new`, `check`, `sql`, `run`, `mark`, `status` and `adopt`. It
/// is meant as the body of a `main`, and reads the arguments of the process:
///
/// ```no_run
/// # mod school {
/// #     use orm::Model;
/// #     #[derive(Model)]
/// #     pub struct Student { id: i64 }
/// #     pub type Models = (Student,);
/// # }
/// // src/bin/migrate.rs
/// fn main() -> std::process::ExitCode {
///     orm::migrate::main::<school::Models>()
/// }
/// ```
///
/// The files for SQLite are in `migrations/sqlite`, the files for PostgreSQL in `migrations/postgres`. `new` and
/// `check` work on the kind of database that `--database` or `DATABASE_URL` names. Without them, both work on each kind
/// that the program is compiled with.
///
/// It prints what it did, and errors to the standard error; after an error the exit code is 1.
#[must_use]
pub fn main<M: Models>() -> ExitCode {
    match command::<M>(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // An error is one line; here each item of a list gets its own line.
            eprintln!("migrate: {}", error.to_string().replace("\\n- ", "\n- "));
            ExitCode::FAILURE
        }
    }
}

/// The parsed arguments.
struct Arguments {
    command: String,
    name: Option<String>,
    database: Option<String>,
    folder: PathBuf,
    allowed: Vec<String>,
}

fn command<M: Models>(arguments: impl Iterator<Item = String>) -> Result<()> {
    let arguments = Arguments::parse(arguments)?;
    match (&*arguments.command, &arguments.name) {
        ("help", _) => {
            print!("{HELP}");
            Ok(())
        }
        ("new", None) => Err(Error::migration("`new` takes a name; write `migrate new add_email`")),
        ("new", Some(name)) => {
            arguments.engines()?.into_iter().try_for_each(|engine| arguments.write::<M>(engine, name))
        }
        (_, Some(word)) => {
            Err(Error::migration(format!("unexpected argument `{word}`; `migrate --help` lists the commands")))
        }
        ("check", None) => arguments.engines()?.into_iter().try_for_each(|engine| arguments.check::<M>(engine)),
        ("adopt", None) => {
            arguments.engines()?.into_iter().try_for_each(|engine| arguments.generator::<M>(engine).adopt())
        }
        ("run", None) => arguments.run(),
        ("mark", None) => arguments.mark::<M>(),
        ("status", None) => arguments.status(),
        ("sql", None) => arguments.sql(),
        (other, None) => {
            Err(Error::migration(format!("there is no command `{other}`; `migrate --help` lists the commands")))
        }
    }
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let database = env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
        let (folder, allowed) = (PathBuf::from("migrations"), Vec::new());
        let mut said = Arguments { command: String::new(), name: None, database, folder, allowed };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| Error::migration(format!("`{word}` needs a value after it")));
            match &*word {
                "--database" => said.database = Some(value()?),
                "--folder" => said.folder = value()?.into(),
                "--allow" => said.allowed.push(value()?),
                "--help" | "-h" => "help".clone_into(&mut said.command),
                option if option.starts_with('-') => {
                    return Err(Error::migration(format!(
                        "there is no option `{option}`; `migrate --help` lists the options"
                    )));
                }
                _ if said.command.is_empty() => said.command = word,
                _ => said.name = Some(word),
            }
        }
        if said.command.is_empty() {
            "help".clone_into(&mut said.command);
        }
        Ok(said)
    }

    fn write<M: Models>(&self, engine: Engine, name: &str) -> Result<()> {
        let generator = self.allowed.iter().fold(self.generator::<M>(engine), Generator::allow);
        let written = generator.write(name)?;
        if written.is_empty() {
            let folder = self.folder_of(engine);
            println!(
                "nothing changed since the last migration in {}; for SQL of your own, such as an index, write the file \
                 `V{}__{name}.sql` there by hand",
                folder.display(),
                generator.next_version()?
            );
        }
        for path in written {
            println!("wrote {}", path.display());
        }
        Ok(())
    }

    fn check<M: Models>(&self, engine: Engine) -> Result<()> {
        self.generator::<M>(engine).check()?;
        println!("no migration is missing in {}", self.folder_of(engine).display());
        Ok(())
    }

    fn run(&self) -> Result<()> {
        let (engine, db) = self.open()?;
        let applied = Migrations::read(self.folder_of(engine))?.run(&db)?;
        if applied.is_empty() {
            println!("nothing to apply");
        }
        for migration in applied {
            println!("applied {migration}");
        }
        Ok(())
    }

    fn mark<M: Models>(&self) -> Result<()> {
        let (engine, db) = self.open()?;
        let differences: Vec<String> = db.check::<M>()?.iter().map(ToString::to_string).collect();
        if !differences.is_empty() {
            return Err(Error::migration(format!(
                "nothing was marked, because the database lacks what the models need:\n- {}",
                differences.join("\n- ")
            )));
        }
        for migration in Migrations::read(self.folder_of(engine))?.mark(&db)? {
            println!("marked {migration} as applied");
        }
        Ok(())
    }

    fn status(&self) -> Result<()> {
        let (engine, db) = self.open()?;
        for status in Migrations::read(self.folder_of(engine))?.status(&db)? {
            println!("{status}");
        }
        Ok(())
    }

    /// Prints the files that are pending, unchanged.
    fn sql(&self) -> Result<()> {
        let (engine, db) = self.open()?;
        let migrations = Migrations::read(self.folder_of(engine))?;
        let pending: Vec<i64> = migrations
            .status(&db)?
            .into_iter()
            .filter(|status| status.state == State::Pending)
            .map(|status| status.version)
            .collect();
        for step in migrations.plan.sorted()?.into_iter().filter(|step| pending.contains(&step.version)) {
            println!("-- {}\n{}", step.label(), step.sql());
        }
        Ok(())
    }

    fn generator<M: Models>(&self, engine: Engine) -> Generator<M> {
        let generator = Generator::new(self.folder_of(engine), engine);
        match &self.database {
            Some(url) if engine_of(url).is_ok_and(|of| of == engine) => generator.try_at(url.clone()),
            _ => generator,
        }
    }

    fn folder_of(&self, engine: Engine) -> PathBuf {
        self.folder.join(match engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite => "sqlite",
            #[cfg(feature = "postgres")]
            Engine::Postgres => "postgres",
        })
    }

    /// The kind of the named database, or all kinds.
    fn engines(&self) -> Result<Vec<Engine>> {
        match &self.database {
            Some(url) => Ok(vec![engine_of(url)?]),
            None => Ok(vec![
                #[cfg(feature = "sqlite")]
                Engine::Sqlite,
                #[cfg(feature = "postgres")]
                Engine::Postgres,
            ]),
        }
    }

    fn open(&self) -> Result<(Engine, Db)> {
        let Some(url) = &self.database else {
            return Err(Error::migration("no database is named; pass `--database URL`, or set DATABASE_URL"));
        };
        let engine = engine_of(url)?;
        let db = match engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite => Db::open(path_of(url)),
            #[cfg(feature = "postgres")]
            Engine::Postgres => Db::connect(url),
        };
        Ok((engine, db?))
    }
}

/// The kind of database of a URL or a path.
fn engine_of(url: &str) -> Result<Engine> {
    let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    #[cfg(feature = "postgres")]
    if is_postgres {
        return Ok(Engine::Postgres);
    }
    #[cfg(feature = "sqlite")]
    if !is_postgres {
        return Ok(Engine::Sqlite);
    }
    let feature = if is_postgres { "postgres" } else { "sqlite" };
    Err(Error::migration(format!(
        "the database needs the feature `{feature}` of `orm`, which this program is compiled without"
    )))
}

#[cfg(feature = "sqlite")]
fn path_of(url: &str) -> &Path {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
    Path::new(path.unwrap_or(url))
}
