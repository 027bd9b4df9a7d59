//! Texts of the project as the tests read them: files, fenced blocks, and program text without its layout.

use std::fs;
use std::path::Path;

/// A fenced block of a text.
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
}

impl Block {
    /// The parts between empty lines, without extra spaces. Tests write assertions between them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = String> {
        self.text.split("\n\n").map(squeezed)
    }
}

pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let fenced = text.split("```").skip(1).step_by(2);
    let block = |(language, text): (&str, &str)| Block { language: language.into(), text: text.trim_end().into() };
    fenced.filter_map(|block| block.split_once('\n')).map(block).collect()
}

/// A text without white space and trailing commas, which rustfmt moves.
pub(crate) fn squeezed(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    text.replace(",}", "}").replace(",)", ")").replace(",]", "]")
}

/// Whether the compiler's output contains each line of a message in a document. Documents leave out line numbers, and
/// notes of rustc about the library's sources.
pub(crate) fn holds_message(stderr: &str, message: &str) -> bool {
    message.lines().all(|line| stderr.contains(line.trim_start_matches([' ', '|'])))
}

pub(crate) fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
