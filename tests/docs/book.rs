//! The site that mdBook makes of the documents: `docs/SUMMARY.md` has each once, and no link leads out of the site.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::links::links_in;
use crate::text::{read, root};

#[test]
fn every_document_is_in_the_book_once() {
    let mut listed: Vec<String> = summary().into_iter().map(|(_, path)| path).collect();
    let mut written = [documents(""), documents("guide/")].concat();
    listed.sort();
    written.sort();
    assert_eq!(listed, written);
}

#[test]
fn the_book_and_the_documents_have_the_same_titles() {
    for (title, path) in summary() {
        let text = read(&format!("docs/{path}"));
        let heading = text.lines().next().and_then(|line| line.strip_prefix("# "));
        // The page on which the site begins has the library's name, and tables that benchmarks write have no title.
        if path != "README.md" && !path.ends_with("-table.md") {
            assert_eq!(heading, Some(&*title), "docs/SUMMARY.md calls docs/{path} otherwise");
        }
    }
}

#[test]
fn the_guide_lists_its_chapters_in_the_order_of_the_book() {
    let of_guide = |path: &str| path.strip_prefix("guide/").filter(|name| *name != "README.md").map(str::to_owned);
    let in_book: Vec<String> = summary().iter().filter_map(|(_, path)| of_guide(path)).collect();
    let listed: Vec<String> = links_in(&read("docs/guide/README.md")).into_iter().map(|(_, path)| path).collect();
    let listed: Vec<&String> = listed.iter().filter(|path| !path.starts_with("..")).collect();
    assert!(in_book.len() > 20);
    assert_eq!(listed, in_book.iter().collect::<Vec<_>>());
}

#[test]
fn the_front_page_of_the_crate_lists_the_chapters_of_the_guide() {
    let (front, guide) = (read("src/lib.rs"), read("docs/guide/README.md"));
    let in_guide: Vec<_> = links_in(&guide).into_iter().filter(|(_, path)| !path.starts_with("..")).collect();
    let on_front = |(title, target): (String, String)| Some((title, target.split_once("/docs/guide/")?.1.to_owned()));
    assert_eq!(links_in(&front).into_iter().filter_map(on_front).collect::<Vec<_>>(), in_guide);
}

#[test]
fn no_link_leads_out_of_the_site() {
    let pages: HashSet<String> = summary().into_iter().map(|(_, path)| path).collect();
    for page in &pages {
        for (_, target) in links_in(&read(&format!("docs/{page}"))) {
            let file = target.split('#').next().unwrap_or_default();
            let target = normal(&Path::new(page).with_file_name(file));
            // mdBook copies pictures, and makes pages only of what the summary lists.
            let copied = root().join("docs").join(&target);
            let is_picture = copied.extension().is_some_and(|extension| extension == "svg") && copied.exists();
            assert!(
                file.is_empty() || file.contains("://") || is_picture || pages.contains(&target),
                "docs/{page} links to {file}, which is not on the site; name the path without a link"
            );
        }
    }
}

/// The titles of the pages and their files below `docs`, in the order of the site.
fn summary() -> Vec<(String, String)> {
    let summary = links_in(&read("docs/SUMMARY.md"));
    assert!(summary.len() > 30, "found only {summary:?}");
    summary
}

/// The documents of a folder below `docs`, but for the summary itself.
fn documents(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join("docs").join(folder)).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let documents = names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"));
    documents.filter(|name| name != "SUMMARY.md").map(|name| format!("{folder}{name}")).collect()
}

/// A path without `..`, with `/` on every system.
fn normal(path: &Path) -> String {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
