//! The imports of a crate's files: paths are followed through re-exports to the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Module, Path, Use, modules};

/// The modules of a crate by their paths.
pub(super) struct Crate {
    modules: BTreeMap<Path, Module>,
}

/// One file that imports from another, or from another crate.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) from: String,
    pub(super) line: usize,
    /// The path as written.
    pub(super) path: String,
    /// The file that defines the item; `None` in another crate.
    pub(super) to: Option<String>,
}

impl Crate {
    /// Reads files, which are named from the root of the crate's sources: `sql/held.rs`.
    pub(super) fn read(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter().filter(|(file, _)| !is_test(file));
        let modules = files.flat_map(|(file, text)| modules(module_of(&file), &file, &text));
        Self { modules: modules.map(|module| (module.path.clone(), module)).collect() }
    }

    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.modules.values().map(|module| module.file.as_str()).collect()
    }

    /// All imports, in the order of files and lines.
    pub(super) fn imports(&self) -> Vec<Import> {
        let mut imports: Vec<Import> = self.modules.values().flat_map(|module| self.imports_of(module)).collect();
        imports.retain(|import| import.to.as_ref() != Some(&import.from));
        imports.sort_by(|one, other| (&one.from, one.line).cmp(&(&other.from, other.line)));
        imports
    }

    /// The globs that import whole modules, of which the names are unknown.
    pub(super) fn globs(&self) -> Vec<Import> {
        let uses = self.modules.values().flat_map(|module| module.uses.iter().map(move |leaf| (module, leaf)));
        let globs = uses.filter(|(module, leaf)| {
            let target = leaf.path.strip_suffix(&["*".to_owned()]).and_then(|path| self.absolute(module, path));
            target.is_some_and(|target| self.modules.contains_key(&target))
        });
        globs.map(|(module, leaf)| self.import(module, &leaf.path, leaf.line)).collect()
    }

    fn imports_of(&self, module: &Module) -> Vec<Import> {
        let (shown, uses): (Vec<&Use>, Vec<&Use>) = module.uses.iter().partition(|leaf| self.shows(module, leaf));
        let uses: Vec<Import> = uses.iter().map(|leaf| self.import(module, &leaf.path, leaf.line)).collect();
        let paths = module.paths.iter().filter(|(path, _)| !shown.iter().any(|leaf| leaf.name == path[0]));
        let paths = paths.map(|(path, line)| self.import(module, path, *line));
        // A path in code that begins with an imported name adds nothing.
        let known = |import: &Import| import.to.is_some() && uses.iter().any(|other| other.to == import.to);
        let paths: Vec<Import> = paths.filter(|import| !known(import)).collect();
        [uses, paths].concat()
    }

    fn import(&self, module: &Module, path: &[String], line: usize) -> Import {
        let absolute = self.absolute(module, path.strip_suffix(&["*".to_owned()]).unwrap_or(path));
        let to = absolute.and_then(|path| self.definition(&path, MOST_REEXPORTS)).map(|module| module.file.clone());
        Import { from: module.file.clone(), line, path: path.join("::"), to }
    }

    /// Whether a module re-exports the items of a module below it. Such a re-export does not count as an import.
    fn shows(&self, module: &Module, leaf: &Use) -> bool {
        let target = self.absolute(module, &leaf.path).and_then(|path| self.definition(&path, MOST_REEXPORTS));
        let below = target.is_some_and(|target| target.path.starts_with(&module.path));
        leaf.public && below
    }

    /// A path from the root of the crate; `None` for one that leads into another crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Path> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([&module.path, rest].concat()),
            "super" => {
                let ups = path.iter().take_while(|segment| *segment == "super").count();
                let above = module.path.len().checked_sub(ups)?;
                Some([&module.path[..above], &path[ups..]].concat())
            }
            name => {
                let here = self.modules.contains_key(&child(module, name)) || imported(module, name).is_some();
                here.then(|| [&module.path, path].concat())
            }
        }
    }

    /// Returns the module that defines the item at a path; `None` for another crate.
    fn definition(&self, path: &[String], reexports: usize) -> Option<&Module> {
        let mut module = self.modules.get(&Path::new())?;
        for (at, name) in path.iter().enumerate() {
            let below = self.modules.get(&child(module, name));
            // The last name of a path is an item if a module has an item and a module with this name.
            let is_last = at + 1 == path.len();
            match (below, imported(module, name)) {
                (Some(below), import) if !is_last || import.is_none() => module = below,
                (_, Some(import)) if reexports > 0 => {
                    let target = [self.absolute(module, &import.path)?.as_slice(), &path[at + 1..]].concat();
                    return self.definition(&target, reexports - 1);
                }
                _ if module.path.is_empty() => return self.exported_macro(name).or(Some(module)),
                _ => return Some(module),
            }
        }
        Some(module)
    }

    fn exported_macro(&self, name: &String) -> Option<&Module> {
        self.modules.values().find(|module| module.macros.contains(name))
    }
}

/// More re-exports of a name than any code has: a name that is imported from itself ends here.
const MOST_REEXPORTS: usize = 16;

/// Returns what a module imports under a name. A path with one segment is a macro in the same file.
fn imported<'a>(module: &'a Module, name: &str) -> Option<&'a Use> {
    module.uses.iter().find(|leaf| leaf.name == name && leaf.path.len() > 1)
}

fn child(module: &Module, name: &str) -> Path {
    module.path.iter().cloned().chain([name.to_owned()]).collect()
}

/// Returns the module of a file: the root for `lib.rs`.
fn module_of(file: &str) -> Path {
    let path = file.trim_end_matches(".rs").split('/').map(ToOwned::to_owned);
    path.filter(|segment| segment != "lib" && segment != "mod").collect()
}

fn is_test(file: &str) -> bool {
    file.split('/').any(|segment| segment == "tests" || segment == "tests.rs")
}
