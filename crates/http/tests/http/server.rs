//! A server with a few routes of every kind, on a free port.

use std::time::Duration;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use deskbell_http::{
    BodyLimit, BoundedBody, ClientIp, JsonBody, Listener, NetworkKey, Origins, Problem, QueryParams,
    RateLimiter, RequestTrace, bind,
};
use deskbell_runtime::CancellationToken;
use deskbell_runtime::settings::{HttpSettings, Settings};
use reqwest::{Client, Response};
use serde::Deserialize;
use serde_json::Value;
use validator::Validate;

pub struct TestServer {
    pub url: String,
    pub client: Client,
    pub shutdown: CancellationToken,
    pub serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl TestServer {
    /// The routes below with the default settings.
    pub async fn start() -> Self {
        Self::with(http_settings(&[]), routes).await
    }

    pub async fn with<F>(http: HttpSettings, routes: F) -> Self
    where
        F: Fn(&mut ServiceConfig) + Clone + Send + 'static,
    {
        deskbell_runtime::tls::install_provider();
        deskbell_runtime::metrics::install();
        let shutdown = CancellationToken::new();
        let bound = bind(&listener(http), shutdown.clone(), routes).unwrap();
        let url = format!("http://127.0.0.1:{}", bound.port());
        let serving = tokio::spawn(bound.run_until_stopped());
        let client = Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        Self { url, client, shutdown, serving }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    pub async fn post_json(&self, body: impl Into<reqwest::Body>) -> Response {
        let request =
            self.client.post(format!("{}/echo", self.url)).header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }
}

pub fn http_settings(variables: &[(&str, &str)]) -> HttpSettings {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::from_sources(None, variables).unwrap().http
}

pub fn listener(http: HttpSettings) -> Listener {
    Listener {
        bind: "127.0.0.1:0".parse().unwrap(),
        bind_setting: "TEST_BIND",
        workers: 1,
        http,
        shutdown_timeout: Duration::from_secs(10),
    }
}

/// Status and body of an answer that must be a problem.
pub async fn problem(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert!(response.headers().contains_key("x-request-id"));
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["status"], status);
    assert_eq!(body["type"], format!("urn:deskbell:problem:{}", body["code"].as_str().unwrap()));
    (status, body)
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Message {
    #[validate(length(min = 1, max = 10))]
    body: String,
    #[validate(range(min = 1, max = 5))]
    count: Option<u8>,
    #[validate(nested)]
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Part {
    #[validate(length(max = 3, message = "must be short"))]
    text: String,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Page {
    #[validate(range(min = 1, max = 100))]
    limit: u16,
}

pub fn routes(routes: &mut ServiceConfig) {
    let origins = Origins::new(&["https://example.com".to_owned()]);
    let limiter = web::Data::new(RateLimiter::<NetworkKey>::per_minute(2));
    routes
        .app_data(limiter)
        .service(web::resource("/echo").route(web::post().to(echo)).route(web::put().to(echo)))
        .service(web::resource("/raw").app_data(BodyLimit(8)).route(web::post().to(raw)))
        .service(web::resource("/items/{id}").route(web::get().to(item)))
        .service(web::resource("/page").route(web::get().to(page)))
        .service(web::resource("/ip").route(web::get().to(ip)))
        .service(web::resource("/trace").route(web::get().to(trace)))
        .service(web::resource("/limited").route(web::get().to(limited)))
        .service(web::resource("/broken").route(web::get().to(broken)))
        .service(web::resource("/away").route(web::get().to(away)))
        .service(web::resource("/html-404").route(web::get().to(html_404)))
        .service(
            web::scope("/api")
                .wrap(origins.cors())
                .wrap(origins)
                .service(web::resource("/hello").route(web::get().to(hello)).route(web::post().to(hello))),
        );
}

async fn echo(JsonBody(message): JsonBody<Message>) -> impl Responder {
    let parts: String = message.parts.into_iter().map(|part| part.text).collect();
    HttpResponse::Ok().body(format!("{}{parts}{}", message.body, message.count.unwrap_or_default()))
}

async fn raw(BoundedBody(body): BoundedBody) -> impl Responder {
    HttpResponse::Ok().body(body)
}

async fn item(id: web::Path<u32>) -> impl Responder {
    HttpResponse::Ok().body(id.to_string())
}

async fn page(QueryParams(page): QueryParams<Page>) -> impl Responder {
    HttpResponse::Ok().body(page.limit.to_string())
}

async fn ip(client: ClientIp) -> impl Responder {
    HttpResponse::Ok().body(client.0.to_string())
}

async fn trace(trace: RequestTrace) -> impl Responder {
    HttpResponse::Ok().body(trace.traceparent())
}

async fn limited(
    client: ClientIp,
    limiter: web::Data<RateLimiter<NetworkKey>>,
) -> Result<impl Responder, Problem> {
    limiter.check(&client.network())?;
    Ok(HttpResponse::NoContent())
}

async fn broken() -> Result<HttpResponse, Problem> {
    Err(Problem::internal("the secret cause"))
}

async fn away() -> Result<HttpResponse, Problem> {
    Err(Problem::unavailable("the database cannot be reached", "the secret cause"))
}

async fn html_404() -> impl Responder {
    HttpResponse::NotFound()
        .insert_header(("content-security-policy", "default-src 'self'"))
        .content_type("text/html")
        .body("<p>no</p>")
}

async fn hello() -> impl Responder {
    "hello"
}
