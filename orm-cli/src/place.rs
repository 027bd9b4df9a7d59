//! The location of a database: a path of SQLite or a URL of PostgreSQL.

use std::path::Path;

use orm::{Db, Engine, Error, Result};

/// The location of a database: a path of SQLite or a URL of PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file of an SQLite database.
    File(String),
    /// The URL of a PostgreSQL database.
    Url(String),
}

impl Place {
    /// Reads a location: a URL if the text contains `://`, and otherwise a path.
    ///
    /// # Errors
    ///
    /// Returns an error if no supported database has the URL's scheme.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match (path, text.split_once("://")) {
            (Some(path), _) => Ok(Place::File(path.to_owned())),
            (None, None) => Ok(Place::File(text.to_owned())),
            (None, Some(("postgres" | "postgresql", _))) => Ok(Place::Url(text.to_owned())),
            (None, Some((kind, _))) => Err(format!(
                "`{kind}` is not a supported kind of database; write the path of an SQLite file, or a URL \
                 `postgres://..`"
            )),
        }
    }

    /// Opens the database. A file is opened for reading only, and must exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be opened.
    pub fn open(&self) -> Result<Db> {
        match self {
            Place::File(path) => {
                // Nothing reads what a trigger or a foreign key refers to, so the file need not be consistent.
                Db::sqlite().read_only().double_quoted_strings(true).foreign_keys(false).open(path)
            }
            Place::Url(url) => Db::connect(url),
        }
    }

    /// Returns the database system.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Place::File(_) => Engine::Sqlite,
            Place::Url(_) => Engine::Postgres,
        }
    }

    /// Returns a name for users: the name of the file or of the database, without user and password.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Place::File(path) => {
                Path::new(path).file_name().map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned())
            }
            Place::Url(url) => {
                let path = url.split_once("://").map_or(&**url, |(_, rest)| rest);
                let path = path.split(['?', '#']).next().unwrap_or_default();
                path.rsplit_once('/').map_or(path, |(_, name)| name).to_owned()
            }
        }
    }
}

/// Returns an error's text with its causes.
#[must_use]
pub fn explain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_no_password() {
        let place = Place::parse("postgres://ada:secret@localhost:5432/shop?sslmode=require").expect("a URL");
        assert_eq!(place.name(), "shop");
        assert_eq!(Place::parse("sqlite://data/shop.db").expect("a URL"), Place::File("data/shop.db".into()));
        assert_eq!(Place::parse("data/shop.db").expect("a path").name(), "shop.db");
        assert!(Place::parse("mysql://localhost/shop").is_err());
    }
}
