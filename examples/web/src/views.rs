//! The data of the templates. Their types contain which relations the rows hold.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use orm::Page;

use crate::error::Error;
use crate::input::{Draft, Listing, Problems};
use crate::models::{Course, Department, Student};
use crate::queries::{Card, Catalog, Offer, Profile};

/// Renders a page.
///
/// # Errors
///
/// Returns an error if a value in it cannot be displayed.
pub fn html(page: &impl Template) -> Result<Html<String>, Error> {
    Ok(Html(page.render()?))
}

#[derive(Template)]
#[template(path = "students.html")]
pub struct StudentsPage {
    pub flash: Option<String>,
    pub listing: Listing,
    pub page: Page<Card>,
    pub total: u64,
    pub catalog: Vec<Catalog>,
}

impl StudentsPage {
    /// Returns the column by which the students are sorted, as [`Listing::order`] names it.
    fn sorted_by(&self) -> (&str, &'static str) {
        let first = self.listing.order().split(',').next().unwrap_or_default();
        first.strip_prefix('-').map_or((first, "ascending"), |name| (name, "descending"))
    }

    fn direction(&self, column: &str) -> &'static str {
        let (sorted_by, direction) = self.sorted_by();
        if sorted_by == column { direction } else { "none" }
    }

    /// Returns the same students sorted by a column, in the other direction if they are sorted by it already.
    fn sorted(&self, column: &str) -> String {
        let minus = if self.direction(column) == "ascending" { "-" } else { "" };
        let sort = if column == "name" { format!("{minus}name") } else { format!("{minus}{column},name") };
        link(&Listing { sort, after: String::new(), ..self.listing.clone() })
    }

    fn first_page(&self) -> String {
        link(&Listing { after: String::new(), ..self.listing.clone() })
    }

    fn next_page(&self) -> Option<String> {
        let after = self.page.next.as_ref()?.to_string();
        Some(link(&Listing { after, ..self.listing.clone() }))
    }
}

fn link(listing: &Listing) -> String {
    let query = serde_urlencoded::to_string(listing).unwrap_or_default();
    if query.is_empty() { "/students".into() } else { format!("/students?{query}") }
}

#[derive(Template)]
#[template(path = "student.html")]
pub struct StudentPage {
    pub flash: Option<String>,
    pub student: Profile,
    pub offers: Vec<Offer>,
}

impl StudentPage {
    fn credits(&self) -> i64 {
        self.student.courses().iter().map(|course| course.credits).sum()
    }
}

/// The form of a new student, or of one that is edited.
#[derive(Default, Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub id: Option<i64>,
    pub version: i64,
    pub draft: Draft,
    pub problems: Problems,
    pub departments: Vec<Department>,
    /// The student as another user saved it in the meantime.
    pub saved: Option<Student>,
}

impl FormPage {
    /// Shows the values that another user saved next to the draft, which can then be saved over them.
    pub fn lay_beside(&mut self, saved: Student) {
        self.version = saved.version;
        self.saved = Some(saved);
    }

    fn problem(&self, field: &str) -> Option<&str> {
        self.problems.get(field).copied()
    }

    /// Returns the text that another user saved in a field, if it differs from the draft.
    fn other<'a>(&'a self, field: &str) -> Option<&'a str> {
        let saved = self.saved.as_ref()?;
        let (saved, draft) = match field {
            "first_name" => (&saved.first_name, &self.draft.first_name),
            "last_name" => (&saved.last_name, &self.draft.last_name),
            _ => (&saved.email, &self.draft.email),
        };
        (saved != draft.trim()).then_some(saved)
    }

    fn other_department(&self) -> Option<&str> {
        let saved = self.saved.as_ref()?.department_id;
        let name = || self.departments.iter().find(|department| Some(department.id) == saved);
        (saved != self.draft.department_id).then(|| name().map_or("None", |department| &department.name))
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    status: StatusCode,
    message: &'a str,
}

/// Returns the page of an error, or plain text if that page cannot be rendered.
pub fn error(status: StatusCode, message: &str) -> Response {
    match (ErrorPage { status, message }).render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => message.to_owned().into_response(),
    }
}

impl Student {
    /// The initials of a person without a picture.
    fn initials(&self) -> String {
        [&self.first_name, &self.last_name].into_iter().filter_map(|name| name.chars().next()).collect()
    }

    fn tint(&self) -> String {
        self.department_id.map_or_else(|| "plain".into(), tint)
    }
}

impl Course {
    fn tint(&self) -> String {
        tint(self.department_id)
    }
}

impl Department {
    fn tint(&self) -> String {
        tint(self.id)
    }
}

/// The class that gives a department its colour.
fn tint(department: i64) -> String {
    format!("tint-{}", department.rem_euclid(6))
}
