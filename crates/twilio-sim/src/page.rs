//! The page that shows the phones and their SMS: rendered here, refreshed by a small script, usable with a thumb.

mod phones;

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::sim::Sim;
use crate::wire::{Body, document};

/// Nothing but the stand-in's own script and styles, and no framing.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                                       form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const SCRIPT: &str = include_str!("page/sim.js");
const STYLE: &str = include_str!("page/sim.css");
const HTML: &str = "text/html; charset=utf-8";

/// Answers a request for the page or a part of it.
pub(crate) fn answer(sim: &Arc<Sim>, request: &Request<Incoming>) -> Response<Body> {
    let mut response = match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => document(StatusCode::OK, HTML, phones::page(sim)),
        (&Method::GET, "/phones") => document(StatusCode::OK, HTML, phones::fragment(sim)),
        (&Method::GET, "/sim.js") => document(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT),
        (&Method::GET, "/sim.css") => document(StatusCode::OK, "text/css; charset=utf-8", STYLE),
        (&Method::GET, "/healthz") => document(StatusCode::OK, "text/plain", "ok"),
        _ => document(StatusCode::NOT_FOUND, "text/plain", "There is nothing here.\n"),
    };
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("content-security-policy"),
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
    );
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
