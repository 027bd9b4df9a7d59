//! The errors of migrations that failed: the file, the place in it, and what happened to its changes.

use std::fmt::Write as _;

use super::objects::Object;
use super::step::Step;
use crate::error::{Constraint, Error};
use crate::sql::Statement;
use crate::sql::tokens::{Quotes, Token, tokens};

/// The number of characters of a statement that an error shows.
const SHOWN: usize = 160;

/// A statement that failed in its transaction.
pub(super) fn of_statement(error: Error, step: &Step, statement: Statement<'_>) -> Error {
    let before = format!("migration `{}` failed in line {}: ", step.label(), statement.line);
    let wait = if error.is_busy() {
        "; the statement waited too long for a lock: try again when the table is less busy, or raise \
         `Migrations::lock_timeout`"
    } else {
        ""
    };
    let nulls = nulls(&error, statement.text).unwrap_or_default();
    let after = format!("{nulls}; the statement is `{}`; the file was rolled back{wait}", excerpt(statement));
    error.of_raw_sql().of_migration(before, after)
}

/// A function that failed.
pub(super) fn of_function(error: Error, step: &Step) -> Error {
    error.of_migration(format!("migration {} failed: ", step.label()), "; its changes were rolled back".to_owned())
}

/// A transaction that could not be committed.
pub(super) fn of_commit(error: Error, step: &Step) -> Error {
    let became = if error.is_outcome_unknown() { "" } else { "; it was rolled back" };
    error.of_migration(format!("migration `{}` could not be committed: ", step.label()), became.to_owned())
}

/// Foreign keys that cannot be checked, for example because one refers to columns that are not a unique key.
pub(super) fn of_check(error: Error, step: &Step) -> Error {
    let before = format!("the foreign keys cannot be checked for migration `{}`: ", step.label());
    error.of_migration(before, "; the file was rolled back".to_owned())
}

/// Rows that refer to missing rows after foreign keys were off.
pub(super) fn of_foreign_keys(step: &Step, violations: &str) -> Error {
    Error::migration(format!(
        "migration `{}` leaves rows that refer to rows which do not exist: {violations}; the file was rolled back; delete or \
         change these rows in it",
        step.label()
    ))
}

/// Indexes and triggers that were dropped with their table.
pub(super) fn of_objects(step: &Step, lost: &[&Object]) -> Error {
    let mut message = format!(
        "migration `{}` drops with a table what it does not create again; the file was rolled back; write each of these at its end, \
         or drop it in the file by name, such as `DROP {} \"{}\";`:",
        step.label(),
        lost.first().map_or_else(String::new, |object| object.kind.to_uppercase()),
        lost.first().map_or("", |object| &object.name),
    );
    for object in lost {
        let _ = write!(message, "\n- {} `{}` of `{}`", object.kind, object.name, object.table);
        if object.kind == "index" {
            let _ = write!(message, ": `{}`", object.sql);
        }
    }
    Error::migration(message)
}

/// A view or a trigger that cannot be used after a file.
pub(super) fn of_broken(step: &Step, problem: &str) -> Error {
    Error::migration(format!(
        "after migration `{}` something of the database would not work: {problem}; the file was rolled back",
        step.label()
    ))
}

/// A trigger that cannot be used after a file; some of these.
pub(super) fn of_trigger(step: &Step, table: &str, triggers: &[&Object], error: &Error) -> Error {
    let names: Vec<String> = triggers.iter().map(|trigger| format!("`{}`", trigger.name)).collect();
    let trigger = match &names[..] {
        [] => format!("a trigger of `{table}`"),
        [name] => format!("the trigger {name}"),
        names => format!("one of the triggers {}", names.join(", ")),
    };
    let problem = match error.column() {
        Some(column) => format!("uses the column `{column}`"),
        None => format!("cannot be compiled ({error})"),
    };
    of_broken(
        step,
        &format!("{trigger} {problem}; drop the trigger first, and create it again afterwards if you need it"),
    )
}

/// A statement that failed outside of a transaction, after some others were run.
pub(super) fn outside(error: Error, step: &Step, statements: &[Statement<'_>], done: usize) -> Error {
    let number = statements.len();
    let line = statements.get(done).map_or(1, |statement| statement.line);
    let before = format!("migration `{}` failed in line {line}, statement {} of {number}: ", step.label(), done + 1);
    let (run, rest) = statements.split_at(done);
    let mut after = "; it runs outside of a transaction, so nothing was rolled back".to_owned();
    let _ = write!(after, "; done: {}; not done: {}", listed(run), listed(rest));
    after.push_str(
        "; the file counts as not applied and will run from its beginning: revert what is done, or write the file so that it can \
         run again. A `CREATE INDEX CONCURRENTLY` that failed leaves an invalid index, which has to be dropped",
    );
    error.of_raw_sql().of_migration(before, after)
}

/// A file whose statements all ran, but that could not be recorded.
pub(super) fn of_note(error: Error, step: &Step) -> Error {
    let before = format!("all statements of migration `{}` ran, but the history could not record it: ", step.label());
    error.of_migration(before, "; it counts as not applied and will run again from its beginning".to_owned())
}

/// What is `NULL` where a column becomes required: databases report a constraint that has no name, or one of the
/// migration.
fn nulls(error: &Error, statement: &str) -> Option<String> {
    error.constraint()?;
    let words: Vec<&str> = tokens(statement, Quotes::Lenient).map(Token::text).collect();
    let name = |word: &str| word.trim_matches('"').to_owned();
    let is = |word: &&str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    // `ALTER TABLE "members" ..`, or the table in front of the column in an error: `members__new.phone`.
    let table = |words: &[&str]| {
        words.iter().take_while(|word| !is(word, "alter") && !is(word, "validate")).last().map(|word| name(word))
    };
    let (table, column) = match &words[..] {
        [alter, of, rest @ ..] if is(alter, "alter") && is(of, "table") => {
            let at = rest.iter().position(|word| is(word, "column") || is(word, "constraint"))?;
            let column = name(rest.get(at + 1)?);
            let set: Vec<String> = rest[at + 2..].iter().take(3).map(|word| word.to_lowercase()).collect();
            let column = match &*rest[at].to_lowercase() {
                "column" if set == ["set", "not", "null"] => column,
                "constraint" => column.strip_suffix("__not_null")?.to_owned(),
                _ => return None,
            };
            (table(rest)?, column)
        }
        _ if error.constraint() == Some(Constraint::NotNull) => {
            let (table, column) = error.constraint_name()?.rsplit_once('.')?;
            (table.strip_suffix("__new")?.to_owned(), column.to_owned())
        }
        _ => return None,
    };
    Some(format!(": `{table}.{column}` is NULL in some rows; give them a value first"))
}

fn listed(statements: &[Statement<'_>]) -> String {
    if statements.is_empty() {
        return "nothing".to_owned();
    }
    let listed: Vec<String> =
        statements.iter().map(|statement| format!("line {} `{}`", statement.line, excerpt(*statement))).collect();
    listed.join(", ")
}

/// The beginning of a statement on one line.
fn excerpt(statement: Statement<'_>) -> String {
    let words: Vec<&str> = statement.text.trim_end_matches(';').split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}
