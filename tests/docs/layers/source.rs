//! Reads the imports of one source file: the trees of `use`, and paths in code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The segments of a path, or the modules that lead to a file: `crate::sql::held` is `["sql", "held"]`.
pub(super) type Path = Vec<String>;

/// A module with what it imports. A file is one, and has one more for each `mod name { .. }` in it.
#[derive(Default)]
pub(super) struct Module {
    pub(super) path: Path,
    pub(super) file: String,
    pub(super) uses: Vec<Use>,
    /// The paths in code that have at least two segments, with their lines.
    pub(super) paths: Vec<(Path, usize)>,
    /// The macros with `#[macro_export]`, which are in the root of their crate.
    pub(super) macros: Vec<String>,
}

/// One leaf of a `use` declaration.
pub(super) struct Use {
    /// `*` is the last segment of a glob.
    pub(super) path: Path,
    /// The name that it has here.
    pub(super) name: String,
    pub(super) public: bool,
    pub(super) line: usize,
}

/// The modules of a file: its own, and those that are written out in it. Items with `#[cfg(test)]` are left out.
pub(super) fn modules(path: Path, file: &str, text: &str) -> Vec<Module> {
    let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file} is not Rust: {error}"));
    let mut reader = Reader { file, modules: Vec::new() };
    reader.module(path, tokens);
    reader.modules
}

struct Reader<'a> {
    file: &'a str,
    modules: Vec<Module>,
}

impl Reader<'_> {
    fn module(&mut self, path: Path, tokens: TokenStream) {
        let mut module = Module { path, file: self.file.to_owned(), ..Module::default() };
        self.items(&mut module, tokens);
        self.modules.push(module);
    }

    fn items(&mut self, module: &mut Module, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = self.item(module, &tokens, at);
        }
    }

    /// Reads the item that begins at a token, and returns where the next one begins.
    fn item(&mut self, module: &mut Module, tokens: &[TokenTree], at: usize) -> usize {
        match &tokens[at] {
            TokenTree::Punct(punct) if punct.as_char() == '#' && is_test_only(tokens.get(at + 1)) => {
                end_of_item(tokens, at)
            }
            // `pub(in crate::sql)` limits visibility, and imports nothing.
            TokenTree::Group(_) if at > 0 && is_word(&tokens[at - 1], "pub") => at + 1,
            TokenTree::Group(group) => {
                self.items(module, group.stream());
                at + 1
            }
            TokenTree::Ident(word) if word == "use" => {
                let end = tokens[at..]
                    .iter()
                    .position(|token| is(Some(token), ';'))
                    .map_or(tokens.len(), |length| at + length);
                let public = is_public(&tokens[..at]);
                module.uses.extend(leaves(&tokens[at + 1..end], &Path::new(), public));
                end
            }
            TokenTree::Ident(word) if word == "mod" => match &tokens[at + 1..] {
                // In a macro, the name may be a parameter of the macro, `$name`.
                [TokenTree::Ident(name), TokenTree::Group(body), ..]
                | [_, TokenTree::Ident(name), TokenTree::Group(body), ..] => {
                    let path = module.path.iter().cloned().chain([name.to_string()]).collect();
                    self.module(path, body.stream());
                    end_of_item(tokens, at)
                }
                _ => at + 2,
            },
            TokenTree::Ident(word) if word == "macro_rules" => {
                let exported = tokens[..at].last().is_some_and(|attribute| attribute.to_string() == "[macro_export]");
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 2).filter(|_| exported) {
                    module.macros.push(name.to_string());
                }
                at + 3
            }
            // The content of `quote!` is imported where it is expanded.
            TokenTree::Ident(word) if QUOTING.iter().any(|quoting| word == quoting) && is(tokens.get(at + 1), '!') => {
                at + 3
            }
            TokenTree::Ident(word) => {
                let (path, end) = path(tokens, at);
                if path.len() > 1 {
                    module.paths.push((path, word.span().start().line));
                }
                end
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => at + 1,
        }
    }
}

const QUOTING: [&str; 4] = ["quote", "quote_spanned", "parse_quote", "parse_quote_spanned"];

/// Returns where the item that begins at a token ends: after its `;`, or after its braces.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let braces = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let ends = |token: &TokenTree| is(Some(token), ';') || braces(token);
    tokens[at..].iter().position(ends).map_or(tokens.len(), |length| at + length + 1)
}

/// Returns the leaves of a tree such as `a::{b, c::d as e}`, below the path to it.
fn leaves(tokens: &[TokenTree], above: &Path, public: bool) -> Vec<Use> {
    let trees = tokens.split(|token| is(Some(token), ',')).filter(|tree| !tree.is_empty());
    trees.flat_map(|tree| branch(tree, above, public)).collect()
}

fn branch(tokens: &[TokenTree], above: &Path, public: bool) -> Vec<Use> {
    let mut path = above.clone();
    let mut line = 0;
    let mut renamed = None;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                return leaves(&inner, &path, public);
            }
            TokenTree::Ident(word) if word == "as" => {
                renamed = tokens.get(at + 1).map(ToString::to_string);
                break;
            }
            TokenTree::Ident(_) => path.push(token.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '*' => path.push("*".into()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => continue,
        }
        line = token.span().start().line;
    }
    path.pop_if(|last| last == "self");
    let name = renamed.or_else(|| path.last().cloned());
    name.into_iter().map(|name| Use { path: path.clone(), name, public, line }).collect()
}

/// Returns the path that begins at a word, and its end.
fn path(tokens: &[TokenTree], at: usize) -> (Path, usize) {
    let mut path = vec![tokens[at].to_string()];
    let mut end = at + 1;
    while let [first, second, TokenTree::Ident(name), ..] = &tokens[end..]
        && is(Some(first), ':')
        && is(Some(second), ':')
    {
        path.push(name.to_string());
        end += 3;
    }
    (path, end)
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// Whether the text before a `use` makes it visible to others: `pub` or `pub(crate)`.
fn is_public(before: &[TokenTree]) -> bool {
    let word = match before {
        [.., word, TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => Some(word),
        _ => before.last(),
    };
    word.is_some_and(|word| is_word(word, "pub"))
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(found) if found == word)
}

/// Whether the content of an attribute limits the item to tests.
fn is_test_only(attribute: Option<&TokenTree>) -> bool {
    let text = attribute.map(|attribute| attribute.to_string().replace(' ', "")).unwrap_or_default();
    text == "[cfg(test)]" || text.starts_with("[cfg(all(test,")
}
