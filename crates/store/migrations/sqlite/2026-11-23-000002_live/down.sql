DELETE FROM settings WHERE section = 'epoch';
DROP INDEX conversations_answered;
ALTER TABLE conversations DROP COLUMN seen_by_visitor;
ALTER TABLE conversations DROP COLUMN seen_by_agent;
