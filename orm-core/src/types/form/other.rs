//! What a column stores that is not in the form of its model.

use super::Form;
use crate::types::SqlType;

/// A column that stores values in another form than its model declares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OtherForm {
    /// All observed values are in this form.
    Form(Form),
    /// Numbers without a known unit.
    Numbers,
    /// Values that no form can read.
    Unknown,
}

impl OtherForm {
    /// What a column stores, and the attribute to write.
    pub(crate) fn describe(self, sql_type: SqlType, own: Form) -> String {
        let kind = sql_type.describe();
        match self {
            OtherForm::Form(Form::Mixed) => format!(
                "holds each {kind} in one of several forms, and not always in `{own}`; \
                 write `#[model(stored = mixed)]` on the field, or give all values one form"
            ),
            OtherForm::Form(form) => format!(
                "holds each {kind} in the form `{form}`, and not in `{own}`; write `#[model(stored = {form})]` on the field"
            ),
            OtherForm::Numbers if matches!(sql_type, SqlType::DateTime | SqlType::Timestamp) => {
                "holds numbers without a unit; write `#[model(stored = unix_seconds)]` on the field, or \
                 `unix_milliseconds`, `unix_microseconds` or `julian_day`"
                    .to_owned()
            }
            OtherForm::Numbers | OtherForm::Unknown => format!(
                "holds a value that is not a {kind} in any known form; give the field another type, or \
                 `#[model(with = ..)]` for a codec"
            ),
        }
    }
}
