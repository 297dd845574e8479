//! Deskbell as it is deployed: its processes, what they stand on, and the stand-in for Twilio that they text through.

mod addresses;
mod ground;

use std::collections::BTreeMap;
use std::process::{Command, ExitStatus, Output};
use std::sync::Arc;
use std::time::Duration;

use deskbell_testkit::{Process, wait_until};
use deskbell_twilio_sim::{AcceptedMessage, Behaviour, SimHandle, SimSettings, TwilioSim};
use tempfile::TempDir;

use crate::binaries::binary;
use crate::checker::{self, Facts};
use crate::database::{Backlog, Database};
use crate::ledger::Ledger;
use crate::setup::{ACCOUNT_SID, AUTH_TOKEN};
use crate::{Admin, Answer, EVENTUALLY, Mode, SOON, Setup, Website, eventually, http};
use addresses::Addresses;
use ground::Ground;

/// Time between two statuses of an SMS.
const STATUS_STEP_MS: u64 = 30;
/// How long an orderly stop may take.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
/// Lines of each log that are shown when a test fails.
const LOG_LINES_SHOWN: usize = 80;

/// One of the three services; in one process they end and begin together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Visitors' side.
    ChatApi,
    /// Agents' side.
    AdminApi,
    /// SMS.
    SmsNotifier,
}

impl Service {
    const ALL: [Self; 3] = [Self::AdminApi, Self::ChatApi, Self::SmsNotifier];

    const fn program(self) -> &'static str {
        match self {
            Self::ChatApi => "chat-api",
            Self::AdminApi => "admin-api",
            Self::SmsNotifier => "sms-notifier",
        }
    }
}

/// A running deployment.
#[derive(Debug)]
pub struct Deployment {
    /// The stand-in for Twilio, with all phones.
    pub twilio: SimHandle,
    /// The way to chat-api.
    pub website: Website,
    mode: Mode,
    setup: Setup,
    ledger: Arc<Ledger>,
    addresses: Addresses,
    ground: Ground,
    folder: TempDir,
    processes: BTreeMap<&'static str, Process>,
    /// Ended processes, whose logs are still of interest.
    ended: Vec<(&'static str, Process)>,
}

impl Deployment {
    /// Starts everything and waits until it is ready.
    pub async fn start(mode: Mode, setup: Setup) -> Self {
        let mut deployment = Self::prepare(mode, setup).await;
        deployment.start_all().await;
        deployment
    }

    /// Makes all ready to be started: a migrated database, a broker, a stand-in for Twilio.
    pub async fn prepare(mode: Mode, setup: Setup) -> Self {
        // The client for callbacks needs the TLS provider that this one installs.
        let _installed = http::client();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let addresses = Addresses::choose();
        let ledger = Arc::new(Ledger::default());
        let deployment = Self {
            twilio: twilio(&addresses).await,
            website: Website::new(addresses.chat_url(), Arc::clone(&ledger)),
            mode,
            ledger,
            addresses,
            ground: Ground::take(mode, &setup, folder.path()),
            setup,
            folder,
            processes: BTreeMap::new(),
            ended: Vec::new(),
        };
        if mode == Mode::Services {
            let migrated = deployment.deskbell(&["migrate"]);
            assert!(migrated.status.success(), "deskbell migrate: {}", text_of(&migrated));
        }
        deployment
    }

    /// Starts what does not run, and waits until it is ready.
    pub async fn start_all(&mut self) {
        for service in Service::ALL {
            self.start_service(service, &[]).await;
        }
    }

    /// Starts a service unless it runs, and waits until it is ready.
    pub async fn start_service(&mut self, service: Service, arguments: &[&str]) {
        self.spawn(service, arguments);
        self.ready(service).await;
    }

    /// Starts a service unless it runs.
    pub fn spawn(&mut self, service: Service, arguments: &[&str]) {
        let program = self.program(service);
        if self.processes.contains_key(program) {
            return;
        }
        let mut command = self.command(program);
        let process = Process::spawn(program, command.args(arguments));
        self.processes.insert(program, process);
    }

    /// Waits until a service answers that it is ready.
    pub async fn ready(&mut self, service: Service) {
        let (program, url) = (self.program(service), self.addresses.url(service));
        let client = http::client();
        let process = self.processes.get_mut(program).expect("it was started");
        eventually(&format!("{program} is ready"), SOON * 2, async || {
            if let Some(status) = process.status() {
                panic!("{program} has ended at its start ({status}):\n{}", process.log());
            }
            let answer = Answer::of(client.get(format!("{url}/readyz"))).await;
            answer.ok().filter(|answer| answer.status.is_success())
        })
        .await;
    }

    /// A process of this deployment.
    pub fn process(&mut self, service: Service) -> &mut Process {
        let program = self.program(service);
        self.processes.get_mut(program).unwrap_or_else(|| panic!("{program} does not run"))
    }

    /// Ends a service with `kill -9`.
    pub fn kill9(&mut self, service: Service) {
        self.process(service).kill9();
        self.put_away(service);
    }

