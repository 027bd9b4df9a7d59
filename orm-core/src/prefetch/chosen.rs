//! A relation that is loaded or not, as the program decides at run time.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Branch, Context, Draft, Loader, Loading, LoadingWith, Parents, Prefetch};
use crate::error::Result;
use crate::loaded::{Attach, MaybeLoaded, Record};
use crate::row::Row;
use crate::sql::Request;

/// The rows of an inner loader with one more relation if it was chosen, which goes into the slot `S`.
pub(crate) struct WithChosen<M, Row, R, S> {
    inner: Arc<dyn Loader<M, Row>>,
    relation: Option<R>,
    slot: PhantomData<fn() -> S>,
}

impl<M, Row, R: Prefetch, S: 'static> WithChosen<M, Row, R, S> {
    /// Loads the relation if it is wanted, and adds it to the draft.
    pub(crate) fn new(inner: Arc<dyn Loader<M, Row>>, draft: &mut Draft, wanted: bool, relation: R) -> Self {
        let relation = Some(relation).filter(|_| wanted);
        if let Some(relation) = &relation {
            draft.fetch::<S>(relation.fetch());
        }
        WithChosen { inner, relation, slot: PhantomData }
    }
}

impl<M, Row, R, S> Loader<M, Row::Out> for WithChosen<M, Row, R, S>
where
    M: Record,
    R: Prefetch,
    S: 'static,
    Row: Attach<S, MaybeLoaded<R::State>>,
{
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<M, Row::Out> + 'q> {
        let inner = self.inner.start(whole);
        let branch = Box::new(Chosen(self.relation.as_ref().map(|relation| relation.start(whole))));
        Box::new(LoadingWith::<M, Row, S, MaybeLoaded<R::State>> { inner, branch, slot: PhantomData })
    }
}

/// A relation that is being loaded, if it was chosen.
struct Chosen<'q, S>(Option<Box<dyn Branch<S> + 'q>>);

impl<S> Branch<MaybeLoaded<S>> for Chosen<'_, S> {
    fn take(&mut self, row: Row<'_>, at: &mut usize) -> Result<()> {
        self.0.as_mut().map_or(Ok(()), |branch| branch.take(row, at))
    }

    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.0.as_mut().map_or(Ok(()), |branch| branch.requests(parents, context, wanted))
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Vec<MaybeLoaded<S>>> {
        match self.0 {
            Some(branch) => {
                Ok(branch.finish(parents)?.into_iter().map(|state| MaybeLoaded::new(Some(state))).collect())
            }
            None => Ok((0..parents.count()).map(|_| MaybeLoaded::new(None)).collect()),
        }
    }
}
