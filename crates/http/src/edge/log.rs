//! One line per request. What went well is `debug` (the metrics count it), a client's error is `info`, ours is `error`.
//!
//! The route's pattern is logged, never the path or the query: they hold ids and, from careless clients, worse.

use std::time::Duration;

use actix_web::dev::ServiceResponse;
use deskbell_runtime::exit::chain;

use crate::Problem;
use crate::trace::RequestTrace;

pub(super) fn request(response: &ServiceResponse, route: &str, trace: RequestTrace, duration: Duration) {
    let status = response.status();
    let method = response.request().method().as_str();
    let duration_ms = duration.as_secs_f64() * 1000.0;
    if status.is_server_error() {
        let error = cause(response);
        tracing::error!(
            http.method = method, http.route = route, http.status = status.as_u16(), request.id = %trace, duration_ms, error,
            "{method} {route} failed"
        );
    } else if status.is_client_error() {
        let reason = response.response().error().map(ToString::to_string).unwrap_or_default();
        tracing::info!(
            http.method = method, http.route = route, http.status = status.as_u16(), request.id = %trace, duration_ms, reason,
            "{method} {route} refused"
        );
    } else {
        tracing::debug!(
            http.method = method, http.route = route, http.status = status.as_u16(), request.id = %trace, duration_ms,
            "{method} {route}"
        );
    }
}

/// What the client is not told.
fn cause(response: &ServiceResponse) -> String {
    let Some(error) = response.response().error() else { return String::new() };
    match error.as_error::<Problem>().and_then(Problem::cause) {
        Some(cause) => chain(cause),
        None => error.to_string(),
    }
}
