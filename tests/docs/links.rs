//! Links between the documents: the file exists, and has the heading.

use std::fs;
use std::path::{Path, PathBuf};

use crate::text::{blocks, root};

const FOLDERS: [&str; 3] = ["", "docs", "docs/guide"];

#[test]
fn every_link_leads_to_a_heading_that_exists() {
    let documents: Vec<PathBuf> = FOLDERS.iter().flat_map(|folder| documents(&root().join(folder))).collect();
    let links: Vec<(&Path, String)> = documents.iter().flat_map(|document| links(document)).collect();
    assert!(documents.len() > 20 && links.len() > 100, "found only {} links in {documents:?}", links.len());
    let broken: Vec<_> = links.iter().filter(|(document, target)| !leads_somewhere(document, target)).collect();
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
}

#[test]
fn headings_are_named_as_readers_of_markdown_do() {
    assert_eq!(slug("What `in_` takes: lists, queries"), "what-in_-takes-lists-queries");
    assert_eq!(slug("1. Models with relations"), "1-models-with-relations");
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The links of a text outside of program text: their titles and targets.
pub(crate) fn links_in(text: &str) -> Vec<(String, String)> {
    let text = without_blocks(text);
    let link = |(at, _): (usize, &str)| {
        let (title, rest) = (text[..at].rsplit_once('[')?.1, &text[at + 2..]);
        Some((title.to_owned(), rest.split_once(')')?.0.to_owned()))
    };
    text.match_indices("](").filter_map(link).collect()
}

/// The targets of a document's links, except those to other sites.
fn links(document: &Path) -> Vec<(&Path, String)> {
    let links = links_in(&fs::read_to_string(document).expect("a document")).into_iter();
    links.filter(|(_, target)| !target.contains("://")).map(|(_, target)| (document, target)).collect()
}

fn leads_somewhere(document: &Path, target: &str) -> bool {
    let (file, heading) = target.split_once('#').map_or((target, None), |(file, heading)| (file, Some(heading)));
    let folder = document.parent().expect("a folder");
    let path = if file.is_empty() { document.to_owned() } else { folder.join(file) };
    let has = |heading| fs::read_to_string(&path).is_ok_and(|text| headings(&text).any(|found| found == heading));
    path.exists() && heading.is_none_or(has)
}

fn headings(text: &str) -> impl Iterator<Item = String> {
    let lines: Vec<String> = without_blocks(text).lines().map(ToOwned::to_owned).collect();
    lines.into_iter().filter(|line| line.starts_with('#')).map(|line| slug(line.trim_start_matches('#').trim()))
}

/// The name of a heading in a link: in lower case, with hyphens for spaces, and without other punctuation except
/// hyphens and underscores.
fn slug(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

fn without_blocks(text: &str) -> String {
    blocks(text).iter().fold(text.to_owned(), |text, block| text.replace(&block.text, ""))
}
