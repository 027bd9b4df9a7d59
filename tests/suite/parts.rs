//! Reading parts: columns, views, aggregates and pages.

mod groups;
mod pages;
mod pages_by_related;
mod selects;
mod views;
