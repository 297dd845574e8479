//! `GET /`: says what this is.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use maud::html;

use super::layout::page;

pub(crate) async fn handle() -> HttpResponse {
    page(
        StatusCode::OK,
        "Deskbell",
        &html! {
            h1 { "Deskbell" }
            p { "This is the address of the inbox: chats, recipients and settings for the people of the company." }
            p { "It is used through its API, which is described in " a href="/openapi.json" { "the OpenAPI document" } "." }
            p { "The link in each SMS opens one chat here, without a login." }
        },
    )
}
