-- The database's users: one for each service, with what that service does and no more. Applied by the owner after every
-- migration, as often as one likes. The roles cannot log in until they are given passwords (passwords.sql).
--
-- chat-api, which everybody can reach, sees neither who is told nor their numbers, and of the panel's users no more than
-- the names that visitors are shown. sms-notifier, which strangers' events reach, sees neither conversations nor the
-- panel's users. Tables and columns stand here by name: what is not here is not granted, so a new column that a service
-- reads or writes is added here with its migration.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['chat_api', 'admin_api', 'sms_notifier'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
            EXCEPTION
                -- Roles belong to the whole server; somebody has made it at the same time for another database.
                WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
    END LOOP;
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, chat_api, admin_api, sms_notifier', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO chat_api, admin_api, sms_notifier', current_database());
END
$$;

-- Nobody makes tables but the owner.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO chat_api, admin_api, sms_notifier;

-- What an earlier release was granted goes first, columns included.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM chat_api, admin_api, sms_notifier;
GRANT SELECT ON __diesel_schema_migrations TO chat_api, admin_api, sms_notifier;

-- chat-api: visitors' conversations, and the relay of their events. It cannot give a conversation to anyone, nor write
-- in an agent's name, nor change a visitor's token.
GRANT SELECT, INSERT, UPDATE (
    status, last_seq, last_message_at, waiting_since, urgent_since, closed_at, unassigned_due_at, unassigned_repeat,
    seen_by_visitor
) ON conversations TO chat_api;
GRANT SELECT, INSERT (
    conversation_id, seq, id, author, client_message_id, body, created_at
) ON messages TO chat_api;
GRANT SELECT, INSERT, UPDATE (lease_until, published_at), DELETE ON outbox TO chat_api;
GRANT SELECT, DELETE ON inbox TO chat_api;
GRANT SELECT ON settings TO chat_api;
GRANT SELECT (id, name) ON users TO chat_api;

-- sms-notifier: what is to be sent, and to whom. Of the outbox it sees only how much waits there, of the links only that
-- it has written them.
GRANT SELECT, INSERT ON inbox TO sms_notifier;
GRANT SELECT (published_at) ON outbox TO sms_notifier;
GRANT INSERT, SELECT (replayed_at) ON quarantine TO sms_notifier;
GRANT SELECT ON settings TO sms_notifier;
GRANT SELECT, UPDATE (disabled_reason) ON recipients TO sms_notifier;
GRANT SELECT, INSERT, UPDATE (
    state, reason, code, resend, attempts, next_at, updated_at
) ON deliveries TO sms_notifier;
GRANT SELECT, INSERT, UPDATE (ended_at, outcome, sid, status, code) ON attempts TO sms_notifier;
GRANT SELECT, INSERT, UPDATE ON sender_budgets TO sms_notifier;
GRANT INSERT, SELECT (attempt_id) ON links TO sms_notifier;

-- admin-api: what people see and change, the relay of their events, and forgetting what is old. It never sees a
-- visitor's token, not even its hash.
GRANT DELETE, SELECT (
    id, status, name, email, phone, page_url, locale, created_at, last_seq, last_message_at, waiting_since, urgent_since,
    assignee_id, first_reply_at, closed_at, unassigned_repeat, seen_by_visitor, seen_by_agent
), UPDATE (
    status, last_seq, last_message_at, waiting_since, urgent_since, assignee_id, first_reply_at, closed_at,
    unassigned_due_at, unassigned_repeat, seen_by_agent
) ON conversations TO admin_api;
GRANT SELECT, INSERT ON messages TO admin_api;
GRANT SELECT, INSERT, UPDATE (lease_until, published_at), DELETE ON outbox TO admin_api;
GRANT SELECT, DELETE ON inbox TO admin_api;
GRANT SELECT, UPDATE (replayed_at), DELETE ON quarantine TO admin_api;
GRANT SELECT, INSERT, UPDATE ON settings TO admin_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON recipients TO admin_api;
GRANT SELECT, DELETE ON deliveries TO admin_api;
GRANT SELECT ON attempts, sender_budgets TO admin_api;
GRANT SELECT, UPDATE (spent_at, revoked_at), DELETE ON links TO admin_api;
GRANT SELECT, INSERT, UPDATE ON users TO admin_api;
GRANT SELECT, INSERT, UPDATE (expires_at), DELETE ON sessions TO admin_api;
GRANT SELECT, INSERT, DELETE ON audit TO admin_api;
