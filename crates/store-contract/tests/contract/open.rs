//! Opening a database and bringing its schema up to date.

use std::time::Duration;

use deskbell_store::{Store, StoreError, StoreOptions};
use deskbell_testkit::wait_until;
use futures_util::future::join_all;
use tempfile::TempDir;

use crate::cut::cut_after;
use crate::db::Db;
use crate::drafts::{append, created, start};

on_both_databases![
    a_second_migration_has_nothing_to_do,
    an_addition_of_a_later_release_does_no_harm,
    a_removal_by_a_later_release_is_refused,
    the_database_gives_a_sign_of_life,
];

fn refused(url: &str) -> StoreError {
    Store::open(&StoreOptions::new(url)).expect_err("this opens nothing")
}

#[test]
fn an_unknown_scheme_names_the_setting() {
    for url in ["mysql://root@localhost/x", "http://example.com", "deskbell.sqlite", "", "POSTGRES"] {
        let error = refused(url);
        assert!(matches!(error, StoreError::UnknownScheme(_)), "{url}: {error}");
        assert!(error.to_string().contains("DATABASE_URL"), "{error}");
        assert!(!error.is_transient());
    }
    assert!(!refused("user:password@host").to_string().contains("password"), "no secret in an error");
}

#[test]
fn a_path_that_cannot_be_names_the_setting() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let below_a_file = format!("sqlite://{}/file/below/x.sqlite", folder.path().display());
    for url in ["sqlite://", "sqlite:", "sqlite://x?mode=ro", "sqlite:///tmp/a#b", &below_a_file] {
        let error = refused(url);
        assert!(matches!(error, StoreError::BadUrl(_)), "{url}: {error}");
        assert!(error.to_string().contains("DATABASE_URL"), "{error}");
    }
}

#[tokio::test]
async fn missing_folders_of_a_file_are_made() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}/new/folder/x.sqlite", folder.path().display());
    let store = Store::open(&StoreOptions::new(url)).unwrap();
    store.migrate().await.unwrap();
    assert!(folder.path().join("new/folder/x.sqlite").is_file());
}

#[tokio::test]
async fn a_folder_is_no_database() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(&StoreOptions::new(format!("sqlite://{}", folder.path().display()))).unwrap();
    assert!(store.ping().await.is_err());
    assert!(store.migrate().await.is_err());
}

#[tokio::test]
async fn two_databases_in_memory_are_two() {
    let [one, other] = [(); 2].map(|()| Store::open(&StoreOptions::new("sqlite::memory:")).unwrap());
    one.migrate().await.unwrap();
    one.check_schema().await.unwrap();
    assert!(other.check_schema().await.is_err());
    assert_eq!(one.count_users().await.unwrap(), 0);
}

#[tokio::test]
async fn a_database_in_memory_outlives_a_request_that_is_dropped() {
    let db = Db::empty_sqlite();
    let store = Store::open(&StoreOptions::new("sqlite::memory:")).unwrap();
    store.migrate().await.unwrap();
    let chat = start(&db, "Hello");
    created(store.start_conversation(chat.clone()).await);
    for polls in 1..6 {
        cut_after(polls, store.append_message(append(&db, &chat, "dropped"))).await;
        // In memory SQLite does not wait for locks, but says at once that there are some.
        let found =
            async || store.conversation(chat.conversation_id).await.is_ok_and(|found| found.is_some());
        wait_until("the conversation is there", Duration::from_secs(20), found).await;
    }
}

#[tokio::test]
async fn an_empty_sqlite_file_asks_to_be_migrated() {
    asks_to_be_migrated(&Db::empty_sqlite()).await;
}

#[tokio::test]
async fn an_empty_postgresql_database_asks_to_be_migrated() {
    asks_to_be_migrated(&Db::empty_postgres()).await;
}

async fn asks_to_be_migrated(db: &Db) {
    let error = db.store.check_schema().await.unwrap_err();
    assert!(matches!(error, StoreError::Schema(_)), "{error}");
    assert!(error.to_string().contains("`deskbell migrate`"), "{error}");
    db.store.migrate().await.unwrap();
    db.store.check_schema().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_migrates_a_sqlite_file() {
    for _ in 0..5 {
        one_of_many_migrates(&Db::empty_sqlite()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_migrates_a_postgresql_database() {
    one_of_many_migrates(&Db::empty_postgres()).await;
}

/// Each with a store of its own, as so many processes that start at once.
async fn one_of_many_migrates(db: &Db) {
    let migrate = async |_| db.opened_again().migrate().await.unwrap();
    let mut applied = join_all((0..8).map(migrate)).await;
    applied.retain(|versions| !versions.is_empty());
    assert_eq!(applied.len(), 1, "one does it, the others find it done");
    db.store.check_schema().await.unwrap();
}

async fn a_second_migration_has_nothing_to_do(db: Db) {
    assert_eq!(db.store.migrate().await.unwrap(), Vec::<String>::new());
    db.store.check_schema().await.unwrap();
}

async fn an_addition_of_a_later_release_does_no_harm(db: Db) {
    db.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')").await;
    db.store.check_schema().await.unwrap();
    db.store.migrate().await.unwrap();
}

/// `2999-01-01-000002-contract_drop_names` is the version `29990101000002contract`.
async fn a_removal_by_a_later_release_is_refused(db: Db) {
    db.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000002contract')").await;
    let error = db.store.check_schema().await.unwrap_err().to_string();
    assert!(error.contains("29990101000002contract") && error.contains("newer release"), "{error}");
}

async fn the_database_gives_a_sign_of_life(db: Db) {
    db.store.ping().await.unwrap();
    let name = if db.is_postgres() { "Store(PostgreSQL)" } else { "Store(SQLite)" };
    assert_eq!(format!("{:?}", db.store), name, "without its URL, which may hold a password");
}
