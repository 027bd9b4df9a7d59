//! An order that comes from outside of the program, as a request brings it.

use super::{OrderBy, Ordering};
use crate::ast::{Expr, Order};
use crate::error::{Error, Result};
use crate::mapped::Mapped;

/// Reads the order that a text asks for, among the terms that the program allows; what is not allowed is an error, and nothing
/// of the text gets into SQL.
///
/// The text names terms, separated by commas. Before one may stand a `-`, or after it `asc` or `desc`; without either the
/// direction is that of the allowed term, as is the place of its `NULL`s. An empty text asks for no order.
///
/// A column is called as its field. Anything else that rows are ordered by, such as a value of related rows, needs a name
/// ([`OrderBy::named`]), which a column may have too.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/school.rs"));
/// # fn main() -> Result<()> {
/// # let db = school()?;
/// let allowed = (
///     Student::last_name().asc(),
///     Student::department().value(Department::name()).asc().nulls_last().named("department"),
///     Student::courses().count().desc().named("courses"),
/// );
/// let order = orm::order_from("courses, last_name desc", allowed)?;
/// let students = Student::query().order_by(order).all(&db)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`is_invalid`](Error::is_invalid) when the text has a term that is not allowed, a term twice, or a word for the direction other
/// than `asc` and `desc`; the error names the terms that are allowed. Also when an allowed term has no name, or one that another has or no text can ask for.
pub fn order_from<M: Mapped>(text: &str, allowed: impl Ordering<M>) -> Result<Vec<OrderBy<M>>> {
    let mut terms = Vec::new();
    allowed.append_to(&mut terms)?;
    let mut allowed = terms.into_iter().map(Allowed::new::<M>).collect::<Result<Vec<_>>>()?;
    check_distinct(&allowed)?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|term| chosen(term.trim(), &mut allowed)).collect()
}

/// A term that may be asked for, once.
struct Allowed {
    name: &'static str,
    order: Order,
    is_taken: bool,
}

impl Allowed {
    fn new<M: Mapped>(order: Order) -> Result<Self> {
        let name = match (order.name, &order.by) {
            (Some(name), _) => name,
            (None, Expr::Column(column)) => M::TABLE.columns[*column].field,
            (None, _) => {
                return Err(Error::invalid(
                    "an order from outside asks for columns by their fields, and for other values by names: add `.named(\"..\")`",
                ));
            }
        };
        if name.is_empty()
            || name.starts_with('-')
            || name.contains(|letter: char| letter == ',' || letter.is_whitespace())
        {
            return Err(Error::invalid(format!("no text can ask for an order named {name:?}; give it another name")));
        }
        Ok(Allowed { name, order, is_taken: false })
    }
}

/// Refuses two terms of one name, of which the second could not be asked for.
fn check_distinct(allowed: &[Allowed]) -> Result<()> {
    let is_taken =
        |(position, term): &(usize, &Allowed)| allowed[..*position].iter().any(|other| other.name == term.name);
    match allowed.iter().enumerate().find(is_taken) {
        None => Ok(()),
        Some((_, term)) => Err(Error::invalid(format!("two orders are named `{}`; give one another name", term.name))),
    }
}

fn chosen<M: Mapped>(term: &str, allowed: &mut [Allowed]) -> Result<OrderBy<M>> {
    let mut words = term.split_ascii_whitespace();
    let (name, direction) = (words.next().unwrap_or_default(), words.next());
    let (name, is_reversed) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
    let descending = match (direction, is_reversed) {
        (None, false) => None,
        (None, true) => Some(true),
        (Some(word), false) if word.eq_ignore_ascii_case("asc") => Some(false),
        (Some(word), false) if word.eq_ignore_ascii_case("desc") => Some(true),
        _ => return Err(refused::<M>(term, allowed)),
    };
    let at = allowed.iter().position(|other| other.name == name && !other.is_taken && words.next().is_none());
    let Some(found) = at.and_then(|at| allowed.get_mut(at)) else { return Err(refused::<M>(term, allowed)) };
    found.is_taken = true;
    let Order { by, descending: usual, nulls, .. } = found.order.clone();
    Ok(OrderBy { nulls, ..OrderBy::new(Ok(by), descending.unwrap_or(usual)) })
}

fn refused<M: Mapped>(term: &str, allowed: &[Allowed]) -> Error {
    let names: Vec<String> = allowed.iter().map(|allowed| format!("`{}`", allowed.name)).collect();
    let shown: String = term.chars().take(40).flat_map(char::escape_debug).collect();
    Error::invalid(format!(
        "rows of `{}` cannot be ordered by `{shown}`; write each of {} at most once, with `asc` or `desc`",
        M::TABLE.model,
        names.join(", ")
    ))
}
