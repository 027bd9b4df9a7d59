//! The text of a migration file: the directive on its first line, and its statements.

use super::step::{Step, Work};
use crate::error::{Error, Result};
use crate::sql::tokens::{Quotes, Token, tokens};
use crate::sql::{Dialect, Migrating, Statement, statements, transaction_control};

const NO_TRANSACTION: &str = "-- orm: no transaction";
const FOREIGN_KEYS_OFF: &str = "-- orm: foreign keys off";

/// How a step runs, according to the first line of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In a transaction.
    Transaction,
    /// In a transaction, with foreign keys off.
    ForeignKeysOff,
    /// Statement by statement, outside of a transaction.
    NoTransaction,
}

/// A file that was checked, and can run.
pub(super) struct Script<'t> {
    pub(super) way: Way,
    pub(super) statements: Vec<Statement<'t>>,
    /// Whether it changes session state that outlives its transaction, as far as this can be detected.
    pub(super) changes_session: bool,
}

impl<'t> Script<'t> {
    /// The script of a step. The script of a function has no statements.
    ///
    /// # Errors
    ///
    /// Returns an error for a file with statements that cannot have their effect, before anything runs.
    pub(super) fn of(step: &'t Step, dialect: &dyn Dialect, migrating: &Migrating) -> Result<Self> {
        let text = match &step.work {
            Work::Sql { sql, .. } => sql,
            Work::Function(_) => {
                return Ok(Script { way: Way::Transaction, statements: Vec::new(), changes_session: true });
            }
        };
        let refuse = |problem: String| Err(Error::migration(format!("`{}` {problem}", step.label())));
        if text.contains('\0') {
            return refuse("holds a NUL character, where the database would stop reading; remove it".to_owned());
        }
        // Some editors write a byte order mark at the beginning of a text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let way = match way(text, migrating) {
            Ok(way) => way,
            Err(problem) => return refuse(problem),
        };
        let statements = match statements(text, dialect.quotes()) {
            Ok(statements) => statements,
            Err(line) => {
                return refuse(format!("has a comment in line {line} that is not closed; write `*/` after it"));
            }
        };
        for statement in &statements {
            if let Some(problem) = problem(*statement, way, dialect.quotes(), migrating) {
                return refuse(format!("has {problem}"));
            }
        }
        let changes_session = statements.iter().any(|statement| (migrating.changes_session)(statement.text));
        Ok(Script { way, statements, changes_session })
    }
}

fn way(text: &str, migrating: &Migrating) -> Result<Way, String> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some((line, found)) = rest.lines().map(str::trim).enumerate().find(|(_, line)| is_known(line)) {
        return Err(format!("has `{found}` in line {}; make it the first line of the file", line + 2));
    }
    match first.trim_end() {
        NO_TRANSACTION if migrating.runs_outside_of_transactions => Ok(Way::NoTransaction),
        NO_TRANSACTION => Err(format!(
            "begins with `{NO_TRANSACTION}`, and every statement of this database can run in a transaction; remove the line"
        )),
        FOREIGN_KEYS_OFF if migrating.foreign_keys.is_some() => Ok(Way::ForeignKeysOff),
        FOREIGN_KEYS_OFF => Err(format!(
            "begins with `{FOREIGN_KEYS_OFF}`, which is for SQLite; remove the line: this database changes tables in place"
        )),
        other if is_instruction(other) => Err(format!(
            "begins with `{other}`, which is not a known directive; write `{NO_TRANSACTION}` or `{FOREIGN_KEYS_OFF}`, \
             or remove the line"
        )),
        _ => Ok(Way::Transaction),
    }
}

fn is_known(line: &str) -> bool {
    line == NO_TRANSACTION || line == FOREIGN_KEYS_OFF
}

/// Whether a line is a directive for this library.
fn is_instruction(line: &str) -> bool {
    let said = line.trim_start().strip_prefix("--").map(str::trim_start);
    said.and_then(|said| said.get(..4)).is_some_and(|word| word.eq_ignore_ascii_case("orm:"))
}

/// What is wrong with a statement, and what to write.
fn problem(statement: Statement<'_>, way: Way, quotes: Quotes, migrating: &Migrating) -> Option<String> {
    let line = statement.line;
    if let Some(word) = transaction_control(statement.text) {
        let why = match way {
            Way::NoTransaction => "the file runs outside of transactions",
            Way::Transaction | Way::ForeignKeysOff => "each file runs in a transaction already",
        };
        return Some(format!("`{word}` in line {line}, and {why}; remove it"));
    }
    let setting = migrating.foreign_keys.as_ref()?.setting;
    let mut words = tokens(statement.text, quotes).filter_map(|token| match token {
        Token::Word(word) => Some(word),
        _ => None,
    });
    let is_pragma = words.next().is_some_and(|word| word.eq_ignore_ascii_case("pragma"));
    let sets = is_pragma && words.take(2).any(|word| word.eq_ignore_ascii_case(setting));
    sets.then(|| {
        format!(
            "`PRAGMA {setting}` in line {line}, which does nothing in a transaction; remove it, and make \
             `{FOREIGN_KEYS_OFF}` the first line of the file if foreign keys are to be off"
        )
    })
}
