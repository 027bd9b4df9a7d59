//! Generated models that are compiled into other tests. Generating them again must write the same files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use orm::{Db, Engine};
use orm_cli::files;
use orm_cli::models::{Models, Wanted};
use orm_cli::source::Source;

use crate::relations;

/// Generates models again, and compares them with those that the tests were compiled with, together with the comparison of
/// their relations. `OVERWRITE=golden` writes them again.
pub(crate) fn compare(db: &Db, engine: Engine, name: &str, wanted: &Wanted) -> Models {
    let source = Source::read(db, engine, name.to_owned(), |_| ()).expect("the database is read");
    let models = Models::of(&source, wanted);
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join(name);
    files::write(&models, &out, false).expect("the files are written");
    let joins = relations::text(&models, name);
    let (kept, kept_joins) = (tests().join("models").join(name), tests().join("joins").join(format!("{name}.rs")));
    if std::env::var("OVERWRITE").is_ok_and(|what| what == "golden") {
        let _ = fs::remove_dir_all(&kept);
        fs::create_dir_all(&kept).expect("the folder is created");
        for (file, text) in read(&out) {
            fs::write(kept.join(file), text).expect("the file is written");
        }
        fs::write(&kept_joins, &joins).expect("the file is written");
    }
    same(&joins, &fs::read_to_string(&kept_joins).expect("the file is read"), &format!("joins/{name}.rs"));
    let (new, old) = (read(&out), read(&kept));
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&new), names(&old), "the files of {name}");
    for (file, text) in new {
        same(&text, &old[&file], &format!("{name}/{file}"));
    }
    models
}

/// Compares two texts, and shows the first line that differs.
fn same(new: &str, old: &str, file: &str) {
    let differing = new.lines().zip(old.lines()).find(|(new, old)| new != old);
    assert_eq!(differing, None, "{file}");
    assert_eq!(new.lines().count(), old.lines().count(), "lines of {file}");
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("a file is read"))
        })
        .collect()
}
