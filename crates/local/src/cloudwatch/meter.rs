//! The listener for the meter in the emulator's process.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{recorder::Counts, state::Shared};
use crate::{EndpointFault, LocalError, http};

/// How long the emulator may take to carry out an order.
const ORDER_DEADLINE: Duration = Duration::from_secs(20);

/// One line of the meter's.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    /// A log event.
    Log { log: String, stream: String, at: f64, message: String },
    /// A log group that there is.
    Group { group: String },
    /// Something that was counted.
    Counts(Counts),
    /// So many lines did not fit into the meter's queue.
    Lost { lost: u64 },
    /// Something could not be counted.
    Fault { fault: String },
    /// An order was carried out, or not.
    Done { done: u64, error: Option<String> },
}

/// What the emulator is told to do.
#[derive(Debug)]
pub(super) struct Orders {
    lines: mpsc::UnboundedSender<String>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    answers: BTreeMap<u64, oneshot::Sender<Option<String>>>,
}

impl Orders {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an event of AWS's own on the default bus, where EventBridge itself would refuse it from anybody.
    pub(super) async fn put_event(&self, event: &Value) -> Result<(), String> {
        let entry = json!({
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": event["detail"].to_string(),
            "Resources": event["resources"],
        });
        self.carry_out("events", &json!([entry])).await
    }

    /// Lets calls of AWS's operations go wrong in these ways from now on, and in no others.
    pub(super) async fn set_faults(&self, faults: &[EndpointFault]) -> Result<(), String> {
        self.carry_out("faults", &json!(faults)).await
    }

    /// Lets so many calls of functions run at once in the account; `None`: as many as usual.
    pub(super) async fn limit_concurrency(&self, limit: Option<u32>) -> Result<(), String> {
        self.carry_out("concurrency", &json!(Vec::from_iter(limit))).await
    }

    /// Gives an order about something, and waits until it is carried out.
    async fn carry_out(&self, what: &str, with: &Value) -> Result<(), String> {
        let (answer, answered) = oneshot::channel();
        let id = {
            let mut waiting = self.waiting();
            waiting.last += 1;
            let id = waiting.last;
            waiting.answers.insert(id, answer);
            id
        };
        let order = json!({ "id": id, what: with });
        let sent = self.lines.send(format!("{order}\n"));
        let done = match sent {
            Ok(()) => tokio::time::timeout(ORDER_DEADLINE, answered).await,
            Err(_) => return Err("the emulator is gone".to_owned()),
        };
        self.waiting().answers.remove(&id);
        match done {
            Ok(Ok(None)) => Ok(()),
            Ok(Ok(Some(error))) => Err(error),
            Ok(Err(_)) => Err("the emulator is gone".to_owned()),
            Err(_) => Err(format!("the emulator did not answer within {} s", ORDER_DEADLINE.as_secs())),
        }
    }

    fn done(&self, id: u64, error: Option<String>) {
        if let Some(answer) = self.waiting().answers.remove(&id) {
            // Who waited may have given up.
            let _ = answer.send(error);
        }
    }
}

/// Listens for the meter; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Meter {
    address: String,
    orders: Arc<Orders>,
    task: JoinHandle<()>,
}

impl Meter {
    pub(super) async fn start(shared: Arc<Shared>) -> Result<Self, LocalError> {
        let (socket, port) = http::listen().await?;
        let secret = http::secret()?;
        let address = format!("127.0.0.1:{port}:{secret}");
        let (lines, to_send) = mpsc::unbounded_channel();
        let orders = Arc::new(Orders { lines, waiting: Mutex::default() });
        let task = tokio::spawn(listen(socket, secret, to_send, Arc::clone(&orders), shared));
        Ok(Self { address, orders, task })
    }

    /// Where the meter connects to, and what it says first.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn orders(&self) -> Arc<Orders> {
        Arc::clone(&self.orders)
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits for the one connection that knows the secret, and serves it to its end.
async fn listen(
    socket: TcpListener,
    secret: String,
    to_send: mpsc::UnboundedReceiver<String>,
    orders: Arc<Orders>,
    shared: Arc<Shared>,
) {
    loop {
        let Ok((stream, _)) = socket.accept().await else { continue };
        let mut stream = BufReader::new(stream);
        let mut first = String::new();
        // A stranger that says nothing must not keep the meter out.
        let said = tokio::time::timeout(Duration::from_secs(5), stream.read_line(&mut first)).await;
        if matches!(said, Ok(Ok(_))) && first.trim_end() == secret {
            serve(stream, to_send, &orders, &shared).await;
            // Who still waits for an answer is told that none will come.
            return orders.waiting().answers.clear();
        }
    }
}

async fn serve(
    stream: BufReader<TcpStream>,
    mut to_send: mpsc::UnboundedReceiver<String>,
    orders: &Orders,
    shared: &Shared,
) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => match line {
                Ok(Some(line)) => take(&line, orders, shared),
                // The emulator has ended.
                _ => return,
            },
            Some(order) = to_send.recv() => {
                if write.write_all(order.as_bytes()).await.and(write.flush().await).is_err() {
                    return;
                }
            }
        }
    }
}

