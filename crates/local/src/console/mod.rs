//! The console: what is going on in the local AWS, for a browser.

use std::{path::PathBuf, sync::Arc};

use aws_config::SdkConfig;
use hyper::{Method, Response, StatusCode};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{LocalError, Outputs, cloudwatch::Shared, http, notice::Mailbox};

/// What the console shows, and where it listens.
#[derive(Debug)]
pub(crate) struct ConsoleParts {
    /// Where it listens; taken before anything else starts, since alarms name it.
    pub(crate) socket: TcpListener,
    /// Metrics, alarms, dashboards and logs.
    pub(crate) cloudwatch: Arc<Shared>,
    /// For clients of the emulator: the ledger and the buckets.
    #[expect(dead_code, reason = "for the pages about files, which are not written yet")]
    pub(crate) sdk: SdkConfig,
    /// Names of the ledger's table and of the buckets.
    #[expect(dead_code, reason = "for the pages about files, which are not written yet")]
    pub(crate) outputs: Outputs,
    /// What users and on-call were told.
    pub(crate) mailbox: Arc<Mailbox>,
    /// The checkout, with the runbooks.
    #[expect(dead_code, reason = "for the pages of runbooks, which are not written yet")]
    pub(crate) project: PathBuf,
}

/// A running console; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Console {
    url: String,
    task: JoinHandle<()>,
}

impl Console {
    /// Begins to answer.
    ///
    /// # Errors
    /// When the socket has no address any more.
    pub(crate) fn start(parts: ConsoleParts) -> Result<Self, LocalError> {
        let ConsoleParts { socket, cloudwatch, mailbox, .. } = parts;
        let network = |source| LocalError::Network { what: "opening the console".to_owned(), source };
        let url = format!("http://{}", socket.local_addr().map_err(network)?);
        let task = tokio::spawn(http::serve(socket, move |request| {
            let (cloudwatch, mailbox) = (Arc::clone(&cloudwatch), Arc::clone(&mailbox));
            async move {
                if request.method() != Method::GET || request.uri().path() != "/" {
                    return http::status(StatusCode::NOT_FOUND);
                }
                let alarms = cloudwatch.read(|cloudwatch| cloudwatch.alarms().count());
                let said = json!({ "alarms": alarms, "notices": *mailbox.count().borrow() });
                Response::new(said.to_string().into())
            }
        }));
        Ok(Self { url, task })
    }

    /// Where it answers, such as `http://127.0.0.1:40125`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.task.abort();
    }
}
