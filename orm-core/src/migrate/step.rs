//! One migration: a file of SQL, or a function.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use siphasher::sip::SipHasher13;

use super::name::FileName;
use crate::db::Transaction;
use crate::error::Result;

/// A migration.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) version: i64,
    pub(super) name: String,
    /// Whether it may be applied after steps with greater versions.
    pub(super) out_of_order: bool,
    pub(super) work: Work,
}

/// What a step does.
#[derive(Clone)]
pub(super) enum Work {
    /// The statements of a file with this name.
    Sql {
        file: String,
        sql: Cow<'static, str>,
    },
    Function(Function),
}

pub(super) type Function = Arc<dyn Fn(&Transaction<'_>) -> Result<()> + Send + Sync>;

impl Step {
    /// The step of a file.
    pub(super) fn of_file(name: FileName, sql: Cow<'static, str>) -> Self {
        let FileName { version, name, file, out_of_order } = name;
        Step { version, name, out_of_order, work: Work::Sql { file, sql } }
    }

    /// The step of a function.
    pub(super) fn of_function(version: i64, name: String, function: Function) -> Self {
        Step { version, name, out_of_order: false, work: Work::Function(function) }
    }

    /// The file name, or a name that represents the function.
    pub(super) fn label(&self) -> String {
        match &self.work {
            Work::Sql { file, .. } => file.clone(),
            Work::Function(_) => format!("{} (a function)", shown(self.version, &self.name)),
        }
    }

    /// The name that its file would have with another version.
    pub(super) fn file_with_version(&self, version: i64) -> String {
        format!("{}{version}__{}.sql", if self.out_of_order { 'U' } else { 'V' }, self.name)
    }

    /// The text of its file; empty for a function.
    pub(super) fn sql(&self) -> &str {
        match &self.work {
            Work::Sql { sql, .. } => sql,
            Work::Function(_) => "",
        }
    }

    /// The checksum that refinery computes for it, which depends on the width of versions.
    pub(super) fn checksum(&self, width: Width) -> u64 {
        let mut hasher = SipHasher13::new();
        self.name.hash(&mut hasher);
        match (width, i32::try_from(self.version)) {
            (Width::Narrow, Ok(version)) => version.hash(&mut hasher),
            _ => self.version.hash(&mut hasher),
        }
        self.sql().hash(&mut hasher);
        hasher.finish()
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

/// The label of a migration whose file may be missing.
pub(super) fn shown(version: i64, name: &str) -> String {
    format!("V{version}__{name}")
}

/// The number of bits of a version in refinery: 32, or 64 with its feature `int8-versions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Narrow,
    Wide,
}

#[cfg(test)]
mod tests {
    use super::super::name::File;
    use super::*;

    #[test]
    fn a_function_has_the_checksum_of_an_empty_file() {
        let function = Step::of_function(7, "fill_slugs".to_owned(), Arc::new(|_| Ok(())));
        let File::Migration(name) = File::of("V7__fill_slugs.sql") else { panic!("it is a migration") };
        let file = Step::of_file(name, Cow::Borrowed(""));
        assert_eq!(function.checksum(Width::Narrow), file.checksum(Width::Narrow));
        assert_ne!(function.checksum(Width::Narrow), function.checksum(Width::Wide));
    }
}
