//! Errors, and the responses for them: a status with a page or JSON.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::Extension;
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::input::Problems;
use crate::views;

pub enum Error {
    /// There is no page at this address.
    NoPage,
    /// Fields that cannot be saved with these values.
    Invalid(Problems),
    Database(orm::Error),
    /// A page could not be rendered.
    Page(askama::Error),
}

impl From<orm::Error> for Error {
    fn from(error: orm::Error) -> Self {
        Error::Database(error)
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Error::Invalid(problems)
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        Error::Page(error)
    }
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Error::NoPage => StatusCode::NOT_FOUND,
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Database(error) => status_of(error),
            Error::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether another user changed the row since it was read.
    pub fn is_stale(&self) -> bool {
        matches!(self, Error::Database(error) if error.is_stale())
    }

    /// Returns the fields that the client has to change, if the error is about them.
    pub fn problems(&self) -> Option<Problems> {
        match self {
            Error::Invalid(problems) => Some(problems.clone()),
            Error::Database(error) if error.is_unique_violation() => {
                Some(Problems::from([("email", "Another student has this e-mail address.")]))
            }
            Error::Database(error) if error.is_foreign_key_violation() => {
                Some(Problems::from([("department_id", "There is no such department.")]))
            }
            _ => None,
        }
    }

    /// Returns the text for the client. The library's messages contain no values, but they contain names of tables, so
    /// most of them are only logged.
    fn message(&self) -> String {
        match self {
            Error::NoPage => "There is no page at this address.".into(),
            Error::Invalid(_) => "Some fields cannot be saved.".into(),
            Error::Page(_) => "Something went wrong on our side.".into(),
            Error::Database(error) => message_of(error),
        }
    }
}

fn status_of(error: &orm::Error) -> StatusCode {
    if error.is_not_found() {
        StatusCode::NOT_FOUND
    } else if error.is_stale() || error.is_unique_violation() || error.is_conflict() {
        StatusCode::CONFLICT
    } else if error.constraint().is_some() || error.is_invalid() || error.is_bad_cursor() || error.is_encode() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else if error.is_pool_timeout()
        || error.is_busy()
        || error.is_connection_lost()
        || error.is_statement_timeout()
        || error.is_interrupted()
    {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

fn message_of(error: &orm::Error) -> String {
    let message = match status_of(error) {
        StatusCode::NOT_FOUND => "There is no such student or course.",
        StatusCode::CONFLICT if error.is_stale() => "The student was changed since you read it. Read it again.",
        _ if error.is_unique_violation() || error.is_foreign_key_violation() => "Some fields cannot be saved.",
        StatusCode::CONFLICT => "Somebody else changed the same data at this moment. Try again.",
        // The request has an error in its order, its included relations or its cursor.
        StatusCode::UNPROCESSABLE_ENTITY => return error.to_string(),
        StatusCode::SERVICE_UNAVAILABLE => "The database is busy. Try again in a moment.",
        _ => "Something went wrong on our side.",
    };
    message.into()
}

impl IntoResponse for Error {
    /// Returns the status and the message as text. [`as_page`] and [`as_json`] convert it for the client.
    fn into_response(self) -> Response {
        let status = self.status();
        match &self {
            Error::Database(error) if status.is_server_error() => {
                tracing::error!(status = status.as_u16(), statement = error.statement(), "{error}");
            }
            Error::Page(error) => tracing::error!(status = status.as_u16(), "{error}"),
            _ => {}
        }
        (status, Extension(self.problems()), self.message()).into_response()
    }
}

/// Converts an error of this program or of axum to a page. A form that is shown again is a page already.
pub async fn as_page(response: Response) -> Response {
    if !is_plain_error(&response) {
        return response;
    }
    let Plain { status, headers, message, .. } = Plain::of(response).await;
    (status, headers, views::error(status, &message)).into_response()
}

/// Converts an error of this program or of axum to JSON.
pub async fn as_json(response: Response) -> Response {
    if !is_plain_error(&response) {
        return response;
    }
    let Plain { status, headers, message, problems } = Plain::of(response).await;
    let body = match problems {
        Some(fields) => json!({ "error": message, "fields": fields }),
        None => json!({ "error": message }),
    };
    (status, headers, Json(body)).into_response()
}

fn is_plain_error(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    is_plain && (response.status().is_client_error() || response.status().is_server_error())
}

/// An error as text.
struct Plain {
    status: StatusCode,
    /// The headers that do not describe the text, such as `Allow`.
    headers: HeaderMap,
    message: String,
    problems: Option<Problems>,
}

impl Plain {
    async fn of(response: Response) -> Self {
        let (Parts { status, mut headers, extensions, .. }, body) = response.into_parts();
        headers.remove(header::CONTENT_TYPE);
        headers.remove(header::CONTENT_LENGTH);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let text = to_bytes(body, 64 * 1024).await.unwrap_or_default();
        let message = match String::from_utf8_lossy(&text) {
            text if text.is_empty() => status.canonical_reason().unwrap_or("Error").to_owned(),
            text => text.into_owned(),
        };
        let problems = extensions.get::<Option<Problems>>().cloned().flatten();
        Plain { status, headers, message, problems }
    }
}
