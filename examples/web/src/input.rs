//! Input from outside: the query of a list, and the fields of a student.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use orm::Cursor;
use serde::{Deserialize, Deserializer, Serialize};

use crate::models::Student;

/// Which students a list shows, and in which order.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Listing {
    /// Words of names and e-mail addresses. A student must have all of them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(deserialize_with = "empty_is_none", skip_serializing_if = "Option::is_none")]
    pub department: Option<i64>,
    #[serde(deserialize_with = "empty_is_none", skip_serializing_if = "Option::is_none")]
    pub course: Option<i64>,
    /// The order, such as `-courses,name`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    /// The cursor of the previous page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Listing {
    pub fn is_filtered(&self) -> bool {
        !self.q.is_empty() || self.department.is_some() || self.course.is_some()
    }

    pub fn order(&self) -> &str {
        if self.sort.is_empty() { "name" } else { &self.sort }
    }

    /// Returns the cursor after which the page begins; `None` for the first page.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a cursor; see [`orm::Error::is_bad_cursor`].
    pub fn cursor(&self) -> orm::Result<Option<Cursor>> {
        if self.after.is_empty() { Ok(None) } else { self.after.parse().map(Some) }
    }
}

/// A form sends an empty text for a field without a choice.
fn empty_is_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

/// The problems of a request's fields, by their names.
pub type Problems = BTreeMap<&'static str, &'static str>;

/// What people write of a student, in a form or as JSON.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Draft {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    #[serde(default)]
    pub department_id: Option<i64>,
}

impl Draft {
    /// Trims the texts, and returns the draft if it can be saved.
    ///
    /// # Errors
    ///
    /// Returns what is wrong with each field.
    pub fn check(mut self) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        for text in [&mut self.first_name, &mut self.last_name, &mut self.email] {
            *text = text.trim().to_owned();
        }
        for (field, name) in [("first_name", &self.first_name), ("last_name", &self.last_name)] {
            if name.is_empty() || name.chars().count() > 80 || name.contains(char::is_control) {
                problems.insert(field, "Write a name of 1 to 80 characters.");
            }
        }
        if !is_email(&self.email) {
            problems.insert("email", "Write an e-mail address such as ada@example.org.");
        }
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// Writes the draft over a student's fields.
    pub fn write_to(self, student: &mut Student) {
        student.first_name = self.first_name;
        student.last_name = self.last_name;
        student.email = self.email;
        student.department_id = self.department_id;
    }
}

impl From<Student> for Draft {
    fn from(student: Student) -> Self {
        let Student { first_name, last_name, email, department_id, .. } = student;
        Draft { first_name, last_name, email, department_id }
    }
}

/// Whether a text looks like an address; only a message to it can tell whether it is one.
fn is_email(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control());
    text.len() <= 200 && text.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host))
}

/// The form of a student. A new student has the version 0.
#[derive(Clone, Debug, Deserialize)]
pub struct StudentForm {
    first_name: String,
    last_name: String,
    email: String,
    #[serde(deserialize_with = "empty_is_none")]
    department_id: Option<i64>,
    #[serde(default)]
    pub version: i64,
}

impl From<StudentForm> for Draft {
    fn from(form: StudentForm) -> Self {
        let StudentForm { first_name, last_name, email, department_id, .. } = form;
        Draft { first_name, last_name, email, department_id }
    }
}

/// The fields of a student that a `PATCH` changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The version of the student that the client has read.
    pub version: i64,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    #[expect(clippy::option_option, reason = "`null` is no department, and differs from a field that is left out")]
    #[serde(default, deserialize_with = "some")]
    department_id: Option<Option<i64>>,
}

impl Changes {
    pub fn apply(self, draft: Draft) -> Draft {
        Draft {
            first_name: self.first_name.unwrap_or(draft.first_name),
            last_name: self.last_name.unwrap_or(draft.last_name),
            email: self.email.unwrap_or(draft.email),
            department_id: self.department_id.unwrap_or(draft.department_id),
        }
    }
}

fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
