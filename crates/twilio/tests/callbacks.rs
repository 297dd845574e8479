//! Callbacks are read tolerantly and never show a number in a log.

use deskbell_twilio::MessageStatus;
use deskbell_twilio::callback::{CallbackError, InboundMessage, OptOutType, StatusCallback, parse_form};

#[test]
fn a_status_callback_is_read_whatever_else_it_carries() {
    let form = parse_form(
        b"AccountSid=AC1&From=%2B15005550006&MessageSid=SM1&MessageStatus=undelivered&SmsSid=SM1&To=%2B15558675310\
          &ErrorCode=30003&RawDlrDoneDate=2611230946&SomeFutureField=x+y%26z%3D1",
    );
    let callback = StatusCallback::parse(&form).unwrap();
    assert_eq!(callback.message_sid, "SM1");
    assert_eq!(callback.status, MessageStatus::Undelivered);
    assert_eq!(callback.error_code, Some(30003));
    assert_eq!(callback.to.as_deref(), Some("+15558675310"));
    assert_eq!(callback.from.as_deref(), Some("+15005550006"));
    assert_eq!(callback.raw_dlr_done_date.as_deref(), Some("2611230946"));
    assert!(!format!("{callback:?}").contains("5558675310"));
}

#[test]
fn a_status_callback_needs_its_message_and_its_status() {
    let parse = |form: &[u8]| StatusCallback::parse(&parse_form(form));
    assert_eq!(parse(b"MessageStatus=sent"), Err(CallbackError { field: "MessageSid" }));
    assert_eq!(parse(b"MessageSid=SM1"), Err(CallbackError { field: "MessageStatus" }));
    assert_eq!(parse(b"MessageSid=&SmsSid=SM2&SmsStatus=sent").unwrap().message_sid, "SM2");
    assert_eq!(parse(b"MessageSid=SM1&MessageStatus=sent&ErrorCode=").unwrap().error_code, None);
    assert_eq!(parse(b"MessageSid=SM1&MessageStatus=sent&ErrorCode=many").unwrap().error_code, None);
    let unknown = parse(b"MessageSid=SM1&MessageStatus=teleported").unwrap();
    assert_eq!(unknown.status, MessageStatus::Other("teleported".to_owned()));
    assert!(parse(b"\xff\xfe=%zz&&==").is_err());
}

#[test]
fn every_status_survives_its_own_word() {
    for word in [
        "queued",
        "sending",
        "sent",
        "failed",
        "delivered",
        "undelivered",
        "receiving",
        "received",
        "accepted",
        "scheduled",
        "read",
        "partially_delivered",
        "canceled",
    ] {
        let status = MessageStatus::from(word);
        assert!(!matches!(status, MessageStatus::Other(_)), "{word}");
        assert_eq!(status.as_str(), word);
    }
}

#[test]
fn an_inbound_message_keeps_its_text_as_it_is() {
    let form = parse_form(
        b"MessageSid=SM2&From=%2B15558675310&To=%2B15005550006&Body=+Hi%0A%F0%9F%98%80+&NumMedia=2&MediaUrl0=https%3A%2F%2Fa%2F1\
          &MediaContentType0=image%2Fpng",
    );
    let message = InboundMessage::parse(&form).unwrap();
    assert_eq!(message.body, " Hi\n😀 ");
    assert_eq!(message.media, [("https://a/1".to_owned(), "image/png".to_owned())]);
    assert_eq!(message.opt_out_word(), None);
    assert!(!format!("{message:?}").contains("555"));
    assert_eq!(InboundMessage::parse(&form[..1]), Err(CallbackError { field: "From" }));
}

#[test]
fn opt_out_words_count_only_as_the_whole_message() {
    let said = |body: &str| {
        let form = format!("MessageSid=SM2&From=%2B1&To=%2B2&Body={body}");
        InboundMessage::parse(&parse_form(form.as_bytes())).unwrap().opt_out_word()
    };
    assert_eq!(said("stop"), Some(OptOutType::Stop));
    assert_eq!(said("+Revoke%0A"), Some(OptOutType::Stop));
    assert_eq!(said("UNSTOP"), Some(OptOutType::Start));
    assert_eq!(said("info"), Some(OptOutType::Help));
    assert_eq!(said("stop+it"), None);
    assert_eq!(said("anything&OptOutType=STOP"), Some(OptOutType::Stop));
}
