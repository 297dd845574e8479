//! Lines of the audit log: who did what to what, with what changed. Never a secret, never a whole phone number.

use deskbell_domain::recipient::Recipient;
use deskbell_domain::{AuditId, Clock, ConversationId, UserId};
use deskbell_store::model::admin::AuditEntry;
use serde_json::{Map, Value, json};

/// Who did something.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    id: Option<UserId>,
    name: String,
}

impl Actor {
    /// Someone who is logged in, by mail address.
    pub(crate) fn user(id: UserId, email: &str) -> Self {
        Self { id: Some(id), name: email.to_owned() }
    }

    /// A recipient who opened the link in an SMS.
    pub(crate) fn link_of(recipient_name: &str) -> Self {
        Self { id: None, name: format!("{recipient_name} (by SMS link)") }
    }

    /// Something that is no person.
    pub(crate) fn machine(name: &str) -> Self {
        Self { id: None, name: name.to_owned() }
    }
}

/// A line, to be written together with what it tells of.
pub(crate) fn entry(
    clock: &dyn Clock,
    actor: &Actor,
    action: &'static str,
    target: impl Into<String>,
    detail: Value,
) -> AuditEntry {
    AuditEntry {
        id: AuditId::mint(clock),
        at: clock.now(),
        actor_id: actor.id,
        actor: actor.name.clone(),
        action: action.to_owned(),
        target: target.into(),
        detail,
    }
}

/// How the log names a conversation.
pub(crate) fn of_conversation(id: ConversationId) -> String {
    format!("conversation:{id}")
}

/// What the log says of a recipient.
pub(crate) fn about(recipient: &Recipient) -> Value {
    json!({
        "name": recipient.name,
        "phone": recipient.phone.masked(),
        "role": recipient.role,
        "types": recipient.types,
        "position": recipient.position,
        "verified": recipient.verified_at.is_some(),
        "disabled_reason": recipient.disabled_reason,
    })
}

/// The fields that differ between two objects, each with what it was and what it is.
pub(crate) fn difference(before: &Value, after: &Value) -> Value {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return Value::Null };
    let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    let changed: Map<String, Value> = keys
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| (key.clone(), json!({ "from": before.get(key), "to": after.get(key) })))
        .collect();
    Value::Object(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_changed_came_and_went() {
        let before = json!({ "a": 1, "b": [1, 2], "gone": true });
        let after = json!({ "a": 1, "b": [2], "new": null });
        assert_eq!(
            difference(&before, &after),
            json!({
                "b": { "from": [1, 2], "to": [2] },
                "gone": { "from": true, "to": null },
                "new": { "from": null, "to": null },
            })
        );
    }
}
