//! The service as JSON.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, put};
use axum::{Json, Router};
use orm::AsyncDb;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::input::{Changes, Draft, Listing};
use crate::queries;

const DEFAULT_SIZE: u64 = 50;
const LARGEST_SIZE: u64 = 200;

pub fn routes() -> Router<AsyncDb> {
    Router::new()
        .route("/departments", get(departments))
        .route("/students", get(list).post(create))
        .route("/students/{id}", get(show).patch(change))
        .route("/students/{id}/courses/{course}", put(enroll).delete(leave))
        .fallback(async || Error::NoPage)
}

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    include: String,
    size: Option<u64>,
}

#[derive(Serialize)]
struct Students<T> {
    students: Vec<T>,
    /// The value of `after` for the next page.
    next: Option<String>,
}

async fn departments(State(db): State<AsyncDb>) -> Result<impl IntoResponse, Error> {
    Ok(Json(queries::catalog(&db).await?))
}

async fn list(
    State(db): State<AsyncDb>,
    Query(listing): Query<Listing>,
    Query(options): Query<Options>,
) -> Result<impl IntoResponse, Error> {
    let size = options.size.unwrap_or(DEFAULT_SIZE).min(LARGEST_SIZE);
    let page = queries::included(&db, &listing, &options.include, size).await?;
    Ok(Json(Students { students: page.rows, next: page.next.map(|cursor| cursor.to_string()) }))
}

async fn show(
    State(db): State<AsyncDb>,
    Path(id): Path<i64>,
    Query(options): Query<Options>,
) -> Result<impl IntoResponse, Error> {
    Ok(Json(queries::one_included(&db, id, &options.include).await?))
}

async fn create(State(db): State<AsyncDb>, Json(draft): Json<Draft>) -> Result<impl IntoResponse, Error> {
    let student = queries::create(&db, draft).await?;
    let location = [(header::LOCATION, format!("/api/students/{}", student.id))];
    Ok((StatusCode::CREATED, location, Json(student)))
}

async fn change(
    State(db): State<AsyncDb>,
    Path(id): Path<i64>,
    Json(changes): Json<Changes>,
) -> Result<impl IntoResponse, Error> {
    Ok(Json(queries::change(&db, id, changes).await?))
}

async fn enroll(State(db): State<AsyncDb>, Path((id, course)): Path<(i64, i64)>) -> Result<StatusCode, Error> {
    queries::enroll(&db, id, course).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn leave(State(db): State<AsyncDb>, Path((id, course)): Path<(i64, i64)>) -> Result<StatusCode, Error> {
    queries::leave(&db, id, course).await?;
    Ok(StatusCode::NO_CONTENT)
}