fn take(line: &str, orders: &Orders, shared: &Shared) {
    match serde_json::from_str(line) {
        Ok(Line::Log { log, stream, at, message }) => shared.record_line(&log, stream, message, at),
        Ok(Line::Group { group }) => shared.record_group(&group),
        Ok(Line::Counts(counts)) => shared.record(&counts),
        Ok(Line::Lost { lost }) => {
            shared.fail("meter", format!("{lost} lines were lost: more happened than it can tell"))
        }
        Ok(Line::Fault { fault }) => shared.fail("meter", fault),
        Ok(Line::Done { done, error }) => orders.done(done, error),
        Err(error) => shared.fail("meter", format!("a line that is none of the meter's: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use atalaya_cloudwatch::MetricId;
    use atalaya_cloudwatch_insights::logs::Milliseconds;

    use super::*;
    use crate::{RunLog, cloudwatch::clock::Clock};

    const DEADLINE: Duration = Duration::from_secs(20);

    struct Rig {
        meter: Meter,
        shared: Arc<Shared>,
        folder: tempfile::TempDir,
    }

    async fn rig() -> Rig {
        let folder = tempfile::tempdir().expect("a folder");
        let log = RunLog::create(folder.path().join("log")).expect("a file");
        let shared = Arc::new(Shared::new(Clock::new(1), log));
        let meter = Meter::start(Arc::clone(&shared)).await.expect("it listens");
        Rig { meter, shared, folder }
    }

    impl Rig {
        /// A connection that says `first`, or the secret.
        async fn connect(&self, first: Option<&str>) -> BufReader<TcpStream> {
            let (address, secret) = self.meter.address().rsplit_once(':').expect("address and secret");
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            let first = format!("{}\n", first.unwrap_or(secret));
            stream.write_all(first.as_bytes()).await.expect("sent");
            BufReader::new(stream)
        }

        async fn until(&self, holds: impl Fn(&Shared) -> bool) {
            let wait = async {
                while !holds(&self.shared) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(DEADLINE, wait).await.expect("in time");
        }
    }

    #[tokio::test]
    async fn who_knows_the_secret_is_heard() {
        let rig = rig().await;
        let mut stranger = rig.connect(Some("nonsense")).await;
        let mut end = String::new();
        let closed = tokio::time::timeout(DEADLINE, stranger.read_line(&mut end)).await.expect("in time");
        assert!(matches!(closed, Ok(0) | Err(_)), "{end}");
        let now = super::super::clock::wall();
        let count = json!({"namespace": "AWS/Lambda", "dimensions": {}, "values": {"Invocations": 1}, "at": now});
        let log = json!({"log": "/a/group", "stream": "s", "at": now, "message": "words"});
        let empty = json!({"group": "/an/empty/group"});
        rig.connect(None).await.write_all(format!("{count}\n{empty}\n{log}\n").as_bytes()).await.expect("sent");
        rig.until(|shared| {
            shared.read(|cloudwatch| {
                let store = cloudwatch.store();
                let lines = MetricId::new("AWS/Logs", "IncomingLogEvents", [("LogGroupName", "/a/group")]);
                store.find(&MetricId::total("AWS/Lambda", "Invocations")).is_some() && store.find(&lines).is_some()
            })
        })
        .await;
        assert_eq!(rig.shared.errors(), 0);
        rig.shared.read_with_logs(|_, logs| {
            assert_eq!(logs.groups().collect::<Vec<_>>(), ["/a/group", "/an/empty/group"]);
            let about_now = Milliseconds { start: (now * 1000.0) as i64 - 1, end: (now * 1000.0) as i64 + 2 };
            let events: Vec<_> = logs.events("/a/group", about_now).collect();
            let [event] = events.as_slice() else { panic!("{events:?}") };
            assert_eq!((event.stream.as_str(), event.message.as_str()), ("s", "words"));
            assert!(event.ingested >= event.at);
        });
    }

    #[tokio::test]
    async fn what_was_lost_or_cannot_be_counted_is_told_in_the_log() {
        let rig = rig().await;
        let lines =
            "{\"lost\":7}\n{\"fault\":\"_act_x: KeyError: 'y'\"}\nno JSON\n{\"fault\":\"_act_x: KeyError: 'y'\"}\n";
        rig.connect(None).await.write_all(lines.as_bytes()).await.expect("sent");
        rig.until(|shared| shared.errors() == 4).await;
        let told = std::fs::read_to_string(rig.folder.path().join("log")).expect("written");
        assert_eq!(told.lines().count(), 3, "each once: {told}");
        assert!(
            told.contains("7 lines were lost") && told.contains("KeyError") && told.contains("none of the meter's")
        );
    }

    #[tokio::test]
    async fn an_event_is_put_by_the_emulator() {
        let rig = rig().await;
        let mut emulator = rig.connect(None).await;
        let event = json!({"source": "aws.cloudwatch", "detail-type": "T", "detail": {"a": 1}, "resources": ["r"]});
        for answer in [json!(null), json!("no bus")] {
            let orders = rig.meter.orders();
            let answering = async {
                let mut line = String::new();
                emulator.read_line(&mut line).await.expect("an order");
                let order: Value = serde_json::from_str(&line).expect("JSON");
                assert_eq!(order["events"][0]["Detail"], "{\"a\":1}");
                let done = json!({"done": order["id"], "error": answer});
                emulator.write_all(format!("{done}\n").as_bytes()).await.expect("answered");
            };
            let (put, ()) = tokio::join!(orders.put_event(&event), answering);
            assert_eq!(put.err().map(Value::from), Some(answer).filter(|answer| !answer.is_null()));
        }
        drop(emulator);
        // Once the connection has ended, nothing is waited for.
        let orders = rig.meter.orders();
        let put = tokio::time::timeout(DEADLINE, async {
            while orders.put_event(&event).await != Err("the emulator is gone".to_owned()) {}
        });
        put.await.expect("at once");
    }
}
