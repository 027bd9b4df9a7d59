//! The migration history: the table of the database that lists applied migrations. It is refinery's.

use super::step::{Step, Width};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::observe::StatementKind;
use crate::row::Tuples;
use crate::sql::Migrating;
use crate::value::{Date, DateTime, Time, Timestamp};

/// The applied migrations according to the database.
#[derive(Debug)]
pub(super) struct History {
    /// The quoted name of its table, with the schema.
    pub(super) table: String,
    /// Whether the table exists.
    exists: bool,
    /// By version.
    pub(super) rows: Vec<Row>,
}

/// A migration that was applied.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) applied_on: String,
    checksum: String,
}

impl History {
    /// Reads the history. It is empty if its table does not exist yet.
    pub(super) fn read(session: &mut Session<'_>, migrating: &Migrating) -> Result<Self> {
        let mut places = Tuples::<(Option<String>, bool)>(Vec::new());
        session.look_up(migrating.history, &[], &mut places)?;
        let Some((Some(table), exists)) = places.0.pop() else {
            return Err(Error::migration(
                "the migration history cannot be created, because no schema of the connection's `search_path` exists; \
                 create one",
            ));
        };
        let mut rows = Vec::new();
        if exists {
            let text = format!("SELECT version, name, applied_on, checksum FROM {table} ORDER BY version");
            let mut found = Tuples::<(i64, String, String, String)>(Vec::new());
            session.look_up(&text, &[], &mut found)?;
            let row = |(version, name, applied_on, checksum)| Row { version, name, applied_on, checksum };
            rows.extend(found.0.into_iter().map(row));
        }
        Ok(History { table, exists, rows })
    }

    /// Records that a step was applied. The table is created if it is missing.
    pub(super) fn note(&self, step: &Step, width: Width, session: &mut Session<'_>) -> Result<()> {
        let table = &self.table;
        if !self.exists {
            let version = match width {
                Width::Narrow => "int4",
                Width::Wide => "int8",
            };
            let create = format!(
                "CREATE TABLE IF NOT EXISTS {table}(version {version} PRIMARY KEY, name VARCHAR(255), \
                 applied_on VARCHAR(255), checksum VARCHAR(255))"
            );
            session.batch(StatementKind::Schema, &create)?;
        }
        // A name consists of letters, digits and underscores, so nothing needs to be bound.
        let Step { version, name, .. } = step;
        let (now, checksum) = (rfc_3339(Timestamp::now()), step.checksum(width));
        let insert = format!(
            "INSERT INTO {table} (version, name, applied_on, checksum) VALUES ({version}, '{name}', '{now}', '{checksum}')"
        );
        session.batch(StatementKind::Schema, &insert)
    }

    /// The width of versions in its checksums, and in the checksums of some steps.
    pub(super) fn width(&self, steps: &[Step]) -> Width {
        let is_great = steps.iter().any(|step| i32::try_from(step.version).is_err());
        let is_wide = |step: &Step| self.row(step.version).is_some_and(|row| row.is_of(step, Width::Wide));
        if is_great || steps.iter().any(is_wide) { Width::Wide } else { Width::Narrow }
    }

    /// The row of a version.
    pub(super) fn row(&self, version: i64) -> Option<&Row> {
        self.rows.iter().find(|row| row.version == version)
    }

    /// The greatest version.
    pub(super) fn last(&self) -> Option<&Row> {
        self.rows.last()
    }
}

impl Row {
    /// Whether a step is the applied one.
    pub(super) fn is_same(&self, step: &Step) -> bool {
        self.is_of(step, Width::Narrow) || self.is_of(step, Width::Wide)
    }

    fn is_of(&self, step: &Step, width: Width) -> bool {
        self.name == step.name && self.checksum == step.checksum(width).to_string()
    }

    /// When it was applied.
    pub(super) fn applied_on(&self) -> Result<Timestamp> {
        parse(&self.applied_on).ok_or_else(|| {
            Error::migration(format!(
                "the migration history has no valid time for version {}: `{}` is not like `2026-11-30T04:15:00Z`; \
                 correct `applied_on` in `refinery_schema_history`",
                self.version, self.applied_on
            ))
        })
    }
}

/// A time in RFC 3339, in UTC.
fn rfc_3339(moment: Timestamp) -> String {
    // A system clock beyond the year 9999 is wrong, and refinery would not accept it either.
    moment.text().unwrap_or_else(|_| "1970-01-01 00:00:00".to_owned()).replace(' ', "T") + "Z"
}

/// Parses a time in RFC 3339: `2026-11-30T04:15:00.25Z`, `2026-11-30T06:15:00+02:00`.
fn parse(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = rest.split_at(at);
    let local = DateTime::of(Date::parse(date)?, Time::parse(time)?);
    let seconds = match offset {
        "Z" | "z" => 0,
        _ => {
            #[expect(clippy::cast_possible_wrap, reason = "less than a day")]
            let ahead = (Time::parse(offset.get(1..)?)?.nanoseconds() / 1_000_000_000) as i64;
            if offset.starts_with('-') { -ahead } else { ahead }
        }
    };
    DateTime::new(local.seconds() - seconds, local.nanoseconds()).map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_rfc_3339() {
        let at = |seconds, nanoseconds| DateTime::new(seconds, nanoseconds).map(Timestamp);
        assert_eq!(parse("1970-01-02T00:00:01Z"), at(86_401, 0));
        assert_eq!(parse("1970-01-02T00:00:01.25+00:00"), at(86_401, 250_000_000));
        assert_eq!(parse("1970-01-02T02:00:00.123456789+02:00"), at(86_400, 123_456_789));
        assert_eq!(parse("1970-01-01T22:30:00-01:30"), at(86_400, 0));
        for other in ["", "1970-01-02", "1970-01-02T00:00:01", "1970-01-02T00:00:01+2", "soon"] {
            assert_eq!(parse(other), None, "{other}");
        }
        let moment = at(86_401, 5_000).unwrap();
        assert_eq!(rfc_3339(moment), "1970-01-02T00:00:01.000005Z");
        assert_eq!(parse(&rfc_3339(moment)), Some(moment));
    }
}
