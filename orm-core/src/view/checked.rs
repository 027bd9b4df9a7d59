//! What is checked of the fields of views while a program compiles.

use super::nesting::Full;
use super::{Answer, Fuel, Leads, Source, View};

/// Whether what a field holds leads to a view.
#[must_use]
pub const fn field_leads<Field, S: Source<Field>, T: View, F: Fuel>(_: fn() -> S) -> Leads {
    match <S::Leads<T, F> as Answer>::LEADS {
        Leads::There if S::HELD.is_boxed => Leads::ThereByBox,
        leads => leads,
    }
}

/// Compiles when the rows of a field can be handed out, and when they do not contain the view that the field is of.
///
/// # Panics
///
/// With one of the messages when not: generated code calls it while compiling.
#[track_caller]
pub const fn check_field<Field, S: Source<Field>, Own: View>(source: fn() -> S, not_cloned: &str, in_itself: &str) {
    assert!(S::HELD.is_shared, "{}", not_cloned);
    // Where all lies in the struct itself, rustc says that it has no size.
    assert!(!matches!(field_leads::<Field, S, Own, Full>(source), Leads::ThereByBox), "{}", in_itself);
}
