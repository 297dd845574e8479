//! The tables, as both databases have them. Kept equal to the migrations by a test.

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    conversations (id) {
        id -> Id,
        start_client_message_id -> Id,
        token_hash -> Binary,
        status -> Text,
        name -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        page_url -> Nullable<Text>,
        locale -> Nullable<Text>,
        created_at -> Instant,
        last_seq -> BigInt,
        last_message_at -> Instant,
        waiting_since -> Nullable<Instant>,
        urgent_since -> Nullable<Instant>,
        assignee_id -> Nullable<Id>,
        first_reply_at -> Nullable<Instant>,
        closed_at -> Nullable<Instant>,
        unassigned_due_at -> Nullable<Instant>,
        unassigned_repeat -> Integer,
        seen_by_visitor -> BigInt,
        seen_by_agent -> BigInt,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    messages (conversation_id, seq) {
        conversation_id -> Id,
        seq -> BigInt,
        id -> Id,
        author -> Text,
        author_id -> Nullable<Id>,
        client_message_id -> Id,
        body -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    outbox (id) {
        id -> Id,
        name -> Text,
        payload -> Binary,
        created_at -> Instant,
        lease_until -> Instant,
        published_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    inbox (consumer, event_id) {
        consumer -> Text,
        event_id -> Id,
        received_at -> Instant,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    quarantine (id) {
        id -> Id,
        received_at -> Instant,
        event_id -> Nullable<Id>,
        name -> Text,
        reason -> Text,
        payload -> Binary,
        replayed_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    settings (section) {
        section -> Text,
        value -> Json,
        version -> BigInt,
        updated_at -> Instant,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    recipients (id) {
        id -> Id,
        name -> Text,
        phone -> Text,
        role -> Text,
        types -> Json,
        position -> Integer,
        verified_at -> Nullable<Instant>,
        disabled_reason -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    deliveries (id) {
        id -> Id,
        event_id -> Id,
        conversation_id -> Nullable<Id>,
        recipient_id -> Nullable<Id>,
        recipient_name -> Text,
        recipient_role -> Text,
        phone -> Text,
        channel -> Text,
        kind -> Text,
        priority -> Integer,
        facts -> Json,
        state -> Text,
        reason -> Nullable<Text>,
        code -> Nullable<Integer>,
        resend -> Nullable<Text>,
        attempts -> Integer,
        due_at -> Instant,
        next_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    attempts (id) {
        id -> Id,
        delivery_id -> Id,
        number -> Integer,
        body -> Text,
        reference -> Text,
        segments -> Integer,
        started_at -> Instant,
        ended_at -> Nullable<Instant>,
        outcome -> Nullable<Text>,
        sid -> Nullable<Text>,
        status -> Nullable<Text>,
        code -> Nullable<Integer>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    links (token_hash) {
        token_hash -> Binary,
        attempt_id -> Id,
        conversation_id -> Id,
        recipient_id -> Id,
        expires_at -> Instant,
        spent_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    sender_budgets (sender) {
        sender -> Text,
        next_free_at -> Instant,
        day -> BigInt,
        segments -> Integer,
        circuit_until -> Nullable<Instant>,
        circuit_code -> Nullable<Integer>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    users (id) {
        id -> Id,
        email -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        created_at -> Instant,
        disabled_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    sessions (token_hash) {
        token_hash -> Binary,
        user_id -> Nullable<Id>,
        conversation_id -> Nullable<Id>,
        recipient_id -> Nullable<Id>,
        created_at -> Instant,
        expires_at -> Instant,
    }
}

diesel::table! {
    use crate::types::sql::{Id, Instant, Json};
    use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

    audit (id) {
        id -> Id,
        at -> Instant,
        actor_id -> Nullable<Id>,
        actor -> Text,
        action -> Text,
        target -> Text,
        detail -> Json,
    }
}

diesel::joinable!(messages -> conversations (conversation_id));
diesel::joinable!(attempts -> deliveries (delivery_id));
diesel::joinable!(sessions -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(
    conversations,
    messages,
    outbox,
    inbox,
    quarantine,
    settings,
    recipients,
    deliveries,
    attempts,
    links,
    sender_budgets,
    users,
    sessions,
    audit,
);

// Diesel's own.
diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}
