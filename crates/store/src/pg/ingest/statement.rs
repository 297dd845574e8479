//! The statements, as Diesel query fragments with a fixed text, so that they are prepared once.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};

use crate::ingest::{AppendPlan, StartConversation};
use crate::model::event::OutboxEvent;
use crate::types::sql::{Id, Instant};
use crate::types::{At, Key};
use deskbell_domain::Timestamp;

/// Conversations, first messages and events.
pub(super) struct InsertStarts<'a> {
    ids: Vec<Key>,
    client_ids: Vec<Key>,
    hashes: Vec<&'a [u8]>,
    names: Vec<Option<&'a str>>,
    emails: Vec<Option<&'a str>>,
    phones: Vec<Option<&'a str>>,
    pages: Vec<Option<&'a str>>,
    locales: Vec<Option<&'a str>>,
    now: Vec<At>,
    urgent_since: Vec<Option<At>>,
    unassigned_due_at: Vec<Option<At>>,
    message_ids: Vec<Key>,
    bodies: Vec<&'a str>,
    events: EventColumns<'a>,
    lease_until: At,
}

impl<'a> InsertStarts<'a> {
    pub(super) fn new(
        starts: &[&'a StartConversation],
        events: &'a [OutboxEvent],
        lease_until: Timestamp,
    ) -> Self {
        fn column<'a, T>(
            starts: &[&'a StartConversation],
            value: impl Fn(&'a StartConversation) -> T,
        ) -> Vec<T> {
            starts.iter().map(|start| value(start)).collect()
        }
        Self {
            ids: column(starts, |start| start.conversation_id.into()),
            client_ids: column(starts, |start| start.client_message_id.into()),
            hashes: column(starts, |start| start.token_hash.as_bytes().as_slice()),
            names: column(starts, |start| start.visitor.name.as_deref()),
            emails: column(starts, |start| start.visitor.email.as_deref()),
            phones: column(starts, |start| start.visitor.phone.as_deref()),
            pages: column(starts, |start| start.visitor.page_url.as_deref()),
            locales: column(starts, |start| start.visitor.locale.as_deref()),
            now: column(starts, |start| At(start.now)),
            urgent_since: column(starts, |start| start.urgent.then_some(At(start.now))),
            unassigned_due_at: column(starts, |start| start.unassigned_due_at.map(At)),
            message_ids: column(starts, |start| start.message_id.into()),
            bodies: column(starts, |start| start.body.as_str()),
            events: EventColumns::new(events),
            lease_until: At(lease_until),
        }
    }
}

impl diesel::query_builder::Query for InsertStarts<'_> {
    type SqlType = Id;
}

impl QueryId for InsertStarts<'_> {
    type QueryId = InsertStarts<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for InsertStarts<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH input AS (SELECT * FROM unnest(");
        out.push_bind_param::<Array<Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.client_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.hashes)?;
        for column in [&self.names, &self.emails, &self.phones, &self.pages, &self.locales] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Text>>, _>(column)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Instant>, _>(&self.now)?;
        for column in [&self.urgent_since, &self.unassigned_due_at] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Instant>>, _>(column)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.message_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.bodies)?;
        out.push_sql(", ");
        self.events.walk(&mut out)?;
        out.push_sql(
            ") AS t (id, client_id, hash, name, email, phone, page, locale, now, urgent_since, unassigned_due_at, \
             message_id, body, event_id, event_name, payload)), \
             fresh AS (INSERT INTO conversations (id, start_client_message_id, token_hash, status, name, email, phone, \
             page_url, locale, created_at, last_seq, last_message_at, waiting_since, urgent_since, unassigned_due_at, \
             unassigned_repeat) \
             SELECT id, client_id, hash, 'waiting', name, email, phone, page, locale, now, 1, now, now, urgent_since, \
             unassigned_due_at, 0 FROM input ON CONFLICT (start_client_message_id) DO NOTHING RETURNING id), \
             message AS (INSERT INTO messages (conversation_id, seq, id, author, client_message_id, body, created_at) \
             SELECT id, 1, message_id, 'visitor', client_id, body, now FROM input JOIN fresh USING (id)), \
             event AS (INSERT INTO outbox (id, name, payload, created_at, lease_until) \
             SELECT event_id, event_name, payload, now, ",
        );
        out.push_bind_param::<Instant, _>(&self.lease_until)?;
        out.push_sql(" FROM input JOIN fresh USING (id)) SELECT id FROM fresh");
        Ok(())
    }
}

