//! The frame of every page, its headers, and pages that say why something is not shown.

use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError as _};
use deskbell_http::Problem;
use maud::{DOCTYPE, Markup, html};

/// Nothing is loaded but our own stylesheet, and forms go nowhere else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// With `no-referrer` browsers would send `Origin: null` with our own forms, and those could not be told from a
/// stranger's. Like this, other sites learn nothing of the address either.
const REFERRER_POLICY: &str = "same-origin";

/// A page.
pub(super) fn page(status: StatusCode, title: &str, content: &Markup) -> HttpResponse {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex, nofollow, noarchive";
                title { (title) }
                link rel="stylesheet" href="/assets/page.css";
            }
            body { main { (content) } }
        }
    };
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, REFERRER_POLICY))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(document.into_string())
}

/// To another page, by GET.
pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// The same with a cookie.
pub(super) fn see_other_with(path: &str, cookie: Cookie<'_>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).cookie(cookie).finish()
}

/// A page that says kindly why something is not shown, and what to do.
pub(super) fn sorry(status: StatusCode, title: &str, why: &str, what_to_do: &str) -> HttpResponse {
    page(
        status,
        title,
        &html! {
            h1 { (title) }
            p { (why) }
            p { (what_to_do) }
            p { a href="/" { "Open the inbox" } }
        },
    )
}

/// A problem as a page.
pub(crate) fn refusal(problem: &Problem) -> HttpResponse {
    let status = problem.status_code();
    let (title, why, what_to_do) = match problem.code() {
        "unauthorized" => (
            "This chat is not open here",
            "The link in the SMS opens it, in this browser, for as long as the link is good.",
            "Tap the link in the latest SMS, or log in to the inbox.",
        ),
        "too_many_requests" => (
            "Too many requests",
            "This address has asked for a lot in a short time.",
            "Wait a minute and try again.",
        ),
        "cross_site" => (
            "This came from another website",
            "For your safety, changes are taken from this site's own pages only.",
            "Go back to the chat and try again. If it happens again, PUBLIC_ADMIN_URL is not the address of this site.",
        ),
        _ if status.is_server_error() => (
            "Something went wrong here",
            "Nothing was lost: what you wrote was not sent.",
            "Go back and try again in a moment.",
        ),
        _ => ("This cannot be done", "The request was not understood.", "Go back and try again."),
    };
    let mut page = sorry(status, title, why, what_to_do);
    if let Some(retry_after) = problem.error_response().headers().get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, retry_after.clone());
    }
    if let Some(cause) = problem.cause() {
        tracing::error!(error = deskbell_runtime::exit::chain(cause), "a page could not be made");
    }
    page
}
