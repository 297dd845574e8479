-- Conversations and their messages. `last_seq` is the row lock from which messages take their numbers: gap-free.
CREATE TABLE conversations (
    id blob PRIMARY KEY,
    start_client_message_id blob NOT NULL UNIQUE,
    token_hash blob NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'open', 'closed')),
    name text,
    email text,
    phone text,
    page_url text,
    locale text,
    created_at integer NOT NULL,
    last_seq integer NOT NULL,
    last_message_at integer NOT NULL,
    waiting_since integer,
    urgent_since integer,
    assignee_id blob,
    first_reply_at integer,
    closed_at integer,
    unassigned_due_at integer,
    unassigned_repeat integer NOT NULL
) STRICT;
CREATE INDEX conversations_by_status ON conversations (status, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_recency ON conversations (last_message_at DESC, id DESC);
CREATE INDEX conversations_unassigned ON conversations (unassigned_due_at) WHERE unassigned_due_at IS NOT NULL;

CREATE TABLE messages (
    conversation_id blob NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq integer NOT NULL,
    id blob NOT NULL,
    author text NOT NULL CHECK (author IN ('visitor', 'agent')),
    author_id blob,
    client_message_id blob NOT NULL,
    body text NOT NULL,
    created_at integer NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE (conversation_id, client_message_id)
) STRICT;

-- Events that must not be lost, written with the state that they tell of.
CREATE TABLE outbox (
    id blob PRIMARY KEY,
    name text NOT NULL,
    payload blob NOT NULL,
    created_at integer NOT NULL,
    lease_until integer NOT NULL,
    published_at integer
) STRICT;
CREATE INDEX outbox_unpublished ON outbox (lease_until) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- Events that a consumer has recorded: a second delivery of the same event changes nothing.
CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id blob NOT NULL,
    received_at integer NOT NULL,
    PRIMARY KEY (consumer, event_id)
) STRICT;
CREATE INDEX inbox_by_time ON inbox (received_at);

-- Messages that could not be handled, whole, with the reason.
CREATE TABLE quarantine (
    id blob PRIMARY KEY,
    received_at integer NOT NULL,
    event_id blob,
    name text NOT NULL,
    reason text NOT NULL,
    payload blob NOT NULL,
    replayed_at integer
) STRICT;
CREATE INDEX quarantine_open ON quarantine (received_at) WHERE replayed_at IS NULL;

-- Settings: one document a section.
CREATE TABLE settings (
    section text PRIMARY KEY,
    value text NOT NULL,
    version integer NOT NULL,
    updated_at integer NOT NULL
) STRICT;

CREATE TABLE recipients (
    id blob PRIMARY KEY,
    name text NOT NULL,
    phone text NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN ('owner', 'manager')),
    types text NOT NULL,
    position integer NOT NULL,
    verified_at integer,
    disabled_reason text,
    created_at integer NOT NULL
) STRICT;

-- One notice that is due to one recipient. `next_at`: ready, when to send; sending, when the lease ends;
-- ambiguous, when to look it up.
CREATE TABLE deliveries (
    id blob PRIMARY KEY,
    event_id blob NOT NULL,
    conversation_id blob,
    recipient_id blob,
    recipient_name text NOT NULL,
    recipient_role text NOT NULL,
    phone text NOT NULL,
    channel text NOT NULL,
    kind text NOT NULL,
    priority integer NOT NULL,
    facts text NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'sending', 'ambiguous', 'accepted', 'sent', 'delivered',
        'undelivered', 'failed', 'unknown', 'suppressed', 'simulated')),
    reason text,
    code integer,
    resend text,
    attempts integer NOT NULL,
    due_at integer NOT NULL,
    next_at integer,
    created_at integer NOT NULL,
    updated_at integer NOT NULL,
    UNIQUE (event_id, recipient_id, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (state, priority, next_at) WHERE state IN ('ready', 'sending', 'ambiguous');
CREATE INDEX deliveries_oldest ON deliveries (due_at) WHERE state IN ('ready', 'sending', 'ambiguous');
CREATE INDEX deliveries_by_conversation ON deliveries (conversation_id, id);

-- One request to the provider. Committed before the request is made.
CREATE TABLE attempts (
    id blob PRIMARY KEY,
    delivery_id blob NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    number integer NOT NULL,
    body text NOT NULL,
    reference text NOT NULL,
    segments integer NOT NULL,
    started_at integer NOT NULL,
    ended_at integer,
    outcome text,
    sid text,
    status text,
    code integer,
    UNIQUE (delivery_id, number)
) STRICT;

-- The link in a text message: opens one conversation for one recipient. Only its hash is looked up.
CREATE TABLE links (
    token_hash blob PRIMARY KEY,
    attempt_id blob NOT NULL,
    conversation_id blob NOT NULL,
    recipient_id blob NOT NULL,
    expires_at integer NOT NULL,
    spent_at integer,
    revoked_at integer
) STRICT;
CREATE INDEX links_expiry ON links (expires_at);

CREATE TABLE sender_budgets (
    sender text PRIMARY KEY,
    next_free_at integer NOT NULL,
    day integer NOT NULL,
    segments integer NOT NULL,
    circuit_until integer,
    circuit_code integer
) STRICT;

CREATE TABLE users (
    id blob PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('ADMIN', 'AGENT')),
    password_hash text NOT NULL,
    created_at integer NOT NULL,
    disabled_at integer
) STRICT;

-- Who is logged in: a user of the panel, or the bearer of a link for one conversation.
CREATE TABLE sessions (
    token_hash blob PRIMARY KEY,
    user_id blob REFERENCES users (id) ON DELETE CASCADE,
    conversation_id blob,
    recipient_id blob,
    created_at integer NOT NULL,
    expires_at integer NOT NULL,
    CHECK ((user_id IS NULL) = (conversation_id IS NOT NULL AND recipient_id IS NOT NULL))
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE audit (
    id blob PRIMARY KEY,
    at integer NOT NULL,
    actor_id blob,
    actor text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    detail text NOT NULL
) STRICT;
CREATE INDEX audit_by_target ON audit (target, id);
