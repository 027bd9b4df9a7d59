//! `migrations!`, which includes the files of a folder in the program.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token};

/// Returns the expansion in a crate whose manifest is in a folder.
pub(crate) fn expand(manifest: Option<&Path>, input: TokenStream) -> TokenStream {
    syn::parse2::<Input>(input).and_then(|input| input.expand(manifest)).unwrap_or_else(syn::Error::into_compile_error)
}

/// `$crate; "migrations/sqlite"`
struct Input {
    krate: Ident,
    folder: LitStr,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = Ident::parse_any(input)?;
        input.parse::<Token![;]>()?;
        let hint = "write the folder of the migrations as a string: `orm::migrations!(\"migrations\")`";
        let at = input.span();
        let folder = input.parse::<LitStr>().map_err(|_| syn::Error::new(at, hint))?;
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() { Ok(Input { krate, folder }) } else { Err(input.error(hint)) }
    }
}

impl Input {
    fn expand(&self, manifest: Option<&Path>) -> syn::Result<TokenStream> {
        let mistake = |message: String| syn::Error::new(self.folder.span(), message);
        let manifest = manifest.ok_or_else(|| {
            mistake("the folder of the manifest is not known; compile with cargo, which sets CARGO_MANIFEST_DIR".into())
        })?;
        let written = self.folder.value();
        let files = files(&manifest.join(&written)).map_err(|problem| mistake(problem.message(&written)))?;
        check_versions(&files).map_err(mistake)?;
        let krate = &self.krate;
        let folder = format!("/{written}");
        let files = files.iter().map(|file| {
            let (name, path) = (&file.name, format!("{folder}/{}", file.below));
            quote!(.file(#name, ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path))))
        });
        Ok(quote! {{
            let migrations = #krate::migrate::Migrations::new() #(#files)*;
            // The compiler does not notice a file that is added later.
            if ::core::cfg!(debug_assertions) {
                migrations.compiled_from(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #folder))
            } else {
                migrations
            }
        }})
    }
}

/// A file in the folder.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct File {
    version: i64,
    name: String,
    /// The path below the folder, with `/` on every system.
    below: String,
}

/// The reason why a folder cannot be used.
enum Problem {
    Missing(String),
    Misnamed(String),
    Rust(String),
}

impl Problem {
    fn message(&self, folder: &str) -> String {
        match self {
            Problem::Missing(why) => format!(
                "the folder `{folder}` cannot be read ({why}); write its path as it is from the folder of `Cargo.toml`"
            ),
            Problem::Misnamed(file) => format!(
                "`{file}` is not named like a migration; write `V1__create_students.sql`: a `V`, the version as a number, two \
                 underscores, a name of letters, digits and underscores, and `.sql`"
            ),
            Problem::Rust(file) => format!(
                "`{file}` is a migration of refinery written in Rust, which is not read; give its function to `Migrations::step`, \
                 and move the file out of the folder"
            ),
        }
    }
}

/// Returns the migrations in a folder and its subfolders, by version.
fn files(folder: &Path) -> Result<Vec<File>, Problem> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, below)) = folders.pop() {
        let missing = |error: std::io::Error| Problem::Missing(error.kind().to_string());
        for entry in fs::read_dir(&folder).map_err(missing)? {
            let path: PathBuf = entry.map_err(missing)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let below = format!("{below}{name}");
            if path.is_dir() && !path.is_symlink() {
                folders.push((path, format!("{below}/")));
                continue;
            }
            let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
            match (version(stem), extension) {
                (Some(version), "sql") => found.push(File { version, name, below }),
                (Some(_), "rs") => return Err(Problem::Rust(below)),
                (None, extension) if !extension.eq_ignore_ascii_case("sql") => {}
                _ => return Err(Problem::Misnamed(below)),
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the version in a file name without its extension, such as `V1__create_students`.
fn version(stem: &str) -> Option<i64> {
    let (version, name) = stem.strip_prefix(['V', 'U'])?.split_once("__")?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    version.parse().ok().filter(|_| is_number && is_name)
}

fn check_versions(files: &[File]) -> Result<(), String> {
    let Some(pair) = files.windows(2).find(|pair| pair[0].version == pair[1].version) else { return Ok(()) };
    let next = files.last().map_or(0, |file| file.version).saturating_add(1);
    let renamed = pair[1].name.split_once("__").map_or("", |(_, name)| name);
    Err(format!(
        "`{}` and `{}` have the same version; rename the one that was written last to `V{next}__{renamed}`",
        pair[0].below, pair[1].below
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(folder: &str) -> String {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/migrate");
        expand(Some(&manifest), quote!(orm; #folder)).to_string()
    }

    #[test]
    fn files_become_part_of_the_program_by_version() {
        let code = expanded("compiled");
        let at = |text: &str| code.find(text).unwrap_or_else(|| panic!("{text} is not in {code}"));
        assert!(at("\"/compiled/V2__slugs.sql\"") < at("\"/compiled/later/V10__index.sql\""));
        assert_eq!(code.matches("include_str").count(), 3);
    }

    #[test]
    fn mistakes_are_told_with_what_to_write() {
        for (folder, message) in [
            (
                "nowhere",
                "the folder `nowhere` cannot be read (entity not found); write its path as it is from the folder of `Cargo.toml`",
            ),
            ("mistakes/name", "`v2__b.sql` is not named like a migration; write `V1__create_students.sql`"),
            ("mistakes/rust", "`V2__fill.rs` is a migration of refinery written in Rust"),
            (
                "mistakes/versions",
                "`V02__b.sql` and `V2__a.sql` have the same version; rename the one that was written last to `V4__a.sql`",
            ),
        ] {
            let code = expanded(folder);
            assert!(code.contains("compile_error"), "{folder}: {code}");
            let plain = code.replace("\\\"", "\"");
            assert!(plain.contains(message), "{folder}: {plain}");
        }
    }
}
