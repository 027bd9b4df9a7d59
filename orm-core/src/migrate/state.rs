//! The file `schema.json`: the structure that the files of a folder create.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::kinds::Kinds;
use crate::error::{Error, Result};
use crate::structure::Schema;

const FILE: &str = "schema.json";

/// The contents of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// The last file. If two branches both add one, this line conflicts.
    pub(super) migration: String,
    /// The structure that the files create.
    pub(super) schema: Schema,
    /// The kinds of the columns; files of older versions have none.
    #[serde(default, skip_serializing_if = "Kinds::is_empty")]
    pub(super) kinds: Kinds,
}

impl State {
    /// Reads the file of a folder. Returns `None` if the folder has no such file.
    pub(super) fn read(folder: &Path) -> Result<Option<State>> {
        let path = path(folder);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&path, &error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            Error::migration(format!(
                "`{}` cannot be read: {error}; after a merge, take one side of it, and write the migration of the other side again",
                path.display()
            ))
        })
    }

    /// Writes the file.
    pub(super) fn write(&self, folder: &Path) -> Result<PathBuf> {
        let path = path(folder);
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::migration(error.to_string()))?;
        fs::write(&path, text + "\n").map_err(|error| unwritable(&path, &error))?;
        Ok(path)
    }
}

/// The error of a file that cannot be written.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::migration(format!("`{}` cannot be written: {error}", path.display()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::migration(format!("`{}` cannot be read: {error}", path.display()))
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}
