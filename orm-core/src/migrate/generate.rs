//! Writing the next files of a folder from what the models ask for.

use std::fmt::Write as _;
use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::Migrations;
use super::name::is_name;
use super::review::{describe, problems};
use super::state::{State, unwritable};
use crate::db::{Db, Engine};
use crate::error::{Error, Result};
use crate::mapped::Models;
use crate::structure::{Runs, Schema, Script, changes};

/// Writes the migrations that models ask for, into a folder for one kind of database.
///
/// Beside the files stands `schema.json`, the structure that they lead to. A migration is the difference between that and what the
/// models ask for, so that writing one needs no database.
///
/// ```
/// # use orm::{Engine, Model, Result};
/// use orm::migrate::Generator;
///
/// #[derive(Model)]
/// struct Student {
///     id: i64,
///     name: String,
/// }
///
/// # fn main() -> Result<()> {
/// # let folder = tempfile::tempdir().expect("a folder");
/// # let folder = folder.path();
/// let generator = Generator::<(Student,)>::new(folder, Engine::Sqlite);
/// let written = generator.write("initial")?;
/// assert!(written[0].ends_with("V1__initial.sql"));
/// generator.check()?; // in a test: no migration is missing
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a generator writes nothing until you call `write`"]
pub struct Generator<M> {
    folder: PathBuf,
    engine: Engine,
    allowed: Vec<String>,
    /// A database to try the files in, where one is needed.
    url: Option<String>,
    models: PhantomData<fn() -> M>,
}

impl<M> Clone for Generator<M> {
    fn clone(&self) -> Self {
        let Generator { folder, engine, allowed, url, models } = self;
        Generator {
            folder: folder.clone(),
            engine: *engine,
            allowed: allowed.clone(),
            url: url.clone(),
            models: *models,
        }
    }
}

impl<M: Models> Generator<M> {
    /// A generator of files in a folder, for a kind of database.
    pub fn new(folder: impl Into<PathBuf>, engine: Engine) -> Self {
        Generator { folder: folder.into(), engine, allowed: Vec::new(), url: None, models: PhantomData }
    }

    /// Allows that the values of a column are lost, `"students.nickname"`, or the rows of a table, `"students"`.
    pub fn allow(mut self, lost: impl Into<String>) -> Self {
        self.allowed.push(lost.into());
        self
    }

