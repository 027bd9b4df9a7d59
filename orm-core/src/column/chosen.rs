//! User-supplied orders, such as the `sort` parameter of a request.

use super::{OrderBy, Ordering};
use crate::ast::{Expr, Order};
use crate::error::{Error, Result};
use crate::mapped::Mapped;

/// Parses a user-supplied sort string, such as the `sort` parameter of a request, against a list of allowed terms. No
/// part of the string gets into the SQL.
///
/// The string contains terms, separated by commas. `-name` and `name desc` are descending, `+name` and `name asc`
/// ascending, whatever the direction of the allowed term. A term without a direction has the direction of the allowed
/// term. The position of `NULL`s is also that of the allowed term. An empty string means no order.
///
/// In a URL, write `%2B` for the `+`: a plain `+` is a space there, so that the term has no direction.
///
/// A column is named by its field. Any other value, such as a value of related rows, needs a name ([`OrderBy::named`]),
/// which a column may have too.
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
/// Returns an error that [`is_invalid`](Error::is_invalid) if the string contains a term that is not allowed, a term
/// twice, or a direction other than `asc` and `desc`; the error lists the allowed terms. Returns the same kind of error
/// if an allowed term has no name, a duplicate name, or a name that a sort string cannot contain.
#[doc(alias = "sort")]
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

/// The signs of a descending and of an ascending term, which begin no name.
const SIGNS: [char; 2] = ['-', '+'];

/// An allowed term, which may occur once.
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
                    "`order_from` knows a column by its field, and any other value by its name: add `.named(\"..\")`",
                ));
            }
        };
        if name.is_empty()
            || name.starts_with(SIGNS)
            || name.contains(|letter: char| letter == ',' || letter.is_whitespace())
        {
            return Err(Error::invalid(format!(
                "a sort string cannot contain the name {name:?}; give the order another name"
            )));
        }
        Ok(Allowed { name, order, is_taken: false })
    }
}

/// Refuses two terms with the same name, because a sort string could not name the second.
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
    let sign = name.chars().next().filter(|sign| SIGNS.contains(sign));
    let name = name.strip_prefix(SIGNS).unwrap_or(name);
    let descending = match (sign, direction) {
        (None, None) => None,
        (Some(sign), None) => Some(sign == '-'),
        (None, Some(word)) if word.eq_ignore_ascii_case("asc") => Some(false),
        (None, Some(word)) if word.eq_ignore_ascii_case("desc") => Some(true),
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
