//! The source files of the project.

use std::fs;
use std::path::{Path, PathBuf};

use crate::text::root;

/// Returns the Rust files below a folder.
pub(crate) fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry of the folder").path();
            if path.is_dir() {
                // A separate package has its own folder for cargo's output, which contains generated sources.
                if !path.ends_with("target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path from the root of the project, with `/` on every system.
pub(crate) fn name(file: &Path) -> String {
    let relative = file.strip_prefix(root()).expect("a file of the project");
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
