//! Parts and beginnings of dates and date-times.

use super::{Held, Writer};
use crate::ast::{Argument, Calendar, Expr};
use crate::types::{Form, SqlType};

impl Calendar {
    /// The type of its result, for a date or a date-time.
    pub(super) fn held(self, sql_type: SqlType) -> Held {
        Held::native(if self.is_part() { SqlType::Int32 } else { sql_type })
    }
}

impl Writer<'_> {
    /// A part or the beginning of a date or a date-time, in its stored form.
    pub(super) fn calendar(&mut self, calendar: Calendar, argument: &Argument) {
        let form = self.held(&argument.value).map_or(Form::Native, |held| held.form);
        let held = Held { sql_type: argument.sql_type, form };
        self.dialect.calendar(self, calendar, held, &mut |writer| writer.bracketed(&argument.value));
    }

    /// A value as the operand of an operator.
    fn bracketed(&mut self, value: &Expr) {
        if matches!(value, Expr::Column(_) | Expr::Joined(..) | Expr::ValueOf(..) | Expr::Calendar(..)) {
            return self.expr(value);
        }
        self.push("(").expr(value);
        self.push(")");
    }
}
