//! Years of chats, straight into the tables: a tenth of all messages in one conversation, the others evenly spread.

use anyhow::Result;
use deskbell_domain::token::VisitorToken;
use deskbell_testkit::TestDatabase;

/// Messages in an ordinary conversation.
const MESSAGES_EACH: u64 = 18;

/// Opens every conversation that is written here.
pub(super) const VISITOR_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// The conversation with a tenth of all messages.
pub(super) const LONG_CONVERSATION: &str = "01900000-0000-7000-8000-000000000001";

/// Writes so many messages.
pub(super) fn fill(database: &TestDatabase, messages: u64) -> Result<()> {
    let conversations = (messages / MESSAGES_EACH).max(2);
    let token = VisitorToken::parse(VISITOR_TOKEN)?.hash();
    let hash: String = token.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    database.execute(&format!(
        "INSERT INTO conversations (id, start_client_message_id, token_hash, status, name, email, created_at,
             last_seq, last_message_at, waiting_since, unassigned_repeat)
         SELECT {id}, {id}, '\\x{hash}', CASE n % 3 WHEN 0 THEN 'waiting' WHEN 1 THEN 'open' ELSE 'closed' END,
             'Visitor ' || n, 'visitor' || n || '@example.com', t, 0, t, CASE n % 3 WHEN 0 THEN t END, 0
         FROM (SELECT n, now() - (({conversations} - n) * interval '10 seconds') AS t
               FROM generate_series(1, {conversations}) n) s",
        id = id("n")
    ))?;
    database.execute(&format!(
        "INSERT INTO messages (conversation_id, seq, id, author, client_message_id, body, created_at)
         SELECT {id}, row_number() OVER (PARTITION BY c ORDER BY n), gen_random_uuid(),
             CASE n % 2 WHEN 0 THEN 'agent' ELSE 'visitor' END, gen_random_uuid(),
             'message ' || n || ' ' || repeat('x', 80), now() - (({messages} - n) * interval '1 second')
         FROM (SELECT n, CASE WHEN n % 10 = 0 THEN 1 ELSE 1 + (n::bigint * 7919) % {conversations} END AS c
               FROM generate_series(1, {messages}) n) s",
        id = id("c")
    ))?;
    database.execute(
        "UPDATE conversations SET last_seq = m.last_seq
         FROM (SELECT conversation_id, max(seq) AS last_seq FROM messages GROUP BY 1) m WHERE id = conversation_id",
    )?;
    for table in ["conversations", "messages"] {
        database.execute(&format!("VACUUM (FULL, ANALYZE) {table}"))?;
    }
    database.execute("CHECKPOINT")
}

/// The id of the conversation with this number, in SQL.
fn id(number: &str) -> String {
    format!("('01900000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid")
}
