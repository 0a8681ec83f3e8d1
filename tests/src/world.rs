//! A deployed Atalaya on the local AWS, and what a test does with it: put files in, wait for outcomes, look around.

use std::{
    future::Future,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::{Duration, Instant},
};

use atalaya_cloud::{
    DynamoLedger, FileRecord, S3Objects,
    ledger::{BrowseFiles, NoticeRecord, ReadFiles},
    objects::{ListObjects, ReadObjects, WriteObjects},
};
use atalaya_contract::{FileId, FileState};
use atalaya_local::{LocalAws, Notice, StartOptions, publish_contract, silent};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The longest that any awaited condition may take: these machines are slow and shared, and a wait ends when it holds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

/// One local AWS with the stack, the contract of the tests and one user who hears everything.
pub(crate) struct World {
    runtime: Runtime,
    pub(crate) local: LocalAws,
    pub(crate) ledger: DynamoLedger,
    pub(crate) objects: S3Objects,
}

/// The world that the tests without faults share; it ends with the test process.
pub(crate) fn shared() -> &'static World {
    static SHARED: LazyLock<World> = LazyLock::new(World::start);
    &SHARED
}

/// The root of the workspace.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace is there")
}

impl World {
    /// Starts a local AWS of its own, for tests that break something in it.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same, otherwise than usual.
    pub(crate) fn start_with(change: impl FnOnce(&mut StartOptions)) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let mut options = StartOptions::new(project());
        change(&mut options);
        let local = runtime.block_on(async {
            let local = LocalAws::start(options, silent()).await.unwrap_or_else(|error| panic!("{error}"));
            local.subscribe("everyone", None).await.expect("subscribes");
            let contract = project().join("tests/contracts/readings.odcs.yaml");
            publish_contract(&local, &contract).await.expect("publishes");
            local
        });
        let ledger = DynamoLedger::new(local.sdk_config(), local.outputs().ledger_table.clone());
        let objects = S3Objects::new(local.sdk_config());
        Self { runtime, local, ledger, objects }
    }

    /// Runs a future to its end on the world's own runtime.
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Ends the local AWS in good order.
    pub(crate) fn stop(self) {
        self.runtime.block_on(self.local.stop()).expect("stops");
    }

    /// Puts an object into the inbox; answers with the id of the file that it becomes.
    pub(crate) fn put(&self, key: &str, content: impl Into<bytes::Bytes>) -> FileId {
        let bucket = &self.local.outputs().inbox_bucket;
        let stored = self.run(self.objects.put(bucket, key, "text/csv", content.into())).expect("the inbox takes it");
        FileId::new(bucket, key, &stored.version_id)
    }

    /// Waits until the file's record satisfies `enough`.
    pub(crate) fn record_when(&self, id: &FileId, enough: impl Fn(&FileRecord) -> bool) -> FileRecord {
        let mut last = None;
        eventually(&format!("the ledger's record of {id}"), || {
            last = self.run(self.ledger.get(id)).expect("the ledger answers");
            last.clone().filter(&enough).ok_or_else(|| format!("{last:?}"))
        })
    }

    /// Waits until the file has ended and its one notice has arrived; fails when it ended in another state.
    pub(crate) fn ended(&self, id: &FileId, state: FileState) -> (FileRecord, Notice) {
        let record = self.record_when(id, |record| record.state.is_final());
        assert_eq!(record.state, state, "{record:?}");
        let notice = eventually(&format!("a notice about {id}"), || {
            self.notices_of(id).first().cloned().ok_or_else(|| format!("{} others", self.local.notices().len()))
        });
        (record, notice)
    }

    /// The notices about one file that have reached the user so far.
    pub(crate) fn notices_of(&self, id: &FileId) -> Vec<Notice> {
        let about = |notice: &Notice| {
            let event = notice.event.as_ref();
            event.and_then(|event| event.pointer("/file/file_id")).and_then(Value::as_str) == Some(id.as_str())
        };
        self.local.notices().into_iter().filter(about).collect()
    }

    /// The notices about one file as the ledger keeps them.
    pub(crate) fn notice_records(&self, id: &FileId) -> Vec<NoticeRecord> {
        self.run(self.ledger.notices(id)).expect("the ledger answers")
    }

    /// Keys of a bucket that hold the file's id.
    pub(crate) fn outputs_of(&self, bucket: &str, id: &FileId) -> Vec<String> {
        let listed = self.run(self.objects.list(bucket, ""));
        let keys = listed.expect("the bucket lists").into_iter().map(|meta| meta.key);
        keys.filter(|key| key.contains(id.as_str())).collect()
    }

    /// Reads an object whole, by its `s3://` address.
    pub(crate) fn read(&self, address: &str) -> Vec<u8> {
        let (bucket, key) = address.trim_start_matches("s3://").split_once('/').expect("s3://bucket/key");
        self.run(async {
            let (_, body) = self.objects.get(bucket, key, None).await.expect("the output is there");
            body.collect().await.expect("the output is whole")
        })
    }

    /// Runs the AWS CLI against this world and answers with what it printed.
    pub(crate) fn aws(&self, arguments: &[&str]) -> String {
        // By option too: for SQS the AWS CLI falls back to its old public endpoint when only the environment names one.
        self.aws_at(self.local.endpoint(), arguments)
    }

    fn aws_at(&self, endpoint: &str, arguments: &[&str]) -> String {
        let output = Command::new(self.local.aws_cli())
            .args(["--endpoint-url", endpoint])
            .args(arguments)
            .envs(self.local.environment())
            .output()
            .expect("the AWS CLI runs");
        assert!(output.status.success(), "aws {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("the AWS CLI prints UTF-8")
    }

    /// Runs `aws cloudwatch`.
    pub(crate) fn cloudwatch(&self, arguments: &[&str]) -> String {
        self.aws_at(self.local.cloudwatch_endpoint(), &[&["cloudwatch"], arguments].concat())
    }

    /// As [`Self::aws`], parsed as JSON.
    pub(crate) fn aws_json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.aws(arguments)).unwrap_or_else(|error| panic!("aws {arguments:?}: {error}"))
    }
}

