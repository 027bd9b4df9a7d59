//! Writing the next files of a folder from the models.

use std::fmt::Write as _;
use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::Migrations;
use super::by_hand::ByHand;
use super::kinds::Kinds;
use super::name::is_name;
use super::objects::Objects;
use super::review::{describe, describe_kind, problems};
use super::state::{State, unwritable};
use crate::access::Access;
use crate::db::{Db, Engine, read};
use crate::error::{Error, Result};
use crate::mapped::Models;
use crate::structure::{Alteration, Runs, Schema, SchemaChange, Script, Step, changes};

/// Writes migrations from the models, into a folder for one kind of database.
///
/// The folder also contains `schema.json`, the structure that the files create. A migration is the difference between
/// that structure and the models, so writing one needs no database.
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
    /// A database in which the files are tested, if one is needed.
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
    /// Creates a generator for a folder and a kind of database.
    pub fn new(folder: impl Into<PathBuf>, engine: Engine) -> Self {
        Generator { folder: folder.into(), engine, allowed: Vec::new(), url: None, models: PhantomData }
    }

    /// Allows the loss of a column's values, `"students.nickname"`, or of a table's rows, `"students"`. It also allows a
    /// Rust type that existing values do not fit.
    pub fn allow(mut self, lost: impl Into<String>) -> Self {
        self.allowed.push(lost.into());
        self
    }

    /// Sets the PostgreSQL server on which files are tested, in a schema that is dropped afterwards. Files for SQLite
    /// are tested in memory. Without a server, files for PostgreSQL are written without a test.
    pub fn try_at(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Returns what the models need and no file creates yet, in words, such as `students: add column email`; the list
    /// is empty if no migration is missing.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure) if `schema.json` cannot be read.
    pub fn missing(&self) -> Result<Vec<String>> {
        let before = self.state()?;
        let mut missing: Vec<String> = changes(&before.schema, &self.wanted()).iter().flat_map(describe).collect();
        missing.extend(before.kinds.changes::<M>().iter().map(describe_kind));
        Ok(missing)
    }

    /// Writes the next files and `schema.json`, and returns the paths of the files; the list is empty if nothing
    /// changed.
    ///
    /// On PostgreSQL there may be three files: one with quick changes, one with indexes, which are built while others
    /// write, and one with changes that read all rows. All files are tested in an empty database, which must have
    /// everything that the models need at the end. Otherwise nothing is written.
    ///
    /// A copy of a table on SQLite keeps what existing files gave the table and the models do not describe: indexes,
    /// triggers, columns, constraints, defaults and collations.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure), and writes nothing:
    ///
    /// - if a change may be a rename that the models do not declare; if values would be lost and that was not
    ///   [allowed](Self::allow); if a column without a default would be required in existing rows. The error lists all
    ///   of these, with what to write;
    /// - if existing values do not fit the new Rust type of a column, although the database stores both alike, and that was
    ///   not [allowed](Self::allow);
    /// - if a copy of a table would lose something that the models do not describe; if something uses a column that is
    ///   dropped;
    /// - if the name does not consist of letters, digits and underscores;
    /// - if files cannot be read or written, or do not create what the models need.
    pub fn write(&self, name: &str) -> Result<Vec<PathBuf>> {
        if !is_name(name) {
            return Err(Error::migration(format!(
                "`{name}` cannot be the name of a migration; write letters, digits and underscores, such as `add_email`"
            )));
        }
        let after = self.wanted();
        let before = self.state()?;
        let mut changes = changes(&before.schema, &after);
        // A change may need no statement, such as another name for a check that has none in the database.
        let is_unchanged = changes.is_empty() && before.kinds == Kinds::of::<M>();
        refuse(&problems(&changes, &before.kinds.changes::<M>(), &after, &self.allowed))?;
        let scripts = match self.by_hand(name, &changes, &after)? {
            Some(by_hand) => self.keeping(&by_hand, &mut changes, &after)?,
            None => self.engine.scripts_of(&changes, &after),
        };
        if is_unchanged {
            return Ok(Vec::new());
        }
        let files = self.files(name, &scripts)?;
        self.try_with(&files)?;
        self.keep(files, after)
    }

    /// What the existing files gave the tables, if some table may be copied.
    fn by_hand(&self, name: &str, changes: &[SchemaChange], after: &Schema) -> Result<Option<ByHand>> {
        let dialect = self.engine.dialect();
        let switch = dialect.migrating().and_then(|migrating| migrating.foreign_keys.as_ref());
        let alters = changes.iter().any(|change| matches!(change, SchemaChange::Alter(_)));
        let Some(switch) = switch.filter(|_| alters) else { return Ok(None) };
        let Some(db) = self.empty()? else { return Ok(None) };
        let renames = self.engine.scripts_of(&renames(changes), after);
        self.with(&self.files(name, &renames)?)?.run(&db)?;
        let objects = read(&db, switch, |switch, on| on.run(Access::Read, |session| Objects::read(session, switch)))?;
        Ok(Some(ByHand { schema: db.schema()?, objects, quotes: dialect.quotes() }))
    }

    /// The scripts for some changes, which keep what files written by hand gave the tables.
    fn keeping(&self, by_hand: &ByHand, changes: &mut [SchemaChange], after: &Schema) -> Result<Vec<Script>> {
        by_hand.add_to(changes);
        let is_copied = |alteration: &Alteration| self.engine.copies(alteration);
        refuse(&by_hand.problems(changes, is_copied))?;
        let mut scripts = self.engine.scripts_of(changes, after);
        if let Some(script) = scripts.last_mut() {
            script.statements.extend(by_hand.statements(changes, is_copied));
        }
        Ok(scripts)
    }

    /// Checks that no migration is missing, and that the files create what the models need. It is meant for a test.
    ///
    /// # Errors
    ///
    /// Returns an error that [`is_migration_failure`](Error::is_migration_failure), which lists what is missing, or
    /// what the files do not create.
    pub fn check(&self) -> Result<()> {
        let missing = self.missing()?;
        if !missing.is_empty() {
            return Err(Error::migration(format!(
                "a migration is missing in `{}`; write it with `migrate new`:\n- {}",
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
                "`{}` has migrations and no `schema.json`; if they create what the models need, write it with \
                 `migrate adopt`",
                self.folder.display()
            ))),
        }
    }

    /// Writes `schema.json` for files that something else wrote.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`check`](Self::check): the files must create what the models need.
    pub fn adopt(&self) -> Result<()> {
        let files = self.existing()?;
        self.try_with(&[])?;
        let migration = files.last().map(|(_, file)| file.clone()).unwrap_or_default();
        State { migration, schema: self.wanted(), kinds: Kinds::of::<M>() }.write(&self.folder).map(|_| ())
    }

    /// The versions and names of the existing files, by version.
    fn existing(&self) -> Result<Vec<(i64, String)>> {
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        let migrations = Migrations::read(&self.folder)?;
        let steps = migrations.plan.sorted()?;
        Ok(steps.into_iter().map(|step| (step.version, step.label())).collect())
    }

    /// The version of the next file.
    pub(super) fn next_version(&self) -> Result<i64> {
        Ok(self.existing()?.last().map_or(1, |(version, _)| version + 1))
    }

    /// The names and texts of the next files.
    fn files(&self, name: &str, scripts: &[Script]) -> Result<Vec<(String, String)>> {
        let next = self.next_version()?;
        let file = |(version, script): (i64, &Script)| {
            let part = match script.runs {
                Runs::OneByOne => "_indexes",
                Runs::Atomically if version > next => "_validate",
                Runs::Atomically | Runs::WithoutForeignKeys => "",
            };
            (format!("V{version}__{name}{part}.sql"), text(script))
        };
        Ok((next..).zip(scripts).map(file).collect())
    }

    /// Applies all existing and new files to an empty database, which must have what the models need at the end.
    fn try_with(&self, more: &[(String, String)]) -> Result<()> {
        let Some(db) = self.empty()? else { return Ok(()) };
        self.with(more)?.run(&db)?;
        let differences = db.check::<M>()?;
        if differences.is_empty() {
            return Ok(());
        }
        let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
        Err(Error::migration(format!(
            "the files of `{}` do not create what the models need:\n- {}",
            self.folder.display(),
            told.join("\n- ")
        )))
    }

    /// All existing files, and some new ones.
    fn with(&self, more: &[(String, String)]) -> Result<Migrations> {
        let there = if self.folder.is_dir() { Migrations::read(&self.folder)? } else { Migrations::new() };
        Ok(more.iter().fold(there, |all, (name, sql)| all.file(name, sql.clone())))
    }

    /// An empty database, if one can be created.
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
        let mut migration = self.existing()?.pop().map(|(_, file)| file).unwrap_or_default();
        for (name, text) in files {
            let path = self.folder.join(&name);
            new_file(&path, &text)?;
            written.push(path);
            migration = name;
        }
        State { migration, schema, kinds: Kinds::of::<M>() }.write(&self.folder)?;
        Ok(written)
    }
}

