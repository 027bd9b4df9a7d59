//! What rows are filtered by: a condition, or perhaps one.

use super::{Condition, EachRow};

/// What rows of the model `M` are filtered by: a [`Condition`], or an `Option` of one, of which `None` leaves out no row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on rows of `{M}`",
    label = "not a condition on rows of `{M}`",
    note = "a condition begins with a column of `{M}`, as in `.filter(Student::last_name().eq(\"Lovelace\"))`; one on groups stands in `having`",
    note = "a condition on related rows stands in `has` or `any` of the relation: `Student::department().has(Department::name().eq(\"Law\"))`",
    note = "conditions are combined with `&` and `|`; `&&` and `||` take `bool`s alone"
)]
pub trait Filter<M, Of = EachRow> {
    /// The condition, if there is one.
    #[doc(hidden)]
    fn into_condition(self) -> Option<Condition<M, Of>>;
}

impl<M, Of> Filter<M, Of> for Condition<M, Of> {
    fn into_condition(self) -> Option<Self> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, Of> Filter<M, Of> for Option<Condition<M, Of>> {
    fn into_condition(self) -> Self {
        self
    }
}
