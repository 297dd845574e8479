//! The link in an SMS: one tap opens that chat, and nothing else.

use deskbell_e2e::{ChatLink, Deployment, OWNER, Opening, stories};
use reqwest::{Method, StatusCode};

stories! {
    looking_at_the_link_has_no_effect,
    the_link_opens_its_chat_and_the_answer_reaches_the_visitor,
    the_link_opens_nothing_else,
}

async fn looking_at_the_link_has_no_effect(deskbell: &mut Deployment) {
    deskbell.website.begin(Opening::saying("Hello")).await;
    let link = ChatLink::find(&deskbell.first_text(OWNER).await.body);

    for _robot in 0..3 {
        let page = ChatLink::look(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.cookie(), None);
        assert!(!page.text.contains("Hello"), "a robot does not read the chat");
    }

    ChatLink::open(&link).await.expect("the link still opens");
}

async fn the_link_opens_its_chat_and_the_answer_reaches_the_visitor(deskbell: &mut Deployment) {
    let chat = deskbell.website.begin(Opening::saying("Can you come today?").by("Maria")).await;
    let link = ChatLink::find(&deskbell.first_text(OWNER).await.body);

    let phone = ChatLink::open(&link).await.expect("the link opens");
    let page = phone.read().await.succeeded();
    assert!(page.text.contains("Maria") && page.text.contains("Can you come today?"), "{}", page.text);
    let answered = phone.reply(chat.id, "I am on my way").await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text);

    let last = chat.read().await.pop();
    assert_eq!(last, Some(("agent".to_owned(), "I am on my way".to_owned())));
}

async fn the_link_opens_nothing_else(deskbell: &mut Deployment) {
    let other = deskbell.website.begin(Opening::saying("The other chat")).await;
    deskbell.first_text(OWNER).await;
    deskbell.website.begin(Opening::saying("This chat")).await;
    let link = ChatLink::find(&deskbell.texts(OWNER, 2).await[1].body);
    let phone = ChatLink::open(&link).await.expect("the link opens");

    let second = ChatLink::open(&link).await.expect_err("a second browser cannot open it");
    assert_eq!(second.status, StatusCode::GONE);
    assert_eq!(phone.reply(other.id, "To the other one").await.status, StatusCode::FORBIDDEN);
    for path in ["/api/v1/me", "/api/v1/conversations", "/api/v1/notifications/recipients"] {
        assert_eq!(phone.send(Method::GET, path, None).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(other.read().await.len(), 1);

    let mut altered = link.clone();
    altered.truncate(link.len() - 2);
    for wrong in [altered.clone(), altered + "AA"] {
        let refused = ChatLink::open(&wrong).await.expect_err("a guess opens nothing");
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
}
