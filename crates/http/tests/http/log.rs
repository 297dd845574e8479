//! One line per request, with what helps and without what should not be kept.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::fmt::MakeWriter;

use crate::server::TestServer;

/// Everything that is logged in this test process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn capture() -> &'static Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Log::default();
            let subscriber =
                tracing_subscriber::fmt().with_env_filter("debug").with_ansi(false).with_writer(log.clone());
            subscriber.init();
            log
        })
    }

    /// The lines about this request.
    fn of(&self, request_id: &str) -> Vec<String> {
        let log = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        log.lines().filter(|line| line.contains(request_id)).map(str::to_owned).collect()
    }
}

async fn lines(path: &str) -> Vec<String> {
    let log = Log::capture();
    let server = TestServer::start().await;
    let id = format!("{:032x}", path.len() + 0xabc0_0000);
    let request = server.client.get(format!("{}{path}", server.url));
    request.header("traceparent", format!("00-{id}-00f067aa0ba902b7-01")).send().await.unwrap();
    log.of(&id)
}

#[tokio::test]
async fn an_answered_request_is_one_debug_line_with_its_route_and_no_path_or_query() {
    let lines = lines("/items/4711?token=hunter22").await;
    let [line] = &lines[..] else { panic!("one line was expected: {lines:?}") };
    assert!(
        line.contains("DEBUG") && line.contains("GET /items/{id}") && line.contains("http.status=200"),
        "{line}"
    );
    assert!(line.contains("duration_ms="), "{line}");
    assert!(!line.contains("4711") && !line.contains("hunter22"), "{line}");
}

#[tokio::test]
async fn a_refused_request_is_one_info_line_with_the_reason() {
    let lines = lines("/page?limit=1000").await;
    let [line] = &lines[..] else { panic!("one line was expected: {lines:?}") };
    assert!(line.contains("INFO") && line.contains("invalid_query"), "{line}");
}

#[tokio::test]
async fn a_failure_is_one_error_line_with_its_cause() {
    let lines = lines("/broken").await;
    let [line] = &lines[..] else { panic!("one line was expected: {lines:?}") };
    assert!(line.contains("ERROR") && line.contains("the secret cause"), "{line}");
}
