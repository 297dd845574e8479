//! Who may call what: every route of the table, tried by everybody.

use std::collections::BTreeSet;

use deskbell_admin_api::{Access, endpoints};
use reqwest::Method;
use serde_json::json;

use crate::app::TestApp;
use crate::client::{Answer, Client};
use crate::{link, notifier};

const ID: &str = "01919191-9191-7191-9191-919191919191";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anonymous,
    Agent,
    Admin,
    /// Opened a chat by a link.
    Link,
    /// Puts a link's token into the panel's cookie.
    LinkAsPanel,
}

const CALLERS: [Caller; 5] =
    [Caller::Anonymous, Caller::Agent, Caller::Admin, Caller::Link, Caller::LinkAsPanel];

/// 401 for strangers, 403 for those who are known and not allowed, anything else for those who are.
fn expected(access: Access, caller: Caller) -> Option<u16> {
    match (access, caller) {
        (Access::Anyone, _)
        | (Access::User, Caller::Agent | Caller::Admin)
        | (Access::Admin, Caller::Admin)
        | (Access::Link, Caller::Link) => None,
        (Access::Admin, Caller::Agent) => Some(403),
        _ => Some(401),
    }
}

async fn every_route_is_open_to_those_it_is_for_and_closed_to_all_others(app: TestApp) {
    add_recipient(&app).await;
    for endpoint in endpoints() {
        for caller in CALLERS {
            // A route may end the session that it is called with, so each call has its own.
            let client = become_caller(&app, caller).await;
            let path = endpoint
                .path
                .replace("{id}", ID)
                .replace("{event_id}", ID)
                .replace("{token}", &"A".repeat(22));
            let method: Method = endpoint.method.as_str().parse().unwrap();
            let body = (method != Method::GET && method != Method::DELETE).then(|| json!({}));
            let answer = client.call(method, &path, body).await;
            let what = format!("{caller:?} {} {}: {answer:?}", endpoint.method, endpoint.path);
            match expected(endpoint.access, caller) {
                Some(status) => {
                    assert_eq!(answer.status, status, "{what}");
                    assert_form(&answer, endpoint.path, &what);
                }
                None => assert!(![401, 403, 405].contains(&answer.status) && answer.status < 500, "{what}"),
            }
        }
    }
}

/// Programs get problems, people get pages.
fn assert_form(answer: &Answer, path: &str, what: &str) {
    let form =
        if path.starts_with("/api/") { "application/problem+json" } else { "text/html; charset=utf-8" };
    assert_eq!(answer.header("content-type"), form, "{what}");
}

async fn become_caller(app: &TestApp, caller: Caller) -> Client<'_> {
    match caller {
        Caller::Anonymous => app.anonymous(),
        Caller::Agent => app.agent("Ada").await,
        Caller::Admin => app.admin().await,
        Caller::Link | Caller::LinkAsPanel => {
            let chat = app.chat("Maria", "Hello").await;
            let texted = notifier::tell_of_chat(app, chat.id).await.remove(0);
            let client = link::opened(app, &texted).await;
            if caller == Caller::Link {
                return client;
            }
            let token = client.cookies["deskbell-chat"].clone();
            app.anonymous().with_cookie("deskbell", &token)
        }
    }
}

pub(crate) async fn add_recipient(app: &TestApp) {
    let request = json!({ "name": "Olga", "phone": "+14155552671", "role": "owner", "verified": true });
    app.admin().await.post("/api/v1/notifications/recipients", request).await.ok(201);
}

async fn nothing_answers_beside_the_table(app: TestApp) {
    let admin = app.admin().await;
    let table = endpoints();
    let paths: BTreeSet<&str> = table.iter().map(|endpoint| endpoint.path).collect();
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if table.iter().any(|endpoint| endpoint.path == path && endpoint.method == *method) {
                continue;
            }
            let call = path.replace("{id}", ID).replace("{event_id}", ID).replace("{token}", &"A".repeat(22));
            let answer = admin.call(method.parse().unwrap(), &call, None).await;
            assert!([404, 405].contains(&answer.status), "{method} {path}: {answer:?}");
        }
    }
    admin.get("/api/v1/nothing").await.assert_problem(404, "not_found");
}

#[test]
fn the_openapi_document_and_the_table_have_the_same_routes() {
    let document = serde_json::to_value(deskbell_admin_api::openapi_document()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            documented.insert((method.to_uppercase(), path.clone()));
            let told = operation["description"].as_str().unwrap();
            assert!(
                told.contains("For AGENT and ADMIN.")
                    || told.contains("For ADMIN.")
                    || told.contains("Open to")
            );
        }
    }
    let table: BTreeSet<(String, String)> = endpoints()
        .iter()
        .filter(|endpoint| endpoint.path.starts_with("/api/"))
        .map(|endpoint| (endpoint.method.to_string(), endpoint.path.to_owned()))
        .collect();
    assert_eq!(documented, table);
}

#[test]
fn only_logging_in_and_pages_are_open_to_everybody() {
    let open: Vec<String> = endpoints()
        .iter()
        .filter(|endpoint| endpoint.access == Access::Anyone)
        .map(|endpoint| format!("{} {}", endpoint.method, endpoint.path))
        .collect();
    assert_eq!(
        open,
        ["POST /api/v1/session", "GET /", "GET /assets/page.css", "GET /r/{token}", "POST /r/{token}"]
    );
}

on_each_database! {
    every_route_is_open_to_those_it_is_for_and_closed_to_all_others,
    nothing_answers_beside_the_table,
}
