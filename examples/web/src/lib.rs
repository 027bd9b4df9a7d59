//! A university as a web service: pages and JSON over one `AsyncDb`.

mod api;
mod error;
mod flash;
mod input;
pub mod models;
mod pages;
mod queries;
pub mod sample;
mod views;

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use orm::AsyncDb;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, TraceLayer};
use tracing::Level;

/// Pages need one style sheet and nothing else; above all no scripts.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'",
);

/// The service on a database that has the tables of [`models::Models`].
pub fn app(db: AsyncDb) -> Router {
    // A handler that is dropped in the middle leaves no transaction open: the library rolls it back.
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(20));
    let pages = pages::routes().layer(timeout).layer(map_response(error::as_page));
    let api = api::routes().layer(timeout).layer(map_response(error::as_json));
    let trace = TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().level(Level::INFO))
        .on_request(())
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    pages
        .nest("/api", api)
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(trace)
        .with_state(db)
}
