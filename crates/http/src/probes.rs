//! `/healthz`, `/readyz`, `/metrics`, `/openapi.json`: what supervisors, scrapers and client generators ask.

use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

/// How long a dependency may take to answer before it counts as failing.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Check = dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync;

/// Something the service cannot work without, and how to see whether it is there.
#[derive(Clone)]
pub struct Dependency {
    name: &'static str,
    mend: &'static str,
    check: Arc<Check>,
    decides: bool,
}

impl Dependency {
    /// `mend` says to a person what to do when the check fails.
    pub fn new<F, Fut, E>(name: &'static str, mend: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let check = move || check().map(|result| result.map_err(|error| error.to_string())).boxed();
        Self { name, mend, check: Arc::new(check), decides: true }
    }

    /// Is told, but makes the service no less ready when it fails: what is not mended by sending requests elsewhere.
    #[must_use]
    pub fn only_told(self) -> Self {
        Self { decides: false, ..self }
    }

    async fn state(&self) -> DependencyState {
        let started = Instant::now();
        let result = tokio::time::timeout(CHECK_TIMEOUT, (self.check)()).await;
        let detail = match result {
            Ok(Ok(())) => None,
            Ok(Err(detail)) => Some(detail),
            Err(_elapsed) => Some(format!("no answer within {} s", CHECK_TIMEOUT.as_secs())),
        };
        DependencyState {
            name: self.name,
            status: if detail.is_none() { "ok" } else { "failing" },
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            mend: detail.is_some().then_some(self.mend),
            detail,
        }
    }
}

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    service: &'static str,
    dependencies: Vec<DependencyState>,
}

#[derive(Serialize)]
struct DependencyState {
    name: &'static str,
    status: &'static str,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'static str>,
}

/// The answers of one service's probes.
#[derive(Clone)]
pub struct Probes {
    service: &'static str,
    dependencies: Vec<Dependency>,
    metrics: PrometheusHandle,
    openapi: Bytes,
}

impl Probes {
    /// # Panics
    /// When the OpenAPI document cannot be serialised, which would show at the very start.
    pub fn new(
        service: &'static str,
        dependencies: Vec<Dependency>,
        metrics: PrometheusHandle,
        openapi: &utoipa::openapi::OpenApi,
    ) -> Self {
        let openapi = serde_json::to_vec(openapi).expect("an OpenAPI document is plain data").into();
        Self { service, dependencies, metrics, openapi }
    }

    /// Adds the four routes.
    pub fn configure(&self, routes: &mut ServiceConfig) {
        routes
            .app_data(Data::new(self.clone()))
            .service(web::resource("/healthz").route(web::get().to(healthz)))
            .service(web::resource("/readyz").route(web::get().to(readyz)))
            .service(web::resource("/metrics").route(web::get().to(metrics)))
            .service(web::resource("/openapi.json").route(web::get().to(openapi)));
    }
}

async fn healthz() -> impl Responder {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(r#"{"status":"ok"}"#)
}

async fn readyz(probes: Data<Probes>) -> impl Responder {
    let dependencies = join_all(probes.dependencies.iter().map(Dependency::state)).await;
    let ready = probes
        .dependencies
        .iter()
        .zip(&dependencies)
        .all(|(known, state)| !known.decides || state.status == "ok");
    let readiness =
        Readiness { status: if ready { "ok" } else { "unavailable" }, service: probes.service, dependencies };
    if ready {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}

async fn metrics(probes: Data<Probes>) -> impl Responder {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(probes.metrics.render())
}

async fn openapi(probes: Data<Probes>) -> impl Responder {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "application/json")).body(probes.openapi.clone())
}
