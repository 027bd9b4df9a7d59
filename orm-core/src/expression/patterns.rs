//! Patterns of text.

use super::{Expression, refused};
use crate::ast::{Expr, Letters, Pattern};
use crate::column::{Column, Condition};
use crate::mapped::Mapped;
use crate::types::{ColumnType, TextType};
use crate::value::Mismatch;

/// Conditions on text, for columns and for expressions, of each row or of each group.
macro_rules! patterns {
    ($(<$($of:ident)?> $type:ident of $each:ty;)*) => {$(
        impl<M: Mapped, T: ColumnType, $($of)?> $type<M, T, $($of)?> {
            /// Tests whether the text matches a pattern, in which `%` matches any text, `_` any character, and `\`
            /// escapes the next character.
            ///
            /// The case of ASCII letters is ignored, and the case of other letters matters, on every database. For
            /// user-supplied text call [`contains`](Self::contains), which takes `%` and `_` literally.
            ///
            /// A pattern that ends in an unescaped `\`, or contains a NUL, is an error when the query runs.
            ///
            /// SQL: `"title" LIKE ? ESCAPE '\'`; on PostgreSQL `CAST("title" AS text) COLLATE "C" ILIKE ? ESCAPE '\'`
            #[doc(alias = "ilike")]
            pub fn like(self, pattern: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Like(pattern.into()), Letters::EitherCase)
            }

            /// Tests whether the text contains another one, taken literally. The case of ASCII letters is ignored, as
            /// with [`like`](Self::like).
            #[doc(alias = "icontains")]
            pub fn contains(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Contains(text.into()), Letters::EitherCase)
            }

            /// Tests whether the text starts with another one, taken literally. The case of ASCII letters is ignored,
            /// as with [`like`](Self::like).
            ///
            /// An index of the column is used for the characters before the first ASCII letter, as in `"2024-"`; on
            /// SQLite for all of them, if the index has the collation `NOCASE`. If the case matters, prefer
            /// [`starts_with_case_sensitive`](Self::starts_with_case_sensitive), which uses the index for the whole
            /// text.
            #[doc(alias = "istartswith")]
            pub fn starts_with(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::StartsWith(text.into()), Letters::EitherCase)
            }

            /// Tests whether the text ends with another one, taken literally. The case of ASCII letters is ignored, as
            /// with [`like`](Self::like).
            #[doc(alias = "iendswith")]
            pub fn ends_with(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::EndsWith(text.into()), Letters::EitherCase)
            }

            /// Tests whether the text matches a pattern, like [`like`](Self::like), but case-sensitively: `a` does not
            /// match `A`.
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

            /// Tests whether the text contains another one, case-sensitively: `a` does not match `A`.
            pub fn contains_case_sensitive(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::Contains(text.into()), Letters::AsWritten)
            }

            /// Tests whether the text starts with another one, case-sensitively: `a` does not match `A`.
            ///
            /// An index of the column is used. On PostgreSQL the index needs the collation `C`, which columns have that
            /// `create_tables` created, or the operator class `text_pattern_ops`.
            #[doc(alias = "startswith")]
            pub fn starts_with_case_sensitive(self, text: impl Into<String>) -> Condition<M, $each>
            where
                T: TextType,
            {
                matches(self.into(), Pattern::StartsWith(text.into()), Letters::AsWritten)
            }

            /// Tests whether the text ends with another one, case-sensitively: `a` does not match `A`.
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
        // Databases that accept a NUL end the pattern there, and would find other rows.
        "a pattern cannot hold a NUL"
    } else if pattern.ends_in_escape() {
        // Databases treat this differently: the pattern matches nothing, or the statement fails.
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
