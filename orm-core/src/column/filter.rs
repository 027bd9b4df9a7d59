//! The argument of `filter`: a condition, or an optional one.

use super::{Condition, EachRow};

/// What `filter` takes for rows of the model `M`: a [`Condition`], or an `Option` of one, where `None` keeps all rows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on rows of `{M}`",
    label = "not a condition on rows of `{M}`",
    note = "a condition begins with a column of `{M}`, as in `.filter(Student::last_name().eq(\"Lovelace\"))`; a condition on groups goes into `having`",
    note = "a condition on related rows goes into `has` or `any` of the relation: `Student::department().has(Department::name().eq(\"Law\"))`",
    note = "conditions are combined with `&` and `|`; `&&` and `||` take only `bool`s"
)]
pub trait Filter<M, Of = EachRow> {
    /// Returns the condition, if there is one.
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
