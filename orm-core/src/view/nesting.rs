//! The contents of views' fields at compile time, so that a view that contains itself, or shares rows that cannot be
//! cloned, does not compile.
//!
//! Constants cannot refer to each other in a cycle. So the question whether a view leads to another has some [`Fuel`],
//! of which each step from a view into one of its fields uses a part.

use std::cmp::Ordering;
use std::marker::PhantomData;

use super::View;

/// The contents of a field.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Whether the rows can be shared: because of their container, or because they can be cloned.
    pub(super) is_shared: bool,
    /// Whether they are on the heap, so that a struct can contain itself.
    pub(super) is_boxed: bool,
}

impl Held {
    /// No rows.
    pub const NO_ROWS: Self = Held { is_shared: true, is_boxed: false };

    /// Rows that are shared.
    pub const SHARED: Self = Held { is_shared: true, is_boxed: true };

    /// A list that owns its rows.
    #[must_use]
    pub const fn boxed<V: View>() -> Self {
        Held { is_shared: V::CLONE.is_some(), is_boxed: true }
    }

    /// A row itself, if there is one.
    #[must_use]
    pub const fn by_value<V: View>() -> Self {
        Held { is_shared: V::CLONE.is_some(), is_boxed: false }
    }
}

/// Whether something leads to a view: a type, because the answer depends on the view that is searched.
pub trait Answer {
    /// The answer.
    const LEADS: Leads;
}

/// Whether something leads to a view, and how.
#[derive(Clone, Copy, Debug)]
pub enum Leads {
    /// It does not.
    Nowhere,
    /// It contains the view.
    There,
    /// The view is on the heap, and owned or shared.
    ThereByBox,
}

impl Leads {
    /// Returns the stronger of two answers.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        if self as u8 >= other as u8 { self } else { other }
    }
}

/// The answer of a type that is not a view: it leads nowhere.
#[derive(Debug)]
pub struct No;

impl Answer for No {
    const LEADS: Leads = Leads::Nowhere;
}

/// The remaining number of steps from a view into a field: a type, because constants depend on it.
pub trait Fuel {
    /// Whether it is zero.
    const IS_EMPTY: bool;

    /// One step less.
    type Less: Fuel;
}

/// No step is left.
#[derive(Debug)]
pub struct Empty;

/// One step more than `F`.
#[derive(Debug)]
pub struct More<F>(PhantomData<F>);

impl Fuel for Empty {
    const IS_EMPTY: bool = true;
    type Less = Empty;
}

impl<F: Fuel> Fuel for More<F> {
    const IS_EMPTY: bool = false;
    type Less = F;
}

type Four<F> = More<More<More<More<F>>>>;

/// More steps than views are nested in practice.
pub(super) type Full = Four<Four<Four<Four<Four<Four<Four<Four<Empty>>>>>>>>;

/// Whether a view leads to another, as far as this is known without its fields.
#[must_use]
pub const fn towards<V: View, T: View, F: Fuel>() -> Option<Leads> {
    match compare(V::NAME.as_bytes(), T::NAME.as_bytes()) {
        Ordering::Equal => Some(Leads::There),
        // A cycle of several views is reported once, by the first of their names.
        Ordering::Less => Some(Leads::Nowhere),
        Ordering::Greater if F::IS_EMPTY => Some(Leads::Nowhere),
        Ordering::Greater => None,
    }
}

const fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return if left[at] < right[at] { Ordering::Less } else { Ordering::Greater };
        }
        at += 1;
    }
    match (left.len() > at, right.len() > at) {
        (true, _) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => Ordering::Equal,
    }
}

/// How rows that several parents share are cloned.
///
/// # Panics
///
/// Panics at compile time if they cannot be cloned, which [`check_field`] reports for the field.
pub(super) const fn cloning<V: View>() -> fn(&V) -> V {
    match V::CLONE {
        Some(clone) => clone,
        None => panic!("rows that several parents share are cloned; derive `Clone` for them"),
    }
}
