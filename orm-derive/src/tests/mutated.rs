//! Attributes and structs that nobody would write, made by mutating the tokens of some that are right: the derives say what is
//! wrong with them, or expand them, and never panic.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::DeriveInput;

const RIGHT: [&str; 8] = [
    "#[model(table = \"people\", unique(email), index(last_name, first_name), check = \"id > 0\", rename_all = \"PascalCase\")]
     #[has_many(articles: Article, foreign_key = author_id, rename = \"texts\")]
     struct Person { id: i64, first_name: String, last_name: Option<String>, #[model(unique, sql_type = \"citext\")] email: String }",
    "#[model(primary_key(slug, part), schema = \"s\", new = NewText, loaded = Text, relations = none, crate = crate)]
     #[many_to_many(tags: Tag, through = \"article_tags\", left = (\"article\", \"part\"), right = \"tag\")]
     #[many_to_many(readers: Person, through = Reading, left = article_id, right = person_id)]
     pub(crate) struct Article { slug: String, part: i32, #[model(column = \"headline\", index)] title: String, #[serde(skip)] a: r#type }",
    "#[has_one(page: Page, tag(kind = \"a\"), foreign_key = of)] #[has_many(words: Word, through = Page)]
     #[belongs_to(next: Node, foreign_key = (a, b), references = (x, y), on_delete = set_null)]
     struct Node { #[model(primary_key)] id: u32, a: Option<i64>, b: Option<i64>, kind: String, #[belongs_to(of: Thing, tag = kind)] of_id: i64 }",
    "#[derive(Serialize)] #[serde(rename_all = \"camelCase\")]
     struct Event { id: i64, #[model(version)] version: i64, #[model(created_at)] created: Timestamp, #[model(updated_at)] changed: Timestamp,
     #[model(stored = iso8601(fraction = 3, offset = \"Z\"))] at: DateTime, #[model(stored = words(\"yes\", \"no\"))] ok: bool,
     #[model(default = 1 + 2)] n: i64, #[model(db_default = sql(\"now()\"))] m: i64, #[model(generated = \"n * 2\")] twice: i64,
     #[model(with = Codec)] c: Color, #[model(json)] j: Vec<u8>, #[model(skip)] s: (), #[model(accessor = none)] x: [u8; 4] }",
    "#[polymorphic(loaded = AnyLoaded, crate = ::orm)]
     enum Subject { Course(Course), #[polymorphic(tag = \"pupil\")] Student(school::Student) }",
    "#[column(text, crate = orm)] enum State { Free, #[column(rename = \"shut\")] Closed }",
    "#[column(integer)] enum Size { Small = 10, Large = -20 }",
    "#[view(of = Student, crate = orm)] struct Card { first_name: String, #[view(from = department.name)] department: Option<String>,
     #[view(from = Student::courses().count())] n: u64, courses: Vec<CourseCard>, #[view(from = last_name)] l: String }",
];

/// A small generator (xorshift), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits fit") % limit.max(1)
    }
}

/// The tokens, with those that open and close a group.
fn flat(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        let TokenTree::Group(group) = token else {
            found.push(token.to_string());
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        found.push(open.to_owned());
        flat(group.stream(), found);
        found.push(close.to_owned());
    }
}

fn mutated(random: &mut Random, tokens: &[String], words: &[String]) -> String {
    let mut tokens = tokens.to_vec();
    for _ in 0..=random.below(3) {
        let (at, word) = (random.below(tokens.len()), words[random.below(words.len())].clone());
        let is_bracket = |token: &String| "()[]{}".contains(token.as_str());
        match random.below(5) {
            0 if !is_bracket(&tokens[at]) => tokens[at] = word,
            1 => tokens.insert(at, word),
            2 if !is_bracket(&tokens[at]) => drop(tokens.remove(at)),
            3 => {
                let end = (at + 1 + random.below(8)).min(tokens.len());
                let part = tokens[at..end].to_vec();
                tokens.splice(at..at, part);
            }
            _ => {
                let other = random.below(tokens.len());
                if !is_bracket(&tokens[at]) && !is_bracket(&tokens[other]) {
                    tokens.swap(at, other);
                }
            }
        }
    }
    tokens.join(" ")
}

fn expand(text: &str) -> bool {
    let Ok(input) = syn::parse_str::<DeriveInput>(text) else { return false };
    let made = [
        crate::model::derive(&input),
        crate::polymorphic::derive(&input),
        crate::column_type::derive(&input),
        crate::view::derive(&input),
    ];
    for tokens in made {
        // What rustc would not even read is a mistake too: its message would be about our code.
        assert!(syn::parse2::<syn::File>(tokens.clone()).is_ok(), "this is no Rust: {tokens}");
    }
    true
}

#[test]
fn mutated_attributes_are_expanded_or_refused() {
    let tokens_of = |text: &str| {
        let mut found = Vec::new();
        flat(text.parse().expect("it is made of tokens"), &mut found);
        found
    };
    let right: Vec<Vec<String>> = RIGHT.iter().map(|text| tokens_of(text)).collect();
    let is_word = |token: &&String| !"()[]{}".contains(token.as_str());
    let mut words: Vec<String> = right.iter().flatten().filter(is_word).cloned().collect();
    words.extend(["-", "!", "self", "r#fn", "0xffff_ffff_ffff_ffff_f", "\"\\0\"", "<", "'a"].map(str::to_owned));
    let (rounds, seed) = (given("ORM_DERIVE_ROUNDS").unwrap_or(ROUNDS), given("ORM_DERIVE_SEED").unwrap_or(1));
    let (mut random, mut expanded) = (Random(0x2545_F491_4F6C_DD1D_u64.wrapping_mul(seed as u64 | 1)), 0);
    for number in 0..rounds {
        let text = mutated(&mut random, &right[number % right.len()], &words);
        let result = std::panic::catch_unwind(|| expand(&text));
        expanded += usize::from(result.unwrap_or_else(|_| panic!("it panics: {text}")));
    }
    assert!(expanded > rounds / 10, "only {expanded} of {rounds} could be read");
}

/// Enough to find what is easily found; `ORM_DERIVE_ROUNDS` asks for more.
const ROUNDS: usize = 1_500;

fn given(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}