    /// Says at which server of PostgreSQL files are tried, in a schema that is dropped afterwards. Files for SQLite are tried in
    /// memory. Without a server, files for PostgreSQL are written untried.
    pub fn try_at(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// What the models ask for and no file has yet, in words, such as `students: add column email`; nothing if no migration is
    /// missing.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure) if `schema.json` cannot be read.
    pub fn missing(&self) -> Result<Vec<String>> {
        let before = self.state()?.schema;
        Ok(changes(&before, &self.wanted()).iter().flat_map(describe).collect())
    }

    /// Writes the next files and `schema.json`, and returns the paths of the files; none if nothing changed.
    ///
    /// On PostgreSQL these may be three: what takes a moment, then indexes, which are built while others write, then what looks at all
    /// rows. The files are tried, together with those before them, in an empty database, which must have all that the models ask
    /// for at the end. If it has not, nothing is written.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure), and writes nothing:
    ///
    /// - if something may be a rename that the models do not tell; if values would be lost and that was not
    ///   [allowed](Self::allow); if a column without a default would be required in rows that are there. The error lists all of
    ///   these, with what to write;
    /// - if the name is not of letters, digits and underscores;
    /// - if files cannot be read or written, or do not lead to what the models ask for.
    pub fn write(&self, name: &str) -> Result<Vec<PathBuf>> {
        if !is_name(name) {
            return Err(Error::migration(format!(
                "`{name}` cannot be the name of a migration; write letters, digits and underscores, such as `add_email`"
            )));
        }
        let (before, after) = (self.state()?.schema, self.wanted());
        let changes = changes(&before, &after);
        let problems = problems(&changes, &after, &self.allowed);
        if !problems.is_empty() {
            return Err(Error::migration(format!("no migration was written:\n- {}", problems.join("\n- "))));
        }
        let scripts = self.engine.scripts(&before, &after);
        if scripts.is_empty() {
            return Ok(Vec::new());
        }
        let files = self.files(name, &scripts)?;
        self.try_with(&files)?;
        self.keep(files, after)
    }

    /// Makes sure that no migration is missing, and that the files lead to what the models ask for. It is meant for a test.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure) and lists what is missing, or what the files do
    /// not lead to.
    pub fn check(&self) -> Result<()> {
        let missing = self.missing()?;
        if !missing.is_empty() {
            return Err(Error::migration(format!(
                "a migration is missing in `{}`; write it by `migrate new`:\n- {}",
                self.folder.display(),
                missing.join("\n- ")
            )));
        }
        self.try_with(&[])
    }

    fn wanted(&self) -> Schema {
        self.engine.schema::<M>()
    }

    fn state(&self) -> Result<State> {
        match State::read(&self.folder)? {
            Some(state) => Ok(state),
            None if self.existing()?.is_empty() => Ok(State::default()),
            None => Err(Error::migration(format!(
                "`{}` has migrations and no `schema.json`; if they lead to what the models ask for, write it by `migrate adopt`",
                self.folder.display()
            ))),
        }
    }

    /// Writes `schema.json` for files that were written otherwise.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check): the files must lead to what the models ask for.
    pub fn adopt(&self) -> Result<()> {
        let files = self.existing()?;
        self.try_with(&[])?;
        let migration = files.last().map(|(_, file)| file.clone()).unwrap_or_default();
        State { migration, schema: self.wanted() }.write(&self.folder).map(|_| ())
    }

    /// The versions and names of the files that are there, by version.
    fn existing(&self) -> Result<Vec<(i64, String)>> {
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        let migrations = Migrations::read(&self.folder)?;
        let steps = migrations.plan.sorted()?;
        Ok(steps.into_iter().map(|step| (step.version, step.label())).collect())
    }

    /// The names and texts of the next files.
    fn files(&self, name: &str, scripts: &[Script]) -> Result<Vec<(String, String)>> {
        let last = self.existing()?.last().map_or(0, |(version, _)| *version);
        let file = |(version, script): (i64, &Script)| {
            let part = match script.runs {
                Runs::OneByOne => "_indexes",
                Runs::Atomically if version > last + 1 => "_validate",
                Runs::Atomically | Runs::WithoutForeignKeys => "",
            };
            (format!("V{version}__{name}{part}.sql"), text(script))
        };
        Ok((last + 1..).zip(scripts).map(file).collect())
    }

    /// Applies all files and some more to an empty database, which then has to have what the models ask for.
    fn try_with(&self, more: &[(String, String)]) -> Result<()> {
        let Some(db) = self.empty()? else { return Ok(()) };
        let there = if self.folder.is_dir() { Migrations::read(&self.folder)? } else { Migrations::new() };
        let all = more.iter().fold(there, |all, (name, sql)| all.file(name, sql.clone()));
        all.run(&db)?;
        let differences = db.check::<M>()?;
        if differences.is_empty() {
            return Ok(());
        }
        let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
        Err(Error::migration(format!(
            "the files of `{}` do not lead to what the models ask for:\n- {}",
            self.folder.display(),
            told.join("\n- ")
        )))
    }

    /// An empty database, where there is one.
    fn empty(&self) -> Result<Option<Db>> {
        match self.engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite => Db::memory().map(Some),
            #[cfg(feature = "postgres")]
            Engine::Postgres => {
                let url = self.url.as_ref();
                url.map(|url| Db::postgres().connections(2).test_schema().connect(url)).transpose()
            }
        }
    }

    fn keep(&self, files: Vec<(String, String)>, schema: Schema) -> Result<Vec<PathBuf>> {
        fs::create_dir_all(&self.folder).map_err(|error| unwritable(&self.folder, &error))?;
        let mut written = Vec::with_capacity(files.len());
        let mut migration = String::new();
        for (name, text) in files {
            let path = self.folder.join(&name);
            new_file(&path, &text)?;
            written.push(path);
            migration = name;
        }
        State { migration, schema }.write(&self.folder)?;
        Ok(written)
    }
}

/// A file that is there is not written over.
fn new_file(path: &Path, text: &str) -> Result<()> {
    let file = fs::File::options().write(true).create_new(true).open(path);
    file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|error| unwritable(path, &error))
}

/// The text of a file: how it runs, and its statements.
fn text(script: &Script) -> String {
    let first = match script.runs {
        Runs::Atomically => "",
        Runs::WithoutForeignKeys => "-- orm: foreign keys off\n",
        Runs::OneByOne => "-- orm: no transaction\n",
    };
    let mut text = format!("{first}-- Read this before it runs, and edit it where rows need more than it does.\n");
    for statement in &script.statements {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "\n{statement};\n");
    }
    text
}
