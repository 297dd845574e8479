//! What happens around every request: a trace id, a problem for every bare error, safe headers, metrics, one log line.

mod log;
mod metrics;

use std::future::{Ready, ready};
use std::rc::Rc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpMessage};
use futures_util::future::LocalBoxFuture;

use crate::trace::RequestTrace;
use crate::{PROBLEM_JSON, Problem};
use metrics::RouteMetrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer that does not set its own. A page needs its own policy; the data of an API needs none.
const SAFE_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// The outermost middleware of every service.
pub(crate) struct Edge;

impl<S, B> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type InitError = ();
    type Transform = EdgeService<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(EdgeService { service, metrics: Rc::new(RouteMetrics::default()) }))
    }
}

/// [`Edge`] around a service, one per worker.
pub(crate) struct EdgeService<S> {
    service: S,
    metrics: Rc<RouteMetrics>,
}

impl<S, B> Service<ServiceRequest> for EdgeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self::Response, Error>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let started = Instant::now();
        let trace = RequestTrace::of(request.headers());
        request.extensions_mut().insert(trace);
        let metrics = Rc::clone(&self.metrics);
        let answer = self.service.call(request);
        Box::pin(async move {
            let mut response = answer.await?.map_into_boxed_body();
            let status = response.status();
            if status.is_client_error() || status.is_server_error() {
                response = as_problem(response);
                let id =
                    HeaderValue::try_from(trace.to_string()).expect("hexadecimal digits are a header value");
                response.headers_mut().insert(REQUEST_ID, id);
            }
            add_safe_headers(response.headers_mut());
            let route = response.request().match_pattern();
            let route = route.as_deref().unwrap_or("unmatched");
            let duration = started.elapsed();
            metrics.record(response.request().method(), route, status, duration);
            log::request(&response, route, trace, duration);
            Ok(response)
        })
    }
}

fn add_safe_headers(headers: &mut HeaderMap) {
    for (name, value) in SAFE_HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
}

/// Gives the framework's own errors (no such route, wrong method) the form of all others. An answer with a body of its
/// own, a page for instance, stays as it is.
fn as_problem(response: ServiceResponse) -> ServiceResponse {
    let inner = response.response();
    let is_ours = inner.error().is_some_and(|error| error.as_error::<Problem>().is_some());
    let is_bare = inner.error().is_some() || !inner.headers().contains_key(header::CONTENT_TYPE);
    if is_ours || !is_bare {
        return response;
    }
    let allow = inner.headers().get(header::ALLOW).and_then(|allow| allow.to_str().ok());
    let problem = problem_of(response.status(), allow);
    let json = serde_json::to_vec(&problem.body()).expect("a problem is texts and numbers only");
    let mut response = response.map_body(|_, _| BoxBody::new(json));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    response
}

fn problem_of(status: StatusCode, allow: Option<&str>) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found("there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => Problem::method_not_allowed(allow.unwrap_or("another method")),
        StatusCode::REQUEST_TIMEOUT => {
            Problem::new(status, "request_timeout", "The request took too long to arrive")
        }
        status if status.is_server_error() => Problem::new(status, "internal", "An internal error"),
        status => Problem::new(status, "bad_request", "The request cannot be understood"),
    }
}
