//! The files that browsers load: the chat's loader, its window, and the demo page. They are part of the program.

use actix_web::http::header::{
    self, AcceptEncoding, ContentEncoding, Encoding, EntityTag, Header as _, HeaderName, HeaderValue,
    IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};
use deskbell_http::Problem;
use deskbell_runtime::Settings;
use deskbell_runtime::settings::DemoPage;

/// A file, with what was compressed at build time.
struct WebFile {
    path: &'static str,
    media_type: &'static str,
    /// Differs when the content does.
    tag: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static FILES: &[WebFile] = include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

/// Websites name the loader for years, so it is asked for anew soon.
const LOADER_CACHED: &str = "public, max-age=300";
/// A name that holds a hash of the content never means anything else.
const HASHED_CACHED: &str = "public, max-age=31536000, immutable";
const DEMO_CACHED: &str = "no-cache";
const DEMO_INDEX: &str = "/demo/index.html";

/// What the demo page may load: the chat, and nothing from anywhere else.
const DEMO_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                           connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                           require-trusted-types-for 'script'";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// `GET /widget.js`: what a website's one line loads.
pub(crate) async fn loader(request: HttpRequest) -> HttpResponse {
    for_websites(&request, LOADER_CACHED)
}

/// `GET /widget/{file}`: what the loader loads.
pub(crate) async fn part(request: HttpRequest) -> HttpResponse {
    for_websites(&request, HASHED_CACHED)
}

/// `GET /demo` and what belongs to it.
pub(crate) async fn demo(request: HttpRequest) -> HttpResponse {
    let path = if request.path() == "/demo" { DEMO_INDEX } else { request.path() };
    let mut response = answer(&request, path, DEMO_CACHED);
    let policy = HeaderValue::from_static(DEMO_POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Whether there is a demo page: as set, or while no customer can reach it.
pub(crate) fn demo_is_shown(settings: &Settings) -> bool {
    match settings.chat_api.demo {
        DemoPage::Shown => true,
        DemoPage::Hidden => false,
        DemoPage::Auto => {
            let host = settings.public.chat_url.host_str().unwrap_or_default();
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let is_local = host == "localhost" || host.ends_with(".localhost");
            is_local || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// A file that pages of any website may load; modules are loaded with CORS.
fn for_websites(request: &HttpRequest, cached: &'static str) -> HttpResponse {
    let mut response = answer(request, request.path(), cached);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}

fn answer(request: &HttpRequest, path: &str, cached: &'static str) -> HttpResponse {
    match FILES.iter().find(|file| file.path == path) {
        Some(file) => file.answer(request, cached),
        None => Problem::not_found("there is nothing at this address").error_response(),
    }
}

impl WebFile {
    fn answer(&self, request: &HttpRequest, cached: &'static str) -> HttpResponse {
        let (coding, content) = self.chosen_for(request);
        let tag = EntityTag::new_strong(format!("{}-{}", self.tag, coding.as_str()));
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&tag)),
            Err(_) => false,
        };
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((header::ETAG, tag.to_string()))
            .insert_header((header::VARY, "accept-encoding"))
            .insert_header((header::CACHE_CONTROL, cached));
        if is_known {
            return response.finish();
        }
        if coding != ContentEncoding::Identity {
            response.insert_header((header::CONTENT_ENCODING, coding.as_str()));
        }
        response.content_type(self.media_type).body(content)
    }

    /// The smallest form that the client understands.
    fn chosen_for(&self, request: &HttpRequest) -> (ContentEncoding, &'static [u8]) {
        let forms = [
            (ContentEncoding::Brotli, self.brotli),
            (ContentEncoding::Gzip, self.gzip),
            (ContentEncoding::Identity, Some(self.plain)),
        ];
        let accepted = AcceptEncoding::parse(request).ok();
        let understood = |coding: ContentEncoding| {
            let coding = Encoding::Known(coding);
            accepted.as_ref().and_then(|accepted| accepted.negotiate([&coding].into_iter()))
                == Some(coding.clone())
        };
        forms
            .into_iter()
            .filter(|(coding, _)| *coding == ContentEncoding::Identity || understood(*coding))
            .find_map(|(coding, content)| Some((coding, content?)))
            .unwrap_or((ContentEncoding::Identity, self.plain))
    }
}
