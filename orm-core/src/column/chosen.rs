//! An order that comes from outside of the program, as a request brings it.

use super::{OrderBy, Ordering};
use crate::ast::{Expr, Order};
use crate::error::{Error, Result};
use crate::mapped::Mapped;

/// The order that a text asks for, among the columns that the program allows; what is not allowed is an error, and nothing
/// of the text gets into SQL.
///
/// The text names fields, separated by commas. Before one may stand a `-`, or after it `asc` or `desc`; without either the
/// direction is that of the allowed term, as is the place of its `NULL`s. An empty text asks for no order.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let allowed = (Student::last_name().asc(), Student::department_id().desc().nulls_last());
/// let order = orm::order_from("department_id, last_name desc", allowed)?;
/// let students = Student::query().order_by(order).all(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`is_invalid`](Error::is_invalid) when a term names no allowed field, one twice, or a direction that is none; the error
/// names the fields that are allowed.
pub fn order_from<M: Mapped>(text: &str, allowed: impl Ordering<M>) -> Result<Vec<OrderBy<M>>> {
    let mut terms = Vec::new();
    allowed.append_to(&mut terms)?;
    let mut allowed = terms.into_iter().map(Allowed::new::<M>).collect::<Result<Vec<_>>>()?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|term| chosen(term.trim(), &mut allowed)).collect()
}

/// A term that may be asked for, once.
struct Allowed {
    field: &'static str,
    order: Order,
    is_taken: bool,
}

impl Allowed {
    fn new<M: Mapped>(order: Order) -> Result<Self> {
        let Expr::Column(column) = order.by else {
            return Err(Error::invalid(
                "an order from outside is one by columns; an expression has no name to ask for",
            ));
        };
        Ok(Allowed { field: M::TABLE.columns[column].field, order, is_taken: false })
    }
}

fn chosen<M: Mapped>(term: &str, allowed: &mut [Allowed]) -> Result<OrderBy<M>> {
    let mut words = term.split_ascii_whitespace();
    let (field, direction) = (words.next().unwrap_or_default(), words.next());
    let (field, is_reversed) = field.strip_prefix('-').map_or((field, false), |field| (field, true));
    let descending = match (direction, is_reversed) {
        (None, false) => None,
        (None, true) => Some(true),
        (Some(word), false) if word.eq_ignore_ascii_case("asc") => Some(false),
        (Some(word), false) if word.eq_ignore_ascii_case("desc") => Some(true),
        _ => return Err(refused::<M>(term, allowed)),
    };
    let at = allowed.iter().position(|other| other.field == field && !other.is_taken && words.next().is_none());
    let Some(found) = at.and_then(|at| allowed.get_mut(at)) else { return Err(refused::<M>(term, allowed)) };
    found.is_taken = true;
    let Order { by, descending: usual, nulls } = found.order.clone();
    Ok(OrderBy { nulls, ..OrderBy::new(Ok(by), descending.unwrap_or(usual)) })
}

fn refused<M: Mapped>(term: &str, allowed: &[Allowed]) -> Error {
    let fields: Vec<String> = allowed.iter().map(|allowed| format!("`{}`", allowed.field)).collect();
    let shown: String = term.chars().take(40).flat_map(char::escape_debug).collect();
    Error::invalid(format!(
        "rows of `{}` cannot be ordered by `{shown}`; write each of {} at most once, with `asc` or `desc`",
        M::TABLE.model,
        fields.join(", ")
    ))
}
