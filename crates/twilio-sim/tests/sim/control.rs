//! The control API over HTTP, and the bounds of memory.

use reqwest::Method;
use serde_json::{Value, json};

use crate::setup::{TO, get, http, send, start, start_with};

async fn call(url: String, method: Method, body: &Value) -> (u16, Value) {
    let answer = http().request(method, url).json(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn faults_are_created_read_replaced_and_deleted() {
    let sim = start().await;
    let url = format!("{}/faults", sim.control_url);
    let spec = json!({ "kind": "rate_limited_429", "retry_after": "1", "to": TO });
    let (status, created) = call(url.clone(), Method::POST, &spec).await;
    assert_eq!(
        (status, &created["id"], &created["spec"]["kind"]),
        (201, &json!(1), &json!("rate_limited_429"))
    );
    assert_eq!(send(&sim, TO, None).await.unwrap_err().code(), Some(20429));

    let one = format!("{url}/1");
    assert_eq!(get(&one).await.1["struck"], 1);
    let (status, replaced) = call(one.clone(), Method::PUT, &json!({ "kind": "daily_limit_63038" })).await;
    assert_eq!((status, &replaced["struck"]), (200, &json!(0)));
    assert_eq!(send(&sim, TO, None).await.unwrap_err().code(), Some(63038));
    assert_eq!(get(&url).await.1["faults"].as_array().unwrap().len(), 1);

    assert_eq!(call(one.clone(), Method::DELETE, &Value::Null).await.0, 204);
    assert_eq!((get(&one).await.0, call(one, Method::DELETE, &Value::Null).await.0), (404, 404));
    send(&sim, TO, None).await.unwrap();
    call(url.clone(), Method::POST, &json!({ "kind": "hang" })).await;
    assert_eq!(call(url.clone(), Method::DELETE, &Value::Null).await.0, 204);
    assert_eq!(get(&url).await.1, json!({ "faults": [] }));
}

#[tokio::test]
async fn every_kind_of_fault_and_every_mode_has_its_name() {
    let sim = start().await;
    for kind in [
        "accept_then_drop",
        "accept_then_500",
        "error_500",
        "hang",
        "slow_body",
        "truncated_json",
        "html_502",
        "rate_limited_429",
        "daily_limit_63038",
        "unauthorized_401",
        "reset_before_reading",
        "queue_full_21611",
        "api_error",
    ] {
        let (status, answer) =
            call(format!("{}/faults", sim.control_url), Method::POST, &json!({ "kind": kind })).await;
        assert_eq!(status, 201, "{kind}: {answer}");
    }
    for mode in ["normal", "off", "early", "late", "lost", "duplicated", "reordered", "forged"] {
        let (status, answer) =
            call(format!("{}/behaviour", sim.control_url), Method::PATCH, &json!({ "callbacks": mode }))
                .await;
        assert_eq!((status, &answer["callbacks"], &answer["step_ms"]), (200, &json!(mode), &json!(10)));
    }
}

#[tokio::test]
async fn requests_messages_and_counts_are_listed() {
    let sim = start().await;
    for _ in 0..3 {
        send(&sim, TO, None).await.unwrap();
    }
    let (_, requests) = get(&format!("{}/requests?after=1&limit=1", sim.control_url)).await;
    assert_eq!((&requests["total"], requests["requests"].as_array().unwrap().len()), (&json!(3), 1));
    let request = &requests["requests"][0];
    assert_eq!(
        (&request["number"], &request["method"], &request["answer"]),
        (&json!(2), &json!("POST"), &json!("201"))
    );
    assert!(request["body"].as_str().unwrap().starts_with("To=%2B15558675310&"));
    assert!(request["at"].as_str().unwrap().ends_with('Z'));
    let (_, messages) = get(&format!("{}/messages?to=%2B15558675310", sim.control_url)).await;
    assert_eq!(messages["messages"][2]["number"], 3);
    assert_eq!(get(&format!("{}/messages?to=%2B1", sim.control_url)).await.1["messages"], json!([]));
    assert_eq!(get(&format!("{}/counts", sim.control_url)).await.1["accepted"], 3);
    assert_eq!(call(format!("{}/reset", sim.control_url), Method::POST, &Value::Null).await.0, 204);
    assert_eq!(get(&format!("{}/counts", sim.control_url)).await.1["accepted"], 0);
    assert_eq!(get(&format!("{}/messages", sim.control_url)).await.1["total"], 0);
}

#[tokio::test]
async fn rules_and_the_stop_list_can_be_set() {
    let sim = start().await;
    let rule = json!({ "callbacks": "lost", "outcome": { "statuses": ["failed"], "error_code": 30005 } });
    let url = format!("{}/recipients/%2B15558675310", sim.control_url);
    assert_eq!(call(url.clone(), Method::PUT, &rule).await.0, 204);
    assert_eq!(get(&format!("{}/recipients", sim.control_url)).await.1["recipients"][TO], rule);
    assert_eq!(call(url, Method::DELETE, &Value::Null).await.0, 204);
    let url = format!("{}/opt-outs/+15005550006/{TO}", sim.control_url);
    assert_eq!(call(url.clone(), Method::PUT, &Value::Null).await.0, 204);
    assert_eq!(send(&sim, TO, None).await.unwrap_err().code(), Some(21610));
    assert_eq!(get(&format!("{}/opt-outs", sim.control_url)).await.1["opt_outs"][0]["person"], TO);
    assert_eq!(call(url, Method::DELETE, &Value::Null).await.0, 204);
    send(&sim, TO, None).await.unwrap();
}

#[tokio::test]
async fn nonsense_is_refused_and_changes_nothing() {
    let sim = start().await;
    for (path, method, body) in [
        ("faults", Method::POST, json!({ "kind": "gremlins" })),
        ("faults", Method::POST, json!({ "kind": "hang", "unknown": 1 })),
        ("behaviour", Method::PATCH, json!({ "latency": 1 })),
        ("behaviour", Method::PATCH, json!({ "callbacks": "sometimes" })),
        ("recipients/+1", Method::PUT, json!({ "colour": "blue" })),
        ("inbound", Method::POST, json!({ "from": "me", "body": "x" })),
        ("requests?after=x", Method::GET, Value::Null),
    ] {
        let (status, answer) = call(format!("{}/{path}", sim.control_url), method, &body).await;
        assert_eq!(status, 400, "{path} {body}");
        assert!(answer["error"].is_string());
    }
    assert_eq!(get(&format!("{}/nothing", sim.control_url)).await.0, 404);
    assert!(get(&sim.control_url).await.1["paths"].is_array());
    assert_eq!(get(&format!("{}/faults", sim.control_url)).await.1, json!({ "faults": [] }));
    let simple = http().post(format!("{}/reset", sim.control_url)).body("{}").send().await.unwrap();
    assert_eq!(simple.status(), 415);
}

#[tokio::test]
async fn memory_is_bounded_and_counts_go_on() {
    let sim = start_with(|settings| {
        settings.limits.requests_max = 3;
        settings.limits.messages_max = 2;
    })
    .await;
    for _ in 0..5 {
        send(&sim, TO, None).await.unwrap();
    }
    assert_eq!((sim.requests().len(), sim.messages().len(), sim.counts().accepted), (3, 2, 5));
    assert_eq!(sim.messages()[0].number, 4);
    let (_, requests) = get(&format!("{}/requests", sim.control_url)).await;
    assert_eq!((&requests["total"], &requests["forgotten"]), (&json!(5), &json!(2)));
}

#[tokio::test]
async fn only_loopback_is_listened_on_unless_allowed() {
    use deskbell_twilio_sim::{SimSettings, StartError, TwilioSim};
    let everywhere = SimSettings { bind: "0.0.0.0:0".parse().unwrap(), ..SimSettings::default() };
    let refused = TwilioSim::start(everywhere.clone()).await.unwrap_err();
    assert!(matches!(refused, StartError::NotLoopback(_)));
    assert!(refused.to_string().contains("TWILIO_SIM_ALLOW_NON_LOOPBACK"));
    drop(start().await);
    TwilioSim::start(SimSettings { allow_non_loopback: true, ..everywhere }).await.unwrap();
}

#[tokio::test]
async fn a_dropped_handle_frees_the_port() {
    let sim = start().await;
    let address = sim.url.trim_start_matches("http://").to_owned();
    send(&sim, TO, None).await.unwrap();
    drop(sim);
    crate::setup::until("nobody listens", async || tokio::net::TcpStream::connect(&address).await.is_err())
        .await;
}
