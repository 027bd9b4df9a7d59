//! The models that a folder contains already.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use orm::structure::Name;
use syn::{Item, ItemStruct};

use super::attributes::said;
use crate::models::Named;
use crate::names;

/// Returns the models of a folder that name their tables. The user may have given them, and their files, other names.
///
/// # Errors
///
/// Returns an error if a file cannot be read.
pub fn named(folder: &Path) -> io::Result<Vec<Named>> {
    let mut named = Vec::new();
    for path in modules(folder)? {
        let module = names::identifier(&path.file_stem().unwrap_or_default().to_string_lossy());
        // `write` reports a file that is not valid Rust, if it is needed.
        let Ok(file) = syn::parse_file(&fs::read_to_string(&path)?) else { continue };
        let structs =
            file.items.iter().filter_map(|item| if let Item::Struct(item) = item { Some(item) } else { None });
        named.extend(structs.filter_map(|item| {
            let (table, name) = (table(item)?, item.ident.to_string());
            Some(Named { table, name, module: module.clone() })
        }));
    }
    Ok(named)
}

/// The files of the folder's modules, by name.
fn modules(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("mod.rs"));
    paths.sort();
    Ok(paths)
}

/// The table that a struct names.
fn table(item: &ItemStruct) -> Option<Name> {
    let schema = said(&item.attrs, "schema");
    Some(Name { schema, name: said(&item.attrs, "table")? })
}
