//! The place of a database: a file, or memory.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

/// What a pool opens.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A file, which is created if it is missing, or not.
    File {
        path: PathBuf,
        create: bool,
    },
    Memory,
}

impl Place {
    /// A problem that SQLite would not report, or not clearly.
    pub(super) fn problem(&self) -> Option<&'static str> {
        match self {
            // SQLite would open a new temporary database for each connection.
            Place::File { path, .. } if path.as_os_str().is_empty() => Some("the path is empty"),
            Place::File { path, .. } if path.is_dir() => Some("it is a directory"),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File { path, .. } => path.display().fmt(f),
            Place::Memory => f.write_str(":memory:"),
        }
    }
}

/// A path that SQLite always treats as a path: a name that begins with `file:` may be a URI.
pub(super) fn literal(path: &Path) -> Cow<'_, Path> {
    if path.as_os_str().as_encoded_bytes().starts_with(b"file:") {
        Path::new(".").join(path).into()
    } else {
        path.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_never_a_uri() {
        assert_eq!(literal(Path::new("file:x?mode=memory")), Path::new("./file:x?mode=memory"));
        assert_eq!(literal(Path::new("/data/file:x")), Path::new("/data/file:x"));
        assert_eq!(literal(Path::new("x.db")), Path::new("x.db"));
    }
}
