//! One local AWS with the project deployed on it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use atalaya_cloud::{AwsOptions, CloudError, ErrorKind};
use aws_config::SdkConfig;
use aws_sdk_sns::{
    config::{Credentials, SharedCredentialsProvider},
    error::DisplayErrorContext,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    Functions, LocalError, Notice, Observer, Outputs, Running, Tools,
    error::AtPath,
    faults,
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
}

impl StartOptions {
    /// A free port, functions built from the checkout, the usual parameters, not advertised.
    #[must_use]
    pub fn new(project: impl Into<PathBuf>) -> Self {
        let (functions, parameters) = (Functions::Build, Vec::new());
        Self { project: project.into(), port: None, functions, parameters, advertise: false }
    }
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
        let emulator = async {
            let tools = Tools::prepare(&observer).await?;
            let server = Server::start(&tools, options.port, folder.path(), &observer).await?;
            Ok((tools, server))
        };
        let ((tools, server), binaries) = tokio::try_join!(emulator, options.functions.binaries(&project, &observer))?;
        let template = folder.stage(&project, &binaries)?;
        let outputs =
            stack::deploy(&tools, server.endpoint(), &template, &folder, &options.parameters, &observer).await?;
        let sdk = sdk_config(server.endpoint()).await;
        let sns = aws_sdk_sns::Client::new(&sdk);
        let listener = Listener::start(sns.clone()).await?;
        let mut local = Self { outputs, sdk, sns, tools, server, listener, folder, advertisement: None };
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

    /// What the stack tells about itself.
    #[must_use]
    pub fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    /// A configuration for AWS clients that talk to it.
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
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-@+".contains(letter);
        if user.is_empty() || !user.chars().all(is_plain) {
            return Err(LocalError::UserName(user.to_owned()));
        }
        let endpoint = format!("{}/users/{user}", self.listener.address());
        let topic = &self.outputs.data_users_topic_arn;
        let mut call = self.sns.subscribe().topic_arn(topic).protocol("http").endpoint(endpoint);
        if let Some(filter) = filter {
            call = call.attributes("FilterPolicy", filter.to_string());
        }
        call.send().await.map_err(|error| {
            let message = DisplayErrorContext(error).to_string();
            CloudError::new(ErrorKind::Invalid, format!("Subscribe {user} to {topic}"), message)
        })?;
        self.listener.mailbox().wait_for_confirmation(user, CONFIRM_DEADLINE).await
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

    /// Resolves when another terminal asks it to stop.
    pub async fn stop_requested(&self) {
        self.listener.stop_requested().await;
    }

    /// The running processes of `intake`, `process` or `notify`. A function has one while it is called or kept warm.
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

    /// Ends everything and waits for it.
    ///
    /// # Errors
    /// When the folder of the run cannot be removed.
    pub async fn stop(self) -> Result<(), LocalError> {
        let Self { server, listener, folder, advertisement, .. } = self;
        server.stop().await;
        let removed = folder.remove();
        drop(advertisement);
        drop(listener);
        removed
    }

    fn as_running(&self) -> Running {
        let control = self.listener.address();
        Running::new(self.endpoint(), &self.outputs, self.aws_cli(), self.log_file(), control)
    }
}

/// The pipeline's own client configuration, with the emulator's address and credentials that open nothing.
async fn sdk_config(endpoint: &str) -> SdkConfig {
    let options =
        AwsOptions { profile: None, region: Some(server::REGION.to_owned()), endpoint_url: Some(endpoint.to_owned()) };
    let (key, secret) = server::CREDENTIALS;
    let credentials = Credentials::new(key, secret, None, None, "local AWS");
    let config = atalaya_cloud::connect(&options).await;
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(credentials)).build()
}
