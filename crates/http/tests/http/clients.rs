//! Who is calling, with and without proxies.

use std::net::IpAddr;

use deskbell_http::{ClientIp, NetworkKey};

use crate::server::{TestServer, http_settings, routes};

async fn seen(server: &TestServer, headers: &[(&str, &str)]) -> String {
    let mut request = server.client.get(format!("{}/ip", server.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn nobody_is_believed_unless_configured() {
    let server = TestServer::start().await;
    assert_eq!(
        seen(&server, &[("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=203.0.113.9")]).await,
        "127.0.0.1"
    );
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_only_as_far_as_its_own_word_goes() {
    let trusted = ("DESKBELL__HTTP__TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
    let server = TestServer::with(http_settings(&[trusted]), routes).await;
    let forwarded = "x-forwarded-for";
    for (given, expected) in [
        (vec![], "127.0.0.1"),
        (vec![(forwarded, "203.0.113.9")], "203.0.113.9"),
        (vec![(forwarded, "198.51.100.1, 203.0.113.9, 10.1.2.3")], "203.0.113.9"),
        (vec![(forwarded, "198.51.100.1"), (forwarded, "203.0.113.9")], "203.0.113.9"),
        (vec![(forwarded, "10.0.0.7, 10.0.0.8")], "10.0.0.7"),
        (vec![(forwarded, "203.0.113.9:4711")], "203.0.113.9"),
        (vec![(forwarded, "2001:db8::1")], "2001:db8::1"),
        (vec![(forwarded, "[2001:db8::1]:4711")], "2001:db8::1"),
        (vec![(forwarded, "::ffff:203.0.113.9")], "203.0.113.9"),
        (vec![(forwarded, "203.0.113.9, nonsense")], "127.0.0.1"),
        (vec![(forwarded, "")], "127.0.0.1"),
        (vec![("forwarded", "for=203.0.113.9")], "127.0.0.1"),
    ] {
        assert_eq!(seen(&server, &given).await, expected, "{given:?}");
    }
}

#[tokio::test]
async fn the_standard_header_is_read_when_the_proxy_writes_that_one() {
    let server = TestServer::with(
        http_settings(&[
            ("DESKBELL__HTTP__TRUSTED_PROXIES", "127.0.0.1"),
            ("DESKBELL__HTTP__FORWARDED_HEADER", "forwarded"),
        ]),
        routes,
    )
    .await;
    let header = "for=198.51.100.1;proto=http, For=\"[2001:db8:cafe::17]:4711\";by=10.0.0.1";
    assert_eq!(seen(&server, &[("forwarded", header)]).await, "2001:db8:cafe::17");
    assert_eq!(seen(&server, &[("x-forwarded-for", "203.0.113.9")]).await, "127.0.0.1");
    assert_eq!(seen(&server, &[("forwarded", "for=_hidden")]).await, "127.0.0.1");
}

#[test]
fn limits_count_ipv6_by_its_64_bit_network() {
    let network = |text: &str| ClientIp(text.parse::<IpAddr>().unwrap()).network();
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    assert_ne!(network("203.0.113.9"), network("203.0.113.10"));
    assert_eq!(network("::ffff:203.0.113.9"), NetworkKey::V4("203.0.113.9".parse().unwrap()));
}
