//! What to load beside the rows, as a text from outside of the program asks for it.

use crate::error::{Error, Result};

/// Whether a text asks for each of the relations that the program allows, in their order; what is not allowed is an error.
///
/// The text has paths separated by commas, as in `?include=author,comments.author`; spaces around them are passed over, and an
/// empty text asks for nothing. A path also asks for those that lead to it: `comments.author` for `comments`. The names are those
/// that the program shows to the outside, whatever its relations are called.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let [department, courses, of_courses] =
///     orm::include_from("courses.students", ["department", "courses", "courses.students"])?;
/// assert_eq!([department, courses, of_courses], [false, true, true]);
///
/// let students = Student::query()
///     .prefetch_if(department, Student::department())
///     .prefetch_if(courses, Student::courses())
///     .all(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`is_invalid`](Error::is_invalid) when the text has a path that is not allowed; the error names those that are.
pub fn include_from<const N: usize>(text: &str, allowed: [&str; N]) -> Result<[bool; N]> {
    let mut wanted = [false; N];
    if text.trim().is_empty() {
        return Ok(wanted);
    }
    for path in text.split(',').map(str::trim) {
        if !allowed.contains(&path) {
            return Err(refused(path, &allowed));
        }
        for (wanted, allowed) in wanted.iter_mut().zip(allowed) {
            *wanted |= leads_to(allowed, path);
        }
    }
    Ok(wanted)
}

/// Whether one path is the other, or begins it.
fn leads_to(path: &str, other: &str) -> bool {
    other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn refused(path: &str, allowed: &[&str]) -> Error {
    let shown: String = path.chars().take(40).flat_map(char::escape_debug).collect();
    let allowed: Vec<String> = allowed.iter().map(|path| format!("`{path}`")).collect();
    Error::invalid(format!("`{shown}` cannot be included; write some of {}", allowed.join(", ")))
}
