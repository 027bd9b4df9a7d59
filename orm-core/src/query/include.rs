//! User-supplied choices of relations to load, such as the parameter `include` of a request.

use crate::error::{Error, Result};

/// Parses a user-supplied list of relations to load against a list of allowed paths, and returns for each allowed path
/// whether it is requested.
///
/// The text contains paths separated by commas, as in `?include=author,comments.author`; spaces around them are
/// ignored, and an empty text requests nothing. A path also requests its prefixes: `comments.author` also requests
/// `comments`. The allowed paths are names that the program chooses, independent of the names of relations.
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
/// Returns an error that [`is_invalid`](Error::is_invalid) if the text contains a path that is not allowed; the error
/// lists the allowed paths.
#[doc(alias = "include")]
#[doc(alias = "expand")]
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

/// Whether one path is the other, or a prefix of it.
fn leads_to(path: &str, other: &str) -> bool {
    other.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn refused(path: &str, allowed: &[&str]) -> Error {
    let shown: String = path.chars().take(40).flat_map(char::escape_debug).collect();
    let allowed: Vec<String> = allowed.iter().map(|path| format!("`{path}`")).collect();
    Error::invalid(format!("`{shown}` cannot be included; write some of {}", allowed.join(", ")))
}
