//! The layers of the two crates: a file imports from the same floor and from lower ones, and imports form no cycle.

#[path = "layers/imports.rs"]
mod imports;
#[path = "layers/made_up.rs"]
mod made_up;
#[path = "layers/rings.rs"]
mod rings;
#[path = "layers/source.rs"]
mod source;

use imports::{Crate, Import};
use rings::rings;

use crate::sources::{name, sources};
use crate::text::read;

/// What each file may import in a crate.
struct Layers {
    /// The folder of its sources.
    root: &'static str,
    /// The modules of each floor, the lowest floor first: ARCHITECTURE.md has the same table. A module includes those
    /// below it. The crate's root is above all floors.
    floors: &'static [&'static [&'static str]],
    /// The imports that only some modules may have: another crate, a module of the standard library, or a module of
    /// this crate.
    reserved: &'static [(&'static str, &'static [&'static str])],
}

const CORE: Layers = Layers {
    root: "orm-core/src/",
    floors: &[
        &["access", "value"],
        &["types"],
        &["schema", "structure"],
        &["ast", "error"],
        &["observe", "row"],
        &["mapped", "sql"],
        &["column", "driver", "live", "loaded"],
        &["expression", "prefetch"],
        &["db"],
        &["asynchronous", "migrate"],
        &["query"],
        &["relation", "select"],
        &["view"],
        &["write"],
        &["model", "raw"],
    ],
    reserved: &[
        ("rusqlite", &["driver::sqlite"]),
        ("tokio_postgres", &["driver::postgres"]),
        ("tokio", &["driver::postgres"]),
        ("driver", &["driver", "db", "write"]),
        ("driver::sqlite", &["driver::sqlite", "db::open"]),
        ("driver::postgres", &["driver::postgres", "db::open"]),
        ("sql::sqlite", &["sql::sqlite", "driver::sqlite"]),
        ("sql::postgres", &["sql::postgres", "driver::postgres"]),
        ("std::fs", &["driver", "migrate::generate", "migrate::read", "migrate::state"]),
        ("std::io", &["driver", "migrate::generate", "migrate::state"]),
    ],
};

const DERIVE: Layers = Layers {
    root: "orm-derive/src/",
    floors: &[
        &["diagnostic", "names", "symbol"],
        &["*::definition", "migrations", "row"],
        &["*::expand", "*::validate", "relation"],
        &["attributes"],
        &["*::parse", "*::fallback"],
        &["column_type", "model", "polymorphic", "view"],
    ],
    // No derive uses another.
    reserved: &[
        ("column_type", &["column_type", "lib"]),
        ("model", &["model", "lib"]),
        ("polymorphic", &["polymorphic", "lib"]),
        ("view", &["view", "lib"]),
    ],
};

#[test]
fn the_runtime_keeps_its_layers() {
    assert_kept(&CORE);
}

#[test]
fn the_derive_keeps_its_layers() {
    assert_kept(&DERIVE);
}

#[test]
fn architecture_has_the_same_floors() {
    let tables = [CORE, DERIVE].map(|layers| {
        let floors = layers.floors.iter().enumerate();
        floors
            .map(|(floor, modules)| (floor + 1, modules.iter().map(ToString::to_string).collect()))
            .collect::<Vec<_>>()
    });
    assert_eq!(read("ARCHITECTURE.md").lines().filter_map(floor).collect::<Vec<_>>(), tables.concat());
}

/// The number and the modules of a floor, from a row of a table such as ``| 1 | `access`, `value` | .. |``.
fn floor(line: &str) -> Option<(usize, Vec<String>)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let number = cells.next()?.parse().ok()?;
    let modules = cells.next()?.split('`').skip(1).step_by(2);
    Some((number, modules.map(ToOwned::to_owned).collect()))
}

fn assert_kept(layers: &Layers) {
    let files = sources(layers.root).into_iter().map(|path| {
        let file = name(&path).strip_prefix(layers.root).expect("a file of the folder").to_owned();
        (file, read(&name(&path)))
    });
    let violations = layers.violations(&Crate::read(files));
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

impl Layers {
    fn violations(&self, sources: &Crate) -> Vec<String> {
        let imports = sources.imports();
        let upward = imports.iter().filter(|import| self.goes_up(import));
        let level = imports.iter().filter(|import| !self.goes_up(import));
        let mut violations = self.stale(sources, &imports);
        violations
            .extend(sources.globs().iter().map(|glob| format!("{}: a glob hides what it imports", self.shown(glob))));
        violations.extend(upward.map(|import| format!("{}, on a higher floor", self.shown(import))));
        violations.extend(
            imports
                .iter()
                .filter(|import| self.trespasses(import))
                .map(|import| format!("{}, which is reserved for other modules", self.shown(import))),
        );
        violations.extend(rings(level).iter().map(|ring| {
            let imports: Vec<String> = ring.iter().map(|import| format!("\n    {}", self.shown(import))).collect();
            format!("{} files import each other:{}", ring.len(), imports.concat())
        }));
        violations
    }

    /// The differences between the tables and the sources.
    fn stale(&self, sources: &Crate, imports: &[Import]) -> Vec<String> {
        let unplaced = sources.files().into_iter().filter(|file| self.floor(file).is_none());
        let unplaced = unplaced.map(|file| format!("{}{file} has no floor", self.root));
        let modules = self.floors.iter().copied().flatten();
        let gone = modules.filter(|module| !sources.files().iter().any(|file| is_in(file, module)));
        let gone = gone.map(|module| format!("`{module}` has a floor, and no file below {}", self.root));
        let unused = self.reserved.iter().filter(|(what, _)| !imports.iter().any(|import| names(import, what)));
        let unused =
            unused.map(|(what, _)| format!("`{what}` is reserved, and nothing below {} imports it", self.root));
        unplaced.chain(gone).chain(unused).collect()
    }

    fn goes_up(&self, import: &Import) -> bool {
        let floors = |to: &String| self.floor(&import.from).zip(self.floor(to));
        import.to.as_ref().and_then(floors).is_some_and(|(from, to)| to > from)
    }

    fn trespasses(&self, import: &Import) -> bool {
        self.reserved
            .iter()
            .any(|(what, users)| names(import, what) && !users.iter().any(|user| is_in(&import.from, user)))
    }

    /// The floor of a file, by the longest module that it is in.
    fn floor(&self, file: &str) -> Option<usize> {
        if file == "lib.rs" {
            return Some(self.floors.len());
        }
        let modules = self
            .floors
            .iter()
            .enumerate()
            .flat_map(|(floor, modules)| modules.iter().map(move |module| (floor, module)));
        let around = modules.filter(|(_, module)| is_in(file, module));
        around.max_by_key(|(_, module)| module.split("::").count()).map(|(floor, _)| floor)
    }

    fn shown(&self, import: &Import) -> String {
        let Import { from, line, path, to } = import;
        let to = to.as_ref().map(|to| format!(" from {}{to}", self.root)).unwrap_or_default();
        format!("{}{from}:{line} imports `{path}`{to}", self.root)
    }
}

/// Whether a file is a module's, or a module's below it. `*` matches any name.
fn is_in(file: &str, module: &str) -> bool {
    let mut segments = file.trim_end_matches(".rs").split('/');
    module.split("::").all(|name| segments.next().is_some_and(|segment| name == "*" || name == segment))
}

fn names(import: &Import, what: &str) -> bool {
    match &import.to {
        Some(to) => is_in(to, what),
        None => import.path.strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")),
    }
}
