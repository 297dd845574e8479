//! `http_requests_total` and `http_request_duration_seconds` by method, route pattern and class of status.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, histogram};

/// The metrics of one worker, looked up once per route and kept: no label is built twice.
#[derive(Default)]
pub(super) struct RouteMetrics(RefCell<HashMap<String, Vec<Series>>>);

struct Series {
    method: Method,
    class: &'static str,
    requests: Counter,
    duration: Histogram,
}

impl RouteMetrics {
    pub(super) fn record(&self, method: &Method, route: &str, status: StatusCode, duration: Duration) {
        let class = class_of(status);
        let mut routes = self.0.borrow_mut();
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Vec::new());
        }
        let Some(series) = routes.get_mut(route) else { return };
        let known = series.iter().position(|one| one.class == class && one.method == method);
        let index = known.unwrap_or_else(|| {
            series.push(Series::new(method, route, class));
            series.len() - 1
        });
        series[index].requests.increment(1);
        series[index].duration.record(duration);
    }
}

impl Series {
    fn new(method: &Method, route: &str, class: &'static str) -> Self {
        // A client may invent methods; they must not become series of their own.
        let name = match method.as_str() {
            name @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS") => name.to_owned(),
            _ => "other".to_owned(),
        };
        let labels = [("method", name), ("route", route.to_owned()), ("status", class.to_owned())];
        Self {
            method: method.clone(),
            class,
            requests: counter!("http_requests_total", &labels),
            duration: histogram!("http_request_duration_seconds", &labels),
        }
    }
}

fn class_of(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
