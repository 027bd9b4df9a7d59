//! The expected number of statements of a test: `assert_queries!`.

use std::fmt;
use std::ops::{Bound, Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// The expected number of statements, as it was written: a number or a range.
///
/// It has conversions and no separate trait: a literal of either kind becomes a `usize` without a suffix, and the
/// compiler's message about any other argument names this type.
#[derive(Debug)]
pub struct NumberOrRange {
    least: Bound<usize>,
    most: Bound<usize>,
    written: String,
}

impl NumberOrRange {
    /// Converts a number or a range. The compiler marks any other argument in the user's code.
    #[must_use]
    pub fn written<T>(number: T) -> Self
    where
        NumberOrRange: From<T>,
    {
        number.into()
    }

    fn of(range: &impl RangeBounds<usize>, written: String) -> Self {
        NumberOrRange { least: range.start_bound().cloned(), most: range.end_bound().cloned(), written }
    }

    /// Fails a test that sent another number of statements.
    ///
    /// # Panics
    ///
    /// Panics and lists the statements if their number differs.
    #[track_caller]
    pub fn assert(&self, statements: &[String]) {
        assert!(
            (self.least, self.most).contains(&statements.len()),
            "expected {self} statements, sent {}:\n{}",
            statements.len(),
            statements.join("\n"),
        );
    }
}

impl fmt::Display for NumberOrRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl From<usize> for NumberOrRange {
    fn from(number: usize) -> Self {
        NumberOrRange::of(&(number..=number), number.to_string())
    }
}

macro_rules! ranges {
    ($($range:ty),*) => {$(
        impl From<$range> for NumberOrRange {
            fn from(range: $range) -> Self {
                NumberOrRange::of(&range, format!("{range:?}"))
            }
        }
    )*};
}

ranges!(Range<usize>, RangeFrom<usize>, RangeFull, RangeInclusive<usize>, RangeTo<usize>, RangeToInclusive<usize>);

/// Asserts how many statements an expression sends to a database, and returns the expression's value.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # use orm::assert_queries;
/// let students = assert_queries!(&db, 2, Student::query().prefetch(Student::courses()).all(&db)?);
/// # Ok(())
/// # }
/// ```
///
/// If the number depends on the rows, write a range: `..=3`, `1..=2` or `2..`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// # use orm::assert_queries;
/// let named = Student::query().filter(Student::last_name().eq("Lovelace")).prefetch(Student::courses());
/// let students = assert_queries!(&db, 1..=2, named.all(&db)?);
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// Panics if the number differs. The message lists the statements.
#[macro_export]
macro_rules! assert_queries {
    ($db:expr, $expected:expr, $body:expr $(,)?) => {{
        let recording = ($db).record();
        let value = $body;
        let statements = $crate::observe::Recording::statements(&recording);
        $crate::observe::NumberOrRange::written($expected).assert(&statements);
        value
    }};
}
