//! The bounds of async closures whose futures can be sent to another thread.
//!
//! `AsyncFnOnce` alone cannot say that its future is `Send`. So each trait here asks for the plain closure trait too, whose output is
//! that future, and gives it a name. Both bounds stand on the same closure, so that the compiler infers its parameter from them.

use std::future::Future;
use std::pin::Pin;

use crate::error::{Error, Result};

/// What runs a transaction. A type by itself and in a box, so that a function that awaits it can be called in a transaction: the
/// compiler cannot prove that nested futures of a generic type are `Send` for each lifetime.
pub type Transacting<'c, T, E = Error> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// An async closure that is called once: `async |tx| { .. }`.
#[diagnostic::on_unimplemented(
    message = "this is not an async closure of a transaction",
    label = "write `async |tx| {{ .. }}`",
    note = "its future has to be `Send`, and so what it holds while it awaits"
)]
pub trait Transact<A, R>: AsyncFnOnce(A) -> R + FnOnce(A) -> <Self as Transact<A, R>>::Fut {
    /// What the closure returns.
    type Fut: Future<Output = R>;
}

impl<F, A, Fut, R> Transact<A, R> for F
where
    F: AsyncFnOnce(A) -> R + FnOnce(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// An async closure that may be called several times.
#[diagnostic::on_unimplemented(
    message = "this is not an async closure of a transaction that can be run again",
    label = "write `async |tx| {{ .. }}`",
    note = "it may not move or change what it captures, and its future has to be `Send`"
)]
pub trait Retry<A, R>: AsyncFn(A) -> R + Fn(A) -> <Self as Retry<A, R>>::Fut {
    /// What the closure returns.
    type Fut: Future<Output = R>;
}

impl<F, A, Fut, R> Retry<A, R> for F
where
    F: AsyncFn(A) -> R + Fn(A) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}
