//! The local AWS that runs in another terminal: how commands find it, and how it is asked to stop.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use http_body_util::{BodyExt, Empty};
use hyper::{Method, Request, StatusCode, body::Bytes};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep, timeout};

use crate::{LocalError, Notice, Outputs, error::AtPath};

/// How long a listener on this machine may take to answer.
const ANSWER_DEADLINE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);

/// A local AWS that is running, as it advertises itself in `.atalaya/local.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Where AWS's APIs answer.
    pub endpoint: String,
    /// Where CloudWatch's API answers.
    pub cloudwatch_endpoint: String,
    /// Where the console answers browsers, without a slash at the end.
    pub console_url: String,
    /// The region that everything is in.
    pub region: String,
    /// The process that owns it.
    pub pid: u32,
    /// Since when.
    pub started_at: Timestamp,
    /// What the stack tells about itself.
    pub outputs: Outputs,
    /// An `aws` command.
    pub aws_cli: PathBuf,
    /// The emulator's log.
    pub log_file: PathBuf,
    /// Where the owner listens; the path holds a secret.
    control: String,
}

impl Running {
    pub(crate) fn new(
        (endpoint, cloudwatch_endpoint, console_url): (&str, &str, &str),
        outputs: &Outputs,
        aws_cli: PathBuf,
        log_file: &Path,
        control: &str,
    ) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            cloudwatch_endpoint: cloudwatch_endpoint.to_owned(),
            console_url: console_url.to_owned(),
            region: crate::server::REGION.to_owned(),
            pid: std::process::id(),
            started_at: Timestamp::now(),
            outputs: outputs.clone(),
            aws_cli,
            log_file: log_file.to_owned(),
            control: control.to_owned(),
        }
    }

    /// What a program needs in its environment to find it, such as the AWS CLI.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let variables = crate::server::environment(&self.endpoint, &self.cloudwatch_endpoint);
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The notices that it has captured so far.
    ///
    /// # Errors
    /// When it does not answer any more.
    pub async fn notices(&self) -> Result<Vec<Notice>, LocalError> {
        let body = call(&self.control, Method::GET, "/notices").await?;
        serde_json::from_slice(&body).map_err(|error| network(io::Error::other(error)))
    }
}

/// The file that a running local AWS advertises itself in; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Advertisement(PathBuf);

impl Advertisement {
    pub(crate) fn publish(project: &Path, running: &Running) -> Result<Self, LocalError> {
        let path = advertisement(project);
        let folder = path.parent().expect("the file has a folder");
        fs::create_dir_all(folder).at(folder)?;
        // A file of its own, moved into place whole; readable by its owner alone, because of the secret.
        let mut file = tempfile::NamedTempFile::new_in(folder).at(folder)?;
        let text = serde_json::to_string_pretty(running).expect("plain data");
        file.write_all(text.as_bytes()).at(&path)?;
        file.persist(&path).map_err(|error| error.error).at(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Advertisement {
    fn drop(&mut self) {
        // If it stays, readers find nobody answering and remove it.
        let _ = fs::remove_file(&self.0);
    }
}

fn advertisement(project: &Path) -> PathBuf {
    project.join(".atalaya/local.json")
}

/// The local AWS of a project, if one runs and answers. What one left behind that does not is removed.
///
/// # Errors
/// When the file that advertises it cannot be read or removed.
pub async fn running(project: &Path) -> Result<Option<Running>, LocalError> {
    let path = advertisement(project);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.at(&path)?,
    };
    if let Ok(running) = serde_json::from_str::<Running>(&text)
        && call(&running.control, Method::GET, "/notices").await.is_ok()
    {
        return Ok(Some(running));
    }
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at(path),
        _ => Ok(None),
    }
}

/// Asks the local AWS of a project to stop, and waits until it has. `None`: none was running.
///
/// # Errors
/// When it does not stop in time.
pub async fn down(project: &Path, deadline: Duration) -> Result<Option<Running>, LocalError> {
    let Some(found) = running(project).await? else { return Ok(None) };
    call(&found.control, Method::POST, "/stop").await?;
    let end = Instant::now() + deadline;
    while running(project).await?.is_some_and(|still| still.control == found.control) {
        if Instant::now() >= end {
            return Err(LocalError::StillRunning { pid: found.pid, deadline });
        }
        sleep(POLL).await;
    }
    Ok(Some(found))
}

async fn call(control: &str, method: Method, path: &str) -> Result<Bytes, LocalError> {
    let request = Request::builder()
        .method(method)
        .uri(format!("{control}{path}"))
        .body(Empty::<Bytes>::new())
        .map_err(|error| network(io::Error::other(error)))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = async {
        let response = client.request(request).await.map_err(io::Error::other)?;
        if !matches!(response.status(), StatusCode::OK | StatusCode::ACCEPTED) {
            return Err(io::Error::other(format!("it answered {}", response.status())));
        }
        response.into_body().collect().await.map(|body| body.to_bytes()).map_err(io::Error::other)
    };
    match timeout(ANSWER_DEADLINE, answer).await {
        Ok(answer) => answer.map_err(network),
        Err(_) => Err(network(io::ErrorKind::TimedOut.into())),
    }
}

fn network(source: io::Error) -> LocalError {
    LocalError::Network { what: "asking the running local AWS".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[tokio::test]
    async fn what_a_dead_one_left_behind_is_removed() {
        let project = tempfile::tempdir().expect("a folder");
        assert_eq!(running(project.path()).await.expect("nothing there"), None);
        let template = include_str!("../../../infra/template.yaml").split_once("\nOutputs:\n").expect("outputs").1;
        let names = template.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
        let all: BTreeMap<_, _> = names.map(|name| (name.to_owned(), name.to_owned())).collect();
        let outputs = Outputs::from_map(all).expect("all are there");
        // A port that was free a moment ago, and nobody listens on.
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
        let dead = Running::new(
            ("http://x", "http://y", "http://z"),
            &outputs,
            "aws".into(),
            Path::new("log"),
            &format!("http://{free}/s"),
        );
        let advertisement = Advertisement::publish(project.path(), &dead).expect("it is written");
        assert!(advertisement.0.is_file());
        assert_eq!(running(project.path()).await.expect("readable"), None);
        assert!(!advertisement.0.exists());
        assert_eq!(down(project.path(), Duration::from_secs(1)).await.expect("nothing to do"), None);
    }
}