/// A bad release: the function as it was but for one environment variable. Answers with what the variable held.
pub(crate) fn set_variable(world: &World, function: &str, name: &str, value: &str) -> String {
    let function = format!("atalaya-{function}");
    let shown = world.aws_json(&["lambda", "get-function-configuration", "--function-name", &function]);
    let mut variables = shown["Environment"]["Variables"].clone();
    let before = variables[name].as_str().unwrap_or_else(|| panic!("{function} has no {name}: {shown}")).to_owned();
    variables[name] = value.into();
    let environment = serde_json::json!({ "Variables": variables }).to_string();
    let arguments = ["lambda", "update-function-configuration", "--function-name", &function, "--environment"];
    world.aws(&[&arguments[..], &[&environment]].concat());
    before
}

/// Sends a canary now, as its schedule does.
pub(crate) fn send_canary(world: &World) {
    let payload = ["--payload", r#"{"canary":"send"}"#, "/dev/null"];
    world.aws(&[&["lambda", "invoke", "--function-name", "atalaya-canary"], &payload[..]].concat());
}

/// Asks again and again until there is an answer; after [`DEADLINE`] fails with the last reason why there was none.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(reason) if begun.elapsed() > DEADLINE => panic!("{what}: not within {DEADLINE:?}; last seen: {reason}"),
            // A pause between two questions, not a wait for luck: the loop ends on the answer.
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// A readings file: header and `rows` good rows of station `station` (three letters and two digits).
pub(crate) fn readings(station: &str, rows: u32) -> String {
    let mut text = String::from("station,taken_at,celsius,observer\n");
    for row in 0..rows {
        let (day, second) = (1 + row / 86_400 % 28, row % 86_400);
        let (month, year) = (1 + row / 2_419_200 % 12, 2000 + row / 29_030_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let degrees = row % 40;
        text +=
            &format!("{station},{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z,{degrees}.25,ana\n");
    }
    text
}
