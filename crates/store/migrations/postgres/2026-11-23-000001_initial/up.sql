-- Conversations and their messages. `last_seq` is the row lock from which messages take their numbers: gap-free.
CREATE TABLE conversations (
    id uuid PRIMARY KEY,
    start_client_message_id uuid NOT NULL UNIQUE,
    token_hash bytea NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'open', 'closed')),
    name text,
    email text,
    phone text,
    page_url text,
    locale text,
    created_at timestamptz NOT NULL,
    last_seq bigint NOT NULL,
    last_message_at timestamptz NOT NULL,
    waiting_since timestamptz,
    urgent_since timestamptz,
    assignee_id uuid,
    first_reply_at timestamptz,
    closed_at timestamptz,
    unassigned_due_at timestamptz,
    unassigned_repeat integer NOT NULL
);
CREATE INDEX conversations_by_status ON conversations (status, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_recency ON conversations (last_message_at DESC, id DESC);
CREATE INDEX conversations_unassigned ON conversations (unassigned_due_at) WHERE unassigned_due_at IS NOT NULL;

CREATE TABLE messages (
    conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    author text NOT NULL CHECK (author IN ('visitor', 'agent')),
    author_id uuid,
    client_message_id uuid NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, seq),
    UNIQUE (conversation_id, client_message_id)
);

-- Events that must not be lost, written with the state that they tell of.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    payload bytea NOT NULL,
    created_at timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (lease_until) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- Events that a consumer has recorded: a second delivery of the same event changes nothing.
CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_by_time ON inbox (received_at);

-- Messages that could not be handled, whole, with the reason.
CREATE TABLE quarantine (
    id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL,
    event_id uuid,
    name text NOT NULL,
    reason text NOT NULL,
    payload bytea NOT NULL,
    replayed_at timestamptz
);
CREATE INDEX quarantine_open ON quarantine (received_at) WHERE replayed_at IS NULL;

-- Settings: one document a section.
CREATE TABLE settings (
    section text PRIMARY KEY,
    value jsonb NOT NULL,
    version bigint NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE recipients (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    phone text NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN ('owner', 'manager')),
    types jsonb NOT NULL,
    position integer NOT NULL,
    verified_at timestamptz,
    disabled_reason text,
    created_at timestamptz NOT NULL
);

-- One notice that is due to one recipient. `next_at`: ready, when to send; sending, when the lease ends;
-- ambiguous, when to look it up.
CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL,
    conversation_id uuid,
    recipient_id uuid,
    recipient_name text NOT NULL,
    recipient_role text NOT NULL,
    phone text NOT NULL,
    channel text NOT NULL,
    kind text NOT NULL,
    priority integer NOT NULL,
    facts jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'sending', 'ambiguous', 'accepted', 'sent', 'delivered',
        'undelivered', 'failed', 'unknown', 'suppressed', 'simulated')),
    reason text,
    code integer,
    resend text,
    attempts integer NOT NULL,
    due_at timestamptz NOT NULL,
    next_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (event_id, recipient_id, channel)
);
CREATE INDEX deliveries_due ON deliveries (state, priority, next_at) WHERE state IN ('ready', 'sending', 'ambiguous');
CREATE INDEX deliveries_oldest ON deliveries (due_at) WHERE state IN ('ready', 'sending', 'ambiguous');
CREATE INDEX deliveries_by_conversation ON deliveries (conversation_id, id);

-- One request to the provider. Committed before the request is made.
CREATE TABLE attempts (
    id uuid PRIMARY KEY,
    delivery_id uuid NOT NULL REFERENCES deliveries ON DELETE CASCADE,
    number integer NOT NULL,
    body text NOT NULL,
    reference text NOT NULL,
    segments integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text,
    sid text,
    status text,
    code integer,
    UNIQUE (delivery_id, number)
);

-- The link in a text message: opens one conversation for one recipient. Only its hash is looked up.
CREATE TABLE links (
    token_hash bytea PRIMARY KEY,
    attempt_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX links_expiry ON links (expires_at);

CREATE TABLE sender_budgets (
    sender text PRIMARY KEY,
    next_free_at timestamptz NOT NULL,
    day bigint NOT NULL,
    segments integer NOT NULL,
    circuit_until timestamptz,
    circuit_code integer
);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('ADMIN', 'AGENT')),
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz
);

-- Who is logged in: a user of the panel, or the bearer of a link for one conversation.
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    conversation_id uuid,
    recipient_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((user_id IS NULL) = (conversation_id IS NOT NULL AND recipient_id IS NOT NULL))
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id uuid,
    actor text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    detail jsonb NOT NULL
);
CREATE INDEX audit_by_target ON audit (target, id);
