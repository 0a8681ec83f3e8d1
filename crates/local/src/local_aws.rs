//! One local AWS with the project deployed on it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use atalaya_cloud::SdkResult as _;
use atalaya_cloudwatch::{
    CloudWatch,
    alarm::{AlarmStatus, State},
};
use atalaya_cloudwatch_insights::logs::Logs;
use aws_config::SdkConfig;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    EndpointFault, Functions, LocalError, Notice, Observer, Outputs, RunLog, Running, Tools,
    cloudwatch::{LocalCloudWatch, Stacks},
    console::{Console, ConsoleParts},
    error::AtPath,
    faults, http,
    listener::Listener,
    run_folder::RunFolder,
    running::{Advertisement, running},
    server::{self, Server},
    stack,
};

/// How long SNS may take to ask a new subscriber for its confirmation.
const CONFIRM_DEADLINE: Duration = Duration::from_secs(20);

/// How a local AWS is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartOptions {
    /// The checkout, with `Cargo.toml` and `infra/`.
    pub project: PathBuf,
    /// The port on 127.0.0.1; `None` takes a free one.
    pub port: Option<u16>,
    /// Where the functions come from.
    pub functions: Functions,
    /// Parameters of `infra/template.yaml`, before those that are usual on this machine.
    pub parameters: Vec<(String, String)>,
    /// Whether commands in other terminals find it.
    pub advertise: bool,
    /// Whether canary files are sent on their schedule.
    pub canary: bool,
    /// The feeds that have alarms of their own, by the names of their datasets; none leaves the template's default.
    pub feeds: Vec<String>,
    /// Parameters of `alarms/template.yaml`, before those that are usual on this machine. Those that
    /// `dashboards/template.yaml` has too count for both.
    pub alarm_parameters: Vec<(String, String)>,
    /// How many times as fast as the wall's CloudWatch's clock runs, between 1 and 3600.
    ///
    /// What comes in is timed by that clock: a log line of now is of its now. What CloudWatch tells, such as the time of
    /// an alarm's change, is told in its time too. With a speed above 1 it begins in the past and catches up with the
    /// wall's after a quarter of an hour, so that what is told to have happened at a time is found by who looks for what
    /// happened since. Lengths of time that were measured, such as a function's duration, stay as they are.
    pub clock_speed: u32,
}

impl StartOptions {
    /// A free port, functions built from the checkout, the usual parameters, not advertised, no canary, the wall's
    /// time.
    #[must_use]
    pub fn new(project: impl Into<PathBuf>) -> Self {
        Self {
            project: project.into(),
            port: None,
            functions: Functions::Build,
            parameters: Vec::new(),
            advertise: false,
            canary: false,
            feeds: Vec::new(),
            alarm_parameters: Vec::new(),
            clock_speed: 1,
        }
    }

    /// Those of the stack: the later of two of one name counts.
    fn stack_parameters(&self) -> Vec<(String, String)> {
        let state = if self.canary { "ENABLED" } else { "DISABLED" };
        let canary = ("CanaryState".to_owned(), state.to_owned());
        std::iter::once(canary).chain(self.parameters.iter().cloned()).collect()
    }
}

/// Who on call hears of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCall {
    /// Who must act now: the topic `on-call-page`.
    Page,
    /// Who acts in working hours: the topic `on-call-ticket`.
    Ticket,
}

/// A local AWS with the project deployed on it. All that it consists of ends when this is dropped or its process ends,
/// however it ends; [`LocalAws::stop`] waits for the end.
#[derive(Debug)]
pub struct LocalAws {
    outputs: Outputs,
    sdk: SdkConfig,
    sns: aws_sdk_sns::Client,
    tools: Tools,
    // In the order in which they are to end.
    console: Console,
    cloudwatch: LocalCloudWatch,
    server: Server,
    listener: Listener,
    folder: RunFolder,
    advertisement: Option<Advertisement>,
}

