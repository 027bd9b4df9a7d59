//! What a row is found by.

/// What a row of the model `M` is found by: its primary key, of type `K`, or what converts into it.
///
/// A trait beside `Into`, so that the compiler's message speaks of rows and keys.
#[diagnostic::on_unimplemented(
    message = "a `{M}` is not found by a `{Self}`",
    label = "the primary key is a `{K}`",
    note = "a row is found by the whole of its primary key; by other columns it is found by a condition: `.filter(Student::email().eq(..)).one(&db)`"
)]
pub trait KeyOf<M, K> {
    /// The key.
    #[doc(hidden)]
    fn into_key(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<M, K, T: Into<K>> KeyOf<M, K> for T {
    fn into_key(self) -> K {
        self.into()
    }
}
