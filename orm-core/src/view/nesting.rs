//! What the fields of views hold, as it is known while a program compiles: so that a view that contains itself, or hands out
//! rows that cannot be cloned, does not compile.
//!
//! Constants cannot refer to each other in a circle. So whether a view leads to another is asked with some [`Fuel`], of which
//! each step from a view into one of its fields takes a part.

use std::cmp::Ordering;
use std::marker::PhantomData;

use super::View;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Whether the rows can be handed out: by what they are held in, or since they can be cloned.
    pub(super) is_shared: bool,
    /// Whether they lie on the heap, so that a struct can contain itself by them.
    pub(super) is_boxed: bool,
}

impl Held {
    /// No rows.
    pub const NO_ROWS: Self = Held { is_shared: true, is_boxed: false };

    /// Rows that are shared.
    pub const SHARED: Self = Held { is_shared: true, is_boxed: true };

    /// A list of rows of its own.
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

/// Whether something leads to a view: a type, since the answer of a view depends on the view that is looked for.
pub trait Answer {
    /// The answer.
    const LEADS: Leads;
}

/// Whether something leads to a view, and how.
#[derive(Clone, Copy, Debug)]
pub enum Leads {
    /// It does not.
    Nowhere,
    /// The view lies in it.
    There,
    /// The view lies on the heap, which it owns or shares.
    ThereByBox,
}

impl Leads {
    /// Either of two answers, the one that leads further.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        if self as u8 >= other as u8 { self } else { other }
    }
}

/// The answer of what is no view: it leads nowhere.
#[derive(Debug)]
pub struct No;

impl Answer for No {
    const LEADS: Leads = Leads::Nowhere;
}

/// How many steps from a view into a field are left: a type, since the constants that are asked for depend on it.
pub trait Fuel {
    /// Whether none is.
    const IS_EMPTY: bool;

    /// One less.
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

/// More steps than anybody nests views.
pub(super) type Full = Four<Four<Four<Four<Four<Four<Four<Four<Empty>>>>>>>>;

/// Whether a view leads to another, as far as that can be told without its fields.
#[must_use]
pub const fn towards<V: View, T: View, F: Fuel>() -> Option<Leads> {
    match compare(V::NAME.as_bytes(), T::NAME.as_bytes()) {
        Ordering::Equal => Some(Leads::There),
        // A circle of several views is told of once, by the first of their names.
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
/// While compiling, when they cannot be, which [`check_field`] says of the field that they are for.
pub(super) const fn cloning<V: View>() -> fn(&V) -> V {
    match V::CLONE {
        Some(clone) => clone,
        None => panic!("rows that several parents share are cloned; derive `Clone` for them"),
    }
}
