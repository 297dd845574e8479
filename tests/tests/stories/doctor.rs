//! `deskbell doctor`: what is well, what is not, and how to mend it.

use std::process::Output;

use deskbell_e2e::{Deployment, Mode, Setup, stories};
use deskbell_testkit::{TestDatabase, shared};

stories! {
    all_is_well_where_it_is,
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn all_is_well_where_it_is(deskbell: &mut Deployment) {
    let output = deskbell.deskbell(&["doctor"]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    for what in ["Database", "Broker", "Twilio account", "Recipients", "Users", "Notices", "Dead letters"] {
        let found = said.lines().any(|line| line.starts_with("ok") && line.contains(what));
        assert!(found, "{what} is not said to be well:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_with_its_mend() {
    let deskbell = Deployment::prepare(Mode::Embedded, Setup::ordinary()).await;
    assert!(deskbell.deskbell(&["migrate"]).status.success());
    let mut command = deskbell.command("deskbell");
    command.arg("doctor").env("TWILIO_AUTH_TOKEN", "not-the-token");
    let output = command.output().unwrap();
    let said = said(&output);
    assert!(!output.status.success(), "{said}");
    for mend in ["TWILIO_AUTH_TOKEN", "OWNER_PHONE_NUMBER", "deskbell admin create"] {
        assert!(said.contains(mend), "{mend} is not named:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_user_who_may_not_see_all_is_told_so() {
    let deskbell = Deployment::prepare(Mode::Services, Setup::ordinary()).await;
    let database = shared::postgres().create_test_database().unwrap();
    let (user, password) = (format!("{}_blind", database.name()), "blind");
    let mut migrate = deskbell.command("deskbell");
    assert!(migrate.arg("migrate").env("DATABASE_URL", database.url()).status().unwrap().success());
    see_only_the_schema(&database, &user, password);

    let url = database.url().replace("postgres@", &format!("{user}:{password}@"));
    let mut command = deskbell.command("deskbell");
    let output = command.arg("doctor").env("DATABASE_URL", url).output().unwrap();
    database.execute(&format!("DROP OWNED BY {user}; DROP ROLE {user}")).unwrap();

    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("note  Recipients: not known") && said.contains("deskbell migrate"), "{said}");
}

fn see_only_the_schema(database: &TestDatabase, user: &str, password: &str) {
    let grant = format!("GRANT SELECT ON __diesel_schema_migrations TO {user}");
    database
        .execute(&format!("CREATE ROLE {user} LOGIN PASSWORD '{password}'; {grant}"))
        .expect("a role can be made");
}
