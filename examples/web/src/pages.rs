//! The service as pages. A form that changes something answers with a redirect, so that reloading sends nothing twice.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use orm::AsyncDb;
use serde::Deserialize;

use crate::error::Error;
use crate::input::{Draft, Listing, StudentForm};
use crate::views::{self, FormPage, StudentPage, StudentsPage};
use crate::{flash, queries};

const PAGE_SIZE: u64 = 12;

pub fn routes() -> Router<AsyncDb> {
    Router::new()
        .route("/", get(async || Redirect::to("/students")))
        .route("/style.css", get(style))
        .route("/students", get(list).post(create))
        .route("/students/new", get(new))
        .route("/students/{id}", get(show).post(save))
        .route("/students/{id}/edit", get(edit))
        .route("/students/{id}/courses", post(enroll))
        .route("/students/{id}/courses/{course}/leave", post(leave))
        .fallback(async || Error::NoPage)
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../assets/style.css"))
}

async fn list(
    State(db): State<AsyncDb>,
    Query(listing): Query<Listing>,
    jar: CookieJar,
) -> Result<impl IntoResponse, Error> {
    let ((page, total), catalog) = tokio::try_join!(queries::cards(&db, &listing, PAGE_SIZE), queries::catalog(&db))?;
    let (flash, jar) = flash::take(jar);
    Ok((jar, views::html(&StudentsPage { flash, listing, page, total, catalog })?))
}

async fn show(State(db): State<AsyncDb>, Path(id): Path<i64>, jar: CookieJar) -> Result<impl IntoResponse, Error> {
    let (student, offers) = tokio::try_join!(queries::profile(&db, id), queries::offers(&db, id))?;
    let (flash, jar) = flash::take(jar);
    Ok((jar, views::html(&StudentPage { flash, student, offers })?))
}

async fn new(State(db): State<AsyncDb>) -> Result<Response, Error> {
    let departments = queries::departments(&db).await?;
    Ok(views::html(&FormPage { departments, ..FormPage::default() })?.into_response())
}

async fn create(State(db): State<AsyncDb>, jar: CookieJar, Form(form): Form<StudentForm>) -> Result<Response, Error> {
    let draft = Draft::from(form);
    match queries::create(&db, draft.clone()).await {
        Ok(student) => Ok(to_student(jar, student.id, format!("{} is a student now.", student.first_name))),
        Err(error) => form_again(&db, FormPage { draft, ..FormPage::default() }, error).await,
    }
}

async fn edit(State(db): State<AsyncDb>, Path(id): Path<i64>) -> Result<Response, Error> {
    let (student, departments) = tokio::try_join!(queries::student(&db, id), queries::departments(&db))?;
    let (id, version, draft) = (Some(id), student.version, Draft::from(student));
    Ok(views::html(&FormPage { id, version, draft, departments, ..FormPage::default() })?.into_response())
}

async fn save(
    State(db): State<AsyncDb>,
    Path(id): Path<i64>,
    jar: CookieJar,
    Form(form): Form<StudentForm>,
) -> Result<Response, Error> {
    let version = form.version;
    let draft = Draft::from(form);
    match queries::save(&db, id, version, draft.clone()).await {
        Ok(_) => Ok(to_student(jar, id, "Saved.".into())),
        Err(error) => form_again(&db, FormPage { id: Some(id), version, draft, ..FormPage::default() }, error).await,
    }
}

/// Shows a form that was not saved again, with the reason, unless that has nothing to do with what was written in it.
async fn form_again(db: &AsyncDb, mut page: FormPage, error: Error) -> Result<Response, Error> {
    match (page.id, error.problems()) {
        (_, Some(problems)) => page.problems = problems,
        (Some(id), None) if error.is_stale() => page.lay_beside(queries::student(db, id).await?),
        _ => return Err(error),
    }
    page.departments = queries::departments(db).await?;
    Ok((error.status(), views::html(&page)?).into_response())
}

#[derive(Deserialize)]
struct Enrollment {
    course: i64,
}

async fn enroll(
    State(db): State<AsyncDb>,
    Path(id): Path<i64>,
    jar: CookieJar,
    Form(enrollment): Form<Enrollment>,
) -> Result<Response, Error> {
    let course = queries::enroll(&db, id, enrollment.course).await?;
    Ok(to_student(jar, id, format!("Enrolled in {}.", course.title)))
}

async fn leave(
    State(db): State<AsyncDb>,
    Path((id, course)): Path<(i64, i64)>,
    jar: CookieJar,
) -> Result<Response, Error> {
    let course = queries::leave(&db, id, course).await?;
    Ok(to_student(jar, id, format!("Left {}.", course.title)))
}

fn to_student(jar: CookieJar, id: i64, message: String) -> Response {
    flash::redirect(jar, &format!("/students/{id}"), message).into_response()
}
