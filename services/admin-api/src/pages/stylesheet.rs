//! `GET /assets/page.css`: the look of the pages.

use actix_web::HttpResponse;
use actix_web::http::header;

const STYLESHEET: &str = include_str!("page.css");

pub(crate) async fn handle() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(STYLESHEET)
}
