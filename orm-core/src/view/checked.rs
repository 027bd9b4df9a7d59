//! Compile-time checks of the fields of views.

use super::nesting::Full;
use super::{Answer, Fuel, Leads, Source, View};

/// Whether the rows of a field lead to a view.
#[must_use]
pub const fn field_leads<Field, S: Source<Field>, T: View, F: Fuel>(_: fn() -> S) -> Leads {
    match <S::Leads<T, F> as Answer>::LEADS {
        Leads::There if S::HELD.is_boxed => Leads::ThereByBox,
        leads => leads,
    }
}

/// Compiles if the rows of a field can be shared, and if they do not contain the field's own view.
///
/// # Panics
///
/// Panics with one of the messages otherwise: generated code calls it at compile time.
#[track_caller]
pub const fn check_field<Field, S: Source<Field>, Own: View>(source: fn() -> S, not_cloned: &str, in_itself: &str) {
    assert!(S::HELD.is_shared, "{}", not_cloned);
    // If everything is in the struct itself, rustc reports that it has infinite size.
    assert!(!matches!(field_leads::<Field, S, Own, Full>(source), Leads::ThereByBox), "{}", in_itself);
}
