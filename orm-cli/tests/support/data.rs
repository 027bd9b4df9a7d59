//! Data that is not part of the project.

use std::path::PathBuf;

/// Returns the path of a file in the folder that `ORM_TEST_CHINOOK` names, if the file exists.
pub(crate) fn path(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("ORM_TEST_CHINOOK").map(PathBuf::from);
    let path = folder.map(|folder| folder.join(file)).filter(|path| path.exists());
    if path.is_none() {
        eprintln!("ORM_TEST_CHINOOK names no folder with {file}: nothing is compared");
    }
    path
}