/// Messages to conversations that are locked, and what the conversations become.
pub(super) struct InsertAppends<'a> {
    conversations: Vec<Key>,
    statuses: Vec<&'static str>,
    last_seqs: Vec<i64>,
    last_message_at: Vec<At>,
    waiting_since: Vec<Option<At>>,
    urgent_since: Vec<Option<At>>,
    unassigned_due_at: Vec<Option<At>>,
    message_conversations: Vec<Key>,
    seqs: Vec<i64>,
    message_ids: Vec<Key>,
    client_ids: Vec<Key>,
    bodies: Vec<&'a str>,
    created_at: Vec<At>,
}

impl<'a> InsertAppends<'a> {
    pub(super) fn new(plan: &'a AppendPlan) -> Self {
        let (states, messages) = (&plan.conversations, &plan.messages);
        Self {
            conversations: states.iter().map(|state| state.id.into()).collect(),
            statuses: states.iter().map(|state| state.status.as_str()).collect(),
            last_seqs: states.iter().map(|state| state.last_seq).collect(),
            last_message_at: states.iter().map(|state| At(state.last_message_at)).collect(),
            waiting_since: states.iter().map(|state| state.waiting_since.map(At)).collect(),
            urgent_since: states.iter().map(|state| state.urgent_since.map(At)).collect(),
            unassigned_due_at: states.iter().map(|state| state.unassigned_due_at.map(At)).collect(),
            message_conversations: messages.iter().map(|message| message.conversation_id.into()).collect(),
            seqs: messages.iter().map(|message| message.seq).collect(),
            message_ids: messages.iter().map(|message| message.id.into()).collect(),
            client_ids: messages.iter().map(|message| message.client_message_id.into()).collect(),
            bodies: messages.iter().map(|message| message.body.as_str()).collect(),
            created_at: messages.iter().map(|message| At(message.created_at)).collect(),
        }
    }
}

impl QueryId for InsertAppends<'_> {
    type QueryId = InsertAppends<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for InsertAppends<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH state AS (SELECT * FROM unnest(");
        out.push_bind_param::<Array<Id>, _>(&self.conversations)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.statuses)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.last_seqs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Instant>, _>(&self.last_message_at)?;
        for column in [&self.waiting_since, &self.urgent_since, &self.unassigned_due_at] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Nullable<Instant>>, _>(column)?;
        }
        out.push_sql(
            ") AS t (id, status, last_seq, last_message_at, waiting_since, urgent_since, unassigned_due_at)), \
             moved AS (UPDATE conversations c SET status = s.status, last_seq = s.last_seq, \
             last_message_at = s.last_message_at, waiting_since = s.waiting_since, urgent_since = s.urgent_since, \
             unassigned_due_at = s.unassigned_due_at, \
             closed_at = NULL FROM state s WHERE c.id = s.id) \
             INSERT INTO messages (conversation_id, seq, id, author, client_message_id, body, created_at) \
             SELECT conversation_id, seq, id, 'visitor', client_id, body, created_at FROM unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&self.message_conversations)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.seqs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.message_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.client_ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.bodies)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Instant>, _>(&self.created_at)?;
        out.push_sql(") AS t (conversation_id, seq, id, client_id, body, created_at)");
        Ok(())
    }
}

/// The columns of events.
pub(super) struct EventColumns<'a> {
    ids: Vec<Key>,
    names: Vec<&'a str>,
    payloads: Vec<&'a [u8]>,
}

impl<'a> EventColumns<'a> {
    pub(super) fn new(events: &'a [OutboxEvent]) -> Self {
        Self {
            ids: events.iter().map(|event| event.id.into()).collect(),
            names: events.iter().map(|event| event.name.as_str()).collect(),
            payloads: events.iter().map(|event| event.payload.as_slice()).collect(),
        }
    }

    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param::<Array<Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.names)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.payloads)
    }
}

/// Events by themselves.
pub(super) struct InsertEvents<'a> {
    pub(super) events: EventColumns<'a>,
    pub(super) created_at: At,
    pub(super) lease_until: At,
}

impl QueryId for InsertEvents<'_> {
    type QueryId = InsertEvents<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for InsertEvents<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO outbox (id, name, payload, created_at, lease_until) SELECT id, name, payload, ",
        );
        out.push_bind_param::<Instant, _>(&self.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Instant, _>(&self.lease_until)?;
        out.push_sql(" FROM unnest(");
        self.events.walk(&mut out)?;
        out.push_sql(") AS t (id, name, payload)");
        Ok(())
    }
}
