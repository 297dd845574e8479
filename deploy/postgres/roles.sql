-- The database's users: one for each service, with what that service does and no more. Applied by the owner after every
-- migration, as often as one likes. The roles cannot log in until they are given passwords (passwords.sql).
--
-- chat-api, which everybody can reach, sees neither who is told nor their numbers. sms-notifier, which strangers' events
-- reach, sees neither conversations nor the panel's users.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['chat_api', 'admin_api', 'sms_notifier'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
        END IF;
    END LOOP;
END
$$;

-- Nobody makes tables but the owner.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO chat_api, admin_api, sms_notifier;

-- What an earlier release was granted goes first.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM chat_api, admin_api, sms_notifier;
GRANT SELECT ON __diesel_schema_migrations TO chat_api, admin_api, sms_notifier;

-- chat-api: visitors' conversations, and the relay of their events.
GRANT SELECT, INSERT, UPDATE ON conversations TO chat_api;
GRANT SELECT, INSERT ON messages TO chat_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO chat_api;
GRANT SELECT, DELETE ON inbox TO chat_api;
GRANT SELECT ON settings TO chat_api;

-- sms-notifier: what is to be sent, and to whom. Of the outbox it sees only how much waits there.
GRANT SELECT, INSERT ON inbox TO sms_notifier;
GRANT SELECT (published_at) ON outbox TO sms_notifier;
GRANT INSERT, SELECT (replayed_at) ON quarantine TO sms_notifier;
GRANT SELECT ON settings TO sms_notifier;
GRANT SELECT, UPDATE (disabled_reason) ON recipients TO sms_notifier;
GRANT SELECT, INSERT, UPDATE ON deliveries, attempts, sender_budgets TO sms_notifier;
GRANT SELECT, INSERT ON links TO sms_notifier;

-- admin-api: what people see and change, the relay of their events, and forgetting what is old.
GRANT SELECT, UPDATE, DELETE ON conversations TO admin_api;
GRANT SELECT, INSERT ON messages TO admin_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO admin_api;
GRANT SELECT, DELETE ON inbox TO admin_api;
GRANT SELECT, UPDATE, DELETE ON quarantine TO admin_api;
GRANT SELECT, INSERT, UPDATE ON settings TO admin_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON recipients TO admin_api;
GRANT SELECT, DELETE ON deliveries TO admin_api;
GRANT SELECT ON attempts, sender_budgets TO admin_api;
GRANT SELECT, UPDATE, DELETE ON links TO admin_api;
GRANT SELECT, INSERT, UPDATE ON users TO admin_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO admin_api;
GRANT SELECT, INSERT, DELETE ON audit TO admin_api;
