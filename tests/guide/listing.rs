//! Listings: parts of the tests' program text that the chapters show.
//!
//! A listing is between `// ANCHOR: name` and `// ANCHOR_END: name`, as mdBook calls them. Several parts with the same name are one
//! listing. A chapter shows it in a block of the language `rust name`.

use std::collections::BTreeMap;

use crate::text::Block;

/// The listings of a source by their names.
pub(crate) fn listings(source: &str) -> BTreeMap<&str, String> {
    let mut listings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: Option<&str> = None;
    for line in source.lines() {
        match (line.trim_start().split_once(": "), open) {
            (Some(("// ANCHOR", name)), None) => {
                listings.entry(name).and_modify(|lines| lines.push("")).or_default();
                open = Some(name);
            }
            (Some(("// ANCHOR_END", name)), Some(begun)) if name == begun => open = None,
            (Some(("// ANCHOR" | "// ANCHOR_END", name)), _) => panic!("`{name}` begins or ends within a listing"),
            (_, Some(name)) => listings.entry(name).or_default().push(line),
            (_, None) => {}
        }
    }
    assert!(open.is_none(), "the listing {open:?} has no end");
    listings.into_iter().map(|(name, lines)| (name, without_indentation(&lines))).collect()
}

/// The name of the listing that a block shows.
pub(crate) fn name_of(block: &Block) -> Option<&str> {
    block.language.strip_prefix("rust ")
}

/// A chapter in which each block shows its listing.
pub(crate) fn with_listings(text: &str, listings: &BTreeMap<&str, String>) -> String {
    let mut parts: Vec<String> = text.split("```").map(ToOwned::to_owned).collect();
    for part in parts.iter_mut().skip(1).step_by(2) {
        let name = part.lines().next().and_then(|language| language.strip_prefix("rust "));
        if let Some((name, listing)) = name.and_then(|name| listings.get_key_value(name)) {
            *part = format!("rust {name}\n{listing}\n");
        }
    }
    parts.join("```")
}

fn without_indentation(lines: &[&str]) -> String {
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.is_empty()).map(indentation).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[test]
fn parts_with_the_same_name_are_one_listing() {
    let source = "fn f() {\n    // ANCHOR: sum\n    let a = {\n        1\n    };\n    // ANCHOR_END: sum\n    check(a);\n    \
                  // ANCHOR: sum\n    let b = 2;\n    // ANCHOR_END: sum\n}\n";
    let listings = listings(source);
    assert_eq!(listings, BTreeMap::from([("sum", "let a = {\n    1\n};\n\nlet b = 2;".to_owned())]));
    let chapter = "Text\n\n```rust sum\nlet old = 1;\n```\n\n```rust\nlet other = 1;\n```\n";
    let expected = "Text\n\n```rust sum\nlet a = {\n    1\n};\n\nlet b = 2;\n```\n\n```rust\nlet other = 1;\n```\n";
    assert_eq!(with_listings(chapter, &listings), expected);
}
