//! Tests the check of the layers with small crates: each kind of violation is found, with its file and line.

use super::{Crate, Layers};

const LAYERS: Layers = Layers {
    root: "src/",
    floors: &[&["value"], &["sql", "types"], &["query"]],
    reserved: &[("std::fs", &["query::load"]), ("query::load", &["query"])],
};

/// Returns the violations of a crate whose other files are correct.
fn violations(files: &[(&str, &str)]) -> Vec<String> {
    let right = [
        ("lib.rs", "pub mod query; pub mod sql; pub mod types; pub mod value;"),
        ("value.rs", "pub struct Value;"),
        ("types.rs", "use crate::value::Value;"),
        ("sql.rs", "mod held; pub use held::Held; use crate::types;"),
        ("sql/held.rs", "use std::fmt; pub struct Held;"),
        ("query.rs", "mod load; use load::Load; use crate::sql::Held;"),
        ("query/load.rs", "use std::fs::File; pub struct Load;"),
    ];
    let right = right.into_iter().filter(|(file, _)| !files.iter().any(|(other, _)| file == other));
    let files = right.chain(files.iter().copied()).map(|(file, text)| (file.to_owned(), text.to_owned()));
    LAYERS.violations(&Crate::read(files))
}

#[test]
fn nothing_is_said_of_a_crate_that_keeps_its_layers() {
    assert_eq!(violations(&[]), [""; 0]);
}

#[test]
fn an_import_goes_up() {
    assert_eq!(
        violations(&[("value.rs", "use std::fmt;\n\nuse crate::sql::held::Held;")]),
        ["src/value.rs:3 imports `crate::sql::held::Held` from src/sql/held.rs, on a higher floor"]
    );
}

#[test]
fn an_import_goes_up_behind_a_reexport() {
    let files = [
        ("types.rs", "pub use crate::query::Query as Asked;"),
        ("query.rs", "pub mod load;\npub use self::load::{Load, Query};"),
        ("query/load.rs", "use std::fs; pub struct Load; pub struct Query;"),
        ("value.rs", "use crate::types::Asked;"),
    ];
    assert_eq!(
        violations(&files),
        [
            "src/types.rs:1 imports `crate::query::Query` from src/query/load.rs, on a higher floor",
            "src/value.rs:1 imports `crate::types::Asked` from src/query/load.rs, on a higher floor",
            "src/types.rs:1 imports `crate::query::Query` from src/query/load.rs, which is reserved for other modules",
            "src/value.rs:1 imports `crate::types::Asked` from src/query/load.rs, which is reserved for other modules",
        ]
    );
}

#[test]
fn each_leaf_of_a_tree_is_an_import() {
    assert_eq!(
        violations(&[(
            "value.rs",
            "use crate::{\n    query::{self as asked},\n    sql::{Held as H, held},\n    value::Value,\n};"
        )]),
        [
            "src/value.rs:2 imports `crate::query` from src/query.rs, on a higher floor",
            "src/value.rs:3 imports `crate::sql::Held` from src/sql/held.rs, on a higher floor",
            "src/value.rs:3 imports `crate::sql::held` from src/sql/held.rs, on a higher floor",
        ]
    );
}

#[test]
fn paths_are_followed_from_where_they_stand() {
    let files = [
        ("value.rs", "mod date;\nmod inner { use super::super::sql; }"),
        ("value/date.rs", "use super::super::sql::Held;\nuse super::Value;"),
    ];
    assert_eq!(
        violations(&files),
        [
            "src/value.rs:2 imports `super::super::sql` from src/sql.rs, on a higher floor",
            "src/value/date.rs:1 imports `super::super::sql::Held` from src/sql/held.rs, on a higher floor",
        ]
    );
}

#[test]
fn a_path_in_code_is_an_import() {
    let code = "pub struct Value;\n\
                fn held() -> crate::sql::Held { Default::default() }\n\
                macro_rules! asked { () => { $crate::query::Query::new() } }\n\
                fn not() -> Vec<std::fmt::Error> { \"crate::query::Query\"; crate::value::Value::new(); quote!(crate::query::X) }";
    assert_eq!(
        violations(&[("value.rs", code)]),
        [
            "src/value.rs:2 imports `crate::sql::Held` from src/sql/held.rs, on a higher floor",
            "src/value.rs:3 imports `crate::query::Query::new` from src/query.rs, on a higher floor",
        ]
    );
}

#[test]
fn a_path_that_begins_with_a_module_in_scope_is_an_import() {
    let code = "use crate::sql;\nfn held() -> sql::Held { sql::Held }";
    assert_eq!(
        violations(&[("value.rs", code)]),
        [
            "src/value.rs:1 imports `crate::sql` from src/sql.rs, on a higher floor",
            "src/value.rs:2 imports `sql::Held` from src/sql/held.rs, on a higher floor",
            "src/value.rs:2 imports `sql::Held` from src/sql/held.rs, on a higher floor",
        ]
    );
}

