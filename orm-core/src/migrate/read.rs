//! Reading the files of a folder and its subfolders, as refinery does.

use std::borrow::Cow;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use super::name::File;
use super::step::Step;
use crate::error::{Error, Result};

/// The migrations in a folder, sorted by the names of their files.
pub(super) fn read(folder: &Path) -> Result<Vec<Step>> {
    files(folder)?
        .into_iter()
        .map(|(path, file)| {
            let sql = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            Ok(Step::of_file(file, Cow::Owned(sql)))
        })
        .collect()
}

/// The names of the migrations in a folder; empty if the folder does not exist.
pub(super) fn labels(folder: &Path) -> Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    Ok(files(folder)?.into_iter().map(|(_, name)| Step::of_file(name, Cow::Borrowed("")).label()).collect())
}

fn files(folder: &Path) -> Result<Vec<(PathBuf, super::name::FileName)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            match File::of(&name) {
                File::Migration(name) => found.push((path, name)),
                File::Other => {}
                File::Misnamed => return Err(misnamed(&path)),
                File::Rust => return Err(rust(&path)),
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The error of a file that looks like a migration, with a malformed name.
pub(super) fn misnamed(path: &Path) -> Error {
    Error::migration(format!(
        "`{}` is not named like a migration; write `V1__create_students.sql`: a `V`, the version as a number, two underscores, \
         a name of letters, digits and underscores, and `.sql`",
        path.display()
    ))
}

fn rust(path: &Path) -> Error {
    Error::migration(format!(
        "`{}` is a migration of refinery written in Rust, which is not read; give its function to `Migrations::step`, and move \
         the file out of the folder",
        path.display()
    ))
}

fn unreadable(path: &Path, error: &impl Display) -> Error {
    Error::migration(format!("migrations cannot be read from `{}`: {error}", path.display()))
}
