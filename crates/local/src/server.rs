//! The emulator's process.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    process::{Child, ChildStdin, Command},
    time::{Instant, sleep, timeout},
};

use crate::{
    LocalError, Observer, RunLog, Step, Tools, cloudwatch::LocalCloudWatch, error::AtPath, progress::Reporter,
};

/// What starts the emulator, ends it with us, fills its gaps and counts what happens in it.
const SCRIPTS: [(&str, &str); 15] = [
    (LAUNCHER, include_str!("python/launcher.py")),
    ("gaps.py", include_str!("python/gaps.py")),
    ("browsers.py", include_str!("python/browsers.py")),
    ("calls.py", include_str!("python/calls.py")),
    ("concurrency.py", include_str!("python/concurrency.py")),
    ("environments.py", include_str!("python/environments.py")),
    ("faults.py", include_str!("python/faults.py")),
    ("meter.py", include_str!("python/meter.py")),
    ("counters.py", include_str!("python/counters.py")),
    ("functions.py", include_str!("python/functions.py")),
    ("deliveries.py", include_str!("python/deliveries.py")),
    ("limits.py", include_str!("python/limits.py")),
    ("retries.py", include_str!("python/retries.py")),
    ("tables.py", include_str!("python/tables.py")),
    ("stacks.py", include_str!("python/stacks.py")),
];
const LAUNCHER: &str = "launcher.py";
/// The variable that names a file for the record of API calls.
const CALLS: &str = "ATALAYA_CALLS";
/// How long the emulator may take to answer; its first start on a busy machine translates a lot of Python.
const READY_DEADLINE: Duration = Duration::from_secs(90);
/// How long it may take to end.
const END_DEADLINE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(30);
/// How many lines of the log an error shows.
const LOG_LINES: usize = 20;

/// The region that everything is in.
pub(crate) const REGION: &str = "us-east-1";
/// The account that everything is in.
pub(crate) const ACCOUNT: &str = "000000000000";
/// Access key and secret key, neither of which opens anything.
pub(crate) const CREDENTIALS: (&str, &str) = ("test", "test");

/// A running emulator. It ends when this is dropped, and also when this process dies in whatever way: it reads its
/// standard input, whose other end only this process holds.
#[derive(Debug)]
pub(crate) struct Server {
    endpoint: String,
    log: RunLog,
    process_group: u32,
    child: Child,
    lifeline: Option<ChildStdin>,
}

impl Server {
    /// Starts the emulator and waits until it answers. Its functions find CloudWatch, which is not part of it.
    pub(crate) async fn start(
        tools: &Tools,
        port: Option<u16>,
        folder: &Path,
        log: RunLog,
        cloudwatch: &LocalCloudWatch,
        observer: &Observer,
    ) -> Result<Self, LocalError> {
        let reporter = Reporter::begin(observer, Step::Aws);
        let port = choose_port(port)?;
        for (name, text) in SCRIPTS {
            let script = folder.join(name);
            fs::write(&script, text).at(&script)?;
        }
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut command = Command::new(tools.python());
        command
            .arg("-I")
            .arg(folder.join(LAUNCHER))
            .env_clear()
            .envs(environment(&endpoint, cloudwatch.endpoint()))
            // The launcher takes it out again: functions do not inherit it.
            .env("ATALAYA_METER", cloudwatch.meter_address())
            .envs(settings(port))
            .envs(call_record())
            // Functions inherit this environment: it holds nothing of the user's.
            .env("PATH", path(&tools.commands()))
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(log.stdio()?)
            .stderr(log.stdio()?)
            .process_group(0);
        let remedy = "remove the cache folder and try again";
        let program = || tools.python().display().to_string();
        let mut child = command.spawn().map_err(|source| LocalError::Program { program: program(), remedy, source })?;
        let lifeline = child.stdin.take();
        let process_group = child.id().unwrap_or_default();
        let mut server = Self { endpoint, log, process_group, child, lifeline };
        server.wait_until_ready(port).await?;
        reporter.done();
        Ok(server)
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn log(&self) -> &Path {
        self.log.path()
    }

    /// The process group that holds the emulator and all functions.
    pub(crate) fn process_group(&self) -> u32 {
        self.process_group
    }

    /// Ends the emulator and waits until it has ended.
    pub(crate) async fn stop(mut self) {
        self.lifeline = None;
        if timeout(END_DEADLINE, self.child.wait()).await.is_err() {
            // The launcher does nothing but end; if it cannot even do that, it is not running Python any more.
            let _ = self.child.kill().await;
        }
    }

    async fn wait_until_ready(&mut self, port: u16) -> Result<(), LocalError> {
        let end = Instant::now() + READY_DEADLINE;
        // The emulator opens its port when everything behind it is there.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(LocalError::Ended { status: status.to_string(), log: tail(self.log.path()) });
            }
            if Instant::now() >= end {
                return Err(LocalError::NotReady { deadline: READY_DEADLINE, log: tail(self.log.path()) });
            }
            sleep(POLL).await;
        }
        Ok(())
    }
}

/// What a process needs to find the emulator and CloudWatch; CloudWatch Logs answers where CloudWatch does.
pub(crate) fn environment(endpoint: &str, cloudwatch: &str) -> [(&'static str, String); 7] {
    [
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_ENDPOINT_URL_CLOUDWATCH", cloudwatch.to_owned()),
        ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", cloudwatch.to_owned()),
        ("AWS_ACCESS_KEY_ID", CREDENTIALS.0.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", CREDENTIALS.1.to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
    ]
}

/// ministack's own settings: one port, this machine only.
fn settings(port: u16) -> [(&'static str, String); 7] {
    [
        ("GATEWAY_PORT", port.to_string()),
        ("BIND_HOST", "127.0.0.1".to_owned()),
        ("MINISTACK_HOST", "127.0.0.1".to_owned()),
        ("IOT_MTLS_ENABLED", "0".to_owned()),
        ("SFTP_ENABLED", "0".to_owned()),
        ("LC_ALL", "C.UTF-8".to_owned()),
        // Lambda's own queue tries an event again after minutes at most; here everything is some times as fast.
        ("LAMBDA_ASYNC_RETRY_MAX_SECONDS", "5".to_owned()),
    ]
}

/// Where each API call is to be recorded, if the user has said so. The launcher takes it out again, as the meter's
/// address.
fn call_record() -> Option<(&'static str, PathBuf)> {
    // The emulator runs in a folder of its own.
    Some((CALLS, std::path::absolute(std::env::var_os(CALLS)?).ok()?))
}

/// The tools' commands and the system's.
pub(crate) fn path(commands: &Path) -> String {
    format!("{}:/usr/local/bin:/usr/bin:/bin", commands.display())
}

fn choose_port(wanted: Option<u16>) -> Result<u16, LocalError> {
    let network = |source| LocalError::Network { what: "taking a port on 127.0.0.1".to_owned(), source };
    match TcpListener::bind((Ipv4Addr::LOCALHOST, wanted.unwrap_or(0))) {
        Ok(listener) => listener.local_addr().map(|address| address.port()).map_err(network),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(LocalError::PortInUse(wanted.unwrap_or_default()))
        }
        Err(error) => Err(network(error)),
    }
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_in_one_sentence() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = taken.local_addr().expect("bound").port();
        let error = choose_port(Some(port)).expect_err("it is taken");
        let start = format!("port {port} on 127.0.0.1 is in use: ");
        assert!(error.to_string().starts_with(&start), "{error}");
        assert_ne!(choose_port(None).expect("some port is free"), port);
    }
}
