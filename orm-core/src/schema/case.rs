//! The cases of serde's `rename_all`, for the names of relations in a serialised row.

/// The case in which serde writes the names of a model's fields, by serde's rules.
///
/// Serde assumes that the names of fields are in lower case, so `lowercase` and `snake_case` leave them unchanged, and
/// `UPPERCASE` is `SCREAMING_SNAKE_CASE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// `blog_posts`
    #[default]
    Snake,
    /// `BLOG_POSTS`
    ScreamingSnake,
    /// `BlogPosts`
    Pascal,
    /// `blogPosts`
    Camel,
    /// `blog-posts`
    Kebab,
    /// `BLOG-POSTS`
    ScreamingKebab,
}

impl Case {
    /// A name in snake case, converted as serde converts the name of a field.
    pub(crate) fn apply(self, name: String) -> String {
        match self {
            Case::Snake => name,
            Case::ScreamingSnake => name.to_ascii_uppercase(),
            Case::Pascal => joined(&name, true),
            Case::Camel => joined(&name, false),
            Case::Kebab => name.replace('_', "-"),
            Case::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// The words of a name without underscores: each begins with a capital, and the first only if `first` is true.
fn joined(name: &str, first: bool) -> String {
    let mut joined = String::with_capacity(name.len());
    for word in name.split('_') {
        let capital = first || !joined.is_empty();
        let mut letters = word.chars();
        joined.extend(letters.next().map(|letter| if capital { letter.to_ascii_uppercase() } else { letter }));
        joined.push_str(letters.as_str());
    }
    joined
}
