//! Patterns that texts are matched with.

use super::{Expression, refused};
use crate::ast::{Expr, Letters, Pattern};
use crate::column::{Column, Condition};
use crate::mapped::Mapped;
use crate::types::{ColumnType, TextType};
use crate::value::Mismatch;

/// Conditions on a text: the same of a column and of an expression, of each row or of each group.
macro_rules! patterns {
    ($(<$($of:ident)?> $type:ident of $each:ty;)*) => {$(
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            /// Matches a pattern in which `%` stands for any text, `_` for any character, and `\` takes the next one literally.
            ///
            /// The case of ASCII letters is ignored, and that of other letters counts, on every database. For a text that comes from a
            /// user use [`contains`](Self::contains), which takes `%` and `_` literally.
            ///
            /// A pattern that ends in a `\` that escapes nothing, or holds a NUL, is an error when the query runs.
            ///
            /// SQL: `"title" LIKE ? ESCAPE '\'`; on PostgreSQL `CAST("title" AS text) COLLATE "C" ILIKE ? ESCAPE '\'`
            #[doc(alias = "ilike")]
            pub fn like(self, pattern: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Like(pattern.into()), Letters::EitherCase)
            }

            /// Contains a text, taken literally. Ignores the case of ASCII letters, as [`like`](Self::like) does.
            #[doc(alias = "icontains")]
            pub fn contains(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Contains(text.into()), Letters::EitherCase)
            }

            /// Starts with a text, taken literally. Ignores the case of ASCII letters, as [`like`](Self::like) does.
            ///
            /// An index of the column is used for what the text begins with before its first ASCII letter, as in `"2024-"`; on SQLite
            /// for all of it, if the index has the collation `NOCASE`. If cases count, prefer
            /// [`starts_with_case_sensitive`](Self::starts_with_case_sensitive), which uses the index for the whole text.
            #[doc(alias = "istartswith")]
            pub fn starts_with(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::StartsWith(text.into()), Letters::EitherCase)
            }

            /// Ends with a text, taken literally. Ignores the case of ASCII letters, as [`like`](Self::like) does.
            #[doc(alias = "iendswith")]
            pub fn ends_with(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::EndsWith(text.into()), Letters::EitherCase)
            }

            /// Matches a pattern as [`like`](Self::like) does, but `a` does not match `A`.
            ///
            /// The wildcards are the same on every database: `%`, `_` and `\`.
            ///
            /// SQL: `"title" GLOB ?`; on PostgreSQL `CAST("title" AS text) COLLATE "C" LIKE ? ESCAPE '\'`
            #[doc(alias = "glob")]
            pub fn like_case_sensitive(self, pattern: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Like(pattern.into()), Letters::AsWritten)
            }

            /// Contains a text as it is written: `a` does not match `A`.
            pub fn contains_case_sensitive(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Contains(text.into()), Letters::AsWritten)
            }

            /// Starts with a text as it is written: `a` does not match `A`.
            ///
            /// An index of the column is used. On PostgreSQL that is an index with the collation `C`, as a column has that
            /// `create_tables` created, or one of the operator class `text_pattern_ops`.
            #[doc(alias = "startswith")]
            pub fn starts_with_case_sensitive(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::StartsWith(text.into()), Letters::AsWritten)
            }

            /// Ends with a text as it is written: `a` does not match `A`.
            pub fn ends_with_case_sensitive(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::EndsWith(text.into()), Letters::AsWritten)
            }
        }
    )*};
}

patterns! {
    <> Column of crate::column::EachRow;
    <Of> Expression of Of;
}

fn matches<M: Mapped, T: TextType, Of>(
    text: Expression<M, T, Of>,
    pattern: Pattern,
    letters: Letters,
) -> Condition<M, Of> {
    let refusal = if pattern.text().contains('\0') {
        // Databases that take a NUL at all end the pattern there, and would find other rows.
        "a pattern cannot hold a NUL"
    } else if pattern.ends_in_escape() {
        // What this means is up to the database: nothing is found, or the statement fails.
        "a pattern cannot end in `\\`, which takes the next character literally"
    } else {
        let (depth, text) = text.into_related();
        return match text {
            Ok(text) => Condition::new(Expr::Like(Box::new(text), pattern, letters)).at_depth(depth),
            Err(error) => Condition::failed(Some(error)),
        };
    };
    Condition::failed(Some(refused::<M>(text.column, Mismatch::Unstorable(refusal))))
}