#[test]
fn a_module_that_a_macro_writes_is_a_module() {
    let code = "mod date;\nmacro_rules! fields { ($name:ident) => { mod $name { use super::super::sql::Held; use super::Value; } } }";
    assert_eq!(
        violations(&[("value.rs", code), ("value/date.rs", "")]),
        ["src/value.rs:2 imports `super::super::sql::Held` from src/sql/held.rs, on a higher floor"]
    );
}

#[test]
fn files_of_one_floor_import_each_other() {
    let files = [
        ("types.rs", "mod text;\npub trait Type {}\nuse crate::sql::Form;"),
        ("types/text.rs", "use super::Type;"),
        ("sql.rs", "mod held;\npub use held::{Form, Held};"),
        ("sql/held.rs", "pub struct Form;\npub struct Held;\nfn text(_: crate::types::text::Text) {}"),
    ];
    assert_eq!(
        violations(&files),
        ["3 files import each other:\
          \n    src/sql/held.rs:3 imports `crate::types::text::Text` from src/types/text.rs\
          \n    src/types/text.rs:1 imports `super::Type` from src/types.rs\
          \n    src/types.rs:3 imports `crate::sql::Form` from src/sql/held.rs"]
    );
}

#[test]
fn a_module_shows_what_is_below_it() {
    let child = ("sql/held.rs", "use super::Dialect;\npub struct Held;");
    let shows = ("sql.rs", "mod held;\npub(crate) use held::Held;\npub trait Dialect {}");
    assert_eq!(violations(&[child, shows]), [""; 0]);
    let imports = ("sql.rs", "mod held;\nuse held::Held;\npub trait Dialect {}");
    assert_eq!(
        violations(&[child, imports, ("query.rs", "mod load; use load::Load;")]),
        ["2 files import each other:\
          \n    src/sql.rs:2 imports `held::Held` from src/sql/held.rs\
          \n    src/sql/held.rs:1 imports `super::Dialect` from src/sql.rs"]
    );
}

#[test]
fn a_visibility_is_no_import() {
    let child = ("sql/held.rs", "pub(in crate::sql) struct Held { pub(in super::super) form: u8 }");
    assert_eq!(violations(&[child, ("sql.rs", "mod held;\nuse held::Held;")]), [""; 0]);
}

#[test]
fn an_exported_macro_is_its_files() {
    let files = [
        ("query.rs", "mod load;\nuse load::Load;\n#[macro_export]\nmacro_rules! asked { () => {} }"),
        ("value.rs", "fn ask() { crate::asked!() }"),
    ];
    assert_eq!(violations(&files), ["src/value.rs:1 imports `crate::asked` from src/query.rs, on a higher floor"]);
}

#[test]
fn what_is_reserved_is_for_some_modules() {
    assert_eq!(
        violations(&[("sql.rs", "mod held; pub use held::Held; fn read() { std::fs::read(\"\"); }")]),
        ["src/sql.rs:1 imports `std::fs::read`, which is reserved for other modules"]
    );
    assert_eq!(
        violations(&[("query/load.rs", "pub struct Load;")]),
        ["`std::fs` is reserved, and nothing below src/ imports it"]
    );
}

#[test]
fn globs_are_refused_for_modules() {
    let files = [("sql/held.rs", "use crate::value::*;\nuse Held::*;\npub enum Held { Some }")];
    assert_eq!(
        violations(&files),
        ["src/sql/held.rs:1 imports `crate::value::*` from src/value.rs: a glob hides what it imports"]
    );
}

#[test]
fn each_file_has_a_floor_and_each_floor_its_files() {
    let files = [("lib.rs", "mod row;"), ("row.rs", "")];
    assert_eq!(violations(&files), ["src/row.rs has no floor"]);
    let files = [("value.rs", ""), ("types.rs", "")].map(|(file, text)| (file.to_owned(), text.to_owned()));
    assert_eq!(
        LAYERS.violations(&Crate::read(files)),
        [
            "`sql` has a floor, and no file below src/",
            "`query` has a floor, and no file below src/",
            "`std::fs` is reserved, and nothing below src/ imports it",
            "`query::load` is reserved, and nothing below src/ imports it",
        ]
    );
}

#[test]
fn tests_may_import_everything() {
    let code = "pub struct Value;\n\
                #[cfg(test)]\nuse crate::sql::{Held, held};\n\
                #[cfg(test)]\nfn check() -> crate::query::Query { Default::default() }\n\
                #[cfg(all(test, feature = \"sqlite\"))]\nmod tests { use crate::query::*; }\n\
                #[cfg(any(test, feature = \"sqlite\"))]\nuse crate::types::Type;";
    assert_eq!(
        violations(&[
            ("value.rs", code),
            ("value/tests.rs", "use crate::sql::Held;"),
            ("sql/tests/all.rs", "use crate::query::*;")
        ]),
        ["src/value.rs:9 imports `crate::types::Type` from src/types.rs, on a higher floor"]
    );
}