impl LocalAws {
    /// Makes the tools and builds the functions, side by side; starts the emulator and deploys the template.
    ///
    /// # Errors
    /// One sentence on what is missing or failed; nothing keeps running.
    pub async fn start(options: StartOptions, observer: Observer) -> Result<Self, LocalError> {
        let project = options.project.canonicalize().at(&options.project)?;
        if !project.join("infra/template.yaml").is_file() {
            return Err(LocalError::NotAProject(project));
        }
        if options.advertise
            && let Some(Running { endpoint, pid, .. }) = running(&project).await?
        {
            return Err(LocalError::AlreadyRunning { endpoint, pid });
        }
        let folder = RunFolder::make(&project)?;
        let log = RunLog::create(folder.path().join("ministack.log"))?;
        let mut cloudwatch = LocalCloudWatch::start(options.clock_speed, log.clone()).await?;
        // What alarms say names the console, so its place is known before it has something to show.
        let (console_socket, console_port) = http::listen().await?;
        let console_url = format!("http://127.0.0.1:{console_port}");
        let emulator = async {
            let tools = Tools::prepare(&observer).await?;
            let server = Server::start(&tools, options.port, folder.path(), log, &cloudwatch, &observer).await?;
            Ok((tools, server))
        };
        let ((tools, server), binaries) = tokio::try_join!(emulator, options.functions.binaries(&project, &observer))?;
        cloudwatch.lead_to(server.endpoint());
        let template = folder.stage(&project, &binaries)?;
        let environment = server::environment(server.endpoint(), cloudwatch.endpoint());
        let outputs =
            stack::deploy(&tools, &environment, &template, &folder, &options.stack_parameters(), &observer).await?;
        let sdk = sdk_config(server.endpoint()).await;
        let sns = aws_sdk_sns::Client::new(&sdk);
        let listener = Listener::start(sns.clone()).await?;
        let stacks = Stacks {
            project: &project,
            outputs: &outputs,
            feeds: &options.feeds,
            parameters: &options.alarm_parameters,
            console: &console_url,
        };
        cloudwatch.begin(stacks.alarms()?, &stacks.dashboards()?, sns.clone())?;
        let console = Console::start(ConsoleParts {
            socket: console_socket,
            cloudwatch: cloudwatch.shared(),
            sdk: sdk.clone(),
            outputs: outputs.clone(),
            mailbox: Arc::clone(listener.mailbox()),
            project: project.clone(),
        })?;
        let mut local =
            Self { outputs, sdk, sns, tools, console, cloudwatch, server, listener, folder, advertisement: None };
        if options.advertise {
            local.advertisement = Some(Advertisement::publish(&project, &local.as_running())?);
        }
        Ok(local)
    }

