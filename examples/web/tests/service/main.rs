//! The service as its clients see it: programs over HTTP, and users in a browser.

mod api;
mod browser;
mod chromium;
mod pages;
mod shutdown;
mod support;
