//! Loading the relations of views.

use std::fmt;
use std::sync::Arc;

use super::{ViewFields, ViewRow};
use crate::error::{Error, Result};
use crate::prefetch::{Branch, Context, Loader, Loading, Parents, Prefetch, Slice, Step};
use crate::sql::Request;

/// A field that is loaded by a statement of its own, of a view whose fields are a `Draft`.
pub trait Part<Draft>: Send + Sync {
    /// Begins to load it for the rows of one query.
    fn start<'q>(&'q self, whole: bool) -> Box<dyn LoadingPart<Draft> + 'q>;

    /// As [`Prefetch::plan`].
    fn plan(&self, whole: bool, context: &Context) -> Step;

    /// As [`Prefetch::error`].
    fn error(&self) -> Option<&Error>;

    /// As [`Prefetch::needs_indexes`].
    fn needs_indexes(&self) -> bool;
}

/// A field that is being loaded.
pub trait LoadingPart<Draft> {
    /// As [`Branch::requests`].
    ///
    /// # Errors
    ///
    /// When a parent's key cannot be sent.
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()>;

    /// What the field holds in each row.
    ///
    /// # Errors
    ///
    /// As [`Branch::finish`].
    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Box<dyn Fill<Draft>>>;
}

/// The values of a field, for one row after the other.
pub trait Fill<Draft> {
    /// Puts the next row's value in its place.
    fn fill(&mut self, draft: &mut Draft);
}

/// The place of a field in a draft.
type Place<Draft, F> = fn(&mut Draft) -> &mut Option<F>;

/// The field that is loaded so, and its place.
pub fn part<Draft: 'static, F: 'static>(
    field: Option<Box<dyn Prefetch<State = F>>>,
    place: Place<Draft, F>,
) -> Option<Box<dyn Part<Draft>>> {
    Some(Box::new(FieldPart { field: field?, place }))
}

struct FieldPart<Draft, F> {
    field: Box<dyn Prefetch<State = F>>,
    place: Place<Draft, F>,
}

impl<Draft: 'static, F: 'static> Part<Draft> for FieldPart<Draft, F> {
    fn start<'q>(&'q self, whole: bool) -> Box<dyn LoadingPart<Draft> + 'q> {
        Box::new(LoadingField { branch: self.field.start(whole), place: self.place })
    }

    fn plan(&self, whole: bool, context: &Context) -> Step {
        self.field.plan(whole, context)
    }

    fn error(&self) -> Option<&Error> {
        self.field.error()
    }

    fn needs_indexes(&self) -> bool {
        self.field.needs_indexes()
    }
}

struct LoadingField<'q, Draft, F> {
    branch: Box<dyn Branch<F> + 'q>,
    place: Place<Draft, F>,
}

impl<Draft: 'static, F: 'static> LoadingPart<Draft> for LoadingField<'_, Draft, F> {
    fn requests<'a>(
        &'a mut self,
        parents: &dyn Parents,
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.branch.requests(parents, context, wanted)
    }

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Box<dyn Fill<Draft>>> {
        let values = self.branch.finish(parents)?.into_iter();
        Ok(Box::new(Filling { values, place: self.place }))
    }
}

struct Filling<Draft, F> {
    values: std::vec::IntoIter<F>,
    place: Place<Draft, F>,
}

impl<Draft, F> Fill<Draft> for Filling<Draft, F> {
    fn fill(&mut self, draft: &mut Draft) {
        *(self.place)(draft) = self.values.next();
    }
}

/// Makes views of rows, and loads their relations.
pub struct ViewLoader<V: ViewFields> {
    parts: Vec<Box<dyn Part<V::Draft>>>,
}

impl<V: ViewFields> ViewLoader<V> {
    /// The loader of a view.
    #[must_use]
    pub fn shared() -> Arc<dyn Loader<ViewRow<V>, V>> {
        Arc::new(ViewLoader::<V> { parts: V::parts() })
    }
}

impl<V: ViewFields> Loader<ViewRow<V>, V> for ViewLoader<V> {
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<ViewRow<V>, V> + 'q> {
        Box::new(LoadingView::<V> { parts: self.parts.iter().map(|part| part.start(whole)).collect() })
    }

    fn plan(&self, whole: bool, context: &Context, steps: &mut Vec<Step>) {
        steps.extend(self.parts.iter().map(|part| part.plan(whole, context)));
    }

    fn is_plain(&self) -> bool {
        self.parts.is_empty()
    }

    fn needs_indexes(&self) -> bool {
        self.parts.iter().any(|part| part.needs_indexes())
    }

    fn error(&self) -> Option<&Error> {
        self.parts.iter().find_map(|part| part.error())
    }
}

impl<V: ViewFields> fmt::Debug for ViewLoader<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loader of {}", std::any::type_name::<V>())
    }
}

struct LoadingView<'q, V: ViewFields> {
    parts: Vec<Box<dyn LoadingPart<V::Draft> + 'q>>,
}

impl<V: ViewFields> Loading<ViewRow<V>, V> for LoadingView<'_, V> {
    fn requests<'a>(
        &'a mut self,
        parents: &[ViewRow<V>],
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.parts.iter_mut().try_for_each(|part| part.requests(&Slice(parents), context, wanted))
    }

    fn finish(self: Box<Self>, rows: Vec<ViewRow<V>>) -> Result<Vec<V>> {
        let fills = self.parts.into_iter().map(|part| part.finish(&Slice(&rows)));
        let mut fills = fills.collect::<Result<Vec<_>>>()?;
        let complete = |row: ViewRow<V>| {
            let mut draft = row.draft;
            for fill in &mut fills {
                fill.fill(&mut draft);
            }
            V::complete(draft).ok_or_else(|| Error::invalid("a field of a view was not loaded"))
        };
        rows.into_iter().map(complete).collect()
    }
}
