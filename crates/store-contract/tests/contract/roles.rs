//! The database's users: each service can do what it does, and is refused what it need not do.

use std::process::Command;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};

use crate::db::Db;

mod services;

const DEPLOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/postgres");
const ROLES: [&str; 3] = ["chat_api", "admin_api", "sms_notifier"];

/// A migrated database with its users.
async fn database() -> Db {
    let db = Db::postgres().await;
    apply_roles(&db);
    db
}

/// As the deployment does it. Roles belong to the server that other tests use at the same time; what they run into is
/// tried again.
fn apply_roles(db: &Db) {
    let mut refusals = Vec::new();
    while refusals.len() < 20 {
        let mut psql = Command::new("psql");
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]);
        for file in ["roles.sql", "passwords.sql"] {
            psql.arg(format!("--file={DEPLOY}/{file}"));
        }
        for role in ROLES {
            psql.env(format!("POSTGRES_{}_PASSWORD", role.to_uppercase()), format!("it's {role}'s"));
        }
        let output = psql.arg(db.url()).output().expect("psql is installed");
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            assert_eq!(complaint, "", "nothing to complain about");
            return;
        }
        assert!(complaint.contains("concurrently"), "{complaint}");
        refusals.push(complaint);
    }
    panic!("{refusals:?}");
}

fn url_of(db: &Db, role: &str) -> String {
    let url = db.url();
    let (_, server) = url.split_once('@').expect("a user stands before the server");
    format!("postgres://{role}@{server}")
}

async fn refused(db: &Db, role: &str, statements: &[&str]) {
    for statement in statements {
        let mut connection = AsyncPgConnection::establish(&url_of(db, role)).await.unwrap();
        let error = connection.batch_execute(statement).await.expect_err(&format!("{role}: {statement}"));
        assert!(error.to_string().contains("permission denied"), "{role}: {statement}: {error}");
    }
}

#[tokio::test]
async fn roles_can_be_applied_as_often_as_one_likes() {
    let db = database().await;
    apply_roles(&db);
    db.execute("GRANT SELECT ON users TO chat_api; GRANT SELECT (phone) ON recipients TO chat_api").await;
    apply_roles(&db);
    refused(&db, "chat_api", &["SELECT email FROM users", "SELECT phone FROM recipients"]).await;
}

/// Every table that a role sees anything of; a table that is new stands in this list, or nobody sees it.
#[tokio::test]
async fn each_role_sees_its_own_tables_only() {
    let db = database().await;
    let expected = [
        ("chat_api", "__diesel_schema_migrations conversations inbox messages outbox settings users"),
        (
            "sms_notifier",
            "__diesel_schema_migrations attempts deliveries inbox links outbox quarantine recipients sender_budgets \
             settings",
        ),
        (
            "admin_api",
            "__diesel_schema_migrations attempts audit conversations deliveries inbox links messages outbox quarantine \
             recipients sender_budgets sessions settings users",
        ),
    ];
    for (role, tables) in expected {
        let sql = format!(
            "SELECT relname::text COLLATE \"C\" AS value FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND (has_any_column_privilege('{role}', oid, \
             'SELECT, INSERT, UPDATE') OR has_table_privilege('{role}', oid, 'DELETE, TRUNCATE')) ORDER BY 1"
        );
        assert_eq!(db.words(&sql).await.join(" "), tables, "{role}");
    }
    let powers = "SELECT count(*) AS value FROM pg_roles WHERE rolname IN ('chat_api', 'admin_api', 'sms_notifier') \
                  AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR rolinherit)";
    assert_eq!(db.number(powers).await, 0);
}

