-- How far each side has read a conversation: the number of the last message that it has seen.
ALTER TABLE conversations
    ADD COLUMN seen_by_visitor bigint NOT NULL DEFAULT 0,
    ADD COLUMN seen_by_agent bigint NOT NULL DEFAULT 0;
-- The latest first answers, from which visitors are told how long one takes.
CREATE INDEX conversations_answered ON conversations (first_reply_at) WHERE first_reply_at IS NOT NULL;

-- The epoch of this database's numbers. Whoever brings back an older state of it gives it another one, so that clients
-- forget what they have of messages that are no more.
INSERT INTO settings (section, value, version, updated_at)
VALUES ('epoch', jsonb_build_object('epoch', gen_random_uuid()::text), 1, now());
