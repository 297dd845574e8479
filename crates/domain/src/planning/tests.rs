use super::*;
use crate::ids::RecipientId;
use crate::phone::{Country, PhoneNumber};
use crate::recipient::RecipientRole;
use crate::time::{Clock, ManualClock};

const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

fn recipient(phone: &str, role: RecipientRole) -> Recipient {
    let clock = ManualClock::new(NOW);
    Recipient {
        id: RecipientId::mint(&clock),
        name: "Someone".into(),
        phone: PhoneNumber::parse(phone, Country::default()).unwrap(),
        role,
        types: None,
        position: 0,
        verified_at: Some(clock.now()),
        disabled_reason: None,
        created_at: clock.now(),
    }
}

fn chat(kind: NoticeType) -> Notice {
    Notice { kind: NoticeKind::Chat(kind), first_message: true, only: None }
}

fn dispositions(notice: &Notice, settings: &NotificationSettings, people: &[Recipient]) -> Vec<Disposition> {
    plan(notice, settings, people, NOW).into_iter().map(|planned| planned.disposition).collect()
}

fn send(kind: NoticeType) -> Disposition {
    Disposition::Send { kind: NoticeKind::Chat(kind), not_before: NOW }
}

#[test]
fn the_owner_comes_first_and_a_shared_number_is_texted_once() {
    let manager = recipient("+14155552671", RecipientRole::Manager);
    let owner = recipient("+14155552671", RecipientRole::Owner);
    let people = [manager, owner];
    let plans = plan(&chat(NoticeType::NewChat), &NotificationSettings::default(), &people, NOW);
    assert_eq!(plans[0].recipient.unwrap().role, RecipientRole::Owner);
    assert_eq!(plans[0].disposition, send(NoticeType::NewChat));
    assert_eq!(plans[1].disposition, Disposition::Suppress("same_number"));
}

#[test]
fn nobody_to_tell_is_itself_accounted_for() {
    let settings = NotificationSettings::default();
    assert_eq!(
        dispositions(&chat(NoticeType::NewChat), &settings, &[]),
        [Disposition::Suppress("no_recipients")]
    );
}

#[test]
fn each_reason_not_to_send_is_named() {
    let settings = NotificationSettings::default();
    let owner = recipient("+14155552671", RecipientRole::Owner);
    let one = |change: fn(&mut Recipient), settings: &NotificationSettings| {
        let mut owner = owner.clone();
        change(&mut owner);
        dispositions(&chat(NoticeType::NewChat), settings, &[owner])[0]
    };
    assert_eq!(one(|owner| owner.verified_at = None, &settings), Disposition::Suppress("unverified"));
    assert_eq!(
        one(|owner| owner.disabled_reason = Some("opted_out".into()), &settings),
        Disposition::Suppress("recipient_disabled")
    );
    assert_eq!(
        one(|owner| owner.types = Some([NoticeType::UrgentChat].into()), &settings),
        Disposition::Suppress("type_off")
    );
    let off = NotificationSettings { enabled: false, ..settings };
    assert_eq!(one(|_| (), &off), Disposition::Suppress("switched_off"));
}

#[test]
fn who_does_not_want_urgency_still_hears_of_a_new_chat() {
    let settings = NotificationSettings::default();
    let mut owner = recipient("+14155552671", RecipientRole::Owner);
    owner.types = Some([NoticeType::NewChat].into());
    let people = [owner];
    assert_eq!(dispositions(&chat(NoticeType::UrgentChat), &settings, &people), [send(NoticeType::NewChat)]);
    let later = Notice { first_message: false, ..chat(NoticeType::UrgentChat) };
    assert_eq!(dispositions(&later, &settings, &people), [Disposition::Suppress("type_off")]);
}

#[test]
fn a_test_reaches_one_unverified_recipient_even_when_notices_are_off() {
    let settings = NotificationSettings { enabled: false, ..NotificationSettings::default() };
    let mut owner = recipient("+14155552671", RecipientRole::Owner);
    owner.verified_at = None;
    let manager = recipient("+14155552672", RecipientRole::Manager);
    let notice = Notice { kind: NoticeKind::Test, first_message: false, only: Some(owner.id) };
    let people = [owner, manager];
    assert_eq!(
        dispositions(&notice, &settings, &people),
        [Disposition::Send { kind: NoticeKind::Test, not_before: NOW }]
    );
}
