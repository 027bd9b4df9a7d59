//! A message that the next page shows once, such as "Saved.". The browser sends it in a cookie.

use axum::response::Redirect;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

const NAME: &str = "flash";

/// Redirects the browser to a page that shows the message.
pub fn redirect(jar: CookieJar, to: &str, message: String) -> (CookieJar, Redirect) {
    let cookie = Cookie::build((NAME, message)).path("/").http_only(true).same_site(SameSite::Lax);
    (jar.add(cookie), Redirect::to(to))
}

/// Returns the message for this page, and the cookies without it.
pub fn take(jar: CookieJar) -> (Option<String>, CookieJar) {
    let message = jar.get(NAME).map(|cookie| cookie.value().to_owned());
    (message, jar.remove(Cookie::build(NAME).path("/")))
}
