//! Lists: filters, pages, and what is not in them yet.

use deskbell_twilio::ListFilter;
use serde_json::Value;

use crate::setup::{DEADLINE, FROM, TO, api, client, create, form, get, send, start, start_with, until};

const OTHER: &str = "+15558675311";

fn to(number: &str) -> ListFilter {
    ListFilter { to: Some(number.to_owned()), ..ListFilter::default() }
}

#[tokio::test]
async fn all_pages_together_hold_every_message_once_newest_first() {
    let sim = start().await;
    let mut sent = Vec::new();
    for index in 0..7 {
        let sid = send(&sim, TO, None).await.unwrap().sid;
        sent.push(sid);
        if index % 2 == 0 {
            send(&sim, OTHER, None).await.unwrap();
        }
    }
    sent.reverse();
    for page_size in [1, 2, 3, 7, 50] {
        let filter = ListFilter { page_size: Some(page_size), ..to(TO) };
        let listed = client(&sim, DEADLINE).list_messages(&filter, 20).await.unwrap();
        assert_eq!(listed.into_iter().map(|message| message.sid).collect::<Vec<_>>(), sent, "{page_size}");
    }
    sim.behave(|behaviour| behaviour.list_newest_first = false);
    let filter = ListFilter { page_size: Some(2), ..to(TO) };
    let listed = client(&sim, DEADLINE).list_messages(&filter, 20).await.unwrap();
    sent.reverse();
    assert_eq!(listed.into_iter().map(|message| message.sid).collect::<Vec<_>>(), sent);
}

#[tokio::test]
async fn messages_that_arrive_between_two_pages_shift_nothing() {
    let sim = start().await;
    for _ in 0..4 {
        send(&sim, TO, None).await.unwrap();
    }
    let (_, first) = get(&api(&sim, "/Messages.json?PageSize=2")).await;
    assert_eq!(
        (&first["page"], &first["page_size"], &first["start"], &first["end"]),
        (&0.into(), &2.into(), &0.into(), &1.into())
    );
    send(&sim, TO, None).await.unwrap();
    let next = format!("{}{}", sim.url, first["next_page_uri"].as_str().unwrap());
    let (_, second) = get(&next).await;
    let sids = |page: &Value| {
        page["messages"].as_array().unwrap().iter().map(|m| m["sid"].clone()).collect::<Vec<_>>()
    };
    assert!(sids(&second).iter().all(|sid| !sids(&first).contains(sid)));
    assert_eq!((sids(&second).len(), &second["next_page_uri"], &second["end"]), (2, &Value::Null, &3.into()));
    assert!(second["previous_page_uri"].is_string());
}

#[tokio::test]
async fn filters_by_numbers_and_date_combine() {
    let sim = start_with(|settings| settings.behaviour.step_ms = 0).await;
    send(&sim, TO, None).await.unwrap();
    send(&sim, OTHER, None).await.unwrap();
    create(&sim, &form(&[("From", "+15005550099")])).await;
    let today = &sim.messages()[0].created_at.to_string()[..10];
    let plus = |number: &str| number.replace('+', "%2B");
    let (to, from) = (plus(TO), plus(FROM));
    for (query, expected) in [
        (format!("To={to}"), 2),
        (format!("From={from}"), 2),
        (format!("To={to}&From={from}"), 1),
        (format!("To={}", plus("+15550000000")), 0),
        (format!("To={to}&DateSent={today}"), 2),
        (format!("To={to}&DateSent%3E={today}"), 2),
        (format!("To={to}&DateSent%3C={today}"), 2),
        ("DateSent%3C=2020-01-01".to_owned(), 0),
        ("DateSent%3E=2020-01-01T00:00:00Z".to_owned(), 3),
        ("DateSent=2020-01-01".to_owned(), 0),
    ] {
        let (_, page) = get(&api(&sim, &format!("/Messages.json?{query}"))).await;
        assert_eq!(page["messages"].as_array().unwrap().len(), expected, "{query}");
    }
    let (status, error) = get(&api(&sim, "/Messages.json?DateSent=yesterday")).await;
    assert_eq!((status, &error["code"]), (400, &20422.into()));
}

#[tokio::test]
async fn what_has_not_left_matches_no_date_unless_told() {
    let sim = start_with(|settings| settings.behaviour.step_ms = 60_000).await;
    send(&sim, TO, None).await.unwrap();
    let count = async || {
        get(&api(&sim, "/Messages.json?DateSent%3E=2020-01-01")).await.1["messages"].as_array().unwrap().len()
    };
    assert_eq!(count().await, 0);
    sim.behave(|behaviour| behaviour.unsent_matches_date_filter = true);
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn a_new_message_shows_in_lists_only_after_the_visibility_delay() {
    let sim = start_with(|settings| settings.behaviour.list_visibility_delay_ms = 150).await;
    let sid = send(&sim, TO, None).await.unwrap().sid;
    let client = client(&sim, DEADLINE);
    assert!(client.list_messages(&to(TO), 1).await.unwrap().is_empty());
    assert_eq!(client.fetch_message(&sid).await.unwrap().sid, sid);
    until("it is listed", async || !client.list_messages(&to(TO), 1).await.unwrap().is_empty()).await;
}