    /// Where AWS's APIs answer, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.server.endpoint()
    }

    /// Where CloudWatch's API answers: not the emulator's, but that of `atalaya-cloudwatch`.
    #[must_use]
    pub fn cloudwatch_endpoint(&self) -> &str {
        self.cloudwatch.endpoint()
    }

    /// Where the console answers browsers, such as `http://127.0.0.1:40125`; paths of its pages follow.
    #[must_use]
    pub fn console_url(&self) -> &str {
        self.console.url()
    }

    /// What the stack tells about itself.
    #[must_use]
    pub fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    /// A configuration for AWS clients that talk to it; one for CloudWatch needs
    /// [`cloudwatch_endpoint`](Self::cloudwatch_endpoint) besides.
    #[must_use]
    pub fn sdk_config(&self) -> &SdkConfig {
        &self.sdk
    }

    /// What a program needs in its environment to find it, such as the AWS CLI.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        self.as_running().environment()
    }

    /// An `aws` command.
    #[must_use]
    pub fn aws_cli(&self) -> PathBuf {
        self.tools.aws_cli()
    }

    /// The virtual environment.
    #[must_use]
    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    /// The emulator's log, which ends with it.
    #[must_use]
    pub fn log_file(&self) -> &Path {
        self.server.log()
    }

    /// Subscribes a user to `data-users`, once. `filter` is an SNS filter policy on the message attributes, such as
    /// `{"dataset": ["flights"]}`; without one the user is told of everything.
    ///
    /// # Errors
    /// When the name cannot stand in an address, or SNS refuses or does not ask for a confirmation.
    pub async fn subscribe(&self, user: &str, filter: Option<Value>) -> Result<(), LocalError> {
        self.subscribe_to(&self.outputs.data_users_topic_arn, user, filter).await
    }

    /// Subscribes a user to what on-call is told, once. The notices tell by which topic they came.
    ///
    /// # Errors
    /// As [`LocalAws::subscribe`].
    pub async fn subscribe_on_call(&self, to: OnCall, user: &str) -> Result<(), LocalError> {
        let topic = match to {
            OnCall::Page => &self.outputs.on_call_page_topic_arn,
            OnCall::Ticket => &self.outputs.on_call_ticket_topic_arn,
        };
        self.subscribe_to(topic, user, None).await
    }

    async fn subscribe_to(&self, topic: &str, user: &str, filter: Option<Value>) -> Result<(), LocalError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-@+".contains(letter);
        if user.is_empty() || !user.chars().all(is_plain) {
            return Err(LocalError::UserName(user.to_owned()));
        }
        let endpoint = format!("{}/users/{user}", self.listener.address());
        let mut call = self.sns.subscribe().topic_arn(topic).protocol("http").endpoint(endpoint);
        if let Some(filter) = filter {
            call = call.attributes("FilterPolicy", filter.to_string());
        }
        call.send().await.of_call(|| format!("Subscribe {user} to {topic}"))?;
        self.listener.mailbox().wait_for_confirmation(user, topic, CONFIRM_DEADLINE).await
    }

    /// All notices captured so far, in the order of their arrival.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.listener.mailbox().all()
    }

    /// The number of notices captured so far; its changes wake who waits.
    #[must_use]
    pub fn watch_notices(&self) -> watch::Receiver<usize> {
        self.listener.mailbox().count()
    }

    /// Waits until `enough` says so of all notices captured so far.
    ///
    /// # Errors
    /// When the deadline passes before; the error holds the notices that came.
    pub async fn wait_for_notices(
        &self,
        deadline: Duration,
        enough: impl Fn(&[Notice]) -> bool,
    ) -> Result<Vec<Notice>, LocalError> {
        self.listener.mailbox().wait_for(deadline, enough).await
    }

    /// Reads or changes its CloudWatch; what an alarm sets going goes out with the next evaluation. Nothing else happens
    /// in CloudWatch meanwhile, so be brief.
    pub fn with_cloudwatch<T>(&self, look: impl FnOnce(&mut CloudWatch) -> T) -> T {
        self.cloudwatch.with_cloudwatch(look)
    }

    /// Reads its CloudWatch together with the logs, which keep the newest events of each group. The times of both are on
    /// CloudWatch's clock. Nothing else happens in either meanwhile, so be brief.
    pub fn read<T>(&self, look: impl FnOnce(&CloudWatch, &Logs) -> T) -> T {
        self.cloudwatch.shared().read_with_logs(look)
    }

    /// What CloudWatch's clock shows at a moment of the wall's.
    #[must_use]
    pub fn cloudwatch_time(&self, wall: Timestamp) -> Timestamp {
        self.cloudwatch.time(wall)
    }

    /// The state of an alarm, by its whole name, such as `atalaya-IntakeDlq`; `None` when there is no such alarm.
    #[must_use]
    pub fn alarm_state(&self, name: &str) -> Option<State> {
        self.cloudwatch.alarm(name).map(|alarm| alarm.state)
    }

    /// Waits until an alarm is in a state; answers with the alarm as it is then.
    ///
    /// # Errors
    /// When there is no such alarm, or the deadline, which is in the wall's time, passes before.
    pub async fn wait_for_alarm(
        &self,
        name: &str,
        state: State,
        deadline: Duration,
    ) -> Result<AlarmStatus, LocalError> {
        self.cloudwatch.wait_for(name, state, deadline).await
    }

    /// How often something that happened could not be counted, or an alarm's action not be carried out; the log tells
    /// what.
    #[must_use]
    pub fn cloudwatch_errors(&self) -> u64 {
        self.cloudwatch.errors()
    }

    /// Resolves when another terminal asks it to stop.
    pub async fn stop_requested(&self) {
        self.listener.stop_requested().await;
    }

    /// The running processes of a function, such as `intake`. A function has one while it is called or kept warm.
    ///
    /// # Errors
    /// For another name, or on a system without `/proc`.
    pub fn function_processes(&self, name: &str) -> Result<Vec<u32>, LocalError> {
        faults::processes(self.server.process_group(), name)
    }

    /// Kills the running processes of a function at once; returns them.
    ///
    /// # Errors
    /// As [`LocalAws::function_processes`].
    pub fn kill_function(&self, name: &str) -> Result<Vec<u32>, LocalError> {
        self.function_processes(name).map(faults::kill)
    }

    /// Lets calls of AWS's operations go wrong in these ways from now on, and in no others; none ends all faults. They
    /// are counted as CloudWatch counts such answers.
    ///
    /// # Errors
    /// When the emulator does not take them.
    pub async fn set_faults(&self, faults: &[EndpointFault]) -> Result<(), LocalError> {
        self.cloudwatch.set_faults(faults).await
    }

    /// Lets so many calls of functions run at once in the account, as Lambda's quota does: those of a function with
    /// reserved concurrency in the units that are reserved for it, all others in what is left. `None` is as many as
    /// this machine bears. Units that are in use stay so.
    ///
    /// # Errors
    /// When the emulator does not take it.
    pub async fn limit_concurrency(&self, limit: Option<u32>) -> Result<(), LocalError> {
        self.cloudwatch.limit_concurrency(limit).await
    }

    /// Ends everything and waits for it.
    ///
    /// # Errors
    /// When the folder of the run cannot be removed.
    pub async fn stop(self) -> Result<(), LocalError> {
        let Self { console, cloudwatch, server, listener, folder, advertisement, .. } = self;
        drop(console);
        drop(cloudwatch);
        server.stop().await;
        let removed = folder.remove();
        drop(advertisement);
        drop(listener);
        removed
    }

    fn as_running(&self) -> Running {
        let control = self.listener.address();
        Running::new(
            (self.endpoint(), self.cloudwatch_endpoint(), self.console_url()),
            &self.outputs,
            self.aws_cli(),
            self.log_file(),
            control,
        )
    }
}

/// The pipeline's own client configuration, with the emulator's address and credentials that open nothing.
async fn sdk_config(endpoint: &str) -> SdkConfig {
    atalaya_cloud::connect_stand_in(server::REGION, endpoint, server::CREDENTIALS).await
}
