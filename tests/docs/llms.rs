//! `llms.txt` and `llms-full.txt`: an index of the documents and a digest of the guide, for programs that read documentation. Both are
//! written from the documents: `GUIDE=overwrite cargo test --test docs`.

use std::collections::BTreeSet;

use crate::links::links_in;
use crate::text::read;
use crate::written::assert_written;

const GUIDE: &str = "docs/guide";
/// The documents next to the guide, in the order in which a reader needs them.
const DOCUMENTS: &[&str] = &[
    "docs/performance.md",
    "docs/reliability.md",
    "docs/conformance.md",
    "ARCHITECTURE.md",
    "docs/decisions.md",
    "CONTRIBUTING.md",
];

/// A document, and the path by which links lead to it.
struct Document {
    path: String,
    paragraphs: Vec<String>,
}

#[test]
fn the_index_and_the_digest_follow_from_the_documents() {
    let readme = Document::read("README.md");
    let chapters = chapters();
    assert!(chapters.len() >= 22, "found only {} chapters", chapters.len());
    assert_written("llms.txt", &index(&readme, &chapters));
    assert_written("llms-full.txt", &digest(&readme, &chapters));
}

/// The chapters, in the order in which the guide's index first names them.
fn chapters() -> Vec<Document> {
    let targets = links_in(&read(&format!("{GUIDE}/README.md"))).into_iter().map(|(_, target)| target);
    let mut seen = BTreeSet::new();
    let is_chapter = |target: &String| !target.contains(['/', '#']) && target != "README.md";
    let chapters = targets.filter(is_chapter).filter(|target| seen.insert(target.clone()));
    chapters.map(|target| Document::read(&format!("{GUIDE}/{target}"))).collect()
}

/// The index, as <https://llmstxt.org> describes it.
fn index(readme: &Document, chapters: &[Document]) -> String {
    let chapters = chapters.iter().map(Document::entry).collect::<String>();
    let documents = DOCUMENTS.iter().map(|path| Document::read(path).entry()).collect::<String>();
    format!(
        "# {}\n\n> {}\n\n## Guide\n\n- [Digest](llms-full.txt): the whole guide in one file, with the first paragraph and the first \
         example of each section\n{chapters}\n## Optional\n\n{documents}",
        readme.title(),
        one_line(readme.introduction()),
    )
}

/// The first paragraph and the first example of each section of the guide.
fn digest(readme: &Document, chapters: &[Document]) -> String {
    let chapters = chapters.iter().map(Document::digest).collect::<String>();
    format!("# {}: digest of the guide\n\n> {}\n\n{chapters}", readme.title(), one_line(readme.introduction()))
}

impl Document {
    fn read(path: &str) -> Self {
        Document { path: path.to_owned(), paragraphs: paragraphs(&read(path)) }
    }

    fn title(&self) -> &str {
        self.paragraphs[0].trim_start_matches("# ")
    }

    fn introduction(&self) -> &str {
        &self.paragraphs[1]
    }

    /// A line of the index, which lists the subjects of the document.
    fn entry(&self) -> String {
        let subjects = self.paragraphs.iter().filter_map(|paragraph| paragraph.strip_prefix("## "));
        let subjects = subjects.collect::<Vec<_>>().join("; ");
        format!("- [{}]({}): {subjects}\n", self.title(), self.path)
    }

    fn digest(&self) -> String {
        let sections = self.paragraphs.chunk_by(|_, next| !is_heading(next));
        let kept = sections.flat_map(|section| {
            let (headings, rest) = section.split_at(usize::from(is_heading(&section[0])));
            let text = rest.iter().find(|paragraph| !is_block(paragraph));
            headings.iter().chain(text).chain(rest.iter().find(|paragraph| is_block(paragraph)))
        });
        kept.map(|paragraph| self.with_links(paragraph) + "\n\n").collect()
    }

    /// A paragraph with links that lead from the root to the same places as from the document.
    fn with_links(&self, paragraph: &str) -> String {
        if is_block(paragraph) {
            return paragraph.to_owned();
        }
        let (_, file) = self.path.rsplit_once('/').expect("a chapter is in a folder");
        let absolute = paragraph.replace("](#", &format!("]({file}#")).replace("](", &format!("]({GUIDE}/"));
        absolute.replace(&format!("]({GUIDE}/https:"), "](https:")
    }
}

/// The parts of a text between empty lines; a fenced block is one part.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    let mut is_code = false;
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        match paragraphs.last_mut() {
            Some(last) if is_code || !line.is_empty() => last.extend([line, "\n"]),
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.iter().map(|paragraph| paragraph.trim_end().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn is_heading(paragraph: &str) -> bool {
    paragraph.starts_with('#')
}

fn is_block(paragraph: &str) -> bool {
    paragraph.starts_with("```")
}

fn one_line(paragraph: &str) -> String {
    paragraph.replace('\n', " ")
}

#[test]
fn a_block_with_empty_lines_is_one_paragraph() {
    let text = "# Title\n\nText\nof two lines\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n";
    assert_eq!(paragraphs(text), ["# Title", "Text\nof two lines", "```rust\nlet a = 1;\n\nlet b = 2;\n```"]);
}

#[test]
fn links_lead_from_the_root() {
    let chapter = Document { path: "docs/guide/01-models.md".to_owned(), paragraphs: Vec::new() };
    let text = "[a](#keys), [b](02-queries.md#order), [c](../performance.md), [d](https://example.org)";
    let expected = "[a](docs/guide/01-models.md#keys), [b](docs/guide/02-queries.md#order), \
                    [c](docs/guide/../performance.md), [d](https://example.org)";
    assert_eq!(chapter.with_links(text), expected);
}
