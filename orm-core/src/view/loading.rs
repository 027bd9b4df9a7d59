//! Loading the relations of views.

use std::fmt;
use std::sync::Arc;

use super::{ViewFields, ViewRow};
use crate::error::{Error, Result};
use crate::prefetch::{Branch, Context, Fetch, Loader, Loading, Parents, Prefetch, Slice, Slotted};
use crate::sql::Request;

/// A field that is loaded by a statement of its own, of a view whose fields are a `Draft`.
pub trait Part<Draft>: Send + Sync {
    /// As [`Prefetch::fetch`].
    fn fetch(&self) -> Fetch;

    /// Begins to load it for the rows of one query.
    fn start<'q>(&'q self, whole: bool) -> Box<dyn LoadingPart<Draft> + 'q>;
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

    /// What puts the field's values in their place, for one row after the other.
    ///
    /// # Errors
    ///
    /// As [`Branch::finish`].
    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Fill<Draft>>;
}

/// Puts a value in its place, for one row after the other.
type Fill<Draft> = Box<dyn FnMut(&mut Draft)>;

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
    fn fetch(&self) -> Fetch {
        self.field.fetch()
    }

    fn start<'q>(&'q self, whole: bool) -> Box<dyn LoadingPart<Draft> + 'q> {
        Box::new(LoadingField { branch: self.field.start(whole), place: self.place })
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

    fn finish(self: Box<Self>, parents: &dyn Parents) -> Result<Fill<Draft>> {
        let (mut values, place) = (self.branch.finish(parents)?.into_iter(), self.place);
        Ok(Box::new(move |draft| *place(draft) = values.next()))
    }
}

/// Makes views of rows, and loads their relations.
pub struct ViewLoader<V: ViewFields> {
    parts: Vec<Box<dyn Part<V::Draft>>>,
}

impl<V: ViewFields> ViewLoader<V> {
    /// What is fetched for a view, and its loader.
    #[must_use]
    pub fn loads() -> (Vec<Slotted>, Arc<dyn Loader<ViewRow<V>, V>>) {
        let parts = V::parts();
        let below = parts.iter().map(|part| Slotted::of_field(part.fetch())).collect();
        (below, Arc::new(ViewLoader::<V> { parts }))
    }
}

impl<V: ViewFields> Loader<ViewRow<V>, V> for ViewLoader<V> {
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<ViewRow<V>, V> + 'q> {
        Box::new(LoadingView::<V> { parts: self.parts.iter().map(|part| part.start(whole)).collect() })
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
                fill(&mut draft);
            }
            V::complete(draft).ok_or_else(|| Error::invalid("a field of a view was not loaded"))
        };
        rows.into_iter().map(complete).collect()
    }
}
