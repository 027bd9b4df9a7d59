//! What the texts of the project say, held against the project: blocks of program text are compiled and run, outputs are
//! the ones shown, paths exist, and the invariants of the architecture hold.

#[path = "docs/adversarial.rs"]
mod adversarial;
#[path = "docs/architecture.rs"]
mod architecture;
#[path = "docs/conformance.rs"]
mod conformance;
#[path = "docs/layers.rs"]
mod layers;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/readme.rs"]
mod readme;
#[path = "docs/reliability.rs"]
mod reliability;
#[path = "docs/sources.rs"]
mod sources;
#[path = "docs/table.rs"]
mod table;
#[path = "docs/text.rs"]
mod text;

use text::{Block, blocks, holds_message, read, squeezed};

#[test]
fn every_rust_block_of_the_readme_is_compiled() {
    let sources = [read("examples/first.rs"), read("tests/docs/readme.rs"), read("tests/docs/not_prefetched.rs")];
    let sources: Vec<String> = sources.iter().map(|source| squeezed(source)).collect();
    let blocks: Vec<Block> =
        blocks(&read("README.md")).into_iter().filter(|block| block.language.starts_with("rust")).collect();
    assert!(blocks.len() >= 10, "found only {} blocks", blocks.len());
    for block in blocks {
        assert!(
            block.parts().all(|part| sources.iter().any(|source| source.contains(&part))),
            "README.md has program text that no test compiles; add it to tests/docs/readme.rs:\n\n{}",
            block.text
        );
    }
}

#[test]
fn the_first_program_is_short() {
    let blocks = blocks(&read("README.md"));
    assert!(blocks[0].text.starts_with("use orm::{Db, Model};"));
    assert!(blocks[0].text.lines().count() <= 30, "{} lines", blocks[0].text.lines().count());
}

#[test]
fn the_error_shown_is_the_compilers() {
    // The case runs when it is dropped, and writes the message anew when asked to.
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/docs/not_prefetched.rs");
    drop(cases);
    let stderr = read("tests/docs/not_prefetched.stderr");
    let message = blocks(&read("README.md")).into_iter().find(|block| block.text.starts_with("error[E0277]"));
    let message = message.expect("the README shows an error").text;
    assert!(holds_message(&stderr, &message), "the compiler does not say\n\n{message}\n\nbut:\n\n{stderr}");
}

/// The README shows this output, whatever stands around it.
fn assert_readme_shows(language: &str, output: &str) {
    let shown = blocks(&read("README.md")).into_iter().filter(|block| block.language == language);
    let found = shown.into_iter().any(|block| block.text == output.trim_end());
    assert!(found, "README.md does not show this output in a block of `{language}`:\n\n{output}");
}
