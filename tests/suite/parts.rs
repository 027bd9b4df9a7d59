//! Reading parts: columns, views, aggregates and pages.

mod pages;
mod selects;
mod views;
