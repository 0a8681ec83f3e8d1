//! The wiring as Lambda sees it: a process that asks the runtime's API for events and answers there. The process is
//! this test binary again, running [`function`]; the API is the server below.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use atalaya_telemetry::{Metric, Stage};
use serde_json::{Value, json};

use super::{FunctionError, Invocation, PANIC, PERMANENT_INPUT, RUNTIME_API, run};

#[derive(Debug)]
struct Busy;

impl std::fmt::Display for Busy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the ledger asks for fewer calls")
    }
}

impl std::error::Error for Busy {}

impl FunctionError for Busy {
    fn error_type(&self) -> &'static str {
        "Retryable"
    }
}

/// Set for the process that is to be the function.
const MARKER: &str = "ATALAYA_TEST_FUNCTION";

/// The function under test. It is no test by itself, and does nothing when somebody runs the ignored tests.
#[test]
#[ignore = "run by the tests of this module, in a process of its own"]
fn function() {
    if std::env::var_os(MARKER).is_none() {
        return;
    }
    let code = run(Stage::Intake, async |telemetry| {
        Ok(async move |what: String, invocation: Invocation| {
            tracing::info!(what, "handling");
            telemetry.count(Metric::FilesReceived, Some("flights"), 1);
            match what.as_str() {
                "trace" => Ok(json!([invocation.trace_id, std::env::var("_X_AMZN_TRACE_ID").ok()])),
                "panic" => panic!("literal"),
                _ => Err(Busy),
            }
        })
    });
    assert_eq!(code, ExitCode::SUCCESS);
}

fn command() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test binary"));
    command.args(["--exact", "lambda::end_to_end::function", "--ignored", "--nocapture"]).env(MARKER, "1");
    command
}

fn start(api: &str) -> Child {
    command()
        .env(RUNTIME_API, api)
        .env("AWS_LAMBDA_FUNCTION_NAME", "atalaya-intake")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env_remove("ATALAYA_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// One request: its first line and its body; `None` when the connection ends.
fn request(stream: &mut BufReader<TcpStream>) -> Option<(String, Value)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head.swap_remove(0), serde_json::from_slice(&body).unwrap_or_default()))
}

fn event(id: usize, event: &Value) -> String {
    let body = event.to_string();
    format!(
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-{id}\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:x\r\nLambda-Runtime-Trace-Id: Root=1-abc-{id};Sampled=1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The runtime's API: gives out the events one after the other and passes the answers on.
struct Api {
    events: Vec<Value>,
    given: AtomicUsize,
    answered: AtomicUsize,
}

impl Api {
    /// Serves one connection; the function may open several. The last answer is not acknowledged, and there is no
    /// event after the last, so that the function waits.
    fn serve(&self, stream: TcpStream, answers: &Sender<(String, Value)>) {
        let mut stream = BufReader::new(stream);
        while let Some((line, body)) = request(&mut stream) {
            let reply = if line.starts_with("GET") {
                let index = self.given.fetch_add(1, Ordering::SeqCst);
                self.events.get(index).map(|each| event(index + 1, each))
            } else {
                let count = self.answered.fetch_add(1, Ordering::SeqCst) + 1;
                // Nobody listens any more once the test has given up, and then the process is killed too.
                let _ = answers.send((line, body));
                (count < self.events.len()).then(|| "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned())
            };
            if reply.is_some_and(|reply| stream.get_mut().write_all(reply.as_bytes()).is_err()) {
                return;
            }
        }
    }
}

/// Gives the events to the function and returns its answers and the lines it wrote. The process is killed before its
/// last answer is acknowledged: what it had not written by then is lost, as it is when Lambda freezes it.
fn serve(events: Vec<Value>) -> (Vec<(String, Value)>, Vec<Value>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let mut child = start(&listener.local_addr().expect("an address").to_string());
    let expected = events.len();
    let api = Arc::new(Api { events, given: AtomicUsize::new(0), answered: AtomicUsize::new(0) });
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (api, sender) = (Arc::clone(&api), sender.clone());
            std::thread::spawn(move || api.serve(stream, &sender));
        }
    });
    let next = |_| receiver.recv_timeout(Duration::from_secs(60)).ok();
    let answers: Vec<_> = (0..expected).map_while(next).collect();
    child.kill().expect("kills the function");
    let output = child.wait_with_output().expect("output of the function");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    // The test harness of the child writes words of its own, also in front of the first line.
    let json = |line: &str| line.find('{').and_then(|start| serde_json::from_str(&line[start..]).ok());
    (answers, text.lines().filter_map(json).collect())
}

#[test]
fn every_way_out_is_answered_and_everything_is_written_before_the_answer() {
    let events = vec![json!("trace"), json!("busy"), json!({"no": "text"}), json!("panic")];
    let (answers, lines) = serve(events);
    let paths: Vec<_> = answers.iter().map(|(line, _)| line.split(' ').nth(1).unwrap_or_default()).collect();
    let base = "/2018-06-01/runtime/invocation";
    assert_eq!(
        paths,
        [
            format!("{base}/r-1/response"),
            format!("{base}/r-2/error"),
            format!("{base}/r-3/error"),
            format!("{base}/r-4/error"),
        ]
    );
    assert_eq!(answers[0].1, json!(["1-abc-1", "Root=1-abc-1;Sampled=1"]));
    let types: Vec<_> = answers[1..].iter().map(|(_, body)| body["errorType"].as_str().unwrap_or_default()).collect();
    assert_eq!(types, ["Retryable", PERMANENT_INPUT, PANIC]);
    let said = answers[3].1["errorMessage"].as_str().unwrap_or_default();
    assert!(said.contains("end_to_end.rs:") && said.ends_with(": literal"), "{said}");

    let (metrics, logs): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.get("_aws").is_some());
    let total = |name: &str| -> u64 {
        let by_feed = metrics.iter().filter(|line| line.get("Dataset").is_none());
        by_feed.filter_map(|line| line[name].as_u64()).sum()
    };
    assert_eq!((total("FilesReceived"), total("ColdStart")), (3, 1));
    let panic = logs.iter().find(|log| log["message"] == "panic").expect("a log line of the panic");
    assert_eq!((&panic["request_id"], &panic["trace_id"]), (&json!("r-4"), &json!("1-abc-4")));
    assert_eq!((&panic["function"], &panic["stage"]), (&json!("atalaya-intake"), &json!("intake")));
}

#[test]
fn outside_lambda_it_says_so_and_ends() {
    let output = command().env_remove(RUNTIME_API).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    assert!(text.contains("runs only in Lambda"), "{text}");
}
