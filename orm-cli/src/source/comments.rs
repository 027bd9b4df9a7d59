//! Comments in the text of a `CREATE TABLE`.

/// Returns the columns with a comment: a comment after the column on its line, or on the lines before it.
pub(super) fn of_columns(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for line in text.lines() {
        let (code, comment) = split(line);
        match (column(code), comment) {
            (Some(column), Some(comment)) => found.push((column, comment)),
            (Some(column), None) if !before.is_empty() => found.push((column, before.join("\n"))),
            (None, Some(comment)) if code.trim().is_empty() => {
                before.push(comment);
                continue;
            }
            _ => {}
        }
        before.clear();
    }
    found
}

/// Returns a line's code, and the comment at its end.
fn split(line: &str) -> (&str, Option<String>) {
    let mut quote = None;
    let letters: Vec<(usize, char)> = line.char_indices().collect();
    for (nth, &(at, letter)) in letters.iter().enumerate() {
        match (quote, letter) {
            (None, '-') if letters.get(nth + 1).is_some_and(|(_, next)| *next == '-') => {
                let comment = line[at + 2..].trim();
                return (&line[..at], (!comment.is_empty()).then(|| comment.to_owned()));
            }
            (None, '\'' | '"' | '`') => quote = Some(letter),
            (None, '[') => quote = Some(']'),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    (line, None)
}

/// Returns the name at the start of a line.
fn column(code: &str) -> Option<String> {
    let code = code.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',' || letter == '(');
    let closing = match code.chars().next()? {
        '[' => ']',
        quote @ ('"' | '`') => quote,
        _ => {
            let end = code.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(code.len());
            return (end > 0).then(|| code[..end].to_owned());
        }
    };
    let (name, _) = code[1..].split_once(closing)?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::of_columns;

    #[test]
    fn comments_stand_behind_a_column_or_before_it() {
        let text = "CREATE TABLE events( -- what happens\n  id INTEGER PRIMARY KEY,\n  -- When it was noted,\n  -- in UTC.\n  \
                    \"noted at\" TEXT DEFAULT '--', -- ISO 8601\n  , [place] TEXT -- a town\n)";
        let found = of_columns(text);
        let found: Vec<(&str, &str)> = found.iter().map(|(column, comment)| (&**column, &**comment)).collect();
        assert_eq!(found, [("CREATE", "what happens"), ("noted at", "ISO 8601"), ("place", "a town")]);
    }

    #[test]
    fn comments_of_several_lines_stay_together() {
        let text = "CREATE TABLE events(\n  -- When it was noted,\n  -- in UTC.\n  noted TEXT\n)";
        assert_eq!(of_columns(text), [("noted".to_owned(), "When it was noted,\nin UTC.".to_owned())]);
    }
}
