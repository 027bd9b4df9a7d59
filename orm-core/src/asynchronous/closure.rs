//! The bounds of async closures whose futures can be sent to another thread.
//!
//! `AsyncFnOnce` alone cannot express that its future is `Send`. So each trait here also requires the plain closure
//! trait, whose output is that future, and names it. Both bounds are on the same closure, so the compiler infers its
//! parameter from them.

use std::future::Future;
use std::pin::Pin;

use crate::error::{Error, Result};

/// The future of a transaction. It has its own boxed type, so that a function that awaits it can be called in a
/// transaction: the compiler cannot prove that nested futures of a generic type are `Send` for each lifetime.
pub type Transacting<'c, T, E = Error> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// An async closure that is called once: `async |tx| { .. }`.
#[diagnostic::on_unimplemented(
    message = "this is not an async closure of a transaction",
    label = "write `async |tx| {{ .. }}`",
    note = "its future has to be `Send`, so everything that it holds across an `.await` has to be `Send`"
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
    note = "it runs again, so it must not move or mutate captured values, and its future has to be `Send`"
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
