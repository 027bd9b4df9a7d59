//! Models in a folder with one file for each model. An existing file only gets what is new.

mod attributes;
mod existing;
mod merge;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use self::existing::named;
use crate::models::Models;
use crate::names;
use crate::render;

/// The result for one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// What the program did with the file.
    pub done: Done,
    /// Notes for the user to read.
    pub notes: Vec<String>,
}

/// What the program did with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The file did not exist, or was written again.
    Created,
    /// Something was added to the file.
    Changed,
    /// The file contains everything already.
    Kept,
    /// The file exists, and does not contain the model that something is new for.
    Skipped,
}

/// Writes models into a folder. An existing file stays unchanged, except for what is new. `again` replaces it.
///
/// The models have to have the names of [`named`], or the file of a renamed model is skipped.
///
/// # Errors
///
/// Returns an error if a file cannot be read or written, or if it is not valid Rust. Then nothing is written.
pub fn write(models: &Models, folder: &Path, again: bool) -> io::Result<Vec<Written>> {
    let mut plan = Plan { again, files: Vec::new() };
    if !models.types.is_empty() {
        plan.add(folder.join("types.rs"), render::types(&models.types), |text| merge::types(text, models))?;
    }
    for model in &models.models {
        let path = folder.join(format!("{}.rs", names::bare(&model.module)));
        plan.add(path, render::file(model, models), |text| merge::model(text, model, models))?;
    }
    plan.add(folder.join("mod.rs"), render::index(models), |text| merge::index(text, models))?;
    fs::create_dir_all(folder)?;
    for Planned { written, text, is_new } in &plan.files {
        if *is_new {
            fs::write(&written.path, text)?;
        }
    }
    Ok(plan.files.into_iter().map(|file| file.written).collect())
}

/// The files to write.
struct Plan {
    /// Whether existing files are replaced.
    again: bool,
    files: Vec<Planned>,
}

/// A file with its new content.
struct Planned {
    written: Written,
    text: String,
    /// Whether the text differs from the file's.
    is_new: bool,
}

impl Plan {
    /// Adds to a file, which may be planned already.
    fn add(
        &mut self,
        path: PathBuf,
        new: String,
        add: impl FnOnce(&str) -> Result<merge::Merged, syn::Error>,
    ) -> io::Result<()> {
        let planned = self.files.iter().position(|file| file.written.path == path);
        let before = planned.map(|at| self.files.remove(at));
        let old = match &before {
            Some(before) => Some(before.text.clone()),
            None => read(&path)?,
        };
        let (text, notes, is_skipped) = match &old {
            Some(old) if !self.again => {
                let merged = add(old).map_err(|error| about(&path, &error))?;
                (merged.text, merged.notes, merged.is_skipped)
            }
            _ => (new, Vec::new(), false),
        };
        let done = match &old {
            _ if is_skipped => Done::Skipped,
            Some(old) if *old == text => Done::Kept,
            Some(_) if !self.again => Done::Changed,
            _ => Done::Created,
        };
        let is_new = old.as_ref() != Some(&text);
        let mut file = Planned { written: Written { path, done, notes }, text, is_new };
        if let Some(before) = before {
            file.is_new |= before.is_new;
            file.written.follow(before.written);
        }
        self.files.push(file);
        Ok(())
    }
}

impl Written {
    /// Includes what was done with the same file before.
    fn follow(&mut self, before: Written) {
        if self.done == Done::Kept || before.done == Done::Skipped {
            self.done = before.done;
        }
        self.notes.splice(0..0, before.notes);
    }
}

/// The text of a file, if it exists.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(old) => Ok(Some(old)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(about(path, &error)),
    }
}

fn about(path: &Path, error: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