    /// Ends a service with `SIGTERM`.
    pub fn terminate(&mut self, service: Service) -> ExitStatus {
        let status = self.process(service).terminate(STOPPED_WITHIN);
        self.put_away(service);
        status
    }

    /// Takes note that a service has ended, so that it can be started again.
    pub fn put_away(&mut self, service: Service) {
        let program = self.program(service);
        let process = self.processes.remove(program).expect("it was started");
        self.ended.push((program, process));
    }

    /// Ends everything with `SIGTERM`, which must go well.
    pub fn stop(&mut self) {
        for service in Service::ALL {
            if self.processes.contains_key(self.program(service)) {
                let status = self.terminate(service);
                assert!(status.success(), "{service:?} ended on SIGTERM with {status}");
            }
        }
    }

    /// Runs `deskbell` with these arguments to its end.
    pub fn deskbell(&self, arguments: &[&str]) -> Output {
        self.command("deskbell").args(arguments).output().expect("deskbell can be run")
    }

    /// A program of Deskbell with this deployment's settings, not started yet.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(binary(program));
        command.env_clear().env("RUST_BACKTRACE", "1").current_dir(self.folder.path());
        command
            .envs(self.addresses.settings())
            .env("TWILIO_API_BASE_URL", &self.twilio.url)
            .env("DATABASE_URL", self.ground.database_url())
            .env("AMQP_URL", self.ground.amqp_url())
            .envs(self.setup.settings());
        command
    }

    /// Where a service listens.
    pub fn url(&self, service: Service) -> String {
        self.addresses.url(service)
    }

    /// The broker's URL.
    pub fn amqp_url(&self) -> &str {
        self.ground.amqp_url()
    }

    /// The first admin, logged in.
    pub async fn admin(&self) -> Admin {
        Admin::log_in(self.addresses.url(Service::AdminApi)).await
    }

    /// What has been written and acknowledged.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// A look into the database.
    pub fn database(&self) -> Database {
        Database::at(self.ground.database_url())
    }

    /// The SMS on a phone, oldest first.
    pub fn phone(&self, number: &str) -> Vec<AcceptedMessage> {
        let texts = self.twilio.messages().into_iter();
        texts.filter(|text| text.to == number && text.direction != "inbound").collect()
    }

    /// Waits for the first SMS on a phone.
    pub async fn first_text(&self, number: &str) -> AcceptedMessage {
        self.texts(number, 1).await.remove(0)
    }

    /// Waits until that many SMS are on a phone.
    pub async fn texts(&self, number: &str, count: usize) -> Vec<AcceptedMessage> {
        let what = format!("{count} SMS to {number}");
        wait_until(&what, SOON, async || self.phone(number).len() >= count).await;
        self.phone(number)
    }

    /// Waits until nothing is under way any more: every event is published and heard, every notice has ended. A long
    /// backlog may take long, as long as it becomes shorter.
    pub async fn settled(&self) {
        let (database, mut shortest) = (self.database(), None::<Backlog>);
        while shortest.is_none_or(|shortest| shortest.total() > 0) {
            let what = format!("the backlog becomes shorter than {shortest:?}");
            let shorter = eventually(&what, EVENTUALLY, async || {
                let backlog = database.backlog().await?;
                shortest.is_none_or(|shortest| backlog.total() < shortest.total()).then_some(backlog)
            });
            shortest = Some(shorter.await);
        }
    }

    /// Compares what visitors wrote with what is stored and with what Twilio was asked to send.
    pub async fn check(&self) {
        let facts = self.facts().await;
        let violations = checker::violations(&facts);
        let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{} things are wrong:\n{}", lines.len(), lines.join("\n"));
    }

    /// All that the checker needs to know.
    pub async fn facts(&self) -> Facts {
        Facts {
            sent: self.ledger.sent(),
            texts: checker::texts(&self.twilio.messages()),
            stored: self.database().all().await,
        }
    }

    fn program(&self, service: Service) -> &'static str {
        match self.mode {
            Mode::Embedded => "deskbell",
            Mode::Services => service.program(),
        }
    }

    fn show_logs(&self) {
        let running = self.processes.iter();
        let ended = self.ended.iter().map(|(program, process)| (program, process));
        for (program, process) in ended.chain(running) {
            let log = process.log();
            let lines: Vec<&str> = log.lines().filter(|line| !line.contains("/readyz")).collect();
            let shown = lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n");
            eprintln!("---- {program} ({}), the last lines of its log\n{shown}", process.id());
        }
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.show_logs();
        }
    }
}

/// Both streams of a program that has ended.
pub(crate) fn text_of(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream)).concat()
}

async fn twilio(addresses: &Addresses) -> SimHandle {
    let behaviour = Behaviour {
        step_ms: STATUS_STEP_MS,
        inbound_url: Some(format!("{}/twilio/inbound", addresses.url(Service::SmsNotifier))),
        ..Behaviour::default()
    };
    let settings = SimSettings {
        account_sid: Some(ACCOUNT_SID.to_owned()),
        auth_token: AUTH_TOKEN.into(),
        behaviour,
        ..SimSettings::default()
    };
    TwilioSim::start(settings).await.expect("the stand-in for Twilio starts")
}