fn refuse(problems: &[String]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::migration(format!("no migration was written:\n- {}", problems.join("\n- "))))
}

/// The renames among some changes.
fn renames(changes: &[SchemaChange]) -> Vec<SchemaChange> {
    let renaming = |change: &SchemaChange| match change {
        SchemaChange::Rename { .. } => Some(change.clone()),
        SchemaChange::Alter(alteration) => {
            let is_rename = |step: &&Step| matches!(step, Step::RenameColumn { .. });
            let steps: Vec<Step> = alteration.steps.iter().filter(is_rename).cloned().collect();
            let renamed = Alteration { steps, ..Alteration::clone(alteration) };
            (!renamed.steps.is_empty()).then(|| SchemaChange::Alter(Box::new(renamed)))
        }
        SchemaChange::Create(_) | SchemaChange::Drop(_) => None,
    };
    changes.iter().filter_map(renaming).collect()
}

/// Writes a file, unless it exists.
fn new_file(path: &Path, text: &str) -> Result<()> {
    let file = fs::File::options().write(true).create_new(true).open(path);
    file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .map_err(|error| unwritable(path, &error))
}

/// The text of a file: its directive, and its statements.
fn text(script: &Script) -> String {
    let first = match script.runs {
        Runs::Atomically => "",
        Runs::WithoutForeignKeys => "-- orm: foreign keys off\n",
        Runs::OneByOne => "-- orm: no transaction\n",
    };
    let mut text = format!("{first}-- Review this before it runs, and edit it where existing rows need more.\n");
    for statement in &script.statements {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "\n{statement};\n");
    }
    text
}
