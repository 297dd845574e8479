//! The tables that the queries are compiled against, and those that the migrations make: the same in three places.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::db::Db;

/// Table and column, with its type as `schema.rs` calls it; nullable ones say so.
type Columns = BTreeMap<String, String>;

const SCHEMA: &str = include_str!("../../../store/src/schema.rs");
/// Diesel's own table.
const OWN: &str = "__diesel_schema_migrations";

#[tokio::test]
async fn postgresql_has_the_tables_of_the_queries() {
    let db = Db::postgres().await;
    let sql = format!(
        "SELECT table_name || '.' || column_name || ' ' || is_nullable || ' ' || udt_name AS value \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '{OWN}'"
    );
    let found = columns(&db.words(&sql).await, |udt| match udt {
        "uuid" => "Id",
        "timestamptz" => "Instant",
        "jsonb" => "Json",
        "text" => "Text",
        "bytea" => "Binary",
        "int8" => "BigInt",
        "int4" => "Integer",
        other => panic!("no type of schema.rs stands for {other}"),
    });
    assert_eq!(found, declared());
}

#[tokio::test]
async fn sqlite_has_the_tables_of_the_queries() {
    let db = Db::sqlite().await;
    // Columns of a primary key are never null in a STRICT table, whatever the pragma says of them.
    let sql = format!(
        "SELECT t.name || '.' || c.name || ' ' || CASE WHEN c.\"notnull\" OR c.pk THEN 'NO' ELSE 'YES' END || ' ' \
         || lower(c.type) AS value FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> '{OWN}'"
    );
    let found = columns(&db.words(&sql).await, |stored| match stored {
        "blob" => "blob",
        "integer" => "integer",
        "text" => "text",
        other => panic!("no type of schema.rs is stored as {other}"),
    });
    let expected: Columns = declared()
        .into_iter()
        .map(|(column, declared)| {
            let stored = match declared.trim_start_matches("nullable ") {
                "Id" | "Binary" => "blob",
                "Instant" | "BigInt" | "Integer" => "integer",
                "Text" | "Json" => "text",
                other => panic!("how is {other} stored?"),
            };
            let nullable = if declared.starts_with("nullable ") { "nullable " } else { "" };
            (column, format!("{nullable}{stored}"))
        })
        .collect();
    assert_eq!(found, expected);
    let loose = "SELECT name AS value FROM pragma_table_list WHERE NOT strict AND schema = 'main' \
                 AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";
    assert_eq!(db.words(loose).await, Vec::<String>::new(), "SQLite checks types in STRICT tables only");
}

#[tokio::test]
async fn both_databases_have_the_same_indexes() {
    let (postgres, sqlite) = (Db::postgres().await, Db::sqlite().await);
    let named = postgres
        .words(&format!(
            "SELECT indexname::text AS value FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '{OWN}' \
             AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key' ORDER BY 1"
        ))
        .await;
    let in_sqlite =
        "SELECT name AS value FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1";
    assert_eq!(named, sqlite.words(in_sqlite).await);
    assert!(named.len() > 5);

    let unique = "SELECT count(*) AS value FROM pg_constraint WHERE contype IN ('p', 'u') \
                  AND connamespace = 'public'::regnamespace AND conrelid <> '__diesel_schema_migrations'::regclass";
    let in_sqlite = format!(
        "SELECT count(*) AS value FROM sqlite_schema t JOIN pragma_index_list(t.name) i \
         WHERE t.type = 'table' AND t.name <> '{OWN}' AND i.origin IN ('pk', 'u')"
    );
    assert_eq!(postgres.number(unique).await, sqlite.number(&in_sqlite).await, "primary and unique keys");
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations").join(database);
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("postgres"), names("sqlite"));
}

/// What was read as `table.column YES|NO type`.
fn columns(lines: &[String], name: impl Fn(&str) -> &'static str) -> Columns {
    lines
        .iter()
        .map(|line| {
            let [column, nullable, stored] =
                <[&str; 3]>::try_from(line.split(' ').collect::<Vec<_>>()).unwrap();
            let nullable = if nullable == "YES" { "nullable " } else { "" };
            (column.to_owned(), format!("{nullable}{}", name(stored)))
        })
        .collect()
}

/// The `table!`s, read from their source.
fn declared() -> Columns {
    let mut columns = Columns::new();
    let mut table = None;
    for line in SCHEMA.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = Some(name).filter(|name| *name != OWN);
        } else if let (Some((column, declared)), Some(table)) = (line.split_once(" -> "), table) {
            let declared = declared.trim_end_matches(',');
            let nullable = declared.strip_prefix("Nullable<").and_then(|inner| inner.strip_suffix('>'));
            let declared = nullable.map_or(declared.to_owned(), |inner| format!("nullable {inner}"));
            // `joinable!(messages -> conversations (…))` names no column.
            if !line.starts_with("diesel::") {
                columns.insert(format!("{table}.{column}"), declared);
            }
        }
    }
    assert!(columns.len() > 100, "schema.rs is written in another way now");
    columns
}
