//! Checks the documents against the project: blocks of program text are compiled and run, outputs are correct, paths
//! exist, and the invariants of the architecture hold.

#[path = "docs/adversarial.rs"]
mod adversarial;
#[path = "docs/architecture.rs"]
mod architecture;
#[path = "docs/book.rs"]
mod book;
#[path = "docs/conformance.rs"]
mod conformance;
#[path = "docs/english.rs"]
mod english;
#[path = "docs/layers.rs"]
mod layers;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/llms.rs"]
mod llms;
#[path = "docs/picture.rs"]
mod picture;
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
#[path = "docs/written.rs"]
mod written;

use text::{Block, blocks, holds_message, read, squeezed};

#[test]
fn every_rust_block_of_the_readme_is_compiled() {
    let sources = [read("examples/first.rs"), read("tests/docs/readme.rs"), read("tests/docs/not_prefetched.rs")];
    let sources: Vec<String> = sources.iter().map(|source| squeezed(source)).collect();
    let blocks: Vec<Block> =
        blocks(&read("README.md")).into_iter().filter(|block| block.language.starts_with("rust")).collect();
    assert!(blocks.len() >= 8, "found only {} blocks", blocks.len());
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
    let program = blocks.iter().find(|block| block.text.contains("fn main()")).expect("the README shows a program");
    assert!(program.text.starts_with("use orm::{Db, Model};"));
    assert!(program.text.lines().count() <= 30, "{} lines", program.text.lines().count());
}

#[test]
fn the_error_shown_is_the_compilers() {
    // The case runs when it is dropped, and writes the message again with `TRYBUILD=overwrite`.
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/docs/not_prefetched.rs");
    drop(cases);
    let stderr = read("tests/docs/not_prefetched.stderr");
    let message = blocks(&read("README.md")).into_iter().find(|block| block.text.starts_with("error[E0277]"));
    let message = message.expect("the README shows an error").text;
    assert!(holds_message(&stderr, &message), "the compiler does not say\n\n{message}\n\nbut:\n\n{stderr}");
}

#[test]
fn the_readme_and_the_guide_list_every_feature() {
    let manifest = read("Cargo.toml");
    let (_, features) = manifest.split_once("[features]\n").expect("the manifest has features");
    let (features, _) = features.split_once("\n[").expect("other sections follow");
    let documents = ["README.md", "docs/guide/23-getting-started.md"].map(|path| (path, read(path)));
    for feature in features.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name) {
        for (path, text) in &documents {
            let lists = text.contains(&format!("`{feature}`"));
            assert!(feature == "default" || lists, "{path} lacks the feature `{feature}`");
        }
    }
}