#[tokio::test]
async fn nobody_makes_or_empties_tables() {
    let db = database().await;
    for role in ROLES {
        let statements = [
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "TRUNCATE settings",
            "TRUNCATE outbox",
            "DELETE FROM messages",
            "DELETE FROM attempts",
            "DELETE FROM users",
            "DELETE FROM settings",
            "UPDATE messages SET body = ''",
            "UPDATE audit SET actor = ''",
            "UPDATE conversations SET token_hash = ''",
            "UPDATE __diesel_schema_migrations SET version = ''",
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('1')",
            "SELECT rolpassword FROM pg_authid",
        ];
        refused(&db, role, &statements).await;
    }
    let nobody = "DO $$ BEGIN CREATE ROLE passer_by LOGIN; EXCEPTION WHEN OTHERS THEN NULL; END $$";
    db.execute(nobody).await;
    let passer_by = AsyncPgConnection::establish(&url_of(&db, "passer_by")).await;
    assert!(passer_by.is_err(), "only the roles may connect");
}

#[tokio::test]
async fn chat_api_sees_no_numbers_of_recipients_and_of_users_no_more_than_names() {
    let statements = [
        "SELECT phone FROM recipients",
        "SELECT count(*) FROM recipients",
        "SELECT phone FROM deliveries",
        "SELECT facts FROM deliveries",
        "SELECT body FROM attempts",
        "SELECT token_hash FROM links",
        "SELECT email FROM users",
        "SELECT password_hash FROM users",
        "SELECT role FROM users",
        "UPDATE users SET name = ''",
        "UPDATE conversations SET seen_by_agent = 1",
        "SELECT token_hash FROM sessions",
        "SELECT actor FROM audit",
        "SELECT payload FROM quarantine",
        "SELECT segments FROM sender_budgets",
        "INSERT INTO inbox VALUES ('notifier', gen_random_uuid(), now())",
        "UPDATE settings SET version = 1",
        "UPDATE outbox SET payload = ''",
        "UPDATE conversations SET assignee_id = NULL",
        "UPDATE conversations SET name = ''",
        "DELETE FROM conversations",
        "INSERT INTO messages (conversation_id, seq, id, author, author_id, client_message_id, body, created_at) \
         SELECT id, 9, id, 'agent', id, id, '', now() FROM conversations",
    ];
    refused(&database().await, "chat_api", &statements).await;
}

#[tokio::test]
async fn sms_notifier_sees_no_conversations_and_no_users() {
    let statements = [
        "SELECT email FROM conversations",
        "SELECT count(*) FROM conversations",
        "SELECT body FROM messages",
        "SELECT email FROM users",
        "SELECT token_hash FROM sessions",
        "SELECT actor FROM audit",
        "SELECT payload FROM outbox",
        "SELECT token_hash FROM links",
        "UPDATE links SET expires_at = now()",
        "SELECT payload FROM quarantine",
        "INSERT INTO outbox VALUES (gen_random_uuid(), '', '', now(), now())",
        "UPDATE settings SET version = 1",
        "UPDATE recipients SET phone = ''",
        "UPDATE deliveries SET phone = ''",
        "UPDATE attempts SET body = ''",
        "INSERT INTO recipients (id) VALUES (gen_random_uuid())",
        "DELETE FROM deliveries",
        "DELETE FROM inbox",
    ];
    refused(&database().await, "sms_notifier", &statements).await;
}

#[tokio::test]
async fn admin_api_sees_no_visitors_tokens_and_sends_nothing() {
    let statements = [
        "SELECT token_hash FROM conversations",
        "SELECT * FROM conversations",
        "INSERT INTO conversations (id) VALUES (gen_random_uuid())",
        "INSERT INTO deliveries (id) VALUES (gen_random_uuid())",
        "UPDATE deliveries SET state = 'ready'",
        "INSERT INTO attempts (id) VALUES (gen_random_uuid())",
        "UPDATE sender_budgets SET segments = 0",
        "INSERT INTO links (token_hash) VALUES ('')",
        "UPDATE links SET expires_at = now()",
        "UPDATE sessions SET user_id = NULL",
        "UPDATE conversations SET seen_by_visitor = 1",
        "INSERT INTO inbox VALUES ('notifier', gen_random_uuid(), now())",
    ];
    refused(&database().await, "admin_api", &statements).await;
}
