//! The service as its clients see it: programs by HTTP, and people in a browser.

mod api;
mod browser;
mod chromium;
mod pages;
mod shutdown;
mod support;
