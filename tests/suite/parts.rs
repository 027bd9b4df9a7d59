//! Reading parts: columns, views, aggregates and pages.

mod pages;
mod pages_by_related;
mod selects;
mod views;
