//! Whether a change comes from our own pages. Beside `SameSite` this is what keeps other websites from using a visitor's
//! cookie.
//!
//! Browsers say where a request comes from in `Sec-Fetch-Site` (Fetch Metadata), which no page can set; those that do
//! not, or not over plain http, send `Origin` with every unsafe request. Whoever sends neither is no browser, has no
//! cookies that somebody else could use, and is let through: `curl` works.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use deskbell_http::Problem;

use crate::state::Site;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Refuses what another website has sent.
pub(crate) fn check(headers: &HeaderMap, site: &Site) -> Result<(), Problem> {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let ours = match (value(SEC_FETCH_SITE), value(header::ORIGIN.as_str())) {
        (Some("same-origin" | "none"), _) => true,
        (Some(_another_site), _) => false,
        (None, Some(origin)) => origin.eq_ignore_ascii_case(&site.origin),
        (None, None) => true,
    };
    if ours {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "cross_site",
        "Changes are taken from the panel's own pages only",
    )
    .with_detail(format!("this page is not of {}; if it is, correct PUBLIC_ADMIN_URL", site.origin)))
}
