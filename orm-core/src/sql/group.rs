//! Groups of rows: their keys and conditions; distinct rows, which are groups too.
//!
//! PostgreSQL treats two expressions as equal only if they are the same in everything, including the numbers of their
//! parameters and the aliases in their subqueries. So a computed key is rendered once, and its text is repeated
//! wherever the key occurs.

use super::{GroupKey, Writer, Written};
use crate::ast::{Expr, Group, Select};

impl Writer<'_> {
    /// Notes the expressions that the rows under an alias are grouped by, or distinguished by if duplicates are
    /// removed.
    pub(super) fn note_keys(&mut self, alias: usize, select: &Select) -> &mut Self {
        let keys = select.group.iter().flat_map(|group| &group.by);
        let outputs = select.outputs.iter().filter(|_| select.distinct).flat_map(|outputs| outputs.iter());
        let computed = keys.chain(outputs).filter(|key| !matches!(key, Expr::Column(_)));
        self.keys.extend(computed.map(|key| GroupKey { alias, value: key.clone(), written: None }));
        self
    }

    /// Writes a value if it is a computed key of groups: with the same text as before, if it was written.
    pub(super) fn group_key(&mut self, expr: &Expr) -> bool {
        let Some((scope, _)) = self.scope() else { return false };
        let Some(at) = self.keys.iter().position(|key| key.alias == scope && key.value == *expr) else { return false };
        if let Some(written) = self.keys[at].written.clone() {
            self.push(&written.text);
            if !self.dialect.numbers_parameters() {
                self.params.extend(written.params);
            }
            return true;
        }
        // While it is written for the first time it is not a key.
        let key = self.keys.swap_remove(at);
        let (text, params) = (self.text.len(), self.params.len());
        self.expr(expr);
        let written = Written { text: self.text[text..].to_owned(), params: self.params[params..].to_vec() };
        self.keys.push(GroupKey { written: Some(written), ..key });
        true
    }

    /// ` GROUP BY … HAVING …`
    pub(super) fn groups(&mut self, group: &Group) {
        if !group.by.is_empty() {
            self.push(" GROUP BY ").separated(", ", &group.by, Self::told_apart_by);
        }
        self.conditions(" HAVING ", &group.having);
    }
}
