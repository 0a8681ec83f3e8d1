//! The console: a page in the browser on what runs on this machine. It shows the dashboards, the alarms with their
//! reasons, the files with their stories and the notices that went out, and keeps them fresh without being reloaded.
//!
//! It listens on 127.0.0.1, answers GET and HEAD for that name only, and changes nothing. What a browser loads is
//! embedded in this program: one page, its style, and modules of JavaScript without a build step.

mod alarm_context;
mod alarm_graph;
mod alarms;
mod answer;
mod app;
mod assets;
mod changes;
mod dashboards;
mod files;
mod first_step;
mod notices;
mod pictures;
mod range;
mod request;
mod routes;
mod runbooks;
mod status;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc};

use atalaya_cloud::DynamoLedger;
use aws_config::SdkConfig;
use tokio::{net::TcpListener, task::JoinHandle};

use self::app::App;
use crate::{
    LocalError, Outputs,
    cloudwatch::Shared,
    http::{self, Pages},
    notice::Mailbox,
};

/// Where the pages on the alarms lie in a project.
const RUNBOOKS: &str = "runbooks";

/// What the console shows, and where it listens.
#[derive(Debug)]
pub(crate) struct ConsoleParts {
    /// A socket on 127.0.0.1.
    pub(crate) socket: TcpListener,
    /// The metrics and the alarms.
    pub(crate) cloudwatch: Arc<Shared>,
    /// How the emulator is reached.
    pub(crate) sdk: SdkConfig,
    /// What the stack is made of.
    pub(crate) outputs: Outputs,
    /// What users and on-call were told.
    pub(crate) mailbox: Arc<Mailbox>,
    /// The checkout, with its runbooks.
    pub(crate) project: PathBuf,
}

/// A running console; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Console {
    url: String,
    tasks: [JoinHandle<()>; 2],
}

impl Console {
    /// Begins to answer.
    ///
    /// # Errors
    /// When the socket has no address.
    pub(crate) fn start(parts: ConsoleParts) -> Result<Self, LocalError> {
        let network = |source| LocalError::Network { what: "opening the console".to_owned(), source };
        let address = parts.socket.local_addr().map_err(network)?;
        let ledger = DynamoLedger::new(&parts.sdk, parts.outputs.ledger_table);
        let app = App::new(parts.cloudwatch, ledger, parts.mailbox, parts.project.join(RUNBOOKS));
        Ok(Self::serve(parts.socket, address.port(), Arc::new(app)))
    }

    fn serve<L: app::Ledger>(socket: TcpListener, port: u16, app: Arc<App<L>>) -> Self {
        let observing = tokio::spawn(changes::observe(Arc::clone(&app)));
        let answering = tokio::spawn(http::serve(socket, Pages::Own, move |request| {
            let app = Arc::clone(&app);
            async move { routes::answer(&request, &app).await }
        }));
        Self { url: format!("http://127.0.0.1:{port}"), tasks: [observing, answering] }
    }

    /// Where it answers, such as `http://127.0.0.1:40125`; paths of its pages follow.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
