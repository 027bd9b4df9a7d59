//! The names of migration files, as in refinery: `V1__create_students.sql`.

/// A parsed file name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileName {
    pub(super) version: i64,
    pub(super) name: String,
    /// The whole name of the file.
    pub(super) file: String,
    /// Whether it may be applied after files with greater versions: `U` in place of `V`.
    pub(super) out_of_order: bool,
}

/// The kind of a file in the folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum File {
    Migration(FileName),
    /// A file that is not a migration.
    Other,
    /// A file that looks like a migration, with a malformed name.
    Misnamed,
    /// A migration of refinery that is written in Rust.
    Rust,
}

impl File {
    /// The kind of a file with this name.
    pub(super) fn of(file: &str) -> Self {
        let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
        let name = parse(stem, file);
        match (name, extension) {
            (Some(name), "sql") => File::Migration(name),
            (Some(_), "rs") => File::Rust,
            (None, extension) if !extension.eq_ignore_ascii_case("sql") => File::Other,
            _ => File::Misnamed,
        }
    }
}

/// Whether a file name can contain this name of a migration.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn parse(stem: &str, file: &str) -> Option<FileName> {
    let out_of_order = stem.starts_with('U');
    let (version, name) = stem.strip_prefix(['V', 'U'])?.split_once("__")?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let version = version.parse().ok().filter(|_| is_number && is_name(name))?;
    Some(FileName { version, name: name.to_owned(), file: file.to_owned(), out_of_order })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_refinery() {
        for (file, version, name, out_of_order) in [
            ("V1__create_students.sql", 1, "create_students", false),
            ("U02__größe.sql", 2, "größe", true),
            ("V20261130034022___x.sql", 20_261_130_034_022, "_x", false),
        ] {
            let name = FileName { version, name: name.to_owned(), file: file.to_owned(), out_of_order };
            assert_eq!(File::of(file), File::Migration(name));
        }
        assert_eq!(File::of("V3__fill.rs"), File::Rust);
        for other in ["README.md", "mod.rs", ".gitkeep", "schema.json"] {
            assert_eq!(File::of(other), File::Other, "{other}");
        }
        for misnamed in ["1_a.sql", "v1__a.sql", "V1_a.sql", "V1__.sql", "V1__a-b.sql", "V__a.sql", "V1.2__a.sql"] {
            assert_eq!(File::of(misnamed), File::Misnamed, "{misnamed}");
        }
        for misnamed in
            ["V1__a.SQL", "V99999999999999999999__a.sql", "V-1__a.sql", "V+1__a.sql", "V1__a.sql.sql", "V1__a.txt"]
        {
            assert_eq!(File::of(misnamed), File::Misnamed, "{misnamed}");
        }
    }
}
