//! Settings and the audit log.

use deskbell_domain::settings::NotificationSettings;
use deskbell_domain::{AuditId, UserId};
use deskbell_store::model::admin::{AuditEntry, VersionedSettings};
use futures_util::future::join_all;
use serde_json::json;

use crate::db::Db;

on_both_databases![
    settings_have_defaults_until_somebody_saves_them,
    of_many_who_save_settings_at_once_one_succeeds,
    the_audit_log_is_read_page_by_page,
];

async fn settings_have_defaults_until_somebody_saves_them(db: Db) {
    let defaults = VersionedSettings { settings: NotificationSettings::default(), version: 0 };
    assert_eq!(db.store.settings().await.unwrap(), defaults);
    let settings = NotificationSettings {
        business_name: "Bücher & Söhne \"GmbH\" 📚".to_owned(),
        daily_cap_segments: 7,
        enabled: false,
        types: [].into(),
        ..Default::default()
    };
    assert_eq!(db.store.save_settings(&settings, 5, db.now()).await.unwrap(), None, "there is no version 5");
    assert_eq!(db.store.save_settings(&settings, 0, db.now()).await.unwrap(), Some(1));
    assert_eq!(
        db.store.settings().await.unwrap(),
        VersionedSettings { settings: settings.clone(), version: 1 }
    );
    assert_eq!(db.store.save_settings(&settings, 0, db.now()).await.unwrap(), None);
    assert_eq!(db.store.save_settings(&settings, 1, db.now()).await.unwrap(), Some(2));
}

async fn of_many_who_save_settings_at_once_one_succeeds(db: Db) {
    for version in 0..3 {
        let save = async |number: u32| {
            let settings = NotificationSettings { daily_cap_segments: number, ..Default::default() };
            db.store.save_settings(&settings, version, db.now()).await.unwrap().map(|_| number)
        };
        let winners: Vec<u32> = join_all((0..8).map(save)).await.into_iter().flatten().collect();
        let stored = db.store.settings().await.unwrap();
        assert_eq!((winners, stored.version), (vec![stored.settings.daily_cap_segments], version + 1));
    }
}

async fn the_audit_log_is_read_page_by_page(db: Db) {
    let mut entries = Vec::new();
    for number in 0..5 {
        db.advance_s(1);
        let entry = AuditEntry {
            id: AuditId::mint(&db.clock),
            at: db.now(),
            actor_id: (number % 2 == 0).then(|| UserId::mint(&db.clock)),
            actor: "ann@example.com".to_owned(),
            action: "settings.update".to_owned(),
            target: format!("{number}"),
            detail: json!({ "changed": ["types"], "é": null, "n": 1.5 }),
        };
        db.store.audit(&entry).await.unwrap();
        entries.insert(0, entry);
    }
    assert_eq!(db.store.audit_log(None, 3).await.unwrap(), entries[..3]);
    assert_eq!(db.store.audit_log(Some(entries[2].id), 3).await.unwrap(), entries[3..]);
    assert_eq!(db.store.audit_log(Some(entries[4].id), 3).await.unwrap(), []);
}
