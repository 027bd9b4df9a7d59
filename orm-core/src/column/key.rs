//! What converts to a primary key.

/// What identifies a row of the model `M`: its primary key, of type `K`, or a value that converts into it.
///
/// This is a trait besides `Into`, so that the compiler's message is about rows and keys.
#[diagnostic::on_unimplemented(
    message = "a `{M}` cannot be found by a `{Self}`",
    label = "the primary key is a `{K}`",
    note = "pass the whole primary key; to find a row by other columns, write a condition: `.filter(Student::email().eq(..)).one(&db)`"
)]
pub trait KeyOf<M, K> {
    /// Returns the key.
    #[doc(hidden)]
    fn into_key(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<M, K, T: Into<K>> KeyOf<M, K> for T {
    fn into_key(self) -> K {
        self.into()
    }
}
