//! Loading the relations of views.

use std::fmt;
use std::sync::Arc;

use super::{ViewFields, ViewRow};
use crate::error::{Error, Result};
use crate::prefetch::{Branch, Context, Fetch, Loader, Loading, Prefetch, Slice, Slotted};
use crate::sql::Request;

/// A field of a view that a separate statement loads.
pub struct FieldLoader<V: ViewFields> {
    fetch: Fetch,
    filling: Box<dyn Loader<ViewRow<V>, ViewRow<V>>>,
}

/// The position of a field in the draft of a view.
type Place<V, F> = fn(&mut <V as ViewFields>::Draft) -> &mut Option<F>;

impl<V: ViewFields> FieldLoader<V> {
    /// Returns the loader of a field with its position; `None` for a field that is read with the row.
    #[must_use]
    pub fn of<F: 'static>(field: Option<Box<dyn Prefetch<State = F>>>, place: Place<V, F>) -> Option<Self> {
        let field = field?;
        Some(FieldLoader { fetch: field.fetch(), filling: Box::new(Filling::<V, F> { field, place }) })
    }
}

impl<V: ViewFields> fmt::Debug for FieldLoader<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loader of a field of {}", std::any::type_name::<V>())
    }
}

/// Makes views of rows, and loads their relations.
pub struct ViewLoader<V: ViewFields> {
    fields: Vec<FieldLoader<V>>,
}

impl<V: ViewFields> ViewLoader<V> {
    /// Returns what is fetched for a view, and its loader.
    #[must_use]
    pub fn loads() -> (Vec<Slotted>, Arc<dyn Loader<ViewRow<V>, V>>) {
        let fields = V::loaded_fields();
        let below = fields.iter().map(|field| Slotted::of_field(field.fetch.clone())).collect();
        (below, Arc::new(ViewLoader::<V> { fields }))
    }
}

impl<V: ViewFields> Loader<ViewRow<V>, V> for ViewLoader<V> {
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<ViewRow<V>, V> + 'q> {
        Box::new(LoadingView::<V> { fields: self.fields.iter().map(|field| field.filling.start(whole)).collect() })
    }
}

impl<V: ViewFields> fmt::Debug for ViewLoader<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loader of {}", std::any::type_name::<V>())
    }
}

struct LoadingView<'q, V: ViewFields> {
    fields: Vec<Box<dyn Loading<ViewRow<V>, ViewRow<V>> + 'q>>,
}

impl<V: ViewFields> Loading<ViewRow<V>, V> for LoadingView<'_, V> {
    fn requests<'a>(
        &'a mut self,
        parents: &[ViewRow<V>],
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.fields.iter_mut().try_for_each(|field| field.requests(parents, context, wanted))
    }

    fn finish(self: Box<Self>, rows: Vec<ViewRow<V>>) -> Result<Vec<V>> {
        let rows = self.fields.into_iter().try_fold(rows, |rows, field| field.finish(rows))?;
        let not_loaded = || Error::invalid("a field of a view was not loaded");
        rows.into_iter().map(|row| V::complete(row.draft).ok_or_else(not_loaded)).collect()
    }
}

/// Fills in a field of the rows.
struct Filling<V: ViewFields, F> {
    field: Box<dyn Prefetch<State = F>>,
    place: Place<V, F>,
}

impl<V: ViewFields, F: 'static> Loader<ViewRow<V>, ViewRow<V>> for Filling<V, F> {
    fn start<'q>(&'q self, whole: bool) -> Box<dyn Loading<ViewRow<V>, ViewRow<V>> + 'q> {
        Box::new(LoadingField::<V, F> { branch: self.field.start(whole), place: self.place })
    }
}

struct LoadingField<'q, V: ViewFields, F> {
    branch: Box<dyn Branch<F> + 'q>,
    place: Place<V, F>,
}

impl<V: ViewFields, F> Loading<ViewRow<V>, ViewRow<V>> for LoadingField<'_, V, F> {
    fn requests<'a>(
        &'a mut self,
        parents: &[ViewRow<V>],
        context: &Context,
        wanted: &mut Vec<Request<'a>>,
    ) -> Result<()> {
        self.branch.requests(&Slice(parents), context, wanted)
    }

    fn finish(self: Box<Self>, mut rows: Vec<ViewRow<V>>) -> Result<Vec<ViewRow<V>>> {
        let values = self.branch.finish(&Slice(&rows))?;
        for (row, value) in rows.iter_mut().zip(values) {
            *(self.place)(&mut row.draft) = Some(value);
        }
        Ok(rows)
    }
}
