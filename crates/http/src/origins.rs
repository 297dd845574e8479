//! Which websites' pages may call an API, enforced here and told to browsers by CORS.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, ResponseError};
use futures_util::future::{Either, MapOk, TryFutureExt};

use crate::Problem;

const PREFLIGHT_MAX_AGE_S: usize = 3600;

/// The websites allowed to call an API. Pages of the API's own host always may, and so may callers that are no browser
/// (they send no `Origin`).
///
/// As middleware it answers 403 to everybody else; wrap it around [`Self::cors`]:
/// `scope("/api/v1").wrap(origins.cors()).wrap(origins.clone())`.
#[derive(Debug, Clone)]
pub struct Origins(Arc<Allowed>);

#[derive(Debug)]
enum Allowed {
    Any,
    Listed(Vec<String>),
}

impl Origins {
    /// Exact origins (`https://example.com`); `*` among them allows every website.
    pub fn new(allowed: &[String]) -> Self {
        if allowed.iter().any(|origin| origin == "*") {
            return Self(Arc::new(Allowed::Any));
        }
        Self(Arc::new(Allowed::Listed(allowed.to_vec())))
    }

    /// Whether a page of `origin` may call the API that it reached under `host`.
    pub fn allow(&self, origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        match &*self.0 {
            Allowed::Any => true,
            Allowed::Listed(listed) => {
                listed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) || is_own(origin, host)
            }
        }
    }

    /// Answers preflights and tells browsers what they may do and read.
    pub fn cors(&self) -> Cors {
        let cors = Cors::default()
            .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allowed_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                HeaderName::from_static("traceparent"),
            ])
            .expose_headers([header::RETRY_AFTER, HeaderName::from_static("x-request-id")])
            .max_age(PREFLIGHT_MAX_AGE_S);
        match &*self.0 {
            Allowed::Any => cors.allow_any_origin().send_wildcard(),
            Allowed::Listed(_) => {
                let origins = self.clone();
                cors.allowed_origin_fn(move |origin, head| {
                    origins.allow(origin, head.headers().get(header::HOST))
                })
            }
        }
    }
}

/// Whether the origin is the very host that was called; the scheme may be a TLS proxy's.
fn is_own(origin: &str, host: Option<&HeaderValue>) -> bool {
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    match (authority, host.and_then(|host| host.to_str().ok())) {
        (Some(authority), Some(host)) => authority.eq_ignore_ascii_case(host),
        _ => false,
    }
}

impl<S, B> Transform<S, ServiceRequest> for Origins
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type InitError = ();
    type Transform = OriginGuard<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(OriginGuard { service, origins: self.clone() }))
    }
}

/// [`Origins`] around a service.
pub struct OriginGuard<S> {
    service: S,
    origins: Origins,
}

type Wrapped<B> = ServiceResponse<EitherBody<B>>;

impl<S, B> Service<ServiceRequest> for OriginGuard<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = Wrapped<B>;
    type Error = Error;
    type Future = Either<MapOk<S::Future, fn(S::Response) -> Wrapped<B>>, Ready<Result<Wrapped<B>, Error>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let headers = request.headers();
        match headers.get(header::ORIGIN) {
            Some(origin) if !self.origins.allow(origin, headers.get(header::HOST)) => {
                let problem = Problem::new(
                    StatusCode::FORBIDDEN,
                    "origin_not_allowed",
                    "This website may not call this API",
                )
                .with_detail("ALLOWED_ORIGINS lists the websites whose pages may");
                Either::Right(ready(
                    Ok(request.into_response(problem.error_response().map_into_right_body())),
                ))
            }
            _ => Either::Left(self.service.call(request).map_ok(ServiceResponse::map_into_left_body)),
        }
    }
}
